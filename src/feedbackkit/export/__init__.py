"""To the formats of others, and back; what loses something on the way says so."""

from feedbackkit.export.dossier_page import dossier_html
from feedbackkit.export.json_schema import json_schema_of, questionnaire_from_json_schema
from feedbackkit.export.surveyjs import questionnaire_from_surveyjs, surveyjs_of

__all__ = [
    "dossier_html",
    "json_schema_of",
    "questionnaire_from_json_schema",
    "questionnaire_from_surveyjs",
    "surveyjs_of",
]
