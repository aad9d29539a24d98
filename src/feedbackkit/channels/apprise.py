"""Messages by the services that Apprise knows: chats, text messages, push notifications; with the extra ``apprise``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.channels.letters import Letters
from feedbackkit.errors import InvalidInput, MissingExtra
from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Writer

__all__ = ["AppriseChannel"]


class AppriseChannel:
    """Sends each message as plain text by a URL of Apprise; lives as long as the desk.

    Apprise tells that a service took a message, or that something went wrong, but not whether it may have been taken
    all the same: then the receipt says that nobody knows, and the desk repeats it once.
    """

    idempotent = False

    def __init__(
        self, to: Callable[[Message], str | None], *, writer: Writer | None = None, name: str = "apprise"
    ) -> None:
        """`to`: the URL by which a message reaches its person, `None` where there is none; its text is a secret.

        `writer`: who puts messages into words; `Letters()` if nobody is named.
        """
        try:
            import apprise
        except ImportError as error:
            raise MissingExtra("AppriseChannel needs Apprise: pip install 'feedbackkit[apprise]'") from error
        self.name = name
        self.writer: Writer = writer or Letters()
        self._apprise = apprise
        self._to = to

    def send(self, message: Message) -> Receipt:
        """Send one message; a URL that Apprise cannot use is given up."""
        url = self._to(message)
        if url is None:
            return Receipt(Outcome.GIVE_UP, "there is no URL to reach the person by")
        try:
            letter = message.letter or self.writer.write(message)
        except InvalidInput as wrong:
            return Receipt(Outcome.GIVE_UP, str(wrong))
        service: Any = self._apprise.Apprise()  # what its methods take has no type
        if not service.add(url):
            return Receipt(Outcome.GIVE_UP, "the URL is of no service that Apprise knows")
        took = service.notify(body=letter.text, title=letter.subject, body_format=self._apprise.NotifyFormat.TEXT)
        if took:
            return Receipt(Outcome.SENT)
        return Receipt(Outcome.UNKNOWN, "Apprise says that it failed, and not whether it was taken")
