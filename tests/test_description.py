"""The dataset describes itself: DCAT, VoID and PROV that hold to their shapes, and to the data."""

from __future__ import annotations

import io
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from conftest import ROOT, Run

from modeldex import terms as t
from modeldex.build import write_dataset
from modeldex.dex import Modeldex
from modeldex.exports.description import VOID, Distribution, counted, describe, turtle
from modeldex.exports.release import used_by
from modeldex.exports.selection import Selection
from modeldex.shape_lint import lint
from modeldex.web.pages import Pages

BASE = "https://models.example.org/"
ENDPOINT = BASE + "sparql"
FILES = (
    Distribution("modeldex.ttl", "all", "text/turtle;version=1.2", 7, "0" * 64),
    Distribution("modeldex.nq.gz", "all", "application/n-quads", 7, "1" * 64),
    Distribution("modeldex.csv", "a row a claim", "text/csv", 7, "2" * 64),
)


@pytest.fixture(scope="module")
def whole(dex: Modeldex) -> Selection:
    return Selection(dex)


@pytest.fixture(scope="module")
def described(whole: Selection) -> list[ox.Triple]:
    return describe(
        whole, base_url=BASE, distributions=FILES, used=used_by(whole), endpoint=ENDPOINT
    )  # fmt: skip


SHAPES = ROOT / "ontology" / "profiles" / "description.ttl"


def _faults(text: bytes) -> list[str]:
    data = rdflib.Graph().parse(io.BytesIO(text), format="turtle")
    shapes = rdflib.Graph().parse(SHAPES, format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, rdflib.Graph)
    return sorted(str(m) for m in report.objects(None, rdflib.SH.resultMessage))


def test_the_description_conforms(described: list[ox.Triple]) -> None:
    assert _faults(turtle(described)) == []


def test_a_dataset_that_can_be_had_nowhere_is_named(whole: Selection) -> None:
    missing = ["the dataset has neither a distribution nor a service"]
    assert _faults(turtle(describe(whole, base_url=BASE))) == missing
    assert _faults(turtle(describe(whole, base_url=BASE, endpoint=ENDPOINT))) == []
    assert _faults(turtle(describe(whole, base_url=BASE, distributions=FILES))) == []


def test_what_site_and_server_say_of_the_dataset_conforms(dex: Modeldex) -> None:
    for pages in (
        Pages(dex, base_url=BASE, files=FILES), Pages(dex, base_url=BASE, live=True)
    ):  # fmt: skip
        file = pages.file("dataset.ttl")
        assert file
        assert _faults(file.content) == []


def test_its_shapes_have_no_fault_themselves() -> None:
    """No term misspelt, no shape that looks at nothing."""
    shapes = rdflib.Graph().parse(SHAPES, format="turtle")
    assert lint(shapes, rdflib.Graph().parse(ROOT / "ontology" / "modeldex.ttl")) == []


BREAKS = {
    "dcat:byteSize": "a distribution without its size",
    "dcat:downloadURL": "a distribution without one address",
    "dcat:mediaType": "a distribution without one registered media type",
    "spdx:checksum": "a distribution without a checksum",
    "spdx:checksumValue": "a checksum that is no SHA-256",
    "dcterms:title": "the dataset has no title",
    "dcterms:description": "the dataset has no description",
    "dcterms:issued": "the dataset has not one day of issue",
    "dcterms:license": "the dataset has no licence",
    "dcat:version": "the dataset has not one version",
    "prov:wasGeneratedBy": "the dataset has not one build",
    "prov:wasAssociatedWith": "a build without its software",
    "void:triples": "not one number of triples",
    "void:entities": "not one number of entities",
    "void:class": "a class partition without one class",
    "void:property": "a property partition without one property",
    "void:classPartition": "no class partition",
    "void:propertyPartition": "no property partition",
    "void:vocabulary": "no vocabulary",
    "void:exampleResource": "no example resource",
    "void:uriSpace": "not one space of addresses",
    "dcat:endpointURL": "a service without address",
    "dcat:servesDataset": "a service without dataset",
}
NAMESPACES = {"dcat": t.DCAT, "dcterms": t.DCTERMS, "prov": t.PROV, "void": VOID,
              "spdx": "http://spdx.org/rdf/terms#"}  # fmt: skip


