"""``python -m feedbackkit``: what can be typed."""

from __future__ import annotations

import argparse
from importlib.metadata import version
from pathlib import Path
from typing import Any

from feedbackkit.domain.request import Occasion, State
from feedbackkit.policies.playbooks import NAMES

__all__ = ["parser"]


def parser() -> argparse.ArgumentParser:
    """What reads the arguments; `command` of what it gives is the name of a function of `feedbackkit.cli.commands`."""
    whole = argparse.ArgumentParser(
        prog="python -m feedbackkit",
        description="Reference and feedback workflows: whom to ask, for what, when and how often; and what came back.",
    )
    whole.add_argument("--version", action="version", version=f"feedbackkit {version('feedbackkit')}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (
        _planning,
        _playing,
        _runs,
        _mail,
        _wishes,
        _duties,
        _requests,
        _contacts,
        _ahead,
        _worth,
        _dossiers,
        _printing,
    ):
        add(commands)
    return whole


def _planning(commands: Any) -> None:
    add = _command(commands, "import", "store the mandates of a CSV file, all or none")
    add.set_defaults(command="import_mandates")  # `import` is a word of Python's
    add.add_argument("file", metavar="FILE.csv", type=Path, help="the file; its columns are described in the tutorial")
    add.add_argument("--playbook", choices=NAMES, help="by which playbook its mandates are planned; else by interim")
    add.add_argument(
        "--linkedin-of",
        metavar="SUBJECT",
        help="the file is LinkedIn's Recommendations_Received.csv of this subject: draft a reference of each",
    )

    plan = _command(commands, "plan", "plan what is known by now, and send nothing")
    plan.add_argument("--playbook", choices=NAMES, help="by which playbook from now on; else by that of each mandate")
    plan.add_argument("--mandate", metavar="ID", help="only this one")


def _playing(commands: Any) -> None:
    play = _command(commands, "play", "play a stretch of time, with respondents that follow a script", json=False)
    play.add_argument("--from", dest="first", metavar="DATE", required=True, help="the first day, such as 2026-01-01")
    play.add_argument("--until", dest="last", metavar="DATE", required=True, help="the last day")
    play.add_argument("--respondents", metavar="FILE", type=Path, required=True, help="how people behave, in TOML")


def _runs(commands: Any) -> None:
    run = _command(commands, "run", "plan what is known and send what is due, by now")
    _sending(run)
    work = _command(commands, "work", "send what is due, again and again, until it is stopped")
    _sending(work)
    work.add_argument("--every", metavar="SECONDS", type=int, default=60, help="between two looks, 1 to 600; else 60")
    work.add_argument("--name", help="the worker's name, its own for each; else one made of the process's number")
    failed = _command(commands, "failed", "list what was given up after it had failed ten times")
    back = failed.add_mutually_exclusive_group()
    back.add_argument("--retry", metavar="KEY", nargs="+", help="bring these back, for the next run")
    back.add_argument("--retry-all", action="store_true", help="bring all of it back")
    _command(commands, "resume", "after a restore from a backup: count what was due as made, and go on")


def _mail(commands: Any) -> None:
    receive = _command(commands, "receive", "take note of mails that came back, and do what they call for")
    receive.add_argument("files", metavar="FILE", type=Path, nargs="+", help="a mail each; - for standard input")
    readdress = _command(commands, "readdress", "note an address of a person that works, and go on")
    readdress.add_argument("person", metavar="PERSON", help="the person's id")
    readdress.add_argument("address", metavar="ADDRESS", help="the address that works")


def _wishes(commands: Any) -> None:
    occasions = [occasion.value for occasion in Occasion]
    wish = _command(commands, "opt-out", "leave a person in peace, from now on and for what is booked")
    wish.add_argument("person", metavar="PERSON", help="the person's id")
    what = wish.add_mutually_exclusive_group()
    what.add_argument("--about", metavar="ID", help="only about this subject")
    what.add_argument("--occasion", choices=occasions, help="only on this occasion")
    what.add_argument("--reminders", action="store_true", help="only from reminders")
    end = wish.add_mutually_exclusive_group()
    end.add_argument("--until", metavar="DATE", help="until this date; else for good")
    end.add_argument("--undo", action="store_true", help="take the wish back, within 14 days")
    pause = _command(commands, "pause", "leave a person altogether in peace until a date")
    pause.add_argument("person", metavar="PERSON", help="the person's id")
    pause.add_argument("--until", metavar="DATE", required=True, help="the day from which on they may be contacted")
    phone = _command(commands, "prefer-phone", "call a person from now on, instead of writing")
    phone.add_argument("person", metavar="PERSON", help="the person's id")
    phone.add_argument("--number", metavar="NUMBER", help="their telephone, such as '+49 30 1234567'")
    phone.add_argument("--undo", action="store_true", help="write to them again")
    no = _command(commands, "refusals", "list what a person has declined and is remembered")
    no.add_argument("person", metavar="PERSON", help="the person's id")
    no.add_argument("--about", metavar="ID", help="only about this subject")
    no.add_argument("--occasion", choices=occasions, help="only on this occasion")
    no.add_argument("--lift", action="store_true", help="forget them, so that the person may be asked again")


