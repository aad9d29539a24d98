"""To and from the formats of others; each function is pure, and what an extra is needed for says so when it is missing."""

from feedbackkit.export.dossier_page import dossier_html

__all__ = ["dossier_html"]
