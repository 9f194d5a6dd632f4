"""rdflib as an engine, and any engine as an rdflib `Dataset`, for those who live in rdflib."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox
import rdflib
from oxrdflib import OxigraphStore
from rdflib.plugins.sparql.algebra import translateQuery, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from modeldex.engine import Solutions, Triples
from modeldex.errors import BadQuery, StoreError
from modeldex.reading import check_depth
from modeldex.store import NO_NETWORK, Store, refuse
from modeldex.terms import PREFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.engine import Answer, Engine, Term

PLACE = re.compile(r"\(at char \d+\), *\(line:(\d+), col:(\d+)\)")


class RdflibStore:
    """An rdflib `Dataset` that answers as it stands; what is added to it is found at once.

    The default graph is the union of its graphs. Neither FROM nor SERVICE is followed: rdflib
    would read files and the web.
    """

    def __init__(self, dataset: rdflib.Dataset) -> None:
        self.dataset = dataset
        self._union = rdflib.Dataset(dataset.store, default_union=True)

    def query(self, query: str) -> Answer:
        """See `Engine`."""
        refuse(query, "service", "from")
        check_depth(query, "query")
        try:
            result = self._union.query(_prepared(query))
            if result.type == "SELECT":
                variables = tuple(map(str, result.vars or ()))
                rows = [tuple(map(_to_ox, row)) for row in result]  # type: ignore[arg-type]
                return Solutions(variables, rows)
            if result.type == "ASK":
                return bool(result.askAnswer)
            triples = {ox.Triple(*map(_to_ox, triple)) for triple in result.graph or ()}  # type: ignore[arg-type]
            return Triples(tuple(sorted(triples, key=str)))
        except BadQuery:
            raise
        except Exception as error:  # rdflib raises whatever its parser and its functions raise
            raise _bad_query(error) from None


def _prepared(query: str) -> Query:
    """The parsed query, if it fetches nothing.

    rdflib expands `\\uXXXX` over the whole text, so the text alone does not tell.
    """
    parsed = translateQuery(parseQuery(query), initNs=PREFIXES)
    if parsed.algebra.datasetClause:
        raise BadQuery("FROM is not followed", file="query", remedy=NO_NETWORK)

    def refuse_service(node: Any) -> None:
        if getattr(node, "name", None) == "ServiceGraphPattern":
            raise BadQuery("SERVICE is not followed", file="query", remedy=NO_NETWORK)

    traverse(parsed.algebra, visitPre=refuse_service)
    return parsed


def _bad_query(error: Exception) -> BadQuery:
    text = " ".join(str(error).split())
    place = PLACE.search(text)
    if place is None:
        return BadQuery(f"rdflib cannot answer this: {text[:200]}", file="query")
    return BadQuery(
        "SPARQL syntax error", file="query", line=int(place[1]), column=int(place[2]),
        remedy=text[: place.start()].strip()[:120],
    )  # fmt: skip


def _to_ox(term: Any) -> Term | None:
    if term is None:
        return None
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or rdflib.XSD.string)))


class _ReadOnly(OxigraphStore):
    """The embedded store under rdflib; a query through it reaches no network either."""

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Nothing: rdflib calls this for every graph that is only named."""

    def query(
        self, query: Any, initNs: Mapping[str, Any], initBindings: Mapping[str, Any],  # noqa: N803
        queryGraph: str, **options: Any,  # noqa: N803
    ) -> Any:  # fmt: skip
        refuse(str(query), "service")
        return super().query(query, initNs, initBindings, queryGraph, **options)


def view(engine: Engine) -> rdflib.Dataset:
    """A live `Dataset` over an engine: the user's own, the embedded store, or an endpoint.

    Raises StoreError for an engine that has no such view.
    """
    if isinstance(engine, RdflibStore):
        return engine.dataset
    if isinstance(engine, Store):
        dataset = rdflib.Dataset(_ReadOnly(store=engine.engine), default_union=True)
    elif hasattr(engine, "url"):
        dataset = rdflib.Dataset(SPARQLStore(engine.url), default_union=True)
    else:
        raise StoreError(f"rdflib has no view of {engine!r}")
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace, replace=True)
    return dataset


def quads_of(graph: rdflib.Graph) -> list[ox.Quad]:
    """The statements of an rdflib graph."""
    return [ox.Quad(*map(_to_ox, triple)) for triple in graph]  # type: ignore[arg-type]
