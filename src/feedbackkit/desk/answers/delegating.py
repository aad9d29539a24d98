"""Somebody else is named instead: the request is passed on, as a request of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from feedbackkit.desk.context import ledgers_of, until_applied
from feedbackkit.desk.decisions.slots import close
from feedbackkit.desk.files import RequestFile
from feedbackkit.desk.kinds import REQUEST
from feedbackkit.desk.looks.looking import one
from feedbackkit.desk.people.registering import register
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
    harmless, with another one it is refused. After an undo it is another request, under a key with a number.
    """
    delegated = ""

    async def attempt(cabinet: Cabinet) -> None:
        nonlocal delegated
        records = await context.store.read([RecordKey(REQUEST, key), RecordKey(REQUEST, delegate_key(key))])
        if records[0] is None:
            raise NotFound(REQUEST, presentable(key))
        cabinet.file(records)
        (await ledgers_of(context.store, [records[0]])).file(cabinet, [records[0]])
        named = (await register(context, cabinet, [to]))[to]
        file, before = cabinet.requests[key], await _delegated_before(context, cabinet, key)
        if file.progress.state is State.DELEGATED:
            if not before or before[-1].respondent != named.id:
                raise NotAllowed(f"request {key!r} cannot go to {named.id!r}: it went to somebody else already")
            delegated = before[-1].key
            return
        await _refuse_whom_it_concerns(context, file.request, named)
        delegated = delegate_key(key, len(before) + 1)
        cabinet.happen(file, EventKind.DELEGATED, ref=delegated, party=party)
        if before and before[-1].request.delegated_from != key:
            taken = before[-1].key
            raise NotAllowed(f"request {key!r} cannot be delegated: its key for that, {taken!r}, is taken")
        close(cabinet, file)
        _begin(cabinet, file, delegated, named, party)

    await until_applied(context, f"request {key!r}", attempt, actor=actor)
    return delegated


def delegate_key(key: str, number: int = 1) -> str:
    """The key of a request that another one was passed on as, for the first time or after it was taken back."""
    return f"{key}/delegate" if number == 1 else f"{key}/delegate-{number}"


async def _delegated_before(context: Context, cabinet: Cabinet, key: str) -> list[RequestFile]:
    """The requests that one was passed on as, in order; the last may be one that only has such a key."""
    found: list[RequestFile] = []
    while (file := cabinet.requests.get(delegate_key(key, len(found) + 1))) is not None:
        found.append(file)
        if file.request.delegated_from != key:
            break
        cabinet.file(await context.store.read([RecordKey(REQUEST, delegate_key(key, len(found) + 1))]))
    return found


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
