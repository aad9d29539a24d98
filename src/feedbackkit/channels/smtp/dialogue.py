"""What to say to a mail server, and what its replies mean for a message; written once, for plain and awaited lines.

Until the final dot a mail is not taken, whatever happens. After it, only the reply tells: without one nobody knows.
What is said of the sender or of us stops the channel for a while; what is said of a recipient concerns that domain.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from feedbackkit.channels.smtp.lines import Family, Lost, Refusing, Unreachable, Unusable
from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    from feedbackkit.channels.mime import Mail
    from feedbackkit.channels.smtp.lines import Line, Reply
    from feedbackkit.channels.smtp.pace import Pace, Wait
    from feedbackkit.ports import Clock

__all__ = ["Dialogue"]

_MAIL: Final = "MAIL"
_RCPT: Final = "RCPT"
_DATA: Final = "DATA"
_CLOSING: Final = 421
_GO_ON: Final = 354
_NOT_LET_IN: Final = frozenset({530, 534, 535, 538})
"""Replies that ask for a login, another way of it, or TLS (RFC 4954)."""
_TOO_LARGE: Final = 552
_REFUSALS: Final = frozenset({Family.NOT_NOW, Family.NO})
_LONGEST: Final = 64 * 1024 * 1024
_STATUS: Final = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}\b", re.ASCII)
_NO_SUCH: Final = re.compile(r"5\.(1\.[0-9]{1,3}|2\.1)\b", re.ASCII)


class _Broken(Exception):
    """The server closed the connection, or is about to, before it took anything."""


class Dialogue:
    """The mails that go over one line, one after the other."""

    def __init__(self, line: Line, pace: Pace, clock: Clock) -> None:
        self._line = line
        self._pace = pace
        self._clock = clock

    async def send(self, message_id: str, mail: Mail) -> Receipt:
        """Send one mail now, or say until when it has to wait."""
        domain = mail.to.rpartition("@")[2].lower()
        wait = self._pace.wait(message_id, domain, self._clock.now_us())
        if wait is not None:
            return _later(wait)
        if self._line.is_open:
            try:
                return await self._transaction(mail, domain)
            except _Broken:  # a server closes a line that was idle: that says nothing of this mail
                await self._line.close()
        refusal = await self._open()
        if refusal is not None:
            return refusal
        try:
            return await self._transaction(mail, domain)
        except _Broken as broken:
            await self._line.close()
            return self._outage(str(broken))

    async def close(self) -> None:
        """Take leave of the server."""
        await self._line.close()

    async def _open(self) -> Receipt | None:
        try:
            await self._line.open()
        except Unreachable as error:
            return self._outage(f"the mail server cannot be reached: {error}")
        except Refusing as error:
            return self._locked_out(f"the mail server refused the login: {error}")
        except Unusable as error:
            return self._locked_out(f"the mail server cannot be trusted: {error}")
        return None

    async def _transaction(self, mail: Mail, domain: str) -> Receipt:
        unfit = self._unfit(mail)
        if unfit is not None:
            return Receipt(Outcome.GIVE_UP, unfit)
        for stage, command in (
            (_MAIL, self._mail_command(mail)),
            (_RCPT, b"RCPT TO:<" + mail.to.encode() + b">"),
            (_DATA, b"DATA"),
        ):
            try:
                reply = await self._line.say(command)
            except Lost:
                raise _Broken(f"the connection was lost at {stage}") from None
            if reply.code == _CLOSING or reply.family is None:
                raise _Broken(f"the mail server said {reply.code} to {stage}")
            if reply.code == _GO_ON if stage == _DATA else reply.family is Family.YES:
                continue
            receipt = self._judge(reply, stage, domain)
            await self._reset()
            return receipt
        return await self._content(mail, domain)

    def _unfit(self, mail: Mail) -> str | None:
        """Why this server cannot carry a mail at all."""
        if mail.is_international and self._line.offers("smtputf8") is None:
            return "the mail server takes no address beyond ASCII (SMTPUTF8)"
        if len(mail.content) > self._largest():
            return f"the mail has {len(mail.content)} bytes, more than the mail server takes"
        return None

    def _largest(self) -> int:
        said = self._line.offers("size") or ""
        return int(said) if said.isascii() and said.isdigit() and 0 < len(said) < 16 and int(said) else _LONGEST  # noqa: PLR2004

    def _mail_command(self, mail: Mail) -> bytes:
        command = f"MAIL FROM:<{mail.sender}>"
        if self._line.offers("size") is not None:
            command += f" SIZE={len(mail.content)}"
        if mail.is_international:
            command += " SMTPUTF8 BODY=8BITMIME"
        return command.encode()

    async def _content(self, mail: Mail, domain: str) -> Receipt:
        try:
            reply = await self._line.hand_over(mail.content)
        except Lost as lost:
            if not lost.handed_over:
                raise _Broken("the connection was lost within the mail") from None
            return Receipt(Outcome.UNKNOWN, "the connection was lost before the mail server confirmed")
        if reply.family is Family.YES:  # the server has it from here
            self._pace.took(domain)
            return Receipt(Outcome.SENT)
        if reply.family not in _REFUSALS:
            await self._line.close()
            return Receipt(Outcome.UNKNOWN, f"the mail server said {reply.code} to the mail")
        if reply.code == _CLOSING:
            await self._line.close()
        return self._judge(reply, "the mail", domain)

    async def _reset(self) -> None:
        """Begin anew on the same line; where that fails the next mail opens another one."""
        if self._line.is_open:
            try:
                reply = await self._line.say(b"RSET")
            except Lost:
                return
            if reply.family is not Family.YES:
                await self._line.close()

    # --- what a reply means ------------------------------------------------------------------------------------------

    def _judge(self, reply: Reply, stage: str, domain: str) -> Receipt:
        """What a reply other than yes means: of us, of the sender, of a recipient, or of the mail."""
        why = f"the mail server said {_said(reply)} to {stage}"
        for_good = reply.family is Family.NO
        if reply.code in _NOT_LET_IN:
            return self._locked_out(why)
        if stage == _MAIL and reply.code != _TOO_LARGE:  # what is wrong with the sender is wrong with every mail
            return self._locked_out(why) if for_good else self._outage(why)
        if for_good:
            self._pace.refused(self._clock.now_us(), why)
            return Receipt(Outcome.GIVE_UP, why, dead=stage == _RCPT and _is_dead(reply))
        return _later(self._pace.put_off(domain, self._clock.now_us(), why))

    def _outage(self, why: str) -> Receipt:
        return _later(self._pace.outage(self._clock.now_us(), why))

    def _locked_out(self, why: str) -> Receipt:
        wait = self._pace.locked_out(self._clock.now_us(), why)
        _warn(wait)
        return _later(wait)


def _later(wait: Wait) -> Receipt:
    return Receipt(Outcome.TRY_AGAIN, wait.why, wait.until_us)


def _warn(wait: Wait) -> None:
    """Somebody has to mend it: say so once, not for each message."""
    import logging

    logging.getLogger("feedbackkit").error("%s; no mail goes for a while", wait.why)


def _is_dead(reply: Reply) -> bool:
    """Whether a recipient was refused because the address does not work.

    Only an enhanced status says so: a bare 550 may as well mean that the server relays nothing for us.
    """
    return _NO_SUCH.match(reply.text) is not None


def _said(reply: Reply) -> str:
    """The code of a reply and its enhanced status, without the words: they may repeat an address."""
    status = _STATUS.match(reply.text)
    return f"{reply.code} {status[0]}" if status else str(reply.code)
