"""The writer that comes with the library: English and German, and nothing but the standard library."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from feedbackkit.channels.letters.page import html_of
from feedbackkit.channels.letters.parts import parts_of
from feedbackkit.channels.letters.plain import text_of
from feedbackkit.domain.contact import AGREED, ContactKind
from feedbackkit.domain.letter import Letter
from feedbackkit.links import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedbackkit.channels.letters.parts import Parts
    from feedbackkit.channels.letters.phrases import Phrases
    from feedbackkit.domain.contact import Message, MessageLine
    from feedbackkit.domain.letter import Attachment
    from feedbackkit.links import Links

__all__ = ["Letters"]

_FALLBACK: Final = "en"


class Letters:
    """Writes short letters that say who asks, about whom, why this person and for how long, and leave every way out.

    The language is that of the reader's locale: ``de-AT`` falls back to ``de``, and what is not spoken here to
    English. With `links` each way out is a link, and one click leaves the reader in peace; without, a reply takes it.
    """

    def __init__(self, *, links: Links | None = None, informal: bool | None = None) -> None:
        """`informal`: address all readers like that (in German with ``du``) or none; `None`: each as it is recorded."""
        self._links = links
        self._informal = informal

    def write(self, message: Message) -> Letter:
        """The letter of a message."""
        parts = self.parts(message)
        return Letter(
            subject=parts.subject,
            text=text_of(parts),
            html=html_of(parts),
            language=parts.language,
            notice=parts.notice,
            attachments=tuple(_for_a_calendar(line, message) for line in message.lines if line.kind in AGREED),
            unsubscribe=None
            if self._links is None
            else self._links.url(Purpose.UNSUBSCRIBE, message, message.lines[0]),
        )

    def parts(self, message: Message) -> Parts:
        """What the letter says, before it is laid out: for templates of one's own."""
        informal = message.to.informal if self._informal is None else self._informal
        return parts_of(message, _spoken(message.to.locale, informal=informal), self._links)


def _for_a_calendar(line: MessageLine, message: Message) -> Attachment:
    """The file by which a calendar takes an appointment in, or out; needs the extra ``calendar``."""
    from feedbackkit.invitations import cancellation, for_line, invitation

    write = invitation if line.kind is ContactKind.INVITATION else cancellation
    return write(for_line(line, message), now_us=message.booked_us)


def _spoken(locale: str, *, informal: bool) -> Phrases:
    """The words for a locale: its own, its language's, or English."""
    spoken = _languages()
    for tag in (locale, locale.partition("-")[0], _FALLBACK):
        if tag in spoken:
            return spoken[tag][informal]
    raise LookupError(_FALLBACK)  # pragma: no cover - English is always there


@cache
def _languages() -> Mapping[str, tuple[Phrases, Phrases]]:
    from feedbackkit.channels.letters.english import ENGLISH, ENGLISH_INFORMAL
    from feedbackkit.channels.letters.german import GERMAN, GERMAN_INFORMAL, SWISS, SWISS_INFORMAL

    return {
        "de": (GERMAN, GERMAN_INFORMAL),
        "de-CH": (SWISS, SWISS_INFORMAL),
        "de-LI": (SWISS, SWISS_INFORMAL),
        "en": (ENGLISH, ENGLISH_INFORMAL),
    }
