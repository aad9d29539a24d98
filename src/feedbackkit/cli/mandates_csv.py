"""Mandates from a CSV file: one engagement a row, read whole or refused whole.

UTF-8, commas, a header row; the columns stand in any order, and every one of them must be there but those of
`SUBJECT_COLUMNS`. A field may be quoted, but it ends on its line. In particular:

- ``basis`` is ``consent``, ``contract`` or ``existing_customer``; the last states that all four conditions of § 7 (3)
  UWG are on record;
- ``milestones`` are ``go-live 2026-05-04``, ``extensions`` are ``agreed>new end``, both separated by ``;``;
- ``early_end`` is ``known>last day``;
- ``opt_out`` is ``all``, ``reminders`` or an occasion, and may go on ``until 2026-06-30``, that day included; several
  are separated by ``;``. It counts from the day on which the basis began;
- ``subject_timezone``, ``subject_locale`` and ``subject_basis`` with its proof and first day are what is known of the
  professional. A professional without a basis is not contacted, so there is no self-assessment.

People and organisations come again in many rows, and what a row says of them must be the same each time.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, final

import attrs

from feedbackkit.cli.csv_rows import read_rows
from feedbackkit.cli.fields import Fields, a_date, a_zone, take_basis, take_person
from feedbackkit.cli.problems import BadFile, Problem
from feedbackkit.domain import checks
from feedbackkit.domain.engagement import EarlyEnd, Engagement, Extension, Milestone
from feedbackkit.domain.ledger import OptOut, Scope
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import day, local_midnight
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

__all__ = ["COLUMNS", "SUBJECT_COLUMNS", "Mandates", "read_mandates"]

COLUMNS: Final = (
    "mandate",
    "subject_id",
    "subject_name",
    "subject_email",
    "client_id",
    "client",
    "sponsor_id",
    "sponsor_name",
    "sponsor_email",
    "country",
    "timezone",
    "locale",
    "basis",
    "basis_proof",
    "basis_since",
    "starts",
    "ends",
    "milestones",
    "extensions",
    "early_end",
    "opt_out",
)

SUBJECT_COLUMNS: Final = (
    "subject_timezone",
    "subject_locale",
    "subject_basis",
    "subject_basis_proof",
    "subject_basis_since",
)
"""Columns that a file may have, and that may be empty in a row."""

_ENGAGEMENT_COLUMNS: Final = {
    "engagement.ends": "ends",
    "engagement.milestones": "milestones",
    "extension.ends": "extensions",
    "early end.ends": "early_end",
}
_OF_THE_SPONSOR: Final = (
    "client_id",
    "country",
    "timezone",
    "locale",
    "basis",
    "basis_proof",
    "basis_since",
    "opt_out",
)
_SOMEBODY: Final = Person(id="somebody", name="somebody")
"""Stands in where a row's people are wrong, so that its dates are checked nevertheless."""

_ONE_DAY: Final = dt.timedelta(days=1)

_PAIR: Final = re.compile(r"(\S+)\s+(\S+)")
_DATES: Final = re.compile(r"(\S+?)\s*>\s*(\S+)")
_OPT_OUT: Final = re.compile(r"(\w+)(?:\s+until\s+(\S+))?", re.ASCII)


@final
@attrs.frozen
class Mandates:
    """What a file of mandates holds."""

    engagements: tuple[Engagement, ...]
    """In the order of the file."""
    opt_outs: Mapping[str, tuple[OptOut, ...]]
    """What each sponsor does not want, by the sponsor's id; without those who said nothing."""


