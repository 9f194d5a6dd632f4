"""How fast questions are answered, beside the bare engine, rdflib and other catalogues.

One run measures both sides of each pair in turn and prints medians and ratios; nothing here
passes or fails. What is measured is the processor time of the thread that asks, so that other
work on the machine counts less. Five parts, each of which `--skip` leaves out:

    fact     `dex.fact` against the same lookup as SPARQL on the bare engine
    ask      `dex.ask` of every stored query (its first example) against the same SPARQL there
    rdflib   embedded Oxigraph against rdflib, on the same data
    others   a point lookup against genai-prices and LiteLLM, where they are installed
    growth   every example of every stored query on made-up data of growing size (`synthetic.py`)

    python benchmarks/queries.py [--skip PART,...] [--queries NAME,...] [--sizes N,...]
                                 [--folder DIR] [--seconds S] [--limit S]

With `--folder` the made-up stores are kept there and used again. It needs the package installed
in the environment that runs it.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

import modeldex
from modeldex import packaged
from modeldex.dex import Modeldex
from modeldex.errors import ModeldexError
from modeldex.index import Index
from modeldex.manifest import INDEX, TEXT, Manifest
from modeldex.questions import answer_of
from modeldex.store import Store
from modeldex.stored_query import StoredQuery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.engine import Engine

PARTS = ("fact", "ask", "rdflib", "others", "growth")
MODEL, PROPERTY = "claude-3-5-sonnet", "context window"
POINT = """
PREFIX mdx: <https://w3id.org/modeldex/vocab#>
PREFIX graph: <https://w3id.org/modeldex/graph/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?value ?status ?basis ?asOf WHERE {
  GRAPH graph:claims {
    ?claim rdf:subject <https://w3id.org/modeldex/id/model/claude-3-5-sonnet> ;
           rdf:predicate mdx:contextWindow ; rdf:object ?value ;
           mdx:status ?status ; mdx:basis ?basis ; mdx:asOf ?asOf .
  }
}
"""
RATIO, EXCESS = 1.3, 100e-6  # to reach: the one over a millisecond, the other for point answers
TOLERANCE = 4.0  # caches fall short as data grow; a factor of this much is not called growth
NOISE = 2e-3


class Pair(NamedTuple):
    """Median seconds of two ways to one answer, and the median of their ratios."""

    ours: float
    theirs: float
    ratio: float


class Case(NamedTuple):
    """An example of a stored query, with its parameters written in."""

    label: str
    query: StoredQuery
    params: dict[str, Any]
    sparql: str


def pair(ours: Callable[[], object], theirs: Callable[[], object], seconds: float) -> Pair:
    """Call both in turn, warm, for so long."""
    times: tuple[list[float], list[float]] = ([], [])
    end = time.perf_counter() + seconds
    while len(times[0]) < 5 or (time.perf_counter() < end and len(times[0]) < 2000):
        for call, taken in zip((ours, theirs), times, strict=True):
            start = time.thread_time()
            call()
            taken.append(time.thread_time() - start)
    warm = [taken[len(taken) // 5 :] for taken in times]
    ratios = [a / b for a, b in zip(*warm, strict=True)]
    return Pair(*map(statistics.median, (*warm, ratios)))


def cases(dex: Modeldex, wanted: Iterable[str], *, first: bool) -> Iterator[Case]:
    """The examples of the stored queries, or the first of each."""
    for query in dex.questions:
        if wanted and query.name not in wanted:
            continue
        examples = query.examples[:1] if first else query.examples
        if not examples:
            print(f"  {query.name}: no example, not measured")
        for number, example in enumerate(examples, start=1):
            label = query.name if number == 1 else f"{query.name} ({number})"
            try:
                sparql = dex.sparql(query.name, example.params)
            except ModeldexError as error:
                print(f"  {label}: not measured: {error}")
                continue
            yield Case(label, query, example.params, sparql)


def bare(engine: ox.Store, sparql: str) -> Callable[[], list[Any]]:
    """The same question to the engine alone, its cells read."""

    def ask() -> list[Any]:
        answer = engine.query(sparql)
        if isinstance(answer, ox.QuerySolutions):
            return [tuple(solution) for solution in answer]
        return list(answer) if isinstance(answer, ox.QueryTriples) else [bool(answer)]

    return ask


def fact_part(dex: Modeldex, engine: ox.Store, seconds: float) -> None:
    """`dex.fact`: as it answers again, and as it answers first."""
    manifest = Manifest(packaged.dataset())
    fresh = Modeldex(Index(os.path.join(manifest.store, INDEX)), lambda: dex.store)
    ways = {
        "dex.fact, remembered": lambda: dex.fact(MODEL, PROPERTY),
        "dex.fact, first time": lambda: fresh.fact(MODEL, PROPERTY),
    }
    for name, way in ways.items():
        taken = pair(way, bare(engine, POINT), seconds)
        print(f"  {name:<24}{_ms(taken.ours)}   bare SPARQL{_ms(taken.theirs)}"
              f"   ratio {taken.ratio:.3f}")  # fmt: skip


def ask_part(dex: Modeldex, engine: ox.Store, wanted: list[str], seconds: float) -> None:
    """`dex.ask` against the same text on the bare engine."""
    missed = []
    print(f"  {'query':<42}{'rows':>6}{'dex.ask':>13}{'bare':>13}{'ratio':>8}{'over it':>11}")
    for case in cases(dex, wanted, first=True):
        ask = bare(engine, case.sparql)
        taken = pair(lambda c=case: dex.ask(c.query.name, **c.params), ask, seconds)  # type: ignore[misc]
        over = taken.ours - taken.theirs
        miss = taken.ratio > RATIO if taken.theirs > 1e-3 else over > EXCESS
        missed += [case.label] if miss else []
        print(f"  {case.label:<42}{len(ask()):>6}{_ms(taken.ours)}{_ms(taken.theirs)}"
              f"{taken.ratio:>8.2f}{over * 1e6:>8.0f} us{'  *' if miss else ''}")  # fmt: skip
    print(f"  over {RATIO} times (over 1 ms) or {EXCESS * 1e6:.0f} us more: "
          f"{', '.join(missed) or 'none'}")  # fmt: skip


def others_part(dex: Modeldex, seconds: float) -> None:
    """A point lookup in other libraries: theirs have no source, status or date."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # or its import asks the network
    print(f"  ours: dex.fact({MODEL!r}, {PROPERTY!r}), remembered")
    for package, way in (("genai-prices", _genai_prices), ("litellm", _litellm)):
        try:
            what, call = way()
            version = importlib.metadata.version(package)
        except ImportError:
            print(f"  {package}: not installed, not measured")
            continue
        taken = pair(lambda: dex.fact(MODEL, PROPERTY), call, seconds)
        print(f"  {package} {version}, {what}:{_ms(taken.theirs)}   ours{_ms(taken.ours)}"
              f"   ours / it {taken.ratio:.3f}")  # fmt: skip


