"""What others may read of a subject, and who was shown it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.faces.base import AsyncFace, Face
from feedbackkit.desk.people.addresses import known_id, organisation_id
from feedbackkit.desk.worth import disclosing, dossiers
from feedbackkit.domain.people import Actor, Organisation, Person

if TYPE_CHECKING:
    from feedbackkit.domain.disclosure import Disclosure
    from feedbackkit.evidence.dossier import Dossier

__all__ = ["AsyncDossiers", "Dossiers"]


class AsyncDossiers(AsyncFace):
    """What others may read of a subject, and who was shown it; awaited."""

    async def dossier(
        self, subject: Person | str, audience: str = "clients", *, client: Organisation | str | None = None
    ) -> Dossier:
        """All that one audience may read of a subject, as of now; printed, it is a text for people.

        `audience`: ``clients`` (every future one), ``subject``, or ``internal``, the provider. `client`: the
        organisation that reads, or its id, so that what is for it by name is there, too. Answers to an ask for a
        reference are for later clients, as the ask says, all others for the subject and the provider. Numbers rest on
        what the audience may read, fitted together with all that was said of everybody else.
        """
        context = await self._ready()
        reads = dossiers.audience_of(audience, None if client is None else await organisation_id(context, client))
        return await disclosing.shown_dossier(context, await known_id(context, subject), reads)

    async def disclose(
        self,
        subject: Person | str,
        *,
        to: Organisation | str,
        audience: str = "clients",
        purpose: str | None = None,
        by: Actor | None = None,
    ) -> tuple[Dossier, Disclosure]:
        """Put a dossier together for somebody, and write down that they were shown it; both, to be handed over.

        `to`: an organisation that is known, which may read what is for it by name, too; or the name of whoever it is.
        The same version to the same reader is written down once, and comes back as it was.
        """
        context = await self._ready()
        known = await organisation_id(context, to) if isinstance(to, Organisation) else None
        return await disclosing.disclose(
            context,
            await known_id(context, subject),
            audience=dossiers.audience_of(audience, known),
            to=to.name if isinstance(to, Organisation) else to,
            client=known,
            purpose=purpose,
            actor=None if by is None else by.id,
        )

    async def disclosures(
        self, *, about: Person | str | None = None, of: str | None = None, to: Organisation | str | None = None
    ) -> list[Disclosure]:
        """Who was shown what, in order of time: about a subject, to a client, or with one statement in it.

        `of`: the key of a request or a reference. Where one is retracted, these are whom to tell.
        """
        context = await self._ready()
        about_id = None if about is None else await known_id(context, about)
        client = None if to is None else await organisation_id(context, to)
        return await disclosing.disclosures(context, about=about_id, of=of, to=client)

    async def verify_disclosures(self, subject: Person | str) -> None:
        """Pass where a subject's disclosure log is whole; raise `Broken` where something was changed or left out."""
        context = await self._ready()
        await disclosing.verify_log(context, await known_id(context, subject))


class Dossiers(Face):
    """What others may read of a subject, and who was shown it."""

    def dossier(
        self, subject: Person | str, audience: str = "clients", *, client: Organisation | str | None = None
    ) -> Dossier:
        """See `AsyncDesk.dossier`."""
        return drive(self._desk.dossier(subject, audience, client=client))

    def disclose(
        self,
        subject: Person | str,
        *,
        to: Organisation | str,
        audience: str = "clients",
        purpose: str | None = None,
        by: Actor | None = None,
    ) -> tuple[Dossier, Disclosure]:
        """See `AsyncDesk.disclose`."""
        return drive(self._desk.disclose(subject, to=to, audience=audience, purpose=purpose, by=by))

    def disclosures(
        self, *, about: Person | str | None = None, of: str | None = None, to: Organisation | str | None = None
    ) -> list[Disclosure]:
        """See `AsyncDesk.disclosures`."""
        return drive(self._desk.disclosures(about=about, of=of, to=to))

    def verify_disclosures(self, subject: Person | str) -> None:
        """See `AsyncDesk.verify_disclosures`."""
        drive(self._desk.verify_disclosures(subject))
