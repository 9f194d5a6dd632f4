"""`modeldex validate`: what is wrong, where, by which rule; and never "all is well" by accident."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF, SH

ROOT = Path(__file__).parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]
HEAD = """@prefix mdx: <https://w3id.org/modeldex/vocab#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix model: <https://w3id.org/modeldex/id/model/> .
@prefix claim: <https://w3id.org/modeldex/id/claim/> .
@prefix evidence: <https://w3id.org/modeldex/id/evidence/> .
@prefix source: <https://w3id.org/modeldex/id/source/> .

"""
BODY = """a mdx:Claim ;
    rdf:subject     model:gpt-4o ;
    rdf:predicate   mdx:videoInput ;
    rdf:object      false ;
    mdx:status      mdx:{status} ;
    mdx:supportedBy evidence:{evidence} .
"""
OURS = "gate-2026-06--comparison-modalities-gpt-4o"
GOOD = HEAD + "claim:gpt-4o--video-input " + BODY.format(status="unconfirmed", evidence=OURS)
FILES = {
    "good.ttl": GOOD,
    "status.ttl": GOOD.replace("mdx:unconfirmed", "mdx:verified"),
    "source.ttl": HEAD
    + """evidence:mine a mdx:Evidence ;
    mdx:source  source:nobody-knows ;
    mdx:asOf    "2026-07"^^xsd:gYearMonth ;
    mdx:locator "Page 1" .

claim:gpt-4o--video-input """
    + BODY.format(status="unconfirmed", evidence="mine"),
    "evidence.ttl": HEAD
    + "claim:gpt-4o--video-input "
    + BODY.format(status="unconfirmed", evidence="nowhere-described"),
    "blank.ttl": HEAD + "[] " + BODY.format(status="unconfirmed", evidence=OURS),
    "twice.ttl": GOOD + "\nclaim:gpt-4o--video-input a mdx:Claim .\n",
    "untyped.ttl": HEAD + "model:gpt-6 mdx:contextWindow 5 .\n",
    "computed.ttl": GOOD.replace(" .\n", " ;\n    mdx:basis mdx:firstHand .\n").replace(
        "> ;\n    mdx:basis mdx:firstHand .", "> ."
    ),
}
LINE = re.compile(
    r"(?P<file>[^:]+):(?P<line>\d+): violation (?P<rule>[a-z-]+) on (?P<focus>\S+): .+"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of these tests."""
    place = tmp_path_factory.mktemp("given")
    for name, text in FILES.items():
        (place / name).write_text(text)
    (place / "again.ttl").write_text(GOOD)
    return place


@pytest.fixture(scope="module")
def reports(run: Run, folder: Path) -> dict[str, subprocess.CompletedProcess[str]]:
    """Each file of these tests validated once, as an addition to the packaged data."""
    return {name: run("validate", name, cwd=folder) for name in FILES}


# ------------------------------------------------------------------ what conforms


def test_the_packaged_data_conform(run: Run) -> None:
    """Without a path: the data that Modeldex brings; what a page contradicts in itself is told."""
    done = run("validate")
    assert (done.returncode, done.stderr) == (0, "")
    *warnings, last = done.stdout.splitlines()
    found = re.fullmatch(r"conforms: (\d+) files, (\d+) claims, 0 violations, 10 warnings", last)
    assert found
    assert len(warnings) == 10
    assert all("/openai-deprecations.ttl:" in line for line in warnings)
    assert all(": warning value-is-not-contested on claim:" in line for line in warnings)
    assert int(found[1]) == len(list((ROOT / "data").rglob("*.ttl")))
    assert int(found[2]) > 100


def test_an_addition_that_conforms_is_said_to(
    reports: dict[str, subprocess.CompletedProcess[str]],
) -> None:
    """A new claim about a packaged model, on packaged evidence: exit code 0."""
    done = reports["good.ttl"]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "conforms: 1 files, 1 claims, 0 violations, 0 warnings\n"


