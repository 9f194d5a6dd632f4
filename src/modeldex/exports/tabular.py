"""A flat table, one row a claim: CSV, and Parquet with typed columns.

The columns are the keys of the JSON that Modeldex documents. What a claim has several of stands
in one cell: in CSV behind each other with ` | ` between, in Parquet as a list.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from modeldex.errors import BadInput
from modeldex.facts import Claim, Thing, json_value
from modeldex.partial_date import date_text

if TYPE_CHECKING:
    from modeldex.exports.selection import Selection
    from modeldex.rows import Rows

SEPARATOR = " | "
TEXTS = ("id", "subject", "subjectLabel", "subjectKind", "property", "propertyLabel", "value",
         "valueLabel", "unit", "status", "basis")  # fmt: skip
FLAGS = ("contested", "inForce")
DATES = ("asOf", "validFrom", "validThrough", "endedBy", "platform", "condition")
LISTS = ("evidence", "stances", "sources", "sourceLabels", "official", "locators", "urls", "cites",
         "searched")  # fmt: skip
COLUMNS = (*TEXTS, *FLAGS, *DATES, *LISTS)
GROUP = 50_000


def write(name: str, selection: Selection, out: BinaryIO) -> None:
    """Write the claims as `csv` or `parquet`."""
    if name == "csv":
        _write_csv(COLUMNS, map(row, selection.claims()), out)
    else:
        _write_parquet(selection.claims(), out)


def row(claim: Claim) -> dict[str, Any]:
    """A claim as a row.

    >>> import modeldex
    >>> claim = modeldex.open().fact("claude-3-5-sonnet", "context window")
    >>> row(claim)["value"], row(claim)["unit"], row(claim)["official"]
    ('200000', 'token', ['false'])
    """
    evidence = claim.evidence
    return {
        "id": claim.iri,
        "subject": claim.subject.iri,
        "subjectLabel": claim.subject.label,
        "subjectKind": claim.subject.kind,
        "property": claim.fact_property.name,
        "propertyLabel": claim.fact_property.label,
        "value": _text(json_value(claim.value)),
        "valueLabel": claim.value.label if isinstance(claim.value, Thing) else None,
        "unit": claim.unit,
        "status": claim.status,
        "basis": claim.basis,
        "contested": claim.contested,
        "inForce": claim.in_force,
        "asOf": str(claim.as_of),
        "validFrom": date_text(claim.valid_from),
        "validThrough": date_text(claim.valid_through),
        "endedBy": date_text(claim.ended_by),
        "platform": claim.platform,
        "condition": claim.condition,
        "evidence": [each.iri for each in evidence],
        "stances": [each.stance for each in evidence],
        "sources": [each.source.iri for each in evidence],
        "sourceLabels": [each.source.label for each in evidence],
        "official": [_text(each.official) for each in evidence],
        "locators": [place for each in evidence for place in each.locator],
        "urls": [each.source.url for each in evidence if each.source.url],
        "cites": [cited.iri for each in evidence for cited in each.cites],
        "searched": [each.searched for each in evidence if each.searched],
    }


def write_rows(name: str, rows: Rows, out: BinaryIO) -> None:
    """Write the answer to a stored query as `csv` or `parquet`."""
    names = list(rows.names)
    if name == "csv":
        records = (dict(zip(names, line, strict=True)) for line in rows)
        _write_csv(names, records, out)
        return
    pa, parquet = _pyarrow()
    parquet.write_table(pa.Table.from_pylist([
        {key: _text(json_value(cell)) for key, cell in zip(names, line, strict=True)}
        for line in rows
    ], pa.schema([(key, pa.string()) for key in names])), out)  # fmt: skip


def _write_csv(names: Iterable[str], rows: Iterable[dict[str, Any]], out: BinaryIO) -> None:
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\n")
    names = list(names)
    writer.writerow(names)
    for record in rows:
        writer.writerow(_cell(record[name]) for name in names)
    text.flush()
    text.detach()


def _cell(value: Any) -> str | None:
    if isinstance(value, list):
        return SEPARATOR.join(value)
    return _text(value)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value, "f")
    return None if value is None else str(value)


def _write_parquet(claims: Iterator[Claim], out: BinaryIO) -> None:
    pa, parquet = _pyarrow()
    schema = pa.schema([
        *((name, pa.string()) for name in TEXTS),
        ("number", pa.decimal128(38, 15)),
        *((name, pa.bool_()) for name in FLAGS),
        *((name, pa.string()) for name in DATES),
        *((name, pa.list_(pa.string())) for name in LISTS),
    ])  # fmt: skip
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while part := list(islice(claims, GROUP)):
            rows = [{**row(claim), "number": _number(claim.value)} for claim in part]
            writer.write_table(pa.Table.from_pylist(rows, schema))


def _number(value: object) -> Decimal | None:
    """A number as Parquet keeps it exactly: up to 23 digits before and 15 behind the point."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    return number if abs(number) < 10**23 else None


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise BadInput(
            "Parquet needs the library pyarrow", remedy="run: pip install 'modeldex[parquet]'"
        ) from None
    return pyarrow, parquet
