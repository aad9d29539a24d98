"""Letters from templates of one's own, by Jinja2, with dates by Babel: the extra ``mail``."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from feedbackkit.channels.letters.letters import Letters
from feedbackkit.channels.letters.parts import courtesy_of
from feedbackkit.domain.checks import LOCALE
from feedbackkit.domain.letter import Letter
from feedbackkit.errors import BrokenTemplate, InvalidValue, MissingExtra
from feedbackkit.links import Purpose

if TYPE_CHECKING:
    import datetime as dt
    import os

    import jinja2

    from feedbackkit.domain.contact import Message
    from feedbackkit.links import Links

__all__ = ["TemplateLetters"]

_SUBJECT: Final = "subject.txt"
_TEXT: Final = "txt"
_PAGE: Final = "html"


class TemplateLetters:
    """Writes letters from the templates of a folder; what has no template is said by `Letters`.

    A template is ``letter.subject.txt``, ``letter.txt`` or ``letter.html``, or any of them for one language
    (``letter.de.txt``) or place (``letter.de-AT.txt``): the nearest one to the reader's locale is taken. What asks
    for nothing has templates of its own: ``thanks.txt``, ``withdrawal.txt``, ``invitation.txt``, ``cancellation.txt``
    and so on; the file for a calendar goes with the last two by itself. A template sees
    ``parts`` (a `Parts`), ``message``, and the filter ``day``, which writes a date as the reader does. Pages are
    escaped, whatever goes in. A name that a template misspells, and whatever else fails in it, is a `BrokenTemplate`.
    The notice of the right to object is added where a template leaves it out.
    """

    def __init__(
        self, folder: str | os.PathLike[str], *, links: Links | None = None, informal: bool | None = None
    ) -> None:
        """`folder`: where the templates are; a changed one is read anew. `links`, `informal`: see `Letters`."""
        self._folder = Path(folder)
        self._links = links
        self._ready = Letters(links=links, informal=informal)
        self._templates = _environment(self._folder)

    def write(self, message: Message) -> Letter:
        """The letter of a message."""
        ready = self._ready.write(message)
        said = {"parts": self._ready.parts(message), "message": message}
        subject = self._rendered(_SUBJECT, message, said)
        text = _carrying(self._rendered(_TEXT, message, said), "\n\n{}\n", ready.notice)
        page = _carrying(self._rendered(_PAGE, message, said), "\n<p>{}</p>\n", escape(ready.notice))
        try:
            return Letter(
                subject=ready.subject if subject is None else " ".join(subject.split()),
                text=ready.text if text is None else text,
                # A page of ours beside a text of yours would say something else.
                html=ready.html if page is None and text is None else page,
                language=ready.language,
                notice=ready.notice,
                attachments=ready.attachments,
                unsubscribe=ready.unsubscribe,
            )
        except InvalidValue as wrong:
            raise BrokenTemplate("letter", None, str(wrong)) from None

    def _rendered(self, part: str, message: Message, said: dict[str, Any]) -> str | None:
        """One part of the letter; `None` where there is no template for it."""
        import jinja2

        locale, stem = message.to.locale, _stem(message)
        names = [f"{stem}.{tag}.{part}" for tag in dict.fromkeys((locale, locale.partition("-")[0]))]
        try:
            template = self._templates.select_template([*names, f"{stem}.{part}"])
        except jinja2.TemplatesNotFound:
            return None
        except jinja2.TemplateSyntaxError as error:
            raise BrokenTemplate(error.name or part, error.lineno, "TemplateSyntaxError") from None
        try:
            return template.render(said)
        except Exception as error:  # noqa: BLE001 - a template may raise anything; what it says may be personal
            raise BrokenTemplate(template.name or part, _line_of(error), type(error).__name__) from None


def _stem(message: Message) -> str:
    """The name of its templates: what asks for nothing is no letter that asks."""
    courtesy = courtesy_of(message)
    return "letter" if courtesy is None else courtesy.value


def _carrying(words: str | None, added: str, notice: str) -> str | None:
    """What a template says, with the notice of the right to object after it where it leaves that out."""
    if not words or " ".join(notice.split()) in " ".join(words.split()):
        return words
    return words.rstrip("\n") + added.format(notice)


def _environment(folder: Path) -> jinja2.Environment:
    try:
        import babel.dates
        import jinja2
        import jinja2.sandbox
    except ImportError as error:
        raise MissingExtra("templates need Jinja2 and Babel: pip install 'feedbackkit[mail]'") from error
    if not folder.is_dir():
        raise InvalidValue("letters.folder", "must be a folder", "something else, or nothing")

    @jinja2.pass_context
    def day(context: jinja2.runtime.Context, value: dt.date) -> str:
        locale = context["message"].to.locale
        known = locale if LOCALE.fullmatch(locale) else "en"
        return babel.dates.format_date(value, "long", locale=babel.Locale.parse(known, sep="-"))

    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=_is_page,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {"day": day}
    names: dict[str, Any] = {"Purpose": Purpose}
    environment.filters.update(filters)
    environment.globals.update(names)
    return environment


def _is_page(name: str | None) -> bool:
    return name is None or name.endswith(f".{_PAGE}")


def _line_of(error: Exception) -> int | None:
    """The line of the template that was at work."""
    line: int | None = None
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename.endswith((".txt", ".html")):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