def _genai_prices() -> tuple[str, Callable[[], object]]:
    prices: Any = importlib.import_module("genai_prices")
    usage = prices.Usage(input_tokens=1000, output_tokens=100)

    def call() -> object:
        return prices.calc_price(usage, model_ref="claude-3-5-sonnet", provider_id="anthropic")

    return "calc_price, which gives the input price", call


def _litellm() -> tuple[str, Callable[[], object]]:
    litellm: Any = importlib.import_module("litellm")
    model = "anthropic.claude-3-5-sonnet-20240620-v1:0"
    return "get_model_info", lambda: litellm.get_model_info(model)


# --- Answers from a process that can be stopped ---


def _serve(pipe: Connection, kind: str, place: str, seconds: float) -> None:
    if kind == "rdflib":
        import rdflib

        from modeldex.rdflib_store import RdflibStore

        data = rdflib.Dataset()
        data.parse(place, format="nquads")
        engine: Engine = RdflibStore(data)
    else:
        engine = Store(ox.Store.read_only(place))
    pipe.send(None)
    while True:
        query, sparql = pipe.recv()
        taken: list[float] = []
        end = time.perf_counter() + seconds
        while not taken or (time.perf_counter() < end and len(taken) < 50):
            start = time.thread_time()
            answer = answer_of(query, engine.query(sparql))
            taken.append(time.thread_time() - start)
        if isinstance(answer, bool):
            count = 1
        else:
            count = len(answer.triples) if hasattr(answer, "triples") else len(answer)
        pipe.send((count, min(taken)))


class Worker:
    """Asks one store in a process of its own, which is ended when a query overruns."""

    def __init__(self, kind: str, place: str, *, limit: float, seconds: float) -> None:
        self.start = (kind, place, seconds)
        self.limit = limit + seconds
        self.process: Any = None

    def ask(self, case: Case) -> tuple[int, float] | None:
        """Rows and the least seconds of several runs; None where one overran."""
        if self.process is None:
            context = multiprocessing.get_context("spawn")
            self.pipe, theirs = context.Pipe()
            self.process = context.Process(target=_serve, args=(theirs, *self.start), daemon=True)
            self.process.start()
            self.pipe.recv()
        self.pipe.send((case.query, case.sparql))
        if self.pipe.poll(self.limit):
            try:
                rows, taken = self.pipe.recv()
                return rows, taken
            except EOFError:
                pass
        self.close()
        return None

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.process = None


