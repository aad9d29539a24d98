"""Where a budget lets fewer through than are due: the more valuable first, and nobody waits for ever."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from feedbackkit.domain.people import Person
from feedbackkit.domain.request import EventKind, Occasion, State
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import FeedbackKitError
from feedbackkit.policies import Budget, Cadence, ContactRules, OfficeHours, OpenLimit, default_rules
from feedbackkit.policies.permission import BasisRule
from feedbackkit.ports import Outcome
from tests.desk.books import ledgers_in
from tests.desk.house import WEBER, House, Post, ask, house, respondent
from tests.desk.test_receiving import Mailer
from tests.inbox.mails import reply

if TYPE_CHECKING:
    from feedbackkit.policies import Candidate

SILENT = Cadence(reminders=(), rest=dt.timedelta(days=1), together=dt.timedelta(0))
ONE_A_WEEK = Budget(1, dt.timedelta(days=7), of="organisation")


def scarce(*rules: Any, budget: Budget = ONE_A_WEEK) -> ContactRules:
    """A house that may be contacted once a week."""
    return ContactRules((BasisRule(), *rules, budget, OfficeHours()))


def asked(h: House) -> list[str]:
    """Which requests were asked, in order."""
    events = [
        (event.at_us, view.key)
        for view in h.desk.find()
        for event in h.desk.history(view.key)
        if event.kind is EventKind.REQUESTED
    ]
    return [key for _, key in sorted(events)]


def weeks(h: House, count: int) -> None:
    """Run every six hours for so many weeks."""
    for _ in range(count * 28):
        h.desk.run()
        h.later(hours=6)


def test_across_a_house_the_most_valuable_goes_first() -> None:
    """One contact a week for three people, whichever was due first by some hours."""
    h = house(rules=scarce(), cadence=SILENT)
    for number, value in enumerate((20, 90, 50)):
        h.desk.request(ask(f"v{value}", respondent=respondent(number), value=value))
    weeks(h, 4)
    assert asked(h) == ["v90", "v50", "v20"]


def test_across_the_requests_of_one_person_the_most_valuable_goes_first() -> None:
    """One open request at a time: the next one is asked when the one before is closed."""
    h = house(rules=scarce(OpenLimit(1), budget=Budget(9, dt.timedelta(days=7))), cadence=SILENT)
    h.desk.request_all([ask(f"v{value}", value=value) for value in (20, 90, 50)])
    weeks(h, 2)
    assert asked(h) == ["v90", "v50", "v20"]


def test_a_day_of_waiting_is_worth_a_point() -> None:
    """What is worth 10 and has waited for 20 days goes before what is new and worth 25, not before 40."""
    for newcomer, first in ((25, "old"), (40, "new")):
        h = house(rules=scarce(budget=Budget(1, dt.timedelta(days=20), of="organisation")), cadence=SILENT)
        h.desk.request_all(
            [ask("taken", respondent=respondent(9), value=99), ask("old", respondent=respondent(1), value=10)]
        )
        h.desk.run()
        assert asked(h) == ["taken"]
        h.later(days=19)
        h.desk.request(ask("new", respondent=respondent(2), value=newcomer))
        weeks(h, 1)
        assert asked(h)[1] == first


def test_what_is_there_already_is_worth_less() -> None:
    """Two references about somebody: a third waits for the first one about somebody else, which has less value."""
    other = Person(id="P-other", name="Olga Other")
    h = house(rules=scarce(budget=Budget(9, dt.timedelta(days=1), of="organisation")), cadence=SILENT)
    for number in (11, 12):
        h.desk.request(ask(f"given{number}", respondent=respondent(number, house="H-9")))
        h.desk.give(f"given{number}", {"overall": 5})
    scarce_house = house(h.store, rules=scarce(), cadence=SILENT, owner="second")
    scarce_house.desk.request_all(
        [
            ask("third", respondent=respondent(1), value=60),
            ask("gap", respondent=respondent(2), value=55, subject=other),
            ask("check", respondent=respondent(3), value=59, occasion=Occasion.QUALITY_CHECK),
        ]
    )
    weeks(scarce_house, 4)
    assert asked(scarce_house)[-3:] == ["check", "gap", "third"]


def test_a_desk_may_have_a_valuation_of_its_own() -> None:
    """A pure function of what is known; it is asked where not everything can go, and not for one alone."""
    seen: list[Candidate] = []

    def by_step(candidate: Candidate) -> int:
        seen.append(candidate)
        return 90 if candidate.request.occasion is Occasion.VERIFICATION else 10

    h = house(rules=scarce(), cadence=SILENT, value=by_step)
    h.desk.request(ask("alone", respondent=respondent(0), value=80))
    h.desk.run()
    assert not seen
    h.later(days=8)
    h.desk.request_all(
        [
            ask("dear", respondent=respondent(1), value=100),
            ask("verify", respondent=respondent(2), value=0, occasion=Occasion.VERIFICATION),
        ]
    )
    weeks(h, 1)
    assert asked(h)[:2] == ["alone", "verify"]
    assert {candidate.request.key for candidate in seen} == {"alone", "dear", "verify"}


@pytest.mark.parametrize("value", [-1, 101, 1.5, None, "high"])
def test_a_value_out_of_bounds_is_set_aside_and_harms_nobody_else(value: Any) -> None:
    """The house that it is asked about waits; another one goes on, and nothing is lost."""
    h = house(rules=scarce(), cadence=SILENT, value=lambda _candidate: value)
    h.desk.request_all([ask("a", respondent=respondent(1)), ask("b", respondent=respondent(2))])
    h.desk.request(ask("c", respondent=respondent(3, house="H-2")))
    report = h.desk.run()
    assert "c" in asked(h)
    assert report["failed"]
    assert {view.state for view in h.desk.find()} <= {State.PLANNED, State.REQUESTED, State.EXPIRED}


def test_who_cannot_be_reached_right_now_keeps_their_turn() -> None:
    """Tokyo's office is closed whenever a slot comes free, and Berlin's is open: Tokyo gets one all the same."""
    h = house(at="2026-03-02T10:00:00Z", rules=scarce(), cadence=SILENT)
    tokyo = attrs.evolve(respondent(1), timezone="Asia/Tokyo")
    h.desk.request_all([ask("first", respondent=respondent(2), value=99), ask("tokyo", respondent=tokyo, value=50)])
    h.desk.run()
    for week in range(6):
        h.desk.request(ask(f"berlin{week}", respondent=respondent(10 + week), value=30))
        weeks(h, 1)
    order = asked(h)
    assert order.index("tokyo") <= 2
    assert order[2:] == [key for key in order[2:] if key.startswith("berlin")]


@settings(max_examples=10, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    zones=st.lists(st.sampled_from(["Europe/Berlin", "Asia/Tokyo", "America/New_York"]), min_size=2, max_size=4),
    limit=st.integers(1, 2),
    stream=st.lists(st.tuples(st.integers(0, 3), st.integers(5, 30)), min_size=9, max_size=9),
    open_limit=st.integers(1, 2),
)
def test_nothing_waits_for_ever(zones: list[str], limit: int, stream: list[tuple[int, int]], open_limit: int) -> None:
    """What is worth nothing is asked once it has waited, though twice as many better ones come as there are slots."""
    rules = scarce(OpenLimit(open_limit), budget=Budget(limit, dt.timedelta(days=4 * limit), of="organisation"))
    h = house(rules=rules, cadence=SILENT)
    crowd = [attrs.evolve(respondent(number), timezone=zone) for number, zone in enumerate(zones)]
    h.desk.request_all([ask(f"taken{number}", respondent=who, value=100) for number, who in enumerate(crowd)])
    h.desk.run()
    h.desk.request(ask("worthless", respondent=crowd[0], value=0))
    for day in range(0, 160, 2):
        who, value = stream[day // 2 % len(stream)]
        h.desk.request(ask(f"r{day}", respondent=crowd[who % len(crowd)], value=value))
        for _ in range(8):
            h.desk.run()
            h.later(hours=6)
        if h.desk.get("worthless").progress.step:
            return
    pytest.fail("it starved")


def test_a_place_in_the_line_is_left_when_the_request_is_closed_or_put_off_by_wish() -> None:
    """Declined, withdrawn, deferred or asked: nobody waits behind it any more."""
    h = house(rules=scarce(), cadence=SILENT)
    h.desk.request_all([ask(f"r{number}", respondent=respondent(number), value=90 - number) for number in range(5)])
    h.desk.run()

    def line() -> list[str]:
        return [place.key for place in ledgers_in(h.store, "organisation")["H-1"].line]

    assert line() == ["r1", "r2", "r3", "r4"]
    h.desk.decline("r1")
    h.desk.withdraw("r2")
    h.desk.defer("r3", until="2026-06-01")
    assert line() == ["r4"]
    weeks(h, 2)
    assert line() == []
    assert h.desk.get("r4").progress.step == 1


# --- bundled ---------------------------------------------------------------------------------------------------------


def test_what_is_due_tomorrow_goes_with_what_is_due_today() -> None:
    """One mail on Monday, with a line for each, instead of one on Monday and one five days later."""
    h = house()
    h.desk.request_all(
        [ask("mon"), ask("tue", due_us=h.clock.now_us() + DAY_US), ask("fri", due_us=h.clock.now_us() + 4 * DAY_US)]
    )
    h.desk.run()
    [message] = h.sent
    assert [line.request for line in message.lines] == ["mon", "tue"]
    [contact] = h.desk.contacts(WEBER)
    assert len(contact.contact.lines) == 2
    assert len(ledgers_in(h.store, "person")["P-weber"].contacts) == 1
    assert "goes together" in (h.desk.history("tue")[-1].reason or "")


@pytest.mark.parametrize("days", [0, 1, 2, 3, 7])
def test_how_soon_is_the_cadence_s_to_say(days: int) -> None:
    """Up to and with that span; not at all with none."""
    h = house(cadence=Cadence(together=dt.timedelta(days=days)))
    h.desk.request_all([ask(f"d{day}", due_us=h.clock.now_us() + day * DAY_US, value=90 - day) for day in range(3)])
    h.desk.run()
    [message] = h.sent
    assert [line.request for line in message.lines] == ["d0", "d1", "d2"][: days + 1]


def test_a_date_that_the_respondent_chose_is_kept() -> None:
    """Deferred to tomorrow it does not come today, whatever else does."""
    h = house(rules=default_rules().without("minimum gap"))
    h.desk.request_all([ask("now", due_us=h.clock.now_us() + DAY_US), ask("chosen")])
    h.desk.defer("chosen", until="2026-03-04")
    h.later(days=1)
    h.desk.run()
    assert [[line.request for line in message.lines] for message in h.sent] == [["now"]]
    h.later(days=1)
    h.desk.run()
    assert h.desk.get("chosen").progress.step == 1


def test_a_reminder_goes_with_an_ask_that_is_due_a_day_before() -> None:
    """And the ladder counts from when it really went."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.run()
    h.desk.request(ask("s", due_us=h.clock.now_us() + 6 * DAY_US))
    h.later(days=7)
    h.desk.run()
    assert [[(line.request, line.kind) for line in message.lines] for message in h.sent[1:]] == [
        [("s", "ask"), ("r", "reminder")]
    ]


