"""Serve the dataset: pages, linked data, stored queries and a SPARQL endpoint, read-only.

It answers on this machine alone unless --host says otherwise. Each request is a line of JSON on
standard error; SIGTERM or Control-C ends it after the requests that are being worked on. A new
release in the dataset folder is taken up while it runs.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys

import modeldex
from modeldex import packaged
from modeldex.errors import BadInput, StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import uvicorn

    from modeldex.server.access_log import AccessLog
    from modeldex.server.app import Application
    from modeldex.workers import Pool

EXAMPLE = "modeldex serve --port 8000"
REMEDY = "pip install 'modeldex[serve]'"
BACKLOG = 2048
GRACE = 3.0  # seconds for queries to end when the server is stopped; then they are told
LOOK = 2.0  # seconds between looks at whether there is a new release


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--store", metavar="DIR", help="a dataset folder, for the packaged one")
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine")
    parser.add_argument("--port", type=_port, default=8000, metavar="N",
                        help="default: 8000; 0 takes a free one")  # fmt: skip
    parser.add_argument(
        "--base-url",
        metavar="URL",
        type=_base_url,
        help="where others reach it, where that is not the host and port",
    )
    parser.add_argument(
        "--proxy",
        metavar="ADDRESS",
        help="a reverse proxy whose X-Forwarded-For and X-Forwarded-Proto are believed",
    )
    parser.add_argument("--quiet", action="store_true", help="no line for each request")


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    try:
        import httptools  # noqa: F401
        import jinja2  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise BadInput(f"serving needs {error.name}", remedy=REMEDY) from None
    from modeldex.server.access_log import AccessLog
    from modeldex.server.app import application
    from modeldex.workers import Pool

    folder = options.store or packaged.dataset()
    dex = modeldex.open(folder)
    with contextlib.closing(_listening(options.host, options.port)) as listener:
        log = AccessLog(requests=not options.quiet)
        pool = Pool(folder)
        app = application(dex, pool, base_url=options.base_url, log=log)
        told: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            # Later uvicorn takes them, and raises them once more when it has ended in order.
            signal.signal(number, lambda number, _: told.append(number))
        address = f"http://{_shown(options.host)}:{listener.getsockname()[1]}/"
        print(f"modeldex: listening at {address}", file=sys.stderr, flush=True)
        log.start()
        try:
            asyncio.run(_serve(app, pool, listener, options.proxy, log, told))
        finally:
            log.close()
    return 0


async def _serve(
    app: Application, pool: Pool, listener: socket.socket, proxy: str | None, log: AccessLog,
    told: list[int],
) -> None:  # fmt: skip
    """Serve until told to stop. Raises StoreError where the workers cannot read the dataset."""
    from concurrent.futures import ThreadPoolExecutor

    from modeldex.server.access_log import LogHandler
    from modeldex.server.guard import Limits
    from modeldex.server.http_protocol import server_of

    # More threads, and longer turns, only have the requests wait for each other's.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
    sys.setswitchinterval(0.0005)
    for name in ("uvicorn", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [LogHandler(log)], False
    server = server_of(app, Limits(), proxy=proxy)
    await app.start()
    server.should_exit = bool(told)
    besides = [
        asyncio.create_task(_take_up_releases(app, pool.folder, log)),
        asyncio.create_task(_end_queries(server, pool)),
    ]
    try:
        await server.serve(sockets=[listener])
    finally:
        for task in besides:
            task.cancel()


async def _end_queries(server: uvicorn.Server, pool: Pool) -> None:
    """Give queries some time once the server is to stop, then refuse them."""
    while not server.should_exit:
        await asyncio.sleep(0.1)
    await asyncio.sleep(GRACE)
    await pool.close()


async def _take_up_releases(app: Application, folder: str, log: AccessLog) -> None:
    """Replace the dataset when another has been put in its place."""
    known = _state(folder)
    while True:
        await asyncio.sleep(LOOK)
        if (found := _state(folder)) == known or found is None:
            continue
        try:
            await app.replace(await asyncio.to_thread(modeldex.open, folder))
        except StoreError as error:
            log.event("error", str(error))
        else:
            log.event("info", "a new release is taken up")
        known = found


def _state(folder: str) -> tuple[int, int] | None:
    """What changes when the manifest is replaced."""
    try:
        found = os.stat(os.path.join(folder, "manifest"))
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise BadInput(
            f"cannot listen at {host}, port {port}: {error.strerror}", remedy="try another --port"
        ) from None
    return listener


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"not a port from 0 to 65535: {text!r}")
    return int(text)


def _base_url(text: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and not parts.query
    except ValueError:
        good = False
    if not good or "#" in text or any(c in text for c in '<>"{}|\\^` '):
        raise argparse.ArgumentTypeError(f"not an address of http or https: {text!r}")
    return text if text.endswith("/") else text + "/"
