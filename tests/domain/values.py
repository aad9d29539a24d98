"""One valid example of each noun, with personal data that can be recognised wherever it turns up."""

from __future__ import annotations

from typing import Any, Final

from feedbackkit.domain.alerts import Alert, AlertKind
from feedbackkit.domain.answer import Answer
from feedbackkit.domain.appointment import AgreedAppointment
from feedbackkit.domain.basis import Consent, Contract, ExistingCustomer, PresumedConsent
from feedbackkit.domain.benefit import Benefit, BenefitStatus, OwedBenefit
from feedbackkit.domain.contact import Contact, ContactKind, ContactLine, Message, MessageLine
from feedbackkit.domain.decision import At, Held, Never, Reason
from feedbackkit.domain.disclosure import Disclosed, Disclosure
from feedbackkit.domain.engagement import EarlyEnd, Engagement, Extension, Milestone, Referee
from feedbackkit.domain.flag import Flag, FlagKind, Resolution, Verdict
from feedbackkit.domain.happenings import (
    AlertRaised,
    BackedOff,
    BatchEnded,
    CameBack,
    ContactUnknown,
    RunBegan,
    RunEnded,
    SetAside,
    WorkerBegan,
    WorkerEnded,
    WorkerWaits,
)
from feedbackkit.domain.ledger import HeldRequest, Ledger, OptOut, Place, Refusal, Scope
from feedbackkit.domain.letter import Attachment, Letter
from feedbackkit.domain.notice import Notice
from feedbackkit.domain.people import Absence, Actor, Organisation, Party, Person
from feedbackkit.domain.questionnaire import (
    Choice,
    Label,
    Mark,
    MultipleChoice,
    Option,
    Questionnaire,
    Rating,
    Words,
    YesNo,
)
from feedbackkit.domain.reference import (
    Audience,
    Reference,
    ReferenceEvent,
    ReferenceEventKind,
    ReferenceReply,
    ReferenceState,
    Seal,
    Standing,
)
from feedbackkit.domain.request import Courtesy, Event, EventKind, Form, Occasion, Progress, Request, Siblings, State
from feedbackkit.domain.signals import Signal, SignalKind
from feedbackkit.domain.source import Directness, Relation, Source
from feedbackkit.domain.verification import Finding, Point, PointFinding, Verification
from feedbackkit.domain.voice import Voice

WEBER: Final = Person(
    id="P-1",
    email="anna.weber@nordwerk.example",
    name="Dr. Anna Weber",
    organisation=Organisation(id="O-1", name="Nordwerk"),
    phone="+49 30 7654321",
    country="DE",
    timezone="Europe/Berlin",
    locale="de-DE",
    basis=Consent("signed by Weber", since="2026-01-15"),
)
BRANDT: Final = Person(id="P-2", name="Thomas Brandt")
PERIOD: Final = {"since": "2026-01-15", "until": "2027-01-15"}
REASON: Final = Reason(rule="office hours", until_us=5, text="it is night there")

# What no repr and no error may show: names, addresses, numbers, proofs and words of the examples here.
PERSONAL: Final = ("Weber", "weber", "nordwerk", "Nordwerk", "7654321", "Brandt", "no time", "Splendid", "go-live of")

FILE: Final[dict[str, Any]] = {"name": "talk.ics", "media_type": "text/calendar; method=REQUEST", "content": b"Weber"}

_WHEN: Final = {"at_us": 7, "owner": "desk-1"}
_CAME_TO: Final = {"due": 3, "counts": {"sent": 2}}

