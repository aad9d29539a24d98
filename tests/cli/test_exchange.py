"""The commands that hand a dossier to other systems, and take recommendations from them."""

from __future__ import annotations

import base64
import csv
import json
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from feedbackkit import Desk, SQLiteStore
from feedbackkit.cli.app import main
from feedbackkit.export import Ed25519Signer
from tests.desk.house import BRANDT, HUBER, WEBER, ask

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Typed = Callable[..., str]

KEY = bytes(range(32))
ISSUER = "did:web:hanse.example"
LINKEDIN = """First Name,Last Name,Company,Job Title,Text,Creation Date,Status
Anna,Weber,Nordwerk,COO,"Listens, then decides.","03/14/24, 09:05 AM",VISIBLE
Jörg,Huber,,,Calm in the storm.,,HIDDEN
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with two answers to asks for a reference, and one to a quality check."""
    path = tmp_path / "house.db"
    with Desk(SQLiteStore(path)) as desk:
        desk.request_all([ask("R-1"), ask("R-2", respondent=HUBER), ask("Q-1", occasion="quality_check")])
        desk.give("R-1", {"performance": 4, "strengths": "Hört zu."}, by=WEBER)
        desk.give("R-2", {"performance": 5}, by=HUBER)
        desk.give("Q-1", {"words": "Nur für euch."}, by=WEBER)
    return path


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a command, which must succeed; what it prints."""

    def run(*arguments: object) -> str:
        capsys.readouterr()
        assert main([str(argument) for argument in arguments]) == 0
        return capsys.readouterr().out

    return run


def test_a_resume_has_the_references(store: Path, typed: Typed) -> None:
    """With the name of the professional, and only what later clients may read."""
    found = json.loads(typed("export", "P-brandt", "--as", "json-resume", "--store", store))
    assert found == {
        "basics": {"name": "Thomas Brandt"},
        "references": [{"name": "Dr. Anna Weber, Nordwerk", "reference": "Hört zu."}],
    }


def test_reviews_go_out_as_linked_data(store: Path, typed: Typed) -> None:
    """Each statement is a review."""
    found = json.loads(typed("export", "P-brandt", "--as", "schema-org", "--store", store))
    assert (found["@context"], len(found["@graph"])) == ("https://schema.org", 2)


def test_tables_and_lines_hold_what_the_audience_may_read(store: Path, typed: Typed) -> None:
    """The subject reads the quality check, too; a later client does not."""
    rows = list(csv.DictReader(typed("export", "P-brandt", "--as", "csv", "--store", store).splitlines()))
    assert {row["key"] for row in rows} == {"R-1", "R-2"}
    lines = typed("export", "P-brandt", "--as", "jsonl", "--for", "subject", "--store", store).splitlines()
    assert {json.loads(line)["key"] for line in lines} == {"R-1", "R-2", "Q-1"}


@pytest.mark.parametrize("written", [KEY, f"{KEY.hex()}\n".encode()])
def test_credentials_are_signed_with_the_key_of_a_file(
    store: Path, typed: Typed, tmp_path: Path, written: bytes
) -> None:
    """One a line for each statement with words; the same ids whenever they are made; whoever has the key can verify."""
    key = tmp_path / "key"
    key.write_bytes(written)
    how = ("--as", "credentials", "--key", key, "--issuer", ISSUER, "--subject-uri", "urn:x:brandt", "--store", store)
    printed = typed("export", "P-brandt", *how)
    assert typed("export", "P-brandt", *how) == printed
    [token] = printed.splitlines()
    signed, _, signature = token.rpartition(".")
    Ed25519PublicKey.from_public_bytes(Ed25519Signer(KEY).public_key).verify(_bytes(signature), signed.encode())
    credential = json.loads(_bytes(signed.partition(".")[2]))
    assert credential["issuer"]["id"] == ISSUER
    assert credential["id"].startswith("urn:uuid:")
    assert "Hört zu." in credential["credentialSubject"]["endorsementComment"]


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--as", "credentials"), "--key must be given with --as credentials"),
        (("--as", "csv", "--issuer", ISSUER), "--issuer must not be given without --as credentials"),
    ],
)
def test_what_credentials_need_goes_with_credentials(
    store: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    """Whatever is missing, or is of no use, is told before anything is written."""
    assert main(["export", "P-brandt", *arguments, "--store", str(store)]) == 2
    assert told in capsys.readouterr().err


def test_a_file_is_written_and_the_reader_noted(store: Path, typed: Typed, tmp_path: Path) -> None:
    """With --out it goes into the file, byte for byte what would be printed; with --to it is in the log."""
    out = tmp_path / "brandt.csv"
    printed = typed("export", "P-brandt", "--as", "csv", "--store", store)
    told = typed("export", "P-brandt", "--as", "csv", "--out", out, "--to", "Stadtwerke", "--store", store)
    assert told == f"{out}: 2 statements\n"
    assert out.read_bytes().decode() == printed.replace("\r\n", "\n").replace("\n", "\r\n")
    assert "Stadtwerke" in typed("disclosures", "--store", store)
    line = typed("export", "P-brandt", "--as", "csv", "--out", out, "--json", "--store", store)
    assert json.loads(line) == {"file": str(out), "format": "csv", "statements": 2}


def test_recommendations_are_drafted_once(store: Path, typed: Typed, tmp_path: Path) -> None:
    """One for each writer, whom nobody has asked yet; the same file again drafts nothing."""
    file = tmp_path / "Recommendations_Received.csv"
    file.write_text(LINKEDIN, "utf-8-sig")
    how = ("import", file, "--linkedin-of", "P-brandt", "--store", store)
    assert "2 drafted, 0 known already" in typed(*how)
    assert typed(*how) == f"{file}: 0 drafted, 2 known already\n"
    with Desk(SQLiteStore(store)) as desk:
        found = desk.references.find(about=BRANDT)
        assert [(view.key, view.state.value) for view in found] == [
            ("linkedin/P-brandt/1", "drafted"),
            ("linkedin/P-brandt/2", "drafted"),
        ]
        writer = desk.person(found[0].reference.source)
        assert (writer.name, writer.email) == ("Anna Weber", None)
        assert found[0].reference.text == "Listens, then decides."
    file.write_text(LINKEDIN + "Anna,Weber,Nordwerk,,Once more.,,VISIBLE\n", "utf-8")
    assert json.loads(typed(*how, "--json")) == {"reference": "linkedin/P-brandt/3"}
    with Desk(SQLiteStore(store)) as desk:
        assert desk.references.get("linkedin/P-brandt/3").reference.source == writer.id, "one writer is one source"


def test_what_is_no_file_of_recommendations_is_refused(
    store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Other bytes, and other columns."""
    file = tmp_path / "f.csv"
    for content in (b"\xff\xfe", b"a,b\n1,2\n"):
        file.write_bytes(content)
        assert main(["import", str(file), "--linkedin-of", "P-brandt", "--store", str(store)]) in {1, 2}
        assert capsys.readouterr().err
