"""A letter as plain text: short lines, which every mail program and terminal shows as they are."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from feedbackkit.channels.letters.parts import Offer, Parts, Question

__all__ = ["WIDTH", "text_of"]

WIDTH: Final = 72
"""How long a line gets, names and links aside."""


def text_of(parts: Parts) -> str:
    """The whole letter, ending with a newline."""
    blocks = [
        _wrapped(parts.greeting),
        _wrapped(parts.opening),
        *_questions(parts.questions),
        *([_wrapped(parts.ways)] if parts.ways else []),
        *([_listed_offer(parts.never)] if parts.never else []),
        f"{parts.farewell}\n{parts.sender}",
        _wrapped(parts.notice),
    ]
    return "\n\n".join(blocks) + "\n"


def _questions(questions: tuple[Question, ...]) -> list[str]:
    """Each question with its reason and links; several are listed, and what holds for all is said once."""
    if len(questions) == 1:
        [only] = questions
        return [
            _wrapped(only.text),
            _wrapped(f"{only.reason} {only.form}".lstrip()),
            *([_wrapped(only.benefit)] if only.benefit else []),
            *(["\n".join(map(_listed_offer, only.offers))] if only.offers else []),
        ]
    shared = len({question.form for question in questions}) == 1  # what is to be done with all of them
    items = [_listed(question, "" if shared else question.form) for question in questions]
    listed = items if any(question.offers for question in questions) else ["\n".join(items)]  # links need air
    return [*listed, *([_wrapped(questions[0].form)] if shared else [])]


def _listed(question: Question, form: str) -> str:
    sentences = " ".join(filter(None, (question.text, question.reason, form, question.benefit)))
    offers = [f"  {_listed_offer(offer)}" for offer in question.offers]
    return "\n".join([_wrapped(sentences, first="- ", others="  "), *offers])


def _listed_offer(offer: Offer) -> str:
    return f"{offer.label}: {offer.url}"


@lru_cache(maxsize=1_024)  # most sentences of a letter are those of all others, and this is half of its price
def _wrapped(text: str, *, first: str = "", others: str = "") -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
