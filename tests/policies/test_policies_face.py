"""The face of the package."""

from __future__ import annotations

from feedbackkit import policies


def test_the_face_is_sorted() -> None:
    """Names are listed once, classes before functions, so that a reader finds them."""
    assert list(policies.__all__) == sorted(set(policies.__all__))


def test_the_face_is_there() -> None:
    """Each name that is listed can be imported."""
    assert all(hasattr(policies, name) for name in policies.__all__)
