"""What is said between a program and its workers: a query with what it may take, and the reply."""

from __future__ import annotations

import json
import struct
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from modeldex.errors import BadQuery, LimitReached, ModeldexError, NotAcceptable, StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

QUERY_SIZE = 2**20
ANSWER_SIZE = 2**30
SOLUTIONS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
TRIPLES = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
LENGTH = struct.Struct("!I")


class Request(NamedTuple):
    """What is asked for along with a query: syntaxes, graphs, and how much it may take."""

    solutions: str | None
    triples: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    seconds: float = 60.0
    size: int = ANSWER_SIZE


class Answer(NamedTuple):
    """A whole answer: `form` is `solutions`, `boolean` or `triples`, `data` its serialization.

    `syntax` is a name among those of SOLUTIONS or TRIPLES.
    """

    form: str
    data: bytes
    syntax: str = ""


def frame(head: bytes, data: bytes) -> bytes:
    """A message: its length, a line that says what it is, and the rest."""
    return b"".join((LENGTH.pack(len(head) + 1 + len(data)), head, b"\n", data))


def encoded(query: str, request: Request) -> bytes:
    """A query and what goes along with it, for a worker. Raises BadQuery where it is no text."""
    if len(query) > QUERY_SIZE:
        raise BadQuery("longer than 1 MB", file="query")
    try:
        return frame(_head(request), query.encode())
    except UnicodeEncodeError:
        raise BadQuery("not Unicode text", file="query") from None


@lru_cache(maxsize=256)
def _head(request: Request) -> bytes:
    return json.dumps(request).encode()


@lru_cache(maxsize=256)
def request_of(head: bytes) -> Request:
    """What `encoded` wrote before the query."""
    solutions, triples, default_graphs, named_graphs, seconds, size = json.loads(head)
    return Request(solutions, triples, tuple(default_graphs), tuple(named_graphs), seconds, size)


def decoded(reply: bytes) -> tuple[Answer | ModeldexError, bool]:
    """The answer in a reply, or the error that it tells of, and whether the worker has done."""
    head, _, data = reply.partition(b"\n")
    form, syntax, last = head.decode().split(" ")
    if form == "error":
        return _ERRORS[syntax](json.loads(data)), last == "last"
    return Answer(form, data, syntax), last == "last"


_ERRORS: dict[str, Callable[[dict[str, object]], ModeldexError]] = {
    "query": lambda said: BadQuery(file="query", **said),  # type: ignore[arg-type]
    "limit": lambda said: LimitReached(**said),  # type: ignore[arg-type]
    "form": lambda said: NotAcceptable(**said),  # type: ignore[arg-type]
    "store": lambda said: StoreError(said["message"]),
}


def ended(code: int) -> LimitReached:
    """Why a worker ended in the middle of a query, by its exit code, as an error to raise.

    >>> print(ended(-11))
    stopped: nested too deep, or too long a list; ask for less
    """
    import signal

    limit, reason = {
        -signal.SIGABRT: ("memory", "it took too much memory"),
        -signal.SIGSEGV: ("depth", "nested too deep, or too long a list"),
        -signal.SIGXCPU: ("time", "it took too much time"),
    }.get(code, (None, "it took too much memory, time or depth"))
    return LimitReached(f"stopped: {reason}; ask for less", limit)
