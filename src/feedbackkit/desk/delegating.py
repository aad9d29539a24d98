"""Somebody else is named instead: the request is passed on, as a request of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from feedbackkit.desk.cabinet import REQUEST, RequestFile
from feedbackkit.desk.context import ledgers_of, until_applied
from feedbackkit.desk.deciding import close
from feedbackkit.desk.looking import one
from feedbackkit.desk.registering import register
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import NotAllowed, NotFound
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.domain.people import Party, Person
    from feedbackkit.domain.request import Request

__all__ = ["delegate"]


async def delegate(context: Context, key: str, to: Person, *, party: Party, actor: str | None) -> str:
    """Pass a request on to somebody else; the key of the request that is theirs.

    One change: where it is refused, nothing is stored about whoever was named. Repeated with the same person it is
    harmless, with another one it is refused.
    """
    delegated = f"{key}/delegate"

    async def attempt(cabinet: Cabinet) -> None:
        records = await context.store.read([RecordKey(REQUEST, key), RecordKey(REQUEST, delegated)])
        cabinet.file(records)
        if records[0] is None:
            raise NotFound(REQUEST, presentable(key))
        (await ledgers_of(context.store, [records[0]])).file(cabinet, [records[0]])
        named = (await register(context, cabinet, [to]))[to]
        file, taken = cabinet.requests[key], cabinet.requests.get(delegated)
        if file.progress.state is State.DELEGATED:
            if taken is None or taken.respondent != named.id:
                raise NotAllowed(f"request {key!r} cannot go to {named.id!r}: it went to somebody else already")
            return
        await _refuse_whom_it_concerns(context, file.request, named)
        cabinet.happen(file, EventKind.DELEGATED, ref=delegated, party=party)
        if taken is not None:
            raise NotAllowed(f"request {key!r} cannot be delegated: its key for that, {delegated!r}, is taken")
        close(cabinet, file)
        _begin(cabinet, file, delegated, named, party)

    await until_applied(context, f"request {key!r}", attempt, actor=actor)
    return delegated


async def _refuse_whom_it_concerns(context: Context, request: Request, named: Person) -> None:
    """Nobody is named who was asked already, or whom it is about."""
    asked, origin = {request.respondent}, request.delegated_from
    while origin is not None:
        earlier = (await one(context, origin)).request
        asked.add(earlier.respondent)
        origin = earlier.delegated_from
    if named.id in asked:
        raise NotAllowed(f"request {request.key!r} cannot go to {named.id!r}, who was asked already")
    if named.id == request.subject:
        raise NotAllowed(f"request {request.key!r} cannot go to {named.id!r}, whom it is about")


def _begin(cabinet: Cabinet, passed_on: RequestFile, key: str, named: Person, party: Party) -> None:
    """The request of whoever was named; what was approved, or has gone out, needs no second approval."""
    request, organisation = passed_on.request, named.organisation
    still_to_approve = passed_on.awaits_approval and passed_on.progress.step == 0
    theirs = attrs.evolve(
        request,
        key=key,
        respondent=named.id or "",
        organisation=None if organisation is None else organisation.id,
        delegated_from=request.key,
        planned_us=None,
        approval=request.approval if still_to_approve else None,
        relation=None,
    )
    file = cabinet.requests[key] = RequestFile.new(theirs)
    cabinet.happen(file, EventKind.PLANNED, due_us=cabinet.now_us, ref=request.key, party=party)
