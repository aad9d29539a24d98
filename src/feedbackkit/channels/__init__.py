"""Channels: how messages reach people."""

from feedbackkit.channels.console import ConsoleChannel
from feedbackkit.channels.eml import EmlFolderChannel
from feedbackkit.channels.letters import Letters
from feedbackkit.channels.mailbox import MailboxChannel

__all__ = ["ConsoleChannel", "EmlFolderChannel", "Letters", "MailboxChannel"]
