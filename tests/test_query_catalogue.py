"""The catalogue of stored queries as RDF: all are there, and SHACL's own rules hold."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import RDF, RDFS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH

from modeldex import terms as t
from modeldex.binding import bind
from modeldex.collection import questions_in
from modeldex.query_catalogue import catalogue
from modeldex.query_lint import SAMPLES
from modeldex.store import Store
from modeldex.stored_query import RELEASE, StoredQuery
from modeldex.values import to_term

ROOT = Path(__file__).parent.parent
QUERIES = list(questions_in(ROOT / "queries"))
QUADS = catalogue(QUERIES)
TEXTS = {"SELECT": SH.select, "ASK": SH.ask, "CONSTRUCT": SH.construct}
EXECUTABLES = {"SELECT": SH.SPARQLSelectExecutable, "ASK": SH.SPARQLAskExecutable,
               "CONSTRUCT": SH.SPARQLConstructExecutable}  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> Graph:
    plain = ox.serialize((quad.triple for quad in QUADS), format=ox.RdfFormat.N_TRIPLES)
    assert plain is not None
    return Graph().parse(data=plain, format="nt")


def node_of(query: StoredQuery) -> URIRef:
    return URIRef(t.PREFIXES["query"] + query.name)


def test_the_dataset_carries_every_query(store: Store) -> None:
    """In the graph of the queries, and nothing else there."""
    pattern = (None, None, None, ox.NamedNode(t.QUERIES))
    built = set(store.engine.quads_for_pattern(*pattern))
    assert built == set(QUADS)
    assert len(QUERIES) > 32


def test_every_query_is_found_by_what_it_asks(graph: Graph) -> None:
    for query in QUERIES:
        node = node_of(query)
        assert graph.value(node, RDFS.label).toPython() == query.summary
        assert str(graph.value(node, RDFS.comment)).startswith(query.summary)
        assert {str(word) for word in graph.objects(node, URIRef(t.SCHEMA + "keywords"))} == {
            *query.tags
        }
        types = {SH.SPARQLExecutable, EXECUTABLES[query.form]}
        types |= {SH.Parameterizable} if query.params else set()
        assert set(graph.objects(node, RDF.type)) == types
    assert len(set(graph.subjects(RDF.type, SH.SPARQLExecutable))) == len(QUERIES)


def test_the_published_text_parses_with_its_published_parameters_bound(graph: Graph) -> None:
    """What a parameter is, is read from the catalogue alone."""
    names = 0
    for query in QUERIES:
        text = str(graph.value(node_of(query), TEXTS[query.form]))
        values = {}
        for part in graph.objects(node_of(query), SH.parameter):
            datatype = graph.value(part, SH.datatype)
            kind = t.local_name(str(datatype)) if datatype else "iri"
            values[str(graph.value(part, SH.name))] = [to_term(SAMPLES[kind], kind)]
        Store.of([]).query(bind(text, values))
        names += len(values)
    assert names > 32


def test_every_parameter_is_described(graph: Graph) -> None:
    for query in QUERIES:
        parts = sorted(
            graph.objects(node_of(query), SH.parameter),
            key=lambda part: int(str(graph.value(part, SH.order))),
        )
        assert [str(graph.value(part, SH.name)) for part in parts] == [
            parameter.name for parameter in query.params
        ]
        for part, parameter in zip(parts, query.params, strict=True):
            assert t.local_name(str(graph.value(part, SH.path))) == parameter.name
            assert str(graph.value(part, SH.description)) == parameter.description
            assert graph.value(part, SH.optional).toPython() is not parameter.required
            assert (graph.value(part, SH.maxCount) is None) is parameter.many
            described = graph.value(part, SH.datatype) or graph.value(part, SH.nodeKind)
            assert described is not None
            listed = graph.value(part, SH["in"])
            values = [t.local_name(str(value)) for value in Collection(graph, listed or RDF.nil)]
            assert values == list(parameter.values)
            default = graph.value(part, SH.defaultValue)
            if parameter.default is None or parameter.default == RELEASE:
                assert default is None
            elif parameter.type in ("string", "integer", "decimal", "boolean"):
                assert default is not None
                assert str(default) == parameter.default


def test_no_name_means_two_things(graph: Graph) -> None:
    """Queries, parameters, paths and parts of lists have names of their own, and none is blank."""
    paths = list(graph.objects(None, SH.path))
    others = set(graph.subjects())
    assert len(paths) == len(set(paths)) == sum(len(query.params) for query in QUERIES)
    assert not others & set(paths)
    assert all(isinstance(node, URIRef) for node in others)
    cells = sum(len(parameter.values) for query in QUERIES for parameter in query.params)
    assert len(others) == len(QUERIES) + len(paths) + cells


def test_shacl_holds_the_catalogue_for_well_formed(graph: Graph) -> None:
    """The rules of SHACL for shapes, which parameters are, find nothing; a broken one they find."""
    conforms, _, report = pyshacl.validate(Graph(), shacl_graph=graph, meta_shacl=True)
    assert conforms, report
    broken = Graph() + graph
    part = next(graph.subjects(SH.path))
    broken.remove((part, SH.path, None))
    broken.add((part, SH.path, URIRef("urn:x:one")))
    broken.add((part, SH.path, URIRef("urn:x:two")))
    with pytest.raises(pyshacl.errors.ReportableRuntimeError, match="does not validate"):
        pyshacl.validate(Graph(), shacl_graph=broken, meta_shacl=True)
