"""An outcome as text for a terminal and as Markdown for the documentation."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.harness import Fact, Measurement, Outcome, Target

TARGET_HEAD = ("target", "asked", "measured", "")


def as_text(outcome: Outcome) -> str:
    """The outcome as aligned columns."""
    parts = [outcome.title, "=" * len(outcome.title), _columns([_head(outcome), *_rows(outcome)])]
    if goals := _goals(outcome):
        parts += ["", _columns([TARGET_HEAD, *goals])]
    return "\n".join((*parts, ""))


def as_markdown(outcome: Outcome) -> str:
    """The outcome as a section with pipe tables."""
    head = (f"## {outcome.title}", outcome.text.strip(), f"Measured in {outcome.clock}.")
    parts = [*head, _pipes([_head(outcome), *_rows(outcome)])]
    if goals := _goals(outcome):
        parts.append(_pipes([TARGET_HEAD, *goals]))
    return "\n\n".join(parts) + "\n"


def _head(outcome: Outcome) -> tuple[str, ...]:
    return "candidate", f"{outcome.unit} each", "ratio", "lowest–highest"


def _rows(outcome: Outcome) -> list[tuple[str, ...]]:
    by_name = {one.name: one for one in outcome.measurements}
    return [_row(one, by_name[outcome.limit]) for one in outcome.measurements]


def _row(one: Measurement, limit: Measurement) -> tuple[str, ...]:
    ratios = one.ratios(limit)
    span = "" if one is limit else f"{min(ratios):.2f}–{max(ratios):.2f}"
    return one.name, _plain(one.typical), f"{statistics.median(ratios):.2f}", span


def _plain(figure: float) -> str:
    return f"{figure:,.2f}" if figure < 100 else f"{figure:,.0f}"


def _goals(outcome: Outcome) -> list[tuple[str, ...]]:
    return [*(_goal(outcome, target) for target in outcome.targets), *map(_fact, outcome.facts)]


def _goal(outcome: Outcome, target: Target) -> tuple[str, ...]:
    what, unit = (
        (target.candidate, outcome.unit) if target.against is None else (f"{target.candidate} ÷ {target.against}", "")
    )
    figure = outcome.figure(target)
    return what, _asked(target, unit), _measured(figure, unit), _verdict(reached=target.reached_by(figure))


def _fact(fact: Fact) -> tuple[str, ...]:
    return fact.name, _asked(fact, fact.unit), _measured(fact.figure, fact.unit), _verdict(reached=fact.reached)


def _asked(what: Target | Fact, unit: str) -> str:
    bounds = (("≥", what.at_least), ("≤", what.at_most))
    return " and ".join(f"{sign} {bound:g} {unit}".rstrip() for sign, bound in bounds if bound is not None)


def _measured(figure: float, unit: str) -> str:
    return f"{_plain(figure)} {unit}".rstrip()


def _verdict(*, reached: bool | None) -> str:
    return "" if reached is None else "reached" if reached else "MISSED"


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _pipes(rows: Sequence[tuple[str, ...]]) -> str:
    head, *body = rows
    rule = ("---", *("---:" for _ in head[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *body))
