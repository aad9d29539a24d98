"""A dossier as text for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from feedbackkit.evidence.dossier import LEAST_SOURCES, LEVEL
from feedbackkit.evidence.telling.phrases import phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from feedbackkit.evidence.dossier import Asked, Criterion, Dossier, Statement
    from feedbackkit.evidence.telling.phrases import Phrases

__all__ = ["columns_asked", "notes_on", "told"]

_INDENT: Final = "  "
_LEAST_WIDTH: Final = 76
_AXIS: Final = 17
"""In how many columns a scale is drawn."""
_LEAST_NAME: Final = 12
_COLUMNS: Final = ("asked", "answered", "silent", "declined", "shown", "waiting", "passed_on", "unreached")
_ALWAYS: Final = _COLUMNS[:5]


def told(dossier: Dossier, locale: str, *, width: int) -> str:
    """The whole dossier in lines of at most `width` columns, at least 76."""
    say = phrases(locale)
    lines = _Lines(max(width, _LEAST_WIDTH))
    _head(lines, dossier, say)
    _numbers(lines, dossier, say)
    lines.items(say("gaps"), [say.gap(gap, dossier) for gap in dossier.gaps])
    lines.items(say("asked title"), [_asked(row, columns_asked([row]), say) for row in dossier.asked])
    for title, statements in ((say("words"), dossier.statements), (say("own view"), dossier.own_view)):
        if statements:
            lines.heading(title)
        for statement in statements:
            lines.blank()
            _statement(lines, statement, dossier, say)
    shown = [f"{say.day(one.at_us)}: {one.to}, {say('version', version=one.version[:12])}" for one in dossier.shown]
    lines.items(say("shown title"), shown)
    return lines.text()


class _Lines:
    """The lines so far, each at most so wide."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._lines: list[str] = []

    def text(self) -> str:
        return "\n".join(self._lines)

    def blank(self) -> None:
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def heading(self, text: str) -> None:
        self.blank()
        self._lines += [text, "─" * min(len(text), self._width)]

    def line(self, text: str, *, indent: str = _INDENT, rest: str | None = None) -> None:
        """A paragraph; its further lines are indented by `rest`."""
        for part in text.splitlines() or [""]:
            further = indent if rest is None else rest
            self._lines += textwrap.wrap(part, self._width, initial_indent=indent, subsequent_indent=further) or [""]
            indent = further

    def item(self, mark: str, text: str, *, indent: str = _INDENT) -> None:
        """A paragraph behind a mark."""
        self.line(text, indent=f"{indent}{mark} ", rest=f"{indent}{' ' * len(mark)} ")

    def items(self, title: str, texts: Sequence[str]) -> None:
        """A list under a heading; without any there is no heading either."""
        if texts:
            self.heading(title)
        for text in texts:
            self.item("-", text)

    def plot(self, names: Sequence[str], head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows of short cells behind names, which take what room is left and go on below."""
        shown = [column for column in range(1, len(head)) if column < len(head) - 1 or any(row[column] for row in rows)]
        widths = [max(len(line[column]) for line in (head, *rows)) for column in shown]
        room = max(self._width - sum(widths) - len(_INDENT) * (len(widths) + 1), _LEAST_NAME)
        for name, line in zip(("", *names), (head, *rows), strict=True):
            first, *rest = textwrap.wrap(name, room) or [""]
            cells = [cell.rjust(wide) for cell, wide in zip((line[column] for column in shown), widths, strict=True)]
            self._lines.append((_INDENT + _INDENT.join([first.ljust(room), *cells])).rstrip())
            self._lines += [f"{_INDENT}{part}" for part in rest]


def _head(lines: _Lines, dossier: Dossier, say: Phrases) -> None:
    lines.line(say("about", name=dossier.name), indent="")
    made = [say("for", audience=say.audience(dossier.audience)), say("as of", date=say.day(dossier.as_of_us))]
    if dossier.provider:
        made.append(say("put together by", provider=dossier.provider))
    lines.line(", ".join(made), indent="")
    lines.blank()
    if dossier.statements:
        statements, sources = len(dossier.statements), dossier.sources
        lines.line(
            say("summary", statements=say.counted("statement", statements), sources=say.counted("source", sources)),
            indent="",
        )
    if dossier.kept_back:
        lines.line(say.counted("kept back", dossier.kept_back), indent="")


def _numbers(lines: _Lines, dossier: Dossier, say: Phrases) -> None:
    if not dossier.criteria:
        return
    lines.heading(say("numbers"))
    head = ("", say("number"), say.percent(LEVEL), "", say("sources"), say("certainty"))
    rows = [_number(criterion, say) for criterion in dossier.criteria]
    names = [say.question(criterion.key, dossier.labels) for criterion in dossier.criteria]
    lines.plot(names, head, rows)
    lines.blank()
    for name, criterion in zip(names, dossier.criteria, strict=True):
        notes = "; ".join(notes_on(criterion, say))
        if notes:
            lines.item("-", f"{name}: {notes}")


def _number(criterion: Criterion, say: Phrases) -> tuple[str, ...]:
    number = "–" if criterion.mean is None else say.number(criterion.mean)
    range_ = "–" if criterion.range is None else f"{say.number(criterion.range.low)}–{say.number(criterion.range.high)}"
    certainty = "" if criterion.certainty is None else say(f"certainty {criterion.certainty}")
    return "", number, range_, _axis(criterion, say), str(criterion.sources), certainty


def _axis(criterion: Criterion, say: Phrases) -> str:
    """The scale as a line, the range on it as a bar, and the number as a dot."""
    low, high = criterion.scale
    cells = ["·"] * _AXIS

    def place(value: float) -> int:
        return min(max(round((value - low) / (high - low) * (_AXIS - 1)), 0), _AXIS - 1)

    if criterion.range is not None:
        first, last = place(criterion.range.low), place(criterion.range.high)
        cells[first : last + 1] = "━" * (last + 1 - first)
    if criterion.mean is not None:
        cells[place(criterion.mean)] = "●"
    return f"{say.score(low)} {''.join(cells)} {say.score(high)}"


def notes_on(criterion: Criterion, say: Phrases) -> Iterator[str]:
    """What must be said beside a number."""
    if not criterion.weighed:
        yield say("nothing rated")
    elif criterion.mean is None:
        yield say("no number", n=str(LEAST_SOURCES))
    if criterion.with_conflicts is not None:
        yield say("with conflicts", number=say.number(criterion.with_conflicts))
    yield from filter(None, (say.own_rating(criterion), say.because(criterion)))


def columns_asked(rows: Iterable[Asked]) -> list[str]:
    """The columns that say something: the first five always, the others where one is not 0."""
    found = list(rows)
    return [column for column in _COLUMNS if column in _ALWAYS or any(getattr(row, column) for row in found)]


def _asked(row: Asked, columns: Iterable[str], say: Phrases) -> str:
    counts = ", ".join(say(f"count {column}", n=str(getattr(row, column))) for column in columns)
    return f"{say(f'occasion {row.occasion}')}: {counts}"


def _statement(lines: _Lines, statement: Statement, dossier: Dossier, say: Phrases) -> None:
    speaker = statement.speaker
    lines.line(f"{say.who(speaker)}, {say.whence(speaker)}", rest=_INDENT * 2)
    when = f"{say.day(statement.at_us)}, {say(f'occasion {statement.occasion}')}, {say(f'form {statement.form}')}"
    lines.line(when, rest=_INDENT * 2)
    for remark in say.remarks(statement):
        lines.item("!", remark)
    said = [f"{say.question(key, dossier.labels)} {say.score(score)}" for key, score in statement.ratings]
    said += [
        f"{say.question(key, dossier.labels)} {chosen}"
        for key, chosen in say.choices(statement.choices, dossier.labels)
    ]
    if said:
        lines.line(", ".join(said), rest=_INDENT * 2)
    for passage in statement.passages:
        lines.line(f"{say(passage.kind)}: {say.quoted(passage.text)}", indent=_INDENT * 2)
    if not statement.quotable:
        lines.line(say("not quotable"), indent=_INDENT * 2)
    for check in statement.checks:
        outcome = say(f"outcome {check.outcome}")
        lines.line(f"{say('verified', date=say.day(check.at_us))}: {outcome}", indent=_INDENT * 2)
        for point in check.points:
            lines.line(say.point(point), indent=_INDENT * 3)
    if statement.reply is not None:
        reply = statement.reply
        lines.line(f"{say('reply', date=say.day(reply.at_us))}: {say.quoted(reply.text)}", indent=_INDENT * 2)
