"""Everything feedbackkit raises, split by whose fault it is.

    FeedbackKitError
    ├── InvalidInput (ValueError)       what was handed in cannot be accepted
    │   ├── InvalidValue                one field breaks one rule
    │   ├── InvalidAnswer               an answer does not fit its questionnaire: all that is wrong, by question
    │   └── Unreadable                  bytes or rows that are not what they claim to be
    ├── NotFound (LookupError)          nothing is stored under that id
    ├── NotAllowed (RuntimeError)       the law or an earlier wish forbids it
    │   ├── IllegalTransition           the request's state does not allow the event
    │   ├── Erased                      the person was erased and stays so
    │   ├── LinkRefused                 a link is damaged, expired, used up or meant for something else
    │   └── NeedsResume                 the store was restored from an older backup: nothing is sent before `resume`
    ├── StoreError (OSError)            the place where things are kept
    │   ├── StoreBusy                   try again: locked, conflicting or cut off
    │   ├── StoreUnusable               wrong, damaged, newer or read-only: somebody must look
    │   └── StoreClosed                 used after close, or in a forked process
    ├── SetupError (TypeError)          the program is put together wrongly
    │   └── BrokenTemplate              a template of a letter fails, or makes no letter
    └── MissingExtra (ImportError)      an optional dependency is not installed

Texts name ids, fields, rules and lengths, never a person's name, address or words. Every error survives pickle.
"""

from __future__ import annotations

__all__ = [
    "BrokenTemplate",
    "Erased",
    "FeedbackKitError",
    "IllegalTransition",
    "InvalidAnswer",
    "InvalidInput",
    "InvalidValue",
    "LinkRefused",
    "MissingExtra",
    "NeedsResume",
    "NotAllowed",
    "NotFound",
    "SetupError",
    "StoreBusy",
    "StoreClosed",
    "StoreError",
    "StoreUnusable",
    "Unreadable",
]


class FeedbackKitError(Exception):
    """The root of all errors that feedbackkit raises on purpose."""


class InvalidInput(FeedbackKitError, ValueError):
    """What was handed in cannot be accepted; nothing was changed."""


class InvalidValue(InvalidInput):
    """One field breaks one rule.

    `field` names it (``person.email``), `rule` says what it must be, `got` describes what came without repeating it.
    """

    def __init__(self, field: str, rule: str, got: str) -> None:
        super().__init__(field, rule, got)
        self.field = field
        self.rule = rule
        self.got = got

    def __str__(self) -> str:
        return f"{self.field} {self.rule}, got {self.got}"


class InvalidAnswer(InvalidInput):
    """An answer does not fit its questionnaire.

    `questionnaire` names it, `problems` has what is wrong with each question, by its name: ``must be from 1 to 5, got
    more``.
    """

    def __init__(self, questionnaire: str, problems: dict[str, str]) -> None:
        super().__init__(questionnaire, problems)
        self.questionnaire = questionnaire
        self.problems = problems

    def __str__(self) -> str:
        return f"answer to {self.questionnaire}: {'; '.join(map(' '.join, self.problems.items()))}"


class Unreadable(InvalidInput):
    """Bytes, a file or a row that is not what it claims to be."""


class NotFound(FeedbackKitError, LookupError):
    """Nothing of that kind is stored under that id."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(kind, key)
        self.kind = kind
        self.key = key

    def __str__(self) -> str:
        return f"no {self.kind} {self.key!r} is stored here"


class NotAllowed(FeedbackKitError, RuntimeError):
    """The law, a rule or an earlier wish forbids it; nothing was changed."""


class IllegalTransition(NotAllowed):
    """The state of a request, or of a reference, does not allow an event.

    `legal` lists the other events that its state allows; `because` is the guard's sentence where the
    state alone would allow it. `what` is the kind of thing.
    """

    def __init__(
        self, key: str, state: str, event: str, legal: tuple[str, ...], because: str = "", what: str = "request"
    ) -> None:
        super().__init__(key, state, event, legal, because, what)
        self.what = what
        self.key = key
        self.state = state
        self.event = event
        self.legal = legal
        self.because = because

    def __str__(self) -> str:
        name = f"{self.what} {self.key!r}" if self.key else f"a {self.what}"
        why = f": {self.because}" if self.because else ""
        legal = ", ".join(self.legal) or "nothing"
        return f"{name} is {self.state} and cannot be {self.event}{why}; from here: {legal}"


class Erased(NotAllowed):
    """The person was erased; nothing about them may be stored again."""


class LinkRefused(NotAllowed):
    """A link is damaged, expired, used up, or meant for something else: which of these is never said."""

    def __init__(self) -> None:
        super().__init__("this link is no longer good; the latest letter has one that is")

    def __reduce__(self) -> tuple[type[LinkRefused], tuple[()]]:
        return LinkRefused, ()


class NeedsResume(NotAllowed):
    """The store is behind its watermark, as after a restore from an older backup: nothing is sent before `resume`.

    `counted` is how far the store has come, `noted` how far it had come by its watermark.
    """

    def __init__(self, counted: int, noted: int) -> None:
        super().__init__(counted, noted)
        self.counted = counted
        self.noted = noted

    def __str__(self) -> str:
        return (
            f"the store has come to {self.counted} and its watermark to {self.noted}: it was restored from an older "
            "backup; put in again what came since, then resume (Desk.resume, or python -m feedbackkit resume)"
        )


class StoreError(FeedbackKitError, OSError):
    """The store could not do what it was asked."""

    def __str__(self) -> str:
        return " ".join(str(part) for part in self.args)


class StoreBusy(StoreError):
    """Locked, conflicting or cut off for now: the same call may be repeated as a whole."""


class StoreUnusable(StoreError):
    """Not ours, damaged, newer than this code, full or read-only: somebody must look at it."""


class StoreClosed(StoreError):
    """Used after it was closed, or in a process that was forked after it was opened."""


class SetupError(FeedbackKitError, TypeError):
    """The program is put together wrongly: an object that is none of what is needed, or a channel that is missing."""


class BrokenTemplate(SetupError):
    """A template of a letter fails, or makes no letter.

    `template` names it, `line` is where, as far as that is known, `what` is the kind of the error or the rule that is
    broken; what the letter was about is not repeated.
    """

    def __init__(self, template: str, line: int | None, what: str) -> None:
        super().__init__(template, line, what)
        self.template = template
        self.line = line
        self.what = what

    def __str__(self) -> str:
        where = f"template {self.template!r}" if self.line is None else f"template {self.template!r}, line {self.line}"
        return f"{where}: {self.what}"


class MissingExtra(FeedbackKitError, ImportError):
    """An optional dependency is not installed; the message is the command that installs it."""
