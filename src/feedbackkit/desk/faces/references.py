"""The references of a desk: what a program does with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.border import guard
from feedbackkit.desk.looks import looking
from feedbackkit.desk.people.addresses import known_id, organisation_id
from feedbackkit.desk.plans import planning
from feedbackkit.desk.references import reference_views, referring
from feedbackkit.domain.fields import member
from feedbackkit.domain.people import Actor, Party, Person
from feedbackkit.domain.reference import Audience, Reference, ReferenceState
from feedbackkit.domain.request import Form
from feedbackkit.domain.times import instant, moment
from feedbackkit.domain.verification import Verification, points_of
from feedbackkit.errors import InvalidValue, NotAllowed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from feedbackkit.desk.context import Context
    from feedbackkit.desk.views import ReferenceView
    from feedbackkit.domain.people import Organisation
    from feedbackkit.domain.reference import ReferenceEvent, ReferenceReply
    from feedbackkit.domain.source import Source
    from feedbackkit.domain.verification import Found, Point
    from feedbackkit.ports import Signer

__all__ = ["AsyncReferences"]


@guard
class AsyncReferences:
    """References: drafted from an answer or a talk, approved by their source, sealed, and never changed after that.

    Every act is durable when it returns, stands in the history of the reference with who did it, and may be repeated.
    What the law of a reference does not allow raises `IllegalTransition` and changes nothing.
    """

    def __init__(self, ready: Callable[[], Awaitable[Context]]) -> None:
        self._ready = ready

    async def draft(  # noqa: PLR0913 - what a reference is made of, most of it with a good default
        self,
        key: str,
        text: str | None = None,
        *,
        of: str | None = None,
        question: str | None = None,
        about: Person | str | None = None,
        source: Person | str | None = None,
        stand: Source | None = None,
        form: Form | str | None = None,
        locale: str | None = None,
        audience: Audience | str = Audience.INTERNAL,
        clients: Iterable[Organisation | str] = (),
        quotable: bool = False,
        valid_until: dt.datetime | dt.date | str | None = None,
        supersedes: str | None = None,
        by: Actor | None = None,
    ) -> Reference:
        """Word a reference, or word it anew while it is not sealed; then what was approved before is not any more.

        `of`: the request whose answer it is made of; it tells subject, source, form and from where the source speaks.
        Without `text` it takes the words of that answer, to `question` where there are several. Without `of` it comes
        from a talk: say `about` whom and whose word it is (`source`), with the text. `clients`: organisations or their
        ids, for the audience ``named``. `valid_until`: an aware instant, or a date, which begins at midnight where the
        source is. `supersedes`: whose place it takes when it is sealed, of the same source about the same subject.
        The same content twice is no event.
        """
        context = await self._ready()
        voice = None if of is None else await referring.voice_in_force(context, of)
        if voice is not None:
            subject, speaker = voice.subject, voice.respondent
            text = await referring.words_of(context, voice, question) if text is None else text
        elif about is None or source is None or text is None:
            raise InvalidValue("reference", "must be of an answer, or tell text, about and source", "less")
        else:
            subject, speaker = await _stored_id(context, about), await _stored_id(context, source)
        person = await looking.person(context, speaker)
        reference = Reference(
            key=key,
            subject=subject,
            source=speaker,
            text=text,
            locale=locale or person.locale,
            form=form or (Form.TALK if voice is None else voice.form),
            stand=stand or (None if voice is None else voice.source),
            request=of,
            revision=None if voice is None else voice.answer.revision,
            audience=member(Audience, "reference.audience", audience),
            clients=[await organisation_id(context, each) for each in clients],
            quotable=quotable,
            valid_until_us=None
            if valid_until is None
            else moment(valid_until, person.timezone, field="reference.valid_until"),
            supersedes=supersedes,
        )
        return await referring.draft(context, reference, actor=None if by is None else by.id)

    async def approve(
        self, key: str, *, by: Person | str | Actor, content: str | None = None, reason: str | None = None
    ) -> None:
        """Take its source's word for it.

        `by`: the source; or the `Actor` who records it for them, with the `reason`: how they said it. `content`: the
        `ReferenceView.content` that the source saw; where it was worded anew meanwhile, nothing is approved.
        """
        context = await self._ready()
        reference = (await reference_views.view(context, key)).reference
        party, actor = await self._party(context, by, reference)
        if party is Party.SUBJECT:
            raise NotAllowed(f"reference {key!r} is its source's to approve, not its subject's")
        await referring.approve(context, key, content=content, party=party, reason=reason, actor=actor)

    async def seal(self, key: str, *, signer: Signer | None = None, by: Actor | None = None) -> ReferenceView:
        """Seal what was approved: from now on it may be shown, and nothing of it can change.

        `signer`: signs the digest, so that others can verify it without the store; see
        `feedbackkit.export.Ed25519Signer`. What it supersedes is superseded in the same change.
        """
        context = await self._ready()
        await referring.seal(context, key, signer=signer, actor=None if by is None else by.id)
        return await reference_views.view(context, key)

    async def retract(self, key: str, *, by: Person | str | Actor, reason: str | None = None) -> None:
        """Take a reference back, on its source's word or the provider's; it stays on record, but is shown no more."""
        context = await self._ready()
        party, actor = await self._party(context, by, (await reference_views.view(context, key)).reference)
        await referring.retract(context, key, party=party, reason=reason, actor=actor)

    async def reply(self, key: str, words: str, *, by: Person | str | Actor) -> ReferenceReply:
        """Append what the subject says to it; from then on it stands with the reference, wherever that is shown.

        `by`: the subject, or the `Actor` who writes it down for them.
        """
        context = await self._ready()
        party, actor = await self._party(context, by, (await reference_views.view(context, key)).reference)
        if party is Party.PROVIDER:
            party = Party.SUBJECT
        return await referring.reply(context, key, words, party=party, actor=actor)

    async def guide(self, key: str, *, locale: str | None = None) -> tuple[Point, ...]:
        """What a reference says, point by point, with a question for each: what to ask its source on the telephone."""
        return points_of((await reference_views.view(await self._ready(), key)).reference, locale=locale)

    async def record_call(
        self,
        key: str,
        points: Mapping[str, Found],
        *,
        caller: str,
        call: str,
        at: dt.datetime | str | None = None,
        by: Actor | None = None,
    ) -> Verification:
        """Append what a third party's call to the source found, beside what was written; of neither anything changes.

        `points`: what was found of each point of `guide`, by its id: ``confirmed``, ``differs`` or ``contradicted``,
        with the words in a `PointFinding`. `caller`: the id of the client who called, or of whoever did it for them.
        `call`: the program's idempotency key for the call. `at`: when it was made; now, if nothing is said.
        """
        context = await self._ready()
        if at is None:
            known = {each.key: each.at_us for each in (await reference_views.view(context, key)).verifications}
            at_us = known.get(call, context.clock.now_us())
        else:
            at_us = instant(at, field="verification.at")
        found = Verification(reference=key, key=call, at_us=at_us, caller=caller, points=points)
        return await referring.record_call(context, found, actor=None if by is None else by.id)

    async def get(self, key: str) -> ReferenceView:
        """One reference with all that was appended to it; an unknown key raises `NotFound`."""
        return await reference_views.view(await self._ready(), key)

    async def find(
        self,
        *,
        about: Person | str | None = None,
        source: Person | str | None = None,
        state: ReferenceState | str | None = None,
    ) -> list[ReferenceView]:
        """The references about a subject, of a source, in a state, in order of keys; the retracted ones, too."""
        context = await self._ready()
        wanted = None if state is None else member(ReferenceState, "state", state)
        views = await reference_views.find(
            context,
            about=None if about is None else await known_id(context, about),
            source=None if source is None else await known_id(context, source),
        )
        return [view for view in views if wanted in {None, view.state}]

    async def readable(
        self, about: Person | str, audience: Audience | str, *, client: str | None = None
    ) -> list[ReferenceView]:
        """What somebody may be shown of a subject now: sealed, valid, and for that audience; in order of keys.

        `client`: the id of the organisation that reads, so that what is for it by name is there, too.
        """
        now_us = (await self._ready()).clock.now_us()
        views = await self.find(about=about, state=ReferenceState.SEALED)
        return [view for view in views if view.shown_to(audience, at_us=now_us, client=client)]

    async def history(self, key: str) -> list[ReferenceEvent]:
        """What happened to a reference, in order: who did what, when, on whose word and why."""
        return await reference_views.history(await self._ready(), key)

    async def verify(self, key: str) -> None:
        """Pass where a reference, and all that was appended to it, is what its history says; or raise `Broken`."""
        await reference_views.verify_reference(await self._ready(), key)

    async def _party(self, context: Context, by: Person | str | Actor, reference: Reference) -> tuple[Party, str]:
        """On whose word something is done, and the id that history names for it."""
        if isinstance(by, Actor):
            return Party.PROVIDER, by.id
        who = await known_id(context, by)
        if who == reference.source:
            return Party.RESPONDENT, who
        if who == reference.subject:
            return Party.SUBJECT, who
        raise NotAllowed(f"reference {reference.key!r} is neither of {who!r} nor about {who!r}")


async def _stored_id(context: Context, who: Person | str) -> str:
    """The id of somebody, who is stored first where they are described."""
    if isinstance(who, Person):
        [person] = await planning.store_people(context, [who])
        return person.id or ""
    return (await looking.person(context, await known_id(context, who))).id or ""
