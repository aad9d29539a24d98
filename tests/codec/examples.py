"""One value of each type that can be stored, with every field filled, and the heads and the history beside them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from feedbackkit.codec.chain import append
from feedbackkit.codec.heads import NO_CHAIN, ChainEnd, Delivery
from feedbackkit.codec.references import Signed
from feedbackkit.codec.values import StoredEngagement, StoredReferee
from feedbackkit.domain.alerts import Alert, AlertKind
from feedbackkit.domain.answer import Answer
from feedbackkit.domain.appointment import AgreedAppointment
from feedbackkit.domain.basis import Consent, Contract, ExistingCustomer, PresumedConsent
from feedbackkit.domain.benefit import Benefit, BenefitKind, BenefitStatus, OwedBenefit
from feedbackkit.domain.contact import Contact, ContactKind, ContactLine
from feedbackkit.domain.decision import Reason
from feedbackkit.domain.disclosure import Disclosure
from feedbackkit.domain.engagement import EarlyEnd, Extension, Milestone
from feedbackkit.domain.flag import Flag, FlagKind, Resolution, Verdict
from feedbackkit.domain.ledger import HeldRequest, Ledger, OptOut, Place, Refusal, Scope
from feedbackkit.domain.people import Absence, Organisation, Party, Person
from feedbackkit.domain.questionnaire import Choice, MultipleChoice, Questionnaire, Rating, Words, YesNo
from feedbackkit.domain.reference import (
    Audience,
    Reference,
    ReferenceEvent,
    ReferenceEventKind,
    ReferenceReply,
    ReferenceState,
    Standing,
)
from feedbackkit.domain.request import (
    Courtesy,
    CourtesyKind,
    Event,
    EventKind,
    Form,
    Occasion,
    Progress,
    Request,
    Siblings,
    State,
)
from feedbackkit.domain.source import Directness, Relation, Source
from feedbackkit.domain.verification import Finding, PointFinding, Verification

if TYPE_CHECKING:
    from feedbackkit.ports import HistoryEntry

_CUSTOMER: Final = ExistingCustomer(
    "invoice 7",
    since="2026-01-15",
    until="2027-01-15",
    obtained_in_sale=True,
    own_similar_services=True,
    no_objection=False,
    notice_given=True,
)

BODIES: Final[dict[str, Any]] = {
    "alert": Alert(
        key="M-17/quality_check/start/2/alert/answer-1",
        kind=AlertKind.BAD,
        at_us=1_772_445_600_000_000,
        request="M-17/quality_check/start/2",
        owner="staff-7",
        reason="the answer to M-17/quality_check/start/2 was bad",
    ),
    "answer": Answer(
        request="M-17/reference/start/1",
        revision=2,
        at_us=1_772_445_600_000_000,
        form=Form.PHONE,
        party=Party.PROVIDER,
        items={"again": True, "overall": 5, "share": 0.25, "words": 'Grüße, "ja"\n☃ \U0001f600'},
        source=Source(
            relation=Relation.LINE_MANAGER,
            directness=Directness.DIRECT,
            days=120,
            independent=True,
            conflict="owns shares",
            chosen_by=Party.SUBJECT,
        ),
    ),
    "benefit": OwedBenefit(
        request="M-17/reference/start/1",
        person="P-1",
        benefit=Benefit(what="our report on day rates", kind=BenefitKind.DAY_RATES, days=14),
        since_us=1_772_445_600_000_000,
        status=BenefitStatus.DELIVERED,
        delivered_us=1_772_445_700_000_000,
        note="sent by post",
    ),
    "disclosure": Disclosure(
        subject="P-brandt",
        to="Grün & Söhne KG",
        client="O-gruen",
        audience="client:O-gruen",
        version="0f" * 32,
        statements=("M-17/reference/start/1", "R-1"),
        at_us=1_772_445_600_000_000,
        purpose="short list for the plant in Überlingen",
    ),
    "engagement": StoredEngagement(
        id="M-17",
        subject="P-2",
        sponsor="P-1",
        starts=dt.date(2026, 3, 2),
        ends=dt.date(2026, 11, 27),
        milestones=(Milestone(id="go-live", on="2026-06-01", name="Go-live"),),
        extensions=(Extension(agreed="2026-09-01", ends="2027-05-28"),),
        early_end=EarlyEnd(known="2026-10-01", ends="2026-12-31"),
        owner="staff-7",
    ),
    "engagement-referees": StoredEngagement(
        id="C-1",
        subject="P-2",
        sponsor="P-1",
        starts=dt.date(2026, 3, 2),
        ends=dt.date(2026, 3, 27),
        referees=(StoredReferee(person="P-3", relation=Relation.PEER),),
        playbook="reference_check",
        owner="staff-7",
    ),
    "organisation": Organisation(name="Nordwerk", id="O-1"),
    "person": Person(
        id="P-1",
        email="anna.weber@nordwerk.example",
        name="Dr. Anna Weber",
        organisation=Organisation(id="O-1", name="Nordwerk"),
        phone="+49 30 7654321",
        country="DE",
        timezone="Europe/Berlin",
        locale="de-DE",
        basis=Consent("signed form", since="2026-01-15", until="2027-01-15"),
    ),
    "person-contract": Person(id="P-2", name="B", basis=Contract("framework agreement", since="2026-01-15")),
    "person-customer": Person(id="P-3", name="C", basis=_CUSTOMER),
    "person-least": Person(id="P-4", name="D"),
    "person-wishes": Person(
        id="P-5",
        name="E",
        region="BY",
        basis=Contract("framework agreement", since="2026-01-15"),
        phone_basis=PresumedConsent("the mandate that runs there", since="2026-01-15", until="2027-01-15"),
        reference_consent=Consent("signed form", since="2026-01-15"),
        absences=(Absence("2026-08-03", "2026-08-24"),),
        by_phone=True,
    ),
    "request-nudge": Request(
        key="M-17/reference/start/1/nudge",
        respondent="P-2",
        subject="P-1",
        occasion=Occasion.REFERENCE,
        nudges="M-17/reference/start/1",
        benefit=Benefit(what="a donation"),
    ),
    "appointment": AgreedAppointment(
        request="M-17/quality_check/start/1",
        host="P-9",
        starts_us=1_772_445_600_000_000,
        minutes=30,
        place="room 3",
        sequence=2,
        called_off=True,
    ),
    "request-thanks": Request(
        key="M-17/reference/start/1/thanks",
        respondent="P-1",
        organisation="O-1",
        subject="P-2",
        occasion=Occasion.REFERENCE,
        value=0,
        planned_us=1_772_445_600_000_000,
        until_us=1_773_655_200_000_000,
        courtesy=Courtesy(kind=CourtesyKind.THANKS, request="M-17/reference/start/1"),
        owner="staff-7",
    ),
    "request": Request(
        key="M-17/reference/start/1",
        respondent="P-1",
        organisation="O-1",
        subject="P-2",
        occasion=Occasion.REFERENCE,
        form=Form.TALK,
        engagement="M-17",
        value=80,
        planned_us=1_772_445_600_000_000,
        until_us=1_772_445_700_000_000,
        delegated_from="M-17/reference/start/0",
        owner="staff-7",
        relation=Relation.PEER,
        questionnaire="interim@1",
    ),
    "reference": Reference(
        key="Q-1",
        subject="P-2",
        source="P-1",
        text='Er hat das Werk gerettet: "sofort".\nGrüße',
        locale="de",
        form=Form.TALK,
        stand=Source(relation=Relation.SPONSOR, days=120),
        request="M-17/reference/start/1",
        revision=2,
        audience=Audience.NAMED,
        clients=("O-1", "O-2"),
        quotable=True,
        valid_until_us=1_772_445_700_000_000,
        supersedes="Q-0",
    ),
    "reference_reply": ReferenceReply(reference="Q-1", at_us=1_772_445_600_000_000, words="Das war das Team."),
    "verification": Verification(
        reference="Q-1",
        key="call-1",
        at_us=1_772_445_600_000_000,
        caller="O-2",
        points={"1": "confirmed", "2": PointFinding(finding=Finding.DIFFERS, words="Nach einem Jahr.")},
    ),
    "resolution": Resolution(
        flag=Flag(
            kind=FlagKind.SAME_TEXT, request="r", other="s", score=0.8, because="90 % of its words stand in s, too"
        ),
        verdict=Verdict.UPHELD,
        why="Eine Hand.",
        by="staff-7",
        at_us=1_772_445_600_000_000,
    ),
    "questionnaire": Questionnaire(
        id="short",
        version=2,
        title={"en": "Short", "de": "Kurz"},
        questions=(
            Rating(
                name="overall",
                label="Overall",
                least=0,
                most=10,
                marks={0: {"en": "poor"}, 10: {"de": "gut"}},
                required=True,
            ),
            Choice(
                name="role",
                label="Role",
                options={"line": {"en": "Line"}, "project": {"en": "Project", "de": "Projekt"}},
            ),
            YesNo(name="again", label="Again?"),
            Words(name="words", label="Why?", limit=500),
        ),
    ),
    "answer-choices": Answer(
        request="M-17/closing_review/end/1",
        at_us=1_772_445_600_000_000,
        items={"tasks": ("cost", "sale"), "words": "cost, sale"},
    ),
    "questionnaire-choices": Questionnaire(
        id="tasks",
        title="Tasks",
        questions=(
            MultipleChoice(name="tasks", label="What was done?", options={"cost": "Costs cut", "sale": "A firm sold"}),
            MultipleChoice(
                name="why",
                label="Why?",
                options={"time": "No time", "skill": "No skill", "cost": "Too dear"},
                least=2,
                most=3,
                required=True,
            ),
        ),
    ),
    "request-siblings": Request(
        key="C-1/reference_check/P-3/1",
        respondent="P-3",
        subject="P-2",
        occasion=Occasion.REFERENCE_CHECK,
        engagement="C-1",
        approval="the quality check M-17/quality_check/start/2 was bad",
        siblings=Siblings(name="reference_check/client", enough=2),
    ),
}
"""By the name of its golden file."""

PROGRESS: Final = Progress(
    state=State.GIVEN,
    step=2,
    attempt=3,
    anchor_us=7,
    earlier_us=5,
    contact="r#3",
    revision=1,
    answer="ab" * 32,
    closed_by=Party.RESPONDENT,
)
DEFERRED: Final = Progress(
    state=State.PLANNED, attempt=1, due_us=1_790_000_000_000_000, chosen_us=1_790_000_000_000_000
)
APPROVED: Final = Progress(state=State.PLANNED, due_us=1_790_000_000_000_000, approved="look first")
NUDGED: Final = Progress(
    state=State.REMINDED,
    step=2,
    attempt=1,
    due_us=1_790_000_000_000_000,
    anchor_us=1_789_000_000_000_000,
    contact="M-17/reference/start/1#1",
    nudges=1,
)
END: Final = ChainEnd(4, "cd" * 32)
LEDGER: Final = Ledger(
    contacts=(1, 2, 3),
    open=("r", "s"),
    held=(HeldRequest("t", 90, 5), HeldRequest("u", 10, 4)),
    answered_us=3,
    opt_outs=(
        OptOut(scope=Scope.OCCASION, occasion=Occasion.REFERENCE, since_us=5, until_us=6),
        OptOut(scope=Scope.ALL, since_us=7),
    ),
)
WOKEN: Final = Ledger(held=(HeldRequest("t", 90, 7),), woken=(HeldRequest("u", 95, 8), HeldRequest("v", 40, 9)))
IN_VAIN: Final = Ledger(held=(HeldRequest("t", 90, 7, in_vain=True), HeldRequest("u", 40, 9)))
LINE: Final = Ledger(contacts=(1, 2), line=(Place("t", "P-1", 90, 7, 11), Place("u", "P-2", 0, 3, 12)))

WISHES: Final = Ledger(
    opt_outs=(
        OptOut(scope=Scope.SUBJECT, subject="P-2", since_us=1_772_445_600_000_000),
        OptOut(since_us=1_772_445_600_000_000, begins_us=1_772_445_700_000_000, contract="framework agreement §9"),
        OptOut(since_us=1_772_445_600_000_000),
    ),
    refusals=(Refusal("P-2", Occasion.REFERENCE, 1_772_445_600_000_000, "M-17/reference/start/1"),),
)
"""A ledger with wishes that only some have, and a no that is remembered."""

CONTACT: Final = Contact(
    id="M-17/reference/start/1#2",
    person="P-1",
    organisation="O-1",
    lines=(ContactLine("M-17/reference/start/1", ContactKind.REMINDER, 2), ContactLine("r", ContactKind.ASK, 1)),
    channel="mail",
    booked_us=1_772_445_600_000_000,
)
DELIVERY: Final = Delivery(2, 1_772_445_600_000_000, "452 mailbox full")

EVENTS: Final = (
    Event(
        kind=EventKind.PLANNED,
        at_us=5,
        actor="staff-7",
        due_us=9,
        because=(Reason("office hours", 9, "outside of 09:00–17:00"), Reason("basis", None, "none")),
    ),
    Event(kind=EventKind.REQUESTED, at_us=9, actor="first", party=Party.PROVIDER, ref="r#1", due_us=20),
    Event(kind=EventKind.DECLINED, at_us=12, actor="P-1", party=Party.RESPONDENT, reason="no time"),
)


STANDING: Final = Standing(
    state=ReferenceState.SUPERSEDED,
    content="ab" * 32,
    approved_us=4,
    sealed_us=5,
    confirmed=1,
    disputed=2,
    replies=3,
    successor="Q-2",
    closed_by=Party.RESPONDENT,
)
SIGNED: Final = Signed("key-1", "ef" * 64)
TOLD: Final = ReferenceEvent(
    kind=ReferenceEventKind.RETRACTED,
    at_us=5,
    actor="P-1",
    party=Party.RESPONDENT,
    ref="ab" * 32,
    reason="no longer true",
)


def history(events: tuple[Event, ...] = EVENTS) -> tuple[list[HistoryEntry], ChainEnd]:
    """The chain of some events of request ``r``, and its end."""
    entries: list[HistoryEntry] = []
    end = NO_CHAIN
    for number, event in enumerate(events):
        entry, end = append("r", event, change_id=f"change-{number}", end=end, salt=bytes([number]) * 16)
        entries.append(entry)
    return entries, end
