"""For the tests of whoever writes a store: the contract, and the machine that compares stores with each other.

An async store passes them behind `DrivenStore`.

Neither pytest nor Hypothesis is needed to use feedbackkit, so both are imported when they are first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from feedbackkit.errors import MissingExtra

if TYPE_CHECKING:
    from feedbackkit.testing.agreement import StoreAgreement
    from feedbackkit.testing.contract import StoreContract
    from feedbackkit.testing.driven import DrivenStore

__all__ = ["DrivenStore", "StoreAgreement", "StoreContract"]

_HOMES: Final = {
    "DrivenStore": "feedbackkit.testing.driven",
    "StoreAgreement": "feedbackkit.testing.agreement",
    "StoreContract": "feedbackkit.testing.contract",
}
_FOREIGN: Final = frozenset({"pytest", "hypothesis"})


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        home = import_module(_HOMES[name])
    except ModuleNotFoundError as error:
        if error.name not in _FOREIGN:
            raise
        raise MissingExtra(f"feedbackkit.testing.{name} needs {error.name}: pip install {error.name}") from error
    return getattr(home, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
