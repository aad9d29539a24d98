"""What a played year came to, told from what is stored: the same each time it is printed.

Each time is told where the person is whom it concerns: the reader of a contact, the respondent of a request or answer.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from feedbackkit.cli.render import heading, shortened, table
from feedbackkit.desk.decisions.judging import APPROVAL
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, Occasion, State
from feedbackkit.domain.times import face

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pendulum

    from feedbackkit.desk import ContactView, Desk, RequestView
    from feedbackkit.domain.answer import Answer, Given
    from feedbackkit.domain.contact import Contact
    from feedbackkit.domain.decision import Reason
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.request import Event

__all__ = ["report"]

_WIDTH: Final = 80
"""What every table fits into, on a terminal as in a file: in columns, as are the widths of some cells below."""
_TO: Final = 20
_ABOUT: Final = 18
_RULE: Final = 24
_WHY: Final = 32
_INDENT: Final = " " * 13
_IN_PEACE: Final = "left in peace"
_OUTCOMES: Final = (
    State.GIVEN.value,
    State.DECLINED.value,
    State.DELEGATED.value,
    State.EXPIRED.value,
    _IN_PEACE,
    State.WITHDRAWN.value,
    State.UNDELIVERABLE.value,
    State.PLANNED.value,
    State.REQUESTED.value,
    State.REMINDED.value,
)
_HEADS: Final = {
    Occasion.CLOSING_REVIEW: "closing",
    Occasion.REFERENCE_CHECK: "ref. check",
    Occasion.SELF_ASSESSMENT: "self",
    Occasion.PROVIDER_VIEW: "provider",
}
"""How a column is headed where the occasion's own name is too wide beside the others."""
_MOVES: Final = ("moved", "held", "stopped")


def report(desk: Desk) -> Iterator[str]:
    """The report, a block at a time."""
    requests = {view.key: view for view in desk.find()}
    histories = {key: desk.history(key) for key in requests}
    names = _Names(desk)
    yield from _what_went_out(desk.contacts(), requests, names)
    yield from _outcomes(requests, histories)
    yield from _rules(histories)
    yield from _ladder(desk, histories)
    yield from _answers(desk.answers(), requests, names)


