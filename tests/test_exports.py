"""Exports: what goes out comes back, in readers that share no code with the writer."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyld
import pyoxigraph as ox
import pytest
import rdflib
from catalogues import three_releases
from conftest import ROOT, Run
from hypothesis import example, given, settings
from hypothesis import strategies as st
from servers import missing
from test_history import VALID, opened

import modeldex
from modeldex import terms as t
from modeldex.build import write_dataset
from modeldex.dex import Modeldex
from modeldex.errors import BadInput, UnknownName
from modeldex.exports.context import context
from modeldex.exports.formats import FORMATS, data, write
from modeldex.exports.make_context import context_document
from modeldex.exports.rdf12 import PARTS, REIFIES
from modeldex.exports.selection import Selection
from modeldex.rdflib_store import quads_of
from modeldex.reading import read
from modeldex.store import Store
from modeldex.writing import canonical_nquads, writing, writing_folder

READ_AS = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
WITH_GRAPHS = ("trig", "nquads", "jsonld")
UNION = ("turtle", "ntriples", "rdfxml")
RAPPER = {"turtle": "turtle", "ntriples": "ntriples", "rdfxml": "rdfxml", "nquads": "nquads",
          "trig": "trig"}  # fmt: skip
RDFLIB = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml", "trig": "trig",
          "nquads": "nquads", "jsonld": "json-ld"}  # fmt: skip


def exported(selection: Selection, name: str) -> bytes:
    out = io.BytesIO()
    write(name, selection, out)
    return out.getvalue()


def canonical(statements: Iterable[ox.Quad | ox.Triple]) -> str:
    """The hash of the dataset in its canonical form (RDFC-1.0)."""
    dataset = ox.Dataset(s if isinstance(s, ox.Quad) else ox.Quad(*s) for s in statements)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = "".join(sorted(f"{quad} .\n" for quad in dataset))
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module")
def whole(dex: Modeldex) -> Selection:
    return Selection(dex)


@pytest.fixture(scope="module")
def files(whole: Selection) -> dict[str, bytes]:
    """The whole in each format."""
    return {name: exported(whole, name) for name in FORMATS}


# ------------------------------------------------------------------ round trips


def test_formats_are_all_there() -> None:
    assert len(FORMATS) == 13
    assert set(FORMATS) >= {*WITH_GRAPHS, *UNION}


@pytest.mark.parametrize("name", WITH_GRAPHS)
def test_with_graphs_the_dataset_comes_back(
    name: str, whole: Selection, files: dict[str, bytes]
) -> None:
    assert canonical(ox.parse(files[name], format=READ_AS[name])) == canonical(whole.quads())


@pytest.mark.parametrize("name", UNION)
def test_without_graphs_their_union_comes_back(
    name: str, whole: Selection, files: dict[str, bytes]
) -> None:
    assert canonical(ox.parse(files[name], format=READ_AS[name])) == canonical(whole.triples())


@pytest.mark.parametrize("at_once", [2**26, 2**12])
def test_a_store_of_catalogues_comes_back_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """It has no text, so it is sorted: as a whole, or in pieces."""
    monkeypatch.setattr("modeldex.exports.text.SORTED_AT_ONCE", at_once)
    store = modeldex.open(three_releases(tmp_path / "store"))
    selection = Selection(store)
    text = exported(selection, "nquads")
    assert isinstance(store.store, Store)
    assert text == canonical_nquads(store.store.engine)
    assert text.count(b"\n") > 50_000
    assert selection.sha256 == hashlib.sha256(text).hexdigest()
    quads = ox.parse(exported(selection, "trig"), format=ox.RdfFormat.TRIG)
    assert canonical_nquads(quads) == text
    claims = list(csv.DictReader(io.StringIO(exported(selection, "csv").decode())))
    assert len(claims) == sum(1 for _ in store.claims())


def unreified(statements: Iterable[ox.Quad]) -> list[ox.Quad]:
    """RDF 1.2's reifiers as RDF 1.1's statements."""
    found = []
    for quad in statements:
        if quad.predicate == REIFIES:
            assert isinstance(quad.object, ox.Triple)
            found += [
                ox.Quad(quad.subject, part, value, quad.graph_name)
                for part, value in zip(PARTS, quad.object, strict=True)
            ]
        else:
            found.append(quad)
    return found


@pytest.mark.parametrize("name", ["rdf12", "rdf12-nquads"])
def test_reifiers_stand_for_the_statements_of_claims(
    name: str, whole: Selection, files: dict[str, bytes]
) -> None:
    syntax = ox.RdfFormat.TURTLE if name == "rdf12" else ox.RdfFormat.N_QUADS
    quads = list(ox.parse(files[name], format=syntax))
    assert sum(quad.predicate == REIFIES for quad in quads) == sum(
        1 for quad in whole.quads(t.CLAIMS) if quad.predicate == PARTS[2]
    )
    expected = whole.triples() if name == "rdf12" else whole.quads()
    assert canonical(unreified(quads)) == canonical(expected)


def test_no_unconfirmed_claim_is_asserted(whole: Selection, files: dict[str, bytes]) -> None:
    """In RDF 1.2 only what the verified graph holds is said outright."""
    quads = list(ox.parse(files["rdf12"], format=ox.RdfFormat.TURTLE))
    reified = {str(quad.object) for quad in quads if quad.predicate == REIFIES}
    said = {str(quad.triple) for quad in quads}
    verified = {str(quad.triple) for quad in whole.quads(t.VERIFIED)}
    asserted = {triple for triple in said if f"<<( {triple} )>>" in reified or triple in reified}
    assert verified <= said
    assert asserted <= verified


def test_the_same_bytes_every_time(dex: Modeldex, files: dict[str, bytes]) -> None:
    again = Selection(dex)
    assert [name for name in FORMATS if exported(again, name) != files[name]] == []


# ------------------------------------------------------------------ other readers


@pytest.mark.parametrize("name", sorted(RAPPER))
def test_rapper_counts_the_same(
    name: str, whole: Selection, files: dict[str, bytes], tmp_path: Path
) -> None:
    """Raptor shares no code with us; it counts statements, in each graph."""
    program = shutil.which("rapper") or missing("rapper", "apt-get install raptor2-utils")
    path = tmp_path / "file"
    path.write_bytes(files[name])
    done = subprocess.run(
        [program, "--input", RAPPER[name], "--count", str(path), "https://example.org/"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    counted = re.search(r"returned (\d+) triples", done.stderr)
    assert counted, done.stderr
    expected = whole.triples() if name in UNION else whole.quads()
    assert int(counted[1]) == sum(1 for _ in expected)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("name", sorted(RDFLIB))
def test_rdflib_reads_the_same(name: str, whole: Selection, files: dict[str, bytes]) -> None:
    found = by_rdflib(files[name], name)
    expected = list(whole.triples() if name in UNION else whole.quads())
    assert len(found) == len(expected)
    assert canonical(found) == canonical(expected)


def by_rdflib(data: bytes, name: str) -> list[ox.Quad | ox.Triple]:
    dataset = rdflib.Dataset()
    dataset.parse(io.BytesIO(data), format=RDFLIB[name])
    quads = quads_of(dataset)
    return [quad.triple for quad in quads] if name in UNION else list(quads)


def test_pyld_reads_the_documents_of_all_models(dex: Modeldex) -> None:
    """The framed documents too, by another implementation of JSON-LD, without a network."""
    models = dex.models()
    assert len(models) == 323
    for model in models:
        document = json.loads(data(dex, model.iri, "jsonld"))
        text = pyld.jsonld.to_rdf(document, {"format": "application/n-quads"})
        read_back = ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)
        assert canonical(read_back) == canonical(Selection(dex, model.iri).triples()), model.iri


# ------------------------------------------------------------------ one thing


ABOUT = ("claude-3-5-sonnet", "claude-3-5-sonnet-20241022", "Anthropic", "platform:amazon-bedrock",
         "source:gate-claude-3-5-sonnet", "claim:claude-3-5-sonnet--context-window",
         "mdx:contextWindow", "publisher:gate", "evidence:gate-2026-06--alternatives",
         t.DATASET)  # fmt: skip


@pytest.mark.parametrize("name", ["turtle", "jsonld", "rdfxml", "ntriples"])
@pytest.mark.parametrize("about", ABOUT)
def test_one_thing_comes_back(dex: Modeldex, about: str, name: str) -> None:
    expected = canonical(Selection(dex, about).triples())
    assert canonical(ox.parse(data(dex, about, name), format=READ_AS[name])) == expected


def test_of_a_thing_all_that_the_query_gives_is_there(dex: Modeldex) -> None:
    answer = dex.ask("thing-with-its-claims", thing="claude-3-5-sonnet")
    assert set(answer.triples) <= set(Selection(dex, "claude-3-5-sonnet").triples())  # type: ignore[union-attr]


@pytest.mark.parametrize(("about", "count"), [
    ("claude-3-5-sonnet", 101), ("claude-3-5-sonnet-20241022", 11), ("Anthropic", 541),
    ("platform:anthropic-api", 167), ("claim:claude-3-5-sonnet--context-window", 1),
])  # fmt: skip
def test_every_format_has_the_same_claims(dex: Modeldex, about: str, count: int) -> None:
    """Those among the statements: rows, nanopublications and reifiers are of the same claims."""
    selection = Selection(dex, about)
    held = selection.subject_of_claims()
    rows = list(csv.DictReader(io.StringIO(exported(selection, "csv").decode())))
    assert sorted(row["id"] for row in rows) == sorted(held)
    assert {row["id"]: row["subject"] for row in rows} == held
    published = ox.parse(exported(selection, "nanopub"), format=ox.RdfFormat.TRIG)
    assert {_within(quad) for quad in published} == held.keys()
    assert len(held) == count


def _within(quad: ox.Quad) -> str:
    assert isinstance(quad.graph_name, ox.NamedNode)
    return quad.graph_name.value.partition("#")[0]


def test_pyld_reads_the_whole(whole: Selection, files: dict[str, bytes]) -> None:
    text = pyld.jsonld.to_rdf(json.loads(files["jsonld"]), {"format": "application/n-quads"})
    read_back = ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)
    assert canonical(read_back) == canonical(whole.quads())


def test_the_model_is_the_root_of_its_document_and_has_its_claims_inside(dex: Modeldex) -> None:
    document = json.loads(data(dex, "model:claude-3-5-sonnet", "jsonld"))
    assert document["id"] == "dex:model/claude-3-5-sonnet"
    claims = {claim["property"]: claim for claim in document["claims"]}
    assert claims["mdx:contextWindow"]["value"] == 200000
    assert claims["mdx:contextWindow"]["status"] == "mdx:verified"
    assert {offering["type"] for offering in document["offerings"]} == {"Offering"}
    source = claims["mdx:announced"]["supportedBy"]["source"]
    assert source["label"] == "Gate: page on Claude 3.5 Sonnet, June 2026"
    text = json.dumps(document)
    ids = re.findall(r'"id": "(dex:evidence/[^"]+)", "[^"]', text)
    assert len(ids) == len(set(ids)) > 10


def test_whatever_the_dataset_speaks_of_has_a_document(dex: Modeldex, whole: Selection) -> None:
    """One of each class in each graph: a claim, a verdict, a query, a term of others..."""
    of_a_kind = {}
    for subject, quads in whole.subjects():
        graph = str(quads[0].graph_name)
        of_a_kind.setdefault((graph, subject.rpartition("/")[0], str(quads[-1].object)), subject)
    subjects = sorted(set(of_a_kind.values()))
    assert len(subjects) > 100
    for subject in subjects:
        expected = canonical(Selection(dex, subject).triples())
        for name in ("turtle", "jsonld"):
            found = ox.parse(data(dex, subject, name), format=READ_AS[name])
            assert canonical(found) == expected, (subject, name)


def test_every_case_of_the_fact_model_comes_back() -> None:
    """Disputes, withdrawals, former verdicts, every type of value: the examples of the ontology."""
    verdicts, documents = 0, 0
    for file in VALID:
        dex = opened(file)
        for model in dex.models():
            selection = Selection(dex, model.iri)
            expected = canonical(selection.triples())
            for name in ("turtle", "rdfxml", "jsonld"):
                text = exported(selection, name)
                assert canonical(ox.parse(text, format=READ_AS[name])) == expected, (file, name)
            held = {str(q.subject) for q in selection.quads(t.CLAIMS) if q.predicate == PARTS[0]}
            own = {r.thing.iri for r in dex.related(model) if r.relation != "broader"}
            assert held == {f"<{c.iri}>" for c in selection.claims() if c.subject.iri in own}, file
            told = json.loads(text).get("claims", [])
            verdicts += sum("formerVerdicts" in claim for claim in told)
            documents += 1
            reified = ox.parse(exported(selection, "rdf12"), format=ox.RdfFormat.TURTLE)
            assert canonical(unreified(reified)) == expected, file
    assert documents >= len(VALID) == 31
    assert verdicts == 1


def test_a_long_chain_does_not_nest_without_end() -> None:
    """Each a version of the one before: readers of JSON give up, or crash, when it is too deep."""
    models = [ox.NamedNode(f"{t.ID}model/m{number}") for number in range(300)]
    entities = ox.NamedNode(t.ENTITIES)
    belongs, version, label, a, key = (
        ox.NamedNode(t.expand(name))
        for name in ("mdx:belongsTo", "dcterms:isVersionOf", "rdfs:label", "rdf:type",
                     "mdx:nameKey")
    )  # fmt: skip
    quads = [ox.Quad(models[0], key, ox.Literal("m0"), entities)]
    quads += [ox.Quad(m, belongs, models[0], entities) for m in models]
    quads += [ox.Quad(m, a, ox.NamedNode(t.MDX + "Model"), entities) for m in models]
    quads += [ox.Quad(m, version, of, entities) for of, m in pairwise(models)]
    quads += [ox.Quad(m, label, ox.Literal(m.value, language="en"), entities) for m in models]
    selection = Selection(Modeldex.of(Store.of(quads)), models[0].value)
    text = exported(selection, "jsonld")
    assert len(list(selection.quads())) == len(quads)
    assert canonical(ox.parse(text, format=ox.RdfFormat.JSON_LD)) == canonical(selection.triples())
    assert 20 < _depth(json.loads(text)) < 100


def _depth(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inside), default=0)


@pytest.mark.parametrize(
    "about", ["source:nobody", "claim:no-claim", "claim:no iri", "nothing of the kind"]
)
def test_of_nothing_there_is_no_document(dex: Modeldex, about: str) -> None:
    with pytest.raises(UnknownName):
        Selection(dex, about)


# ------------------------------------------------------------------ the context


def test_the_published_context_is_that_of_the_ontology() -> None:
    """If this fails, add the new keys; a key of a published version never changes."""
    made = context_document(read(ROOT / "ontology" / "modeldex.ttl").quads)
    published = (ROOT / "ontology" / "context" / "v1.jsonld").read_bytes()
    assert published == made


def test_every_predicate_of_the_dataset_reads_well(whole: Selection) -> None:
    """What is ours has a key; what is not has a prefix."""
    names = {term["@id"] for term in context().values() if isinstance(term, dict) and "@id" in term}
    predicates = {quad.predicate.value for quad in whole.quads()}
    assert len(predicates) > 50
    ours = {p for p in predicates if p.startswith(t.MDX)}
    assert [p for p in ours if t.shorten(p) not in names] == []
    assert {p for p in predicates if t.shorten(p) == p} == {
        "http://purl.org/vocab/vann/preferredNamespacePrefix",
        "http://purl.org/vocab/vann/preferredNamespaceUri",
    }


# ------------------------------------------------------------------ hostile values


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
IRIS = st.builds(
    lambda scheme, rest: f"{scheme}:{rest}",
    st.sampled_from(["https", "urn", "mdx", "model", "dex", "id", "type", "_", "claims"]),
    st.text("abc/#:?=-_.~%20()@", min_size=1, max_size=20),
)
EX = "https://w3id.org/modeldex/id/model/hostile"


def terms(text: str, iri: str) -> list[Any]:
    found: list[Any] = [
        ox.Literal(text),
        ox.Literal(text, language="en"),
        ox.Literal(text, language="de"),
        ox.Literal("3.10", datatype=_xsd("decimal")),
        ox.Literal("9007199254740993", datatype=_xsd("integer")),
        ox.Literal("01", datatype=_xsd("integer")),
        ox.Literal("1", datatype=_xsd("boolean")),
    ]
    with contextlib.suppress(ValueError):
        found.append(ox.NamedNode(iri))
    return found


# In these rdflib reads \\u behind an escaped backslash as the escape of a character.
RESPELT = ("ntriples", "nquads")


def _xsd(name: str) -> ox.NamedNode:
    return ox.NamedNode(t.XSD + name)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@example("\ra\r\nb\tc\n", "https:0", "rdfs:label")
@given(TEXT, IRIS, st.sampled_from(["rdfs:label", "mdx:asOf", "mdx:source", "mdx:locator"]))
@settings(max_examples=150, deadline=None)
def test_hostile_values_come_back_unchanged_or_are_refused(
    dex: Modeldex, text: str, iri: str, predicate: str
) -> None:
    """No value can become another, or a statement of its own, in any syntax, for two readers."""
    release = ox.Quad(ox.NamedNode(t.DATASET), ox.NamedNode(t.DCTERMS + "issued"),
                      ox.Literal("2026-01-01", datatype=_xsd("date")),
                      ox.NamedNode(t.ENTITIES))  # fmt: skip
    quads = [
        ox.Quad(ox.NamedNode(EX), ox.NamedNode(t.expand(predicate)), term, ox.NamedNode(graph))
        for term in terms(text, iri)
        for graph in (t.ENTITIES, t.VERIFIED)
    ]
    selection = Selection(Modeldex.of(Store.of([release, *quads])))
    for name, syntax in READ_AS.items():
        expected = selection.triples() if name in UNION else selection.quads()
        try:
            written = exported(selection, name)
        except BadInput:
            assert name in ("jsonld", "rdfxml")
            continue
        expected = list(expected)
        assert canonical(ox.parse(written, format=syntax)) == canonical(expected), name
        if not (name in RESPELT and "\\" in text):
            assert canonical(by_rdflib(written, name)) == canonical(expected), name


@pytest.mark.parametrize("name", sorted(READ_AS))
def test_graphs_of_others_are_not_dropped(name: str) -> None:
    node, other = ox.NamedNode(EX), ox.NamedNode("https://example.org/graph")
    selection = Selection(Modeldex.of(Store.of([ox.Quad(node, node, node, other)])))
    expected = selection.triples() if name in UNION else selection.quads()
    found = ox.parse(exported(selection, name), format=READ_AS[name])
    assert canonical(found) == canonical(expected)


@pytest.mark.parametrize("name", ["trig", "jsonld"])
def test_a_statement_in_no_graph_is_refused_where_it_would_be_lost(name: str) -> None:
    node = ox.NamedNode(EX)
    selection = Selection(Modeldex.of(Store.of([ox.Quad(node, node, node)])))
    with pytest.raises(BadInput, match="in no graph"):
        exported(selection, name)


@pytest.mark.parametrize("name", [
    "https://example.org/123", "https://example.org/", "urn:x:", t.RDF + "li", t.RDF + "about",
])  # fmt: skip
def test_what_is_no_name_in_xml_is_refused(name: str) -> None:
    """As a property or a class; the engine would write what no reader of XML takes."""
    node, odd, a = ox.NamedNode(EX), ox.NamedNode(name), ox.NamedNode(t.RDF + "type")
    for triple in (ox.Triple(node, odd, node), ox.Triple(node, a, odd)):
        quad = ox.Quad(*triple, ox.NamedNode(t.ENTITIES))
        with pytest.raises(BadInput, match="XML cannot make an element of"):
            exported(Selection(Modeldex.of(Store.of([quad]))), "rdfxml")


# ------------------------------------------------------------------ size, files, folders


MEASURE = """
import resource, sys, io
from modeldex.dex import Modeldex
from modeldex.exports.formats import write
from modeldex.exports.selection import Selection
class Nowhere(io.RawIOBase):
    def writable(self): return True
    def write(self, data): return len(data)
