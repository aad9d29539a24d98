"""What one change has in hand: the records it read, as domain values, and what became of them.

A cabinet is opened for one group, filled from the store, worked on by the use-cases, and turned into one `Change`.
It lives for one try: when the store refuses the change, the work begins again with a new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.codec.chain import append
from feedbackkit.codec.heads import (
    encode_signal,
)
from feedbackkit.codec.values import encode
from feedbackkit.desk.files import NOBODY, LedgerFile, RequestFile
from feedbackkit.desk.kinds import ALERT, ORGANISATION, PERSON, REQUEST, SIGNAL, UNREAD
from feedbackkit.desk.sending.noticing import notices_of
from feedbackkit.domain.alerts import Alert
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import CourtesyKind, Event, EventKind, Occasion
from feedbackkit.errors import NotFound
from feedbackkit.policies.courtesies import courtesy_after
from feedbackkit.ports import Change, Put, Record, RecordKey, Update
from feedbackkit.workflow import apply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from feedbackkit.desk.sending.noticing import Hearing
    from feedbackkit.domain.alerts import AlertKind
    from feedbackkit.ports import HistoryEntry

__all__ = ["Cabinet", "change_id_of"]

_TELLING: Final = frozenset(
    {
        EventKind.GIVEN,
        EventKind.REVISED,
        EventKind.DECLINED,
        EventKind.EXPIRED,
        EventKind.WITHDRAWN,
        EventKind.REOPENED,
        EventKind.BOUNCED,
        EventKind.READDRESSED,
    }
)
"""The events by which the plan of an engagement may have to change."""
_UNTOLD: Final = frozenset({Party.PLAN, Party.ERASURE})
"""On whose word an event tells the plan nothing: it is the plan's own, or there is nobody left."""


def change_id_of(now_us: int, owner: str, first: Put | Update | RequestFile | LedgerFile, salt: bytes) -> str:
    """The id of a change: when and by whom it was made, from which version of its first record, and chance.

    No other change has it, whoever works under the same name at the same instant, or draws the same chance again.
    """
    return f"{now_us:014x}.{owner}.{first.kind}/{first.key}@{first.version}.{salt[:8].hex()}"


