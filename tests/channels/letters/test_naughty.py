"""Naughty names through every field of every letter: they stay text, and the letter stays whole."""

from __future__ import annotations

import itertools
import json
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from feedbackkit.channels import Letters
from feedbackkit.channels.letters.parts import shown
from feedbackkit.channels.mime import Dress, mail_of
from feedbackkit.domain.appointment import AgreedAppointment
from feedbackkit.domain.contact import AGREED, COURTESIES, ContactKind
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Occasion
from feedbackkit.errors import InvalidValue
from feedbackkit.links import Links
from tests.channels.messages import BOOKED_US, HUBER, WEBER, line, message

LINKS: Final = Links("https://feedback.example.com/f/", keys={"2026": b"k" * 32})
NAUGHTY: Final[list[str]] = json.loads(Path(__file__).with_name("naughty_strings.json").read_text("utf-8"))
KINDS: Final = (ContactKind.ASK, ContactKind.REMINDER, ContactKind.NUDGE, *sorted(COURTESIES))
HEADERS: Final = sorted(
    [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "Content-Type",
        "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version",
    ]
)  # fmt: skip
LOCALES: Final = ("en", "de", "de-CH")


def let_in(name: str) -> bool:
    """Whether the border takes it for a name."""
    try:
        Person(id="P-1", name=name)
    except InvalidValue:
        return False
    return True


NAMES: Final = [name for name in NAUGHTY if let_in(name)]


class Page(HTMLParser):
    """What a browser makes of a page: its tags with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and the names of its attributes."""
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def named(role: str, name: str, **fields: Any) -> Any:
    """A message of two questions in which somebody has that name."""
    about = Person(id="P-1", name=name if role == "subject" else "Thomas Brandt")
    kind = fields.pop("kind", ContactKind.ASK)
    to = attrs.evolve(WEBER, name=name if role == "reader" else "Anna Weber", **fields)
    told: dict[str, Any] = {}
    if kind in AGREED:
        place, host = (
            (name if role == "sender" else "Room 3"),
            Person(id="P-3", name=name, email="host@interim.example"),
        )
        told = {
            "appointment": AgreedAppointment(request="r-1", host="P-3", starts_us=BOOKED_US, place=place),
            "host": host,
        }
    lines = line(subject=about, kind=kind, **told), line(Occasion.CLOSING_REVIEW, subject=HUBER, kind=kind, **told)
    return message(*lines, to=to, sender=name if role == "sender" else "Interim AG")


def test_the_list_is_there() -> None:
    """Most of it passes for a name, and is tried."""
    assert len(NAUGHTY) > 480
    assert len(NAMES) > 400


@pytest.mark.parametrize("role", ["reader", "subject", "sender"])
def test_no_name_changes_a_page(role: str) -> None:
    """Whatever somebody is called, the page has the same tags, the same links, and the name in full."""
    writer = Letters(links=LINKS)
    manners = [
        {"kind": kind, "locale": locale, "informal": informal}
        for kind, locale, informal in itertools.product(KINDS, LOCALES, (False, True))
    ]
    plain = [Page(writer.write(named(role, "Max", **manner)).html or "") for manner in manners]
    for number, name in enumerate(NAMES):
        for place in range(
            number % 14, len(manners), 14
        ):  # each name in three letters, each letter with every fourteenth name
            letter = writer.write(named(role, name, **manners[place]))
            page = Page(letter.html or "")
            assert page.tags == plain[place].tags, name
            assert page.links == plain[place].links, name
            assert shown(name) in page.text, name
            assert "\n" not in letter.subject, name


@pytest.mark.parametrize("role", ["reader", "subject", "sender"])
def test_every_name_makes_a_mail(role: str) -> None:
    """Each of them makes a mail with both parts, one sender and one recipient."""
    writer = Letters(links=LINKS)
    for name in NAMES:
        what = named(role, name)
        mail = message_from_bytes(
            mail_of(what, writer.write(what), Dress(sender="feedback@interim.example")).content, policy=default
        )
        assert [each.addr_spec for each in mail["To"].addresses] == [WEBER.email], name
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"], name
        assert sorted(mail.keys()) == HEADERS, name


@pytest.mark.parametrize("locale", LOCALES)
def test_a_page_loads_nothing(locale: str) -> None:
    """No picture, no script, no font, no sheet from elsewhere: opening the mail tells nobody."""
    html = Letters(links=LINKS).write(named("reader", "Max", locale=locale)).html or ""
    page = Page(html)
    assert {tag for tag, _ in page.tags} <= {
        "html", "head", "meta", "title", "style", "body", "div", "p", "a", "br",
    }  # fmt: skip
    assert "url(" not in html
    assert "@import" not in html
    assert all(link.startswith(LINKS.base) for link in page.links)
