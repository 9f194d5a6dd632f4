"""A local HTTP server that plays what a test tells it to, and remembers what it was sent."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

# For localhost, signed by itself, good until 2120; it guards nothing.
CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgCI40PTelv8dGFnjl
lwHoCHS3QYQWqjzEd0rRg1gfQq2hRANCAAR79pni6w2PZmpTNMG0B9yPaO4SNMqB
ZIRk28cv63XUoe6hBOg0BlTpBOKIPzasRgXu1Adpwm6dsb8pWvPhGzW6
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBaDCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHv2meLrDY9malM0
wbQH3I9o7hI0yoFkhGTbxy/rddSh7qEE6DQGVOkE4og/NqxGBe7UB2nCbp2xvyla
8+EbNbqjTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
BTADAQH/MB0GA1UdDgQWBBSPGUpvveI1b1/DnGP7+Q1R2HccpTAKBggqhkjOPQQD
AgNJADBGAiEA6dTMugfOND/EF7Wq3e/mpdDLCqsJAFhflFsQg8NVKDECIQCQVOxu
ZIZctkvtmzsw8NvSBwKWw6LAH2ICbM9rKXhx3Q==
-----END CERTIFICATE-----
"""


class Seen(NamedTuple):
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def field(self, name: str) -> str | None:
        """A parameter, from the address or the form."""
        fields = parse_qs(urlsplit(self.path).query) | parse_qs(self.body.decode())
        return fields[name][0] if name in fields else None


class Stage(BaseHTTPRequestHandler):
    """One request; the actor writes the answer to it."""

    protocol_version = "HTTP/1.1"
    server: Theatre

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, self.rfile.read(size))
        self.server.seen.append(seen)
        self.close_connection = True
        with suppress(OSError):  # the client may hang up, and should on some
            self.server.actor(self, seen)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815

    def give(
        self, body: bytes | str, type_: str = "text/plain", status: int = 200, **headers: str
    ) -> None:
        """A whole answer; `X_Name` is the header X-Name."""
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", type_)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def raw(self, *parts: bytes) -> None:
        """Bytes as they are."""
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


Actor = Callable[[Stage, Seen], None]


class Theatre(ThreadingHTTPServer):
    """The server: its address, what it was sent, and who answers."""

    daemon_threads = True
    actor: Actor
    seen: list[Seen]
    url: str

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


@contextmanager
def theatre(actor: Actor, certificate: Path | None = None) -> Iterator[Theatre]:
    """A server with this actor, on a free port of loopback; with a certificate, by https."""
    server = Theatre(("127.0.0.1", 0), Stage)
    server.actor, server.seen = actor, []
    server.url = f"http://127.0.0.1:{server.server_port}/sparql"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.url = server.url.replace("http:", "https:")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
