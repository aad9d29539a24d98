"""The two faces of a desk have the same methods, sorted by theme."""

from __future__ import annotations

import inspect
import pkgutil
from pathlib import Path

import pytest

from feedbackkit.desk import AsyncDesk, AsyncReferences, Desk, References, faces

TWINS = [(Desk, AsyncDesk), (References, AsyncReferences)]
PAGE = Path(__file__).parents[2] / "docs/reference/desk.md"


def methods(face: type) -> dict[str, list[inspect.Parameter]]:
    """The public methods of a face, each with what it takes; `wait` is awaited in one and not in the other."""
    found = inspect.getmembers(face, inspect.isfunction)
    taken = {name: inspect.signature(method).parameters.values() for name, method in found if not name.startswith("_")}
    return {name: [each for each in parameters if each.name != "wait"] for name, parameters in taken.items()}


@pytest.mark.parametrize(("plain", "awaited"), TWINS)
def test_both_faces_take_the_same(plain: type, awaited: type) -> None:
    """Each awaited method has a plain twin of its name that takes the same, with the same defaults, and no other."""
    assert methods(plain) == methods(awaited)


@pytest.mark.parametrize("awaited", [AsyncDesk, AsyncReferences])
def test_the_awaited_face_awaits_everything(awaited: type) -> None:
    """No public method of the awaited face answers at once."""
    assert [name for name in methods(awaited) if not inspect.iscoroutinefunction(getattr(awaited, name))] == []


def test_no_theme_takes_a_name_of_another() -> None:
    """A method stands in one theme alone, so that the order of the themes means nothing."""
    for desk in (Desk, AsyncDesk):
        names = [name for theme in desk.__bases__ for name in vars(theme) if not name.startswith("_")]
        assert len(names) == len(set(names))


def test_the_reference_tells_each_theme() -> None:
    """Every theme has its place in the reference of the desk."""
    themes = {module.name for module in pkgutil.iter_modules(faces.__path__)} - {
        "base",
        "references",
        "plain_references",
    }
    told = {line.split(":: ")[1] for line in PAGE.read_text().splitlines() if line.startswith(".. theme:: ")}
    assert told == themes
