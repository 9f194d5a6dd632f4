"""Load the dataset into a remote store, and see that it is there.

Each named graph of the dataset is replaced; other graphs of the store stay. Afterwards every
statement is read back through the query endpoint: the store holds exactly what was sent, or
`Mismatch` says what differs.

Stores keep values, but not their spelling: Virtuoso gives a boolean back as 1, others write
decimals with more zeros, language tags in small letters. So both sides are brought to the one
spelling of `literals` before they are compared; the digest is that of the canonical N-Quads of
what was read back, which for a dataset of the build is the hash of its text.
"""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

import pyoxigraph as ox

from modeldex.binding import bind, insert_data
from modeldex.engine import select
from modeldex.errors import BadInput, StoreError
from modeldex.frozen import NamedTuple
from modeldex.results import respelt
from modeldex.terms import GRAPH, shorten
from modeldex.transport import Call, Transport
from modeldex.writing import canonical_nquads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from modeldex.endpoint import Endpoint

    Graphs = dict[str, list[ox.Quad]]
    Progress = Callable[[str, int, int], None]

# Virtuoso refuses an INSERT DATA of 5,000 triples and a PUT of more than 20,000, and gives
# 10,000 rows of an answer as it is usually set up.
INSERT_SIZE, PUT_SIZE, READ_SIZE = 1000, 10_000, 2000
SUBJECTS = 200

_DROP = "DROP SILENT GRAPH $graph"
_COUNT = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH $graph { ?s ?p ?o } }"
_ABOUT = "SELECT ?s ?p ?o WHERE { GRAPH $graph { VALUES ?s { $subjects } ?s ?p ?o } }"


class Published(NamedTuple):
    """What the store holds now: statements in each graph, and the digest of them all."""

    graphs: tuple[tuple[str, int], ...]
    sha256: str


class Mismatch(StoreError):
    """The store does not hold what was sent to it."""


def publish(
    text: bytes,
    endpoint: Endpoint,
    *,
    graph_store: str | None = None,
    update: str | None = None,
    user: str | None = None,
    password: str | None = None,
    token: str | None = None,
    timeout: float = 300.0,
    progress: Progress | None = None,
) -> Published:
    """Load a dataset, given as N-Quads, by the Graph Store Protocol or SPARQL Update.

    `graph_store` or `update` is the address to write to, `endpoint` the one to read back from.
    The credentials are for writing; `timeout` is for one request. `progress` is called with what
    is being done, how many statements are through, and of how many.

    Raises Mismatch where the store then holds something else, BadInput for a text that is not a
    dataset of Modeldex.
    """
    if (graph_store is None) == (update is None):
        raise BadInput("give one address to write to: of a graph store, or for updates")
    graphs = _graphs(text)
    address = graph_store if graph_store is not None else update
    assert address is not None
    door = Transport(address, user=user, password=password, token=token, timeout=timeout)
    send = _put if graph_store is not None else _insert
    total = sum(map(len, graphs.values()))
    tell = progress or (lambda *_: None)
    done = 0
    for graph, quads in graphs.items():
        for count in send(door, graph, quads):
            done += count
            tell("sent", done, total)
    return _verify(graphs, endpoint, total, tell)


def _graphs(text: bytes) -> Graphs:
    try:
        quads = list(ox.parse(text, format=ox.RdfFormat.N_QUADS))
    except (SyntaxError, ValueError) as error:
        raise BadInput(
            f"no N-Quads: {' '.join(str(error.args[0]).split())[:120]}", file="dataset"
        ) from None
    graphs: Graphs = {}
    for quad in quads:
        name, triple = quad.graph_name, quad.triple
        if not isinstance(name, ox.NamedNode) or not name.value.startswith(GRAPH):
            raise BadInput(f"a statement outside the graphs {GRAPH}...", file="dataset")
        if not isinstance(triple.subject, ox.NamedNode) or not isinstance(
            triple.object, ox.NamedNode | ox.Literal
        ):
            raise BadInput(
                f"a statement of other terms than IRIs and literals: {str(triple)[:80]}",
                file="dataset", remedy="give things IRIs of their own",
            )  # fmt: skip
        graphs.setdefault(name.value, []).append(quad)
    if not graphs:
        raise BadInput("no statements", file="dataset", remedy="run: modeldex build")
    return {
        graph: sorted({_respelt(quad) for quad in graphs[graph]}, key=str)
        for graph in sorted(graphs)
    }


