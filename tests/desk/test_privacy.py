"""I9: personal data appears in no log line, no `repr`, no error, and in no column of the store but the bodies."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.desk import Reply
from feedbackkit.domain.basis import Consent
from feedbackkit.domain.engagement import Engagement
from feedbackkit.domain.ledger import OptOut
from feedbackkit.domain.people import Actor, Organisation, Person
from feedbackkit.errors import FeedbackKitError
from feedbackkit.policies import playbooks
from feedbackkit.ports import Outcome
from feedbackkit.stores import MemoryStore
from tests.desk.house import Died, House, Post, ask, dying, house

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit.desk import Desk

MARK = "zwiebel"
RESPONDENT = Person(
    id="P-1",
    name="Zwiebel Respondent",
    email="zwiebel.respondent@zwiebel.example",
    phone="+49 30 1234567",
    organisation=Organisation(id="O-1", name="Zwiebel Works"),
    basis=Consent("zwiebel proof", since="2025-01-01"),
)
SUBJECT = Person(id="P-2", name="Zwiebel Subject", email="zwiebel.subject@zwiebel.example")
DELEGATE = Person(id="P-3", name="Zwiebel Delegate", email="zwiebel.delegate@zwiebel.example", basis=RESPONDENT.basis)
MANDATE = Engagement(id="M-1", subject=SUBJECT, sponsor=RESPONDENT, starts="2026-03-02", ends="2026-11-27")


def told(text: str) -> bool:
    """Whether a text gives something personal away."""
    return MARK in text.casefold() or "1234567" in text


def lived(store: Any = None, channel: Any = None, **parts: Any) -> House:
    """A house in which everything happened that leaves personal data behind."""
    h = house(store, channel=channel, **parts)
    for key in ("given", "declined", "delegated", "withdrawn"):
        h.desk.request(attrs.evolve(ask(key), respondent=RESPONDENT, subject=SUBJECT))
    h.desk.plan(MANDATE, playbooks.interim())
    h.desk.run()
    h.desk.give("given", {"overall": 5, "words": "zwiebel words"}, by=RESPONDENT)
    h.desk.decline("declined", reason="zwiebel reason", by=RESPONDENT)
    h.desk.delegate("delegated", to=DELEGATE, by=RESPONDENT)
    h.desk.withdraw("withdrawn", reason="zwiebel reason")
    h.desk.record_contact(RESPONDENT)
    h.desk.opt_out(RESPONDENT, scope="reminders")
    h.later(days=40).desk.run()
    return h


def test_i9_no_repr_shows_anything_personal() -> None:
    """Of whatever the desk takes and gives back, on its own or in a list."""
    h = lived()
    things: list[object] = [RESPONDENT, RESPONDENT.organisation, RESPONDENT.basis, MANDATE]
    things += [attrs.evolve(ask("x"), respondent=RESPONDENT), Reply("x", {"words": "zwiebel"})]
    things += [h.desk, h.desk.find(), h.desk.contacts(), h.desk.answers(), h.desk.engagements()]
    things += [h.desk.history(view.key) for view in h.desk.find()]
    things += [h.desk.explain(view.key) for view in h.desk.find()]
    things += [h.desk.person("P-1"), h.desk.plan(MANDATE, playbooks.interim()), h.desk.run(), h.sent]
    assert [type(thing) for thing in things if told(repr(thing)) or told(f"{thing!r:>5}")] == []


def test_i9_nothing_is_logged() -> None:
    """A whole life of a desk, with the log wide open: neither a name nor a word."""
    lines: list[str] = []

    class Listener(logging.Handler):
        """Keeps all that is said."""

        def emit(self, record: logging.LogRecord) -> None:
            """Keep it, arguments included."""
            lines.append(f"{record.getMessage()} {record.args!r}")

    root, listener = logging.getLogger(), Listener(level=0)
    root.addHandler(listener)
    level = root.level
    root.setLevel(0)
    try:
        lived()
    finally:
        root.setLevel(level)
        root.removeHandler(listener)
    assert [line for line in lines if told(line)] == []


REFUSED: dict[str, Callable[[House], object]] = {
    "somebody unknown": lambda h: h.desk.opt_out(Person(name="Zwiebel", email="zwiebel@nowhere.example")),
    "somebody else answers": lambda h: h.desk.give("withdrawn", {"words": "zwiebel"}, by=DELEGATE),
    "an address of another": lambda h: h.desk.register(attrs.evolve(DELEGATE, email=RESPONDENT.email)),
    "too many words": lambda h: h.desk.give("given", {"words": "zwiebel" * 9999}),
    "a strange question": lambda h: h.desk.give("given", {"zwiebel frage": 1}),
    "a strange answer": lambda h: h.desk.give("given", {"overall": {"zwiebel": 1}}),  # type: ignore[dict-item]  # strange
    "a strange form": lambda h: h.desk.give("given", {"overall": 1}, form="zwiebel"),
    "a strange date": lambda h: h.desk.defer("withdrawn", until="zwiebel"),
    "a strange scope": lambda h: h.desk.opt_out("P-1", scope="zwiebel"),
    "a strange state": lambda h: h.desk.find(state="zwiebel"),
    "a strange party": lambda h: h.desk.withdraw("withdrawn", by="zwiebel"),
    "a strange channel": lambda h: h.desk.record_contact("P-1", channel="zwiebel post"),
    "a long reason": lambda h: h.desk.decline("withdrawn", reason="zwiebel" * 9999),
    "named twice": lambda h: h.desk.delegate("delegated/delegate", to=RESPONDENT),
    "the subject named": lambda h: h.desk.delegate("delegated/delegate", to=SUBJECT),
    "another ask under the key": lambda h: h.desk.request(attrs.evolve(ask("given"), respondent=DELEGATE)),
    "declined after the answer": lambda h: h.desk.decline("given", reason="zwiebel reason"),
    "undone what was not": lambda h: h.desk.undo_decline("given", reason="zwiebel reason"),
    "a delegation undone that was not": lambda h: h.desk.undo_delegate("given", reason="zwiebel reason"),
    "a date undone that was not": lambda h: h.desk.undo_defer("given"),
    "an actor by a name": lambda h: h.desk.give("given", {"overall": 1}, by=Actor("Zwiebel Meier")),
    "a key that is a sentence": lambda h: h.desk.request(attrs.evolve(ask("x"), key="Zwiebel Meier")),
}

IN_PLACE_OF_AN_ID: dict[str, Callable[[Desk, str], object]] = {
    "opt out": lambda desk, text: desk.opt_out(text),
    "opt out at the start": lambda desk, text: desk.add(opt_outs={text: [OptOut(since_us=0)]}),
    "record a contact": lambda desk, text: desk.record_contact(text),
    "person": lambda desk, text: desk.person(text),
    "find about": lambda desk, text: desk.find(about=text),
    "find to": lambda desk, text: desk.find(person=text),
    "contacts": lambda desk, text: desk.contacts(text),
    "answers": lambda desk, text: desk.answers(about=text),
    "give by": lambda desk, text: desk.give("given", {"overall": 4}, by=text),
    "decline by": lambda desk, text: desk.decline("withdrawn", by=text),
    "give": lambda desk, text: desk.give(text, {"overall": 4}),
    "get": lambda desk, text: desk.get(text),
    "history": lambda desk, text: desk.history(text),
    "explain": lambda desk, text: desk.explain(text),
    "delegate": lambda desk, text: desk.delegate(text, to=DELEGATE),
    "plan": lambda desk, text: desk.plan(text, playbooks.interim()),
}


@pytest.mark.parametrize("text", ["zwiebel@fisch.example", "Zwiebel Fisch", "Zwiebél"])
@pytest.mark.parametrize("what", IN_PLACE_OF_AN_ID)
def test_i9_an_address_or_a_name_in_the_place_of_an_id_is_refused_and_not_told(what: str, text: str) -> None:
    """A program that has only an address will do exactly this; the error tells its shape alone."""
    h = lived()
    with pytest.raises(FeedbackKitError, match=f"a text of {len(text)} characters") as caught:
        IN_PLACE_OF_AN_ID[what](h.desk, text)
    assert text not in f"{caught.value!s} {caught.value!r}"


@pytest.mark.parametrize("what", REFUSED)
def test_i9_no_refusal_tells_anything_personal(what: str) -> None:
    """Neither the error nor any that a traceback shows with it."""
    h = lived()
    with pytest.raises(FeedbackKitError) as caught:
        REFUSED[what](h)
    error: BaseException | None = caught.value
    while error is not None:
        assert not told(f"{error!s} {error!r} {error.args!r}")
        assert not told("".join(traceback.format_exception_only(error)))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


@pytest.mark.parametrize("death", range(1, 60, 4))
def test_i9_what_a_dying_store_raises_is_not_made_worse(death: int) -> None:
    """The desk adds nothing to an error that comes from outside."""
    mortal: Any = dying(MemoryStore(), death, afterwards=False)
    with pytest.raises(Died) as caught:
        lived(mortal)
    assert not told(f"{caught.value!r} {getattr(caught.value, '__notes__', '')}")


def test_i9_in_the_store_only_bodies_and_payloads_tell_anything() -> None:
    """Keys, groups, refs, states and heads, and all of a history that cannot be erased, hold ids alone."""
    h = lived(channel=Post(Outcome.SENT))
    kinds = ("request", "person", "organisation", "contact", "answer", "engagement", "address", "desk")
    records = [record for kind in kinds for record in h.store.find(kind, limit=1000)]
    assert [record.kind for record in records if told(repr(record._replace(body=b"")))] == []
    assert {record.kind for record in records if told(repr(record.body))} == {"person", "organisation", "answer"}
    entries = [entry for view in h.desk.find() for entry in h.store.history(view.key, limit=1000)]
    assert [entry.event for entry in entries if told(repr(entry._replace(payload=b"")))] == []
    assert {entry.event for entry in entries if told(repr(entry.payload))} == {"declined", "withdrawn"}


def test_i9_the_markers_are_there_to_be_found() -> None:
    """What is asked for by name shows them, so these tests can fail."""
    h = lived()
    assert told(h.desk.person("P-1").name)
    assert any(told(str(dict(answer.items))) for answer in h.desk.answers())
    assert any(told(message.to.name) for message in h.sent)
    assert told(str(h.desk.history("declined")[-1].reason))
