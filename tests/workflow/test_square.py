"""The whole square: what each event does in each state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import pytest

from feedbackkit.domain.request import EventKind, Progress, State
from feedbackkit.errors import IllegalTransition
from feedbackkit.workflow import TABLE, apply, legal_events
from feedbackkit.workflow.states import OPEN
from tests.workflow.histories import FOR_GOOD, HOUR, after, asked, event, good, planned, standing, withdrawn

if TYPE_CHECKING:
    from feedbackkit.domain.people import Party
    from feedbackkit.domain.request import Event

# Written by hand from the meaning of the words, after one ask (two contacts where it is reminded): state, then event
# and where it leads. What is not here is illegal.
SQUARE: Final[dict[str, dict[str, str]]] = {
    "new": {"planned": "planned"},
    "planned": {
        "rescheduled": "planned",
        "approved": "planned",
        "requested": "requested",
        "deferred": "planned",
        "undeferred": "planned",
        "delegated": "delegated",
        "given": "given",
        "declined": "declined",
        "expired": "expired",
        "withdrawn": "withdrawn",
    },
    "requested": {
        "rescheduled": "requested",
        "reminded": "reminded",
        "nudged": "reminded",
        "unsent": "planned",
        "deferred": "requested",
        "undeferred": "requested",
        "delegated": "delegated",
        "bounced": "undeliverable",
        "given": "given",
        "declined": "declined",
        "expired": "expired",
        "withdrawn": "withdrawn",
    },
    "reminded": {
        "rescheduled": "reminded",
        "reminded": "reminded",
        "nudged": "reminded",
        "unsent": "requested",
        "deferred": "reminded",
        "undeferred": "reminded",
        "delegated": "delegated",
        "bounced": "undeliverable",
        "given": "given",
        "declined": "declined",
        "expired": "expired",
        "withdrawn": "withdrawn",
    },
    "given": {"revised": "given", "unsent": "given"},
    "declined": {"given": "given", "reopened": "requested", "withdrawn": "withdrawn", "unsent": "declined"},
    "delegated": {"given": "given", "reopened": "requested", "withdrawn": "withdrawn", "unsent": "delegated"},
    "expired": {
        "given": "given",
        "declined": "declined",
        "reopened": "requested",
        "withdrawn": "withdrawn",
        "unsent": "expired",
    },
    "withdrawn": {"given": "given", "reopened": "requested", "withdrawn": "withdrawn", "unsent": "withdrawn"},
    "undeliverable": {
        "readdressed": "planned",
        "delegated": "delegated",
        "given": "given",
        "declined": "declined",
        "expired": "expired",
        "withdrawn": "withdrawn",
    },
}


def ready_for(kind: EventKind, state: State) -> Progress:
    """A request in a state, with a date of the respondent's where the event takes that back."""
    progress = standing(state)
    if kind is EventKind.UNDEFERRED and kind in TABLE[state]:
        progress = apply(progress, event(EventKind.DEFERRED, 50, due_us=500 * HOUR))
    return progress


PAIRS: Final = [(state, kind) for state in State for kind in EventKind]
LEGAL: Final = [(state, kind) for state, kind in PAIRS if kind.value in SQUARE[state]]
ILLEGAL: Final = [(state, kind) for state, kind in PAIRS if kind.value not in SQUARE[state]]


def test_the_table_is_total() -> None:
    """Every state is a row, the final ones too, and every event is legal somewhere."""
    assert set(TABLE) == set(State)
    assert {kind for row in TABLE.values() for kind in row} == set(EventKind)


def test_the_table_cannot_be_changed() -> None:
    """Neither the table nor a row of it takes an assignment."""
    with pytest.raises(TypeError):
        TABLE[State.NEW] = {}  # type: ignore[index] # pyright: ignore[reportIndexIssue] - that is the claim
    with pytest.raises(TypeError):
        TABLE[State.NEW][EventKind.GIVEN] = TABLE[State.PLANNED][EventKind.GIVEN]  # type: ignore[index] # pyright: ignore[reportIndexIssue] - as above


@pytest.mark.parametrize("state", State)
def test_the_histories_of_these_tests_lead_where_they_say(state: State) -> None:
    """Each state has a history that begins at a new request."""
    assert standing(state).state is state


