"""I3: a worker that is cancelled at any await loses nothing: whoever goes on ends as if nothing had happened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.desk import ManualClock
from feedbackkit.stores import MemoryStore
from tests.desk.books import wrong_in
from tests.desk.house import MONDAY, STORE_METHODS, House
from tests.desk.test_async import Driven, async_desk
from tests.desk.test_books import Kept, ended, in_doubt, play, spring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Receipt, Store


class Cancels:
    """Counts what is awaited, and cancels the task that awaits the n-th, before it is done or after."""

    def __init__(self, at: int | None = None, *, afterwards: bool = False) -> None:
        self.awaited = 0
        self._at = at
        self._afterwards = afterwards

    async def during(self, call: Callable[[], Any]) -> Any:
        """Do it, unless it is cancelled before."""
        self.awaited += 1
        mine = self.awaited == self._at
        if mine and not self._afterwards:
            await self._cancelled()
        result = call()
        if mine and self._afterwards:
            await self._cancelled()
        return result

    async def _cancelled(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)


class CancellingStore:
    """An async store whose calls may cancel who awaits them."""

    ephemeral = True

    def __init__(self, inner: Store, cancels: Cancels) -> None:
        self.inner = inner
        self.cancels = cancels


def _cancelling(name: str) -> Any:
    async def method(self: CancellingStore, *arguments: Any, **named: Any) -> Any:
        return await self.cancels.during(lambda: getattr(self.inner, name)(*arguments, **named))

    return method


for _name in STORE_METHODS:
    setattr(CancellingStore, _name, _cancelling(_name))


class CancellingPost:
    """An async post whose sending may cancel who awaits it."""

    def __init__(self, inner: Kept, cancels: Cancels) -> None:
        self.name = inner.name
        self.idempotent = inner.idempotent
        self.inner = inner
        self.cancels = cancels

    async def send(self, message: Message) -> Receipt:
        """Send, and perhaps cancel."""
        receipt: Receipt = await self.cancels.during(lambda: self.inner.send(message))
        return receipt


class AtWork(Driven):
    """An async desk that works until it waits for the first time, wherever somebody would have it run."""

    cancels: Cancels

    def run(self) -> object:
        """Work for one round; the wait may be cancelled, too."""
        stop = asyncio.Event()

        async def wait(_seconds: float) -> None:
            await self.cancels.during(stop.set)

        return self.work(stop=stop, wait=wait)


def lived(store: Store, post: Kept, cancels: Cancels, first: int = 0) -> Iterator[int]:
    """The story of the spring with a worker in it, from one of its steps on; the number of each step that is done."""
    clock = ManualClock(MONDAY)
    desk: Any = AtWork(async_desk(CancellingStore(store, cancels), CancellingPost(post, cancels), clock))
    desk.cancels = cancels
    for number, (at, act) in enumerate(spring(House(store, clock, post, desk))):
        if number >= first:
            clock.set(at)
            act()
            yield number + 1


@pytest.fixture(scope="module", params=[True, False], ids=["harmless to repeat", "not harmless"])
def undisturbed(request: pytest.FixtureRequest) -> tuple[Kept, int, Store]:
    """A post, how often something is awaited in the spring, and what it leaves behind when nothing happens."""
    store, post, cancels = MemoryStore(), Kept(idempotent=request.param), Cancels()
    assert list(lived(store, post, cancels))
    return post, cancels.awaited, store


def test_a_worker_ends_where_runs_by_hand_end(undisturbed: tuple[Kept, int, Store]) -> None:
    """The same requests, contacts, answers, histories and messages."""
    worked_post, awaited, left = undisturbed
    store, post = MemoryStore(), Kept(idempotent=worked_post.idempotent)
    assert list(play(store, post))
    assert ended(store, post) == ended(left, worked_post)
    assert awaited > 150


@pytest.mark.no_cover
@pytest.mark.parametrize("afterwards", [False, True], ids=["before it is done", "after it is done"])
def test_i3_cancelled_at_any_await_it_ends_the_same(undisturbed: tuple[Kept, int, Store], afterwards: bool) -> None:
    """The books balance at once, and whoever goes on does the rest.

    All but this, as after a death: what was in hand, and cannot be delivered when it is repeated, counts as sent.
    """
    undisturbed_post, awaited, left = undisturbed
    for at in range(1, awaited + 1):
        store, post, done = MemoryStore(), Kept(idempotent=undisturbed_post.idempotent), 0
        with pytest.raises(asyncio.CancelledError):
            for done in lived(store, post, Cancels(at, afterwards=afterwards)):  # noqa: B007 - how far it got counts
                pass
        assert wrong_in(store) == []
        aside = "g1" if "g1" in in_doubt(store) else ""
        assert list(lived(store, post, Cancels(), done))
        assert wrong_in(store) == []
        assert ended(store, post, aside=aside) == ended(left, undisturbed_post, aside=aside)
        repeated = len(post.messages) - len({message.id for message in post.messages})
        assert post.idempotent or repeated <= 1
