"""The interim playbook: what an engagement brings, and keys that stay."""

from __future__ import annotations

import datetime as dt
import itertools

import attrs
import pendulum
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from feedbackkit.domain.engagement import EarlyEnd, Engagement, Extension, Milestone
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Form, Occasion
from feedbackkit.domain.signals import Signal, SignalKind
from feedbackkit.domain.times import instant, local_midnight
from feedbackkit.errors import InvalidValue, NotFound
from feedbackkit.policies import Interim, PlannedRequest, Playbook, planned_key, playbooks

SPONSOR = Person(id="weber", name="Dr. Anna Weber", timezone="Europe/Berlin")
SUBJECT = Person(id="brandt", name="Thomas Brandt")
PLAYBOOK: Playbook = playbooks.interim()

START = dt.date(2026, 3, 2)


def on(number: int) -> dt.date:
    """The date so many days after the start."""
    return START + dt.timedelta(days=number)


def engagement(
    length: int = 200,
    *,
    milestones: tuple[int, ...] = (),
    extensions: tuple[tuple[int, int], ...] = (),
    early_end: tuple[int, int] | None = None,
    timezone: str = "Europe/Berlin",
) -> Engagement:
    """An engagement of so many days; further dates are days after its start."""
    return Engagement(
        id="M-17",
        subject=SUBJECT,
        sponsor=attrs.evolve(SPONSOR, timezone=timezone),
        starts=START,
        ends=on(length - 1),
        milestones=tuple(Milestone(id=f"m{number}", on=on(day)) for number, day in enumerate(milestones)),
        extensions=tuple(Extension(agreed=on(agreed), ends=on(ends)) for agreed, ends in extensions),
        early_end=None if early_end is None else EarlyEnd(known=on(early_end[0]), ends=on(early_end[1])),
    )


def due_day(request: PlannedRequest) -> int:
    """How many days after the start a request is due, where its respondent is."""
    return request.due.in_timezone(request.respondent.timezone).toordinal() - START.toordinal()


def until_day(request: PlannedRequest) -> int:
    """How many days after the start a request makes no sense any more."""
    return request.until.in_timezone(request.respondent.timezone).toordinal() - START.toordinal()


def of_the_sponsor(mandate: Engagement) -> list[PlannedRequest]:
    """What the sponsor is asked about the subject."""
    return [each for each in PLAYBOOK(mandate) if (each.respondent, each.subject) == (mandate.sponsor, SUBJECT)]


def plan(mandate: Engagement) -> dict[str, int]:
    """The keys of what the sponsor is asked about the subject, without the engagement's, and when each is due."""
    return {request.key.removeprefix("M-17/"): due_day(request) for request in of_the_sponsor(mandate)}


def others(mandate: Engagement, playbook: Playbook = PLAYBOOK) -> dict[str, int]:
    """The same of all that is asked beside it."""
    asked = {request.key.removeprefix("M-17/"): due_day(request) for request in playbook(mandate)}
    return {key: due for key, due in asked.items() if key.startswith(("self_assessment", "provider_view"))}


# --- an engagement that runs as agreed -------------------------------------------------------------------------------


def test_an_engagement_as_agreed() -> None:
    """Two quality checks, the reference at 60 % and the closing review, in order of their due dates."""
    assert list(plan(engagement(200)).items()) == [
        ("quality_check/start/1", 28),
        ("quality_check/start/2", 28 + 84),
        ("reference/start/1", 120),
        ("closing_review/start/1", 199 - 14),
    ]


def test_who_is_asked_about_whom() -> None:
    """The sponsor about the professional, the professional about the own work, and both about the provider."""
    mandate = engagement()
    sponsor, subject, provider = mandate.sponsor, mandate.subject, playbooks.interim().provider
    assert {(each.occasion, each.respondent, each.subject) for each in PLAYBOOK(mandate)} == {
        (Occasion.QUALITY_CHECK, sponsor, subject),
        (Occasion.REFERENCE, sponsor, subject),
        (Occasion.CLOSING_REVIEW, sponsor, subject),
        (Occasion.SELF_ASSESSMENT, subject, subject),
        (Occasion.PROVIDER_VIEW, sponsor, provider),
        (Occasion.PROVIDER_VIEW, subject, provider),
    }


