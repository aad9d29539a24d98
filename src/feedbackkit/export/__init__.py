"""To the formats of others, and back; what loses something on the way says so."""

from feedbackkit.export.credentials import endorsement_credential, signed_endorsement
from feedbackkit.export.dossier_page import dossier_html
from feedbackkit.export.json_schema import json_schema_of, questionnaire_from_json_schema
from feedbackkit.export.linkedin import Recommendation, recommendations_from_linkedin
from feedbackkit.export.signing import Ed25519Signer, canonical_reference, seal_holds
from feedbackkit.export.statements import (
    json_resume_references,
    schema_org_reviews,
    statements_csv,
    statements_jsonl,
)
from feedbackkit.export.surveyjs import questionnaire_from_surveyjs, surveyjs_of
from feedbackkit.invitations import Appointment, cancellation, invitation

__all__ = [
    "Appointment",
    "Ed25519Signer",
    "Recommendation",
    "cancellation",
    "canonical_reference",
    "dossier_html",
    "endorsement_credential",
    "invitation",
    "json_resume_references",
    "json_schema_of",
    "questionnaire_from_json_schema",
    "questionnaire_from_surveyjs",
    "recommendations_from_linkedin",
    "schema_org_reviews",
    "seal_holds",
    "signed_endorsement",
    "statements_csv",
    "statements_jsonl",
    "surveyjs_of",
]
