"""The commands, as they are typed: what they print, how they end, and what they leave alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final

import pytest

from feedbackkit.cli import commands, opening
from feedbackkit.cli.app import main
from feedbackkit.desk import Desk, ManualClock
from feedbackkit.domain.request import State
from feedbackkit.stores.sql import schema_sql
from feedbackkit.workflow import mermaid
from tests.cli.files import PERSONAL, a_row, eight, played, respondents, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DELEGATED: Final = "M-3/reference/start/1"
GIVEN: Final = "M-7/closing_review/start/1"
UTC: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which four months were played; to be read only."""
    return played(tmp_path_factory.mktemp("year"))


@pytest.fixture
def store(year: Path, tmp_path: Path) -> Path:
    """A store of its own in which four months were played."""
    for path in year.parent.glob("store.db*"):
        shutil.copy(path, tmp_path)
    return tmp_path / "store.db"


class Typed:
    """What one command came to."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    def objects(self) -> list[dict[str, Any]]:
        """What it printed, one object a line."""
        assert (self.code, self.err) == (0, "")
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Callable[..., Typed]:
    """Types a command."""

    def run(*arguments: object) -> Typed:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        seen = capsys.readouterr()
        return Typed(code, seen.out, seen.err)

    return run


# What is told


def test_find_lists_every_request_in_the_order_of_keys(year: Path, typed: Any) -> None:
    """One object a request, with its state, its times in UTC and its people by id."""
    found = typed("find", "--store", year, "--json").objects()
    keys = [each["request"] for each in found]
    assert len(keys) > 20
    assert keys == sorted(keys)
    assert set(found[0]) == {
        *("request", "state", "occasion", "form", "engagement", "respondent", "organisation", "subject"),
        *("contacts", "due", "until", "answers", "delegated_from"),
    }
    assert {each["state"] for each in found} <= {state.value for state in State}
    assert all(UTC.fullmatch(each["until"]) for each in found)
    assert {each["state"] for each in found if each["due"] is not None} == {"planned", "reminded"}


@pytest.mark.parametrize(
    ("option", "value", "field"),
    [("--state", "given", "state"), ("--about", "P-2", "subject"), ("--person", "R-2", "respondent")],
)
def test_find_keeps_what_is_asked_for(year: Path, typed: Any, option: str, value: str, field: str) -> None:
    """By state, by subject and by respondent: exactly those of all."""
    every = typed("find", "--store", year, "--json").objects()
    kept = typed("find", "--store", year, "--json", option, value).objects()
    assert kept
    assert kept == [each for each in every if each[field] == value]


def test_find_shows_people_a_table(year: Path, typed: Any) -> None:
    """A head, a rule and a line for each request, with names instead of ids."""
    head, rule, *lines = typed("find", "--store", year).out.splitlines()
    assert head.split() == ["request", "state", "next", "step", "(UTC)", "respondent", "about"]
    assert set(rule) == {"─", " "}
    assert len(lines) == len(typed("find", "--store", year, "--json").objects())
    assert any(line.startswith(f"{DELEGATED}/delegate ") and "Max Huber" in line for line in lines)


def test_history_tells_the_events_in_order(year: Path, typed: Any) -> None:
    """One object an event, numbered from 1; the reasons say which rule moved it, and until when."""
    events = typed("history", GIVEN, "--store", year, "--json").objects()
    assert [each["seq"] for each in events] == list(range(1, len(events) + 1))
    assert [each["at"] for each in events] == sorted(each["at"] for each in events)
    assert events[0]["event"] == "planned"
    assert events[-1]["event"] == "given"
    assert {reason["rule"] for each in events for reason in each["because"]} >= {"office hours", "person budget"}
    assert all(UTC.fullmatch(reason["until"]) for each in events for reason in each["because"])


def test_history_shows_people_a_table(year: Path, typed: Any) -> None:
    """A numbered line for each event, and one more for each further reason."""
    head, _rule, *lines = typed("history", GIVEN, "--store", year).out.splitlines()
    assert head.split() == ["no", "when", "(UTC)", "who", "what", "why"]
    events = typed("history", GIVEN, "--store", year, "--json").objects()
    assert [int(line[:2]) for line in lines if line[:2].strip()] == [each["seq"] for each in events]
    assert len(lines) == sum(max(1, len(each["because"]) + (each["reason"] is not None)) for each in events)


def test_contacts_tells_every_contact_of_a_person_in_the_order_of_time(year: Path, typed: Any) -> None:
    """With what it was about, and what became of it; no two of them closer than the minimum gap of five days."""
    found = typed("contacts", "R-2", "--store", year, "--json").objects()
    booked = [each["booked"] for each in found]
    assert booked == sorted(set(booked))
    assert {each["status"] for each in found} == {"sent"}
    assert {each["person"] for each in found} == {"R-2"}
    assert all(each["lines"] for each in found)
    assert all(UTC.fullmatch(each["settled"]) for each in found)


def test_contacts_shows_people_a_table(year: Path, typed: Any) -> None:
    """A row for each request that a contact speaks for."""
    lines = typed("contacts", "R-2", "--store", year).out.splitlines()
    contacts = typed("contacts", "R-2", "--store", year, "--json").objects()
    assert len(lines) - 2 == sum(len(contact["lines"]) for contact in contacts)


def test_somebody_who_was_never_contacted_has_no_lines(year: Path, typed: Any) -> None:
    """Who wants no contact at all is known and has none."""
    assert typed("contacts", "R-8", "--store", year, "--json").objects() == []


def test_explain_tells_the_past_and_then_what_is_to_come(year: Path, typed: Any) -> None:
    """The past is the history; each step ahead has a decision with its reasons."""
    key = typed("find", "--store", year, "--state", "planned", "--json").objects()[0]["request"]
    lines = typed("explain", key, "--store", year, "--json").objects()
    ahead = [each for each in lines if each["when"] == "ahead"]
    past = [each for each in lines if each["when"] == "past"]
    assert lines == past + ahead
    events = typed("history", key, "--store", year, "--json").objects()
    assert past == [{"when": "past", **event} for event in events]
    assert {each["decision"] for each in ahead} <= {"at", "held", "never"}
    assert ahead


def test_explain_shows_people_a_story(year: Path, typed: Any) -> None:
    """What happened, and what is to come, where the respondent is."""
    out = typed("explain", GIVEN, "--store", year).out
    assert GIVEN in out
    assert out.partition("\n")[0].endswith(": given")
    assert "times in Asia/Tokyo" in out
    assert out.index("What happened") < out.index("What is to come")


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        (["--dialect", "postgresql"], {"dialect": "postgresql"}),
        (["--dialect", "mariadb", "--from", "1"], {"dialect": "mariadb", "start": 1}),
        (["--dialect", "sqlite", "--to", "1", "--prefix", "fb_"], {"dialect": "sqlite", "end": 1, "prefix": "fb_"}),
    ],
)
def test_schema_prints_plain_sql(typed: Any, options: list[str], asked: dict[str, Any]) -> None:
    """Between two layouts, for people who run migrations themselves; SQLAlchemy is not needed for it."""
    assert typed("schema", *options).out == schema_sql(**asked)


@pytest.mark.parametrize("options", [["--dialect", "oracle"], ["--dialect", "sqlite", "--to", "99"]])
def test_schema_says_what_it_does_not_know(typed: Any, options: list[str]) -> None:
    """In one line, with the exit code of wrong input."""
    done = typed("schema", *options)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1


def test_diagram_prints_the_law(typed: Any) -> None:
    """Without any store."""
    assert typed("diagram").out == f"{mermaid()}\n"


@pytest.mark.parametrize("command", [["find"], ["history", GIVEN], ["contacts", "R-2"], ["explain", GIVEN]])
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["for people", "for programs"])
def test_what_is_told_is_the_same_each_time(year: Path, typed: Any, command: list[str], options: list[str]) -> None:
    """Nothing depends on the machine, its zone or its order of things."""
    first = typed(*command, "--store", year, *options)
    assert first.code == 0
    assert first.out
    assert typed(*command, "--store", year, *options).out == first.out


# Running


@pytest.fixture
def imported(tmp_path: Path, typed: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one mandate, and the machine's clock at a Monday in it."""
    path = tmp_path / "store.db"
    assert typed("import", written(tmp_path / "mandates.csv", a_row()), "--store", path).code == 0
    monkeypatch.setattr(opening, "Desk", _on_a_monday)
    return path


