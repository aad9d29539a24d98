"""The opinions: pure functions that decide whom to contact, for what and when, and say why."""

from feedbackkit.policies.contact_rules import ContactRules, default_rules
from feedbackkit.policies.frequency import Budget, CoolDown, MinimumGap, OpenLimit
from feedbackkit.policies.office_hours import OfficeHours
from feedbackkit.policies.permission import BasisRule, OptOutRule
from feedbackkit.policies.proposal import ContactRule, Proposal, Verdict

__all__ = [
    "BasisRule",
    "Budget",
    "ContactRule",
    "ContactRules",
    "CoolDown",
    "MinimumGap",
    "OfficeHours",
    "OpenLimit",
    "OptOutRule",
    "Proposal",
    "Verdict",
    "default_rules",
]
