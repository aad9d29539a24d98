from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from feedbackkit.channels.apprise import AppriseChannel
from feedbackkit.channels.letters import Letters
from feedbackkit.errors import MissingExtra
from feedbackkit.ports import Channel, Outcome
from tests.channels.messages import message
from tests.channels.webhook.test_webhook import sink, status

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message
    from tests.channels.webhook.test_webhook import Sink


def channel(server: Sink) -> AppriseChannel:
    """A channel by which a receiver of this machine is told."""
    return AppriseChannel(lambda _message: f"json://127.0.0.1:{server.server_address[1]}/path")


def test_a_message_is_sent_in_its_words() -> None:
    """The subject as the title, the text as the body."""
    with sink() as server:
        post = channel(server)
        assert isinstance(post, Channel)
        assert post.send(message()).outcome is Outcome.SENT
        [(path, _, body)] = server.posts
    letter = Letters().write(message())
    assert path == "/path"
    sent = json.loads(body)
    assert sent["title"] == letter.subject
    assert sent["message"].split() == letter.text.split()


@pytest.mark.parametrize("code", [404, 500])
def test_where_it_failed_nobody_knows(code: int) -> None:
    """Apprise does not tell whether the service may have taken it."""
    with sink(status(code)) as server:
        receipt = channel(server).send(message())
    assert receipt.outcome is Outcome.UNKNOWN
    assert "127.0.0.1" not in receipt.reason


@pytest.mark.parametrize("url", [None, "nothing://at/all", ""])
def test_a_person_without_a_way_is_given_up(url: str | None) -> None:
    """Also where the URL is of no service; the reason does not repeat it."""
    receipt = AppriseChannel(lambda _message: url).send(message())
    assert receipt.outcome is Outcome.GIVE_UP
    assert "nothing" not in receipt.reason


def test_each_message_goes_to_its_own_person() -> None:
    """The program says how each is reached."""

    def to(what: Message) -> str:
        return f"json://127.0.0.1:{server.server_address[1]}/{what.to.id}"

    with sink() as server:
        assert AppriseChannel(to).send(message()).outcome is Outcome.SENT
        assert server.posts[0][0] == "/R-101"


def test_without_apprise_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(MissingExtra, match=r"feedbackkit\[apprise\]"):
        AppriseChannel(lambda _message: None)
