from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.errors import InvalidValue
from feedbackkit.inbox import Arrival, What, read_arrival
from tests.inbox.mails import BOX, EXIM, QMAIL, TOKEN, complaint, delivery_report, mail, reply


@pytest.mark.parametrize(
    ("action", "status", "what"),
    [
        ("failed", "5.1.1", What.DEAD_ADDRESS),
        ("failed", "5.1.10", What.DEAD_ADDRESS),
        ("failed", "5.0.0", What.DEAD_ADDRESS),
        ("failed", "5.2.1", What.DEAD_ADDRESS),
        ("failed", "5.4.4", What.DEAD_ADDRESS),
        ("Failed", "5.7.1", What.REFUSED),
        ("failed", "5.3.4", What.REFUSED),
        ("failed", "5.2.2", What.NOT_NOW),
        ("failed", "4.4.7", What.NOT_NOW),
        ("failed", "4.2.2", What.NOT_NOW),
        ("delayed", "4.4.1", What.DELAYED),
        ("delivered", "2.1.5", What.AUTOMATIC),
        ("relayed", "2.1.9", What.AUTOMATIC),
    ],
)
def test_a_report_tells_what_became_of_a_mail(action: str, status: str, what: What) -> None:
    """By its action and its status: the address, the mail, for now, or still on its way."""
    arrival = read_arrival(delivery_report(action, status))
    assert arrival == Arrival(what=what, tokens=(TOKEN,), status=status)


def test_of_several_recipients_the_one_that_fared_worst_counts() -> None:
    """A report on an alias may tell of more than one."""
    assert read_arrival(delivery_report(status="4.2.2,5.1.1,5.7.1")).status == "5.1.1"


def test_where_the_status_is_missing_the_words_of_the_server_tell() -> None:
    """Its number stands there too."""
    raw = delivery_report(status="5.7.1").replace(b"Status: 5.7.1\r\n", b"")
    assert read_arrival(raw).what is What.REFUSED


@pytest.mark.parametrize(
    ("to", "original"),
    [
        (BOX, "text/plain"),
        (BOX.upper(), "text/plain"),
        ("bounces@interim.example", "message/rfc822"),
        ("bounces@interim.example", "text/rfc822-headers"),
    ],
)
def test_the_mail_that_came_back_is_known_by_its_return_path_or_its_message_id(to: str, original: str) -> None:
    """Also where a report brings back its headers alone, or nothing at all."""
    assert read_arrival(delivery_report(to=to, original=original)).tokens == (TOKEN,)


@pytest.mark.parametrize("raw", [QMAIL, EXIM])
def test_reports_in_a_form_of_their_own_are_known(raw: bytes) -> None:
    """As qmail and Exim write them."""
    assert read_arrival(raw) == Arrival(what=What.DEAD_ADDRESS, tokens=(TOKEN,))


