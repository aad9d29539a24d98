from __future__ import annotations

import subprocess
import sys

import pytest

import feedbackkit.testing
from feedbackkit.errors import MissingExtra


def _run(program: str) -> str:
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    return ended.stdout.strip()


@pytest.mark.parametrize("name", feedbackkit.testing.__all__)
def test_every_name_is_there(name: str) -> None:
    """The face gives out what it lists."""
    assert getattr(feedbackkit.testing, name).__name__ == name
    assert name in dir(feedbackkit.testing)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="StoreContrakt"):
        _ = feedbackkit.testing.StoreContrakt


def test_importing_it_imports_no_test_tools() -> None:
    """They come when they are asked for."""
    program = "import sys, feedbackkit.testing; print(sorted({'pytest', 'hypothesis'} & set(sys.modules)))"
    assert _run(program) == "[]"


@pytest.mark.parametrize(("name", "tool"), [("StoreContract", "pytest"), ("StoreAgreement", "hypothesis")])
def test_a_missing_tool_is_told_in_one_sentence(name: str, tool: str) -> None:
    """With the command that installs it."""
    program = (
        f"import sys; sys.modules[{tool!r}] = None; import feedbackkit.testing\n"
        f"from feedbackkit.errors import MissingExtra\n"
        f"try: feedbackkit.testing.{name}\n"
        f"except MissingExtra as error: print(error)"
    )
    assert _run(program) == f"feedbackkit.testing.{name} needs {tool}: pip install {tool}"


def test_another_missing_module_is_no_missing_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what can be installed is told to be."""
    monkeypatch.setitem(feedbackkit.testing._HOMES, "Nothing", "feedbackkit.testing.nothing")
    with pytest.raises(ModuleNotFoundError) as caught:
        _ = feedbackkit.testing.Nothing
    assert not isinstance(caught.value, MissingExtra)
