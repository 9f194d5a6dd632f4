"""What a workload costs, where prices differ by condition, day, snapshot and status."""

from __future__ import annotations

from decimal import Decimal

import pytest
import rdflib

import modeldex
from modeldex.dex import Modeldex
from modeldex.rows import Rows

HEAD = """\
@prefix mdx: <https://w3id.org/modeldex/vocab#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix schema: <https://schema.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix model: <https://w3id.org/modeldex/id/model/> .
@prefix offering: <https://w3id.org/modeldex/id/offering/> .
@prefix platform: <https://w3id.org/modeldex/id/platform/> .
@prefix provider: <https://w3id.org/modeldex/id/provider/> .
@prefix source: <https://w3id.org/modeldex/id/source/> .
@prefix evidence: <https://w3id.org/modeldex/id/evidence/> .
@prefix claim: <https://w3id.org/modeldex/id/claim/> .
provider:acme a mdx:Provider ; rdfs:label "Acme"@en .
platform:acme-api a mdx:Platform ; rdfs:label "Acme API"@en ; dcterms:creator provider:acme .
model:rocket a mdx:Model ; rdfs:label "Rocket"@en ; dcterms:creator provider:acme .
model:rocket-2026 a mdx:Model ; rdfs:label "Rocket (2026)"@en ; dcterms:creator provider:acme ;
    dcterms:isVersionOf model:rocket .
offering:rocket--acme-api a mdx:Offering ; rdfs:label "Rocket on the API"@en ;
    mdx:offeringOf model:rocket ; mdx:onPlatform platform:acme-api .
offering:rocket--acme-api--batch a mdx:Offering ; rdfs:label "Rocket on the API, batch"@en ;
    mdx:offeringOf model:rocket ; mdx:onPlatform platform:acme-api ;
    mdx:broaderOffering offering:rocket--acme-api ; mdx:condition mdx:batch .
offering:rocket-2026--acme-api a mdx:Offering ; rdfs:label "Rocket (2026) on the API"@en ;
    mdx:offeringOf model:rocket-2026 ; mdx:onPlatform platform:acme-api ;
    mdx:broaderOffering offering:rocket--acme-api .
source:acme-prices a mdx:Source ; rdfs:label "Acme: prices"@en ; dcterms:publisher provider:acme ;
    mdx:speaksFor provider:acme, platform:acme-api .
source:blog a mdx:Source ; rdfs:label "A blog"@en ; dcterms:publisher provider:acme .
evidence:prices a mdx:Evidence ; mdx:source source:acme-prices ;
    mdx:asOf "2026-05-04"^^xsd:date ; mdx:locator "Table" .
evidence:blog a mdx:Evidence ; mdx:source source:blog ;
    mdx:asOf "2026-05-04"^^xsd:date ; mdx:locator "Text" .
"""


def price(offering: str, kind: str, value: str, more: str = "", *, status: str = "verified") -> str:
    """A claim on a price."""
    evidence = "prices" if status == "verified" else "blog"
    name = f"{offering}--{kind.lower()}--{value.replace('.', '-')}"
    return (
        f"claim:{name} a mdx:Claim ; rdf:subject offering:{offering} ; "
        f"rdf:predicate mdx:{kind} ; rdf:object {value} ; mdx:status mdx:{status} ; "
        f"mdx:supportedBy evidence:{evidence} {more}.\n"
    )


@pytest.fixture(scope="module")
def acme() -> Modeldex:
    """Prices of a model: two in time, one for batches, one of its own for a snapshot."""
    claims = (
        price(
            "rocket--acme-api", "inputPrice", "4.0", '; schema:validThrough "2026-06-30"^^xsd:date '
        )
        + price(
            "rocket--acme-api", "inputPrice", "3.0", '; schema:validFrom "2026-07-01"^^xsd:date '
        )
        + price("rocket--acme-api", "outputPrice", "15.0")
        + price("rocket--acme-api--batch", "inputPrice", "1.5")
        + price("rocket--acme-api--batch", "outputPrice", "7.5")
        + price("rocket-2026--acme-api", "outputPrice", "0.1", status="unconfirmed")
    )
    return modeldex.open(rdflib.Graph().parse(data=HEAD + claims, format="turtle"))


def cost(acme: Modeldex, **parameters: object) -> dict[str, tuple[object, object]]:
    """Offering to cost and status."""
    rows = acme.ask(
        "cost-of-a-workload", models="rocket", inputTokens=1_000_000, outputTokens=100_000,
        **parameters,
    )  # fmt: skip
    assert isinstance(rows, Rows)
    assert len({row["offering"] for row in rows}) == len(rows)
    return {row["offering"].slug: (row["cost"], row["status"]) for row in rows}


def test_the_cost_is_exact_and_as_sure_as_its_prices(acme: Modeldex) -> None:
    assert cost(acme) == {
        "rocket--acme-api": (Decimal("4.5"), "verified"),
        "rocket-2026--acme-api": (Decimal("3.01"), "unconfirmed"),
    }


def test_the_day_decides_the_price(acme: Modeldex) -> None:
    assert cost(acme, on="2026-06-30")["rocket--acme-api"] == (Decimal("5.5"), "verified")
    assert cost(acme, on="2026-07-01")["rocket--acme-api"] == (Decimal("4.5"), "verified")


def test_batch_takes_prices_for_batches_only(acme: Modeldex) -> None:
    assert cost(acme, batch=True) == {"rocket--acme-api--batch": (Decimal("2.25"), "verified")}


def test_without_a_price_that_is_needed_there_is_no_cost(acme: Modeldex) -> None:
    found = cost(acme, cachedInputTokens=1)
    assert {value for value, _ in found.values()} == {None}
    assert len(found) == 2


def test_the_condition_stands_in_the_claim(acme: Modeldex) -> None:
    fact = acme.fact("rocket--acme-api--batch", "input price")
    assert (fact.value, fact.condition, fact.platform) == (Decimal("1.5"), "batch", "Acme API")
    assert fact.to_dict()["condition"] == "batch"


def test_price_on_a_day_reads_what_is_missing_from_the_broader_offering(acme: Modeldex) -> None:
    rows = acme.ask("price-on-a-day", thing="rocket-2026", platform="acme-api", on="2026-08-01")
    assert isinstance(rows, Rows)
    found = {(row["property"], row["value"], row["subject"].slug) for row in rows}
    assert found == {
        ("inputPrice", Decimal("3"), "rocket--acme-api"),
        ("outputPrice", Decimal("0.1"), "rocket-2026--acme-api"),
    }
