"""Constraints as conditions: an expression that is true where a node breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from modeldex.shacl.shape_terms import Subclasses, Uncovered, is_of, items, path, term
from modeldex.terms import XSD

Broken = tuple[URIRef, str]
"""A constraint component, and the condition under which it is broken."""

NO_CONSTRAINT = {
    RDF.type, SH.path, SH.message, SH.severity, SH.property, SH.targetClass, SH.targetNode,
    SH.targetSubjectsOf, SH.targetObjectsOf, SH.name, SH.description, SH.order, SH.group,
    SH.ignoredProperties, SH.flags, SH.qualifiedMinCount, SH.qualifiedMaxCount, SH.defaultValue,
}  # fmt: skip
OF_THE_SET = {
    SH.minCount, SH.maxCount, SH.hasValue, SH.equals, SH.disjoint, SH.lessThan,
    SH.lessThanOrEquals, SH.qualifiedValueShape,
}  # fmt: skip
OF_THE_FOCUS = {SH.closed, SH.sparql}
COMPARED = {SH.minInclusive: ">=", SH.maxInclusive: "<=", SH.minExclusive: ">",
            SH.maxExclusive: "<", SH.lessThan: "<", SH.lessThanOrEquals: "<="}  # fmt: skip
NODE_KINDS = {
    SH.IRI: "isIRI({0})", SH.BlankNode: "isBlank({0})", SH.Literal: "isLiteral({0})",
    SH.BlankNodeOrIRI: "(isIRI({0}) || isBlank({0}))",
    SH.BlankNodeOrLiteral: "(isBlank({0}) || isLiteral({0}))",
    SH.IRIOrLiteral: "(isIRI({0}) || isLiteral({0}))",
}  # fmt: skip
WELL_TYPED = {
    XSD + "integer": "^[+-]?[0-9]+$",
    XSD + "decimal": r"^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)$",
    XSD + "boolean": "^(true|false|1|0)$",
    XSD + "gYear": "^-?[0-9]{4,}(Z|[+-][0-9]{2}:[0-9]{2})?$",
    XSD + "gYearMonth": "^-?[0-9]{4,}-(0[1-9]|1[0-2])(Z|[+-][0-9]{2}:[0-9]{2})?$",
    XSD + "date": "^-?[0-9]{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
                  "(Z|[+-][0-9]{2}:[0-9]{2})?$",
}  # fmt: skip


class Conditions:
    """The conditions of the shapes in a graph, for data with these subclasses."""

    def __init__(self, shapes: Graph, subclasses: Subclasses) -> None:
        self.shapes, self.subclasses = shapes, subclasses
        self._numbers = count()

    def fresh(self) -> str:
        """A variable that is used nowhere else."""
        return f"?x{next(self._numbers)}"

    def breaks(self, shape: Node, node: str) -> str:
        """The condition under which a node does not conform to a shape."""
        parts = [condition for _, condition in self.of_node(shape, node)]
        parts += [
            self.breaks_property(each, node) for each in self.shapes.objects(shape, SH.property)
        ]
        if self.shapes.value(shape, SH.path) is not None:
            return self.breaks_property(shape, node)
        return "(" + " || ".join(parts or ["false"]) + ")"

    def breaks_property(self, shape: Node, node: str) -> str:
        """The condition under which the values of a node break a property shape."""
        along, value = path(self.shapes, self.shapes.value(shape, SH.path)), self.fresh()
        parts = [
            f"EXISTS {{ {node} {along} {value} FILTER ({condition}) }}"
            for _, condition in self.of_node(shape, value)
        ]
        parts += [condition for _, condition in self.of_set(shape, node)]
        if next(self.shapes.objects(shape, SH.property), None) is not None:
            raise Uncovered(shape, SH.property)
        return "(" + " || ".join(parts or ["false"]) + ")"

    def of_node(self, shape: Node, node: str) -> Iterator[Broken]:
        """The constraints of a shape on a node, or on each value of a property."""
        for predicate, value in sorted(self.shapes.predicate_objects(shape), key=str):
            if predicate in NO_CONSTRAINT | OF_THE_SET or not str(predicate).startswith(str(SH)):
                continue
            condition = self._condition(shape, URIRef(str(predicate)), value, node)
            if condition is None:
                raise Uncovered(shape, predicate)
            yield URIRef(str(predicate)), condition

    def _condition(self, shape: Node, predicate: URIRef, value: Node, node: str) -> str | None:
        shapes = self.shapes
        if predicate == SH["class"]:
            return "!" + is_of(node, self.subclasses(str(value)), self.fresh())
        if predicate == SH.datatype:
            return self._datatype(node, str(value))
        if predicate == SH.nodeKind and value in NODE_KINDS:
            return "!" + NODE_KINDS[URIRef(str(value))].format(node)
        if predicate in COMPARED:
            return f"!COALESCE({node} {COMPARED[predicate]} {term(value)}, false)"
        if predicate == SH.pattern:
            flags = shapes.value(shape, SH.flags)
            extra = f", {term(flags)}" if flags is not None else ""
            return f"(isBlank({node}) || !REGEX(STR({node}), {term(Literal(str(value)))}{extra}))"
        if predicate == SH.languageIn:
            ranges = items(shapes, value)
            return "!(" + " || ".join(
                f"COALESCE(LANGMATCHES(LANG({node}), {term(Literal(str(r)))}), false)"
                for r in ranges
            ) + ")"  # fmt: skip
        if predicate == SH["in"]:
            return "!(" + " || ".join(
                f"sameTerm({node}, {term(each)})" for each in items(shapes, value)
            ) + ")"  # fmt: skip
        if predicate == SH.node:
            return self.breaks(value, node)
        if predicate == SH["not"]:
            return f"!{self.breaks(value, node)}"
        if predicate == SH["or"]:
            return "(" + " && ".join(self.breaks(s, node) for s in items(shapes, value)) + ")"
        if predicate == SH["and"]:
            return "(" + " || ".join(self.breaks(s, node) for s in items(shapes, value)) + ")"
        return None

    def _datatype(self, node: str, datatype: str) -> str:
        right = f"COALESCE(DATATYPE({node}) = <{datatype}>, false)"
        pattern = WELL_TYPED.get(datatype)
        return f'!({right} && REGEX(STR({node}), "{pattern}"))' if pattern else f"!{right}"

    def of_set(self, shape: Node, node: str) -> Iterator[Broken]:
        """The constraints of a property shape on all the values of a node together."""
        along = path(self.shapes, self.shapes.value(shape, SH.path))
        for predicate, value in sorted(self.shapes.predicate_objects(shape), key=str):
            if predicate in OF_THE_SET:
                for condition in self._of_set(shape, URIRef(str(predicate)), value, node, along):
                    yield URIRef(str(predicate)), condition

    def _of_set(
        self, shape: Node, predicate: URIRef, value: Node, node: str, along: str
    ) -> Iterator[str]:
        one, other = self.fresh(), self.fresh()
        if predicate == SH.minCount:
            yield self._fewer(shape, predicate, value, f"{node} {along} {one}", along)
        elif predicate == SH.maxCount:
            yield self._more(
                shape,
                predicate,
                value,
                f"{node} {along} {one}",
                f"{node} {along} {one} . {node} {along} {other} FILTER (!sameTerm({one}, {other}))",
            )
        elif predicate == SH.hasValue:
            yield f"NOT EXISTS {{ {node} {along} {term(value)} }}"
        elif predicate == SH.equals:
            here, there = f"{node} {along} {one}", f"{node} {term(value)} {one}"
            yield f"EXISTS {{ {here} FILTER NOT EXISTS {{ {there} }} }}"
            yield f"EXISTS {{ {there} FILTER NOT EXISTS {{ {here} }} }}"
        elif predicate == SH.disjoint:
            yield f"EXISTS {{ {node} {along} {one} . {node} {term(value)} {one} }}"
        elif predicate in COMPARED:
            yield (
                f"EXISTS {{ {node} {along} {one} . {node} {term(value)} {other} "
                f"FILTER (!COALESCE({one} {COMPARED[predicate]} {other}, false)) }}"
            )
        elif predicate == SH.qualifiedValueShape:
            fits = f"FILTER (!{self.breaks(value, one)})"
            also = f"FILTER (!{self.breaks(value, other)})"
            least = self.shapes.value(shape, SH.qualifiedMinCount)
            most = self.shapes.value(shape, SH.qualifiedMaxCount)
            if least is not None:
                yield self._fewer(
                    shape, SH.qualifiedMinCount, least, f"{node} {along} {one} {fits}", along
                )
            if most is not None:
                yield self._more(
                    shape,
                    SH.qualifiedMaxCount,
                    most,
                    f"{node} {along} {one} {fits}",
                    f"{node} {along} {one} {fits} {node} {along} {other} {also} "
                    f"FILTER (!sameTerm({one}, {other}))",
                )

    def _fewer(self, shape: Node, what: URIRef, least: Node, some: str, along: str) -> str:
        if int(str(least)) == 0:
            return "false"
        if int(str(least)) == 1:
            return f"NOT EXISTS {{ {some} }}"
        raise Uncovered(shape, f"{what} {least}")

    def _more(self, shape: Node, what: URIRef, most: Node, some: str, two: str) -> str:
        if int(str(most)) == 0:
            return f"EXISTS {{ {some} }}"
        if int(str(most)) == 1:
            return f"EXISTS {{ {two} }}"
        raise Uncovered(shape, f"{what} {most}")
