"""Mails by a mail server of one's own: `SmtpChannel`, and `AsyncSmtpChannel` with the extra ``mail``."""

from feedbackkit.channels.smtp.channel import AsyncSmtpChannel, SmtpChannel
from feedbackkit.channels.smtp.server import MailServer, Security

__all__ = ["AsyncSmtpChannel", "MailServer", "Security", "SmtpChannel"]
