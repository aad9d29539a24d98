"""Questionnaires at a desk: the ready-made ones, those that are stored, and what an answer must fit.

What stands under one id and version never changes, so a desk reads each once and keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.codec.values import decode_as, encode
from feedbackkit.desk.context import until_applied
from feedbackkit.desk.kinds import QUESTIONNAIRE
from feedbackkit.desk.paging import pages
from feedbackkit.domain.checks import shape
from feedbackkit.domain.questionnaire import Questionnaire, questionnaire_ref
from feedbackkit.errors import FeedbackKitError, InvalidValue, NotAllowed, NotFound
from feedbackkit.policies.questionnaires import ready_made
from feedbackkit.ports import Put, RecordKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.domain.answer import Given
    from feedbackkit.domain.voice import Voice

__all__ = ["Unread", "add", "asked_by", "keep_ready", "questionnaire_of", "questionnaires", "said"]


class Unread(FeedbackKitError):
    """A questionnaire that an answer needs was not read yet; never leaves the desk."""

    def __init__(self, ref: str) -> None:
        super().__init__(ref)
        self.ref = ref


def said(context: Context, ref: str | None, items: Mapping[str, Given]) -> Mapping[str, Given]:
    """What was said, as it is stored: as it came without a questionnaire, and else what fits it."""
    if ref is None:
        return items
    questionnaire = context.questionnaires.get(ref)
    if questionnaire is None:
        raise Unread(ref)
    return questionnaire.checked(items)


async def keep_ready(context: Context, wanted: Iterable[Questionnaire | str]) -> None:
    """Have questionnaires at hand: those that are named are read, those that came whole are stored."""
    for each in dict.fromkeys(wanted):
        if isinstance(each, Questionnaire):
            await _store(context, each)
        else:
            await questionnaire_of(context, each)


async def questionnaire_of(context: Context, ref: str) -> Questionnaire:
    """One by its `ref`; an unknown one raises `NotFound`."""
    found = context.questionnaires.get(questionnaire_ref("questionnaire", ref)) or await _known(context, ref)
    if found is None:
        raise NotFound(QUESTIONNAIRE, ref)
    context.questionnaires[ref] = found
    return found


async def asked_by(context: Context, voices: Iterable[Voice]) -> dict[str, Questionnaire]:
    """The questionnaires by which voices were asked, by their refs, in order of these."""
    refs = {voice.request.questionnaire for voice in voices}
    return {ref: await questionnaire_of(context, ref) for ref in sorted(filter(None, refs))}


async def _known(context: Context, ref: str) -> Questionnaire | None:
    ready = ready_made().get(ref)
    if ready is not None:
        return ready
    [record] = await context.store.read([RecordKey(QUESTIONNAIRE, ref)])
    return None if record is None else decode_as(Questionnaire, record.body)


async def add(context: Context, questionnaire: Questionnaire) -> str:
    """Store one that a program hands in; its `ref`."""
    if not isinstance(questionnaire, Questionnaire):
        raise InvalidValue("questionnaire", "must be a Questionnaire", shape(questionnaire))
    await _store(context, questionnaire)
    return questionnaire.ref


async def _store(context: Context, questionnaire: Questionnaire) -> None:
    """Store one; it is at hand from then on."""
    ref = questionnaire.ref
    if context.questionnaires.get(ref) == questionnaire:
        return

    async def attempt(cabinet: Cabinet) -> None:
        known = await _known(context, ref)
        if known is None:
            put = Put(QUESTIONNAIRE, ref, 0, None, ref, (), "known", b"[1]", encode(questionnaire))
            cabinet.others.append(put)
        elif known != questionnaire:
            raise NotAllowed(f"questionnaire {ref!r} asks something else already: give yours another version")

    await until_applied(context, f"questionnaire {ref!r}", attempt)
    context.questionnaires[ref] = questionnaire


async def questionnaires(context: Context) -> list[Questionnaire]:
    """All of them, ready-made or stored, in order of id and version."""
    stored = [decode_as(Questionnaire, record.body) async for record in pages(context, QUESTIONNAIRE)]
    return sorted([*ready_made().values(), *stored], key=lambda each: (each.id, each.version))