def test_forms() -> None:
    """What one talks about in a talk, and what is to be read again in writing."""
    assert {(request.occasion, request.form) for request in PLAYBOOK(engagement())} == {
        (Occasion.QUALITY_CHECK, Form.TALK),
        (Occasion.REFERENCE, Form.WRITTEN),
        (Occasion.SELF_ASSESSMENT, Form.WRITTEN),
        (Occasion.CLOSING_REVIEW, Form.TALK),
        (Occasion.PROVIDER_VIEW, Form.WRITTEN),
    }


def test_the_reference_is_worth_most() -> None:
    """Where one must wait for another, the reference goes first and a quality check last."""
    values = {request.occasion: request.value for request in PLAYBOOK(engagement())}
    assert values[Occasion.REFERENCE] > values[Occasion.CLOSING_REVIEW] > values[Occasion.QUALITY_CHECK]
    assert values[Occasion.QUALITY_CHECK] > values[Occasion.PROVIDER_VIEW]


def test_due_at_midnight_where_the_sponsor_is() -> None:
    """A due date begins when it begins for the respondent, in summer time as in winter time."""
    first, *_ = PLAYBOOK(engagement(timezone="America/New_York"))
    assert first.due_us == instant("2026-03-30T00:00:00-04:00")


def test_no_quality_check_shortly_before_the_end() -> None:
    """Three weeks before the end is the last day for one; a day later there is none."""
    assert "quality_check/start/2" in plan(engagement(112 + 22))
    assert "quality_check/start/2" not in plan(engagement(112 + 21))


def test_a_quality_check_makes_way_for_the_next() -> None:
    """One that could not be made by half-way to the next is not made any more."""
    first, *_ = PLAYBOOK(engagement())
    assert until_day(first) == 28 + 42


def test_a_quality_check_ends_with_the_engagement() -> None:
    """After the last day there is nothing to check."""
    checks = [request for request in PLAYBOOK(engagement(112 + 22)) if request.occasion is Occasion.QUALITY_CHECK]
    assert until_day(checks[-1]) == 112 + 22


def test_the_last_words_may_come_a_little_late() -> None:
    """Reference and closing review may be asked for until four weeks after the last day."""
    late = [request for request in PLAYBOOK(engagement()) if request.occasion is not Occasion.QUALITY_CHECK]
    assert {until_day(request) for request in late} == {199 + 28}


def test_a_short_engagement_has_its_reference_four_weeks_before_the_end() -> None:
    """Where 60 % is too near to the end, the end counts."""
    assert plan(engagement(60))["reference/start/1"] == 59 - 28


def test_an_engagement_too_short_for_a_reference() -> None:
    """Four weeks before the end must be past a quarter of the time, or nobody has seen enough."""
    assert plan(engagement(37)) == {"closing_review/start/1": 22}
    assert plan(engagement(38)) == {"closing_review/start/1": 23, "reference/start/1": 9}


def test_an_engagement_shorter_than_two_weeks() -> None:
    """The closing review is never due before the start."""
    assert plan(engagement(5)) == {"closing_review/start/1": 0}


# --- the professional, and the provider ------------------------------------------------------------------------------


def test_the_professional_is_asked_half_way() -> None:
    """A self-assessment shortly before the peak, so that it can be laid beside the reference."""
    assert others(engagement(200))["self_assessment/start/1"] == 100


def test_both_sides_are_asked_about_the_provider_with_the_closing_review() -> None:
    """On its day: what the sponsor is asked then goes in one contact."""
    views = {key: due for key, due in others(engagement(200)).items() if key.startswith("provider_view")}
    assert views == {"provider_view/client/1": 199 - 14, "provider_view/professional/1": 199 - 14}


def test_a_self_assessment_is_due_where_the_professional_is() -> None:
    """Its day begins at the professional's midnight, not at the sponsor's."""
    mandate = attrs.evolve(engagement(), subject=attrs.evolve(SUBJECT, timezone="Asia/Tokyo"))
    [own] = [each for each in PLAYBOOK(mandate) if each.occasion is Occasion.SELF_ASSESSMENT]
    assert own.due_us == local_midnight(on(100), "Asia/Tokyo")


