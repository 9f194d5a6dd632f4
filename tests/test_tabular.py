"""Tables: a row for each claim, every value as it was."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow.parquet
import pytest
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st
from test_exports import exported

from modeldex.dex import Modeldex
from modeldex.exports.selection import Selection
from modeldex.exports.tabular import COLUMNS, EACH, FLAGS, LISTS, write, write_rows
from modeldex.facts import Claim
from modeldex.partial_date import PartialDate
from modeldex.rows import Rows


class Given(Selection):
    """A selection of these claims."""

    def __init__(self, dex: Modeldex, claims: list[Claim]) -> None:
        super().__init__(dex)
        self._claims = claims

    def claims(self) -> Iterator[Claim]:
        yield from self._claims


def csv_rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def parquet_rows(data: bytes) -> list[dict[str, Any]]:
    return list(pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist())


def parts(cell: str) -> list[str]:
    """What a reader does with a cell that holds several: split, then undo the backslashes."""
    return [re.sub(r"\\(.)", r"\1", part) for part in cell.split(" | ")]


@pytest.fixture(scope="module")
def whole(dex: Modeldex) -> Selection:
    return Selection(dex)


def test_csv_has_a_row_for_each_claim(dex: Modeldex, whole: Selection) -> None:
    rows = csv_rows(exported(whole, "csv"))
    claims = list(dex.claims())
    assert len(rows) == len(claims) == 2342
    assert tuple(rows[0]) == COLUMNS
    for row, claim in zip(rows, claims, strict=True):
        record = claim.to_dict()
        for key in set(COLUMNS) & record.keys() - {"evidence", "value", *FLAGS}:
            assert row[key] == (record[key] or ""), (claim.iri, key)
        for key in FLAGS:
            assert json.loads(row[key]) is record[key]
        value = record["value"]
        shown = json.dumps(value) if isinstance(value, bool) else str(value)
        assert row["value"] == ("" if value is None else shown)
        assert bool(row["valueType"]) == (value is not None)


def test_the_evidence_of_a_row_is_that_of_the_claim(dex: Modeldex, whole: Selection) -> None:
    """Lists of one entry for each piece of evidence; places and cited sources one after another."""
    keys = {"evidence": "id", "stances": "stance", "kinds": "kind", "official": "official",
            "sources": "source", "sourceLabels": "sourceLabel", "urls": "url",
            "evidenceAsOf": "asOf", "accessed": "accessed", "searched": "searched"}  # fmt: skip
    assert tuple(keys) == EACH
    rows = parquet_rows(exported(whole, "parquet"))
    for row, claim in zip(rows, dex.claims(), strict=True):
        evidence = claim.to_dict()["evidence"]
        for column, key in keys.items():
            assert row[column] == [each[key] for each in evidence]
        for column, key in {"locators": "locator", "cites": "cites"}.items():
            assert row[column] == [item for each in evidence for item in each[key]]
    assert max(len(row["evidence"]) for row in rows) > 1


def test_both_tables_hold_the_same(whole: Selection) -> None:
    for flat, typed in zip(
        csv_rows(exported(whole, "csv")), parquet_rows(exported(whole, "parquet")), strict=True
    ):
        for name in set(COLUMNS) - set(LISTS) - set(FLAGS):
            assert flat[name] == (typed[name] or "")


def test_parquet_keeps_types_and_exact_numbers(dex: Modeldex, whole: Selection) -> None:
    table = parquet_rows(exported(whole, "parquet"))
    numbers = 0
    for row, claim in zip(table, dex.claims(), strict=True):
        assert (row["id"], row["contested"], row["inForce"]) == (
            claim.iri, claim.contested, claim.in_force,
        )  # fmt: skip
        if isinstance(claim.value, int | Decimal) and not isinstance(claim.value, bool):
            assert row["number"] == claim.value
            numbers += 1
    assert numbers >= 5


def test_a_table_of_a_thing_has_the_claims_of_its_sheet(run: Run) -> None:
    done = run("export", "--format", "csv", "--about", "claude-3-5-sonnet")
    shown = json.loads(run("show", "claude-3-5-sonnet", "--format", "json").stdout)
    rows = csv_rows(done.stdout.encode())
    assert sorted(row["id"] for row in rows) == sorted(claim["id"] for claim in shown)


# ------------------------------------------------------------------ hostile values

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
HOSTILE = TEXT | st.sampled_from(
    ["a\rb", "a\r\nb", '"', 'a","b', "=1+1", "\\", "a | b", "\\|", " "]
)
NUMBERS = st.integers() | st.decimals(allow_nan=False, allow_infinity=False).filter(
    lambda number: abs(number.adjusted()) < 60
)


@given(HOSTILE, st.lists(HOSTILE, min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_any_text_comes_back(dex: Modeldex, text: str, places: list[str]) -> None:
    claim = next(dex.claims())
    looked = claim.evidence[0]._replace(locator=tuple(places))
    hostile = claim._replace(value=text, condition=text, evidence=(looked,))
    selection = Given(dex, [hostile, claim])
    flat, after = csv_rows(_written("csv", selection))
    assert (flat["value"], flat["condition"], after["id"]) == (text, text, claim.iri)
    assert parts(flat["locators"]) == places
    typed, _ = parquet_rows(_written("parquet", selection))
    assert (typed["value"], typed["condition"], typed["locators"]) == (text, text, places)


@given(NUMBERS)
@settings(max_examples=80, deadline=None)
def test_any_number_comes_back_with_every_digit(dex: Modeldex, number: int | Decimal) -> None:
    selection = Given(dex, [next(dex.claims())._replace(value=number)])
    (flat,) = csv_rows(_written("csv", selection))
    (typed,) = parquet_rows(_written("parquet", selection))
    assert "E" not in flat["value"]
    assert flat["value"] == typed["value"]
    assert Decimal(flat["value"]) == number
    assert typed["number"] in (None, number)
    if isinstance(number, int) and abs(number) < 10**23:
        assert typed["number"] == number


def _written(name: str, selection: Selection) -> bytes:
    out = io.BytesIO()
    write(name, selection, out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "type_name"),
    [(True, "boolean"), (7, "integer"), (Decimal("0.1"), "decimal"), ("7", "string"),
     (datetime.date(2026, 1, 2), "date"), (PartialDate("2026-06"), "gYearMonth"),
     (PartialDate("2026"), "gYear"), (None, "")],
)  # fmt: skip
def test_a_row_says_how_its_value_is_to_be_read(dex: Modeldex, value: Any, type_name: str) -> None:
    (row,) = csv_rows(_written("csv", Given(dex, [next(dex.claims())._replace(value=value)])))
    assert row["valueType"] == type_name


# ------------------------------------------------------------------ answers to stored queries


def test_an_answer_as_parquet_keeps_whole_numbers_and_yes_and_no(dex: Modeldex) -> None:
    rows = dex.ask("models-by-context-window", min=100_000)
    assert isinstance(rows, Rows)
    out = io.BytesIO()
    write_rows("parquet", rows, out)
    table = parquet_rows(out.getvalue())
    assert [row["contextWindow"] for row in table] == [row["contextWindow"] for row in rows]
    assert len(table) == len(rows) > 1
