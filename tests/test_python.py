"""The Python helpers: from many threads, over rdflib, over one's own graph, from an endpoint."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import rdflib
from rdflib import URIRef

import modeldex
from modeldex.dex import Modeldex
from modeldex.endpoint import Endpoint
from modeldex.errors import BadInput, BadQuery, StoreError, UnknownName
from modeldex.facts import Thing
from modeldex.manifest import TEXT
from modeldex.rows import Rows
from modeldex.terms import ID, MDX, VERIFIED

ROOT = Path(__file__).parent.parent
SONNET = URIRef(ID + "model/claude-3-5-sonnet")
CONTEXT = URIRef(MDX + "contextWindow")


@pytest.fixture(scope="module")
def dataset(built: Path) -> rdflib.Dataset:
    """The dataset in rdflib's own store."""
    dataset = rdflib.Dataset()
    dataset.parse(built / TEXT, format="nquads")
    return dataset


# ------------------------------------------------------------------ threads


QUESTIONS: tuple[Callable[[Modeldex], object], ...] = (
    lambda dex: dex.fact("Claude 3.5 Sonnet", "context window"),
    lambda dex: dex.facts("gpt-4o", status="unconfirmed"),
    lambda dex: dex.why("gemini-2-0-flash", "context window"),
    lambda dex: dex.compare(["gpt-4o-mini", "gpt-4o"]),
    lambda dex: dex.ask("retired-api-ids"),
    lambda dex: dex.ask("things-around", things=["gpt-4o", "o3"]),
    lambda dex: dex.facts("gpt-4o", on="2025-01-31"),
    lambda dex: len(dex.graph()),
)


@pytest.mark.parametrize(("kind", "threads"), [("index", 8), ("store", 8), ("rdflib", 3)])
def test_many_threads_get_the_answers_of_one(
    built: Path, dataset: rdflib.Dataset, kind: str, threads: int
) -> None:
    """Everyone starts at once, on one object that has answered nothing yet."""

    def fresh() -> Modeldex:
        if kind == "rdflib":
            return modeldex.open(dataset)
        if kind == "store":
            from modeldex.store import Store

            return Modeldex.of(Store.open(built))
        return modeldex.open(built)

    alone = fresh()
    expected = [question(alone) for question in QUESTIONS]
    shared, start = fresh(), Barrier(threads)

    def work(number: int) -> list[object]:
        start.wait()
        turned = QUESTIONS[number % len(QUESTIONS) :] + QUESTIONS[: number % len(QUESTIONS)]
        answers = [question(shared) for question in turned]
        back = len(QUESTIONS) - number % len(QUESTIONS)
        return answers[back:] + answers[:back]

    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(work, range(threads)))
    assert len(answers) == threads
    assert all(answer == expected for answer in answers)


# ------------------------------------------------------------------ rdflib


def test_the_view_is_the_dataset(dex: Modeldex) -> None:
    view = dex.graph()
    assert view.value(SONNET, CONTEXT) == rdflib.Literal(200000)
    assert (SONNET, CONTEXT, None) in view.graph(URIRef(VERIFIED))
    rows = view.query(
        "SELECT DISTINCT ?n { GRAPH graph:verified { ?m mdx:contextWindow ?n } } ORDER BY ?n"
    )
    assert [int(row[0]) for row in rows] == [200000, 1000000]  # type: ignore[index,arg-type]


def test_the_view_of_packaged_data_cannot_be_written_to(dex: Modeldex) -> None:
    view = dex.graph()
    before = len(view)
    with pytest.raises(StoreError, match="this view is read-only"):
        view.graph(URIRef(VERIFIED)).add((SONNET, CONTEXT, rdflib.Literal(1)))
    assert len(dex.graph()) == before


def test_the_view_follows_no_service(dex: Modeldex) -> None:
    with pytest.raises(BadQuery, match="SERVICE is not followed"):
        dex.graph().query("SELECT ?s { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")


