from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.channels.mime import Dress, mail_of
from feedbackkit.domain.letter import Attachment, Letter
from tests.channels.messages import message

INVITATION = Attachment(
    name="talk.ics", media_type="text/calendar; method=REQUEST; charset=utf-8", content=b"BEGIN:x\r\n"
)
PICTURE = Attachment(name="p.png", media_type="image/png", content=bytes(range(256)) * 9)


def mail(**fields: Any) -> tuple[bytes, EmailMessage]:
    """A mail with that letter, as bytes and as a mail program reads it."""
    given: dict[str, Any] = {"subject": "A word", "text": "Guten Tag,\n", "language": "de", **fields}
    given["notice"] = given["text"]
    if "html" in given:
        given["html"] += escape(given["text"])
    letter = Letter(**given)
    content = mail_of(message(), letter, Dress(sender="feedback@interim.example")).content
    read = message_from_bytes(content, policy=default)
    assert isinstance(read, EmailMessage)
    assert not [part.defects for part in read.walk() if part.defects]
    return content, read


def types(read: Any) -> Any:
    """The tree of its content types."""
    if not read.is_multipart():
        return read.get_content_type()
    return read.get_content_type(), [types(part) for part in read.iter_parts()]


def test_text_alone_is_no_multipart() -> None:
    """Where there is nothing beside it, the text is the mail."""
    assert types(mail()[1]) == "text/plain"


def test_a_page_stands_beside_the_text() -> None:
    """Text first, then the page, for programs take the last that they can show."""
    assert types(mail(html="<p>Guten Tag")[1]) == ("multipart/alternative", ["text/plain", "text/html"])


def test_an_invitation_is_a_form_of_the_text_and_a_file() -> None:
    """Calendars look for it among the forms, with its method; everybody else finds the file."""
    _, read = mail(html="<p>Guten Tag", attachments=(INVITATION, PICTURE))
    forms = ("multipart/alternative", ["text/plain", "text/html", "text/calendar"])
    assert types(read) == ("multipart/mixed", [forms, "text/calendar", "image/png"])
    calendars = [part for part in read.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_param("method") for part in calendars] == ["REQUEST", "REQUEST"]
    assert [part.get_filename() for part in calendars] == [None, "talk.ics"]
    assert [part.get_content() for part in read.iter_attachments()][-1] == PICTURE.content


LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029")
WORDS = st.text(LETTERS | st.sampled_from(" \t\n=._"), min_size=1)


@given(WORDS.filter(str.strip), WORDS.filter(str.strip))
def test_any_words_arrive_as_written(text: str, page: str) -> None:
    """Blanks at the end of lines, dots, equals signs, any script: text and page come back as they were."""
    content, read = mail(text=text, html=page)
    forms = [part.get_content() for part in read.iter_parts()]
    assert [form.replace("\r\n", "\n").removesuffix("\n") for form in forms] == [
        each.removesuffix("\n") for each in (text, page + escape(text))
    ]
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_the_same_letter_makes_the_same_bytes() -> None:
    """A mail that is sent again is the same mail."""
    assert mail(html="<p>x", attachments=(PICTURE,))[0] == mail(html="<p>x", attachments=(PICTURE,))[0]
