"""How respondents behave in a simulated year, from a TOML file: a pure function of seed, person and contact.

``[ask]`` and ``[reminder]`` say how many of a hundred contacts bring an answer, a decline, a later date or the name of
somebody else; the rest is silence. ``[days]`` says how long each takes, ``[words]`` what is said. A person under
``[people.ID]`` does one thing about every ask, and one about every reminder; whoever delegates names somebody under
``to``, with all that is known of a person in a file of mandates.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast, final

import attrs

from feedbackkit.cli.fields import Fields, take_person
from feedbackkit.cli.problems import BadFile, Problem
from feedbackkit.desk.simulator import Reaction, ReactionKind
from feedbackkit.domain import checks
from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import HOUR_US
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from feedbackkit.domain.answer import Given
    from feedbackkit.domain.contact import ContactLine
    from feedbackkit.domain.request import Request

__all__ = ["Respondents", "read_respondents"]

_KINDS: Final = tuple(kind.value for kind in ReactionKind)
_CHOICES: Final = (*_KINDS, "silent")
_MOODS: Final = ("good", "mixed", "poor")
_SPANS: Final = (*_KINDS, "wait")
_OVERALL: Final = {"good": (5, 5, 4), "mixed": (4, 3, 3), "poor": (2, 1, 2)}
_MOOD_OF: Final = ("good",) * 6 + ("mixed",) * 3 + ("poor",)


@final
@attrs.frozen(kw_only=True)
class Habit:
    """What one person does about every contact of a kind; `None` leaves it to the shares."""

    ask: str | None = None
    reminder: str | None = None
    mood: str | None = None
    to: Person | None = None


class _Draw:
    """Numbers that follow from a seed and a name alone: the same in every process and in any order."""

    def __init__(self, seed: int, *names: str) -> None:
        self._name = "\0".join((str(seed), *names))

    def below(self, count: int, what: str) -> int:
        """A number from 0 on, below `count`."""
        digest = sha256(f"{self._name}\0{what}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % count

    def span(self, days: tuple[int, int], what: str) -> int:
        """A span of whole hours between two numbers of days."""
        first, last = days[0] * 24, days[1] * 24
        return (first + self.below(last - first + 1, what)) * HOUR_US


@final
@attrs.frozen(kw_only=True)
class Respondents:
    """A script: what each person does about each contact."""

    seed: int
    shares: Mapping[ContactKind, Mapping[str, int]]
    """Of a hundred asks or reminders, how many bring what."""
    days: Mapping[str, tuple[int, int]]
    words: Mapping[str, tuple[str, ...]]
    people: Mapping[str, Habit]

    def __call__(self, contact: str, line: ContactLine, request: Request, person: Person, /) -> Reaction | None:
        """What the person does about that line of that contact; `None` for silence."""
        who = person.id or ""
        draw = _Draw(self.seed, who, contact, line.request)
        habit = self.people.get(who, _NO_HABIT)
        choice = habit.ask if line.kind is ContactKind.ASK else habit.reminder
        choice = choice or self._drawn(draw, line.kind)
        if choice == "silent" or (choice == ReactionKind.DELEGATE and habit.to is None):
            return None
        kind = ReactionKind(choice)
        return Reaction(
            kind=kind,
            after_us=draw.span(self.days[kind], "after"),
            items=self._answer(draw, habit, request) if kind is ReactionKind.ANSWER else None,
            reason=_one_of(self.words["decline"], draw, "reason") if kind is ReactionKind.DECLINE else None,
            wait_us=draw.span(self.days["wait"], "wait") if kind is ReactionKind.DEFER else 0,
            to=habit.to if kind is ReactionKind.DELEGATE else None,
        )

    def _drawn(self, draw: _Draw, kind: ContactKind) -> str:
        mark = draw.below(100, "choice")
        for choice, share in self.shares[kind].items():
            mark -= share
            if mark < 0:
                return choice
        return "silent"

    def _answer(self, draw: _Draw, habit: Habit, request: Request) -> dict[str, Given]:
        """Ratings, a yes or no, and words that fit them; a later client is spoken to in a reference alone."""
        mood = habit.mood or _one_of(_MOOD_OF, draw, "mood")
        overall = _one_of(_OVERALL[mood], draw, "overall")
        items: dict[str, Given] = {
            "overall": overall,
            "communication": max(1, min(5, overall + draw.below(3, "communication") - 1)),
            "results": max(1, min(5, overall + draw.below(2, "results") - 1)),
            "words": _one_of(self.words[mood], draw, "words"),
        }
        if request.occasion is not Occasion.QUALITY_CHECK:
            items["again"] = mood != "poor"
        return items


_NO_HABIT: Final = Habit()


def _one_of(choices: Sequence[Any], draw: _Draw, what: str) -> Any:
    return choices[draw.below(len(choices), what)]


def read_respondents(path: str | os.PathLike[str]) -> Respondents:
    """The script in a TOML file, or a `BadFile` with everything that is wrong with it."""
    try:
        content = tomllib.loads(Path(path).read_text("utf-8"))
    except FileNotFoundError:
        raise BadFile(str(path), [Problem("", "there is no such file")]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(str(path), [Problem("", f"cannot be read as TOML: {type(error).__name__}")]) from None
    reader = _Reader(content)
    script = reader.script()
    if reader.problems or script is None:
        raise BadFile(str(path), reader.problems)
    return script


class _Reader:
    """Takes a script out of what the file says, and notes what is wrong."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content
        self.problems: list[Problem] = []

    def script(self) -> Respondents | None:
        """The script, where nothing is wrong."""
        for name in self._content.keys() - {"seed", "ask", "reminder", "days", "words", "people"}:
            self._wrong(name, "is not known here")
        seed = self._content.get("seed")
        if not isinstance(seed, int):
            self._wrong("seed", "must be a whole number")
        shares = {kind: self._shares(kind.value) for kind in (ContactKind.ASK, ContactKind.REMINDER)}
        days = {name: self._span(name) for name in _SPANS}
        words = {name: self._words(name) for name in ("decline", *_MOODS)}
        people = {who: self._habit(who, habit) for who, habit in self._table("people", self._content).items()}
        if self.problems or not isinstance(seed, int):
            return None
        return Respondents(seed=seed, shares=shares, days=days, words=words, people=people)

    def _wrong(self, where: str, what: str) -> None:
        self.problems.append(Problem(where, what))

    def _table(self, name: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        table: Any = content.get(name, {})
        if isinstance(table, dict):
            return cast("dict[str, Any]", table)
        self._wrong(name, "must be a table")
        return {}

    def _shares(self, name: str) -> dict[str, int]:
        shares = self._table(name, self._content)
        for choice, share in shares.items():
            if choice not in _KINDS:
                self._wrong(f"{name}.{choice}", f"must be one of {', '.join(_KINDS)}")
            elif not isinstance(share, int) or isinstance(share, bool) or share < 0:
                self._wrong(f"{name}.{choice}", "must be a whole number from 0 on")
                return {}
        if sum(shares.values()) > 100:  # noqa: PLR2004 - shares of a hundred
            self._wrong(name, "must not come to more than 100")
        return dict(shares)

    def _span(self, name: str) -> tuple[int, int]:
        span: list[Any] = self._table("days", self._content).get(name, [])
        if (
            span.__class__ is list
            and len(span) == 2  # noqa: PLR2004 - from and to
            and all(isinstance(days, int) for days in span)
            and 0 < span[0] <= span[1] <= 365  # noqa: PLR2004 - within a year
        ):
            return span[0], span[1]
        self._wrong(f"days.{name}", "must be two numbers of days, from and to, within a year")
        return 1, 1

    def _words(self, name: str) -> tuple[str, ...]:
        words: list[Any] = self._table("words", self._content).get(name, [])
        if words.__class__ is not list or not words:
            self._wrong(f"words.{name}", "must be a list of at least one text")
            return ()
        limit = checks.NOTE_LIMIT if name == "decline" else checks.WORDS_LIMIT
        try:
            return tuple(checks.text(f"words.{name}", text, limit=limit) for text in words)
        except InvalidValue as wrong:
            self._wrong(wrong.field, f"{wrong.rule}, got {wrong.got}")
            return ()

    def _habit(self, who: str, habit: Any) -> Habit:
        table: dict[str, Any] = habit if habit.__class__ is dict else {}
        allowed = {"ask": _CHOICES, "reminder": _CHOICES, "mood": _MOODS}
        for name, value in table.items():
            if name == "to":
                continue
            if name not in allowed or value not in allowed[name]:
                self._wrong(f"people.{who}.{name}", f"must be one of {', '.join(allowed.get(name, ('ask', 'to')))}")
                return _NO_HABIT
        to = self._named(who, table["to"]) if "to" in table else None
        if to is None and ReactionKind.DELEGATE in {table.get("ask"), table.get("reminder")}:
            self._wrong(f"people.{who}", "must say under `to` whom they name")
        return Habit(ask=table.get("ask"), reminder=table.get("reminder"), mood=table.get("mood"), to=to)

    def _named(self, who: str, content: Any) -> Person | None:
        values = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in content.items()}
        fields = Fields(values)
        client = fields.take("client", checks.line)
        client_id = fields.take("client_id", checks.identifier)
        organisation = None if client is None or client_id is None else Organisation(name=client, id=client_id)
        person = take_person(fields, organisation)
        for name, what in fields.wrong:
            self._wrong(f"people.{who}.to.{name}", what)
        return person
