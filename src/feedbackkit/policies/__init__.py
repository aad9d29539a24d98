"""The opinions: pure functions that decide whom to contact, for what and when, and say why."""

from feedbackkit.policies import playbooks, questionnaires
from feedbackkit.policies.away import AbsenceRule, PublicHolidays
from feedbackkit.policies.cadence import Cadence, Call, Nudge, Rung, Step, StepKind
from feedbackkit.policies.consent import PurposeRule, SubjectConsentRule
from feedbackkit.policies.contact_rules import ContactRules, default_rules
from feedbackkit.policies.frequency import Budget, CoolDown, MinimumGap, OpenLimit
from feedbackkit.policies.memory import RefusalMemory
from feedbackkit.policies.office_hours import OfficeHours
from feedbackkit.policies.permission import BasisRule, OptOutRule
from feedbackkit.policies.planned import PlannedRequest, Playbook, planned_key, promising
from feedbackkit.policies.playbooks import Interim
from feedbackkit.policies.priority import Candidate, Valuation, default_value
from feedbackkit.policies.proposal import ContactRule, Proposal, Verdict
from feedbackkit.policies.reading import Reading, plain_reading

__all__ = [
    "AbsenceRule",
    "BasisRule",
    "Budget",
    "Cadence",
    "Call",
    "Candidate",
    "ContactRule",
    "ContactRules",
    "CoolDown",
    "Interim",
    "MinimumGap",
    "Nudge",
    "OfficeHours",
    "OpenLimit",
    "OptOutRule",
    "PlannedRequest",
    "Playbook",
    "Proposal",
    "PublicHolidays",
    "PurposeRule",
    "Reading",
    "RefusalMemory",
    "Rung",
    "Step",
    "StepKind",
    "SubjectConsentRule",
    "Valuation",
    "Verdict",
    "default_rules",
    "default_value",
    "plain_reading",
    "planned_key",
    "playbooks",
    "promising",
    "questionnaires",
]
