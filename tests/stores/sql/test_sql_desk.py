"""The desk over databases: it leaves the same there as in memory, to the last byte."""

from __future__ import annotations

import asyncio
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.channels import MailboxChannel
from feedbackkit.desk import AsyncDesk, ManualClock, SeededIds
from feedbackkit.stores import MemoryStore
from feedbackkit.stores.sql import AsyncSQLStore, SQLStore
from tests.desk.books import wrong_in
from tests.desk.house import MONDAY, SECRET, WEBER, House, Post, ask, house, snapshot
from tests.desk.test_books import Kept, spring
from tests.servers import MARIADB, POSTGRESQL
from tests.stores.sql.opening import OPENERS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server


@cache
def in_memory() -> dict[str, Any]:
    """What the whole spring leaves in the reference."""
    h = house(MemoryStore(), channel=Kept(idempotent=True))
    _play(h)
    return snapshot(h.store)


def _play(h: House) -> None:
    for at, act in spring(h):
        h.clock.set(at)
        act()


@pytest.mark.parametrize("name", [name for name in OPENERS if "await" not in name and "async" not in name])
def test_a_spring_leaves_the_same_bytes(name: str, tmp_path: Path) -> None:
    """Asks, reminders, answers, refusals, delegations, plans that change: every record and every chain."""
    with closing(OPENERS[name](tmp_path)) as store:
        _play(house(store, channel=Kept(idempotent=True)))
        assert snapshot(store) == in_memory()


class _Driven:
    """An async desk that looks like a plain one, in one loop."""

    def __init__(self, desk: AsyncDesk, loop: asyncio.Runner) -> None:
        self._desk = desk
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **named: self._loop.run(getattr(self._desk, name)(*arguments, **named))


DRIVERS = [(POSTGRESQL, "psycopg"), (POSTGRESQL, "asyncpg"), (MARIADB, "asyncmy")]


@pytest.mark.parametrize(("server", "driver"), DRIVERS, ids=[driver for _, driver in DRIVERS])
def test_a_spring_that_is_awaited_leaves_the_same_bytes(server: Server, driver: str, tmp_path: Path) -> None:
    """An async desk on an async store."""
    url, prefix, clock, post = server.url(driver), server.prefix(tmp_path), ManualClock(MONDAY), Kept(idempotent=True)
    with asyncio.Runner() as loop:
        store = AsyncSQLStore(url, prefix=prefix)
        desk: Any = _Driven(
            AsyncDesk(store, channels=[post], clock=clock, secret=SECRET, ids=SeededIds(sum(b"first")), owner="first"),
            loop,
        )
        _play(House(store, clock, post, desk))
        desk.close()
    with closing(SQLStore(server.url(), prefix=prefix)) as plain:
        assert snapshot(plain) == in_memory()


@pytest.mark.parametrize(("server", "driver"), DRIVERS, ids=[driver for _, driver in DRIVERS])
def test_tasks_of_one_desk_hand_in_many_answers_at_once(server: Server, driver: str, tmp_path: Path) -> None:
    """At one organisation, whose records they all write: every answer is kept, and the books balance."""
    prefix = server.prefix(tmp_path)
    people = [attrs.evolve(WEBER, id=f"P-{n}", email=f"p{n}@house.example") for n in range(20)]

    async def story() -> None:
        store = AsyncSQLStore(server.url(driver), prefix=prefix)
        desk = AsyncDesk(store, channels=[MailboxChannel()], clock=ManualClock(MONDAY), secret=SECRET)
        await desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(people)])
        await asyncio.gather(*(desk.give(f"r{n}", {"overall": n % 5}) for n in range(20)))
        given = {answer.request: answer.items["overall"] for answer in await desk.answers()}
        assert given == {f"r{n}": n % 5 for n in range(20)}
        await desk.close()

    asyncio.run(story())
    with closing(SQLStore(server.url(), prefix=prefix)) as plain:
        assert wrong_in(plain) == []


@pytest.mark.parametrize(("server", "driver"), DRIVERS, ids=[driver for _, driver in DRIVERS])
def test_two_runs_at_once_ask_everybody_once(server: Server, driver: str, tmp_path: Path) -> None:
    """Two workers of one store take turns at every statement."""
    prefix, post = server.prefix(tmp_path), Post(idempotent=False)
    people = [attrs.evolve(WEBER, id=f"P-{n}", email=f"p{n}@house.example", organisation=None) for n in range(20)]

    async def story() -> None:
        store, clock = AsyncSQLStore(server.url(driver), prefix=prefix), ManualClock(MONDAY)
        desks = [
            AsyncDesk(store, channels=[post], clock=clock, secret=SECRET, owner=f"worker-{n}", batch=3)
            for n in range(2)
        ]
        await desks[0].request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(people)])
        await asyncio.gather(*(desk.run() for desk in desks))
        await store.close()

    asyncio.run(story())
    assert sorted(message.to.id or "" for message in post.messages) == sorted(person.id or "" for person in people)
    with closing(SQLStore(server.url(), prefix=prefix)) as plain:
        assert wrong_in(plain) == []
