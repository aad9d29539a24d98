"""To and from the formats of others. Each function is pure: it reads no store and no clock."""

from feedbackkit.export.dossier_page import dossier_html

__all__ = ["dossier_html"]
