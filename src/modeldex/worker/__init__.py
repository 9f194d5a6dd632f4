"""A query in a process of its own, under limits.

A running query cannot be interrupted from Python, and a deep one can end the process it runs
in. So an ad-hoc query gets a process with bounded memory, time and open files (none to spare but
for tables of a large store: no file, no network), which is killed when it overruns. Its answer is
passed on only when whole.

Here a process is started for one query; `modeldex.workers` keeps some that answer many.
"""

from __future__ import annotations

import subprocess
import sys

import pyoxigraph as ox

from modeldex.engine import Triples, solutions_of
from modeldex.errors import LimitReached, StoreError
from modeldex.manifest import Manifest
from modeldex.worker.messages import (
    LENGTH,
    SOLUTIONS,
    TRIPLES,
    Answer,
    Request,
    decoded,
    encoded,
    ended,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex import engine

__all__ = ["SOLUTIONS", "TRIPLES", "Answer", "LimitedStore", "run_query"]


class LimitedStore:
    """A dataset folder as an engine, each query in a process of its own."""

    def __init__(self, folder: str, seconds: float) -> None:
        self.folder, self.seconds = folder, seconds

    def query(self, query: str) -> engine.Answer:
        """See `Engine`. Raises LimitReached where it took too much."""
        answer = run_query(query, self.folder, "json", self.seconds)
        if answer.form == "triples":
            parsed = ox.parse(answer.data, format=ox.RdfFormat.N_TRIPLES)
            return Triples(tuple(quad.triple for quad in parsed))
        results = ox.parse_query_results(answer.data, format=ox.QueryResultsFormat.JSON)
        if isinstance(results, ox.QueryBoolean):
            return bool(results)
        return solutions_of(results)


def run_query(query: str, folder: str, syntax: str, seconds: float) -> Answer:
    """Run a query over a dataset folder. `syntax` is that of solutions; triples are N-Triples.

    Raises BadQuery with line and column, LimitReached where it took too much, and StoreError
    where that was for damage: over a part that it cannot read, the engine may go on for ever.
    """
    try:
        return _run(query, folder, syntax, seconds)
    except LimitReached:
        manifest = Manifest(folder)
        if manifest.of_catalogues and (damage := manifest.damage(every=True)):
            raise StoreError(f"{damage}; {manifest.remedy}") from None
        raise


def _run(query: str, folder: str, syntax: str, seconds: float) -> Answer:
    request = encoded(query, Request(syntax, "ntriples", seconds=seconds))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "modeldex.worker", folder],
            input=request, capture_output=True, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise LimitReached(
            f"stopped after {seconds:g} seconds; ask for less, or raise --timeout", "time"
        ) from None
    if done.returncode or len(done.stdout) < LENGTH.size:
        raise ended(done.returncode)
    sys.stderr.write(done.stderr.decode(errors="replace"))
    answer, _ = decoded(done.stdout[LENGTH.size :])
    if isinstance(answer, Answer):
        return answer
    raise answer
