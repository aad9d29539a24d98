"""The statements of a dossier in the formats of others; only what the dossier's audience may read goes out."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from feedbackkit.domain.times import face
from feedbackkit.evidence.telling.phrases import phrases

if TYPE_CHECKING:
    from feedbackkit.evidence.dossier import Dossier, Speaker, Statement

__all__ = ["beside", "json_resume_references", "schema_org_reviews", "statements_csv", "statements_jsonl"]

_ALWAYS: Final = ("key", "revision", "reference", "engagement", "occasion", "form", "at")
"""The columns that a table has even without rows."""
_FORMULA: Final = ("=", "+", "-", "@", "\t")
"""What a spreadsheet takes for the beginning of a formula."""


def json_resume_references(dossier: Dossier, locale: str = "en") -> list[dict[str, str]]:
    """The ``references`` of a JSON Resume: name and words, and below them what stands beside them.

    That is the reply of the subject, what a verification found, and that the answer was revised since. A statement
    without words has none to give.
    """
    return [
        {
            "name": _signature(statement.speaker, locale),
            "reference": "\n\n".join([*_words(statement), *beside(statement, locale)]),
        }
        for statement in dossier.statements
        if statement.passages
    ]


def _signature(speaker: Speaker, locale: str) -> str:
    who = phrases(locale).who(speaker)
    return who if speaker.organisation is None else f"{who}, {speaker.organisation}"


def _words(statement: Statement) -> list[str]:
    return [passage.text for passage in statement.passages]


def schema_org_reviews(dossier: Dossier) -> dict[str, Any]:
    """The statements as schema.org reviews of a person, in JSON-LD; ratings with their scales."""
    scales = {criterion.key: criterion.scale for criterion in dossier.criteria}
    subject = {"@type": "Person", "identifier": dossier.subject, "name": dossier.name}
    return {
        "@context": "https://schema.org",
        "@graph": [_review(statement, subject, scales) for statement in dossier.statements],
    }


def beside(statement: Statement, locale: str = "en") -> list[str]:
    """What must not be torn from a statement's words: verifications, what was revised since, the subject's reply."""
    say = phrases(locale)
    found = [
        f"{say('verified', date=say.day(check.at_us))}: {say(f'outcome {check.outcome}')}."
        for check in statement.checks
    ]
    if statement.quotes is not None:
        found.append(say("quotes", quotes=str(statement.quotes), revision=str(statement.revision)))
    if statement.reply is not None:
        reply = statement.reply
        found.append(f"{say('reply', date=say.day(reply.at_us))}: {say.quoted(reply.text)}")
    return found


def _review(statement: Statement, subject: dict[str, str], scales: dict[str, Any]) -> dict[str, Any]:
    speaker = statement.speaker
    author: dict[str, Any] = {"@type": "Person", "name": phrases("en").who(speaker)}
    if speaker.organisation is not None:
        author["worksFor"] = {"@type": "Organization", "name": speaker.organisation}
    review: dict[str, Any] = {
        "@type": "Review",
        "identifier": statement.key,
        "datePublished": face(statement.at_us).date().isoformat(),
        "author": author,
        "itemReviewed": subject,
    }
    if statement.passages:
        review["reviewBody"] = "\n\n".join(_words(statement))
    ratings = [
        {
            "@type": "Rating",
            "reviewAspect": key,
            "ratingValue": score,
            "worstRating": scales[key].low,
            "bestRating": scales[key].high,
        }
        for key, score in statement.ratings
        if key in scales
    ]
    if ratings:
        review["reviewRating"] = ratings
    comments: list[dict[str, Any]] = [
        {"@type": "Comment", "text": text} for text in beside(attrs.evolve(statement, reply=None))
    ]
    if statement.reply is not None:
        comments.append({"@type": "Comment", "text": statement.reply.text, "author": subject})
    if comments:
        review["comment"] = comments
    return review


def _row(statement: Statement) -> dict[str, str | float | bool | None]:
    """One statement in flat columns; ratings and choices each in a column of their own."""
    speaker = statement.speaker
    row: dict[str, str | float | bool | None] = {
        "key": statement.key,
        "revision": statement.revision,
        "reference": statement.reference,
        "engagement": statement.station,
        "occasion": statement.occasion.value,
        "form": statement.form.value,
        "at": f"{face(statement.at_us):%Y-%m-%dT%H:%M:%SZ}",
        "source": speaker.id,
        "name": speaker.name,
        "organisation": speaker.organisation,
        "relation": speaker.relation,
        "independent": speaker.independent,
        "conflict": speaker.conflict,
    }
    row.update({f"rating {key}": score for key, score in statement.ratings})
    for key, value in statement.choices:
        chosen = row.get(f"choice {key}")
        row[f"choice {key}"] = value if chosen is None else f"{chosen}; {value}"
    for passage in statement.passages:
        name = f"words {passage.kind}"
        before = row.get(name)
        row[name] = passage.text if before is None else f"{before}\n\n{passage.text}"
    row["words of revision"] = statement.quotes
    for number, check in enumerate(statement.checks, start=1):
        row[f"verified {number}"] = f"{face(check.at_us):%Y-%m-%d} {check.outcome}"
    row["reply"] = None if statement.reply is None else statement.reply.text
    return row


def statements_jsonl(dossier: Dossier) -> str:
    """One JSON object a line and statement, the newest first; what is not there is left out."""
    rows = ({name: value for name, value in _row(each).items() if value is not None} for each in dossier.statements)
    return "".join(f"{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n" for row in rows)


def statements_csv(dossier: Dossier) -> str:
    """The statements as a table for a spreadsheet, the newest first, as RFC 4180 has it.

    Text that a spreadsheet would run as a formula has an apostrophe before it.
    """
    rows = [_row(statement) for statement in dossier.statements]
    columns = list(dict.fromkeys([*_ALWAYS, *(name for row in rows for name in row)]))
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(columns)
    table.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue()


def _cell(value: str | float | bool | None) -> str | float:  # noqa: FBT001 - a cell may hold yes or no
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
