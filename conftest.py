"""Runs every example: the Python fences of README and docs, and the doctests of src; and says who runs what.

A fence marked ``python`` is always executed; no mark skips one. What is no program is fenced as ``text`` or
``console``, and ``tests/test_project.py`` refuses a program that hides in one. A page is one namespace, in a
directory of its own.

With ``-n`` (pytest-xdist) several processes share the tests, a file each at a time: the fixtures of a module are made
once, and a page stays in one piece. Each process has its own databases. Without ``-n`` nothing is different.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

import pytest
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def own_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run a page in a temporary directory, so that its examples may write files."""
    with contextlib.chdir(tmp_path_factory.mktemp("page")):
        yield


readme = Sybil([PythonCodeBlockParser()], pattern="README.md", fixtures=["own_directory"])
pages = Sybil([PythonCodeBlockParser()], path="docs", pattern="*.md", fixtures=["own_directory"])
docstrings = Sybil([DocTestParser()], path="src", pattern="*.py", fixtures=["own_directory"])

pytest_collect_file = SybilCollection([readme, pages, docstrings]).pytest()


_MOST_PROCESSES = 4  # each starts a PostgreSQL of its own


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """As many processes for ``-n auto`` as there are cores for this one, within reason."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_PROCESSES)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Hand out whole files, in their order, which ends with the short ones: the docs and the doctests."""
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Let a process of xdist be measured once: pytest-cov begins twice there, and pauses one of the two alone."""
    if hasattr(session.config, "workerinput") and "coverage" in sys.modules:
        from coverage import Coverage

        while (measuring := Coverage.current()) is not None:
            measuring.stop()
