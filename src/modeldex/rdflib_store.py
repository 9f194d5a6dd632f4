"""rdflib as an engine: a user's own `Dataset` answers stored queries."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from itertools import chain
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib.plugins.sparql.algebra import translateQuery, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.store import Store as RdflibBase

from modeldex.engine import Solutions, Triples
from modeldex.errors import BadQuery
from modeldex.reading import check_depth
from modeldex.store import NO_NETWORK, refuse
from modeldex.terms import PREFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.engine import Answer

PLACE = re.compile(r"\(at char \d+\), *\(line:(\d+), col:(\d+)\)")


class RdflibStore:
    """An rdflib `Dataset` that answers as it stands; what is added to it is found at once.

    The default graph is the union of its graphs. Neither FROM nor SERVICE is followed: rdflib
    would read files and the web.
    """

    def __init__(self, dataset: rdflib.Dataset) -> None:
        self.dataset = dataset
        self._union = rdflib.Dataset(_PlainStrings(dataset.store), default_union=True)

    def query(self, query: str) -> Answer:
        """See `Engine`."""
        refuse(query, "service", "from")
        check_depth(query, "query")
        try:
            result = self._union.query(prepared(query))
            if result.type == "SELECT":
                variables = tuple(map(str, result.vars or ()))
                rows = [tuple(map(from_rdflib, row)) for row in result]  # type: ignore[arg-type]
                return Solutions(variables, rows)
            if result.type == "ASK":
                return bool(result.askAnswer)
            triples = {ox.Triple(*map(from_rdflib, triple)) for triple in result.graph or ()}
            return Triples(tuple(sorted(triples, key=str)))
        except BadQuery:
            raise
        except Exception as error:  # rdflib raises whatever its parser and its functions raise
            raise _bad_query(error) from None


def prepared(query: str | Query) -> Query:
    """The parsed query. Raises BadQuery for one that would have rdflib fetch something.

    rdflib expands `\\uXXXX` over the whole text, so the text alone does not tell.
    """
    if isinstance(query, str):
        query = translateQuery(parseQuery(query), initNs=PREFIXES)
    if query.algebra.datasetClause:
        raise BadQuery("FROM is not followed", file="query", remedy=NO_NETWORK)

    def refuse_service(node: Any) -> None:
        if getattr(node, "name", None) == "ServiceGraphPattern":
            raise BadQuery("SERVICE is not followed", file="query", remedy=NO_NETWORK)

    traverse(query.algebra, visitPre=refuse_service)
    return query


def _bad_query(error: Exception) -> BadQuery:
    text = " ".join(str(error).split())
    place = PLACE.search(text)
    if place is None:
        return BadQuery(f"rdflib cannot answer this: {text[:200]}", file="query")
    return BadQuery(
        "SPARQL syntax error", file="query", line=int(place[1]), column=int(place[2]),
        remedy=text[: place.start()].strip()[:120],
    )  # fmt: skip


def from_rdflib(term: Any) -> Any:
    """An rdflib term as pyoxigraph's; None stays None."""
    if term is None:
        return None
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or rdflib.XSD.string)))


def rdflib_term(term: object) -> Any:
    """A term of pyoxigraph's as rdflib's, with its datatype spelt out."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))


class _PlainStrings(RdflibBase):
    """A user's store, in which "x" and "x"^^xsd:string are one value, as RDF 1.1 has it."""

    context_aware = True
    graph_aware = True

    def __init__(self, store: RdflibBase) -> None:
        super().__init__()
        self._store = store

    def triples(self, pattern: Any, context: Any = None) -> Iterator[Any]:
        subject, predicate, value = pattern
        found = self._store.triples(pattern, context)
        if isinstance(value, rdflib.Literal) and value.datatype is None and not value.language:
            typed = rdflib.Literal(str(value), datatype=rdflib.XSD.string)
            found = chain(found, self._store.triples((subject, predicate, typed), context))
        for (s, p, o), graphs in found:
            yield (s, p, plain(o)), graphs

    def contexts(self, triple: Any = None) -> Generator[rdflib.Graph, None, None]:
        yield from self._store.contexts(triple)

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Nothing: rdflib calls this for every graph that is only named."""

    def __len__(self, context: Any = None) -> int:
        return self._store.__len__(context)

    def namespaces(self) -> Iterator[Any]:
        return self._store.namespaces()

    def bind(self, *_: Any, **__: Any) -> None:
        """Nothing: the prefixes are the user's."""


def plain(term: Any) -> Any:
    """The plain literal for one that is typed as xsd:string, anything else as it is."""
    if isinstance(term, rdflib.Literal) and term.datatype == rdflib.XSD.string:
        return rdflib.Literal(str(term))
    return term


def quads_of(graph: rdflib.Graph) -> list[ox.Quad]:
    """The statements of an rdflib graph."""
    return [ox.Quad(*map(from_rdflib, triple)) for triple in graph]
