"""The vocabulary says of each of its terms what people and programs need to use it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from modeldex.names import name_key
from modeldex.terms import MDX

ONTOLOGY = Path(__file__).parent.parent / "ontology" / "modeldex.ttl"
V = Namespace(MDX)
CLAIM_CLASSES = {
    XSD.integer: V.CountClaim,
    XSD.decimal: V.PriceClaim,
    XSD.boolean: V.BooleanClaim,
    XSD.string: V.StringClaim,
    RDF.langString: V.TextClaim,
    V.PartialDate: V.DateClaim,
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(ONTOLOGY)


def minted(graph: Graph) -> set[Node]:
    return {term for term in graph.subjects() if str(term).startswith(MDX)}


def fact_properties(graph: Graph) -> set[Node]:
    return set(graph.subjects(RDF.type, V.FactProperty))


def test_each_term_has_one_label_and_one_comment_in_english(graph: Graph) -> None:
    terms = minted(graph)
    assert {
        (term, predicate)
        for term in terms
        for predicate in (RDFS.label, RDFS.comment)
        if [getattr(text, "language", None) for text in graph.objects(term, predicate)] != ["en"]
    } == set()
    assert len(terms) == TERMS


def test_each_property_has_one_domain_and_one_range(graph: Graph) -> None:
    properties = {
        term
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty)
        for term in graph.subjects(RDF.type, kind)
        if str(term).startswith(MDX)
    }
    assert {
        (term, predicate)
        for term in properties
        for predicate in (RDFS.domain, RDFS.range)
        if len(list(graph.objects(term, predicate))) != 1
    } == set()
    assert fact_properties(graph) < properties
    assert len(properties) == PROPERTIES


def test_each_domain_and_range_of_ours_is_declared(graph: Graph) -> None:
    named = {
        term
        for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf, RDF.type)
        for term in graph.objects(None, predicate)
        if str(term).startswith(MDX)
    }
    assert named <= minted(graph)


def test_each_fact_property_says_how_to_check_and_show_it(graph: Graph) -> None:
    properties = fact_properties(graph)
    wanted = (V.claimClass, V.singleValued, V.inSection, SH.order)
    assert {
        (term, predicate)
        for term in properties
        for predicate in wanted
        if len(list(graph.objects(term, predicate))) != 1
    } == set()
    subjects = set(graph.transitive_subjects(RDFS.subClassOf, V.Subject))
    assert {graph.value(term, RDFS.domain) for term in properties} <= subjects
    sections = set(graph.subjects(RDF.type, V.Section))
    assert {graph.value(term, V.inSection) for term in properties} == sections
    assert len(properties) == FACT_PROPERTIES


def test_the_claim_class_of_a_fact_property_fits_its_range(graph: Graph) -> None:
    for term in fact_properties(graph):
        due = CLAIM_CLASSES.get(graph.value(term, RDFS.range), V.LinkClaim)
        assert graph.value(term, V.claimClass) == due, term
        is_link = due == V.LinkClaim
        assert ((term, RDF.type, OWL.ObjectProperty) in graph) == is_link, term


def test_each_number_has_a_unit(graph: Graph) -> None:
    units = set(graph.subjects(RDF.type, V.Unit))
    numeric = {
        term
        for term in fact_properties(graph)
        if graph.value(term, RDFS.range) in (XSD.integer, XSD.decimal)
    }
    assert {graph.value(term, V.unit) for term in numeric} == units
    assert set(graph.subjects(V.unit)) == numeric
    assert len(numeric) == NUMERIC


def test_each_place_on_the_fact_sheet_is_taken_once(graph: Graph) -> None:
    places = Counter(
        (graph.value(term, V.inSection), graph.value(term, SH.order))
        for term in fact_properties(graph)
    )
    assert [place for place, count in places.items() if count > 1] == []


def test_no_word_of_people_means_two_properties(graph: Graph) -> None:
    meanings: dict[str, set[Node]] = {}
    for term in fact_properties(graph):
        names = [str(term).removeprefix(MDX)]
        names += [str(n) for p in (RDFS.label, SKOS.altLabel) for n in graph.objects(term, p)]
        for name in names:
            meanings.setdefault(name_key(name), set()).add(term)
    assert {key: terms for key, terms in meanings.items() if len(terms) > 1} == {}


def test_what_the_build_computes_is_marked_so(graph: Graph) -> None:
    computed = {
        term
        for term in minted(graph)
        if str(graph.value(term, RDFS.comment)).startswith("Computed: ")
    }
    assert URIRef(V.VerifiedClaim) in computed
    assert computed.isdisjoint(fact_properties(graph))
    claim_classes = set(graph.transitive_subjects(RDFS.subClassOf, V.Claim)) - {V.Claim}
    assert claim_classes <= computed
    assert len(computed) == COMPUTED


def test_statuses_and_bases_are_those_of_the_rule(graph: Graph) -> None:
    assert set(graph.subjects(RDF.type, V.Status)) == {V.verified, V.unconfirmed}
    bases = sorted(
        graph.subjects(RDF.type, V.Basis), key=lambda b: int(str(graph.value(b, V.rank)))
    )
    assert bases == [V.firstHand, V.reported, V.asserted, V.thirdParty, V.silent]
    assert [graph.value(basis, V.rank) for basis in bases] == [Literal(n) for n in range(1, 6)]


# How many each test looked at: a term that is added or lost shows here.
TERMS, PROPERTIES, FACT_PROPERTIES, NUMERIC, COMPUTED = 257, 174, 117, 42, 41
