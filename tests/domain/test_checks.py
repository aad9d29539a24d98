"""The checks themselves: what each lets in, what it refuses, and how it says so."""

from __future__ import annotations

import math
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain import checks
from feedbackkit.errors import InvalidValue


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (None, "nothing"),
        ("", "an empty text"),
        ("Anna", "a text of 4 characters"),
        (True, "a boolean"),
        (5, "an int"),
        (2.5, "a float"),
        (math.nan, "a number that is not finite"),
        (math.inf, "a number that is not finite"),
        (b"Anna", "a bytes"),
        (["Anna"], "a list"),
        (checks, "a module"),
    ],
)
def test_a_shape_says_what_kind_of_thing_came(value: object, shape: str) -> None:
    """Kind and length are told, never the value."""
    assert checks.shape(value) == shape


@pytest.mark.parametrize(
    ("text", "presented"),
    [
        ("P-7", "P-7"),
        ("M-17/reference/start/1", "M-17/reference/start/1"),
        ("anna@house.example", "a text of 18 characters"),
        ("Anna Weber", "a text of 10 characters"),
        ("Ännchen", "a text of 7 characters"),
        ("", "an empty text"),
    ],
)
def test_what_may_be_an_address_or_a_name_is_presented_by_its_shape(text: str, presented: str) -> None:
    """An id is shown as it is."""
    assert checks.presentable(text) == presented


def test_text_has_no_control_characters() -> None:
    """Of all characters, exactly controls, surrogates and line separators are refused; newline and tab need lines."""
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        forbidden = unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        for lines in (True, False):
            refused = forbidden and not (lines and character in "\n\t")
            try:
                checks.text("words", f"a{character}b", lines=lines)
            except InvalidValue as error:
                assert refused, hex(number)
                assert f"U+{number:04X}" in str(error)  # noqa: PT017 - a million at once
            else:
                assert not refused, hex(number)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=30))
def test_text_is_let_in_unchanged(value: str) -> None:
    """Nothing is trimmed or normalised; blank text is let in only where text may be empty."""
    assert checks.text("words", value, empty=True) is value
    if value.strip():
        assert checks.line("words", value) is value
    else:
        with pytest.raises(InvalidValue, match=r"^words must not be empty"):
            checks.line("words", value)


@pytest.mark.parametrize("limit", [1, 200])
def test_text_has_a_limit(limit: int) -> None:
    """At the limit text is let in, one character more is refused; the error tells both lengths."""
    assert checks.text("words", "x" * limit, limit=limit)
    told = rf"^words must have at most {limit} characters, got a text of {limit + 1} characters$"
    with pytest.raises(InvalidValue, match=told):
        checks.text("words", "x" * (limit + 1), limit=limit)


@pytest.mark.parametrize("value", ["a", "7", "M-17/reference/go-live/1", "a.b_c:d/e@f#g+h-i", "x" * 200])
def test_an_identifier_is_ascii(value: str) -> None:
    """Letters, digits and some marks between them."""
    assert checks.identifier("id", value) is value


@pytest.mark.parametrize(
    "value", ["", "-a", "a-", ".", "a b", "ä", "a\n", "a*b", "x" * 201, "a\0", "\u0660", "\uff41", 5]
)
def test_anything_else_is_no_identifier(value: object) -> None:
    """No spaces, no letters of other scripts, no mark at an end."""
    with pytest.raises(InvalidValue, match=r"^id must be an id of at most 200 characters from "):
        checks.identifier("id", value)


@pytest.mark.parametrize("value", ["a@b.de", "o'neil+tag@mail.example.co.uk", "jürgen@müller.example", "A_b%c@x-y.io"])
def test_a_plain_address_is_let_in(value: str) -> None:
    """Addresses as people have them, also with letters of their language."""
    assert checks.email("email", value) is value


@pytest.mark.parametrize(
    "value",
    [
        "Anna <a@b.de>",
        "a@b",
        "@b.de",
        "a@",
        "a@b.de,c@d.de",
        "a@b..de",
        "a@.de",
        "a@b.de.",
        "a b@c.de",
        "a@b@c.de",
        "mailto:a@b.de",
        '"a"@b.de',
        "a@[127.0.0.1]",
        "a\u00a0b@c.de",
        "a" * 250 + "@b.de",
        "a@b.de\n",
        "",
        None,
    ],
)
def test_anything_else_is_no_address(value: object) -> None:
    """No names beside it, no lists, no quotes, no domain without a dot, nothing too long for mail."""
    with pytest.raises(InvalidValue, match=r"^email must "):
        checks.email("email", value)


