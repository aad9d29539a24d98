"""Whose turn it is where not all that is due can go: the more valuable first, and a point more for each day of waiting.

Whoever waits for the budget of an organisation keeps a place in its line. For those behind it, those before it count as
if they had been contacted when they are due: so nobody takes a slot from somebody who cannot be reached right now. As
every day of waiting is worth a point and no value is above 100, nothing that comes a hundred days later is before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.domain.checks import shape, whole
from feedbackkit.domain.ledger import HeldRequest, Place
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import InvalidValue, SetupError
from feedbackkit.policies.priority import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.files import LedgerFile, RequestFile
    from feedbackkit.desk.policy import Policy
    from feedbackkit.domain.ledger import Ledger

__all__ = ["in_turn", "leave_line", "line_up", "rank_us", "those_before", "waiting"]

_PLACE_KEPT_US = 7 * DAY_US
"""For how long after it was due a place counts: by then somebody has gone, or nobody looks."""


def value_of(cabinet: Cabinet, policy: Policy, file: RequestFile) -> int:
    """What the desk's valuation says; anything but a whole number from 0 to 100 raises `SetupError`."""
    request = file.request
    given = cabinet.given.get(request.subject, {})
    value = policy.value(Candidate(request=request, step=file.progress.step, given=given))
    try:
        return whole("value", value, least=0, most=100)
    except InvalidValue:
        raise SetupError(f"the desk's value must be a whole number from 0 to 100: {shape(value)}") from None


def waiting(cabinet: Cabinet, policy: Policy, file: RequestFile) -> HeldRequest:
    """The request as one that waits: since it began to, or else from the instant on at which it is due."""
    since_us = _since_us(cabinet.person(file.respondent).ledger, _line(cabinet, file), file.key)
    if since_us is None:
        due_us = file.progress.due_us
        since_us = cabinet.now_us if due_us is None else min(due_us, cabinet.now_us)
    return HeldRequest(file.key, value_of(cabinet, policy, file), since_us)


def _since_us(ledger: Ledger, line: Sequence[Place], key: str) -> int | None:
    """Since when it has waited for a slot or in the line."""
    if not (ledger.held or ledger.woken or line):
        return None
    places: tuple[HeldRequest | Place, ...] = (*ledger.held, *ledger.woken, *line)
    return min((place.since_us for place in places if place.key == key), default=None)


def _house(cabinet: Cabinet, file: RequestFile) -> LedgerFile | None:
    organisation = file.organisation
    return None if organisation is None else cabinet.organisations.get(organisation)


def _line(cabinet: Cabinet, file: RequestFile) -> tuple[Place, ...]:
    house = _house(cabinet, file)
    return () if house is None else house.ledger.line


def rank_us(cabinet: Cabinet, policy: Policy, file: RequestFile) -> int:
    """Where it stands among all that wait: the lower, the earlier it goes."""
    return waiting(cabinet, policy, file).rank_us


def in_turn(cabinet: Cabinet, policy: Policy, people: Iterable[list[RequestFile]]) -> list[list[RequestFile]]:
    """What is due of each person, and the people, the first in turn first; one alone is not compared with anybody."""
    of_people = list(people)
    if len(of_people) == 1 and len(of_people[0]) == 1:
        return of_people
    ranks = {file.key: rank_us(cabinet, policy, file) for files in of_people for file in files}
    ordered = [sorted(files, key=lambda file: (ranks[file.key], file.key)) for files in of_people]
    return sorted(ordered, key=lambda files: (ranks[files[0].key], files[0].key))


def those_before(cabinet: Cabinet, policy: Policy, file: RequestFile, ledger: Ledger) -> Ledger:
    """The ledger of an organisation as it will be when those have been contacted who are before this one in its line.

    Requests of one person need one contact; those of the same person go together with it.
    """
    rank = rank_us(cabinet, policy, file)
    dues: dict[str, int] = {}
    for place in ledger.line:
        before = (place.rank_us, place.key) < (rank, file.key)
        if before and place.person != file.respondent and place.due_us > cabinet.now_us - _PLACE_KEPT_US:
            dues[place.person] = min(place.due_us, dues.get(place.person, place.due_us))
    return ledger.as_if_contacted(max(due_us, cabinet.now_us) for due_us in dues.values())


def line_up(cabinet: Cabinet, policy: Policy, file: RequestFile, due_us: int) -> None:
    """Give a request a place in the line of its respondent's organisation, or keep the one that it has."""
    house = _house(cabinet, file)
    if house is None:
        return
    held = waiting(cabinet, policy, file)
    place = Place(file.key, file.respondent, held.value, held.since_us, due_us)
    house.ledger = house.ledger.lined_up(place, forget_us=cabinet.now_us - _PLACE_KEPT_US)


def leave_line(cabinet: Cabinet, file: RequestFile) -> None:
    """Take a request out of the line, if it is in it."""
    house = _house(cabinet, file)
    if house is not None and house.ledger.line:
        house.ledger = house.ledger.out_of_line(file.key)