def rdflib_part(dex: Modeldex, wanted: list[str], limit: float, seconds: float) -> None:
    """The same questions to rdflib."""
    manifest = Manifest(packaged.dataset())
    options = {"limit": limit, "seconds": seconds}
    embedded = Worker("disk", manifest.store, **options)
    graph = Worker("rdflib", os.path.join(manifest.folder, TEXT), **options)
    ratios = []
    print(f"  {'query':<42}{'rows':>6}{'Oxigraph':>13}{'rdflib':>13}{'rdflib / it':>13}")
    for case in cases(dex, wanted, first=True):
        ours, theirs = embedded.ask(case), graph.ask(case)
        if ours is None or theirs is None:
            print(f"  {case.label:<42}over {limit:.0f} s: {'rdflib' if ours else 'Oxigraph'}")
            continue
        ratios.append(theirs[1] / ours[1])
        note = "" if ours[0] == theirs[0] else f"  (rdflib: {theirs[0]} rows)"
        print(
            f"  {case.label:<42}{ours[0]:>6}{_ms(ours[1])}{_ms(theirs[1])}{ratios[-1]:>13.1f}{note}"
        )
    if ratios:
        least, most = min(ratios), max(ratios)
        print(f"  median ratio {statistics.median(ratios):.1f}, from {least:.1f} to {most:.1f}")
    embedded.close()
    graph.close()


def growth_part(
    dex: Modeldex, wanted: list[str], sizes: list[int], folder: Path, limit: float, seconds: float
) -> None:
    """Rows and time of every example at each size, and which grow faster than their answer."""
    import synthetic

    print(f"  stamping is deriving: {synthetic.check():,} statements alike")
    workers = []
    for size in sizes:
        place = folder / str(size)
        if not place.exists():
            start = time.perf_counter()
            beside = folder / f"{size}.part"
            synthetic.load(size, beside)
            beside.rename(place)
            print(f"  {size:,} claims written in {time.perf_counter() - start:.0f} s", flush=True)
        workers.append(Worker("disk", str(place), limit=limit, seconds=seconds))
    print("  rows, and the least time of several runs\n" + f"  {'':<42}"
          + "".join(f"{size:>21,}" for size in sizes))  # fmt: skip
    faster: list[str] = []
    for case in cases(dex, wanted, first=False):
        results: list[tuple[int, float] | None] = []
        for worker in workers:
            overran = results and results[-1] is None
            results.append(None if overran else worker.ask(case))
        cells = (f"{r[0]:>8,}{_ms(r[1])}" if r else f"{f'over {limit:.0f} s':>21}" for r in results)
        mark = _growth(results)
        faster += [f"{case.label} ({mark})"] if mark else []
        print(f"  {case.label:<42}{''.join(cells)}  {mark}", flush=True)
    for worker in workers:
        worker.close()
    print("  time grows faster than the answer:", ", ".join(faster) or "none")


def _growth(results: list[tuple[int, float] | None]) -> str:
    """By how much more the time grew than the rows, where that is worth a word."""
    answered = [result for result in results if result]
    if len(answered) < 2:
        return "overran"
    (rows, taken), (more_rows, longer) = answered[0], answered[-1]
    excess = longer / taken / max(1.0, more_rows / max(1, rows))
    if excess <= TOLERANCE or longer <= NOISE:
        return ""
    return f"x {excess:.0f}" if results[-1] else f"x {excess:.0f}, then overran"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:>10.4f} ms"


def _listed(text: str) -> list[str]:
    return [part for part in text.split(",") if part]


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="The speed of questions, as ratios.")
    parser.add_argument("--skip", type=_listed, default=[], help=", ".join(PARTS))
    parser.add_argument("--queries", type=_listed, default=[])
    parser.add_argument("--sizes", type=_listed, default=["1000", "10000", "100000", "1000000"])
    parser.add_argument("--folder", type=Path, help="where made-up stores are kept")
    parser.add_argument("--seconds", type=float, default=0.5, help="for each measurement")
    parser.add_argument("--limit", type=float, default=20, help="seconds that one query may take")
    options = parser.parse_args()
    if unknown := set(options.skip) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    dex, limit, seconds = modeldex.open(), options.limit, options.seconds
    engine = ox.Store.read_only(Manifest(packaged.dataset()).store)
    with tempfile.TemporaryDirectory() as scratch:
        parts: dict[str, Callable[[], None]] = {
            "fact": lambda: fact_part(dex, engine, seconds),
            "ask": lambda: ask_part(dex, engine, options.queries, seconds),
            "rdflib": lambda: rdflib_part(dex, options.queries, limit, seconds),
            "others": lambda: others_part(dex, seconds),
            "growth": lambda: growth_part(
                dex, options.queries, [int(size) for size in options.sizes],
                options.folder or Path(scratch), limit, seconds,
            ),
        }  # fmt: skip
        for name in PARTS:
            if name not in options.skip:
                print(name)
                parts[name]()
                sys.stdout.flush()


if __name__ == "__main__":
    main()
