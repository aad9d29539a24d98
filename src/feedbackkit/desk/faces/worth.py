"""What answers are worth: voices, estimates, reviews, flags, figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.faces.base import AsyncFace, Face
from feedbackkit.desk.people.addresses import known_id
from feedbackkit.desk.worth import flagging, reviewing, voices
from feedbackkit.domain import checks
from feedbackkit.domain.fields import member
from feedbackkit.domain.flag import Flag
from feedbackkit.domain.source import Relation
from feedbackkit.domain.times import instant
from feedbackkit.policies.anonymity import BY_NAME

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping

    from feedbackkit.desk.views import FlagView
    from feedbackkit.desk.worth.reviewing import Review
    from feedbackkit.domain.flag import Resolution, Verdict
    from feedbackkit.domain.people import Actor, Person
    from feedbackkit.domain.voice import Voice
    from feedbackkit.evidence import Assessment, Prior, ResponseFigures, Treatment

__all__ = ["AsyncWorth", "Worth"]


class AsyncWorth(AsyncFace):
    """What answers are worth: voices, estimates, reviews, flags, figures; awaited."""

    async def voices(self, *, about: Person | str | None = None) -> list[Voice]:
        """The answers in force, about one subject or about all, each with who gave it and from where they spoke.

        What nobody said of a source is presumed: a sponsor has seen the work since the engagement began, and who
        answers about themselves is no source of their own. In order of requests.
        """
        context = await self._ready()
        return await voices.voices_about(context, about=None if about is None else await known_id(context, about))

    async def assess(
        self,
        subject: Person | str,
        *,
        scales: Mapping[str, tuple[float, float]] | None = None,
        prior: Prior | None = None,
        conflicts: Treatment | str = "leave_out",
        minimum: int = 3,
    ) -> dict[str, Assessment]:
        """What is known of a subject on each question with numbers, by the question's name.

        Each question is fitted once over all answers in force, about everybody. Its scale is the questionnaire's, else
        1 to 5; `scales` says another one by question. Numbers beyond it were given on another scale, and do not enter.
        Self-assessments stand beside. Answers under a declared conflict are left out and stand beside, unless
        `conflicts` says otherwise; without a `prior` of one's own it is `feedbackkit.evidence.DEFAULT`. Below
        `minimum` independent sources there is no headline number.
        """
        from feedbackkit.desk.worth import assessing  # heavy, and most programs only ask

        context = await self._ready()
        return await assessing.assessments(
            context,
            await known_id(context, subject),
            scales=scales or {},
            prior=prior,
            conflicts=conflicts,
            minimum=minimum,
        )

    async def review(
        self, engagement: str, *, anonymity: int = 3, by_name: Collection[Relation] | None = None
    ) -> Review:
        """What a review from all sides came to, once nobody is asked any more; before that it raises `NotAllowed`.

        `anonymity`: the fewest answers that are shown as a group, where no more were promised; a relation with fewer is
        shown among the others, and where those are too few it is kept back. `by_name`: the relations that need no such
        care; without one the subject, the sponsor and the line manager, as far as nothing else was promised. What came
        when it was over is kept back, too. Words may still tell who wrote them.
        """
        least = checks.whole("review.anonymity", anonymity, least=1, most=50)
        named = BY_NAME if by_name is None else {member(Relation, "review.by_name", each) for each in by_name}
        return await reviewing.review_of(await self._ready(), engagement, anonymity=least, by_name=named)

    async def flags(
        self,
        about: Person | str,
        *,
        networks: Mapping[str, str] | None = None,
        subject_networks: Iterable[str] = (),
    ) -> list[FlagView]:
        """What looks odd about the answers on a subject, with the reason for each, and what was decided about it.

        The same person under another address, characters that look alike, free mail for an employer, an answer within
        minutes, the same text twice. `networks`: from which network the answer to a request came, by its key, where the
        program knows; `subject_networks`: where the subject comes from. They are compared as texts and not stored.
        Nothing is left out for a flag; in order of requests.
        """
        context = await self._ready()
        return await flagging.flags(
            context, await known_id(context, about), networks=networks or {}, subject_networks=subject_networks
        )

    async def resolve_flag(
        self, flag: Flag | FlagView, *, about: Person | str, verdict: Verdict | str, why: str, by: Actor
    ) -> Resolution:
        """Record what somebody decided about a flag on an answer about a subject: ``cleared`` or ``upheld``, and why.

        It stays on record; a later decision stands beside it, and holds. The same again is recorded once.
        """
        context = await self._ready()
        raised = flag if isinstance(flag, Flag) else flag.flag
        who = await known_id(context, about)
        return await flagging.resolve(context, raised, about=who, verdict=verdict, why=why, by=by.id)

    async def response_figures(self, *, since: dt.datetime | str | None = None, level: float = 0.95) -> ResponseFigures:
        """How many answer, how long it takes and what each reminder brings, over all requests whose ask went out.

        `since` leaves out earlier asks; `level` is that of the intervals.
        """
        from feedbackkit.desk.looks import responding  # seldom needed

        context = await self._ready()
        since_us = None if since is None else instant(since, field="since")
        return await responding.figures(context, since_us=since_us, level=level)


class Worth(Face):
    """What answers are worth: voices, estimates, reviews, flags, figures."""

    def voices(self, *, about: Person | str | None = None) -> list[Voice]:
        """See `AsyncDesk.voices`."""
        return drive(self._desk.voices(about=about))

    def assess(
        self,
        subject: Person | str,
        *,
        scales: Mapping[str, tuple[float, float]] | None = None,
        prior: Prior | None = None,
        conflicts: Treatment | str = "leave_out",
        minimum: int = 3,
    ) -> dict[str, Assessment]:
        """See `AsyncDesk.assess`."""
        return drive(self._desk.assess(subject, scales=scales, prior=prior, conflicts=conflicts, minimum=minimum))

    def review(self, engagement: str, *, anonymity: int = 3, by_name: Collection[Relation] | None = None) -> Review:
        """See `AsyncDesk.review`."""
        return drive(self._desk.review(engagement, anonymity=anonymity, by_name=by_name))

    def flags(
        self,
        about: Person | str,
        *,
        networks: Mapping[str, str] | None = None,
        subject_networks: Iterable[str] = (),
    ) -> list[FlagView]:
        """See `AsyncDesk.flags`."""
        return drive(self._desk.flags(about, networks=networks, subject_networks=subject_networks))

    def resolve_flag(
        self, flag: Flag | FlagView, *, about: Person | str, verdict: Verdict | str, why: str, by: Actor
    ) -> Resolution:
        """See `AsyncDesk.resolve_flag`."""
        return drive(self._desk.resolve_flag(flag, about=about, verdict=verdict, why=why, by=by))

    def response_figures(self, *, since: dt.datetime | str | None = None, level: float = 0.95) -> ResponseFigures:
        """See `AsyncDesk.response_figures`."""
        return drive(self._desk.response_figures(since=since, level=level))
