"""Events in short form, and the shortest history that leads to each state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Event, EventKind, Progress, State
from feedbackkit.workflow import apply

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUR: Final = 3_600_000_000
FOR_GOOD: Final = (Party.RESPONDENT, Party.SUBJECT, Party.ERASURE)


def event(
    kind: EventKind,
    hour: int = 0,
    *,
    ref: str | None = None,
    due_us: int | None = None,
    party: Party = Party.PROVIDER,
) -> Event:
    """An event at an hour of the test's clock."""
    return Event(kind=kind, at_us=hour * HOUR, ref=ref, due_us=due_us, party=party)


def planned() -> Event:
    """Foreseen for hour 1."""
    return event(EventKind.PLANNED, due_us=HOUR)


def asked() -> Event:
    """Contact ``c1`` was booked at hour 1, the next step is due at hour 20."""
    return event(EventKind.REQUESTED, 1, ref="c1", due_us=20 * HOUR)


def reminded(number: int = 2) -> Event:
    """Contact ``c2`` (or a later one) was booked at hour 20 (or ten later), the next step ten hours after it."""
    return event(EventKind.REMINDED, 10 * number, ref=f"c{number}", due_us=10 * (number + 1) * HOUR)


def unsent(ref: str = "c1") -> Event:
    """A contact did not go out; its step is due at hour 50."""
    return event(EventKind.UNSENT, 45, ref=ref, due_us=50 * HOUR)


def bounced(ref: str = "c1") -> Event:
    """A contact did not reach anybody."""
    return event(EventKind.BOUNCED, 46, ref=ref)


def given(digest: str = "d1") -> Event:
    """An answer came."""
    return event(EventKind.GIVEN, 40, ref=digest, party=Party.RESPONDENT)


def declined() -> Event:
    """The respondent said no."""
    return event(EventKind.DECLINED, 40, party=Party.RESPONDENT)


def withdrawn(party: Party = Party.PROVIDER) -> Event:
    """It was taken back on somebody's word."""
    return event(EventKind.WITHDRAWN, 40, party=party)


def after(*events: Event) -> Progress:
    """How far a request is after that history."""
    progress = Progress()
    for each in events:
        progress = apply(progress, each)
    return progress


HISTORIES: Final[Mapping[State, tuple[Event, ...]]] = {
    State.NEW: (),
    State.PLANNED: (planned(),),
    State.REQUESTED: (planned(), asked()),
    State.REMINDED: (planned(), asked(), reminded()),
    State.GIVEN: (planned(), asked(), given()),
    State.DECLINED: (planned(), asked(), declined()),
    State.DELEGATED: (planned(), asked(), event(EventKind.DELEGATED, 40, ref="k2", party=Party.RESPONDENT)),
    State.EXPIRED: (planned(), asked(), event(EventKind.EXPIRED, 40)),
    State.WITHDRAWN: (planned(), asked(), withdrawn()),
    State.UNDELIVERABLE: (planned(), asked(), bounced()),
}


def standing(state: State) -> Progress:
    """A request that came to a state by its shortest history with one ask."""
    return after(*HISTORIES[state])


def good(kind: EventKind, state: State) -> Event:
    """An event of that kind that every guard lets pass after the shortest history of that state."""
    latest = "c2" if state is State.REMINDED else "c1"
    ref = latest if kind in {EventKind.UNSENT, EventKind.BOUNCED} else "x9"
    return event(kind, 60, ref=ref, due_us=99 * HOUR)
