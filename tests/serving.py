"""`modeldex serve` as a process for the tests, and plain HTTP to it; a folder on a file server.

with served(folder) as server:
    reply = server.get("/model/gpt-4o.html", Accept="text/html")
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

START_LIMIT = 60.0
STOP_LIMIT = 30.0


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words: Any) -> None:
        """Nothing on the terminal."""


@contextmanager
def folder_served(folder: Path) -> Iterator[str]:
    """The address of a plain file server."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class Reply(NamedTuple):
    """What came back; the names of headers are in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body."""
        return self.body.decode()

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


class Served(NamedTuple):
    """A running server."""

    address: str
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(urlsplit(self.address).port or 0)

    def ask(
        self, method: str, target: str, body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:  # fmt: skip
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, named, answer.read())
        finally:
            connection.close()

    def get(self, target: str, **headers: str) -> Reply:
        """A GET request."""
        return self.ask("GET", target, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def sparql(self, query: str, **headers: str) -> Reply:
        """A query by GET."""
        return self.get(f"/sparql?{urlencode({'query': query})}", **headers)

    def lines(self) -> list[dict[str, Any]]:
        """The lines of its log that are JSON; written a little after the reply."""
        found = self.log.read_text("utf-8", "replace").splitlines()
        return [json.loads(line) for line in found if line.startswith("{")]

    def logged(self, **wanted: object) -> dict[str, Any]:
        """The line of the log that has these values, once it is there."""
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            for line in self.lines():
                if all(line.get(name) == value for name, value in wanted.items()):
                    return line
            time.sleep(0.05)
        raise AssertionError(f"no line of the log has {wanted}: {self.lines()[-5:]}")


@contextmanager
def served(scratch: Path, *words: str) -> Iterator[Served]:
    """A server that was started with these words, and is gone afterwards."""
    scratch.mkdir(parents=True, exist_ok=True)
    log = scratch / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "modeldex", "serve", "--port", "0", *words],
            env=os.environ | {"PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=scratch,
        )  # fmt: skip
    try:
        server = Served(_address(process, log), log, process)
        _wait_until_ready(server)
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        said = log.read_text("utf-8", "replace")
        if found := re.search(r"listening at (http://\S+)", said):
            return found[1]
        if process.poll() is not None:
            pytest.fail(f"the server ended with {process.returncode}:\n{said}", pytrace=False)
        time.sleep(0.02)
    pytest.fail(f"the server did not start:\n{log.read_text('utf-8', 'replace')}", pytrace=False)


def _wait_until_ready(server: Served) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if server.get("/readyz").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    pytest.fail(f"the server is not ready:\n{server.log.read_text()[-2000:]}", pytrace=False)


@pytest.fixture(scope="session", name="server")
def served_fixture(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[Served]:
    """A server of the dataset that was built for the tests."""
    with served(tmp_path_factory.mktemp("serve"), "--store", str(built)) as server:
        yield server