def _duties(commands: Any) -> None:
    alerts = _command(commands, "alerts", "list what somebody should look at, or take note of it")
    alerts.add_argument("--owner", metavar="ID", help="only what this member of the staff looks after")
    alerts.add_argument("--all", action="store_true", help="also what somebody took note of")
    alerts.add_argument("--acknowledge", metavar="ALERT", nargs="+", help="take note of these")
    alerts.add_argument("--by", metavar="ID", help="who takes note")
    approve = _command(commands, "approve", "list asks that wait for approval, or approve some")
    approve.add_argument("requests", metavar="REQUEST", nargs="*", help="approve these")
    approve.add_argument("--owner", metavar="ID", help="only what this member of the staff looks after")
    approve.add_argument("--by", metavar="ID", help="who approves")
    owed = _command(commands, "owed", "list the benefits that are still owed, the most urgent first")
    owed.add_argument("--person", metavar="ID", help="only those of this person")
    deliver = _command(commands, "deliver", "note that respondents have what was promised to them")
    deliver.add_argument("requests", metavar="REQUEST", nargs="+", help="the requests that it was promised for")
    deliver.add_argument("--note", default="", help="what there is to say about it")


def _requests(commands: Any) -> None:
    find = _command(commands, "find", "list requests")
    find.add_argument("--state", choices=[state.value for state in State if state is not State.NEW])
    find.add_argument("--about", metavar="ID", help="only those about this subject")
    find.add_argument("--person", metavar="ID", help="only those to this respondent")
    history = _command(commands, "history", "tell what happened to a request")
    history.add_argument("request", metavar="REQUEST")
    explain = _command(commands, "explain", "tell past and future of a request, with the reasons")
    explain.add_argument("request", metavar="REQUEST")


def _contacts(commands: Any) -> None:
    contacts = _command(commands, "contacts", "list the contacts of a person")
    contacts.add_argument("person", metavar="PERSON")
    appoint = _command(commands, "appoint", "note that a talk was agreed on, or moved, and invite to it")
    appoint.add_argument("request", metavar="REQUEST", help="what it is for")
    appoint.add_argument("--at", metavar="TIME", required=True, help="when it begins: 2026-04-13T10:00+02:00")
    appoint.add_argument("--minutes", type=int, default=15, help="how long it takes; else 15")
    appoint.add_argument("--place", metavar="TEXT", help="where: a room, a number, the address of a video talk")
    appoint.add_argument("--host", metavar="WHO", required=True, help="'Name <address>', or the id of somebody known")
    off = _command(commands, "call-off", "call the appointment of a request off, and tell who was invited")
    off.add_argument("request", metavar="REQUEST")
    off.add_argument("--reason", metavar="TEXT", help="why, for the history")
    calls = _command(commands, "calls", "list calls to be made and appointments, or note that a call was made")
    calls.add_argument("--made", metavar="CALL", help="the call that was made")
    calls.add_argument("--note", help="what came of it, with --made")


def _ahead(commands: Any) -> None:
    forecast = _command(commands, "forecast", "play the next days on a copy: who is contacted when, who meets limits")
    forecast.add_argument("--days", metavar="N", type=int, default=90, help="how many, up to 732; else 90")
    forecast.add_argument("--picture", metavar="FILE", type=Path, help="draw a calendar strip for each person, too")
    whatif = _command(commands, "whatif", "compare two ladders of reminders on what is open, by a model")
    whatif.add_argument("--reminders", metavar="DAYS", default="7,7", help="the one ladder: days between; else 7,7")
    whatif.add_argument("--instead", metavar="DAYS", default="7,7,7", help="the other ladder; else 7,7,7")
    whatif.add_argument("--days", metavar="N", type=int, default=90, help="how many days to play; else 90")
    whatif.add_argument("--seeds", metavar="N", type=int, default=20, help="how many times, with other people; else 20")


