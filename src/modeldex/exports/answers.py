"""The answer to a stored query as an export: triples in a syntax of RDF, rows as a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import BinaryIO

from modeldex import terms as t
from modeldex.dex import Modeldex
from modeldex.engine import Triples
from modeldex.errors import BadInput
from modeldex.exports import jsonld
from modeldex.exports.tabular import write_rows
from modeldex.facts import json_value
from modeldex.rows import Rows
from modeldex.serializing import SYNTAXES, serialize

TRIPLES = (*SYNTAXES, "jsonld")
ROWS = ("csv", "parquet", "json")


def writer(
    dex: Modeldex, query: str, parameters: Mapping[str, object], name: str
) -> Callable[[BinaryIO], None]:
    """What writes the answer. Raises BadInput for a format that it does not fit in.

    >>> import io, modeldex
    >>> out = io.BytesIO()
    >>> writer(modeldex.open(), "retired-api-ids", {"by": "2026-06-30"}, "csv")(out)
    >>> out.getvalue().decode().split(",")[0]
    'apiId'
    """
    answer = dex.ask(query, **parameters)
    fitting = TRIPLES if isinstance(answer, Triples) else ROWS
    if name not in fitting:
        what = "triples" if isinstance(answer, Triples) else "rows"
        raise BadInput(
            f"{query} gives {what}, which --format {name} does not take",
            remedy=f"use {', '.join(fitting)}",
        )
    if isinstance(answer, Triples):
        return lambda out: _write_triples(answer, name, out)
    assert isinstance(answer, Rows)
    if name == "json":
        return lambda out: _write_json(answer, out)
    return lambda out: write_rows(name, answer, out)


def _write_triples(answer: Triples, name: str, out: BinaryIO) -> None:
    if name == "jsonld":
        out.write(jsonld.document(answer.triples))
        return
    text = "".join(map(str, answer.triples))
    used = {prefix: iri for prefix, iri in t.PREFIXES.items() if f"<{iri}" in text}
    serialize(name, answer.triples, out, used)


def _write_json(rows: Rows, out: BinaryIO) -> None:
    records = [
        {name: json_value(cell) for name, cell in zip(rows.names, row, strict=True)} for row in rows
    ]
    out.write(json.dumps(records, indent=2, ensure_ascii=False).encode() + b"\n")
