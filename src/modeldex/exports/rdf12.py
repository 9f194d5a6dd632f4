"""RDF 1.2: a claim with a value reifies the triple that it is about, and annotates it.

`claim:x rdf:reifies <<( subject predicate object )>>` stands for the three statements of RDF
1.1's reification. The triple is not asserted by that: only the verified graph asserts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeVar

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.exports.selection import Selection

Statement = TypeVar("Statement", ox.Quad, ox.Triple)

REIFIES = ox.NamedNode(t.RDF + "reifies")
PARTS = tuple(ox.NamedNode(t.RDF + part) for part in ("subject", "predicate", "object"))


def write(name: str, selection: Selection, out: BinaryIO) -> None:
    """Write Turtle of the union (`rdf12`), or N-Quads (`rdf12-nquads`)."""
    if name == "rdf12":
        triples = reified(selection.triples())
        ox.serialize(triples, out, format=ox.RdfFormat.TURTLE, prefixes=selection.prefixes)
    else:
        ox.serialize(reified(selection.quads()), out, format=ox.RdfFormat.N_QUADS)


def reified(statements: Iterable[Statement]) -> Iterator[Statement]:
    """The statements, where a subject has one value for each part with a reified triple."""
    group: list[Statement] = []
    for statement in statements:
        if group and group[0].subject != statement.subject:
            yield from _reified(group)
            group = []
        group.append(statement)
    yield from _reified(group)


def _reified(group: list[Statement]) -> Iterator[Statement]:
    parts = [[s for s in group if s.predicate == part] for part in PARTS]
    if any(len(found) != 1 for found in parts):
        yield from group
        return
    subject, predicate, value = (found[0].object for found in parts)
    assert isinstance(subject, ox.NamedNode | ox.BlankNode)
    assert isinstance(predicate, ox.NamedNode)
    whole = ox.Triple(subject, predicate, value)
    for statement in group:
        if statement.predicate not in PARTS:
            yield statement
        elif statement.predicate == PARTS[0]:
            yield _saying(statement, whole)


def _saying(statement: Statement, whole: ox.Triple) -> Statement:
    if isinstance(statement, ox.Quad):
        return ox.Quad(statement.subject, REIFIES, whole, statement.graph_name)
    return ox.Triple(statement.subject, REIFIES, whole)
