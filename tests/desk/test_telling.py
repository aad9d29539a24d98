from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.errors import SetupError
from feedbackkit.ports import Outcome, Receipt
from feedbackkit.stores import MemoryStore
from tests.desk.house import Died, ask, dying, house

if TYPE_CHECKING:
    from feedbackkit.domain.notice import Notice
    from tests.desk.house import House

HOUR_US = 3_600_000_000
ANSWER: dict[str, Any] = {"overall": 5, "words": "Sehr gut, meint Anna"}


class Hearer:
    """Hears what it is told, and says to it what it shall."""

    def __init__(self, *receipts: Receipt, name: str = "crm", kinds: tuple[str, ...] = ()) -> None:
        self.name = name
        self.receipts = list(receipts)
        self.kinds = kinds
        self.heard: list[Notice] = []

    def wants(self, kind: str) -> bool:
        """Whether it wants to hear of that."""
        return not self.kinds or kind in self.kinds

    def tell(self, notice: Notice) -> Receipt:
        """Hear it."""
        self.heard.append(notice)
        return self.receipts.pop(0) if self.receipts else Receipt(Outcome.SENT)

    @property
    def told(self) -> list[str]:
        """What it heard, in short."""
        return [notice.kind.removeprefix("request.") for notice in self.heard]


AGAIN = Receipt(Outcome.TRY_AGAIN, "503")


def given(hearer: Hearer, *others: Hearer, store: Any = None) -> House:
    """A house in which Weber was asked and has answered."""
    built = house(store, subscribers=[hearer, *others])
    built.desk.request(ask("k"))
    built.desk.run()
    built.desk.give("k", ANSWER)
    return built


def test_what_was_heard_is_not_kept_a_second_time() -> None:
    """The history has it: a notice that was told is a mark; one that was not told keeps all that it says."""
    built = given(Hearer(), Hearer(*[AGAIN] * 9, name="slow"))
    built.desk.run()
    bodies = {record.key.partition("/")[0]: record.body for record in built.store.find("notice", limit=99)}
    assert bodies["crm"] == b""
    assert bodies["slow"] != b""


def test_a_subscriber_hears_what_happens_to_requests() -> None:
    """In order, by the runs; ids and words of the law, and nothing of what anybody said or is called."""
    hearer = Hearer()
    given(hearer).desk.run()
    assert hearer.told == ["planned", "requested", "given"]
    last = hearer.heard[-1]
    body = json.loads(last.body)
    assert body["id"] == last.id
    assert body["type"] == "request.given"
    assert body["data"] == {
        "request": "k",
        "seq": 3,
        "state": "given",
        "occasion": "reference",
        "engagement": None,
        "respondent": "P-weber",
        "organisation": "O-nordwerk",
        "subject": "P-brandt",
        "party": "respondent",
        "due": None,
    }
    assert not any(word in last.body.decode() for word in ("Anna", "nordwerk.example", "Brandt", "gut"))


def test_it_hears_what_it_wants_to() -> None:
    """Another one hears everything."""
    few, all_of_it = Hearer(kinds=("request.given",)), Hearer(name="log")
    given(few, all_of_it).desk.run()
    assert (few.told, len(all_of_it.told)) == (["given"], 3)


def test_a_notice_comes_again_with_the_same_id_and_bytes() -> None:
    """Later and later, over three days; then it is given up, and can be brought back."""
    hearer = Hearer(*[AGAIN] * 10, kinds=("request.given",))
    built = given(hearer)
    waits = []
    for _ in range(12):
        before = built.clock.now_us()
        due = built.desk.run().next_us
        if due is None:
            break
        waits.append(due - before)
        built.clock.set_us(due)
    assert len(hearer.heard) == 10
    assert len({(notice.id, notice.body) for notice in hearer.heard}) == 1
    assert waits == sorted(waits)
    assert 72 * HOUR_US < sum(waits) < 95 * HOUR_US
    assert built.desk.tell_again("crm") == 1
    built.desk.run()
    assert len(hearer.heard) == 11