def test_a_long_extension_has_a_self_assessment_of_its_own() -> None:
    """As it has a reference of its own; the provider is looked back upon once."""
    keys = others(engagement(200, extensions=((190, 199 + 180),)))
    assert keys["self_assessment/extension-1/1"] == 200 + 90
    assert keys["provider_view/client/1"] == 379 - 14
    assert len([key for key in keys if key.startswith("provider_view")]) == 2


def test_a_short_mandate_has_no_self_assessment_but_views_of_the_provider() -> None:
    """Where nobody has seen enough for a reference, there is nothing to compare; how the provider did can be told."""
    assert others(engagement(20)) == {"provider_view/client/1": 5, "provider_view/professional/1": 5}


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"self_assessment": None}, {"provider_view/client/1", "provider_view/professional/1"}),
        ({"provider_view": False}, {"self_assessment/start/1"}),
    ],
)
def test_each_may_be_left_out(settings: dict[str, object], left: set[str]) -> None:
    """A provider who asks less asks less; all other keys stay."""
    playbook = Interim(**settings)  # type: ignore[arg-type]  # one of them is told
    assert others(engagement(), playbook).keys() == left
    assert {each.key for each in playbook(engagement())} < {each.key for each in PLAYBOOK(engagement())}


# --- what brings the reference forward -------------------------------------------------------------------------------


def test_a_milestone_brings_the_reference_forward() -> None:
    """A milestone before the peak is the moment to ask."""
    assert plan(engagement(200, milestones=(70,)))["reference/start/1"] == 70


def test_the_first_milestone_counts() -> None:
    """Of several milestones the first one in the window brings it forward."""
    assert plan(engagement(200, milestones=(90, 70)))["reference/start/1"] == 70


def test_a_milestone_before_anything_was_seen() -> None:
    """A milestone in the first quarter brings nothing forward; on its last day it does."""
    assert plan(engagement(200, milestones=(49,)))["reference/start/1"] == 120
    assert plan(engagement(200, milestones=(50,)))["reference/start/1"] == 50


def test_a_milestone_after_the_peak() -> None:
    """A late milestone does not hold the reference back."""
    assert plan(engagement(200, milestones=(140,)))["reference/start/1"] == 120


def test_an_extension_brings_the_reference_forward() -> None:
    """Agreeing to an extension says something, and the reference puts it into words."""
    assert plan(engagement(200, extensions=((80, 250),)))["reference/start/1"] == 80


def test_a_milestone_brings_no_request_of_its_own() -> None:
    """Milestones move the reference, and bring no further key."""
    assert plan(engagement(200, milestones=(20, 70, 150))).keys() == plan(engagement(200)).keys()


# --- what came back --------------------------------------------------------------------------------------------------


def check_said(kind: SignalKind, day: int, k: int = 1) -> Signal:
    """What a quality check said, and when."""
    key = f"M-17/quality_check/start/{k}"
    return Signal(kind=kind, on=on(day), occasion=Occasion.QUALITY_CHECK, request=key, respondent="weber")


def reference(*signals: Signal, length: int = 200) -> PlannedRequest:
    """The first reference of a mandate of which that is known."""
    mandate = attrs.evolve(engagement(length), signals=signals)
    [found] = [each for each in PLAYBOOK(mandate) if each.occasion is Occasion.REFERENCE]
    return found


def test_a_good_check_brings_the_reference_forward() -> None:
    """On the day on which it came, once enough has been seen."""
    assert due_day(reference(check_said(SignalKind.GOOD, 70))) == 70
    assert due_day(reference(check_said(SignalKind.GOOD, 30))) == 120
    assert due_day(reference(check_said(SignalKind.GOOD, 130))) == 120


def test_a_bad_check_holds_the_reference_back_until_somebody_approves_it() -> None:
    """It says which check; a good one after it lets it go again."""
    bad = check_said(SignalKind.BAD, 70)
    assert reference(bad).approval == "the quality check M-17/quality_check/start/1 was bad"
    assert reference(bad, check_said(SignalKind.GOOD, 90, 2)).approval is None
    assert reference(check_said(SignalKind.GOOD, 60), check_said(SignalKind.BAD, 90, 2)).approval is not None


def test_what_says_nothing_about_the_work_moves_nothing() -> None:
    """A check that was declined, kept silent about or so-so; and what the professional or anybody else says."""
    before = reference()
    for kind in (SignalKind.GIVEN, SignalKind.DECLINED, SignalKind.SILENT, SignalKind.UNREACHED):
        assert reference(check_said(kind, 70)) == before
    other = attrs.evolve(check_said(SignalKind.BAD, 70), occasion=Occasion.SELF_ASSESSMENT)
    assert reference(other) == before


