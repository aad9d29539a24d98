"""The count of runs: a store that is behind its watermark was restored, and no other one ever is behind."""

from __future__ import annotations

import contextlib
import shutil
import threading
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.desk import Desk, FileWatermark, ManualClock, SeededIds
from feedbackkit.errors import NeedsResume, StoreBusy
from feedbackkit.ports import RecordKey, Refused
from feedbackkit.stores import MemoryStore, SQLiteStore
from tests.desk.house import MONDAY, SECRET, Died, House, Mark, Post, Wrapped, ask, backup, dying, house, snapshot
from tests.desk.test_workers import crowd

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.domain.contact import Message


def counted(h: House, people: int = 1, *, watermark: Any = None, **parts: Any) -> House:
    """The same house with a watermark, and people to be asked."""
    mark = Mark() if watermark is None else watermark
    h.desk = h.worker("first", watermark=mark, **parts)
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(people))])
    return h


def test_the_store_is_raised_before_the_watermark_and_both_before_anything_is_decided_or_sent() -> None:
    """So the store is never behind, whoever dies in between."""
    calls: list[str] = []
    store = Wrapped(MemoryStore(), before=lambda name, _arguments: calls.append(name))
    h = counted(
        house(store, channel=Post(during=lambda _message: calls.append("send"))), watermark=Mark(before=calls.append)
    )
    calls.clear()
    h.desk.run()
    assert calls[:7] == ["read mark", "heads", "claim", "claim", "claim", "heads", "write"]
    assert calls[7] == "raise mark"
    assert calls.index("send") > calls.index("raise mark")


def test_what_was_left_by_an_earlier_run_is_counted_before_it_is_sent() -> None:
    """A run that only sends has something to do as well."""
    mark = Mark()
    h = counted(house(channel=Post(Died())), watermark=mark)
    with pytest.raises(Died):
        h.desk.run()
    assert mark.read() == 1
    seen: list[int] = []
    h.channel.during = lambda _message: seen.append(mark.read())
    h.later(minutes=6).desk.run()
    assert seen == [2]


def writes(h: House) -> int:
    """How often a run writes to the store of a house."""
    h.store.calls.clear()
    h.desk.run()
    return int(h.store.calls.count("write"))


@pytest.mark.parametrize("people", [1, 20])
@pytest.mark.parametrize("idempotent", [True, False])
def test_a_run_writes_once_more_whatever_it_does(people: int, idempotent: bool) -> None:
    """One change a run and none a batch; the first run without work closes the count, the later ones write nothing."""

    def runs(**parts: Any) -> list[int]:
        h = house(Wrapped(MemoryStore()), channel=Post(idempotent=idempotent))
        h.desk = h.worker("first", batch=3, **parts)
        h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(people))])
        return [writes(h), writes(h), writes(h), writes(h.later(days=7)), writes(h)]

    plain, noted = runs(), runs(watermark=Mark())
    assert [more - less for more, less in zip(noted, plain, strict=True)] == [1, 1, 0, 1, 1]
    assert plain[1] == plain[2] == 0


def test_a_run_without_work_reads_one_record_more() -> None:
    """And nothing else."""
    h = counted(house(Wrapped(MemoryStore())))
    h.desk.run()
    h.desk.run()
    h.store.calls.clear()
    h.desk.run()
    assert h.store.calls == ["heads", "claim", "claim", "claim"]


# A store that was restored


def restored(*, idle: int = 0) -> tuple[House, Mark]:
    """A house whose store was copied before a run, and put back after it."""
    mark = Mark()
    h = counted(house(), 4, watermark=mark)
    restore = backup(h.store)
    for _ in range(1 + idle):
        h.desk.run()
    restore()
    return h, mark


@pytest.mark.parametrize("idle", [0, 1, 3])
def test_a_restored_store_sends_nothing_and_is_not_changed(idle: int) -> None:
    """However often it is asked to run, and by whom."""
    h, mark = restored(idle=idle)
    before, sent, noted = snapshot(h.store), h.sent, mark.read()
    for desk in (h.desk, h.worker("other", watermark=mark), h.later(days=10).desk):
        with pytest.raises(NeedsResume, match="restored from an older backup"):
            desk.run()
    assert (snapshot(h.store), h.sent, mark.read()) == (before, sent, noted)


def test_the_error_tells_how_far_both_have_come() -> None:
    """For whoever wants to know how much is lost."""
    h, _ = restored()
    with pytest.raises(NeedsResume) as caught:
        h.desk.run()
    assert (caught.value.counted, caught.value.noted) == (0, 1)


