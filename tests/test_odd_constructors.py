"""What must not come in through the face: odd values for every parameter of every class that programs make."""

from __future__ import annotations

import datetime as dt
import enum
import inspect
import io
import logging
from typing import TYPE_CHECKING, Any, Final

import pytest
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.trace import NoOpTracerProvider
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

import feedbackkit
from feedbackkit.desk import SeededIds, SystemClock
from feedbackkit.domain.benefit import Benefit
from feedbackkit.domain.people import Organisation
from feedbackkit.domain.questionnaire import Choice, Label, Mark, Option, Rating, Words, YesNo
from feedbackkit.domain.request import Form, Occasion, Siblings
from feedbackkit.domain.source import Relation, Source
from feedbackkit.domain.voice import Voice
from feedbackkit.policies import default_rules, default_value, plain_reading, playbooks
from feedbackkit.stores import MemoryStore
from tests.desk.house import BRANDT, MONDAY, WEBER
from tests.domain.test_borders import MADE_BY_PROGRAMS
from tests.domain.values import EXAMPLES
from tests.oddities import Parameter, complaint, odd_values, parameters

if TYPE_CHECKING:
    from pathlib import Path

WEEK: Final = dt.timedelta(days=7)
SERVER: Final = feedbackkit.MailServer(host="mail.example")
SMTP: Final[dict[str, Any]] = {
    "server": SERVER,
    "sender": "feedback@provider.example",
    "writer": None,
    "reply_to": "office@provider.example",
    "return_path": "bounces@provider.example",
    "per_minute": 30,
    "clock": SystemClock(),
    "name": "email",
}
DESK: Final[dict[str, Any]] = {
    "store": MemoryStore(),
    "channels": [],
    "secret": b"s" * 32,
    "clock": SystemClock(),
    "ids": SeededIds(1),
    "rules": default_rules(),
    "cadence": feedbackkit.Cadence(),
    "value": default_value,
    "sender": "the provider",
    "owner": "worker-1",
    "batch": 100,
    "watermark": None,
    "observers": [],
    "playbooks": {"mine": playbooks.interim()},
    "reading": plain_reading,
    "subscribers": [],
}
WEBHOOK: Final = feedbackkit.Webhook("crm", "https://crm.example/hook", secrets=["whsec_" + "a" * 43 + "="])

# What can be made, with every parameter.
MADE: Final[dict[str, dict[str, Any]]] = {
    "AppriseChannel": {"to": lambda _message: None, "writer": None, "name": "apprise"},
    "Ask": {
        "key": "A-1",
        "respondent": WEBER,
        "subject": BRANDT,
        "occasion": "reference",
        "form": "talk",
        "due_us": 5,
        "until_us": 9,
        "value": 50,
        "engagement": "M-17",
        "benefit": Benefit(what="our report"),
        "purpose": "feedback",
        "owner": "staff-7",
        "approval": "a prospect",
        "siblings": Siblings(name="s", enough=2),
        "relation": "peer",
        "questionnaire": "interim@1",
    },
    "AsyncDesk": DESK,
    "AsyncSQLStore": {
        "database": create_async_engine("sqlite+aiosqlite://"),
        "prefix": "t_",
        "create": True,
        "jitter": lambda: 0.5,
    },
    "AsyncSmtpChannel": SMTP,
    "AsyncWebhook": {"webhook": WEBHOOK},
    "Cadence": {"reminders": [WEEK], "then": [feedbackkit.Call(WEEK)], "rest": WEEK, "together": WEEK},
    "Call": {"after": WEEK},
    "ConsoleChannel": {"stream": io.StringIO(), "writer": None, "name": "console"},
    "ContactRules": {"rules": list(default_rules().rules)},
    "Desk": DESK,
    "EmlFolderChannel": {"folder": "mails", "sender": "a@provider.example", "writer": None, "name": "eml"},
    "FileWatermark": {"path": "mark"},
    "Letters": {"links": None, "informal": False},
    "Links": {"base": "https://provider.example/f/", "keys": {"k1": b"k" * 32}, "days": 30},
    "LogObserver": {"logger": logging.getLogger("odd")},
    "MailServer": {
        "host": "mail.example",
        "port": 587,
        "security": "starttls",
        "username": "feedback",
        "password": "secret",
        "timeout": 30.0,
        "hello": "provider.example",
        "tls": None,
    },
    "MailboxChannel": {"name": "mailbox"},
    "ManualClock": {"at": MONDAY},
    "MemoryStore": {},
    "Nudge": {"after": WEEK},
    "OpenTelemetryObserver": {"meter_provider": NoOpMeterProvider(), "tracer_provider": NoOpTracerProvider()},
    "Opinions": {"name": "mine", "rules": default_rules(), "cadence": feedbackkit.Cadence(), "value": default_value},
    "PlannedRequest": {
        "engagement": "M-17",
        "occasion": Occasion.REFERENCE,
        "cause": "start",
        "k": 1,
        "respondent": WEBER,
        "subject": BRANDT,
        "form": Form.TALK,
        "value": 50,
        "due_us": 5,
        "benefit": Benefit(what="our report"),
        "until_us": 9,
        "approval": "a prospect",
        "relation": Relation.PEER,
        "siblings": Siblings(name="s", enough=2),
        "questionnaire": "interim@1",
        "anonymity": 3,
    },
    "Questionnaire": EXAMPLES[feedbackkit.Questionnaire],
    "Reference": EXAMPLES[feedbackkit.Reference],
    "Reply": {
        "key": "A-1",
        "items": {"overall": 5},
        "form": "talk",
        "party": feedbackkit.Party.PROVIDER,
        "source": Source(),
    },
    "ResponseModel": {"points": [30.0, 11.0], "opt_outs": [0.2, 0.3], "seed": 1},
    "SQLStore": {"database": create_engine("sqlite://"), "prefix": "t_", "create": True, "jitter": lambda: 0.5},
    "SQLiteStore": {"path": "odd.db", "timeout": WEEK},
    "Signal": EXAMPLES[feedbackkit.Signal],
    "SmtpChannel": SMTP,
    "Webhook": {
        "name": "crm",
        "url": "https://crm.example/hook",
        "secrets": ["whsec_" + "a" * 43 + "="],
        "kinds": ["request.given"],
        "private": False,
        "seconds": 5.0,
        "tls": None,
        "clock": SystemClock(),
    },
    **{kind.__name__: EXAMPLES[kind] for kind in (Choice, Label, Mark, Option, Rating, Words, YesNo)},
    **{kind.__name__: EXAMPLES[kind] for kind in MADE_BY_PROGRAMS},
}
RESULTS: Final = {"Forecast"}
"""What a desk makes, and no program."""


def kind_of(name: str) -> Any:
    """The class of that name."""
    known = {kind.__name__: kind for kind in (Choice, Label, Mark, Option, Rating, Words, YesNo, *MADE_BY_PROGRAMS)}
    return known.get(name) or getattr(feedbackkit, name)