selection = Selection(Modeldex.open(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in sys.argv[2:]:
    out = io.BufferedWriter(Nowhere())
    write(name, selection, out)
    out.flush()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
STREAMED = tuple(name for name in FORMATS if name not in ("schema", "parquet"))


def test_memory_does_not_grow_with_the_dataset(tmp_path: Path, environment: dict[str, str]) -> None:
    """Ten times the claims, and no quarter of the larger text more memory."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import synthetic
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    grown = []
    for size in (500, 5_000):
        folder = tmp_path / str(size)
        text = b"".join(synthetic.texts(size))
        write_dataset(ox.parse(text, format=ox.RdfFormat.N_QUADS), folder)
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, str(folder), *STREAMED],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        grown.append(int(done.stdout) * 1024)
    assert len(text) > 20_000_000
    assert grown[1] - grown[0] < len(text) / 4


@pytest.mark.parametrize("damage", ["cut in a line", "a line less", "a byte else", "gone"])
def test_a_damaged_dataset_is_not_exported(
    built: Path, tmp_path: Path, run: Run, damage: str
) -> None:
    """RDF has no end mark: what is cut after a line reads as a smaller dataset."""
    folder, out = tmp_path / "dataset", tmp_path / "out"
    shutil.copytree(built, folder)
    text = (folder / "modeldex.nq").read_bytes()
    if damage == "gone":
        (folder / "modeldex.nq").unlink()
    else:
        (folder / "modeldex.nq").write_bytes({
            "cut in a line": text[:-20],
            "a line less": text[: text.rindex(b"\n", 0, -1) + 1],
            "a byte else": text.replace(b"200000", b"200001"),
        }[damage])  # fmt: skip
    out.write_text("old")
    for name in ("nquads", "turtle", "jsonld", "trig"):
        done = run("export", "--format", name, "-o", str(out), "--store", str(folder))
        assert (done.returncode, out.read_text()) == (2, "old")
        assert "is damaged, or the dataset was built anew" in done.stderr


def test_a_file_is_old_or_new(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), writing(path) as file:
        file.write(b"%d" % (1 // 0))
    assert (path.read_text(), [p.name for p in tmp_path.iterdir()]) == ("old", ["a.ttl"])


def test_a_killed_export_leaves_the_old_file(
    built: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    path = tmp_path / "out.nq"
    path.write_text("old")
    words = ["export", "--format", "nquads", "-o", str(path), "--store", str(built)]
    outcomes = set()
    for number in range(12):
        process = subprocess.Popen([sys.executable, "-m", "modeldex", *words], env=environment)
        time.sleep(0.04 * number)
        process.send_signal(signal.SIGKILL)
        process.wait()
        text = path.read_bytes()
        assert text == b"old" or text.count(b"\n") == (built / "modeldex.nq").read_bytes().count(
            b"\n"
        )
        outcomes.add(text == b"old")
        path.write_text("old")
    assert True in outcomes


def test_a_killed_release_leaves_a_whole_one(
    built: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    folder = tmp_path / "out"
    words = ["export", "--format", "release", "-o", str(folder), "--store", str(built)]
    command = [sys.executable, "-m", "modeldex", *words]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    before = (folder / "SHA256SUMS").read_text()
    codes = set()
    for number in range(6):
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.2 * number)
        process.kill()
        codes.add(process.wait())
        assert (folder / "SHA256SUMS").read_text() == before
        for line in before.splitlines():
            digest, name = line.split("  ", 1)
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert -signal.SIGKILL in codes


def test_a_link_stays_one_and_a_device_a_device(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to("file")
    with writing(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "new"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        with writing(pipe) as file:
            file.write(b"through")
        assert reader.communicate()[0] == b"through"
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", [".", "/", "sub/.."])
def test_no_folder_is_taken_for_a_file_or_pulled_from_under_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    with pytest.raises(BadInput, match="is a folder"), writing(Path(name)):
        pass
    with pytest.raises(BadInput, match="while you are in it"), writing_folder(Path(name), "x"):
        pass
    assert os.listdir(tmp_path) == ["sub"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges two folders")
def test_a_reader_finds_the_folder_at_any_moment(tmp_path: Path) -> None:
    """So one that is killed leaves the old or the new one."""
    folder = tmp_path / "out"
    seen, missing_it, done = set(), [], threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                seen.add((folder / "mark").read_text())
            except FileNotFoundError as error:
                missing_it.append(str(error))

    with writing_folder(folder, "mark") as beside:
        (beside / "mark").write_text("0")
    reader = threading.Thread(target=look)
    reader.start()
    for number in range(1, 60):
        with writing_folder(folder, "mark") as beside:
            (beside / "mark").write_text(str(number))
    done.set()
    reader.join()
    assert missing_it == []
    assert len(seen) > 1
    assert os.listdir(tmp_path) == ["out"]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("work of years")
    with pytest.raises(BadInput, match="something else"), writing_folder(folder, "SUMS"):
        pass
    assert [p.name for p in folder.iterdir()] == ["thesis.txt"]


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    for number in (1, 2):
        with writing_folder(folder, "SUMS") as beside:
            (beside / "SUMS").write_text(str(number))
            (beside / f"only-{number}").write_text("")
    assert sorted(os.listdir(folder)) == ["SUMS", "only-2"]
    assert os.listdir(tmp_path) == ["out"]


# ------------------------------------------------------------------ the command


def test_the_command_writes_to_a_pipe(run: Run, dex: Modeldex) -> None:
    done = run("export", "--format", "turtle", "--about", "gpt-4o-mini")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.encode() == data(dex, "model:gpt-4o-mini", "turtle")


def test_progress_is_for_a_terminal_and_leaves_nothing_there(
    tmp_path: Path, environment: dict[str, str], built: Path
) -> None:
    ours, theirs = pty.openpty()
    words = ["export", "--format", "trig", "-o", str(tmp_path / "a.trig"), "--store", str(built)]
    subprocess.run(
        [sys.executable, "-m", "modeldex", *words], env=environment, stderr=theirs, check=True
    )
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert shown.startswith("\r0\x1b[K")
    assert shown.endswith("\r\x1b[K")
    assert "\n" not in shown


def test_a_query_goes_out_in_what_fits(run: Run) -> None:
    words = ("export", "--query", "retired-api-ids", "-p", "by=2026-06-30", "--format")
    assert run(*words, "csv").stdout.startswith("apiId,")
    assert json.loads(run(*words, "json").stdout)[-1]["retiredOn"] == "2026-06-15"
    refused = run(*words, "turtle")
    assert refused.returncode == 2
    assert (
        "gives rows, which --format turtle does not take; use csv, parquet, json" in refused.stderr
    )
    graph = run("export", "--query", "verified-graph", "--format", "ntriples").stdout
    assert graph.count("\n") > 40
    keyed = run("export", "--query", "verified-graph", "--format", "jsonld").stdout
    assert canonical(ox.parse(keyed.encode(), format=ox.RdfFormat.JSON_LD)) == canonical(
        ox.parse(graph.encode(), format=ox.RdfFormat.N_TRIPLES)
    )
    nodes = {node["id"]: node for node in json.loads(keyed)["@graph"]}
    assert nodes["dex:model/claude-3-5-sonnet"]["contextWindow"] == 200000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--format", "turtel"], "no format 'turtel'; known: turtle"),
        (["--format", "parquet"], "parquet is no text; name a file with -o"),
        (["--format", "site"], "a site is a folder; name it with -o DIR"),
        (["--format", "release", "--about", "o3", "-o", "x"], "a release is of the whole"),
        (["--format", "turtle", "--about", "o33"], "no thing named 'o33'; did you mean o3"),
        (["--format", "turtle", "-p", "a=b"], "parameters, and no query"),
        (
            ["--format", "csv", "--about", "mdx:contextWindow"],
            "csv is for claims, and mdx:contextWindow has none; export it as turtle or jsonld",
        ),
        (["--format", "schema", "--about", "publisher:gate"], "schema is for things"),
        (["--format", "json", "--about", "claim:claude-3-5-sonnet--announced"], "is for things"),
        (["--format", "turtle", "-o", "/nowhere/at/all"], "cannot be written"),
    ],
)
def test_errors_are_one_line(run: Run, words: list[str], message: str) -> None:
    done = run("export", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
