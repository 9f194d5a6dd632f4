"""A flat table, one row a claim: CSV, and Parquet with typed columns.

The columns are the keys of the JSON that Modeldex documents. What a claim has several of stands
in one cell: in CSV behind each other with ` | ` between, in Parquet as a list.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from modeldex.errors import BadInput
from modeldex.facts import Claim, Thing, json_value
from modeldex.partial_date import PartialDate, date_text

if TYPE_CHECKING:
    from modeldex.exports.selection import Selection
    from modeldex.facts import Value
    from modeldex.rows import Rows

SEPARATOR = " | "
TEXTS = ("id", "subject", "subjectLabel", "subjectKind", "property", "propertyLabel", "value",
         "valueType", "valueLabel", "unit", "status", "basis")  # fmt: skip
FLAGS = ("contested", "inForce")
DATES = ("asOf", "validFrom", "validThrough", "endedBy", "platform", "condition")
EACH = ("evidence", "stances", "kinds", "official", "sources", "sourceLabels", "urls",
        "evidenceAsOf", "accessed", "searched")  # fmt: skip
"""Lists with one entry for each piece of evidence, in the same order."""
LISTS = (*EACH, "locators", "cites")
COLUMNS = (*TEXTS, *FLAGS, *DATES, *LISTS)
GROUP = 50_000
DIGITS, PLACES = 23, 15
"""Of the column `number`: so many before, and behind, the point."""


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
    >>> row(claim)["value"], row(claim)["valueType"], row(claim)["unit"], row(claim)["official"]
    ('200000', 'integer', 'token', [False])
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
        "valueType": _type(claim.value),
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
        "kinds": [each.kind for each in evidence],
        "official": [each.official for each in evidence],
        "sources": [each.source.iri for each in evidence],
        "sourceLabels": [each.source.label for each in evidence],
        "urls": [each.source.url for each in evidence],
        "evidenceAsOf": [str(each.as_of) for each in evidence],
        "accessed": [date_text(each.accessed) for each in evidence],
        "searched": [each.searched for each in evidence],
        "locators": [place for each in evidence for place in each.locator],
        "cites": [cited.iri for each in evidence for cited in each.cites],
    }


def write_rows(name: str, rows: Rows, out: BinaryIO) -> None:
    """Write the answer to a stored query as `csv` or `parquet`."""
    names = list(rows.names)
    if name == "csv":
        _write_csv(names, (dict(zip(names, line, strict=True)) for line in rows), out)
        return
    pa, parquet = _pyarrow()
    columns = [_column(pa, [line[n] for line in rows]) for n in range(len(names))]
    parquet.write_table(pa.table(columns, names=names), out, compression="zstd")


def _column(pa: Any, cells: list[Any]) -> Any:
    """Yes/no and whole numbers as such, all else as text, so that nothing is rounded."""
    held = {type(cell) for cell in cells if cell is not None}
    if held == {bool}:
        return pa.array(cells, pa.bool_())
    if held == {int} and all(cell is None or -(2**63) <= cell < 2**63 for cell in cells):
        return pa.array(cells, pa.int64())
    return pa.array([_text(json_value(cell)) for cell in cells], pa.string())


def _write_csv(names: Sequence[str], rows: Iterable[dict[str, Any]], out: BinaryIO) -> None:
    text = io.TextIOWrapper(out, "utf-8", newline="")
    writer = csv.writer(_Lines(text), lineterminator="\r\n")
    writer.writerow(names)
    for record in rows:
        writer.writerow([_cell(record[name]) for name in names])
    text.flush()
    text.detach()


class _Lines:
    """Ends rows with a line feed. The writer quotes a carriage return only if rows end in one."""

    def __init__(self, out: io.TextIOWrapper) -> None:
        self._out = out

    def write(self, line: str) -> None:
        self._out.write(line.removesuffix("\r\n") + "\n")


def _cell(value: Any) -> str | None:
    if isinstance(value, list):
        return SEPARATOR.join(_part(_text(each) or "") for each in value)
    return _text(value)


def _part(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value, "f")
    return None if value is None else str(value)


def _type(value: Value | None) -> str | None:
    """What the text of a value is to be read as, by its name in XML Schema; `iri` for a thing."""
    if value is None or isinstance(value, Thing):
        return None if value is None else "iri"
    if isinstance(value, PartialDate):
        return "gYear" if len(value) == 4 else "gYearMonth"
    for of, name in (bool, "boolean"), (int, "integer"), (Decimal, "decimal"):
        if isinstance(value, of):
            return name
    return "date" if isinstance(value, datetime.date) else "string"


def _write_parquet(claims: Iterator[Claim], out: BinaryIO) -> None:
    pa, parquet = _pyarrow()
    schema = pa.schema([
        *((name, pa.string()) for name in TEXTS),
        ("number", pa.decimal128(DIGITS + PLACES, PLACES)),
        *((name, pa.bool_()) for name in FLAGS),
        *((name, pa.string()) for name in DATES),
        *((name, pa.list_(pa.bool_() if name == "official" else pa.string())) for name in LISTS),
    ])  # fmt: skip
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while part := list(islice(claims, GROUP)):
            rows = [{**row(claim), "number": _number(claim.value)} for claim in part]
            writer.write_table(pa.Table.from_pylist(rows, schema))


def _number(value: object) -> Decimal | None:
    """A number, where its digits fit; `value` has every digit."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    places = -int(number.as_tuple().exponent)
    return number if number.adjusted() < DIGITS and places <= PLACES else None


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise BadInput(
            "Parquet needs the library pyarrow", remedy="run: pip install 'modeldex[parquet]'"
        ) from None
    return pyarrow, parquet
