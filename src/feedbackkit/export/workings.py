"""How each number of a dossier comes about, rating by rating, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.export.markup import element

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from feedbackkit.evidence.dossier import Criterion, Dossier, Statement, Weighed
    from feedbackkit.evidence.telling.phrases import Phrases

__all__ = ["severity", "workings"]

_COLUMNS: Final = ("rating", "severity", "corrected", "weight", "without")
_EVEN: Final = 0.05
"""Below this a severity rounds to nothing."""
_KNOWN: Final = 2
"""On so many ratings a severity rests at least, or it is not known."""


def workings(dossier: Dossier, say: Phrases) -> Iterator[Element]:
    """A table for each criterion, folded away on a screen."""
    statements = {statement.key: statement for statement in dossier.statements}
    for criterion in dossier.criteria:
        if criterion.weighed:
            name = say.question(criterion.key, dossier.labels)
            table = _table(criterion, name, statements, say)
            yield element("details", element("summary", element("h3", name)), element("div", table, class_="wide"))


def _table(criterion: Criterion, name: str, statements: dict[str, Statement], say: Phrases) -> Element:
    head = [element("th", say("source number", n=""), scope="col")]
    head += [element("th", say(column), scope="col", class_="n") for column in _COLUMNS]
    rows = [_row(each, statements[each.statement], say) for each in criterion.weighed]
    return element(
        "table",
        element("caption", name, class_="hidden"),
        element("thead", element("tr", *head)),
        element("tbody", *rows),
        element("tfoot", _pool(criterion, say)) if criterion.pool_weight is not None else None,
    )


def _row(weighed: Weighed, statement: Statement, say: Phrases) -> Element:
    # Apart from the date, or a name that is written from right to left would turn the figures after it round.
    name = element("bdi", say.who(statement.speaker))
    who = element("th", name, f", {say.day(statement.at_us)}", scope="row")
    score = element("td", say.score(weighed.score), class_="n")
    if weighed.left_out is not None:
        why = "left out conflict" if weighed.left_out == "conflict" else "left out"
        reason = say(why) if why == "left out conflict" else say(why, why=weighed.left_out)
        return element("tr", who, score, element("td", reason, colspan=len(_COLUMNS) - 1))
    return element(
        "tr",
        who,
        score,
        element("td", severity(weighed, say), class_="n"),
        element("td", say.number(weighed.corrected), class_="n"),
        element("td", say.percent(weighed.weight), class_="n"),
        element("td", "–" if weighed.without is None else say.number(weighed.without, 2), class_="n"),
    )


def severity(weighed: Weighed, say: Phrases) -> str:
    """How the source of a rating rates otherwise, and on how many ratings that rests."""
    if weighed.severity_ratings < _KNOWN:
        return say("severity unknown")
    n = str(weighed.severity_ratings)
    if abs(weighed.severity) < _EVEN:
        text = say("severity even", n=n)
    else:
        text = say(
            "severity lenient" if weighed.severity > 0 else "severity severe", by=say.number(abs(weighed.severity)), n=n
        )
    return f"{text}; {say('always top')}" if weighed.always_top else text


def _pool(criterion: Criterion, say: Phrases) -> Element:
    mean = "–" if criterion.pool_mean is None else say.number(criterion.pool_mean)
    share = "–" if criterion.pool_weight is None else say.percent(criterion.pool_weight)
    cells = [mean, "", mean, share, ""]
    return element(
        "tr",
        element("th", say("the pool"), scope="row"),
        *(element("td", cell, class_="n") for cell in cells),
    )
