"""R's lme4, where it is installed: the data of InstEval, and the same fit with its effects."""

from __future__ import annotations

import csv
import shutil
import subprocess
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

Triple: TypeAlias = tuple[str, str, float]

_EXPORT = 'suppressMessages(library(lme4)); write.csv(InstEval[, c("s", "d", "y")], "ratings.csv", row.names = FALSE)'
_FIT = """
suppressMessages(library(lme4))
ratings <- read.csv("ratings.csv", colClasses = c("factor", "factor", "numeric"))
took <- system.time({
    model <- lmer(y ~ 1 + (1 | s) + (1 | d), ratings)
    effects <- ranef(model, condVar = TRUE)
})
means <- fixef(model)[[1]] + effects$d[[1]]
write.csv(data.frame(subject = rownames(effects$d), mean = means), "means.csv", row.names = FALSE)
write.csv(data.frame(rater = rownames(effects$s), severity = effects$s[[1]]), "severities.csv", row.names = FALSE)
cat(took[["elapsed"]], "\\n")
"""


def missing() -> str:
    """Why lme4 cannot be measured here; nothing where it can."""
    if shutil.which("Rscript") is None:
        return "R is not installed"
    found = subprocess.run(["Rscript", "-e", "library(lme4)"], capture_output=True, check=False)  # noqa: S607
    return "" if found.returncode == 0 else "R has no lme4"


def insteval(directory: Path) -> list[Triple]:
    """The 73,421 ratings of lecturers by students at ETH Zürich that lme4 ships."""
    _run(_EXPORT, directory)
    with (directory / "ratings.csv").open(encoding="utf-8", newline="") as lines:
        return [(row["s"], row["d"], float(row["y"])) for row in csv.DictReader(lines)]


def fitted(directory: Path) -> tuple[float, dict[str, float], dict[str, float]]:
    """How many seconds the fit and the effects with their variances took; the means of subjects; the severities."""
    seconds = float(_run(_FIT, directory))
    return seconds, _read(directory / "means.csv"), _read(directory / "severities.csv")


def _read(path: Path) -> dict[str, float]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {name: float(value) for name, value in list(csv.reader(lines))[1:]}


def _run(script: str, directory: Path) -> str:
    return subprocess.run(  # noqa: S603 - our own scripts
        ["Rscript", "-e", script],  # noqa: S607 - wherever R is
        cwd=directory,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
