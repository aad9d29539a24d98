"""Reference checks, reviews from all sides and testimonials: whom they ask, and what they do with what came back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.engagement import Engagement, Referee
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Form, Occasion
from feedbackkit.domain.signals import Signal, SignalKind
from feedbackkit.domain.source import Relation
from feedbackkit.errors import InvalidValue
from feedbackkit.policies import PlannedRequest, playbooks

SPONSOR = Person(id="weber", name="Dr. Anna Weber", timezone="Europe/Berlin")
SUBJECT = Person(id="brandt", name="Thomas Brandt")
START = dt.date(2026, 5, 4)
LENGTH = 26
PEERS = [Referee(person=Person(id=f"r{n}", name=f"Referee {n}"), relation="peer") for n in range(6)]
FAILED = [SignalKind.DECLINED, SignalKind.SILENT, SignalKind.UNREACHED]
GIVEN = [SignalKind.GOOD, SignalKind.BAD, SignalKind.GIVEN]


def on(day: int) -> dt.date:
    """The date so many days after the start."""
    return START + dt.timedelta(days=day)


def check(*referees: Referee, **fields: Any) -> Engagement:
    """A check or review of four weeks."""
    values: dict[str, Any] = {"id": "C-1", "subject": SUBJECT, "sponsor": SPONSOR, "starts": START, "ends": on(LENGTH)}
    return Engagement(**values, referees=referees, **fields)


def came(kind: SignalKind, who: str, day: int, *, key: str | None = None) -> Signal:
    """Something that came back from a referee."""
    return Signal(
        kind=kind,
        on=on(day),
        occasion=Occasion.REFERENCE_CHECK,
        request=key or f"C-1/reference_check/{who}/1",
        respondent=who,
    )


def days(requests: tuple[PlannedRequest, ...]) -> dict[str, int]:
    """When each request is due, by its key without the check's."""
    return {
        each.key.removeprefix("C-1/"): each.due.in_timezone(each.respondent.timezone).toordinal() - START.toordinal()
        for each in requests
    }


def planned(engagement: Engagement, **settings: Any) -> dict[str, int]:
    """The plan of a reference check."""
    return days(playbooks.reference_check(**settings)(engagement))


# --- reference checks ------------------------------------------------------------------------------------------------


def test_as_many_referees_are_asked_as_answers_are_wanted() -> None:
    """From the first day on, by telephone, until the last; the others on the list are left alone."""
    requests = playbooks.reference_check()(check(*PEERS))
    assert days(requests) == {"reference_check/r0/1": 0, "reference_check/r1/1": 0}
    assert {each.form for each in requests} == {Form.PHONE}
    assert {each.relation for each in requests} == {Relation.PEER}
    assert {each.until.date() for each in requests} == {on(LENGTH + 1)}


def test_some_more_may_be_asked_at_once() -> None:
    """All of them siblings, of whom the number that is wanted is enough."""
    requests = playbooks.reference_check(wanted=1, spare=2)(check(*PEERS))
    assert len(requests) == 3
    assert {each.siblings and each.siblings.enough for each in requests} == {1}


def test_kinds_are_counted_apart() -> None:
    """Each relation has its own number, and its own siblings."""
    manager = Referee(person=Person(id="m", name="M"), relation="line_manager")
    requests = playbooks.reference_check(wanted={"peer": 1, "line_manager": 1})(check(*PEERS, manager))
    assert days(requests) == {"reference_check/r0/1": 0, "reference_check/m/1": 0}
    assert len({each.siblings for each in requests}) == 2


@pytest.mark.parametrize("kind", FAILED)
def test_the_next_on_the_list_is_asked_for_one_who_fails(kind: SignalKind) -> None:
    """On the day on which that came."""
    engagement = check(*PEERS[:3], signals=[came(kind, "r1", 9)])
    assert planned(engagement) == {"reference_check/r0/1": 0, "reference_check/r1/1": 0, "reference_check/r2/1": 9}


def test_where_nobody_is_left_the_subject_is_asked_to_name_somebody() -> None:
    """About the own work, under the id of the referee who failed; whoever is added takes the place."""
    engagement = check(*PEERS[:2], signals=[came(SignalKind.SILENT, "r1", 9)])
    [naming] = [each for each in playbooks.reference_check()(engagement) if each.occasion is Occasion.NAMING]
    assert (naming.key, naming.respondent, naming.subject) == ("C-1/naming/r1/1", SUBJECT, SUBJECT)
    assert planned(engagement)["naming/r1/1"] == 9
    more = attrs.evolve(engagement, referees=PEERS[:3])
    assert "naming/r1/1" not in planned(more)
    assert planned(more)["reference_check/r2/1"] == 9
    assert "naming/r1/1" not in planned(engagement, naming=False)