def _on_a_monday(*arguments: Any, **options: Any) -> Desk:
    return Desk(*arguments, **options, clock=ManualClock("2026-03-02T10:00:00Z"))


def test_run_sends_what_is_due_and_counts_it(imported: Path, typed: Any) -> None:
    """The mail is printed, then what was done; a second run at once has nothing to do."""
    first = typed("run", "--store", imported, "--sender", "Interim AG")
    assert "To:      Dr. Anna Weber <anna.weber@nordwerk.example>" in first.out
    assert "Interim AG" in first.out
    assert re.search(r"^\d+ \w+", first.out.splitlines()[-1])
    assert typed("run", "--store", imported).out == "nothing was due\n"
    assert typed("run", "--store", imported, "--json").out == "{}\n"


def test_run_writes_mails_into_a_folder(imported: Path, typed: Any, tmp_path: Path) -> None:
    """One object of counts on the screen, and the mail in the folder."""
    outbox = tmp_path / "outbox"
    arguments = ("run", "--store", imported, "--eml", outbox, "--sender-address", "office@interim.example", "--json")
    [counts] = typed(*arguments).objects()
    assert sum(counts.values()) > 0
    assert len(list(outbox.glob("*.eml"))) == 1


def test_run_into_a_folder_needs_an_address_to_send_from(imported: Path, typed: Any, tmp_path: Path) -> None:
    """And makes no folder without it."""
    ended = typed("run", "--store", imported, "--eml", tmp_path / "outbox")
    assert (ended.code, ended.err) == (2, "--sender-address must be given with --eml, got nothing\n")
    assert not (tmp_path / "outbox").exists()


