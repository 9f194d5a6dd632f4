"""Faults of the shapes that would let validation pass by accident.

SHACL processors pass over what they do not know: a misspelt term, a shape that nothing targets,
a path that no data has. Here each of these is a finding. Reads only the graphs it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from modeldex.terms import MDX, SHAPES, shorten

SH = Namespace("http://www.w3.org/ns/shacl#")

TERMS = {
    "NodeShape", "PropertyShape", "SPARQLConstraint", "targetClass", "targetNode",
    "targetSubjectsOf", "targetObjectsOf", "property", "path", "inversePath", "alternativePath",
    "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath", "node", "not", "and", "or", "xone",
    "class", "datatype", "nodeKind", "minCount", "maxCount", "minInclusive", "maxInclusive",
    "minExclusive", "maxExclusive", "minLength", "maxLength", "pattern", "flags", "languageIn",
    "uniqueLang", "equals", "disjoint", "lessThan", "lessThanOrEquals", "qualifiedValueShape",
    "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint", "hasValue", "in",
    "closed", "ignoredProperties", "message", "severity", "Violation", "Warning", "Info", "IRI",
    "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral", "name",
    "description", "order", "group", "defaultValue", "PropertyGroup", "sparql", "select",
    "prefixes", "declare", "prefix", "namespace",
}  # fmt: skip
OFF = {
    "js", "jsFunctionName", "jsLibrary", "jsLibraryURL", "JSConstraint", "JSFunction",
    "JSLibrary", "JSRule", "JSTarget", "rule", "SPARQLRule", "TripleRule", "condition",
    "construct", "target", "targetValidator", "SPARQLTarget", "SPARQLTargetType",
    "SPARQLFunction", "expression", "values", "ConstraintComponent", "validator",
    "nodeValidator", "propertyValidator", "ask", "SPARQLAskValidator", "SPARQLSelectValidator",
    "parameter",
}  # fmt: skip
TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
REFERRING = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
REFERRING_LISTS = (SH["and"], SH["or"], SH.xone)
REFUSED = {
    "ServiceGraphPattern": "SERVICE",
    "MinusGraphPattern": "MINUS",
    "InlineData": "VALUES",
    "DatasetClause": "FROM",
}


NO_SHAPE = "no shape looks at it; give it a type that a shape targets"


def lint(shapes: Graph, ontology: Graph) -> list[str]:
    """Every finding as one line, in order. Shapes without a fault give an empty list."""
    checks = (_terms, _unreached, _paths, _vocabulary, _patterns, _deactivated, _queries)
    return sorted({line for check in checks for line in check(shapes, ontology)})


def _terms(shapes: Graph, _: Graph) -> Iterator[str]:
    for triple in shapes:
        for term in triple:
            if isinstance(term, URIRef) and term.startswith(SH):
                name = term.removeprefix(SH)
                if name in OFF:
                    yield f"{_shown(triple[0])}: sh:{name} is switched off; use sh:sparql"
                elif name and name not in TERMS | {"deactivated"}:
                    yield f"{_shown(triple[0])}: sh:{name} is no term of SHACL; correct it"


def _unreached(shapes: Graph, _: Graph) -> Iterator[str]:
    """Shapes that have no target and are reached from none that has."""
    reached: set[Node] = set()
    waiting = [shape for target in TARGETS for shape in shapes.subjects(target)]
    while waiting:
        shape = waiting.pop()
        if shape not in reached:
            reached.add(shape)
            waiting += [other for p in REFERRING for other in shapes.objects(shape, p)]
            waiting += [
                other
                for p in REFERRING_LISTS
                for head in shapes.objects(shape, p)
                for other in shapes.items(head)
            ]
    for shape in _shapes(shapes) - reached:
        yield f"{_shown(shape)}: no target and no shape with one refers to it; add sh:targetClass"
    for shape in reached - set(shapes.subjects()):
        yield f"{_shown(shape)}: referred to as a shape and not described; correct the IRI"


def _paths(shapes: Graph, _: Graph) -> Iterator[str]:
    properties = set(shapes.objects(None, SH.property))
    properties.update(shapes.subjects(RDF.type, SH.PropertyShape))
    for shape in properties:
        if len(list(shapes.objects(shape, SH.path))) != 1:
            yield f"{_shown(shape)}: a property shape without one path; add sh:path"


def _vocabulary(shapes: Graph, ontology: Graph) -> Iterator[str]:
    declared = set(ontology.subjects())
    for triple in shapes:
        names = {term for term in triple if isinstance(term, URIRef) and term.startswith(MDX)}
        if triple[1] == SH.select:
            names |= {URIRef(MDX + name) for name in re.findall(r"\bmdx:(\w+)", str(triple[2]))}
        for name in names - declared:
            yield f"{_shown(triple[0])}: {_shown(name)} is not in the vocabulary; declare it"


def _patterns(shapes: Graph, _: Graph) -> Iterator[str]:
    for shape, pattern in shapes.subject_objects(SH.pattern):
        try:
            re.compile(str(pattern))
        except re.error as error:
            yield f"{_shown(shape)}: the pattern is broken: {error}"


def _deactivated(shapes: Graph, _: Graph) -> Iterator[str]:
    for shape in shapes.subjects(SH.deactivated):
        yield f"{_shown(shape)}: sh:deactivated would let it pass; take out the shape"


def _queries(shapes: Graph, _: Graph) -> Iterator[str]:
    for shape, constraint in shapes.subject_objects(SH.sparql):
        texts = list(shapes.objects(constraint, SH.select))
        if len(texts) != 1:
            yield f"{_shown(shape)}: sh:sparql needs one sh:select"
        for text in texts:
            for fault in _faults_of_query(_prologue(shapes, constraint) + str(text), str(text)):
                yield f"{_shown(shape)}: sh:select {fault}"


def _prologue(shapes: Graph, constraint: Node) -> str:
    lines = []
    for ontology in shapes.objects(constraint, SH.prefixes):
        for declared in shapes.objects(ontology, SH.declare):
            prefix = shapes.value(declared, SH.prefix)
            lines.append(f"PREFIX {prefix}: <{shapes.value(declared, SH.namespace)}>\n")
    return "".join(lines)


def _faults_of_query(query: str, text: str) -> Iterator[str]:
    try:
        parsed = parseQuery(query)
        translateQuery(parsed)
    except Exception as error:  # the parser has no common error of its own
        yield f"does not parse: {' '.join(str(error).split())}"
        return
    if parsed[1].name != "SelectQuery":
        yield "is no SELECT query"
    if not re.search(r"[$?]this\b", text):
        yield "does not name $this, and would look at every node alike"
    for name in sorted(set(_parts(parsed[1])) & REFUSED.keys()):
        yield f"contains {REFUSED[name]}, which constraints must not"


def _parts(part: object) -> Iterator[str]:
    """The names of all parts of a parsed query."""
    if isinstance(part, CompValue):
        yield part.name
        for value in part.values():
            yield from _parts(value)
    elif not isinstance(part, str | Literal) and hasattr(part, "__iter__"):
        for value in part:
            yield from _parts(value)


def _shapes(shapes: Graph) -> set[Node]:
    declared: set[Node] = set(shapes.subjects(RDF.type, SH.NodeShape))
    declared.update(shapes.subjects(RDF.type, SH.PropertyShape))
    declared.update(s for s in shapes.subjects() if str(s).startswith(SHAPES))
    return declared


def _shown(term: Node) -> str:
    return shorten(str(term)) if isinstance(term, URIRef) else "a blank node"
