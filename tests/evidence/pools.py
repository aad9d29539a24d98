"""Pools of ratings for tests: simulated, and one that was published."""

from __future__ import annotations

import csv
import random
from pathlib import Path

Triple = tuple[str, str, float]


def simulated(
    seed: int,
    *,
    subjects: int = 12,
    raters: int = 15,
    each: tuple[int, int] = (1, 6),
    scale: tuple[int, int] = (1, 5),
) -> list[Triple]:
    """Ratings of subjects of different quality by raters of different severity, rounded and clipped to the scale."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    low, high = scale
    width = high - low
    severity = [rng.gauss(0, 0.1 * width) for _ in range(raters)]
    found: list[Triple] = []
    for subject in range(subjects):
        quality = rng.gauss(low + 0.65 * width, 0.18 * width)
        for rater in rng.sample(range(raters), min(raters, rng.randint(*each))):
            score = round(quality + severity[rater] + rng.gauss(0, 0.2 * width))
            found.append((f"r{rater}", f"s{subject}", float(min(high, max(low, score)))))
    return found


def penicillin() -> list[Triple]:
    """Diameters of growth, 24 plates by 6 samples (Davies & Goldsmith 1972, as published with lme4)."""
    with (Path(__file__).parent / "data" / "penicillin.csv").open(encoding="utf-8", newline="") as lines:
        return [(row["rater"], row["subject"], float(row["score"])) for row in csv.DictReader(lines)]
