"""The words of a dossier in two languages."""

from __future__ import annotations

import datetime as dt
import string

import pytest

from feedbackkit.domain.flag import FlagKind
from feedbackkit.domain.request import Form, Occasion
from feedbackkit.domain.source import Directness, Relation
from feedbackkit.domain.verification import Finding
from feedbackkit.evidence.certainty import Certainty, Domain
from feedbackkit.evidence.dossier import GapKind, MomentKind, PassageKind, Speaker
from feedbackkit.evidence.telling.phrases import LANGUAGES, phrases


def _details(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same() -> None:
    """Each phrase is there in each language, with the same details to fill in."""
    english, german = LANGUAGES["en"], LANGUAGES["de"]
    assert english.keys() == german.keys()
    assert [name for name in english if _details(english[name]) != _details(german[name])] == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_value_has_a_phrase(language: str) -> None:
    """What can stand in a dossier can be told."""
    known = LANGUAGES[language]
    wanted = [f"occasion {occasion}" for occasion in Occasion] + [f"form {form}" for form in Form]
    wanted += [f"relation {relation}" for relation in Relation] + [f"directness {near}" for near in Directness]
    wanted += [f"moment {kind}" for kind in MomentKind] + [str(kind) for kind in PassageKind]
    wanted += [f"flag {kind}" for kind in FlagKind] + [f"concern {domain}" for domain in Domain]
    wanted += [f"certainty {grade}" for grade in Certainty] + [f"outcome {finding}" for finding in Finding]
    plain = set(GapKind) - {GapKind.RELATION, GapKind.FEW_SOURCES}
    wanted += [f"gap {kind}" for kind in plain]
    wanted += [f"gap relation {relation}" for relation in Relation if relation is not Relation.SELF]
    assert [name for name in wanted if name not in known] == []


def test_german_writes_a_comma_and_a_day_with_a_point() -> None:
    """Numbers and dates are written as a reader of the language expects."""
    de, en = phrases("de-CH"), phrases("en-GB")
    assert (de.number(4.25), en.number(4.26)) == ("4,2", "4.3")
    assert de.number(-0.04) == "0,0"
    assert de.date(dt.date(2026, 3, 2)) == "2. März 2026"
    assert en.date(dt.date(2026, 9, 2)) == "2 Sep 2026"
    assert (de.percent(0.8), en.percent(0.8)) == ("80\N{NO-BREAK SPACE}%", "80%")


def test_how_long_somebody_saw_the_work_is_told_in_days_or_months() -> None:
    """Two months and less are told in days."""
    say = phrases("en")
    assert say.whence(Speaker(relation="peer", directness="direct", days=60)).endswith("professional (60 days)")
    assert say.whence(Speaker(relation="peer", directness="direct", days=91)).endswith("professional (3 months)")
    assert say.whence(Speaker(days=10)) == "relation not known, 10 days"


def test_a_question_without_a_label_is_called_by_its_key() -> None:
    """A key reads as words."""
    labels = {"again": {"en": "Would engage again"}}
    assert phrases("de").question("again", labels) == "Would engage again"
    assert phrases("en").question("time_to_answer", labels) == "Time to answer"
