"""Runs every example: the Python fences of README and docs, and the doctests of src.

A fence marked ``python`` is always executed; no mark skips one. What is no program is fenced as ``text`` or
``console``, and ``tests/test_project.py`` refuses a program that hides in one. A page is one namespace, in a
directory of its own.
"""

from __future__ import annotations

import contextlib
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