def test_a_file_named_twice_is_one_file(run: Run, folder: Path) -> None:
    """The same file, by two names or with its folder, is not described twice."""
    (folder / "sub").mkdir(exist_ok=True)
    (folder / "sub" / "good.ttl").write_text(GOOD)
    (folder / "link.ttl").symlink_to(folder / "sub" / "good.ttl")
    done = run("validate", "sub/good.ttl", "./sub/good.ttl", "sub", "link.ttl", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("conforms: 1 files, 1 claims")


# ------------------------------------------------------------------ what does not


@pytest.mark.parametrize(
    ("name", "rule", "focus", "begins"),
    [
        ("status.ttl", "status-is-unconfirmed", "claim:gpt-4o--video-input", "claim:gpt-4o"),
        ("source.ttl", "evidence-source-is-a-source", "evidence:mine", "evidence:mine"),
        ("evidence.ttl", "support-is-evidence", "claim:gpt-4o--video-input", "claim:gpt-4o"),
        ("twice.ttl", "described-once", "claim:gpt-4o--video-input", "claim:gpt-4o"),
        ("untyped.ttl", "looked-at-by-a-shape", "model:gpt-6", "model:gpt-6"),
        ("computed.ttl", "computed-terms-are-not-typed", "claim:gpt-4o--video-input", "claim:gpt"),
    ],
)
def test_each_fault_is_one_line_with_file_line_rule_and_focus(
    reports: dict[str, subprocess.CompletedProcess[str]],
    name: str, rule: str, focus: str, begins: str,
) -> None:  # fmt: skip
    """Exit code 1; it names file, the right line, rule and focus node."""
    done = reports[name]
    assert done.returncode == 1
    *lines, verdict = done.stdout.splitlines()
    assert verdict.startswith("does not conform: 1 files, ")
    assert done.stderr == ""
    found = [match for line in lines if (match := LINE.fullmatch(line))]
    assert len(found) == len(lines) >= 1
    wanted = [match for match in found if match["rule"] == rule]
    assert len(wanted) == 1, done.stdout
    assert (wanted[0]["file"], wanted[0]["focus"]) == (name, focus)
    assert FILES[name].splitlines()[int(wanted[0]["line"]) - 1].startswith(begins)


def test_a_blank_node_as_claim_is_refused(
    reports: dict[str, subprocess.CompletedProcess[str]],
) -> None:
    """A claim without an IRI is a violation in its file; it has no name by which to find a line."""
    done = reports["blank.ttl"]
    assert done.returncode == 1
    *lines, _ = done.stdout.splitlines()
    assert lines
    assert all(line.startswith("blank.ttl") for line in lines)
    assert "iri-ends-in-a-slug on _:" in done.stdout


def test_a_claim_described_in_two_files_is_refused(run: Run, folder: Path) -> None:
    """RDF would merge the two without a word; here it is a violation."""
    done = run("validate", "good.ttl", "again.ttl", cwd=folder)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("good.ttl:9: violation described-once on claim:gpt-4o--video-input")
    assert "good.ttl and again.ttl" in lines[0]


def test_alone_means_without_the_packaged_data(run: Run, folder: Path) -> None:
    """With --alone nothing is looked up elsewhere: the model and the evidence are missing."""
    done = run("validate", "--alone", "good.ttl", cwd=folder)
    assert done.returncode == 1
    assert "support-is-evidence on claim:gpt-4o--video-input" in done.stdout


# ------------------------------------------------------------------ what cannot be read


def test_all_broken_files_are_named_and_nothing_is_validated(run: Run, folder: Path) -> None:
    """Exit code 2, nothing on standard output, one line for each file that cannot be read."""
    place = folder / "broken"
    place.mkdir()
    (place / "one.ttl").write_text(HEAD + "claim:x a")
    (place / "two.nq").write_text("<http://e/s> <http://e/p> \n")
    (place / "three.ttl").write_bytes(HEAD.encode("utf-16"))
    (place / "four.jsonld").write_text('{"@context": "http://127.0.0.1:9/c"}')
    (place / "good.ttl").write_text(GOOD)
    os.mkfifo(folder / "fifo.ttl")
    (folder / "empty").mkdir()
    words = ["broken", "missing.ttl", "fifo.ttl", "notes.txt", "empty"]
    done = run("validate", *words, cwd=folder, timeout=30)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert all(line.startswith("modeldex: ") for line in lines)
    named = [line.removeprefix("modeldex: ").split(":")[0] for line in lines]
    assert named == [
        "broken/four.jsonld", "broken/one.ttl", "broken/three.ttl", "broken/two.nq",
        "missing.ttl", "fifo.ttl", "notes.txt", "empty",
    ]  # fmt: skip


# ------------------------------------------------------------------ formats


@pytest.fixture(scope="module")
def formats(run: Run, folder: Path) -> dict[str, subprocess.CompletedProcess[str]]:
    """The report on a file with a fault in each format."""
    return {form: run("validate", "status.ttl", "--format", form, cwd=folder)
            for form in ("json", "csv", "turtle", "jsonld")}  # fmt: skip


def test_json_csv_and_rdf_say_the_same(
    formats: dict[str, subprocess.CompletedProcess[str]],
) -> None:
    """All formats parse, have the exit code of the table, and agree on the results."""
    assert {done.returncode for done in formats.values()} == {1}
    report = json.loads(formats["json"].stdout)
    assert (report["conforms"], report["files"], report["claims"]) == (False, 1, 1)
    result = report["results"][0]
    assert result.keys() == {"severity", "rule", "focus", "message", "value", "file", "line"}
    rows = list(csv.DictReader(io.StringIO(formats["csv"].stdout)))
    assert rows == [{name: str(value) for name, value in result.items()}]
    graph = rdflib.Graph().parse(data=formats["turtle"].stdout, format="turtle")
    shacl = next(graph.subjects(RDF.type, SH.ValidationReport))
    conforms = graph.value(shacl, SH.conforms)
    assert isinstance(conforms, rdflib.Literal)
    assert conforms.toPython() is False
    nodes = list(graph.objects(shacl, SH.result))
    assert [str(graph.value(node, SH.focusNode)) for node in nodes] == [result["focus"]]
    # By another library, which never looks for a context.
    quads = list(ox.parse(formats["jsonld"].stdout, format=ox.RdfFormat.JSON_LD))
    assert len(quads) == len(graph)
    focus = [q.object for q in quads if q.predicate.value == str(SH.focusNode)]
    assert focus == [ox.NamedNode(result["focus"])]


def test_the_report_in_rdf_also_has_what_shacl_cannot_see(run: Run, folder: Path) -> None:
    """A rule outside SHACL makes the RDF report say that the data do not conform, too."""
    done = run("validate", "good.ttl", "again.ttl", "--format", "turtle", cwd=folder)
    graph = rdflib.Graph().parse(data=done.stdout, format="turtle")
    assert done.returncode == 1
    assert [str(value) for value in graph.objects(None, SH.conforms)] == ["false"]
    assert len(list(graph.objects(None, SH.result))) == 1


def test_a_report_that_conforms_says_so_in_every_format(run: Run, folder: Path) -> None:
    """Conforming data: exit code 0, and the flag is true."""
    report = json.loads(run("validate", "good.ttl", "--format", "json", cwd=folder).stdout)
    assert report == {"conforms": True, "files": 1, "claims": 1, "results": []}
    done = run("validate", "good.ttl", "--format", "turtle", cwd=folder)
    graph = rdflib.Graph().parse(data=done.stdout, format="turtle")
    assert [str(value) for value in graph.objects(None, SH.conforms)] == ["true"]
    rows = run("validate", "good.ttl", "--format", "csv", cwd=folder).stdout
    assert rows == "severity,rule,focus,message,value,file,line\n"
