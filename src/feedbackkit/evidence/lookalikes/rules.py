"""Look-alike and self-written answers: what is odd about them, why, and how much.

Nothing here decides. Each oddity is a `Flag` with its reason, for a person to look at; honest people share offices,
use private mail and answer at once. The scores are judgements, set so that one hint alone stays below one half unless
it can hardly be chance.
"""

from __future__ import annotations

import re
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final

from feedbackkit.domain.flag import Flag, FlagKind
from feedbackkit.domain.times import MINUTE_US
from feedbackkit.evidence.lookalikes.confusables import scripts
from feedbackkit.evidence.lookalikes.pairs import ALIKE, comparable, likeness
from feedbackkit.evidence.lookalikes.traces import FEWEST_WORDS, Looks, Side, Trace, domain_of, word_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from feedbackkit.domain.people import Person

__all__ = ["FREE_MAIL", "lookalikes", "suspicion"]

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


def lookalikes(
    traces: Iterable[Trace], subject: Person, *, subject_networks: Iterable[str] = (), quick_us: int = QUICK_US
) -> tuple[Flag, ...]:
    """All that is odd about the answers on one subject, in order of requests; the same for the same answers.

    Answers of one respondent, by id, are not compared with each other. `subject_networks`: where the subject is known
    to come from, compared as texts with `Trace.network`. `quick_us`: what counts as answered within minutes.
    """
    sides = [Side.of(trace) for trace in sorted(traces, key=lambda trace: trace.request)]
    found: list[Flag] = []
    looks = Looks.of(subject)
    for side in sides:
        trace = side.trace
        found += _alone(trace, quick_us)
        found += _person_flags(side, looks, subject.id or "subject", "the subject")
        if trace.network is not None and trace.network in set(subject_networks):
            because = "it came from a network that the subject comes from"
            found.append(_flag(FlagKind.SAME_NETWORK, trace, subject.id or "subject", 0.7, because))
    for earlier, later in comparable(sides):
        if earlier.looks.id != later.looks.id:
            found += _together(earlier, later)
    return tuple(sorted(found, key=lambda flag: (flag.request, flag.kind, flag.other or "")))


def suspicion(flags: Iterable[Flag]) -> float:
    """How much some flags on one answer speak against it together: 0 for none, and ever nearer to 1."""
    return 1.0 - prod(1.0 - flag.score for flag in flags)


def _flag(kind: FlagKind, trace: Trace, other: str | None, score: float, because: str) -> Flag:
    return Flag(kind=kind, request=trace.request, other=other, score=score, because=because)


def _alone(trace: Trace, quick_us: int) -> Iterator[Flag]:
    """What is odd about one answer by itself."""
    person = trace.respondent
    if person.organisation is not None and person.email is not None and domain_of(person.email) in FREE_MAIL:
        because = "an employer is named, and the address is one that anybody can have"
        yield _flag(FlagKind.FREE_MAIL, trace, None, 0.25, because)
    mixed = [what for what, text in (("name", person.name), ("address", person.email or "")) if _is_mixed(text)]
    if mixed:
        because = f"the {' and the '.join(mixed)} mixes letters of scripts that look alike"
        yield _flag(FlagKind.CONFUSABLE, trace, None, 0.6, because)
    if trace.asked_us is not None and 0 <= trace.answered_us - trace.asked_us < quick_us:
        minutes = (trace.answered_us - trace.asked_us) // MINUTE_US
        because = f"it was answered {minutes} min after it was asked, below {quick_us // MINUTE_US} min"
        yield _flag(FlagKind.QUICK, trace, None, 0.4 if word_count(trace.words) >= FEWEST_WORDS else 0.2, because)


def _together(earlier: Side, later: Side) -> Iterator[Flag]:
    """What is odd about two answers beside each other; it is told of both."""
    share = likeness(earlier.shingles, later.shingles)
    for one, two in ((earlier, later), (later, earlier)):
        trace, other = one.trace, two.trace
        yield from _person_flags(one, two.looks, other.request, f"whoever answered {other.request}")
        if trace.network is not None and trace.network == other.network:
            same_house = _house(trace.respondent) is not None and _house(trace.respondent) == _house(other.respondent)
            because = (
                f"it came from the same network as {other.request}{', of the same employer' if same_house else ''}"
            )
            yield _flag(FlagKind.SAME_NETWORK, trace, other.request, 0.1 if same_house else 0.4, because)
        if share >= ALIKE:
            because = f"{round(100 * share)} % of its words stand in {other.request}, too"
            yield _flag(FlagKind.SAME_TEXT, trace, other.request, 0.8, because)


def _person_flags(side: Side, other: Looks, id_: str, named: str) -> Iterator[Flag]:
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


def _same_person(one: Looks, two: Looks) -> tuple[float, str] | None:
    if one.mailbox is not None and one.mailbox == two.mailbox:
        return 0.9, "the address reaches the same mailbox as that of"
    if one.phone is not None and one.phone == two.phone:
        return 0.6, "the telephone number is that of"
    if one.name == two.name:
        return 0.6, "under another address the name is that of"
    return None


def _is_mixed(text: str) -> bool:
    """Whether one word of a text mixes scripts that look alike."""
    return any(len(scripts(word) & {"LATIN", "CYRILLIC", "GREEK"}) > 1 for word in re.findall(r"\w+", text))


def _house(person: Person) -> str | None:
    return None if person.organisation is None else person.organisation.id or person.organisation.name