def test_ones_own_dataset_is_asked_as_it_stands_and_changes(built: Path, dex: Modeldex) -> None:
    own = rdflib.Dataset()
    own.parse(built / TEXT, format="nquads")
    mine = modeldex.open(own)
    assert mine.graph() is own
    assert mine.facts("gpt-4o") == dex.facts("gpt-4o")
    label = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
    entities = own.graph(URIRef("https://w3id.org/modeldex/graph/entities"))
    gpt = URIRef(ID + "model/gpt-4o")
    entities.set((gpt, label, rdflib.Literal("Changed", lang="en")))
    assert mine.thing("gpt-4o").label == "Changed"


@pytest.mark.parametrize(
    "clause", ["FROM <file:///etc/hostname>", "FROM NAMED <http://127.0.0.1:9/>"]
)
def test_rdflib_reads_no_file_and_no_web(dataset: rdflib.Dataset, clause: str) -> None:
    """By itself it would: FROM is loaded."""
    with pytest.raises(BadQuery, match="FROM is not followed"):
        modeldex.open(dataset).store.query(f"SELECT ?s {clause} {{ ?s ?p ?o }}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s \\u0046ROM <file:///etc/hostname> { ?s ?p ?o }",
        "SELECT ?s { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT ?s { FILTER EXISTS { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }",
        "SELECT ?s { { SELECT ?s { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } } }",
    ],
)
def test_no_escape_hides_a_keyword_from_us(dataset: rdflib.Dataset, query: str) -> None:
    """What rdflib parses is looked at: it expands `\\uXXXX` over the whole text."""
    with pytest.raises(BadQuery, match="is not followed"):
        modeldex.open(dataset).store.query(query)


def test_a_broken_query_on_rdflib_has_its_place(dataset: rdflib.Dataset) -> None:
    with pytest.raises(BadQuery) as caught:
        modeldex.open(dataset).store.query("SELECT ?s {\n  ?s !!! ?o }\n")
    assert caught.value.line == 2


# ------------------------------------------------------------------ one's own claims


CLAIMS = """\
@prefix mdx: <https://w3id.org/modeldex/vocab#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix x: <https://w3id.org/modeldex/id/> .
<https://w3id.org/modeldex/id/provider/acme> a mdx:Provider ; rdfs:label "Acme"@en .
<https://w3id.org/modeldex/id/model/rocket-1> a mdx:Model ; rdfs:label "Rocket 1"@en ;
    dcterms:creator <https://w3id.org/modeldex/id/provider/acme> .
<https://w3id.org/modeldex/id/source/acme-docs> a mdx:Source ; rdfs:label "Acme: docs"@en ;
    dcterms:publisher <https://w3id.org/modeldex/id/provider/acme> ;
    mdx:speaksFor <https://w3id.org/modeldex/id/provider/acme> .
<https://w3id.org/modeldex/id/evidence/acme-docs-1> a mdx:Evidence ;
    mdx:source <https://w3id.org/modeldex/id/source/acme-docs> ;
    mdx:asOf "2026-05-04"^^xsd:date ; mdx:locator "Table" .
<https://w3id.org/modeldex/id/claim/rocket-1--context-window> a mdx:Claim ;
    rdf:subject <https://w3id.org/modeldex/id/model/rocket-1> ;
    rdf:predicate mdx:contextWindow ; rdf:object 5000 ; mdx:status mdx:verified ;
    mdx:supportedBy <https://w3id.org/modeldex/id/evidence/acme-docs-1> .
"""


def test_a_graph_of_claims_is_opened_with_what_follows_from_it() -> None:
    mine = modeldex.open(rdflib.Graph().parse(data=CLAIMS, format="turtle"))
    fact = mine.fact("Rocket 1", "context window")
    assert (fact.value, fact.status, fact.basis, fact.in_force) == (
        5000, "verified", "firstHand", True,
    )  # fmt: skip
    assert fact.as_of == datetime.date(2026, 5, 4)
    assert fact.evidence[0].source.publisher == "Acme"
    found = mine.ask("models-by-context-window", min=1)
    assert isinstance(found, Rows)
    assert found["contextWindow"] == (5000,)


