"""Heads: the small changing part of a record, as a list of fields that begins with its version.

State and due time stand in the record's own columns and are not repeated here.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Final, NamedTuple, ParamSpec, TypeVar

from feedbackkit.codec.text import dumps, loads
from feedbackkit.domain.ledger import HeldRequest, Ledger, OptOut
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Progress, State
from feedbackkit.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = [
    "NO_CHAIN",
    "ChainEnd",
    "Delivery",
    "decode_delivery",
    "decode_ledger",
    "decode_progress",
    "encode_delivery",
    "encode_ledger",
    "encode_progress",
]

_VERSION: Final = 1


class ChainEnd(NamedTuple):
    """Where a request's history ends: the number of its last entry and that entry's digest, in hexadecimal."""

    seq: int
    digest: str


NO_CHAIN: Final = ChainEnd(0, "")


class Delivery(NamedTuple):
    """What is known of a contact beyond its status."""

    tries: int = 0
    settled_us: int | None = None
    """When it was sent, released or given up."""
    reason: str = ""
    """What the channel or the last look said."""


def _fields(data: bytes, what: str, count: int) -> list[Any]:
    fields: list[Any] = loads(data)
    if fields.__class__ is not list or len(fields) < count or fields[0] != _VERSION:
        raise Unreadable(f"a stored head of a {what} is not of version {_VERSION}")
    return fields


def encode_progress(progress: Progress, end: ChainEnd) -> bytes:
    """The head of a request; a date that the respondent chose stands at the end, where there is one."""
    fields = [
        _VERSION,
        end.seq,
        end.digest,
        progress.step,
        progress.attempt,
        progress.anchor_us,
        progress.earlier_us,
        progress.contact,
        progress.revision,
        progress.answer,
        progress.closed_by,
    ]
    if progress.chosen_us is not None:
        fields.append(progress.chosen_us)
    return dumps(fields)


P = ParamSpec("P")
T = TypeVar("T")


def _reads(what: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Whatever is wrong with the bytes is one error."""

    def decorate(decode: Callable[P, T]) -> Callable[P, T]:
        @wraps(decode)
        def read(*arguments: P.args, **options: P.kwargs) -> T:
            try:
                return decode(*arguments, **options)
            except (ValueError, TypeError, AttributeError) as error:
                if isinstance(error, Unreadable):
                    raise
                raise Unreadable(f"a stored head of a {what} breaks the rules of its version") from error

        return read

    return decorate


@_reads("request")
def decode_progress(state: str, due: int | None, head: bytes) -> tuple[Progress, ChainEnd]:
    """What `encode_progress` wrote, with the record's state and due time."""
    _, seq, digest, step, attempt, anchor, earlier, contact, revision, answer, by, *rest = _fields(head, "request", 11)
    [chosen] = rest or [None]
    progress = Progress(
        state=State(state),
        step=step,
        attempt=attempt,
        due_us=due,
        anchor_us=anchor,
        earlier_us=earlier,
        chosen_us=chosen,
        contact=contact,
        revision=revision,
        answer=answer,
        closed_by=None if by is None else Party(by),
    )
    return progress, ChainEnd(seq, digest)


def encode_ledger(ledger: Ledger) -> bytes:
    """The head of a person or an organisation; the woken requests stand at the end, where there are any."""
    fields: list[object] = [
        _VERSION,
        ledger.contacts,
        ledger.open,
        [(held.key, held.value) for held in ledger.held],
        ledger.answered_us,
        [(wish.scope, wish.occasion, wish.since_us, wish.until_us) for wish in ledger.opt_outs],
    ]
    if ledger.woken:
        fields.append([(woken.key, woken.value) for woken in ledger.woken])
    return dumps(fields)


@_reads("ledger")
def decode_ledger(head: bytes) -> Ledger:
    """What `encode_ledger` wrote."""
    _, contacts, open_keys, held, answered, opt_outs, *rest = _fields(head, "ledger", 6)
    [woken] = rest or [()]
    return Ledger(
        contacts=tuple(contacts),
        open=tuple(open_keys),
        held=tuple(HeldRequest(key, value) for key, value in held),
        woken=tuple(HeldRequest(key, value) for key, value in woken),
        answered_us=answered,
        opt_outs=tuple(
            OptOut(scope=scope, occasion=occasion, since_us=since, until_us=until)
            for scope, occasion, since, until in opt_outs
        ),
    )


def encode_delivery(delivery: Delivery) -> bytes:
    """The head of a contact."""
    return dumps([_VERSION, delivery.tries, delivery.settled_us, delivery.reason])


@_reads("contact")
def decode_delivery(head: bytes) -> Delivery:
    """What `encode_delivery` wrote."""
    _, tries, settled, reason = _fields(head, "contact", 4)
    return Delivery(tries, settled, reason)
