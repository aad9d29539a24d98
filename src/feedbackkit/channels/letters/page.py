"""A letter as a page: one column without tables, which loads nothing, fits a phone and follows a dark screen.

What matters stands in `style` attributes, for many mail programs drop the sheet; the sheet only adds the dark colours.
Every text goes through `_safe` on its way in.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from feedbackkit.links import Purpose

if TYPE_CHECKING:
    from feedbackkit.channels.letters.parts import Offer, Parts, Question

__all__ = ["html_of"]

_SHEET: Final = (
    ":root{color-scheme:light dark;supported-color-schemes:light dark}"
    "@media(prefers-color-scheme:dark){"
    "body,.sheet{background:#16181d!important;color:#e6e8ec!important}"
    ".quiet,.quiet a{color:#a3a9b5!important}"
    ".plain{color:#9cc2ff!important}"
    ".main{background:#9cc2ff!important;color:#10131a!important}"
    ".line{border-color:#3a3f4a!important}"
    "}"
)
_FONT: Final = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5"
_SHEET_STYLE: Final = (
    f"max-width:34em;margin:0 auto;padding:24px 20px;overflow-wrap:anywhere;background:#ffffff;color:#1c1f26;{_FONT}"
)
_QUESTION: Final = "margin:0 0 8px;font-size:18px;font-weight:600;line-height:1.4"
_MAIN: Final = (
    "display:inline-block;margin:4px 0 12px;padding:12px 22px;border-radius:6px;background:#1f4e9e;color:#ffffff;"
    "font-weight:600;text-decoration:none"
)
_OTHER: Final = "display:inline-block;margin:0 18px 4px 0;padding:6px 0;color:#1f4e9e"
_LINE: Final = "margin:0 0 20px;padding:0 0 0 16px;border-left:3px solid #c9d3e3"
_QUIET: Final = "color:#5d6472;font-size:14px"
_PARAGRAPH: Final = "margin:0 0 16px"


def html_of(parts: Parts) -> str:
    """The whole page, from the doctype on."""
    body = [
        _paragraph(parts.greeting),
        _paragraph(parts.opening),
        *(_question(question) for question in parts.questions),
        *([_paragraph(parts.ways)] if parts.ways else []),
        f'<p style="{_PARAGRAPH}">{_safe(parts.farewell)}<br>{_safe(parts.sender)}</p>\n',
        f'<p class="quiet" style="margin:24px 0 0;{_QUIET}">{_safe(parts.notice)}{_never(parts.never)}</p>\n',
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="{_safe(parts.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{_safe(parts.subject)}</title><style>{_SHEET}</style></head>\n"
        '<body style="margin:0;padding:0;background:#ffffff">\n'
        f'<div class="sheet" style="{_SHEET_STYLE}">\n{"".join(body)}</div></body></html>\n'
    )


def _question(question: Question) -> str:
    offers = "".join(_offer(offer) for offer in question.offers)
    benefit = f'<p style="margin:0 0 12px">{_safe(question.benefit)}</p>' if question.benefit else ""
    links = f'<p style="margin:0">{offers}</p>' if offers else ""
    return (
        f'<div class="line" style="{_LINE}"><p style="{_QUESTION}">{_safe(question.text)}</p>'
        f'<p style="margin:0 0 12px">{_safe(f"{question.reason} {question.form}".lstrip())}</p>{benefit}{links}</div>\n'
    )


def _offer(offer: Offer) -> str:
    if offer.purpose is Purpose.ANSWER:
        return f'<a class="main" href="{_safe(offer.url)}" style="{_MAIN}">{_safe(offer.label)}</a><br>'
    return f'<a class="plain" href="{_safe(offer.url)}" style="{_OTHER}">{_safe(offer.label)}</a> '


def _never(offer: Offer | None) -> str:
    if offer is None:
        return ""
    return f' <a href="{_safe(offer.url)}" style="color:inherit">{_safe(offer.label)}</a>'


def _paragraph(text: str) -> str:
    return f'<p style="{_PARAGRAPH}">{_safe(text)}</p>\n'


def _safe(text: str) -> str:
    """Text as text: nothing in it is read as markup, within quotes neither."""
    return escape(text, quote=True)
