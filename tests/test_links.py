from __future__ import annotations

import base64
import pickle
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.people import Person
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import InvalidValue, LinkRefused
from feedbackkit.links import OFFERED, Link, Links, Purpose
from tests.channels.messages import BOOKED_US, WEBER, line, message

if TYPE_CHECKING:
    from collections.abc import Callable

LINKS: Final = Links("https://feedback.example.com/f/", keys={"2026": b"k" * 32})
KEY: Final = "M-1/reference/start/1"
LATER: Final = BOOKED_US + DAY_US


def token(links: Links = LINKS, **changes: Any) -> str:
    """A token to answer, for Anna Weber."""
    given: dict[str, Any] = {"to": WEBER, "revision": 2, "expires_us": BOOKED_US + 10 * DAY_US, **changes}
    return links.token(Purpose.ANSWER, KEY, **given)


def refused(links: Links, text: Any, purpose: Purpose = Purpose.ANSWER, now_us: int = LATER) -> bool:
    """Whether a token is refused, with the one error."""
    try:
        links.check(text, purpose, now_us=now_us)
    except LinkRefused as error:
        return str(error) == str(LinkRefused())
    return False


def test_a_token_says_what_went_in() -> None:
    """Purpose, request, revision and time come back as they were."""
    link = LINKS.check(token(), Purpose.ANSWER, now_us=LATER)
    assert (link.purpose, link.request, link.revision) == (Purpose.ANSWER, KEY, 2)
    assert link.expires_us == BOOKED_US + 10 * DAY_US
    assert LINKS.is_for(link, WEBER)


def test_a_token_holds_no_personal_data() -> None:
    """Neither the id of the reader nor the address is in it, in clear or in base 64."""
    raw = base64.urlsafe_b64decode(token() + "==")
    for word in (b"R-101", b"anna", b"weber", b"Weber", b"nordwerk"):
        assert word not in raw
    assert "anna" not in repr(LINKS.check(token(), Purpose.ANSWER, now_us=LATER))


@given(place=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_any_changed_bit_is_refused(place: int, bit: int) -> None:
    """Whatever bit of the content or the seal is turned, the token is worth nothing."""
    good = token()
    raw = bytearray(base64.urlsafe_b64decode(good + "=" * (-len(good) % 4)))
    raw[place % len(raw)] ^= 1 << bit
    assert refused(LINKS, base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode())


@given(st.text() | st.binary() | st.none() | st.integers())
def test_anything_else_is_refused_alike(text: object) -> None:
    """Whatever comes instead of a token, the answer is the same error."""
    assert refused(LINKS, text)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda good: good + "=",
        lambda good: good + "é",
        lambda good: f" {good}",
        lambda good: good + "\n",
        lambda good: good[:-1],
        lambda good: good * 8,
        lambda good: good.lower(),
    ],
)
def test_only_the_canonical_spelling_counts(spoil: Callable[[str], str]) -> None:
    """Padding, blanks, other letters after it: what decodes to the same bytes is refused all the same."""
    assert refused(LINKS, spoil(token()))


def test_every_last_character_but_one_is_refused() -> None:
    """The unused bits of the last character must be what they are when it is written."""
    for request in ("M-1", "M-12", "M-123"):
        good = LINKS.token(Purpose.ANSWER, request, to=WEBER, revision=0, expires_us=LATER + DAY_US)
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        assert [last for last in alphabet if not refused(LINKS, good[:-1] + last)] == [good[-1]]


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_is_good_for_its_purpose_alone(purpose: Purpose) -> None:
    """A link to answer opens no other page."""
    assert refused(LINKS, token(), purpose) is (purpose is not Purpose.ANSWER)


def test_a_link_expires_at_its_instant() -> None:
    """It is good until its time, and from then on it is not."""
    expires = BOOKED_US + 10 * DAY_US
    assert not refused(LINKS, token(), now_us=expires - 1)
    assert refused(LINKS, token(), now_us=expires)


