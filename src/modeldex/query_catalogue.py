"""The stored queries as RDF, so that a dataset carries the questions that it answers.

As examples of queries are published elsewhere (sib-swiss/sparql-examples): SHACL for the text and
its parameters, the question as label and comment, keywords of schema.org. The text has its own
PREFIX lines, so no `sh:prefixes`. It is a template: each `$name` is the parameter of that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.stored_query import RELEASE, Parameter, StoredQuery
from modeldex.terms import expand

EXECUTABLES = {"SELECT": "SPARQLSelectExecutable", "ASK": "SPARQLAskExecutable",
               "CONSTRUCT": "SPARQLConstructExecutable"}  # fmt: skip
DATATYPES = ("string", "integer", "decimal", "date", "boolean")
GRAPH = ox.NamedNode(t.QUERIES)


def catalogue(queries: Iterable[StoredQuery]) -> list[ox.Quad]:
    """Each query as `sh:SPARQLExecutable`, its parameters as `sh:Parameter`, in one named graph.

    >>> from modeldex.packaged import folder
    >>> from modeldex.query_files import read_query
    >>> query = read_query(folder("queries") + "/release.rq")
    >>> len(catalogue([query])) > 5
    True
    """
    return [quad for query in queries for quad in _described(query)]


def _described(query: StoredQuery) -> Iterator[ox.Quad]:
    node = ox.NamedNode(t.PREFIXES["query"] + query.name)
    kinds = ["SPARQLExecutable", EXECUTABLES[query.form]]
    # What takes parameters is one, by the domain of sh:parameter.
    kinds += ["Parameterizable"] * bool(query.params)
    for kind in kinds:
        yield _quad(node, t.RDF + "type", ox.NamedNode(t.SH + kind))
    yield _quad(node, t.RDFS + "label", ox.Literal(query.summary, language="en"))
    # Editors that offer published queries show the comment alone.
    comment = f"{query.summary} {query.description}".strip()
    yield _quad(node, t.RDFS + "comment", ox.Literal(comment, language="en"))
    for tag in query.tags:
        yield _quad(node, t.SCHEMA + "keywords", ox.Literal(tag))
    yield _quad(node, t.SH + query.form.lower(), ox.Literal(query.sparql))
    for place, parameter in enumerate(query.params):
        part = ox.NamedNode(f"{node.value}--{parameter.name.lower()}")
        yield _quad(node, t.SH + "parameter", part)
        # SHACL names the variable of a parameter by the local name of its path.
        yield _quad(part, t.SH + "path", ox.NamedNode(f"{node.value}#{parameter.name}"))
        yield from _parameter(part, parameter, place)


def _parameter(node: ox.NamedNode, parameter: Parameter, place: int) -> Iterator[ox.Quad]:
    yield _quad(node, t.RDF + "type", ox.NamedNode(t.SH + "Parameter"))
    yield _quad(node, t.SH + "name", ox.Literal(parameter.name))
    yield _quad(node, t.SH + "description", ox.Literal(parameter.description, language="en"))
    yield _quad(node, t.SH + "order", _typed(str(place), "integer"))
    yield _quad(node, t.SH + "optional", _typed(str(not parameter.required).lower(), "boolean"))
    if not parameter.many:
        yield _quad(node, t.SH + "maxCount", _typed("1", "integer"))
    if parameter.type in DATATYPES:
        yield _quad(node, t.SH + "datatype", ox.NamedNode(t.XSD + parameter.type))
    else:
        yield _quad(node, t.SH + "nodeKind", ox.NamedNode(t.SH + "IRI"))
    if kind := "FactProperty" if parameter.type == "property" else parameter.kind:
        yield _quad(node, t.SH + "class", ox.NamedNode(t.MDX + kind))
    yield from _choice(node, parameter)
    given = parameter.default
    # The day of the release is not known here; a name of a thing is no value in RDF.
    if isinstance(given, str) and given != RELEASE and (value := _value(given, parameter)):
        yield _quad(node, t.SH + "defaultValue", value)


def _choice(node: ox.NamedNode, parameter: Parameter) -> Iterator[ox.Quad]:
    """The values as a list whose parts have names, so that no blank node comes in."""
    values = [value for text in parameter.values if (value := _value(text, parameter))]
    parts = [ox.NamedNode(f"{node.value}--{number}") for number in range(1, len(values) + 1)]
    for number, (part, value) in enumerate(zip(parts, values, strict=True), 1):
        rest = parts[number] if number < len(parts) else ox.NamedNode(t.RDF + "nil")
        yield _quad(part, t.RDF + "first", value)
        yield _quad(part, t.RDF + "rest", rest)
    if parts:
        yield _quad(node, t.SH + "in", parts[0])


def _value(text: str, parameter: Parameter) -> ox.NamedNode | ox.Literal | None:
    if parameter.type in DATATYPES:
        return _typed(text, parameter.type)
    iri = t.MDX + text if parameter.type == "term" else expand(text)
    return ox.NamedNode(iri) if "://" in iri else None


def _typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(t.XSD + datatype))


def _quad(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode(predicate), value, GRAPH)
