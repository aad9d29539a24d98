"""The script of respondents from a TOML file, read whole or refused whole.

``[ask]``, ``[reminder]`` and ``[later_reminder]`` say how many of a hundred contacts bring an answer, a decline, a
later date or somebody else's name; the rest is silence. ``[days]`` says how long each takes, and ``[words.LANGUAGE]``
what is said. A person under ``[people.ID]`` does one thing about every ask and one about every reminder; whoever
delegates names somebody under ``to``, with all that a file of mandates knows of a person.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from feedbackkit.cli.fields import Fields, take_person
from feedbackkit.cli.problems import BadFile, Problem
from feedbackkit.cli.respondents import ANY, ENGLISH, LADDER, MOODS, SILENT, Habit, Respondents, Speech
from feedbackkit.desk.reactions import ReactionKind
from feedbackkit.domain import checks
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import Occasion
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Mapping

__all__ = ["read_respondents"]

_KINDS: Final = tuple(kind.value for kind in ReactionKind if kind is not ReactionKind.OPT_OUT)
_HABITS: Final = {"ask": (*_KINDS, SILENT), "reminder": (*_KINDS, SILENT), "mood": MOODS}
_SPANS: Final = (*_KINDS, "wait")
_OCCASIONS: Final = (ANY, *(occasion.value for occasion in Occasion))
_NAMED: Final = (
    *("id", "name", "email", "client_id", "client", "country", "timezone", "locale"),
    *("basis", "basis_proof", "basis_since"),
)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}", re.ASCII)
_PLACE: Final = re.compile(r"at line \d+, column \d+|at end of document")
_ALL: Final = 100
_PAIR: Final = 2
_YEAR: Final = 365


def read_respondents(path: str | os.PathLike[str]) -> Respondents:
    """The script in a TOML file, or a `BadFile` with everything that is wrong with it."""
    reader = _Reader()
    script = reader.script(_content(path))
    if reader.problems:
        raise BadFile(str(path), reader.problems)
    return script


def _content(path: str | os.PathLike[str]) -> Mapping[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except UnicodeDecodeError:
        what = "is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        what = f"is not TOML, {place[0]}" if place else "is not TOML"
    except RecursionError:
        what = "is nested too deeply"
    except (OSError, ValueError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or 'not a path'}"
    raise BadFile(str(path), [Problem("", what)]) from None


class _Reader:
    """Takes a script out of what a file says, and notes what is wrong, each under the name of its place."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def script(self, content: Mapping[str, Any]) -> Respondents:
        """The script; of no use where problems were noted."""
        self._known(content, "", ("seed", *LADDER, "days", "words", "people"))
        seed = content.get("seed")
        if not _is_whole(seed):
            self._wrong("seed", "must be a whole number")
        days = self._table(content, "days")
        self._known(days, "days.", _SPANS)
        words = self._table(content, "words")
        self._known(words, "words.", [name for name in words if _LANGUAGE.fullmatch(name)])
        people = self._table(content, "people")
        speeches = {language: self._speech(f"words.{language}", words, language) for language in {**words, ENGLISH: 0}}
        self._complete(speeches[ENGLISH])
        return Respondents(
            seed=cast("int", seed),
            shares={name: self._shares(name, self._table(content, name)) for name in LADDER},
            days={name: self._span(f"days.{name}", days.get(name)) for name in _SPANS},
            words=speeches,
            people={who: self._habit(f"people.{who}", self._table(people, who, "people.")) for who in people},
        )

    def _wrong(self, where: str, what: str) -> None:
        self.problems.append(Problem(where, what))

    def _known(self, table: Mapping[str, Any], under: str, names: Collection[str]) -> None:
        for name in table:
            if name not in names:
                self._wrong(f"{under}{name}", "is not known here")

    def _table(self, content: Mapping[str, Any], name: str, under: str = "") -> dict[str, Any]:
        table = content.get(name, {})
        if isinstance(table, dict):
            return cast("dict[str, Any]", table)
        self._wrong(f"{under}{name}", "must be a table")
        return {}

    def _shares(self, name: str, table: dict[str, Any]) -> dict[str, int]:
        self._known(table, f"{name}.", _KINDS)
        bad = [choice for choice, share in table.items() if not _is_whole(share) or share < 0]
        for choice in bad:
            self._wrong(f"{name}.{choice}", "must be a whole number from 0 on")
        if not bad and sum(table.values()) > _ALL:
            self._wrong(name, f"must not come to more than {_ALL}")
        return table

    def _span(self, where: str, span: Any) -> tuple[int, int]:
        days = _listed(span) or []
        if len(days) == _PAIR and all(map(_is_whole, days)):
            least, most = days
            if 0 < least <= most <= _YEAR:
                return least, most
        self._wrong(where, f"must be two numbers of days, at least and at most, from 1 to {_YEAR}")
        return 1, 1

    def _speech(self, where: str, words: Mapping[str, Any], language: str) -> Speech:
        table = self._table(words, language, "words.")
        self._known(table, f"{where}.", ("decline", *_OCCASIONS))
        decline = self._texts(f"{where}.decline", table.get("decline", []), checks.NOTE_LIMIT)
        answers: dict[str, dict[str, tuple[str, ...]]] = {}
        for occasion in table.keys() & set(_OCCASIONS):
            moods = self._table(table, occasion, f"{where}.")
            self._known(moods, f"{where}.{occasion}.", MOODS)
            answers[occasion] = {
                mood: self._texts(f"{where}.{occasion}.{mood}", moods.get(mood, []), checks.WORDS_LIMIT)
                for mood in MOODS
            }
        return Speech(decline=decline, answers=answers)

    def _texts(self, where: str, texts: Any, limit: int) -> tuple[str, ...]:
        said = _listed(texts)
        if said is None:
            self._wrong(where, "must be a list of texts")
        return tuple(self._text(where, text, limit) for text in said or ())

    def _text(self, where: str, text: object, limit: int) -> str:
        try:
            return checks.text(where, text, limit=limit)
        except InvalidValue as wrong:
            self._wrong(where, f"{wrong.rule}, got {wrong.got}")
            return ""

    def _complete(self, english: Speech) -> None:
        """Whoever speaks another language, or on another occasion, finds words in English."""
        if not english.decline:
            self._wrong(f"words.{ENGLISH}.decline", "must have at least one text")
        for mood in MOODS:
            if not english.answers.get(ANY, {}).get(mood):
                self._wrong(f"words.{ENGLISH}.{ANY}.{mood}", "must have at least one text")

    def _habit(self, where: str, table: dict[str, Any]) -> Habit:
        self._known(table, f"{where}.", (*_HABITS, "to"))
        chosen: dict[str, str | None] = {}
        for name, choices in _HABITS.items():
            chosen[name] = table.get(name)
            if name in table and table[name] not in choices:
                self._wrong(f"{where}.{name}", f"must be one of {', '.join(choices)}")
        to = self._named(f"{where}.to", self._table(table, "to", f"{where}.")) if "to" in table else None
        if "to" not in table and ReactionKind.DELEGATE.value in chosen.values():
            self._wrong(where, "must say under `to` whom the person names")
        return Habit(to=to, **chosen)

    def _named(self, where: str, table: dict[str, Any]) -> Person | None:
        self._known(table, f"{where}.", _NAMED)
        fields = Fields(table)
        client_id = fields.take("client_id", checks.opaque)
        client = fields.take("client", checks.line)
        organisation = Organisation(name=client, id=client_id) if client and client_id else None
        person = take_person(fields, organisation)
        for name, what in fields.wrong:
            self._wrong(f"{where}.{name}", what)
        return person


def _listed(value: Any) -> list[Any] | None:
    listed: list[Any] | None = value if value.__class__ is list else None
    return listed


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
