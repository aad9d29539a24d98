"""What turning a request with its history into JSON costs, and back."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, final

import attrs
import orjson
import pendulum
from cattrs.preconf.json import make_converter as make_json_converter
from cattrs.preconf.orjson import make_converter as make_orjson_converter

from benchmarks import wire_ours
from benchmarks.harness import CPU, Candidate, Outcome, alternate
from benchmarks.law.limit import Entry, Request, evolved, new

if TYPE_CHECKING:
    from collections.abc import Callable

    from cattrs.preconf.json import JsonConverter
    from cattrs.preconf.orjson import OrjsonConverter

LIMIT = "limit: by hand, orjson"

TEXT = """
One unit is one request with three history entries turned into JSON bytes and back into frozen objects, time being
integers; in the row that says so it is UTC `pendulum.DateTime` values, written as text. feedbackkit's entries are
sealed on the way out: two SHA-256 digests each.
"""


@final
@attrs.frozen(kw_only=True)
class Told:
    """A request and its history."""

    request: Request
    history: list[Entry]


@final
@attrs.frozen(kw_only=True)
class DatedEntry:
    """A history entry whose instant is a pendulum value."""

    key: str
    seq: int
    at: pendulum.DateTime
    actor: str
    event: str


@final
@attrs.frozen(kw_only=True)
class Dated:
    """A request and its history, with pendulum values."""

    request: Request
    history: list[DatedEntry]


REQUEST_FIELDS = tuple(field.name for field in attrs.fields(Request))
ENTRY_FIELDS = tuple(field.name for field in attrs.fields(Entry))


def _told() -> Told:
    request, history = new(1), []
    for at_us, event in enumerate(("remind", "remind", "give"), start=1_767_600_000_000_000):
        request, entry = evolved(request, event, at_us, "worker")
        history.append(entry)
    return Told(request=request, history=history)


def _dated() -> Dated:
    told = _told()
    entries = [
        DatedEntry(
            key=entry.key,
            seq=entry.seq,
            at=pendulum.from_timestamp(entry.at_us / 1e6),
            actor=entry.actor,
            event=entry.event,
        )
        for entry in told.history
    ]
    return Dated(request=told.request, history=entries)


def _dump(dumps: Callable[[Any], bytes]) -> Callable[[Told], bytes]:
    def dump(told: Told) -> bytes:
        request = told.request
        return dumps(
            {
                "request": {name: getattr(request, name) for name in REQUEST_FIELDS},
                "history": [{name: getattr(entry, name) for name in ENTRY_FIELDS} for entry in told.history],
            }
        )

    return dump


def _load(raw: bytes) -> Told:
    plain = orjson.loads(raw)
    return Told(request=Request(**plain["request"]), history=[Entry(**entry) for entry in plain["history"]])


def _dated_converter() -> OrjsonConverter:
    converter = make_orjson_converter(detailed_validation=False)
    converter.register_unstructure_hook(pendulum.DateTime, lambda value: value.isoformat())
    converter.register_structure_hook(pendulum.DateTime, lambda value, _: pendulum.DateTime.fromisoformat(value))
    return converter


def measure(*, rounds: int, objects: int) -> Outcome:
    """What the way there and back costs each candidate."""
    told = _told()
    by_orjson = make_orjson_converter(detailed_validation=False)
    by_json = make_json_converter(detailed_validation=False)
    dated = _dated_converter()
    candidates = [
        _candidate(LIMIT, _dump(orjson.dumps), _load, told, objects),
        _ours(objects),
        _converter("cattrs, orjson", by_orjson, told, objects),
        _converter("cattrs, json", by_json, told, objects),
        _converter("cattrs, orjson, pendulum values", dated, _dated(), objects),
    ]
    return Outcome(
        title="Wire form",
        text=TEXT,
        clock="process CPU time",
        limit=LIMIT,
        measurements=alternate(candidates, clock=CPU, rounds=rounds),
    )


def _ours(objects: int) -> Candidate:
    assert wire_ours.load(*wire_ours.dump()) == (wire_ours.REQUEST, wire_ours.PROGRESS, wire_ours.EVENTS)

    def work() -> int:
        for _ in range(objects):
            wire_ours.load(*wire_ours.dump())
        return objects

    return Candidate(name="feedbackkit, orjson, entries sealed", prepare=lambda: nullcontext(work))


def _converter(name: str, converter: JsonConverter | OrjsonConverter, value: Told | Dated, objects: int) -> Candidate:
    kind = type(value)
    return _candidate(name, converter.dumps, lambda raw: converter.loads(raw, kind), value, objects)


def _candidate(
    name: str,
    dump: Callable[[Any], Any],
    load: Callable[[Any], Any],
    value: Told | Dated,
    objects: int,
) -> Candidate:
    assert load(dump(value)) == value

    def work() -> int:
        for _ in range(objects):
            load(dump(value))
        return objects

    return Candidate(name=name, prepare=lambda: nullcontext(work))
