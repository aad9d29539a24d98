"""What an event does to a request's progress, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import pytest

from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, Progress, State
from feedbackkit.workflow import apply
from feedbackkit.workflow.states import CLOSED, OPEN, ladder_state
from tests.workflow.histories import (
    FOR_GOOD,
    HOUR,
    after,
    asked,
    bounced,
    declined,
    event,
    given,
    planned,
    reminded,
    standing,
    unsent,
    withdrawn,
)

if TYPE_CHECKING:
    from feedbackkit.domain.request import Event

LATE: Final = (State.DECLINED, State.DELEGATED, State.EXPIRED, State.WITHDRAWN, State.UNDELIVERABLE)


def test_a_planned_request_is_due() -> None:
    """Planning sets the date and nothing else."""
    assert after(planned()) == Progress(state=State.PLANNED, due_us=HOUR)


def test_the_ask_is_the_first_step() -> None:
    """After the ask one contact stands, the ladder counts from it, and the next step has its date."""
    assert after(planned(), asked()) == Progress(
        state=State.REQUESTED, step=1, attempt=1, due_us=20 * HOUR, anchor_us=HOUR, contact="c1"
    )


def test_a_reminder_is_a_further_step() -> None:
    """After a reminder the ladder counts from it, and knows what to go back to."""
    assert after(planned(), asked(), reminded()) == Progress(
        state=State.REMINDED,
        step=2,
        attempt=2,
        due_us=30 * HOUR,
        anchor_us=20 * HOUR,
        earlier_us=HOUR,
        contact="c2",
    )


def test_reminders_add_up() -> None:
    """Each further reminder is one more step in the same state."""
    progress = after(planned(), asked(), reminded(2), reminded(3), reminded(4))
    assert (progress.state, progress.step, progress.attempt) == (State.REMINDED, 4, 4)


def test_the_last_contact_may_have_no_next_step() -> None:
    """A contact without a date for the next step leaves nothing due."""
    assert after(planned(), event(EventKind.REQUESTED, 1, ref="c1")).due_us is None


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_move_changes_the_date_alone(state: State) -> None:
    """Rescheduling moves the next step, and the ladder stays where it is."""
    before = standing(state)
    assert apply(before, event(EventKind.RESCHEDULED, 9, due_us=77 * HOUR)) == attrs.evolve(before, due_us=77 * HOUR)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_request_can_be_held(state: State) -> None:
    """Rescheduling without a date holds the request: nothing is due until something happens."""
    before = standing(state)
    assert apply(before, event(EventKind.RESCHEDULED, 9)) == attrs.evolve(before, due_us=None)


# A contact that did not go out


@pytest.mark.parametrize("history", [(planned(),), (planned(), asked()), (planned(), asked(), reminded())])
def test_an_unsent_contact_is_as_if_it_had_not_been(history: tuple[Event, ...]) -> None:
    """An `unsent` right after a contact restores state, step and anchor; the attempts and the date alone are new."""
    before = after(*history)
    kind = EventKind.REQUESTED if before.state is State.PLANNED else EventKind.REMINDED
    contacted = apply(before, event(kind, 44, ref="c9", due_us=90 * HOUR))
    back = apply(contacted, unsent("c9"))
    assert back == attrs.evolve(before, attempt=before.attempt + 1, due_us=50 * HOUR, earlier_us=None, contact=None)


def test_the_next_contact_after_an_unsent_one_has_a_number_of_its_own() -> None:
    """A step that is taken again is another attempt, so that its contact cannot be mistaken for the first."""
    progress = after(planned(), asked(), unsent(), event(EventKind.REQUESTED, 50, ref="c2", due_us=70 * HOUR))
    assert (progress.step, progress.attempt, progress.contact) == (1, 2, "c2")


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_an_unsent_contact_of_a_closed_request_opens_nothing(state: State) -> None:
    """Where the request was closed meanwhile, the step is taken back and nothing becomes due."""
    before = standing(state)
    back = apply(before, unsent("c1"))
    assert back == attrs.evolve(before, step=0, anchor_us=None, contact=None)


@pytest.mark.parametrize("party", FOR_GOOD)
def test_an_unsent_contact_does_not_soften_a_withdrawal(party: Party) -> None:
    """Who withdrew it is still known after its last contact was taken back."""
    assert after(planned(), asked(), withdrawn(party), unsent()).closed_by is party


def test_an_answer_outlives_an_unsent_contact() -> None:
    """Taking back a contact of an answered request leaves the answer in force."""
    back = after(planned(), asked(), given(), unsent())
    assert (back.state, back.revision, back.answer) == (State.GIVEN, 1, "d1")


# A bounce


@pytest.mark.parametrize(("state", "step", "ref"), [(State.REQUESTED, 0, "c1"), (State.REMINDED, 1, "c2")])
def test_a_bounced_contact_does_not_stand(state: State, step: int, ref: str) -> None:
    """A bounce takes its step back, and nothing is due while the address does not work."""
    progress = apply(standing(state), bounced(ref))
    assert (progress.state, progress.step, progress.due_us) == (State.UNDELIVERABLE, step, None)
    assert progress.contact is None


@pytest.mark.parametrize(
    ("contacts", "ref", "state"),
    [
        ((asked(),), "c1", State.PLANNED),
        ((asked(), reminded(2)), "c2", State.REQUESTED),
        ((asked(), reminded(2), reminded(3)), "c3", State.REMINDED),
    ],
)
def test_a_new_address_puts_it_back_on_the_ladder(contacts: tuple[Event, ...], ref: str, state: State) -> None:
    """With a working address the request is again where it was before the contact that bounced, at the given date."""
    before = after(planned(), *contacts[:-1])
    there = after(planned(), *contacts, bounced(ref))
    back = apply(there, event(EventKind.READDRESSED, 60, due_us=61 * HOUR))
    assert back.state is state
    assert (back.step, back.anchor_us, back.due_us) == (before.step, before.anchor_us, 61 * HOUR)


# A date that somebody chose


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_deferral_uses_up_no_step(state: State) -> None:
    """After a deferral the next contact is due on the respondent's date, with as many steps as before."""
    before = standing(state)
    later = apply(before, event(EventKind.DEFERRED, 30, due_us=500 * HOUR, party=Party.RESPONDENT))
    assert (later.state, later.step, later.attempt, later.due_us) == (state, before.step, before.attempt, 500 * HOUR)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_chosen_date_stands_beside_the_ladder(state: State) -> None:
    """A deferral sets the dates alone, so that the ladder is known where it is taken back."""
    before = standing(state)
    later = apply(before, event(EventKind.DEFERRED, 30, due_us=500 * HOUR))
    assert later == attrs.evolve(before, due_us=500 * HOUR, chosen_us=500 * HOUR)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_date_taken_back_is_as_if_none_had_been_chosen(state: State) -> None:
    """Also a second one: what is left is the ladder, and when its next step is due."""
    before = standing(state)
    dates = [event(EventKind.DEFERRED, hour, due_us=10 * hour * HOUR) for hour in (30, 40)]
    progress = before
    for each in (*dates, event(EventKind.UNDEFERRED, 41, due_us=60 * HOUR)):
        progress = apply(progress, each)
    assert progress == attrs.evolve(before, due_us=60 * HOUR)


