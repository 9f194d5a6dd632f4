"""Bounds on what clients may ask of the server, each with its status and a sentence.

The queries themselves are bounded by the pool of workers; here it is the requests: how long an
address, how large a body, how slow, how many at once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from modeldex.server.sparql_protocol import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator, MutableMapping
    from typing import Any

    from starlette.types import Receive

    Scope = MutableMapping[str, Any]

T = TypeVar("T")
RETRY = {"Retry-After": "2"}
LOOK_AFTER = 0.02  # seconds until it is looked whether a client is still there


class Limits(NamedTuple):
    """Sizes in bytes, times in seconds, counts of what goes on at the same time."""

    url: int = 8_192
    head: int = 32_768
    body: int = 2**20
    head_seconds: float = 10.0
    body_seconds: float = 15.0
    stall_seconds: float = 30.0
    requests: int = 512
    requests_of_a_client: int = 128
    connections: int = 1_024


class ClientLeft(Exception):
    """Nobody waits for the answer any more."""


@lru_cache(maxsize=4096)
def client_of(host: str) -> str:
    """Whom to count a request to: an address, of IPv6 the network that one customer has.

    >>> client_of("192.0.2.7"), client_of("2001:db8:1:2:3:4:5:6")
    ('192.0.2.7', '2001:db8:1:2::/64')
    """
    from ipaddress import IPv6Address, ip_address

    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:64]
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        network = IPv6Address(int(address) >> 64 << 64)
        return f"{network}/64"
    return str(address)


def check_head(scope: Scope, limits: Limits) -> None:
    """Refuse an address or headers that are too large."""
    length = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    if length > limits.url:
        raise Refused(
            414, f"the address has {length:,} bytes, and {limits.url:,} are read; send the query "
            "in the body of a POST",
        )  # fmt: skip
    size = sum(len(name) + len(value) + 4 for name, value in scope["headers"])
    if size > limits.head:
        raise Refused(431, f"the headers have {size:,} bytes, and {limits.head:,} are read")


async def body_of(scope: Scope, receive: Receive, limits: Limits) -> bytes:
    """The whole body of a request; refused where it is too large or comes too slowly."""
    too_large = Refused(413, f"the body is too large; {limits.body:,} bytes are read")
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > limits.body:
            raise too_large
        if name == b"content-encoding" and value.lower() != b"identity":
            raise Refused(415, "a compressed body is not read; send it as it is")
    parts: list[bytes] = []
    try:
        async with asyncio.timeout(limits.body_seconds):
            size, more = 0, True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientLeft
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > limits.body:
                    raise too_large
                more = message.get("more_body", False)
    except TimeoutError:
        raise Refused(
            408, f"the body did not come within {limits.body_seconds:g} seconds"
        ) from None
    return b"".join(parts)


async def while_connected(work: Awaitable[T], receive: Receive) -> T:
    """The outcome of the work, which is cancelled when the client goes away. The body is read.

    Raises ClientLeft. Most work is done before anybody is looked after.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    watch: asyncio.Task[None] | None = None
    left = over = False

    def look() -> None:
        nonlocal watch
        watch = loop.create_task(_disconnected(receive))
        watch.add_done_callback(stop)

    def stop(watch: asyncio.Task[None]) -> None:
        nonlocal left
        if not over and not watch.cancelled():
            watch.exception()  # whatever it was, there is no way to the client any more
            left = True
            task.cancel()

    timer = loop.call_later(LOOK_AFTER, look)
    try:
        return await work
    except asyncio.CancelledError:
        if left and task.uncancel() == 0:
            raise ClientLeft from None
        raise
    finally:
        over = True
        timer.cancel()
        if watch is not None:
            watch.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Crowd:
    """How many requests are being worked on, in all and of each client.

    >>> crowd = Crowd(Limits(requests=1))
    >>> with crowd.one_of("192.0.2.7"):
    ...     crowd.total
    1
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._of_client: Counter[str] = Counter()
        self.total = 0

    @contextmanager
    def one_of(self, client: str) -> Iterator[None]:
        """While a request of this client is worked on. Raises Refused with 429 or 503."""
        if self._of_client[client] >= self._limits.requests_of_a_client:
            most = self._limits.requests_of_a_client
            raise Refused(429, f"{most} of your requests are being worked on; wait for one", RETRY)
        if self.total >= self._limits.requests:
            raise Refused(503, "too much to do at the moment; come again in a moment", RETRY)
        self._of_client[client] += 1
        self.total += 1
        try:
            yield
        finally:
            self.total -= 1
            self._of_client[client] -= 1
            if not self._of_client[client]:
                del self._of_client[client]
