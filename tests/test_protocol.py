"""The cases of the W3C test suite for the SPARQL 1.1 Protocol: queries answered, updates refused.

Names and requests are those of the suite's manifest (data-sparql11/protocol). Its graphs, which
each hold that their own IRI is a foaf:Document, are put beside the dataset.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from serving import Reply, Served, served

from modeldex.build import write_dataset
from modeldex.manifest import TEXT
from modeldex.terms import RDF

DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
DATA0, DATA1, DATA2, DATA3 = map(DATA.format, range(4))
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUERY = {"Content-Type": "application/sparql-query"}
UPDATE = {"Content-Type": "application/sparql-update"}
PLAIN = {"Content-Type": "text/plain"}

BOTH = f"ASK {{ <{DATA1}> a ?type . <{DATA2}> a ?type . }}"
NAMED = f"{{ GRAPH ?g1 {{ <{DATA1}> a ?type }} GRAPH ?g2 {{ <{DATA2}> a ?type }} }}"
FULL = f"""ASK {{
  <{DATA3}> a ?type
  GRAPH ?g1 {{ <{DATA1}> a ?type }}
  GRAPH ?g2 {{ <{DATA2}> a ?type }}
}}"""
ACROSS = """PREFIX dc: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
%s ALL ;
INSERT DATA { GRAPH <%s> { <%s> a foaf:Document } } ;
INSERT { GRAPH <http://example.org/protocol-update-test/> { ?s a dc:BibliographicResource } }
WHERE { %s }"""
WITH = """PREFIX foaf:  <http://xmlns.com/foaf/0.1/>
WITH <http://example/addresses>
DELETE { ?person foaf:givenName 'Bill' }
INSERT { ?person foaf:givenName 'William' }
WHERE { ?person foaf:givenName 'Bill' }"""


class Case(NamedTuple):
    """A request of the suite, and what it must give: a kind of answer, or `4xx`."""

    name: str
    gives: str
    method: str
    parameters: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes | None = None


def default(*graphs: str) -> list[tuple[str, str]]:
    return [("default-graph-uri", graph) for graph in graphs]


def named(*graphs: str) -> list[tuple[str, str]]:
    return [("named-graph-uri", graph) for graph in graphs]


QUERIES = (
    Case("query_post_form", "true", "POST", default(DATA0), FORM, b"query=ASK%20%7B%7D"),
    Case("query_dataset_default_graphs_get", "true", "GET",
         [("query", BOTH), *default(DATA1, DATA2)], {}),
    Case("query_dataset_default_graphs_post", "true", "POST", default(DATA1, DATA2), QUERY,
         BOTH.encode()),
    Case("query_dataset_named_graphs_post", "true", "POST", named(DATA1, DATA2), QUERY,
         f"ASK {NAMED}".encode()),
    Case("query_dataset_named_graphs_get", "true", "GET",
         [("query", f"ASK {NAMED}"), *named(DATA1, DATA2)], {}),
    Case("query_dataset_full", "true", "POST", [*default(DATA3), *named(DATA1, DATA2)], QUERY,
         FULL.encode()),
    # In the manifest the second parameter is escaped into the first by mistake.
    Case("query_multiple_dataset", "true", "POST", named(DATA1, DATA2), QUERY,
         f"ASK FROM <{DATA3}> {NAMED}".encode()),
    Case("query_get", "true", "GET", [("query", "ASK {}"), *default(DATA0)], {}),
    Case("query_content_type_select", "tabular", "POST", default(DATA0), QUERY,
         b"SELECT (1 AS ?value) {}"),
    Case("query_content_type_ask", "boolean", "POST", default(DATA0), QUERY, b"ASK {}"),
    Case("query_content_type_describe", "RDF", "POST", default(DATA0), QUERY,
         b"DESCRIBE <http://example.org/>"),
    Case("query_content_type_construct", "RDF", "POST", default(DATA0), QUERY,
         b"CONSTRUCT { <s> <p> 1 } WHERE {}"),
    Case("query_post_direct", "true", "POST", [], QUERY, b"ASK {}"),
    Case("bad_query_method", "4xx", "PUT", [("query", "ASK {}"), *default(DATA0)], FORM, b""),
    Case("bad_multiple_queries", "4xx", "GET", [("query", "ASK {}"), ("query", "SELECT * {}")], {}),
    Case("bad_query_wrong_media_type", "4xx", "POST", [], PLAIN, b"ASK {}"),
    Case("bad_query_missing_form_type", "4xx", "POST", [], {}, b"query=ASK%20%7B%7D"),
    Case("bad_query_missing_direct_type", "4xx", "POST", [], {}, b"ASK {}"),
    Case("bad_query_non_utf8", "4xx", "POST", [],
         {"Content-Type": "application/sparql-query; charset=UTF-16"}, "ASK {}".encode("utf-16")),
    Case("bad_query_syntax", "4xx", "GET", [("query", "ASK {")], {}),
)  # fmt: skip
UPDATES = (
    Case("update_dataset_default_graph", "4xx", "POST", [("using-graph-uri", DATA1)], UPDATE,
         (ACROSS % ("CLEAR", DATA1, DATA1, "?s a foaf:Document")).encode()),
    Case("update_dataset_default_graphs", "4xx", "POST",
         [("using-graph-uri", DATA1), ("using-graph-uri", DATA2)], UPDATE,
         (ACROSS % ("DROP", DATA1, DATA1, "?s a foaf:Document")).encode()),
    Case("update_dataset_named_graphs", "4xx", "POST",
         [("using-named-graph-uri", DATA1), ("using-named-graph-uri", DATA2)], UPDATE,
         (ACROSS % ("DROP", DATA1, DATA1, "GRAPH ?g { ?s a foaf:Document }")).encode()),
    Case("update_dataset_full", "4xx", "POST",
         [("using-graph-uri", DATA1), ("using-named-graph-uri", DATA2)], UPDATE,
         (ACROSS % ("DROP", DATA1, DATA1, "GRAPH ?g { ?s a foaf:Document }")).encode()),
    Case("update_post_form", "4xx", "POST", [], FORM, b"update=CLEAR+ALL"),
    Case("update_post_direct", "4xx", "POST", [], UPDATE, b"CLEAR ALL"),
    Case("update_base_uri", "4xx", "POST", [], UPDATE,
         b"CLEAR GRAPH <http://example.org/protocol-base-test/> ; INSERT DATA { GRAPH "
         b"<http://example.org/protocol-base-test/> { <http://example.org/s> <http://example.org/p>"
         b" <test> } }"),
    Case("bad_update_get", "4xx", "GET", [("update", "CLEAR ALL")], {}),
    Case("bad_multiple_updates", "4xx", "POST", [], FORM,
         b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT"),
    Case("bad_update_wrong_media_type", "4xx", "POST", [], PLAIN, b"CLEAR NAMED"),
    Case("bad_update_missing_form_type", "4xx", "POST", [], {}, b"update=CLEAR%20NAMED"),
    Case("bad_update_non_utf8", "4xx", "POST", [],
         {"Content-Type": "application/sparql-update; charset=UTF-16"},
         "CLEAR NAMED".encode("utf-16")),
    Case("bad_update_syntax", "4xx", "POST", [], FORM, b"update=CLEAR%20XYZ"),
    Case("bad_update_dataset_conflict", "4xx", "POST",
         [("using-named-graph-uri", "http://example/people")], UPDATE, WITH.encode()),
)  # fmt: skip
RESULTS = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv",
           "text/tab-separated-values")  # fmt: skip
RDF_TYPES = ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json")


def test_all_cases_of_the_suite_are_here() -> None:
    """Twenty of query and fourteen of update, as many as the manifest lists."""
    assert len(QUERIES) == 20
    assert len(UPDATES) == 14
    assert len({case.name for case in (*QUERIES, *UPDATES)}) == 34


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Path:
    """The dataset, and the graphs of the suite."""
    quads = list(ox.parse((built / TEXT).read_bytes(), format=ox.RdfFormat.N_QUADS))
    document = ox.NamedNode("http://xmlns.com/foaf/0.1/Document")
    for graph in map(ox.NamedNode, (DATA1, DATA2, DATA3)):
        quads.append(ox.Quad(graph, ox.NamedNode(RDF + "type"), document, graph))
    target = tmp_path_factory.mktemp("protocol") / "dataset"
    write_dataset(quads, target)
    return target


@pytest.fixture(scope="module")
def endpoint(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of them."""
    with served(tmp_path_factory.mktemp("serve"), "--store", str(folder)) as server:
        yield server


def sent(endpoint: Served, case: Case, path: str = "/sparql/") -> Reply:
    query = urlencode(case.parameters, quote_via=quote)
    return endpoint.ask(case.method, f"{path}?{query}" if query else path, case.body, case.headers)


@pytest.mark.parametrize("case", QUERIES, ids=lambda case: case.name)
def test_queries(endpoint: Served, case: Case) -> None:
    """Each case of query gives the kind of answer that the suite asks for."""
    reply = sent(endpoint, case)
    if case.gives == "4xx":
        assert 400 <= reply.status < 500, reply
        assert reply.text.strip().count("\n") == 0
        return
    assert reply.status == 200, reply
    if case.gives == "RDF":
        assert reply.media_type in RDF_TYPES
        list(ox.parse(reply.body, format=ox.RdfFormat.from_media_type(reply.media_type)))
    else:
        assert reply.media_type in RESULTS
        if case.gives == "true":
            assert json.loads(reply.body)["boolean"] is True


@pytest.mark.parametrize("case", UPDATES, ids=lambda case: case.name)
def test_updates_are_refused(endpoint: Served, case: Case) -> None:
    """Each case of update is refused with a reason, and changes nothing."""
    reply = sent(endpoint, case)
    assert 400 <= reply.status < 500, reply
    if case.headers.get("Content-Type") not in (PLAIN["Content-Type"], None):
        assert reply.status in (400, 403, 415)
    if b"CLEAR" in (case.body or b"") and case.headers in (FORM, UPDATE):
        assert reply.status == 403
        assert "read-only" in reply.text
    assert endpoint.sparql(f"ASK {{ GRAPH <{DATA1}> {{ <{DATA1}> a ?type }} }}").json()["boolean"]


@pytest.mark.parametrize("case", QUERIES[:3], ids=lambda case: case.name)
def test_the_address_needs_no_slash_at_its_end(endpoint: Served, case: Case) -> None:
    """`/sparql` and `/sparql/` are the same."""
    assert sent(endpoint, case, "/sparql").json()["boolean"] is True


def test_the_dataset_of_the_request_hides_all_other_graphs(endpoint: Served) -> None:
    """What is not named in it is not there, not even as a named graph."""
    found = f"ASK {{ <{DATA1}> a ?type }}"
    inside = f"ASK {{ GRAPH ?g {{ <{DATA1}> a ?type }} }}"
    for query, parameters, answer in (
        (found, [], True),
        (found, default(DATA2), False),
        (found, default(DATA1), True),
        (found, named(DATA1), False),
        (inside, default(DATA1), False),
        (inside, named(DATA1), True),
        (inside, named(DATA2), False),
        (inside, [], True),
    ):
        reply = endpoint.get("/sparql?" + urlencode([("query", query), *parameters]))
        assert reply.json()["boolean"] is answer, (query, parameters)


FORMS = {
    "application/sparql-results+json": "SELECT ?x { VALUES ?x { 1 } }",
    "application/sparql-results+xml": "SELECT ?x { VALUES ?x { 1 } }",
    "application/json": "SELECT ?x { VALUES ?x { 1 } }",
    "text/csv": "SELECT ?x { VALUES ?x { 1 } }",
    "text/tab-separated-values": "SELECT ?x { VALUES ?x { 1 } }",
    "text/turtle": "CONSTRUCT { <urn:s> <urn:p> 1 } {}",
    "application/n-triples": "CONSTRUCT { <urn:s> <urn:p> 1 } {}",
    "application/ld+json": "CONSTRUCT { <urn:s> <urn:p> 1 } {}",
    "application/rdf+xml": "CONSTRUCT { <urn:s> <urn:p> 1 } {}",
}


@pytest.mark.parametrize("media_type", FORMS)
def test_each_syntax_can_be_had(endpoint: Served, media_type: str) -> None:
    """By Accept, with that type named in the answer, which says so by Vary."""
    reply = endpoint.sparql(FORMS[media_type], Accept=f"image/png, {media_type};q=0.1")
    assert reply.status == 200
    assert reply.media_type == media_type
    assert reply.headers["vary"] == "Accept"
    if media_type in RDF_TYPES:
        (triple,) = ox.parse(reply.body, format=ox.RdfFormat.from_media_type(media_type))
        assert triple.object == ox.Literal(1)
    elif media_type == "text/csv":
        assert reply.body.split() == [b"x", b"1"]
    else:
        assert b"1" in reply.body


def test_rows_are_not_given_as_triples(endpoint: Served) -> None:
    """Nor triples as rows: 406, with what can be had."""
    for query, accept, offered in (
        ("SELECT * {} ", "text/turtle", "application/sparql-results+json"),
        ("CONSTRUCT { <urn:s> <urn:p> 1 } {}", "text/csv", "text/turtle"),
        ("ASK {}", "image/png", "application/sparql-results+json"),
    ):
        reply = endpoint.sparql(query, Accept=accept)
        assert reply.status == 406
        assert offered in reply.text


def test_a_form_can_ask_for_a_syntax(endpoint: Served) -> None:
    """A browser sends an Accept of its own; other values of `format` are passed over."""
    query = urlencode({"query": "SELECT ?x { VALUES ?x { 1 } }", "format": "text/csv"})
    assert endpoint.get(f"/sparql?{query}", Accept="text/html, */*").media_type == "text/csv"
    query = urlencode({"query": "ASK {}", "format": "json", "output": "json", "results": "json"})
    assert endpoint.get(f"/sparql?{query}").json()["boolean"] is True


def test_a_wrong_query_is_told_where_it_is_wrong(endpoint: Served) -> None:
    """With line and column, in one line; as a problem document for a program that wants one."""
    reply = endpoint.sparql("SELECT * {\n ?s ?p }")
    assert reply.status == 400
    assert "2:" in reply.text
    reply = endpoint.sparql("SELECT * {\n ?s ?p }", Accept="application/json")
    assert reply.media_type == "application/problem+json"
    assert reply.json()["status"] == 400
    assert "2:" in reply.json()["detail"]


@pytest.mark.parametrize(
    "target",
    ["/sparql?query=", "/sparql?query=%FF", "/sparql?default-graph-uri=urn:x",
     "/sparql?query=ASK%7B%7D&default-graph-uri=no%20iri",
     "/sparql?query=ASK%7B%7D&named-graph-uri=relative",
     "/sparql?query=ASK%7B%7D" + "&a=b" * 200,
     "/sparql?query=SELECT%20*%20%7B%20SERVICE%20%3Curn:x%3E%20%7B%7D%20%7D"],
)  # fmt: skip
def test_what_is_malformed_gets_400(endpoint: Served, target: str) -> None:
    """With a sentence that says what is wrong."""
    reply = endpoint.get(target)
    assert reply.status == 400
    assert 10 < len(reply.text) < 400


def test_the_service_describes_itself(endpoint: Served) -> None:
    """As RDF, where no query is sent: its address, languages, formats and graphs."""
    for accept in ("text/turtle", "application/rdf+xml", "*/*"):
        reply = endpoint.get("/sparql", Accept=accept)
        assert reply.status == 200
        store = ox.Store()
        store.load(reply.body, format=ox.RdfFormat.from_media_type(reply.media_type))
        found = store.query(
            "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> SELECT ?e ?g { "
            "?s a sd:Service ; sd:endpoint ?e ; sd:feature sd:UnionDefaultGraph ; "
            "sd:supportedLanguage sd:SPARQL11Query ; "
            "sd:defaultDataset/sd:namedGraph/sd:name ?g }"
        )
        rows = [(row["e"].value, row["g"].value) for row in found]
        assert {address for address, _ in rows} == {f"{endpoint.address}sparql"}
        assert len(rows) == 6
    assert endpoint.get("/sparql", Accept="text/html").media_type == "text/html"
    assert endpoint.get("/sparql", Accept="image/png").status == 406
