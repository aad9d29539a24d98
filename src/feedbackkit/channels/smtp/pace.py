"""When the next mail may go: the rate, domains that put mails off, and a server that does not let us in.

It reads no clock and never waits: it is told the time, and says until when a message has to wait.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from feedbackkit.domain.times import HOUR_US, MINUTE_US

__all__ = ["Pace", "Wait"]

_LONGEST_OUTAGE_US: Final = 30 * MINUTE_US
_LONGEST_LOCK_OUT_US: Final = 6 * HOUR_US
_LONGEST_FOR_A_DOMAIN_US: Final = 2 * HOUR_US
_KEPT_US: Final = 4 * HOUR_US
"""For how long a message that was told to wait keeps its slot: then it is decided anew, under another id."""
_MOST_REFUSALS: Final = 10
"""A server that refuses so many recipients in a row refuses us, not them."""


class Wait(NamedTuple):
    """Until when a message has to wait, and why."""

    until_us: int
    why: str


class _Pause:
    """A pause that doubles each time, until something succeeds."""

    __slots__ = ("times", "until_us", "why")

    def __init__(self) -> None:
        self.times = 0
        self.until_us = 0
        self.why = ""

    def lengthen(self, now_us: int, why: str, *, least_us: int, most_us: int) -> Wait:
        span_us = min(least_us << min(self.times, 20), most_us)
        self.times += 1
        self.until_us, self.why = now_us + span_us, why
        return Wait(self.until_us, why)

    def holds(self, now_us: int, *, most_us: int) -> Wait | None:
        # One that ends later than it could begin now comes from a clock that was ahead.
        return Wait(self.until_us, self.why) if now_us < self.until_us <= now_us + most_us else None


class Pace:
    """What is known of a server, its rate and its domains; lives as long as its channel."""

    def __init__(self, *, per_minute: int | None = None) -> None:
        self._apart_us = None if per_minute is None else MINUTE_US // per_minute
        self._next_slot_us = 0
        self._slots: dict[str, int] = {}
        self._server = _Pause()
        self._domains: dict[str, _Pause] = {}
        self._refusals = 0

    def wait(self, message_id: str, domain: str, now_us: int) -> Wait | None:
        """How long a message has to wait; `None` where it may go now, which uses up its slot."""
        paused = self._server.holds(now_us, most_us=_LONGEST_LOCK_OUT_US)
        if paused is None and domain in self._domains:
            paused = self._domains[domain].holds(now_us, most_us=_LONGEST_FOR_A_DOMAIN_US)
        return paused or self._slot(message_id, now_us)

    def _slot(self, message_id: str, now_us: int) -> Wait | None:
        """A message that comes too early is given a slot of its own, and goes when it comes back for it."""
        apart_us = self._apart_us
        if apart_us is None:
            return None
        kept_us = self._slots.pop(message_id, None)
        if kept_us is not None and kept_us <= now_us:
            return None
        # Beyond that, the clock was ahead, or so many wait that the last ones are decided anew before their turn.
        self._next_slot_us = min(self._next_slot_us, now_us + _KEPT_US)
        slot_us = max(now_us, self._next_slot_us) if kept_us is None else kept_us
        if kept_us is None:
            self._next_slot_us = slot_us + apart_us
        if slot_us <= now_us:
            return None
        self._slots[message_id] = slot_us
        self._forget(now_us)
        return Wait(slot_us, "the channel sends no faster")

    def _forget(self, now_us: int) -> None:
        """Let slots go that nobody came back for; they stand in the order in which they were given."""
        while self._slots:
            oldest = next(iter(self._slots))
            if self._slots[oldest] > now_us - _KEPT_US:
                return
            del self._slots[oldest]

    def took(self, domain: str) -> None:
        """The server took a mail for that domain: nothing holds any more."""
        self._refusals = 0
        self._server = _Pause() if self._server.times else self._server
        self._domains.pop(domain, None)

    def put_off(self, domain: str, now_us: int, why: str) -> Wait:
        """A recipient at that domain was put off: the others there wait too."""
        for other in [name for name, pause in self._domains.items() if pause.until_us < now_us - HOUR_US]:
            del self._domains[other]
        pause = self._domains.setdefault(domain, _Pause())
        return pause.lengthen(now_us, why, least_us=5 * MINUTE_US, most_us=_LONGEST_FOR_A_DOMAIN_US)

    def refused(self, now_us: int, why: str) -> None:
        """A recipient or a mail was refused for good; where that happens all the time, it is we who are refused."""
        self._refusals += 1
        if self._refusals >= _MOST_REFUSALS:
            self.locked_out(now_us, f"{why}, as to {self._refusals - 1} mails before it")

    def outage(self, now_us: int, why: str) -> Wait:
        """The server does not answer: nothing goes for a while, and the next message tries it again."""
        return self._server.lengthen(now_us, why, least_us=MINUTE_US, most_us=_LONGEST_OUTAGE_US)

    def locked_out(self, now_us: int, why: str) -> Wait:
        """The server does not let us in, which somebody has to mend: nothing goes for a longer while."""
        return self._server.lengthen(now_us, why, least_us=15 * MINUTE_US, most_us=_LONGEST_LOCK_OUT_US)
