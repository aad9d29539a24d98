"""What people wish for themselves, and what contracts forbid; none of it is a decline, none uses up a reminder.

A wish holds from the moment it is stored, also for what is booked and has not gone out: the last look reads it. When it
is taken back, what it held up goes on as if it had not been: what waits comes forward, and what was left in peace for
its sake is taken up again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.desk.context import until_applied
from feedbackkit.desk.kinds import ORGANISATION, PERSON
from feedbackkit.desk.people.going_on import let_go_on
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import InvalidValue, NotAllowed, NotFound
from feedbackkit.policies.memory import RefusalMemory
from feedbackkit.policies.permission import BasisRule, OptOutRule
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.domain.ledger import OptOut, Refusal
    from feedbackkit.domain.request import Occasion

__all__ = ["UNDO_DAYS", "do_not_contact", "lift_refusals", "prefer_phone", "refusals", "undo_opt_out"]

UNDO_DAYS: Final = 14
"""For how many days a wish to be left in peace can be taken back as a mistake; afterwards it takes a new basis."""

_TAKEN_BACK: Final = "the wish against it was taken back"
_OTHER_WAY: Final = "the person is contacted in another way from now on"
_LIFTED: Final = "the refusal that held it back was lifted"


async def undo_opt_out(context: Context, person: str, like: OptOut, *, actor: str | None) -> None:
    """Take back a wish of a person's that says the same, and let what it held up go on.

    Without such a wish nothing happens. One that was said more than `UNDO_DAYS` ago raises `NotAllowed`.
    """

    async def attempt(cabinet: Cabinet) -> None:
        await _take_in_hand(context, cabinet, person)
        file = cabinet.person(person)
        said = [wish for wish in file.ledger.opt_outs if _is_alike(wish, like)]
        if not said:
            return
        since_us = min(wish.since_us for wish in said)
        if cabinet.now_us > since_us + UNDO_DAYS * DAY_US:
            raise NotAllowed(f"the wish of {person!r} is more than {UNDO_DAYS} days old and stands")
        left = tuple(wish for wish in file.ledger.opt_outs if wish not in said)
        file.ledger = attrs.evolve(file.ledger, opt_outs=left)
        names = {rule.name for rule in context.policy.rules.rules if isinstance(rule, OptOutRule)}
        await let_go_on(context, cabinet, person, names, since_us=since_us, why=_TAKEN_BACK)

    await until_applied(context, f"the wishes of {person!r}", attempt, actor=actor)


def _is_alike(wish: OptOut, like: OptOut) -> bool:
    """Whether a wish is the one meant, whenever it was said and however long it was to hold; no term of a contract."""
    meant = attrs.evolve(like, since_us=wish.since_us, until_us=wish.until_us)
    return wish.contract is None and wish == meant


async def do_not_contact(context: Context, who: str, term: OptOut) -> None:
    """Note a term of a contract in the ledger of a person or an organisation; noted twice it counts once."""

    async def attempt(cabinet: Cabinet) -> None:
        found = await context.store.read([RecordKey(PERSON, who), RecordKey(ORGANISATION, who)])
        record = next((record for record in found if record is not None), None)
        if record is None:
            raise NotFound("person or organisation", presentable(who))
        cabinet.file([record])
        file = cabinet.people.get(who) or cabinet.organisations[who]
        if not any(term.says_what(other) for other in file.ledger.opt_outs):
            file.ledger = attrs.evolve(file.ledger, opt_outs=(*file.ledger.opt_outs, term))

    await until_applied(context, f"the terms for {who!r}", attempt)


async def prefer_phone(context: Context, person: str, *, number: str | None, preferred: bool) -> None:
    """Note that a person would rather be called, or no longer; without a number known or given it is refused.

    What lacked a basis for the way in which the person was to be contacted before goes on in the new way.
    """

    async def attempt(cabinet: Cabinet) -> None:
        await _take_in_hand(context, cabinet, person)
        file = cabinet.person(person)
        profile = attrs.evolve(file.person, phone=number or file.person.phone, by_phone=preferred)
        if preferred and profile.phone is None:
            raise InvalidValue("person.phone", "must be known for somebody who would rather be called", "nothing")
        if file.rewrite(profile, file.group):
            file.wake_all = True
            names = {rule.name for rule in context.policy.rules.rules if isinstance(rule, BasisRule)}
            await let_go_on(context, cabinet, person, names, why=_OTHER_WAY)

    await until_applied(context, f"the person {person!r}", attempt)


async def refusals(context: Context, person: str) -> tuple[Refusal, ...]:
    """What a person has declined and is remembered, in order."""
    cabinet = context.cabinet()
    await _take_in_hand(context, cabinet, person)
    return cabinet.person(person).ledger.refusals


async def lift_refusals(
    context: Context, person: str, *, about: str | None, occasion: Occasion | None, actor: str | None
) -> tuple[Refusal, ...]:
    """Forget what a person declined about a subject, on an occasion, or at all, and let what it held up go on."""
    lifted: tuple[Refusal, ...] = ()

    async def attempt(cabinet: Cabinet) -> None:
        nonlocal lifted
        await _take_in_hand(context, cabinet, person)
        file = cabinet.person(person)
        lifted = tuple(
            no for no in file.ledger.refusals if about in {None, no.subject} and occasion in {None, no.occasion}
        )
        if lifted:
            kept = tuple(no for no in file.ledger.refusals if no not in lifted)
            file.ledger = attrs.evolve(file.ledger, refusals=kept)
            names = {rule.name for rule in context.policy.rules.rules if isinstance(rule, RefusalMemory)}
            since_us = min(no.at_us for no in lifted)
            await let_go_on(context, cabinet, person, names, since_us=since_us, why=_LIFTED)

    await until_applied(context, f"the refusals of {person!r}", attempt, actor=actor)
    return lifted


async def _take_in_hand(context: Context, cabinet: Cabinet, person: str) -> None:
    [record] = await context.store.read([RecordKey(PERSON, person)])
    if record is None:
        raise NotFound(PERSON, presentable(person))
    cabinet.file([record])
    if record.group != person:
        cabinet.file(await context.store.read([RecordKey(ORGANISATION, record.group)]))
