"""What another program promises that is told what happens to requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from feedbackkit.domain.notice import Notice
    from feedbackkit.ports.channel import Receipt

__all__ = ["AsyncSubscriber", "Subscriber"]


@runtime_checkable
class Subscriber(Protocol):
    """Another program that is told what happens to requests; lives as long as the desk."""

    name: str
    """Under which what it has not heard yet is kept."""

    def wants(self, kind: str) -> bool:
        """Whether it is told of that kind of thing, such as ``request.given``; asked when it happens."""
        ...

    def tell(self, notice: Notice) -> Receipt:
        """Tell it now: *sent*, *try again*, or *give up* where it wants to hear nothing more at all.

        It may hear a notice twice, under the same id. Nothing is raised for one that cannot be told.
        """
        ...


@runtime_checkable
class AsyncSubscriber(Protocol):
    """`Subscriber`, whose `tell` is awaited."""

    name: str
    """See `Subscriber.name`."""

    def wants(self, kind: str) -> bool:
        """See `Subscriber.wants`."""
        ...

    async def tell(self, notice: Notice) -> Receipt:
        """See `Subscriber.tell`."""
        ...
