"""The two faces of the desk: the same story leaves the same bytes, awaited or not, inside a loop or without one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.channels import MailboxChannel
from feedbackkit.desk import AsyncDesk, Desk, ManualClock, SeededIds
from feedbackkit.desk.faces.plain_references import References
from feedbackkit.desk.faces.references import AsyncReferences
from feedbackkit.errors import SetupError
from feedbackkit.ports import Outcome, Receipt
from feedbackkit.stores import MemoryStore
from tests.desk.books import wrong_in
from tests.desk.house import MONDAY, SECRET, STORE_METHODS, WEBER, House, Post, Wrapped, ask, house, snapshot
from tests.desk.test_books import Kept, spring

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Channel, Store


class Waiting:
    """A store that really waits before and after every call."""

    ephemeral = True

    def __init__(self, inner: Store) -> None:
        self.inner = inner


def _waiting(name: str) -> Any:
    async def method(self: Waiting, *arguments: Any, **named: Any) -> Any:
        await asyncio.sleep(0)
        result = getattr(self.inner, name)(*arguments, **named)
        await asyncio.sleep(0)
        return result

    return method


for _name in STORE_METHODS:
    setattr(Waiting, _name, _waiting(_name))


class WaitingPost:
    """A channel that waits while it sends."""

    def __init__(self, inner: Channel) -> None:
        self.name = inner.name
        self.idempotent = inner.idempotent
        self.inner = inner

    async def send(self, message: Message) -> Receipt:
        """Wait, send, wait."""
        await asyncio.sleep(0)
        receipt = self.inner.send(message)
        await asyncio.sleep(0)
        return receipt


class Driven:
    """An async desk that looks like a plain one: every call is run in a loop of its own."""

    def __init__(self, desk: AsyncDesk) -> None:
        self._desk = desk

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            return asyncio.run(getattr(self._desk, name)(*arguments, **named))

        return call


def async_desk(store: Any, channel: Any, clock: ManualClock, **parts: Any) -> AsyncDesk:
    """The async twin of the desk of a house."""
    values: dict[str, Any] = {"secret": SECRET, "ids": SeededIds(sum(b"first")), "owner": "first"}
    return AsyncDesk(store, channels=[channel], clock=clock, **(values | parts))


def played(*, awaited_store: bool, awaited_channel: bool, idempotent: bool) -> dict[str, Any]:
    """The whole spring at an async desk; what is stored in the end."""
    store, post, clock = MemoryStore(), Kept(idempotent=idempotent), ManualClock(MONDAY)
    desk: Any = Driven(
        async_desk(Waiting(store) if awaited_store else store, WaitingPost(post) if awaited_channel else post, clock)
    )
    for at, act in spring(House(store, clock, post, desk)):
        clock.set(at)
        act()
    return snapshot(store)


@pytest.mark.parametrize("idempotent", [True, False], ids=["harmless to repeat", "not harmless"])
@pytest.mark.parametrize("awaited_channel", [True, False], ids=["awaited channel", "plain channel"])
@pytest.mark.parametrize("awaited_store", [True, False], ids=["awaited store", "plain store"])
def test_the_async_desk_leaves_the_same_bytes(awaited_store: bool, awaited_channel: bool, idempotent: bool) -> None:
    """Over any mixture of plain and awaited parts, to the last salt."""
    plain = house(MemoryStore(), channel=Kept(idempotent=idempotent))
    for at, act in spring(plain):
        plain.clock.set(at)
        act()
    told = played(awaited_store=awaited_store, awaited_channel=awaited_channel, idempotent=idempotent)
    assert told == snapshot(plain.store)


def test_every_use_case_has_both_faces() -> None:
    """The plain desk misses nothing, and says where it is documented."""
    faces = [{name for name in vars(face) if not name.startswith("_")} for face in (Desk, AsyncDesk)]
    assert faces[0] - {"references"} == faces[1]  # an attribute of its own there, see the next one


def test_what_is_made_of_answers_has_both_faces() -> None:
    """References, too: a plain one misses nothing."""
    faces = [{name for name in vars(face) if not name.startswith("_")} for face in (References, AsyncReferences)]
    assert faces[0] == faces[1]


def test_the_plain_desk_plays_the_spring_inside_a_running_loop() -> None:
    """It neither needs a loop nor minds one."""

    async def story() -> dict[str, Any]:
        h = house(MemoryStore(), channel=Kept(idempotent=True))
        for at, act in spring(h):
            h.clock.set(at)
            act()
        return snapshot(h.store)

    assert asyncio.run(story()) == played(awaited_store=False, awaited_channel=False, idempotent=True)


def test_the_plain_desk_refuses_an_awaited_channel() -> None:
    """At once, and says which desk to take."""
    channel: Any = WaitingPost(MailboxChannel())
    with pytest.raises(SetupError, match="AsyncDesk"):
        Desk(MemoryStore(), channels=[channel])


def test_the_plain_desk_refuses_an_awaited_store() -> None:
    """In the same way."""
    store: Any = Waiting(MemoryStore())
    with pytest.raises(SetupError, match="AsyncDesk"):
        Desk(store, secret=SECRET)


@pytest.mark.parametrize("face", [Desk, AsyncDesk])
def test_what_is_no_store_or_channel_is_refused_with_what_it_lacks(face: Any) -> None:
    """Before anything is done with it."""
    with pytest.raises(SetupError, match="no store: it has no read, heads"):
        face(object())
    with pytest.raises(SetupError, match="no channel: it has no name, idempotent, send"):
        face(MemoryStore(), channels=[object()])
    with pytest.raises(SetupError, match="no channel: it has no idempotent, send"):
        face(MemoryStore(), channels=[attrs.make_class("Named", {"name": attrs.field(default="post")})()])


@pytest.mark.parametrize("name", ["", None, 7])
@pytest.mark.parametrize("face", [Desk, AsyncDesk])
def test_the_name_of_a_channel_is_a_text(face: Any, name: Any) -> None:
    """Contacts name their channel by it."""
    post = MailboxChannel()
    post.name = name
    with pytest.raises(SetupError, match="MailboxChannel is no channel: its name must be a text, got"):
        face(MemoryStore(), channels=[post])


@pytest.mark.parametrize("method", STORE_METHODS)
@pytest.mark.parametrize("face", [Desk, AsyncDesk])
def test_a_store_of_which_only_a_part_must_be_awaited_is_refused(face: Any, method: str) -> None:
    """Whichever part it is, and whichever way round; both desks name it and say what it must be."""

    async def waiting(*_arguments: Any, **_named: Any) -> None:
        raise AssertionError("nobody calls it")

    def plain(*_arguments: Any, **_named: Any) -> None:
        raise AssertionError("nobody calls it")

    half: Any = type("Half", (Wrapped,), {method: waiting})
    with pytest.raises(SetupError, match=f"^Half is half a store: {method} must be awaited, .* AsyncDesk$"):
        face(half(MemoryStore()), secret=SECRET)
    half = type("Half", (Waiting,), {method: plain})
    with pytest.raises(SetupError, match=r"^Half is half a store: .* AsyncDesk$"):
        face(half(MemoryStore()), secret=SECRET)


@pytest.mark.parametrize("method", ["read", "write"])
def test_a_plain_method_that_gives_something_to_be_awaited_is_refused_by_its_name(method: str) -> None:
    """A proxy may hide it from the border; the first call finds it, and nothing is left behind that nobody awaits."""

    async def late(inner: Any, arguments: tuple[Any, ...]) -> Any:
        return getattr(inner, method)(*arguments)

    proxy: Any = type("Proxy", (Wrapped,), {method: lambda self, *arguments: late(self.inner, arguments)})
    desk = Desk(proxy(MemoryStore()), secret=SECRET)
    with pytest.raises(SetupError, match=rf"^Proxy\.{method} gave something to be awaited: .* AsyncDesk$"):
        desk.find()


def test_a_plain_channel_that_gives_something_to_be_awaited_is_refused_by_its_name() -> None:
    """Not taken for a receipt."""
    inner = WaitingPost(MailboxChannel())
    proxy: Any = attrs.make_class(
        "Proxy", {"name": attrs.field(default="post"), "idempotent": attrs.field(default=True)}
    )
    proxy.send = lambda _self, message: inner.send(message)
    h = house(channel=proxy())
    h.desk.request(ask("r"))
    with pytest.raises(SetupError, match=r"^Proxy\.send gave something to be awaited"):
        h.desk.run()


def test_a_future_is_something_to_be_awaited_too() -> None:
    """Not coroutines alone."""

    async def story() -> None:
        nothing: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        proxy: Any = type("Proxy", (Wrapped,), {"read": lambda _self, *_arguments: nothing})
        with pytest.raises(SetupError, match=r"^Proxy\.read gave"):
            Desk(proxy(MemoryStore()), secret=SECRET).find()

    asyncio.run(story())


def test_tasks_of_one_desk_hand_in_many_answers_at_once() -> None:
    """Fifty tasks at one organisation: every answer is kept, and the books balance."""
    inner = MemoryStore()

    async def story() -> None:
        desk = async_desk(Waiting(inner), MailboxChannel(), ManualClock(MONDAY))
        people = [attrs.evolve(WEBER, id=f"P-{n}", email=f"p{n}@house.example") for n in range(10)]
        await desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(people)])
        await asyncio.gather(*(desk.give(f"r{n}", {"overall": n % 5}) for n in range(10)))
        assert [answer.items["overall"] for answer in await desk.answers()] == [n % 5 for n in range(10)]

    asyncio.run(story())
    assert wrong_in(inner) == []


def test_two_answers_to_one_request_at_one_instant_are_both_kept() -> None:
    """The later one revises the earlier."""
    inner = MemoryStore()

    async def story() -> list[Any]:
        desk = async_desk(Waiting(inner), MailboxChannel(), ManualClock(MONDAY))
        await desk.request(ask("r"))
        await asyncio.gather(desk.give("r", {"overall": 5}), desk.give("r", {"overall": 1}))
        return [(answer.revision, answer.items["overall"]) for answer in await desk.answers()]

    told = asyncio.run(story())
    assert [revision for revision, _ in told] == [1, 2]
    assert sorted(overall for _, overall in told) == [1, 5]
    assert wrong_in(inner) == []


def test_two_runs_at_once_under_two_owners_ask_everybody_once() -> None:
    """Tasks that really take turns at every call."""
    inner, post, clock = MemoryStore(), Post(idempotent=False), ManualClock(MONDAY)
    people = [attrs.evolve(WEBER, id=f"P-{n}", email=f"p{n}@house.example", organisation=None) for n in range(20)]

    async def story() -> None:
        desks = [
            async_desk(Waiting(inner), WaitingPost(post), clock, owner=f"worker-{n}", ids=SeededIds(n), batch=3)
            for n in range(2)
        ]
        await desks[0].request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(people)])
        await asyncio.gather(*(desk.run() for desk in desks))

    asyncio.run(story())
    assert sorted(message.to.id or "" for message in post.messages) == sorted(person.id or "" for person in people)
    assert wrong_in(inner) == []


@pytest.mark.parametrize("idempotent", [True, False], ids=["harmless to repeat", "not harmless"])
def test_a_run_cancelled_anywhere_leaves_books_that_balance(idempotent: bool) -> None:
    """And the next run sends the rest; what is in doubt keeps its id, and only one is where repeating does harm."""

    async def story(steps: int) -> bool:
        inner, post = MemoryStore(), Post(Outcome.SENT, idempotent=idempotent)
        desk = async_desk(Waiting(inner), WaitingPost(post), ManualClock(MONDAY), batch=2)
        people = [attrs.evolve(WEBER, id=f"P-{n}", email=f"p{n}@h.example", organisation=None) for n in range(3)]
        await desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(people)])
        task = asyncio.ensure_future(desk.run())
        for _ in range(steps):
            await asyncio.sleep(0)
        cancelled = task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert wrong_in(inner) == []
        await desk.run()
        assert wrong_in(inner) == []
        assert {message.to.id for message in post.messages} == {person.id for person in people}
        assert len({message.id for message in post.messages}) == 3
        assert idempotent or len(post.messages) <= 4
        return cancelled

    assert not asyncio.run(story(1000))
    for steps in range(1, 90):
        asyncio.run(story(steps))
