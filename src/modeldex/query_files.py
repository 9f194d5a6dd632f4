"""Stored queries as files: plain SPARQL under a YAML header in `#+` lines, as grlc reads them.

Every scalar of the header is kept as text and read by the type that the query declares, so no
number goes through a float.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from modeldex.errors import BadInput
from modeldex.reading import without_strings
from modeldex.stored_query import (
    COLUMN_TYPES,
    PARAMETER_TYPES,
    Column,
    Example,
    Parameter,
    StoredQuery,
)

LARGEST = 256 * 1024
FORM = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_folder(folder: str | Path) -> list[StoredQuery]:
    """Every query of a folder, by name. Raises BadInput at the first that is broken."""
    path = Path(folder)
    files = sorted(path.glob("*.rq")) if path.is_dir() else []
    if not files:
        remedy = "name a folder of .rq files"
        raise BadInput("no stored queries here", file=str(folder), remedy=remedy)
    return [read_query(file) for file in files]


def read_query(path: str | Path) -> StoredQuery:
    """The query in a file. Raises BadInput with file and line for a header that cannot be read."""
    file = str(path)
    try:
        if os.path.getsize(path) > LARGEST:
            raise BadInput("larger than 256 kB", file=file, remedy="a query is shorter")
        text = Path(path).read_text("utf-8")
    except UnicodeDecodeError:
        raise BadInput("not UTF-8", file=file, remedy="save it as UTF-8") from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", file=file) from None
    name = Path(path).stem
    if not NAME.match(name):
        raise BadInput(f"no name for a query: {name!r}", file=file, remedy="use a-z, 0-9, hyphens")
    header, sparql = split(text)
    fields = _Fields(_yaml(header, file), file)
    found = FORM.search(without_strings(sparql))
    if not found:
        raise BadInput("neither SELECT, ASK nor CONSTRUCT", file=file)
    query = StoredQuery(
        name=name, form=found[1].upper(), summary=fields.text("summary"),
        description=fields.text("description", ""), tags=fields.texts("tags"),
        params=tuple(_parameter(each) for each in fields.each("params")),
        returns=tuple(_column(each) for each in fields.each("returns")),
        examples=tuple(_example(each) for each in fields.each("examples")),
        faults=fields.mapping("faults"), sparql=sparql,
    )  # fmt: skip
    fields.refuse_others()
    return query


def split(text: str) -> tuple[str, str]:
    """The header without its marks, and the SPARQL without comment lines."""
    lines = text.splitlines()
    header = [line[2:].removeprefix(" ") for line in lines if line.startswith("#+")]
    sparql = [line for line in lines if not line.startswith("#")]
    return "\n".join(header), "\n".join(sparql).strip() + "\n"


def _yaml(header: str, file: str) -> dict[str, Any]:
    try:
        fields = yaml.load(header, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "nested too deep"
        raise BadInput(
            f"the header is no YAML: {problem}", file=file, line=mark.line + 1 if mark else None,
            remedy="write it in lines that begin with #+",
        ) from None  # fmt: skip
    if not isinstance(fields, dict):
        raise BadInput("no header", file=file, remedy="begin with lines #+ summary: ...")
    return fields


class _Fields:
    """The fields of one mapping of a header; what is not asked for is refused as unknown."""

    def __init__(self, fields: object, file: str, place: str = "") -> None:
        if not isinstance(fields, dict):
            raise BadInput(f"{place or 'the header'} is no mapping", file=file)
        self.fields, self.file, self.place = dict(fields), file, place

    def fault(self, message: str, remedy: str | None = None) -> BadInput:
        place = f"{self.place}: " if self.place else ""
        return BadInput(place + message, file=self.file, remedy=remedy)

    def text(self, name: str, default: str | None = None) -> str:
        value = self.fields.pop(name, default)
        if not isinstance(value, str):
            raise self.fault(f"no {name}", "write it as text")
        return " ".join(value.split())

    def optional(self, name: str) -> str | None:
        return self.text(name) if name in self.fields else None

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.fields.pop(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.fault(f"{name} is no list of words")
        return tuple(value)

    def mapping(self, name: str) -> dict[str, str]:
        value = self.fields.pop(name, {})
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            raise self.fault(f"{name} is no mapping of texts")
        return value

    def each(self, name: str) -> list[_Fields]:
        value = self.fields.pop(name, None)
        value = [] if value in (None, "") else value
        if not isinstance(value, list):
            raise self.fault(f"{name} is no list")
        return [_Fields(part, self.file, f"{name}[{n}]") for n, part in enumerate(value)]

    def refuse_others(self) -> None:
        if self.fields:
            raise self.fault(f"unknown: {', '.join(map(str, self.fields))}", "see CONTRIBUTING.md")


def _parameter(fields: _Fields) -> Parameter:
    name = fields.text("name")
    type_name = fields.text("type")
    default = fields.fields.pop("default", None)
    if isinstance(default, list):
        default = tuple(map(str, default))
    required = fields.text("required", "false" if default is not None else "true")
    parameter = Parameter(
        name, type_name.removesuffix("[]"), type_name.endswith("[]"), required == "true", default,
        fields.texts("values"), fields.optional("class"), fields.text("description", ""),
        fields.optional("minimum"),
    )  # fmt: skip
    fields.refuse_others()
    if parameter.type not in PARAMETER_TYPES:
        raise fields.fault(
            f"no type {type_name!r}", f"known: {', '.join(PARAMETER_TYPES)}, with []"
        )
    return parameter


def _column(fields: _Fields) -> Column:
    column = Column(fields.text("name"), fields.text("type"), fields.optional("unit"),
                    fields.optional("description"))  # fmt: skip
    fields.refuse_others()
    if column.type not in COLUMN_TYPES:
        raise fields.fault(f"no type {column.type!r}", f"known: {', '.join(COLUMN_TYPES)}")
    return column


def _example(fields: _Fields) -> Example:
    params = fields.fields.pop("params", {})
    if not isinstance(params, Mapping):
        raise fields.fault("params is no mapping")
    rows = fields.fields.pop("rows", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise fields.fault("rows is no list of mappings")
    graph = fields.fields.pop("graph", None)
    fields.refuse_others()
    return Example(dict(params), tuple(rows), graph)
