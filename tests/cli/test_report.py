from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import attrs

from feedbackkit.channels import MailboxChannel
from feedbackkit.cli.app import main
from feedbackkit.cli.render import width_of
from feedbackkit.cli.report import report
from feedbackkit.desk import Ask, Desk, ManualClock
from feedbackkit.domain.basis import Consent
from feedbackkit.domain.people import Person
from feedbackkit.stores import MemoryStore
from tests.cli.rows import EXAMPLE_RESPONDENTS, ROW, mandates, other

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_an_empty_desk_has_a_short_report() -> None:
    """Where nothing happened, the report says so, and tells no story and no answers."""
    clock = ManualClock("2026-01-01T00:00:00Z")
    with Desk(
        MemoryStore(), channels=[MailboxChannel()], clock=clock, secret=b"a secret of thirty-two bytes ..."
    ) as desk:
        told = "\n".join(report(desk))
    assert "What went out: 0 contacts" in told
    assert "One request" not in told
    assert "What was said" not in told


def test_who_opted_out_is_told_to_be_left_in_peace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever wants no contact gets none, and the report counts the requests that were let go for it."""
    store, file = tmp_path / "store.db", mandates(tmp_path, {**ROW, "opt_out": "all"})
    assert main(["import", str(file), "--store", str(store)]) == 0
    play = ["play", "--store", str(store), "--respondents", str(EXAMPLE_RESPONDENTS)]
    assert main([*play, "--from", "2026-01-01", "--until", "2026-10-31"]) == 0
    told = capsys.readouterr().out
    assert "What went out: 0 contacts" in told
    assert "left in peace" in told
    assert "no contact at all is wanted" in told


def test_the_report_tells_everything_that_was_promised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What went out to whom and when, outcomes by occasion, the rules, one ladder with reasons, and the answers."""
    store, file = tmp_path / "store.db", mandates(tmp_path, {**ROW, "sponsor_id": "R-101"}, other(sponsor_id="R-143"))
    assert main(["import", str(file), "--store", str(store)]) == 0
    capsys.readouterr()
    play = ["play", "--store", str(store), "--respondents", str(EXAMPLE_RESPONDENTS)]
    assert main([*play, "--from", "2026-01-01", "--until", "2026-10-31"]) == 0
    told = capsys.readouterr().out
    for heading in (
        "What went out: ",
        "What came of it, by occasion",
        "How often each rule moved, held or stopped a contact, and why",
        "One request, from its plan to its end",
        "What was said about Thomas Brandt",
    ):
        assert heading in told


def table_lines(told: str) -> list[str]:
    """The lines of a report that stand in tables: from a rule with gaps in it to the next empty line or heading."""
    lines, found, inside = told.splitlines(), list[str](), False
    for above, line in pairwise(lines):
        inside = line != "" and (inside or set(line) == {"─", " "})
        if inside:
            found += [above, line] if set(line) == {"─", " "} else [line]
    return found


def test_every_row_of_a_report_fits_into_80_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """However long the names are, and wherever it is read: no row has to be broken."""
    long = {
        "sponsor_name": "Dr. Maximiliane Freifrau von und zu Hohenstein-Wartenberg",
        "client": "Vereinigte Süddeutsche Maschinen- und Apparatebaugesellschaft mbH",
        "subject_name": "森鷗外 森鷗外 森鷗外 森鷗外 森鷗外 森鷗外",
        "sponsor_id": "R-101",
    }
    store, file = tmp_path / "store.db", mandates(tmp_path, {**ROW, **long}, other(sponsor_id="R-143"))
    assert main(["import", str(file), "--store", str(store)]) == 0
    capsys.readouterr()
    play = ["play", "--store", str(store), "--respondents", str(EXAMPLE_RESPONDENTS)]
    assert main([*play, "--from", "2026-01-01", "--until", "2026-12-31"]) == 0
    rows = table_lines(capsys.readouterr().out)
    assert len(rows) > 20
    assert [row for row in rows if width_of(row) > 80] == []
    assert any("森" in row and row.endswith("…") for row in rows)


def test_the_report_tells_times_and_months_where_the_reader_is() -> None:
    """A contact on New Year's Day in Auckland and one on New Year's Eve in New York, both of one instant or later."""
    clock = ManualClock("2026-12-31T20:30:00Z")
    consent = Consent("signed form", since="2020-01-01")
    subject = Person(id="S", name="Thomas Brandt")
    people = [
        Person(id=f"P-{n}", name=f"Reader {n}", email=f"p{n}@house.example", timezone=zone, basis=consent)
        for n, zone in enumerate(["Pacific/Auckland", "America/New_York"])
    ]
    with Desk(
        MemoryStore(), channels=[MailboxChannel()], clock=clock, secret=b"a secret of thirty-two bytes ..."
    ) as desk:
        desk.request_all(
            [
                Ask(key=f"r{n}", respondent=person, subject=subject, occasion="reference")
                for n, person in enumerate(people)
            ]
        )
        desk.run()
        clock.set("2026-12-31T21:30:00Z")
        desk.request(
            Ask(
                key="r3",
                respondent=attrs.evolve(people[1], id="P-3", email="p3@house.example"),
                subject=subject,
                occasion="reference",
            )
        )
        desk.run()
        desk.give("r0", {"overall": 5})
        told = "\n".join(report(desk))
    went_out, _, rest = told.partition("What came of it")
    assert [line for line in went_out.splitlines() if line.endswith("202" + line[-1:]) or "Reader" in line] == [
        "December 2026",
        "Thu 31 15:30  Reader 1  ask reference  Thomas Brandt",
        "Thu 31 16:30  Reader 1  ask reference  Thomas Brandt",
        "January 2027",
        "Fri 01 09:30  Reader 0  ask reference  Thomas Brandt",
    ]
    assert "01 Jan 2027  reference, written, by Reader 0" in rest


def test_outcomes_are_counted_by_occasion() -> None:
    """A row for each outcome that there was, a column for each occasion, and the sums of both."""
    clock = ManualClock("2026-03-02T10:00:00Z")
    weber = Person(id="P-1", name="Weber", email="w@house.example", basis=Consent("form", since="2020-01-01"))
    with Desk(
        MemoryStore(), channels=[MailboxChannel()], clock=clock, secret=b"a secret of thirty-two bytes ..."
    ) as desk:
        for number, occasion in enumerate(["reference", "reference", "verification"]):
            desk.request(Ask(key=f"r{number}", respondent=weber, subject=Person(id="S", name="B"), occasion=occasion))
        desk.give("r0", {"overall": 5})
        desk.decline("r2")
        told = "\n".join(report(desk))
    table = told.partition("What came of it, by occasion\n")[2].splitlines()[1:7]
    assert table == [
        "outcome   reference  verification  all",
        "────────  ─────────  ────────────  ───",
        "given             1             0    1",
        "declined          0             1    1",
        "planned           1             0    1",
        "all               2             1    3",
    ]


def test_played_again_the_report_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second play of the same days changes nothing and prints the same to the letter."""
    store, file = tmp_path / "store.db", mandates(tmp_path, {**ROW, "sponsor_id": "R-109"})
    assert main(["import", str(file), "--store", str(store)]) == 0
    play = ["play", "--store", str(store), "--respondents", str(EXAMPLE_RESPONDENTS)]
    told: list[str] = []
    for _time in range(2):
        capsys.readouterr()
        assert main([*play, "--from", "2026-01-01", "--until", "2026-10-31"]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert "reminder" in told[0]
