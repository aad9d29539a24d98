"""Questionnaires to test with: one by hand, and any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from feedbackkit.domain.questionnaire import (
    Choice,
    Label,
    MultipleChoice,
    Question,
    Questionnaire,
    Rating,
    Words,
    YesNo,
)

if TYPE_CHECKING:
    from feedbackkit.domain.answer import Given

TASKS: Final = {"cost": "Costs cut", "team": "A team built", "sale": "A firm sold"}

ASKED: Final = Questionnaire(
    id="short",
    version=2,
    title={"en": "Short", "de": "Kurz"},
    questions=(
        Rating(name="overall", label={"en": "Overall", "de": "Insgesamt"}, required=True),
        Choice(name="role", label="Role", options={"line": "Line", "project": "Project"}),
        YesNo(name="again", label="Again?"),
        MultipleChoice(name="tasks", label="What was done?", options=TASKS, most=2),
        Words(name="words", label="Why?", limit=500),
    ),
)

readable: Final = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20).filter(
    str.strip
)
names: Final = st.from_regex(r"[a-z]([a-z._-]{0,6}[a-z])?", fullmatch=True)
labels: Final = st.dictionaries(st.sampled_from(["en", "de", "fr", "de-AT"]), readable, min_size=1).map(Label)


@st.composite
def questions(draw: st.DrawFn, name: str) -> Question:
    """One of any kind, of that name."""
    fields: dict[str, Any] = {"name": name, "label": draw(labels), "required": draw(st.booleans())}
    kind = draw(st.sampled_from([Rating, Choice, MultipleChoice, YesNo, Words]))
    if kind is Rating:
        least = draw(st.integers(-5, 5))
        most = least + draw(st.integers(1, 10))
        marks = draw(st.dictionaries(st.integers(least, most), labels, max_size=4))
        return Rating(**fields, least=least, most=most, marks=marks)
    if kind is Choice:
        return Choice(**fields, options=draw(st.dictionaries(readable, labels, min_size=2, max_size=4)))
    if kind is MultipleChoice:
        options = draw(st.dictionaries(readable, labels, min_size=2, max_size=4))
        least = draw(st.integers(1, len(options)))
        bound = draw(st.none() | st.integers(least, len(options)))
        return MultipleChoice(**fields, options=options, least=least, most=bound)
    if kind is Words:
        return Words(**fields, limit=draw(st.integers(1, 30)))
    return YesNo(**fields)


@st.composite
def asked(draw: st.DrawFn) -> Questionnaire:
    """Any questionnaire."""
    chosen = draw(st.lists(names, min_size=1, max_size=5, unique=True))
    return Questionnaire(id="any", title=draw(labels), questions=[draw(questions(name)) for name in chosen])


def said(question: Question) -> st.SearchStrategy[Given]:
    """Whatever answers a question."""
    if isinstance(question, Rating):
        return st.integers(question.least, question.most)
    if isinstance(question, Choice):
        return st.sampled_from([option.value for option in question.options])
    if isinstance(question, MultipleChoice):
        values = [option.value for option in question.options]
        chosen = st.sets(st.sampled_from(values), min_size=question.least, max_size=question.most)
        return chosen.map(lambda some: tuple(value for value in values if value in some))
    if isinstance(question, Words):
        limit = question.limit
        return readable.map(lambda words: words.strip()[:limit]).filter(str.strip)
    return st.booleans()


@st.composite
def fitting(draw: st.DrawFn, questionnaire: Questionnaire) -> dict[str, Given]:
    """Whatever fits a questionnaire."""
    items = {each.name: draw(said(each)) for each in questionnaire.questions if each.required or draw(st.booleans())}
    first = questionnaire.questions[0]
    return items or {first.name: draw(said(first))}
