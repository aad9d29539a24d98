"""A dossier as one page of HTML: no script, nothing from elsewhere, for a screen, a phone, and paper."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from feedbackkit.codec.dossiers import version_of
from feedbackkit.evidence.dossier import LEVEL, PassageKind
from feedbackkit.evidence.telling.phrases import phrases
from feedbackkit.evidence.telling.text import columns_asked, notes_on
from feedbackkit.export.markup import element, page
from feedbackkit.export.plots import interval_plot, symbol, timeline_plot
from feedbackkit.export.workings import workings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from feedbackkit.evidence.dossier import Check, Criterion, Dossier, Passage, Statement
    from feedbackkit.evidence.telling.phrases import Phrases
    from feedbackkit.export.markup import Child

__all__ = ["dossier_html"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def dossier_html(dossier: Dossier, locale: str = "en", *, with_workings: bool = True) -> str:
    """The dossier as a page that stands for itself, in English or German (``de``); the same for the same dossier.

    It needs no script and loads nothing, follows the reader's choice of light or dark, and prints on A4.
    `with_workings`: whether it ends with how each number comes about, rating by rating.
    """
    return page(_Page(dossier, phrases(locale)).whole(with_workings=with_workings))


@lru_cache(maxsize=1)
def _style() -> str:
    return files("feedbackkit.export").joinpath("dossier.css").read_text("utf-8")


class _Page:
    """The parts of one page."""

    def __init__(self, dossier: Dossier, say: Phrases) -> None:
        self._dossier = dossier
        self._say = say
        self._version = version_of(dossier)

    def whole(self, *, with_workings: bool) -> Element:
        say, dossier = self._say, self._dossier
        head = element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("meta", name="referrer", content="no-referrer"),
            element("meta", name="robots", content="noindex"),
            element("meta", content=_POLICY, http_equiv="Content-Security-Policy"),
            element("title", say("about", name=dossier.name)),
            element("style", _style()),
        )
        main = element("main", *self._sections(with_workings=with_workings))
        return element("html", head, element("body", self._header(), main, self._footer()), lang=say.language)

    def _header(self) -> Element:
        say, dossier = self._say, self._dossier
        made = [say("for", audience=say.audience(dossier.audience)), say("as of", date=say.day(dossier.as_of_us))]
        if dossier.provider:
            made.append(say("put together by", provider=dossier.provider))
        return element(
            "header",
            element("p", say("title"), class_="kicker"),
            element("h1", dossier.name, dir="auto"),
            element("p", " · ".join(made), class_="made"),
        )

    def _footer(self) -> Element:
        say = self._say
        return element(
            "footer",
            element("p", say("fine print")),
            element("p", say("version", version=""), element("code", self._version), class_="version"),
        )

    def _sections(self, *, with_workings: bool) -> Iterator[Element]:
        dossier = self._dossier
        yield self._summary()
        if dossier.criteria:
            yield self._numbers()
        if dossier.asked:
            yield self._asked()
        if dossier.timeline or dossier.stations:
            yield self._timeline()
        if dossier.statements:
            yield self._section("words", *self._by_station())
        if dossier.own_view:
            yield self._section("own view", *(self._statement(each) for each in dossier.own_view))
        if dossier.shown:
            yield self._shown()
        if with_workings and any(criterion.weighed for criterion in dossier.criteria):
            yield self._section("how it comes about", *workings(dossier, self._say), class_="workings")

    def _section(self, title: str, *children: Child, class_: str | None = None) -> Element:
        id_ = title.replace(" ", "-")
        heading = element("h2", self._say(title), id=id_)
        return element("section", heading, *children, aria_labelledby=id_, class_=class_)

    # --- the parts ---------------------------------------------------------------------------------------------------

    def _summary(self) -> Element:
        say, dossier = self._say, self._dossier
        said: list[Child] = []
        if dossier.statements:
            counts = {
                "statements": say.counted("statement", len(dossier.statements)),
                "sources": say.counted("source", dossier.sources),
            }
            said.append(element("p", say("summary", **counts), class_="lead"))
        if dossier.kept_back:
            said.append(element("p", say.counted("kept back", dossier.kept_back)))
        if dossier.gaps:
            gaps = [element("li", say.gap(gap, dossier)) for gap in dossier.gaps]
            said += [element("h3", say("gaps")), element("ul", *gaps, class_="gaps")]
        return self._section("in short", *said)

    def _numbers(self) -> Element:
        say, dossier = self._say, self._dossier
        rows = [self._criterion(number, criterion) for number, criterion in enumerate(dossier.criteria, start=1)]
        kinds = ["number", "range", "rating"]
        if any(each.left_out is not None for criterion in dossier.criteria for each in criterion.weighed):
            kinds.append("conflict")
        if any(criterion.self_score is not None for criterion in dossier.criteria):
            kinds.append("self")
        if any(criterion.pool_mean is not None for criterion in dossier.criteria):
            kinds.append("usual")
        return self._section(
            "numbers",
            element("p", say("how to read", level=say.percent(LEVEL)), class_="note"),
            element("ul", *rows, class_="criteria"),
            self._legend(kinds),
        )

    def _legend(self, kinds: list[str]) -> Element:
        items = [element("li", symbol(kind), self._say(f"legend {kind}")) for kind in kinds]
        return element("ul", *items, class_="legend")

    def _criterion(self, number: int, criterion: Criterion) -> Element:
        say = self._say
        name = say.question(criterion.key, self._dossier.labels)
        figure = element("p", "–" if criterion.mean is None else say.number(criterion.mean), class_="figure")
        if criterion.mean is None:
            figure.append(element("span", say("no number short"), class_="hidden"))
        plot = interval_plot(criterion, name, say, f"plot-{number}")
        facts = element("p", " · ".join(self._facts(criterion)), class_="notes")
        notes = [element("p", note, class_="notes") for note in map(_begun, notes_on(criterion, self._say))]
        return element("li", element("h3", name), figure, plot, facts, *notes)

    def _facts(self, criterion: Criterion) -> Iterator[str]:
        say = self._say
        if criterion.range is not None:
            low, high = (say.number(end) for end in criterion.range)
            yield f"{say('range', level=say.percent(LEVEL))} {low}–{high}"
        yield f"{say('sources')} {criterion.sources}"
        if criterion.certainty is not None:
            yield f"{say('certainty')} {say(f'certainty {criterion.certainty}')}"
        if criterion.raw_mean is not None and criterion.mean is not None:
            yield f"{say('plain mean')} {say.number(criterion.raw_mean)}"

    def _asked(self) -> Element:
        say, rows = self._say, self._dossier.asked
        columns = columns_asked(rows)
        head = [element("th", say("occasion"), scope="col")]
        head += [element("th", say(column), scope="col", class_="n") for column in columns]
        body = [
            element(
                "tr",
                element("th", say(f"occasion {row.occasion}"), scope="row"),
                *(element("td", str(getattr(row, column)), class_="n") for column in columns),
            )
            for row in rows
        ]
        sums = [sum(getattr(row, column) for row in rows) for column in columns]
        total = element(
            "tr", element("th", say("all"), scope="row"), *(element("td", str(each), class_="n") for each in sums)
        )
        table = element(
            "table",
            element("caption", say("asked title"), class_="hidden"),
            element("thead", element("tr", *head)),
            element("tbody", *body),
            element("tfoot", total),
        )
        return self._section("asked title", self._scrolling(table, say("asked title")))

    @staticmethod
    def _scrolling(table: Element, name: str) -> Element:
        """A table that may be wider than a phone: it scrolls alone, also by the keyboard."""
        return element("div", table, class_="wide", role="group", aria_label=name, tabindex="0")

    def _timeline(self) -> Element:
        kinds = ["statement"]
        if any(statement.checks for statement in self._dossier.statements):
            kinds.append("check")
        if any(statement.reply is not None for statement in self._dossier.statements):
            kinds.append("reply")
        say = self._say
        traces = [
            element("li", f"{say.day(moment.at_us)}: {say(f'moment {moment.kind}')}")
            for moment in self._dossier.timeline
            if moment.kind in {"retracted", "superseded"}
        ]
        return self._section(
            "timeline",
            element("figure", timeline_plot(self._dossier, say), self._legend(kinds)),
            element("ul", *traces, class_="traces") if traces else None,
        )

    def _by_station(self) -> Iterator[Element]:
        """The statements under the engagement that they speak of, the newest first."""
        say = self._say
        stations = {station.id: station for station in self._dossier.stations}
        groups: dict[str | None, list[Statement]] = {}
        for statement in self._dossier.statements:
            groups.setdefault(statement.station if statement.station in stations else None, []).append(statement)
        for id_, statements in groups.items():
            if id_ is not None:
                station = stations[id_]
                when = f"{say.date(station.starts)} – {say.date(station.ends)}"
                yield element("h3", station.client or station.id, element("span", when, class_="when"))
            for statement in statements:
                yield self._statement(statement)

    def _statement(self, statement: Statement) -> Element:
        say, speaker = self._say, statement.speaker
        when = f"{say(f'occasion {statement.occasion}')}, {say(f'form {statement.form}')}, {say.day(statement.at_us)}"
        return element(
            "article",
            element("h4", say.who(speaker), dir="auto"),
            element("p", say.whence(speaker), class_="whence"),
            element("p", when, class_="when"),
            *(element("p", remark, class_="remark") for remark in say.remarks(statement)),
            self._ratings(statement),
            *(self._passage(passage) for passage in statement.passages),
            None if statement.quotable else element("p", say("not quotable"), class_="note"),
            *(self._check(check) for check in statement.checks),
            self._reply(statement),
        )

    def _ratings(self, statement: Statement) -> Element | None:
        say, labels = self._say, self._dossier.labels
        said = [(say.question(key, labels), say.score(score)) for key, score in statement.ratings]
        said += [(say.question(key, labels), chosen) for key, chosen in say.choices(statement.choices, labels)]
        if not said:
            return None
        pairs = [element("div", element("dt", name), element("dd", value)) for name, value in said]
        return element("dl", *pairs, class_="ratings-given")

    def _passage(self, passage: Passage) -> Element:
        label = None if passage.kind is PassageKind.WORD else element("p", self._say(passage.kind), class_="kind")
        return element("blockquote", label, *_paragraphs(passage.text), class_=passage.kind)

    def _check(self, check: Check) -> Element:
        say = self._say
        outcome = element("strong", say(f"outcome {check.outcome}"))
        date = say("verified", date=say.day(check.at_us))
        told = element("p", f"{date}: ", outcome, ".", class_="check")
        points = [element("li", say.point(point), dir="auto") for point in check.points]
        return element("div", told, element("ul", *points) if points else None, class_=check.outcome)

    def _reply(self, statement: Statement) -> Element | None:
        reply = statement.reply
        if reply is None:
            return None
        title = element("p", self._say("reply", date=self._say.day(reply.at_us)), class_="kind")
        return element("blockquote", title, *_paragraphs(reply.text), class_="reply")

    def _shown(self) -> Element:
        say = self._say
        head = [element("th", say(column), scope="col") for column in ("when", "to whom", "which version")]
        rows = [
            element(
                "tr",
                element("td", say.day(one.at_us)),
                element("th", one.to, scope="row"),
                element("td", element("code", one.version[:12])),
            )
            for one in self._dossier.shown
        ]
        table = element(
            "table",
            element("caption", say("shown title"), class_="hidden"),
            element("thead", element("tr", *head)),
            element("tbody", *rows),
        )
        return self._section("shown title", self._scrolling(table, say("shown title")))


def _paragraphs(text: str) -> Iterator[Element]:
    return (element("p", line, dir="auto") for line in text.splitlines() if line.strip())


def _begun(text: str) -> str:
    """A sentence as it begins a line."""
    return text[:1].upper() + text[1:]
