"""All that letters say in one language; ``{}`` stands for names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedbackkit.domain.request import Form, Occasion
    from feedbackkit.links import Purpose

__all__ = ["Phrases"]


class Phrases(NamedTuple):
    """The words of one language and manner; each is a whole sentence or line, so that nothing is pieced together."""

    language: str
    greeting: str
    ask_subject: str
    reminder_subject: str
    several_subject: str
    ask: str
    """The opening of a first word; names who asks."""
    reminder: str
    """The opening of a further word; names who asks."""
    nudge_subject: str
    nudge: str
    """The opening of a word to the subject of a request; names who asks."""
    nudge_question: str
    """What the subject is asked to do; names the respondent who has stayed silent."""
    nudge_reason: str
    nudge_form: str
    thanks_subject: str
    thanks: str
    """The opening of a word of thanks."""
    thanked: Mapping[Occasion, str]
    """What the thanks are for."""
    thanks_form: str
    """That the reader has nothing left to do."""
    owed: str
    """What the reader gets for the answer; names it and a day."""
    withdrawal_subject: str
    withdrawal: str
    """The opening of the word that an answer is not needed any more; names who asked."""
    withdrawn: Mapping[Occasion, str]
    """What was asked, and that it need not be answered."""
    withdrawal_form: str
    """That nothing follows."""
    invitation_subject: str
    """Names who asks."""
    invitation: str
    """The opening of an invitation; names who asks."""
    moved: str
    """The opening of an invitation to another time; names who asks."""
    appointments: Mapping[Form, str]
    """What was agreed on; names whom it is about."""
    when: str
    """When, in the reader's zone: ``{weekday}``, ``{day}``, ``{time}``, ``{zone}`` and ``{minutes}``."""
    where: str
    invitation_form: str
    """What to do where it does not suit."""
    cancellation_subject: str
    cancellation: str
    """The opening of the word that it does not take place; names who asks."""
    cancellation_form: str
    """That there is nothing to do."""
    weekdays: tuple[str, ...]
    day: str
    """A date: ``{day}``, ``{month}`` and ``{year}``."""
    months: tuple[str, ...]
    questions: Mapping[Occasion, str]
    reasons: Mapping[Occasion, str]
    """Why it is this person who is asked."""
    forms: Mapping[Form, str]
    """How it may be answered, and how long that takes."""
    benefit: str
    """What the reader gets for an answer, whatever it says."""
    offers: Mapping[Purpose, str]
    """What stands on a link."""
    ways: str
    """The ways out in one sentence, where no links are there to take them."""
    notice: str
    """The right to object."""
    farewell: str
