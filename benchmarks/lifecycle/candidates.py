"""The candidates of the lifecycle, each on a fresh SQLite file in WAL mode with synchronous=FULL."""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks.child import one_child
from benchmarks.files import folder
from benchmarks.harness import WALL, Candidate, Outcome, Target, Work, alternate
from benchmarks.lifecycle import limit, peers, setwise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OURS = "feedbackkit, json"
OURS_ORJSON = "feedbackkit, orjson"
OURS_CONTESTED = "feedbackkit, json, 1 % conflicts"
BY_ORJSON = "by hand, orjson"
LIMIT = "limit: by hand, batches of 1,000, json"

TEXT = """
One unit is the whole life of one request to one person, on a fresh SQLite file (WAL, synchronous=FULL): created with a
body of about 600 bytes, due, reminded, due again, reminded again, and given, with the answers fed in batches. Each
reminder writes the state, a history entry and a message in one transaction.

feedbackkit's life of a request has more in it: the people and their organisation are registered with it, one contact
more goes out (the ask), each contact is booked in two ledgers under all default rules, looked at a last time before it
is sent, and noted as sent afterwards, and the history is a chain of digests. The people are 4 to an organisation. With
conflicts, another writer is faster with one group in a hundred, and what it wrote costs, too.
"""


def measure(*, rounds: int, requests: int, directory: Path) -> Outcome:
    """What one request's life costs each candidate."""
    candidates = [
        Candidate(name=LIMIT, prepare=lambda: _by_hand(requests, directory, json.dumps, json.loads)),
        Candidate(name=OURS, prepare=lambda: _ours(requests, directory, "--json")),
        Candidate(name=OURS_ORJSON, prepare=lambda: _ours(requests, directory)),
        Candidate(name=OURS_CONTESTED, prepare=lambda: _ours(requests, directory, "--json", "--contested")),
        Candidate(name=BY_ORJSON, prepare=lambda: _by_hand(requests, directory, orjson.dumps, orjson.loads)),
        Candidate(name="set-wise SQL, no objects", prepare=lambda: _setwise(requests, directory)),
        Candidate(
            name="transitions + SQLAlchemy ORM, a commit per 100",
            prepare=lambda: _orm(max(requests // 5, 100), directory, 100),
        ),
        Candidate(
            name="transitions + SQLAlchemy ORM, a commit each",
            prepare=lambda: _orm(max(requests // 20, 100), directory, 1),
        ),
    ]
    return Outcome(
        title="A request's life, on SQLite",
        text=TEXT,
        clock="wall time",
        limit=LIMIT,
        measurements=alternate(candidates, clock=WALL, rounds=rounds),
        targets=[
            Target(candidate=OURS, against=LIMIT, at_most=6),
            Target(candidate=OURS_ORJSON, against=LIMIT, at_most=5),
            Target(candidate=OURS_CONTESTED, against=LIMIT, at_most=7),
        ],
    )


@contextmanager
def _by_hand(
    requests: int,
    directory: Path,
    dump: Callable[[Any], str | bytes],
    load: Callable[[str | bytes], Any],
) -> Iterator[Work]:
    with folder(directory) as place, closing(limit.connect(place / "hand.db")) as db:
        db.executescript(limit.SCHEMA)
        yield lambda: limit.play(limit.ByHand(db, dump, load), requests)
        limit.check(db, requests)


@contextmanager
def _ours(requests: int, directory: Path, *flags: str) -> Iterator[Work]:
    """A desk in a fresh interpreter."""
    with (
        folder(directory) as place,
        one_child("benchmarks.lifecycle.ours", place / "desk.db", requests, *flags, units=requests) as work,
    ):
        yield work


@contextmanager
def _setwise(requests: int, directory: Path) -> Iterator[Work]:
    with folder(directory) as place, closing(limit.connect(place / "setwise.db")) as db:
        db.executescript(limit.SCHEMA)
        yield lambda: setwise.play(db, requests)
        limit.check(db, requests)


@contextmanager
def _orm(requests: int, directory: Path, commit_every: int) -> Iterator[Work]:
    with folder(directory) as place:
        bound = peers.engine(f"sqlite:///{place / 'orm.db'}")
        yield lambda: peers.play(bound, requests, commit_every)
        bound.dispose()
        with closing(limit.connect(place / "orm.db")) as db:
            limit.check(db, requests)
