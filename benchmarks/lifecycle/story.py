"""What every candidate of the lifecycle plays: who is asked, when, and what is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY_US = 86_400_000_000
START_US = 1_767_600_000_000_000  # Monday, 5 January 2026, 08:00 UTC
WAIT_US = 7 * DAY_US
BATCH = 1_000
PEOPLE_PER_ORGANISATION = 4

INTRODUCTION = (
    "You worked with this professional for several months, and the next client would like to know what it was like. "
    "Four questions, three minutes; your words are shown to nobody before you have seen them as they will be shown. "
)
WORDS = "Took over a department in disarray and left it with a plan that the team still works by. Would ask again."


def request_fields(number: int) -> dict[str, Any]:
    """The fields of one request, about 600 bytes of JSON, as they are when it is created."""
    return {
        "key": f"M-{number:06d}/reference/start/1",
        "version": 1,
        "subject": f"p-{number:06d}",
        "respondent": f"p-{number + 500_000:06d}",
        "organisation": f"o-{number // PEOPLE_PER_ORGANISATION:06d}",
        "client": f"o-{number // PEOPLE_PER_ORGANISATION:06d}",
        "owner": "a-0007",
        "occasion": "reference",
        "form": "written",
        "channel": "mail",
        "locale": "de",
        "zone": "Europe/Berlin",
        "state": "requested",
        "reminders": 0,
        "asked_us": START_US,
        "due_us": START_US + WAIT_US,
        "introduction": INTRODUCTION,
    }


def answer_fields(number: int) -> dict[str, Any]:
    """One answer."""
    return {"overall": 3 + number % 3, "again": number % 4 > 0, "punctual": 4, "words": WORDS}


def message_fields(key: str, respondent: str, step: int) -> dict[str, Any]:
    """What the outbox keeps of one message."""
    return {"id": f"{key}#{step}", "to": respondent, "channel": "mail", "template": "reminder", "step": step}


def batches(count: int, size: int = BATCH) -> Iterator[range]:
    """The numbers of the requests, a batch at a time."""
    for start in range(0, count, size):
        yield range(start, min(start + size, count))