def test_keys_change_without_breaking_what_was_sent() -> None:
    """A new key in front seals what is new; the old one opens what is old until it is dropped."""
    old = token()
    both = Links(LINKS.base, keys={"2027": b"n" * 32, "2026": b"k" * 32})
    link = both.check(old, Purpose.ANSWER, now_us=LATER)
    assert both.is_for(link, WEBER)
    assert both.check(token(both), Purpose.ANSWER, now_us=LATER).key == "2027"
    assert refused(Links(LINKS.base, keys={"2027": b"n" * 32}), old)
    assert refused(Links(LINKS.base, keys={"2026": b"x" * 32}), old)


@pytest.mark.parametrize("change", [{"id": "R-102"}, {"email": "a.weber@elsewhere.example"}])
def test_a_link_is_for_one_person_at_one_address(change: dict[str, Any]) -> None:
    """For another person it is worth nothing, and for the same one neither once the address has changed."""
    link = LINKS.check(token(), Purpose.ANSWER, now_us=LATER)
    assert not LINKS.is_for(link, attrs.evolve(WEBER, **change))
    assert LINKS.is_for(link, attrs.evolve(WEBER, name="Dr. Anna Weber-Kunz"))


def test_the_same_letter_has_the_same_links() -> None:
    """A mail that is sent again is the same mail, links and all; each way out has one of its own."""
    urls = [LINKS.url(purpose, message(), line()) for purpose in OFFERED]
    assert urls == [LINKS.url(purpose, message(), line()) for purpose in OFFERED]
    assert len(set(urls)) == len(OFFERED)
    assert all(url.startswith("https://feedback.example.com/f/") for url in urls)


@pytest.mark.parametrize("length", [1, 2, 3, 200])
def test_a_request_of_any_length_fits(length: int) -> None:
    """The longest key of a request makes a link that is still accepted."""
    text = Links("https://x.example/", keys={"k" * 16: b"k" * 16}).token(
        Purpose.NO, "r" * length, to=WEBER, revision=2**24 - 1, expires_us=LATER + DAY_US
    )
    assert len(text) <= 400
    link = Links("https://x.example/", keys={"k" * 16: b"k" * 16}).check(text, "no", now_us=LATER)
    assert link.request == "r" * length


@pytest.mark.parametrize(
    ("base", "keys", "days"),
    [
        ("feedback.example.com/", {"a": b"k" * 32}, 1),
        ("https://feedback.example.com/f", {"a": b"k" * 32}, 1),
        ('https://feedback.example.com/"><script>/', {"a": b"k" * 32}, 1),
        ("javascript:alert(1)//", {"a": b"k" * 32}, 1),
        ("https://feedback.example.com/", {}, 1),
        ("https://feedback.example.com/", {"a": b"short"}, 1),
        ("https://feedback.example.com/", {"a": "k" * 32}, 1),
        ("https://feedback.example.com/", {"a b": b"k" * 32}, 1),
        ("https://feedback.example.com/", b"k" * 32, 1),
        ("https://feedback.example.com/", {"a": b"k" * 32}, 0),
        ("https://feedback.example.com/", {"a": b"k" * 32}, True),
    ],
)
def test_a_wrong_set_up_is_refused(base: Any, keys: Any, days: Any) -> None:
    """A base that is no folder of a site, no keys, short ones: the error says which, and repeats no secret."""
    with pytest.raises(InvalidValue) as caught:
        Links(base, keys=keys, days=days)
    assert "kkkk" not in str(caught.value)


def test_secrets_are_not_shown() -> None:
    """No repr tells a key."""
    assert "kkkk" not in repr(LINKS)


def test_the_error_survives_pickle() -> None:
    """It comes out of another process as it went in."""
    assert str(pickle.loads(pickle.dumps(LinkRefused()))) == str(LinkRefused())  # noqa: S301 - our own bytes


def test_a_link_made_by_hand_is_no_link() -> None:
    """Authority comes from the seal, not from a value of the right shape: an unknown key is nobody's."""
    link = Link(purpose=Purpose.ANSWER, request=KEY, revision=0, expires_us=LATER, reader="00", key="unknown")
    assert not LINKS.is_for(link, Person(id="R-101", name="Anna Weber"))
