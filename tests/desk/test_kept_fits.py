"""A desk keeps its fits: asked again it does not fit again, and whatever happens, it says what a fresh desk says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from feedbackkit.desk import Ask
from feedbackkit.domain.source import Source
from feedbackkit.evidence.fitting import fits, model
from feedbackkit.evidence.fitting.fits import Fits
from feedbackkit.evidence.prior import DEFAULT, Prior
from feedbackkit.evidence.ratings import Judgement
from feedbackkit.ports import Change, Put, RecordKey
from feedbackkit.stores import MemoryStore
from tests.desk.house import BRANDT, HUBER, WEBER, House, ask, house, respondent

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit.domain.answer import Given

WORDS: Final[dict[str, Given]] = {"strengths": "Hört zu.", "again": True}


def answered() -> House:
    """Five people about Brandt, and three of them about Huber."""
    h = house(MemoryStore())
    for number in range(5):
        person = respondent(number, house=f"H-{number}")
        h.desk.request(ask(f"R-{number}", respondent=person, questionnaire="interim@1"))
        h.desk.give(f"R-{number}", {"performance": 1 + number, "leadership": 4, **WORDS}, by=person)
    for number in range(3):
        person = respondent(number, house=f"H-{number}")
        h.desk.request(Ask(key=f"H-{number}", respondent=person, subject=HUBER, occasion="reference"))
        h.desk.give(f"H-{number}", {"performance": 5}, by=person)
    return h


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is fitted anew, one entry for each fit."""
    seen: list[object] = []
    real = model.fit

    def counted(ratings: Any, **how: Any) -> Any:
        seen.append(how)
        return real(ratings, **how)

    monkeypatch.setattr(fits, "fit", counted)
    return seen


def test_what_was_fitted_is_not_fitted_again(fitted: list[object]) -> None:
    """The second dossier of the same answers costs no fit, and is the same to the last digit."""
    h = answered()
    first = h.desk.dossier(BRANDT)
    assert len(fitted) == 2
    assert h.desk.dossier(BRANDT) == first
    assert len(fitted) == 2
    h.desk.dossier(HUBER)
    assert len(fitted) == 2, "the pool is the same, whoever is looked at"


def revise(h: House) -> None:
    """Somebody thinks better of it."""
    h.desk.give("R-0", {"performance": 5, "leadership": 1, **WORDS}, by="R-0")


def answer(h: House) -> None:
    """One more voice."""
    h.desk.request(ask("R-new", respondent=WEBER, questionnaire="interim@1"))
    h.desk.give("R-new", {"performance": 1, "leadership": 1, **WORDS}, by=WEBER)


def answer_elsewhere(h: House) -> None:
    """Somebody rates somebody else, which says how strictly they rate."""
    h.desk.request(Ask(key="H-new", respondent=respondent(4, house="H-4"), subject=HUBER, occasion="reference"))
    h.desk.give("H-new", {"performance": 1}, by="R-4")


def declare(h: House) -> None:
    """The same answer, and now with a conflict."""
    h.desk.give("R-0", {"performance": 1, "leadership": 4, **WORDS}, by="R-0", source=Source(conflict="shares"))


def retract(h: House) -> None:
    """A reference is taken back, and its answer with it."""
    h.desk.references.draft("Q-1", of="R-0", question="strengths", audience="clients")
    h.desk.references.approve("Q-1", by="R-0")
    h.desk.references.seal("Q-1")
    h.desk.dossier(BRANDT)
    h.desk.references.retract("Q-1", by="R-0")


def erase(h: House) -> None:
    """An answer leaves a stub."""
    [record] = h.store.read([RecordKey("answer", "R-0/answer/1")])
    stub = Put("answer", "R-0/answer/1", record.version, None, record.group, (), "erased", b"", b"")
    h.store.erase(Change("erasure", 1, (stub,), ()), [])


@pytest.mark.parametrize("act", [revise, answer, answer_elsewhere, declare, retract, erase])
def test_nothing_is_out_of_date(act: Callable[[House], None]) -> None:
    """After whatever changes the answers, a desk that has looked before says the same as one that was just opened."""
    h = answered()
    before = h.desk.dossier(BRANDT)
    act(h)
    after = h.desk.dossier(BRANDT)
    assert after.criteria != before.criteria
    assert after == h.worker("fresh").dossier(BRANDT)
    assert h.desk.assess(BRANDT) == h.worker("fresh").assess(BRANDT)


def test_only_the_last_fits_are_kept() -> None:
    """So that a desk that lives for years does not grow with every answer."""
    ratings = [Judgement(rater="r", subject="s", score=4)]
    kept = Fits(2)
    first, second = (kept.fit(ratings, scale=(1, 5), prior=Prior(level=at), conflicts="shift") for at in (0.4, 0.5))
    assert kept.fit(ratings, scale=(1, 5), prior=Prior(level=0.4), conflicts="shift") is first
    kept.fit(ratings, scale=(1, 5), prior=DEFAULT, conflicts="shift")
    assert kept.fit(ratings, scale=(1, 5), prior=Prior(level=0.4), conflicts="shift") is first
    assert kept.fit(ratings, scale=(1, 5), prior=Prior(level=0.5), conflicts="shift") is not second
