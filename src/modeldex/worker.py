"""A query in a process of its own, under limits.

A running query cannot be interrupted from Python, and a deep one can end the process it runs
in. So an ad-hoc query gets a process with bounded memory, time and open files (none to spare:
no file, no network), which is killed when it overruns. Its answer is passed on only when whole.
"""

from __future__ import annotations

import subprocess
import sys
from typing import NamedTuple

import pyoxigraph as ox

from modeldex.engine import Triples, solutions_of
from modeldex.errors import BadInput, BadQuery, LimitReached, ModeldexError, StoreError
from modeldex.reading import check_depth
from modeldex.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex import engine

MEMORY = 2 * 2**30
QUERY_SIZE = 2**20
SOLUTIONS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
TRIPLES = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES}


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


class Answer(NamedTuple):
    """A whole answer: `form` is `solutions`, `boolean` or `triples`, `data` its serialization."""

    form: str
    data: bytes


def run_query(query: str, folder: str, syntax: str, seconds: float) -> Answer:
    """Run a query over a dataset folder. `syntax` is that of solutions; triples are N-Triples.

    Raises BadQuery with line and column, LimitReached where it took too much.
    """
    if len(query) > QUERY_SIZE:
        raise BadQuery("longer than 1 MB", file="query")
    try:
        check_depth(query, "query")
    except BadInput as error:
        raise BadQuery(error.message, file="query", line=error.line, remedy="flatten it") from None
    command = [sys.executable, "-m", "modeldex.worker", folder, syntax, str(int(seconds) + 1)]
    try:
        done = subprocess.run(
            command, input=query.encode("utf-8", "surrogatepass"), capture_output=True,
            timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise LimitReached(
            f"stopped after {seconds:g} seconds; ask for less, or raise --timeout"
        ) from None
    head, _, data = done.stdout.partition(b"\n")
    kind, _, rest = head.decode().partition(" ")
    if kind == "unopened":
        raise StoreError(rest)
    if kind == "error":
        place, _, message = rest.partition(" ")
        line, _, column = place.partition(":")
        raise BadQuery(message, file="query", line=int(line) or None, column=int(column) or None)
    if done.returncode or kind not in ("solutions", "boolean", "triples"):
        raise LimitReached("stopped: it took too much memory, time or depth; ask for less")
    sys.stderr.write(done.stderr.decode(errors="replace"))
    return Answer(kind, data)


def _work(folder: str, syntax: str, seconds: int) -> None:
    """Answer the query on standard input: a line that says what it is, then the answer."""
    query = sys.stdin.buffer.read().decode("utf-8", "surrogatepass")
    out = sys.stdout.buffer
    try:
        store = Store.open(folder)
    except StoreError as error:
        out.write(f"unopened {error}\n".encode("utf-8", "replace"))
        return
    _limit(seconds)
    try:
        if any("\ud800" <= character <= "\udfff" for character in query):
            raise BadQuery("not Unicode text")
        results = store.results(query)
        if isinstance(results, ox.QueryTriples):
            data = results.serialize(format=TRIPLES["ntriples"]) or b""
            out.write(b"triples \n" + b"".join(sorted(data.splitlines(keepends=True))))
        else:
            form = b"boolean" if isinstance(results, ox.QueryBoolean) else b"solutions"
            if form == b"boolean" and syntax in ("csv", "tsv"):
                data = str(bool(results)).lower().encode() + b"\n"
            else:
                data = results.serialize(format=SOLUTIONS[syntax]) or b""
            out.write(form + b" \n" + data)
    except BadQuery as error:
        message = error.message + (f"; {error.remedy}" if error.remedy else "")
        out.write(f"error {error.line or 0}:{error.column or 0} {message}\n".encode())
    except (ModeldexError, OSError, ValueError, RuntimeError) as error:
        text = " ".join(str(error).split())
        if isinstance(error, OSError):
            text += "; a query reaches no network and no file"
        out.write(f"error 0:0 {text}\n".encode("utf-8", "replace"))
    out.flush()


def _limit(seconds: int) -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


if __name__ == "__main__":
    _work(sys.argv[1], sys.argv[2], int(sys.argv[3]))
