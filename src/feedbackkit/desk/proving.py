"""Whether a store belongs to the secret that a desk opens it with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.desk.runs import counting
from feedbackkit.errors import SetupError
from feedbackkit.ports import Put, RecordKey

if TYPE_CHECKING:
    from feedbackkit.desk.context import Context

__all__ = ["prove"]

_PROOF: Final = RecordKey("desk", "secret")


async def prove(context: Context) -> None:
    """Pass where the store was begun with this secret, also where it is begun just now."""
    proof = context.fingerprints.proof().encode()
    cabinet = context.cabinet()
    cabinet.others.append(Put(*_PROOF, 0, None, "desk", (), "known", b"[1]", proof))
    [record] = await context.store.read([_PROOF])
    if record is None:
        cabinet.others += counting.first_count(context)
        change = cabinet.change(context.owner, context.ids.salt)
        if change is not None:
            await context.store.write([change])
        [record] = await context.store.read([_PROOF])
    if record is None or record.body != proof:
        raise SetupError("this store was begun with another secret: open it with the one that it was begun with")
