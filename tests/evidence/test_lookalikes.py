"""Look-alikes: each oddity with its reason, and nothing said about honest people."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.flag import Flag, FlagKind
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.times import MINUTE_US
from feedbackkit.evidence.lookalikes import Trace, lookalikes, suspicion
from feedbackkit.evidence.lookalikes.confusables import CONFUSABLES, skeleton

BRANDT = Person(id="P-brandt", name="Thomas Brandt", email="t.brandt@example.org", phone="+49 30 1234567")
LONG = "He came on a Monday and by Friday the line was running as it had not run for years."


def trace(request: str = "r-1", **fields: Any) -> Trace:
    """An honest answer of somebody of that number; fields of the person or of the trace."""
    number = request.rpartition("-")[2]
    of_person: dict[str, Any] = {
        name: fields.pop(name) for name in ("id", "name", "email", "phone", "organisation") if name in fields
    }
    person: dict[str, Any] = {
        "id": f"P-{number}",
        "name": f"Person {'ABCDEFGHI'[int(number)]}",
        "email": f"p{number}@house{number}.example",
    }
    described: dict[str, Any] = {
        "request": request,
        "respondent": Person(**{**person, **of_person}),
        "answered_us": 600 * MINUTE_US,
        "asked_us": 0,
        "words": (f"Word number {number} said by one who was there and saw it all.",),
    }
    return Trace(**{**described, **fields})


def kinds(*traces: Trace, **options: Any) -> set[tuple[str, str, str | None]]:
    """What is flagged, of which, beside which."""
    return {(flag.kind.value, flag.request, flag.other) for flag in lookalikes(traces, BRANDT, **options)}


def test_honest_people_are_left_alone() -> None:
    """Different people, of an employer with its own domain, who took their time."""
    house = Organisation(id="O-1", name="Nordwerk")
    assert (
        kinds(trace("r-1", organisation=house), trace("r-2", words=("Quite different words were found for it.",)))
        == set()
    )


def test_one_who_answers_twice_is_no_second_person() -> None:
    """The same respondent in two requests is not compared with themselves."""
    assert (
        kinds(
            trace("r-1", words=(LONG,)),
            trace("r-2", id="P-1", name="Person B", email="p1@house1.example", words=(LONG,)),
        )
        == set()
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "t.brandt+ref@example.org"},
        {"email": "T.Brandt@Example.org"},
        {"phone": "+49 (30) 123 45-67"},
        {"name": "Dr. Thomas Brandt"},
        {"name": "Brandt, Thomas"},
    ],
)
def test_the_subject_under_another_address_is_flagged(fields: dict[str, str]) -> None:
    """The same mailbox, telephone or name."""
    assert kinds(trace("r-1", **fields)) == {("same_person", "r-1", "P-brandt")}


def test_one_mailbox_under_two_spellings_is_flagged_at_both() -> None:
    """Where dots make no difference; and not where they do."""
    two = trace("r-1", email="anna.weber@gmail.com"), trace("r-2", email="annaweber+x@googlemail.com")
    assert kinds(*two) == {("same_person", "r-1", "r-2"), ("same_person", "r-2", "r-1")}
    assert kinds(trace("r-1", email="a.b@h.example"), trace("r-2", email="ab@h.example")) == set()


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"email": "weber@nordwerk.example"}, {"email": "weber@n\u043erdwerk.example"}),
        ({"email": "weber@nordwerk.example"}, {"email": "huber@n0rdwerk.example"}),
        ({"email": "weber@modern.example"}, {"email": "huber@rnodern.example"}),
        ({"name": "Anna Weber"}, {"name": "\u0410nna W\u0435b\u0435r"}),
        ({"name": "Paul Iller"}, {"name": "Paul lller"}),
    ],
)
def test_what_can_be_taken_for_another_is_flagged(one: dict[str, str], two: dict[str, str]) -> None:
    """A letter of another script, a digit, two letters that look like one: in an address, a domain or a name."""
    found = kinds(trace("r-1", **one), trace("r-2", **two))
    assert ("confusable", "r-1", "r-2") in found
    assert ("confusable", "r-2", "r-1") in found


def test_a_name_that_mixes_scripts_is_flagged_by_itself() -> None:
    """And one that is written in another script altogether is not."""
    assert kinds(trace("r-1", name="\u0410nna Weber")) == {("confusable", "r-1", None)}
    assert kinds(trace("r-1", name="\u0410\u043d\u043d\u0430 \u0412\u0435\u0431\u0435\u0440")) == set()


def test_free_mail_for_an_employer_is_flagged() -> None:
    """Who names no employer may have any address."""
    house = Organisation(id="O-1", name="Nordwerk")
    assert kinds(trace("r-1", email="weber@gmx.de", organisation=house)) == {("free_mail", "r-1", None)}
    assert kinds(trace("r-1", email="weber@gmx.de")) == set()


@pytest.mark.parametrize(("minutes", "flagged"), [(0, True), (4.9, True), (5, False), (-1, False)])
def test_what_is_answered_within_minutes_is_flagged(minutes: float, flagged: bool) -> None:
    """Below five; an answer before it was asked is another matter."""
    found = kinds(trace("r-1", answered_us=int(minutes * MINUTE_US)))
    assert found == ({("quick", "r-1", None)} if flagged else set())


def test_nobody_is_quick_who_was_never_asked() -> None:
    """An answer that came by itself has no time to be measured by."""
    assert kinds(trace("r-1", asked_us=None, answered_us=1)) == set()


def test_the_same_text_twice_is_flagged() -> None:
    """In other capitals and with a word more; a short phrase that everybody says is nothing."""
    copied = f"{LONG.upper()} Really."
    assert kinds(trace("r-1", words=(LONG,)), trace("r-2", words=(copied,))) == {
        ("same_text", "r-1", "r-2"),
        ("same_text", "r-2", "r-1"),
    }
    assert kinds(trace("r-1", words=("Very good.",)), trace("r-2", words=("Very good.",))) == set()


def test_the_same_network_is_flagged_where_it_is_known() -> None:
    """More where it is the subject's, hardly where both work in one house."""
    house = Organisation(id="O-1", name="Nordwerk")
    apart = lookalikes([trace("r-1", network="n"), trace("r-2", network="n")], BRANDT)
    together = lookalikes(
        [trace("r-1", network="n", organisation=house), trace("r-2", network="n", organisation=house)], BRANDT
    )
    own = lookalikes([trace("r-1", network="n")], BRANDT, subject_networks=["n"])
    assert [flag.kind for flag in (*apart, *together, *own)] == [FlagKind.SAME_NETWORK] * 5
    assert own[0].score > apart[0].score > together[0].score
    assert kinds(trace("r-1"), trace("r-2")) == set()