def test_while_one_cannot_be_told_the_others_wait_with_it() -> None:
    """A receiver that is down is tried once for all, not once for each."""
    hearer = Hearer(AGAIN)
    built = given(hearer)
    built.later(hours=1).desk.run()
    assert hearer.told[0] == "planned"
    assert sorted(hearer.told) == ["given", "planned", "planned", "requested"]


def test_one_that_cannot_be_heard_keeps_the_others_for_minutes_only() -> None:
    """A receiver that stumbles over one notice hears the rest, while that one is tried later and later."""

    class Stumbling(Hearer):
        def tell(self, notice: Notice) -> Receipt:
            receipt = super().tell(notice)
            return AGAIN if notice.kind == "request.planned" else receipt

    hearer = Stumbling()
    built = given(hearer)
    for _ in range(3):
        built.later(minutes=6).desk.run()
    assert {"requested", "given"} < set(hearer.told)
    assert hearer.told.count("given") == hearer.told.count("requested") == 1


def test_a_receiver_says_when_to_come_back_within_a_day() -> None:
    """Not before that; but who says a year is asked the next day."""
    for asked_us, waits_us in ((2 * HOUR_US, 2 * HOUR_US), (9_000 * HOUR_US, 24 * HOUR_US)):
        hearer = Hearer(kinds=("request.given",))
        built = given(hearer)
        now_us = built.clock.now_us()
        hearer.receipts = [Receipt(Outcome.TRY_AGAIN, "503", now_us + asked_us)]
        assert built.desk.run().next_us == now_us + waits_us


def test_who_is_gone_hears_nothing_more_until_asked_back() -> None:
    """What it was to hear meanwhile is kept."""
    hearer = Hearer(Receipt(Outcome.GIVE_UP, "410"))
    built = given(hearer)
    built.desk.run()
    assert hearer.told == ["planned"]
    assert built.desk.tell_again("crm") == 3
    built.desk.run()
    assert sorted(hearer.told[1:]) == ["given", "planned", "requested"]


@pytest.mark.parametrize("afterwards", [False, True])
def test_what_happened_is_told_whatever_dies(*, afterwards: bool) -> None:
    """A store that fails before or after any call: what was stored is told in the end, and nothing else is."""
    states: set[tuple[str, ...]] = set()
    for at_call in range(1, 60):
        inner = MemoryStore()
        hearer, heir = Hearer(kinds=("request.given",)), Hearer(kinds=("request.given",))
        with suppress(Died):
            given(hearer, store=dying(inner, at_call, afterwards=afterwards)).desk.run()
        built = house(inner, owner="heir", at="2026-03-02T10:20:00Z", subscribers=[heir])
        built.desk.run()
        ended = tuple(view.state.value for view in built.desk.find())
        states.add(ended)
        heard = {notice.id for notice in (*hearer.heard, *heir.heard)}
        assert len(heard) == (ended == ("given",)), at_call
    assert states >= {(), ("requested",), ("given",)}


def test_without_subscribers_nothing_is_stored_for_any() -> None:
    """The same records as ever."""
    store = MemoryStore()
    built = house(store)
    built.desk.request(ask("k"))
    built.desk.run()
    assert store.find("notice", limit=10) == []


def test_a_subscriber_that_this_desk_does_not_know_keeps_its_notices() -> None:
    """They are set aside, and told by a desk that knows it."""
    store = MemoryStore()
    given(Hearer(kinds=("request.given",)), store=store)
    other = house(store, owner="other", subscribers=[Hearer(name="log", kinds=("request.none",))])
    other.desk.run()
    hearer = Hearer()
    house(store, owner="third", at="2026-03-02T10:30:00Z", subscribers=[hearer]).desk.run()
    assert hearer.told == ["given"]


@pytest.mark.parametrize("wrong", [object(), Hearer(name="a/b"), Hearer(name="a b")])
def test_what_is_no_subscriber_is_refused(wrong: Any) -> None:
    """When the desk is put together."""
    with pytest.raises((SetupError, ValueError)):
        house(subscribers=[wrong])


def test_two_of_one_name_are_refused() -> None:
    """Their notices could not be told apart."""
    with pytest.raises(SetupError, match="name of their own"):
        house(subscribers=[Hearer(), Hearer()])
