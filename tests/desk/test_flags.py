"""Flags at a desk: raised from what is stored, and resolved by people, on record."""

from __future__ import annotations

import attrs
import pytest

from feedbackkit.domain.flag import FlagKind, Verdict
from feedbackkit.domain.people import Actor, Organisation
from feedbackkit.errors import InvalidValue
from tests.desk.house import BRANDT, HUBER, WEBER, House, ask, house

STAFF = Actor("staff-7")
LONG = "He came on a Monday and by Friday the line was running as it had not run for years."
PRIVATE = attrs.evolve(
    HUBER,
    id="P-private",
    name="Kim Meyer",
    email="kim.meyer@gmx.de",
    organisation=Organisation(id="O-2", name="Südwerk"),
)


def copied() -> House:
    """Two answers in the same words, the second within minutes and from a private address."""
    h = house()
    h.desk.request_all([ask("r-1"), ask("r-2", respondent=PRIVATE)])
    h.desk.run()
    h.later(minutes=2)
    h.desk.give("r-2", {"words": LONG}, by=PRIVATE)
    h.later(days=2).desk.give("r-1", {"words": LONG}, by=WEBER)
    return h


def test_what_looks_odd_is_flagged_with_its_reason() -> None:
    """From what the desk knows: who they are, when they were asked, what they said."""
    views = copied().desk.flags(BRANDT)
    assert [(view.flag.kind, view.flag.request, view.flag.other) for view in views] == [
        (FlagKind.SAME_TEXT, "r-1", "r-2"),
        (FlagKind.FREE_MAIL, "r-2", None),
        (FlagKind.QUICK, "r-2", None),
        (FlagKind.SAME_TEXT, "r-2", "r-1"),
    ]
    assert all(view.resolution is None and view.flag.because for view in views)


def test_networks_are_compared_where_the_program_knows_them() -> None:
    """And are stored nowhere."""
    h = copied()
    views = h.desk.flags(BRANDT, networks={"r-1": "203.0.113.7", "r-2": "203.0.113.7"})
    assert [view.flag.request for view in views if view.flag.kind is FlagKind.SAME_NETWORK] == ["r-1", "r-2"]
    assert FlagKind.SAME_NETWORK not in {view.flag.kind for view in h.desk.flags(BRANDT)}
    assert not any(
        b"203.0.113.7" in record.body for kind in ("answer", "resolution") for record in h.store.find(kind, limit=9)
    )


def test_a_flag_takes_nothing_away() -> None:
    """The answers are all there."""
    h = copied()
    h.desk.flags(BRANDT)
    assert len(h.desk.voices(about=BRANDT)) == 2


def test_a_person_resolves_a_flag_on_record() -> None:
    """Who, why, when; said twice it counts once, and a later decision stands beside the earlier one."""
    h = copied()
    [*_, view] = h.desk.flags(BRANDT)
    for _ in range(2):
        h.desk.resolve_flag(view, about=BRANDT, verdict="cleared", why="They wrote it together.", by=STAFF)
    h.later(days=1)
    h.desk.resolve_flag(view.flag, about=BRANDT, verdict=Verdict.UPHELD, why="They did not.", by=Actor("staff-8"))
    [*others, resolved] = h.desk.flags(BRANDT)
    assert [each.resolutions for each in others] == [(), (), ()]
    assert [(it.verdict, it.why, it.by) for it in resolved.resolutions] == [
        (Verdict.CLEARED, "They wrote it together.", "staff-7"),
        (Verdict.UPHELD, "They did not.", "staff-8"),
    ]
    assert resolved.resolution == resolved.resolutions[-1]


def test_what_was_decided_about_stays() -> None:
    """Also where nothing raises the flag any more, for instance because nobody gave the networks this time."""
    h = copied()
    networks = {"r-1": "n", "r-2": "n"}
    [view] = [
        each
        for each in h.desk.flags(BRANDT, networks=networks)
        if each.flag.kind is FlagKind.SAME_NETWORK and each.flag.request == "r-1"
    ]
    h.desk.resolve_flag(view, about=BRANDT, verdict="upheld", why="One desk, one hand.", by=STAFF)
    kept = [each for each in h.desk.flags(BRANDT) if each.flag.kind is FlagKind.SAME_NETWORK]
    assert [each.flag for each in kept] == [view.flag]


def test_a_decision_needs_a_reason() -> None:
    """And one of two verdicts; nothing is stored otherwise."""
    h = copied()
    [view, *_] = h.desk.flags(BRANDT)
    with pytest.raises(InvalidValue, match=r"resolution.why must not be empty"):
        h.desk.resolve_flag(view, about=BRANDT, verdict="cleared", why=" ", by=STAFF)
    with pytest.raises(InvalidValue, match="must be one of cleared, upheld"):
        h.desk.resolve_flag(view, about=BRANDT, verdict="ignored", why="x", by=STAFF)
    assert all(each.resolutions == () for each in h.desk.flags(BRANDT))


def test_a_self_assessment_is_no_lookalike() -> None:
    """The subject speaks as the subject."""
    h = house()
    h.desk.request(ask("r-1", respondent=BRANDT, occasion="self_assessment"))
    h.desk.give("r-1", {"words": LONG})
    assert h.desk.flags(BRANDT) == []
