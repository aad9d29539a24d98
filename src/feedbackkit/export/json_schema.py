"""JSON Schema of the answers to a questionnaire, of draft 2020-12: for forms, generated code and other languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from feedbackkit.domain.checks import WORDS_LIMIT, presentable, shape
from feedbackkit.domain.questionnaire import (
    Choice,
    MultipleChoice,
    Option,
    Question,
    Questionnaire,
    Rating,
    Words,
    YesNo,
)
from feedbackkit.errors import InvalidValue

__all__ = ["json_schema_of", "questionnaire_from_json_schema"]

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
# Some character that is not blank, and no control characters but newline and tab: as `checks.text` has it.
_WORDS: Final = (
    "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u2028\\u2029]*"
    "[^\\u0000-\\u0020\\u007f-\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]"
    "[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$"
)
_IGNORED: Final = frozenset({"title", "description", "type", "examples", "default", "$comment"})


def json_schema_of(questionnaire: Questionnaire, *, locale: str = "en") -> dict[str, Any]:
    """The schema of an answer: whatever fits it fits the questionnaire, but for lone surrogates, which no JSON has.

    Titles are in one language, or the next best one.
    """
    schema: dict[str, Any] = {
        "$schema": _DRAFT,
        "title": questionnaire.title.text(locale),
        "$comment": questionnaire.ref,
        "type": "object",
        "properties": {question.name: _property(question, locale) for question in questionnaire.questions},
        "required": [question.name for question in questionnaire.questions if question.required],
        "additionalProperties": False,
        "minProperties": 1,
    }
    return schema


def _property(question: Question, locale: str) -> dict[str, Any]:
    title = {"title": question.label.text(locale)}
    if isinstance(question, Rating):
        meant = "; ".join(f"{mark.at}: {mark.label.text(locale)}" for mark in question.marks)
        described = {"description": meant} if meant else {}
        return {**title, **described, "type": "integer", "minimum": question.least, "maximum": question.most}
    if isinstance(question, Choice):
        return {**title, **_one_of(question.options, locale)}
    if isinstance(question, MultipleChoice):
        bounds = {"minItems": question.least, **({} if question.most is None else {"maxItems": question.most})}
        return {
            **title,
            "type": "array",
            "items": _one_of(question.options, locale),
            "uniqueItems": True,
            **bounds,
        }
    if isinstance(question, Words):
        return {**title, "type": "string", "minLength": 1, "maxLength": question.limit, "pattern": _WORDS}
    return {**title, "type": "boolean"}


def _one_of(options: Iterable[Option], locale: str) -> dict[str, Any]:
    choices = [{"const": option.value, "title": option.label.text(locale)} for option in options]
    return {"type": "string", "oneOf": choices}


def questionnaire_from_json_schema(
    schema: Mapping[str, Any], *, id: str, version: int = 1, locale: str = "en"
) -> Questionnaire:
    """The questionnaire whose answers a schema describes, its titles being in `locale`.

    It takes objects whose properties are integers from a minimum to a maximum, booleans, and texts, also of an
    ``enum`` or of ``oneOf`` with ``const``, and lists of such choices that are each named once. Whatever else would
    narrow an answer is refused, for it would be lost.
    """
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(properties, Mapping):
        raise InvalidValue("schema.properties", "must be a mapping from question to schema", shape(properties))
    required = schema.get("required", ())
    questions = [
        _question(name, each, locale, required=name in required)
        for name, each in cast("Mapping[str, Any]", properties).items()
    ]
    return Questionnaire(id=id, version=version, title={locale: str(schema.get("title") or id)}, questions=questions)


def _question(name: str, schema: Mapping[str, Any], locale: str, *, required: bool) -> Question:
    field = f"schema.{presentable(name)}"
    if not isinstance(schema, Mapping):
        raise InvalidValue(field, "must be a schema", shape(schema))
    asked: dict[str, Any] = {
        "name": name,
        "label": {locale: str(schema.get("title") or name)},
        "required": required,
    }
    kind = schema.get("type")
    if kind == "integer":
        _only(field, schema, "minimum", "maximum")
        return Rating(**asked, least=schema.get("minimum", 1), most=schema.get("maximum", 5))
    if kind == "boolean":
        _only(field, schema)
        return YesNo(**asked)
    if kind == "string" and ("enum" in schema or "oneOf" in schema):
        _only(field, schema, "enum", "oneOf")
        return Choice(**asked, options=_options(field, schema, locale))
    if kind == "string":
        _only(field, schema, "minLength", "maxLength", *(["pattern"] if schema.get("pattern") == _WORDS else []))
        if schema.get("minLength", 1) not in {0, 1}:
            raise InvalidValue(f"{field}.minLength", "must be 0 or 1", "another number")
        return Words(**asked, limit=schema.get("maxLength", WORDS_LIMIT))
    if kind == "array":
        return MultipleChoice(**asked, **_several(field, schema, locale))
    raise InvalidValue(f"{field}.type", "must be integer, boolean, string or array", shape(kind))


def _several(field: str, schema: Mapping[str, Any], locale: str) -> dict[str, Any]:
    _only(field, schema, "items", "uniqueItems", "minItems", "maxItems")
    items: object = schema.get("items")
    if not isinstance(items, Mapping) or not ("enum" in items or "oneOf" in items):
        raise InvalidValue(f"{field}.items", "must be texts of an enum, or of oneOf with const", "something else")
    if schema.get("uniqueItems") is not True:
        raise InvalidValue(f"{field}.uniqueItems", "must be true: each choice is named once", "something else")
    choices = cast("Mapping[str, Any]", items)
    _only(f"{field}.items", choices, "enum", "oneOf")
    least = schema.get("minItems", 1)
    return {
        "options": _options(f"{field}.items", choices, locale),
        "least": 1 if least == 0 else least,
        "most": schema.get("maxItems"),
    }


def _options(field: str, schema: Mapping[str, Any], locale: str) -> dict[str, dict[str, str]]:
    if "enum" in schema:
        return {str(value): {locale: str(value)} for value in schema["enum"]}
    try:
        return {each["const"]: {locale: str(each.get("title") or each["const"])} for each in schema["oneOf"]}
    except (AttributeError, KeyError, TypeError):
        raise InvalidValue(f"{field}.oneOf", "must give a const and a title each", "something else") from None


def _only(field: str, schema: Mapping[str, Any], *understood: str) -> None:
    for name in schema:
        if name not in _IGNORED and name not in understood:
            raise InvalidValue(f"{field}.{presentable(name)}", "must be left out: it cannot be kept", "a keyword")
