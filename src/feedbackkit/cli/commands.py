"""All commands, each a function of its options; what it gives is the exit code."""

from __future__ import annotations

from feedbackkit.cli.ahead import forecast, whatif
from feedbackkit.cli.contacts import appoint, call_off, calls, contacts
from feedbackkit.cli.dossiers import disclosures, dossier
from feedbackkit.cli.duties import alerts, approve, deliver, owed
from feedbackkit.cli.exchange import export
from feedbackkit.cli.mail import readdress, receive
from feedbackkit.cli.planning import import_mandates, plan
from feedbackkit.cli.playing import play
from feedbackkit.cli.printing import diagram, schema
from feedbackkit.cli.requests import explain, find, history
from feedbackkit.cli.runs import failed, resume, run, work
from feedbackkit.cli.wishes import opt_out, pause, prefer_phone, refusals
from feedbackkit.cli.worth import flags, questionnaire, reference, references, resolve

__all__ = [
    "alerts",
    "appoint",
    "approve",
    "call_off",
    "calls",
    "contacts",
    "deliver",
    "diagram",
    "disclosures",
    "dossier",
    "explain",
    "export",
    "failed",
    "find",
    "flags",
    "forecast",
    "history",
    "import_mandates",
    "opt_out",
    "owed",
    "pause",
    "plan",
    "play",
    "prefer_phone",
    "questionnaire",
    "readdress",
    "receive",
    "reference",
    "references",
    "refusals",
    "resolve",
    "resume",
    "run",
    "schema",
    "whatif",
    "work",
]
