"""The SPARQL 1.1 Protocol, read side: from an HTTP request to a query and its dataset."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl

import pyoxigraph as ox

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
FIELD_LIMIT = 100
OF_DATASET = ("default-graph-uri", "named-graph-uri")
OF_UPDATES = ("using-graph-uri", "using-named-graph-uri")
READ_ONLY = "this endpoint is read-only: it takes queries, no updates"


class Refused(Exception):
    """A request that is not answered: the HTTP status, and a sentence that says why."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers or {}


class Operation(NamedTuple):
    """A query, and the graphs it is asked over; None where the request says nothing of graphs."""

    query: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    wanted: str | None = None
    """The media type that a form asks for, since a browser sends an Accept of its own."""


def fields(query_string: bytes) -> list[tuple[str, str]]:
    """The names and values of a query string or a form. Raises Refused.

    >>> fields(b"on=2025-01-31&q=a+b%20c")
    [('on', '2025-01-31'), ('q', 'a b c')]
    """
    try:
        return parse_qsl(
            query_string.decode("utf-8"), keep_blank_values=True, errors="strict",
            max_num_fields=FIELD_LIMIT,
        )  # fmt: skip
    except UnicodeDecodeError:
        raise Refused(400, "the parameters are not UTF-8; encode them as UTF-8") from None
    except ValueError:
        raise Refused(400, f"too many parameters; at most {FIELD_LIMIT}") from None


def operation(
    method: str, query_string: bytes, content_type: str | None = None, body: bytes = b""
) -> Operation | None:
    """The query of a request; None for a GET without one, which asks what the service is.

    Raises Refused with the status: 400 for what is malformed, 403 for an update, 405 for another
    method, 415 for a body that is neither a form nor a query in UTF-8.

    >>> operation("GET", b"query=ASK%20%7B%7D").query
    'ASK {}'
    >>> operation("POST", b"", "application/sparql-query", b"ASK {}").query
    'ASK {}'
    """
    if method not in METHODS:
        allowed = ", ".join(METHODS)
        raise Refused(405, f"the method is not allowed; use {allowed}", {"Allow": allowed})
    given = fields(query_string)
    if method == "POST":
        media_type = _media_type(content_type)
        if media_type == FORM:
            given += fields(body)
        elif media_type == QUERY:
            given.append(("query", _text(body)))
        elif media_type == UPDATE:
            raise Refused(403, READ_ONLY)
        else:
            raise Refused(415, f"a query is sent as {FORM} or {QUERY}, with that Content-Type")
    return _operation(given, needed=method == "POST")


def _operation(given: list[tuple[str, str]], *, needed: bool) -> Operation | None:
    names = [name for name, _ in given]
    if "update" in names:
        raise Refused(403, READ_ONLY)
    if any(name in OF_UPDATES for name in names):
        raise Refused(400, f"{' and '.join(OF_UPDATES)} belong to updates")
    queries = [value for name, value in given if name == "query"]
    if not queries and not needed and not {*OF_DATASET} & {*names}:
        return None
    if len(queries) != 1:
        raise Refused(400, f"{len(queries)} queries in one request; send one, as `query`")
    if not queries[0].strip():
        raise Refused(400, "the query is empty")
    wanted = [value for name, value in given if name == "format" and "/" in value]
    graphs = [_graphs(given, name) for name in OF_DATASET]
    default, named = graphs if any(graphs) else (None, None)
    return Operation(queries[0], default, named, wanted[0] if wanted else None)


def _graphs(given: list[tuple[str, str]], name: str) -> tuple[str, ...]:
    found = tuple(value for key, value in given if key == name)
    for iri in found:
        try:
            ox.NamedNode(iri)
        except ValueError:
            raise Refused(400, f"{name} is not an absolute IRI: {iri[:80]!r}") from None
    return found


def _media_type(content_type: str | None) -> str:
    """The media type without its parameters; a charset other than UTF-8 is refused."""
    media_type, _, parameters = (content_type or "").partition(";")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in ("utf-8", "utf8"):
            raise Refused(415, f"charset {value.strip()[:40]!r} is not read; send UTF-8")
    return media_type.strip().lower()


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "the query is not UTF-8; send it as UTF-8") from None
