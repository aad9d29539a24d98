"""What a respondent says: an answer, a no, not now, or somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.answers import answering, undoing
from feedbackkit.desk.answers.delegating import delegate
from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.faces.base import AsyncFace, Face
from feedbackkit.desk.looks import looking
from feedbackkit.desk.people.addresses import known_id
from feedbackkit.domain.fields import member
from feedbackkit.domain.people import Actor, Party, Person
from feedbackkit.domain.times import moment
from feedbackkit.errors import FeedbackKitError, NotAllowed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from feedbackkit.desk.answers.answering import Reply
    from feedbackkit.domain.answer import Answer, Given
    from feedbackkit.domain.request import Form
    from feedbackkit.domain.source import Source

__all__ = ["Answers", "AsyncAnswers"]


class AsyncAnswers(AsyncFace):
    """What a respondent says: an answer, a no, not now, or somebody else; awaited."""

    async def give(
        self,
        key: str,
        items: Mapping[str, Given],
        *,
        by: Person | str | Actor | None = None,
        form: Form | str | None = None,
        source: Source | None = None,
    ) -> Answer:
        """Accept an answer: what was said to each question, ratings as numbers, yes or no, words.

        `by`: the respondent, or the `Actor` who wrote down a talk; somebody else is refused. `source`: what is known of
        where it comes from; what is left out is presumed from the engagement, see `voices`. The answer that is in
        force already is no event, and comes back as it was stored; a different one revises it. An answer is never lost:
        it is accepted late, too, unless the request was withdrawn for good. Where the request names a questionnaire,
        one that does not fit it raises `InvalidAnswer`, which tells all that is wrong, question by question.
        """
        party, actor = await self._party(key, by)
        reply = answering.Reply(key, items, form=form, party=party, source=source)
        [answer] = await answering.give_all(self._context, [reply], actor=actor)
        if isinstance(answer, FeedbackKitError):
            raise answer
        return answer

    async def give_all(self, replies: Iterable[Reply]) -> list[Answer | FeedbackKitError]:
        """`give` for many at once, a transaction for each batch; an answer's own error stands in its place."""
        given = list(replies)
        return await answering.give_all(await self._changing(*(reply.key for reply in given)), given)

    async def decline(self, key: str, *, reason: str | None = None, by: Person | str | Actor | None = None) -> None:
        """Take a no and its reason; nobody is contacted about it any more. Said twice it counts once."""
        party, actor = await self._party(key, by)
        await self._act(answering.decline(key, reason=reason, party=party), actor)

    async def undo_decline(
        self, key: str, *, reason: str | None = None, by: Person | str | Actor | None = None
    ) -> None:
        """Undo a no made by mistake: it goes on when its next step would have been due, or when it was put off to.

        Said twice it counts once. Where there is no decline to undo it raises `NotAllowed`.
        """
        _, actor = await self._party(key, by)
        await undoing.undo_decline(self._context, key, reason=reason, actor=actor)

    async def defer(self, key: str, *, until: dt.datetime | dt.date | str, by: Person | str | None = None) -> None:
        """Wait until a date of the respondent's, within two years; no reminder is used up. Said twice it counts once.

        `until`: an aware instant, or a date, which begins at midnight where the respondent is.
        """
        _, actor = await self._party(key, by)
        view = await looking.one(self._context, key)
        respondent = await looking.person(self._context, view.request.respondent)
        until_us = moment(until, respondent.timezone, field="until")
        await self._act(answering.defer(key, until_us=until_us), actor)

    async def undo_defer(self, key: str, *, by: Person | str | Actor | None = None) -> None:
        """Take back a date that the respondent chose, within 14 days: it goes on as if none had been chosen.

        Later it raises `NotAllowed`, and so it does where no date was chosen; another date can always be. Said twice it
        counts once.
        """
        _, actor = await self._party(key, by)
        await undoing.undo_defer(self._context, key, actor=actor)

    async def delegate(self, key: str, *, to: Person, by: Person | str | Actor | None = None) -> str:
        """Ask somebody else instead, by a request of their own; its key, which is this one's and ``/delegate``.

        After an undo it has a number, too: ``/delegate-2``. Nobody is named who was asked already. Said twice it counts
        once; somebody else than before is refused, and nothing is stored about them.
        """
        party, actor = await self._party(key, by)
        return await delegate(self._context, key, to, party=party, actor=actor)

    async def undo_delegate(
        self, key: str, *, reason: str | None = None, by: Person | str | Actor | None = None
    ) -> None:
        """Take a delegation back, within 14 days: whoever was named is not asked, and the request goes on.

        It goes on when its next step would have been due, and the other request is withdrawn. Where something of that
        has gone out, or was answered or passed on, `NotAllowed` is raised and nothing changes: an answer by either of
        them is accepted all the same. Once the other request is declined, expired or withdrawn, it can be undone. Said
        twice it counts once.
        """
        party, actor = await self._party(key, by)
        await undoing.undo_delegate(self._context, key, reason=reason, party=party, actor=actor)

    async def withdraw(self, key: str, *, by: Party | str = Party.PROVIDER, reason: str | None = None) -> None:
        """Take a request back on the provider's word, or for good on the respondent's or the subject's."""
        await self._act(answering.withdraw(key, party=member(Party, "withdrawal.by", by), reason=reason), None)

    async def answers(self, *, about: Person | str | None = None, request: str | None = None) -> list[Answer]:
        """The answers about a subject, or to a request; every revision, in order."""
        context = await self._ready()
        about_id = None if about is None else await known_id(context, about)
        return await looking.answers(context, about=about_id, request=request)

    async def _party(self, key: str, by: Person | str | Actor | None) -> tuple[Party, str | None]:
        """On whose word something is done, and the id that history names for it."""
        context = await self._changing(key)
        if by is None:
            return Party.RESPONDENT, None
        if isinstance(by, Actor):
            return Party.PROVIDER, by.id
        who = await known_id(context, by)
        view = await looking.one(context, key)
        if who != view.request.respondent:
            raise NotAllowed(f"request {key!r} is {view.request.respondent!r}'s to answer, not {who!r}'s")
        return Party.RESPONDENT, who


