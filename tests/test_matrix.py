"""The same question has the same answer on every engine: rows and types are those of the header."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from servers import Server

import modeldex
from modeldex.collection import packaged_questions, questions_in
from modeldex.dex import Modeldex
from modeldex.endpoint import Endpoint
from modeldex.engine import Triples
from modeldex.manifest import TEXT
from modeldex.publish import publish
from modeldex.query_examples import expected_rows, expected_triples
from modeldex.query_lint import lint
from modeldex.questions import answer_of
from modeldex.rdflib_store import RdflibStore
from modeldex.store import Store
from modeldex.stored_query import Example, StoredQuery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.engine import Engine

ROOT = Path(__file__).parent.parent
QUERIES = list(questions_in(ROOT / "queries"))
ENGINES = ("embedded", "rdflib", "oxigraph", "virtuoso")
CASES = [(query, example) for query in QUERIES for example in query.examples]


@pytest.fixture(scope="session")
def embedded(built: Path) -> Engine:
    """Embedded Oxigraph, on disk and read-only, as users have it."""
    return Store.open(built)


@pytest.fixture(scope="session")
def rdflib_engine(built: Path) -> Engine:
    """Rdflib's own store and SPARQL engine."""
    dataset = rdflib.Dataset()
    dataset.parse(built / TEXT, format="nquads")
    return RdflibStore(dataset)


@pytest.fixture(scope="session")
def oxigraph(built: Path, oxigraph_server: Server) -> Engine:
    """A real Oxigraph server, filled by our own publishing. Its default graph stays empty."""
    endpoint = Endpoint(oxigraph_server.query_url)
    publish((built / TEXT).read_bytes(), endpoint, graph_store=oxigraph_server.graph_store_url)
    return endpoint


@pytest.fixture(scope="session")
def virtuoso(built: Path, virtuoso_server: Server) -> Engine:
    """A real Virtuoso 7, filled by our own publishing. Its default graph is the union of all."""
    endpoint = Endpoint(virtuoso_server.query_url)
    publish(
        (built / TEXT).read_bytes(), endpoint, graph_store=virtuoso_server.graph_store_url,
        user=virtuoso_server.user, password=virtuoso_server.password,
    )  # fmt: skip
    return endpoint


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> tuple[str, Engine]:
    """Each engine in turn, with its name."""
    fixtures = {"rdflib": "rdflib_engine"}
    name = request.param
    return name, request.getfixturevalue(fixtures.get(name, name))


def test_the_cases_are_all_there() -> None:
    """At least two examples of each query; a query that is lost shows here."""
    assert len(QUERIES) == 65
    assert len(CASES) == 145
    assert all(len(query.examples) >= 2 for query in QUERIES)


@pytest.mark.parametrize(
    ("query", "example"), CASES,
    ids=[f"{query.name}-{query.examples.index(example)}" for query, example in CASES],
)  # fmt: skip
def test_each_example_on_each_engine(
    query: StoredQuery, example: Example, engine: tuple[str, Engine], dex: Modeldex
) -> None:
    name, asked = engine
    if name in query.faults:
        pytest.xfail(query.faults[name])
    answer = answer_of(query, asked.query(dex.bound(query, example.params)))
    if query.form == "CONSTRUCT":
        assert isinstance(answer, Triples)
        assert set(answer.triples) == expected_triples(example)
        assert len(answer.triples) == len(expected_triples(example))
        return
    assert not isinstance(answer, Triples | bool)
    expected = expected_rows(query, example)
    assert [tuple(row) for row in answer] == expected
    assert [[type(cell) for cell in row] for row in answer] == [
        [type(cell) for cell in row] for row in expected
    ]


def test_every_fact_sheet_is_the_same_on_each_engine(
    engine: tuple[str, Engine], dex: Modeldex
) -> None:
    """`facts` of models, platforms and providers, evidence and all: of rdflib every tenth model."""
    name, asked = engine
    other = Modeldex.of(asked)
    names = ["cohere", "amazon-bedrock", "claude-sonnet-4-6", "claude-3-5-sonnet-20240620"]
    things = [*dex.models()[:: 10 if name == "rdflib" else 1], *map(dex.thing, names)]
    assert len(things) >= 36
    for thing in things:
        assert other.facts(thing) == dex.facts(thing)
    assert other.models() == dex.models()
    assert other.release == dex.release


def test_compare_find_and_names_are_the_same_on_each_engine(
    engine: tuple[str, Engine], dex: Modeldex
) -> None:
    _, asked = engine
    other = Modeldex.of(asked)
    names = ["claude-3-5-sonnet", "gpt-4o", "Gemini 2.0 Flash"]
    assert other.compare(names) == dex.compare(names)
    big = [("context window", lambda value: isinstance(value, int) and value >= 200_000)]
    found = other.find(big)
    assert found == dex.find(big)
    assert found
    with pytest.raises(modeldex.errors.UnknownName, match="did you mean claude-3-5-sonnet"):
        other.thing("claude 3.5 sonet")


def test_ad_hoc_queries_see_the_prefixes_on_each_engine(engine: tuple[str, Engine]) -> None:
    _, asked = engine
    assert asked.query("ASK { GRAPH graph:verified { ?m mdx:contextWindow 200000 } }") is True
    triples = asked.query(
        "CONSTRUCT { ?m mdx:contextWindow ?n } "
        "WHERE { GRAPH graph:verified { ?m mdx:contextWindow ?n } }"
    )
    assert isinstance(triples, Triples)
    assert len(triples.triples) == 13
    assert all(isinstance(triple, ox.Triple) for triple in triples.triples)


def test_the_queries_hold_to_the_conventions() -> None:
    assert lint(QUERIES) == []


def test_the_queries_kept_by_the_build_are_those_of_the_folder() -> None:
    assert list(packaged_questions()) == QUERIES
