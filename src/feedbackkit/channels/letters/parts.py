"""What a letter consists of, before it is laid out: every text is final, and none is escaped yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from feedbackkit.domain.contact import AGREED, COURTESIES, ContactKind
from feedbackkit.domain.times import face
from feedbackkit.links import OFFERED, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pendulum

    from feedbackkit.channels.letters.phrases import Phrases
    from feedbackkit.domain.contact import Message, MessageLine
    from feedbackkit.links import Links

__all__ = ["Offer", "Parts", "Question", "courtesy_of", "parts_of", "shown"]

_REORDERING: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Marks that turn the text around them: in a name they can make it read as another one."""


class Offer(NamedTuple):
    """One way to react, by one link."""

    purpose: Purpose
    label: str
    url: str


class Question(NamedTuple):
    """One request as the reader sees it, or the last word about one."""

    text: str
    reason: str
    """Why it is this person who is asked; empty where nothing is asked."""
    form: str
    """How it may be answered, and how long that takes; or that there is nothing to do."""
    benefit: str
    """What the reader is promised or owed for an answer; empty where nothing is."""
    offers: tuple[Offer, ...]
    """Answer, later, somebody else, no: in this order; none where no links are made, or nothing is asked."""


class Parts(NamedTuple):
    """All texts of a letter, in the order in which they are read."""

    language: str
    subject: str
    greeting: str
    opening: str
    questions: tuple[Question, ...]
    ways: str
    """The ways out in one sentence; empty where links offer them."""
    never: Offer | None
    """The way to be asked no more."""
    notice: str
    """The right to object."""
    farewell: str
    sender: str


def parts_of(message: Message, phrases: Phrases, links: Links | None) -> Parts:
    """What a letter says in these words."""
    sender = shown(message.sender)
    subject, opening = _headings(message, phrases)
    return Parts(
        language=phrases.language,
        subject=subject,
        greeting=phrases.greeting.format(name=shown(message.to.name)),
        opening=opening.format(sender=sender),
        questions=tuple(
            _question(line, message, phrases, links)
            for line in sorted(message.lines, key=lambda line: line.kind in COURTESIES)  # what asks for something first
        ),
        ways="" if links or all(line.kind in _ASKS_NOTHING for line in message.lines) else phrases.ways,
        never=None if links is None else _offer(links, message, message.lines[0], Purpose.NEVER, phrases),
        notice=phrases.notice,
        farewell=phrases.farewell,
        sender=sender,
    )


_IN_ORDER: Final = (
    ContactKind.INVITATION,
    ContactKind.CANCELLATION,
    ContactKind.THANKS,
    ContactKind.WITHDRAWAL,
)
_ASKS_NOTHING: Final = COURTESIES | {ContactKind.NUDGE}


def shown(name: str) -> str:
    """A name as it may stand among other words: without marks that would reorder them."""
    return name.translate(_REORDERING)


def _headings(message: Message, phrases: Phrases) -> tuple[str, str]:
    """Subject and opening: those of an ask, unless the reader has been asked all of it before."""
    subject, opening = phrases.ask_subject, phrases.ask
    asking = [line for line in message.lines if line.kind not in COURTESIES]
    if not asking:
        return _courteous(message, phrases)
    if _all_are(asking, ContactKind.REMINDER):
        subject, opening = phrases.reminder_subject, phrases.reminder
    elif _all_are(asking, ContactKind.NUDGE):
        subject, opening = phrases.nudge_subject, phrases.nudge
    names = list(dict.fromkeys(shown(line.subject.name) for line in asking))
    if len(names) > 1:
        return phrases.several_subject.format(count=len(names)), opening
    return subject.format(subject=names[0]), opening


def courtesy_of(message: Message) -> ContactKind | None:
    """What a message is that asks for nothing, by the first of what it is; `None` for one that asks."""
    kinds = {line.kind for line in message.lines}
    return next((kind for kind in _IN_ORDER if kind in kinds), None) if kinds <= COURTESIES else None


def _courteous(message: Message, phrases: Phrases) -> tuple[str, str]:
    """Subject and opening of what asks for nothing."""
    kind = courtesy_of(message)
    if kind is ContactKind.THANKS:
        return phrases.thanks_subject, phrases.thanks
    if kind is ContactKind.WITHDRAWAL:
        return phrases.withdrawal_subject, phrases.withdrawal
    if kind is ContactKind.CANCELLATION:
        return phrases.cancellation_subject.format(sender=shown(message.sender)), phrases.cancellation
    moved = any(line.appointment is not None and line.appointment.sequence > 0 for line in message.lines)
    subject = phrases.invitation_subject.format(sender=shown(message.sender))
    return subject, phrases.moved if moved else phrases.invitation


def _all_are(lines: Iterable[MessageLine], kind: ContactKind) -> bool:
    return all(line.kind is kind for line in lines)


def _question(line: MessageLine, message: Message, phrases: Phrases, links: Links | None) -> Question:
    name = shown(line.subject.name)
    if line.kind is ContactKind.THANKS:
        thanks = phrases.thanked[line.occasion].format(subject=name)
        return Question(thanks, "", phrases.thanks_form, _owed(line, message, phrases), ())
    if line.kind in AGREED:
        return _appointment(line, message, phrases)
    if line.kind is ContactKind.WITHDRAWAL:
        return Question(phrases.withdrawn[line.occasion].format(subject=name), "", phrases.withdrawal_form, "", ())
    if line.kind is ContactKind.NUDGE:
        question, reason = phrases.nudge_question, phrases.nudge_reason
        return Question(question.format(subject=name), reason.format(subject=name), phrases.nudge_form, "", ())
    return Question(
        text=phrases.questions[line.occasion].format(subject=name),
        reason=phrases.reasons[line.occasion].format(subject=name),
        form=phrases.forms[line.form],
        benefit="" if line.benefit is None else phrases.benefit.format(benefit=shown(line.benefit.what)),
        offers=() if links is None else tuple(_offer(links, message, line, each, phrases) for each in OFFERED),
    )


def _appointment(line: MessageLine, message: Message, phrases: Phrases) -> Question:
    """What was agreed on, when and where."""
    what, agreed = phrases.appointments[line.form].format(subject=shown(line.subject.name)), line.appointment
    form = phrases.invitation_form if line.kind is ContactKind.INVITATION else phrases.cancellation_form
    if agreed is None:
        return Question(what, "", form, "", ())
    starts = face(agreed.starts_us).in_timezone(message.to.timezone)
    when = phrases.when.format(
        weekday=phrases.weekdays[starts.weekday()],
        day=_day(starts, phrases),
        time=f"{starts:%H:%M}",
        zone=message.to.timezone,
        minutes=agreed.minutes,
    )
    place = "" if agreed.place is None else phrases.where.format(place=shown(agreed.place))
    return Question(what, f"{when} {place}".rstrip(), form, "", ())


def _day(at: pendulum.DateTime, phrases: Phrases) -> str:
    return phrases.day.format(day=at.day, month=phrases.months[at.month - 1], year=at.year)


def _owed(line: MessageLine, message: Message, phrases: Phrases) -> str:
    """What the reader gets for the answer, and until when, in their own zone."""
    if line.benefit is None or line.owed_until_us is None:
        return ""
    until = face(line.owed_until_us).in_timezone(message.to.timezone)
    return phrases.owed.format(benefit=shown(line.benefit.what), day=_day(until, phrases))


def _offer(links: Links, message: Message, line: MessageLine, purpose: Purpose, phrases: Phrases) -> Offer:
    return Offer(purpose, phrases.offers[purpose], links.url(purpose, message, line))
