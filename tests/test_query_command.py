"""`modeldex query`: lists, describes, runs; every format; errors that name the parameter."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Run
from servers import Server

from modeldex.collection import packaged_questions
from modeldex.manifest import TEXT
from modeldex.terms import ID

MINE = """\
#+ summary: Which models are there?
#+ params: [{name: limit, type: integer, default: 3, description: "How many"}]
#+ returns: [{name: model, type: iri}, {name: label, type: string}]
PREFIX mdx: <https://w3id.org/modeldex/vocab#>
PREFIX graph: <https://w3id.org/modeldex/graph/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?model ?label WHERE {
  GRAPH graph:entities { ?model a mdx:Model ; rdfs:label ?label }
}
ORDER BY ?model LIMIT $limit
"""
RETIRED = ("query", "retired-api-ids", "-p", "by=2026-06-30")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with a query of one's own."""
    (tmp_path / "which-models.rq").write_text(MINE)
    return tmp_path


def test_without_a_name_all_are_listed(run: Run) -> None:
    done = run("query")
    names = [query.name for query in packaged_questions()]
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == names
    assert len(names) > 32


def test_the_list_as_json_holds_all_there_is_to_know(run: Run) -> None:
    records = json.loads(run("query", "--format", "json").stdout)
    assert len(records) == len(packaged_questions())
    assert {"name", "summary", "params", "returns", "examples", "sparql"} <= set(records[0])


def test_describe_tells_parameters_columns_and_an_example(run: Run) -> None:
    shown = run("query", "retired-api-ids", "--describe").stdout
    assert "Which API IDs were retired by a day?" in shown
    assert "default: release" in shown
    assert "retiredOn" in shown
    assert "example: modeldex query retired-api-ids" in shown


def test_show_sparql_prints_what_would_be_sent(run: Run) -> None:
    bare = run("query", "retired-api-ids", "--show-sparql").stdout
    assert "$by" in bare
    full = run(*RETIRED, "--show-sparql").stdout
    assert "$" not in full
    assert '"2026-06-30"^^' in full
    assert run("sparql", full, "--format", "csv").stdout.count("\n") == 100


def test_each_format_gives_the_same_rows(run: Run) -> None:
    records = json.loads(run(*RETIRED, "--format", "json").stdout)
    assert [record["retiredOn"] for record in records[:2]] == ["2023-03-23"] * 2
    table = run(*RETIRED).stdout.splitlines()
    rows = list(csv.DictReader(io.StringIO(run(*RETIRED, "--format", "csv").stdout)))
    tsv = run(*RETIRED, "--format", "tsv").stdout.splitlines()
    markdown = run(*RETIRED, "--format", "markdown").stdout.splitlines()
    terms = json.loads(run(*RETIRED, "--format", "sparql-json").stdout)
    assert rows == records
    assert len(table) == len(tsv) == len(markdown) - 1 == 100
    assert tsv[0].split("\t")[0] == "?apiId"
    assert terms["head"]["vars"] == list(records[0])
    bindings = terms["results"]["bindings"]
    assert bindings[0]["retiredOn"] == {
        "type": "literal", "value": "2023-03-23",
        "datatype": "http://www.w3.org/2001/XMLSchema#date",
    }  # fmt: skip
    assert [b["apiId"]["value"] for b in bindings] == [record["apiId"] for record in records]


def test_the_formats_of_sparql_are_read_by_another_library(run: Run) -> None:
    """Rdflib reads the JSON and pyoxigraph the TSV, to the same terms."""
    from rdflib.query import Result

    text = run(*RETIRED, "--format", "sparql-json").stdout
    by_rdflib = Result.parse(io.BytesIO(text.encode()), format="json")
    tsv = run(*RETIRED, "--format", "tsv").stdout.encode()
    by_oxigraph = ox.parse_query_results(tsv, format=ox.QueryResultsFormat.TSV)
    assert isinstance(by_oxigraph, ox.QuerySolutions)
    one = [[str(cell) for cell in row] for row in by_rdflib]  # type: ignore[union-attr]
    other = [[cell.value for cell in row] for row in by_oxigraph]  # type: ignore[union-attr]
    assert one == other
    assert len(one) == 99


@pytest.mark.parametrize("syntax", ["turtle", "jsonld", "ntriples"])
def test_a_construct_query_gives_triples(run: Run, syntax: str) -> None:
    words = ("query", "thing-with-its-claims", "-p", "thing=gpt-4o-mini")
    text = run(*words, "--format", syntax).stdout
    formats = {"turtle": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD,
               "ntriples": ox.RdfFormat.N_TRIPLES}  # fmt: skip
    triples = {quad.triple for quad in ox.parse(text, format=formats[syntax])}
    plain = {quad.triple for quad in ox.parse(run(*words, "--format", "ntriples").stdout,
                                              format=ox.RdfFormat.N_TRIPLES)}  # fmt: skip
    assert triples == plain
    assert len(triples) > 10
    assert ox.NamedNode(ID + "model/gpt-4o-mini") in {triple.subject for triple in triples}


