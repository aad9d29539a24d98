"""What every value must satisfy before it is let in: text, ids, numbers.

An error names the field, the rule and the shape of what came ("a text of 12 characters"), never the value itself.
"""

from __future__ import annotations

import math
import re
from typing import Final

from feedbackkit.errors import InvalidValue

__all__ = [
    "COUNTRY",
    "EMAIL_LIMIT",
    "ID_LIMIT",
    "LOCALE",
    "NAME_LIMIT",
    "NOTE_LIMIT",
    "REGION",
    "WORDS_LIMIT",
    "country",
    "email",
    "identifier",
    "line",
    "locale",
    "number",
    "opaque",
    "phone",
    "presentable",
    "region",
    "shape",
    "text",
    "whole",
    "yes_or_no",
]

ID_LIMIT: Final = 200
NAME_LIMIT: Final = 200
NOTE_LIMIT: Final = 500
WORDS_LIMIT: Final = 20_000
EMAIL_LIMIT: Final = 254

COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
REGION: Final = re.compile(r"[A-Z0-9]{1,3}", re.ASCII)
LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", re.ASCII)
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:/@#+-]*[A-Za-z0-9])?", re.ASCII)
_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\.]+(\.[^\s@<>()\[\],;:\"\\.]+)+")
_PHONE: Final = re.compile(r"\+[0-9][0-9 ()/-]{4,28}[0-9]", re.ASCII)
# Control characters (C0 but newline and tab, DEL, C1), line and paragraph separators, lone surrogates.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_FORBIDDEN_IN_LINE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def shape(value: object) -> str:
    """What kind of thing came, without saying what it was."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"a text of {len(value)} characters" if value else "an empty text"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, float) and not math.isfinite(value):
        return "a number that is not finite"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def text(field: str, value: object, *, limit: int = WORDS_LIMIT, lines: bool = True, empty: bool = False) -> str:
    """A text within its limit, without control characters and lone surrogates; `lines` allows newline and tab."""
    if not isinstance(value, str):
        raise InvalidValue(field, "must be text", shape(value))
    if len(value) > limit:
        raise InvalidValue(field, f"must have at most {limit} characters", shape(value))
    if not empty and not value.strip():
        raise InvalidValue(field, "must not be empty", shape(value))
    forbidden = (_FORBIDDEN if lines else _FORBIDDEN_IN_LINE).search(value)
    if forbidden is not None:
        raise InvalidValue(field, "must have no control characters", f"U+{ord(forbidden[0]):04X} in {shape(value)}")
    return value


def line(field: str, value: object, *, limit: int = NAME_LIMIT) -> str:
    """A text of one line."""
    return text(field, value, limit=limit, lines=False)


def identifier(field: str, value: object, *, limit: int = ID_LIMIT) -> str:
    """An opaque id: ASCII letters, digits and ``._:/@#+-`` between them."""
    if not isinstance(value, str) or len(value) > limit or not _IDENTIFIER.fullmatch(value):
        raise InvalidValue(
            field, f"must be an id of at most {limit} characters from A-Z a-z 0-9 . _ : / @ # + -", shape(value)
        )
    return value


def opaque(field: str, value: object) -> str:
    """The id of a person or an organisation: an identifier without ``@``, so that no address can pass for one."""
    if "@" in identifier(field, value):
        raise InvalidValue(field, "must be an opaque id, never an address", shape(value))
    return str(value)


def presentable(value: object) -> str:
    """What an error may say of what came as an id: the id, or its shape where it may be an address or a name."""
    if not isinstance(value, str):
        return shape(value)
    return value if _IDENTIFIER.fullmatch(value) and "@" not in value else shape(value)


def email(field: str, value: object) -> str:
    """An e-mail address in its plain form, ``local@domain.tld``."""
    address = line(field, value, limit=EMAIL_LIMIT)
    if not _EMAIL.fullmatch(address) or not address.isprintable():
        raise InvalidValue(field, "must be a plain e-mail address", shape(value))
    return address


def phone(field: str, value: object) -> str:
    """A telephone number in its international form, ``+49 30 1234567``."""
    number_ = line(field, value, limit=32)
    if not _PHONE.fullmatch(number_):
        raise InvalidValue(field, "must be an international telephone number such as +49 30 1234567", shape(value))
    return number_


def country(field: str, value: object) -> str:
    """An ISO 3166 country code of two capital letters."""
    if not isinstance(value, str) or not COUNTRY.fullmatch(value):
        raise InvalidValue(field, "must be a country code of two capital letters", shape(value))
    return value


def region(field: str, value: object) -> str:
    """The part of an ISO 3166-2 code after the country's: one to three capital letters or digits."""
    if not isinstance(value, str) or not REGION.fullmatch(value):
        raise InvalidValue(field, "must be a region code such as BY, without the country", shape(value))
    return value


def locale(field: str, value: object) -> str:
    """A language tag such as ``de`` or ``de-CH``."""
    if not isinstance(value, str) or not LOCALE.fullmatch(value):
        raise InvalidValue(field, "must be a language tag such as de or de-CH", shape(value))
    return value


def yes_or_no(field: str, value: object) -> bool:
    """A boolean; nothing else counts as yes."""
    if not isinstance(value, bool):
        raise InvalidValue(field, "must be true or false", shape(value))
    return value


def whole(field: str, value: object, *, least: int, most: int | None = None) -> int:
    """A whole number within its bounds; a boolean is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidValue(field, "must be a whole number", shape(value))
    if value < least or (most is not None and value > most):
        bound = f"at least {least}" if most is None else f"from {least} to {most}"
        raise InvalidValue(field, f"must be {bound}", "less" if value < least else "more")
    return value


def number(field: str, value: object) -> int | float:
    """A finite number that a double can carry; a boolean is none."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise InvalidValue(field, "must be a number", shape(value))
    # The comparison comes first: an int beyond what a double can carry has no answer to isfinite.
    if not abs(value) <= 2**53:
        raise InvalidValue(field, "must be a finite number of at most 2**53", shape(value))
    return value
