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

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, final

import attrs

from feedbackkit.cli import mandate_lists
from feedbackkit.cli.csv_rows import read_rows
from feedbackkit.cli.fields import Fields, a_date, a_zone, take_basis, take_person
from feedbackkit.cli.problems import BadFile, Problem
from feedbackkit.cli.said_before import Seen
from feedbackkit.domain import checks
from feedbackkit.domain.engagement import Engagement
from feedbackkit.domain.ledger import OptOut
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.times import day, local_midnight

if TYPE_CHECKING:
    import os

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
    seen = Seen(of_sponsor=_OF_THE_SPONSOR, of_subject=SUBJECT_COLUMNS)
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


def _take_engagement(fields: Fields) -> Engagement | None:
    identity = fields.take("mandate", checks.identifier, limit=80)
    subject = _take_subject(fields)
    client_id = fields.take("client_id", checks.opaque)
    client = fields.take("client", checks.line)
    organisation = Organisation(name=client, id=client_id) if client and client_id else None
    sponsor = take_person(fields, organisation, prefix="sponsor_")
    starts, ends = fields.take("starts", a_date), fields.take("ends", a_date)
    milestones = fields.take("milestones", mandate_lists.milestones)
    extensions = fields.take("extensions", mandate_lists.extensions)
    early_end = fields.take("early_end", mandate_lists.early_ends)
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
    return fields.take("opt_out", mandate_lists.opt_outs, since_us=since_us, timezone=timezone)


def _with_known_subjects(engagements: list[Engagement]) -> tuple[Engagement, ...]:
    """A subject who is a sponsor elsewhere is one person, and keeps what is known of the sponsor."""
    sponsors = {engagement.sponsor.id: engagement.sponsor for engagement in engagements}
    return tuple(
        attrs.evolve(engagement, subject=sponsors.get(engagement.subject.id, engagement.subject))
        for engagement in engagements
    )
