"""Stores side by side: the same calls to each, and the same answers and errors from each.

The machine makes up calls out of a few keys, groups, owners and instants, so that they meet; most versions and numbers
it gives are right, some are one off. Whatever the stores answer is compared with the first of them, the reference.
"""

# ruff: noqa: S101 — a comparison asserts

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from feedbackkit.errors import FeedbackKitError
from feedbackkit.ports import Change, HistoryEntry, Put, RecordKey, Update

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from feedbackkit.ports import Record, Store

__all__ = ["BOUNDED", "LONG", "StoreAgreement"]

_QUIET: Final = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BOUNDED: Final = settings(_QUIET, max_examples=150, stateful_step_count=40)
"""What runs by default: some seconds."""

LONG: Final = settings(_QUIET, max_examples=2_000, stateful_step_count=100)
"""What runs where the environment has ``FEEDBACKKIT_AGREEMENT=long``: many minutes."""

_EVERYTHING: Final = 1_000
_KIND_NAMES: Final = ("request", "person")
_KEY_NAMES: Final = ("a", "b", "B", "ä", "a ")
_GROUP_NAMES: Final = ("nordwerk", "südwerk", "")
_KINDS: Final = st.sampled_from(_KIND_NAMES)
_KEYS: Final = st.sampled_from(_KEY_NAMES)
_GROUPS: Final = st.sampled_from(_GROUP_NAMES)
_OWNERS: Final = st.sampled_from(["one", "two"])
_STATES: Final = st.sampled_from(["planned", "given"])
_REFS: Final = st.lists(st.sampled_from(["p", "q", "", "p\nq"]), max_size=3).map(tuple)
_INSTANTS: Final = st.integers(-3, 40)
_DUES: Final = st.none() | _INSTANTS
_WANTED: Final = st.sampled_from(["p", "q", "", "p\nq", "x"])
_LIMITS: Final = st.integers(0, 6)
_BYTES: Final = st.binary(max_size=6)
_OFF: Final = st.sampled_from([0, 0, 0, 0, 0, 0, 1, -1])
_IDS: Final = st.sampled_from(["new", "new", "new", "new", "known", "twin"])
_NAMES: Final = st.builds(RecordKey, _KINDS, _KEYS)
_WRITES: Final = st.one_of(
    st.builds(Put, _KINDS, _KEYS, _OFF, _DUES, _GROUPS, _REFS, _STATES, _BYTES, _BYTES),
    st.builds(Update, _KINDS, _KEYS, _OFF, _DUES, _STATES, _BYTES),
)
_ENTRIES: Final = st.builds(
    HistoryEntry, _KEYS, _OFF, _INSTANTS, _OWNERS, _STATES, st.just(""), _BYTES, _BYTES, _BYTES, _BYTES
)
_CHANGES: Final = st.builds(
    Change,
    _IDS,
    _INSTANTS,
    st.lists(_WRITES, max_size=3, unique_by=lambda write: write[:2]).map(tuple),
    st.lists(_ENTRIES, max_size=2).map(tuple),
)


_PEOPLE: Final = [
    Change(
        f"{kind} {key}",
        0,
        (
            Put(
                kind, key, 0, 4 - at, _GROUP_NAMES[at % 3], ("q", "p")[: at % 3], ("planned", "given")[at % 2], b"", b""
            ),
        ),
        (HistoryEntry(key, 1 + number, 0, "one", "planned", "", b"salt", b"c", b"p", b"payload"),),
    )
    for number, kind in enumerate(_KIND_NAMES)
    for at, key in enumerate(_KEY_NAMES)
]


