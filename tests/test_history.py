"""What was known on a day: the stored query and `as_of` in Python say the same."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from modeldex.build import dataset
from modeldex.dates import last_day
from modeldex.dex import Modeldex
from modeldex.reading import read
from modeldex.rows import Rows
from modeldex.store import Store
from modeldex.terms import CLAIMS, MDX

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "ontology" / "examples"
VALID = sorted((EXAMPLES / "valid").glob("*.ttl"))


def opened(file: Path) -> Modeldex:
    """The dataset that follows from an example and the world that it stands in."""
    documents = [read(EXAMPLES / "world.ttl"), read(file)]
    return Modeldex.of(Store.of(dataset(documents, [read(ROOT / "ontology" / "modeldex.ttl")])))


def days_of_evidence(dex: Modeldex) -> list[str]:
    """The last days of all as-of dates, and a day before them all."""
    dates = {str(e.as_of) for thing in dex.models() for c in dex.facts(thing) for e in c.evidence}
    return ["1999-12-31", *sorted(map(last_day, dates))]


COUNTED: list[int] = []


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.stem)
def test_the_query_and_python_agree_on_what_was_known(file: Path) -> None:
    """For each model and each day on which something became known."""
    dex = opened(file)
    for day in days_of_evidence(dex):
        for model in dex.models():
            rows = dex.ask("facts-known-on-a-day", thing=model, asOf=day)
            assert isinstance(rows, Rows)
            asked = {(row["claim"], row["status"], row["basis"]) for row in rows}
            own = {row["subject"] for row in rows}
            judged = {
                (claim.iri, claim.status, claim.basis)
                for claim in dex.facts(model, as_of=day)
                if claim.subject.iri in own
            }
            assert asked == judged
            assert len(rows) == len(asked)
            COUNTED.append(len(asked))


def test_the_examples_were_looked_at() -> None:
    assert len(VALID) == 31
    assert sum(COUNTED) >= 49


def test_some_verdicts_have_changed() -> None:
    """A report that a later first-hand page disputes was verified until then."""
    former = {
        file.stem
        for file in VALID
        for quad in opened(file)
        .store.query(  # type: ignore[union-attr]
            "SELECT ?v ?s { GRAPH graph:claims { ?v a mdx:FormerVerdict ; mdx:status ?s } }"
        )
        .rows
        if quad[1] == ox.NamedNode(MDX + "verified")
    }
    assert "disputed-since" in former


def test_each_claim_is_known_from_the_first_day_of_its_evidence(store: Store) -> None:
    answer = store.query(
        "SELECT ?c ?known (MIN(?last) AS ?first) { GRAPH graph:claims { "
        "?c mdx:knownFromDay ?known ; mdx:basis ?b ; "
        "   mdx:supportedBy|mdx:soughtIn|mdx:disputedBy ?e } "
        "GRAPH graph:evidence { ?e mdx:asOfLastDay ?last } } GROUP BY ?c ?known"
    )
    rows = answer.rows  # type: ignore[union-attr]
    assert len(rows) >= 150
    assert [row for row in rows if row[1] != row[2]] == []
    assert CLAIMS.endswith("claims")
