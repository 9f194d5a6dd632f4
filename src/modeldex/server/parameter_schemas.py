"""The parameters and columns of stored queries in the words of OpenAPI and JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modeldex.stored_query import RELEASE, Column, Parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = dict[str, Any]

DATE = r"^-?\d{4}-\d{2}-\d{2}$"
EMPTY: Json = {"type": "string", "maxLength": 0, "title": "as if it were not given"}
COLUMNS: dict[str, Json] = {
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "decimal": {"type": "string", "description": "an exact decimal, as text"},
    "date": {"type": "string", "description": "at the precision of its source: 2026, 2026-06…"},
    "any": {"type": ["string", "integer", "boolean"]},
}


def row_schema(columns: Sequence[Column]) -> Json:
    """A row of an answer as JSON Schema.

    >>> row_schema([Column("n", "integer", "token", None)])["properties"]
    {'n': {'type': ['integer', 'null'], 'description': 'in token'}}
    """
    properties = {}
    for column in columns:
        schema = dict(COLUMNS.get(column.type, {"type": "string"}))
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        schema["type"] = [*kinds, "null"]
        words = [schema.get("description"), column.description,
                 f"in {column.unit}" if column.unit else None]  # fmt: skip
        if said := "; ".join(word for word in words if word):
            schema["description"] = said
        properties[column.name] = schema
    return {"type": "object", "properties": properties, "required": [c.name for c in columns],
            "additionalProperties": False}  # fmt: skip


def parameter_description(parameter: Parameter, example: Any = None) -> Json:
    """A parameter of a stored query as OpenAPI describes it, with a value as an example."""
    schema = _schema(parameter)
    default = parameter.default
    words = [parameter.description]
    if (parameter.type, default) == ("date", RELEASE):
        words.append("Default: the day of the release.")
        default = None
    if parameter.many:
        schema = {"type": "array", "items": schema, "minItems": 1}
        if isinstance(default, str):
            default = (default,)
    elif not parameter.required and parameter.type != "string":
        schema = {"anyOf": [schema, EMPTY]}
    if default is not None:
        schema["default"] = _typed(parameter, default)
    described = {
        "name": parameter.name, "in": "query", "required": parameter.required,
        "description": " ".join(words), "schema": schema,
    }  # fmt: skip
    if example is not None:
        text = str(example).lower() if isinstance(example, bool) else example
        described["example"] = list(text) if isinstance(text, tuple) else text
    if parameter.many:
        described |= {"style": "form", "explode": True}
    return described


def _schema(parameter: Parameter) -> Json:
    if parameter.values:
        return {"type": "string", "enum": list(parameter.values)}
    kind = parameter.type
    if kind in ("integer", "decimal"):
        schema: Json = {"type": "integer" if kind == "integer" else "number"}
        if parameter.minimum is not None:
            schema["minimum"] = _number(parameter.minimum)
        return schema
    if kind == "boolean":
        return {"type": "boolean"}
    if kind == "date":
        return {"type": "string", "pattern": DATE, "examples": ["2026-06-30"]}
    if kind == "iri":
        return {"type": "string", "format": "iri"}
    if kind in ("thing", "property", "term"):
        return {"type": "string", "minLength": 1, "description": _NAMES[kind]}
    return {"type": "string"}


_NAMES = {
    "thing": "a name, an API ID or an IRI",
    "property": "the name of a fact property, as people write it, or its IRI",
    "term": "a term of the vocabulary, with or without its prefix",
}


def _typed(parameter: Parameter, default: str | tuple[str, ...]) -> Any:
    if isinstance(default, tuple):
        return [_typed(parameter, each) for each in default]
    if parameter.values:
        return default
    if parameter.type in ("integer", "decimal"):
        return _number(default)
    return default == "true" if parameter.type == "boolean" else default


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("+-").isdigit() else float(text)
