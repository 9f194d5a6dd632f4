"""SPARQL clients that others wrote: all get the same answers, which are those of the store."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from servers import missing
from serving import Served, served_fixture  # noqa: F401 - a fixture
from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

from modeldex.engine import Solutions
from modeldex.store import Store

WINDOWS = """
PREFIX mdx: <https://w3id.org/modeldex/vocab#>
SELECT ?model ?tokens WHERE {
  GRAPH <https://w3id.org/modeldex/graph/verified> { ?model mdx:contextWindow ?tokens }
} ORDER BY ?model
"""
LABELS = """
CONSTRUCT { ?model <http://www.w3.org/2000/01/rdf-schema#label> ?label } WHERE {
  GRAPH <https://w3id.org/modeldex/graph/entities> {
    ?model a <https://w3id.org/modeldex/vocab#Model> ;
      <http://www.w3.org/2000/01/rdf-schema#label> ?label
  }
}
"""
Rows = list[tuple[str, str]]


@pytest.fixture(scope="module")
def wanted(store: Store) -> Rows:
    """What the store itself says."""
    answer = store.query(WINDOWS)
    assert isinstance(answer, Solutions)
    rows = [(model.value, tokens.value) for model, tokens in answer.rows]  # type: ignore[union-attr]
    assert len(rows) >= 2
    return rows


@pytest.fixture(scope="module")
def labels(store: Store) -> set[str]:
    """The triples of the CONSTRUCT query."""
    return {str(triple) for triple in store.query(LABELS).triples}  # type: ignore[union-attr]


def of_json(document: dict[str, object]) -> Rows:
    bindings = document["results"]["bindings"]  # type: ignore[index]
    return [(row["model"]["value"], row["tokens"]["value"]) for row in bindings]


@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper(server: Served, wanted: Rows, labels: set[str], method: str) -> None:
    """By GET and by POST; rows and triples."""
    client = SPARQLWrapper(f"{server.address}sparql", returnFormat=JSON)
    client.setMethod(method)
    client.setQuery(WINDOWS)
    assert of_json(client.queryAndConvert()) == wanted
    client.setQuery(LABELS)
    client.setReturnFormat(TURTLE)
    graph = rdflib.Graph().parse(data=client.queryAndConvert(), format="turtle")
    assert len(graph) == len(labels)


def test_rdflib(server: Served, wanted: Rows) -> None:
    """A graph whose triples are there, queried and looked up."""
    graph = rdflib.Graph(SPARQLStore(f"{server.address}sparql", returnFormat="json"))
    assert [(str(model), str(tokens)) for model, tokens in graph.query(WINDOWS)] == wanted
    about = rdflib.URIRef(wanted[0][0])
    window = rdflib.URIRef("https://w3id.org/modeldex/vocab#contextWindow")
    assert str(graph.value(about, window)) == wanted[0][1]


@pytest.mark.parametrize("form", ["--get", "--post", "--direct"])
def test_curl(server: Served, wanted: Rows, form: str) -> None:
    """The three ways of the protocol."""
    program = shutil.which("curl") or missing("curl", "apt-get install curl")
    words = {
        "--get": ["--get", "--data-urlencode", f"query={WINDOWS}"],
        "--post": ["--data-urlencode", f"query={WINDOWS}"],
        "--direct": ["-H", "Content-Type: application/sparql-query", "--data-binary", WINDOWS],
    }[form]
    said = subprocess.run(
        [program, "--silent", "--fail", "--max-time", "60", *words, f"{server.address}sparql"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert of_json(json.loads(said)) == wanted


def test_curl_follows_an_iri_to_its_data(server: Served, store: Store) -> None:
    """As linked data is read: the IRI, an Accept, and the redirect."""
    program = shutil.which("curl") or missing("curl", "apt-get install curl")
    said = subprocess.run(
        [program, "--silent", "--fail", "--location", "--max-time", "60", "-H",
         "Accept: text/turtle", f"{server.address}id/model/claude-3-5-sonnet"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    graph = rdflib.Graph().parse(data=said, format="turtle")
    thing = rdflib.URIRef("https://w3id.org/modeldex/id/model/claude-3-5-sonnet")
    assert str(graph.value(thing, rdflib.RDFS.label)) == "Claude 3.5 Sonnet"


def test_comunica(server: Served, wanted: Rows) -> None:
    """The endpoint as Comunica finds it by itself, through the service description."""
    said = _comunica(f"sparql@{server.address}sparql", WINDOWS)
    rows = [(row["model"], row["tokens"]) for row in json.loads(said)]
    numbers = [(model, tokens.split('"')[1]) for model, tokens in rows]
    assert numbers == wanted


def test_comunica_follows_links(server: Served) -> None:
    """A page of data as a source of its own, by the address under which it is served."""
    query = (
        "SELECT ?label WHERE { <https://w3id.org/modeldex/id/model/claude-3-5-sonnet> "
        "<http://www.w3.org/2000/01/rdf-schema#label> ?label }"
    )
    for suffix in (".ttl", ".nt", ".rdf", ".jsonld"):
        said = _comunica(f"{server.address}model/claude-3-5-sonnet{suffix}", query)
        assert "Claude 3.5 Sonnet" in said, suffix


def _comunica(source: str, query: str) -> str:
    remedy = "npm install --prefix DIR @comunica/query-sparql, and MODELDEX_COMUNICA=DIR"
    folder = os.environ.get("MODELDEX_COMUNICA")
    program = Path(folder or "/nowhere", "node_modules", ".bin", "comunica-sparql")
    if not program.exists():
        missing("Comunica", remedy)
    done = subprocess.run(
        [str(program), source, query, "-t", "application/json"],
        capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