class Answers(Face):
    """What a respondent says: an answer, a no, not now, or somebody else."""

    def give(
        self,
        key: str,
        items: Mapping[str, Given],
        *,
        by: Person | str | Actor | None = None,
        form: Form | str | None = None,
        source: Source | None = None,
    ) -> Answer:
        """See `AsyncDesk.give`."""
        return drive(self._desk.give(key, items, by=by, form=form, source=source))

    def give_all(self, replies: Iterable[Reply]) -> list[Answer | FeedbackKitError]:
        """See `AsyncDesk.give_all`."""
        return drive(self._desk.give_all(replies))

    def decline(self, key: str, *, reason: str | None = None, by: Person | str | Actor | None = None) -> None:
        """See `AsyncDesk.decline`."""
        return drive(self._desk.decline(key, reason=reason, by=by))

    def undo_decline(self, key: str, *, reason: str | None = None, by: Person | str | Actor | None = None) -> None:
        """See `AsyncDesk.undo_decline`."""
        return drive(self._desk.undo_decline(key, reason=reason, by=by))

    def defer(self, key: str, *, until: dt.datetime | dt.date | str, by: Person | str | None = None) -> None:
        """See `AsyncDesk.defer`."""
        return drive(self._desk.defer(key, until=until, by=by))

    def undo_defer(self, key: str, *, by: Person | str | Actor | None = None) -> None:
        """See `AsyncDesk.undo_defer`."""
        return drive(self._desk.undo_defer(key, by=by))

    def delegate(self, key: str, *, to: Person, by: Person | str | Actor | None = None) -> str:
        """See `AsyncDesk.delegate`."""
        return drive(self._desk.delegate(key, to=to, by=by))

    def undo_delegate(self, key: str, *, reason: str | None = None, by: Person | str | Actor | None = None) -> None:
        """See `AsyncDesk.undo_delegate`."""
        return drive(self._desk.undo_delegate(key, reason=reason, by=by))

    def withdraw(self, key: str, *, by: Party | str = Party.PROVIDER, reason: str | None = None) -> None:
        """See `AsyncDesk.withdraw`."""
        return drive(self._desk.withdraw(key, by=by, reason=reason))

    def answers(self, *, about: Person | str | None = None, request: str | None = None) -> list[Answer]:
        """See `AsyncDesk.answers`."""
        return drive(self._desk.answers(about=about, request=request))
