"""Reference and feedback workflows: whom to ask, for what, when and how often, and what came back.

Names load when they are first used, so importing the package is cheap.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # type checkers take the name for true; loading `typing` for it is most of what an import costs
if TYPE_CHECKING:
    from feedbackkit.channels import ConsoleChannel as ConsoleChannel
    from feedbackkit.channels import EmlFolderChannel as EmlFolderChannel
    from feedbackkit.channels import Letters as Letters
    from feedbackkit.channels import MailboxChannel as MailboxChannel
    from feedbackkit.channels.apprise import AppriseChannel as AppriseChannel
    from feedbackkit.channels.smtp import AsyncSmtpChannel as AsyncSmtpChannel
    from feedbackkit.channels.smtp import MailServer as MailServer
    from feedbackkit.channels.smtp import SmtpChannel as SmtpChannel
    from feedbackkit.channels.webhook import AsyncWebhook as AsyncWebhook
    from feedbackkit.channels.webhook import Webhook as Webhook
    from feedbackkit.desk import Ask as Ask
    from feedbackkit.desk import AsyncDesk as AsyncDesk
    from feedbackkit.desk import Desk as Desk
    from feedbackkit.desk import FileWatermark as FileWatermark
    from feedbackkit.desk import ManualClock as ManualClock
    from feedbackkit.desk import Reply as Reply
    from feedbackkit.desk.ahead import Forecast as Forecast
    from feedbackkit.desk.ahead import Opinions as Opinions
    from feedbackkit.desk.ahead import ResponseModel as ResponseModel
    from feedbackkit.domain.basis import Consent as Consent
    from feedbackkit.domain.basis import Contract as Contract
    from feedbackkit.domain.basis import ExistingCustomer as ExistingCustomer
    from feedbackkit.domain.engagement import EarlyEnd as EarlyEnd
    from feedbackkit.domain.engagement import Engagement as Engagement
    from feedbackkit.domain.engagement import Extension as Extension
    from feedbackkit.domain.engagement import Milestone as Milestone
    from feedbackkit.domain.engagement import Referee as Referee
    from feedbackkit.domain.ledger import OptOut as OptOut
    from feedbackkit.domain.ledger import Scope as Scope
    from feedbackkit.domain.people import Actor as Actor
    from feedbackkit.domain.people import Organisation as Organisation
    from feedbackkit.domain.people import Party as Party
    from feedbackkit.domain.people import Person as Person
    from feedbackkit.domain.questionnaire import Questionnaire as Questionnaire
    from feedbackkit.domain.reference import Audience as Audience
    from feedbackkit.domain.reference import Reference as Reference
    from feedbackkit.domain.request import Form as Form
    from feedbackkit.domain.request import Occasion as Occasion
    from feedbackkit.domain.request import Siblings as Siblings
    from feedbackkit.domain.request import State as State
    from feedbackkit.domain.signals import Signal as Signal
    from feedbackkit.domain.signals import SignalKind as SignalKind
    from feedbackkit.domain.source import Directness as Directness
    from feedbackkit.domain.source import Relation as Relation
    from feedbackkit.domain.source import Source as Source
    from feedbackkit.errors import FeedbackKitError as FeedbackKitError
    from feedbackkit.links import Links as Links
    from feedbackkit.observers import LogObserver as LogObserver
    from feedbackkit.observers import OpenTelemetryObserver as OpenTelemetryObserver
    from feedbackkit.policies import Cadence as Cadence
    from feedbackkit.policies import Call as Call
    from feedbackkit.policies import ContactRules as ContactRules
    from feedbackkit.policies import Nudge as Nudge
    from feedbackkit.policies import PlannedRequest as PlannedRequest
    from feedbackkit.policies import default_rules as default_rules
    from feedbackkit.policies import plain_reading as plain_reading
    from feedbackkit.policies import playbooks as playbooks
    from feedbackkit.policies import questionnaires as questionnaires
    from feedbackkit.stores import MemoryStore as MemoryStore
    from feedbackkit.stores import SQLiteStore as SQLiteStore
    from feedbackkit.stores.sql import AsyncSQLStore as AsyncSQLStore
    from feedbackkit.stores.sql import SQLStore as SQLStore

_HOMES = {
    "Actor": "domain.people",
    "AppriseChannel": "channels.apprise",
    "Ask": "desk",
    "AsyncDesk": "desk",
    "AsyncSQLStore": "stores.sql",
    "AsyncSmtpChannel": "channels.smtp",
    "AsyncWebhook": "channels.webhook",
    "Audience": "domain.reference",
    "Cadence": "policies",
    "Call": "policies",
    "Consent": "domain.basis",
    "ConsoleChannel": "channels",
    "ContactRules": "policies",
    "Contract": "domain.basis",
    "Desk": "desk",
    "Directness": "domain.source",
    "EarlyEnd": "domain.engagement",
    "EmlFolderChannel": "channels",
    "Engagement": "domain.engagement",
    "ExistingCustomer": "domain.basis",
    "Extension": "domain.engagement",
    "FeedbackKitError": "errors",
    "FileWatermark": "desk",
    "Forecast": "desk.ahead",
    "Form": "domain.request",
    "Letters": "channels",
    "Links": "links",
    "LogObserver": "observers",
    "MailServer": "channels.smtp",
    "MailboxChannel": "channels",
    "ManualClock": "desk",
    "MemoryStore": "stores",
    "Milestone": "domain.engagement",
    "Nudge": "policies",
    "Occasion": "domain.request",
    "OpenTelemetryObserver": "observers",
    "Opinions": "desk.ahead",
    "OptOut": "domain.ledger",
    "Organisation": "domain.people",
    "Party": "domain.people",
    "Person": "domain.people",
    "PlannedRequest": "policies",
    "Questionnaire": "domain.questionnaire",
    "Referee": "domain.engagement",
    "Reference": "domain.reference",
    "Relation": "domain.source",
    "Reply": "desk",
    "ResponseModel": "desk.ahead",
    "SQLStore": "stores.sql",
    "SQLiteStore": "stores",
    "Scope": "domain.ledger",
    "Siblings": "domain.request",
    "Signal": "domain.signals",
    "SignalKind": "domain.signals",
    "SmtpChannel": "channels.smtp",
    "Source": "domain.source",
    "State": "domain.request",
    "Webhook": "channels.webhook",
    "default_rules": "policies",
    "plain_reading": "policies",
    "playbooks": "policies",
    "questionnaires": "policies",
}

__all__ = [
    "Actor",
    "AppriseChannel",
    "Ask",
    "AsyncDesk",
    "AsyncSQLStore",
    "AsyncSmtpChannel",
    "AsyncWebhook",
    "Audience",
    "Cadence",
    "Call",
    "Consent",
    "ConsoleChannel",
    "ContactRules",
    "Contract",
    "Desk",
    "Directness",
    "EarlyEnd",
    "EmlFolderChannel",
    "Engagement",
    "ExistingCustomer",
    "Extension",
    "FeedbackKitError",
    "FileWatermark",
    "Forecast",
    "Form",
    "Letters",
    "Links",
    "LogObserver",
    "MailServer",
    "MailboxChannel",
    "ManualClock",
    "MemoryStore",
    "Milestone",
    "Nudge",
    "Occasion",
    "OpenTelemetryObserver",
    "Opinions",
    "OptOut",
    "Organisation",
    "Party",
    "Person",
    "PlannedRequest",
    "Questionnaire",
    "Referee",
    "Reference",
    "Relation",
    "Reply",
    "ResponseModel",
    "SQLStore",
    "SQLiteStore",
    "Scope",
    "Siblings",
    "Signal",
    "SignalKind",
    "SmtpChannel",
    "Source",
    "State",
    "Webhook",
    "default_rules",
    "plain_reading",
    "playbooks",
    "questionnaires",
]


if not TYPE_CHECKING:  # a type checker knows each name from above, and tells a misspelt one

    def __getattr__(name: str) -> object:
        try:
            home = _HOMES[name]
        except KeyError:
            raise AttributeError(f"module 'feedbackkit' has no attribute {name!r}") from None
        value = globals()[name] = getattr(import_module(f"feedbackkit.{home}"), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
