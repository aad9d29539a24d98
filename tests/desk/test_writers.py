"""What cannot be put into words is set aside before anything is marked, and the others go on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.channels import ConsoleChannel, Letters
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.request import State
from feedbackkit.errors import BrokenTemplate
from tests.desk.house import House, ask, house, respondent

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message
    from feedbackkit.domain.letter import Letter


class Moody:
    """A writer that fails for one person, until it is mended."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.mended = False
        self.written: list[str] = []

    def write(self, message: Message) -> Letter:
        """A letter, or the error."""
        if message.to.id == "R-1" and not self.mended:
            raise self.error
        self.written.append(message.id)
        return Letters().write(message)


def asked(writer: Any) -> House:
    """A house in which three people at three houses are asked, by a channel with that writer."""
    built = house(channel=ConsoleChannel(io.StringIO(), writer=writer))
    for number in range(3):
        built.desk.request(ask(f"r-{number}", respondent=respondent(number, house=f"H-{number}")))
    return built


@pytest.mark.parametrize("error", [BrokenTemplate("letter.txt", 3, "UndefinedError"), KeyError("Weber")], ids=type)
def test_the_others_go_on(error: Exception) -> None:
    """One letter that fails, whatever it raises, is set aside alone, still booked; the other two are sent."""
    writer = Moody(error)
    built = asked(writer)
    report = built.desk.run()
    assert (report["sent"], report["failed"]) == (2, 1)
    statuses = {view.contact.person: view.status for view in built.desk.contacts()}
    assert statuses == {"R-0": ContactStatus.SENT, "R-1": ContactStatus.BOOKED, "R-2": ContactStatus.SENT}


def test_it_goes_when_the_writer_is_mended() -> None:
    """Nothing is lost: the next tries send it, once."""
    writer = Moody(BrokenTemplate("letter.txt", 3, "UndefinedError"))
    built = asked(writer)
    built.desk.run()
    writer.mended = True
    built.later(minutes=5).desk.run()
    assert {view.status for view in built.desk.contacts()} == {ContactStatus.SENT}


def test_what_fails_for_days_is_decided_anew_and_goes_in_the_end() -> None:
    """A booking that could not go out in time is released; the request stays open, and is asked when letters work."""
    writer = Moody(BrokenTemplate("letter.txt", 3, "UndefinedError"))
    built = asked(writer)
    for _ in range(3 * 24):
        built.desk.run()
        built.later(hours=1)
    assert built.desk.get("r-1").state in {State.PLANNED, State.REQUESTED}
    assert ContactStatus.SENT not in {view.status for view in built.desk.contacts("R-1")}
    writer.mended = True
    for _ in range(24):
        built.desk.run()
        built.later(hours=1)
    assert [view.status for view in built.desk.contacts("R-1")].count(ContactStatus.SENT) == 1


def test_each_letter_is_written_once() -> None:
    """The channel takes the words that the desk had written."""
    writer = Moody(KeyError())
    built = asked(writer)
    built.desk.run()
    assert len(writer.written) == len(set(writer.written)) == 2
