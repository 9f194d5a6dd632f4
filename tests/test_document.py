"""Walks the first document and shows what became of each row, cell and sentence of it.

The document is not part of the project. The ledger names its places and says for each which
claims it gave, or why none. Set MODELDEX_SOURCES to the folder that holds the document.
"""

from __future__ import annotations

import calendar
import hashlib
import os
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
LEDGER = HERE / "document_ledger.toml"
MDX = "https://w3id.org/modeldex/vocab#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
CLAIM = "https://w3id.org/modeldex/id/claim/"
GATE = "https://w3id.org/modeldex/id/source/gate-claude-3-5-sonnet"


@dataclass(frozen=True)
class Unit:
    """A place of the document, as the ledger names it, and what became of it."""

    kind: str
    place: str
    sha256: str
    row: str = ""
    begins: str = ""
    claims: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Claim:
    """What this test needs of a claim that rests on the document."""

    value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None
    locators: frozenset[str]


# ------------------------------------------------------------------ the ledger


def ledger_units() -> Iterator[Unit]:
    book = tomllib.loads(LEDGER.read_text("utf-8"))
    menu = book["navigation"]
    yield Unit("navigation", "navigation", menu["sha256"], reason=menu["reason"])
    for head in book["headings"]:
        yield Unit("heading", head["section"], head["sha256"], reason=head["reason"])
    for row in book["rows"]:
        place = f"{row['section']}, table, row {row['row']}"
        own = tuple(row.get("claims", ()))
        yield Unit("row", place, row["sha256"], place, "", own, row.get("reason", ""))
        for cell in row.get("cells", ()):
            where = f"{place}, column {cell['column']}"
            given = tuple(cell.get("claims", ()))
            yield Unit("cell", where, cell["sha256"], place, "", given, cell.get("reason", ""))
    for line in book["sentences"]:
        where = f"{line['section']}, paragraph {line['paragraph']}, sentence {line['sentence']}"
        given, reason = tuple(line.get("claims", ())), line.get("reason", "")
        yield Unit("sentence", where, line["sha256"], "", line["begins"], given, reason)


UNITS = tuple(ledger_units())


def all_claims(unit: Unit) -> set[str]:
    """The claims of a unit; those of a row are also those of its cells."""
    if unit.kind != "row":
        return set(unit.claims)
    return {slug for other in UNITS if other.row == unit.place for slug in other.claims}


# ------------------------------------------------------------------ the data


