"""Stored queries as pages: the question, its parameters, an example with its answer, the SPARQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from modeldex.answers import shown, triples_text
from modeldex.engine import Triples
from modeldex.iri import Iri
from modeldex.query_docs import command_line, python_line
from modeldex.rows import Rows
from modeldex.stored_query import RELEASE, Example, Parameter, StoredQuery
from modeldex.terms import expand
from modeldex.web.view import MOST_ROWS, Link, Page, View

Answer = Rows | Triples | bool | str


class Field(NamedTuple):
    """A parameter in the form: what stands in it, and what may."""

    name: str
    kind: str
    required: bool
    default: str
    description: str
    values: tuple[str, ...]
    many: bool
    given: str
    input: str


class Table(NamedTuple):
    """An answer: columns as name and unit, cells as texts with pages."""

    columns: list[tuple[str, str]]
    rows: list[list[Link]]
    total: int


def queries_page(view: View) -> Page:
    """All stored queries by tag."""
    queries: list[StoredQuery] = sorted(view.dex.questions, key=lambda query: query.name)
    ours = [query for query in queries if not query.is_violation]
    tags = sorted({tag for query in ours for tag in query.tags})
    values = {
        "tags": [(tag, [_entry(query) for query in ours if tag in query.tags]) for tag in tags],
        "checks": [_entry(query) for query in queries if query.is_violation],
        "total": len(queries),
    }  # fmt: skip
    return Page("queries.html", "Stored queries", f"{len(queries)} questions with typed "
                "parameters and SPARQL to read.", values)  # fmt: skip


def _entry(query: StoredQuery) -> tuple[str, str, str]:
    return f"queries/{query.name}.html", query.summary, query.name


def stored_query_page(
    view: View, query: StoredQuery, given: Mapping[str, str] | None = None,
    answer: Answer | None = None,
) -> Page:  # fmt: skip
    """The page of a stored query; with the answer to what was given, or what is wrong with it."""
    example = query.examples[0] if query.examples else None
    values: dict[str, Any] = {
        "query": query, "fields": [_field(each, given, example) for each in query.params],
        "given": given is not None,
        "error": answer if isinstance(answer, str) else None,
        "truth": answer if isinstance(answer, bool) else None,
        "table": _table(view, answer) if isinstance(answer, Rows) else None,
        "graph": triples_text(answer, "turtle") if isinstance(answer, Triples) else None,
        "columns": query.returns, "sparql": query.sparql.strip("\n"),
        "example": _example(view, query, example) if example else None,
        "command": command_line(query, example) if example else f"modeldex query {query.name}",
        "python": python_line(query, example) if example else f'dex.ask("{query.name}")',
    }  # fmt: skip
    return Page("query.html", query.summary, query.description or query.summary, values)


def _field(parameter: Parameter, given: Mapping[str, str] | None, example: Example | None) -> Field:
    default = parameter.default
    text = ", ".join(default) if isinstance(default, tuple) else default or ""
    release = parameter.type == "date" and default == RELEASE
    if given is not None:
        value = given.get(parameter.name, "")
    else:
        sample = example.params.get(parameter.name, "") if example else ""
        value = ", ".join(map(str, sample)) if isinstance(sample, list | tuple) else str(sample)
    kind = {"date": "date", "integer": "number"}.get(parameter.type, "text")
    return Field(
        parameter.name, parameter.type_text + (f" ({parameter.kind})" if parameter.kind else ""),
        parameter.required, "the day of the release" if release else text,
        parameter.description, parameter.values, parameter.many, value,
        "text" if parameter.many else kind,
    )  # fmt: skip


def _example(view: View, query: StoredQuery, example: Example) -> dict[str, Any]:
    filled = [c for c in query.returns if any(c.name in row for row in example.rows)]
    rows = [[_text(view, str(row.get(c.name, ""))) for c in filled] for row in example.rows]
    return {
        "params": [(name, str(value)) for name, value in example.params.items()],
        "table": Table([(c.name, c.unit or "") for c in filled], rows, len(rows)),
        "graph": example.graph,
    }  # fmt: skip


def _text(view: View, text: str) -> Link:
    iri = expand(text)
    return Link(text, view.path_of(iri) if iri != text else None)


def _table(view: View, rows: Rows) -> Table:
    cells = [
        [Link(shown(cell), view.path_of(cell) if isinstance(cell, Iri) else None) for cell in row]
        for row in rows[:MOST_ROWS]
    ]  # fmt: skip
    return Table([(c.name, c.unit or "") for c in rows.columns], cells, len(rows))
