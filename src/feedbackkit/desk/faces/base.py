"""What the themes of a desk have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from feedbackkit.desk import proving
from feedbackkit.desk.border import guard
from feedbackkit.desk.context import act_all
from feedbackkit.desk.runs import resuming
from feedbackkit.errors import FeedbackKitError

if TYPE_CHECKING:
    from feedbackkit.desk.async_desk import AsyncDesk
    from feedbackkit.desk.context import Act, Context

__all__ = ["AsyncFace", "Face"]

T = TypeVar("T")


class AsyncFace:
    """A context, handed out once its store was seen to belong to its secret; and each theme's border."""

    def __init_subclass__(cls) -> None:
        guard(cls)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._proven = False
        self._behind = True  # until it is known better

    async def _ready(self) -> Context:
        if not self._proven:
            await proving.prove(self._context)
            self._proven = True
        return self._context

    async def _changing(self, *keys: str, engagement: str | None = None) -> Context:
        """The context for what changes requests: in a store that is behind, what is due counts as made before."""
        context = await self._ready()
        if self._behind:
            self._behind = await resuming.catch_up(context, keys=keys, engagement=engagement)
        return context

    async def _act(self, act: Act[T], actor: str | None) -> T:
        [result] = await act_all(await self._changing(act.key), [act], actor=actor)
        if isinstance(result, FeedbackKitError):
            raise result
        return result


class Face:
    """An awaited desk, which the plain methods drive."""

    def __init__(self, desk: AsyncDesk) -> None:
        self._desk = desk
