"""The syntaxes of RDF 1.1: Turtle, TriG, N-Triples, N-Quads, RDF/XML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pyoxigraph as ox

from modeldex.errors import BadInput
from modeldex.exports.selection import GRAPHS, Selection

SYNTAXES = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(name: str, selection: Selection, out: BinaryIO) -> None:
    """Write the statements; a syntax without graphs holds their union."""
    statements: Iterable[ox.Quad | ox.Triple]
    if name == "trig":
        statements = (quad for graph in GRAPHS for quad in selection.quads(graph))
    elif name == "nquads":
        statements = selection.quads()
    else:
        statements = selection.triples()
    if name == "rdfxml":
        statements = _fit_for_xml(selection.triples())
    prefixes = None if name in ("ntriples", "nquads") else selection.prefixes
    ox.serialize(statements, out, format=SYNTAXES[name], prefixes=prefixes)  # type: ignore[arg-type]


def _fit_for_xml(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Raise BadInput for what XML has no way to write."""
    for triple in triples:
        if isinstance(triple.object, ox.Literal) and _NO_XML.search(triple.object.value):
            raise BadInput(
                f"XML cannot hold a control character: {triple.subject}",
                remedy="export as turtle or ntriples",
            )
        yield triple
