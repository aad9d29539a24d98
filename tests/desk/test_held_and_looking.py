from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.channels import MailboxChannel
from feedbackkit.codec.chain import Broken
from feedbackkit.desk import AsyncDesk, Desk, ManualClock, SeededIds
from feedbackkit.desk.awaiting import awaited_store
from feedbackkit.domain.decision import At, Held
from feedbackkit.domain.people import Actor, Party
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import FeedbackKitError, InvalidValue, NotAllowed, NotFound, SetupError
from feedbackkit.policies import ContactRules, OpenLimit, StepKind
from feedbackkit.ports import Outcome
from feedbackkit.stores import MemoryStore
from tests.desk.desk_parts import SECRET, SUBJECT, DyingStore, OddChannel, Setting, ask, respondent

if TYPE_CHECKING:
    from feedbackkit.ports import HistoryEntry

ONE_AT_A_TIME = ContactRules((OpenLimit(1),))


def held_desk() -> Setting:
    """Three wishes to one person, of whom one may be open at a time."""
    setting = Setting(rules=ONE_AT_A_TIME)
    setting.desk.request_all([ask("A-1", value=50), ask("A-2", value=10), ask("A-3", value=30)])
    setting.desk.run()
    return setting


def test_a_request_that_waits_for_a_slot_has_no_due_time() -> None:
    """It costs nothing while it waits: the store has nothing due."""
    setting = held_desk()
    assert setting.desk.get("A-1").state is State.REQUESTED
    assert [setting.desk.get(key).due for key in ("A-2", "A-3")] == [None, None]
    assert len(setting.store.find("request", due_until=2**62, limit=10)) == 1


def test_a_free_slot_wakes_the_most_valuable_request_alone() -> None:
    """As many as there are slots, and no more."""
    setting = held_desk()
    setting.desk.decline("A-1")
    assert setting.desk.get("A-3").due is not None
    assert setting.desk.get("A-2").due is None
    setting.desk.run()
    assert setting.desk.get("A-3").state is State.REQUESTED
    setting.desk.give("A-3", {"overall": 5})
    setting.desk.run()
    assert setting.desk.get("A-2").state is State.REQUESTED


def test_a_new_profile_wakes_all_that_wait() -> None:
    """An address may be what they waited for."""
    setting = Setting(rules=ContactRules(()))
    nobody = attrs.evolve(respondent(), email=None)
    setting.desk.request_all([ask("A-1", of=nobody), ask("A-2", of=nobody)])
    setting.desk.run()
    assert setting.channel.messages == []
    setting.desk.request(ask("A-3"))
    setting.desk.run()
    assert {view.state for view in setting.desk.find()} == {State.REQUESTED}


def test_several_asks_to_one_person_go_in_one_contact() -> None:
    """One booking, one message, a line each, the most valuable first."""
    setting = Setting()
    setting.desk.request_all([ask("A-1", value=10), ask("A-2", value=90)])
    setting.desk.run()
    [message] = setting.channel.messages
    assert [line.request for line in message.lines] == ["A-2", "A-1"]
    assert len(setting.desk.contacts("R-1")) == 1


def test_a_deferral_uses_up_no_reminder_and_is_kept() -> None:
    """Nothing before the date, and two reminders from it on."""
    setting = Setting(rules=ContactRules(()))
    setting.desk.request(ask("A-1"))
    setting.desk.run()
    setting.desk.defer("A-1", until="2026-06-01")
    setting.desk.defer("A-1", until="2026-06-01")
    setting.run_on("2026-05-31T12:00:00+00:00")
    assert len(setting.channel.messages) == 1
    setting.run_on("2026-06-01T12:00:00+00:00", "2026-06-08T12:00:00+00:00", "2026-06-22T12:00:00+00:00")
    assert len(setting.channel.messages) == 3
    assert [event.kind for event in setting.desk.history("A-1")].count(EventKind.DEFERRED) == 1
    assert setting.desk.get("A-1").state is State.EXPIRED


def test_a_decline_made_by_mistake_can_be_undone() -> None:
    """The ladder goes on where it was."""
    setting = Setting()
    setting.desk.request(ask("A-1"))
    setting.desk.run()
    setting.desk.decline("A-1", reason="wrong button", by=respondent())
    setting.desk.undo_decline("A-1", by=Actor("jonas"))
    assert setting.desk.get("A-1").state is State.REQUESTED
    setting.run_on("2026-03-09T10:00:00+00:00")
    assert setting.desk.get("A-1").state is State.REMINDED
    with pytest.raises(NotAllowed):
        setting.desk.undo_decline("A-1")


