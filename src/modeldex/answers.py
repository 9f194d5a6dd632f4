"""Answers to stored queries, printed: as rows for people and programs, as terms, as triples."""

from __future__ import annotations

import json
from decimal import Decimal

from modeldex.errors import BadInput
from modeldex.iri import Iri
from modeldex.tables import printable, text_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.engine import Solutions, Term, Triples
    from modeldex.rows import Rows, Value

ROW_FORMATS = ("table", "json", "sparql-json", "csv", "tsv", "markdown")
TRIPLE_FORMATS = ("turtle", "jsonld", "ntriples")


def rows_text(rows: Rows, syntax: str) -> str:
    """Rows as `table`, `json` (plain records), `csv` or `markdown`."""
    if syntax == "json":
        records = [{name: json_cell(cell) for name, cell in row.items()} for row in rows]
        return json.dumps(records, indent=2, ensure_ascii=False)
    if syntax == "csv":
        return _csv(rows)
    header = [c.name + (f" ({c.unit})" if c.unit else "") for c in rows.columns]
    cells = [[printable(" ".join(shown(cell).split())) for cell in row] for row in rows]
    if syntax == "markdown":
        return markdown_table(header, cells)
    return text_table(cells, header=header) if cells else "no rows"


def shown(cell: Value) -> str:
    """A value for people: an IRI with its prefix, a number as it is, nothing for none.

    >>> shown(Decimal("0.15")), shown(None), shown(True)
    ('0.15', '', 'true')
    """
    if isinstance(cell, Iri):
        return cell.short
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, bool):
        return str(cell).lower()
    return "" if cell is None else str(cell)


def json_cell(cell: Value) -> str | int | bool | None:
    """A value for JSON: an exact decimal and a date as text."""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return cell if cell is None or isinstance(cell, str | int) else str(cell)


def markdown_table(header: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown; what would break out of a cell is escaped.

    >>> print(markdown_table(["a"], [["x|y"]]))
    | a |
    | --- |
    | x\\|y |
    """
    lines = [header, ["---"] * len(header), *rows]
    escaped = [[cell.replace("\\", "\\\\").replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in escaped)


def _csv(rows: Rows) -> str:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows.names)
    for row in rows:
        writer.writerow(str(c) if isinstance(c, Iri) else shown(c) for c in row)
    return out.getvalue().rstrip("\n")


def solutions_text(solutions: Solutions, syntax: str) -> str:
    """Rows of terms in the formats of SPARQL 1.1: `sparql-json` or `tsv`."""
    if syntax == "tsv":
        lines = ["\t".join(f"?{name}" for name in solutions.variables)]
        lines += ["\t".join("" if t is None else str(t) for t in row) for row in solutions.rows]
        return "\n".join(lines)
    bindings = [
        {name: _binding(term) for name, term in zip(solutions.variables, row, strict=True)
         if term is not None}
        for row in solutions.rows
    ]  # fmt: skip
    document = {"head": {"vars": list(solutions.variables)}, "results": {"bindings": bindings}}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _binding(term: Term) -> dict[str, str]:
    import pyoxigraph as ox

    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    assert isinstance(term, ox.Literal)
    binding = {"type": "literal", "value": term.value}
    if term.language:
        binding["xml:lang"] = term.language
    elif term.datatype.value != "http://www.w3.org/2001/XMLSchema#string":
        binding["datatype"] = term.datatype.value
    return binding


def triples_text(answer: Triples, syntax: str) -> str:
    """Triples as `turtle`, `jsonld` or `ntriples`."""
    import pyoxigraph as ox

    from modeldex.terms import PREFIXES

    formats = {"turtle": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD,
               "ntriples": ox.RdfFormat.N_TRIPLES}  # fmt: skip
    if syntax not in formats:
        raise BadInput(f"--format {syntax} is for rows", remedy="use turtle, jsonld or ntriples")
    plain = ox.serialize(answer.triples, format=ox.RdfFormat.N_TRIPLES) or b""
    used = {p: iri for p, iri in PREFIXES.items() if f"<{iri}".encode() in plain}
    data = ox.serialize(
        answer.triples, format=formats[syntax], prefixes=used if syntax != "ntriples" else None
    )
    return (data or b"").decode().rstrip("\n")
