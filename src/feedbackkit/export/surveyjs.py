"""SurveyJS: a questionnaire as the JSON that its form library shows, and back from the part of it that fits.

What SurveyJS cannot keep is the id and the version of a questionnaire; they are given when it is read. What would
change answers and has no place in a questionnaire (conditions, validators, matrices …) is refused, never dropped; what
only changes the looks is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from feedbackkit.domain.checks import WORDS_LIMIT, presentable, shape
from feedbackkit.domain.questionnaire import (
    Choice,
    Label,
    MultipleChoice,
    Option,
    Question,
    Questionnaire,
    Rating,
    Words,
    YesNo,
)
from feedbackkit.errors import InvalidValue

__all__ = ["questionnaire_from_surveyjs", "surveyjs_of"]

_DEFAULT: Final = "default"
"""SurveyJS's name for the language that is shown where no other fits: English."""
_LEAST, _MOST = 1, 5
_LOOKS: Final = frozenset(
    {
        *("description", "descriptionLocation", "titleLocation", "width", "minWidth", "maxWidth", "colSpan", "indent"),
        *("startWithNewLine", "showNumber", "state", "errorLocation", "requiredErrorText", "placeholder", "rows"),
        *("autoGrow", "allowResize", "colCount", "choicesOrder", "allowClear", "displayMode", "swapOrder"),
        *("selectAllText", "noneText"),
        *(
            "labelTrue",
            "labelFalse",
            "useTitleAsLabel",
            "rateType",
            "scaleColorMode",
            "rateColorMode",
            "textUpdateMode",
        ),
        *("displayRateDescriptionsAsExtremeItems", "rateDescriptionLocation", "autoGenerate", "rateCount", "maxLength"),
        *("acceptCarriageReturn", "separateSpecialChoices", "renderAs", "itemComponent", "size", "autocomplete"),
    }
)
_ASKED: Final = frozenset({"type", "name", "title", "isRequired"})
_OWN: Final[Mapping[str, frozenset[str]]] = {
    "rating": frozenset({"rateMin", "rateMax", "rateStep", "rateValues", "minRateDescription", "maxRateDescription"}),
    "boolean": frozenset(),
    "radiogroup": frozenset({"choices"}),
    "buttongroup": frozenset({"choices"}),
    "dropdown": frozenset({"choices"}),
    "checkbox": frozenset({"choices", "minSelectedChoices", "maxSelectedChoices", "showSelectAllItem"}),
    "comment": frozenset(),
    "text": frozenset({"inputType"}),
}


def surveyjs_of(questionnaire: Questionnaire) -> dict[str, Any]:
    """A questionnaire as a SurveyJS survey of one page, in all its languages."""
    elements = [_element(question) for question in questionnaire.questions]
    return {"title": _text(questionnaire.title), "pages": [{"name": questionnaire.id, "elements": elements}]}


def _text(label: Label) -> str | dict[str, str]:
    """A text, where it is in English alone; else texts by language, English being the default."""
    texts = {(_DEFAULT if locale == "en" else locale): text for locale, text in label.texts}
    return texts[_DEFAULT] if list(texts) == [_DEFAULT] else texts


def _element(question: Question) -> dict[str, Any]:
    asked: dict[str, Any] = {"name": question.name, "title": _text(question.label)}
    if question.required:
        asked["isRequired"] = True
    if isinstance(question, Rating):
        return {"type": "rating", **asked, **_scale(question)}
    if isinstance(question, Choice):
        return {"type": "radiogroup", **asked, "choices": _choices(question.options)}
    if isinstance(question, MultipleChoice):
        bounds = {} if question.least == 1 else {"minSelectedChoices": question.least}
        if question.most is not None:
            bounds["maxSelectedChoices"] = question.most
        return {"type": "checkbox", **asked, "choices": _choices(question.options), **bounds}
    if isinstance(question, Words):
        return {"type": "comment", **asked, "maxLength": question.limit}
    return {"type": "boolean", **asked, "displayMode": "radio"}


def _choices(options: Iterable[Option]) -> list[dict[str, Any]]:
    return [{"value": option.value, "text": _text(option.label)} for option in options]


def _scale(rating: Rating) -> dict[str, Any]:
    marks = {mark.at: _text(mark.label) for mark in rating.marks}
    if set(marks) <= {rating.least, rating.most}:
        ends = {"minRateDescription": marks.get(rating.least), "maxRateDescription": marks.get(rating.most)}
        scale = {"rateMin": rating.least, "rateMax": rating.most}
        return {**scale, **{name: text for name, text in ends.items() if text is not None}}
    points = range(rating.least, rating.most + 1)
    return {"rateValues": [{"value": at, "text": marks[at]} if at in marks else at for at in points]}


def questionnaire_from_surveyjs(survey: Mapping[str, Any], *, id: str, version: int = 1) -> Questionnaire:
    """The questionnaire that a SurveyJS survey asks; what would be lost of its meaning is refused.

    Ratings, radio groups, button groups, drop-downs, checkboxes, booleans, comments and plain texts, on pages and in
    panels.
    """
    if not isinstance(survey, Mapping):
        raise InvalidValue("survey", "must be a mapping", shape(survey))
    questions = [_question(element) for element in _elements(survey, "survey")]
    return Questionnaire(id=id, version=version, title=_label("title", survey.get("title", id)), questions=questions)


