"""Look-alike and self-written answers: what is odd about them, why, and how much.

Nothing here decides. Each oddity is a `Flag` with its reason, for a person to look at; honest people share offices,
use private mail and answer at once. The scores are judgements, set so that one hint alone stays below one half unless
it can hardly be chance.
"""

from __future__ import annotations

import math
import re
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.flag import Flag, FlagKind
from feedbackkit.domain.people import Person
from feedbackkit.domain.times import MINUTE_US
from feedbackkit.evidence.confusables import scripts, skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["FREE_MAIL", "Trace", "lookalikes", "suspicion"]

QUICK_US: Final = 5 * MINUTE_US
"""What is answered sooner after it was asked was hardly thought about."""

FREE_MAIL: Final = frozenset(
    {
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "outlook.de",
            "hotmail.com",
            "hotmail.de",
            "live.com",
            "live.de",
        ),
        *("msn.com", "yahoo.com", "yahoo.de", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "aol.de"),
        *("gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de", "t-online.de", "freenet.de", "arcor.de"),
        *("posteo.de", "mailbox.org", "proton.me", "protonmail.com", "tutanota.com", "tuta.io", "mail.com", "mail.ru"),
        *("yandex.ru", "yandex.com", "bluewin.ch", "aon.at", "orange.fr", "free.fr", "laposte.net", "libero.it"),
        *("zoho.com", "fastmail.com", "hey.com", "qq.com", "163.com"),
    }
)
"""Domains at which anybody can have an address."""

_ONE_MAILBOX: Final = frozenset({"gmail.com", "googlemail.com"})
"""Where dots in an address make no difference."""
_FEWEST_WORDS: Final = 8
_ALIKE: Final = 0.8
_SHINGLE: Final = 3
_ROUNDING: Final = 1e-9


@final
@attrs.frozen(kw_only=True)
class Trace:
    """What is known of how one answer came about; its `repr` shows ids alone."""

    request: str
    """The key of the request."""
    respondent: Person = attrs.field(repr=False)
    """Who answered."""
    asked_us: int | None = None
    """When the first contact about it went out."""
    answered_us: int
    """When it was answered."""
    words: tuple[str, ...] = attrs.field(default=(), repr=False)
    """What was said in words."""
    network: str | None = attrs.field(default=None, repr=False)
    """From which network, in whatever form the caller compares them; `None` where that is not known."""


@final
@attrs.frozen(kw_only=True, eq=False)
class _Looks:
    """What a person is compared by; made once, and compared with everybody."""

    id: str | None
    mailbox: str | None
    phone: str | None
    name: tuple[str, ...]
    seen: tuple[tuple[str, str, str], ...]
    """The address, the name and the domain that are there: which it is, how it is written, and what it looks like."""

    @classmethod
    def of(cls, person: Person) -> _Looks:
        """Those of one person."""
        texts = {"address": person.email, "name": person.name, "domain": _domain(person.email or "")}
        return cls(
            id=person.id,
            mailbox=None if person.email is None else _mailbox(person.email),
            phone=None if person.phone is None else _digits(person.phone),
            name=_plain_name(person.name),
            seen=tuple((what, _plain(text), skeleton(text)) for what, text in texts.items() if text),
        )


@final
@attrs.frozen(kw_only=True, eq=False)
class _Side:
    """One answer as it is compared with others."""

    trace: Trace
    looks: _Looks
    shingles: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, trace: Trace) -> _Side:
        """That of one answer."""
        return cls(trace=trace, looks=_Looks.of(trace.respondent), shingles=_shingles(trace.words))

    def marks(self) -> Iterator[tuple[str, object]]:
        """What two who are one, or are in one place, have in common."""
        looks = self.looks
        yield "name", looks.name
        for what, value in (("mailbox", looks.mailbox), ("phone", looks.phone), ("network", self.trace.network)):
            if value is not None:
                yield what, value


