"""Real SPARQL servers for the tests: Oxigraph and Virtuoso 7, started on loopback in a scratch
folder, empty, and gone when the tests are done.

    with oxigraph_server(folder) as server:
        load(server, quads)

As fixtures of a whole session they have the same names; importing `oxigraph_fixture` and
`virtuoso_fixture` brings them in.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain, groupby, islice, repeat
from pathlib import Path
from typing import NamedTuple, NoReturn

import pyoxigraph as ox
import pytest

OXIGRAPH_REMEDY = "pip install oxigraph"
VIRTUOSO_REMEDY = "apt-get install virtuoso-opensource-7-bin"
START_LIMIT = 120.0  # seconds; a loaded machine is slow, a dead server is noticed at once
STOP_LIMIT = 20.0
CHUNK = 10_000  # triples in one request; Virtuoso takes 20,000

# The SQL port is opened by Virtuoso whether wanted or not. No folder is open to file functions.
VIRTUOSO_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql_port}
ServerThreads = 20
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
DirsAllowed = none

[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerThreads = 10
ServerRoot = .

[SPARQL]
ResultSetMaxRows = 1000000
"""


class Server(NamedTuple):
    """Where a server answers. The password is for its update and graph store addresses."""

    name: str
    query_url: str
    update_url: str
    graph_store_url: str
    user: str | None = None
    password: str | None = None


# ------------------------------------------------------------------ start and stop


@contextmanager
def oxigraph_server(folder: Path) -> Iterator[Server]:
    """An Oxigraph server with its store in this folder."""
    program = _program("oxigraph", OXIGRAPH_REMEDY)

    def command(folder: Path) -> tuple[list[str], Server]:
        (port,) = _free_ports(1)
        base = f"http://127.0.0.1:{port}"
        words = [program, "serve", "--location", str(folder / "store"),
                 "--bind", f"127.0.0.1:{port}"]  # fmt: skip
        return words, Server("oxigraph", f"{base}/query", f"{base}/update", f"{base}/store")

    with _running(folder, command) as server:
        yield server


@contextmanager
def virtuoso_server(folder: Path) -> Iterator[Server]:
    """A Virtuoso 7 with its database in this folder. Writing takes digest authentication."""
    program = _program("virtuoso-t", VIRTUOSO_REMEDY)

    def command(folder: Path) -> tuple[list[str], Server]:
        sql_port, http_port = _free_ports(2)
        ini = folder / "virtuoso.ini"
        ini.write_text(VIRTUOSO_INI.format(sql_port=sql_port, http_port=http_port))
        base = f"http://127.0.0.1:{http_port}"
        return [program, "+foreground", "+wait", "+configfile", str(ini)], Server(
            "virtuoso", f"{base}/sparql", f"{base}/sparql-auth", f"{base}/sparql-graph-crud-auth",
            user="dba", password="dba",
        )  # fmt: skip

    with _running(folder, command) as server:
        yield server


@pytest.fixture(scope="session", name="oxigraph_server")
def oxigraph_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An Oxigraph server for the whole session."""
    with oxigraph_server(tmp_path_factory.mktemp("oxigraph")) as server:
        yield server


@pytest.fixture(scope="session", name="virtuoso_server")
def virtuoso_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Virtuoso 7 for the whole session."""
    with virtuoso_server(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


def _program(name: str, remedy: str) -> str:
    """Beside this Python, or on the path."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return shutil.which(name, path=path) or missing(name, remedy)


def missing(name: str, remedy: str) -> NoReturn:
    """A server that is not installed is a skip, and in CI a failure."""
    message = f"{name} is not installed; run: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


@contextmanager
def _running(folder: Path, command: Callable[[Path], tuple[list[str], Server]]) -> Iterator[Server]:
    """Start, wait until a query is answered, and stop, whatever happens in between."""
    tries = 3  # another process may take a port before the server does
    for number in range(1, tries + 1):
        scratch = folder / f"run-{number}"
        scratch.mkdir(parents=True)
        words, server = command(scratch)
        log = scratch / "output.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                words, cwd=scratch, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        try:
            if fault := _fault_at_start(process, server):
                if process.poll() is not None and number < tries:
                    continue
                last = "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:])
                pytest.fail(f"{server.name} {fault}; the end of its log:\n{last}", pytrace=False)
            yield server
            return
        finally:
            _stop(process)


def _fault_at_start(process: subprocess.Popen[bytes], server: Server) -> str | None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return f"ended with code {process.returncode}"
        try:
            ask(server, "ASK { }")
        except OSError:
            time.sleep(0.05)
        else:
            # A stranger's server on that port would have answered too.
            return None if process.poll() is None else f"ended with code {process.returncode}"
    return f"did not answer within {START_LIMIT:.0f} seconds"


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# ------------------------------------------------------------------ talk to them


def ask(server: Server, query: str) -> bytes:
    """The answer to a query, by POST, as the JSON of SPARQL results."""
    return request(
        server, server.query_url, urllib.parse.urlencode({"query": query}).encode(),
        {"Accept": "application/sparql-results+json",
         "Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip


def update(server: Server, text: str) -> None:
    """Send a SPARQL update."""
    headers = {"Content-Type": "application/sparql-update"}
    request(server, server.update_url, text.encode(), headers)


def load(server: Server, quads: Iterable[ox.Quad]) -> None:
    """Fill the server: each named graph among the quads is replaced by what they say."""
    ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
    for name, members in groupby(ordered, key=lambda quad: quad.graph_name):
        if not isinstance(name, ox.NamedNode):
            raise ValueError("a triple outside the named graphs")
        address = f"{server.graph_store_url}?{urllib.parse.urlencode({'graph': name.value})}"
        triples = (quad.triple for quad in members)
        methods = chain(["PUT"], repeat("POST"))
        for method, chunk in zip(methods, _chunks(triples), strict=False):
            text = ox.serialize(chunk, format=ox.RdfFormat.N_TRIPLES)
            assert text is not None
            # N-Triples under the name of Turtle, which they are too: Virtuoso knows it better.
            request(server, address, text, {"Content-Type": "text/turtle"}, method)


def _chunks(triples: Iterable[ox.Triple]) -> Iterator[list[ox.Triple]]:
    rest = iter(triples)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def request(
    server: Server, url: str, data: bytes, headers: dict[str, str], method: str = "POST"
) -> bytes:
    """One HTTP request, with the server's password where it asks for it; errors say why."""
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if server.user and server.password:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, server.user, server.password)
        handlers.append(urllib.request.HTTPDigestAuthHandler(passwords))
    wanted = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.build_opener(*handlers).open(wanted, timeout=START_LIMIT) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            said = error.read().decode("utf-8", "replace")[:1000]
        raise RefusedRequest(f"{server.name} answered {error.code}: {said}") from None


class RefusedRequest(Exception):
    """The server answered, but not with what was wanted."""
