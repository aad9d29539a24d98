"""How answers are read by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedbackkit.domain.answer import Answer
from feedbackkit.domain.request import Occasion, Request
from feedbackkit.domain.signals import SignalKind
from feedbackkit.policies import plain_reading

if TYPE_CHECKING:
    from feedbackkit.domain.answer import Given

REQUEST = Request(key="r", respondent="P-1", subject="P-2", occasion=Occasion.QUALITY_CHECK)


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        ({"overall": 1}, "bad"),
        ({"overall": 2}, "bad"),
        ({"overall": 2.5}, "given"),
        ({"overall": 3}, "given"),
        ({"overall": 4}, "good"),
        ({"overall": 5, "again": True}, "good"),
        ({"overall": 5, "again": False}, "bad"),
        ({"overall": 3, "again": True}, "given"),
        ({"again": True}, "good"),
        ({"again": False}, "bad"),
        ({"again": "no, never"}, "given"),
        ({"overall": "five"}, "given"),
        ({"overall": True}, "given"),
        ({"words": "terrible"}, "given"),
    ],
)
def test_ratings_and_a_yes_or_no_are_read_and_words_are_not(items: dict[str, Given], kind: str) -> None:
    """Of five, at most two is bad and at least four is good; a no outweighs any rating."""
    assert plain_reading(Answer(request="r", at_us=1, items=items), REQUEST) is SignalKind(kind)