@pytest.mark.parametrize(("state", "kind"), LEGAL)
def test_a_legal_event_leads_to_its_state(state: State, kind: EventKind) -> None:
    """Each event that a state allows leads where the square says."""
    assert apply(ready_for(kind, state), good(kind, state)).state == SQUARE[state][kind]


@pytest.mark.parametrize(("state", "kind"), ILLEGAL)
def test_an_illegal_event_changes_nothing_and_says_what_is_legal(state: State, kind: EventKind) -> None:
    """Each event that a state does not allow is refused with the request, the state, the event and what is legal."""
    before = standing(state)
    copy = attrs.evolve(before)
    with pytest.raises(IllegalTransition) as caught:
        apply(before, good(kind, state), key="M-17/reference/start/1")
    assert before == copy
    error = caught.value
    assert (error.key, error.state, error.event, error.because) == ("M-17/reference/start/1", state, kind, "")
    assert set(error.legal) == set(SQUARE[state])
    assert str(error) == (
        f"request 'M-17/reference/start/1' is {state.value} and cannot be {kind.value}; "
        f"from here: {', '.join(error.legal)}"
    )


@pytest.mark.parametrize("state", State)
def test_the_legal_events_are_those_of_the_square(state: State) -> None:
    """`legal_events` names what the square allows, each once."""
    events = legal_events(state)
    assert set(events) == set(SQUARE[state])
    assert len(set(events)) == len(events)


def test_a_request_without_a_key_is_called_a_request() -> None:
    """The error reads well where nobody said which request it is."""
    with pytest.raises(IllegalTransition, match=r"^a request is new and cannot be given; from here: planned$"):
        apply(Progress(), event(EventKind.GIVEN, ref="d"))


# Guards: for each, every place in the table where it stands, and an event that it refuses.


def guarded(rule: str) -> list[tuple[State, EventKind]]:
    """Where in the table a guard with that sentence stands."""
    return [
        (state, kind)
        for state, row in TABLE.items()
        for kind, transition in row.items()
        if rule in {guard.rule for guard in transition.guards}
    ]


HAS_DUE: Final = "it must say when the next step is due"
HAS_REF: Final = "it must name what it speaks of"
IS_LATEST: Final = "only the latest contact that stands can be taken back"
NOT_FOR_GOOD: Final = "it was withdrawn for good, by the respondent, the subject or an erasure"
IS_PUT_OFF: Final = "the respondent has chosen no date that could be taken back"
DIFFERS: Final = "the same answer is in force already"


def test_every_guard_is_under_test() -> None:
    """The table has the six guards that are tested below, and no other."""
    rules = {guard.rule for row in TABLE.values() for transition in row.values() for guard in transition.guards}
    assert rules == {HAS_DUE, HAS_REF, IS_LATEST, NOT_FOR_GOOD, IS_PUT_OFF, DIFFERS}


def refused(before: Progress, wrong: Event, rule: str) -> None:
    """Check that an event is refused with the guard's sentence, that says what else is legal, and changes nothing."""
    copy = attrs.evolve(before)
    with pytest.raises(IllegalTransition) as caught:
        apply(before, wrong, key="k")
    assert before == copy
    assert caught.value.because == rule
    assert set(caught.value.legal) == set(SQUARE[before.state]) - {wrong.kind}
    said = f"request 'k' is {before.state.value} and cannot be {wrong.kind.value}: {rule}; from here: "
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(("state", "kind"), guarded(HAS_DUE))
def test_what_opens_or_moves_must_say_when(state: State, kind: EventKind) -> None:
    """A plan, a deferral and its end, a reopening and a new address without a date are refused."""
    refused(ready_for(kind, state), attrs.evolve(good(kind, state), due_us=None), HAS_DUE)


def test_where_a_date_is_needed() -> None:
    """A date is needed by exactly these events, wherever they are legal."""
    kinds = {
        *(EventKind.PLANNED, EventKind.APPROVED, EventKind.DEFERRED, EventKind.UNDEFERRED, EventKind.REOPENED),
        EventKind.READDRESSED,
    }
    assert set(guarded(HAS_DUE)) == {pair for pair in LEGAL if pair[1] in kinds}


@pytest.mark.parametrize(("state", "kind"), guarded(HAS_REF))
def test_what_speaks_of_something_must_name_it(state: State, kind: EventKind) -> None:
    """A contact, a delegation and an answer without their reference are refused."""
    refused(standing(state), attrs.evolve(good(kind, state), ref=None), HAS_REF)


