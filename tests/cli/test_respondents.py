from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import Any, Final

import attrs
import pytest

from feedbackkit.cli.respondents import Habit, Respondents, Speech
from feedbackkit.cli.respondents_toml import read_respondents
from feedbackkit.desk.reactions import ReactionKind
from feedbackkit.domain.contact import ContactKind, ContactLine
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Occasion, Request
from feedbackkit.domain.times import DAY_US, HOUR_US
from tests.cli.rows import EXAMPLE_RESPONDENTS

EXAMPLE: Final = read_respondents(EXAMPLE_RESPONDENTS)
SOMEBODY: Final = Person(id="R-999", name="Somebody", locale="fr")
OTHER: Final = Person(id="R-998", name="Somebody Else")


def request(number: int = 1, occasion: Occasion = Occasion.REFERENCE, subject: str = "P-1") -> Request:
    """One request of many."""
    return Request(key=f"M-{number}/{occasion}/start/1", respondent="R-999", subject=subject, occasion=occasion)


def reaction(script: Respondents, asked: Request, *, person: Person = SOMEBODY, step: int = 1) -> Any:
    """What somebody does about the contact of one step."""
    kind = ContactKind.ASK if step == 1 else ContactKind.REMINDER
    return script(f"{asked.key}#{step}", ContactLine(asked.key, kind, step), asked, person)


def shares(step: int, people: int = 4000) -> Counter[str]:
    """How many of a hundred contacts of one step bring what, in the example."""
    counts: Counter[str] = Counter()
    for number in range(people):
        found = reaction(EXAMPLE, request(number), step=step)
        counts["silent" if found is None else found.kind.value] += 1
    return Counter({kind: round(100 * count / people) for kind, count in counts.items()})


def doing(**habit: Any) -> Respondents:
    """The example, with a habit of somebody."""
    return attrs.evolve(EXAMPLE, people={"R-999": Habit(**habit)})


@pytest.mark.parametrize(("step", "table"), [(1, "ask"), (2, "reminder"), (3, "later_reminder"), (4, "later_reminder")])
def test_the_shares_are_those_of_the_step(step: int, table: str) -> None:
    """Of many contacts, as many of a hundred bring a reaction as the script says, give or take three."""
    found = shares(step)
    for kind, share in EXAMPLE.shares[table].items():
        assert abs(found[kind] - share) <= 3
    assert abs(found["silent"] - (100 - sum(EXAMPLE.shares[table].values()))) <= 3


def test_reminders_bring_what_the_trial_brought() -> None:
    """The first reminder makes eleven of a hundred more answer, the second four."""
    silent = 100 - sum(EXAMPLE.shares["ask"].values())
    first = silent * EXAMPLE.shares["reminder"]["answer"] / 100
    left = silent * (1 - sum(EXAMPLE.shares["reminder"].values()) / 100)
    second = left * EXAMPLE.shares["later_reminder"]["answer"] / 100
    assert round(first) == 11
    assert round(second) == 4


def test_a_reaction_depends_on_no_order() -> None:
    """Asked in another order, and twice, everybody does the same."""
    numbers = list(range(200))
    first = {number: reaction(EXAMPLE, request(number)) for number in numbers}
    numbers.reverse()
    assert {number: reaction(EXAMPLE, request(number)) for number in numbers} == first


def test_a_reaction_depends_on_no_process() -> None:
    """Another interpreter, with another seed of its hashes, sees the same reactions."""
    program = "from tests.cli.test_respondents import seen; print(seen())"
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": hash_seed},
            cwd=EXAMPLE_RESPONDENTS.parent.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    ]
    assert runs == [seen(), seen()]


def seen() -> str:
    """Fifty reactions as text."""
    found = [reaction(EXAMPLE, request(number)) for number in range(50)]
    return repr([each and (each.kind.value, each.after_us, dict(each.items or {}), each.reason) for each in found])


def test_another_seed_is_another_year() -> None:
    """The seed decides."""
    other = attrs.evolve(EXAMPLE, seed=EXAMPLE.seed + 1)
    assert [reaction(other, request(n)) for n in range(50)] != [reaction(EXAMPLE, request(n)) for n in range(50)]


