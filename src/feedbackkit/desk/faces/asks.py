"""Asks outside of any playbook, and the questionnaires that they may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.faces.base import AsyncFace, Face
from feedbackkit.desk.plans import questioning, requesting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.desk.plans.requesting import Ask
    from feedbackkit.domain.questionnaire import Questionnaire
    from feedbackkit.domain.request import Request

__all__ = ["Asks", "AsyncAsks"]


class AsyncAsks(AsyncFace):
    """Asks outside of any playbook, and the questionnaires that they may name; awaited."""

    async def request(self, ask: Ask) -> Request:
        """Ask somebody outside of any playbook; the same ask under the same key is made once."""
        [request] = await self.request_all([ask])
        return request

    async def request_all(self, asks: Iterable[Ask]) -> list[Request]:
        """`request` for many at once, a transaction for each batch; the requests in order."""
        return await requesting.request_all(await self._ready(), list(asks))

    async def add_questionnaire(self, questionnaire: Questionnaire) -> str:
        """Store a questionnaire; its `ref`, by which a request names it. Stored twice it is stored once.

        What is stored under an id and a version stays so: others under the same two raise `NotAllowed`.
        """
        return await questioning.add(await self._ready(), questionnaire)

    async def questionnaires(self) -> list[Questionnaire]:
        """All that a request may name, ready-made or stored, in order of id and version."""
        return await questioning.questionnaires(await self._ready())

    async def questionnaire(self, ref: str) -> Questionnaire:
        """One of them by its `ref`, such as ``interim@1``; an unknown one raises `NotFound`."""
        return await questioning.questionnaire_of(await self._ready(), ref)


class Asks(Face):
    """Asks outside of any playbook, and the questionnaires that they may name."""

    def request(self, ask: Ask) -> Request:
        """See `AsyncDesk.request`."""
        return drive(self._desk.request(ask))

    def request_all(self, asks: Iterable[Ask]) -> list[Request]:
        """See `AsyncDesk.request_all`."""
        return drive(self._desk.request_all(asks))

    def add_questionnaire(self, questionnaire: Questionnaire) -> str:
        """See `AsyncDesk.add_questionnaire`."""
        return drive(self._desk.add_questionnaire(questionnaire))

    def questionnaires(self) -> list[Questionnaire]:
        """See `AsyncDesk.questionnaires`."""
        return drive(self._desk.questionnaires())

    def questionnaire(self, ref: str) -> Questionnaire:
        """See `AsyncDesk.questionnaire`."""
        return drive(self._desk.questionnaire(ref))
