"""What subscribers are to hear, stored in the change with which it happens.

Nothing is told that did not happen, and nothing that happened is forgotten.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

from feedbackkit.codec.heads import encode_count
from feedbackkit.codec.text import dumps
from feedbackkit.desk.kinds import NOTICE
from feedbackkit.domain.times import face
from feedbackkit.ports import Put

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from feedbackkit.desk.files import RequestFile
    from feedbackkit.domain.request import Event

__all__ = ["WAITING", "Hearing", "notices_of"]

WAITING: Final = "waiting"
"""The state of a notice that was not told yet."""


class Hearing(Protocol):
    """What has to be known of a subscriber when something happens."""

    name: str

    def wants(self, kind: str) -> bool:
        """See `Subscriber.wants`."""
        ...


def notices_of(subscribers: Sequence[Hearing], file: RequestFile, event: Event) -> Iterator[Put]:
    """A record for each subscriber that is told of an event; its group is the subscriber, who hears one at a time."""
    kind = f"request.{event.kind.value}"
    for subscriber in subscribers:
        if subscriber.wants(kind):
            key = f"{subscriber.name}/{file.key}@{file.end.seq}"
            group, body = f"subscriber-{subscriber.name}", _body(file, event, kind)
            yield Put(NOTICE, key, 0, event.at_us, group, (), WAITING, encode_count(0), body)


def _body(file: RequestFile, event: Event, kind: str) -> bytes:
    """Ids and words of the law; not what somebody said, for that may be anything."""
    request = file.request
    return dumps(
        {
            "id": f"evt_{sha256(f'{file.key}@{file.end.seq}'.encode()).hexdigest()[:24]}",
            "type": kind,
            "timestamp": face(event.at_us).isoformat(),
            "data": {
                "request": file.key,
                "seq": file.end.seq,
                "state": file.progress.state.value,
                "occasion": request.occasion.value,
                "engagement": request.engagement,
                "respondent": request.respondent,
                "organisation": request.organisation,
                "subject": request.subject,
                "party": event.party.value,
                "due": None if event.due_us is None else face(event.due_us).isoformat(),
            },
        }
    )
