"""Flags at a desk: what looks odd about the answers on a subject, and what people decided about it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import attrs

from feedbackkit.codec.values import decode_as, encode
from feedbackkit.desk.context import until_applied
from feedbackkit.desk.kinds import RESOLUTION
from feedbackkit.desk.looks.looking import history, person
from feedbackkit.desk.paging import pages
from feedbackkit.desk.views import FlagView
from feedbackkit.desk.worth.voices import people_of, voices_about
from feedbackkit.domain.flag import Flag, Resolution, Verdict
from feedbackkit.domain.request import EventKind
from feedbackkit.evidence.lookalikes import Trace, lookalikes
from feedbackkit.ports import Put, RecordKey

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.voice import Voice

__all__ = ["flags", "less_apart", "resolve", "upheld"]


async def flags(
    context: Context, about: str, *, networks: Mapping[str, str], subject_networks: Iterable[str]
) -> list[FlagView]:
    """All flags on the answers about one subject, with what was decided about each.

    A flag that was decided about stays, also where nothing raises it any more. Who was erased raises none.
    """
    subject = await person(context, about)
    voices = [voice for voice in await voices_about(context, about=about) if voice.respondent != about]
    people = await people_of(context, {voice.respondent for voice in voices})
    traces = [
        await _trace(context, voice, people[voice.respondent], networks.get(voice.request.key))
        for voice in voices
        if voice.respondent in people
    ]
    raised = {flag.id: flag for flag in lookalikes(traces, subject, subject_networks=tuple(subject_networks))}
    decided: dict[str, list[Resolution]] = {}
    async for record in pages(context, RESOLUTION, ref=about):
        resolution = decode_as(Resolution, record.body)
        decided.setdefault(resolution.flag.id, []).append(resolution)
        raised.setdefault(resolution.flag.id, resolution.flag)
    return [
        FlagView(flag=flag, resolutions=tuple(sorted(decided.get(name, ()), key=lambda it: it.at_us)))
        for name, flag in sorted(raised.items(), key=lambda item: (item[1].request, item[1].kind, item[1].other or ""))
    ]


async def upheld(context: Context, about: str) -> frozenset[str]:
    """The requests of whose answers somebody found, last of all, that they are as odd as they looked."""
    last: dict[str, Resolution] = {}
    async for record in pages(context, RESOLUTION, ref=about):
        resolution = decode_as(Resolution, record.body)
        before = last.get(resolution.flag.id)
        if before is None or before.at_us <= resolution.at_us:
            last[resolution.flag.id] = resolution
    return frozenset(one.flag.request for one in last.values() if one.verdict is Verdict.UPHELD)


def less_apart(voice: Voice, requests: Container[str]) -> Voice:
    """The voice, as one that does not speak for itself where its answer is among those requests."""
    if voice.request.key not in requests:
        return voice
    return attrs.evolve(voice, source=attrs.evolve(voice.source, independent=False))


async def _trace(context: Context, voice: Voice, respondent: Person, network: str | None) -> Trace:
    events = await history(context, voice.request.key)
    asked = [event.at_us for event in events if event.kind is EventKind.REQUESTED]
    given = [event.at_us for event in events if event.kind is EventKind.GIVEN]
    return Trace(
        request=voice.request.key,
        respondent=respondent,
        asked_us=asked[0] if asked else None,
        answered_us=given[0] if given else voice.at_us,
        words=tuple(said for said in voice.answer.items.values() if isinstance(said, str)),
        network=network,
    )


async def resolve(context: Context, flag: Flag, *, about: str, verdict: Verdict | str, why: str, by: str) -> Resolution:
    """Record what somebody decided about a flag, and why; the same again is recorded once."""
    # Digested, for a flag names two keys of any length.
    start = f"{sha256(flag.id.encode()).hexdigest()}/"
    made: list[Resolution] = []

    async def attempt(cabinet: Cabinet) -> None:
        made.clear()
        before = [
            it for it in await context.store.find(RESOLUTION, after=start, limit=1_000) if it.key.startswith(start)
        ]
        last = decode_as(Resolution, before[-1].body) if before else None
        now = Resolution(flag=flag, verdict=verdict, why=why, by=by, at_us=cabinet.now_us)
        if last is not None and (last.verdict, last.why, last.by) == (now.verdict, now.why, now.by):
            made.append(last)
            return
        key = RecordKey(RESOLUTION, f"{start}{len(before) + 1:04}")
        cabinet.others.append(Put(*key, 0, None, about, (about,), "recorded", b"[1]", encode(now)))
        made.append(now)

    await until_applied(context, f"flag {flag.id!r}", attempt, actor=by)
    return made[0]
