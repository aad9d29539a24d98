from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from feedbackkit.channels import MailboxChannel
from feedbackkit.ports import Channel, Outcome
from tests.channels.messages import message


def test_messages_are_kept_in_order_each_once() -> None:
    """A message of a known id changes nothing."""
    mailbox = MailboxChannel()
    first, second = message(id="C-1"), message(id="C-2")
    receipts = [mailbox.send(each) for each in (first, second, message(id="C-1", sender="another"))]
    assert mailbox.messages == [first, second]
    assert [receipt.outcome for receipt in receipts] == [Outcome.SENT] * 3


def test_what_was_sent_cannot_be_changed_from_outside() -> None:
    """The list is the reader's own."""
    mailbox = MailboxChannel()
    mailbox.send(message())
    mailbox.messages.clear()
    assert len(mailbox.messages) == 1


def test_several_threads_may_send() -> None:
    """Every message is there once, whoever sent it."""
    mailbox = MailboxChannel()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: mailbox.send(message(id=f"C-{number % 50}")), range(200)))
    assert {each.id for each in mailbox.messages} == {f"C-{number}" for number in range(50)}
    assert len(mailbox.messages) == 50


def test_a_mailbox_is_an_idempotent_channel() -> None:
    """It says so, and has the name it was given."""
    assert MailboxChannel().idempotent
    assert MailboxChannel(name="tray").name == "tray"
    assert isinstance(MailboxChannel(), Channel)
