"""Constraints as conditions: an expression that is true where a node breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from modeldex.shacl.shape_terms import Subclasses, Uncovered, is_of, items, path, term
from modeldex.terms import XSD


class Condition(NamedTuple):
    """When a constraint is broken. `pattern` finds what breaks it, where something does."""

    constraint: URIRef
    text: str
    pattern: str | None = None


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
        parts = [condition.text for condition in self.of_node(shape, node)]
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
            f"EXISTS {{ {node} {along} {value} FILTER ({condition.text}) }}"
            for condition in self.of_node(shape, value)
        ]
        parts += [condition.text for condition in self.of_set(shape, node, self.fresh())]
        if next(self.shapes.objects(shape, SH.property), None) is not None:
            raise Uncovered(shape, SH.property)
        return "(" + " || ".join(parts or ["false"]) + ")"

    def of_node(self, shape: Node, node: str, *, of_focus: bool = False) -> Iterator[Condition]:
        """The constraints of a shape on a node, or on each value of a property.

        Of a focus node, those that have queries of their own are left to them.
        """
        apart = NO_CONSTRAINT | OF_THE_SET | (OF_THE_FOCUS if of_focus else set())
        for predicate, value in sorted(self.shapes.predicate_objects(shape), key=str):
            if predicate in apart or not str(predicate).startswith(str(SH)):
                continue
            constraint = URIRef(str(predicate))
            condition = self._condition(shape, constraint, value, node)
            if condition is None:
                raise Uncovered(shape, predicate)
            yield Condition(constraint, condition)

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

    def of_set(self, shape: Node, node: str, one: str) -> Iterator[Condition]:
        """The constraints of a property shape on all the values of a node together.

        `one` is the variable that stands for the value that breaks it, where SHACL names one.
        """
        along = path(self.shapes, self.shapes.value(shape, SH.path))
        for predicate, value in sorted(self.shapes.predicate_objects(shape), key=str):
            if predicate in OF_THE_SET:
                yield from self._of_set(shape, URIRef(str(predicate)), value, node, along, one)

    def _of_set(
        self, shape: Node, constraint: URIRef, value: Node, node: str, along: str, one: str
    ) -> Iterator[Condition]:  # fmt: skip
        here = f"{node} {along} {one}"
        if constraint == SH.minCount:
            yield self._fewer(shape, constraint, value, node, along)
        elif constraint == SH.maxCount:
            yield self._more(shape, constraint, value, node, along)
        elif constraint == SH.hasValue:
            yield Condition(constraint, f"NOT EXISTS {{ {node} {along} {term(value)} }}")
        elif constraint == SH.equals:
            there = f"{node} {term(value)} {one}"
            yield _found(constraint, f"{here} FILTER NOT EXISTS {{ {there} }}")
            yield _found(constraint, f"{there} FILTER NOT EXISTS {{ {here} }}")
        elif constraint == SH.disjoint:
            yield _found(constraint, f"{here} . {node} {term(value)} {one}")
        elif constraint in COMPARED:
            other = self.fresh()
            holds = f"COALESCE({one} {COMPARED[constraint]} {other}, false)"
            yield _found(constraint, f"{here} . {node} {term(value)} {other} FILTER (!{holds})")
        elif constraint == SH.qualifiedValueShape:
            for bound, count_of in (
                (SH.qualifiedMinCount, self._fewer), (SH.qualifiedMaxCount, self._more)
            ):  # fmt: skip
                if (number := self.shapes.value(shape, bound)) is not None:
                    yield count_of(shape, bound, number, node, along, value)

    def _fewer(
        self, shape: Node, constraint: URIRef, least: Node, node: str, along: str,
        like: Node | None = None,
    ) -> Condition:  # fmt: skip
        """Fewer values than `least`, of those `like` a shape."""
        if int(str(least)) > 1:
            raise Uncovered(shape, f"{constraint} {least}")
        some = self._value(node, along, self.fresh(), like)
        return Condition(constraint, f"NOT EXISTS {{ {some} }}" if int(str(least)) else "false")

    def _more(
        self, shape: Node, constraint: URIRef, most: Node, node: str, along: str,
        like: Node | None = None,
    ) -> Condition:  # fmt: skip
        """More values than `most`, of those `like` a shape."""
        if int(str(most)) > 1:
            raise Uncovered(shape, f"{constraint} {most}")
        one, other = self.fresh(), self.fresh()
        some = self._value(node, along, one, like)
        if int(str(most)):
            more = self._value(node, along, other, like)
            some = f"{some} . {more} FILTER (!sameTerm({one}, {other}))"
        return _found(constraint, some)

    def _value(self, node: str, along: str, value: str, like: Node | None) -> str:
        fits = f" FILTER (!{self.breaks(like, value)})" if like is not None else ""
        return f"{node} {along} {value}{fits}"


def _found(constraint: URIRef, pattern: str) -> Condition:
    return Condition(constraint, f"EXISTS {{ {pattern} }}", pattern)
