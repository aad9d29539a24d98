"""What whoever watches a desk promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from feedbackkit.domain.happenings import Happening

__all__ = ["Observer"]


@runtime_checkable
class Observer(Protocol):
    """Whoever wants to know what a desk does: a log, a meter, a health check; lives as long as the desk."""

    def observe(self, happening: Happening) -> None:
        """Take note, quickly and without waiting, for the work stands still meanwhile.

        Each kind of happening is a class of its own; leave alone those you do not know, for there may be more. What
        is raised is named in the log of `feedbackkit` and otherwise ignored.
        """
        ...
