"""The access log: a line of JSON for each request.

Lines are collected and written by another thread a few times a second, so that whoever reads
them slowly does not slow down the server; what cannot be written is counted.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import traceback
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import MutableMapping

WAITING = 10_000  # lines
SHOWN = 500  # characters of an address or of a client's name for itself
EVERY = 0.2  # seconds


class AccessLog:
    """Writes to a file descriptor, standard error unless told otherwise.

    Without `requests` only what goes wrong is written.
    """

    def __init__(self, descriptor: int | None = None, *, requests: bool = True) -> None:
        self._requests = requests
        self._descriptor = sys.stderr.fileno() if descriptor is None else descriptor
        self._lines: list[dict[str, Any]] = []
        self._lost = 0
        self._lock = Lock()
        self._stop = Event()
        self._thread = Thread(target=self._work, name="access-log", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def close(self) -> None:
        """Write what is left, within a second."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def add(self, line: dict[str, Any]) -> None:
        """A line, to be written soon."""
        with self._lock:
            if len(self._lines) < WAITING:
                self._lines.append(line)
            else:
                self._lost += 1

    def event(self, kind: str, message: str, **more: str) -> None:
        """Something else that happened."""
        self.add({"time": time.time(), "event": kind, "message": message, **more})

    def request(
        self, scope: MutableMapping[str, Any], status: int, size: int, seconds: float
    ) -> None:
        """A request that was answered; status 499 is a client that went away before."""
        if not self._requests:
            return
        agent = next((v for n, v in scope["headers"] if n == b"user-agent"), b"")
        client = scope.get("client")
        self.add({
            "time": time.time(),
            "client": client[0] if client else None,
            "method": scope["method"],
            "path": scope["path"][:SHOWN],
            "query": scope["query_string"][:SHOWN].decode("latin-1"),
            "status": status,
            "bytes": size,
            "ms": round(seconds * 1000, 2),
            "agent": agent[:SHOWN].decode("latin-1"),
        })  # fmt: skip

    def _work(self) -> None:
        while not self._stop.wait(EVERY):
            self._write()
        self._write()

    def _write(self) -> None:
        with self._lock:
            lines, self._lines = self._lines, []
            lost, self._lost = self._lost, 0
        if lost:
            lines.append({"time": time.time(), "event": "warning", "message": f"{lost} lines lost"})
        data = "".join(_text(line) for line in lines).encode("utf-8", "backslashreplace")
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError:
            pass  # nobody reads them any more


def _text(line: dict[str, Any]) -> str:
    whole = int(line["time"])
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))
    line["time"] = f"{stamp}.{int((line['time'] - whole) * 1000):03d}Z"
    return json.dumps(line, ensure_ascii=False) + "\n"


class LogHandler(logging.Handler):
    """What libraries have to say, in the same log; a fault of ours with its traceback."""

    def __init__(self, log: AccessLog) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """One record as a line."""
        more = {}
        if record.exc_info and record.exc_info[1]:
            more["traceback"] = "".join(traceback.format_exception(record.exc_info[1]))
        message = " ".join(record.getMessage().split())
        self._log.event(record.levelname.lower(), message, **more)
