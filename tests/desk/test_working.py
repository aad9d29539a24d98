"""The worker: it runs, waits and runs again, on a clock moved by hand, and loses nothing to trouble or to a stop."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

import pendulum
import pytest

from feedbackkit.desk import Desk
from feedbackkit.desk.runs.working import by_an_event, by_an_event_of_asyncio
from feedbackkit.domain.request import State
from feedbackkit.errors import InvalidValue, SetupError, StoreBusy, StoreClosed, StoreUnusable
from feedbackkit.stores import MemoryStore
from tests.desk.books import wrong_in
from tests.desk.house import SECRET, WEBER, Died, House, Post, Wrapped, ask, house
from tests.desk.test_workers import crowd, sent_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit.desk import RunReport
    from feedbackkit.domain.contact import Message

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


class Pauses:
    """Waits by moving the clock of a house; sets its stop when it has waited so often."""

    def __init__(self, h: House, *, times: int) -> None:
        self.house = h
        self.stop = threading.Event()
        self.seconds: list[float] = []
        self._times = times

    def __call__(self, seconds: float) -> None:
        """Wait so long."""
        self.seconds.append(seconds)
        self.house.later(seconds=seconds)
        if len(self.seconds) >= self._times:
            self.stop.set()


def work_plainly(h: House, *, times: int, every: dt.timedelta = MINUTE) -> tuple[RunReport, Pauses]:
    """Let the desk of a house work until it has waited so often."""
    pauses = Pauses(h, times=times)
    return h.desk.work(every=every, stop=pauses.stop, wait=pauses), pauses


def work_awaited(h: House, *, times: int, every: dt.timedelta = MINUTE) -> tuple[RunReport, Pauses]:
    """The same by the async desk."""
    pauses = Pauses(h, times=times)

    async def wait(seconds: float) -> None:
        pauses(seconds)
        await asyncio.sleep(0)

    report = asyncio.run(h.desk._desk.work(every=every, stop=pauses.stop, wait=wait))
    return report, pauses


both_faces = pytest.mark.parametrize("work", [work_plainly, work_awaited], ids=["plain", "awaited"])


def busy(inner: MemoryStore, *at_calls: int, error: Exception | None = None) -> Any:
    """A store some of whose calls, counted from 1, fail."""
    count = 0

    def check(_name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal count
        count += 1
        if count in at_calls:
            raise StoreBusy("locked") if error is None else error

    return Wrapped(inner, before=check)


# The round


@both_faces
def test_a_worker_follows_the_whole_ladder_by_itself(work: Any) -> None:
    """The ask, two reminders and the end, each at the instant at which it was due, without anybody calling `run`."""
    h = house(channel=Post())
    h.desk.request(ask("r"))
    report, _ = work(h, times=24 * 50, every=HOUR)
    assert [message.lines[0].step for message in h.sent] == [1, 2, 3]
    assert h.desk.get("r").state is State.EXPIRED
    assert report.runs == 24 * 50
    assert (report["requested"], report["reminded"], report["expired"], report.due) == (1, 2, 1, 4)
    assert [f"{message.booked:%d %H:%M:%S}" for message in h.sent] == ["02 10:00:00", "09 10:00:00", "16 10:00:00"]


@both_faces
def test_it_waits_at_most_as_long_as_it_was_told_and_at_least_nine_tenths(work: Any) -> None:
    """The waits differ, so that workers that were begun together part."""
    h = house()
    _, pauses = work(h, times=200)
    assert 54 <= min(pauses.seconds) < 54.5
    assert 59.5 < max(pauses.seconds) <= 60


def test_its_chance_is_that_of_the_desk() -> None:
    """The same ids give the same waits, others give others."""

    def waits(owner: str) -> list[float]:
        h = house(owner=owner)  # the seed of its ids, too
        return work_plainly(h, times=5)[1].seconds

    assert waits("first") == waits("first")
    assert waits("first") != waits("second")


@both_faces
def test_it_runs_earlier_when_it_knows_of_something_that_is_due_earlier(work: Any) -> None:
    """It is there for each step of a ladder at its instant; when nothing more is known, it polls again."""
    h = house(channel=Post())
    h.desk.request(ask("r"))
    _, pauses = work(h, times=4, every=dt.timedelta(days=100))
    days = [seconds / 86_400 for seconds in pauses.seconds]
    assert days[:3] == [7, 7, 14]
    assert 90 <= days[3] <= 100
    assert [message.lines[0].step for message in h.sent] == [1, 2, 3]


@both_faces
def test_a_clock_that_jumps_back_makes_no_wait_longer(work: Any) -> None:
    """What was known to be due lies ten years ahead then."""
    h = house(at="2036-03-03T04:00:00Z")
    h.desk.request(ask("r"))
    work(h, times=1)
    h.clock.set("2026-03-02T04:00:00Z")
    _, pauses = work(h, times=3)
    assert max(pauses.seconds) <= 60


# The stop


def no_wait(seconds: float) -> None:
    """Must not be called."""
    raise AssertionError(seconds)


@both_faces
def test_a_worker_that_is_stopped_before_it_begins_does_nothing(work: Any) -> None:
    """Not one store call."""
    h = house(Wrapped(MemoryStore()))
    pauses = Pauses(h, times=1)
    pauses.stop.set()
    report = h.desk.work(stop=pauses.stop, wait=pauses) if work is work_plainly else asyncio.run(_stopped(h, pauses))
    assert (report.runs, report.counts, h.store.calls, pauses.seconds) == (0, {}, [], [])


async def _stopped(h: House, pauses: Pauses) -> RunReport:
    async def wait(seconds: float) -> None:
        pauses(seconds)

    return await h.desk._desk.work(stop=pauses.stop, wait=wait)


@pytest.mark.parametrize("idempotent", [True, False], ids=["harmless to repeat", "not harmless"])
@pytest.mark.parametrize("at_message", range(1, 8))
def test_i3_a_stop_during_a_batch_finishes_it_and_waits_no_more(at_message: int, idempotent: bool) -> None:
    """Whoever is in the batch is asked; the others stay due, and the next worker asks them."""
    stop = threading.Event()

    def during(_message: Message) -> None:
        if len(h.sent) + 1 == at_message:
            stop.set()

    h = house(channel=Post(idempotent=idempotent, during=during), batch=3)
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(8))])
    report = h.desk.work(stop=stop, wait=no_wait)
    assert report["sent"] == len(h.sent) == min(8, -(-at_message // 3) * 3)
    assert report.runs == 1
    h.worker("other").run()
    sent_once(h, 8)


def test_a_plain_desk_waits_by_its_event() -> None:
    """As long as the pause is, and no longer than until it is set."""

    class Noted(threading.Event):
        """Is set when it is waited for."""

        seconds = 0.0

        def wait(self, timeout: float | None = None) -> bool:
            """Be set, and wait no longer."""
            self.seconds = timeout or 0.0
            self.set()
            return super().wait(timeout)

    stop = Noted()
    assert house().desk.work(stop=stop).runs == 1
    assert 54 <= stop.seconds <= 60


def test_an_async_desk_waits_by_its_event() -> None:
    """Another task that sets it ends the wait at once."""

    async def story() -> RunReport:
        stop = asyncio.Event()
        h = house()
        task = asyncio.ensure_future(h.desk._desk.work(every=dt.timedelta(days=1), stop=stop))
        await asyncio.sleep(0)  # until it waits: nothing before that suspends
        assert not task.done()
        stop.set()
        return await task

    assert asyncio.run(story()).runs == 1


def test_an_event_that_nobody_sets_is_waited_for_as_long_as_the_pause_is() -> None:
    """Of both kinds; a pause of nothing is over at once."""

    async def story() -> None:
        await by_an_event_of_asyncio(asyncio.Event())(0)
        await by_an_event(threading.Event())(0)

    asyncio.run(story())


def test_without_a_stop_it_works_until_something_ends_it() -> None:
    """Such as Ctrl-C while it waits."""

    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    h = house()
    h.desk.request(ask("r"))
    with pytest.raises(KeyboardInterrupt):
        h.desk.work(wait=interrupted)

    async def awaited(_seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(h.desk._desk.work(wait=awaited))
    assert len(h.sent) == 1


def test_the_wrong_kind_of_event_is_refused() -> None:
    """With the name of the right one, before anything is done."""
    h = house(Wrapped(MemoryStore()))
    with pytest.raises(SetupError, match=r"threading\.Event"):
        h.desk.work(stop=asyncio.Event())
    with pytest.raises(SetupError, match=r"asyncio\.Event"):
        asyncio.run(h.desk._desk.work(stop=threading.Event()))
    assert h.store.calls == []


@pytest.mark.parametrize("every", [dt.timedelta(0), -MINUTE, pendulum.duration(months=1), 60])
def test_what_is_no_pause_is_refused(every: Any) -> None:
    """Nothing, less than nothing, a month, a bare number."""
    with pytest.raises(InvalidValue, match=r"work\.every"):
        house().desk.work(every=every)


# Trouble


@both_faces
@pytest.mark.parametrize("idempotent", [True, False], ids=["harmless to repeat", "not harmless"])
def test_i3_a_store_that_is_busy_at_any_call_is_tried_again_and_nothing_is_lost(work: Any, idempotent: bool) -> None:
    """Also the very first call, which looks whether the store is the right one; what is in doubt keeps its id."""
    undisturbed, _ = asked_by_a_worker(busy(MemoryStore()), work, idempotent=idempotent)
    for number in range(1, len(undisturbed.store.calls) + 1):
        h, report = asked_by_a_worker(busy(MemoryStore(), number), work, idempotent=idempotent)
        assert report["backed off"] == 1
        assert {message.id for message in h.sent} == {f"r{n}#1" for n in range(5)}
        assert idempotent or len(h.sent) <= 6
        assert wrong_in(h.store.inner) == []


def asked_by_a_worker(store: Any, work: Callable[..., Any], *, idempotent: bool) -> tuple[House, RunReport]:
    """Five people are asked by a worker whose store may be in trouble, never by the desk that plans."""
    planning = house(store.inner)
    planning.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(5))])
    h = house(store, channel=Post(idempotent=idempotent), batch=2)
    report, _ = work(h, times=3)
    return h, report


@both_faces
def test_it_backs_off_longer_and_longer_up_to_five_minutes(work: Any) -> None:
    """Each wait is from half to all of twice the one before; a run that succeeds ends it."""
    h = house(busy(MemoryStore(), *range(1, 13)))
    report, pauses = work(h, times=14)
    for number, seconds in enumerate(pauses.seconds[:12]):
        longest = min(2**number, 300)
        assert longest / 2 <= seconds <= longest
    assert 54 <= pauses.seconds[12] <= 60
    assert (report.runs, report["backed off"]) == (14, 12)


def test_after_a_good_run_it_begins_with_the_shortest_pause_again() -> None:
    """Trouble of yesterday is forgotten."""
    h = house(busy(MemoryStore(), 1, 2, 3, 10))  # three times at once, then one run of reading, writing and two claims
    _, pauses = work_plainly(h, times=6)
    short = [seconds for seconds in pauses.seconds if seconds < 50]
    assert len(short) == 4
    assert short[3] <= 1


@both_faces
@pytest.mark.parametrize("error", [ConnectionResetError("cut"), TimeoutError("late"), StoreBusy("locked")])
def test_a_connection_that_breaks_is_tried_again(work: Any, error: Exception) -> None:
    """Of a channel, for instance; the message keeps its id."""
    h = house(channel=Post(error))
    h.desk.request(ask("r"))
    report, _ = work(h, times=2)
    assert report["backed off"] == 1
    assert {message.id for message in h.sent} == {"r#1"}
    assert wrong_in(h.store) == []


@both_faces
@pytest.mark.parametrize(
    "error", [StoreUnusable("damaged"), StoreClosed("closed"), SetupError("odd"), OSError("no"), RuntimeError(), Died()]
)
def test_anything_else_is_raised(work: Any, error: BaseException) -> None:
    """Somebody has to look at it."""
    h = house(busy(MemoryStore(), 3, error=error))  # type: ignore[arg-type]  # one of them is no Exception
    with pytest.raises(type(error)):
        work(h, times=3)


@both_faces
def test_a_desk_without_a_channel_does_not_work(work: Any) -> None:
    """It says so instead of waiting for ever."""
    h = house()
    h.desk = Desk(h.store, secret=SECRET)
    with pytest.raises(SetupError, match="needs a channel"):
        work(h, times=1)


def test_two_workers_at_one_store_ask_everybody_once() -> None:
    """Tasks of two names, that take turns at every wait."""
    h = house(channel=Post(idempotent=False))
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(20))])

    async def story() -> None:
        stop = asyncio.Event()
        waits = 0

        async def wait(_seconds: float) -> None:
            nonlocal waits
            waits += 1
            if waits == 6:
                stop.set()
            await asyncio.sleep(0)

        desks = [h.worker(owner, batch=3)._desk for owner in ("a", "b")]
        await asyncio.gather(*(desk.work(stop=stop, wait=wait) for desk in desks))

    asyncio.run(story())
    sent_once(h, 20)


def test_what_is_asked_for_while_it_waits_is_sent_by_the_next_run() -> None:
    """A worker plans nothing, and finds what others plan."""
    h = house()
    stop = threading.Event()
    waits = 0

    def wait(_seconds: float) -> None:
        nonlocal waits
        waits += 1
        if waits == 1:
            h.worker("web").request(ask("r", respondent=WEBER))
        else:
            stop.set()

    report = h.desk.work(stop=stop, wait=wait)
    assert (report.runs, report["sent"], len(h.sent)) == (2, 1, 1)
