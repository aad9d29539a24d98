from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from feedbackkit.errors import StoreBusy, StoreClosed
from feedbackkit.stores import MemoryStore
from feedbackkit.testing import StoreAgreement, StoreContract
from feedbackkit.testing.agreement import BOUNDED
from tests.testing import faulty_stores
from tests.testing.faulty_stores import FAULTS, Right

UNSHRUNK: Final = settings(BOUNDED, phases=[Phase.generate], database=None, derandomize=True)
MODULE: Final = Path(faulty_stores.__file__)

CAUGHT_BY: Final = {
    "AnswersAfterItsEnd": "test_a_closed_store_says_so",
    "AppliesHalfAChange": "test_a_refused_change_leaves_nothing_behind",
    "BeginsWithTheLastKey": "test_a_page_begins_after_a_key",
    "CallsEverythingApplied": "test_a_known_id_is_looked_at_before_any_version",
    "ClaimsBeyondTheLimit": "test_no_more_than_the_limit_is_claimed",
    "ClaimsInOrderOfKey": "test_the_oldest_come_first",
    "ClaimsNoMoreThanAThousand": "test_many_are_claimed_and_released_at_once",
    "ClaimsTooLate": "test_what_is_due_by_now_is_claimed",
    "ClosesOnce": "test_closing_twice_is_harmless",
    "CountsNoFailures": "test_the_tenth_failure_is_the_last",
    "CountsTwice": "test_a_record_named_twice_has_failed_once",
    "DropsEntries": "test_one_change_may_add_several_entries_to_one_chain",
    "ErasesInAnyCase": "test_a_stale_change_forgets_nothing",
    "ErasesNothing": "test_payload_and_salt_are_emptied",
    "ErasesWithoutItsChange": "test_the_change_is_made_with_it",
    "FindsAnyState": "test_it_is_found_by_its_state_of_now",
    "FindsByPartsOfRefs": "test_it_is_found_by_each_of_its_refs",
    "FindsInOrderOfLetters": "test_keys_are_in_order_of_their_code_points",
    "ForgetsFiveHundred": "test_many_entries_are_forgotten_at_once",
    "ForgetsIds": "test_a_whole_call_may_be_repeated",
    "ForgetsWhoOwns": "test_an_owner_gets_what_it_holds_again_at_once",
    "GivesOtherBytes": "test_every_field_has_its_type",
    "GivesPlainTuples": "test_every_field_has_its_type",
    "KeepsABodyForAnEmptyOne": "test_a_body_may_be_empty_and_come_and_go",
    "LeasesForTooLong": "test_a_lease_holds_until_its_end",
    "LeasesToAll": "test_a_leased_group_is_passed_over_for_others",
    "LeavesOutWhatIsNotThere": "test_an_unknown_key_reads_as_none",
    "LetsOneSpoilAll": "test_a_refusal_touches_no_other_change_of_the_call",
    "NamesNoStaleRecords": "test_a_refusal_names_the_stale_records",
    "NeverShortensALease": "test_claiming_again_may_shorten_the_lease",
    "NumbersEntriesItself": "test_a_chain_goes_on_at_its_end",
    "ReadsChainsAsText": "test_a_chain_comes_in_order_of_its_numbers",
    "ReadsEachKeyOnce": "test_a_key_given_twice_is_answered_twice",
    "ReadsInOrderOfKey": "test_records_come_in_the_order_of_the_keys",
    "ReleasesForAll": "test_what_another_holds_is_left_alone",
    "RetriesAtOnce": "test_a_failure_comes_back_at_its_time",
    "SortsRefs": "test_refs_keep_their_order_and_their_letters",
    "TakesZeroForNothing": "test_nothing_due_is_not_due_at_zero",
    "TrimsKeys": "test_keys_are_compared_to_the_letter",
}
"""Which test of the contract notices which broken promise; others may, too."""


@pytest.fixture(scope="module")
def report() -> str:
    """What pytest says of each faulty store in the test that should notice, and of the right one in all tests."""
    chosen = [f"{MODULE}::Test{fault}::{test}" for fault, test in CAUGHT_BY.items()]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rf", "--tb=short"]
    ended = subprocess.run(
        [*command, f"{MODULE}::TestRight", *chosen],
        check=False, capture_output=True, text=True, cwd=MODULE.parents[2], timeout=300,
    )  # fmt: skip
    return ended.stdout


def test_the_contract_has_a_test_for_each_promise() -> None:
    """And each test says in a sentence which."""
    tests = [name for name in dir(StoreContract) if name.startswith("test_")]
    assert len(tests) >= 60
    assert [name for name in tests if not getattr(StoreContract, name).__doc__] == []


def test_a_contract_that_opens_no_store_says_what_is_missing() -> None:
    """The one method that a subclass has to have."""
    with pytest.raises(NotImplementedError, match=r"StoreContract\.make_store must open a store"):
        StoreContract().make_store(Path())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_promise_is_noticed(report: str, fault: str) -> None:
    """By the test that says so."""
    assert f"::Test{fault}::{CAUGHT_BY[fault]}" in report


def test_a_store_that_is_right_passes(report: str) -> None:
    """What the faulty stores are made of keeps all promises."""
    assert re.search(r"\d+ passed", report)
    assert "::TestRight::" not in report


def test_a_failure_shows_what_was_seen(report: str) -> None:
    """The contract's asserts are rewritten by pytest for third parties too: a failure shows both sides."""
    assert re.search(r"At index 0 diff: Applied\(\) != AlreadyApplied\(\)", report)


@pytest.mark.parametrize("fault", ["CallsEverythingApplied", "LeasesToAll", "SortsRefs", "CountsNoFailures"])
def test_the_machine_notices_what_differs(fault: str) -> None:
    """A store that breaks a promise does not agree with the reference."""

    class Faulty(StoreAgreement):
        openers = {"memory": lambda _: MemoryStore(), "faulty": lambda _: FAULTS[fault]()}  # noqa: RUF012 — as users write it
        forgetful = frozenset({"memory", "faulty"})

    with pytest.raises(AssertionError, match="faulty does not answer like memory"):
        run_state_machine_as_test(Faulty, settings=UNSHRUNK)


def test_the_machine_agrees_with_a_store_that_is_right() -> None:
    """And has nothing to say."""

    class Agreeing(StoreAgreement):
        openers = {"memory": lambda _: MemoryStore(), "right": lambda _: Right()}  # noqa: RUF012 — as users write it
        forgetful = frozenset({"memory", "right"})

    run_state_machine_as_test(Agreeing, settings=UNSHRUNK)


def test_the_machine_closes_what_it_opened_when_another_cannot_be() -> None:
    """A store that is not to be had here, for one that skips its test, leaves nothing behind."""
    opened: list[MemoryStore] = []

    def open_one(_: Path) -> MemoryStore:
        opened.append(MemoryStore())
        return opened[-1]

    def open_none(_: Path) -> MemoryStore:
        raise StoreBusy("not now")

    class Half(StoreAgreement):
        openers = {"memory": open_one, "other": open_none}  # noqa: RUF012 — as users write it

    with pytest.raises(StoreBusy, match="not now"):
        run_state_machine_as_test(Half, settings=UNSHRUNK)
    with pytest.raises(StoreClosed):
        opened[0].history("a", limit=1)