def lookalikes(
    traces: Iterable[Trace], subject: Person, *, subject_networks: Iterable[str] = (), quick_us: int = QUICK_US
) -> tuple[Flag, ...]:
    """All that is odd about the answers on one subject, in order of requests; the same for the same answers.

    Answers of one respondent, by id, are not compared with each other. `subject_networks`: where the subject is known
    to come from, compared as texts with `Trace.network`. `quick_us`: what counts as answered within minutes.
    """
    sides = [_Side.of(trace) for trace in sorted(traces, key=lambda trace: trace.request)]
    found: list[Flag] = []
    looks = _Looks.of(subject)
    for side in sides:
        trace = side.trace
        found += _alone(trace, quick_us)
        found += _person_flags(side, looks, subject.id or "subject", "the subject")
        if trace.network is not None and trace.network in set(subject_networks):
            because = "it came from a network that the subject comes from"
            found.append(_flag(FlagKind.SAME_NETWORK, trace, subject.id or "subject", 0.7, because))
    for earlier, later in _comparable(sides):
        if earlier.looks.id != later.looks.id:
            found += _together(earlier, later)
    return tuple(sorted(found, key=lambda flag: (flag.request, flag.kind, flag.other or "")))


def _comparable(sides: Sequence[_Side]) -> Iterator[tuple[_Side, _Side]]:
    """The pairs of answers of which anything can be odd, in order: of many answers, few of all pairs."""
    pairs = {*_marked(sides), *_confusable(sides), *_alike(sides)}
    for earlier, later in sorted((min(pair), max(pair)) for pair in pairs):
        yield sides[earlier], sides[later]


def _marked(sides: Sequence[_Side]) -> Iterator[frozenset[int]]:
    by_mark: dict[tuple[str, object], list[int]] = {}
    for number, side in enumerate(sides):
        for mark in side.marks():
            by_mark.setdefault(mark, []).append(number)
    for numbers in by_mark.values():
        yield from map(frozenset, combinations(numbers, 2))


def _confusable(sides: Sequence[_Side]) -> Iterator[frozenset[int]]:
    """Who looks the same, and is written in another way."""
    by_looks: dict[tuple[str, str], dict[str, list[int]]] = {}
    for number, side in enumerate(sides):
        for what, written, seen in side.looks.seen:
            by_looks.setdefault((what, seen), {}).setdefault(written, []).append(number)
    for ways in by_looks.values():
        for ones, others in combinations(ways.values(), 2):
            yield from map(frozenset, product(ones, others))


def _alike(sides: Sequence[_Side]) -> Iterator[frozenset[int]]:
    """Who may share enough words: of so many runs of words, one at least of the rarest must be there, too."""
    where: dict[tuple[str, ...], list[int]] = {}
    for number, side in enumerate(sides):
        for shingle in side.shingles:
            where.setdefault(shingle, []).append(number)
    for number, side in enumerate(sides):
        count = len(side.shingles)
        rarest = sorted(side.shingles, key=lambda shingle: (len(where[shingle]), shingle))
        for shingle in rarest[: count - math.ceil(_ALIKE * count - _ROUNDING) + 1]:
            yield from (frozenset((number, other)) for other in where[shingle] if other != number)


def suspicion(flags: Iterable[Flag]) -> float:
    """How much some flags on one answer speak against it together: 0 for none, and ever nearer to 1."""
    return 1.0 - prod(1.0 - flag.score for flag in flags)


def _flag(kind: FlagKind, trace: Trace, other: str | None, score: float, because: str) -> Flag:
    return Flag(kind=kind, request=trace.request, other=other, score=score, because=because)


def _alone(trace: Trace, quick_us: int) -> Iterator[Flag]:
    """What is odd about one answer by itself."""
    person = trace.respondent
    if person.organisation is not None and person.email is not None and _domain(person.email) in FREE_MAIL:
        because = "an employer is named, and the address is one that anybody can have"
        yield _flag(FlagKind.FREE_MAIL, trace, None, 0.25, because)
    mixed = [what for what, text in (("name", person.name), ("address", person.email or "")) if _is_mixed(text)]
    if mixed:
        because = f"the {' and the '.join(mixed)} mixes letters of scripts that look alike"
        yield _flag(FlagKind.CONFUSABLE, trace, None, 0.6, because)
    if trace.asked_us is not None and 0 <= trace.answered_us - trace.asked_us < quick_us:
        minutes = (trace.answered_us - trace.asked_us) // MINUTE_US
        because = f"it was answered {minutes} min after it was asked, below {quick_us // MINUTE_US} min"
        yield _flag(FlagKind.QUICK, trace, None, 0.4 if _word_count(trace.words) >= _FEWEST_WORDS else 0.2, because)


