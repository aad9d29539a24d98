from __future__ import annotations

from typing import Any, Final

import attrs
import pytest
from icalendar import Calendar

from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Form, Occasion, Request
from feedbackkit.errors import InvalidValue
from feedbackkit.export import Appointment, cancellation, invitation

NOW_US: Final = 1_772_000_000_000_000
TALK: Final = Appointment(
    request=Request(
        key="M-1/quality_check/start/1",
        respondent="R-1",
        subject="P-1",
        occasion=Occasion.QUALITY_CHECK,
        form=Form.TALK,
    ),
    starts="2026-03-30T10:00:00+02:00",
    host=Person(email="jonas@interim.example", name="Jonas Keller"),
    guest=Person(id="R-1", email="anna@nordwerk.example", name="Dr. Anna Weber", timezone="Europe/Berlin", locale="de"),
    subject=Person(id="P-1", name="Thomas Brandt"),
    place="Raum 3",
)


def event(appointment: Appointment = TALK, **changes: Any) -> Any:
    """The one event of an invitation, as a calendar reads it."""
    return read(invitation(attrs.evolve(appointment, **changes), now_us=NOW_US).content)


def read(content: bytes) -> Any:
    """The one event of a calendar."""
    [found] = Calendar.from_ical(content).walk("VEVENT")
    return found


def test_an_invitation_asks_the_guest() -> None:
    """Method, parties, subject and place are what a calendar needs to show it and to reply."""
    attachment = invitation(TALK, now_us=NOW_US)
    assert attachment.media_type == "text/calendar; method=REQUEST; charset=utf-8"
    assert Calendar.from_ical(attachment.content)["METHOD"] == "REQUEST"
    found = read(attachment.content)
    assert str(found["ORGANIZER"]) == "mailto:jonas@interim.example"
    assert str(found["ATTENDEE"]) == "mailto:anna@nordwerk.example"
    assert found["ATTENDEE"].params["RSVP"] == "TRUE"
    assert (str(found["SUMMARY"]), str(found["LOCATION"])) == ("Gespräch über Thomas Brandt", "Raum 3")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Pacific/Chatham", "Asia/Kolkata", "UTC"])
def test_it_begins_at_the_same_instant_in_every_zone(zone: str) -> None:
    """The time is written where the guest is, with the rules of that zone, and means the same instant."""
    content = invitation(attrs.evolve(TALK, guest=attrs.evolve(TALK.guest, timezone=zone)), now_us=NOW_US).content
    found = read(content)
    assert found["DTSTART"].dt.timestamp() * 1_000_000 == TALK.starts_us
    assert (found["DTEND"].dt - found["DTSTART"].dt).total_seconds() == 15 * 60
    if zone != "UTC":
        assert found["DTSTART"].params["TZID"] == zone
        assert [str(each["TZID"]) for each in Calendar.from_ical(content).walk("VTIMEZONE")] == [zone]


def test_a_talk_over_the_change_of_the_clock_keeps_its_length() -> None:
    """Thirty minutes that begin before the clock goes forward end thirty minutes later."""
    found = event(starts="2026-03-29T01:45:00+01:00", minutes=30)
    assert found["DTEND"].dt.timestamp() - found["DTSTART"].dt.timestamp() == 30 * 60
    assert f"{found['DTEND'].dt:%H:%M}" == "03:15"


def test_a_moved_talk_is_the_same_entry() -> None:
    """The id of an invitation follows from its request alone; the number of the change goes up."""
    first, moved = event(), event(starts="2026-04-02T09:00:00+02:00", sequence=1)
    assert str(first["UID"]) == str(moved["UID"])
    assert (first["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)
    other = attrs.evolve(TALK.request, key="M-1/quality_check/start/2")
    assert str(event(request=other)["UID"]) != str(first["UID"])


def test_calling_it_off_names_the_same_entry() -> None:
    """Method and status say so, and the id is that of the invitation."""
    attachment = cancellation(attrs.evolve(TALK, sequence=2), now_us=NOW_US)
    assert attachment.media_type == "text/calendar; method=CANCEL; charset=utf-8"
    found = read(attachment.content)
    assert (str(found["STATUS"]), str(found["UID"])) == ("CANCELLED", str(event()["UID"]))


@pytest.mark.parametrize("name", ["A; B, C\\n", 'Dr. "X"', "ATTENDEE:mailto:x@y.example", "Zoë 🎉" * 30, "森 鷗外"])
def test_no_name_adds_a_line(name: str) -> None:
    """Whatever somebody is called, the event has its own properties only, and the name in full."""
    plain = event()
    found = event(subject=Person(id="P-1", name=name), host=Person(email="jonas@interim.example", name=name))
    assert sorted(found) == sorted(plain)
    assert str(found["SUMMARY"]) == f"Gespräch über {name}"


def test_lines_are_folded() -> None:
    """No line is longer than 75 bytes, and every line ends as the standard says."""
    content = invitation(attrs.evolve(TALK, subject=Person(id="P-1", name="ö" * 200)), now_us=NOW_US).content
    assert content.endswith(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 75


def test_a_call_is_called_a_call() -> None:
    """The entry says whether one meets or rings, in the language of the guest."""
    phone = attrs.evolve(TALK.request, form=Form.PHONE)
    assert str(event(request=phone)["SUMMARY"]) == "Telefonat über Thomas Brandt"
    english = attrs.evolve(TALK.guest, locale="fr")
    assert str(event(request=phone, guest=english)["SUMMARY"]) == "Call about Thomas Brandt"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts", "2026-03-30T10:00:00"),
        ("minutes", 0),
        ("minutes", 10_000),
        ("minutes", True),
        ("host", Person(id="geheim", name="Geheim")),
        ("guest", Person(id="geheim", name="Geheim")),
        ("host", "geheim"),
        ("subject", None),
        ("request", "geheim"),
        ("place", "geheim\r\nATTENDEE:mailto:x@y.example"),
        ("place", "geheim\0"),
        ("sequence", -1),
    ],
)
def test_what_makes_no_appointment_is_refused(field: str, value: Any) -> None:
    """A naive time, no address, no length, a second line: the error names the field and repeats nothing."""
    with pytest.raises(InvalidValue) as caught:
        attrs.evolve(TALK, **{field: value})
    assert caught.value.field == f"appointment.{field}"
    assert "geheim" not in str(caught.value).lower()


def test_the_same_appointment_makes_the_same_bytes() -> None:
    """A mail that is sent again is the same mail, invitation and all."""
    assert invitation(TALK, now_us=NOW_US) == invitation(TALK, now_us=NOW_US)


def test_an_appointment_shows_nobody_in_its_repr() -> None:
    """No name, no address, no place."""
    assert not {"Weber", "nordwerk", "Raum"} & set(repr(TALK).replace("'", " ").split())
