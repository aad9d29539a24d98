"""The commands that show a subject's dossier, and who was shown it."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from feedbackkit.cli.opening import open_desk
from feedbackkit.cli.render import json_line, minute, utc
from feedbackkit.cli.terminal import show_table
from feedbackkit.codec.dossiers import dossier_json

if TYPE_CHECKING:
    import argparse

    from feedbackkit.evidence.dossier import Dossier

__all__ = ["disclosures", "dossier", "dossier_for"]

_WIDTH = 80


def dossier_for(options: argparse.Namespace) -> Dossier:
    """The dossier that the options name; where they say to whom it goes, that is written down."""
    with open_desk(options.store, sender=options.sender) as desk:
        if options.to is None:
            return desk.dossier(options.subject, options.audience)
        made, _ = desk.disclose(options.subject, to=options.to, audience=options.audience)
        return made


def dossier(options: argparse.Namespace) -> int:
    """Show all that one audience may read about a subject, or write it as a page."""
    made = dossier_for(options)
    if options.html is not None:
        from feedbackkit.export import dossier_html

        options.html.write_text(dossier_html(made, options.lang), "utf-8")
        print(f"{options.html}: {len(made.statements)} statement{'' if len(made.statements) == 1 else 's'}")
    else:
        print(dossier_json(made) if options.json else _text(made, options.lang))
    return 0


def _text(made: Dossier, locale: str) -> str:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH
    return made.text(locale, width=min(width, 100))


def disclosures(options: argparse.Namespace) -> int:
    """List who was shown what is said of a subject, or one statement."""
    with open_desk(options.store) as desk:
        found = desk.disclosures(about=options.about, of=options.of)
    if options.json:
        for each in found:
            fields = {"subject": each.subject, "at": utc(each.at_us), "to": each.to, "audience": each.audience}
            print(json_line({**fields, "version": each.version, "statements": each.statements}))
    else:
        rows = [(minute(each.at_us), each.to, each.subject, each.audience, each.version[:12]) for each in found]
        show_table(("when (UTC)", "to whom", "about", "as", "version"), rows, flexible=(1, 2))
    return 0
