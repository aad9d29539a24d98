"""The shipped playbooks: which occasions an engagement has, and when.

A playbook is a pure function of what is known about an engagement. Planning again with what is known by then adds,
moves and withdraws what has not gone out; so the same request must come back under the same key, wherever it moved.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from feedbackkit.errors import NotFound
from feedbackkit.policies.playbooks.interims import Interim

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from feedbackkit.policies.planned import Playbook

__all__ = ["NAMES", "Interim", "by_name", "interim", "shipped"]

interim: Final = Interim
"""The same under the name by which a program asks for it: ``playbooks.interim()``."""

_BY_NAME: Final[Mapping[str, Callable[[], Playbook]]] = MappingProxyType({"interim": Interim})

NAMES: Final = tuple(_BY_NAME)
"""The names that `by_name` knows."""


def shipped() -> dict[str, Playbook]:
    """The shipped playbooks as they come, by name."""
    return {name: make() for name, make in _BY_NAME.items()}


def by_name(name: str) -> Playbook:
    """The shipped playbook of that name as it comes, for a command line or a file of settings.

    A playbook of one's own needs no name: it is handed to the desk as it is.
    """
    make = _BY_NAME.get(name)
    if make is None:
        raise NotFound("playbook", name)
    return make()