class _Names:
    """People by id, each read once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._people: dict[str, Person] = {}

    def __getitem__(self, key: str) -> Person:
        if key not in self._people:
            self._people[key] = self._desk.person(key)
        return self._people[key]

    def house(self, key: str) -> str:
        """The name of the organisation that a person works for."""
        organisation = self[key].organisation
        return "" if organisation is None else organisation.name


def _what_went_out(
    contacts: Sequence[ContactView], requests: Mapping[str, RequestView], names: _Names
) -> Iterator[str]:
    sent = [view.contact for view in contacts if view.status in {ContactStatus.SENT, ContactStatus.UNKNOWN}]
    # In the order of the wall clocks that the rows show, so that each month comes once.
    sent.sort(key=lambda contact: (f"{_there(contact, names):%Y-%m-%d %H:%M:%S.%f}", contact.id))
    yield heading(f"What went out: {len(sent)} contacts, each at the local time of its reader")
    for month, in_month in groupby(sent, key=lambda contact: f"{_there(contact, names):%B %Y}"):
        rows = [row for contact in in_month for row in _contact_rows(contact, requests, names)]
        yield f"\n{month}"
        yield table(("when", "to whom", "what", "about"), rows)


def _there(contact: Contact, names: _Names) -> pendulum.DateTime:
    """When a contact was booked, by the clock where its reader is."""
    return contact.booked.in_timezone(names[contact.person].timezone)


def _contact_rows(
    contact: Contact, requests: Mapping[str, RequestView], names: _Names
) -> Iterator[tuple[str, str, str, str]]:
    when, to = f"{_there(contact, names):%a %d %H:%M}", shortened(names[contact.person].name, _TO)
    for line in contact.lines:
        request = requests[line.request].request
        yield when, to, f"{line.kind} {_spoken(request.occasion)}", shortened(names[request.subject].name, _ABOUT)


def _spoken(occasion: Occasion) -> str:
    return occasion.replace("_", " ")


def _outcome(view: RequestView, history: Sequence[Event]) -> str:
    if view.state is State.WITHDRAWN and view.progress.closed_by is Party.RULES:
        return _IN_PEACE
    if view.state is State.EXPIRED and not any(event.kind is EventKind.REQUESTED for event in history):
        return _IN_PEACE
    return view.state.value


def _outcomes(requests: Mapping[str, RequestView], histories: Mapping[str, Sequence[Event]]) -> Iterator[str]:
    yield heading("What came of it, by occasion")
    counts = Counter((view.occasion, _outcome(view, histories[key])) for key, view in requests.items())
    occasions = [occasion for occasion in Occasion if any(found is occasion for found, _ in counts)]
    numbers = {outcome: [counts[occasion, outcome] for occasion in occasions] for outcome in _OUTCOMES}
    rows = [(outcome, *each, sum(each)) for outcome, each in numbers.items() if any(each)]
    totals = [sum(column) for column in zip(*numbers.values(), strict=True)]
    rows.append(("all", *totals, sum(totals)))
    heads = [_HEADS.get(occasion) or _spoken(occasion) for occasion in occasions]
    yield table(("outcome", *heads, "all"), rows, right=range(1, len(occasions) + 2))


def _rules(histories: Mapping[str, Sequence[Event]]) -> Iterator[str]:
    yield heading("How often each rule moved, held or stopped a contact, and why")
    counts: Counter[tuple[str, str]] = Counter()
    why: dict[str, Counter[str]] = {}
    for event in (event for history in histories.values() for event in history):
        for reason in event.because:
            counts[reason.rule, _move(event, reason)] += 1
            why.setdefault(reason.rule, Counter())[reason.text] += 1
    rows: list[tuple[object, ...]] = []
    for rule in sorted(why):
        first, *rest = textwrap.wrap(why[rule].most_common(1)[0][0], _WHY)
        rows.append((shortened(rule, _RULE), *(counts[rule, move] or "" for move in _MOVES), first))
        rows.extend(("", "", "", "", line) for line in rest)
    yield table(("rule", *_MOVES, "why, mostly"), rows, right=range(1, 4))


def _move(event: Event, reason: Reason) -> str:
    if reason.until_us is not None:
        return "moved"
    held = event.kind is EventKind.RESCHEDULED and (event.due_us is None or reason.rule == APPROVAL)
    return "held" if held else "stopped"


def _ladder(desk: Desk, histories: Mapping[str, Sequence[Event]]) -> Iterator[str]:
    """The story of the request with the most reasons in it."""
    if not histories:
        return
    key = max(sorted(histories), key=lambda key: sum(len(event.because) for event in histories[key]))
    yield heading("One request, from its plan to its end")
    yield str(desk.explain(key))


def _answers(answers: Sequence[Answer], requests: Mapping[str, RequestView], names: _Names) -> Iterator[str]:
    """All that was said about the professional with the most answers."""
    about: dict[str, list[Answer]] = {}
    for answer in answers:
        request = requests[answer.request].request
        if request.occasion is not Occasion.PROVIDER_VIEW:
            about.setdefault(request.subject, []).append(answer)
    if not about:
        return
    subject = max(sorted(about), key=lambda key: len(about[key]))
    yield heading(f"What was said about {names[subject].name}")
    for answer in sorted(about[subject], key=lambda answer: (answer.at_us, answer.request)):
        request = requests[answer.request].request
        ratings = ", ".join(f"{name} {_said(value)}" for name, value in answer.items.items() if name != "words")
        person = names[request.respondent]
        said = f"{face(answer.at_us).in_timezone(person.timezone):%d %b %Y}  {_spoken(request.occasion)}, {answer.form}"
        house = names.house(request.respondent)
        said += f", by {person.name} ({house})" if house else f", by {person.name}"
        yield textwrap.fill(said, _WIDTH, subsequent_indent=_INDENT)
        yield textwrap.fill(ratings, _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)
        words = f"“{answer.items.get('words', '')}”"
        yield textwrap.fill(words, _WIDTH, initial_indent=_INDENT, subsequent_indent=f"{_INDENT} ")


def _said(value: Given) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
