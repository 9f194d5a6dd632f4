"""What goes on in the process of a worker: its limits, and the answer to a message."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import cast

import pyoxigraph as ox

from modeldex.errors import BadInput, BadQuery, ModeldexError, NotAcceptable, StoreError
from modeldex.reading import DEPTH_LIMIT, check_depth
from modeldex.serializing import CarriageReturns, check_xml, serialize
from modeldex.store import Store
from modeldex.terms import PREFIXES
from modeldex.worker.messages import SOLUTIONS, TRIPLES, Request, request_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

MEMORY = 2**30  # bytes that a query may take, besides what its process has


def answer(store: Store, asked: bytes) -> tuple[str, str, bytes]:
    """Form, syntax and data of the reply to a message; an error has a form and syntax too."""
    try:
        head, _, query = asked.partition(b"\n")
        with store.reading():
            return _answer(store, query.decode(), request_of(head))
    except BadQuery as error:
        return error_reply("query", message=error.message, line=error.line, column=error.column,
                      remedy=error.remedy)  # fmt: skip
    except StoreError as error:
        return error_reply("store", message=str(error))
    except _Large as error:
        return error_reply("limit", message=str(error), limit="size")
    except MemoryError:
        return error_reply("limit", message="stopped: it took too much memory; ask for less",
                      limit="memory")  # fmt: skip
    except NotAcceptable as error:
        return error_reply("form", form=error.form)
    except (ModeldexError, OSError, ValueError, RuntimeError) as error:
        text = " ".join(str(error).split())
        if isinstance(error, OSError):
            text += "; a query reaches no network and no file"
        return error_reply("query", message=text)


def error_reply(kind: str, **said: object) -> tuple[str, str, bytes]:
    return "error", kind, json.dumps(said).encode()


def _answer(store: Store, query: str, request: Request) -> tuple[str, str, bytes]:
    _check_depth(query)
    results = store.results(query, request.default_graphs, request.named_graphs)
    out = _Out(request.size)
    file = cast("BinaryIO", out)
    if isinstance(results, ox.QueryTriples):
        if request.triples is None:
            raise NotAcceptable("triples")
        _write_triples(results, request.triples, file)
        return "triples", request.triples, out.data()
    form = "boolean" if isinstance(results, ox.QueryBoolean) else "solutions"
    if request.solutions is None:
        raise NotAcceptable(form)
    if isinstance(results, ox.QueryBoolean) and request.solutions in ("csv", "tsv"):
        out.write(f"{bool(results)}\n".lower().encode())
    elif request.solutions == "xml":
        results.serialize(cast("BinaryIO", CarriageReturns(file)), format=SOLUTIONS["xml"])
        check_xml(out.data())
    else:
        results.serialize(file, format=SOLUTIONS[request.solutions])
    return form, request.solutions, out.data()


def _check_depth(query: str) -> None:
    if sum(map(query.count, ("(", "{", "[", "<<"))) <= DEPTH_LIMIT:
        return
    try:
        check_depth(query, "query")
    except BadInput as error:
        raise BadQuery(error.message, file="query", line=error.line, remedy="flatten it") from None


class _Large(Exception):
    """An answer of more bytes than it may have."""


class _Out:
    """A file in memory of bounded size."""

    def __init__(self, limit: int) -> None:
        self.limit, self.left = limit, limit
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.left -= len(data)
        if self.left < 0:
            raise _Large(f"stopped: the answer has more than {self.limit:,} bytes; ask for less")
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def data(self) -> bytes:
        return b"".join(self.parts)


def _write_triples(results: ox.QueryTriples, syntax: str, file: BinaryIO) -> None:
    """Each triple once, in the order of their N-Triples."""
    lines = {f"{triple} .\n": triple for triple in results}
    if syntax == "ntriples":
        for line in sorted(lines):
            file.write(line.encode())
        return
    triples = (lines[line] for line in sorted(lines))
    if syntax == "rdfxml":
        serialize(syntax, triples, file, PREFIXES)
        return
    ox.serialize(triples, file, format=TRIPLES[syntax], prefixes=PREFIXES)


class Limiter:
    """The limits of the process it is made in: no more files, bounded memory, time by query.

    Of files it may open as many more as its store has tables that the engine has not opened yet,
    since the engine opens most of them only when a query needs them.
    """

    def __init__(self, memory: int, store: Store) -> None:
        self.memory, self.base = memory, 0
        try:
            import resource
        except ImportError:
            return
        self.resource = resource
        with_program = _mapped() + memory
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        files = _closed_to_spare() + _unopened_tables(store)
        files = files if most == resource.RLIM_INFINITY else min(files, most)
        for what, limit in (("AS", with_program), ("CORE", 0), ("NOFILE", files)):
            resource.setrlimit(getattr(resource, f"RLIMIT_{what}"), (limit, limit))
        self.base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def arm(self, seconds: float) -> bool:
        """Grant so many seconds more, a little over; False once the process has grown."""
        if not self.base:
            return True
        used = self.resource.getrusage(self.resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime + seconds) + 2
        self.resource.setrlimit(self.resource.RLIMIT_CPU, (soft, self.resource.RLIM_INFINITY))
        unit = 1 if sys.platform == "darwin" else 1024
        return (used.ru_maxrss - self.base) * unit < self.memory // 8


def _mapped() -> int:
    """The bytes of address space in use."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[0])
    except OSError:
        return 2**30
    import resource

    return pages * resource.getpagesize()


def _closed_to_spare() -> int:
    """Leave no number below the highest open descriptor free; answers the next one."""
    taken = _descriptors()
    highest = max(taken, default=-1)
    for _ in range(highest + 1 - len(taken)):
        os.open(os.devnull, os.O_RDONLY)
    return highest + 1


def _descriptors() -> set[int]:
    """The open descriptors."""
    found = set()
    try:
        names = os.listdir("/dev/fd")
    except OSError:
        names = [str(number) for number in range(1024)]
    for name in names:
        with suppress(OSError):  # that of the listing itself
            os.fstat(int(name))
            found.add(int(name))
    return found


def _unopened_tables(store: Store) -> int:
    """How many tables of a store the engine has still to open."""
    if store.manifest is None:
        return 0
    tables = {name for name in store.manifest.files if name.endswith(".sst")}
    for number in _descriptors():
        with suppress(OSError):  # where a system does not tell, all are counted
            tables.discard(os.path.basename(os.readlink(f"/proc/self/fd/{number}")))
    return len(tables)
