"""Very many open requests, copied straight into the store's tables.

A desk really asks the four people of one organisation. What that leaves of the requests (records, bodies, refs, history
and so on) becomes a form, which is filled in for every further organisation: with other keys and other ids,
of the same length.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

import psycopg

from benchmarks.harness import tell
from benchmarks.lifecycle import story
from benchmarks.lifecycle.desk import SECRET, START, Counting, asks_of, key_of, register
from feedbackkit import Desk, ManualClock
from feedbackkit.stores.sql import SQLStore

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUR_US: Final = 3_600_000_000
NOW_US: Final = story.START_US + story.WAIT_US
LATER_US: Final = NOW_US + HOUR_US
DUE: Final = 1_000
DUE_LATER: Final = 20_000

_SIZE: Final = story.PEOPLE_PER_ORGANISATION
_HOUSES_AT_A_TIME: Final = 10_000
_TABLES: Final = {
    "change": f"at > {story.START_US}",
    "record": "kind IN ('request', 'contact')",
    "body": "name LIKE 'request/%'",
    "ref": "name LIKE 'request/%' OR name LIKE 'contact/%'",
    "history": "true",
    "lease": "group_id LIKE 'o%'",
}
"""Which rows are of requests; those of people are not multiplied."""


def due_us(number: int, count: int) -> int:
    """When a request of so many is due: 1,000 of them by now, 20,000 an hour later, the others in days to come.

    Those that are due are spread over the whole table.
    """
    if number % (count // DUE) == 0:
        return NOW_US - number % DUE
    if number % (count // DUE_LATER) == 1:
        return LATER_US - number % DUE
    return NOW_US + story.DAY_US + number


def load(url: str, count: int) -> None:
    """Fill the tables of a store with so many open requests."""
    with psycopg.connect(url, autocommit=True) as db:
        form, ids = _form(url, db)
        db.execute("SET synchronous_commit = off")
        houses = count // _SIZE
        for first in range(0, houses, _HOUSES_AT_A_TIME):
            tell(f"copying: {first * _SIZE:,} of {count:,} requests are there")
            some = [_values(house, count, ids) for house in range(first, min(first + _HOUSES_AT_A_TIME, houses))]
            for table, text in form.items():
                with db.cursor().copy(f"COPY feedbackkit_{table} FROM STDIN".encode()) as copy:
                    copy.write("".join([text % values for values in some]))
        tell("vacuuming")
        for table in form:
            db.execute(f"VACUUM (ANALYZE) feedbackkit_{table}".encode())
        db.execute("CHECKPOINT")


def bytes_each(url: str, count: int) -> dict[str, float]:
    """What one request takes on disk, with its indexes, table by table."""
    with psycopg.connect(url) as db:
        sizes = {
            table: db.execute("SELECT pg_total_relation_size(%s::regclass)", [f"feedbackkit_{table}"]).fetchone()
            for table in _TABLES
        }
    return {table: size[0] / count for table, size in sizes.items() if size is not None}


def _form(url: str, db: psycopg.Connection) -> tuple[dict[str, str], list[str]]:
    """The rows of one organisation, by table, as COPY reads them and with gaps; and the ids that were in the gaps."""
    clock = ManualClock(START)
    with closing(Desk(SQLStore(url), channels=[Counting()], clock=clock, secret=SECRET)) as desk:
        register(desk, clock, asks_of(range(_SIZE)))
        clock.set_us(story.START_US)
        requests = desk.request_all(asks_of(range(_SIZE)))
        clock.set_us(story.START_US + HOUR_US)
        desk.run()
        known = {id_ for one in requests for id_ in (one.respondent, one.subject, one.organisation) if id_}
        due = desk.get(key_of(0)).progress.due_us
    ids = sorted(known)
    form = {table: "".join(_lines(db, table, which, ids, str(due))) for table, which in _TABLES.items()}
    for table in _TABLES:
        db.execute(f"TRUNCATE feedbackkit_{table}".encode())
    return form, ids


def _lines(db: psycopg.Connection, table: str, which: str, ids: list[str], due: str) -> Iterator[str]:
    question = f"COPY (SELECT * FROM feedbackkit_{table} WHERE {which}) TO STDOUT"  # noqa: S608 - names of our own
    with db.cursor().copy(question.encode()) as copy:
        text = b"".join(copy).decode()
    for row in text.splitlines(keepends=True):
        line = row.replace("%", "%%")
        for number in range(_SIZE):
            if f"request/{key_of(number)}\t" in line:
                line = line.replace(f"\t{due}\t", f"\t%(due{number})s\t")
            line = _with_gap(line, key_of(number), f"key{number}")
        for number, id_ in enumerate(ids):
            line = _with_gap(line, id_, f"id{number}")
        yield _with_gap(line, "M-000000", "engagement")


def _with_gap(line: str, value: str, name: str) -> str:
    """Bytes are written in hexadecimal."""
    return line.replace(value, f"%({name})s").replace(value.encode().hex(), f"%({name}_hex)s")


def _values(house: int, count: int, ids: list[str]) -> dict[str, object]:
    """What goes into the gaps for one organisation."""
    values: dict[str, object] = {"engagement": f"M-{house:06d}"}
    for number in range(_SIZE):
        values[f"key{number}"] = key_of(house * _SIZE + number)
        values[f"due{number}"] = due_us(house * _SIZE + number, count)
    for number, id_ in enumerate(ids):
        values[f"id{number}"] = f"{id_[0]}{house:012x}{id_[13:]}"
    values.update({f"{name}_hex": str(value).encode().hex() for name, value in values.items() if name[:3] != "due"})
    return values
