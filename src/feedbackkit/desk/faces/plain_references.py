"""The references of a desk, for programs that do not await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.awaiting import drive
from feedbackkit.domain.reference import Audience, Reference, ReferenceState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from feedbackkit.desk.faces.references import AsyncReferences
    from feedbackkit.desk.views import ReferenceView
    from feedbackkit.domain.people import Actor, Organisation, Person
    from feedbackkit.domain.reference import ReferenceEvent, ReferenceReply
    from feedbackkit.domain.request import Form
    from feedbackkit.domain.source import Source
    from feedbackkit.domain.verification import Found, Point, Verification
    from feedbackkit.ports import Signer

__all__ = ["References"]


class References:
    """`AsyncReferences`, which documents each method, for programs that do not await."""

    def __init__(self, references: AsyncReferences) -> None:
        self._references = references

    def draft(  # noqa: PLR0913 - as `AsyncReferences.draft`
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
        """See `AsyncReferences.draft`."""
        return drive(
            self._references.draft(
                key,
                text,
                of=of,
                question=question,
                about=about,
                source=source,
                stand=stand,
                form=form,
                locale=locale,
                audience=audience,
                clients=clients,
                quotable=quotable,
                valid_until=valid_until,
                supersedes=supersedes,
                by=by,
            )
        )

    def approve(
        self, key: str, *, by: Person | str | Actor, content: str | None = None, reason: str | None = None
    ) -> None:
        """See `AsyncReferences.approve`."""
        return drive(self._references.approve(key, by=by, content=content, reason=reason))

    def seal(self, key: str, *, signer: Signer | None = None, by: Actor | None = None) -> ReferenceView:
        """See `AsyncReferences.seal`."""
        return drive(self._references.seal(key, signer=signer, by=by))

    def retract(self, key: str, *, by: Person | str | Actor, reason: str | None = None) -> None:
        """See `AsyncReferences.retract`."""
        return drive(self._references.retract(key, by=by, reason=reason))

    def reply(self, key: str, words: str, *, by: Person | str | Actor) -> ReferenceReply:
        """See `AsyncReferences.reply`."""
        return drive(self._references.reply(key, words, by=by))

    def guide(self, key: str, *, locale: str | None = None) -> tuple[Point, ...]:
        """See `AsyncReferences.guide`."""
        return drive(self._references.guide(key, locale=locale))

    def record_call(
        self,
        key: str,
        points: Mapping[str, Found],
        *,
        caller: str,
        call: str,
        at: dt.datetime | str | None = None,
        by: Actor | None = None,
    ) -> Verification:
        """See `AsyncReferences.record_call`."""
        return drive(self._references.record_call(key, points, caller=caller, call=call, at=at, by=by))

    def get(self, key: str) -> ReferenceView:
        """See `AsyncReferences.get`."""
        return drive(self._references.get(key))

    def find(
        self,
        *,
        about: Person | str | None = None,
        source: Person | str | None = None,
        state: ReferenceState | str | None = None,
    ) -> list[ReferenceView]:
        """See `AsyncReferences.find`."""
        return drive(self._references.find(about=about, source=source, state=state))

    def readable(
        self, about: Person | str, audience: Audience | str, *, client: str | None = None
    ) -> list[ReferenceView]:
        """See `AsyncReferences.readable`."""
        return drive(self._references.readable(about, audience, client=client))

    def history(self, key: str) -> list[ReferenceEvent]:
        """See `AsyncReferences.history`."""
        return drive(self._references.history(key))

    def verify(self, key: str) -> None:
        """See `AsyncReferences.verify`."""
        return drive(self._references.verify(key))