def test_where_a_reference_is_needed() -> None:
    """A reference is needed by exactly these events, wherever they are legal."""
    kinds = {EventKind.REQUESTED, EventKind.REMINDED, EventKind.NUDGED, EventKind.DELEGATED}
    kinds |= {EventKind.GIVEN, EventKind.REVISED, EventKind.APPROVED}
    assert set(guarded(HAS_REF)) == {pair for pair in LEGAL if pair[1] in kinds}


@pytest.mark.parametrize("ref", [None, "c0", "", "C1"])
@pytest.mark.parametrize(("state", "kind"), guarded(IS_LATEST))
def test_only_the_latest_contact_can_be_taken_back(state: State, kind: EventKind, ref: str | None) -> None:
    """An `unsent` or a bounce of any contact but the latest that stands is refused."""
    refused(standing(state), attrs.evolve(good(kind, state), ref=ref), IS_LATEST)


@pytest.mark.parametrize(("state", "kind"), guarded(IS_LATEST))
def test_where_the_latest_contact_is_asked_for(state: State, kind: EventKind) -> None:
    """The guard stands at every `unsent` and every bounce, and nowhere else."""
    assert kind in {EventKind.UNSENT, EventKind.BOUNCED}
    assert len(guarded(IS_LATEST)) == len([pair for pair in LEGAL if pair[1] in {EventKind.UNSENT, EventKind.BOUNCED}])
    assert state is not State.NEW


@pytest.mark.parametrize("kind", [EventKind.UNSENT, EventKind.BOUNCED])
def test_a_contact_is_taken_back_once(kind: EventKind) -> None:
    """After its `unsent` a contact does not stand any more: neither a second one nor a bounce takes it back again."""
    progress = after(planned(), asked(), event(EventKind.REMINDED, 20, ref="c2", due_us=30 * HOUR))
    once = apply(progress, event(EventKind.UNSENT, 21, ref="c2", due_us=22 * HOUR))
    with pytest.raises(IllegalTransition, match=IS_LATEST):
        apply(once, event(kind, 22, ref="c2"))


@pytest.mark.parametrize("party", FOR_GOOD)
@pytest.mark.parametrize(("state", "kind"), guarded(NOT_FOR_GOOD))
def test_what_was_withdrawn_for_good_stays_so(state: State, kind: EventKind, party: Party) -> None:
    """After a withdrawal by the respondent, the subject or an erasure nothing reopens, answers or withdraws it."""
    assert state is State.WITHDRAWN
    refused(after(planned(), asked(), withdrawn(party)), good(kind, state), NOT_FOR_GOOD)


def test_where_a_withdrawal_for_good_stops() -> None:
    """The guard stands at each event that could overrule a withdrawal, and nowhere else."""
    kinds = {EventKind.GIVEN, EventKind.REOPENED, EventKind.WITHDRAWN}
    assert set(guarded(NOT_FOR_GOOD)) == {(State.WITHDRAWN, kind) for kind in kinds}


@pytest.mark.parametrize("party", FOR_GOOD)
def test_a_withdrawal_by_the_provider_can_become_one_for_good(party: Party) -> None:
    """Whoever may withdraw for good may still do so after the provider did."""
    progress = apply(standing(State.WITHDRAWN), withdrawn(party))
    assert progress.closed_by == party
    assert progress.state is State.WITHDRAWN


def test_only_a_date_that_was_chosen_can_be_taken_back() -> None:
    """The guard stands where a deferral can be taken back, and refuses it where there is none, or not any more."""
    assert guarded(IS_PUT_OFF) == [(state, EventKind.UNDEFERRED) for state in TABLE if state in OPEN]
    for state in OPEN:
        back = good(EventKind.UNDEFERRED, state)
        refused(standing(state), back, IS_PUT_OFF)
        refused(apply(ready_for(back.kind, state), back), back, IS_PUT_OFF)


def test_the_same_answer_twice_is_no_event() -> None:
    """A revision with the digest that is in force is refused; there is one place for it."""
    assert guarded(DIFFERS) == [(State.GIVEN, EventKind.REVISED)]
    refused(standing(State.GIVEN), event(EventKind.REVISED, 50, ref="d1"), DIFFERS)