said = st.lists(st.builds(check_said, st.sampled_from(SignalKind), st.integers(0, 250), st.integers(1, 4)), max_size=5)


@given(st.integers(120, 400), said, st.lists(st.integers(0, 400), max_size=3))
def test_whoever_walks_the_days_finds_the_same_peak(length: int, signals: list[Signal], reached: list[int]) -> None:
    """From the opening on the first sign counts; without one the peak does, and never less than four weeks remain."""
    mandate = attrs.evolve(engagement(length, milestones=tuple(reached)), signals=signals)
    [found] = [each for each in PLAYBOOK(mandate) if each.occasion is Occasion.REFERENCE]
    signs = {*reached, *((each.on - START).days for each in signals if each.kind is SignalKind.GOOD)}
    walked = next(
        day
        for day in range(length)
        if day >= length - 1 - 28 or day >= int(length * 0.6) or (day >= int(length * 0.25) and day in signs)
    )
    assert due_day(found) == walked
    telling = [each for each in mandate.signals if each.kind in {SignalKind.GOOD, SignalKind.BAD}]
    assert (found.approval is not None) == bool(telling and telling[-1].kind is SignalKind.BAD)


# --- extensions ------------------------------------------------------------------------------------------------------


def test_a_short_extension_prolongs() -> None:
    """Less than 180 days more: the checks go on in their rhythm, and the closing review moves."""
    prolonged = plan(engagement(200, extensions=((190, 250),)))
    assert prolonged == {
        "quality_check/start/1": 28,
        "quality_check/start/2": 112,
        "reference/start/1": 120,
        "quality_check/start/3": 196,
        "closing_review/start/1": 250 - 14,
    }


def test_a_long_extension_is_a_period_of_its_own() -> None:
    """180 days more or longer: its own checks and a refreshed reference, counted from its first day."""
    prolonged = plan(engagement(200, extensions=((190, 199 + 180),)))
    assert prolonged == {
        "quality_check/start/1": 28,
        "quality_check/start/2": 112,
        "reference/start/1": 120,
        "quality_check/extension-1/1": 200 + 28,
        "reference/extension-1/1": 200 + 108,
        "quality_check/extension-1/2": 200 + 112,
        "closing_review/start/1": 379 - 14,
    }


def test_an_extension_does_not_move_the_peak() -> None:
    """The peak is a share of the period as planned at first, whatever came later."""
    assert plan(engagement(200, extensions=((150, 370),)))["reference/start/1"] == 120


def test_extensions_are_counted_in_order_of_agreement() -> None:
    """A short extension before a long one has a number too, so that numbers tell which one it was."""
    keys = plan(engagement(200, extensions=((150, 250), (240, 500))))
    assert keys["reference/extension-2/1"] == 251 + 150


def test_a_milestone_in_an_extension() -> None:
    """The refreshed reference is brought forward by what happens in its own period."""
    keys = plan(engagement(200, extensions=((190, 399),), milestones=(260,)))
    assert keys["reference/start/1"] == 120
    assert keys["reference/extension-1/1"] == 260


# --- an early end ----------------------------------------------------------------------------------------------------


def test_an_early_end_moves_the_last_steps_forward() -> None:
    """Cut short, the reference is due four weeks before the new end and the closing review two."""
    assert plan(engagement(200, early_end=(90, 120))) == {
        "quality_check/start/1": 28,
        "reference/start/1": 120 - 28,
        "closing_review/start/1": 120 - 14,
    }


def test_an_early_end_after_a_few_days() -> None:
    """Who was hardly there gets no reference, but the closing review."""
    assert plan(engagement(200, early_end=(10, 20))) == {"closing_review/start/1": 6}


def test_an_early_end_within_an_extension() -> None:
    """Cut short in a long extension, the checks after the end are left out and the reference is due sooner."""
    keys = plan(engagement(200, extensions=((190, 399),), early_end=(250, 300)))
    assert keys == {
        "quality_check/start/1": 28,
        "quality_check/start/2": 112,
        "reference/start/1": 120,
        "quality_check/extension-1/1": 228,
        "reference/extension-1/1": 300 - 28,
        "closing_review/start/1": 300 - 14,
    }


