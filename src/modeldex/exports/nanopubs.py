"""Nanopublications: of each claim the assertion, where it comes from, and who publishes it.

The assertion is the claimed triple; of a claim without a value, which property of which thing was
looked for. What it rests on and whether it is verified stand in the provenance. Nanopublication and
graphs are named within the claim (`claim#nanopub`): what leads to the claim leads to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.exports.selection import EVIDENCE_OF, SOURCE_OF, Selection

NANOPUB = "http://www.nanopub.org/nschema#"
TYPE = ox.NamedNode(t.RDF + "type")
DERIVED = ox.NamedNode(t.PROV + "wasDerivedFrom")
LICENCE = ox.NamedNode("https://creativecommons.org/publicdomain/zero/1.0/")
SUBJECT, PREDICATE, OBJECT = (
    ox.NamedNode(t.RDF + part) for part in ("subject", "predicate", "object")
)
OF_THE_ASSERTION = {ox.NamedNode(t.MDX + name) for name in ("status", "basis", "contested", "asOf")}

Triples = list[ox.Triple]


def write(name: str, selection: Selection, out: BinaryIO) -> None:
    """Write TriG, four graphs a claim."""
    prefixes = {**selection.prefixes, "np": NANOPUB}
    ox.serialize(_all(selection), out, format=ox.RdfFormat.TRIG, prefixes=prefixes)


def _all(selection: Selection) -> Iterator[ox.Quad]:
    release = selection.dex.release
    for iri, quads in selection.subjects(t.CLAIMS):
        if any(quad.predicate.value == t.MDX + "basis" for quad in quads) and any(
            quad.predicate == SUBJECT for quad in quads
        ):
            yield from _nanopub(selection, ox.NamedNode(iri), quads, release)


def _nanopub(
    selection: Selection, claim: ox.NamedNode, quads: list[ox.Quad], release: str
) -> Iterator[ox.Quad]:
    whole, head, assertion, provenance, publication = (
        ox.NamedNode(f"{claim.value}#{part}")
        for part in ("nanopub", "Head", "assertion", "provenance", "pubinfo")
    )
    yield from _graph(head, [
        ox.Triple(whole, TYPE, ox.NamedNode(NANOPUB + "Nanopublication")),
        *(ox.Triple(whole, ox.NamedNode(NANOPUB + f"has{part}"), graph)
          for part, graph in (("Assertion", assertion), ("Provenance", provenance),
                              ("PublicationInfo", publication))),
    ])  # fmt: skip
    yield from _graph(assertion, _asserted(claim, quads))
    yield from _graph(provenance, _provenance(selection, assertion, claim, quads))
    day = ox.Literal(release, datatype=ox.NamedNode(t.XSD + "date"))
    yield from _graph(publication, [
        ox.Triple(whole, DERIVED, claim),
        ox.Triple(whole, ox.NamedNode(t.DCTERMS + "isPartOf"), ox.NamedNode(t.DATASET)),
        ox.Triple(whole, ox.NamedNode(t.DCTERMS + "issued"), day),
        ox.Triple(whole, ox.NamedNode(t.DCTERMS + "license"), LICENCE),
    ])  # fmt: skip


def _asserted(claim: ox.NamedNode, quads: list[ox.Quad]) -> Triples:
    (subject,), (predicate,), values = (
        [quad.object for quad in quads if quad.predicate == part]
        for part in (SUBJECT, PREDICATE, OBJECT)
    )
    if values:
        return [ox.Triple(subject, predicate, values[0])]  # type: ignore[arg-type]
    return [
        ox.Triple(claim, TYPE, ox.NamedNode(t.MDX + "SilentClaim")),
        ox.Triple(claim, SUBJECT, subject), ox.Triple(claim, PREDICATE, predicate),
    ]  # fmt: skip


def _provenance(
    selection: Selection, assertion: ox.NamedNode, claim: ox.NamedNode, quads: list[ox.Quad]
) -> Triples:
    triples = [ox.Triple(assertion, DERIVED, claim)]
    evidence = [quad.object for quad in quads if quad.predicate in EVIDENCE_OF]
    for quad in quads:
        if quad.predicate in OF_THE_ASSERTION:
            triples.append(ox.Triple(assertion, quad.predicate, quad.object))
        elif quad.predicate in EVIDENCE_OF or quad.predicate.value.startswith(t.SCHEMA + "valid"):
            triples.append(ox.Triple(claim, quad.predicate, quad.object))
    described = [q for each in evidence for q in _described(selection, each)]
    sources = {q.object for q in described if q.predicate in SOURCE_OF}
    for source in sorted(sources, key=str):
        described += _described(selection, source)
    return triples + [quad.triple for quad in described]


def _described(selection: Selection, term: object) -> list[ox.Quad]:
    return selection.described(term.value, t.EVIDENCE) if isinstance(term, ox.NamedNode) else []


def _graph(name: ox.NamedNode, triples: Iterable[ox.Triple]) -> Iterator[ox.Quad]:
    for triple in sorted(set(triples), key=str):
        yield ox.Quad(triple.subject, triple.predicate, triple.object, name)
