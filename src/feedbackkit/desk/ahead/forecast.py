"""What the next months come to: contacts by day, person and organisation, and who meets which limit."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.desk.ahead.rich_view import rendered
from feedbackkit.desk.ahead.sections import plain, sections_of
from feedbackkit.domain.contact import Contact, ContactKind
from feedbackkit.domain.request import State
from feedbackkit.domain.times import face

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pendulum

__all__ = ["Forecast", "LimitHit"]


@final
@attrs.frozen(kw_only=True)
class LimitHit:
    """A contact rule that moved, held or stopped a contact in a forecast."""

    at_us: int
    """When it was decided."""
    request: str
    person: str
    """The id of the respondent."""
    organisation: str | None
    """The id of the respondent's organisation."""
    rule: str
    """The rule's name."""
    effect: str
    """``moved``, ``held`` or ``stopped``."""
    until_us: int | None
    """Where it moved the contact."""
    text: str
    """The rule's sentence, without personal data."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it was decided, in UTC."""
        return face(self.at_us)


@final
@attrs.frozen(kw_only=True)
class Forecast:
    """A stretch of time as it will be if the assumptions hold; the same from the same store, clock and policies.

    It holds ids, and its text shows these; `told` and `picture` are for people and show names.
    """

    from_us: int
    until_us: int
    """Right before this instant it ends."""
    assumptions: tuple[str, ...]
    """What was taken for granted."""
    contacts: tuple[Contact, ...]
    """The contacts that will be made, in order of time."""
    limits: tuple[LimitHit, ...]
    """Which rule moved, held or stopped what, in the order in which it was decided."""
    states: Mapping[State, int]
    """In which states the requests are in the end, and how many."""
    waiting: tuple[str, ...]
    """The keys of the requests that are held in the end, in order."""
    names: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """What the people and organisations are called, by id."""
    timezones: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """Where the people are, by id."""

    @property
    def starts(self) -> pendulum.DateTime:
        """Its first instant, in UTC."""
        return face(self.from_us)

    @property
    def ends(self) -> pendulum.DateTime:
        """The instant at which it is over, in UTC."""
        return face(self.until_us)

    def local(self, contact: Contact) -> pendulum.DateTime:
        """When a contact will be made, by the clock where its reader is."""
        return contact.booked.in_timezone(self.timezones.get(contact.person, "UTC"))

    def per_day(self) -> dict[dt.date, int]:
        """How many contacts on each day that has some, by the reader's calendar, in order."""
        counts = Counter(self.local(contact).date() for contact in self.contacts)
        return dict(sorted((dt.date(day.year, day.month, day.day), count) for day, count in counts.items()))

    def per_person(self) -> dict[str, int]:
        """How many contacts each person gets, by id, most first."""
        return _ranked(contact.person for contact in self.contacts)

    def per_organisation(self) -> dict[str, int]:
        """How many contacts the people of each organisation get, by id, most first."""
        return _ranked(contact.organisation for contact in self.contacts if contact.organisation is not None)

    def rows(self) -> list[dict[str, object]]:
        """A row for each contact, in order, for ``pandas.DataFrame(forecast.rows())`` and the like."""
        return [
            {
                "contact": contact.id,
                "at": contact.booked,
                "day": self.local(contact).date().isoformat(),
                "person": contact.person,
                "organisation": contact.organisation,
                "asks": sum(line.kind is ContactKind.ASK for line in contact.lines),
                "reminders": sum(line.kind is ContactKind.REMINDER for line in contact.lines),
                "requests": " ".join(line.request for line in contact.lines),
            }
            for contact in self.contacts
        ]

    def limit_rows(self) -> list[dict[str, object]]:
        """A row for each time that a rule moved, held or stopped a contact, in order."""
        return [
            {
                "at": hit.at,
                "rule": hit.rule,
                "effect": hit.effect,
                "until": None if hit.until_us is None else face(hit.until_us),
                "person": hit.person,
                "organisation": hit.organisation,
                "request": hit.request,
            }
            for hit in self.limits
        ]

    def told(self) -> str:
        """The text for people, with names: what the days, people and organisations come to, and the limits met."""
        return plain(sections_of(self, self._name))

    def picture(self, path: Path | str, *, people: int = 30) -> None:
        """Draw a calendar strip for each of the most contacted people into a file, with names; needs the extra `plot`.

        The file's ending says in what form: ``.png``, ``.svg`` or ``.pdf``.
        """
        from feedbackkit.desk.ahead.picture import draw

        draw(self, path, people=people)

    def __str__(self) -> str:
        return plain(sections_of(self, str))

    def __rich__(self) -> object:
        return rendered(sections_of(self, str))

    def rich(self) -> object:
        """The same for people, with names, as `rich.print` shows it in colours; needs the extra `rich`."""
        return rendered(sections_of(self, self._name))

    def _name(self, key: str) -> str:
        return self.names.get(key, key)


def _ranked(keys: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(keys).items(), key=lambda item: (-item[1], item[0])))
