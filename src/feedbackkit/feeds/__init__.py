"""Feeds: where mails that come back are fetched from. They hand out bytes, and know nothing of desks."""

from feedbackkit.feeds.imap import ImapFeed
from feedbackkit.feeds.maildir import MaildirFeed
from feedbackkit.feeds.mails import FetchedMail

__all__ = ["FetchedMail", "ImapFeed", "MaildirFeed"]
