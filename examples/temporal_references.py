"""A reference asked for by a workflow of Temporal.

Temporal repeats an activity until it hears how it ended. So an activity may be done twice, even at the same time. A
desk takes that well: what it is asked to do goes by keys, and each attempt has a desk of its own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():  # a workflow only names what its activities use
    from feedbackkit import Ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit import Desk, Person

__all__ = ["Asking", "ReferenceOf"]


class Asking:
    """What a worker does, with a new desk each time; lives as long as the worker."""

    def __init__(self, desk: Callable[[], Desk], *, respondent: Person, subject: Person) -> None:
        self._desk = desk
        self._respondent = respondent
        self._subject = subject

    @activity.defn
    def ask_for_reference(self, mandate: str) -> str:
        """Make the request of a mandate; a second time it is the same one."""
        key = f"reference-of-{mandate}"
        ask = Ask(key=key, respondent=self._respondent, subject=self._subject, occasion="reference")
        return self._desk().request(ask).key

    @activity.defn
    def send_what_is_due(self) -> dict[str, int]:
        """Run the desk; a second time nothing is due any more."""
        return self._desk().run().counts


@workflow.defn
class ReferenceOf:
    """Ask for the reference of a mandate, and send what is due."""

    @workflow.run
    async def run(self, mandate: str) -> str:
        """The key of the request."""
        key = await workflow.execute_activity_method(
            Asking.ask_for_reference, mandate, start_to_close_timeout=timedelta(minutes=1)
        )
        await workflow.execute_activity_method(Asking.send_what_is_due, start_to_close_timeout=timedelta(minutes=10))
        return key