@pytest.mark.parametrize("value", ["+49 30 1234567", "+1-555-0100-200", "+44 (20) 7946/0958", "+390612345"])
def test_an_international_number_is_let_in(value: str) -> None:
    """With the country's prefix, and the usual marks for reading."""
    assert checks.phone("phone", value) is value


@pytest.mark.parametrize(
    "value", ["030 1234567", "0049 30 1234567", "+49", "+49 30 x", "+٤٩ 30 1234567", "+" + "1" * 40]
)
def test_anything_else_is_no_number(value: str) -> None:
    """A number without its country can be called from one country only."""
    with pytest.raises(InvalidValue, match=r"^phone must "):
        checks.phone("phone", value)


@pytest.mark.parametrize(("value", "right"), [("DE", True), ("de", False), ("DEU", False), ("D", False), ("ÄÖ", False)])
def test_a_country_is_two_capital_letters(value: str, right: bool) -> None:
    """As ISO 3166 writes it."""
    if right:
        assert checks.country("country", value) is value
    else:
        with pytest.raises(InvalidValue, match=r"^country must be a country code of two capital letters"):
            checks.country("country", value)


@pytest.mark.parametrize("value", ["de", "de-CH", "gsw", "zh-Hant", "zh-Hant-TW"])
def test_a_language_tag_is_let_in(value: str) -> None:
    """A language, perhaps its script, perhaps its country."""
    assert checks.locale("locale", value) is value


@pytest.mark.parametrize("value", ["", "DE", "de_CH", "de-ch", "d", "deutsch", "de-", "de-CH-", None, "de\n"])
def test_anything_else_is_no_language_tag(value: object) -> None:
    """No underscores, no capitals in the wrong place."""
    with pytest.raises(InvalidValue, match=r"^locale must be a language tag such as de or de-CH"):
        checks.locale("locale", value)


@pytest.mark.parametrize("value", [0, 100])
def test_a_whole_number_may_be_at_its_bounds(value: int) -> None:
    """Both bounds belong to what is let in."""
    assert checks.whole("value", value, least=0, most=100) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (-1, "value must be from 0 to 100, got less"),
        (101, "value must be from 0 to 100, got more"),
        (10**400, "value must be from 0 to 100, got more"),
        (True, "value must be a whole number, got a boolean"),
        (5.0, "value must be a whole number, got a float"),
        ("5", "value must be a whole number, got a text of 1 characters"),
    ],
)
def test_a_whole_number_stays_within_its_bounds(value: object, said: str) -> None:
    """Beyond them, and for anything that is no whole number, the error tells the bounds or the shape."""
    with pytest.raises(InvalidValue) as caught:
        checks.whole("value", value, least=0, most=100)
    assert str(caught.value) == said


def test_a_number_beyond_printing_is_refused_like_any_other() -> None:
    """Python refuses to print a number of thousands of digits, and no error tries to."""
    with pytest.raises(InvalidValue, match=r"^value must be from 0 to 100, got less$"):
        checks.whole("value", -(10**5000), least=0, most=100)
    with pytest.raises(InvalidValue, match=r"^answer must be a finite number of at most 2\*\*53, got an int$"):
        checks.number("answer", 10**5000)


def test_a_whole_number_may_have_no_upper_bound() -> None:
    """Where only a least is asked for, the error says so."""
    assert checks.whole("count", 10**5000, least=1) == 10**5000
    with pytest.raises(InvalidValue, match=r"^count must be at least 1, got less$"):
        checks.whole("count", 0, least=1)


@pytest.mark.parametrize("value", [0, -0.0, 2**53, -(2**53), 2.0**53, 1e-320, 4.5])
def test_a_number_that_a_double_carries_is_let_in(value: float) -> None:
    """Up to the whole numbers that are exact in every store and in JSON."""
    assert checks.number("answer", value) is value


@pytest.mark.parametrize("value", [2**53 + 1, -(2**53) - 1, 1e300, 10**400, math.nan, math.inf, -math.inf])
def test_a_number_beyond_that_is_refused(value: float) -> None:
    """Also one so large that no double, or no text, can show it."""
    with pytest.raises(InvalidValue, match=r"^answer must be a finite number of at most 2\*\*53, got "):
        checks.number("answer", value)