class StoreAgreement(RuleBasedStateMachine):
    """A Hypothesis machine that drives several stores; subclass it, name the stores, and take its ``TestCase``.

    It runs as `BOUNDED` says, or as `LONG` where the environment has ``FEEDBACKKIT_AGREEMENT=long``.
    """

    openers: ClassVar[Mapping[str, Callable[[Path], Store]]]
    """How each store is opened in a folder of its own; the first is what the others are compared with."""

    forgetful: ClassVar[frozenset[str]] = frozenset({"memory"})
    """The stores that keep nothing over a close; they are left open where the others are opened again."""

    def __init_subclass__(cls) -> None:
        """Settle how long the test case runs."""
        cls.TestCase.settings = LONG if os.environ.get("FEEDBACKKIT_AGREEMENT") == "long" else BOUNDED

    @initialize(peopled=st.sampled_from([True, True, True, False]))
    def open(self, *, peopled: bool) -> None:
        """Every run begins with empty stores, or with a few records and chains in them."""
        self.folder = tempfile.TemporaryDirectory()
        self.stores: dict[str, Store] = {}
        self.used: list[str] = []
        for name in self.openers:
            self.stores[name] = self._open(name)
        if peopled:
            self._all(lambda store: store.write(_PEOPLE))

    @rule(changes=st.lists(_CHANGES, max_size=4))
    def write(self, changes: list[Change]) -> None:
        """Whole or not at all, for each change."""
        real = self._made_real(changes)
        self._all(lambda store: store.write(real))

    @rule(change=_CHANGES, forget=st.lists(st.tuples(_KEYS, st.integers(0, 3)), max_size=4))
    def erase(self, change: Change, forget: list[tuple[str, int]]) -> None:
        """As a write, and the words are gone."""
        [real] = self._made_real([change])
        self._all(lambda store: store.erase(real, forget))

    @rule(kind=_KINDS, now=_INSTANTS, lease=st.integers(1, 15), owner=_OWNERS, limit=_LIMITS)
    def claim(self, kind: str, now: int, lease: int, owner: str, limit: int) -> None:
        """The clock goes forwards and backwards."""
        self._all(lambda store: store.claim(kind, now=now, lease=lease, owner=owner, limit=limit))

    @rule(kind=_KINDS, now=_INSTANTS, lease=st.integers(1, 15), later=st.integers(-16, 16))
    def compete(self, kind: str, now: int, lease: int, later: int) -> None:
        """One owner comes soon after another, or before it by a clock that is behind."""
        self._all(lambda store: store.claim(kind, now=now, lease=lease, owner="one", limit=2))
        self._all(lambda store: store.claim(kind, now=now + later, lease=lease, owner="two", limit=_EVERYTHING))

    @rule(names=st.lists(_NAMES, max_size=4), owner=_OWNERS, retry_at=st.none() | _INSTANTS)
    def release(self, names: list[RecordKey], owner: str, retry_at: int | None) -> None:
        """Held or not, once or again."""
        self._all(lambda store: store.release(names, owner=owner, retry_at=retry_at))

    @rule(kind=_KINDS, owner=_OWNERS, times=st.sampled_from([1, 3, 10]), wait=st.sampled_from([0, 1, 2]))
    def fail(self, kind: str, owner: str, times: int, wait: int) -> None:
        """Again and again, often enough that something becomes a dead letter."""
        for now in range(50, 50 + times * (wait or 1)):

            def once(store: Store, now: int = now) -> list[Record]:
                claimed = store.claim(kind, now=now, lease=1, owner=owner, limit=2)
                store.release([RecordKey(kind, one.key) for one in claimed], owner=owner, retry_at=now + wait)
                return claimed

            self._all(once)

    @rule(
        kind=_KINDS,
        ref=st.none() | _WANTED | st.lists(_WANTED, max_size=3).map(tuple),
        state=st.none() | _STATES,
        due_until=st.none() | _INSTANTS,
        after=st.none() | _KEYS | st.sampled_from(["", "aa"]),
        limit=_LIMITS,
    )
    def find(
        self,
        kind: str,
        ref: str | tuple[str, ...] | None,
        state: str | None,
        due_until: int | None,
        after: str | None,
        limit: int,
    ) -> None:
        """With any filters."""
        self._all(lambda store: store.find(kind, ref=ref, state=state, due_until=due_until, after=after, limit=limit))

    @rule(names=st.lists(_NAMES, max_size=4))
    def read(self, names: list[RecordKey]) -> None:
        """Records and their heads, known or not, once or twice."""
        self._all(lambda store: store.read(names))
        self._all(lambda store: store.heads(names))

    @rule(key=_KEYS, after=st.integers(-1, 4), limit=_LIMITS)
    def history(self, key: str, after: int, limit: int) -> None:
        """Any page of a chain."""
        self._all(lambda store: store.history(key, after=after, limit=limit))

    @rule(kind=_KINDS, after=st.none() | _KEYS, limit=_LIMITS)
    def dead_letters(self, kind: str, after: str | None, limit: int) -> None:
        """Any page of what was given up."""
        self._all(lambda store: store.dead_letters(kind, after=after, limit=limit))

    @rule()
    def reopen(self) -> None:
        """What is durable goes on where it stopped; what was closed says so."""
        for name in self.openers:
            if name not in self.forgetful:
                closed = self.stores[name]
                closed.close()
                closed.close()
                assert self._answer(name, lambda store: store.history("a", limit=1)) == "StoreClosed"
                self.stores[name] = self._open(name)

    @invariant()
    def hold_the_same(self) -> None:
        """After every step all that can be seen from outside is the same in all."""
        for kind in _KIND_NAMES:
            self._all(lambda store, kind=kind: store.find(kind, limit=_EVERYTHING))  # type: ignore[misc]  # a lambda's default is untyped
            self._all(lambda store, kind=kind: store.dead_letters(kind, limit=_EVERYTHING))  # type: ignore[misc]  # a lambda's default is untyped

    def teardown(self) -> None:
        """At the end the chains are compared too, and all is closed and removed."""
        try:
            for key in _KEY_NAMES if len(self.stores) == len(self.openers) else ():  # or one could not be opened
                self._all(lambda store, key=key: store.history(key, limit=_EVERYTHING))  # type: ignore[misc]  # a lambda's default is untyped
        finally:
            for store in self.stores.values():
                store.close()
            self.folder.cleanup()

    def _open(self, name: str) -> Store:
        folder = Path(self.folder.name) / name
        folder.mkdir(exist_ok=True)
        return self.openers[name](folder)

    def _all(self, call: Callable[[Store], object]) -> None:
        answers = {name: self._answer(name, call) for name in self.stores}
        [reference, *others] = answers
        for other in others:
            assert answers[other] == answers[reference], f"{other} does not answer like {reference}"

    def _answer(self, name: str, call: Callable[[Store], object]) -> object:
        try:
            answer = call(self.stores[name])
        except FeedbackKitError as error:
            return type(error).__name__
        if isinstance(answer, list):
            return [_exact(one) for one in cast("list[object]", answer)]
        return _exact(answer)

    def _made_real(self, changes: list[Change]) -> list[Change]:
        """Ids, versions and numbers as a caller would know them, plus what was drawn as being off."""
        reference = next(iter(self.stores.values()))
        versions: dict[RecordKey, int] = {}
        ends: dict[str, int] = {}
        real: list[Change] = []
        for change in changes:
            for key in {entry.key for entry in change.entries} - ends.keys():
                ends[key] = len(reference.history(key, limit=_EVERYTHING))
            writes: list[Put | Update] = []
            for write in change.writes:
                name = RecordKey(write.kind, write.key)
                if name not in versions:
                    [head] = reference.heads([name])
                    versions[name] = head.version if head else 0
                writes.append(write._replace(version=max(versions[name] + write.version, 0)))
                versions[name] += 1
            entries: list[HistoryEntry] = []
            for entry in change.entries:
                entries.append(entry._replace(seq=ends[entry.key] + 1 + entry.seq))
                ends[entry.key] += 1
            real.append(Change(self._id(change), change.at, tuple(writes), tuple(entries)))
        return real

    def _id(self, change: Change) -> str:
        if change.id == "known" and self.used:
            return self.used[change.at % len(self.used)]
        if change.id == "twin" and self.used:
            return self.used[-1]
        self.used.append(f"c{len(self.used)}")
        return self.used[-1]


def _exact(answer: object) -> object:
    """An answer with its types, which comparing leaves out: a result without fields equals any other such."""
    if not isinstance(answer, tuple):
        return answer
    fields = cast("tuple[object, ...]", answer)
    return (type(fields).__name__, fields, [type(field).__name__ for field in fields])
