"""Talks and calls for a calendar: iCalendar (RFC 5545), sent as a scheduling message (RFC 5546, RFC 6047).

An invitation that is moved or called off has the UID of the first one and a higher SEQUENCE, so that a calendar
changes the entry that it has. Times stand in the reader's zone, with its rules beside them.
"""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, final
from zoneinfo import ZoneInfo

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked, instance_of
from feedbackkit.domain.letter import Attachment
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Form, Request
from feedbackkit.domain.times import MINUTE_US, instant, within
from feedbackkit.errors import InvalidValue, MissingExtra

if TYPE_CHECKING:
    from icalendar import vCalAddress

    from feedbackkit.domain.contact import Message, MessageLine

__all__ = ["Appointment", "cancellation", "for_line", "invitation"]

_LONGEST: Final = 24 * 60
_YEAR: Final = dt.timedelta(days=366)
_SUMMARIES: Final = {
    "en": {Form.TALK: "Talk about {subject}", Form.PHONE: "Call about {subject}"},
    "de": {Form.TALK: "Gespräch über {subject}", Form.PHONE: "Telefonat über {subject}"},
}


def _starts(value: dt.datetime | str | int) -> int:
    if isinstance(value, int):
        within(value, field="appointment.starts")
        return value
    return instant(value, field="appointment.starts")


def _address(_instance: object, attribute: attrs.Attribute[Person], value: Person) -> None:
    instance_of(Person, f"appointment.{attribute.name}", "must be a Person")(None, attribute, value)
    if value.email is None:
        raise InvalidValue(f"appointment.{attribute.name}", "must have an e-mail address", "none")


@final
@attrs.frozen(kw_only=True)
class Appointment:
    """A talk or a call that was agreed on."""

    request: Request = attrs.field(validator=instance_of(Request, "appointment.request", "must be a Request"))
    """What it is for: every revision of its appointment is the same entry in a calendar."""
    starts_us: int = attrs.field(converter=_starts, alias="starts")
    """When it begins; an aware instant, or microseconds since the epoch."""
    minutes: int = attrs.field(
        default=15, validator=checked(checks.whole, "appointment.minutes", least=1, most=_LONGEST)
    )
    """How long it takes."""
    host: Person = attrs.field(validator=_address)
    """Who invites, for the provider; replies go to their address."""
    guest: Person = attrs.field(validator=_address)
    """The respondent, in whose zone and language it is written."""
    subject: Person = attrs.field(validator=instance_of(Person, "appointment.subject", "must be a Person"))
    """Whom it is about."""
    place: str | None = attrs.field(
        default=None,
        repr=False,
        validator=checked(checks.line, "appointment.place", limit=checks.NOTE_LIMIT, optional=True),
    )
    """Where: a room, a number to call, the address of a video talk."""
    sequence: int = attrs.field(
        default=0, validator=checked(checks.whole, "appointment.sequence", least=0, most=1_000_000)
    )
    """0 for the first invitation, one more for each change and for calling it off."""


def for_line(line: MessageLine, message: Message) -> Appointment:
    """The appointment that a line of a message is about, with the reader as its guest."""
    agreed, host = line.appointment, line.host
    if agreed is None or host is None:
        raise InvalidValue("message.appointment", "must come with an invitation", "none")
    return Appointment(
        request=Request(
            key=agreed.request,
            respondent=message.to.id or "",
            subject=line.subject.id or "",
            occasion=line.occasion,
            form=line.form,
        ),
        starts=agreed.starts_us,
        minutes=agreed.minutes,
        host=host,
        guest=message.to,
        subject=line.subject,
        place=agreed.place,
        sequence=agreed.sequence,
    )


def invitation(appointment: Appointment, *, now_us: int) -> Attachment:
    """The invitation (METHOD:REQUEST), as it goes with a letter; needs the extra ``calendar``."""
    return _written(appointment, "REQUEST", now_us)


def cancellation(appointment: Appointment, *, now_us: int) -> Attachment:
    """That it is called off (METHOD:CANCEL); `sequence` must be higher than that of the invitation."""
    return _written(appointment, "CANCEL", now_us)


def _written(appointment: Appointment, method: str, now_us: int) -> Attachment:
    checks.whole("appointment.now_us", now_us, least=0)
    return Attachment(
        name="invitation.ics",
        media_type=f"text/calendar; method={method}; charset=utf-8",
        content=_calendar(appointment, method, now_us),
    )


def _calendar(appointment: Appointment, method: str, now_us: int) -> bytes:
    try:
        from icalendar import Calendar, Event
    except ImportError as error:
        raise MissingExtra("invitations need icalendar: pip install 'feedbackkit[calendar]'") from error
    guest, host = appointment.guest, appointment.host
    starts = _in_zone(appointment.starts_us, guest.timezone)
    event: Any = Event()  # what it takes has no type
    event.add("uid", f"{sha256(appointment.request.key.encode()).hexdigest()[:32]}@{_domain(host)}")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", _in_zone(now_us, "UTC"))
    event.add("dtstart", starts)
    event.add("dtend", _in_zone(appointment.starts_us + appointment.minutes * MINUTE_US, guest.timezone))
    event.add("summary", _summary(appointment))
    if appointment.place:
        event.add("location", appointment.place)
    event.add("organizer", _party(host))
    event.add("attendee", _party(guest, role="REQ-PARTICIPANT", partstat="NEEDS-ACTION", rsvp="TRUE"), encode=False)
    event.add("status", "CONFIRMED" if method == "REQUEST" else "CANCELLED")
    calendar: Any = Calendar()
    calendar.add("prodid", "-//feedbackkit//feedbackkit//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    if guest.timezone != "UTC":
        calendar.add_missing_timezones(
            first_date=starts.date() - dt.timedelta(days=366), last_date=starts.date() + dt.timedelta(days=366)
        )
    content: bytes = calendar.to_ical()
    return content


def _in_zone(at_us: int, zone: str) -> dt.datetime:
    """A plain time in a zone of the standard library, which every calendar library understands."""
    return dt.datetime.fromtimestamp(at_us // 1_000_000, ZoneInfo(zone))


def _party(person: Person, **parameters: str) -> vCalAddress:
    from icalendar import vCalAddress, vText

    address = vCalAddress(f"mailto:{person.email}")
    address.params["CN"] = vText(person.name)
    address.params.update(parameters)
    return address


def _summary(appointment: Appointment) -> str:
    language = appointment.guest.locale.partition("-")[0]
    summaries = _SUMMARIES.get(language, _SUMMARIES["en"])
    form = Form.PHONE if appointment.request.form is Form.PHONE else Form.TALK
    return summaries[form].format(subject=appointment.subject.name)


def _domain(host: Person) -> str:
    return (host.email or "").rpartition("@")[2].encode("idna").decode("ascii")
