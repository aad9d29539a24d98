"""Benefits: promised in the ask, owed by the answer, delivered or overdue; never for a good rating."""

from __future__ import annotations

import inspect

import attrs
import pytest

from feedbackkit.domain.benefit import Benefit, BenefitStatus
from feedbackkit.errors import InvalidValue, NotFound
from feedbackkit.policies import playbooks, promising
from tests.desk.house import BRANDT, HUBER, WEBER, House, ask, house, mandate

REPORT = Benefit(what="our report on day rates", kind="day_rates", days=14)
KEY = "r-1"


def promised() -> House:
    """A house in which somebody was asked and promised a report."""
    built = house()
    built.desk.request(ask(KEY, benefit=REPORT))
    built.desk.run()
    return built


def test_the_ask_shows_what_is_promised() -> None:
    """The message carries it, with the request that it belongs to."""
    [message] = promised().sent
    assert message.lines[0].benefit == REPORT


def test_nothing_is_owed_before_the_answer() -> None:
    """A promise alone is no debt, and a decline earns nothing."""
    built = promised()
    assert built.desk.owed() == []
    built.desk.decline(KEY)
    assert built.desk.benefits() == []


@pytest.mark.parametrize("overall", [1, 5])
def test_an_answer_earns_it_whatever_it_says(overall: int) -> None:
    """Praise and complaint are owed the same."""
    built = promised()
    built.desk.give(KEY, {"overall": overall})
    [owed] = built.desk.owed()
    assert (owed.request, owed.person, owed.benefit, owed.status) == (KEY, WEBER.id, REPORT, BenefitStatus.OWED)


def test_a_condition_cannot_be_expressed() -> None:
    """A benefit has no field for one, and nothing that makes it owed is handed the answer."""
    from feedbackkit.desk.answers.owing import owe

    assert set(attrs.fields_dict(Benefit)) == {"what", "kind", "days"}
    assert list(inspect.signature(owe).parameters) == ["cabinet", "file"]
    with pytest.raises(TypeError):
        Benefit(what="a voucher", least_rating=4)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # the claim


def test_a_revised_answer_earns_it_once() -> None:
    """The second thought brings nothing more."""
    built = promised()
    built.desk.give(KEY, {"overall": 5})
    built.desk.give(KEY, {"overall": 2})
    assert len(built.desk.benefits()) == 1


def test_it_is_overdue_after_its_days() -> None:
    """Fourteen days after the answer the provider is late, and not before."""
    built = promised()
    built.desk.give(KEY, {"overall": 5})
    [owed] = built.desk.owed()
    assert [owed.overdue(owed.due_us - 1), owed.overdue(owed.due_us)] == [False, True]
    assert owed.due.isoformat() == "2026-03-16T10:00:00+00:00"


def test_it_is_delivered_once() -> None:
    """Said twice it counts once, and it is not owed any more."""
    built = promised()
    built.desk.give(KEY, {"overall": 5})
    first = built.desk.deliver_benefit(KEY, note="by post")
    assert built.later(days=1).desk.deliver_benefit(KEY) == first
    assert (first.status, first.note, built.desk.owed()) == (BenefitStatus.DELIVERED, "by post", [])
    assert built.desk.benefits(status="delivered") == [first]


def test_nothing_is_delivered_that_was_not_earned() -> None:
    """Without an answer there is nothing to deliver."""
    with pytest.raises(NotFound):
        promised().desk.deliver_benefit(KEY)


def test_the_most_urgent_come_first() -> None:
    """In order of when they are due, for one person or all."""
    built = promised()
    built.desk.request(ask("r-2", respondent=HUBER, benefit=Benefit(what="a donation", days=1)))
    built.desk.give(KEY, {"overall": 5})
    built.desk.give("r-2", {"overall": 5})
    assert [owed.request for owed in built.desk.owed()] == ["r-2", KEY]
    assert [owed.request for owed in built.desk.owed(WEBER)] == [KEY]


def test_a_playbook_can_promise() -> None:
    """The plan's asks carry it, on the occasions that are named."""
    built = house()
    built.desk.plan(mandate(), promising(playbooks.interim(), REPORT, "reference"))  # type: ignore[arg-type]  # a text is equal
    promises = {view.occasion: view.request.benefit for view in built.desk.find(about=BRANDT)}
    assert promises["reference"] == REPORT  # type: ignore[index]
    assert promises["quality_check"] is None  # type: ignore[index]


@pytest.mark.parametrize("wrong", [{"what": ""}, {"what": "x", "days": 0}, {"what": "x", "kind": "bribe"}])
def test_a_benefit_that_is_none_is_refused(wrong: dict[str, object]) -> None:
    """Each field is checked at the border."""
    with pytest.raises(InvalidValue, match="benefit"):
        Benefit(**wrong)  # type: ignore[arg-type]
