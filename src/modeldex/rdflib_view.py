"""Any engine as a live rdflib `Dataset`, for those who live in rdflib."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any

import rdflib
from rdflib.query import Result
from rdflib.store import Store as RdflibBase
from rdflib.term import Variable

from modeldex.binding import matching
from modeldex.engine import Solutions, Triples, select
from modeldex.errors import BadInput, StoreError
from modeldex.rdflib_store import RdflibStore, from_rdflib, plain, prepared, rdflib_term
from modeldex.terms import PREFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.engine import Engine, Term

GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"


def view(engine: Engine) -> rdflib.Dataset:
    """A live `Dataset` over an engine, read-only; of a user's own rdflib `Dataset` that itself."""
    if isinstance(engine, RdflibStore):
        return engine.dataset
    dataset = rdflib.Dataset(_View(engine), default_union=True)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace, replace=True)
    return dataset


class _View(RdflibBase):
    """An rdflib store whose triples are asked of an engine; queries go to it as they are."""

    context_aware = True
    graph_aware = True

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._prefixes: dict[str, rdflib.URIRef] = {}

    def triples(self, pattern: Any, context: Any = None) -> Iterator[Any]:
        """The triples that match, each with its graph."""
        graph = getattr(context, "identifier", context)
        graph = None if graph in (None, rdflib.graph.DATASET_DEFAULT_GRAPH_ID) else graph
        places = (*pattern, graph)
        if any(isinstance(place, rdflib.BNode) for place in places):
            return
        try:
            query = matching(*map(from_rdflib, places))
        except (BadInput, ValueError):
            return  # no term that the data can hold
        solutions = select(self._engine, query)
        for row in solutions.rows:
            found = dict(zip(solutions.variables, row, strict=True))
            s, p, o, g = (
                place if place is not None else _from_ox(found[name])
                for name, place in zip("spog", places, strict=True)
            )
            yield (s, p, o), iter([rdflib.Graph(self, g)])

    def contexts(self, triple: Any = None) -> Generator[rdflib.Graph, None, None]:
        """The named graphs, or those that hold a triple."""
        if triple is not None:
            yield from (graph for _, graphs in self.triples(triple) for graph in graphs)
            return
        for (graph,) in select(self._engine, GRAPHS).rows:
            yield rdflib.Graph(self, _from_ox(graph))

    def __len__(self, context: Any = None) -> int:
        return len({triple for triple, _ in self.triples((None, None, None), context)})

    def query(
        self, query: Any, initNs: Mapping[str, Any], initBindings: Mapping[str, Any],  # noqa: N803
        queryGraph: str, **options: Any,  # noqa: N803
    ) -> Result:  # fmt: skip
        """Ask the engine; what it cannot take, rdflib evaluates over the triples."""
        prepared(query)
        if not isinstance(query, str) or initBindings or queryGraph != "__UNION__":
            raise NotImplementedError
        answer = self._engine.query(query)
        if isinstance(answer, Solutions):
            result = Result("SELECT")
            result.vars = [Variable(name) for name in answer.variables]
            result.bindings = [
                {v: _from_ox(t) for v, t in zip(result.vars, row, strict=True) if t is not None}
                for row in answer.rows
            ]
        elif isinstance(answer, Triples):
            result = Result("CONSTRUCT")
            result.graph = rdflib.Graph()
            for triple in answer.triples:
                result.graph.add(
                    (_from_ox(triple.subject), _from_ox(triple.predicate), _from_ox(triple.object))
                )
        else:
            result = Result("ASK")
            result.askAnswer = answer
        return result

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Nothing: rdflib calls this for every graph that is only named."""

    def add(self, *_: Any, **__: Any) -> None:
        """Refused."""
        raise StoreError("this view is read-only; copy it into an rdflib.Dataset to change it")

    addN = remove = remove_graph = update = add  # noqa: N815 - rdflib's names

    def bind(self, prefix: str, namespace: rdflib.URIRef, override: bool = True) -> None:
        """Keep a prefix."""
        self._prefixes[prefix] = namespace

    def namespace(self, prefix: str) -> rdflib.URIRef | None:
        """The namespace of a prefix."""
        return self._prefixes.get(prefix)

    def prefix(self, namespace: rdflib.URIRef) -> str | None:
        """The prefix of a namespace."""
        return next((p for p, n in self._prefixes.items() if n == namespace), None)

    def namespaces(self) -> Iterator[tuple[str, rdflib.URIRef]]:
        """All prefixes."""
        yield from self._prefixes.items()


def _from_ox(term: Term | None) -> Any:
    """As people write it: the plain "x" for "x"^^xsd:string, which rdflib holds apart."""
    return plain(rdflib_term(term))