def test_a_graph_of_the_checkout_gives_the_packaged_answers(dex: Modeldex) -> None:
    graph = rdflib.Graph()
    files = sorted((ROOT / "data").rglob("*.ttl"))
    for file in files:
        graph.parse(file)
    mine = modeldex.open(graph)
    assert len(files) > 10
    assert mine.facts("claude-3-5-sonnet") == dex.facts("claude-3-5-sonnet")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("mdx:status mdx:verified", "mdx:status mdx:unconfirmed", "makes it verified"),
        ("rdf:object 5000", 'rdf:object "x"^^xsd:decimal', "not an exact decimal"),
        ("rdf:object 5000", "mdx:basis mdx:firstHand ; rdf:object 5000", "computed by the build"),
    ],
)
def test_claims_that_do_not_hold_are_refused(old: str, new: str, says: str) -> None:
    graph = rdflib.Graph().parse(data=CLAIMS.replace(old, new), format="turtle")
    with pytest.raises(BadInput, match=says):
        modeldex.open(graph)


# ------------------------------------------------------------------ endpoints


def test_credentials_come_from_the_environment_or_from_arguments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[dict[str, object]] = []

    class Recorded(Endpoint):
        def __init__(self, url: str, **options: object) -> None:
            given.append(options)
            super().__init__(url)

    monkeypatch.setattr("modeldex.endpoint.Endpoint", Recorded)
    for name in ("MODELDEX_USER", "MODELDEX_PASSWORD", "MODELDEX_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    modeldex.connect("http://localhost/")
    monkeypatch.setenv("MODELDEX_USER", "me")
    monkeypatch.setenv("MODELDEX_PASSWORD", "secret")
    modeldex.connect("http://localhost/")
    modeldex.connect("http://localhost/", token="abc")
    assert [(one["user"], one["password"], one["token"]) for one in given] == [
        (None, None, None), ("me", "secret", None), (None, None, "abc"),
    ]  # fmt: skip


def test_an_endpoint_that_is_not_there_is_one_clear_error() -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        modeldex.connect("http://127.0.0.1:9/query", timeout=5).fact("gpt-4o", "strength")


# ------------------------------------------------------------------ small promises


def test_a_date_is_taken_as_a_date_or_as_text(dex: Modeldex) -> None:
    day = datetime.date(2025, 1, 31)
    assert dex.facts("claude-3-5-sonnet", on=day) == dex.facts("claude-3-5-sonnet", on="2025-01-31")
    assert dex.facts("gpt-4o", as_of=day) == dex.facts("gpt-4o", as_of="2025-01-31") == []


def test_claims_and_rows_are_hashable_and_sortable(dex: Modeldex) -> None:
    claims = dex.facts("claude-3-5-sonnet")
    assert len(set(claims)) == len(claims) > 50
    days = sorted({claim.as_of for claim in claims} | {datetime.date(2026, 6, 1)})
    assert str(days[0]) == "2026-06"


def test_values_have_the_types_that_are_promised(dex: Modeldex) -> None:
    kinds = {type(claim.value) for thing in dex.models() for claim in dex.facts(thing)}
    assert {int, bool, str, Thing, datetime.date, type(None)} <= kinds
    assert {kind.__name__ for kind in kinds} == {
        "int", "bool", "str", "Thing", "date", "PartialDate", "NoneType", "Decimal",
    }  # fmt: skip


def test_every_public_name_has_an_example_that_runs() -> None:
    """The package's own names, and the methods of what they give; doctests run with the tests."""
    import inspect

    from modeldex import rows

    named = {f"modeldex.{name}": getattr(modeldex, name) for name in modeldex.__all__}
    classes = (Modeldex, rows.Rows, rows.Row)
    documented = {
        f"{cls.__name__}.{name}": value
        for cls in classes
        for name, value in vars(cls).items()
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, property))
    }
    assert len(named) == 2
    assert len(documented) > 15
    for name, value in {**named, **documented}.items():
        assert inspect.getdoc(value), name
    examples = {
        name for name, value in {**named, **documented}.items() if ">>>" in str(value.__doc__)
    }
    covered = "".join(str(cls.__doc__) for cls in classes)
    missing = {
        name for name in {**named, **documented} if name not in examples
        and f".{name.split('.')[1]}" not in covered and f"[{name.split('.')[1]}" not in covered
    }  # fmt: skip
    assert missing == set()


def test_unknown_names_are_of_the_family(dex: Modeldex) -> None:
    with pytest.raises(UnknownName):
        dex.ask("things-around", things=["no such model"])
