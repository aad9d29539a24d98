"""The desk for programs that do not await: `AsyncDesk`, driven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.async_desk import AsyncDesk
from feedbackkit.desk.awaiting import drive, is_plain
from feedbackkit.desk.faces.answers import Answers
from feedbackkit.desk.faces.arrivals import Arrivals
from feedbackkit.desk.faces.asks import Asks
from feedbackkit.desk.faces.contacts import Contacts
from feedbackkit.desk.faces.dossiers import Dossiers
from feedbackkit.desk.faces.duties import Duties
from feedbackkit.desk.faces.plain_references import References
from feedbackkit.desk.faces.plans import Plans
from feedbackkit.desk.faces.requests import Requests
from feedbackkit.desk.faces.runs import Runs
from feedbackkit.desk.faces.wishes import Wishes
from feedbackkit.desk.faces.worth import Worth
from feedbackkit.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType
    from typing import Literal, Self

    from feedbackkit.policies import Cadence, ContactRules, Playbook, Reading, Valuation
    from feedbackkit.ports import Channel, Clock, Ids, Observer, Store, Subscriber, Watermark

__all__ = ["Desk"]


class Desk(Plans, Asks, Runs, Answers, Wishes, Contacts, Arrivals, Duties, Requests, Worth, Dossiers):
    """A program's desk over a plain store; lives as long as the program.

    It does what `AsyncDesk` does, which documents each method, without an event loop and inside a running one. It may
    be shared by threads when its store and channels may.
    """

    def __init__(  # noqa: PLR0913 - what a desk is made of, each with a good default
        self,
        store: Store,
        *,
        channels: Sequence[Channel] = (),
        secret: bytes | None = None,
        clock: Clock | None = None,
        ids: Ids | None = None,
        rules: ContactRules | None = None,
        cadence: Cadence | None = None,
        value: Valuation | None = None,
        sender: str = "the provider",
        owner: str | None = None,
        batch: int = 250,
        watermark: Watermark | Literal[False] | None = None,
        observers: Sequence[Observer] = (),
        playbooks: Mapping[str, Playbook] | None = None,
        reading: Reading | None = None,
        subscribers: Sequence[Subscriber] = (),
    ) -> None:
        """Put a desk together; see `AsyncDesk` for each part.

        `owner`: each worker that may run at the same time needs a name of its own, or it is given the work that
        another one has in hand.
        """
        desk = AsyncDesk(
            store,
            channels=channels,
            secret=secret,
            clock=clock,
            ids=ids,
            rules=rules,
            cadence=cadence,
            value=value,
            sender=sender,
            owner=owner,
            batch=batch,
            watermark=watermark,
            observers=observers,
            playbooks=playbooks,
            reading=reading,
            subscribers=subscribers,
        )
        super().__init__(desk)
        if not (is_plain(store, "read") and all(is_plain(channel, "send") for channel in channels)) or not all(
            is_plain(subscriber, "tell") for subscriber in subscribers
        ):
            raise SetupError("a store or channel of this desk must be awaited: use AsyncDesk")

    @property
    def references(self) -> References:
        """What is made of answers for others to read; see `AsyncReferences`."""
        return References(self._desk.references)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """See `AsyncDesk.close`."""
        return drive(self._desk.close())