@pytest.fixture(scope="module")
def claims() -> dict[str, Claim]:
    """The claims of data/ that rest on the document, by slug."""
    store = ox.Store()
    for path in sorted(DATA.rglob("*.ttl")):
        store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    rows = store.query(
        f"""SELECT ?claim ?value ?locator WHERE {{
            ?evidence <{MDX}source> <{GATE}> ; <{MDX}locator> ?locator .
            ?claim <{MDX}supportedBy>|<{MDX}disputedBy>|<{MDX}soughtIn> ?evidence .
            OPTIONAL {{ ?claim <{RDF}object> ?value }}
        }}"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    values: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None] = {}
    places: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        slug = row["claim"].value.removeprefix(CLAIM)
        values[slug] = row["value"]
        places[slug].add(row["locator"].value)
    return {slug: Claim(value, frozenset(places[slug])) for slug, value in values.items()}


# ------------------------------------------------------------------ the document


def plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


def digest(text: str) -> str:
    return hashlib.sha256(plain(text).encode()).hexdigest()[:12]


def find_document() -> str:
    folder = os.environ.get("MODELDEX_SOURCES")
    if not folder:
        why = "MODELDEX_SOURCES does not name the folder of the first document"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    title = next(unit.sha256 for unit in UNITS if unit.kind == "heading")
    for path in sorted(Path(folder).rglob("*.txt")):
        text = path.read_text("utf-8")
        if any(digest(line) == title for line in text.splitlines()):
            return text
    pytest.fail(f"no text in {folder} has the heading that the ledger begins with")


def table_units(section: str, line: str) -> Iterator[tuple[str, str, str]]:
    """The rows stand on one line, so the end of one and the start of the next meet as `| |`."""
    rows = [[plain(c) for c in row.strip(" |").split("|")] for row in re.split(r"\| \|", line)]
    columns, _rule, *body = rows
    for row in (columns, *body):
        assert len(row) == len(columns), (section, row[0])
        place = f"{section}, table, row {row[0]}"
        yield "row", place, " | ".join(row)
        if row is not columns:
            for column, cell in zip(columns[1:], row[1:], strict=True):
                yield "cell", f"{place}, column {column}", cell


def document_units(text: str) -> Iterator[tuple[str, str, str]]:
    """Kind, place and text of each unit, in order."""
    sections = {unit.sha256: unit.place for unit in UNITS if unit.kind == "heading"}
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if digest(line) in sections)
    yield "navigation", "navigation", "\n".join(lines[:start])
    section, paragraph = "", 0
    for line in filter(str.strip, lines[start:]):
        if digest(line) in sections:
            section, paragraph = sections[digest(line)], 0
            yield "heading", section, line
        elif line.startswith("|"):
            yield from table_units(section, line)
        else:
            paragraph += 1
            for n, sentence in enumerate(re.split(r"(?<=[.?!])\s+(?=[A-Z])", line.strip()), 1):
                yield "sentence", f"{section}, paragraph {paragraph}, sentence {n}", sentence


@pytest.fixture(scope="module")
def document() -> dict[str, tuple[str, str]]:
    """Text and kind of each unit of the document, by place."""
    units = list(document_units(find_document()))
    by_place = {f"{kind}: {place}": (kind, text) for kind, place, text in units}
    assert len(by_place) == len(units), "two units have one name"
    return by_place


def spellings(value: ox.Literal) -> list[str]:
    """How a page may write a number, a date or an ID."""
    kind, text = value.datatype.value.removeprefix(XSD), value.value
    if kind == "integer":
        number = int(text)
        short = f"{number // 10**6}M" if number >= 10**6 else f"{number // 1000}K"
        return [text, f"{number:,}", short]
    if kind == "decimal":
        return [f"${text}", f"${text.removesuffix('.00')}"]
    if kind == "date":
        year, month, day = (int(part) for part in text.split("-"))
        return [text, f"{calendar.month_name[month]} {day}, {year}"]
    return [text]


# ------------------------------------------------------------------ ledger and data


def test_each_place_has_claims_or_a_reason() -> None:
    for unit in UNITS:
        assert bool(all_claims(unit)) != bool(unit.reason), unit.place


def test_every_claim_that_the_ledger_names_exists(claims: dict[str, Claim]) -> None:
    named = {slug for unit in UNITS for slug in unit.claims}
    assert named - claims.keys() == set()


def test_every_claim_on_this_source_is_named(claims: dict[str, Claim]) -> None:
    named = {slug for unit in UNITS for slug in unit.claims}
    assert claims.keys() - named == set()


def test_locators_begin_with_a_section(claims: dict[str, Claim]) -> None:
    sections = tuple(f"{unit.place}, " for unit in UNITS if unit.kind == "heading")
    for slug, claim in claims.items():
        for locator in claim.locators:
            assert locator.startswith(sections), (slug, locator)


def test_locators_lead_to_places_that_name_the_claim(claims: dict[str, Claim]) -> None:
    at = {unit.place: all_claims(unit) for unit in UNITS}
    wrong = {
        (slug, locator)
        for slug, claim in claims.items()
        for locator in claim.locators
        if slug not in at.get(locator, ())
    }
    assert wrong == set()


def test_places_that_name_a_claim_are_its_evidence(claims: dict[str, Claim]) -> None:
    wrong = {
        (unit.place, slug)
        for unit in UNITS
        for slug in unit.claims
        if not {unit.place, unit.row} & claims[slug].locators
    }
    assert wrong == set()


# ------------------------------------------------------------------ ledger and document


def test_ledger_and_document_have_the_same_units(document: dict[str, tuple[str, str]]) -> None:
    ledger = {f"{unit.kind}: {unit.place}": unit for unit in UNITS}
    assert len(ledger) == len(UNITS), "two units have one name"
    assert list(document.keys() - ledger.keys()) == [], "in the document only"
    assert list(ledger.keys() - document.keys()) == [], "in the ledger only"
    for place, unit in ledger.items():
        _, text = document[place]
        assert plain(text).startswith(unit.begins), place
        assert digest(text) == unit.sha256, f"{place} has changed"


def test_values_stand_in_the_document(
    document: dict[str, tuple[str, str]], claims: dict[str, Claim]
) -> None:
    checked = 0
    for slug, claim in claims.items():
        value = claim.value
        if not isinstance(value, ox.Literal) or value.language:
            continue
        if value.datatype.value == f"{XSD}boolean":
            continue
        texts = [plain(document[f"{u.kind}: {u.place}"][1]) for u in UNITS if slug in u.claims]
        forms = "|".join(re.escape(form) for form in spellings(value))
        whole = re.compile(rf"(?<![\w$.,-])(?:{forms})(?!\w|-(?!token)|[.,]\d)")
        assert any(whole.search(text) for text in texts), (slug, value.value)
        checked += 1
    assert checked == 18


def test_the_text_is_not_copied(document: dict[str, tuple[str, str]]) -> None:
    def runs(text: str, length: int = 6) -> set[tuple[str, ...]]:
        words = re.findall(r"[\w$-]+", plain(text).lower())
        return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}

    theirs = set().union(*(runs(text) for kind, text in document.values() if kind != "navigation"))
    for path in [LEDGER, *sorted(DATA.rglob("*.ttl"))]:
        assert theirs & runs(path.read_text("utf-8")) == set(), path.name


def test_counts(document: dict[str, tuple[str, str]], capsys: pytest.CaptureFixture[str]) -> None:
    kinds = [kind for kind, _ in document.values()]
    counts = {
        "units": len(document),
        **{f"{kind}s": kinds.count(kind) for kind in ("heading", "row", "cell", "sentence")},
        "with claims": sum(bool(all_claims(unit)) for unit in UNITS),
        "with a reason": sum(bool(unit.reason) for unit in UNITS),
        "claims": len({slug for unit in UNITS for slug in unit.claims}),
    }
    with capsys.disabled():
        print("\nthe first document:", ", ".join(f"{n} {what}" for what, n in counts.items()))
    assert counts == {
        "units": 187,
        "headings": 18,
        "rows": 46,
        "cells": 81,
        "sentences": 41,
        "with claims": 152,
        "with a reason": 35,
        "claims": 150,
    }