def test_a_list_is_given_with_commas_or_again(run: Run) -> None:
    once = run("query", "things-around", "-p", "things=gpt-4o-mini,o3")
    again = run("query", "things-around", "-p", "things=gpt-4o-mini", "-p", "things=o3")
    assert once.stdout == again.stdout
    assert once.stdout.count("\n") == 9


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("query", "retird-api-ids"), "did you mean retired-api-ids?"),
        (("query", "retired-api-ids", "-p", "by"), "-p 'by' has no =; write -p key=value"),
        (("query", "retired-api-ids", "-p", "bye=x"), "no parameter 'bye'; did you mean 'by'?"),
        (("query", "retired-api-ids", "-p", "by=soon"), "'soon' is no date; write YYYY-MM-DD"),
        (("query", "retired-api-ids", "-p", "by=", "-p", "by="), "'by' is given twice"),
        (("query", "things-of-class"), "needs the parameter"),
        (("query", "-p", "by=x"), "parameters, and no query; give its name first"),
        (("query", "release", "--format", "turtle"), "--format turtle is for CONSTRUCT"),
        (("query", "verified-graph", "--format", "csv"), "--format csv is for rows"),
        (("query", "--format", "csv"), "the list has no --format csv"),
        (("query", "--queries", "no-such-folder"), "no stored queries here"),
        (("query", "release", "--store", "no-such-folder"), "no-such-folder"),
        (("query", "release", "--store", "a", "--endpoint", "b"), "either --store or --endpoint"),
        (("query", "release", "--endpoint", "http://127.0.0.1:9/q"), "cannot be reached"),
        (("query", "release", "--endpoint", "file:///etc/passwd"), "http"),
    ],
)
def test_errors_are_one_line_with_the_way_out(run: Run, words: tuple[str, ...], says: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_of_ones_own(run: Run, mine: Path) -> None:
    listed = run("query", "--queries", mine)
    assert listed.stdout.splitlines()[1].startswith("which-models  Which models are there?")
    done = run("query", "which-models", "--queries", mine, "-p", "limit=2", "--format", "json")
    assert [record["label"] for record in json.loads(done.stdout)] == [
        "ada", "babbage",
    ]  # fmt: skip


def test_a_query_of_ones_own_ends_by_its_limit(run: Run, mine: Path) -> None:
    """Four variables that nothing joins: the process that asks is stopped."""
    (mine / "endless.rq").write_text(
        "#+ summary: How many?\n#+ returns: [{name: n, type: integer}]\n"
        "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?a ?b ?c . ?d ?e ?f . ?h ?i ?j . ?k ?l ?m } }"
    )
    done = run("query", "endless", "--queries", mine, "--timeout", "1")
    assert done.returncode == 2
    assert "stopped after 1 seconds" in done.stderr


def test_a_query_of_ones_own_reaches_no_network(run: Run, mine: Path) -> None:
    (mine / "away.rq").write_text(
        "#+ summary: What?\n#+ returns: [{name: s, type: iri}]\n"
        "SELECT ?s WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    )
    done = run("query", "away", "--queries", mine)
    assert done.returncode == 2
    assert "SERVICE is not followed; a query reaches no network" in done.stderr


def test_example_prints_what_the_header_takes(run: Run, mine: Path) -> None:
    """The printed example, put into the header, is read back to the same rows."""
    from modeldex.query_examples import expected_rows
    from modeldex.query_files import read_query

    block = run("query", "which-models", "--queries", mine, "--example").stdout
    text = MINE.replace("PREFIX mdx", f"#+ examples:\n{block}PREFIX mdx")
    (mine / "which-models.rq").write_text(text)
    query = read_query(mine / "which-models.rq")
    rows = expected_rows(query, query.examples[0])
    assert next(label for _, label in rows) == "ada"
    assert len(rows) == 3


READING = (
    ("show", "claude-3-5-sonnet"), ("why", "claude-3-5-sonnet", "context window"),
    ("find", "--min-context", "100000"), ("compare", "claude-3-5-sonnet", "gpt-4o"),
    ("query", "retired-api-ids"),
    ("sparql", "SELECT ?m ?n { GRAPH graph:verified { ?m mdx:contextWindow ?n } } ORDER BY ?m"),
)  # fmt: skip


@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
@pytest.mark.parametrize("server", ["oxigraph_server", "virtuoso_server"])
def test_every_reading_command_answers_alike_from_an_endpoint(
    run: Run, built: Path, words: tuple[str, ...], server: str, request: pytest.FixtureRequest
) -> None:
    """Whether the default graph of the endpoint is empty (Oxigraph) or the union (Virtuoso)."""
    asked = request.getfixturevalue(server)
    assert isinstance(asked, Server)
    _filled(asked, built)
    remote = run(*words, "--endpoint", asked.query_url)
    assert remote.returncode == 0, remote.stderr
    assert remote.stdout == run(*words).stdout
    assert run(*words, "--store", built).stdout == remote.stdout


FILLED: set[str] = set()


def _filled(server: Server, built: Path) -> None:
    """The dataset is there; put there once."""
    from modeldex.endpoint import Endpoint
    from modeldex.publish import publish

    if server.query_url not in FILLED:
        publish(
            (built / TEXT).read_bytes(), Endpoint(server.query_url),
            graph_store=server.graph_store_url, user=server.user, password=server.password,
        )  # fmt: skip
        FILLED.add(server.query_url)