def test_people_differ() -> None:
    """Two people do not do the same about the same contacts."""
    assert [reaction(EXAMPLE, request(n)) for n in range(50)] != [
        reaction(EXAMPLE, request(n), person=OTHER) for n in range(50)
    ]


@pytest.mark.parametrize("kind", [ReactionKind.ANSWER, ReactionKind.DECLINE, ReactionKind.DEFER, ReactionKind.DELEGATE])
def test_a_habit_is_kept(kind: ReactionKind) -> None:
    """Who does one thing always does it always, within the days of the script, and carries what it needs."""
    script = doing(ask=kind.value, to=OTHER)
    least, most = script.days[kind]
    for number in range(50):
        found = reaction(script, request(number))
        assert found.kind is kind
        assert least * DAY_US <= found.after_us <= most * DAY_US
        assert found.after_us % HOUR_US == 0
        assert (found.items is not None) == (kind is ReactionKind.ANSWER)
        assert (found.reason is not None) == (kind is ReactionKind.DECLINE)
        assert (found.to == OTHER) == (kind is ReactionKind.DELEGATE)
        assert (script.days["wait"][0] * DAY_US <= found.wait_us) == (kind is ReactionKind.DEFER)


def test_silence_is_no_reaction() -> None:
    """Who is silent by habit does nothing, and may yet have another habit for reminders."""
    script = doing(ask="silent", reminder="answer")
    assert reaction(script, request()) is None
    assert reaction(script, request(), step=2).kind is ReactionKind.ANSWER


@pytest.mark.parametrize("mood", ["good", "mixed", "poor"])
@pytest.mark.parametrize("occasion", list(Occasion))
def test_ratings_fit_the_words(occasion: Occasion, mood: str) -> None:
    """Ratings from 1 to 5 fit the mood; whether again is said, but not of the own work or while it runs."""
    for number in range(20):
        items = reaction(doing(ask="answer", mood=mood), request(number, occasion)).items
        assert all(1 <= items[name] <= 5 for name in ("overall", "communication", "results"))
        assert (items["overall"] >= 4) == (mood == "good") or mood == "mixed"
        repeated = occasion not in {Occasion.QUALITY_CHECK, Occasion.SELF_ASSESSMENT}
        assert items.get("again") == (mood != "poor" if repeated else None)
        assert items["words"] in EXAMPLE.words["en"].answers.get(occasion, EXAMPLE.words["en"].answers["any"])[mood]


def test_people_speak_their_language_and_english_where_the_script_has_none_of_theirs() -> None:
    """A German in German, a Frenchwoman in English; an occasion without words of its own takes those for any."""
    anna = attrs.evolve(SOMEBODY, locale="de-AT")
    german, english = EXAMPLE.words["de"], EXAMPLE.words["en"]
    answering, declining = doing(ask="answer", mood="good"), doing(ask="decline")
    assert reaction(answering, request(), person=anna).items["words"] in german.answers["reference"]["good"]
    check = request(occasion=Occasion.VERIFICATION)
    assert reaction(answering, check, person=anna).items["words"] in german.answers["any"]["good"]
    assert reaction(answering, request()).items["words"] in english.answers["reference"]["good"]
    assert reaction(declining, request(), person=anna).reason in german.decline
    assert reaction(declining, request()).reason in english.decline


def test_a_language_may_say_only_a_part() -> None:
    """What a language has no words for is said in English."""
    script = attrs.evolve(doing(ask="answer", mood="good"), words={**EXAMPLE.words, "fr": Speech(decline=("non",))})
    assert reaction(script, request()).items["words"] in EXAMPLE.words["en"].answers["reference"]["good"]
    assert reaction(attrs.evolve(script, people={"R-999": Habit(ask="decline")}), request()).reason == "non"


def test_what_is_said_follows_from_the_work() -> None:
    """Most who speak of one professional speak alike, and not of everybody the same way."""
    script = doing(ask="answer")
    poor: dict[str, int] = {}
    for subject in (f"P-{number}" for number in range(20)):
        answers = [reaction(script, request(number, subject=subject)).items for number in range(100)]
        poor[subject] = sum(items["overall"] <= 2 for items in answers)
    assert min(poor.values()) < 20
    assert max(poor.values()) > 60