def test_a_flag_says_why_and_names_nobody() -> None:
    """Ids alone, never what was compared."""
    house = Organisation(id="O-1", name="Nordwerk")
    odd = trace(
        "r-1", name="Thomas Brandt", email="brandt@gmx.de", organisation=house, answered_us=MINUTE_US, network="n"
    )
    flags = lookalikes([odd, trace("r-2", words=odd.words, network="n")], BRANDT, subject_networks=["n"])
    told = " ".join(f"{flag!r} {flag.because}" for flag in flags)
    assert {flag.kind for flag in flags} >= {
        FlagKind.SAME_PERSON,
        FlagKind.FREE_MAIL,
        FlagKind.QUICK,
        FlagKind.SAME_TEXT,
    }
    assert [word for word in ("Brandt", "gmx", "Nordwerk", "Word") if word in told.replace("P-brandt", "")] == []
    assert "it was answered 1 min after it was asked, below 5 min" in told
    assert "Brandt" not in repr(odd)


def test_hints_add_up_and_never_to_certainty() -> None:
    """None is nothing; each one more counts, and no number of them is one."""
    flags = [Flag(kind=FlagKind.QUICK, request="r", score=0.4, because="quick")] * 5
    sums = [suspicion(flags[:count]) for count in range(6)]
    assert sums[0] == 0
    assert sums == sorted(set(sums))
    assert sums[-1] < 1


@given(st.permutations([trace(f"r-{number}", name="Anna Weber", network="n", words=(LONG,)) for number in range(1, 5)]))
def test_the_order_of_answers_changes_nothing(traces: list[Trace]) -> None:
    """The same flags in the same order."""
    assert lookalikes(traces, BRANDT) == lookalikes(sorted(traces, key=lambda it: it.request), BRANDT)


def test_every_confusable_is_another_character_than_it_looks_like() -> None:
    """The table leads to Latin letters in one step, so that a skeleton of a skeleton is itself."""
    for character, letter in CONFUSABLES.items():
        assert character != letter
        assert letter not in CONFUSABLES
        assert skeleton(character) == letter
        assert skeleton(skeleton(f"x{character}y")) == skeleton(f"x{character}y")


NAMES = st.sampled_from(["Anna Weber", "Dr. Anna Weber", "\u0410nna Weber", "Max Huber"])
MAILS = st.sampled_from(["a@one.example", "a+b@one.example", "\u0430@one.example", "b@0ne.example", None])
SAID = st.lists(st.sampled_from(["he", "came", "and", "the", "line", "ran", "again", "well"]), max_size=14)


@given(st.lists(st.tuples(NAMES, MAILS, SAID, st.sampled_from([None, "n-1", "n-2"])), max_size=6))
def test_every_pair_is_seen_among_many(answers: list[tuple[str, str | None, list[str], str | None]]) -> None:
    """What is flagged of all answers together is what is flagged of each two of them alone."""
    traces = [
        trace(f"r-{number}", name=name, email=mail, words=(" ".join(said),), network=network)
        for number, (name, mail, said, network) in enumerate(answers)
    ]
    in_pairs = {flag for pair in combinations(traces, 2) for flag in lookalikes(pair, BRANDT)}
    alone = {flag for each in traces for flag in lookalikes([each], BRANDT)}
    assert set(lookalikes(traces, BRANDT)) == in_pairs | alone
