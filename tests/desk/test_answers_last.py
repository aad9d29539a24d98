"""I5: an accepted answer is durable before the caller hears "ok", and whoever did not hear it repeats the call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.desk import Reply
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import StoreBusy
from feedbackkit.ports import Applied, Outcome
from feedbackkit.stores import MemoryStore, SQLiteStore
from tests.desk.books import ledgers_in, wrong_in
from tests.desk.house import HUBER, WEBER, Died, Post, Wrapped, ask, dying, house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from feedbackkit.desk import Desk

ACTS: dict[str, Callable[[Desk], object]] = {
    "give": lambda desk: desk.give("r", {"overall": 5, "words": "Splendid"}),
    "give all": lambda desk: desk.give_all([Reply("r", {"overall": 5}), Reply("s", {"overall": 4})]),
    "decline": lambda desk: desk.decline("r", reason="no time"),
    "defer": lambda desk: desk.defer("r", until="2026-04-07"),
    "delegate": lambda desk: desk.delegate("r", to=HUBER),
    "withdraw": lambda desk: desk.withdraw("r", by="subject"),
    "opt out": lambda desk: desk.opt_out(WEBER),
    "contact": lambda desk: desk.record_contact(WEBER, key="call"),
}


def asked(path: Path) -> None:
    """A store in a file in which one person was asked two things."""
    with house(SQLiteStore(path)).desk as desk:
        desk.request_all([ask("r"), ask("s", value=20)])
        desk.run()


def picture(path: Path) -> tuple[Any, ...]:
    """What a program sees that opens the file afterwards."""
    store = SQLiteStore(path)
    with house(store).desk as desk:
        histories = [[(event.kind, event.reason) for event in desk.history(view.key)] for view in desk.find()]
        return desk.find(), desk.contacts(), desk.answers(), histories, wrong_in(store)


def deaths(path: Path, what: str, *, afterwards: bool) -> Iterator[bool]:
    """Die at each store call of an act in turn, in a file of its own; whether the act came to its end."""
    for at_call in range(1, 50):
        own = path / f"{what}-{afterwards}-{at_call}.db".replace(" ", "-")
        asked(own)
        inner = SQLiteStore(own)
        mortal: Any = dying(inner, at_call, afterwards=afterwards)
        heard = True
        try:
            ACTS[what](house(mortal, owner="dies").desk)
        except Died:
            heard = False
        inner.close()
        with house(SQLiteStore(own)).desk as desk:
            ACTS[what](desk)
        assert picture(own) == picture(path / "undisturbed.db")
        yield heard
        if heard:
            return
    pytest.fail("the act never came to its end")


@pytest.mark.parametrize("afterwards", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("what", ACTS)
def test_i5_an_act_that_died_anywhere_is_repeated_without_harm(tmp_path: Path, what: str, afterwards: bool) -> None:
    """Whether it was stored or not, afterwards it is stored once, and the books balance."""
    asked(tmp_path / "undisturbed.db")
    with house(SQLiteStore(tmp_path / "undisturbed.db")).desk as desk:
        ACTS[what](desk)
    assert picture(tmp_path / "undisturbed.db")[-1] == []
    assert sum(not heard for heard in deaths(tmp_path, what, afterwards=afterwards)) >= 3


@pytest.mark.parametrize("what", ["give", "give all"])
def test_i5_what_was_heard_is_in_the_file_without_any_further_call(tmp_path: Path, what: str) -> None:
    """The process is gone right after "ok": neither close nor release was called."""
    path = tmp_path / "feedback.db"
    asked(path)
    store = SQLiteStore(path)
    ACTS[what](house(store, owner="gone").desk)
    with house(SQLiteStore(path)).desk as desk:
        assert desk.get("r").state is State.GIVEN
        assert desk.answers(request="r")
    store.close()


def test_i5_somebody_faster_loses_no_answer() -> None:
    """Refused, it is begun again; both answers are there, in the order in which they were stored."""
    inner = MemoryStore()
    faster = 3

    def overtake(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal faster
        if faster and name == "write" and any(write.kind == "answer" for write in arguments[0][0].writes):
            faster -= 1
            h.worker(f"other-{faster}", store=inner).give("r", {"overall": faster + 1})

    h = house(Wrapped(inner, before=overtake))
    h.desk.request(ask("r"))
    assert h.desk.give("r", {"overall": 5}).revision == 4
    assert [answer.items["overall"] for answer in h.desk.answers()] == [3, 2, 1, 5]
    assert wrong_in(inner) == []


def test_i5_whoever_is_overtaken_for_ever_hears_that_it_failed() -> None:
    """Never "ok" for what is not stored."""
    inner = MemoryStore()
    count = 0

    def overtake(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        if name == "write" and any(write.kind == "answer" for write in arguments[0][0].writes):
            count += 1
            h.worker("other", store=inner).opt_out(WEBER, until=f"2026-04-{count:02}")

    h = house(Wrapped(inner, before=overtake))
    h.desk.request(ask("r"))
    with pytest.raises(StoreBusy, match="try again"):
        h.desk.give("r", {"overall": 5})
    assert h.desk.answers() == []
    assert h.desk.get("r").state is State.PLANNED


def test_i5_a_write_of_unknown_outcome_is_repeated_by_its_id() -> None:
    """The store made the change and the word got lost: the same change again is no second one."""
    changes: list[Any] = []
    inner = MemoryStore()

    def keep(name: str, arguments: tuple[Any, ...]) -> None:
        if name == "write":
            changes.extend(arguments[0])

    h = house(Wrapped(inner, after=keep))
    h.desk.request(ask("r"))
    h.desk.give("r", {"overall": 5})
    assert not any(isinstance(result, Applied) for result in inner.write(changes))
    assert [event.kind for event in h.desk.history("r")] == [EventKind.PLANNED, EventKind.GIVEN]


@pytest.mark.parametrize("late", [0, 1, 400])
def test_i5_an_answer_is_never_too_late(late: int) -> None:
    """A day or a year after it expired."""
    h = house()
    h.desk.request(ask("r"))
    for _ in range(5):
        h.desk.run()
        h.later(days=8)
    assert h.desk.get("r").state is State.EXPIRED
    h.later(days=late).desk.give("r", {"overall": 5})
    assert h.desk.get("r").state is State.GIVEN
    assert wrong_in(h.store) == []


def test_i5_an_answer_reaches_an_undeliverable_request() -> None:
    """Somebody phoned instead."""
    h = house(channel=Post(Outcome.GIVE_UP))
    h.desk.request(ask("r", respondent=HUBER))
    h.desk.run()
    assert h.desk.get("r").state is State.UNDELIVERABLE
    h.desk.give("r", {"overall": 5})
    assert h.desk.get("r").state is State.GIVEN
    h.desk.give("r", {"overall": 4})
    assert [answer.revision for answer in h.desk.answers()] == [1, 2]
    assert wrong_in(h.store) == []


def test_i5_after_an_erasure_on_the_respondents_word_nothing_comes_in_whoever_hands_it_in() -> None:
    """Neither once more nor as one of many."""
    h = house()
    h.desk.request_all([ask("r"), ask("s")])
    h.desk.withdraw("r", by="erasure")
    refused, given = h.desk.give_all([Reply("r", {"overall": 5}), Reply("s", {"overall": 5})])
    assert "for good" in str(refused)
    assert h.desk.answers() == [given]
    assert wrong_in(h.store) == []


def test_i5_acts_on_things_of_one_name_at_one_instant_are_two_changes() -> None:
    """A person and a request called the same, both at their first version: neither act is taken for the other."""
    h = house()
    h.desk.request(ask("same", respondent=attrs.evolve(WEBER, id="same")))
    h.desk.opt_out("same", scope="reminders")
    h.desk.decline("same", reason="no time")
    h.desk.opt_out("same")
    assert h.desk.get("same").state is State.DECLINED
    assert [wish.scope for wish in ledgers_in(h.store, "person")["same"].opt_outs] == ["reminders", "all"]
