"""From answers and assessments to what stands in a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.domain.questionnaire import Choice, MultipleChoice, Questionnaire, Rating, Words
from feedbackkit.domain.request import Occasion
from feedbackkit.evidence.dossier import Passage, PassageKind, Speaker, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from feedbackkit.domain.answer import Given
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.source import Source
    from feedbackkit.domain.voice import Voice
    from feedbackkit.evidence.dossier import Labels

__all__ = ["house_of", "labels_of", "order_of", "rated_on", "readers_of", "scale_of", "speaker_of", "statement_of"]

_PROVIDER: Final = frozenset({"internal"})
_SUBJECT: Final = _PROVIDER | {"subject"}
_CLIENTS: Final = _SUBJECT | {"clients"}
_KINDS: Final = {
    "strength": PassageKind.STRENGTH,
    "strengths": PassageKind.STRENGTH,
    "caution": PassageKind.CAUTION,
    "cautions": PassageKind.CAUTION,
}
"""Which questions ask for strengths and which for cautions, by their names."""


def readers_of(occasion: Occasion) -> frozenset[str]:
    """For whom an answer is by the very question: an ask for a reference says that a later client may read it.

    What is said in a review from all sides is for the provider alone: its raters were promised to be read in groups.
    All else is for the provider and the subject, who may read and answer whatever is said of them.
    """
    if occasion is Occasion.REVIEW:
        return _PROVIDER
    return _CLIENTS if occasion is Occasion.REFERENCE else _SUBJECT


def house_of(person: Person | None) -> str | None:
    """The name of the organisation of somebody; `None` where they have none, or were erased."""
    return None if person is None or person.organisation is None else person.organisation.name


def statement_of(voice: Voice, person: Person | None, questionnaire: Questionnaire | None) -> Statement:
    """What a person said, told apart: numbers, choices, and words that speak of strengths or of cautions.

    Whoever was erased has no name any more.
    """
    request = voice.request
    numbers, choices, passages = _told_apart(voice.answer.items, questionnaire)
    return Statement(
        key=request.key,
        revision=voice.answer.revision,
        station=request.engagement,
        occasion=request.occasion,
        form=voice.form,
        at_us=voice.at_us,
        speaker=speaker_of(voice.respondent, person, voice.source),
        ratings=tuple(numbers),
        choices=tuple(choices),
        passages=tuple(passages),
    )


def speaker_of(who: str, person: Person | None, source: Source) -> Speaker:
    """Who speaks, and from where; whoever was erased has no name any more."""
    return Speaker(
        id=who,
        name=None if person is None else person.name,
        organisation=house_of(person),
        relation=source.relation,
        directness=source.directness,
        days=source.days,
        independent=source.stands_apart,
        conflict=source.conflict,
    )


def _told_apart(
    items: Mapping[str, Given], questionnaire: Questionnaire | None
) -> tuple[list[tuple[str, float]], list[tuple[str, bool | str]], list[Passage]]:
    """Numbers, choices and words, in the order of the questionnaire, or else of the questions' names."""
    asked = {} if questionnaire is None else {question.name: question for question in questionnaire.questions}
    numbers: list[tuple[str, float]] = []
    choices: list[tuple[str, bool | str]] = []
    passages: list[Passage] = []
    for name in [*(name for name in asked if name in items), *(name for name in items if name not in asked)]:
        said = items[name]
        if isinstance(said, tuple):
            choices += [(name, choice) for choice in said]
        elif isinstance(said, bool) or isinstance(asked.get(name), Choice):
            choices.append((name, said if isinstance(said, bool) else str(said)))
        elif isinstance(said, str):
            passages.append(Passage(_KINDS.get(name, PassageKind.WORD), said))
        else:
            numbers.append((name, float(said)))
    return numbers, choices, passages


def labels_of(questionnaires: Iterable[Questionnaire]) -> Labels:
    """How questions and options are called, by language; a later questionnaire has the say over an earlier one.

    An option stands under its question's name, ``=`` and its value.
    """
    found: dict[str, Mapping[str, str]] = {}
    for questionnaire in questionnaires:
        for question in questionnaire.questions:
            if not isinstance(question, Words):
                found[question.name] = dict(question.label.texts)
            if isinstance(question, (Choice, MultipleChoice)):
                found.update({f"{question.name}={each.value}": dict(each.label.texts) for each in question.options})
    return found


def order_of(questionnaires: Iterable[Questionnaire], names: Iterable[str]) -> list[str]:
    """The names of questions in the order in which they are asked; those that no questionnaire has, at the end."""
    asked = [question.name for questionnaire in questionnaires for question in questionnaire.questions]
    wanted = sorted(names)
    return [*dict.fromkeys(name for name in asked if name in wanted), *(name for name in wanted if name not in asked)]


def scale_of(questionnaires: Iterable[Questionnaire], name: str) -> tuple[float, float]:
    """The scale on which a question is rated: 1 to 5 where no questionnaire has it."""
    found = (_own_scale(questionnaire, name) for questionnaire in questionnaires)
    return next((scale for scale in found if scale is not None), (1.0, 5.0))


def rated_on(
    voices: Iterable[Voice], name: str, scale: tuple[float, float], questionnaires: Mapping[str, Questionnaire]
) -> list[Voice]:
    """The voices that rate a question on that very scale; a 4 of 10 is no 4 of 5.

    `questionnaires`: those by which they were asked, by `Questionnaire.ref`. Without one, a number within the scale is
    taken for one on it.
    """
    return [
        voice
        for voice in voices
        if _is_within(voice.answer.items.get(name), scale)
        and _own_scale(questionnaires.get(voice.request.questionnaire or ""), name) in {None, scale}
    ]


def _is_within(said: object, scale: tuple[float, float]) -> bool:
    return isinstance(said, (int, float)) and not isinstance(said, bool) and scale[0] <= said <= scale[1]


def _own_scale(questionnaire: Questionnaire | None, name: str) -> tuple[float, float] | None:
    for question in () if questionnaire is None else questionnaire.questions:
        if question.name == name and isinstance(question, Rating):
            return float(question.least), float(question.most)
    return None
