"""What a played year came to, told from what is stored: the same each time it is printed."""

from __future__ import annotations

import textwrap
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from feedbackkit.cli.render import heading, local, table
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, Occasion, State
from feedbackkit.domain.times import face

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from feedbackkit.desk import ContactView, Desk, RequestView
    from feedbackkit.domain.answer import Answer
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.request import Event

__all__ = ["report"]

_WIDTH: Final = 80
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
    sent = [view for view in contacts if view.status in {ContactStatus.SENT, ContactStatus.UNKNOWN}]
    yield heading(f"What went out: {len(sent)} contacts, in the local time of each reader")
    for month, views in groupby(sent, key=lambda view: f"{view.contact.booked:%B %Y}"):
        rows = [row for view in views for row in _contact_rows(view, requests, names)]
        yield f"\n{month}"
        yield table(("when", "to whom", "of", "what", "about"), rows)


def _contact_rows(
    view: ContactView, requests: Mapping[str, RequestView], names: _Names
) -> Iterator[tuple[str, str, str, str, str]]:
    person = names[view.contact.person]
    when = local(view.contact.booked_us, person.timezone)
    for line in view.contact.lines:
        request = requests[line.request].request
        what = f"{line.kind} {_spoken(request.occasion)}"
        about = names[request.subject].name
        yield when, _short(person.name, 24), _short(names.house(view.contact.person), 30), what, _short(about, 24)


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


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
    shown = [outcome for outcome in _OUTCOMES if any(found == outcome for _, found in counts)]
    rows: list[list[object]] = []
    for occasion in occasions:
        numbers = [counts[occasion, outcome] for outcome in shown]
        rows.append([_spoken(occasion), *numbers, sum(numbers)])
    totals = [sum(counts[occasion, outcome] for occasion in occasions) for outcome in shown]
    rows.append(["all", *totals, sum(totals)])
    yield table(("occasion", *shown, "all"), rows, right=range(1, len(shown) + 2))


def _rules(histories: Mapping[str, Sequence[Event]]) -> Iterator[str]:
    yield heading("How often each rule moved, held or stopped a contact, and why")
    counts: Counter[tuple[str, str]] = Counter()
    why: dict[str, Counter[str]] = {}
    for event in (event for history in histories.values() for event in history):
        for reason in event.because:
            counts[reason.rule, _move(event, until_us=reason.until_us)] += 1
            why.setdefault(reason.rule, Counter())[reason.text] += 1
    rows = [
        (rule, *(counts[rule, move] or "" for move in _MOVES), why[rule].most_common(1)[0][0]) for rule in sorted(why)
    ]
    yield table(("rule", *_MOVES, "why, mostly"), rows, right=range(1, 4))


def _move(event: Event, *, until_us: int | None) -> str:
    if until_us is not None:
        return "moved"
    return "held" if event.kind is EventKind.RESCHEDULED and event.due_us is None else "stopped"


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
        about.setdefault(requests[answer.request].request.subject, []).append(answer)
    if not about:
        return
    subject = max(sorted(about), key=lambda key: len(about[key]))
    yield heading(f"What was said about {names[subject].name}")
    for answer in sorted(about[subject], key=lambda answer: (answer.at_us, answer.request)):
        request = requests[answer.request].request
        ratings = ", ".join(f"{name} {_said(value)}" for name, value in answer.items.items() if name != "words")
        yield (
            f"{face(answer.at_us):%d %b %Y}  {_spoken(request.occasion)}, {answer.form}, "
            f"by {names[request.respondent].name} ({names.house(request.respondent)})"
        )
        yield f"{_INDENT}{ratings}"
        words = f"“{answer.items.get('words', '')}”"
        yield textwrap.fill(words, _WIDTH, initial_indent=_INDENT, subsequent_indent=f"{_INDENT} ")


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
