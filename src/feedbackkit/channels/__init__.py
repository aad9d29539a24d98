"""Channels: how messages reach people."""

from feedbackkit.channels.console import ConsoleChannel
from feedbackkit.channels.eml import EmlFolderChannel
from feedbackkit.channels.mailbox import MailboxChannel
from feedbackkit.channels.words import Words, worded

__all__ = ["ConsoleChannel", "EmlFolderChannel", "MailboxChannel", "Words", "worded"]
