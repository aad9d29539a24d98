"""What comes back: answers, refusals, dates, names of others, and the wish to be left in peace."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest

from feedbackkit.desk import Reply
from feedbackkit.domain.people import Actor, Party, Person
from feedbackkit.domain.request import EventKind, State
from feedbackkit.domain.times import DAY_US, instant
from feedbackkit.errors import IllegalTransition, InvalidValue, NotAllowed, NotFound
from feedbackkit.ports import Outcome
from feedbackkit.stores import MemoryStore
from tests.desk.house import BRANDT, HUBER, WEBER, Post, Wrapped, ask, house, snapshot


def kinds(desk: object, key: str) -> list[EventKind]:
    """What happened to a request, in a few words."""
    return [event.kind for event in desk.history(key)]  # type: ignore[attr-defined]  # a Desk


def test_an_answer_closes_the_request_and_is_kept() -> None:
    """What was given can be read again, and the request is given."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.run()
    answer = h.desk.give("r", {"overall": 5, "words": "Splendid"}, by=WEBER)
    assert h.desk.answers(request="r") == [answer]
    assert h.desk.get("r").state is State.GIVEN


def test_i5_the_same_answer_twice_is_no_event() -> None:
    """Repeating `give` leaves one answer and one entry in the history."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.give("r", {"overall": 5})
    h.desk.give("r", {"overall": 5})
    assert len(h.desk.answers()) == 1
    assert kinds(h.desk, "r") == [EventKind.PLANNED, EventKind.GIVEN]


def test_i5_a_different_answer_revises() -> None:
    """A second, different answer stands beside the first as revision 2."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.give("r", {"overall": 5})
    h.desk.give("r", {"overall": 4})
    assert [answer.revision for answer in h.desk.answers()] == [1, 2]
    assert kinds(h.desk, "r")[-1] is EventKind.REVISED


def test_i5_going_back_to_an_earlier_answer_is_a_revision_of_its_own() -> None:
    """Five, four, five again: three revisions, the last one in force."""
    h = house()
    h.desk.request(ask("r"))
    for overall in (5, 4, 5):
        h.desk.give("r", {"overall": overall})
    assert [dict(answer.items) for answer in h.desk.answers()] == [{"overall": 5}, {"overall": 4}, {"overall": 5}]


@pytest.mark.parametrize("state", [State.EXPIRED, State.DECLINED, State.DELEGATED, State.WITHDRAWN])
def test_i5_a_late_answer_is_accepted_in_every_closed_state(state: State) -> None:
    """An answer is never lost: whoever answers late is heard."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.run()
    if state is State.EXPIRED:
        for _ in range(60):
            h.later(days=1).desk.run()
    elif state is State.DECLINED:
        h.desk.decline("r")
    elif state is State.DELEGATED:
        h.desk.delegate("r", to=HUBER)
    else:
        h.desk.withdraw("r", by=Party.PROVIDER)
    assert h.desk.get("r").state is state
    h.desk.give("r", {"overall": 5})
    assert h.desk.get("r").state is State.GIVEN


@pytest.mark.parametrize("party", [Party.RESPONDENT, Party.SUBJECT])
def test_i5_what_was_withdrawn_for_good_takes_no_answer_and_says_so(party: Party) -> None:
    """Where the respondent or the subject withdrew, an answer is refused with the reason, and nothing is stored."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.withdraw("r", by=party)
    with pytest.raises(IllegalTransition, match="for good"):
        h.desk.give("r", {"overall": 5})
    assert h.desk.answers() == []


def test_a_decline_said_twice_counts_once() -> None:
    """The second no is no event."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.decline("r", reason="no time")
    h.desk.decline("r", reason="no time")
    assert kinds(h.desk, "r") == [EventKind.PLANNED, EventKind.DECLINED]
    assert h.desk.history("r")[-1].reason == "no time"


def test_a_decline_is_followed_by_silence() -> None:
    """Nobody is contacted about it any more."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.run()
    h.desk.decline("r")
    for _ in range(60):
        h.later(days=1).desk.run()
    assert len(h.sent) == 1


