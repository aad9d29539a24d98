"""Follows a child from system call to system call, as a debugger does, and kills it at one of them (Linux)."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

__all__ = ["ask_to_be", "follow", "possible"]

_TRACE_ME, _SYSCALL = 0, 24
_libc = ctypes.CDLL(None, use_errno=True)


def _ptrace(request: int, pid: int) -> None:
    if _libc.ptrace(request, pid, None, None) == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def ask_to_be() -> None:
    """In the child: stop until the parent follows."""
    _ptrace(_TRACE_ME, 0)
    os.kill(os.getpid(), signal.SIGSTOP)


def follow(pid: int, *, kill_at: int) -> tuple[bool, int]:
    """Let a child go on and kill it at its n-th stop; whether it came to its end, and how often it stopped."""
    stops = 0
    while True:
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status):
            if os.WEXITSTATUS(status):
                sys.exit("a child has failed")
            return True, stops
        if os.WIFSIGNALED(status):
            return False, stops
        stops += 1
        if stops == kill_at:
            os.kill(pid, signal.SIGKILL)
        else:
            _ptrace(_SYSCALL, pid)


def possible() -> bool:
    """Whether this machine lets a process follow its child."""
    if not sys.platform.startswith("linux"):
        return False
    pid = os.fork()
    if pid == 0:
        try:
            ask_to_be()
            os._exit(0)
        except OSError:
            os._exit(3)
    _, status = os.waitpid(pid, 0)
    if os.WIFSTOPPED(status):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return True
    return False
