"""HTTP/1.1 as uvicorn reads it, within bounds that its parser lacks.

The parser takes an address, headers and a body without end, and waits for them without end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

    from starlette.types import ASGIApp

    from modeldex.server.guard import Limits

KEEP = 15  # seconds that a connection may be idle
GRACE = 10  # seconds for requests to end when the server is stopped
LINGER = 1.0  # seconds for a refused client to read why
PAST = 8 * 2**20  # bytes of a refused body that are thrown away before the line is cut
REFUSALS = {
    408: ("Request Timeout", "the request came too slowly"),
    414: ("URI Too Long", "the address is too long; send the query in the body of a POST"),
    431: ("Request Header Fields Too Large", "the headers are too large"),
    503: ("Service Unavailable", "too many connections at the moment; come again in a moment"),
}


def server_of(app: ASGIApp, limits: Limits, *, proxy: str | None = None) -> uvicorn.Server:
    """A server of an app within these limits; what a `proxy` says of its clients is believed."""
    return uvicorn.Server(uvicorn.Config(
        app, http=bounded(limits), ws="none", loop="asyncio", lifespan="on", log_config=None,
        access_log=False, server_header=False, proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy, timeout_keep_alive=KEEP, timeout_graceful_shutdown=GRACE,
    ))  # fmt: skip


def bounded(limits: Limits) -> type[HttpToolsProtocol]:
    """The protocol for uvicorn, with these limits."""

    class Bounded(HttpToolsProtocol):
        """A connection. What the app can refuse, with its own words, is left to it."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._size, self._open, self._headed, self._over = 0, False, False, False
            self._timer: asyncio.TimerHandle | None = None
            self._watch()
            if len(self.connections) > limits.connections:
                self._refuse(503)

        def connection_lost(self, exc: Exception | None) -> None:
            self._unwatch()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._over:
                return
            self._size += len(data)
            super().data_received(data)
            if self.transport.is_closing():
                return
            if not self._open:
                self._size = 0
                self._unwatch()
            elif not self._headed and self._size > limits.url + limits.head:
                self._refuse(431 if self.headers else 414)
            elif self._size > limits.url + limits.head + limits.body + PAST:
                self.transport.close()
            elif self._timer is None:
                self._watch()

        def on_message_begin(self) -> None:
            self._open, self._headed = True, False
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._headed = True
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            self._open = False
            super().on_message_complete()

        def _watch(self) -> None:
            seconds = limits.head_seconds + (limits.body_seconds if self._headed else 0)
            self._timer = self.loop.call_later(seconds, self._late)

        def _unwatch(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _late(self) -> None:
            self._timer = None
            if self.transport.is_closing():
                return
            if not self._open:
                self.transport.close()
            elif not self._headed:
                self._refuse(408)
            elif self.cycle.response_complete:
                self.transport.close()
            else:
                self._watch()  # the app knows how long it waits for a body

        def _refuse(self, status: int) -> None:
            self._over = True
            phrase, sentence = REFUSALS[status]
            body = sentence.encode() + b"\n"
            head = (
                f"HTTP/1.1 {status} {phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
                f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
            # Closed at once, with bytes unread, the refusal itself might be lost on the way.
            self.loop.call_later(LINGER, self.transport.close)

    return Bounded
