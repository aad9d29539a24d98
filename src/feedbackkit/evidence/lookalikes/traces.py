"""Answers as they are compared: who gave each, how it came about, and what it says, reduced to what can be alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.people import Person
from feedbackkit.evidence.lookalikes.confusables import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["FEWEST_WORDS", "Looks", "Side", "Trace", "domain_of", "word_count"]

_ONE_MAILBOX: Final = frozenset({"gmail.com", "googlemail.com"})
"""Where dots in an address make no difference."""
FEWEST_WORDS: Final = 8
_SHINGLE: Final = 3
_TITLES: Final = frozenset({"dr", "prof", "mr", "mrs", "ms", "herr", "frau", "ing", "dipl", "mba"})


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
class Looks:
    """What a person is compared by; made once, and compared with everybody."""

    id: str | None
    mailbox: str | None
    phone: str | None
    name: tuple[str, ...]
    seen: tuple[tuple[str, str, str], ...]
    """The address, the name and the domain that are there: which it is, how it is written, and what it looks like."""

    @classmethod
    def of(cls, person: Person) -> Looks:
        """Those of one person."""
        texts = {"address": person.email, "name": person.name, "domain": domain_of(person.email or "")}
        return cls(
            id=person.id,
            mailbox=None if person.email is None else _mailbox(person.email),
            phone=None if person.phone is None else _digits(person.phone),
            name=_plain_name(person.name),
            seen=tuple((what, _plain(text), skeleton(text)) for what, text in texts.items() if text),
        )


@final
@attrs.frozen(kw_only=True, eq=False)
class Side:
    """One answer as it is compared with others."""

    trace: Trace
    looks: Looks
    shingles: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, trace: Trace) -> Side:
        """That of one answer."""
        return cls(trace=trace, looks=Looks.of(trace.respondent), shingles=_shingles(trace.words))

    def marks(self) -> Iterator[tuple[str, object]]:
        """What two who are one, or are in one place, have in common."""
        looks = self.looks
        yield "name", looks.name
        for what, value in (("mailbox", looks.mailbox), ("phone", looks.phone), ("network", self.trace.network)):
            if value is not None:
                yield what, value


def _mailbox(address: str) -> str:
    """The mailbox behind an address: without what follows a plus, and without dots where they make no difference."""
    local, _, domain = address.casefold().rpartition("@")
    local = local.partition("+")[0]
    if domain in _ONE_MAILBOX:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def domain_of(address: str) -> str:
    """What follows the sign in an address."""
    return address.casefold().rpartition("@")[2]


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


def _plain_name(name: str) -> tuple[str, ...]:
    """A name without titles, in any order of its parts."""
    parts = re.findall(r"\w+", name.casefold())
    return tuple(sorted(part for part in parts if part not in _TITLES)) or (name,)


def _tokens(words: Sequence[str]) -> list[str]:
    return [token for text in words for token in re.findall(r"\w+", text.casefold())]


def word_count(words: Sequence[str]) -> int:
    """How many words some texts have."""
    return len(_tokens(words))


def _shingles(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    tokens = _tokens(words)
    if len(tokens) < FEWEST_WORDS:
        return frozenset()
    return frozenset(zip(*(tokens[start:] for start in range(_SHINGLE)), strict=False))