def test_run_counts_what_time_has_ended(store: Path, typed: Any) -> None:
    """After the play, on the machine's own clock, the rest is settled without an error."""
    assert typed("run", "--store", store).code == 0


# What goes wrong


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["history", "M-0/nothing"], "no request 'M-0/nothing' is stored here"),
        (["explain", "M-0/nothing"], "no request 'M-0/nothing' is stored here"),
        (["contacts", "R-99"], "no person 'R-99' is stored here"),
    ],
)
def test_an_unknown_id_is_one_sentence(year: Path, typed: Any, command: list[str], said: str) -> None:
    """On standard error, and the exit code is 1."""
    for options in ([], ["--json"]):
        ended = typed(*command, "--store", year, *options)
        assert (ended.code, ended.out, ended.err) == (1, "", f"{said}\n")


@pytest.mark.parametrize("option", ["--about", "--person"])
def test_an_unknown_id_to_look_for_is_one_sentence(year: Path, typed: Any, option: str) -> None:
    """A slip must not look like somebody without requests; an address or a name is not repeated."""
    for options in ([], ["--json"]):
        ended = typed("find", option, "R-99", "--store", year, *options)
        said = f"{option} must be the id of somebody who is stored, got another one\n"
        assert (ended.code, ended.out, ended.err) == (2, "", said)
    ended = typed("find", option, "anna.weber@nordwerk.example", "--store", year)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"{option} must be an opaque id, never an address, got a text of 27 characters\n"


