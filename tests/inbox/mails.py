"""Mails that come back, as the mail servers and programs of this world write them."""

from __future__ import annotations

from typing import Final

TOKEN: Final = "abcdefghijklmnop"  # noqa: S105 - a made-up one
BOX: Final = f"back+{TOKEN}@interim.example"


def mail(*headers: str, body: str = "") -> bytes:
    """A mail of headers and a body, as bytes with the line ends of the wire."""
    return "\r\n".join([*headers, "", *body.splitlines(), ""]).encode()


def delivery_report(
    action: str = "failed",
    status: str = "5.1.1",
    *,
    to: str = BOX,
    original: str = "message/rfc822",
    token: str = TOKEN,
    recipient: str = "anna.weber@nordwerk.example",
    machine: str = "mail.interim.example",
) -> bytes:
    """A report as Postfix writes it; several statuses, parted by commas, make a recipient each."""
    blocks = "\n".join(
        f"Final-Recipient: rfc822; {recipient}\nOriginal-Recipient: rfc822;{recipient}\nAction: {action}\n"
        f"Status: {each}\nRemote-MTA: dns; mx.nordwerk.example\n"
        f"Diagnostic-Code: smtp; 550 {each} <{recipient}>: Recipient address rejected\n"
        for each in status.split(",")
    )
    return mail(
        "Return-Path: <>",
        f"Date: Mon, 2 Mar 2026 10:00:09 +0000 (UTC)\nFrom: MAILER-DAEMON@{machine} (Mail Delivery System)",
        "Subject: Undelivered Mail Returned to Sender",
        f"To: {to}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
        body=f"""This is a MIME-encapsulated message.

--b1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; {machine}
X-Postfix-Queue-ID: 4F1A2B3C

{blocks}
--b1
Content-Description: Undelivered Message
Content-Type: {original}

From: Interim AG <feedback@interim.example>
To: Anna Weber <{recipient}>
Subject: A few minutes
Message-ID: <{token}@interim.example>

How is the work going?

--b1--
""",
    )


def complaint(kind: str = "abuse", *, to: str = "abuse@interim.example", token: str = TOKEN) -> bytes:
    """A feedback report as mailbox providers send it."""
    return mail(
        "From: <feedback@provider.example>",
        f"To: <{to}>",
        "Subject: complaint about message from 192.0.2.1",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b2"',
        body=f"""
--b2
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--b2
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--b2
Content-Type: message/rfc822

From: <feedback@interim.example>
To: <anna.weber@nordwerk.example>
Message-ID: <{token}@interim.example>
Subject: A few minutes

How is the work going?
--b2--
""",
    )


def reply(*headers: str, to: str = "feedback@interim.example", token: str = TOKEN, subject: str = "Re: A few") -> bytes:
    """What a person's mail program sends, with more headers if asked for."""
    return mail(
        "From: Anna Weber <anna.weber@nordwerk.example>",
        f"To: {to}",
        f"Subject: {subject}",
        f"In-Reply-To: <{token}@interim.example>",
        f"References: <zzzzzzzzzzzzzzzz@interim.example> <{token}@interim.example>",
        "Message-ID: <1234@nordwerk.example>",
        *headers,
        body="Sehr gern, aber erst im April.",
    )


QMAIL: Final = mail(
    "Return-Path: <>",
    "From: MAILER-DAEMON@mx.nordwerk.example",
    f"To: {BOX}",
    "Subject: failure notice",
    body="""Hi. This is the qmail-send program at mx.nordwerk.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<anna.weber@nordwerk.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.
""",
)
EXIM: Final = mail(
    "Return-Path: <>",
    "X-Failed-Recipients: anna.weber@nordwerk.example",
    "Auto-Submitted: auto-replied",
    "From: Mail Delivery System <Mailer-Daemon@mx.nordwerk.example>",
    f"To: {BOX}",
    "Subject: Mail delivery failed: returning message to sender",
    body="This message was created automatically by mail delivery software.",
)
