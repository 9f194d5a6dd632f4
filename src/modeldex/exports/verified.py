"""Slim JSON of what is verified, uncontested and in force: values by kind, thing and property.

An exact decimal is a string, so that no reader rounds it; a date is a string; another thing is
its IRI. Of a property that can have several values there is an array.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
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
    """Write one object: `release`, `units`, a key for each kind of thing, `other` for the rest."""
    properties = {prop.iri: prop for prop in selection.dex.properties()}
    head = {
        "dataset": t.DATASET,
        "release": selection.dex.release,
        "license": LICENCE,
        "units": {prop.name: prop.unit for prop in properties.values() if prop.unit},
    }
    out.write(_json(head)[:-1])
    last, between = "", b""
    for kind, key, iri, quads in _things(selection):
        if kind != last:
            out.write((b"\n}" if last else b"") + b',\n"' + kind.encode() + b'": {')
            last, between = kind, b"\n"
        record = _record(selection, iri, quads, properties)
        out.write(between + _json(key) + b": " + _json(record))
        between = b",\n"
    out.write((b"\n}" if last else b"") + b"\n}\n")


def _things(selection: Selection) -> Iterator[tuple[str, str, str, list[ox.Quad]]]:
    """Kind, key in it, IRI and facts; those with IRIs of another's making last, by whole IRI."""
    others = False
    for iri, quads in selection.subjects(t.VERIFIED):
        kind = _kind(iri)
        if kind:
            yield kind, iri.removeprefix(t.PREFIXES[kind]), iri, quads
        else:
            others = True
    if others:
        for iri, quads in selection.subjects(t.VERIFIED):
            if not _kind(iri):
                yield "other", iri, iri, quads


def _record(
    selection: Selection, iri: str, quads: list[ox.Quad], properties: dict[str, FactProperty]
) -> dict[str, Any]:
    described = selection.described(iri, t.ENTITIES)
    record: dict[str, Any] = {
        name: quad.object.value  # type: ignore[union-attr]
        for predicate, name in DESCRIBED.items()
        for quad in described
        if quad.predicate.value == predicate and _in_english(quad.object)
    }
    facts: dict[str, Any] = {}
    for quad in quads:
        prop = properties.get(quad.predicate.value)
        value = _value(quad.object)
        if prop and prop.single_valued:
            facts[prop.name] = value
        else:
            facts.setdefault(prop.name if prop else quad.predicate.value, []).append(value)
    return {"id": iri, **record, "facts": facts}


def _in_english(term: object) -> bool:
    return not isinstance(term, ox.Literal) or term.language == "en"


def _value(term: object) -> str | int | bool:
    if isinstance(term, ox.Literal):
        if term.datatype.value == t.XSD + "integer":
            return int(term.value)
        if term.datatype.value == t.XSD + "boolean":
            return term.value == "true"
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


def _kind(iri: str) -> str | None:
    return next((kind for kind in t.KINDS if iri.startswith(t.PREFIXES[kind])), None)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
