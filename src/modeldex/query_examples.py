"""The examples of stored queries: what an example promises, and a new one from an answer."""

from __future__ import annotations

import re
from decimal import Decimal

import pyoxigraph as ox

from modeldex.engine import Triples
from modeldex.errors import BadInput
from modeldex.iri import Iri
from modeldex.partial_date import date_of
from modeldex.terms import PREFIXES, expand, shorten
from modeldex.values import to_term, to_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from modeldex.rows import Rows, Value
    from modeldex.stored_query import Example, StoredQuery

DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?\Z")
WHOLE = re.compile(r"-?\d+\Z")
POINT = re.compile(r"-?\d+\.\d+\Z")
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ._/-]*\Z")
WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def expected_rows(query: StoredQuery, example: Example) -> list[tuple[Value, ...]]:
    """The rows that an example promises, typed. Raises BadInput for what is of no such type."""
    names = [column.name for column in query.returns]
    for row in example.rows:
        if unknown := set(row) - set(names):
            raise BadInput(f"{query.name}: an example has a column {sorted(unknown)[0]!r}")
    return [
        tuple(_value(row.get(column.name), column.type) for column in query.returns)
        for row in example.rows
    ]


def expected_triples(example: Example) -> set[ox.Triple]:
    """The triples that an example of a CONSTRUCT query promises."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    parsed = ox.parse(head + (example.graph or ""), format=ox.RdfFormat.TURTLE)
    return {quad.triple for quad in parsed}


def _value(text: str | None, kind: str) -> Value:
    if text is None:
        return None
    if kind == "iri":
        return Iri(expand(text))
    if kind == "any":
        return _guessed(text)
    if kind == "date":
        return date_of(text)
    return to_value(to_term(text, kind), kind)


def _guessed(text: str) -> Value:
    """A value of any type: as numbers, words and dates are written; prefixed names are IRIs."""
    if WHOLE.match(text):
        return int(text)
    if POINT.match(text):
        return Decimal(text)
    if DATE.match(text):
        return date_of(text)
    if text in ("true", "false"):
        return text == "true"
    return Iri(expand(text)) if expand(text) != text or "://" in text else text


def as_example(query: StoredQuery, params: Mapping[str, object], answer: Rows | Triples) -> str:
    """The answer as an example for the header of the query.

    >>> import modeldex
    >>> dex = modeldex.open()
    >>> print(as_example(dex.questions["release"], {}, dex.ask("release")))
    #+   - params: {}
    #+     rows:
    #+       - {dataset: "https://w3id.org/modeldex/dataset", issued: 2026-11-22}
    """
    given = ", ".join(f"{_word(name)}: {_listed(value)}" for name, value in params.items())
    lines = [f"  - params: {{{given}}}"]
    if isinstance(answer, Triples):
        lines += ["    graph: |", *(f"      {line}" for line in turtle(answer).splitlines())]
    elif not len(answer):
        lines.append("    rows: []")
    else:
        lines.append("    rows:")
        for row in answer:
            cells = [
                f"{_word(name)}: {_scalar(cell)}" for name, cell in row.items() if cell is not None
            ]
            lines.append(f"      - {{{', '.join(cells)}}}")
    return "\n".join(f"#+ {line}" for line in lines)


def turtle(answer: Triples) -> str:
    """Triples as Turtle, without the prefixes of Modeldex."""
    data = ox.serialize(answer.triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    lines = (data or b"").decode().expandtabs(4).splitlines()
    return "\n".join(line for line in lines if not line.startswith("@prefix"))


def _word(name: str) -> str:
    """A name as YAML 1.1 takes it for one: it reads a bare `on` as yes."""
    return f'"{name}"' if name.lower() in WORDS else name


def _listed(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_scalar, value))}]"
    return _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text if "." in text else f"{text}.0"
    text = shorten(value) if isinstance(value, Iri) else str(value)
    if isinstance(value, str) and not isinstance(value, Iri) and DATE.match(text):
        return text
    if isinstance(value, int) or not isinstance(value, str):
        return text
    if PLAIN.match(text) and text.lower() not in WORDS and text == text.strip():
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
