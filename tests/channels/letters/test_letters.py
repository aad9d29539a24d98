from __future__ import annotations

import re

import attrs
import pytest

from feedbackkit.channels.letters import Letters
from feedbackkit.channels.letters.plain import WIDTH
from feedbackkit.domain.benefit import Benefit
from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Form, Occasion
from feedbackkit.domain.times import instant
from feedbackkit.links import Links
from tests.channels.messages import BOOKED_US, BRANDT, HUBER, WEBER, line, message

ASKING_OR_NOT = (
    ContactKind.ASK,
    ContactKind.REMINDER,
    ContactKind.NUDGE,
    ContactKind.THANKS,
    ContactKind.WITHDRAWAL,
)
LINKS = Links("https://feedback.example.com/f/", keys={"2026": b"k" * 32})


@pytest.mark.parametrize(
    ("locale", "language", "greeting"),
    [
        ("de", "de", "Guten Tag Dr. Anna Weber,"),
        ("de-CH", "de", "Guten Tag Dr. Anna Weber,"),
        ("en-GB", "en", "Dear Dr. Anna Weber,"),
        ("ja", "en", "Dear Dr. Anna Weber,"),
        ("den", "en", "Dear Dr. Anna Weber,"),
    ],
)
def test_a_reader_is_written_to_in_their_language(locale: str, language: str, greeting: str) -> None:
    """German in every German-speaking country, English where the reader's language is not spoken here."""
    words = Letters().write(message(to=attrs.evolve(WEBER, locale=locale)))
    assert words.language == language
    assert words.text.startswith(greeting)


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("occasion", list(Occasion))
def test_a_message_says_who_asks_about_whom_and_how_long_it_takes(occasion: Occasion, form: Form, locale: str) -> None:
    """On every occasion, in every form and language: the sender, the subject and a number of minutes."""
    words = Letters().write(message(line(occasion, form=form), to=attrs.evolve(WEBER, locale=locale)))
    text = " ".join(words.text.split())
    assert text.count("Interim AG") == 2
    assert "Thomas Brandt" in words.subject
    assert any(span in text.lower() for span in ("minute", "quarter of an hour", "viertelstunde"))
    if occasion is not Occasion.PROVIDER_VIEW:
        assert "Thomas Brandt" in text


def test_a_message_leaves_every_way_out() -> None:
    """The reader may say no, name a later date or somebody else, and be asked no more."""
    english = " ".join(Letters().write(message(to=attrs.evolve(WEBER, locale="en"))).text.split())
    german = " ".join(Letters().write(message()).text.split())
    for way in ("rather not", "another date", "somebody else", "we stop"):
        assert way in english
    for way in ("lieber nicht", "anderer Zeitpunkt", "jemand anderes", "wir lassen es"):
        assert way in german


def test_a_reminder_does_not_read_like_an_ask() -> None:
    """Subject and text of a reminder say that it is one."""
    ask, reminder = Letters().write(message()), Letters().write(message(line(kind=ContactKind.REMINDER, step=2)))
    assert ask.subject != reminder.subject
    assert "Zur Erinnerung" in reminder.subject
    assert "vor einiger Zeit" in reminder.text
    assert "vor einiger Zeit" not in ask.text


def test_an_ask_among_reminders_makes_it_an_ask() -> None:
    """Nobody is told that they were asked before about what is new to them."""
    words = Letters().write(message(line(), line(Occasion.QUALITY_CHECK, kind=ContactKind.REMINDER, step=2)))
    assert "Erinnerung" not in words.subject


def test_several_requests_are_listed_and_what_they_share_is_said_once() -> None:
    """One message for two people lists both questions, and tells once how long an answer takes."""
    words = Letters().write(message(line(), line(Occasion.CLOSING_REVIEW, subject=HUBER)))
    assert words.subject == "Ein paar Minuten zu 2 Personen"
    assert words.text.count("\n- ") == 2
    assert " ".join(words.text.split()).count("fünf Minuten") == 1


def test_each_form_is_told_where_they_differ() -> None:
    """A written answer and a talk in one message: each question says how it may be answered."""
    words = Letters().write(message(line(), line(Occasion.QUALITY_CHECK, form=Form.TALK)))
    text = " ".join(words.text.split())
    assert "fünf Minuten" in text
    assert "Viertelstunde" in text
    assert "Thomas Brandt" in words.subject


def test_lines_are_short() -> None:
    """No line is longer than the width that every terminal has, unless one word is."""
    for locale in ("de", "en"):
        for lines in ([line()], [line(), line(Occasion.QUALITY_CHECK, form=Form.PHONE, subject=HUBER)]):
            text = Letters().write(message(*lines, to=attrs.evolve(WEBER, locale=locale))).text
            assert max(map(len, text.splitlines())) <= WIDTH


@pytest.mark.parametrize(
    "name", ["{0.__class__}", "%s {name}", "אנה ובר", "森 鷗外", "Zoë 🎉", "x" * 200, "O'Brien; DROP"]
)
def test_names_are_kept_as_they_are(name: str) -> None:
    """Whatever a name looks like, it stands in the text in full."""
    text = Letters().write(message(line(subject=Person(id="P-1", name=name)))).text
    assert name in text.replace("\n", " ")


def test_a_name_cannot_turn_the_words_around_it() -> None:
    """Marks that reorder text are left out of names, in text and subject."""
    words = Letters().write(message(line(subject=attrs.evolve(BRANDT, name="\u202eneB\u202c Brandt\u2066"))))
    assert "neB Brandt" in words.text
    assert not set("\u202e\u202c\u2066") & set(words.text + words.subject)


