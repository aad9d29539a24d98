"""What a link leads to: one reader, one request, one revision, and only while it can still be followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import pytest

from feedbackkit.errors import LinkRefused
from feedbackkit.links import Links, Purpose
from tests.desk.house import BRANDT, HUBER, WEBER, House, ask, house

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit.domain.people import Person

LINKS: Final = Links("https://feedback.example.com/f/", keys={"2026": b"k" * 32})
KEY: Final = "r-1"
REACTIONS: Final = (Purpose.ANSWER, Purpose.LATER, Purpose.SOMEBODY_ELSE, Purpose.NO)


def asked() -> House:
    """A house in which Anna Weber was asked, and got a letter."""
    built = house()
    built.desk.request(ask(KEY))
    built.desk.run()
    return built


def token(built: House, purpose: Purpose, letter: int = -1) -> str:
    """The token of a link in a letter that went out."""
    message = built.sent[letter]
    return LINKS.url(purpose, message, message.lines[0]).rpartition("/")[2]


def is_good(built: House, text: str, purpose: Purpose | str) -> bool:
    """Whether a link leads anywhere."""
    try:
        built.desk.open_link(LINKS, text, purpose)
    except LinkRefused:
        return False
    return True


@pytest.mark.parametrize("purpose", [*REACTIONS, Purpose.NEVER, Purpose.UNSUBSCRIBE])
def test_a_link_of_a_letter_leads_to_its_request(purpose: Purpose) -> None:
    """Request, reader and subject are there for its page."""
    built = asked()
    opened = built.desk.open_link(LINKS, token(built, purpose), purpose.value)
    assert (opened.view.key, opened.respondent.id, opened.subject.id) == (KEY, WEBER.id, BRANDT.id)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_following_a_link_changes_nothing(purpose: Purpose) -> None:
    """Whoever fetches every link of a letter, a hundred times, leaves no trace."""
    built = asked()
    before = (built.desk.history(KEY), built.desk.get(KEY), built.desk.contacts())
    for _ in range(100):
        is_good(built, token(built, purpose), purpose)
    assert (built.desk.history(KEY), built.desk.get(KEY), built.desk.contacts()) == before


@pytest.mark.parametrize(
    "react",
    [
        lambda desk: desk.give(KEY, {"overall": 5}, by=WEBER),
        lambda desk: desk.decline(KEY, by=WEBER),
        lambda desk: desk.delegate(KEY, to=HUBER, by=WEBER),
        lambda desk: desk.withdraw(KEY, by="respondent"),
    ],
    ids=["answered", "declined", "delegated", "withdrawn"],
)
@pytest.mark.parametrize("purpose", [Purpose.LATER, Purpose.SOMEBODY_ELSE])
def test_what_has_moved_on_revokes_the_other_links(react: Callable[..., object], purpose: Purpose) -> None:
    """After an answer, a no, another name or a withdrawal there is nothing to put off or to pass on."""
    built = asked()
    react(built.desk)
    assert not is_good(built, token(built, purpose), purpose)


def test_a_link_to_answer_is_good_for_one_answer() -> None:
    """Who finds an old letter cannot overwrite what was said; a link of the new revision can."""
    built = asked()
    old = token(built, Purpose.ANSWER)
    built.desk.give(KEY, {"overall": 5}, by=WEBER)
    assert not is_good(built, old, Purpose.ANSWER)
    expires_us = built.clock.now_us() + 10**9
    new = LINKS.token(Purpose.ANSWER, KEY, to=built.desk.person("P-weber"), revision=1, expires_us=expires_us)
    assert is_good(built, new, Purpose.ANSWER)


def test_a_late_answer_still_gets_in() -> None:
    """Who has said no, or nothing for months, may change their mind while the link has not expired."""
    built = asked()
    built.desk.decline(KEY, by=WEBER)
    assert is_good(built, token(built, Purpose.ANSWER), Purpose.ANSWER)
    built.later(days=121)
    assert not is_good(built, token(built, Purpose.ANSWER), Purpose.ANSWER)


def test_a_wish_to_be_left_in_peace_always_counts() -> None:
    """The link for it outlives whatever becomes of the request."""
    built = asked()
    built.desk.give(KEY, {"overall": 5}, by=WEBER)
    for purpose in (Purpose.NEVER, Purpose.UNSUBSCRIBE):
        assert is_good(built, token(built, purpose), purpose)


def test_a_corrected_address_revokes_what_went_to_the_wrong_one() -> None:
    """Whoever got the letter by mistake can do nothing by it."""
    built = asked()
    links = {purpose: token(built, purpose) for purpose in REACTIONS}
    built.desk.register(attrs.evolve(WEBER, email="anna.weber@new.example"))
    assert not any(is_good(built, text, purpose) for purpose, text in links.items())


def test_a_link_to_what_is_not_stored_is_refused_alike() -> None:
    """An intact link to an unknown request gives the same error as a broken one."""
    built = asked()
    stray = LINKS.token(Purpose.ANSWER, "r-2", to=WEBER, revision=0, expires_us=built.clock.now_us() + 10**9)
    for text in (stray, "nothing", token(built, Purpose.NO)):
        with pytest.raises(LinkRefused, match=str(LinkRefused())):
            built.desk.open_link(LINKS, text, Purpose.ANSWER)


def test_a_purpose_that_is_none_is_refused_alike() -> None:
    """It comes from the address of a page, so whoever writes it by hand learns no more."""
    built = asked()
    assert not is_good(built, token(built, Purpose.NO), "nope")


def test_what_was_written_down_may_be_confirmed_once() -> None:
    """A spoken answer becomes the respondent's own when they confirm it: a revision in writing, by them."""
    built = asked()
    spoken = built.desk.give(KEY, {"overall": 5}, by=None, form="phone")
    reader: Person = built.desk.person("P-weber")
    expires_us = built.clock.now_us() + 10**9
    text = LINKS.token(Purpose.CONFIRM, KEY, to=reader, revision=spoken.revision, expires_us=expires_us)
    opened = built.desk.open_link(LINKS, text, Purpose.CONFIRM)
    confirmed = built.desk.give(KEY, spoken.items, by=opened.respondent, form="written")
    assert (confirmed.revision, confirmed.form.value, confirmed.party.value) == (2, "written", "respondent")
    assert not is_good(built, text, Purpose.CONFIRM)
