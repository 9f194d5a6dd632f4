"""Schema.org: verified facts only, each with its sources; the same triples as the stored query."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest
from test_exports import exported

from modeldex import terms as t
from modeldex.dex import Modeldex
from modeldex.engine import Triples
from modeldex.exports.description import Distribution
from modeldex.exports.schema_org import dataset_document, document
from modeldex.exports.selection import Selection

KEPT = (t.XSD + "boolean", t.XSD + "integer")


@pytest.fixture(scope="module")
def whole(dex: Modeldex) -> Selection:
    return Selection(dex)


def nodes(value: Any) -> list[dict[str, Any]]:
    """Every node of a document."""
    if isinstance(value, list):
        return [node for each in value for node in nodes(each)]
    if isinstance(value, dict):
        return [value, *(node for each in value.values() for node in nodes(each))]
    return []


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def facts(found: Any) -> list[dict[str, Any]]:
    return [node for node in nodes(found) if "Claim" in listed(node.get("@type"))]


def plain(term: Any) -> Any:
    """A term as schema.org has it: only yes/no and whole numbers are typed."""
    if isinstance(term, ox.Literal) and term.datatype.value not in KEPT:
        return ox.Literal(term.value)
    return term


def read(found: Any) -> set[ox.Triple]:
    text = json.dumps(found).encode()
    return {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD)}


def test_facts_are_verified_uncontested_and_in_force(dex: Modeldex, whole: Selection) -> None:
    found = facts(json.loads(exported(whole, "schema")))
    assert len(found) == 755
    by_iri = {claim.iri: claim for claim in dex.claims()}
    for fact in found:
        claim = by_iri[t.ID + fact["@id"].removeprefix("dex:")]
        assert (claim.status, claim.contested, claim.in_force) == ("verified", False, True)
        value = fact.get("value", fact.get("price"))
        assert value in (claim.value, str(claim.value)), claim.iri
        assert fact.get("unitText") == claim.unit
        based = {t.ID + node["@id"].removeprefix("dex:") for node in listed(fact["isBasedOn"])}
        assert based == {e.source.iri for e in claim.evidence if e.stance == "supports"}


def test_a_document_has_the_triples_of_the_stored_query(dex: Modeldex) -> None:
    models = dex.models()
    assert len(models) > 8
    for model in models:
        answer = dex.ask("model-as-schema-org", model=model)
        assert isinstance(answer, Triples)
        expected = {ox.Triple(x.subject, x.predicate, plain(x.object)) for x in answer.triples}
        assert read(document(dex, model)) == expected, model.iri


def test_a_model_has_its_snapshots_and_their_offerings_inside(dex: Modeldex) -> None:
    found = document(dex, dex.thing("claude-3-5-sonnet"))
    assert "@included" not in found
    inside = {node["@id"]: node for node in nodes(found) if "@type" in node}
    assert inside["dex:model/claude-3-5-sonnet-20240620"] in found["@reverse"]["isVariantOf"]
    offer = inside["dex:offering/claude-3-5-sonnet-20240620--anthropic-api"]
    assert offer["identifier"] == "claude-3-5-sonnet-20240620"
    described = [node["@id"] for node in nodes(found) if "name" in node]
    assert len(described) == len(set(described))


def test_each_model_stands_in_the_whole_once(dex: Modeldex, whole: Selection) -> None:
    found = nodes(json.loads(exported(whole, "schema")))
    products = [node["@id"] for node in found if "Product" in listed(node.get("@type"))]
    assert sorted(products) == sorted("dex:" + m.iri.removeprefix(t.ID) for m in dex.models())


def test_an_offering_is_the_root_of_its_document(dex: Modeldex) -> None:
    found = document(dex, dex.thing("claude-3-5-sonnet-20241022", "Offering"))
    assert (found["@type"], found["identifier"]) == ("Offer", "claude-3-5-sonnet-20241022")
    assert found["@reverse"]["offers"][0]["@id"] == "dex:model/claude-3-5-sonnet-20241022"
    assert facts(found)


def test_every_thing_has_a_document(dex: Modeldex) -> None:
    """Whatever a page is about; what is no model or offering is named, and no more."""
    things = {claim.subject for claim in dex.claims()}
    assert {thing.kind for thing in things} > {"Model", "Offering", "Platform", "Feature", "Use"}
    for thing in things:
        found = document(dex, thing)
        assert found["name"] == thing.label
        assert (found["@type"] == "Thing") == (thing.kind == "Class")
        assert read(found)


def test_terms_are_those_of_schema_org_and_nothing_is_fetched(whole: Selection) -> None:
    quads = list(ox.parse(exported(whole, "schema"), format=ox.RdfFormat.JSON_LD))
    assert len(quads) > 150
    other = {q.predicate.value for q in quads if not q.predicate.value.startswith(t.SCHEMA)}
    assert other == {t.RDF + "type"}


def test_the_dataset_is_what_search_engines_read(whole: Selection) -> None:
    files = [Distribution("modeldex.csv", "a row a claim", "text/csv", 7, "0" * 64)]
    found = dataset_document(whole, "https://models.example.org/", files)
    assert found["datePublished"] == whole.dex.release
    (file,) = found["distribution"]
    assert file["contentUrl"] == "https://models.example.org/modeldex.csv"
    assert 50 < len(found["description"]) < 5000
    assert ox.NamedNode(t.SCHEMA + "Dataset") in {triple.object for triple in read(found)}