def test_a_contact_on_a_chosen_date_that_is_taken_back_comes_again() -> None:
    """Its date stands in for the ladder as before: no anchor is there that a step could count from."""
    contacted = after(planned(), asked(), CHOSEN, event(EventKind.REMINDED, 500, ref="c2", due_us=700 * HOUR))
    assert (contacted.anchor_us, contacted.earlier_us) == (500 * HOUR, None)
    assert apply(contacted, unsent("c2")).anchor_us is None


CHOSEN: Final = event(EventKind.DEFERRED, 30, due_us=500 * HOUR, party=Party.RESPONDENT)
BETWEEN: Final = {
    "moved": [event(EventKind.RESCHEDULED, 31, due_us=40 * HOUR)],
    "held": [event(EventKind.RESCHEDULED, 31)],
    "declined": [declined()],
    "expired": [event(EventKind.EXPIRED, 31)],
    "withdrawn": [withdrawn()],
    "answered": [given()],
    "undone": [declined(), event(EventKind.REOPENED, 60, due_us=70 * HOUR)],
    "delegation undone": [event(EventKind.DELEGATED, 31, ref="k2"), event(EventKind.REOPENED, 60, due_us=70 * HOUR)],
    "not sent": [unsent("c1")],
    "bounced": [bounced("c1")],
    "bounced and readdressed": [bounced("c1"), event(EventKind.READDRESSED, 60, due_us=70 * HOUR)],
}


