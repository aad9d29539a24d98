"""A program whose runs are killed: ``python -m tests.faults.killed FOLDER PLACE HOW [--idempotent] [--every N]``.

HOW is ``statements``: for each boundary of a run, be it a call of the store, a statement of the database or a sending,
a child runs the story and is killed there; or ``syscalls``: it is killed at system calls drawn by chance. After each
death the run is begun again in a fresh child. One line of JSON tells each ending. A program of its own, because a
process that forks must be alone: no threads, no open databases.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sqlite3
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from tests.desk.books import wrong_in
from tests.desk.house import STORE_METHODS
from tests.faults import traced
from tests.faults.story import Postbox, die, prepare, run, state_of, store_at
from tests.faults.tables import keep, put_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SQLITE_CONNECT: Final = sqlite3.connect


class Boundaries:
    """Counts the boundaries that a run passes, and dies at one of them."""

    def __init__(self, fatal: int) -> None:
        self.passed = 0
        self._fatal: Final = fatal

    def passing(self, *_anything: object) -> None:
        """One more."""
        self.passed += 1
        if self.passed == self._fatal:
            die()

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same call with a boundary before and after it."""

        def bounded(*arguments: Any, **named: Any) -> Any:
            self.passing()
            result = call(*arguments, **named)
            self.passing()
            return result

        return bounded


class Bounded:
    """A store or channel, some of whose methods are boundaries."""

    def __init__(self, inner: Any, methods: tuple[str, ...], boundaries: Boundaries) -> None:
        for name in methods:
            setattr(self, name, boundaries.around(getattr(inner, name)))
        self.path = getattr(inner, "path", None)
        self.name = getattr(inner, "name", None)
        self.idempotent = getattr(inner, "idempotent", None)


def _watch_statements(place: str, boundaries: Boundaries) -> None:
    """Pass a boundary before each statement of this process, and with a server also after it."""
    if place.startswith("sqlite") or "://" not in place:

        def connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = _SQLITE_CONNECT(*arguments, **named)
            connection.set_trace_callback(boundaries.passing)
            return connection

        sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]
        return
    from sqlalchemy import Engine, event

    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, moment, boundaries.passing)


def _disturbed(place: str, postbox: Postbox, fatal: int) -> int:
    """Run, and die at a boundary; how many there were, for who comes that far."""
    boundaries = Boundaries(fatal)
    _watch_statements(place, boundaries)
    store = Bounded(store_at(place), STORE_METHODS, boundaries)
    run(store, Bounded(postbox, ("send",), boundaries))  # type: ignore[arg-type]  # it sends
    return boundaries.passed


def _in_child(work: Callable[[], object], *, traced_to: int | None = None) -> tuple[bool, int]:
    """Do something in a process of its own; whether it came to its end, and the system calls where they count."""
    pid = os.fork()
    if pid == 0:
        _child(work, stop=traced_to is not None)
    if traced_to is not None:
        ended, calls = traced.follow(pid, kill_at=traced_to)
        return ended, calls
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a child has failed")
    return os.WIFEXITED(status), 0


def _child(work: Callable[[], object], *, stop: bool) -> NoReturn:
    code = 1
    try:
        if stop:
            traced.ask_to_be()
        work()
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


class Scene:
    """Where the story is played again and again, each time from the same beginning."""

    def __init__(self, folder: Path, place: str, *, idempotent: bool) -> None:
        self.place = place if "://" in place else str(folder / "feedback.db")
        self.postbox = Postbox(folder / "delivered.txt", idempotent=idempotent)
        self._begun = folder / "begun"
        self._files = [Path(self.place)] if "://" not in place else []
        if place.startswith("sqlite"):
            self._files = [Path(place.partition("///")[2].partition("#")[0])]
        self._begun.mkdir()
        _in_child(self._prepare)

    def _prepare(self) -> None:
        with closing(store_at(self.place)) as store:
            prepare(store, self.postbox)
        for file in (*self._files, self.postbox.path):
            shutil.copy(file, self._begun / file.name)
        if not self._files:
            keep(self.place, self._begun / "tables.pickle")

    def begin(self) -> None:
        """Put everything back to where the run begins."""
        for file in (*self._files, self.postbox.path):
            for leftover in file.parent.glob(f"{file.name}-*"):
                leftover.unlink()
            shutil.copy(self._begun / file.name, file)
        if not self._files:
            _in_child(lambda: put_back(self.place, self._begun / "tables.pickle"))

    def look(self) -> dict[str, Any]:
        """What is there now."""
        with closing(store_at(self.place)) as store:
            return {
                "state": repr(state_of(store)),
                "wrong": wrong_in(store),
                "statuses": sorted(record.state for record in store.find("contact", limit=1000)),
                "delivered": self.postbox.delivered,
            }


def _tell_of(scene: Scene, **what: Any) -> None:
    _tell(**what, **scene.look())


def _tell(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _statements(scene: Scene, every: int) -> Iterator[tuple[int, bool]]:
    fatal = 1
    while True:
        scene.begin()
        ended, _ = _in_child(partial(_disturbed, scene.place, scene.postbox, fatal))
        yield fatal, ended
        if ended:
            return
        fatal += every


def _syscalls(scene: Scene, times: int) -> Iterator[tuple[int, bool]]:
    def undisturbed() -> None:
        with closing(store_at(scene.place)) as store:
            run(store, scene.postbox)

    scene.begin()
    _, calls = _in_child(undisturbed, traced_to=0)
    for fatal in sorted(random.Random(5).sample(range(1, calls + 1), times)):  # noqa: S311 - a choice of moments
        scene.begin()
        ended, _ = _in_child(undisturbed, traced_to=fatal)
        yield fatal, ended


def main() -> None:
    """Kill again and again, and tell how each time ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("place")
    parser.add_argument("how", choices=("statements", "syscalls"))
    parser.add_argument("--idempotent", action="store_true")
    parser.add_argument("--number", type=int, default=1, help="every n-th boundary, or n system calls")
    options = parser.parse_args()
    scene = Scene(options.folder, options.place, idempotent=options.idempotent)
    scene.begin()
    _in_child(lambda: _disturbed(scene.place, scene.postbox, 0))
    _in_child(lambda: _tell(undisturbed=scene.look()))
    endings = _statements if options.how == "statements" else _syscalls
    for at, ended in endings(scene, options.number):
        _in_child(lambda: _disturbed(scene.place, scene.postbox, 0))
        _in_child(partial(_tell_of, scene, at=at, ended=ended))


if __name__ == "__main__":
    main()
