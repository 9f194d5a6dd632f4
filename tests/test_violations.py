"""Each violation query finds its offender, and nothing where all is in order."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from modeldex import terms as t
from modeldex.binding import bind
from modeldex.build import read_all
from modeldex.collection import questions_in
from modeldex.derive import derive
from modeldex.dex import Modeldex
from modeldex.engine import Solutions
from modeldex.query_examples import expected_rows
from modeldex.questions import answer_of
from modeldex.rows import Rows
from modeldex.store import Store
from modeldex.stored_query import Example, StoredQuery

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "ontology" / "examples"
VALID = sorted((EXAMPLES / "valid").glob("*.ttl"))
VIOLATIONS = {query.name: query for query in questions_in(ROOT / "queries") if query.is_violation}
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in t.PREFIXES.items())
DOCS = """
    evidence:docs a mdx:Evidence ; mdx:source source:example-maker-docs ;
        mdx:asOf "2026-06-15"^^xsd:date ; mdx:locator "Models, table" .
"""


def claim(name: str, subject: str, predicate: str, value: str) -> str:
    """A verified claim of the made-up world, as Turtle."""
    return (
        f"claim:{name} a mdx:Claim ; rdf:subject {subject} ; rdf:predicate mdx:{predicate} ;"
        f" rdf:object {value} ; mdx:status mdx:verified ; mdx:supportedBy evidence:docs .\n"
    )


ONE, TWO = "offering:example-1--example-cloud", "offering:example-2--example-cloud"
CONTEXT = {"subject": "model:example-1", "property": "contextWindow"}
OF_CONTEXT = {"claim": "claim:example-1--context-window", **CONTEXT}

# What is wrong, as the name of an invalid example or as Turtle, and the offenders.
OFFENDERS = [
    ("claim-without-evidence", "claim-has-evidence", [OF_CONTEXT]),
    ("verified-without-verifying-evidence", "status-is-unconfirmed", [OF_CONTEXT]),
    ("evidence-without-claim", "evidence-is-used",
     [{"evidence": "evidence:docs", "source": "source:example-maker-docs"}]),
    ("retired-before-released", "dates-are-in-order--retired", [{
        "claim": "claim:example-1--example-cloud--retired-on", "subject": ONE,
        "value": "2026-01-15", "otherClaim": "claim:example-1--released",
        "otherProperty": "released", "otherValue": "2026-02"}]),
    ("replacement-on-another-platform", "replacement-is-on-the-same-platform", [{
        "claim": "claim:example-2--example-cloud--recommended-replacement", "subject": TWO,
        "platform": "platform:example-cloud", "replacement": "offering:example-1--example-market",
        "replacementPlatform": "platform:example-market"}]),
    ("replacement-retired-earlier",
     DOCS + claim("plan", ONE, "recommendedReplacement", TWO)
     + claim("one", ONE, "retiredOn", '"2026-03-01"^^xsd:date')
     + claim("two", TWO, "retiredOn", '"2026-02"^^xsd:gYearMonth'),
     [{"claim": "claim:plan", "subject": ONE, "retiredOn": "2026-03-01", "replacement": TWO,
       "replacementRetiredOn": "2026-02"}]),
    ("validity-ends-before-it-begins", "valid-from-before-ended-by",
     [OF_CONTEXT | {"validFrom": "2026-05", "endedBy": "2026-04"}]),
    ("validity-ends-before-it-begins", "valid-from-not-after-valid-through",
     [OF_CONTEXT | {"validFrom": "2026-05", "validThrough": "2026-04-30"}]),
    ("claim-said-twice", "claim-is-not-said-twice",
     [CONTEXT | {"value": "200000", "claims": "2"}]),
    ("claim-said-twice", "claim-is-not-said-twice--silent",
     [{"subject": "model:example-1", "property": "knowledgeCutoff", "claims": "2"}]),
    ("api-id-of-two-models",
     DOCS + claim("one", ONE, "apiId", '"example"') + claim("two", TWO, "apiId", '"example"'),
     [{"apiId": "example", "platform": "platform:example-cloud", "models": "2"}]),
]  # fmt: skip
# These come from a faulty build only.
BY_BUILD = {"verified-triple-without-claim", "verified-claim-without-triple"}


def built(wrong: str) -> list[ox.Quad]:
    """The made-up world with an example, or with Turtle, and all that the build computes."""
    named = [path for path in EXAMPLES.rglob("*.ttl") if path.stem == wrong]
    quads = [q for document in read_all([EXAMPLES / "world.ttl", *named]) for q in document.quads]
    if not named:
        quads += ox.parse(HEAD + wrong, format=ox.RdfFormat.TURTLE)
    vocabulary = read_all([ROOT / "ontology" / "modeldex.ttl"])
    return derive(quads, [quad for document in vocabulary for quad in document.quads])


def offenders(query: StoredQuery, store: Store, limit: int = 100) -> Rows:
    answer = store.query(bind(query.sparql, {"limit": ox.Literal(limit)}))
    assert isinstance(answer, Solutions)
    rows = answer_of(query, answer)
    assert isinstance(rows, Rows)
    return rows


def promised(query: StoredQuery, rows: list[dict[str, str]]) -> list[tuple[object, ...]]:
    return [tuple(row) for row in expected_rows(query, Example({}, tuple(rows), None))]


def test_every_violation_query_is_looked_at() -> None:
    assert len(VIOLATIONS) == 11
    assert {name for name, _, _ in OFFENDERS} | BY_BUILD == {
        name.removesuffix("-violation") for name in VIOLATIONS
    }


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_packaged_data_have_no_offender(name: str, dex: Modeldex) -> None:
    rows = dex.ask(name)
    assert isinstance(rows, Rows)
    assert rows.names == tuple(column.name for column in VIOLATIONS[name].returns)
    assert len(rows) == 0


def test_valid_examples_have_no_offender() -> None:
    assert len(VALID) >= 29
    for file in VALID:
        store = Store.of(built(file.stem))
        for query in VIOLATIONS.values():
            assert offenders(query, store).to_dicts() == [], file.name


@pytest.mark.parametrize(("name", "wrong", "rows"), OFFENDERS, ids=lambda value: str(value)[:40])
def test_the_offender_is_found(name: str, wrong: str, rows: list[dict[str, str]]) -> None:
    query = VIOLATIONS[f"{name}-violation"]
    assert [tuple(row) for row in offenders(query, Store.of(built(wrong)))] == promised(query, rows)


def test_a_verified_triple_that_no_claim_states_is_found() -> None:
    quads = built("first-hand")
    stray = ox.Quad(
        ox.NamedNode(t.PREFIXES["model"] + "example-1"),
        ox.NamedNode(t.MDX + "contextWindow"), ox.Literal(1), ox.NamedNode(t.VERIFIED),
    )  # fmt: skip
    query = VIOLATIONS["verified-triple-without-claim-violation"]
    found = offenders(query, Store.of([*quads, stray]))
    assert [tuple(row) for row in found] == promised(query, [CONTEXT | {"value": "1"}])


def test_a_verified_claim_without_its_triple_is_found() -> None:
    quads = built("first-hand")
    lost = [quad for quad in quads if quad.graph_name == ox.NamedNode(t.VERIFIED)]
    assert lost
    query = VIOLATIONS["verified-claim-without-triple-violation"]
    found = offenders(query, Store.of(quad for quad in quads if quad not in lost))
    stated = {(row["subject"], row["property"], str(row["value"])) for row in found}
    assert stated == {
        (quad.subject.value, t.local_name(quad.predicate.value), quad.object.value)
        for quad in lost
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
    }


def test_the_limit_cuts_the_answer() -> None:
    shared = [
        claim(f"{api_id}-{place}", offering, "apiId", f'"{api_id}"')
        for api_id in ("x", "y")
        for place, offering in enumerate((ONE, TWO))
    ]
    store = Store.of(built(DOCS + "".join(shared)))
    query = VIOLATIONS["api-id-of-two-models-violation"]
    assert offenders(query, store)["apiId"] == ("x", "y")
    assert offenders(query, store, limit=1)["apiId"] == ("x",)
