"""The conventions of stored queries, held for each and across the collection."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from modeldex.binding import bind
from modeldex.errors import BadInput, ModeldexError
from modeldex.query_examples import expected_rows, expected_triples
from modeldex.reading import without_strings
from modeldex.store import Store, mentions
from modeldex.stored_query import Parameter, StoredQuery
from modeldex.terms import PREFIXES
from modeldex.values import to_term

EXAMPLES = 2
SUMMARY = re.compile(r"[A-Z].*\?\Z")
CAMEL = re.compile(r"[a-z][A-Za-z0-9]*\Z")
TOKEN = re.compile(r"\$(\w+)")
FORBIDDEN = ("service", "from", "load", "insert", "delete", "drop", "clear")
SAMPLES = {"thing": "model:x", "property": "mdx:x", "iri": "model:x", "term": "x", "string": "x",
           "integer": "1", "decimal": "1", "date": "2026-01-01", "boolean": "true"}  # fmt: skip


def lint(queries: Iterable[StoredQuery]) -> list[str]:
    """What is wrong, one line each: the query, the fault, the way out; nothing where all is well.

    >>> from modeldex.collection import packaged_questions
    >>> lint(packaged_questions())
    []
    """
    queries = list(queries)
    faults = [f"{query.name}: {fault}" for query in queries for fault in _faults(query)]
    return [*faults, *_inconsistent(queries)]


def _faults(query: StoredQuery) -> Iterator[str]:
    if not SUMMARY.match(query.summary) and not query.is_violation:
        yield "the summary is no question: begin with a capital, end with ?"
    if not query.tags:
        yield "no tags"
    if len(query.examples) < EXAMPLES:
        yield f"fewer than {EXAMPLES} examples"
    yield from _parameter_faults(query)
    yield from _column_faults(query)
    yield from _example_faults(query)
    yield from _sparql_faults(query)


def _parameter_faults(query: StoredQuery) -> Iterator[str]:
    tokens = set(TOKEN.findall(without_strings(query.sparql)))
    declared = {parameter.name for parameter in query.params}
    for name in sorted(tokens - declared):
        yield f"${name} is not declared: add it to params, or write ?{name}"
    for name in sorted(declared - tokens):
        yield f"the parameter {name!r} is not used: write ${name} or take it out"
    for parameter in query.params:
        if not CAMEL.match(parameter.name):
            yield f"parameter {parameter.name!r} is not in camelCase"
        elif not parameter.description:
            yield f"parameter {parameter.name!r} has no description"
        elif fault := _default_fault(parameter):
            yield f"parameter {parameter.name!r}: {fault}"


def _default_fault(parameter: Parameter) -> str | None:
    if parameter.required and parameter.default is not None:
        return "required, and has a default: take one out"
    if parameter.type == "term" and not parameter.values:
        return "a term without values: list them"
    given = parameter.default if isinstance(parameter.default, tuple) else (parameter.default,)
    for default in given:
        if default is None or default == "release" or parameter.type in ("thing", "property"):
            continue
        if parameter.values and default not in parameter.values:
            return f"the default {default!r} is none of its values"
        try:
            to_term(default, parameter.type)
        except BadInput as error:
            return f"default: {error}"
    return None


def _column_faults(query: StoredQuery) -> Iterator[str]:
    if query.form != "SELECT":
        if query.returns:
            yield "returns is for SELECT"
        return
    for column in query.returns:
        if not CAMEL.match(column.name):
            yield f"column {column.name!r} is not in camelCase"


def _example_faults(query: StoredQuery) -> Iterator[str]:
    answers = query.form == "SELECT" and not query.is_violation and query.examples
    if answers and not any(example.rows for example in query.examples):
        yield "no example has a row"
    for place, example in enumerate(query.examples):
        if unknown := set(example.params) - {parameter.name for parameter in query.params}:
            yield f"example {place} has an unknown parameter {sorted(unknown)[0]!r}"
        try:
            expected_triples(example) if query.form == "CONSTRUCT" else expected_rows(
                query, example
            )
        except (ModeldexError, ValueError, SyntaxError) as error:
            yield f"example {place}: {error}"
    seen = [example.params for example in query.examples]
    if any(params in seen[:n] for n, params in enumerate(seen)):
        yield "two examples have the same parameters"


def _sparql_faults(query: StoredQuery) -> Iterator[str]:
    bare = without_strings(query.sparql)
    for keyword in FORBIDDEN:
        if mentions(query.sparql, keyword):
            yield f"{keyword.upper()} is not for stored queries"
    if re.search(r"\bSELECT\s+(DISTINCT\s+|REDUCED\s+)?\*", bare, re.IGNORECASE):
        yield "SELECT *: name the columns"
    if query.form == "SELECT" and not re.search(r"\bORDER\s+BY\b", bare, re.IGNORECASE):
        yield "no ORDER BY"
    if not re.search(r"\bGRAPH\b", bare, re.IGNORECASE):
        yield "no GRAPH: name the graphs, so that no other triples of an endpoint answer"
    for prefix, iri in re.findall(r"^PREFIX\s+(\w+):\s*<([^>]*)>", query.sparql, re.MULTILINE):
        if PREFIXES.get(prefix, iri) != iri:
            yield f"the prefix {prefix}: is another one everywhere else"
        if not re.search(rf"(?<![\w-]){prefix}:(?!\s*<)", bare.replace(f"PREFIX {prefix}:", "")):
            yield f"the prefix {prefix}: is not used"
    try:
        yield from _variable_faults(query)
    except BadInput as error:
        yield f"no SPARQL: {error}"


def _variable_faults(query: StoredQuery) -> Iterator[str]:
    """Parse it with sample values, on an empty store without prefixes of its own."""
    values = {each.name: [to_term(SAMPLES.get(each.type, "x"), _plain(each.type))] for each in
              query.params if f"${each.name}" in query.sparql}  # fmt: skip
    answer = Store.of([]).query(bind(query.sparql, values))
    if query.form == "SELECT":
        variables = list(getattr(answer, "variables", ()))
        columns = [column.name for column in query.returns]
        if variables != columns:
            yield f"returns {columns}, and selects {variables}: make them alike, in this order"


def _plain(kind: str) -> str:
    return "iri" if kind in ("thing", "property") else kind


def _inconsistent(queries: list[StoredQuery]) -> Iterator[str]:
    """The same name means the same everywhere."""
    columns: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    params: dict[str, set[str]] = defaultdict(set)
    for query in queries:
        for column in query.returns:
            columns[column.name].add((column.type, column.unit))
        for parameter in query.params:
            params[parameter.name].add(parameter.type_text)
    for name, types in sorted(columns.items()):
        if len(types) > 1:
            yield f"column {name!r} has several types: {sorted(map(str, types))}"
    for name, kinds in sorted(params.items()):
        if len(kinds) > 1:
            yield f"parameter {name!r} has several types: {sorted(kinds)}"
    summaries = [query.summary for query in queries]
    for summary in sorted({each for each in summaries if summaries.count(each) > 1}):
        yield f"several queries ask {summary!r}"
