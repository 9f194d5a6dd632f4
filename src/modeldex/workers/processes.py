"""The processes of the pool, as the event loop sees them: workers, and the nursery that forks them.

See `modeldex.worker.nursery` for the other side.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from modeldex.worker.messages import LENGTH
from modeldex.worker.nursery import END, ORDER

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, Protocol

    from modeldex.workers.lanes import Lane

    class Owner(Protocol):
        """Who is told what the processes do."""

        def replied(self, worker: Worker, reply: bytes) -> None:
            """A worker has sent a whole message."""

        def ended(self, number: int, code: int) -> None:
            """A worker has ended. With code 0 its last message may still be on the way."""

        def nursery_lost(self, nursery: Nursery) -> None:
            """The nursery has ended, and with it all workers."""

        def meanwhile(self, work: Coroutine[Any, Any, Any]) -> None:
            """Something to be done besides."""


class Worker(asyncio.Protocol):
    """A worker: idle, or at work in a lane. It tells its owner of each whole reply."""

    def __init__(self, owner: Owner, number: int, release: object) -> None:
        self._owner, self.number, self.release = owner, number, release
        self.ready = self._closed = False
        self.lane: Lane | None = None
        self.transport: asyncio.Transport | None = None
        self._seconds_of: str | None = None
        self._parts: list[bytes] = []
        self._size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if self._closed:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        if not self._parts and len(data) >= LENGTH.size:
            (size,) = LENGTH.unpack_from(data)
            if len(data) == size + LENGTH.size:
                self._owner.replied(self, data[LENGTH.size :])
                return
        self._parts.append(data)
        self._size += len(data)
        if len(self._parts[0]) < LENGTH.size:
            self._parts = [b"".join(self._parts)]
            if self._size < LENGTH.size:
                return
        if self._size == LENGTH.unpack_from(self._parts[0])[0] + LENGTH.size:
            reply = b"".join(self._parts)[LENGTH.size :]
            self._parts, self._size = [], 0
            self._owner.replied(self, reply)

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        self.transport = None  # why, its exit code tells

    def came_up(self, process: int) -> None:
        """It is ready, and this process."""
        self.ready = True
        self._seconds_of = f"/proc/{process}/schedstat"

    def seconds(self) -> float | None:
        """The processor time that it has taken, where that can be told; not that of its threads."""
        try:
            with open(self._seconds_of or "", encoding="ascii") as file:
                return int(file.read().split()[0]) / 1e9
        except (OSError, ValueError, IndexError):
            return None

    def send(self, message: bytes) -> None:
        """Hand it a message."""
        if self.transport is not None:
            self.transport.write(message)

    def close(self) -> None:
        """Hang up; an idle worker ends then."""
        self._closed = True
        if self.transport is not None:
            self.transport.abort()


class Nursery:
    """The process that forks the workers. When it ends, they do; when the pool ends, it does."""

    def __init__(self, owner: Owner, folder: str, memory: int) -> None:
        self._owner, self._loop = owner, asyncio.get_running_loop()
        self._orders, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "modeldex.worker",
                 folder, str(memory), str(theirs.fileno())],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the program
            )  # fmt: skip
        self._read = b""
        self._loop.add_reader(self._orders, self._told)

    def new(self, worker: Worker) -> None:
        """Have a worker forked; it says when it is ready."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._order(b"n", worker.number, theirs)
        ours.setblocking(False)
        making = self._loop.create_connection(lambda: worker, sock=ours)
        self._owner.meanwhile(making)

    def kill(self, worker: Worker) -> None:
        """End a worker at once."""
        self._order(b"k", worker.number)

    def slow_down(self, worker: Worker) -> None:
        """Let a worker take what processor time others leave."""
        self._order(b"s", worker.number)

    def _order(self, order: bytes, number: int, *along: socket.socket) -> None:
        message = ORDER.pack(order, number)
        with contextlib.suppress(OSError):  # it has ended, which `_told` will notice
            if along:
                socket.send_fds(self._orders, [message], [one.fileno() for one in along])
            else:
                self._orders.sendall(message)

    def _told(self) -> None:
        try:
            data = self._orders.recv(65_536)
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._orders)
            self._owner.nursery_lost(self)
            return
        self._read += data
        whole = len(self._read) // END.size * END.size
        read, self._read = self._read[:whole], self._read[whole:]
        for number, code in END.iter_unpack(read):
            self._owner.ended(number, code)

    async def close(self) -> None:
        """End it, and with it all workers."""
        self._loop.remove_reader(self._orders)
        self._orders.close()
        try:
            await asyncio.to_thread(self.process.wait, 5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def release_of(folder: str) -> tuple[int, int, int] | None:
    """What differs when the dataset folder is replaced."""
    try:
        found = os.stat(os.path.join(folder, "manifest"))
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
