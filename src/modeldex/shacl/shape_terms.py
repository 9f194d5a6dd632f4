"""Parts of shapes as SPARQL text: terms, paths, classes with their subclasses."""

from __future__ import annotations

from collections.abc import Callable

from rdflib import RDF, Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from modeldex.rdflib_store import from_rdflib
from modeldex.terms import RDFS, shorten

TYPE = f"<{RDF.type}>"
SUBCLASS = f"<{RDFS}subClassOf>"
Subclasses = Callable[[str], list[str]]
"""A class and all that are subclasses of it, by the data."""


class Uncovered(Exception):
    """A constraint that the queries do not cover; the message names shape and constraint."""

    def __init__(self, shape: Node, what: object) -> None:
        where = shorten(str(shape)) if isinstance(shape, URIRef) else "a nested shape"
        name = f"sh:{what.removeprefix(str(SH))}" if isinstance(what, str) else str(what)
        super().__init__(f"{name} of {where}")


def term(node: Node) -> str:
    """An IRI or a literal as SPARQL writes it; the engine escapes it."""
    return str(from_rdflib(node))


def path(shapes: Graph, node: Node | None) -> str:
    """A SHACL path as a SPARQL property path."""
    if isinstance(node, URIRef):
        return term(node)
    assert node is not None
    if shapes.value(node, RDF.first) is not None:
        return "(" + "/".join(path(shapes, part) for part in items(shapes, node)) + ")"
    for predicate, before, behind in (
        (SH.inversePath, "^", ""), (SH.zeroOrMorePath, "", "*"), (SH.oneOrMorePath, "", "+"),
        (SH.zeroOrOnePath, "", "?"),
    ):  # fmt: skip
        if (inner := shapes.value(node, predicate)) is not None:
            return f"({before}{path(shapes, inner)}{behind})"
    if (many := shapes.value(node, SH.alternativePath)) is not None:
        return "(" + "|".join(path(shapes, part) for part in items(shapes, many)) + ")"
    raise Uncovered(node, "a path")


def items(shapes: Graph, head: Node | None) -> list[Node]:
    """The items of a list."""
    return list(shapes.items(head)) if head is not None else []


def is_of(variable: str, classes: list[str], fresh: str) -> str:
    """A condition: the variable is of one of the classes."""
    if len(classes) == 1:
        return f"EXISTS {{ {variable} {TYPE} <{classes[0]}> }}"
    listed = ", ".join(f"<{each}>" for each in classes)
    return f"EXISTS {{ {variable} {TYPE} {fresh} FILTER ({fresh} IN ({listed})) }}"