def _respelt(quad: ox.Quad) -> ox.Quad:
    value = respelt(quad.object) or quad.object
    return ox.Quad(quad.subject, quad.predicate, value, quad.graph_name)


# ------------------------------------------------------------------ write


def _put(door: Transport, graph: str, quads: list[ox.Quad]) -> Iterator[int]:
    url = f"{door.url}{'&' if '?' in door.url else '?'}{urlencode({'graph': graph})}"
    for number, chunk in enumerate(_chunks(quads, PUT_SIZE)):
        # N-Triples are Turtle, which every graph store takes.
        _write(door, Call("POST" if number else "PUT", url, {"Content-Type": "text/turtle"},
                          _ntriples(chunk)))  # fmt: skip
        yield len(chunk)


def _insert(door: Transport, graph: str, quads: list[ox.Quad]) -> Iterator[int]:
    headers = {"Content-Type": "application/sparql-update"}
    drop = bind(_DROP, {"graph": ox.NamedNode(graph)})
    _write(door, Call("POST", door.url, headers, drop.encode()))
    for chunk in _chunks(quads, INSERT_SIZE):
        _write(door, Call("POST", door.url, headers, insert_data(graph, _ntriples(chunk)).encode()))
        yield len(chunk)


def _write(door: Transport, call: Call) -> None:
    reply = door.send(call)
    if reply.status not in (200, 201, 202, 204):
        raise door.refusal(reply)


def _ntriples(quads: Sequence[ox.Quad]) -> bytes:
    return "".join(f"{quad.triple} .\n" for quad in quads).encode()


def _chunks(quads: list[ox.Quad], size: int) -> Iterator[list[ox.Quad]]:
    for start in range(0, len(quads), size):
        yield quads[start : start + size]


# ------------------------------------------------------------------ read back


def _verify(graphs: Graphs, endpoint: Endpoint, total: int, tell: Progress) -> Published:
    """Counts first, then what is said of each subject that was sent: together that is all."""
    for graph, quads in graphs.items():
        answer = select(endpoint, bind(_COUNT, {"graph": ox.NamedNode(graph)}))
        count = _number(answer.rows)
        if count != len(quads):
            raise Mismatch(
                f"{shorten(graph)}: {len(quads):,} statements sent, {count:,} found at "
                f"{endpoint.url}; is it the same store? Then publish again"
            )
    held: list[ox.Quad] = []
    for graph, quads in graphs.items():
        for batch in _by_subject(quads):
            found = _read(endpoint, graph, batch)
            if found != set(batch):
                raise Mismatch(_difference(graph, set(batch), found, endpoint))
            held += found
            tell("verified", len(held), total)
    sha256 = hashlib.sha256(canonical_nquads(held)).hexdigest()
    return Published(tuple((graph, len(quads)) for graph, quads in graphs.items()), sha256)


def _number(rows: Sequence[Sequence[object]]) -> int:
    term = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else None
    if isinstance(term, ox.Literal) and term.value.isdigit():
        return int(term.value)
    raise StoreError("the endpoint gives no number for a count; is it a SPARQL endpoint?")


def _by_subject(quads: list[ox.Quad]) -> Iterator[list[ox.Quad]]:
    """The statements, sorted by subject, in batches that keep those of a subject together."""
    batch: list[ox.Quad] = []
    subjects: set[str] = set()
    for quad in quads:
        subject = str(quad.subject)
        full = len(batch) >= READ_SIZE or len(subjects) >= SUBJECTS
        if full and subject not in subjects:
            yield batch
            batch, subjects = [], set()
        batch.append(quad)
        subjects.add(subject)
    yield batch


def _read(endpoint: Endpoint, graph: str, batch: list[ox.Quad]) -> set[ox.Quad]:
    name = ox.NamedNode(graph)
    subjects = dict.fromkeys(q.subject for q in batch if isinstance(q.subject, ox.NamedNode))
    answer = select(endpoint, bind(_ABOUT, {"graph": name, "subjects": list(subjects)}))
    found = set()
    for subject, predicate, value in answer.rows:
        if isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode) and value:
            found.add(ox.Quad(subject, predicate, value, name))
    return found


def _difference(graph: str, sent: set[ox.Quad], found: set[ox.Quad], endpoint: Endpoint) -> str:
    missing, strange = sorted(sent - found, key=str), sorted(found - sent, key=str)
    example = str((missing or strange)[0].triple)
    return (
        f"{shorten(graph)} at {endpoint.url}: {len(missing)} statements missing or altered, "
        f"{len(strange)} not ours, such as {example[:200]}; publish again"
    )
