"""How respondents behave while time is played: a pure function of seed, person and contact.

Nothing is drawn in an order: every choice follows from the seed and the name of what is chosen, so a play that was
broken off, or runs in another process, sees the same people.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeVar, final

import attrs

from feedbackkit.desk.reactions import Reaction, ReactionKind
from feedbackkit.domain.contact import COURTESIES, ContactKind
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import HOUR_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.domain.answer import Given
    from feedbackkit.domain.contact import ContactLine
    from feedbackkit.domain.request import Request

__all__ = ["ANY", "ENGLISH", "LADDER", "MOODS", "SILENT", "Habit", "Respondents", "Speech"]

T = TypeVar("T")

SILENT: Final = "silent"
MOODS: Final = ("good", "mixed", "poor")
LADDER: Final = ("ask", "reminder", "later_reminder")
"""The tables of shares, by step: the ask, the first reminder, and every one after it."""
ANY: Final = "any"
"""Stands for every occasion that has no words of its own."""
ENGLISH: Final = "en"

_OVERALL: Final = {"good": (5, 5, 4), "mixed": (4, 3, 3), "poor": (2, 1, 2)}
_MOOD_OF_WORK: Final = ("good",) * 6 + ("mixed",) * 3 + ("poor",)
_FITTING: Final = 7
"""Of ten answers about one professional, how many are of the kind that the work deserves."""
_TOP: Final = 5
_NOTHING_TO_REPEAT: Final = frozenset({Occasion.QUALITY_CHECK, Occasion.SELF_ASSESSMENT})
"""Occasions on which nobody is asked whether they would do it again."""


@final
@attrs.frozen(kw_only=True)
class Habit:
    """What one person does about every contact of a kind; `None` leaves it to the shares."""

    ask: str | None = None
    reminder: str | None = None
    mood: str | None = None
    to: Person | None = None


@final
@attrs.frozen(kw_only=True)
class Speech:
    """What is said in one language."""

    decline: tuple[str, ...] = ()
    answers: Mapping[str, Mapping[str, tuple[str, ...]]] = attrs.field(factory=dict[str, Mapping[str, tuple[str, ...]]])
    """By occasion or `ANY`, and then by mood."""


class _Draw:
    """Numbers that follow from a seed and a name alone: the same in every process and in any order."""

    def __init__(self, seed: int, *names: str) -> None:
        self._name = "\0".join((str(seed), *names))

    def below(self, count: int, what: str) -> int:
        """A number from 0 on, below `count`."""
        digest = sha256(f"{self._name}\0{what}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % count

    def one_of(self, choices: Sequence[T], what: str) -> T:
        """One of the choices."""
        return choices[self.below(len(choices), what)]

    def span_us(self, days: tuple[int, int], what: str) -> int:
        """A span of whole hours between two numbers of days."""
        first, last = days[0] * 24, days[1] * 24
        return (first + self.below(last - first + 1, what)) * HOUR_US


@final
@attrs.frozen(kw_only=True)
class Respondents:
    """A script: what each person does about each contact."""

    seed: int
    shares: Mapping[str, Mapping[str, int]]
    """By a name of `LADDER`: of a hundred contacts, how many bring what."""
    days: Mapping[str, tuple[int, int]]
    """How long each kind of reaction takes, and under ``wait`` how far ahead a later date lies."""
    words: Mapping[str, Speech]
    """By language; English is there and has words for `ANY`."""
    people: Mapping[str, Habit]
    """By the person's id."""

    def __call__(self, contact: str, line: ContactLine, request: Request, person: Person, /) -> Reaction | None:
        """What the person does about that line of that contact; `None` for silence."""
        if line.kind is ContactKind.NUDGE or line.kind in COURTESIES:
            return None  # it asks for no answer
        habit = self.people.get(person.id or "", _NO_HABIT)
        draw = _Draw(self.seed, person.id or "", contact, line.request)
        choice = habit.ask if line.kind is ContactKind.ASK else habit.reminder
        choice = choice or self._drawn(draw, line)
        if choice == SILENT or (choice == ReactionKind.DELEGATE and habit.to is None):
            return None
        kind = ReactionKind(choice)
        language = person.locale.partition("-")[0]
        return Reaction(
            kind=kind,
            after_us=draw.span_us(self.days[kind], "after"),
            items=self._answer(draw, habit, request, language) if kind is ReactionKind.ANSWER else None,
            reason=draw.one_of(self._refusals(language), "reason") if kind is ReactionKind.DECLINE else None,
            wait_us=draw.span_us(self.days["wait"], "wait") if kind is ReactionKind.DEFER else 0,
            to=habit.to if kind is ReactionKind.DELEGATE else None,
        )

    def _drawn(self, draw: _Draw, line: ContactLine) -> str:
        step = 0 if line.kind is ContactKind.ASK else min(max(line.step - 1, 1), len(LADDER) - 1)
        mark = draw.below(100, "choice")
        for choice, share in self.shares[LADDER[step]].items():
            mark -= share
            if mark < 0:
                return choice
        return SILENT

    def _answer(self, draw: _Draw, habit: Habit, request: Request, language: str) -> dict[str, Given]:
        """Ratings, a yes or no, and words that fit them."""
        mood = habit.mood or self._mood(draw, request.subject)
        overall = draw.one_of(_OVERALL[mood], "overall")
        items: dict[str, Given] = {
            "overall": overall,
            "communication": max(1, min(_TOP, overall + draw.below(3, "communication") - 1)),
            "results": max(1, min(_TOP, overall + draw.below(2, "results") - 1)),
            "words": draw.one_of(self._said(language, request.occasion, mood), "words"),
        }
        if request.occasion not in _NOTHING_TO_REPEAT:
            items["again"] = mood != "poor"
        return items

    def _mood(self, draw: _Draw, subject: str) -> str:
        """How somebody speaks of a professional: mostly as the work deserves."""
        if draw.below(10, "fitting") < _FITTING:
            return _Draw(self.seed, subject).one_of(_MOOD_OF_WORK, "work")
        return draw.one_of(_MOOD_OF_WORK, "mood")

    def _refusals(self, language: str) -> tuple[str, ...]:
        own = self.words.get(language, _SPEECHLESS).decline
        return own or self.words[ENGLISH].decline

    def _said(self, language: str, occasion: Occasion, mood: str) -> tuple[str, ...]:
        """The first that there is: in the own language for the occasion, for any, and then in English."""
        speeches = (self.words.get(language, _SPEECHLESS), self.words[ENGLISH])
        choices = (speech.answers.get(name, {}).get(mood) for speech in speeches for name in (occasion.value, ANY))
        return next(words for words in choices if words)


_NO_HABIT: Final = Habit()
_SPEECHLESS: Final = Speech()