def test_a_decline_by_mistake_can_be_undone_and_the_ladder_goes_on() -> None:
    """After the undoing the reminder comes, not before its day, and no second ask."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.run()
    h.desk.decline("r")
    h.desk.undo_decline("r", reason="wrong button")
    h.later(days=6).desk.run()
    assert len(h.sent) == 1
    h.later(days=1).desk.run()
    assert [line.step for message in h.sent for line in message.lines] == [1, 2]


def test_what_was_not_declined_cannot_be_undone() -> None:
    """Undoing says in which state the request is."""
    h = house()
    h.desk.request(ask("r"))
    with pytest.raises(NotAllowed, match="planned"):
        h.desk.undo_decline("r")


def test_a_deferral_uses_up_no_reminder() -> None:
    """Deferred between ask and reminder, two reminders still follow, the first on the chosen day."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.run()
    h.later(days=1).desk.defer("r", until="2026-04-07", by=WEBER)
    for _ in range(100):
        h.later(days=1).desk.run()
    assert [(line.step, message.booked.date()) for message in h.sent for line in message.lines] == [
        (1, dt.date(2026, 3, 2)),
        (2, dt.date(2026, 4, 7)),
        (3, dt.date(2026, 4, 14)),
    ]


def test_a_date_begins_at_midnight_where_the_respondent_is() -> None:
    """A deferral to a day means the day of the person's own zone."""
    h = house()
    tokyo = Person(id="P-t", email="t@t.example", name="T", timezone="Asia/Tokyo", basis=WEBER.basis)
    h.desk.request(ask("r", respondent=tokyo))
    h.desk.defer("r", until="2026-04-07")
    assert str(h.desk.get("r").due) == "2026-04-06 15:00:00+00:00"


@pytest.mark.parametrize("until", ["2026-03-02T10:00:00Z", "2026-02-01", "2028-04-01"])
def test_a_deferral_must_lie_ahead_within_two_years(until: str) -> None:
    """Other dates are refused and change nothing."""
    h = house()
    h.desk.request(ask("r"))
    with pytest.raises(InvalidValue, match="two years"):
        h.desk.defer("r", until=until)
    assert kinds(h.desk, "r") == [EventKind.PLANNED]


def test_a_deferral_said_twice_counts_once() -> None:
    """The same date again is no event."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.defer("r", until="2026-04-07")
    h.desk.defer("r", until="2026-04-07")
    assert kinds(h.desk, "r") == [EventKind.PLANNED, EventKind.DEFERRED]


def test_a_delegation_is_a_request_of_its_own() -> None:
    """The named person is asked, the one who named is not reminded."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.run()
    assert h.desk.delegate("r", to=HUBER, by=WEBER) == "r/delegate"
    for _ in range(20):
        h.later(days=1).desk.run()
    assert [message.to.id for message in h.sent][:2] == ["P-weber", "P-huber"]
    assert [message.to.id for message in h.sent].count("P-weber") == 1
    assert h.desk.get("r/delegate").request.delegated_from == "r"


def test_a_delegation_said_twice_makes_one_request() -> None:
    """Repeating it gives the same key and no further event."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.delegate("r", to=HUBER)
    assert h.desk.delegate("r", to=HUBER) == "r/delegate"
    assert [view.key for view in h.desk.find()] == ["r", "r/delegate"]


def test_a_delegation_to_somebody_else_than_before_is_refused() -> None:
    """The first one named stays the one who is asked, and nothing is stored about the other."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.delegate("r", to=HUBER)
    before = snapshot(h.store)
    with pytest.raises(NotAllowed, match="somebody else already"):
        h.desk.delegate("r", to=Person(id="P-other", name="O", email="o@house.example", organisation="House"))
    assert snapshot(h.store) == before


