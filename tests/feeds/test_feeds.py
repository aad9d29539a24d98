from __future__ import annotations

import mailbox
import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from feedbackkit.errors import InvalidValue, SetupError
from feedbackkit.feeds import ImapFeed, MaildirFeed
from tests.feeds.imap_server import ImapServer

if TYPE_CHECKING:
    from pathlib import Path

MAILS = [f"Subject: {number}\r\n\r\n\0\xff no text at all".encode("latin-1") for number in range(3)]


@pytest.fixture
def box(tmp_path: Path) -> mailbox.Maildir:
    """A Maildir with some mails, as a mail server leaves them."""
    made = mailbox.Maildir(tmp_path / "box", create=True)
    for raw in MAILS:
        made.add(raw)
    return made


def read(feed: MaildirFeed | ImapFeed, *, mark: bool) -> list[bytes]:
    """The mails that a feed hands out, marked or not."""
    found = []
    for fetched in feed.unseen():
        found.append(fetched.raw)
        if mark:
            fetched.seen()
    return found


def test_a_maildir_gives_each_mail_until_it_was_seen(box: mailbox.Maildir, tmp_path: Path) -> None:
    """Byte by byte; what was not marked comes again, what was does not, and nothing is lost from the folder."""
    feed = MaildirFeed(tmp_path / "box")
    assert sorted(read(feed, mark=False)) == sorted(read(feed, mark=True)) == MAILS
    assert read(feed, mark=True) == []
    assert len(mailbox.Maildir(tmp_path / "box")) == len(box) == 3


def test_a_mail_is_marked_after_its_work_was_done(box: mailbox.Maildir, tmp_path: Path) -> None:
    """A program that dies between two mails gets the one in hand again, and those after it."""
    assert len(box) == 3
    feed = MaildirFeed(tmp_path / "box")
    mails = feed.unseen()
    next(mails).seen()
    next(mails)
    assert len(read(feed, mark=False)) == 2


def test_marks_of_others_stay(tmp_path: Path, box: mailbox.Maildir) -> None:
    """A mail that was flagged but not seen comes, and keeps its flag; marking it twice is harmless."""
    [key, *_] = box.keys()
    message = box.get_message(key)
    message.set_subdir("cur")
    message.add_flag("F")
    box[key] = message
    for fetched in MaildirFeed(tmp_path / "box").unseen():
        fetched.seen()
        fetched.seen()
    assert sorted(mailbox.Maildir(tmp_path / "box").get_message(key).get_flags()) == ["F", "S"]


def test_what_somebody_else_took_is_left_out(tmp_path: Path, box: mailbox.Maildir) -> None:
    """Deleted while it was about to be read, or to be marked."""
    mails = MaildirFeed(tmp_path / "box").unseen()
    first = next(mails)
    box.clear()
    first.seen()
    assert list(mails) == []


def test_a_folder_that_is_no_maildir_is_refused(tmp_path: Path) -> None:
    """Before anything is read."""
    with pytest.raises(SetupError, match="no Maildir"):
        MaildirFeed(tmp_path)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who vouches for the server."""
    return trustme.CA()


@pytest.fixture(scope="module")
def serving(authority: trustme.CA) -> ssl.SSLContext:
    """What the server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """Who trusts it."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def feed_of(server: ImapServer, tls: ssl.SSLContext | None, **fields: Any) -> ImapFeed:
    """A feed from a server of this machine."""
    given: dict[str, Any] = {"username": "box", "password": "secret-word", "port": server.port, "tls": tls, **fields}
    return ImapFeed("localhost", **given)


def test_an_imap_mailbox_gives_each_mail_until_it_was_seen(serving: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    """Byte by byte, in order; fetching marks nothing."""
    with ImapServer(serving, *MAILS) as server:
        with feed_of(server, trusting) as feed:
            assert read(feed, mark=False) == read(feed, mark=True) == MAILS
        assert server.seen == {11, 12, 13}
        with feed_of(server, trusting) as feed:
            assert read(feed, mark=True) == []


def test_a_mail_that_was_deleted_meanwhile_is_left_out(serving: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    """Between the search and the fetch."""
    with ImapServer(serving, *MAILS) as server, feed_of(server, trusting) as feed:
        mails = feed.unseen()
        assert next(mails).raw == MAILS[0]
        del server.mails[12]
        assert [fetched.raw for fetched in mails] == [MAILS[2]]


@pytest.mark.parametrize("stage", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
@pytest.mark.parametrize("how", ["broken", "refused"])
def test_what_the_server_refuses_or_breaks_off_can_be_waited_for(
    how: str, stage: str, serving: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    """A `ConnectionError` that names neither the user nor the password."""
    with ImapServer(serving, *MAILS, **{how: stage}) as server:
        with pytest.raises(ConnectionError) as caught, feed_of(server, trusting) as feed:
            read(feed, mark=True)
        assert "secret-word" not in str(caught.value)
        assert "anna" not in str(caught.value)


def test_a_server_that_nobody_vouches_for_gets_no_password(serving: ssl.SSLContext) -> None:
    """The connection is not begun."""
    with ImapServer(serving) as server, pytest.raises(ConnectionError, match="SSLCertVerificationError"):
        feed_of(server, None).__enter__()


def test_a_feed_is_used_in_a_with_statement() -> None:
    """Outside of one it says so."""
    with pytest.raises(ConnectionError, match="with statement"):
        next(ImapFeed("localhost", username="x", password="y").unseen())  # noqa: S106


@pytest.mark.parametrize("fields", [{"folder": 'a"b'}, {"folder": "ä"}, {"password": "x\r\ny"}, {"port": 0}])
def test_a_feed_is_described_rightly(fields: dict[str, Any]) -> None:
    """What could say something else to the server is refused."""
    given: dict[str, Any] = {"username": "box", "password": "x", **fields}
    with pytest.raises(InvalidValue):
        ImapFeed("localhost", **given)


def test_nothing_is_shown_of_a_mailbox_or_a_mail() -> None:
    """Neither the name of its user nor a word of a mail."""
    assert repr(ImapFeed("localhost", username="anna", password="secret")) == "ImapFeed('localhost', folder='INBOX')"  # noqa: S106
