"""The server as an ASGI app, made from a dataset and a pool of workers that are passed in.

A request that was answered before is answered before anything else is looked at. The page of
one thing takes about a millisecond and is made at once; others are made in threads, and queries
run in the workers.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from modeldex.errors import ModeldexError, StoreError
from modeldex.server import replies
from modeldex.server.guard import ClientLeft, Crowd, Limits, check_head, client_of
from modeldex.server.linked_data import LinkedData
from modeldex.server.query_service import QueryService
from modeldex.server.sparql_protocol import Refused
from modeldex.server.sparql_service import SparqlService
from modeldex.server.subject import Subject, fault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Message, Receive, Scope, Send

    from modeldex.dex import Modeldex
    from modeldex.server.access_log import AccessLog
    from modeldex.workers import Pool

CHUNK = 2**16
LEFT = 499
READY = "ASK {}"
READ = ("GET", "HEAD")
QUICK = ("model/", "offering/", "compare/", "claim/", "evidence/")


def application(
    dex: Modeldex, pool: Pool, *, base_url: str | None = None, limits: Limits | None = None,
    log: AccessLog | None = None,
) -> Application:  # fmt: skip
    """The app. It starts and closes the pool with itself, and closes nothing else.

    `base_url` is where others reach it, where that is known; the `log` is told each request.
    """
    return Application(dex, pool, base_url, limits or Limits(), log)


class Application:
    """An ASGI app over a dataset, which can be replaced by a newer release while it runs."""

    def __init__(
        self, dex: Modeldex, pool: Pool, base_url: str | None, limits: Limits,
        log: AccessLog | None,
    ) -> None:  # fmt: skip
        self._pool, self._limits, self._log = pool, limits, log
        self._base_url = base_url
        self._kept = replies.Replies()
        self._crowd = Crowd(limits)
        self._ready = False
        self._use(Subject(dex, base_url))
        get = list(READ)
        sparql = ["GET", "HEAD", "POST"]
        self._app = Starlette(
            routes=[
                Route("/healthz", self._health, methods=get),
                Route("/readyz", self._readiness, methods=get),
                Route("/openapi.json", self._openapi, methods=get),
                Route("/sparql", self._sparql, methods=sparql),
                Route("/sparql/", self._sparql, methods=sparql),
                Route("/queries/{name}", self._query, methods=get),
                Route("/{path:path}", self._page, methods=get),
            ],
            exception_handlers={
                Refused: _refused, ModeldexError: self._failed, HTTPException: _http,
                Exception: _fault,
            },
            lifespan=self._lifespan,
        )  # fmt: skip
        self._app.router.redirect_slashes = False

    async def start(self) -> None:
        """Bring up the workers, where that is not done yet. Raises StoreError if none can work."""
        if not self._ready:
            await self._pool.start()
            self._ready = True

    async def replace(self, dex: Modeldex) -> None:
        """From now on answer from this dataset; what was kept of the other is forgotten."""
        self._use(await asyncio.to_thread(Subject, dex, self._base_url))

    def _use(self, subject: Subject) -> None:
        self._subject = subject
        self._linked = LinkedData(subject)
        self._queries = QueryService(subject, self._pool, self._linked)
        self._endpoint = SparqlService(subject, self._pool, self._limits)
        self._kept.clear()

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            self._ready = False
            await self._pool.close()

    # -------------------------------------------------------------- every request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        sending = _Sending(send, scope["method"], self._limits.stall_seconds)
        try:
            await self._answer(scope, receive, sending)
        except ClientLeft:
            sending.status = LEFT
        finally:
            if self._log is not None:
                seconds = time.perf_counter() - began
                self._log.request(scope, sending.status, sending.size, seconds)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        accept = _accept(scope)
        asked = (scope["path"], scope["query_string"], accept)
        subject = self._subject
        if scope["method"] in READ:
            if reply := self._kept.get(scope["path"]) or self._kept.get(asked):
                await reply(scope, receive, send)
                return
        elif scope["method"] == "OPTIONS":
            await _preflight(scope["path"])(scope, receive, send)
            return
        try:
            check_head(scope, self._limits)
            host = scope["client"][0] if scope.get("client") else ""
            with self._crowd.one_of(client := client_of(host)):
                scope["state"] = {**scope.get("state", {}), "client": client, "accept": accept}
                await self._app(scope, receive, send)
        except Refused as error:
            refusal = replies.refusal(error.status, error.sentence, accept, error.headers)
            await refusal(scope, receive, send)
            return
        reply = scope.get("kept")
        if reply and scope["method"] in READ and subject is self._subject:
            self._kept.keep(scope["path"] if reply.of_path else asked, reply)

    # -------------------------------------------------------------- what there is

    async def _health(self, request: Request) -> Response:
        return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})

    async def _readiness(self, request: Request) -> Response:
        if not self._ready:
            raise Refused(503, "not ready yet", {"Retry-After": "1"})
        await self._pool.run(READY, client="readiness")
        return PlainTextResponse("ready\n", headers={"Cache-Control": "no-store"})

    async def _openapi(self, request: Request) -> Response:
        return await asyncio.to_thread(self._linked.openapi)

    async def _sparql(self, request: Request) -> Response:
        return await self._endpoint.answer(request)

    async def _query(self, request: Request) -> Response:
        return await self._queries.answer(request, request.path_params["name"])

    async def _page(self, request: Request) -> Response:
        path, accept = request.path_params["path"], request.state.accept
        if path.endswith((".html", ".json")) and path.startswith(QUICK) and "/index" not in path:
            # It is made in less time than another thread needs to get its turn.
            return self._linked.answer(path, accept)
        return await asyncio.to_thread(self._linked.answer, path, accept)

    async def _failed(self, request: Request, error: Any) -> Response:
        """An error of the dataset or a query. What is wrong with the files, the log is told."""
        if isinstance(error, StoreError) and self._log is not None:
            self._log.event("error", str(error))
        return await _refused(request, fault(error))


class _Sending:
    """Sends what an app gives: with the headers of everything, and not to a client that stalls."""

    def __init__(self, send: Send, method: str, stall: float) -> None:
        self._send, self._head_only, self._stall = send, method == "HEAD", stall
        self.status, self.size = 500, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            await self._send({**message, "headers": [*message["headers"], *replies.COMMON]})
            return
        body = b"" if self._head_only else message.get("body", b"")
        self.size += len(body)
        more = message.get("more_body", False)
        if len(body) <= CHUNK:
            await self._send({**message, "body": body})
            return
        view = memoryview(body)
        for start in range(0, len(body), CHUNK):
            part = {"type": "http.response.body", "body": bytes(view[start : start + CHUNK]),
                    "more_body": more or start + CHUNK < len(body)}  # fmt: skip
            try:
                async with asyncio.timeout(self._stall):
                    await self._send(part)
            except TimeoutError:
                raise ClientLeft from None


def _preflight(path: str) -> Response:
    methods = "GET, HEAD, OPTIONS" + ", POST" * (path.rstrip("/") == "/sparql")
    headers = {"Allow": methods, "Access-Control-Allow-Methods": methods, **replies.PREFLIGHT}
    return Response(status_code=204, headers=headers)


def _accept(scope: Scope) -> str | None:
    found: bytes | None = None
    for name, value in scope["headers"]:
        if name == b"accept":
            found = value if found is None else found + b", " + value
    return None if found is None else found.decode("latin-1")


# ------------------------------------------------------------------ what goes wrong


async def _refused(request: Request, error: Any) -> Response:
    return replies.refusal(error.status, error.sentence, _accept(request.scope), error.headers)


async def _http(request: Request, error: Any) -> Response:
    sentences = {405: "the method is not allowed", 404: "there is nothing here"}
    sentence = sentences.get(error.status_code, "the request cannot be answered")
    headers = dict(error.headers or {})
    if "Allow" in headers:
        headers["Allow"] = ", ".join(sorted([*headers["Allow"].split(", "), "OPTIONS"]))
    refused = Refused(error.status_code, sentence, headers)
    return await _refused(request, refused)


async def _fault(request: Request, error: Any) -> Response:
    return await _refused(request, Refused(500, "a fault of the server; it has been written down"))