def test_of_two_who_delegate_at_once_one_is_refused_and_the_one_they_named_is_not_stored() -> None:
    """The slower one read the request while it was open, and begins again."""
    inner = MemoryStore()
    faster = True

    def overtake(name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal faster
        if faster and name == "write":
            faster = False
            h.worker("other", store=inner).delegate("r", to=HUBER)

    h = house(inner)
    h.desk.request(ask("r"))
    slow: Any = Wrapped(inner, before=overtake)
    with pytest.raises(NotAllowed, match="somebody else already"):
        h.worker("slow", store=slow).delegate("r", to=Person(id="P-other", name="O"))
    assert h.desk.get("r/delegate").request.respondent == HUBER.id
    with pytest.raises(NotFound):
        h.desk.person("P-other")


def test_a_delegation_that_the_state_forbids_stores_nothing_about_whoever_was_named() -> None:
    """It is one change, made whole or not at all."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.give("r", {"overall": 5})
    before = snapshot(h.store)
    with pytest.raises(IllegalTransition):
        h.desk.delegate("r", to=HUBER)
    assert snapshot(h.store) == before


def test_where_the_key_of_a_delegate_is_taken_the_refusal_says_so() -> None:
    """There is nothing to try again; the request stays where it is."""
    h = house()
    h.desk.request_all([ask("r"), ask("r/delegate", occasion="verification")])
    with pytest.raises(NotAllowed, match="'r/delegate', is taken"):
        h.desk.delegate("r", to=HUBER)
    assert h.desk.get("r").state is State.PLANNED


@pytest.mark.parametrize("named", [WEBER, BRANDT], ids=["who was asked", "whom it is about"])
def test_nobody_is_named_who_is_in_the_line_already(named: Person) -> None:
    """A delegation to the respondent or to the subject is refused."""
    h = house()
    h.desk.request(ask("r"))
    with pytest.raises(NotAllowed):
        h.desk.delegate("r", to=named)
    assert h.desk.get("r").state is State.PLANNED


def test_a_delegation_never_goes_round_in_a_circle() -> None:
    """Who named somebody cannot be named by them."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.delegate("r", to=HUBER)
    with pytest.raises(NotAllowed, match="asked already"):
        h.desk.delegate("r/delegate", to=WEBER)


def test_somebody_else_cannot_answer() -> None:
    """`by` must be the respondent or an actor of the provider."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.request(ask("s", respondent=HUBER))
    with pytest.raises(NotAllowed):
        h.desk.give("r", {"overall": 5}, by=HUBER)
    assert h.desk.answers() == []


def test_an_actor_writes_down_a_talk_on_the_word_of_the_provider() -> None:
    """History names the actor, the answer the party."""
    h = house()
    h.desk.request(ask("r"))
    answer = h.desk.give("r", {"overall": 5}, by=Actor("staff-7"))
    assert answer.party is Party.PROVIDER
    assert h.desk.history("r")[-1].actor == "staff-7"


def test_of_many_answers_a_bad_one_stands_in_its_place() -> None:
    """One error does not keep the others from being accepted."""
    h = house()
    h.desk.request_all([ask("r"), ask("s", respondent=HUBER)])
    given = h.desk.give_all([Reply("r", {"overall": 5}), Reply("none", {"overall": 5}), Reply("s", {"overall": 4})])
    assert isinstance(given[1], NotFound)
    assert [view.state for view in h.desk.find()] == [State.GIVEN, State.GIVEN]


def test_a_decline_undone_before_anybody_was_asked_keeps_the_day() -> None:
    """The ask comes when it was planned, not at once; where that day has passed, at once."""
    h = house()
    h.desk.request(ask("r", due_us=h.clock.now_us() + 100 * DAY_US))
    before = h.desk.get("r").due
    for _ in range(2):
        h.desk.decline("r")
        h.desk.undo_decline("r")
        assert h.desk.get("r").due == before
    h.desk.decline("r")
    h.later(days=101).desk.undo_decline("r")
    assert h.desk.get("r").progress.due_us == h.clock.now_us()


def test_a_decline_undone_before_anybody_was_asked_says_why_the_ask_is_later() -> None:
    """As every plan does: on a Saturday nobody is asked."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.decline("r")
    h.clock.set("2026-03-07T10:00:00Z")
    h.desk.undo_decline("r", reason="said by mistake")
    event = h.desk.history("r")[-1]
    assert (event.kind, event.reason) == (EventKind.REOPENED, "said by mistake")
    assert [reason.rule for reason in event.because] == ["office hours"]
    assert str(h.desk.get("r").due) == "2026-03-09 09:00:00+00:00"


@pytest.mark.parametrize("asked", [False, True])
def test_a_decline_undone_keeps_the_date_that_was_chosen(asked: bool) -> None:
    """Deferred to June, declined by mistake: June it is, as often as it happens; in July it is at once."""
    h = house()
    h.desk.request(ask("r"))
    if asked:
        h.desk.run()
    h.desk.defer("r", until="2026-06-01")
    for _ in range(2):
        h.desk.decline("r")
        h.desk.undo_decline("r")
        assert str(h.desk.get("r").due) == "2026-06-01 00:00:00+00:00"
    h.desk.decline("r")
    h.clock.set("2026-07-01T10:00:00Z")
    h.desk.undo_decline("r")
    assert h.desk.get("r").progress.due_us == h.clock.now_us()


def test_a_date_is_chosen_also_where_the_request_was_due_then_anyway() -> None:
    """It is the respondent's from then on, and no plan moves the ask before it."""
    h = house()
    h.desk.request(ask("r", due_us=instant("2026-06-01T09:00:00Z")))
    h.desk.defer("r", until="2026-06-01T09:00:00Z")
    assert h.desk.get("r").progress.chosen_us == instant("2026-06-01T09:00:00Z")


def test_a_new_address_does_not_bring_the_contact_forward_of_the_chosen_date() -> None:
    """Deferred while the ask was on its way, which then came back: nothing goes before the date."""
    h = house(channel=Post(Outcome.GIVE_UP, during=lambda _message: h.desk.defer("r", until="2026-06-01")))
    h.desk.request(ask("r"))
    h.desk.run()
    assert h.desk.get("r").state is State.UNDELIVERABLE
    h.desk.register(attrs.evolve(WEBER, email="weber@elsewhere.example"))
    assert str(h.desk.get("r").due) == "2026-06-01 00:00:00+00:00"


def test_an_answer_repeated_a_day_later_is_the_stored_one() -> None:
    """With the time at which it came, and on whose word; the latest revision where there are several."""
    h = house()
    h.desk.request_all([ask("r"), ask("s", respondent=HUBER)])
    first = h.desk.give("r", {"overall": 5}, by=Actor("staff-7"))
    h.later(days=1)
    assert h.desk.give("r", {"overall": 5}) == first
    second = h.desk.give("r", {"overall": 4})
    h.later(days=1)
    reply, other = Reply("r", {"overall": 4}), Reply("s", {"overall": 1})
    again, new, repeated = h.desk.give_all([reply, other, other])
    assert again == second
    assert new == repeated
    assert [event.kind for event in h.desk.history("r")][1:] == [EventKind.GIVEN, EventKind.REVISED]


def test_two_answers_to_one_request_in_one_call_are_two_revisions() -> None:
    """Acts on one request in one batch see each other."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.give_all([Reply("r", {"overall": 5}), Reply("r", {"overall": 4}), Reply("r", {"overall": 4})])
    assert [answer.revision for answer in h.desk.answers()] == [1, 2]


def test_an_opt_out_said_twice_counts_once() -> None:
    """Nothing is written the second time."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.opt_out(WEBER)
    before = h.store.find("person", limit=10)
    h.later(hours=1).desk.opt_out(WEBER)
    assert h.store.find("person", limit=10) == before


def test_an_opt_out_follows_the_person_to_a_new_address() -> None:
    """The wish hangs on the person, not on the address."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.opt_out("P-weber")
    moved = Person(id="P-weber", email="weber@elsewhere.example", name="Dr. Anna Weber", basis=WEBER.basis)
    h.desk.request(ask("s", respondent=moved))
    h.desk.run()
    assert h.sent == []


def test_an_opt_out_from_reminders_lets_the_ask_through() -> None:
    """One mail, no second one."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.opt_out("P-weber", scope="reminders")
    for _ in range(60):
        h.desk.run()
        h.later(days=1)
    assert len(h.sent) == 1
    assert h.desk.get("r").state is State.EXPIRED


def test_an_opt_out_until_a_date_ends_there() -> None:
    """The ask goes out on that day."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.opt_out("P-weber", until="2026-04-01")
    for _ in range(40):
        h.desk.run()
        h.later(days=1)
    assert h.sent[0].booked.date() == dt.date(2026, 4, 1)
