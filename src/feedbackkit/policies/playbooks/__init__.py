"""The shipped playbooks: which occasions an engagement has, and when.

A playbook is a pure function of what is known about an engagement. Planning again with what is known by then adds,
moves and withdraws what has not gone out; so the same request must come back under the same key, wherever it moved.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from feedbackkit.errors import NotFound
from feedbackkit.policies.playbooks.combining import Together, together
from feedbackkit.policies.playbooks.interims import Interim
from feedbackkit.policies.playbooks.questions import Asking, asking
from feedbackkit.policies.playbooks.quotes import Testimonials
from feedbackkit.policies.playbooks.reference_checks import ReferenceCheck
from feedbackkit.policies.playbooks.reviews import Review360

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from feedbackkit.policies.planned import Playbook

__all__ = [
    "NAMES",
    "Asking",
    "Interim",
    "ReferenceCheck",
    "Review360",
    "Testimonials",
    "Together",
    "asking",
    "by_name",
    "interim",
    "reference_check",
    "review_360",
    "shipped",
    "testimonials",
    "together",
]

interim: Final = Interim
"""The same under the name by which a program asks for it: ``playbooks.interim()``."""
reference_check: Final = ReferenceCheck
"""The same under the name by which a program asks for it: ``playbooks.reference_check(wanted=2)``."""
review_360: Final = Review360
"""The same under the name by which a program asks for it: ``playbooks.review_360()``."""
testimonials: Final = Testimonials
"""The same under the name by which a program asks for it: ``playbooks.testimonials()``."""

_BY_NAME: Final[Mapping[str, Callable[[], Playbook]]] = MappingProxyType(
    {
        "interim": Interim,
        "reference_check": ReferenceCheck,
        "review_360": Review360,
        "testimonials": Testimonials,
    }
)

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
