"""The sum behind an estimate, in words: English and German."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from feedbackkit.evidence.assessment import Assessment
    from feedbackkit.evidence.estimates import Contribution, Estimate, Severity
    from feedbackkit.evidence.fitting.fit import Fit

__all__ = ["explained"]

_ENGLISH: Final = {
    "head": "{mean}: with 80 % probability from {low} to {high}.",
    "open": "Nothing can be said: the ratings do not differ, and no prior is assumed.",
    "answer": "{weight} % {rater} gave {score}; {severity}; counted as {corrected}",
    "unknown": "severity unknown, for it is the only rating",
    "severe": "rates {much} below others, by {ratings} ratings",
    "lenient": "rates {much} above others, by {ratings} ratings",
    "even": "rates like others, by {ratings} ratings",
    "shift": "; {much} taken off for a declared conflict",
    "top": "; always gives the top score",
    "pool": "{weight} % the mean of all, {score}",
    "end": "{much} to stay within the scale",
    "raw": "The plain mean is {raw}, of {count} ratings by {sources} sources.",
    "without": "Without its most decisive answer, by {rater}, it would be {mean}.",
    "left": "Left out: {rater} gave {score}; declared conflict.",
}
_GERMAN: Final = {
    "head": "{mean}: mit 80 % Wahrscheinlichkeit von {low} bis {high}.",
    "open": "Darüber lässt sich nichts sagen: Die Wertungen unterscheiden sich nicht, und nichts wird vorausgesetzt.",
    "answer": "{weight} % {rater} gab {score}; {severity}; gezählt als {corrected}",
    "unknown": "Strenge unbekannt, denn es ist die einzige Wertung",
    "severe": "wertet um {much} strenger als andere, nach {ratings} Wertungen",
    "lenient": "wertet um {much} milder als andere, nach {ratings} Wertungen",
    "even": "wertet wie andere, nach {ratings} Wertungen",
    "shift": "; {much} für einen erklärten Interessenkonflikt abgezogen",
    "top": "; gibt immer die Bestnote",
    "pool": "{weight} % der Durchschnitt aller, {score}",
    "end": "{much}, um auf der Skala zu bleiben",
    "raw": "Der einfache Durchschnitt ist {raw}, aus {count} Wertungen von {sources} Quellen.",
    "without": "Ohne die Antwort, die am meisten entscheidet, von {rater}, wäre es {mean}.",
    "left": "Nicht gezählt: {rater} gab {score}; erklärter Interessenkonflikt.",
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {"en": _ENGLISH, "de": _GERMAN}
_EVEN: Final = 0.005


def explained(estimate: Estimate, fit: Fit, locale: str) -> str:
    """Head, one line for each contribution, and what stands beside the number."""
    language = locale.partition("-")[0] if isinstance(locale, str) else ""
    if language not in _WORDS:
        raise InvalidValue("locale", "must be English (en) or German (de)", shape(locale))
    words = _WORDS[language]

    def number(value: float) -> str:
        text = f"{value:.2f}"
        return text.replace(".", ",") if language == "de" else text

    low, high = estimate.interval()
    lines = [words["head"].format(mean=number(estimate.mean), low=number(low), high=number(high))]
    if math.isinf(estimate.sd):
        lines = [words["open"]]
    for line in estimate.contributions:
        if not line.of_pool:
            lines.append(_answer(words, line, fit.severity(line.rater), number))
        elif line.weight:
            lines.append(words["pool"].format(weight=round(100 * line.weight), score=number(line.score)))
        else:
            lines.append(words["end"].format(much=number(line.value)))
    if estimate.raw_mean is not None:
        raw = number(estimate.raw_mean)
        lines.append(words["raw"].format(raw=raw, count=estimate.count, sources=estimate.sources))
    if estimate.count > 1:
        decisive = max(estimate.without, key=lambda one: abs(one.mean - estimate.mean))
        lines.append(words["without"].format(rater=decisive.rater, mean=number(decisive.mean)))
    lines += [words["left"].format(rater=one.rater, score=number(one.score)) for one in estimate.left_out]
    return "\n".join(lines)


def _answer(words: Mapping[str, str], line: Contribution, severity: Severity, number: Callable[[float], str]) -> str:
    if line.severity_ratings <= 1:
        how = words["unknown"]
    else:
        way = "even" if abs(line.severity) < _EVEN else "severe" if line.severity < 0 else "lenient"
        how = words[way].format(much=number(abs(line.severity)), ratings=line.severity_ratings)
    if line.shift:
        how += words["shift"].format(much=number(line.shift))
    if severity.always_top:
        how += words["top"]
    return words["answer"].format(
        weight=round(100 * line.weight),
        rater=line.rater,
        score=f"{line.score:g}",
        severity=how,
        corrected=number(line.corrected),
    )


_GRADES: Final = {
    "en": {"high": "high", "moderate": "moderate", "low": "low", "very_low": "very low"},
    "de": {"high": "hoch", "moderate": "mittel", "low": "gering", "very_low": "sehr gering"},
}
_CONCERNS: Final = {
    "en": {
        "conflict": "many sources declared a conflict",
        "consistency": "the sources contradict each other",
        "directness": "most sources did not see the work",
        "imprecision": "the interval is wide or the sources are few",
        "selection": "the subject chose most of the sources",
    },
    "de": {
        "conflict": "viele Quellen haben einen Interessenkonflikt erklärt",
        "consistency": "die Quellen widersprechen einander",
        "directness": "die meisten Quellen haben die Arbeit nicht gesehen",
        "imprecision": "das Intervall ist breit oder es sind wenige Quellen",
        "selection": "die meisten Quellen hat die beurteilte Person ausgesucht",
    },
}
_BESIDE: Final = {
    "en": {
        "few": "No number is shown alone: {independent} of at least {minimum} independent sources.",
        "certainty": "Certainty: {grade}{because}.",
        "because": ", because {concerns}",
        "self": "The subject's own assessment is {own}, {gap} {way} the estimate.",
        "above": "above",
        "below": "below",
        "conflicts": "With the declared conflicts, less a shift of uncertain size, it would be {mean}.",
        "and": " and ",
    },
    "de": {
        "few": "Keine Zahl für sich: {independent} von mindestens {minimum} unabhängigen Quellen.",
        "certainty": "Verlässlichkeit: {grade}{because}.",
        "because": ", denn {concerns}",
        "self": "Die Selbsteinschätzung ist {own}, {gap} {way} der Schätzung.",
        "above": "über",
        "below": "unter",
        "conflicts": "Mit den erklärten Interessenkonflikten, abzüglich einer Verschiebung, wäre es {mean}.",
        "and": " und ",
    },
}


def assessment_explained(assessment: Assessment, locale: str) -> str:
    """The estimate in words, and what stands beside it."""
    lines = [assessment.estimate.explain(locale)]
    language = locale.partition("-")[0]
    words = _BESIDE[language]

    def number(value: float) -> str:
        text = f"{value:.2f}"
        return text.replace(".", ",") if language == "de" else text

    if assessment.headline is None:
        lines.insert(0, words["few"].format(independent=assessment.independent_sources, minimum=assessment.minimum))
    concerns = words["and"].join(_CONCERNS[language][concern.domain] for concern in assessment.concerns)
    because = words["because"].format(concerns=concerns) if concerns else ""
    lines.append(words["certainty"].format(grade=_GRADES[language][assessment.certainty], because=because))
    if assessment.self_assessment is not None and assessment.self_gap is not None:
        way = words["above"] if assessment.self_gap > 0 else words["below"]
        gap = number(abs(assessment.self_gap))
        lines.append(words["self"].format(own=number(assessment.self_assessment), gap=gap, way=way))
    if assessment.with_conflicts is not None:
        lines.append(words["conflicts"].format(mean=number(assessment.with_conflicts.mean)))
    return "\n".join(lines)
