"""The tree of errors: as drawn, catchable as builtins, readable, and fit to cross a process border."""

from __future__ import annotations

import copy
import pickle
import re
from typing import Final

import pytest

from feedbackkit import errors
from feedbackkit.errors import (
    BrokenTemplate,
    Erased,
    FeedbackKitError,
    IllegalTransition,
    InvalidAnswer,
    InvalidInput,
    InvalidValue,
    LinkRefused,
    MissingExtra,
    NeedsResume,
    NotAllowed,
    NotFound,
    SetupError,
    StoreBusy,
    StoreClosed,
    StoreError,
    StoreUnusable,
    Unreadable,
)

EXAMPLES: Final = [
    (FeedbackKitError("something"), "something"),
    (InvalidInput("row 5 has no id"), "row 5 has no id"),
    (
        InvalidValue("person.email", "must be a plain e-mail address", "a text of 4 characters"),
        "person.email must be a plain e-mail address, got a text of 4 characters",
    ),
    (
        InvalidAnswer(
            "interim@1",
            {"results": "must be from 1 to 5, got more", "again": "must be answered, got nothing"},
        ),
        "answer to interim@1: results must be from 1 to 5, got more; again must be answered, got nothing",
    ),
    (Unreadable("line 5 is not UTF-8"), "line 5 is not UTF-8"),
    (NotFound("request", "M-17/reference/start/1"), "no request 'M-17/reference/start/1' is stored here"),
    (NotAllowed("sending was stopped"), "sending was stopped"),
    (
        IllegalTransition("k", "given", "reminded", ("revised", "unsent")),
        "request 'k' is given and cannot be reminded; from here: revised, unsent",
    ),
    (
        IllegalTransition("k", "withdrawn", "reopened", ("given",), "it was withdrawn for good"),
        "request 'k' is withdrawn and cannot be reopened: it was withdrawn for good; from here: given",
    ),
    (IllegalTransition("", "new", "given", ()), "a request is new and cannot be given; from here: nothing"),
    (Erased("P-5 was erased"), "P-5 was erased"),
    (BrokenTemplate("letter.txt", 3, "UndefinedError"), "template 'letter.txt', line 3: UndefinedError"),
    (
        BrokenTemplate("letter", None, "letter.text must not be empty"),
        "template 'letter': letter.text must not be empty",
    ),
    (LinkRefused(), "this link is no longer good; the latest letter has one that is"),
    (
        NeedsResume(41, 57),
        (
            "the store has come to 41 and its watermark to 57: it was restored from an older backup; "
            "put in again what came since, then resume (Desk.resume, or python -m feedbackkit resume)"
        ),
    ),
    (StoreError("feedback.db", "cannot be read"), "feedback.db cannot be read"),
    (StoreBusy("feedback.db is locked: try again"), "feedback.db is locked: try again"),
    (StoreUnusable("feedback.db is not ours"), "feedback.db is not ours"),
    (StoreClosed("used after close"), "used after close"),
    (SetupError("no channel is called mail"), "no channel is called mail"),
    (MissingExtra('pip install "feedbackkit[sql]"'), 'pip install "feedbackkit[sql]"'),
]
examples = pytest.mark.parametrize(("error", "text"), EXAMPLES, ids=lambda each: type(each).__name__)


def subclasses(kind: type[FeedbackKitError]) -> list[type[FeedbackKitError]]:
    """A class and all below it, that this module defines."""
    below = [
        each for child in kind.__subclasses__() if child.__module__ == errors.__name__ for each in subclasses(child)
    ]
    return [kind, *below]


def drawn() -> list[tuple[str, str, str | None]]:
    """The drawing on top of the module, line by line: name, name of the parent, builtin."""
    assert errors.__doc__ is not None
    found: list[tuple[str, str, str | None]] = []
    path = ["FeedbackKitError"]
    for line in errors.__doc__.splitlines():
        if match := re.match(r"^    ([│ ]*)[├└]── (\w+)(?: \((\w+)\))?", line):
            depth = 1 + len(match[1]) // 4
            path = [*path[:depth], match[2]]
            found.append((match[2], path[depth - 1], match[3]))
    return found


def test_the_tree_is_as_drawn() -> None:
    """The drawing shows every error once, below its parent."""
    real = [(kind.__name__, kind.__bases__[0].__name__) for kind in subclasses(FeedbackKitError)[1:]]
    assert sorted((name, parent) for name, parent, _ in drawn()) == sorted(real)


def test_each_error_is_the_builtin_that_is_drawn_beside_it() -> None:
    """Whoever knows nothing of feedbackkit catches `ValueError`, `LookupError`, `OSError` and so on."""
    for name, _, builtin in drawn():
        kind = getattr(errors, name)
        bases = [base.__name__ for base in kind.__bases__[1:]]
        assert bases == ([builtin] if builtin else [])


def test_every_error_is_public_and_has_an_example() -> None:
    """`__all__` is the tree, sorted, and these tests leave none out."""
    names = [kind.__name__ for kind in subclasses(FeedbackKitError)]
    assert errors.__all__ == sorted(names)
    assert {type(error).__name__ for error, _ in EXAMPLES} == set(names)


@examples
def test_an_error_says_what_is_wrong(error: FeedbackKitError, text: str) -> None:
    """The text reads as a sentence, and all is in the arguments."""
    assert str(error) == text


@examples
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_pickle(error: FeedbackKitError, text: str, protocol: int) -> None:
    """Class, text, arguments and attributes come out as they went in."""
    back = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 - pickled here
    assert type(back) is type(error)
    assert (str(back), back.args, vars(back)) == (text, error.args, vars(error))


@examples
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_an_error_can_be_copied(error: FeedbackKitError, text: str, duplicate: type) -> None:
    """A copy is of the same class and says the same."""
    back = duplicate(error)
    assert type(back) is type(error)
    assert (str(back), vars(back)) == (text, vars(error))


@examples
def test_an_error_can_be_caught_as_the_root(error: FeedbackKitError, text: str) -> None:
    """Whatever feedbackkit raises on purpose, one clause catches it."""
    with pytest.raises(FeedbackKitError, match=re.escape(text)):
        raise error


def test_the_parts_of_an_error_can_be_read() -> None:
    """A program need not parse texts: what they say stands in attributes."""
    value = InvalidValue("f", "must be", "x")
    assert (value.field, value.rule, value.got) == ("f", "must be", "x")
    missing = NotFound("request", "k")
    assert (missing.kind, missing.key) == ("request", "k")
    illegal = IllegalTransition("k", "given", "reminded", ("revised",), "why")
    assert (illegal.key, illegal.state, illegal.event, illegal.legal, illegal.because) == (
        "k",
        "given",
        "reminded",
        ("revised",),
        "why",
    )
