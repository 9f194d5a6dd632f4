"""What many, slow and leaving clients can do to the server: not much, and each is told."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from serving import START_LIMIT, Served, served_fixture  # noqa: F401 - a fixture

from modeldex.dex import Modeldex
from modeldex.server.app import Application, application
from modeldex.server.guard import Limits
from modeldex.server.http_protocol import server_of
from modeldex.workers import Limits as OfPool
from modeldex.workers import Pool

# More rows than anyone waits for, and of no use to an optimizer.
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STR(?c) < STR(?i)) }"
POINT = "SELECT ?n { GRAPH graph:verified { model:claude-3-5-sonnet mdx:contextWindow ?n } }"
BROWSERS = 64


def address(query: str) -> str:
    return "/sparql?" + urlencode({"query": query})


@asynccontextmanager
async def running(
    dex: Modeldex, folder: Path, limits: Limits, of_pool: OfPool | None = None
) -> AsyncIterator[tuple[Application, httpx.AsyncClient]]:
    """The app without a socket, and a client of it."""
    app = application(dex, Pool(folder, of_pool or OfPool()), limits=limits)
    async with (
        app._app.router.lifespan_context(app._app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://test", timeout=START_LIMIT
        ) as client,
    ):
        yield app, client


async def _until(true: Any) -> None:
    deadline = time.monotonic() + START_LIMIT
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def test_one_client_has_a_share(dex: Modeldex, built: Path) -> None:
    """Beyond it there is 429 with Retry-After; what is kept is sent all the same."""

    async def play() -> None:
        async with running(dex, built, Limits(requests_of_a_client=2)) as (app, client):
            page = "/queries/retired-api-ids.json?by=2026-06-30"
            assert (await client.get(page)).status_code == 200
            heavy = [asyncio.create_task(client.get(address(HEAVY))) for _ in range(2)]
            await _until(lambda: app._crowd.total == 2)
            refused = await client.get(address(POINT))
            assert refused.status_code == 429
            assert int(refused.headers["retry-after"]) >= 1
            assert "your requests" in refused.text
            assert (await client.get(page)).status_code == 200
            for task in heavy:
                task.cancel()
            await asyncio.gather(*heavy, return_exceptions=True)
            await _until(lambda: app._crowd.total == 0)
            assert (await client.get(address(POINT))).status_code == 200

    asyncio.run(play())


def test_all_together_have_bounds(dex: Modeldex, built: Path) -> None:
    """Beyond them there is 503 with Retry-After."""

    async def play() -> None:
        async with running(dex, built, Limits(requests=1)) as (app, client):
            heavy = asyncio.create_task(client.get(address(HEAVY)))
            await _until(lambda: app._crowd.total == 1)
            refused = await client.get("/healthz")
            assert refused.status_code == 503
            assert "retry-after" in refused.headers
            heavy.cancel()
            await asyncio.gather(heavy, return_exceptions=True)

    asyncio.run(play())


@pytest.mark.parametrize(
    ("limits", "query", "sentence"),
    [(OfPool(seconds=0.5), HEAVY, "stopped"),
     (OfPool(size=10_000), "SELECT * { ?s ?p ?o }", "bytes"),
     (OfPool(), "SELECT * { " + "{ " * 5000 + "}" * 5000 + " }", "nested")],
)  # fmt: skip
def test_a_query_that_is_stopped_is_an_error(
    dex: Modeldex, built: Path, limits: OfPool, query: str, sentence: str
) -> None:
    """A status of 4xx and a sentence, and none of its rows; then the next is answered."""

    async def play() -> None:
        async with running(dex, built, Limits(), limits) as (_, client):
            reply = await client.post("/sparql", data={"query": query})
            assert 400 <= reply.status_code < 500, reply.text
            assert reply.headers["content-type"].startswith("text/plain")
            assert sentence in reply.text
            assert (await client.get(address(POINT))).status_code == 200

    asyncio.run(play())


def test_heavy_clients_leave_others_answered(server: Served) -> None:
    """Sixty-four of them: pages, stored queries and point queries come; who is refused is told."""

    async def play() -> None:
        limits = httpx.Limits(max_connections=BROWSERS + 8)
        async with httpx.AsyncClient(
            base_url=server.address, timeout=START_LIMIT, limits=limits
        ) as client:
            heavy = [
                asyncio.create_task(client.get(address(f"{HEAVY} # {n}"))) for n in range(BROWSERS)
            ]
            await asyncio.sleep(0.5)
            for number in range(10):
                for target in (
                    address(POINT), "/id/model/gpt-4o", "/model/gpt-4o.ttl",
                    f"/queries/retired-api-ids.json?by=2026-01-{number + 10}",
                ):  # fmt: skip
                    reply = await client.get(target)
                    assert reply.status_code in (200, 303), (target, reply.text)
            told = [task.result() for task in heavy if task.done()]
            assert told
            for reply in told:
                assert reply.status_code in (422, 429, 503), reply.text
                assert reply.headers["content-type"].startswith("text/plain")
            for task in heavy:
                task.cancel()
            await asyncio.gather(*heavy, return_exceptions=True)

    asyncio.run(play())
    assert server.get("/readyz").status == 200


def test_a_client_that_leaves_frees_its_worker(server: Served) -> None:
    """It is logged as 499, and the places are free at once: not after the time for a query."""
    for number in range(40):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            target = address(f"{HEAVY} # gone {number}")
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.02)
    assert server.sparql(POINT).status == 200
    server.logged(status=499)


# ------------------------------------------------------------------ slow and many


@contextmanager
def listening(dex: Modeldex, folder: Path, limits: Limits) -> Iterator[int]:
    """A server with these limits in a thread; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = server_of(application(dex, Pool(folder), limits=limits), limits)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(START_LIMIT)


def _said(connection: socket.socket) -> bytes:
    """All that comes until the connection is closed."""
    connection.settimeout(START_LIMIT)
    said = b""
    try:
        while part := connection.recv(4096):
            said += part
    except ConnectionError:
        pass
    return said


def test_slow_clients_are_told_or_cut_off(dex: Modeldex, built: Path) -> None:
    """408 for headers and bodies that do not come; silence is cut off."""
    limits = Limits(head_seconds=0.3, body_seconds=0.3)
    post = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 100\r\n\r\nASK"
    )
    with listening(dex, built, limits) as port:
        for data, status in ((b"", b""), (b"GET / HT", b" 408 "), (b"GET / HTTP/1.1\r\nA: b\r\n",
                             b" 408 "), (post, b" 408 ")):  # fmt: skip
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(data)
                said = _said(connection)
                assert status in said.split(b"\r\n")[0] if status else said == b"", said


def test_connections_are_counted(dex: Modeldex, built: Path) -> None:
    """One too many gets 503 and is closed; those that are there go on."""
    with listening(dex, built, Limits(connections=2)) as port:
        there = [socket.create_connection(("127.0.0.1", port)) for _ in range(2)]
        time.sleep(0.2)
        with socket.create_connection(("127.0.0.1", port)) as more:
            assert b" 503 " in _said(more)
        for connection in there:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert b" 200 " in _said(connection)
            connection.close()


def test_a_reader_that_stalls_is_let_go(dex: Modeldex, built: Path) -> None:
    """A large answer that nobody takes is not held for long, nor is it ended as if whole."""
    limits = Limits(stall_seconds=0.3)
    with listening(dex, built, limits) as port:
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        query = urlencode({"query": "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 30000"})
        connection.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(2)
        said = _said(connection)
        connection.close()
        head, _, body = said.partition(b"\r\n\r\n")
        assert b" 200 " in head
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        assert len(body) < length