def test_a_list_that_is_too_short_is_made_longer_from_the_start() -> None:
    """The subject is asked at once."""
    assert planned(check(*PEERS[:1])) == {"reference_check/r0/1": 0, "naming/start/1": 0}


def test_where_enough_have_answered_nobody_is_asked_for_more() -> None:
    """Whatever became of the others."""
    signals = [came(SignalKind.DECLINED, "r0", 2), came(SignalKind.GOOD, "r1", 3), came(SignalKind.BAD, "r2", 9)]
    engagement = check(*PEERS[:3], signals=[*signals, came(SignalKind.SILENT, "r2", 20)])
    assert not any(key.startswith("naming") for key in planned(engagement))


def test_a_colleague_who_was_named_stands_in_for_the_referee() -> None:
    """Their silence is the referee's, and so is their answer."""
    key = "C-1/reference_check/r0/1/delegate"
    silent = check(*PEERS[:3], signals=[came(SignalKind.SILENT, "x", 9, key=key)])
    assert planned(silent)["reference_check/r2/1"] == 9
    given = check(*PEERS[:3], signals=[came(SignalKind.GOOD, "x", 9, key=key)])
    assert "reference_check/r2/1" not in planned(given)


def test_a_late_answer_counts() -> None:
    """Whoever was given up, and answered nevertheless, has answered."""
    signals = [came(SignalKind.SILENT, "r1", 9), came(SignalKind.GOOD, "r1", 12)]
    assert "naming/r1/1" not in planned(check(*PEERS[:2], signals=signals))


def test_each_ask_may_need_approval() -> None:
    """With the reason for it."""
    requests = playbooks.reference_check(approval="the candidate's employer must not hear of it")(check(*PEERS))
    assert {each.approval for each in requests} == {"the candidate's employer must not hear of it"}


histories = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from([*FAILED, *GIVEN]), st.integers(0, 30)),
    max_size=6,
    unique_by=lambda each: each[0],
)


def walked(engagement: Engagement, wanted: int, spare: int) -> dict[str, int]:
    """An oracle that walks the days: who is asked when, and when the subject is asked for names."""
    of = {signal.respondent: signal for signal in engagement.signals}
    queue = [referee.person.id or "" for referee in engagement.referees]
    given = sum(signal.kind in GIVEN for signal in of.values())
    asked = dict.fromkeys(queue[: wanted + spare], 0)
    queue = queue[wanted + spare :]
    missing: list[tuple[int, str]] = []
    handled: set[str] = set()
    if given < wanted:
        for day in range(31):
            while True:
                failing = [
                    who
                    for who in sorted(asked)
                    if who not in handled and who in of and of[who].kind in FAILED and of[who].on <= on(day)
                ]
                if not failing:
                    break
                who = min(failing, key=lambda each: (of[each].on, each))
                handled.add(who)
                if queue:
                    asked[queue.pop(0)] = day
                else:
                    missing.append((day, who))
    plan = {f"reference_check/{who}/1": day for who, day in asked.items() if day <= LENGTH}
    short = wanted - len([who for who in asked if who not in of or of[who].kind in GIVEN])
    if given < wanted and short > 0:
        if short > len(missing):
            plan["naming/start/1"] = 0
        plan |= {f"naming/{who}/1": day for day, who in missing[-short:] if day <= LENGTH}
    return plan


@given(histories, st.integers(0, 6), st.integers(1, 4), st.integers(0, 3))
def test_whoever_walks_the_days_comes_to_the_same_plan(
    history: list[tuple[int, SignalKind, int]], referees: int, wanted: int, spare: int
) -> None:
    """Whatever came back from whom and when."""
    signals = [came(kind, f"r{n}", day) for n, kind, day in history if n < referees]
    engagement = check(*PEERS[:referees], signals=signals)
    assert planned(engagement, wanted=wanted, spare=spare) == walked(engagement, wanted, spare)


@given(histories, st.integers(1, 5), st.integers(1, 3))
def test_a_referee_who_is_added_shifts_nobody(
    history: list[tuple[int, SignalKind, int]], referees: int, wanted: int
) -> None:
    """All who were asked are asked under their keys on their days."""
    signals = [came(kind, f"r{n}", day) for n, kind, day in history if n < referees]
    before = planned(check(*PEERS[:referees], signals=signals), wanted=wanted)
    after = planned(check(*PEERS[: referees + 1], signals=signals), wanted=wanted)
    asked = {key: day for key, day in before.items() if key.startswith("reference_check")}
    assert asked.items() <= after.items()


