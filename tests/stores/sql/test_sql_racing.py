from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, TypeVar

import pytest
from sqlalchemy import create_engine, select

from feedbackkit.domain.times import HOUR_US
from feedbackkit.errors import StoreBusy
from feedbackkit.ports import Applied
from feedbackkit.stores.sql import AsyncSQLStore, SQLStore
from feedbackkit.stores.sql.batch import Batches, Mismatch
from feedbackkit.stores.sql.life import TRIES
from feedbackkit.stores.sql.tables import tables
from feedbackkit.testing.records import MINUTE, NOON, change, create, entry, name, put, update
from tests.servers import MARIADB, OTHER_POSTGRESQL, POSTGRESQL
from tests.stores.sql.opening import OPENERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from feedbackkit.ports import Result, Store
    from tests.servers import Server

T = TypeVar("T")

RACES = 20


@pytest.fixture(params=["sqlite", "postgresql by psycopg", "another postgresql", "mariadb by pymysql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Mapping[str, Store]]:
    """The same store opened twice, as two processes would, on each database."""
    opener = OPENERS[request.param]
    with ExitStack() as stack:
        yield {racer: stack.enter_context(closing(opener(tmp_path))) for racer in ("one", "two")}


def test_one_of_two_wins_a_version(stores: Mapping[str, Store]) -> None:
    """Both start together from the same version, and exactly one is applied, every time."""
    stores["one"].write(create(put("a")))
    for version in range(1, RACES + 1):

        def race(racer: str, version: int = version) -> list[Result]:
            return stores[racer].write([change(f"{racer}{version}", update("a", version))])

        assert _names(_at_once(race)) == ["Applied", "Refused"]


def test_one_of_two_replaces_a_record(stores: Mapping[str, Store]) -> None:
    """With the refs and the body of the one that won, and of no other."""
    stores["one"].write(create(put("a")))
    for version in range(1, RACES + 1):

        def race(racer: str, version: int = version) -> list[Result]:
            new = put("a", version, refs=(racer, f"{racer}{version}"), body=racer.encode())
            return stores[racer].write([change(f"{racer}{version}", new)])

        assert _names(_at_once(race)) == ["Applied", "Refused"]
        [record] = stores["one"].read([name("a")])
        assert record is not None
        winner = record.body.decode()
        assert record.refs == (winner, f"{winner}{version}")
        found = {ref: len(stores["one"].find("request", ref=ref, limit=9)) for ref in ("one", "two")}
        assert found == {"one": 0, "two": 0} | {winner: 1}


def test_a_record_is_created_by_one_of_two(stores: Mapping[str, Store]) -> None:
    """The other is refused, and its words are nowhere."""
    for turn in range(RACES):

        def race(racer: str, turn: int = turn) -> list[Result]:
            return stores[racer].write([change(f"{racer}{turn}", put(f"{turn}", body=racer.encode()))])

        assert _names(_at_once(race)) == ["Applied", "Refused"]


def test_a_change_is_made_by_one_of_two(stores: Mapping[str, Store]) -> None:
    """Two that repeat the same change together make it once."""
    for turn in range(RACES):

        def race(racer: str, turn: int = turn) -> list[Result]:
            return stores[racer].write([change(f"{turn}", put(f"{turn}"), entries=(entry(f"{turn}", 1),))])

        assert _names(_at_once(race)) == ["AlreadyApplied", "Applied"]


def test_a_chain_is_continued_by_one_of_two(stores: Mapping[str, Store]) -> None:
    """Nobody's entry is written over, and no number is left out."""
    for seq in range(1, RACES + 1):

        def race(racer: str, seq: int = seq) -> list[Result]:
            return stores[racer].write([change(f"{racer}{seq}", entries=(entry("a", seq, change_id=racer),))])

        assert _names(_at_once(race)) == ["Applied", "Refused"]
    assert [one.seq for one in stores["one"].history("a", limit=99)] == list(range(1, RACES + 1))


def test_batches_in_opposite_order_do_not_lock_each_other_out(stores: Mapping[str, Store]) -> None:
    """Whoever comes first takes them all in order of key; no error reaches the callers."""
    keys = [f"{at:03}" for at in range(100)]
    stores["one"].write(create(*(put(key) for key in keys)))
    for version in range(1, RACES + 1):

        def race(racer: str, version: int = version) -> list[str]:
            order = keys if racer == "one" else keys[::-1]
            results = stores[racer].write([change(f"{racer}{version}{key}", update(key, version)) for key in order])
            return sorted({type(result).__name__ for result in results})

        assert sorted(_at_once(race)) == [["Applied"], ["Refused"]]


def test_changes_that_cross_are_all_decided(stores: Mapping[str, Store]) -> None:
    """Each writes the other's record second: one of the two is made, and the other begun again and refused."""
    stores["one"].write(create(put("a"), put("b")))
    for version in range(1, RACES + 1):

        def race(racer: str, version: int = version) -> list[Result]:
            first, second = ("a", "b") if racer == "one" else ("b", "a")
            both = (update(first, version), put(second, version))
            return stores[racer].write([change(f"{racer}{version}", *both)])

        assert _names(_at_once(race)) == ["Applied", "Refused"]


def test_a_group_is_leased_to_one_of_two(stores: Mapping[str, Store]) -> None:
    """Each due record is given to exactly one of those who claim at once."""
    stores["one"].write(create(*(put(f"{at}", due=NOON + at * HOUR_US, group=f"{at}") for at in range(RACES))))
    for turn in range(RACES):

        def race(racer: str, now: int = NOON + turn * HOUR_US) -> list[str]:
            claimed = stores[racer].claim("request", now=now, lease=MINUTE, owner=racer, limit=99)
            return [record.key for record in claimed if record.due == now]

        assert sorted(_at_once(race)) == [[], [f"{turn}"]]


def test_a_record_and_its_group_may_appear_while_others_claim(stores: Mapping[str, Store]) -> None:
    """Writing what is new and claiming what is due get along."""
    stores["one"].write(create(*(put(f"{at}", due=NOON, group=f"g{at}") for at in range(RACES))))

    def race(racer: str) -> int:
        for turn in range(RACES):
            if racer == "one":
                assert stores[racer].write(create(put(f"new {turn}", due=NOON, group=f"g{turn}"))) == [Applied()]
            else:
                stores[racer].claim("request", now=NOON + turn, lease=MINUTE, owner=racer, limit=5)
        return len(stores[racer].find("request", limit=999))

    assert max(_at_once(race)) == 2 * RACES


@pytest.mark.parametrize("server", [POSTGRESQL, OTHER_POSTGRESQL, MARIADB], ids=lambda server: server.name)
def test_a_claim_waits_for_no_other(server: Server, tmp_path: Path) -> None:
    """While another claim holds some leases and does not end, what is free is given out at once."""
    prefix = server.prefix(tmp_path)
    with closing(SQLStore(server.url(), prefix=prefix)) as store:
        store.write(create(*(put(key, due=NOON, group=key) for key in "abcd")))
        lease = tables(prefix).lease
        stuck = create_engine(server.url())
        with stuck.connect() as other:
            other.execute(select(lease).where(lease.c.group_id.in_(["a", "c"])).with_for_update())
            claimed = store.claim("request", now=NOON, lease=MINUTE, owner="one", limit=9)
            assert [record.key for record in claimed] == ["b", "d"]
        stuck.dispose()
        assert [one.key for one in store.claim("request", now=NOON, lease=MINUTE, owner="two", limit=9)] == ["a", "c"]


def test_who_is_overtaken_in_every_try_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the write, again and again: the call may be repeated."""
    tries: list[int] = []

    def overtaken(*_: object) -> None:
        tries.append(1)
        raise Mismatch

    monkeypatch.setattr(Batches, "judge_and_apply", overtaken)
    with closing(SQLStore(f"sqlite:///{tmp_path / 'feedback.db'}")) as store:
        for call in (store.write, lambda changes: store.erase(changes[0], [])):
            tries.clear()
            store._wariness.disappointed()
            with pytest.raises(StoreBusy, match="again and again: repeat the call"):
                call(create(put("a")))
            assert len(tries) == TRIES

    async def story() -> None:
        awaited = AsyncSQLStore(f"sqlite+aiosqlite:///{tmp_path / 'feedback.db'}")
        awaited._wariness.disappointed()
        with pytest.raises(StoreBusy, match="again and again: repeat the call"):
            await awaited.write(create(put("a")))
        await awaited.close()

    asyncio.run(story())


def _at_once(call: Callable[[str], T]) -> list[T]:
    """What two racers get who start together at a barrier, in their order."""
    barrier = threading.Barrier(2)

    def run(racer: str) -> T:
        barrier.wait(timeout=10)
        return call(racer)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, ("one", "two")))


def _names(results: list[list[Result]]) -> list[str]:
    """The names of the single results of two calls."""
    return sorted(type(result[0]).__name__ for result in results)