def test_what_comes_back_is_taken_meanwhile() -> None:
    """Answers, plans and wishes can be put in again before anything is sent."""
    h, _ = restored()
    h.desk.give("r0", {"overall": 5})
    h.desk.opt_out("P-1")
    h.desk.request(ask("more"))
    assert [view.state for view in h.desk.find(person="P-0")] == ["given"]


def test_a_copy_of_the_middle_of_a_run_is_told_after_the_next_run() -> None:
    """Although nothing was due any more: what the first run sent after the copy counts."""
    h = counted(house(channel=Post()), 6, batch=2)
    copies: list[Any] = []

    def copy_once(_message: Message) -> None:
        if not copies:
            copies.append(backup(h.store))

    h.channel.during = copy_once
    h.desk.run()
    h.desk.run()
    copies[0]()
    with pytest.raises(NeedsResume):
        h.desk.run()


def test_a_copy_of_the_middle_of_a_run_is_told_although_others_ran_meanwhile() -> None:
    """Another worker found nothing to do and counted that; the one at work counts again at its end."""
    mark = Mark()
    h = counted(house(channel=Post(idempotent=False)), 4, watermark=mark)
    idle = h.worker("idle", channel=Post(), watermark=mark)
    copies: list[Any] = []

    def others(_message: Message) -> None:
        if h.channel.messages:
            idle.run()
            idle.run()
            copies.append(backup(h.store))

    h.channel.during = others
    h.desk.run()
    copies[0]()
    with pytest.raises(NeedsResume):
        h.desk.run()


# No alarm without a reason


