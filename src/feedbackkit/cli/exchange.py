"""The commands that hand a subject's dossier to other systems, and take recommendations from them."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

from feedbackkit.cli.dossiers import dossier_for
from feedbackkit.cli.opening import open_desk
from feedbackkit.cli.render import json_line
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from feedbackkit.desk import Desk
    from feedbackkit.evidence.dossier import Dossier
    from feedbackkit.export import Recommendation

__all__ = ["export", "import_recommendations"]

_KEY: Final = re.compile(rb"[0-9A-Fa-f]{64}\s*")


def export(options: argparse.Namespace) -> int:
    """Write what one audience may read about a subject in a format of others."""
    written = _FORMATS[options.format]
    _check_credentials(options)
    made = dossier_for(options)
    text = written(made, options)
    if options.out is None:
        sys.stdout.write(text)
        return 0
    options.out.write_bytes(text.encode())
    if options.json:
        print(json_line({"file": str(options.out), "format": options.format, "statements": len(made.statements)}))
    else:
        print(f"{options.out}: {len(made.statements)} statement{'' if len(made.statements) == 1 else 's'}")
    return 0


def _json(value: object) -> str:
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n"


def _resume(made: Dossier, options: argparse.Namespace) -> str:
    from feedbackkit.export import json_resume_references

    return _json({"basics": {"name": made.name}, "references": json_resume_references(made, options.lang)})


def _schema_org(made: Dossier, _options: argparse.Namespace) -> str:
    from feedbackkit.export import schema_org_reviews

    return _json(schema_org_reviews(made))


def _csv(made: Dossier, _options: argparse.Namespace) -> str:
    from feedbackkit.export import statements_csv

    return statements_csv(made)


def _jsonl(made: Dossier, _options: argparse.Namespace) -> str:
    from feedbackkit.export import statements_jsonl

    return statements_jsonl(made)


def _credentials(made: Dossier, options: argparse.Namespace) -> str:
    """One signed endorsement a line; the same statement in the same version has the same id every time."""
    from feedbackkit.export import Ed25519Signer, endorsement_credential, signed_endorsement

    signer = Ed25519Signer(_private_key(options.key))
    lines: list[str] = []
    for statement in made.statements:
        if statement.passages:
            name = f"{options.issuer}#{statement.key}#{statement.revision}#{statement.reference}"
            credential = endorsement_credential(
                statement,
                id=uuid5(NAMESPACE_URL, name).urn,
                issuer=options.issuer,
                issuer_name=options.sender,
                subject=options.subject_uri,
            )
            lines.append(f"{signed_endorsement(credential, signer=signer)}\n")
    return "".join(lines)


def _private_key(path: Path) -> bytes:
    """The key in a file: its 32 bytes, or their 64 hexadecimal digits."""
    found = path.read_bytes()
    return bytes.fromhex(found.decode("ascii")) if _KEY.fullmatch(found) else found


def _check_credentials(options: argparse.Namespace) -> None:
    """Credentials need an issuer, a subject and a key; nothing else has a use for them."""
    wanted = options.format == "credentials"
    for name, given in (("key", options.key), ("issuer", options.issuer), ("subject-uri", options.subject_uri)):
        if wanted and given is None:
            raise InvalidValue(f"--{name}", "must be given with --as credentials", "nothing")
        if given is not None and not wanted:
            raise InvalidValue(f"--{name}", "must not be given without --as credentials", "one")


_FORMATS: Final[dict[str, Callable[[Dossier, Any], str]]] = {
    "json-resume": _resume,
    "schema-org": _schema_org,
    "csv": _csv,
    "jsonl": _jsonl,
    "credentials": _credentials,
}


def import_recommendations(options: argparse.Namespace) -> int:
    """Draft a reference of each recommendation of a file of LinkedIn's; what was drafted before is left alone."""
    from feedbackkit.export import recommendations_from_linkedin

    try:
        text = options.file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidValue("FILE.csv", "must be UTF-8", "other bytes") from None
    found = recommendations_from_linkedin(text)
    with open_desk(options.store) as desk:
        subject = desk.person(options.linkedin_of)
        drafted = [key for each in found if (key := _drafted(desk, subject, each)) is not None]
    if options.json:
        for key in drafted:
            print(json_line({"reference": key}))
    else:
        print(f"{options.file}: {len(drafted)} drafted, {len(found) - len(drafted)} known already")
        if drafted:
            print("Their writers have to approve them: store their addresses, and ask.")
    return 0


def _drafted(desk: Desk, subject: Person, found: Recommendation) -> str | None:
    """The key of the reference that was drafted; `None` where there is one of those words."""
    known = desk.references.find(about=subject)
    if any(view.reference.text == found.text for view in known):
        return None
    start = f"linkedin/{subject.id}/"
    earlier = [view for view in known if view.key.startswith(start)]
    key = f"{start}{len(earlier) + 1}"
    writer = next((one for view in earlier if _is(found, one := desk.person(view.reference.source))), None)
    house = None if found.company is None else Organisation(name=found.company)
    writer = writer or Person(id=key, name=found.name, organisation=house)
    desk.references.draft(key, found.text, about=subject, source=writer, form="written")
    return key


def _is(found: Recommendation, writer: Person) -> bool:
    """Whether somebody who wrote another one is its writer, too, by all that LinkedIn tells of them."""
    house = None if writer.organisation is None else writer.organisation.name
    return (writer.name, house) == (found.name, found.company)
