"""Questionnaires that are ready to use; what each asks in one version never changes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from feedbackkit.domain.questionnaire import Questionnaire, Rating, Words, YesNo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedbackkit.domain.questionnaire import Told

__all__ = ["AGREEMENT", "QUALITY", "SATISFACTION", "interim", "ready_made", "reference_check", "satisfaction"]


def _both(english: str, german: str) -> Mapping[str, str]:
    return {"en": english, "de": german}


QUALITY: Final[Mapping[int, Told]] = {
    1: _both("poor", "mangelhaft"),
    2: _both("fair", "ausreichend"),
    3: _both("good", "gut"),
    4: _both("very good", "sehr gut"),
    5: _both("outstanding", "herausragend"),
}
"""What the points of a scale of quality mean, 1 to 5."""

AGREEMENT: Final[Mapping[int, Told]] = {
    1: _both("strongly disagree", "stimme gar nicht zu"),
    2: _both("disagree", "stimme eher nicht zu"),
    3: _both("neither agree nor disagree", "weder noch"),
    4: _both("agree", "stimme eher zu"),
    5: _both("strongly agree", "stimme voll zu"),
}
"""What the points of a scale of agreement mean, 1 to 5."""

SATISFACTION: Final[Mapping[int, Told]] = {
    1: _both("very dissatisfied", "sehr unzufrieden"),
    2: _both("dissatisfied", "unzufrieden"),
    3: _both("neither satisfied nor dissatisfied", "weder noch"),
    4: _both("satisfied", "zufrieden"),
    5: _both("very satisfied", "sehr zufrieden"),
}
"""What the points of a scale of satisfaction mean, 1 to 5."""


def _quality(name: str, english: str, german: str, *, required: bool = False) -> Rating:
    return Rating(name=name, label=_both(english, german), marks=QUALITY, required=required)


@lru_cache(maxsize=1)
def interim() -> Questionnaire:
    """What is asked about an interim manager: five ratings, whether one would do it again, strengths and cautions."""
    return Questionnaire(
        id="interim",
        title=_both("Working with an interim manager", "Zusammenarbeit im Interim-Mandat"),
        questions=(
            _quality("performance", "Performance overall", "Leistung insgesamt", required=True),
            _quality("leadership", "Leadership", "Führung"),
            _quality("expertise", "Expertise", "Fachkompetenz"),
            _quality("communication", "Communication", "Kommunikation"),
            _quality("results", "Results", "Ergebnisse"),
            YesNo(
                name="again",
                label=_both("Would you engage this person again?", "Würden Sie diese Person wieder beauftragen?"),
                required=True,
            ),
            Words(name="strengths", label=_both("What stood out?", "Was hat herausgeragt?")),
            Words(
                name="cautions",
                label=_both("What should the next client know?", "Was sollte der nächste Auftraggeber wissen?"),
            ),
        ),
    )


@lru_cache(maxsize=1)
def reference_check() -> Questionnaire:
    """What a later client asks a former one, in a talk (Referenzgespräch)."""
    return Questionnaire(
        id="reference-check",
        title=_both("Reference check", "Referenzgespräch"),
        questions=(
            Words(
                name="role",
                label=_both("In which role did you work together?", "In welcher Rolle haben Sie zusammengearbeitet?"),
                limit=500,
                required=True,
            ),
            _quality("performance", "Performance overall", "Leistung insgesamt", required=True),
            _quality("reliability", "Reliability", "Verlässlichkeit"),
            _quality("leadership", "Leadership", "Führung"),
            _quality("expertise", "Expertise", "Fachkompetenz"),
            Words(name="strengths", label=_both("Greatest strengths", "Größte Stärken")),
            Words(name="cautions", label=_both("What needs support", "Wo Unterstützung nötig ist")),
            Words(name="ending", label=_both("How did it end, and why?", "Wie endete es, und warum?")),
            YesNo(
                name="again",
                label=_both("Would you work together again?", "Würden Sie wieder zusammenarbeiten?"),
                required=True,
            ),
        ),
    )


@lru_cache(maxsize=1)
def satisfaction() -> Questionnaire:
    """Recommendation from 0 to 10 (NPS) and satisfaction from 1 to 5 (CSAT), with the reason in words."""
    return Questionnaire(
        id="satisfaction",
        title=_both("Your satisfaction", "Ihre Zufriedenheit"),
        questions=(
            Rating(
                name="recommend",
                label=_both(
                    "How likely are you to recommend us?", "Wie wahrscheinlich ist es, dass Sie uns empfehlen?"
                ),
                least=0,
                most=10,
                marks={0: _both("not at all likely", "unwahrscheinlich"), 10: _both("extremely likely", "sicher")},
                required=True,
            ),
            Rating(
                name="satisfaction",
                label=_both("How satisfied are you?", "Wie zufrieden sind Sie?"),
                marks=SATISFACTION,
                required=True,
            ),
            Words(name="reason", label=_both("What is the main reason?", "Was ist der wichtigste Grund?")),
        ),
    )


def ready_made() -> dict[str, Questionnaire]:
    """All of them, by their `ref`."""
    return {each.ref: each for each in (interim(), reference_check(), satisfaction())}
