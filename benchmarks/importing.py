"""Importing a catalogue, against the engine's bare bulk load of the same statements.

    python benchmarks/importing.py litellm prices.json 2026-11-20 [EARLIER.json DAY ...]
    python benchmarks/importing.py --made-up 77000

Prints seconds, the ratio of the two, and the peak memory of each process; then how long a store
takes to open, to show a model, to compare it, and to answer one point query. Documents given
besides are imported into the same store first. `--made-up` makes a document with so many records
of thirteen values.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox

import modeldex
from modeldex.store import Store

BARE = """
import sys, pyoxigraph as ox
store = ox.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS)
store.flush()
"""
POINT = "SELECT ?o WHERE { GRAPH graph:claims { ?c rdf:subject <%s> ; rdf:object ?o } }"


def measured(*words: str) -> tuple[float, float, int]:
    """Seconds and peak memory (MB) of a process, and its exit code."""
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - start, usage.ru_maxrss / 1024, process.returncode


def made_up(records: int, file: Path) -> None:
    """A document in LiteLLM's form."""
    chance = random.Random(1)
    document = {}
    for number in range(records):
        document[f"maker-{number % 900}/model-{number}"] = {
            "litellm_provider": f"platform_{number % 300}", "mode": "chat",
            "input_cost_per_token": float(f"{chance.randrange(1, 9999)}e-9"),
            "output_cost_per_token": float(f"{chance.randrange(1, 9999)}e-9"),
            "cache_read_input_token_cost": float(f"{chance.randrange(1, 999)}e-9"),
            "input_cost_per_token_batches": float(f"{chance.randrange(1, 999)}e-9"),
            "output_cost_per_token_batches": float(f"{chance.randrange(1, 999)}e-9"),
            "max_input_tokens": chance.choice((8192, 32768, 128000, 1000000)),
            "max_output_tokens": chance.choice((4096, 8192, 64000)),
            "supports_vision": chance.random() < 0.5, "supports_reasoning": True,
            "supports_function_calling": True, "supports_response_schema": True,
            "supports_prompt_caching": False,
        }  # fmt: skip
    file.write_text(json.dumps(document))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="?", default="litellm")
    parser.add_argument("documents", nargs="*", metavar="FILE DAY")
    parser.add_argument("--made-up", type=int, metavar="RECORDS")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scrap:
        folder = Path(scrap)
        documents = options.documents
        if options.made_up:
            made_up(options.made_up, folder / "made-up.json")
            documents = [str(folder / "made-up.json"), "2026-01-01"]
        pairs = list(zip(documents[::2], documents[1::2], strict=True))
        store = folder / "store"
        for file, day in [*pairs[1:], pairs[0]]:
            seconds, memory, code = measured(
                sys.executable, "-m", "modeldex", "import", options.source, file,
                "--as-of", day, "--store", str(store),
            )  # fmt: skip
            assert code in (0, 1), code
            print(f"import of {Path(file).name}: {seconds:.1f} s, {memory:.0f} MB")
        compare(folder, store, seconds)
        ask(store)


def compare(folder: Path, store: Path, seconds: float) -> None:
    """The bare bulk load of what the store holds."""
    text = folder / "all.nq"
    Store.open(store).engine.dump(str(text), format=ox.RdfFormat.N_QUADS)
    bare, memory, code = measured(sys.executable, "-c", BARE, str(text), str(folder / "bare"))
    assert code == 0
    lines = subprocess.run(["wc", "-l", text], capture_output=True, text=True, check=True)
    size = sum(file.stat().st_size for file in store.rglob("*") if file.is_file())
    print(f"bare bulk load of its {int(lines.stdout.split()[0]):,} statements: {bare:.1f} s, "
          f"{memory:.0f} MB; the import takes {seconds / bare:.2f} times as long; "
          f"{size / 1e6:.0f} MB on disk")  # fmt: skip


def ask(store: Path) -> None:
    """What a reader waits for."""
    start = time.perf_counter()
    dex = modeldex.open(store)
    engine = dex.store
    print(f"open: {time.perf_counter() - start:.3f} s")
    claim = next(dex.claims(["https://w3id.org/modeldex/id/model/gpt-4o"]))
    start = time.perf_counter()
    engine.query(POINT % claim.subject.iri)
    print(f"point query: {(time.perf_counter() - start) * 1000:.2f} ms")
    for words in (["show", "gpt-4o"], ["conflicts", "gpt-4o"], ["conflicts"]):
        seconds, memory, _ = measured(
            sys.executable, "-m", "modeldex", *words, "--store", str(store)
        )
        print(f"modeldex {' '.join(words)}: {seconds:.2f} s, {memory:.0f} MB")
    seconds, memory, _ = measured(
        sys.executable, "-m", "modeldex", "validate", "--store", str(store)
    )
    print(f"modeldex validate: {seconds:.1f} s, {memory:.0f} MB")


if __name__ == "__main__":
    main()
