"""Questionnaires at a desk: requests that name one, and answers that fit it or are told why not."""

from __future__ import annotations

import pytest

from feedbackkit.desk import Reply
from feedbackkit.domain.questionnaire import Questionnaire, Rating, YesNo
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import InvalidAnswer, InvalidValue, NotAllowed, NotFound
from feedbackkit.policies import playbooks, questionnaires
from feedbackkit.stores import MemoryStore
from tests.desk.house import BRANDT, Wrapped, ask, house, mandate

OURS = Questionnaire(
    id="ours",
    title="Ours",
    questions=[Rating(name="overall", label="Overall", required=True), YesNo(name="again", label="?")],
)


def test_an_answer_must_fit_what_was_asked() -> None:
    """All that is wrong is told, and nothing happened."""
    h = house()
    h.desk.request(ask("r", questionnaire="interim@1"))
    with pytest.raises(InvalidAnswer) as caught:
        h.desk.give("r", {"performance": 9, "colour": "red"})
    assert list(caught.value.problems) == ["performance", "again", "unknown 1"]
    assert h.desk.answers() == []
    assert h.desk.get("r").state is State.PLANNED
    h.desk.give("r", {"performance": 5, "again": True})
    assert h.desk.get("r").state is State.GIVEN


def test_without_a_questionnaire_an_answer_is_free() -> None:
    """Whatever was said to whatever question."""
    h = house()
    h.desk.request(ask("r"))
    assert h.desk.give("r", {"colour": "red"}).items == {"colour": "red"}


def test_without_a_questionnaire_nothing_more_is_read() -> None:
    """Neither asking nor answering looks for one: the calls of the store are the same few as ever."""
    store = Wrapped(MemoryStore())
    h = house(store)
    h.desk.request(ask("warm"))
    h.desk.give("warm", {"overall": 5})
    store.calls.clear()
    h.desk.request(ask("r"))
    h.desk.give("r", {"overall": 5})
    assert store.calls == ["read", "read", "read", "write", "read", "read", "write"]


def test_a_questionnaire_is_read_once() -> None:
    """By each desk, however many answers it takes; a second desk reads it from the store."""
    store = Wrapped(MemoryStore())
    h = house(store)
    h.desk.request_all([ask(f"r-{number}", questionnaire=OURS) for number in range(5)])
    other = h.worker("other")
    read: list[str] = []
    store.before = lambda name, arguments: (
        read.extend(key.kind for key in arguments[0] if name == "read" and key.kind == "questionnaire")
        if name == "read"
        else None
    )
    replies = [Reply(f"r-{number}", {"overall": number}) for number in range(1, 5)]
    assert [answer.items for answer in other.give_all(replies)] == [{"overall": number} for number in range(1, 5)]  # type: ignore[union-attr]
    assert read == ["questionnaire"]


def test_of_many_answers_each_is_told_its_own_faults() -> None:
    """A bad one keeps no good one from being taken."""
    h = house()
    h.desk.request_all([ask(key, questionnaire=OURS) for key in ("a", "b")] + [ask("c")])
    good, bad, free = h.desk.give_all([Reply("a", {"overall": 5}), Reply("b", {"overall": 6}), Reply("c", {"x": 1})])
    assert isinstance(bad, InvalidAnswer)
    assert [h.desk.get(key).state for key in ("a", "b", "c")] == [State.GIVEN, State.PLANNED, State.GIVEN]
    assert good.items == {"overall": 5}  # type: ignore[union-attr]
    assert free.items == {"x": 1}  # type: ignore[union-attr]


def test_a_whole_float_is_the_same_answer() -> None:
    """Five and 5.0 are one answer, given once."""
    h = house()
    h.desk.request(ask("r", questionnaire=OURS))
    h.desk.give("r", {"overall": 5})
    h.desk.give("r", {"overall": 5.0})
    assert [event.kind for event in h.desk.history("r")] == [EventKind.PLANNED, EventKind.GIVEN]


def test_a_questionnaire_stays_what_it_is() -> None:
    """Stored twice it is stored once; other questions need another version."""
    h = house()
    assert h.desk.add_questionnaire(OURS) == h.desk.add_questionnaire(OURS) == "ours@1"
    other = Questionnaire(id="ours", title="Ours", questions=[YesNo(name="again", label="?")])
    with pytest.raises(NotAllowed, match="'ours@1' asks something else already"):
        h.desk.add_questionnaire(other)
    h.desk.add_questionnaire(Questionnaire(id="ours", version=2, title="Ours", questions=other.questions))
    assert [each.ref for each in h.desk.questionnaires()] == [
        *("interim@1", "ours@1", "ours@2", "reference-check@1", "satisfaction@1")
    ]
    assert h.worker("other").questionnaire("ours@1") == OURS


def test_what_is_ready_made_is_nobody_elses() -> None:
    """Its names are taken, also in a store that never saw it."""
    h = house()
    mine = Questionnaire(id="interim", title="Mine", questions=OURS.questions)
    with pytest.raises(NotAllowed):
        h.desk.request(ask("r", questionnaire=mine))
    assert h.desk.find() == []
    assert h.desk.questionnaire("interim@1") == questionnaires.interim()


def test_an_unknown_questionnaire_is_refused_when_asking() -> None:
    """And not when the answer comes; nothing of the batch is made."""
    h = house()
    with pytest.raises(NotFound, match="no questionnaire 'theirs@3'"):
        h.desk.request_all([ask("a"), ask("b", questionnaire="theirs@3")])
    assert h.desk.find() == []


@pytest.mark.parametrize("questionnaire", ["interim", 5, {"id": "interim"}])
def test_what_is_no_questionnaire_is_refused(questionnaire: object) -> None:
    """Neither a name with its version nor a questionnaire."""
    with pytest.raises(InvalidValue, match="must be an id and a version"):
        ask("r", questionnaire=questionnaire)
    with pytest.raises(InvalidValue, match="must be a Questionnaire"):
        house().desk.add_questionnaire(5)  # type: ignore[arg-type]


def test_a_plan_asks_with_questionnaires_by_occasion() -> None:
    """Those occasions that have one, the others freely; and what is planned again follows."""
    h = house()
    h.desk.plan(mandate(), playbooks.asking(playbooks.interim(), {"reference": "interim@1"}))
    asked = {view.occasion.value: view.request.questionnaire for view in h.desk.find(about=BRANDT)}
    assert asked["reference"] == "interim@1"
    assert set(asked.values()) == {"interim@1", None}
    h.desk.plan(mandate(), playbooks.interim())
    assert {view.request.questionnaire for view in h.desk.find()} == {None}


def test_a_plan_with_an_unknown_questionnaire_is_refused() -> None:
    """One of your own must be known before; nothing is planned."""
    h = house()
    playbook = playbooks.asking(playbooks.interim(), {"reference": OURS})
    with pytest.raises(NotFound, match="no questionnaire 'ours@1'"):
        h.desk.plan(mandate(), playbook)
    assert h.desk.find() == []
    h.desk.add_questionnaire(OURS)
    h.desk.plan(mandate(), playbook)
    assert "ours@1" in {view.request.questionnaire for view in h.desk.find()}
