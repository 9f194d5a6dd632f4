"""Shapes as queries: each finds the focus nodes, and values, that break one constraint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rdflib import Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from modeldex.shacl.conditions import Conditions
from modeldex.shacl.shape_terms import TYPE, Subclasses, Uncovered, items, path, term

USUAL = 8
"""So many statements describe a thing, more or less."""
_TEST = re.compile(r"FILTER\s+(?:NOT\s+)?EXISTS\s*\{")
_WHERE = re.compile(r"\A\s*SELECT\s+(?:DISTINCT\s+)?(.*?)\s+WHERE\s*\{(.*)\}\s*\Z", re.DOTALL)


class Check(NamedTuple):
    """A query for `?this` and `?value`, and what its rows break."""

    shape: Node
    component: URIRef
    severity: Node
    message: str
    path: Node | None
    query: str


class Target(NamedTuple):
    """The focus nodes of a shape: as a pattern that binds `?this`, and as a condition on it."""

    pattern: str
    condition: str
    few: bool
    number: int


class Numbers(NamedTuple):
    """How often the data use each predicate, and how many things they have of each class."""

    predicates: dict[str, int]
    classes: dict[str, int]


def checks(shapes: Graph, subclasses: Subclasses, numbers: Numbers) -> list[Check]:
    """All checks of the shapes. Raises Uncovered for a constraint that no query covers.

    `subclasses` answers by the data; the numbers only decide where a query begins.
    """
    compiler = _Compiler(shapes, subclasses, numbers)
    return [
        check
        for shape in sorted(set(_targeted(shapes)), key=str)
        for target in compiler.targets(shape)
        for check in compiler.of_shape(shape, target)
    ]


def _targeted(shapes: Graph) -> Iterator[Node]:
    for predicate in (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf):
        yield from shapes.subjects(predicate)


class _Compiler:
    def __init__(self, shapes: Graph, subclasses: Subclasses, numbers: Numbers) -> None:
        self.shapes, self.subclasses, self.numbers = shapes, subclasses, numbers
        self.conditions = Conditions(shapes, subclasses)

    def targets(self, shape: Node) -> Iterator[Target]:
        for name in sorted(self.shapes.objects(shape, SH.targetClass), key=str):
            classes = self.subclasses(str(name))
            number = sum(self.numbers.classes.get(each, 0) for each in classes)
            if len(classes) == 1:
                pattern = f"?this {TYPE} <{classes[0]}>"
                yield Target(pattern, f"EXISTS {{ {pattern} }}", few=True, number=number)
            else:
                listed = " ".join(f"<{each}>" for each in classes)
                among = ", ".join(f"<{each}>" for each in classes)
                yield Target(
                    f"{{ SELECT DISTINCT ?this WHERE {{ VALUES ?class {{ {listed} }} "
                    f"?this {TYPE} ?class }} }}",
                    f"EXISTS {{ ?this {TYPE} ?class FILTER (?class IN ({among})) }}", few=False,
                    number=number,
                )  # fmt: skip
        for name in sorted(self.shapes.objects(shape, SH.targetNode), key=str):
            yield Target(
                f"VALUES ?this {{ {term(name)} }}", f"?this = {term(name)}", few=True, number=1
            )
        for predicate, pattern in (
            (SH.targetSubjectsOf, "?this {} ?any"), (SH.targetObjectsOf, "?any {} ?this")
        ):  # fmt: skip
            for name in sorted(self.shapes.objects(shape, predicate), key=str):
                used = pattern.format(term(name))
                yield Target(used, f"EXISTS {{ {used} }}", few=True,
                             number=self.numbers.predicates.get(str(name), 0))  # fmt: skip

    def of_shape(self, shape: Node, target: Target) -> Iterator[Check]:
        if self.shapes.value(shape, SH.path) is not None:
            yield from self._of_property(shape, target)
            return
        for predicate, value in sorted(self.shapes.predicate_objects(shape), key=str):
            if predicate == SH.closed:
                yield from self._closed(shape, target)
            elif predicate == SH.sparql:
                yield self._sparql(shape, value, target)
        for condition in self.conditions.of_node(shape, "?this", of_focus=True):
            query = f"{{ {target.pattern} FILTER ({condition.text}) }}"
            yield self._check(shape, condition.constraint,
                              f"SELECT DISTINCT ?this (?this AS ?value) WHERE {query}")  # fmt: skip
        for each in sorted(self.shapes.objects(shape, SH.property), key=str):
            yield from self._of_property(each, target)

    def _of_property(self, shape: Node, target: Target) -> Iterator[Check]:
        for nested in (SH.property, SH.sparql):
            if next(self.shapes.objects(shape, nested), None) is not None:
                raise Uncovered(shape, nested)
        along = path(self.shapes, self.shapes.value(shape, SH.path))
        for condition in self.conditions.of_node(shape, "?value"):
            found = f"?this {along} ?value FILTER ({condition.text})"
            yield self._check(shape, condition.constraint, _select(found, target))
        for condition in self.conditions.of_set(shape, "?this", "?value"):
            query = (
                _select(condition.pattern, target) if condition.pattern
                else f"SELECT DISTINCT ?this WHERE {{ {target.pattern} FILTER ({condition.text}) }}"
            )  # fmt: skip
            yield self._check(shape, condition.constraint, query)

    def _closed(self, shape: Node, target: Target) -> Iterator[Check]:
        allowed = {
            str(each) for each in items(self.shapes, self.shapes.value(shape, SH.ignoredProperties))
        }
        for each in self.shapes.objects(shape, SH.property):
            if isinstance(along := self.shapes.value(each, SH.path), URIRef):
                allowed.add(str(along))
        others = {p: n for p, n in self.numbers.predicates.items() if p not in allowed}
        if sum(others.values()) > USUAL * target.number:
            listed = ", ".join(f"<{each}>" for each in sorted(allowed))
            where = f"{target.pattern} . ?this ?path ?value FILTER (?path NOT IN ({listed}))"
        elif others:
            found = " UNION ".join(
                f"{{ ?this <{each}> ?value BIND (<{each}> AS ?path) }}" for each in sorted(others)
            )
            where = f"{found} FILTER ({target.condition})"
        else:
            return
        yield self._check(
            shape, SH.closed, f"SELECT DISTINCT ?this ?path ?value WHERE {{ {where} }}"
        )

    def _sparql(self, shape: Node, constraint: Node, target: Target) -> Check:
        """The query of a constraint, asked of all focus nodes at once."""
        text = str(self.shapes.value(constraint, SH.select))
        found = _WHERE.match(text)
        if not found or "$PATH" in text or "$shapesGraph" in text or "$currentShape" in text:
            raise Uncovered(shape, SH.sparql)
        prologue = "".join(
            f"PREFIX {self.shapes.value(each, SH.prefix)}: "
            f"<{self.shapes.value(each, SH.namespace)}>\n"
            for ontology in self.shapes.objects(constraint, SH.prefixes)
            for each in self.shapes.objects(ontology, SH.declare)
        )
        variables, body = (part.replace("$this", "?this") for part in found.groups())
        where = (
            f"{body} FILTER ({target.condition})" if "?this" in _without_tests(body)
            else f"{target.pattern} . {body}"
        )  # fmt: skip
        query = f"{prologue}SELECT DISTINCT {variables} WHERE {{ {where} }}"
        return self._check(shape, SH.sparql, query)

    def _check(self, shape: Node, constraint: URIRef, query: str) -> Check:
        name = str(constraint).removeprefix(str(SH))
        kind = "SPARQL" if constraint == SH.sparql else f"{name[0].upper()}{name[1:]}"
        severity = self.shapes.value(shape, SH.severity) or SH.Violation
        message = str(self.shapes.value(shape, SH.message) or f"sh:{name} is broken")
        place = self.shapes.value(shape, SH.path)
        return Check(shape, SH[f"{kind}ConstraintComponent"], severity, message, place, query)


def _select(found: str, target: Target) -> str:
    """What breaks a constraint, begun where there is less to look at."""
    where = (
        f"{target.pattern} . {found}" if target.few
        else f"{found} FILTER ({target.condition})"
    )  # fmt: skip
    return f"SELECT DISTINCT ?this ?value WHERE {{ {where} }}"


def _without_tests(body: str) -> str:
    """The text of a pattern without its FILTERs on EXISTS, which bind nothing."""
    while found := _TEST.search(body):
        depth, end = 1, found.end()
        while depth and end < len(body):
            depth += {"{": 1, "}": -1}.get(body[end], 0)
            end += 1
        body = body[: found.start()] + body[end:]
    return body
