"""The command line: ``python -m feedbackkit``."""
