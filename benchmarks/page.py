"""The page of the documentation that keeps the last measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.table import as_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.harness import Outcome

INTRODUCTION = """\
# {title}

Every figure on this page comes from one run of this command, from a checkout, on the machine named below:

```sh
python -m pip install --editable . --group bench && python -m benchmarks {what}--write {path}
```

`python -m benchmarks --help` says how to choose workloads, rounds and sizes. Times differ from machine to machine and
from hour to hour; ratios much less. So the candidates take turns within each round, every round starting with another
one, a ratio is formed within its round, and the tables show the median round. The candidate with ratio 1 is the
*limit*: the same work written by hand for this one case, by somebody who needs nothing else. Peers run as their own
documentation says. A target that is missed says so.
"""


def write(path: Path, machine: Sequence[str], outcomes: Sequence[Outcome], *, what: str = "") -> None:
    """Replace the page; `what` are the workloads that were named."""
    title = f"What it costs: {what}" if what else "What it costs"
    introduction = INTRODUCTION.format(title=title, what=f"{what} " if what else "", path=path)
    measured_on = "\n".join(f"- {line}" for line in machine)
    sections = (introduction, f"Measured on:\n\n{measured_on}\n", *map(as_markdown, outcomes))
    path.write_text("\n".join(sections), encoding="utf-8")