def _together(earlier: _Side, later: _Side) -> Iterator[Flag]:
    """What is odd about two answers beside each other; it is told of both."""
    share = _likeness(earlier.shingles, later.shingles)
    for one, two in ((earlier, later), (later, earlier)):
        trace, other = one.trace, two.trace
        yield from _person_flags(one, two.looks, other.request, f"whoever answered {other.request}")
        if trace.network is not None and trace.network == other.network:
            same_house = _house(trace.respondent) is not None and _house(trace.respondent) == _house(other.respondent)
            because = (
                f"it came from the same network as {other.request}{', of the same employer' if same_house else ''}"
            )
            yield _flag(FlagKind.SAME_NETWORK, trace, other.request, 0.1 if same_house else 0.4, because)
        if share >= _ALIKE:
            because = f"{round(100 * share)} % of its words stand in {other.request}, too"
            yield _flag(FlagKind.SAME_TEXT, trace, other.request, 0.8, because)


def _person_flags(side: _Side, other: _Looks, id_: str, named: str) -> Iterator[Flag]:
    """Whether a respondent seems to be somebody else, or to be taken for somebody else."""
    one = side.looks
    if one.id is not None and one.id == other.id:
        return
    because = _same_person(one, other)
    if because is not None:
        score, why = because
        yield _flag(FlagKind.SAME_PERSON, side.trace, id_, score, f"{why} {named}")
        return
    for (what, mine, seen), (theirs_what, theirs, seen_too) in product(one.seen, other.seen):
        if what == theirs_what and seen == seen_too and mine != theirs:
            because_alike = f"the {what} can be taken for that of {named}"
            yield _flag(FlagKind.CONFUSABLE, side.trace, id_, 0.7, because_alike)
            return


def _same_person(one: _Looks, two: _Looks) -> tuple[float, str] | None:
    if one.mailbox is not None and one.mailbox == two.mailbox:
        return 0.9, "the address reaches the same mailbox as that of"
    if one.phone is not None and one.phone == two.phone:
        return 0.6, "the telephone number is that of"
    if one.name == two.name:
        return 0.6, "under another address the name is that of"
    return None


def _mailbox(address: str) -> str:
    """The mailbox behind an address: without what follows a plus, and without dots where they make no difference."""
    local, _, domain = address.casefold().rpartition("@")
    local = local.partition("+")[0]
    if domain in _ONE_MAILBOX:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def _domain(address: str) -> str:
    return address.casefold().rpartition("@")[2]


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


_TITLES: Final = frozenset({"dr", "prof", "mr", "mrs", "ms", "herr", "frau", "ing", "dipl", "mba"})


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


def _plain_name(name: str) -> tuple[str, ...]:
    """A name without titles, in any order of its parts."""
    parts = re.findall(r"\w+", name.casefold())
    return tuple(sorted(part for part in parts if part not in _TITLES)) or (name,)


def _is_mixed(text: str) -> bool:
    """Whether one word of a text mixes scripts that look alike."""
    return any(len(scripts(word) & {"LATIN", "CYRILLIC", "GREEK"}) > 1 for word in re.findall(r"\w+", text))


def _house(person: Person) -> str | None:
    return None if person.organisation is None else person.organisation.id or person.organisation.name


def _tokens(words: Sequence[str]) -> list[str]:
    return [token for text in words for token in re.findall(r"\w+", text.casefold())]


def _word_count(words: Sequence[str]) -> int:
    return len(_tokens(words))


def _likeness(one: frozenset[tuple[str, ...]], two: frozenset[tuple[str, ...]]) -> float:
    """The share of runs of three words that two texts have in common, of the shorter one; 0 for short texts."""
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0


def _shingles(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    tokens = _tokens(words)
    if len(tokens) < _FEWEST_WORDS:
        return frozenset()
    return frozenset(zip(*(tokens[start:] for start in range(_SHINGLE)), strict=False))
