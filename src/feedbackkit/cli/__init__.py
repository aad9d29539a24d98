"""The command line: ``python -m feedbackkit``."""

from feedbackkit.cli.app import main

__all__ = ["main"]
