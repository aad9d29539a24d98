"""Answers with who gave them and from where they spoke."""

from __future__ import annotations

import attrs

from feedbackkit.domain.people import Actor
from feedbackkit.domain.request import EventKind
from feedbackkit.domain.source import Directness, Relation, Source
from feedbackkit.policies import playbooks
from tests.desk.house import BRANDT, HUBER, WEBER, ask, house, mandate


def test_the_sponsors_answer_is_the_sponsors_without_a_word() -> None:
    """What the engagement tells is not asked again."""
    h = house()
    h.desk.plan(mandate(), playbooks.interim())
    key = h.desk.find()[0].key
    h.later(days=29)
    h.desk.give(key, {"overall": 5}, by=WEBER)
    [voice] = h.desk.voices(about=BRANDT)
    assert voice.source == Source(relation=Relation.SPONSOR, directness=Directness.DIRECT, days=30)
    assert (voice.respondent, voice.subject) == (WEBER.id, BRANDT.id)


def test_what_is_said_of_a_source_is_stored_with_the_answer() -> None:
    """And nothing else: what is presumed is not."""
    h = house()
    h.desk.request(ask("r", relation="peer"))
    said = Source(conflict="owns shares")
    assert h.desk.give("r", {"overall": 5}, source=said).source == said
    [voice] = h.desk.voices()
    assert voice.answer.source == said
    assert voice.source == Source(relation=Relation.PEER, conflict="owns shares")


def test_an_answer_without_a_source_stores_none() -> None:
    """The ease of `give` costs no byte."""
    h = house()
    h.desk.request(ask("r"))
    assert h.desk.give("r", {"overall": 5}).source is None
    [record] = h.store.find("answer", limit=10)
    assert b"source" not in record.body


def test_the_same_answer_from_another_source_is_another_answer() -> None:
    """A conflict declared later revises it; the same one declared again is no event."""
    h = house()
    h.desk.request(ask("r"))
    for source in (None, Source(conflict="owns shares"), Source(conflict="owns shares")):
        h.desk.give("r", {"overall": 5}, by=Actor("staff-7"), source=source)
    assert [event.kind for event in h.desk.history("r")][1:] == [EventKind.GIVEN, EventKind.REVISED]
    [voice] = h.desk.voices()
    assert voice.source.conflict == "owns shares"


def test_only_what_is_in_force_speaks() -> None:
    """Of several revisions the last one."""
    h = house()
    h.desk.request(ask("r"))
    for overall in (5, 4, 3):
        h.desk.give("r", {"overall": overall})
    [voice] = h.desk.voices()
    assert dict(voice.answer.items) == {"overall": 3}


def test_what_somebody_said_is_not_about_them() -> None:
    """Weber's word about Brandt is Brandt's, not Weber's, also among the plain answers."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.give("r", {"overall": 5}, by=WEBER)
    assert h.desk.voices(about=WEBER) == []
    assert h.desk.answers(about=WEBER) == []
    assert len(h.desk.voices(about=BRANDT)) == 1


def test_who_was_named_instead_is_not_what_the_first_one_was() -> None:
    """A request that is passed on loses the relation under which it was asked."""
    h = house()
    h.desk.request(ask("r", relation="sponsor"))
    key = h.desk.delegate("r", to=HUBER)
    h.desk.give(key, {"overall": 5}, by=HUBER)
    [voice] = h.desk.voices()
    assert voice.source == Source()


def test_a_request_keeps_how_its_respondent_stands() -> None:
    """The relation is stored with the request, and another one under the same key is another request."""
    h = house()
    assert h.desk.request(ask("r", relation="report")).relation is Relation.REPORT
    assert h.desk.get("r").request.relation is Relation.REPORT
    assert attrs.evolve(h.desk.get("r").request, relation=None) != h.desk.get("r").request
