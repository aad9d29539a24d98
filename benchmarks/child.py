"""Work in fresh interpreters that are told when to begin.

The child gets ready and waits to be told; then it works, and reports one line. What it does after that is not timed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from subprocess import PIPE
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from benchmarks.harness import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.harness import Work

Reports: TypeAlias = "list[Any]"

_READY = "ready\n"


def wait_to_be_told() -> None:
    """In the child: say that all is ready, and return when the work is to begin."""
    settle()
    sys.stdout.write(_READY)
    sys.stdout.flush()
    sys.stdin.readline()


def report(what: object = None) -> None:
    """In the child: say that the work is done, and what it came to."""
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


@contextmanager
def children(module: str, *arguments: tuple[object, ...]) -> Iterator[Callable[[], Reports]]:
    """A child running the module for each tuple of arguments, all of them ready.

    What comes back tells all to begin, waits until all are done, and gives their reports in order.
    """
    with ExitStack() as stack:
        pipes = [stack.enter_context(_child(module, *some)) for some in arguments]
        for _, stdout in pipes:
            assert stdout.readline() == _READY, f"{module} did not get ready"

        def work() -> Reports:
            for stdin, _ in pipes:
                stdin.write("go\n")
                stdin.flush()
            return [json.loads(stdout.readline()) for _, stdout in pipes]

        yield work


@contextmanager
def one_child(module: str, *arguments: object, units: int) -> Iterator[Work]:
    """A child that is ready to do so many units of work."""
    with children(module, arguments) as work:

        def done() -> int:
            work()
            return units

        yield done


@contextmanager
def _child(module: str, *arguments: object) -> Iterator[tuple[IO[str], IO[str]]]:
    program = [sys.executable, "-m", module, *map(str, arguments)]
    with subprocess.Popen(program, stdin=PIPE, stdout=PIPE, text=True) as child:  # noqa: S603 - of our own making
        assert child.stdin is not None
        assert child.stdout is not None
        yield child.stdin, child.stdout
    assert child.returncode == 0, f"{module} failed"
