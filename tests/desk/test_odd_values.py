"""What must not come in through a desk: odd values for every parameter of every use-case."""

from __future__ import annotations

import inspect
from typing import Any, Final

import pytest

from feedbackkit.desk import Desk, Reply
from feedbackkit.desk.faces.plain_references import References
from feedbackkit.domain.flag import Flag, FlagKind
from feedbackkit.domain.ledger import OptOut
from feedbackkit.domain.people import Actor
from feedbackkit.domain.questionnaire import Questionnaire, YesNo
from feedbackkit.domain.source import Relation, Source
from feedbackkit.evidence import Prior
from feedbackkit.links import Links
from feedbackkit.stores import MemoryStore
from tests.desk.house import BRANDT, HUBER, MONDAY, WEBER, House, ask, backup, house, mandate, snapshot
from tests.oddities import Parameter, complaint, odd_values, parameters

STAFF: Final = Actor("staff-7")
LINKS: Final = Links("https://nordwerk.example/f/", keys={"k1": b"k" * 32})
SHORT: Final = Questionnaire(id="short", title="Short", questions=[YesNo(name="again", label="Again?")])
MAIL: Final = b"From: anna.weber@nordwerk.example\r\n\r\nYes\r\n"


class Seals:
    """Signs like nobody."""

    key_id = "k1"

    def sign(self, content: bytes) -> bytes:
        """So many bytes."""
        return content[:4]


class Set:
    """An event that is set."""

    def is_set(self) -> bool:
        """At once."""
        return True

    def wait(self, timeout: float | None = None) -> bool:
        """At once."""
        return timeout is None or True


# A call that does something, with every parameter.
CALLS: Final[dict[str, dict[str, Any]]] = {
    "add": {"engagements": (mandate(id="M-18"),), "opt_outs": {"P-weber": [OptOut(since_us=5)]}},
    "plan": {"engagement": mandate(id="M-18"), "playbook": "interim"},
    "engagements": {},
    "request": {"ask": ask("B-1")},
    "request_all": {"asks": [ask("B-1")]},
    "add_questionnaire": {"questionnaire": SHORT},
    "questionnaires": {},
    "questionnaire": {"ref": "interim@1"},
    "register": {"people": (HUBER,)},
    "run": {},
    "work": {"every": None, "stop": Set(), "wait": None},
    "dead_letters": {},
    "retry": {"keys": ()},
    "tell_again": {"subscriber": "crm"},
    "needs_resume": {},
    "resume": {},
    "give": {"key": "A-1", "items": {"overall": 5}, "by": "P-weber", "form": "talk", "source": Source(days=5)},
    "give_all": {"replies": [Reply("A-1", {"overall": 5})]},
    "decline": {"key": "A-1", "reason": "no", "by": STAFF},
    "undo_decline": {"key": "A-3", "reason": "no", "by": STAFF},
    "defer": {"key": "A-1", "until": "2026-04-01", "by": "P-weber"},
    "delegate": {"key": "A-1", "to": HUBER, "by": "P-weber"},
    "withdraw": {"key": "A-1", "by": "subject", "reason": "no"},
    "opt_out": {"person": WEBER, "scope": "all", "occasion": "reference", "about": None, "until": "2026-04-01"},
    "pause": {"person": WEBER, "until": "2026-04-01"},
    "undo_opt_out": {"person": WEBER, "scope": "all", "occasion": None, "about": None, "by": STAFF},
    "do_not_contact": {
        "who": WEBER,
        "contract": "framework",
        "since": "2026-03-01",
        "until": "2026-04-01",
        "scope": "all",
        "occasion": None,
    },
    "prefer_phone": {"person": WEBER, "number": "+49 30 1234567", "preferred": True},
    "refusals": {"person": WEBER},
    "lift_refusals": {"person": WEBER, "about": BRANDT, "occasion": "reference", "by": STAFF},
    "owed": {"person": WEBER},
    "benefits": {"person": WEBER, "status": "owed"},
    "deliver_benefit": {"request": "A-2", "note": "sent"},
    "appoint": {
        "key": "A-5",
        "at": "2026-03-12T10:00:00Z",
        "host": "P-weber",
        "minutes": 20,
        "place": "room 3",
        "by": STAFF,
    },
    "note_call": {"call": "A-1#1", "note": "yes", "by": STAFF},
    "record_contact": {"person": WEBER, "at": MONDAY, "channel": "lunch", "key": "lunch-1"},
    "receive": {"raw": MAIL},
    "bounced": {"contact": "A-1#1", "why": "came back"},
    "readdress": {"person": WEBER, "email": "a.weber@nordwerk.example"},
    "review": {"engagement": "M-17", "anonymity": 3, "by_name": [Relation.PEER]},
    "approve": {"key": "A-4", "by": STAFF},
    "awaiting_approval": {"owner": "staff-7"},
    "alerts": {"owner": "staff-7", "acknowledged": True},
    "acknowledge": {"alerts": (), "by": STAFF},
    "find": {"state": "given", "about": BRANDT, "person": WEBER, "engagement": "M-17"},
    "get": {"key": "A-1"},
    "calls": {},
    "open_link": {"links": LINKS, "token": "x", "purpose": "answer"},
    "person": {"who": WEBER},
    "history": {"key": "A-1"},
    "verify": {"key": "A-1"},
    "contacts": {"person": WEBER},
    "answers": {"about": BRANDT, "request": "A-2"},
    "voices": {"about": BRANDT},
    "assess": {
        "subject": BRANDT,
        "scales": {"overall": (1, 5)},
        "prior": Prior(),
        "conflicts": "leave_out",
        "minimum": 3,
    },
    "flags": {"about": BRANDT, "networks": {"A-2": "n"}, "subject_networks": ["n"]},
    "resolve_flag": {
        "flag": Flag(kind=FlagKind.QUICK, request="A-2", score=0.4, because="at once"),
        "about": BRANDT,
        "verdict": "cleared",
        "why": "asked",
        "by": STAFF,
    },
    "dossier": {"subject": BRANDT, "audience": "clients", "client": "O-nordwerk"},
    "disclose": {"subject": BRANDT, "to": "a client", "audience": "clients", "purpose": "short list", "by": STAFF},
    "disclosures": {"about": BRANDT, "of": "A-2", "to": "O-nordwerk"},
    "verify_disclosures": {"subject": BRANDT},
    "response_figures": {"since": MONDAY, "level": 0.9},
    "explain": {"key": "A-1"},
    "present": {},
    "forecast": {"days": 3, "reactions": None},
    "close": {},
    "references.draft": {
        "key": "Q-2",
        "text": "Splendid",
        "of": None,
        "question": None,
        "about": BRANDT,
        "source": WEBER,
        "stand": Source(days=5),
        "form": "talk",
        "locale": "de",
        "audience": "named",
        "clients": ["O-nordwerk"],
        "quotable": True,
        "valid_until": "2027-01-01",
        "supersedes": None,
        "by": STAFF,
    },
    "references.approve": {"key": "Q-1", "by": WEBER, "content": None, "reason": "said so"},
    "references.seal": {"key": "Q-1", "signer": Seals(), "by": STAFF},
    "references.retract": {"key": "Q-1", "by": WEBER, "reason": "not so"},
    "references.reply": {"key": "Q-1", "words": "thanks", "by": BRANDT},
    "references.guide": {"key": "Q-1", "locale": "de"},
    "references.record_call": {
        "key": "Q-1",
        "points": {"1": "confirmed"},
        "caller": "O-2",
        "call": "call-1",
        "at": MONDAY,
        "by": STAFF,
    },
    "references.get": {"key": "Q-1"},
    "references.find": {"about": BRANDT, "source": WEBER, "state": "drafted"},
    "references.readable": {"about": BRANDT, "audience": "clients", "client": "O-nordwerk"},
    "references.history": {"key": "Q-1"},
    "references.verify": {"key": "Q-1"},
}


