"""How long `modeldex show` takes, beside the least that Python and the engine need.

One run measures, in turn and as whole processes: a bare Python; a bare script that opens the
same data as a read-only store on disk and asks one query; a script that does the same with
rdflib; and the installed `modeldex show`. It prints medians and their ratios, for the packaged
data and for a generated dataset of 3,000 claims.

    python benchmarks/startup.py [--runs N] [--claims N]

It needs the package installed in the environment that runs it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox

from modeldex import packaged
from modeldex import terms as t
from modeldex.build import dataset, read_all, write_dataset
from modeldex.manifest import Manifest
from modeldex.reading import read

QUERY = """
PREFIX mdx: <https://w3id.org/modeldex/vocab#>
PREFIX graph: <https://w3id.org/modeldex/graph/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?claim ?property ?value ?status ?asOf WHERE {
  GRAPH graph:claims {
    ?claim rdf:subject <https://w3id.org/modeldex/id/model/claude-3-5-sonnet> ;
           rdf:predicate ?property ; mdx:status ?status ; mdx:asOf ?asOf .
    OPTIONAL { ?claim rdf:object ?value }
  }
}
"""
BARE = """
import sys
import pyoxigraph
store = pyoxigraph.Store.read_only(sys.argv[1])
for row in store.query(sys.argv[2]):
    print(row)
"""
RDFLIB = """
import sys
import rdflib
data = rdflib.Dataset()
data.parse(sys.argv[1], format="nquads")
for row in data.query(sys.argv[2]):
    print(row)
"""


def generate(claims: int, folder: Path) -> Path:
    """Build a dataset of so many claims: the curated ones, and models copied from them."""
    documents = read_all([packaged.folder("data")])
    ontology = [read(Path(packaged.folder("ontology"), "modeldex.ttl"))]
    quads = [quad for document in documents for quad in document.quads]
    model = next(d for d in documents if d.path.endswith("claude-3-5-sonnet.ttl"))
    per_copy = sum(q.object == ox.NamedNode(t.MDX + "Claim") for q in model.quads)
    held = sum(q.object == ox.NamedNode(t.MDX + "Claim") for q in quads)
    copies = max(0, -(-(claims - held) // per_copy))
    for number in range(copies):
        quads += [_copied(quad, number) for quad in model.quads]
    whole = documents[0]._replace(quads=quads)
    write_dataset(dataset([whole], ontology), folder)
    return folder


def _copied(quad: ox.Quad, number: int) -> ox.Quad:
    def renamed(term: object) -> object:
        if isinstance(term, ox.NamedNode) and "claude-3-5-sonnet" in term.value:
            if f"{t.ID}source/" in term.value or f"{t.ID}evidence/" in term.value:
                return term
            return ox.NamedNode(term.value.replace("claude-3-5-sonnet", f"made-up-{number}"))
        if isinstance(term, ox.Literal) and term.language:
            text = term.value.replace("Claude 3.5 Sonnet", f"Made-up {number}")
            return ox.Literal(text, language=term.language)
        if isinstance(term, ox.Literal) and "claude-3-5-sonnet" in term.value:
            return ox.Literal(term.value.replace("claude-3-5-sonnet", f"made-up-{number}"))
        return term

    return ox.Quad(*map(renamed, (quad.subject, quad.predicate, quad.object)))  # type: ignore[arg-type]


def measure(commands: dict[str, list[str]], runs: int) -> dict[str, float]:
    """Median seconds of each command, run in turn after a warm-up."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(runs + 2):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environment)
            if run >= 2:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def report(title: str, folder: Path, runs: int) -> None:
    """Measure over one dataset folder and print the ratios."""
    manifest = Manifest(str(folder))
    python = sys.executable
    show = str(Path(python).parent / "modeldex")
    commands = {
        "python -c pass": [python, "-c", "pass"],
        "bare script, read-only store, one query": [python, "-c", BARE, manifest.store, QUERY],
        "modeldex show": [show, "show", "claude-3-5-sonnet"],
        "the same with rdflib": [python, "-c", RDFLIB, str(folder / "modeldex.nq"), QUERY],
    }
    medians = measure(commands, runs)
    claims = (folder / "modeldex.nq").read_text("utf-8").count("rdf-syntax-ns#subject>")
    print(f"{title}: {claims:,} claims, {int(manifest.values['quads']):,} statements, {runs} runs")
    own = medians["modeldex show"]
    for name, seconds in medians.items():
        ratio = f"{seconds / medians['python -c pass']:8.2f} x pass"
        print(f"  {name:<42}{seconds * 1000:8.1f} ms{ratio}   show / it {own / seconds:6.2f}")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Start-up time of modeldex show, as ratios.")
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--claims", type=int, default=3000)
    options = parser.parse_args()
    report("packaged data", Path(packaged.dataset()), options.runs)
    with tempfile.TemporaryDirectory() as folder:
        generated = generate(options.claims, Path(folder) / "dataset")
        os.environ["MODELDEX_DATASET"] = str(generated)
        report("generated data", generated, options.runs)


if __name__ == "__main__":
    main()