def test_what_the_rules_forbid_today_does_not_go_with_it() -> None:
    """A fourth ask while three are open waits, although it is due tomorrow; an expiry is no contact."""
    h = house()
    h.desk.request_all(
        [ask(f"r{number}", value=90 - number, due_us=h.clock.now_us() + number * DAY_US // 4) for number in range(4)]
    )
    h.desk.run()
    [message] = h.sent
    assert [line.request for line in message.lines] == ["r0", "r1", "r2"]
    assert h.desk.get("r3").due is not None


def test_another_person_s_request_does_not_ride() -> None:
    """Also of the same house, and about the same subject."""
    h = house()
    h.desk.request_all([ask("mine"), ask("theirs", respondent=respondent(5), due_us=h.clock.now_us() + DAY_US)])
    h.desk.request(ask("about-me", respondent=respondent(6), subject=WEBER, due_us=h.clock.now_us() + DAY_US))
    h.desk.run()
    assert [[line.request for line in message.lines] for message in h.sent] == [["mine"]]


def test_the_last_look_drops_a_line_that_rode_along() -> None:
    """Withdrawn between the decision and the sending it is not spoken of, and its step is taken back."""
    h = house(channel=Post(Outcome.TRY_AGAIN))
    h.desk.request_all([ask("mon"), ask("tue", due_us=h.clock.now_us() + DAY_US)])
    h.desk.run()
    assert h.desk.get("tue").state is State.REQUESTED
    h.desk.withdraw("tue")
    h.later(minutes=10)
    h.desk.run()
    assert [line.request for line in h.sent[-1].lines] == ["mon"]
    assert h.desk.get("tue").progress.step == 0


@pytest.mark.parametrize("together", [dt.timedelta(days=8), dt.timedelta(days=-1), 2])
def test_a_span_that_makes_no_sense_is_refused(together: Any) -> None:
    """More than a week, less than nothing, or a number."""
    with pytest.raises(FeedbackKitError, match=r"cadence\.together"):
        Cadence(together=together)


def test_what_a_reply_put_off_does_not_ride() -> None:
    """Somebody is to read the reply first: for a week nobody is reminded, whatever else goes to the person."""
    h = house(channel=Mailer(), rules=default_rules().without("minimum gap"))
    h.desk.request_all([ask("r"), ask("s", due_us=h.clock.now_us() + 11 * DAY_US)])
    h.desk.run()
    h.later(days=6).desk.receive(reply(to=f"b+{h.sent[-1].token}@interim.example"))
    for _ in range(5):
        h.later(days=1).desk.run()
    assert [line.request for message in h.sent[1:] for line in message.lines] == ["s"]
    h.later(days=3).desk.run()
    assert [line.request for line in h.sent[2].lines] == ["r"]


def test_what_the_rules_moved_rides() -> None:
    """Due on a Saturday, it was moved to Monday; on Friday there is a mail to go with."""
    cadence = Cadence(reminders=(dt.timedelta(days=2),), together=dt.timedelta(days=3))
    h = house(at="2026-03-05T10:00:00Z", cadence=cadence, rules=default_rules().without("minimum gap"))
    h.desk.request(ask("r"))
    h.desk.run()
    assert str(h.desk.get("r").due) == "2026-03-09 09:00:00+00:00"
    h.later(days=1).desk.request(ask("s"))
    h.desk.run()
    assert [line.request for line in h.sent[-1].lines] == ["s", "r"]
