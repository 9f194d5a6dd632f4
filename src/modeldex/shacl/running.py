"""What in a store breaks the shapes, as results and as a validation report in RDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pyoxigraph as ox
import rdflib
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from modeldex.rdflib_store import rdflib_term
from modeldex.shacl.checks import Check, Numbers, checks
from modeldex.shacl.shape_terms import is_of
from modeldex.terms import RDFS

SUBCLASSES = f"SELECT DISTINCT ?class ?of WHERE {{ ?class <{RDFS}subClassOf> ?of }}"
USED = "SELECT ?each (COUNT(*) AS ?number) WHERE { ?s ?each ?o } GROUP BY ?each"
TYPED = "SELECT ?each (COUNT(*) AS ?number) WHERE { ?s a ?each } GROUP BY ?each"


class Broken(NamedTuple):
    """A constraint that a focus node breaks, with the value that does, where it is one."""

    check: Check
    focus: Node
    value: Node | None
    path: Node | None


def broken(data: ox.Store, shapes: Graph) -> list[Broken]:
    """Everything in the default graph that breaks a shape. Raises Uncovered.

    >>> from modeldex.validation import shapes
    >>> broken(ox.Store(), shapes())
    []
    """
    found = []
    for check in checks(shapes, subclasses_in(data), _numbers(data)):
        rows: Any = data.query(check.query)
        names = [variable.value for variable in rows.variables]
        for row in rows:
            values = {name: rdflib_term(row[name]) for name in names if row[name] is not None}
            if check.component == SH.SPARQLConstraintComponent:
                values.setdefault("value", values["this"])
            found.append(Broken(check, values["this"], values.get("value"),
                                values.get("path", check.path)))  # fmt: skip
    return found


def subclasses_in(data: ox.Store) -> Any:
    """A function from a class to it and all its subclasses, by the data."""
    below: dict[str, list[str]] = {}
    rows: Any = data.query(SUBCLASSES)
    for row in rows:
        if isinstance(row["class"], ox.NamedNode) and isinstance(row["of"], ox.NamedNode):
            below.setdefault(row["of"].value, []).append(row["class"].value)

    def subclasses(name: str) -> list[str]:
        found = [name]
        for each in found:
            found += sorted(x for x in below.get(each, ()) if x not in found)
        return found

    return subclasses


def unlooked_at(data: ox.Store, shapes: Graph) -> Iterator[Node]:
    """The subjects of the default graph that no shape looks at, by class or by name.

    A target by property does not count: it looks at that one property, whatever the subject is.
    """
    subclasses = subclasses_in(data)
    targets = {str(each) for each in shapes.objects(None, SH.targetClass)}
    seen = sorted({each for target in targets for each in subclasses(target)})
    named = set(shapes.objects(None, SH.targetNode))
    query = f"SELECT DISTINCT ?s WHERE {{ ?s ?p ?o FILTER (!{is_of('?s', seen, '?class')}) }}"
    rows: Any = data.query(query)
    yield from (node for row in rows if (node := rdflib_term(row["s"])) not in named)


def report(results: Iterable[Broken], shapes: Graph) -> Graph:
    """The validation report of SHACL."""
    graph = Graph()
    whole = rdflib.BNode()
    graph.add((whole, RDF.type, SH.ValidationReport))
    conforms = True
    for each in results:
        node, check = rdflib.BNode(), each.check
        conforms = conforms and check.severity != SH.Violation  # warnings are allowed
        graph.add((whole, SH.result, node))
        graph.add((node, RDF.type, SH.ValidationResult))
        graph.add((node, SH.focusNode, each.focus))
        graph.add((node, SH.resultSeverity, check.severity))
        graph.add((node, SH.sourceShape, check.shape))
        graph.add((node, SH.sourceConstraintComponent, check.component))
        graph.add((node, SH.resultMessage, rdflib.Literal(check.message)))
        if each.value is not None:
            graph.add((node, SH.value, each.value))
        if each.path is not None:
            graph.add((node, SH.resultPath, each.path))
            _copy(shapes, each.path, graph)
    graph.add((whole, SH.conforms, rdflib.Literal(conforms)))
    return graph


def _numbers(data: ox.Store) -> Numbers:
    def counted(query: str) -> dict[str, int]:
        rows: Any = data.query(query)
        return {r["each"].value: int(r["number"].value) for r in rows
                if isinstance(r["each"], ox.NamedNode)}  # fmt: skip

    return Numbers(counted(USED), counted(TYPED))


def _copy(shapes: Graph, node: Node, graph: Graph) -> None:
    """What describes a path that is no plain property."""
    if isinstance(node, URIRef) or (node, None, None) in graph:
        return
    for predicate, value in shapes.predicate_objects(node):
        graph.add((node, predicate, value))
        _copy(shapes, value, graph)