def _worth(commands: Any) -> None:
    references = _command(commands, "references", "list what was made of answers for others to read")
    references.add_argument("--about", metavar="ID", help="only those about this subject")
    references.add_argument("--state", choices=["drafted", "approved", "sealed", "retracted", "superseded"])
    reference = _command(commands, "reference", "show a reference and its history, and check that it is whole")
    reference.add_argument("reference", metavar="REFERENCE")
    flags = _command(commands, "flags", "list what looks odd about the answers on a subject")
    flags.add_argument("about", metavar="SUBJECT", help="the subject's id")
    resolve = _command(commands, "resolve", "record what you decided about a flag, and why")
    resolve.add_argument("about", metavar="SUBJECT", help="the subject's id")
    resolve.add_argument("flag", metavar="FLAG", help="as flags lists it")
    verdict = resolve.add_mutually_exclusive_group(required=True)
    verdict.add_argument("--cleared", action="store_true", help="there is a good explanation")
    verdict.add_argument("--upheld", action="store_true", help="it is as bad as it looked")
    resolve.add_argument("--why", required=True, help="the explanation")
    resolve.add_argument("--by", metavar="ACTOR", required=True, help="your id, as history shall name you")
    asked = commands.add_parser("questionnaire", help="show a questionnaire, or its answers as JSON Schema")
    asked.add_argument("name", metavar="NAME", help="with its version: interim@1")
    form = asked.add_mutually_exclusive_group()
    form.add_argument("--json-schema", action="store_true", help="print the JSON Schema of its answers")
    form.add_argument("--surveyjs", action="store_true", help="print it as a SurveyJS survey")
    asked.add_argument("--locale", default="en", help="the language to show it in, such as de; else en")
    asked.add_argument("--store", metavar="PATH", type=Path, help="the SQLite file, for one that is not ready-made")
    asked.set_defaults(command="questionnaire")


def _dossiers(commands: Any) -> None:
    dossier = _command(commands, "dossier", "show all that one audience may read about a subject")
    dossier.add_argument("subject", metavar="SUBJECT", help="the id of the subject")
    dossier.add_argument("--html", metavar="FILE", type=Path, help="write it as a page instead")
    _for_a_reader(dossier, language="the language; en")
    out = _command(commands, "export", "hand what one audience may read about a subject to another system")
    out.add_argument("subject", metavar="SUBJECT", help="the id of the subject")
    formats = ("json-resume", "schema-org", "csv", "jsonl", "credentials")
    out.add_argument("--as", dest="format", choices=formats, required=True, help="in which format")
    out.add_argument("--out", metavar="FILE", type=Path, help="write it into this file instead of the screen")
    _for_a_reader(out, language="the language of json-resume; en")
    out.add_argument("--key", metavar="FILE", type=Path, help="credentials: an Ed25519 private key, 32 bytes or in hex")
    out.add_argument("--issuer", metavar="URI", help="credentials: who signs, such as did:web:hanse.example")
    out.add_argument("--subject-uri", metavar="URI", help="credentials: whom they are about, such as did:… or urn:…")
    shown = _command(commands, "disclosures", "list who was shown what is said of a subject")
    shown.add_argument("--about", metavar="SUBJECT", help="only about this subject")
    shown.add_argument("--of", metavar="KEY", help="only with this request's answer or this reference in it")


def _printing(commands: Any) -> None:
    picture = commands.add_parser("diagram", help="print the law of a request, or of a reference, as a Mermaid diagram")
    picture.add_argument("law", nargs="?", choices=["request", "reference"], default="request")
    picture.set_defaults(command="diagram")

    schema = commands.add_parser("schema", help="print the SQL that makes or upgrades the tables of a database")
    schema.add_argument("--dialect", required=True, help="postgresql, mariadb, mysql or sqlite")
    schema.add_argument(
        "--from", dest="start", metavar="N", type=int, default=0, help="the layout that is there; 0: none"
    )
    schema.add_argument("--to", dest="end", metavar="M", type=int, help="the layout that is wanted; the newest")
    schema.add_argument("--prefix", default="feedbackkit_", help="what the names of the tables begin with")
    schema.set_defaults(command="schema")


def _for_a_reader(parser: argparse.ArgumentParser, *, language: str) -> None:
    parser.add_argument(
        "--for",
        dest="audience",
        choices=("clients", "subject", "internal"),
        default="clients",
        help="who reads it: later clients, unless said otherwise",
    )
    parser.add_argument("--lang", choices=("de", "en"), default="en", help=language)
    parser.add_argument("--to", metavar="NAME", help="write down that it is shown to them")
    parser.add_argument("--sender", default="the provider", help="who hands it out, as a reader shall see it")


def _sending(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--eml", metavar="FOLDER", type=Path, help="write mails into this folder instead of the screen")
    parser.add_argument("--sender", default="the provider", help="who asks, as a reader shall see it")
    parser.add_argument("--smtp", metavar="HOST[:PORT]", help="hand mails to this server; see how to send mails")
    parser.add_argument("--smtp-security", choices=["starttls", "tls", "none"], default="starttls")
    parser.add_argument("--return-path", metavar="ADDRESS", help="with --smtp: a mailbox for what comes back")
    parser.add_argument("--sender-address", metavar="ADDRESS", help="the address that asks; with --eml or --smtp")


def _command(commands: Any, name: str, help_: str, *, json: bool = True) -> argparse.ArgumentParser:
    """A command over a store, done by the function of its name."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help_, description=f"{help_[0].upper()}{help_[1:]}."
    )
    parser.add_argument("--store", metavar="PATH", type=Path, required=True, help="the SQLite file that holds it all")
    if json:
        parser.add_argument("--json", action="store_true", help="one JSON object a line, times in UTC")
    parser.set_defaults(command=name.replace("-", "_"))
    return parser
