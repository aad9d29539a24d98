"""What came back about an engagement, read as signs: from the requests in hand and the answers in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.codec.heads import decode_signal
from feedbackkit.codec.values import decode_as
from feedbackkit.desk.answers.answering import answer_key
from feedbackkit.desk.kinds import SIGNAL
from feedbackkit.desk.paging import pages
from feedbackkit.domain.answer import Answer
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import State
from feedbackkit.domain.signals import Signal, SignalKind
from feedbackkit.domain.times import face

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.domain.request import Progress

__all__ = ["signals_of"]


async def signals_of(context: Context, cabinet: Cabinet, engagement: str) -> tuple[Signal, ...]:
    """A signal for each request of an engagement that something came of; all its requests must be in hand.

    When something came, its record tells; what it means is read from how the request stands now.
    """
    came: dict[str, int] = {}
    async for record in pages(context, SIGNAL, ref=engagement):
        key = record.key.rpartition("@")[0]
        came[key] = max(decode_signal(record.head), came.get(key, 0))
    files = [file for key in sorted(came) if (file := cabinet.requests.get(key)) is not None]
    given = [answer_key(file.key, file.progress.revision) for file in files if file.progress.state is State.GIVEN]
    records = await context.store.read(given) if given else []
    answers = {key: decode_as(Answer, record.body) for key, record in zip(given, records, strict=True) if record}
    signals: list[Signal] = []
    for file in files:
        answer = answers.get(answer_key(file.key, file.progress.revision))
        kind = _silence(file.progress) if answer is None else context.reading(answer, file.request)
        if kind is not None:
            signals.append(_signal(file, kind, came[file.key]))
    return tuple(signals)


def _signal(file: RequestFile, kind: SignalKind, at_us: int) -> Signal:
    return Signal(
        kind=kind,
        on=face(at_us).date(),
        occasion=file.request.occasion,
        request=file.key,
        respondent=file.respondent,
    )


def _silence(progress: Progress) -> SignalKind | None:
    """What it means that no answer is there; `None` where one may still come, or nobody wants it any more."""
    if progress.state is State.UNDELIVERABLE:
        return SignalKind.UNREACHED
    if progress.state is State.DECLINED:
        return SignalKind.DECLINED
    if progress.state is State.EXPIRED:
        return SignalKind.SILENT if progress.step > 0 else SignalKind.UNREACHED
    if progress.state is State.WITHDRAWN:
        return {Party.RESPONDENT: SignalKind.DECLINED, Party.RULES: SignalKind.UNREACHED}.get(
            progress.closed_by or Party.PROVIDER
        )
    return None