@pytest.mark.parametrize("between", BETWEEN)
def test_a_chosen_date_is_kept_until_the_next_contact(between: str) -> None:
    """Whatever happens in between, the end of the request included."""
    assert after(planned(), asked(), CHOSEN, *BETWEEN[between]).chosen_us == 500 * HOUR


def test_a_later_choice_replaces_the_earlier_one_and_a_contact_ends_it() -> None:
    """The respondent's last word counts, until somebody is contacted about the request."""
    again = event(EventKind.DEFERRED, 40, due_us=400 * HOUR, party=Party.RESPONDENT)
    assert after(planned(), CHOSEN, again).chosen_us == 400 * HOUR
    assert after(planned(), CHOSEN, asked()).chosen_us is None
    assert after(planned(), asked(), CHOSEN, reminded()).chosen_us is None


def test_what_nobody_chose_is_no_chosen_date() -> None:
    """A plan, a move and a reopening have a date, but it is not the respondent's."""
    reopened = event(EventKind.REOPENED, 60, due_us=70 * HOUR)
    moved = event(EventKind.RESCHEDULED, 31, due_us=40 * HOUR)
    assert after(planned(), moved, declined(), reopened).chosen_us is None


def test_after_a_deferral_the_ladder_goes_on_from_the_next_contact() -> None:
    """The contact on the respondent's date is the one that later steps count from."""
    deferred = event(EventKind.DEFERRED, 30, due_us=500 * HOUR)
    progress = after(planned(), asked(), deferred, event(EventKind.REMINDED, 500, ref="c2", due_us=600 * HOUR))
    assert (progress.step, progress.anchor_us, progress.due_us) == (2, 500 * HOUR, 600 * HOUR)


@pytest.mark.parametrize("state", [State.DECLINED, State.EXPIRED, State.WITHDRAWN])
def test_what_was_undone_goes_on_at_its_date(state: State) -> None:
    """A no, an expiry and a withdrawal by the provider can be undone: same step, a date for an anchor."""
    before = standing(state)
    back = apply(before, event(EventKind.REOPENED, 60, due_us=70 * HOUR))
    assert (back.state, back.step, back.attempt) == (State.REQUESTED, before.step, before.attempt)
    assert (back.due_us, back.closed_by) == (70 * HOUR, None)
    assert (back.anchor_us, back.earlier_us) == (None, None)


def test_a_request_that_was_closed_before_the_ask_reopens_as_planned() -> None:
    """Undoing a no that came before any contact leads back to planned."""
    progress = after(planned(), declined(), event(EventKind.REOPENED, 60, due_us=70 * HOUR))
    assert (progress.state, progress.step, progress.due_us) == (State.PLANNED, 0, 70 * HOUR)


# Ends


@pytest.mark.parametrize("party", Party)
@pytest.mark.parametrize("kind", [EventKind.DECLINED, EventKind.WITHDRAWN, EventKind.EXPIRED, EventKind.DELEGATED])
def test_a_closed_request_is_not_due_and_knows_who_closed_it(kind: EventKind, party: Party) -> None:
    """Every way to close leaves the ladder as a record, nothing due, and on whose word it was."""
    before = standing(State.REMINDED)
    closed = apply(before, event(kind, 40, party=party, ref="k2"))
    assert closed == attrs.evolve(before, state=State(kind.value), due_us=None, closed_by=party)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_answer_ends_the_ladder(state: State) -> None:
    """An answer is in force as the first revision, and nothing is due."""
    progress = apply(standing(state), given("d1"))
    assert (progress.state, progress.revision, progress.answer, progress.due_us) == (State.GIVEN, 1, "d1", None)