@pytest.mark.parametrize("gone", sorted(BREAKS))
def test_what_the_description_lacks_is_named(described: list[ox.Triple], gone: str) -> None:
    """Each rule is broken by itself, on the first thing that it is about."""
    prefix, _, name = gone.partition(":")
    lacking = [x for x in described if x.predicate.value == NAMESPACES[prefix] + name
               and (name != "checksum" or "#file" in x.subject.value)]  # fmt: skip
    kept = [x for x in described
            if x.predicate != lacking[0].predicate or x.subject != lacking[0].subject]  # fmt: skip
    assert set(_faults(turtle(kept))) == {BREAKS[gone]}


def test_the_counts_are_those_of_sparql(dex: Modeldex, whole: Selection, run: Run) -> None:
    counts = counted(whole)
    asked = "SELECT (COUNT(*) AS ?n) { { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } } }"
    done = run("sparql", asked, "--format", "csv")
    assert int(done.stdout.split()[1]) == counts.triples == sum(counts.properties.values())
    assert counts.classes[t.MDX + "Claim"] == sum(1 for _ in dex.claims())


def test_the_partitions_add_up(described: list[ox.Triple], whole: Selection) -> None:
    """Each class and property of the data has one, with the number of what is there."""
    said = _said(described)
    triples = list(whole.triples())
    for kind, unit, pattern in (
        ("class", "entities", lambda x: x.object if x.predicate.value == t.RDF + "type" else None),
        ("property", "triples", lambda x: x.predicate),
    ):  # fmt: skip
        parts = said[t.DATASET, f"{VOID}{kind}Partition"]
        found = {
            said[part, VOID + kind][0]: int(said[part, VOID + unit][0]) for part in parts
        }  # fmt: skip
        expected: dict[str, int] = {}
        for triple in triples:
            if key := pattern(triple):
                expected[key.value] = expected.get(key.value, 0) + 1
        assert found == expected
        assert len(found) > 30


def test_it_says_where_queries_go_and_which_files_are_rdf(described: list[ox.Triple]) -> None:
    said = _said(described)
    assert said[t.DATASET, VOID + "sparqlEndpoint"] == [ENDPOINT]
    assert said[t.DATASET, VOID + "dataDump"] == [BASE + "modeldex.nq.gz", BASE + "modeldex.ttl"]
    assert len(said[t.DATASET, t.DCAT + "distribution"]) == len(FILES)


def test_no_clock_is_read(described: list[ox.Triple], whole: Selection) -> None:
    dates = {
        x.object.value for x in described
        if isinstance(x.object, ox.Literal) and "date" in x.object.datatype.value
    }  # fmt: skip
    assert dates == {whole.dex.release}


def test_the_build_names_files_only_if_they_give_this_dataset(
    whole: Selection, tmp_path: Path
) -> None:
    used = {file.name for file in used_by(whole)}
    assert {"data/dataset.ttl", "ontology/modeldex.ttl", "queries/release.rq"} <= used
    quads = [quad for quad in whole.quads() if quad.graph_name != ox.NamedNode(t.QUERIES)]
    write_dataset(quads, tmp_path / "other")
    other = Selection(Modeldex.open(tmp_path / "other"))
    assert used_by(other) == []
    assert _faults(turtle(describe(other, base_url=BASE, distributions=FILES))) == []


@pytest.mark.parametrize("file", ["a b.ttl", "a#b.ttl", "a%23b.ttl", "ä.ttl", "a-b.ttl", "a.b.ttl"])
def test_any_file_has_a_name_of_its_own(whole: Selection, file: str) -> None:
    files = [*FILES, Distribution(file, "all", "text/turtle", 7, "3" * 64)]
    said = _said(describe(whole, base_url=BASE, distributions=files))
    names = said[t.DATASET, t.DCAT + "distribution"]
    assert len(names) == len(files)
    assert all(len(said[name, t.DCAT + "byteSize"]) == 1 for name in names)


def _said(triples: list[ox.Triple]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for triple in triples:
        key = triple.subject.value, triple.predicate.value
        found.setdefault(key, []).append(triple.object.value)
    return found