class Cabinet:
    """The files of one change, by key, and what else it writes."""

    __slots__ = (
        "_happened",
        "actor",
        "alerts",
        "courtesies",
        "courtesies_due",
        "given",
        "joined",
        "now_us",
        "nudged",
        "organisations",
        "others",
        "people",
        "put_off_and_closed",
        "requests",
        "subscribers",
    )

    def __init__(
        self,
        now_us: int,
        actor: str,
        *,
        joined: bool = False,
        subscribers: Sequence[Hearing] = (),
        courtesies: frozenset[CourtesyKind] = frozenset(),
    ) -> None:
        self.now_us = now_us
        self.actor = actor
        self.joined = joined
        """Whether it is stored in a transaction of the caller's, which must not keep others from shared ledgers."""
        self.given: Mapping[str, Mapping[Occasion, int]] = {}
        """How many requests about a subject are answered, by occasion, where that was looked up."""
        self.subscribers = subscribers
        """Who is told what happens; what they have not heard yet is stored with it."""
        self.requests: dict[str, RequestFile] = {}
        self.people: dict[str, LedgerFile] = {}
        self.organisations: dict[str, LedgerFile] = {}
        self.others: list[Put | Update] = []
        self.alerts: list[Alert] = []
        """What is raised with the change; observers are told when it is stored."""
        self.nudged: list[RequestFile] = []
        """Requests whose subject is to be asked to speak to the respondent."""
        self.courtesies = courtesies
        """Which last words are said at all."""
        self.courtesies_due: list[tuple[RequestFile, CourtesyKind]] = []
        """Requests of which one is to be said now."""
        self.put_off_and_closed: list[RequestFile] = []
        """Requests that were closed before a date that was chosen, by an appointment perhaps."""
        self._happened: list[tuple[RequestFile, Event]] = []

    def file(self, records: Iterable[Record | None]) -> None:
        """Take in what was read of requests, people and organisations; what is not there is left out."""
        for record in records:
            if record is None:
                continue
            if record.kind == REQUEST:
                self.requests[record.key] = RequestFile.stored(record)
            elif record.kind == PERSON:
                self.people[record.key] = LedgerFile.stored(record)
            else:
                self.organisations[record.key] = LedgerFile.stored(record)

    def has(self, key: RecordKey) -> bool:
        """Whether that request, person or organisation is in hand."""
        if key.kind == REQUEST:
            return key.key in self.requests
        return key.key in (self.people if key.kind == PERSON else self.organisations)

    def by_respondent(self) -> dict[str, list[RequestFile]]:
        """The requests in hand, by whom they ask."""
        people: dict[str, list[RequestFile]] = {}
        for file in self.requests.values():
            people.setdefault(file.respondent, []).append(file)
        return people

    def person(self, key: str) -> LedgerFile:
        """The file of a person, which must be in hand."""
        file = self.people.get(key)
        if file is None:
            raise NotFound(PERSON, key)
        return file

    def organisation(self, key: str | None) -> LedgerFile:
        """The file of an organisation, or an empty one for a person without any."""
        if key is None:
            return NOBODY
        file = self.organisations.get(key)
        if file is None:
            raise NotFound(ORGANISATION, key)
        return file

    def count(self, person: str, organisation: str | None, at_us: int, *, keep_us: int) -> None:
        """Count a contact of that instant in the ledgers of a person and their organisation."""
        for file in self._ledgers(person, organisation):
            file.ledger = file.ledger.booked(at_us, keep_us=keep_us)

    def uncount(self, person: str, organisation: str | None, at_us: int) -> None:
        """Count that contact no longer, for it did not reach anybody."""
        for file in self._ledgers(person, organisation):
            file.ledger = file.ledger.released(at_us)

    def _ledgers(self, person: str, organisation: str | None) -> tuple[LedgerFile, ...]:
        own = self.person(person)
        return (own,) if organisation is None else (own, self.organisation(organisation))

    def happen(self, file: RequestFile, kind: EventKind, **fields: Any) -> None:  # noqa: ANN401 - as `Event` takes them
        """Let an event happen to a request now; an illegal one raises and changes nothing."""
        event = Event(kind=kind, at_us=self.now_us, actor=self.actor, **fields)
        before = file.progress
        file.progress = apply(before, event, key=file.key)
        file.changed = True
        if kind in _TELLING and event.party not in _UNTOLD:
            file.telling = True
            if self.courtesies:
                courtesy = courtesy_after(file.request, before, event)
                if courtesy is not None and courtesy in self.courtesies:
                    self.courtesies_due.append((file, courtesy))
        self._happened.append((file, event))

    def alert(self, file: RequestFile, kind: AlertKind, about: str, reason: str) -> None:
        """Raise an alert for the owner of a request; `about` tells it from others about the same request."""
        self.alerts.append(
            Alert(
                key=f"{file.key}/alert/{about}",
                kind=kind,
                at_us=self.now_us,
                request=file.key,
                owner=file.request.owner,
                reason=reason,
            )
        )
        body = encode(self.alerts[-1])
        self.others.append(Put(ALERT, self.alerts[-1].key, 0, None, file.group, file.refs, UNREAD, b"[1]", body))

    def _signals(self, requests: Iterable[RequestFile]) -> Iterator[Put]:
        """A record for each request that tells the plan of its engagement something: nobody else writes it."""
        for file in requests:
            if file.telling and file.engagement is not None and file.tells_its_plan:
                key, refs = f"{file.key}@{file.next_version}", (file.engagement,)
                yield Put(SIGNAL, key, 0, self.now_us, file.engagement, refs, "noted", encode_signal(self.now_us), b"")

    def change(self, owner: str, salt: Callable[[], bytes]) -> Change | None:
        """The change that stores all this, or `None` where nothing differs; asked once, at the end."""
        requests = [file for file in self.requests.values() if file.changed]
        ledgers = [file for file in (*self.people.values(), *self.organisations.values()) if file.changed]
        first = next(iter((*requests, *ledgers, *self.others)), None)
        if first is None:
            return None
        change_id = change_id_of(self.now_us, owner, first, salt())
        entries: list[HistoryEntry] = []
        notices: list[Put] = []
        for file, event in self._happened:
            entry, file.end = append(file.key, event, change_id=change_id, end=file.end, salt=salt())
            entries.append(entry)
            if self.subscribers:
                notices += notices_of(self.subscribers, file, event)
        writes = (
            *(file.write() for file in requests),
            *(file.write() for file in ledgers),
            *self._signals(requests),
            *self.others,
            *notices,
        )
        return Change(change_id, self.now_us, writes, tuple(entries))