def test_an_early_end_before_an_extension_began() -> None:
    """An extension that never begins brings nothing."""
    keys = plan(engagement(200, extensions=((100, 399),), early_end=(150, 199)))
    assert not any("extension" in key for key in keys)


# --- properties ------------------------------------------------------------------------------------------------------


@st.composite
def engagements(draw: st.DrawFn) -> Engagement:
    """Engagements of all lengths, with any milestones, extensions and ends."""
    length = draw(st.integers(1, 700))
    last = length - 1
    extensions: list[tuple[int, int]] = []
    for agreed in sorted(draw(st.lists(st.integers(0, 1200), max_size=4))):
        last += draw(st.integers(1, 400))
        extensions.append((agreed, last))
    early_end = None
    if draw(st.booleans()):
        known = draw(st.integers(0, last))
        agreed_end = max((ends for agreed, ends in extensions if agreed <= known), default=length - 1)
        assume(known <= agreed_end)
        early_end = (known, draw(st.integers(known, agreed_end)))
    return engagement(
        length,
        milestones=tuple(draw(st.lists(st.integers(-30, 1500), max_size=4))),
        extensions=tuple(extensions),
        early_end=early_end,
        timezone=draw(st.sampled_from(["Europe/Berlin", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia"])),
    )


@given(engagements())
def test_each_key_once_and_in_order(mandate: Engagement) -> None:
    """No key comes twice, and requests come in order of their due dates and keys."""
    planned = PLAYBOOK(mandate)
    assert len({request.key for request in planned}) == len(planned)
    assert list(planned) == sorted(planned, key=lambda request: (request.due_us, request.key))


@given(engagements())
def test_planning_is_pure(mandate: Engagement) -> None:
    """The same engagement brings the same requests."""
    assert PLAYBOOK(mandate) == playbooks.interim()(mandate)


@given(engagements())
def test_every_request_has_time(mandate: Engagement) -> None:
    """Each request is due within the engagement, at a local midnight, and before it makes no sense any more."""
    for request in PLAYBOOK(mandate):
        day = on(due_day(request))
        assert request.due_us == local_midnight(day, request.respondent.timezone)
        assert mandate.starts <= day <= mandate.last_day
        assert request.due_us < request.until_us


@given(engagements())
def test_quality_checks_follow_each_other(mandate: Engagement) -> None:
    """Within a cause checks are numbered from 1 on, 12 weeks apart, and each makes way before the next."""
    by_cause: dict[str, list[PlannedRequest]] = {}
    for request in PLAYBOOK(mandate):
        if request.occasion is Occasion.QUALITY_CHECK:
            by_cause.setdefault(request.cause, []).append(request)
            assert due_day(request) <= (mandate.last_day - START).days - 21
    for checks in by_cause.values():
        assert [check.k for check in checks] == list(range(1, len(checks) + 1))
        for check, following in itertools.pairwise(checks):
            assert due_day(following) - due_day(check) == 84
            assert check.until_us < following.due_us


@given(engagements())
def test_a_reference_is_asked_for_in_time(mandate: Engagement) -> None:
    """The first reference is never later than 75 % of the planned period nor than four weeks before the end."""
    length = (mandate.ends - mandate.starts).days + 1
    keys = plan(mandate)
    if "reference/start/1" in keys:
        assert keys["reference/start/1"] <= min(0.75 * length, (mandate.last_day - START).days - 28)


@given(engagements())
def test_there_is_one_closing_review(mandate: Engagement) -> None:
    """Whatever happens, there is one closing review, under one key."""
    keys = [request.key for request in PLAYBOOK(mandate) if request.occasion is Occasion.CLOSING_REVIEW]
    assert keys == ["M-17/closing_review/start/1"]


@given(engagements(), st.integers(-30, 1500))
def test_a_milestone_inserted_later_shifts_nobody(mandate: Engagement, day: int) -> None:
    """One more milestone changes no key, and moves nothing but a reference, and that only forward."""
    more = attrs.evolve(mandate, milestones=(*mandate.milestones, Milestone(id="late", on=on(day))))
    before, after = plan(mandate), plan(more)
    assert others(more) == others(mandate)
    assert after.keys() == before.keys()
    for key, due in after.items():
        assert due == before[key] or (key.startswith("reference/") and due < before[key])


@given(engagements(), st.integers(0, 200), st.integers(1, 400))
def test_one_more_extension_keeps_all_keys(mandate: Engagement, later: int, longer: int) -> None:
    """An extension agreed after the others takes no key away, and moves no quality check."""
    assume(mandate.early_end is None)
    last_agreed = max((extension.agreed for extension in mandate.extensions), default=mandate.starts)
    extension = Extension(
        agreed=last_agreed + dt.timedelta(days=later), ends=mandate.last_day + dt.timedelta(days=longer)
    )
    prolonged = attrs.evolve(mandate, extensions=(*mandate.extensions, extension))
    before, after = plan(mandate), plan(prolonged)
    assert before.keys() <= after.keys()
    assert others(mandate).keys() <= others(prolonged).keys()
    assert all(after[key] == due for key, due in before.items() if key.startswith("quality_check/"))
    assert after["closing_review/start/1"] >= before["closing_review/start/1"]


@given(engagements(), st.integers(0, 1500))
def test_an_early_end_brings_no_new_keys(mandate: Engagement, ends: int) -> None:
    """Cut short, an engagement only loses requests, and what is left is due no later."""
    assume(mandate.early_end is None)
    assume(on(ends) <= mandate.known_on(on(ends)).last_day)
    shorter = attrs.evolve(mandate, early_end=EarlyEnd(known=on(ends), ends=on(ends)))
    before, after = plan(mandate) | others(mandate), plan(shorter) | others(shorter)
    assert after.keys() <= before.keys()
    assert all(due <= before[key] for key, due in after.items())


# --- settings, keys and names ----------------------------------------------------------------------------------------


def test_settings() -> None:
    """Another contract promises another cadence, and pendulum's spans do as well."""
    monthly = Interim(first_check=pendulum.duration(weeks=2), check_every=dt.timedelta(weeks=4), peak=0.5)
    days = {request.key.removeprefix("M-17/"): due_day(request) for request in monthly(engagement(100))}
    assert {key: day for key, day in days.items() if key not in others(engagement(100))} == {
        "quality_check/start/1": 14,
        "quality_check/start/2": 42,
        "reference/start/1": 50,
        "quality_check/start/3": 70,
        "closing_review/start/1": 85,
    }


@pytest.mark.parametrize(
    "span", [dt.timedelta(hours=36), dt.timedelta(0), pendulum.duration(months=1), 28, pendulum.duration(hours=1)]
)
def test_spans_are_whole_days(span: dt.timedelta) -> None:
    """A playbook speaks of dates, so its spans are days or weeks."""
    with pytest.raises(InvalidValue, match=r"interim\.check_every"):
        Interim(check_every=span)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), True, "half"])
