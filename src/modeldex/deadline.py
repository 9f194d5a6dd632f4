"""urllib under a deadline: its own time-outs start anew with every byte.

Connecting, the handshake, sending, each header and each part of a body may take what is left.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
import urllib.request
from functools import partial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from _typeshed import WriteableBuffer

CONNECT = 10.0  # seconds for one address of a host
PIECE = 2**20


class Deadline:
    """A moment, and what may still be done before it."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def seconds(self) -> float:
        """The seconds left; none or less when it is over."""
        return self.end - time.monotonic()

    def left(self) -> float:
        """The seconds left. Raises TimeoutError when it is over."""
        if (seconds := self.seconds()) <= 0:
            raise TimeoutError("timed out")
        return seconds

    def connect(self, address: tuple[str, int], *_: object) -> socket.socket:
        """A connection to the first address of a host that takes one."""
        fault: OSError | None = None
        for *_rest, place in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
            try:
                return socket.create_connection(place[:2], min(CONNECT, self.left()))  # type: ignore[arg-type]
            except OSError as error:
                fault = error
        raise fault or OSError("no address")


class _Http(urllib.request.HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self.deadline = deadline

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_Connection, self.deadline), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self.deadline = deadline

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_SecureConnection, self.deadline), req)


class _Connection(http.client.HTTPConnection):
    def __init__(self, deadline: Deadline, host: str, **options: Any) -> None:
        super().__init__(host, **options)
        self.deadline = deadline
        self._create_connection = deadline.connect

    def connect(self) -> None:
        super().connect()
        self.sock = _Socket(self.sock, self.deadline)


class _SecureConnection(http.client.HTTPSConnection):
    def __init__(self, deadline: Deadline, host: str, **options: Any) -> None:
        super().__init__(host, **options)
        self.deadline = deadline
        self._create_connection = deadline.connect

    def connect(self) -> None:
        super().connect()
        self.sock = _Socket(self.sock, self.deadline)


class _Socket:
    """A socket on which each sending and each reading may take what is left of the time."""

    def __init__(self, inner: socket.socket, deadline: Deadline) -> None:
        self.inner, self.deadline = inner, deadline

    def sendall(self, data: bytes) -> None:
        for start in range(0, len(data), PIECE):
            self.inner.settimeout(self.deadline.left())
            self.inner.sendall(data[start : start + PIECE])

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self.inner, self.deadline))

    def close(self) -> None:
        self.inner.close()


class _Reader(io.RawIOBase):
    def __init__(self, inner: socket.socket, deadline: Deadline) -> None:
        self.inner, self.deadline = inner, deadline
        self.file = inner.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        self.inner.settimeout(self.deadline.left())
        return self.file.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self.file.close()
        super().close()


def opener(deadline: Deadline) -> urllib.request.OpenerDirector:
    """Opens http and https, and nothing else; follows no redirect and raises for no status."""
    director = urllib.request.OpenerDirector()
    for handler in (urllib.request.ProxyHandler(), _Http(deadline), _Https(deadline)):
        director.add_handler(handler)
    return director