def test_a_delegation_is_a_request_of_its_own_and_runs_in_no_circle() -> None:
    """The new person is asked; whoever was asked already, or is spoken of, cannot be named."""
    setting = Setting()
    setting.desk.request(ask("A-1"))
    key = setting.desk.delegate("A-1", to=respondent(2, house="H-2"), by=respondent())
    assert setting.desk.delegate("A-1", to=respondent(2, house="H-2")) == key
    setting.desk.run()
    assert setting.desk.get(key).state is State.REQUESTED
    assert setting.desk.get(key).request.delegated_from == "A-1"
    for named in (respondent(1), respondent(2, house="H-2"), SUBJECT):
        with pytest.raises(NotAllowed, match="cannot go to"):
            setting.desk.delegate(key, to=named)


def test_a_contact_made_elsewhere_counts() -> None:
    """A private call today, and nobody is written to for five days; the same call booked twice counts once."""
    setting = Setting()
    setting.desk.request(ask("A-1"))
    setting.desk.record_contact("R-1", key="call-1")
    setting.desk.record_contact("R-1", key="call-1")
    setting.desk.run()
    assert setting.channel.messages == []
    assert len(setting.desk.contacts("R-1")) == 1
    setting.run_on("2026-03-09T10:00:00+00:00")
    assert len(setting.channel.messages) == 1


def test_what_explain_foresees_is_what_happens() -> None:
    """If nothing else does, every step comes when it was told."""
    setting = Setting()
    setting.desk.request(ask("A-1", due_us=1_772_800_000_000_000))
    ahead = setting.desk.explain("A-1").ahead
    assert [step.kind for step in ahead] == [StepKind.ASK, StepKind.REMINDER, StepKind.REMINDER, StepKind.EXPIRE]
    for step in ahead:
        assert isinstance(step.decision, At)
        setting.clock.set_us(step.decision.at_us)
        setting.desk.run()
    told = [step.decision.at_us for step in ahead if isinstance(step.decision, At)]
    kinds = {EventKind.REQUESTED, EventKind.REMINDED, EventKind.EXPIRED}
    assert [event.at_us for event in setting.desk.history("A-1") if event.kind in kinds] == told


def test_explain_says_what_a_held_request_waits_for() -> None:
    """In its text, too."""
    setting = held_desk()
    explanation = setting.desk.explain("A-2")
    [step] = explanation.ahead
    assert isinstance(step.decision, Held)
    assert "waits" in str(explanation)


def test_a_history_that_was_changed_is_noticed() -> None:
    """An entry that says something else does not verify."""
    store = MemoryStore()
    setting = Setting(store)
    setting.desk.request(ask("A-1"))
    setting.desk.run()
    setting.desk.verify("A-1")

    class Forged:
        """A store in which somebody has moved the times of a history."""

        ephemeral = True

        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def history(self, key: str, **paging: Any) -> list[HistoryEntry]:
            """One microsecond later each."""
            return [entry._replace(at=entry.at + 1) for entry in store.history(key, **paging)]

    forged: Any = Forged()
    with pytest.raises(Broken):
        Setting(forged).desk.verify("A-1")


@pytest.mark.parametrize("method", ["get", "history", "verify", "explain", "decline"])
def test_an_unknown_key_is_not_found(method: str) -> None:
    """And the error names it."""
    with pytest.raises(NotFound, match="A-404"):
        getattr(Setting().desk, method)("A-404")


class AwaitedStore:
    """A store that really suspends at every call."""

    ephemeral = True

    def __init__(self, store: MemoryStore) -> None:
        self._inner = awaited_store(store)
        for name in ("read", "heads", "write", "claim", "release", "find", "history", "dead_letters", "erase", "close"):
            setattr(self, name, self._suspending(getattr(self._inner, name)))

    @staticmethod
    def _suspending(method: Any) -> Any:
        async def call(*arguments: Any, **options: Any) -> Any:
            await asyncio.sleep(0)
            return await method(*arguments, **options)

        return call


def test_both_desks_do_the_same() -> None:
    """The same story over an awaited store leaves the same requests."""
    setting = Setting()
    setting.desk.request_all([ask("A-1"), ask("A-2", of=respondent(2))])
    setting.desk.run()
    setting.desk.give("A-1", {"overall": 5})

    async def story() -> list[Any]:
        clock = ManualClock("2026-03-02T09:00:00+00:00")
        store: Any = AwaitedStore(MemoryStore())
        desk = AsyncDesk(store, channels=[MailboxChannel()], clock=clock, ids=SeededIds(1), secret=SECRET, owner="desk")
        await desk.request_all([ask("A-1"), ask("A-2", of=respondent(2))])
        await desk.run()
        await desk.give("A-1", {"overall": 5})
        return await desk.find()

    assert asyncio.run(story()) == setting.desk.find()


def test_the_plain_desk_works_inside_a_running_loop() -> None:
    """It needs none, and is in the way of none."""

    async def story() -> int:
        setting = Setting()
        setting.desk.request(ask("A-1"))
        setting.desk.run()
        return len(setting.channel.messages)

    assert asyncio.run(story()) == 1


def test_the_plain_desk_refuses_a_store_that_must_be_awaited() -> None:
    """And says which desk to take."""
    store: Any = AwaitedStore(MemoryStore())
    with pytest.raises(SetupError, match="AsyncDesk"):
        Desk(store, secret=SECRET)