@pytest.mark.parametrize(
    ("locale", "informal", "promise"),
    [
        ("de", False, "Was immer Sie antworten, Sie erhalten dafür: den Bericht <2026>."),
        ("de", True, "Was immer du antwortest, du erhältst dafür: den Bericht <2026>."),
        ("en", False, "Whatever you answer, you get: den Bericht <2026>."),
    ],
)
def test_a_letter_says_what_is_in_it_for_the_reader(locale: str, *, informal: bool, promise: str) -> None:
    """The benefit stands in the text and, escaped, in the page; without one nothing is said of any."""
    to = attrs.evolve(WEBER, locale=locale, informal=informal)
    promised = line(benefit=Benefit(what="den Bericht <2026>"))
    letter = Letters().write(message(promised, to=to))
    assert promise in " ".join(letter.text.split())
    assert promise.replace("<2026>", "&lt;2026&gt;") in (letter.html or "")
    several = Letters().write(message(promised, line(Occasion.QUALITY_CHECK, subject=HUBER), to=to))
    assert " ".join(several.text.split()).count("den Bericht <2026>") == 1
    assert "den Bericht" not in Letters().write(message(to=to)).text


@pytest.mark.parametrize(
    ("locale", "informal", "debt"),
    [
        ("en", False, "As promised, you get den Bericht <2026>, by 1 April 2026."),
        ("de", False, "Wie versprochen erhalten Sie dafür bis zum 1. April 2026: den Bericht <2026>."),
        ("de-CH", True, "Wie versprochen erhältst du dafür bis zum 1. April 2026: den Bericht <2026>."),
    ],
)
def test_thanks_say_what_the_reader_gets_and_until_when(locale: str, *, informal: bool, debt: str) -> None:
    """The benefit and a day of the reader's own calendar, in text and page; where nothing is owed nothing is said."""
    to = attrs.evolve(WEBER, locale=locale, informal=informal, timezone="Europe/Berlin")
    until_us = instant("2026-03-31T22:30:00Z")  # after midnight in Berlin
    owed = line(kind=ContactKind.THANKS, benefit=Benefit(what="den Bericht <2026>"), owed_until_us=until_us)
    letter = Letters().write(message(owed, to=to))
    assert debt in " ".join(letter.text.split())
    assert debt.replace("<2026>", "&lt;2026&gt;") in (letter.html or "")
    assert "2026" not in Letters().write(message(line(kind=ContactKind.THANKS), to=to)).text


@pytest.mark.parametrize("kind", [ContactKind.THANKS, ContactKind.WITHDRAWAL])
@pytest.mark.parametrize("locale", ["en", "de"])
@pytest.mark.parametrize("occasion", list(Occasion))
def test_a_courtesy_asks_for_nothing(occasion: Occasion, locale: str, kind: ContactKind) -> None:
    """No question, no link to answer and no other way out than to be left in peace; the right to object is named."""
    letter = Letters(links=LINKS).write(message(line(occasion, kind=kind), to=attrs.evolve(WEBER, locale=locale)))
    assert "?" not in letter.text
    assert "/answer/" not in letter.text + (letter.html or "")
    assert "/never/" in letter.text
    assert letter.unsubscribe is not None


def test_thanks_among_questions_come_last_and_do_not_name_the_letter() -> None:
    """A letter that asks for something is one: its subject and opening are those of an ask."""
    thanks = line(kind=ContactKind.THANKS)
    letter = Letters().write(message(thanks, line(Occasion.CLOSING_REVIEW, subject=HUBER)))
    assert letter.subject == "Ein paar Minuten zu Maria Huber"
    assert letter.text.index("Im Rückblick") < letter.text.index("Danke für Ihre Referenz")
    assert "antworten Sie bitte kurz" in letter.text


def test_why_this_person_is_said() -> None:
    """On every occasion the letter gives the reason why it is the reader who is asked."""
    for occasion in Occasion:
        for locale, word in (("de", "Sie"), ("en", "you")):
            [question] = Letters().parts(message(line(occasion), to=attrs.evolve(WEBER, locale=locale))).questions
            assert question.reason.endswith(".")
            assert word in question.reason or "Ihre" in question.reason or "You" in question.reason


@pytest.mark.parametrize("occasion", list(Occasion))
def test_a_first_name_reader_is_never_addressed_formally(occasion: Occasion) -> None:
    """In informal German no word of the formal address is left, on any occasion, in any form and kind."""
    to = attrs.evolve(WEBER, informal=True)
    for kind in ASKING_OR_NOT:
        for form in Form:
            owed = {"benefit": Benefit(what="nichts"), "owed_until_us": BOOKED_US}
            what = message(line(occasion, kind=kind, form=form, **owed), to=to)
            letter = Letters().write(what)
            assert not re.search(r"\b(Sie|Ihnen|Ihre?[nmrs]?)\b", letter.text + letter.subject)


def test_swiss_letters_have_no_eszett_but_names_keep_theirs() -> None:
    """What the library says is spelt as in Switzerland; what somebody is called is not its business."""
    to = attrs.evolve(WEBER, locale="de-CH", name="Anna Groß")
    letter = Letters().write(message(to=to))
    assert "Mit freundlichen Grüssen" in letter.text
    assert letter.text.count("ß") == 1
    assert "Anna Groß" in letter.text
