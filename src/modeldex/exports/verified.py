"""Slim JSON of what is verified, uncontested and in force: values by kind, thing and property.

An exact decimal is a string, so that no reader rounds it; a date is a string; another thing is
its IRI. Of a property that can have several values there is an array.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, BinaryIO

import pyoxigraph as ox

from modeldex import terms as t

if TYPE_CHECKING:
    from modeldex.exports.selection import Selection
    from modeldex.facts import FactProperty

DESCRIBED = {
    t.RDFS + "label": "label",
    t.DCTERMS + "creator": "creator",
    t.DCTERMS + "isVersionOf": "isVersionOf",
    t.MDX + "offeringOf": "model",
    t.MDX + "onPlatform": "platform",
}
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"


def write(name: str, selection: Selection, out: BinaryIO) -> None:
    """Write one object: `release`, `units`, and a key for each kind of thing."""
    properties = {prop.iri: prop for prop in selection.dex.properties()}
    head = {
        "dataset": t.DATASET,
        "release": selection.dex.release,
        "license": LICENCE,
        "units": {prop.name: prop.unit for prop in properties.values() if prop.unit},
    }
    out.write(_json(head)[:-1])
    by_kind = groupby(selection.subjects(t.VERIFIED), key=lambda found: _kind(found[0]))
    for kind, things in by_kind:
        out.write(b',\n"' + kind.encode() + b'": {')
        between = b"\n"
        for iri, quads in things:
            record = _record(selection, iri, quads, properties)
            out.write(between + _json(t.local_name(iri)) + b": " + _json(record))
            between = b",\n"
        out.write(b"\n}")
    out.write(b"\n}\n")


def _record(
    selection: Selection, iri: str, quads: list[ox.Quad], properties: dict[str, FactProperty]
) -> dict[str, Any]:
    described = selection.described(iri, t.ENTITIES)
    record: dict[str, Any] = {
        name: quad.object.value  # type: ignore[union-attr]
        for predicate, name in DESCRIBED.items()
        for quad in described
        if quad.predicate.value == predicate
    }
    facts: dict[str, Any] = {}
    for quad in quads:
        prop = properties[quad.predicate.value]
        value = _value(quad.object)
        if prop.single_valued:
            facts[prop.name] = value
        else:
            facts.setdefault(prop.name, []).append(value)
    return {"id": iri, **record, "facts": facts}


def _value(term: object) -> str | int | bool:
    if isinstance(term, ox.Literal):
        if term.datatype.value == t.XSD + "integer":
            return int(term.value)
        if term.datatype.value == t.XSD + "boolean":
            return term.value == "true"
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


def _kind(iri: str) -> str:
    return next((kind for kind in t.KINDS if iri.startswith(t.PREFIXES[kind])), "thing")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
