"""Nanopublications, slim values, and the release folder."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from conftest import Run
from test_exports import canonical, exported

from modeldex import terms as t
from modeldex.dex import Modeldex
from modeldex.exports.release import SUMS, write_release
from modeldex.exports.selection import Selection
from modeldex.store import Store

BASE = "https://models.example.org/"


@pytest.fixture(scope="module")
def whole(dex: Modeldex) -> Selection:
    return Selection(dex)


@pytest.fixture(scope="module")
def release(dex: Modeldex, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "out"
    write_release(dex, folder, base_url=BASE)
    return folder


# ------------------------------------------------------------------ nanopublications


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_each_claim_is_a_nanopublication_that_its_library_takes(
    dex: Modeldex, whole: Selection
) -> None:
    from nanopub import Nanopub

    by_nanopub: dict[str, rdflib.ConjunctiveGraph] = {}
    for quad in ox.parse(exported(whole, "nanopub"), format=ox.RdfFormat.TRIG):
        name = str(quad.graph_name.value).partition("#")[0]  # type: ignore[union-attr]
        graph = by_nanopub.setdefault(name, rdflib.ConjunctiveGraph())
        context = graph.get_context(rdflib.URIRef(quad.graph_name.value))  # type: ignore[union-attr]
        context.parse(data=f"{quad.triple} .", format="nt")
    assert sorted(by_nanopub) == sorted(claim.iri for claim in dex.claims())
    invalid = [name for name, graph in by_nanopub.items() if not Nanopub(rdf=graph).is_valid]
    assert invalid == []


def test_a_nanopublication_says_what_the_claim_says(dex: Modeldex, whole: Selection) -> None:
    """The assertion is the claimed triple; its status stands in the provenance."""
    quads = list(ox.parse(exported(whole, "nanopub"), format=ox.RdfFormat.TRIG))
    asserted: dict[str, list[ox.Quad]] = {}
    statuses = {}
    for quad in quads:
        name, _, part = str(quad.graph_name.value).partition("#")  # type: ignore[union-attr]
        if part == "assertion":
            asserted.setdefault(t.local_name(name), []).append(quad)
        if quad.predicate.value == t.MDX + "status":
            statuses[t.local_name(name)] = t.local_name(quad.object.value)  # type: ignore[union-attr]
    claims = list(dex.claims())
    assert len(claims) == len(asserted) == len(statuses) == 2342
    for claim in claims:
        slug = t.local_name(claim.iri)
        assert statuses[slug] == claim.status
        if claim.value is not None:
            (quad,) = asserted[slug]
            assert quad.subject == ox.NamedNode(claim.subject.iri)
            assert quad.predicate == ox.NamedNode(claim.fact_property.iri)
        else:
            assert {q.subject for q in asserted[slug]} == {ox.NamedNode(claim.iri)}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# ------------------------------------------------------------------ slim values


def test_slim_json_is_the_verified_graph(whole: Selection) -> None:
    document = json.loads(exported(whole, "json"))
    found = [
        (record["id"], name, value)
        for kind, things in document.items()
        if kind in t.KINDS
        for record in things.values()
        for name, values in record["facts"].items()
        for value in _listed(values)
    ]
    expected = list(whole.quads(t.VERIFIED))
    assert len(found) == len(expected) > 40
    assert {(iri, name) for iri, name, _ in found} == {
        (q.subject.value, t.local_name(q.predicate.value)) for q in expected  # type: ignore[union-attr]
    }  # fmt: skip
    sonnet = document["model"]["claude-3-5-sonnet"]
    assert (sonnet["label"], sonnet["facts"]["contextWindow"]) == ("Claude 3.5 Sonnet", 200000)
    assert document["units"]["contextWindow"] == "token"


def test_in_slim_json_no_thing_hides_another(whole: Selection) -> None:
    """Things of others' making, slugs that end alike, labels in other languages, odd strings."""
    context, label = ox.NamedNode(t.MDX + "strength"), ox.NamedNode(t.RDFS + "label")
    names = ["https://a.example/x", "https://z.example/x", "urn:x", f"{t.ID}model/a/x",
             f"{t.ID}model/b/x", f"{t.ID}model/x"]  # fmt: skip
    odd = '"}, {"id": \u2028\n\\'
    extra = [ox.Quad(ox.NamedNode(iri), context, ox.Literal(odd + iri), ox.NamedNode(t.VERIFIED))
             for iri in names]  # fmt: skip
    extra += [ox.Quad(ox.NamedNode(names[-1]), label, ox.Literal("x", language=language),
                      ox.NamedNode(t.ENTITIES)) for language in ("en", "zu")]  # fmt: skip
    extra.append(ox.Quad(ox.NamedNode(names[0]), ox.NamedNode("urn:unknown"), ox.Literal("1"),
                         ox.NamedNode(t.VERIFIED)))  # fmt: skip
    selection = Selection(Modeldex.of(Store.of([*whole.quads(), *extra])))

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(pairs) == len(dict(pairs)), pairs
        return dict(pairs)

    document = json.loads(exported(selection, "json"), object_pairs_hook=once)
    assert sorted(document["other"]) == sorted(names[:3])
    assert {"a/x", "b/x", "x"} < document["model"].keys()
    assert document["model"]["x"]["label"] == "x"
    for place, iri in (("other", names[0]), ("model", names[-1])):
        (record,) = [each for each in document[place].values() if each["id"] == iri]
        assert record["facts"]["strength"] == [odd + iri]
    assert document["other"][names[0]]["facts"]["urn:unknown"] == ["1"]


