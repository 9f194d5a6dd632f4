"""The published JSON-LD context, written from the ontology."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.descriptions import TYPE, Descriptions, describe, iris_in
from modeldex.exports.context import PREFIXES

FIXED = {
    "subject": {"@id": "rdf:subject", "@type": "@id"},
    "property": {"@id": "rdf:predicate", "@type": "@id"},
    "value": {"@id": "rdf:object"},
    "claims": {"@reverse": "rdf:subject"},
    "offerings": {"@reverse": "mdx:offeringOf"},
    "versions": {"@reverse": "dcterms:isVersionOf"},
    "uses": {"@reverse": "mdx:useOf"},
    "formerVerdicts": {"@reverse": "mdx:verdictOn"},
    "label": {"@id": "rdfs:label", "@language": "en"},
    "comment": {"@id": "rdfs:comment", "@language": "en"},
    "altLabel": {"@id": "skos:altLabel", "@language": "en"},
    "notation": {"@id": "skos:notation"},
    "creator": {"@id": "dcterms:creator", "@type": "@id"},
    "publisher": {"@id": "dcterms:publisher", "@type": "@id"},
    "isVersionOf": {"@id": "dcterms:isVersionOf", "@type": "@id"},
    "issued": {"@id": "dcterms:issued"},
    "title": {"@id": "dcterms:title", "@language": "en"},
    "url": {"@id": "schema:url"},
    "validFrom": {"@id": "schema:validFrom"},
    "validThrough": {"@id": "schema:validThrough"},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
}
CLASSES = (t.OWL + "ObjectProperty", t.OWL + "DatatypeProperty", t.OWL + "AnnotationProperty")


def context_document(ontology: Iterable[ox.Quad]) -> bytes:
    """The context as a file: prefixes, classes by name, and a key for each property."""
    described = describe(ontology)
    terms: dict[str, object] = {"@version": 1.1, "id": "@id", "type": "@type", **PREFIXES, **FIXED}
    for iri in sorted(described):
        if not iri.startswith(t.MDX):
            continue
        name = t.local_name(iri)
        kinds = iris_in(described[iri].get(TYPE, ()))
        if t.OWL + "Class" in kinds:
            terms[name] = f"mdx:{name}"
        elif {*CLASSES, t.MDX + "FactProperty"}.intersection(kinds):
            assert name not in terms, f"two terms with the key {name}"
            terms[name] = {"@id": f"mdx:{name}", **_coerced(described, iri)}
    return (json.dumps({"@context": terms}, indent=2, ensure_ascii=False) + "\n").encode()


def _coerced(described: Descriptions, iri: str) -> dict[str, str]:
    kinds = iris_in(described[iri].get(TYPE, ()))
    if t.OWL + "ObjectProperty" in kinds:
        return {"@type": "@id"}
    ranges = iris_in(described[iri].get(t.RDFS + "range", ()))
    if ranges == [t.RDF + "langString"]:
        return {"@language": "en"}
    if ranges in ([t.XSD + "date"], [t.XSD + "decimal"]):
        return {"@type": f"xsd:{t.local_name(ranges[0])}"}
    return {}
