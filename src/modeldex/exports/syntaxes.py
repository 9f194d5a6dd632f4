"""The syntaxes of RDF 1.1: Turtle, TriG, N-Triples, N-Quads, RDF/XML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

import pyoxigraph as ox

from modeldex.exports.selection import Selection
from modeldex.serializing import serialize


def write(name: str, selection: Selection, out: BinaryIO) -> None:
    """Write the statements; a syntax without graphs holds their union."""
    statements: Iterable[ox.Quad | ox.Triple]
    if name == "trig":
        statements = (quad for graph in selection.graphs for quad in selection.quads(graph))
    elif name == "nquads":
        statements = selection.quads()
    else:
        statements = selection.triples()
    serialize(name, statements, out, selection.prefixes)