@pytest.mark.parametrize(
    "command",
    [
        ["run"],
        ["work"],
        ["failed"],
        ["find"],
        ["history", "r"],
        ["contacts", "R-1"],
        ["explain", "r"],
        ["play", "--from", "2026-01-01", "--until", "2026-01-02", "--respondents", "respondents.toml"],
    ],
    ids=lambda command: command[0],
)
def test_a_store_that_is_not_there_is_not_made(
    tmp_path: Path, typed: Any, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slip in the path must not look like an empty store."""
    monkeypatch.chdir(tmp_path)
    respondents(tmp_path / "respondents.toml")
    ended = typed(*command, "--store", tmp_path / "stroe.db")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("--store must be a store that is there")
    assert [path.name for path in tmp_path.iterdir()] == ["respondents.toml"]


def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path: Path, typed: Any) -> None:
    """One sentence, no traceback, and not a byte is changed."""
    path = tmp_path / "store.db"
    content = b"not a database, but long enough to be looked at" * 30
    path.write_bytes(content)
    ended = typed("find", "--store", path)
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"--from": "1.1.2026"}, "--from must be a date"),
        ({"--until": "2026-02-30"}, "--until must be a date"),
        ({"--until": "2025-12-31"}, "--until must not be before --from, got an earlier date"),
        ({"--respondents": "nobody.toml"}, "nobody.toml: cannot be read: No such file or directory"),
    ],
)
def test_a_play_says_what_is_wrong_with_its_options(
    store: Path, typed: Any, monkeypatch: pytest.MonkeyPatch, options: dict[str, str], said: str
) -> None:
    """In one sentence, with exit code 2, before anything is played."""
    monkeypatch.chdir(store.parent)
    respondents(store.parent / "respondents.toml")
    good = {"--from": "2026-01-01", "--until": "2026-01-31", "--respondents": "respondents.toml"}
    pairs = [text for pair in {**good, **options}.items() for text in pair]
    ended = typed("play", "--store", store, *pairs)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(said)
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["fly"], ["find"], ["find", "--store", "x", "--state", "asleep"]], ids=repr)
def test_what_is_no_command_is_told_with_the_usage(typed: Any, arguments: list[str]) -> None:
    """The exit code is 2, as for every other wrong input."""
    ended = typed(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("usage: python -m feedbackkit")


def test_no_error_repeats_what_is_personal(tmp_path: Path, typed: Any) -> None:
    """Whatever is wrong with people who were already imported."""
    store, file = tmp_path / "store.db", tmp_path / "mandates.csv"
    assert typed("import", written(file, a_row()), "--store", store).code == 0
    written(file, a_row(mandate="M-2", sponsor_id="R-2"))
    ended = typed("import", file, "--store", store)
    assert not [word for word in PERSONAL if word.casefold() in ended.err.casefold()]


# Around the commands


def test_help_names_every_command(typed: Any) -> None:
    """Each command that can be typed is there to be done, and has a help of its own; no other is there."""
    ended = typed("--help")
    assert ended.code == 0
    names = set(re.findall(r"^    ([a-z][a-z-]*)\b", ended.out, re.MULTILINE))
    assert names == {name.replace("_mandates", "").replace("_", "-") for name in commands.__all__}
    for command in names:
        assert typed(command, "--help").code == 0


def test_version_is_that_of_the_package(typed: Any) -> None:
    """Name and number."""
    assert re.fullmatch(r"feedbackkit \d+\.\d+\.\d+\n", typed("--version").out)


def test_the_installed_script_is_the_same_program() -> None:
    """What the package installs under its own name can be loaded and is the command line."""
    [script] = entry_points(group="console_scripts", name="feedbackkit")
    assert script.load() is main


def test_ctrl_c_is_told_and_ends_with_130(year: Path, typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As shells expect it; no traceback."""

    def interrupted(_options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "find", interrupted)
    ended = typed("find", "--store", year)
    assert (ended.code, ended.out, ended.err) == (130, "", "interrupted; what was done is kept\n")


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["for people", "for programs"])
def test_a_reader_who_leaves_is_no_error(year: Path, options: list[str]) -> None:
    """As with ``| head -1``: the program ends quietly."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "feedbackkit", "find", "--store", str(year), *options],
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        with suppress(OSError):
            os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_screen_that_knows_ascii_only_is_no_error(year: Path) -> None:
    """What it cannot show is replaced or written otherwise, and the program ends well."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ended = subprocess.run(
        [sys.executable, "-m", "feedbackkit", "explain", GIVEN, "--store", str(year)],
        capture_output=True,
        check=False,
        env=environment,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert GIVEN.encode() in ended.stdout


def test_the_eight_mandates_import_as_eight(tmp_path: Path, typed: Any) -> None:
    """The file that these tests play is told with its size."""
    ended = typed("import", eight(tmp_path / "mandates.csv"), "--store", tmp_path / "store.db")
    assert ended.out.splitlines()[0].endswith(": 8 mandates with 7 sponsors at 5 clients")
