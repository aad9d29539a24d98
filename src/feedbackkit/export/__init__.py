"""To the formats of others, and back; what loses something on the way says so."""

from feedbackkit.export.dossier_page import dossier_html
from feedbackkit.export.invitation import Appointment, cancellation, invitation
from feedbackkit.export.json_schema import json_schema_of, questionnaire_from_json_schema
from feedbackkit.export.signing import Ed25519Signer, canonical_reference, seal_holds
from feedbackkit.export.surveyjs import questionnaire_from_surveyjs, surveyjs_of

__all__ = [
    "Appointment",
    "Ed25519Signer",
    "cancellation",
    "canonical_reference",
    "dossier_html",
    "invitation",
    "json_schema_of",
    "questionnaire_from_json_schema",
    "questionnaire_from_surveyjs",
    "seal_holds",
    "surveyjs_of",
]
