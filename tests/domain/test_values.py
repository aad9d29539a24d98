"""What all nouns have in common: frozen, equal by value, fit for copying and pickling, silent about people."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
from typing import Any

import attrs
import pytest

import feedbackkit.domain
from tests.domain.values import EXAMPLES, PERSONAL, example

KINDS = sorted(EXAMPLES, key=lambda kind: kind.__name__)
kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def test_every_noun_has_an_example() -> None:
    """Each attrs class that the domain defines, but for those that others stand on, is among the examples."""
    found: set[type[Any]] = set()
    for module in pkgutil.iter_modules(feedbackkit.domain.__path__, "feedbackkit.domain."):
        there = importlib.import_module(module.name)
        found |= {each for each in vars(there).values() if attrs.has(each) and each.__module__ == module.name}
    assert {kind for kind in found if not kind.__subclasses__()} == set(EXAMPLES)


@kinds
def test_a_value_cannot_be_changed(kind: type[Any]) -> None:
    """No field of a noun can be assigned or deleted, and no new one can be added."""
    value = example(kind)
    for name in attrs.fields_dict(kind):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(value, name, None)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            delattr(value, name)
    with pytest.raises(AttributeError):
        value.surprise = 1


@kinds
def test_values_are_equal_by_value(kind: type[Any]) -> None:
    """Two of the same content are equal and have one hash; nothing else equals them."""
    one, other = example(kind), example(kind)
    assert one is not other
    assert one == other
    assert hash(one) == hash(other)
    assert one != tuple(EXAMPLES[kind].values())


@kinds
def test_no_field_is_left_out_of_equality(kind: type[Any]) -> None:
    """Every field takes part in equality, so that a store that loses one is noticed."""
    assert [field.name for field in attrs.fields(kind) if not field.eq] == []


@kinds
def test_a_noun_cannot_be_subclassed_by_mistake(kind: type[Any]) -> None:
    """Each noun is marked final for the type checkers, and has slots."""
    assert getattr(kind, "__final__", False)
    assert not hasattr(example(kind), "__dict__")


@kinds
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_value_survives_pickle(kind: type[Any], protocol: int) -> None:
    """A noun comes out of a pickle as it went in, so that it can cross a process border."""
    value = example(kind)
    assert pickle.loads(pickle.dumps(value, protocol)) == value  # noqa: S301 - pickled here


@kinds
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, attrs.evolve], ids=lambda each: each.__name__)
def test_a_copy_equals_its_original(kind: type[Any], duplicate: Any) -> None:
    """A copy, shallow or deep, equals what it was made from, and keeps the type of each field."""
    value = example(kind)
    same = duplicate(value)
    assert same == value
    assert [type(getattr(same, name)) for name in attrs.fields_dict(kind)] == [
        type(getattr(value, name)) for name in attrs.fields_dict(kind)
    ]


@kinds
def test_the_repr_says_nothing_about_people(kind: type[Any]) -> None:
    """No name, address, number, proof or word appears in the repr or the text of a noun."""
    value = example(kind)
    shown = f"{value!r} {value} {[value]}"
    assert [word for word in PERSONAL if word in shown] == []
    assert kind.__name__ in shown


def test_the_examples_have_something_to_hide() -> None:
    """Each word that a repr must not show is really in some example."""
    held = repr([attrs.asdict(example(kind)) for kind in EXAMPLES])
    assert [word for word in PERSONAL if word not in held] == []


@kinds
def test_every_field_is_documented_where_it_stands(kind: type[Any]) -> None:
    """A noun says in its docstring what it is."""
    assert kind.__doc__
