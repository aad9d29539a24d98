"""The desk: all use-cases over one store, awaited."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Literal

from feedbackkit.desk.awaiting import awaited_channel, awaited_store, awaited_subscribers
from feedbackkit.desk.clocks import SystemClock
from feedbackkit.desk.context import Context
from feedbackkit.desk.faces.answers import AsyncAnswers
from feedbackkit.desk.faces.arrivals import AsyncArrivals
from feedbackkit.desk.faces.asks import AsyncAsks
from feedbackkit.desk.faces.contacts import AsyncContacts
from feedbackkit.desk.faces.dossiers import AsyncDossiers
from feedbackkit.desk.faces.duties import AsyncDuties
from feedbackkit.desk.faces.plans import AsyncPlans
from feedbackkit.desk.faces.references import AsyncReferences
from feedbackkit.desk.faces.requests import AsyncRequests
from feedbackkit.desk.faces.runs import AsyncRuns
from feedbackkit.desk.faces.wishes import AsyncWishes
from feedbackkit.desk.faces.worth import AsyncWorth
from feedbackkit.desk.ids import SystemIds
from feedbackkit.desk.policy import Policy
from feedbackkit.desk.runs.watermark import watermark_of
from feedbackkit.desk.secret import Fingerprints, secret_for
from feedbackkit.domain import checks
from feedbackkit.domain.contact import CALL_SHEET
from feedbackkit.domain.times import MINUTE_US
from feedbackkit.errors import SetupError
from feedbackkit.policies import Cadence, ContactRules, default_rules, default_value, plain_reading
from feedbackkit.policies.playbooks import shipped as shipped_playbooks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedbackkit.policies import Playbook, Reading, Valuation
    from feedbackkit.ports import (
        AsyncChannel,
        AsyncStore,
        AsyncSubscriber,
        Channel,
        Clock,
        Ids,
        Observer,
        Store,
        Subscriber,
        Watermark,
    )

__all__ = ["AsyncDesk"]

_LEASE_US: Final = 5 * MINUTE_US


class AsyncDesk(
    AsyncPlans,
    AsyncAsks,
    AsyncRuns,
    AsyncAnswers,
    AsyncWishes,
    AsyncContacts,
    AsyncArrivals,
    AsyncDuties,
    AsyncRequests,
    AsyncWorth,
    AsyncDossiers,
):
    """A program's desk over a store, plain or async; lives as long as the program and may be shared by its tasks.

    Every use-case that changes something is durable when it returns, is made whole or not at all, and may be repeated.
    What somebody else was faster with is begun again; only when that happens again and again, `StoreBusy` is raised.
    """

    def __init__(  # noqa: PLR0913 - what a desk is made of, each with a good default
        self,
        store: Store | AsyncStore,
        *,
        channels: Sequence[Channel | AsyncChannel] = (),
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
        subscribers: Sequence[Subscriber | AsyncSubscriber] = (),
    ) -> None:
        """Put a desk together.

        `channels`: the first one carries what is sent. `secret`: at least 16 bytes behind the digests of addresses,
        kept outside of the store; without one it lies in a file beside a store that is a file. `rules` and `cadence`:
        when a person may be contacted, and how often reminded; see `default_rules` and `Cadence`. `value`: what an
        answer is worth, so that it is known which ask goes first where not all can; see `default_value`. `sender`: who
        asks, as a reader shall see it. `batch`: how many requests are worked on in one transaction.
        `observers`: who is told what runs and workers do, without personal data.

        `watermark`: where it is noted how far the store has come, so that nothing is sent from one that was restored
        from an older backup; without one it is a `FileWatermark` beside a store that is a file, and nowhere for others;
        `False` for nowhere.

        `playbooks`: your own, by names of yours, beside the shipped ones; a run follows what comes back by the name
        under which an engagement was planned, so each worker needs them.
        `reading`: which answers are good or bad; without one `plain_reading`.

        `subscribers`: other programs that are told what happens to requests, by a webhook for instance. What they are
        to hear is stored with what happens, and told by a run; every desk over the store needs the same ones.

        `owner`: this worker's name, by which the store knows what it has in hand; without one it is made of the process
        id and chance. Each worker that may run at the same time needs a name of its own, also as a thread or task: two
        of one name are given each other's work. What they decide stays right, for versions guard it, but most of it is
        done twice; and a message that one of them is just handing over looks to the other like one that a crash left
        behind, and is sent once more.
        """
        awaited = tuple(awaited_channel(channel) for channel in channels)
        names = [channel.name for channel in awaited]
        if len(set(names)) != len(names):
            raise SetupError(f"channels must have a name of their own each: {', '.join(names)}")
        if CALL_SHEET in names:
            raise SetupError(f"no channel may be named {CALL_SHEET!r}: that is the call sheet")
        drawn = ids or SystemIds()
        context = Context(
            store=awaited_store(store),
            channels=awaited,
            clock=clock or SystemClock(),
            ids=drawn,
            policy=Policy(default_rules() if rules is None else rules, cadence or Cadence(), value or default_value),
            playbooks={**shipped_playbooks(), **_named(playbooks or {})},
            reading=reading or plain_reading,
            fingerprints=Fingerprints(secret_for(store) if secret is None else secret),
            # In every container process ids begin anew.
            owner=checks.identifier("desk.owner", owner or f"desk-{os.getpid()}-{drawn.salt()[:3].hex()}", limit=60),
            sender=checks.line("desk.sender", sender),
            lease_us=_LEASE_US,
            batch=checks.whole("desk.batch", batch, least=1, most=10_000),
            joined=getattr(store, "joined", False) is True,
            watermark=watermark_of(store, given=watermark),
            subscribers=awaited_subscribers(subscribers),
            observers=tuple(_checked(observer) for observer in observers),
        )
        super().__init__(context)
        self.references: Final = AsyncReferences(self._ready)
        """What is made of answers for others to read."""

    async def close(self) -> None:
        """Close the store; the desk is of no use afterwards."""
        await self._context.store.close()


def _named(playbooks: Mapping[str, Playbook]) -> dict[str, Playbook]:
    """Playbooks whose names can be stored with an engagement."""
    for name, playbook in playbooks.items():
        checks.identifier("desk.playbooks", name, limit=80)
        if not callable(playbook):
            raise SetupError(f"playbook {name!r} cannot be called with an engagement")
    return dict(playbooks)


def _checked(observer: Observer) -> Observer:
    if not callable(getattr(observer, "observe", None)):
        raise SetupError(f"{type(observer).__name__} is no observer: it has no observe")
    return observer