# ------------------------------------------------------------------ the folder


def test_the_sums_are_those_of_the_files(release: Path) -> None:
    lines = (release / SUMS).read_text().splitlines()
    sums = dict(reversed(line.split("  ", 1)) for line in lines)
    files = {p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file()}
    assert files - sums.keys() == {SUMS}
    assert len(sums) > 80
    wrong = [name for name, digest in sums.items()
             if hashlib.sha256((release / name).read_bytes()).hexdigest() != digest]  # fmt: skip
    assert wrong == []


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs GNU coreutils")
def test_sha256sum_takes_them(release: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", SUMS], cwd=release, check=True)


def test_the_description_speaks_of_the_files_that_are_there(release: Path) -> None:
    quads = list(ox.parse((release / "dataset.ttl").read_bytes(), format=ox.RdfFormat.TURTLE))
    sizes = {q.subject: int(q.object.value) for q in quads  # type: ignore[union-attr]
             if q.predicate.value == t.DCAT + "byteSize"}  # fmt: skip
    addresses = {q.subject: q.object.value for q in quads  # type: ignore[union-attr]
                 if q.predicate.value == t.DCAT + "downloadURL"}  # fmt: skip
    assert len(sizes) == len(addresses) == 15
    for subject, address in addresses.items():
        assert (release / address.removeprefix(BASE)).stat().st_size == sizes[subject]


def test_what_is_packed_is_what_lies_beside_it(release: Path) -> None:
    packed = sorted(release.glob("*.gz"))
    assert len(packed) == 2
    for path in packed:
        assert gzip.decompress(path.read_bytes()) == path.with_suffix("").read_bytes()


def test_two_releases_are_the_same_to_the_byte(
    release: Path, built: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    again = tmp_path / "again"
    subprocess.run(
        [sys.executable, "-m", "modeldex", "export", "--format", "release", "-o", str(again),
         "--base-url", BASE, "--store", str(built)],
        env=environment, check=True, capture_output=True,
    )  # fmt: skip
    assert (again / SUMS).read_text() == (release / SUMS).read_text()


def test_the_redirects_name_where_the_pages_stand(release: Path) -> None:
    text = (release / "w3id" / ".htaccess").read_text()
    assert f"E=BASE:{BASE}]" in text


def test_the_release_reads_back_as_the_dataset(release: Path, whole: Selection) -> None:
    quads = ox.parse(path=str(release / "modeldex.trig"), format=ox.RdfFormat.TRIG)
    assert canonical(quads) == canonical(whole.quads())


def test_a_release_names_the_endpoint_that_is_given(run: Run, tmp_path: Path) -> None:
    folder, address = tmp_path / "out", "https://models.example.org/sparql"
    words = ("export", "--format", "release", "-o", folder, "--endpoint")
    assert run(*words, address).returncode == 0
    quads = ox.parse(path=str(folder / "dataset.ttl"), format=ox.RdfFormat.TURTLE)
    named = {q.predicate.value for q in quads if q.object == ox.NamedNode(address)}
    assert named == {t.DCAT + "endpointURL", "http://rdfs.org/ns/void#sparqlEndpoint"}
    refused = run(*words, "javascript:alert(1)")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