def test_shares_are_shares(share: float) -> None:
    """A share lies between nothing and the whole."""
    with pytest.raises(InvalidValue, match=r"interim\.opening must be"):
        Interim(opening=share)
    with pytest.raises(InvalidValue, match=r"interim\.peak must be"):
        Interim(peak=share)


@pytest.mark.parametrize("peak", [0.2, 0.76])
def test_the_peak_lies_in_its_window(peak: float) -> None:
    """The peak is not before the opening, nor when the end is in sight."""
    with pytest.raises(InvalidValue, match=r"interim\.peak must be from the opening to 0\.75"):
        Interim(peak=peak)


def test_keys_have_four_parts() -> None:
    """A key is engagement, occasion, cause and number."""
    assert planned_key("M-17", Occasion.REFERENCE, "start", 1) == "M-17/reference/start/1"


def test_any_function_is_a_playbook() -> None:
    """A playbook of one's own is a function; nothing has to be registered."""

    def nothing(engagement: Engagement, /) -> tuple[PlannedRequest, ...]:  # noqa: ARG001 - the protocol's signature
        return ()

    own: Playbook = nothing
    assert own(engagement()) == ()


def test_a_playbook_by_its_name() -> None:
    """A command line names the shipped ones."""
    assert playbooks.by_name("interim") == playbooks.interim()


def test_a_name_that_is_none() -> None:
    """A misspelt name is an error that repeats it."""
    with pytest.raises(NotFound, match="no playbook 'interm'"):
        playbooks.by_name("interm")
