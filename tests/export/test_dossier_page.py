"""The page: whole, safe, readable by everybody, and the same each time."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import attrs
import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.evidence.dossier import Check, CheckedPoint, Dossier, Passage, PassageKind, Speaker, SubjectReply
from feedbackkit.export import dossier_html, statements_csv
from tests.evidence.sample import sample

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_HTML: Final = "{http://www.w3.org/1999/xhtml}"
_SVG: Final = "{http://www.w3.org/2000/svg}"

HOSTILE: Final = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "<!-- --><svg/onload=alert(1)>-->",
    "]]><![CDATA[<b>x</b>",
    "&lt;b&gt; &amp;amp; &#0; &notit;",
    "</textarea></article></main><h1>gone",
    "{name} {0} %s %(x)s ${jndi:ldap://x} {{7*7}}",
    "\u202etxet desrever\u202c",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "\N{MATHEMATICAL BOLD FRAKTUR CAPITAL T} 👩‍👩‍👧‍👦 ﷽ 田中さん ثم نفس",
    "a" * 500,
    "\ufeff\u200b\u00ad",
    "1e999 NaN -0 0x0 1/0",
    "CON PRN AUX ../../etc/passwd",
)


def _parsed(page: str) -> Element:
    """The page, read by a parser that raises at the first thing that is not HTML."""
    root: Element = html5lib.HTMLParser(strict=True).parse(page)
    return root


def _named(root: Element, name: str) -> list[Element]:
    return [each for each in root.iter() if each.tag in {f"{_HTML}{name}", f"{_SVG}{name}"}]


def _with_text(text: str) -> Dossier:
    """A dossier in which every text that somebody else wrote is this one."""
    dossier = sample(count=2, audience="subject")
    point = CheckedPoint(written=text, outcome="differs", words=text)
    statement = attrs.evolve(
        dossier.statements[0],
        speaker=Speaker(number=1, name=text, organisation=text, relation="peer", independent=False, conflict=text),
        passages=tuple(Passage(kind, text) for kind in PassageKind),
        choices=((text, text),),
        flags=(text,),
        reply=SubjectReply(text=text, at_us=0),
        checks=(Check(outcome="contradicted", at_us=0, points=(point,)),),
    )
    return attrs.evolve(
        dossier,
        name=text,
        provider=text,
        labels={key: {"en": text, "de": text} for key in dossier.labels},
        stations=tuple(attrs.evolve(station, client=text) for station in dossier.stations),
        statements=(statement, *dossier.statements[1:]),
        criteria=dossier.criteria[:2],
        shown=tuple(attrs.evolve(one, to=text) for one in dossier.shown),
    )


@pytest.fixture(scope="module")
def root() -> Element:
    """The parsed page of the sixty answers, for the subject, who sees most."""
    return _parsed(dossier_html(sample(audience="subject")))


def _shape(page: str) -> list[str]:
    """Its elements in order, but paragraphs, for a line that ends makes one."""
    return [str(each.tag) for each in _parsed(page).iter() if each.tag != f"{_HTML}p"]


_HARMLESS: Final = _shape(dossier_html(_with_text("harmless")))


@pytest.mark.parametrize(("count", "locale"), [(0, "en"), (0, "de"), (1, "en"), (3, "de"), (60, "de")])
def test_every_page_is_valid_html(count: int, locale: str) -> None:
    """A strict parser finds nothing to mend, with many answers and with none."""
    root = _parsed(dossier_html(sample(count=count), locale))
    assert root.get("lang") == locale


def test_several_choices_of_one_question_stand_in_one_row() -> None:
    """By their labels, with commas between them: on the page, in the terminal and in a table."""
    dossier = sample(count=1)
    labels = {**dossier.labels, "tasks": {"en": "What was done"}, "tasks=cost": {"en": "Costs cut"}}
    chosen = (("again", True), ("tasks", "cost"), ("tasks", "sale"))
    dossier = attrs.evolve(dossier, labels=labels, statements=(attrs.evolve(dossier.statements[0], choices=chosen),))
    given = next(each for each in _named(_parsed(dossier_html(dossier)), "dl") if each.get("class") == "ratings-given")
    pairs = dict(
        zip(*(["".join(each.itertext()) for each in _named(given, name)] for name in ("dt", "dd")), strict=True)
    )
    assert pairs["What was done"] == "Costs cut, sale"
    assert "What was done Costs cut, sale" in " ".join(str(dossier).split())
    assert next(csv.DictReader(statements_csv(dossier).splitlines()))["choice tasks"] == "cost; sale"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text: str) -> None:
    """Whatever somebody wrote, the page has the same elements as with a harmless word, and shows it as it is."""
    page = dossier_html(_with_text(text))
    assert _shape(page) == _HARMLESS
    shown = "".join(_parsed(page).itertext())
    assert text.strip() in shown


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(str.strip))
def test_any_text_is_only_text(text: str) -> None:
    """No text at all changes the structure of the page."""
    page = dossier_html(_with_text(text))
    assert _shape(page) == _HARMLESS


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(root: Element) -> None:
    """No script, link, image, frame or form, no handler, no address of another place; and the page forbids it, too."""
    for name in ("script", "link", "img", "iframe", "object", "embed", "form", "a", "base", "use", "image"):
        assert _named(root, name) == []
    for each in root.iter():
        assert not [name for name in each.attrib if name.lower().startswith("on") or name in {"src", "href", "style"}]
    [style] = _named(root, "style")
    assert "url(" not in (style.text or "")
    assert "@import" not in (style.text or "")
    [policy] = [each for each in _named(root, "meta") if each.get("http-equiv") == "Content-Security-Policy"]
    assert policy.get("content") == "default-src 'none'; style-src 'unsafe-inline'"


def test_headings_go_down_one_step_at_a_time(root: Element) -> None:
    """One h1, and no level is skipped, so that a screen reader can walk along them."""
    levels = [int(str(each.tag)[-1]) for each in root.iter() if re.search(r"}h[1-6]$", str(each.tag))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_every_table_has_a_caption_and_heads_with_a_scope(root: Element) -> None:
    """A cell can be told with its row and its column."""
    tables = _named(root, "table")
    assert len(tables) >= 3
    for table in tables:
        assert table.find(f"{_HTML}caption") is not None
        assert {head.get("scope") for head in _named(table, "th")} == {"col", "row"}


def test_every_picture_has_a_title_and_a_description(root: Element) -> None:
    """Pictures are told in words; those in a legend, which stand beside their words, are passed over."""
    for svg in root.iter(f"{_SVG}svg"):
        if svg.get("role") == "img":
            names = (svg.get("aria-labelledby") or "").split()
            told = {each.get("id"): each.text for each in svg if each.tag in {f"{_SVG}title", f"{_SVG}desc"}}
            assert [told[name] for name in names if told[name]] == list(told.values())
        else:
            assert svg.get("aria-hidden") == "true" or svg.get("class") == "at"


def test_ids_are_unique_and_what_refers_to_them_finds_them(root: Element) -> None:
    """Names that refer to an id find one, and only one."""
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    for each in root.iter():
        assert set((each.get("aria-labelledby") or "").split()) <= set(ids)


def test_the_same_dossier_makes_the_same_page() -> None:
    """Two runs give the same characters."""
    assert dossier_html(sample(), "de") == dossier_html(sample(), "de")


def test_the_workings_can_be_left_out() -> None:
    """A short page has no table rating by rating, and everything else."""
    short = dossier_html(sample(), with_workings=False)
    assert "How each number comes about" not in short
    assert "In their own words" in short


def test_a_criterion_without_a_number_draws_no_dot() -> None:
    """Where there are too few sources the picture shows no number either, and says so to those who cannot see it."""
    dossier = sample(count=30)
    hidden = attrs.evolve(dossier, criteria=(attrs.evolve(dossier.criteria[0], mean=None),))
    root = _parsed(dossier_html(hidden))
    [plot] = [svg for svg in _named(root, "svg") if svg.get("class") == "plot"]
    assert "number" not in {each.get("class") for each in plot.iter()}
    assert "no number" in "".join(plot.itertext())


def test_the_page_names_its_version() -> None:
    """Whoever holds a page can tell which version it is."""
    from feedbackkit.codec.dossiers import version_of

    assert version_of(sample()) in dossier_html(sample())


def test_a_name_from_right_to_left_turns_no_figures_round() -> None:
    """Names and words take their own direction, and the date beside a name is apart from it."""
    name = "דוד בן־גוריון"
    root = _parsed(dossier_html(_with_text(name)))
    assert {
        each.get("dir") for tag in ("h1", "h4", "blockquote") for each in _named(root, tag) if each.text == name
    } == {"auto"}
    assert all(line.get("dir") == "auto" for quote in _named(root, "blockquote") for line in quote if line.text == name)
    [workings] = [each for each in _named(root, "section") if each.get("class") == "workings"]
    assert name in {each.text for each in _named(workings, "bdi")}
