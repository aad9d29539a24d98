"""A message in words: English and German, short, and without anything that smells of sales."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.request import Form, Occasion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedbackkit.domain.contact import Message, MessageLine

__all__ = ["Words", "worded"]


class Words(NamedTuple):
    """What a person reads."""

    subject: str
    """One line."""
    text: str
    """Plain text, wrapped by hand, ending with a newline."""


class _Language(NamedTuple):
    """All that is said in one language; ``{}`` stands for names."""

    greeting: str
    ask_subject: str
    reminder_subject: str
    several: str
    ask: str
    reminder: str
    asks: Mapping[Occasion, str]
    forms: Mapping[Form, str]
    freedom: str
    farewell: str


_ENGLISH: Final = _Language(
    greeting="Dear {name},",
    ask_subject="A few minutes about {subject}",
    reminder_subject="A reminder: a few minutes about {subject}",
    several="A few minutes about {count} people",
    ask="we would be grateful for your word:",
    reminder="we asked you a while ago, and your word would still help us:",
    asks={
        Occasion.QUALITY_CHECK: "How is the work with {subject} going?",
        Occasion.REFERENCE: "Would you write a few sentences about {subject} that a later client may read?",
        Occasion.CLOSING_REVIEW: "Looking back: how was the work with {subject}?",
        Occasion.REFERENCE_CHECK: "What was it like to work with {subject}?",
        Occasion.VERIFICATION: "Does what you wrote about {subject} still hold?",
        Occasion.SELF_ASSESSMENT: "How do you see your own work, {subject}?",
        Occasion.PROVIDER_VIEW: "How did we do, from your point of view?",
    },
    forms={
        Form.WRITTEN: "A short reply is enough; it takes about five minutes.",
        Form.TALK: "A talk of a quarter of an hour is enough: when would it suit you?",
        Form.PHONE: "A phone call of ten minutes is enough: when may we ring?",
    },
    freedom=(
        "If you would rather not, if another date suits you better, or if somebody else can tell more,\n"
        "just say so in a reply. If you do not want to hear from us about this any more, tell us, and we stop."
    ),
    farewell="Kind regards",
)

_GERMAN: Final = _Language(
    greeting="Guten Tag {name},",
    ask_subject="Ein paar Minuten zu {subject}",
    reminder_subject="Zur Erinnerung: ein paar Minuten zu {subject}",
    several="Ein paar Minuten zu {count} Personen",
    ask="wir wären Ihnen für ein Wort dankbar:",
    reminder="wir hatten Sie vor einiger Zeit gefragt, und Ihr Wort würde uns weiterhin helfen:",
    asks={
        Occasion.QUALITY_CHECK: "Wie läuft die Arbeit mit {subject}?",
        Occasion.REFERENCE: "Würden Sie einige Sätze über {subject} schreiben, die ein späterer Kunde lesen darf?",
        Occasion.CLOSING_REVIEW: "Im Rückblick: Wie war die Arbeit mit {subject}?",
        Occasion.REFERENCE_CHECK: "Wie war es, mit {subject} zu arbeiten?",
        Occasion.VERIFICATION: "Gilt noch, was Sie über {subject} geschrieben haben?",
        Occasion.SELF_ASSESSMENT: "Wie sehen Sie Ihre eigene Arbeit, {subject}?",
        Occasion.PROVIDER_VIEW: "Wie waren wir, aus Ihrer Sicht?",
    },
    forms={
        Form.WRITTEN: "Eine kurze Antwort genügt; sie dauert etwa fünf Minuten.",
        Form.TALK: "Ein Gespräch von einer Viertelstunde genügt: Wann würde es Ihnen passen?",
        Form.PHONE: "Ein Anruf von zehn Minuten genügt: Wann dürfen wir anrufen?",
    },
    freedom=(
        "Wenn Sie lieber nicht antworten, ein anderer Zeitpunkt besser passt oder jemand anderes mehr sagen kann,\n"
        "antworten Sie bitte kurz. Wenn Sie dazu nichts mehr von uns hören möchten, sagen Sie es, und wir lassen es."
    ),
    farewell="Mit freundlichen Grüßen",
)

_LANGUAGES: Final = {"en": _ENGLISH, "de": _GERMAN}


def worded(message: Message) -> Words:
    """The message in the language of its reader; English where theirs is not spoken here."""
    language = _LANGUAGES.get(message.to.locale.partition("-")[0], _ENGLISH)
    reminding = all(line.kind is ContactKind.REMINDER for line in message.lines)
    blocks = [
        language.greeting.format(name=message.to.name),
        language.reminder if reminding else language.ask,
        *_questions(language, message),
        language.freedom,
        f"{language.farewell}\n{message.sender}",
    ]
    return Words(_subject(language, message, reminding=reminding), "\n\n".join(blocks) + "\n")


def _subject(language: _Language, message: Message, *, reminding: bool) -> str:
    names = list(dict.fromkeys(line.subject.name for line in message.lines))
    if len(names) > 1:
        return language.several.format(count=len(names))
    template = language.reminder_subject if reminding else language.ask_subject
    return template.format(subject=names[0])


def _questions(language: _Language, message: Message) -> list[str]:
    """Each question with how it may be answered; several are listed."""
    lines = message.lines
    mark = "- " if len(lines) > 1 else ""
    indent = " " * len(mark)
    return [f"{mark}{_question(language, line)}\n{indent}{language.forms[line.form]}" for line in lines]


def _question(language: _Language, line: MessageLine) -> str:
    return language.asks[line.occasion].format(subject=line.subject.name)
