"""Requests a second and latencies of the server, beside Oxigraph's own on the same data.

One run starts both on loopback, and asks them in turn, from one process over kept connections.
It prints the median rate of the rounds, quantiles of the latency, and the ratio to Oxigraph's
server for the point query or, for a fact sheet, for the query of the fact sheet. What the server
keeps of its answers is switched off for the lines that say "not kept". Last it starts clients
with heavy queries, and asks again. Nothing here passes or fails. The asking takes a core too, at
some 25,000 requests a second; a faster client sees more of Oxigraph's server, and of kept answers.

    python benchmarks/load.py [--seconds S] [--rounds N] [--connections N] [--store DIR]
                              [--heavy N] [--skip-heavy]

It needs the package installed in the environment that runs it, with `serve`, and `oxigraph`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import selectors
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from modeldex import packaged
from modeldex.dex import Modeldex
from modeldex.manifest import TEXT
from modeldex.rows import Rows

POINT = """
PREFIX mdx: <https://w3id.org/modeldex/vocab#>
PREFIX graph: <https://w3id.org/modeldex/graph/>
SELECT ?tokens WHERE { GRAPH graph:verified {
  <https://w3id.org/modeldex/id/model/claude-3-5-sonnet> mdx:contextWindow ?tokens } }
"""
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
NOT_KEPT = "from modeldex.server.replies import Replies\nReplies.keep = lambda *_: None\n"
SERVE = "import sys\nfrom modeldex.cli import main\nsys.exit(main(sys.argv[1:]))\n"
START_LIMIT = 60.0


class Server(NamedTuple):
    """A server that runs."""

    port: int
    process: subprocess.Popen[bytes]


class Case(NamedTuple):
    """One kind of request; `target` is the ratio to `beside` that is to be reached."""

    name: str
    server: str
    request: Callable[[], bytes]
    beside: str | None = None
    target: float | None = None


class Measured(NamedTuple):
    """Requests a second in each round, and the latency of each request in seconds."""

    rates: list[float]
    latencies: list[float]


# ------------------------------------------------------------------ requests


def get(path: str, accept: str = "*/*") -> bytes:
    """A GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n".encode()


def ask(path: str, query: str) -> bytes:
    """A query by POST, for an answer as JSON."""
    body = query.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/sparql-results+json\r\n"
        f"Content-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def cases(dex: Modeldex) -> list[Case]:
    """What is asked for."""
    things = dex.ask("things-of-class", kind="Model")
    assert isinstance(things, Rows)
    names = [str(thing).rpartition("/")[2] for thing in things["thing"]][:12]
    pages = itertools.cycle(get(f"/model/{name}.html") for name in names)
    facts = itertools.cycle(get(f"/compare/{name}.json") for name in names)
    sheets = itertools.cycle(
        get("/queries/facts-of-a-thing.json?" + urllib.parse.urlencode({"thing": name}))
        for name in names
    )
    bound = [dex.bound(dex.questions["facts-of-a-thing"], {"thing": name}) for name in names]
    own, other = (
        itertools.cycle([ask(path, query) for query in bound]) for path in ("/sparql", "/query")
    )
    numbers = itertools.count(random.randrange(10**9))
    stored = get("/queries/retired-api-ids.json?by=2026-06-30")
    point, sheet = "Oxigraph: point query", "Oxigraph: query of a fact sheet"
    return [
        Case(point, "oxigraph", lambda: ask("/query", POINT)),
        Case(sheet, "oxigraph", lambda: next(other)),
        Case("page", "modeldex", lambda: next(pages), point, 0.25),
        Case("stored query, repeated", "modeldex", lambda: stored, point, 0.25),
        Case("fact sheet as JSON, not kept", "bare", lambda: next(facts), sheet, 1.0),
        Case("fact sheet as page, not kept", "bare", lambda: next(pages), sheet, 1.0),
        Case("fact sheet as stored query, not kept", "bare", lambda: next(sheets), sheet),
        Case("stored query, not kept", "bare", lambda: stored, point),
        Case("ad-hoc: point query", "modeldex", lambda: ask("/sparql", POINT), point, 0.1),
        Case("ad-hoc: point query, each another text", "modeldex",
             lambda: ask("/sparql", f"{POINT}# {next(numbers)}"), point, 0.1),
        Case("ad-hoc: query of a fact sheet", "modeldex", lambda: next(own), sheet, 0.1),
    ]  # fmt: skip


# ------------------------------------------------------------------ servers


@contextmanager
def servers(folder: str, scratch: Path) -> Iterator[dict[str, Server]]:
    """Oxigraph's server, ours, and ours without keeping answers, on the same data."""
    oxigraph = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if oxigraph is None:
        sys.exit("oxigraph is not installed; run: pip install oxigraph")
    store = scratch / "store"
    subprocess.run(
        [oxigraph, "load", "--location", str(store), "--file", str(Path(folder) / TEXT)],
        check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(
        [oxigraph, "optimize", "--location", str(store)], check=True, capture_output=True
    )
    with ExitStack() as stack:
        found = {}
        for name in ("oxigraph", "modeldex", "bare"):
            port = _free_port()
            place = ["--host", "127.0.0.1", "--port", str(port), "--store", folder, "--quiet"]
            command = {
                "oxigraph": [oxigraph, "serve-read-only", "--location", str(store),
                             "--bind", f"127.0.0.1:{port}"],
                "modeldex": [sys.executable, "-c", SERVE, "serve", *place],
                "bare": [sys.executable, "-c", NOT_KEPT + SERVE, "serve", *place],
            }[name]  # fmt: skip
            process = stack.enter_context(_running(command, port))
            found[name] = Server(port, process)
        yield found


@contextmanager
def _running(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            end = time.monotonic() + START_LIMIT
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > end:
                        sys.exit(f"{' '.join(command[:3])} did not start")
                    time.sleep(0.05)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


# ------------------------------------------------------------------ measuring


class Connection:
    """A kept connection, with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data, self.began = b"", 0.0

    def send(self, request: bytes) -> None:
        """Begin a request."""
        self.data, self.began = b"", time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """Take what has come; the status of the answer once it is whole."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("the server hung up")
        self.data += part
        head, found, body = self.data.partition(b"\r\n\r\n")
        if not found:
            return None
        lowered = head.lower()
        _, sized, rest = lowered.partition(b"\r\ncontent-length:")
        whole = (len(body) == int(rest.partition(b"\r\n")[0]) if sized
                 else body.endswith(b"0\r\n\r\n"))  # fmt: skip
        return int(head[9:12]) if whole else None


def measure(port: int, request: Callable[[], bytes], seconds: float, connections: int) -> Measured:
    """Ask over so many connections for so long."""
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    with selectors.DefaultSelector() as selector:
        open_ones = [Connection(port) for _ in range(connections)]
        for one in open_ones:
            selector.register(one.socket, selectors.EVENT_READ, one)
            one.send(request())
        start = now = time.perf_counter()
        while now - start < seconds:
            for key, _ in selector.select(1.0):
                one = key.data
                status = one.receive()
                if status is not None:
                    now = time.perf_counter()
                    statuses[status] += 1
                    latencies.append(now - one.began)
                    one.send(request())
            now = time.perf_counter()
        for one in open_ones:
            one.socket.close()
    if set(statuses) != {200}:
        print(f"answers by status: {dict(statuses)}", file=sys.stderr)
    return Measured([len(latencies) / (now - start)], latencies)


def quantiles(latencies: list[float]) -> str:
    """The median, and what 5 and 1 of a hundred exceed, in milliseconds."""
    if not (ordered := sorted(latencies)):
        return "   none"
    shown = (ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000
             for share in (0.5, 0.95, 0.99))  # fmt: skip
    return "".join(f"{value:9.2f}" for value in shown)


def compare(found: dict[str, Server], asked: list[Case], options: argparse.Namespace) -> None:
    """Measure each case in each round, and print the table."""
    results: dict[str, Measured] = {}
    for turn in range(options.rounds + 1):
        for case in asked:
            seconds = options.seconds if turn else 0.5  # the first is to warm up
            new = measure(found[case.server].port, case.request, seconds, options.connections)
            if turn:
                old = results.get(case.name, Measured([], []))
                results[case.name] = Measured(old.rates + new.rates, old.latencies + new.latencies)
    print(f"{options.connections} connections, {options.rounds} rounds of {options.seconds:g} s, "
          f"{os.cpu_count()} cores")  # fmt: skip
    print(f"{'':<42}{'per s':>9}{'p50 ms':>9}{'p95':>9}{'p99':>9}{'ratio':>8}  to reach")
    rates = {name: statistics.median(measured.rates) for name, measured in results.items()}
    for case in asked:
        line = f"{case.name:<42}{rates[case.name]:9.0f}{quantiles(results[case.name].latencies)}"
        if case.beside:
            line += f"{rates[case.name] / rates[case.beside]:8.2f}"
            line += f"  {case.target:g}" if case.target else ""
        print(line)


# ------------------------------------------------------------------ under heavy load


def under_load(found: dict[str, Server], asked: list[Case], options: argparse.Namespace) -> None:
    """Ask for points and pages while clients ask for what is heavy, each text another."""
    port, end = found["modeldex"].port, threading.Event()
    outcomes: Counter[str] = Counter()

    def crowd() -> None:
        numbers = itertools.count()
        with selectors.DefaultSelector() as selector:

            def begin(one: Connection) -> None:
                one.send(ask("/sparql", f"{HEAVY} # {next(numbers)}"))

            waiting: list[tuple[float, Connection]] = []
            for _ in range(options.heavy):
                one = Connection(port)
                selector.register(one.socket, selectors.EVENT_READ, one)
                begin(one)
            while not end.is_set():
                for key, _ in selector.select(0.05):
                    one = key.data
                    try:
                        status = one.receive()
                    except ConnectionError:
                        outcomes["hung up"] += 1
                        selector.unregister(one.socket)
                        one.socket.close()
                        one = Connection(port)
                        selector.register(one.socket, selectors.EVENT_READ, one)
                        status = None
                        waiting.append((time.monotonic() + 0.5, one))
                    if status is not None:
                        outcomes[str(status)] += 1
                        waiting.append((time.monotonic() + 0.5, one))
                due = [one for when, one in waiting if when <= time.monotonic()]
                waiting = [pair for pair in waiting if pair[1] not in due]
                for one in due:
                    begin(one)
            for key in list(selector.get_map().values()):
                key.data.socket.close()

    thread = threading.Thread(target=crowd)
    thread.start()
    time.sleep(1.0)
    print(f"\nbeside {options.heavy} clients with heavy queries, who come again after 0.5 s")
    for case in asked:
        if case.name in ("page", "stored query, repeated", "ad-hoc: point query"):
            measured = measure(port, case.request, options.seconds, 1)
            print(f"{case.name:<42}{measured.rates[0]:9.0f}{quantiles(measured.latencies)}")
    end.set()
    thread.join()
    print(f"answers to the heavy queries by status: {json.dumps(dict(sorted(outcomes.items())))}")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Rates and latencies beside Oxigraph's server.")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--store", metavar="DIR", default=packaged.dataset())
    parser.add_argument("--heavy", type=int, default=64, help="clients with heavy queries")
    parser.add_argument("--skip-heavy", action="store_true")
    options = parser.parse_args()
    asked = cases(Modeldex.open(options.store))
    with (
        tempfile.TemporaryDirectory() as scratch,
        servers(options.store, Path(scratch)) as found,
    ):
        compare(found, asked, options)
        if not options.skip_heavy:
            under_load(found, asked, options)


if __name__ == "__main__":
    main()