def _elements(parent: Mapping[str, Any], field: str) -> Iterator[Mapping[str, Any]]:
    """The questions of a survey, a page or a panel, in order."""
    for part in ("pages", "elements"):
        children = parent.get(part, ())
        if not isinstance(children, Sequence) or isinstance(children, str):
            raise InvalidValue(f"{field}.{part}", "must be a list", shape(children))
        for child in cast("Sequence[object]", children):
            if not isinstance(child, Mapping):
                raise InvalidValue(f"{field}.{part}", "must hold mappings", f"{shape(child)} among them")
            element = cast("Mapping[str, Any]", child)
            if part == "pages" or element.get("type") == "panel":
                _refuse_conditions(element)
                yield from _elements(element, field)
            else:
                yield element


def _refuse_conditions(part: Mapping[str, Any]) -> None:
    for name in ("visibleIf", "enableIf", "requiredIf", "visible", "readOnly"):
        if name in part:
            raise InvalidValue(f"survey.{name}", "must be left out: it cannot be kept", "one on a page or panel")


def _question(element: Mapping[str, Any]) -> Question:
    name, kind = element.get("name"), element.get("type")
    field = f"survey.{presentable(name) if isinstance(name, str) else shape(name)}"
    if not isinstance(kind, str) or kind not in _OWN:
        raise InvalidValue(f"{field}.type", f"must be one of {', '.join(_OWN)}", shape(kind))
    for key in element:
        if key not in _ASKED and key not in _LOOKS and key not in _OWN[kind]:
            raise InvalidValue(f"{field}.{presentable(key)}", "must be left out: it cannot be kept", "a property")
    asked: dict[str, Any] = {
        "name": name,
        "label": _label(f"{field}.title", element.get("title", name)),
        "required": element.get("isRequired", False),
    }
    if kind == "rating":
        return Rating(**asked, **_rated(field, element))
    if kind == "boolean":
        return YesNo(**asked)
    if kind in {"comment", "text"}:
        if element.get("inputType", "text") != "text":
            raise InvalidValue(f"{field}.inputType", "must be text", "another one")
        limit = element.get("maxLength", -1)
        return Words(**asked, limit=WORDS_LIMIT if limit == -1 else limit)
    choices = element.get("choices")
    if not isinstance(choices, Sequence) or isinstance(choices, str):
        raise InvalidValue(f"{field}.choices", "must be a list", shape(choices))
    items = cast("Sequence[object]", choices)
    asked["options"] = dict(_item(f"{field}.choices", each) for each in items)
    return MultipleChoice(**asked, **_selected(element)) if kind == "checkbox" else Choice(**asked)


def _selected(element: Mapping[str, Any]) -> dict[str, Any]:
    """How many may be chosen; SurveyJS counts 0 as no bound."""
    least, most = element.get("minSelectedChoices", 0), element.get("maxSelectedChoices", 0)
    return {"least": 1 if least == 0 else least, "most": None if most == 0 else most}


def _rated(field: str, element: Mapping[str, Any]) -> dict[str, Any]:
    values = cast("Sequence[object]", element.get("rateValues"))
    if values:
        points = [_item(f"{field}.rateValues", value)[0] for value in values]
        if not all(type(point) is int for point in points) or points != list(range(points[0], points[0] + len(points))):
            raise InvalidValue(f"{field}.rateValues", "must be whole numbers, each one more than the last", "others")
        meant = dict(_item(f"{field}.rateValues", value) for value in values if not isinstance(value, int))
        return {"least": points[0], "most": points[-1], "marks": meant}
    if element.get("rateStep", 1) != 1:
        raise InvalidValue(f"{field}.rateStep", "must be 1", "another number")
    least, most = element.get("rateMin", _LEAST), element.get("rateMax", _MOST)
    ends = {least: element.get("minRateDescription"), most: element.get("maxRateDescription")}
    meant = {at: _label(f"{field}.rateDescription", text) for at, text in ends.items() if text is not None}
    return {"least": least, "most": most, "marks": meant}


def _item(field: str, item: object) -> tuple[Any, Label]:
    """The value of a choice and what a person reads."""
    if isinstance(item, Mapping):
        fields = cast("Mapping[str, Any]", item)
        if set(fields) - {"value", "text"}:
            raise InvalidValue(field, "must have a value and a text alone", "more")
        value = fields.get("value")
        return value, _label(field, fields.get("text", str(value)))
    return item, _label(field, str(item))


def _label(field: str, told: object) -> Label:
    if isinstance(told, str):
        return Label({"en": told})
    if not isinstance(told, Mapping):
        raise InvalidValue(field, "must be a text, or texts by language", shape(told))
    texts = cast("Mapping[str, str]", told)
    return Label({("en" if locale == _DEFAULT else locale): text for locale, text in texts.items()})
