"""The report by pyshacl: the measure of the queries, and the way out where they do not reach."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import rdflib
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from modeldex.errors import BadInput


class PreparedGraph(rdflib.Graph):
    """A graph that parses each query once: pyshacl asks the same one for every focus node."""

    def query(
        self,
        query_object: Any,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Any = None,  # noqa: N803
        initBindings: Any = None,  # noqa: N803
        use_store_provided: bool = True,
        **options: Any,
    ) -> rdflib.query.Result:
        """As `rdflib.Graph.query`."""
        if isinstance(query_object, str):
            query_object = _prepared(query_object, tuple((initNs or {}).items()))
        return super().query(
            query_object, processor, result, None, initBindings, use_store_provided, **options
        )


@lru_cache(maxsize=256)
def _prepared(query: str, namespaces: tuple[tuple[str, Any], ...]) -> Query:
    return prepareQuery(query, initNs=dict(namespaces))


def pyshacl_report(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """The validation report of pyshacl. Raises BadInput if it could not run.

    >>> from modeldex.validation import shapes
    >>> len(pyshacl_report(PreparedGraph(), shapes()))
    2
    """
    import pyshacl  # slow to import, and seldom needed

    _, graph, _ = pyshacl.validate(
        data, shacl_graph=shapes, inference="none", advanced=False, js=False,
        meta_shacl=False, abort_on_first=False, allow_warnings=True, do_owl_imports=False,
        inplace=True,
    )  # fmt: skip
    if not isinstance(graph, rdflib.Graph):
        raise BadInput(f"SHACL could not be run: {graph}")
    return graph