def face(name: str) -> Any:
    """The function behind a use-case's name."""
    return getattr(References, name.partition(".")[2]) if "." in name else getattr(Desk, name)


def furnished() -> House:
    """A desk with something to be odd about."""
    h = house(MemoryStore())
    h.desk.add(mandate())
    h.desk.request_all([ask("A-1"), ask("A-2"), ask("A-3"), ask("A-4", approval="a prospect", owner="staff-7")])
    h.desk.request(ask("A-5", form="talk"))
    h.desk.run()
    h.desk.give("A-2", {"overall": 5, "words": "Splendid"})
    h.desk.decline("A-3")
    h.desk.references.draft("Q-1", "Splendid", about=BRANDT, source=WEBER)
    return h


def do(desk: Desk, name: str, arguments: dict[str, Any]) -> object:
    """Do a use-case by its name."""
    method = getattr(desk.references, name.partition(".")[2]) if "." in name else getattr(desk, name)
    bound = inspect.BoundArguments(inspect.signature(method), dict(arguments))
    return method(*bound.args, **bound.kwargs)


NAMES: Final = sorted(
    {name for name in dir(Desk) if not name.startswith("_") and name != "references"}
    | {f"references.{name}" for name in vars(References) if not name.startswith("_")}
)


def arguments_of(name: str) -> dict[str, Any]:
    """What a use-case is called with: as said above, else as parameters of those names are everywhere."""
    usual: dict[str, Any] = {"key": "A-1", "by": STAFF, "reason": "no", "person": WEBER, "about": BRANDT}
    return CALLS.get(name) or {each.name: usual.get(each.name, ...) for each in parameters(face(name))}


def test_every_use_case_is_under_attack() -> None:
    """With every parameter."""
    assert set(CALLS) <= set(NAMES)
    for name in NAMES:
        arguments = arguments_of(name)
        assert list(arguments) == [each.name for each in parameters(face(name))], name
        assert ... not in arguments.values(), f"say in CALLS what {name} is called with"


@pytest.mark.parametrize(
    ("name", "parameter"),
    [pytest.param(name, each, id=f"{name}-{each.name}") for name in NAMES for each in parameters(face(name))],
)
def test_an_odd_value_is_refused_by_a_typed_error_and_nothing_happens(name: str, parameter: Parameter) -> None:
    """What its annotation does not name is refused as `InvalidInput`; whatever is refused has changed nothing."""
    h = furnished()
    restore = backup(h.store)
    before = snapshot(h.store)
    wrong: list[str] = []
    for what, value, words in odd_values():
        arguments = {**arguments_of(name), parameter.name: parameter.holding(value)}
        said = complaint(
            *(do, h.desk, name, arguments),
            must_refuse=not parameter.may_take(words),
            unchanged=lambda: snapshot(h.store) == before,
        )
        if said is not None:
            wrong.append(f"{what}: {said}")
        if snapshot(h.store) != before:
            restore()
    assert wrong == []