def test_without_flufl_bounce_the_odd_ones_are_unclear(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the standard library cannot tell is told by the extra; without it nothing is guessed."""
    monkeypatch.setitem(sys.modules, "flufl.bounce", None)
    assert read_arrival(QMAIL).what is What.UNCLEAR
    assert read_arrival(EXIM).what is What.DEAD_ADDRESS
    assert read_arrival(delivery_report()).what is What.DEAD_ADDRESS


@pytest.mark.parametrize(
    ("kind", "what"),
    [("abuse", What.COMPLAINT), ("fraud", What.COMPLAINT), ("opt-out", What.UNSUBSCRIBE), ("not-spam", What.AUTOMATIC)],
)
def test_a_feedback_report_tells_a_complaint(kind: str, what: What) -> None:
    """By its type; that it was no spam after all is no complaint."""
    assert read_arrival(complaint(kind)) == Arrival(what=what, tokens=(TOKEN,))


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner=x",
        "X-Autoreply: yes",
        "X-Auto-Response-Suppress: All",
        "Precedence: auto_reply",
        "Return-Path: <>",
        "List-Id: <all.nordwerk.example>",
    ],
)
def test_what_a_machine_says_is_no_reply(header: str) -> None:
    """Absences and receipts say so in one header or another."""
    assert read_arrival(reply(header)) == Arrival(what=What.AUTOMATIC, tokens=(TOKEN, "z" * 16))


@pytest.mark.parametrize(
    "subject",
    [
        "Automatische Antwort: Ein paar Minuten",
        "Abwesenheitsnotiz: Re: A few minutes",
        "Out of Office: A few minutes",
        "Automatic reply: A few minutes",
        "=?utf-8?q?Automatische_Antwort=3A_Ein_paar?=",
        "Réponse automatique : A few minutes",
    ],
)
def test_an_absence_is_known_by_its_subject_too(subject: str) -> None:
    """Where a program says it nowhere else."""
    assert read_arrival(reply(subject=subject)).what is What.AUTOMATIC


def test_a_receipt_is_automatic() -> None:
    """That a mail was displayed is no word about anything."""
    raw = mail(
        "From: anna.weber@nordwerk.example",
        f"To: {BOX}",
        "Subject: Read: A few minutes",
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"',
        body="--b\nContent-Type: text/plain\n\nread\n--b\nContent-Type: message/disposition-notification\n\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n--b--",
    )
    assert read_arrival(raw).what is What.AUTOMATIC


def test_a_person_replies() -> None:
    """To the mail named first among those that it answers."""
    assert read_arrival(reply()) == Arrival(what=What.REPLY, tokens=(TOKEN, "z" * 16))
    assert read_arrival(reply("Auto-Submitted: no")).what is What.REPLY


def test_a_mail_to_the_return_path_may_say_no_more() -> None:
    """With the subject that List-Unsubscribe gives it; to another address it is an ordinary mail."""
    said = {"subject": "Unsubscribe", "token": "none"}
    assert read_arrival(reply(to=BOX, **said)).what is What.UNSUBSCRIBE
    assert read_arrival(reply(**said)).what is What.REPLY


def test_nothing_is_known_by_what_anybody_could_write() -> None:
    """An address, a name, a subject: without a token a report speaks of nothing."""
    raw = delivery_report(to="bounces@interim.example", token="guess")  # noqa: S106 - none at all
    assert read_arrival(raw).tokens == ()
    assert read_arrival(mail("From: a@b.example", "Subject: hello")).what is What.UNCLEAR


@given(st.binary(max_size=2_000))
def test_any_bytes_are_something(raw: bytes) -> None:
    """Nothing that can come in raises."""
    assert read_arrival(raw).what in What


SAMPLES = [delivery_report(), complaint(), reply(), QMAIL]


@given(st.sampled_from(SAMPLES), st.data())
def test_a_damaged_mail_is_something(raw: bytes, data: st.DataObject) -> None:
    """Cut off, doubled or overwritten anywhere, a mail raises nothing."""
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    middle = data.draw(st.binary(max_size=40))
    assert read_arrival(raw[:start] + middle + raw[end:]).what in What


@pytest.mark.parametrize(
    "raw",
    [
        b"x" * 30_000_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 50_000,
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth) for depth in range(3_000)
        ),
        b"Subject: " + b"=?utf-8?q?a?= " * 50_000,
        b"To: " + b"<" * 200_000 + b"\r\n\r\n",
        b"Content-Type: message/delivery-status\r\n\r\n" + b"Action: failed\r\n\r\n" * 20_000,
        b"\0" * 100_000,
    ],
    ids=["long", "many parts", "deep", "many words", "brackets", "many blocks", "nul"],
)
def test_a_hostile_mail_costs_little(raw: bytes) -> None:
    """Whatever its size and depth, it is read in a moment."""
    assert read_arrival(raw).what in What


@pytest.mark.parametrize("raw", ["text", None, 5])
def test_what_is_no_mail_at_all_is_refused(raw: Any) -> None:
    """A program that hands in something else than bytes is told so."""
    with pytest.raises(InvalidValue, match="must be bytes"):
        read_arrival(raw)