def read_mandates(path: str | os.PathLike[str]) -> Mandates:
    """Everything in a file of mandates, or a `BadFile` with everything that is wrong with it, one problem a row."""
    rows = read_rows(path, COLUMNS, optional=SUBJECT_COLUMNS)
    problems = {line: list(wrong) for line, wrong in rows.problems.items()}
    seen = _Seen()
    engagements: list[Engagement] = []
    opt_outs: dict[str, tuple[OptOut, ...]] = {}
    for row in rows.rows:
        fields = Fields(row.fields)
        engagement = _take_engagement(fields)
        unwanted = _take_opt_outs(fields)
        seen.compare(fields, row.line)
        if fields.wrong or engagement is None:
            problems[row.line] = [f"{rows.column(name)} {what}" for name, what in fields.wrong]
        else:
            engagements.append(engagement)
            if unwanted:
                opt_outs[row.fields["sponsor_id"]] = unwanted
    if problems:
        raise BadFile(str(path), (Problem(f"line {line}", "; ".join(problems[line])) for line in sorted(problems)))
    return Mandates(_with_known_subjects(engagements), MappingProxyType(opt_outs))


class _Seen:
    """What earlier rows said: the same must be said again of the same id. What is wrong in itself is left out."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str, str], tuple[str, int]] = {}

    def compare(self, fields: Fields, line: int) -> None:
        """Note what differs from an earlier row."""
        self._agree(fields, "mandate", ("mandate", ""), str(line), line, "must be an id of its own, and is that of")
        self._same(fields, "client_id", "client", ("client", "name"), line)
        for role in ("subject", "sponsor"):
            id_, email = f"{role}_id", f"{role}_email"
            self._same(fields, id_, f"{role}_name", ("person", "name"), line)
            self._same(fields, id_, email, ("person", "email"), line)
            if fields.is_good(id_):
                owner = str(fields.values[id_])
                self._agree(
                    fields, email, ("address", ""), owner, line, "must not be the address of somebody else, as in"
                )
        for name in _OF_THE_SPONSOR:
            self._same(fields, "sponsor_id", name, ("sponsor", name), line)
        for name in SUBJECT_COLUMNS:
            if name in fields.values:
                self._same(fields, "subject_id", name, ("subject", name), line)

    def _same(self, fields: Fields, id_: str, name: str, what: tuple[str, str], line: int) -> None:
        if fields.is_good(id_) and fields.is_good(name):
            key = (*what, str(fields.values[id_]))
            self._compare(
                fields, name, key, str(fields.values[name]), line, f"must be the same for one {id_}, and differs from"
            )

    def _agree(self, fields: Fields, name: str, what: tuple[str, str], said: str, line: int, rule: str) -> None:
        if fields.is_good(name):
            self._compare(fields, name, (*what, str(fields.values[name]).casefold()), said, line, rule)

    def _compare(self, fields: Fields, name: str, key: tuple[str, str, str], said: str, line: int, rule: str) -> None:
        before, first = self._said.setdefault(key, (said, line))
        if before != said:
            fields.note(name, f"{rule} line {first}")


def _take_engagement(fields: Fields) -> Engagement | None:
    identity = fields.take("mandate", checks.identifier, limit=80)
    subject = _take_subject(fields)
    client_id = fields.take("client_id", checks.opaque)
    client = fields.take("client", checks.line)
    organisation = Organisation(name=client, id=client_id) if client and client_id else None
    sponsor = take_person(fields, organisation, prefix="sponsor_")
    starts, ends = fields.take("starts", a_date), fields.take("ends", a_date)
    milestones = fields.take("milestones", _milestones)
    extensions = fields.take("extensions", _extensions)
    early_end = fields.take("early_end", _early_ends)
    if (
        identity is None
        or starts is None
        or ends is None
        or milestones is None
        or extensions is None
        or early_end is None
    ):
        return None
    return fields.attempt(
        lambda: Engagement(
            id=identity,
            subject=subject or _SOMEBODY,
            sponsor=sponsor or _SOMEBODY,
            starts=starts,
            ends=ends,
            milestones=milestones,
            extensions=extensions,
            early_end=early_end[0] if early_end else None,
        ),
        "mandate",
        fields=_ENGAGEMENT_COLUMNS,
    )


def _take_subject(fields: Fields) -> Person | None:
    id_ = fields.take("subject_id", checks.opaque)
    name = fields.take("subject_name", checks.line)
    email = fields.take("subject_email", checks.email)
    details = _take_details(fields)
    if id_ is None or name is None or email is None:
        return None
    return Person(id=id_, name=name, email=email, **details)


def _take_details(fields: Fields) -> dict[str, Any]:
    """What the optional columns say of the professional; what is empty is left out."""
    details: dict[str, Any] = {}
    if fields.values.get("subject_timezone"):
        details["timezone"] = fields.take("subject_timezone", a_zone) or "UTC"
    if fields.values.get("subject_locale"):
        details["locale"] = fields.take("subject_locale", checks.locale) or "en"
    if any(fields.values.get(name) for name in ("subject_basis", "subject_basis_proof", "subject_basis_since")):
        details["basis"] = take_basis(fields, prefix="subject_")
    return details


def _take_opt_outs(fields: Fields) -> tuple[OptOut, ...] | None:
    timezone, since = fields.values["timezone"], fields.values["basis_since"]
    if not (fields.is_good("timezone") and fields.is_good("basis_since")):
        timezone, since = "UTC", "2000-01-01"
    since_us = local_midnight(day(str(since)), str(timezone))
    return fields.take("opt_out", _opt_outs, since_us=since_us, timezone=timezone)


def _items(value: object) -> Iterator[str]:
    return (item.strip() for item in str(value).split(";") if item.strip())


def _match(field: str, pattern: re.Pattern[str], item: str, rule: str) -> re.Match[str]:
    found = pattern.fullmatch(item)
    if found is None:
        raise InvalidValue(field, rule, checks.shape(item))
    return found


def _milestones(field: str, value: object) -> tuple[Milestone, ...]:
    found = [_match(field, _PAIR, item, "must be ids with dates, such as go-live 2026-05-04") for item in _items(value)]
    return tuple(Milestone(id=pair[1], on=day(pair[2], field=field)) for pair in found)


def _dates(field: str, value: object) -> list[tuple[dt.date, dt.date]]:
    found = [_match(field, _DATES, item, "must be two dates, such as 2026-05-10>2026-09-30") for item in _items(value)]
    return [(day(pair[1], field=field), day(pair[2], field=field)) for pair in found]


def _extensions(field: str, value: object) -> tuple[Extension, ...]:
    return tuple(Extension(agreed=agreed, ends=ends) for agreed, ends in _dates(field, value))


def _early_ends(field: str, value: object) -> tuple[EarlyEnd, ...]:
    found = tuple(EarlyEnd(known=known, ends=ends) for known, ends in _dates(field, value))
    if len(found) > 1:
        raise InvalidValue(field, "must be one early end or none", f"{len(found)} of them")
    return found


def _opt_outs(field: str, value: object, *, since_us: int, timezone: str) -> tuple[OptOut, ...]:
    return tuple(_opt_out(field, item, since_us, timezone) for item in _items(value))


def _opt_out(field: str, item: str, since_us: int, timezone: str) -> OptOut:
    rule = "must be all, reminders or an occasion, and may go on: until 2026-06-30"
    found = _match(field, _OPT_OUT, item, rule)
    until_us = None
    if found[2] is not None:
        until_us = local_midnight(day(found[2], field=field) + _ONE_DAY, timezone)
    if found[1] in {Scope.ALL, Scope.REMINDERS}:
        return OptOut(scope=Scope(found[1]), since_us=since_us, until_us=until_us)
    if found[1] not in frozenset(Occasion):
        raise InvalidValue(field, rule, checks.shape(item))
    return OptOut(scope=Scope.OCCASION, occasion=Occasion(found[1]), since_us=since_us, until_us=until_us)


def _with_known_subjects(engagements: list[Engagement]) -> tuple[Engagement, ...]:
    """A subject who is a sponsor elsewhere is one person, and keeps what is known of the sponsor."""
    sponsors = {engagement.sponsor.id: engagement.sponsor for engagement in engagements}
    return tuple(
        attrs.evolve(engagement, subject=sponsors.get(engagement.subject.id, engagement.subject))
        for engagement in engagements
    )
