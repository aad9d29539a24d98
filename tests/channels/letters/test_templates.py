from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import attrs
import pytest

from feedbackkit.channels import Letters
from feedbackkit.channels.letters import TemplateLetters
from feedbackkit.domain.people import Person
from feedbackkit.errors import BrokenTemplate, InvalidValue
from feedbackkit.ports import Writer
from tests.channels.letters.test_naughty import LINKS
from tests.channels.messages import WEBER, line, message

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.domain.letter import Letter


def written(folder: Path, locale: str = "de-AT", **templates: str) -> Letter:
    """The letter to Anna Weber from these templates, their names with ``__`` for dots."""
    for name, text in templates.items():
        (folder / name.replace("__", ".").replace("_AT", "-AT")).write_text(text, encoding="utf-8")
    return TemplateLetters(folder, links=LINKS).write(message(to=attrs.evolve(WEBER, locale=locale)))


def test_the_nearest_template_to_the_locale_is_taken(tmp_path: Path) -> None:
    """Place before language before none."""
    templates = {"letter__txt": "any", "letter__de__txt": "deutsch", "letter__de_AT__txt": "österreichisch"}
    assert written(tmp_path, "de-AT", **templates).text.splitlines()[0] == "österreichisch"
    assert written(tmp_path, "de-CH").text.splitlines()[0] == "deutsch"
    assert written(tmp_path, "fr").text.splitlines()[0] == "any"


def test_what_has_no_template_is_said_by_the_library(tmp_path: Path) -> None:
    """An empty folder gives the letters that come with the library."""
    assert written(tmp_path) == Letters(links=LINKS).write(message(to=attrs.evolve(WEBER, locale="de-AT")))


def test_a_text_of_ones_own_has_no_page_of_ours_beside_it(tmp_path: Path) -> None:
    """Two parts of a mail never say different things."""
    letter = written(tmp_path, letter__txt="Mein Text\n")
    assert letter.html is None


def test_a_template_sees_all_that_is_to_be_said(tmp_path: Path) -> None:
    """Parts, links by purpose, and dates as the reader writes them."""
    letter = written(
        tmp_path,
        letter__subject__txt="{{ parts.sender }}:\n{{ parts.subject }}",
        letter__txt=(
            "{{ parts.greeting }} {{ message.booked|day }}\n"
            "{% for question in parts.questions %}{{ question.text }}\n"
            "{% for offer in question.offers if offer.purpose == Purpose.ANSWER %}{{ offer.url }}\n{% endfor %}"
            "{% endfor %}"
        ),
    )
    assert letter.subject == "Interim AG: Ein paar Minuten zu Thomas Brandt"
    assert letter.text.startswith("Guten Tag Dr. Anna Weber, 2. März 2026\nWürden Sie")
    assert "https://feedback.example.com/f/answer/" in letter.text


def test_pages_are_escaped(tmp_path: Path) -> None:
    """A name is text in a page, and stays as it is in a text."""
    (tmp_path / "letter.html").write_text("<p title='{{ message.to.name }}'>{{ message.to.name }}</p>")
    (tmp_path / "letter.txt").write_text("{{ message.to.name }}")
    letter = TemplateLetters(tmp_path).write(message(to=attrs.evolve(WEBER, name="<script>'\"&")))
    assert letter.html is not None
    assert letter.html.startswith("<p title='&lt;script&gt;&#39;&#34;&amp;'>&lt;script&gt;&#39;&#34;&amp;</p>\n")
    assert letter.text.startswith("<script>'\"&\n")


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{ parts.sendr }}", "UndefinedError"),
        ("x\n{% if %}", "TemplateSyntaxError"),
        ("{{ message.to.name + 1 }}", "TypeError"),
        ("{{ 1 // 0 }}", "ZeroDivisionError"),
        ("{{ message.__class__.__mro__ }}", "SecurityError"),
        ("{% include 'missing.txt' %}", "TemplateNotFound"),
        ("", "letter.text must not be empty"),
        ("{{ 'x' * 600000 }}", "letter.text must have at most"),
        ("a\0b", "letter.text must have no control characters"),
    ],
)
def test_what_fails_in_a_template_is_named_without_what_it_was_about(tmp_path: Path, template: str, says: str) -> None:
    """One error, which names the template and what failed, and nobody's name."""
    with pytest.raises(BrokenTemplate) as caught:
        written(tmp_path, letter__txt=template)
    assert says in str(caught.value)
    assert "Weber" not in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own bytes


def test_a_broken_line_is_numbered(tmp_path: Path) -> None:
    """Where a template of many lines fails, the error says in which."""
    with pytest.raises(BrokenTemplate, match=r"'letter\.txt', line 3: UndefinedError"):
        written(tmp_path, letter__txt="a\nb\n{{ nobody }}\n")


def test_a_subject_cannot_add_a_header(tmp_path: Path) -> None:
    """Whatever lines a template makes of it, a subject is one."""
    assert written(tmp_path, letter__subject__txt="A\r\nBcc: x@y.example\n").subject == "A Bcc: x@y.example"


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    """Nobody finds out with the first letter."""
    with pytest.raises(InvalidValue, match=r"letters\.folder"):
        TemplateLetters(tmp_path / "nowhere")


def test_both_are_writers(tmp_path: Path) -> None:
    """A channel takes either."""
    assert isinstance(Letters(), Writer)
    assert isinstance(TemplateLetters(tmp_path), Writer)


def test_a_name_is_no_template(tmp_path: Path) -> None:
    """What stands in braces in a name is not run."""
    (tmp_path / "letter.txt").write_text("{{ parts.questions[0].text }}")
    about = Person(id="P-1", name="{{ 7 * 7 }}{% raise %}")
    assert "{{ 7 * 7 }}{% raise %}" in TemplateLetters(tmp_path).write(message(line(subject=about))).text
