"""A message in words: English and German, short, and without anything that smells of sales."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final, NamedTuple

from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.request import Form, Occasion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedbackkit.domain.contact import Message, MessageLine

__all__ = ["WIDTH", "Words", "shown", "worded"]

WIDTH: Final = 72
"""How long a line gets: what fits every mail program and terminal."""

_REORDERING: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Marks that turn the text around them: in a name they can make it read as another one."""


class Words(NamedTuple):
    """What a person reads."""

    subject: str
    """One line."""
    text: str
    """Plain text in lines of at most `WIDTH` characters, names aside, ending with a newline."""
    language: str
    """In which language it is: ``en`` or ``de``."""


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
        Occasion.REVIEW: "How do you see the work of {subject}?",
        Occasion.NAMING: "Who else can tell how it was to work with you, {subject}? One whom you named could not.",
    },
    forms={
        Form.WRITTEN: "A short reply is enough; it takes about five minutes.",
        Form.TALK: "A talk of a quarter of an hour is enough: when would it suit you?",
        Form.PHONE: "A phone call of ten minutes is enough: when may we ring?",
    },
    freedom=(
        "If you would rather not, if another date suits you better, or if somebody else can tell more, "
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
        Occasion.REVIEW: "Wie sehen Sie die Arbeit von {subject}?",
        Occasion.NAMING: "Wer kann noch von der Arbeit mit Ihnen berichten, {subject}? Einer kann es nicht.",
    },
    forms={
        Form.WRITTEN: "Eine kurze Antwort genügt; sie dauert etwa fünf Minuten.",
        Form.TALK: "Ein Gespräch von einer Viertelstunde genügt: Wann würde es Ihnen passen?",
        Form.PHONE: "Ein Anruf von zehn Minuten genügt: Wann dürfen wir anrufen?",
    },
    freedom=(
        "Wenn Sie lieber nicht antworten, ein anderer Zeitpunkt besser passt oder jemand anderes mehr sagen kann, "
        "antworten Sie bitte kurz. Wenn Sie dazu nichts mehr von uns hören möchten, sagen Sie es, und wir lassen es."
    ),
    farewell="Mit freundlichen Grüßen",
)

_FALLBACK: Final = "en"
_LANGUAGES: Final = {_FALLBACK: _ENGLISH, "de": _GERMAN}


def worded(message: Message) -> Words:
    """The message in the language of its reader; English where theirs is not spoken here."""
    code = message.to.locale.partition("-")[0]
    code = code if code in _LANGUAGES else _FALLBACK
    language = _LANGUAGES[code]
    reminding = all(line.kind is ContactKind.REMINDER for line in message.lines)
    blocks = [
        _wrapped(language.greeting.format(name=shown(message.to.name))),
        _wrapped(language.reminder if reminding else language.ask),
        *_questions(language, message.lines),
        _wrapped(language.freedom),
        f"{language.farewell}\n{shown(message.sender)}",
    ]
    return Words(_subject(language, message, reminding=reminding), "\n\n".join(blocks) + "\n", code)


def shown(name: str) -> str:
    """A name as it may stand among other words: without marks that would reorder them."""
    return name.translate(_REORDERING)


def _subject(language: _Language, message: Message, *, reminding: bool) -> str:
    names = list(dict.fromkeys(shown(line.subject.name) for line in message.lines))
    if len(names) > 1:
        return language.several.format(count=len(names))
    template = language.reminder_subject if reminding else language.ask_subject
    return template.format(subject=names[0])


def _questions(language: _Language, lines: Sequence[MessageLine]) -> list[str]:
    """Each question with how it may be answered; several are listed, and what holds for all is said once."""
    asks = [language.asks[line.occasion].format(subject=shown(line.subject.name)) for line in lines]
    if len(asks) == 1:
        return [_wrapped(asks[0]), _wrapped(language.forms[lines[0].form])]
    if len({line.form for line in lines}) == 1:
        return ["\n".join(_listed(ask) for ask in asks), _wrapped(language.forms[lines[0].form])]
    return [_listed(f"{ask} {language.forms[line.form]}") for ask, line in zip(asks, lines, strict=True)]


def _listed(text: str) -> str:
    return _wrapped(text, first="- ", others="  ")


def _wrapped(text: str, *, first: str = "", others: str = "") -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
