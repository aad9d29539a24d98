"""Characters that look alike, and the skeleton of a text: two texts with one skeleton can be taken for each other.

The table is a small part of the confusables of Unicode Technical Standard 39: Cyrillic, Greek and other letters, and
digits, that look like Latin letters, also where only their capitals do. What Unicode holds to be the same in another
form (full width, mathematical letters, ligatures) is folded by NFKD.
"""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["CONFUSABLES", "scripts", "skeleton"]

_LIKE: Final = {
    "a": "\u0430\u03b1\u0251",
    "b": "\u0432\u03b2",
    "c": "\u0441",
    "d": "\u0501\u0111",
    "e": "\u0435\u03b5\u0454",
    "g": "\u0261",
    "h": "\u04bb\u043d\u03b7",
    "j": "\u0458\u03f3",
    "k": "\u043a\u03ba",
    "l": "i1|\u0456\u03b9\u0131\u0269\u04cf\u0142",
    "m": "\u043c\u03bc",
    "o": "0\u043e\u03bf\u00f8",
    "p": "\u0440\u03c1",
    "q": "\u051b",
    "r": "\u0433",
    "s": "\u0455",
    "t": "\u0442\u03c4",
    "u": "\u03c5",
    "v": "\u0475\u03bd",
    "w": "\u051d",
    "x": "\u0445\u03c7",
    "y": "\u0443\u03b3\u028f",
    "z": "\u03b6",
}
CONFUSABLES: Final[dict[str, str]] = {other: letter for letter, others in _LIKE.items() for other in others}
"""What each of them looks like, in lower case."""

_PAIRS: Final = (("rn", "m"), ("vv", "w"))
"""Two letters that look like one."""


def skeleton(text: str) -> str:
    """What a text looks like: without case, accents and spaces, each character as the Latin one that it resembles."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    seen = "".join(
        CONFUSABLES.get(character, character) for character in folded if not unicodedata.combining(character)
    )
    for pair, one in _PAIRS:
        seen = seen.replace(pair, one)
    return "".join(seen.split())


def scripts(text: str) -> frozenset[str]:
    """The scripts of the letters of a text, as Unicode names them: ``LATIN``, ``CYRILLIC`` and so on."""
    return frozenset(
        unicodedata.name(character, "UNNAMED").partition(" ")[0] for character in text if character.isalpha()
    )