def test_a_run_cancelled_anywhere_loses_nothing() -> None:
    """Whatever was awaited last, going on afterwards sends each message."""

    async def cancelled_after(steps: int) -> tuple[bool, int]:
        channel, inner = MailboxChannel(), MemoryStore()
        store: Any = AwaitedStore(inner)
        clock = ManualClock("2026-03-02T09:00:00+00:00")
        desk = AsyncDesk(store, channels=[channel], clock=clock, secret=SECRET)
        await desk.request_all([ask("A-1"), ask("A-2", of=respondent(2, house="H-2"))])
        task = asyncio.ensure_future(desk.run())
        for _ in range(steps):
            await asyncio.sleep(0)
        finished = not task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await desk.run()
        return finished, len(channel.messages)

    for steps in range(1, 200):
        finished, sent = asyncio.run(cancelled_after(steps))
        assert sent == 2
        if finished:
            return
    pytest.fail("the run never came to its end")


def test_no_personal_data_shows_where_nobody_asked_for_it(caplog: pytest.LogCaptureFixture) -> None:
    """Neither in a repr, nor in an error, nor in the log."""
    caplog.set_level(logging.DEBUG)
    setting = Setting()
    secretive = respondent(7, name="Zwiebelfisch", email="zwiebel@fisch.example")
    setting.desk.request(ask("A-1", of=secretive))
    setting.desk.run()
    setting.desk.give("A-1", {"words": "Zwiebelsuppe"}, by=secretive)
    shown = [repr(thing) for thing in (setting.desk.find(), setting.desk.contacts(), setting.desk.answers())]
    shown += [repr(setting.channel.messages), repr(setting.desk.explain("A-1")), str(setting.desk.explain("A-1"))]
    shown.append(repr(setting.desk.history("A-1")))
    with pytest.raises(FeedbackKitError) as refused:
        setting.desk.decline("A-1", reason="Zwiebelsuppe")
    with pytest.raises(FeedbackKitError) as unreadable:
        setting.desk.defer("A-1", until="Zwiebelsuppe")
    shown += [f"{caught.value!s} {caught.value!r}" for caught in (refused, unreadable)]
    assert not [text for text in shown if "wiebel" in text or "fisch" in text]
    assert "wiebel" not in caplog.text


def test_who_withdrew_what_is_in_the_history() -> None:
    """With the party, and the reason."""
    setting = Setting()
    setting.desk.request(ask("A-1"))
    setting.desk.withdraw("A-1", by="subject", reason="not this client")
    *_, last = setting.desk.history("A-1")
    assert (last.kind, last.party, last.reason) == (EventKind.WITHDRAWN, Party.SUBJECT, "not this client")


def test_the_work_of_a_run_does_not_grow_with_what_is_stored() -> None:
    """I10: as many calls of the store among a thousand open requests as among none."""
    counts: list[int] = []
    for stored in (0, 1000):
        counting: Any = DyingStore(MemoryStore(), at=-1)
        setting = Setting(counting)
        later = 1_900_000_000_000_000
        setting.desk.request_all(ask(f"B-{n}", of=respondent(n + 10, house=None), due_us=later) for n in range(stored))
        setting.desk.request(ask("A-1"))
        before = counting.calls
        setting.desk.run()
        counts.append(counting.calls - before)
    assert counts[0] == counts[1]


def test_a_new_address_lets_go_on_what_could_not_be_delivered() -> None:
    """The step that did not reach anybody is taken again."""
    setting = Setting(channel=OddChannel(Outcome.GIVE_UP))
    setting.desk.request(ask("A-1"))
    setting.desk.run()
    assert setting.desk.get("A-1").state is State.UNDELIVERABLE
    setting.desk.register(respondent(email="new@house.example"))
    setting.run_on("2026-03-03T09:00:00+00:00")
    assert setting.desk.get("A-1").state is State.REQUESTED
    assert setting.channel.messages[-1].to.email == "new@house.example"


def test_two_answers_at_one_instant_are_both_kept() -> None:
    """Under one name, at the same time: the later one revises the earlier."""

    async def both() -> list[Any]:
        store: Any = AwaitedStore(MemoryStore())
        desk = AsyncDesk(store, clock=ManualClock("2026-03-02T09:00:00+00:00"), secret=SECRET, owner="desk")
        await desk.request(ask("A-1"))
        await asyncio.gather(desk.give("A-1", {"overall": 5}), desk.give("A-1", {"overall": 1}))
        return await desk.answers()

    assert sorted(answer.items["overall"] for answer in asyncio.run(both())) == [1, 5]


def test_a_contact_made_elsewhere_cannot_take_the_id_of_one_of_the_desk() -> None:
    """A booking of the desk would never find its place again."""
    setting = Setting()
    setting.desk.request(ask("A-1"))
    with pytest.raises(InvalidValue, match=r"contact\.key"):
        setting.desk.record_contact("R-1", key="A-1#1")
