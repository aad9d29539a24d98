"""Whose turn it is: requests that are held, woken and closed, as their respondent's ledger has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.desk.decisions.turns import leave_line
from feedbackkit.domain.ledger import Refusal
from feedbackkit.domain.request import EventKind, State
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.files import LedgerFile, RequestFile
    from feedbackkit.desk.policy import Policy

__all__ = ["close", "wake", "wake_held"]

_SLOT_FREE: Final = "what it waited for has happened"


def wake_held(policy: Policy, person: LedgerFile) -> tuple[str, ...]:
    """Take those out of a person's held requests whose turn it is, the first in turn first, and name them.

    Those for which there is a slot keep it until they are asked, so that it is given away once. What was woken in vain
    is passed over, until something happens that makes room.
    """
    ledger, room = person.ledger, person.makes_room
    if not ledger.held:
        return ()
    held = ledger.held
    if room:
        held = tuple([attrs.evolve(each, in_vain=False) if each.in_vain else each for each in held])
    slots = policy.rules.slots(ledger)
    with_a_slot = [each for each in held if not each.in_vain and each.key not in ledger.open][:slots]
    if room and (slots is None or person.wake_all):
        woken = held
    else:  # a reminder needs no slot
        woken = tuple([each for each in held if each in with_a_slot or (room and each.key in ledger.open)])
    kept = tuple([each for each in held if each not in woken])
    if kept != ledger.held:
        their_turn = ledger.woken if slots is None else (*ledger.woken, *with_a_slot)
        person.ledger = attrs.evolve(ledger, held=kept, woken=their_turn)
    return tuple([each.key for each in woken])


def wake(cabinet: Cabinet, keys: Iterable[str]) -> None:
    """Let held requests become due now, or on the date that was chosen; the due and the closed stay as they are."""
    for key in keys:
        file = cabinet.requests.get(key)
        if file is not None and file.progress.state in OPEN and file.progress.due_us is None:
            due_us = max(cabinet.now_us, file.progress.chosen_us or 0)
            cabinet.happen(file, EventKind.RESCHEDULED, due_us=due_us, reason=_SLOT_FREE)


def close(cabinet: Cabinet, file: RequestFile) -> None:
    """Strike a request that is no longer open from its respondent's ledger, and note the answer there.

    In a transaction of the caller's the ledger is left to the next run: others wait for whoever holds it.
    """
    if cabinet.joined and file.progress.state not in OPEN:
        file.unnoted_us = cabinet.now_us
        return
    closed_us = cabinet.now_us if file.unnoted_us is None else file.unnoted_us
    file.unnoted_us = None
    person = cabinet.person(file.respondent)
    person.ledger = person.ledger.closed(file.key)
    leave_line(cabinet, file)
    if file.progress.chosen_us is not None and file.progress.chosen_us > cabinet.now_us:
        cabinet.put_off_and_closed.append(file)
    if file.progress.state is State.GIVEN:
        person.ledger = person.ledger.answered(closed_us).unrefused(file.key)
    elif file.progress.state is State.DECLINED and file.request.about_request is None:
        no = Refusal(file.request.subject, file.request.occasion, closed_us, file.key)
        person.ledger = person.ledger.refused(no)