@pytest.mark.parametrize("state", LATE)
def test_a_late_answer_is_never_lost(state: State) -> None:
    """A request that was declined, delegated, expired, withdrawn by the provider or undeliverable takes an answer."""
    progress = apply(standing(state), given("d1"))
    assert (progress.state, progress.revision, progress.answer) == (State.GIVEN, 1, "d1")


@pytest.mark.parametrize("party", [Party.PROVIDER, Party.RULES])
def test_a_withdrawal_that_is_not_for_good_takes_a_late_answer(party: Party) -> None:
    """Whom the provider or the rules left in peace may still answer."""
    assert after(planned(), asked(), withdrawn(party), given()).state is State.GIVEN


def test_a_different_answer_is_a_revision() -> None:
    """A second, different answer replaces the first and is counted; so does going back to the first."""
    revised = [event(EventKind.REVISED, hour, ref=digest) for hour, digest in ((50, "d2"), (51, "d1"))]
    progress = after(planned(), asked(), given("d1"), *revised)
    assert (progress.state, progress.revision, progress.answer) == (State.GIVEN, 3, "d1")


@pytest.mark.parametrize(("step", "state"), [(0, "planned"), (1, "requested"), (2, "reminded"), (9, "reminded")])
def test_the_place_on_the_ladder_tells_the_state(step: int, state: str) -> None:
    """No contact is planned, one is requested, more are reminded."""
    assert ladder_state(step) == state


# A nudge


def test_a_nudge_is_a_step_without_a_contact() -> None:
    """The ladder is one further and counts from the nudge; the attempts and the contact are as they were."""
    before = after(planned(), asked(), reminded())
    nudged = apply(before, NUDGE)
    assert nudged == attrs.evolve(before, step=3, anchor_us=40 * HOUR, due_us=60 * HOUR, nudges=1)


NUDGE: Final = event(EventKind.NUDGED, 40, ref="k/nudge", due_us=60 * HOUR)


@pytest.mark.parametrize("contacts", [(asked(),), (asked(), reminded())])
def test_a_contact_that_comes_back_after_a_nudge_takes_the_nudge_back_with_it(contacts: tuple[Event, ...]) -> None:
    """A mail may bounce days later: the request is undeliverable, and where it was before that mail."""
    latest = f"c{len(contacts)}"
    back = after(planned(), *contacts, NUDGE, bounced(latest))
    assert back == after(planned(), *contacts, bounced(latest))
    again = apply(back, event(EventKind.READDRESSED, 60, due_us=61 * HOUR))
    assert again.state is ladder_state(len(contacts) - 1)


def test_a_contact_that_did_not_go_out_takes_the_nudge_back_with_it() -> None:
    """Its step comes again, and the nudge after it."""
    assert after(planned(), asked(), NUDGE, unsent("c1")) == after(planned(), asked(), unsent("c1"))


def test_a_contact_after_a_nudge_is_taken_back_alone() -> None:
    """The ladder counts from the nudge again."""
    called = event(EventKind.REMINDED, 60, ref="c2", due_us=90 * HOUR)
    back = after(planned(), asked(), NUDGE, called, unsent("c2"))
    assert (back.step, back.anchor_us, back.contact, back.nudges) == (2, 40 * HOUR, None, 0)


def test_a_nudge_is_remembered_until_the_next_contact() -> None:
    """Whatever closes or moves the request in between."""
    for between in (
        [event(EventKind.RESCHEDULED, 50)],
        [declined()],
        [declined(), event(EventKind.REOPENED, 60, due_us=70 * HOUR)],
        [given()],
    ):
        assert after(planned(), asked(), NUDGE, *between).nudges == 1
