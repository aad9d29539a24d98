"""The same law in `transitions` and `python-statemachine`, set up as their documentation says.

Both change the object in place. Each keeps a history list, a reminder count and a due instant like the limit, and is
used at its fastest documented setting (generated events off, plain arguments, machines made beforehand) and at its
simplest (a machine for each object).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from statemachine import State, StateMachine
from transitions import Machine

from benchmarks.law.limit import DAY_US, MAX_REMINDERS, Entry


class Ask:
    """A mutable request, the model of both peers' machines."""

    def __init__(self, number: int) -> None:
        self.key = f"M-{number:06d}/reference/start/1"
        self.state = "requested"
        self.reminders = 0
        self.due_us: int | None = 7 * DAY_US
        self.withdrawn_by: str | None = None
        self.history: list[Entry] = []

    if TYPE_CHECKING:  # given by the machine to the objects that are added to it

        def remind(self, now_us: int, actor: str) -> bool:
            """Fire the event."""

        def give(self, now_us: int, actor: str) -> bool:
            """Fire the event."""

    def may_be_reminded(self, now_us: int, actor: str) -> bool:
        """The guard of a reminder."""
        del now_us, actor
        return self.reminders < MAX_REMINDERS

    def may_be_given(self, now_us: int, actor: str) -> bool:
        """The guard of an answer."""
        del now_us, actor
        return self.withdrawn_by is None

    def note_reminder(self, now_us: int, actor: str) -> None:
        """Count the reminder and write it down."""
        self.reminders += 1
        self.due_us = now_us + 7 * DAY_US
        self._note("remind", now_us, actor)

    def note_answer(self, now_us: int, actor: str) -> None:
        """Write the answer down."""
        self.due_us = None
        self._note("give", now_us, actor)

    def _note(self, event: str, now_us: int, actor: str) -> None:
        seq = len(self.history) + 2
        self.history.append(Entry(key=self.key, seq=seq, at_us=now_us, actor=actor, event=event))


STATES = ("requested", "reminded", "given")
TRANSITIONS = (
    {
        "trigger": "remind",
        "source": ["requested", "reminded"],
        "dest": "reminded",
        "conditions": "may_be_reminded",
        "after": "note_reminder",
    },
    {
        "trigger": "give",
        "source": ["requested", "reminded"],
        "dest": "given",
        "conditions": "may_be_given",
        "after": "note_answer",
    },
)


def shared_machine() -> Machine:
    """One `transitions` machine for many models, without the generated `to_…` events."""
    return Machine(
        model=None,
        states=list(STATES),
        transitions=list(TRANSITIONS),
        initial="requested",
        auto_transitions=False,
    )


def own_machine(ask: Ask) -> None:
    """A `transitions` machine of the object's own, all settings as they come."""
    Machine(model=ask, states=list(STATES), transitions=list(TRANSITIONS), initial="requested")


@final
class AskLaw(StateMachine):
    """The law for `python-statemachine`; guards and actions are found on the model by name."""

    requested = State(initial=True, value="requested")
    reminded = State(value="reminded")
    given = State(final=True, value="given")

    remind = requested.to(reminded, cond="may_be_reminded", after="note_reminder") | reminded.to(
        reminded, cond="may_be_reminded", after="note_reminder"
    )
    give = requested.to(given, cond="may_be_given", after="note_answer") | reminded.to(
        given, cond="may_be_given", after="note_answer"
    )