EXAMPLES: Final[dict[type[Any], dict[str, Any]]] = {
    WorkerBegan: {**_WHEN, "every_us": 60},
    WorkerWaits: {**_WHEN, "until_us": 67},
    WorkerEnded: {**_WHEN, "runs": 2, "error": "StoreUnusable"},
    BackedOff: {**_WHEN, "error": "StoreBusy", "times": 2},
    RunBegan: _WHEN,
    BatchEnded: {**_WHEN, **_CAME_TO},
    RunEnded: {
        **_WHEN,
        **_CAME_TO,
        "begun_us": 5,
        "rules": {("office hours", "moved"): 1},
        "error": "StoreBusy",
    },
    SetAside: {**_WHEN, "kind": "request", "key": "r-1", "until_us": 67, "why": "Unreadable"},
    AlertRaised: {**_WHEN, "alert": "r-1/alert/answer-1", "why": "bad", "request": "r-1", "to": "staff-7"},
    ContactUnknown: {**_WHEN, "contact": "r-1#1"},
    CameBack: {**_WHEN, "contact": "r-1#1", "what": "reply", "repeated": False},
    Notice: {"id": "n-1", "kind": "request.given", "at_us": 5, "body": b'{"request":"r-1","who":"Weber"}'},
    Organisation: {"name": "Nordwerk", "id": "O-1"},
    Consent: {"proof": "signed by Weber", **PERIOD},
    PresumedConsent: {"proof": "the mandate at Nordwerk", **PERIOD},
    Absence: {"since": "2026-08-03", "until": "2026-08-24"},
    Benefit: {"what": "our report", "kind": "day_rates", "days": 14},
    OwedBenefit: {
        "request": "M-17/reference/start/1",
        "person": "P-1",
        "benefit": Benefit(what="our report"),
        "since_us": 5,
        "status": BenefitStatus.DELIVERED,
        "delivered_us": 6,
        "note": "handed to Weber",
    },
    Contract: {"proof": "agreed with Nordwerk", **PERIOD},
    ExistingCustomer: {
        "proof": "sold to Nordwerk",
        **PERIOD,
        "obtained_in_sale": True,
        "own_similar_services": True,
        "no_objection": True,
        "notice_given": True,
    },
    Person: {
        "id": "P-1",
        "email": "anna.weber@nordwerk.example",
        "name": "Dr. Anna Weber",
        "organisation": Organisation(id="O-1", name="Nordwerk"),
        "phone": "+49 30 7654321",
        "country": "DE",
        "timezone": "Europe/Berlin",
        "locale": "de-DE",
        "basis": Consent("signed by Weber", since="2026-01-15"),
        "by_phone": True,
        "region": "BY",
        "phone_basis": PresumedConsent("as agreed with Weber", **PERIOD),
        "reference_consent": Consent("signed by Weber", since="2026-01-15"),
        "absences": (Absence("2026-08-03", "2026-08-24"),),
        "informal": True,
    },
    Actor: {"id": "staff-7"},
    Attachment: FILE,
    Letter: {
        "subject": "A word to Weber",
        "text": "Dear Weber, you may object.\n",
        "html": "<p>Dear Weber, you may object.",
        "notice": "you may object",
        "language": "en",
        "attachments": (Attachment(**FILE),),
        "unsubscribe": "https://nordwerk.example/Weber",
    },
    Milestone: {"id": "go-live", "on": "2026-06-01", "name": "go-live of Nordwerk"},
    Extension: {"agreed": "2026-09-01", "ends": "2027-05-28"},
    EarlyEnd: {"known": "2026-10-01", "ends": "2026-10-30"},
    Engagement: {
        "id": "M-17",
        "subject": BRANDT,
        "sponsor": WEBER,
        "starts": "2026-03-02",
        "ends": "2026-11-27",
        "milestones": (Milestone(id="go-live", on="2026-06-01"),),
        "extensions": (Extension(agreed="2026-09-01", ends="2027-05-28"),),
        "early_end": EarlyEnd(known="2026-10-01", ends="2026-10-30"),
        "referees": (Referee(person=WEBER, relation="peer"),),
        "playbook": "interim",
        "signals": (),
        "owner": Actor("staff-7"),
    },
    Referee: {"person": WEBER, "relation": Relation.PEER},
    Signal: {
        "kind": SignalKind.GOOD,
        "on": "2026-05-04",
        "occasion": Occasion.QUALITY_CHECK,
        "request": "M-17/quality_check/start/1",
        "respondent": "P-1",
    },
    Alert: {
        "key": "M-17/quality_check/start/1/alert/answer-1",
        "kind": AlertKind.BAD,
        "at_us": 5,
        "request": "M-17/quality_check/start/1",
        "owner": "staff-7",
        "reason": "the answer was bad",
        "acknowledged_us": 7,
        "acknowledged_by": "staff-7",
    },
    Siblings: {"name": "reference_check/client", "enough": 2},
    AgreedAppointment: {
        "request": "M-17/reference/start/1",
        "host": "P-9",
        "starts_us": 7,
        "minutes": 30,
        "place": "room 3",
        "sequence": 1,
        "called_off": True,
    },
    Courtesy: {"kind": "thanks", "request": "M-17/reference/start/1"},
    Request: {
        "key": "M-17/reference/start/1",
        "respondent": "P-1",
        "organisation": "O-1",
        "subject": "P-2",
        "occasion": Occasion.REFERENCE,
        "form": Form.TALK,
        "engagement": "M-17",
        "value": 80,
        "planned_us": 4,
        "until_us": 5,
        "delegated_from": "M-17/reference/start/0",
        "nudges": "M-17/reference/start/0",
        "benefit": Benefit(what="our report", kind="day_rates", days=14),
        "owner": "staff-7",
        "approval": "the client is a prospect, too",
        "courtesy": Courtesy(kind="thanks", request="M-17/reference/start/0"),
        "siblings": Siblings(name="reference_check/client", enough=2),
        "relation": Relation.PEER,
        "questionnaire": "interim@1",
        "anonymity": 3,
    },
    Reference: {
        "key": "Q-1",
        "subject": "P-2",
        "source": "P-1",
        "text": "Splendid",
        "locale": "de",
        "form": Form.TALK,
        "stand": Source(relation=Relation.PEER),
        "request": "r",
        "revision": 2,
        "audience": Audience.NAMED,
        "clients": ("O-1",),
        "quotable": True,
        "valid_until_us": 9,
        "supersedes": "Q-0",
    },
    Seal: {"digest": "ab" * 32, "at_us": 5, "key_id": "key-1", "signature": "cd" * 64},
    Standing: {"state": ReferenceState.SEALED, "content": "ab" * 32, "approved_us": 4, "sealed_us": 5, "confirmed": 1},
    ReferenceEvent: {
        "kind": ReferenceEventKind.RETRACTED,
        "at_us": 5,
        "actor": "staff-7",
        "party": Party.RESPONDENT,
        "ref": "ab" * 32,
        "reason": "no time, says Weber",
    },
    Point: {"id": "2", "written": "Splendid", "question": "Splendid?"},
    PointFinding: {"finding": Finding.DIFFERS, "words": "Splendid, once"},
    Verification: {
        "reference": "Q-1",
        "key": "call-1",
        "at_us": 5,
        "caller": "O-2",
        "points": {"2": PointFinding(finding=Finding.CONFIRMED, words="Splendid")},
    },
    ReferenceReply: {"reference": "Q-1", "at_us": 5, "words": "Splendid of Weber"},
    Flag: {"kind": FlagKind.QUICK, "request": "r", "other": "s", "score": 0.4, "because": "answered at once"},
    Resolution: {
        "flag": Flag(kind=FlagKind.QUICK, request="r", score=0.4, because="answered at once"),
        "verdict": Verdict.CLEARED,
        "why": "Weber was asked by Brandt",
        "by": "staff-7",
        "at_us": 5,
    },
    Label: {"texts": (("en", "Performance"), ("de", "Leistung"))},
    Mark: {"at": 5, "label": "outstanding"},
    Option: {"value": "again", "label": "Once more"},
    Rating: {
        "name": "performance",
        "label": "Performance",
        "required": True,
        "least": 0,
        "most": 10,
        "marks": (Mark(at=0, label="poor"),),
    },
    Choice: {
        "name": "role",
        "label": "Role",
        "required": True,
        "options": (Option(value="line", label="Line"), Option(value="project", label="Project")),
    },
    MultipleChoice: {
        "name": "tasks",
        "label": "What was done?",
        "required": True,
        "options": (Option(value="cost", label="Costs cut"), Option(value="team", label="A team built")),
        "least": 2,
        "most": 2,
    },
    YesNo: {"name": "again", "label": "Again?", "required": True},
    Words: {"name": "words", "label": "In your words", "required": True, "limit": 500},
    Questionnaire: {
        "id": "short",
        "version": 2,
        "title": "Short",
        "questions": (YesNo(name="again", label="Again?"), Words(name="words", label="Why?")),
    },
    Answer: {
        "request": "M-17/reference/start/1",
        "revision": 2,
        "at_us": 5,
        "form": Form.PHONE,
        "party": Party.PROVIDER,
        "items": {"overall": 5, "again": True, "words": "Splendid"},
        "source": Source(relation=Relation.PEER),
    },
    Source: {
        "relation": Relation.PEER,
        "directness": Directness.RESULTS,
        "days": 90,
        "independent": False,
        "conflict": "owns shares of Nordwerk",
        "chosen_by": Party.SUBJECT,
    },
    Voice: {
        "request": Request(key="r", respondent="P-1", subject="P-2", occasion=Occasion.REFERENCE),
        "answer": Answer(request="r", at_us=5, items={"words": "Splendid"}),
        "source": Source(),
    },
    Disclosure: {
        "subject": "P-2",
        "to": "Nordwerk",
        "client": "O-1",
        "audience": "client:O-1",
        "version": "0f0f",
        "statements": ("r", "r-2"),
        "at_us": 5,
        "purpose": "Splendid short list",
    },
    Disclosed: {"at_us": 5, "ref": "0f0f", "reason": "Splendid short list"},
    Reason: {"rule": "office hours", "until_us": 5, "text": "it is night there"},
    At: {"at_us": 5, "because": (REASON,)},
    Held: {"until": "an answer", "because": (REASON,)},
    Never: {"because": (REASON,)},
    OptOut: {
        "scope": Scope.OCCASION,
        "occasion": Occasion.REFERENCE,
        "since_us": 5,
        "until_us": 6,
        "subject": "P-2",
        "begins_us": 5,
        "contract": "agreed with Nordwerk",
    },
    Refusal: {"subject": "P-2", "occasion": Occasion.REFERENCE, "at_us": 5, "request": "M-17/reference/start/1"},
    HeldRequest: {"key": "M-17/reference/start/1", "value": 80},
    Place: {"key": "M-17/reference/start/1", "person": "P-17", "value": 80, "since_us": 5, "due_us": 9},
    Ledger: {
        "contacts": (1, 2),
        "open": ("M-17/reference/start/1",),
        "held": (HeldRequest("M-17/reference/start/2", 80),),
        "answered_us": 3,
        "opt_outs": (OptOut(since_us=5),),
    },
    Progress: {"state": State.REQUESTED, "step": 1, "attempt": 1, "due_us": 9, "anchor_us": 5, "contact": "c1"},
    Event: {
        "kind": EventKind.DECLINED,
        "at_us": 5,
        "actor": "staff-7",
        "party": Party.RESPONDENT,
        "due_us": 9,
        "because": (REASON,),
        "ref": "c1",
        "reason": "no time, says Weber",
    },
    ContactLine: {"request": "M-17/reference/start/1", "kind": ContactKind.ASK, "step": 1},
    Contact: {
        "id": "c1",
        "person": "P-1",
        "organisation": "O-1",
        "lines": (ContactLine("M-17/reference/start/1", ContactKind.ASK, 1),),
        "channel": "mail",
        "booked_us": 5,
    },
    MessageLine: {
        "request": "M-17/reference/start/1",
        "kind": ContactKind.ASK,
        "step": 1,
        "occasion": Occasion.REFERENCE,
        "form": Form.WRITTEN,
        "subject": BRANDT,
    },
    Message: {"id": "c1", "to": WEBER, "lines": (), "sender": "Weber & Sons", "booked_us": 5},
}


def example(kind: type[Any], /, **fields: Any) -> Any:
    """The example of a noun, with some fields replaced."""
    return kind(**{**EXAMPLES[kind], **fields})
