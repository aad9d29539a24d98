from __future__ import annotations

from typing import Any, Final

import pytest

from feedbackkit.domain.letter import Attachment, Letter
from feedbackkit.errors import InvalidValue

GOOD: Final[dict[str, Any]] = {
    "subject": "A word",
    "text": "Dear you,\nyou may\nobject & leave.\n",
    "html": "<p>Dear you,<p>you may object &amp;\n leave.",
    "language": "en",
    "notice": "you may object & leave.",
}
FILE: Final[dict[str, Any]] = {"name": "talk.ics", "media_type": "text/calendar; method=REQUEST", "content": b"x"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "A word\r\nBcc: geheim@example.org"),
        ("subject", "geheim" * 100),
        ("subject", ""),
        ("text", "geheim\0"),
        ("text", "geheim\ud800"),
        ("text", "geheim" * 1_700_000),
        ("html", "geheim\0"),
        ("html", "geheim" * 1_700_000),
        ("language", "geheim"),
        ("notice", ""),
        ("text", "geheim, without the notice"),
        ("html", "<p>geheim, without the notice"),
        ("attachments", ["geheim"]),
        ("unsubscribe", "javascript:geheim"),
        ("unsubscribe", "https://example.org/geheim>\r\nBcc: x"),
        ("unsubscribe", "https://example.org/" + "geheim" * 200),
    ],
)
def test_what_makes_no_letter_is_refused_without_repeating_it(field: str, value: Any) -> None:
    """Control characters, a second header, ten megabytes, no web address: the error names the field and no more."""
    with pytest.raises(InvalidValue) as caught:
        Letter(**{**GOOD, field: value})
    assert caught.value.field == f"letter.{field}"
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "../geheim"),
        ("name", "geheim\n.ics"),
        ("media_type", "text/calendar\r\nBcc: geheim"),
        ("media_type", "geheim"),
        ("content", "geheim"),
        ("content", b"geheim" * 2_000_000),
    ],
)
def test_what_makes_no_attachment_is_refused(field: str, value: Any) -> None:
    """A path, a second header, a text instead of bytes, twelve megabytes: none of it becomes a file."""
    with pytest.raises(InvalidValue) as caught:
        Attachment(**{**FILE, field: value})
    assert caught.value.field == f"attachment.{field}"
    assert "geheim" not in str(caught.value)


def test_a_letter_shows_no_words_in_its_repr() -> None:
    """What a person will read appears in no log by accident."""
    shown = repr(Letter(**GOOD, attachments=(Attachment(**FILE),), unsubscribe="https://example.org/f/abc"))
    assert "A word" not in shown
    assert "Dear" not in shown
    assert "abc" not in shown
    assert "talk.ics" in shown
