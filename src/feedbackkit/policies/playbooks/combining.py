"""Several playbooks as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.errors import InvalidValue
from feedbackkit.policies.planned import Playbook
from feedbackkit.policies.playbooks.making import in_order

if TYPE_CHECKING:
    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.policies.planned import PlannedRequest

__all__ = ["Together", "together"]


@final
@attrs.frozen
class Together:
    """All that several playbooks plan for one engagement; each sees all that came back."""

    playbooks: tuple[Playbook, ...]

    def __call__(self, engagement: Engagement, /) -> tuple[PlannedRequest, ...]:
        """The requests of all of them, in order; two of one key raise `InvalidValue`."""
        requests = in_order(request for playbook in self.playbooks for request in playbook(engagement))
        keys = [request.key for request in requests]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise InvalidValue("together", "must not plan one request twice", f"{twice[0]!r} of two playbooks")
        return requests


def together(*playbooks: Playbook) -> Together:
    """Several playbooks as one.

    For an engagement has one playbook: planning it by another withdraws what that one lacks.
    """
    return Together(playbooks)