@pytest.mark.parametrize("afterwards", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("death", range(1, 14))
def test_a_worker_that_dies_anywhere_raises_no_alarm(death: int, afterwards: bool) -> None:
    """The next one goes on, and the watermark is never ahead."""
    inner, mark = MemoryStore(), Mark()
    h = counted(house(inner), 3, watermark=mark, batch=2)
    mortal = h.worker("mortal", store=dying(inner, death, afterwards=afterwards), watermark=mark, batch=2)  # type: ignore[arg-type]  # a store
    with contextlib.suppress(Died):
        mortal.run()
    h.later(minutes=11)
    h.desk.run()
    h.desk.run()
    assert len(h.sent) == 3


def test_a_worker_that_dies_before_it_raises_the_watermark_raises_no_alarm() -> None:
    """The store is ahead then, and the next run brings the watermark there."""

    def die(name: str) -> None:
        if name == "raise mark":
            raise Died

    mark = Mark(before=die)
    h = counted(house(), watermark=mark)
    with pytest.raises(Died):
        h.desk.run()
    assert mark.read() == 0
    mark.before = lambda _name: None
    h.later(minutes=11).desk.run()
    assert len(h.sent) == 1
    assert mark.read() == 2


@pytest.mark.parametrize("at", range(1, 12))
def test_another_worker_between_any_two_calls_raises_no_alarm(at: int) -> None:
    """Whatever the one has read, of the store or of its watermark, when the other one counts."""
    inner = MemoryStore()
    left = 0

    def intrude(*_call: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            other.run()

    mark = Mark(before=intrude)
    h = counted(house(Wrapped(inner, before=intrude)), 8, watermark=mark, batch=3)
    h.store = inner
    other = h.worker("other", watermark=mark, batch=3)
    left = at
    h.desk.run()
    h.later(minutes=6).desk.run()
    assert left <= 0
    assert len({message.id for message in h.sent}) == 8


def test_threads_that_run_over_and_over_raise_no_alarm(tmp_path: Path) -> None:
    """Each with a connection of its own, over one file and its mark."""
    path, clock, post = tmp_path / "feedback.db", ManualClock(MONDAY), Post()
    barrier = threading.Barrier(3)
    alarms: list[Exception] = []

    def desk(owner: int) -> Desk:
        return Desk(
            SQLiteStore(path),
            channels=[post],
            secret=SECRET,
            clock=clock,
            ids=SeededIds(owner),
            owner=f"w{owner}",
            batch=2,
        )

    def work(owner: int) -> None:
        with desk(owner) as own:
            barrier.wait()
            for _ in range(12):
                try:
                    own.run()
                except NeedsResume as alarm:
                    alarms.append(alarm)

    with desk(0) as first:
        first.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(30))])
        threads = [threading.Thread(target=work, args=(owner,)) for owner in (1, 2, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        first.run()
    assert alarms == []
    assert len({message.to.id for message in post.messages}) == 30


@pytest.mark.parametrize("hours", [-24 * 3652, -24, 24, 24 * 365])
def test_a_clock_that_jumps_raises_no_alarm(hours: int) -> None:
    """Runs are counted, not timed."""
    h = counted(house(), 3)
    h.desk.run()
    h.later(hours=hours).desk.run()
    h.later(hours=-hours).desk.run()


@pytest.mark.parametrize("content", [None, b"", b"1", b"\x00"], ids=["lost", "empty", "cut off", "damaged"])
def test_a_lost_mark_blocks_nothing_and_is_begun_again_at_once(tmp_path: Path, content: bytes | None) -> None:
    """The next run notes how far the store has come, although it has nothing to do; a copy from before is told."""
    path = tmp_path / "feedback.db.mark"
    h = counted(house(), 3, watermark=FileWatermark(path))
    restore = backup(h.store)
    h.desk.run()
    h.desk.run()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    h.desk.run()
    assert path.read_bytes() == b"2\n"
    restore()
    with pytest.raises(NeedsResume):
        h.desk.run()


def test_a_copy_of_the_file_without_its_mark_is_a_store_like_any_other(tmp_path: Path) -> None:
    """Also where the store itself goes on, and also where its secret is copied with it."""
    clock = ManualClock(MONDAY)

    def desk(name: str, post: Post) -> Desk:
        return Desk(SQLiteStore(tmp_path / name), channels=[post], clock=clock)

    with desk("a.db", Post()) as original:
        original.request(ask("r"))
    for name in ("a.db", "a.db.secret"):
        shutil.copy(tmp_path / name, tmp_path / name.replace("a.db", "b.db"))
    for name in ("a.db", "b.db", "a.db", "b.db"):
        with desk(name, Post()) as each:
            each.run()
    assert (tmp_path / "b.db.mark").read_bytes() == (tmp_path / "a.db.mark").read_bytes() == b"2\n"


def test_a_store_begun_anew_where_another_one_was_raises_no_alarm(tmp_path: Path) -> None:
    """It begins where the mark of the old one stands; a copy of it from before its first run is told as ever."""
    path, clock, post = tmp_path / "a.db", ManualClock(MONDAY), Post()

    def desk() -> Desk:
        return Desk(SQLiteStore(path), channels=[post], clock=clock)

    kept = b""
    for name in ("first", "second"):
        with desk() as each:
            each.request(ask(name))
        kept = path.read_bytes()
        with desk() as each:
            each.run()
        assert post.messages.pop().lines[0].request == name
        path.unlink()
    path.write_bytes(kept)
    with desk() as each, pytest.raises(NeedsResume):
        each.run()


def test_a_desk_without_a_watermark_counts_nothing() -> None:
    """There is nothing that its store could be behind of."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.run()
    assert h.store.heads([RecordKey("desk", "runs")]) == [None]


def test_a_desk_over_a_file_counts_nothing_where_it_is_told_so(tmp_path: Path) -> None:
    """A play begins again on older copies."""
    with Desk(SQLiteStore(tmp_path / "a.db"), channels=[Post()], clock=ManualClock(MONDAY), watermark=False) as desk:
        desk.request(ask("r"))
        desk.run()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db", "a.db.secret"]


def test_a_desk_in_a_transaction_of_its_callers_counts_nothing() -> None:
    """What it wrote may be undone, and the watermark would be ahead."""

    class Joined(Wrapped):
        """A store within somebody's transaction."""

        joined = True

    mark = Mark()
    h = house(Joined(MemoryStore()))
    desk = h.worker("web", watermark=mark)
    desk.request(ask("r"))
    desk.run()
    assert mark.read() == 0
    assert h.store.heads([RecordKey("desk", "runs")]) == [None]


def test_a_count_that_is_refused_for_ever_is_told() -> None:
    """Nothing is sent meanwhile."""

    class Refusing(Wrapped):
        """Refuses whatever is counted."""

        def write(self, changes: Any) -> Any:
            """One result for each."""
            if changes[0].writes[0].key == "runs":
                return [Refused((RecordKey("desk", "runs"),))]
            return self.inner.write(changes)

    h = counted(house(Refusing(MemoryStore())))
    with pytest.raises(StoreBusy, match="again and again"):
        h.desk.run()
    assert h.sent == []
