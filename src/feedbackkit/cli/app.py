"""``python -m feedbackkit``: how a command begins, and how it ends."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from feedbackkit.cli.parser import parser
from feedbackkit.errors import FeedbackKitError, InvalidInput

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Generator, Sequence

__all__ = ["main"]

_OK: Final = 0
_FAILED: Final = 1
_BAD_INPUT: Final = 2
_INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None, *, leave: Callable[..., None] | None = None) -> int:
    """Do what the arguments say; the exit code: 0, or 2 for what was handed in wrongly, or 1 for anything else.

    130 where it was interrupted. `leave` ends the process with that code: where it handles the signal, it does so again
    when the command has ended, and no interrupt is too late or too early.
    """
    reconfigure: Callable[..., None] | None = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")  # a poor terminal shows a question mark, and all the rest
    try:
        options = parser().parse_args(arguments)
        command = _command_of(options)
        with _interruptible(leave):
            code = command(options)
            sys.stdout.flush()
    except InvalidInput as error:
        print(error, file=sys.stderr)
        return _BAD_INPUT
    except FeedbackKitError as error:
        print(error, file=sys.stderr)
        return _FAILED
    except BrokenPipeError:
        _leave_standard_output()
        return _OK
    except OSError as error:
        print(f"{error.filename or 'standard output'}: {error.strerror}", file=sys.stderr)
        _leave_standard_output()
        return _FAILED
    except KeyboardInterrupt:
        print("interrupted; what was done is kept", file=sys.stderr, flush=True)
        if leave is not None:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
            leave()
        return _INTERRUPTED
    return code


def _leave_standard_output() -> None:
    """Nobody reads on, or nothing can be written: let nothing be flushed into it at the end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _command_of(options: argparse.Namespace) -> Callable[[argparse.Namespace], int]:
    from feedbackkit.cli import commands

    command: Callable[[argparse.Namespace], int] = getattr(commands, options.command)
    return command


@contextmanager
def _interruptible(leave: Callable[..., None] | None) -> Generator[None]:
    """Raise an interrupt within, so that a command ends in order; outside, `leave` handles it where it did before."""
    if leave is None or signal.getsignal(signal.SIGINT) is not leave:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, leave)