@pytest.mark.parametrize("wanted", [0, 51, {}, {"friend": 1}, {"peer": 0}, "two", None])
def test_what_is_wanted_is_a_number_or_numbers_by_relation(wanted: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidValue, match=r"^reference check\.wanted must"):
        playbooks.reference_check(wanted=wanted)


def test_people_without_an_id_cannot_be_planned_for() -> None:
    """A desk gives everybody one; a key needs it."""
    with pytest.raises(InvalidValue, match=r"referee\.person must have an id"):
        playbooks.reference_check()(check(Referee(person=Person(name="X", email="x@y.example"), relation="peer")))


# --- reviews ---------------------------------------------------------------------------------------------------------


def test_all_sides_rate_one_subject() -> None:
    """The subject, the sponsor and each referee, from the first day on."""
    requests = playbooks.review_360()(check(*PEERS[:2]))
    assert {each.key: (each.respondent.id, each.relation) for each in requests} == {
        "C-1/self_assessment/start/1": ("brandt", "self"),
        "C-1/review/sponsor/1": ("weber", "sponsor"),
        "C-1/review/r0/1": ("r0", "peer"),
        "C-1/review/r1/1": ("r1", "peer"),
    }
    assert {each.subject for each in requests} == {SUBJECT}
    assert {each.due.in_timezone(each.respondent.timezone).date() for each in requests} == {START}


def test_a_side_may_be_left_out() -> None:
    """Whoever does not rate is not asked."""
    assert playbooks.review_360(own=False, sponsor=False)(check()) == ()


def test_enough_of_a_relation_lets_the_others_go() -> None:
    """As siblings; but never below the number that keeps them unknown."""
    requests = playbooks.review_360(enough={"peer": 3})(check(*PEERS))
    assert {each.siblings and each.siblings.enough for each in requests if each.relation == "peer"} == {3}
    assert {each.siblings for each in requests if each.relation != "peer"} == {None}
    with pytest.raises(InvalidValue, match=r"review\.enough must not be less than the anonymity"):
        playbooks.review_360(enough={"peer": 2})
    assert playbooks.review_360(enough={"sponsor": 1}).enough == {Relation.SPONSOR: 1}


# --- testimonials ----------------------------------------------------------------------------------------------------


def said(kind: SignalKind, day: int, who: str = "weber") -> Signal:
    """What somebody said on a quality check."""
    key = f"C-1/quality_check/start/{day}"
    return Signal(kind=kind, on=on(day), occasion=Occasion.QUALITY_CHECK, request=key, respondent=who)


@pytest.mark.parametrize(
    ("signals", "day"),
    [
        ([], LENGTH + 7),
        ([said(SignalKind.GOOD, 10)], 17),
        ([said(SignalKind.GOOD, 10), said(SignalKind.GOOD, 20)], 17),
        ([said(SignalKind.GIVEN, 5)], LENGTH + 7),
        ([said(SignalKind.BAD, 5), said(SignalKind.GOOD, 10)], 17),
        ([said(SignalKind.GOOD, 10), said(SignalKind.BAD, 12)], None),
        ([said(SignalKind.GOOD, 10, "brandt")], LENGTH + 7),
    ],
)
def test_a_testimonial_follows_a_good_answer_of_the_sponsors(signals: list[Signal], day: int | None) -> None:
    """A week later; after the end where nothing was said; and not at all while the latest is bad."""
    requests = playbooks.testimonials()(check(signals=signals))
    assert days(requests) == ({} if day is None else {"reference/testimonial/1": day})
    assert all(each.subject.id == "provider" and each.approval for each in requests)


# --- together --------------------------------------------------------------------------------------------------------


def test_several_playbooks_as_one() -> None:
    """All that each plans, in order."""
    both = playbooks.together(playbooks.interim(), playbooks.testimonials())
    keys = {each.key for each in both(check())}
    assert keys == {each.key for part in both.playbooks for each in part(check())}
    assert "C-1/reference/testimonial/1" in keys
    assert both == playbooks.together(playbooks.interim(), playbooks.testimonials())


def test_two_playbooks_may_not_plan_one_request() -> None:
    """Or one would move what the other wants."""
    with pytest.raises(InvalidValue, match="must not plan one request twice"):
        playbooks.together(playbooks.interim(), playbooks.interim())(check())


@pytest.mark.parametrize("name", playbooks.NAMES)
def test_each_shipped_playbook_has_a_name(name: str) -> None:
    """And is made by it as it comes."""
    assert playbooks.by_name(name) == playbooks.shipped()[name] == getattr(playbooks, name)()
