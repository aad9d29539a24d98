"""What comes back by mail, and where the links of a letter lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.answers import opening_links, receiving
from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.faces.base import AsyncFace, Face
from feedbackkit.desk.people.addresses import known_id
from feedbackkit.domain import checks

if TYPE_CHECKING:
    from feedbackkit.desk.answers.receiving import Received
    from feedbackkit.desk.views import OpenedLink
    from feedbackkit.domain.people import Person
    from feedbackkit.links import Links, Purpose

__all__ = ["Arrivals", "AsyncArrivals"]


class AsyncArrivals(AsyncFace):
    """What comes back by mail, and where the links of a letter lead; awaited."""

    async def receive(self, raw: bytes) -> Received:
        """Take note of a mail that came in, the bytes of a mailbox, and do what it calls for; what it was.

        It acts where it names a contact by its token, which the mails of a traced channel carry. An address that does
        not work: the request is undeliverable, nothing goes to that address any more, and somebody should `readdress`
        its person. What was given up for a passing reason is sent again three days later, twice. A complaint, or a
        wish to be left alone: nothing goes to that person any more. A reply: no reminder for a week, for somebody has
        to read it; nothing that comes by mail is taken for an answer. The same bytes twice count once. Whatever the
        bytes are, none of this raises an error about them.
        """
        return await receiving.receive(await self._ready(), raw)

    async def bounced(self, contact: str, *, why: str = "it came back") -> None:
        """Note that a contact reached nobody, because its address does not work; said twice it counts once.

        For what came back by another way than `receive`. `why` goes into history: no personal data.
        """
        words = checks.line("bounce.why", why, limit=checks.NOTE_LIMIT)
        await receiving.bounced(await self._ready(), checks.identifier("contact", contact), why=words)

    async def readdress(self, person: Person | str, email: str) -> Person:
        """Note an address that works, and let what could not be delivered to the person go on, by new contacts.

        Also the same address, where it works again: unlike `register` this believes it. Repeating it is harmless.
        """
        context = await self._ready()
        return await receiving.readdress(context, await known_id(context, person), email)

    async def open_link(self, links: Links, token: str, purpose: Purpose | str) -> OpenedLink:
        """What a link of a letter leads to; it changes nothing, and is asked again before anything is done by it.

        A link that is damaged, expired, for something else or somebody else, or whose request has moved on, is a
        `LinkRefused`. A link to answer is good for one answer; a later letter has one to revise it.
        """
        return await opening_links.open_link(await self._ready(), links, token, purpose)


class Arrivals(Face):
    """What comes back by mail, and where the links of a letter lead."""

    def receive(self, raw: bytes) -> Received:
        """See `AsyncDesk.receive`."""
        return drive(self._desk.receive(raw))

    def bounced(self, contact: str, *, why: str = "it came back") -> None:
        """See `AsyncDesk.bounced`."""
        return drive(self._desk.bounced(contact, why=why))

    def readdress(self, person: Person | str, email: str) -> Person:
        """See `AsyncDesk.readdress`."""
        return drive(self._desk.readdress(person, email))

    def open_link(self, links: Links, token: str, purpose: Purpose | str) -> OpenedLink:
        """See `AsyncDesk.open_link`."""
        return drive(self._desk.open_link(links, token, purpose))
