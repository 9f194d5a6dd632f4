"""A process that brings up workers, quickly: it has imported all that they need.

It opens no store, since a store must not be used across a fork. It is told over a socket what to
do, in messages of five bytes: an order and the number of a worker.

    n   a new worker, at the socket that comes along
    k   kill it
    s   let it take what processor time others leave

It tells of each worker that has ended: its number and exit code. When the socket closes, all end.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import struct
import sys
from functools import partial

import pyoxigraph as ox

from modeldex.errors import StoreError
from modeldex.manifest import Manifest
from modeldex.store import Store
from modeldex.worker.messages import LENGTH, Request, encoded, frame, request_of
from modeldex.worker.process import Limiter, answer, error_reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

ORDER = struct.Struct("!cI")
END = struct.Struct("!Ii")
FIRST = "ASK { ?s ?p ?o }"  # a query that warms up
NICE = 10  # how far a worker in the slow lane steps back
QUERIES = 10_000  # then a worker has done its part


def nurse(folder: str, memory: int, number: int) -> None:
    """Bring up workers over this folder until the socket of that number is closed."""
    with socket.socket(fileno=number) as orders:
        _Nursery(folder, memory, orders).run()


class _Nursery:
    def __init__(self, folder: str, memory: int, orders: socket.socket) -> None:
        self.folder, self.memory, self.orders = folder, memory, orders
        self.processes: dict[int, int] = {}  # number of the worker by its process
        self.sound: Manifest | None = None
        self.end_with_parent = _ending_with_parent()

    def run(self) -> None:
        """Do what is ordered. No process is told anything after its end was noticed."""
        wake, woken = socket.socketpair()
        wake.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        # What is made at the first query, all workers have from here. A store in memory has no
        # threads, so that it may be there at a fork.
        answer(Store(ox.Store()), encoded(FIRST, Request("json", None))[LENGTH.size :])
        gc.freeze()
        while True:
            readable, _, _ = select.select([self.orders, woken], [], [])
            if woken in readable:
                woken.recv(4096)
                self._tell()
            if self.orders in readable and not self._follow():
                break
        signal.set_wakeup_fd(-1)
        for process in self.processes:
            os.kill(process, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while True:
                os.wait()

    def _tell(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                number = self.processes.pop(found[0])
                code = os.waitstatus_to_exitcode(found[1])
                with contextlib.suppress(OSError):  # nobody is interested any more
                    self.orders.sendall(END.pack(number, code))

    def _follow(self) -> bool:
        message, sockets, _, _ = socket.recv_fds(self.orders, ORDER.size, 1)
        if len(message) < ORDER.size:
            return False
        order, number = ORDER.unpack(message)
        if order == b"n":
            self._new(number, sockets[0])
        for process, its in self.processes.items():
            if its == number and order == b"k":
                os.kill(process, signal.SIGKILL)
            elif its == number and order == b"s":
                os.setpriority(os.PRIO_PROCESS, process, NICE)
        return True

    def _new(self, number: int, file: int) -> None:
        manifest = self._checked()
        process = os.fork()
        if process:
            os.close(file)
            self.processes[process] = number
            return
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.orders.close()
            self.end_with_parent()
            with socket.socket(fileno=file) as connection:
                _work(self.folder, manifest, self.memory, connection)
            code = 0
        finally:
            os._exit(code)

    def _checked(self) -> Manifest | None:
        """The manifest of the folder if its store is sound, its contents looked at only once."""
        try:
            manifest = Manifest(self.folder)
            known = self.sound is not None and self.sound.values == manifest.values
            self.sound = None if manifest.damage(contents=not known) else manifest
        except (StoreError, OSError):
            self.sound = None
        return self.sound


def _ending_with_parent() -> Callable[[], object]:
    """For a worker to call: it does not outlive its nursery then, nor in the middle of a query."""
    if sys.platform != "linux":
        return lambda: None
    import ctypes  # takes its time, so not in each worker

    parent_death_signal = 1
    return partial(ctypes.CDLL(None).prctl, parent_death_signal, signal.SIGKILL)


def _work(folder: str, manifest: Manifest | None, memory: int, connection: socket.socket) -> None:
    """Say that the store is open, or why not, and answer one message after the other."""
    try:
        store = _opened(folder, manifest)
    except StoreError as error:
        form, syntax, data = error_reply("store", message=str(error))
        connection.sendall(frame(f"{form} {syntax} last".encode(), data))
        return
    answer(store, encoded(FIRST, Request("json", None))[LENGTH.size :])
    connection.sendall(frame(b"ready - more", str(os.getpid()).encode()))
    # What an engine writes as it dies is of no use to who reads the log of the server.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    limiter = Limiter(memory, store)
    for left in range(QUERIES - 1, -1, -1):
        asked = _message(connection)
        if asked is None:
            return
        fit = limiter.arm(request_of(asked.partition(b"\n")[0]).seconds)
        form, syntax, data = answer(store, asked)
        more = b"more" if left and fit else b"last"
        connection.sendall(frame(f"{form} {syntax} ".encode() + more, data))
        if more == b"last":
            return


def _opened(folder: str, manifest: Manifest | None) -> Store:
    if manifest is not None:
        with contextlib.suppress(OSError, RuntimeError):
            return Store(ox.Store.read_only(manifest.store), manifest)
    return Store.open(folder)


def _message(connection: socket.socket) -> bytes | None:
    data = connection.recv(65_536)
    if not data:
        return None
    size = LENGTH.unpack_from(data)[0] + LENGTH.size
    if len(data) < size:
        whole = bytearray(data)
        while len(whole) < size:
            if not (data := connection.recv(size - len(whole))):
                return None
            whole += data
        data = bytes(whole)
    return data[LENGTH.size :]
