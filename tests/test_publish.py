"""Publishing: the remote store holds what was sent, all of it and nothing else, or says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph as ox
import pytest
from actors import Actor, Seen, Stage, Theatre, closed_port, theatre
from catalogues import three_releases
from servers import Server, ask, load, oxigraph_fixture, virtuoso_fixture  # noqa: F401

import modeldex
from modeldex import cli
from modeldex.endpoint import Endpoint
from modeldex.errors import BadInput, StoreError
from modeldex.manifest import TEXT
from modeldex.publish import Mismatch, Published, publish
from modeldex.terms import CLAIMS, GRAPH, MDX, XSD
from modeldex.writing import canonical_nquads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.engine import Answer

WAYS = [(name, way) for name in ("oxigraph_server", "virtuoso_server")
        for way in ("graph_store", "update")]  # fmt: skip
JSON = "application/sparql-results+json"
Play = Callable[[Actor], Theatre]


@pytest.fixture
def play() -> Iterator[Play]:
    """`play(actor)`: a server that answers so."""
    with ExitStack() as stack:
        yield lambda actor: stack.enter_context(theatre(actor))


@pytest.fixture
def text(built: Path) -> bytes:
    """The dataset."""
    return (built / TEXT).read_bytes()


@pytest.fixture(params=WAYS, ids=lambda way: "-".join(way))
def target(request: pytest.FixtureRequest) -> tuple[Server, str]:
    """A real server, and the way to write to it."""
    name, way = request.param
    return request.getfixturevalue(name), way


def send(text: bytes, target: tuple[Server, str], **more: object) -> Published:
    """Publish to a server, which is read without credentials and written to with them."""
    server, way = target
    address = server.graph_store_url if way == "graph_store" else server.update_url
    options = {way: address, "user": server.user, "password": server.password} | more
    return publish(text, Endpoint(server.query_url), **options)  # type: ignore[arg-type]


def quad(subject: str, value: str | ox.Literal, graph: str = CLAIMS) -> ox.Quad:
    """One statement."""
    literal = value if isinstance(value, ox.Literal) else ox.Literal(value)
    return ox.Quad(ox.NamedNode(f"urn:x:{subject}"), ox.NamedNode("urn:x:p"), literal,
                   ox.NamedNode(graph))  # fmt: skip


def lines(*quads: ox.Quad) -> bytes:
    """As a text to publish."""
    return "".join(f"{one} .\n" for one in quads).encode()


def rows(server: Server, query: str) -> list[dict[str, dict[str, str]]]:
    """What a server answers, read without our own engine."""
    found: list[dict[str, dict[str, str]]] = json.loads(ask(server, query))["results"]["bindings"]
    return found


def test_the_dataset_arrives_and_other_graphs_stay(target: tuple[Server, str], text: bytes) -> None:
    """Graphs of the dataset are replaced; the digest read back is that of the text."""
    server, _ = target
    mine = "http://example.org/mine"
    load(server, [quad("stale", "old"), quad("other", "kept", mine)])
    published = send(text, target)
    assert published.sha256 == hashlib.sha256(text).hexdigest()
    assert sum(count for _, count in published.graphs) == text.count(b"\n")
    assert [graph for graph, _ in published.graphs if graph == CLAIMS]
    for graph, count in published.graphs:
        found = rows(server, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        assert int(found[0]["n"]["value"]) == count
    assert rows(server, "SELECT ?g { GRAPH ?g { <urn:x:stale> ?p ?o } }") == []
    kept = rows(server, "SELECT ?g ?o { GRAPH ?g { <urn:x:other> ?p ?o } }")
    assert [(row["g"]["value"], row["o"]["value"]) for row in kept] == [(mine, "kept")]
    assert send(text, target) == published


def test_awkward_values_arrive_unchanged(target: tuple[Server, str]) -> None:
    """Each is read back as it was sent, in our spelling, whatever the store makes of it."""
    values = [
        ox.Literal(value) for value in (
            'say "hi"', "a\\b", "a\\u0041", "\\", "two\nlines\r\n", "\t", " ", "", "'''", '"""',
            "{ } <x> # . ;", "\u00e9\u4e2d\U0001f600", "x" * 5000, "\\\\u0022", "$x ?y", "true",
        )
    ]  # fmt: skip
    values += [ox.Literal("hat", language="en"), ox.Literal("hut", language="de-ch")]
    values += [
        ox.Literal(value, datatype=ox.NamedNode(XSD + kind)) for value, kind in (
            ("true", "boolean"), ("false", "boolean"), ("0.15", "decimal"), ("3", "decimal"),
            ("0.000000125", "decimal"), ("-7", "integer"), ("2026-06", "gYearMonth"),
            ("2026", "gYear"), ("2026-06-01", "date"), ("http://a.b/c?d=e&f#g", "anyURI"),
        )
    ]  # fmt: skip
    quads = [quad(str(number), value) for number, value in enumerate(values)]
    published = send(lines(*quads), target)
    assert published.graphs == ((CLAIMS, 28),)
    assert published.sha256 == hashlib.sha256(canonical_nquads(quads)).hexdigest()


def test_large_graphs_go_in_chunks(target: tuple[Server, str]) -> None:
    """More than a request takes, on many subjects and on one with many values."""
    count = 12_000 if target[1] == "graph_store" else 2500
    quads = [quad(str(number), str(number)) for number in range(count)]
    quads += [quad("one", f"value {number}") for number in range(2500)]
    assert send(lines(*quads), target).graphs == ((CLAIMS, count + 2500),)


@pytest.mark.parametrize("way", ["graph_store", "update"])
def test_other_spellings_are_one_value(oxigraph_server: Server, way: str) -> None:
    """3.00 is 3, and a statement given twice is one."""
    price = ox.NamedNode(XSD + "decimal")
    twice = [quad("a", ox.Literal(value, datatype=price)) for value in ("3.00", "3", "3.0")]
    published = send(lines(*twice), (oxigraph_server, way))
    assert published.graphs == ((CLAIMS, 1),)
    assert published.sha256 == hashlib.sha256(canonical_nquads(twice[1:2])).hexdigest()


# ------------------------------------------------------------------ what goes wrong


@pytest.mark.parametrize("change", ["fewer", "more", "altered", "swapped"])
def test_a_store_that_holds_something_else_is_told(oxigraph_server: Server, change: str) -> None:
    """One line says which graph, and what differs."""

    class Tampering(Endpoint):
        """Somebody writes to the store before it is read back."""

        def query(self, query: str) -> Answer:
            load(oxigraph_server, {
                "fewer": [quad("a", "1")],
                "more": [quad("a", "1"), quad("b", "2"), quad("c", "3")],
                "altered": [quad("a", "1"), quad("b", "3")],
                "swapped": [quad("a", "1"), quad("c", "2")],
            }[change])  # fmt: skip
            return super().query(query)

    with pytest.raises(Mismatch, match="graph:claims") as caught:
        publish(lines(quad("a", "1"), quad("b", "2")), Tampering(oxigraph_server.query_url),
                graph_store=oxigraph_server.graph_store_url)  # fmt: skip
    told = str(caught.value)
    assert ("2 statements sent" in told) == (change in ("fewer", "more"))
    assert ("1 statements missing or altered" in told) == (change in ("altered", "swapped"))
    assert "\n" not in told


@pytest.mark.parametrize(
    "text",
    [
        b"", b"<urn:a> <urn:b> <urn:c> .\n", b"<urn:a> <urn:b> <urn:c> <urn:g> .\n", b"<urn:a>",
        f"<urn:a> <urn:b> _:c <{CLAIMS}> .\n".encode(), b"\xff\n",
        f"_:a <urn:b> <urn:c> <{CLAIMS}> .\n".encode(),
        f"<urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> <{CLAIMS}> .\n".encode(),
        f"<urn:a> <urn:b> <urn:c> <{GRAPH.replace('https', 'http')}claims> .\n".encode(),
    ],
)  # fmt: skip
def test_only_a_dataset_of_modeldex_is_sent(play: Play, text: bytes) -> None:
    """Other graphs are not ours to write, and blank nodes would be others each time."""
    server = play(lambda stage, seen: stage.give(""))
    with pytest.raises(BadInput, match="dataset"):
        publish(text, Endpoint(server.url), update=server.url)
    assert server.seen == []


def test_one_way_to_write_is_named() -> None:
    endpoint = Endpoint(f"http://127.0.0.1:{closed_port()}/")
    with pytest.raises(BadInput, match="one address"):
        publish(lines(quad("a", "1")), endpoint)
    with pytest.raises(BadInput, match="one address"):
        publish(lines(quad("a", "1")), endpoint, update=endpoint.url, graph_store=endpoint.url)


@pytest.mark.parametrize("way", ["graph_store", "update"])
@pytest.mark.parametrize(("user", "password"), [("dba", "wr0ng"), (None, None)])
def test_who_may_not_write_is_told(
    virtuoso_server: Server, text: bytes, way: str, user: str | None, password: str | None
) -> None:
    """A wrong password, or none, is one clear line without the password."""
    with pytest.raises(StoreError, match="401") as caught:
        send(text, (virtuoso_server, way), user=user, password=password)
    assert not isinstance(caught.value, Mismatch)
    assert "wr0ng" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("way", ["graph_store", "update"])
def test_a_server_that_refuses_a_part_ends_it(play: Play, way: str) -> None:
    """The first request that is not taken is the last, and nothing is said to be published."""

    def answer(stage: Stage, seen: Seen) -> None:
        full = len(stage.server.seen) > 2
        stage.give("disk full" if full else "", "text/plain", 500 if full else 204)

    server = play(answer)
    many = lines(*(quad(str(number), "x") for number in range(25_000)))
    with pytest.raises(StoreError, match="500: disk full"):
        publish(many, Endpoint(server.url), **{way: server.url})  # type: ignore[arg-type]
    assert len(server.seen) == 3


# ------------------------------------------------------------------ the command


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], built: Path
) -> Callable[..., tuple[int, str, str]]:
    """`command(words)`: exit code, output and errors of `modeldex publish`."""
    monkeypatch.setitem(cli.COMMANDS, "publish", "load the dataset into a remote store")
    monkeypatch.setenv("MODELDEX_DATASET", str(built))
    for name in ("USER", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"MODELDEX_{name}", raising=False)

    def run(*words: str, **secrets: str) -> tuple[int, str, str]:
        for name, value in secrets.items():
            monkeypatch.setenv(f"MODELDEX_{name}", value)
        code = cli.main(["publish", *words])
        return code, *capsys.readouterr()

    return run


def test_the_command_publishes(
    command: Callable[..., tuple[int, str, str]], oxigraph_server: Server, text: bytes
) -> None:
    """It prints counts and digest, for people and for programs, and is silent in a pipe."""
    words = (oxigraph_server.query_url, "--graph-store", oxigraph_server.graph_store_url)
    sha256 = hashlib.sha256(text).hexdigest()
    code, out, err = command(*words)
    assert (code, err) == (0, "")
    count = text.count(b"\n")
    assert out.startswith(f"{count:,} statements published and verified: ")
    assert out.endswith(f"sha256 {sha256}\n")
    code, out, err = command(*words, "--format", "json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["sha256"] == sha256
    assert sum(told["graphs"].values()) == text.count(b"\n")
    code, out, err = command(*words, "--format", "csv")
    assert out.splitlines()[1:] == [f"{graph},{n}" for graph, n in told["graphs"].items()]


def test_the_command_publishes_a_store_of_catalogues(
    command: Callable[..., tuple[int, str, str]], oxigraph_server: Server, tmp_path: Path
) -> None:
    store = three_releases(tmp_path / "store")
    way = ("--graph-store", oxigraph_server.graph_store_url)
    code, out, err = command(oxigraph_server.query_url, *way, "--store", str(store))
    assert (code, err) == (0, "")
    assert "statements published and verified" in out
    query = f"SELECT ?c {{ GRAPH <{CLAIMS}> {{ ?c a <{MDX}Claim> }} }}"
    claims = json.loads(ask(oxigraph_server, query))["results"]["bindings"]
    assert len(claims) == sum(1 for _ in modeldex.open(store).claims()) > 1000


def test_the_command_takes_the_password_from_the_environment(
    command: Callable[..., tuple[int, str, str]], virtuoso_server: Server
) -> None:
    server = virtuoso_server
    words = (server.query_url, "--update", server.update_url)
    code, out, _ = command(*words, "--user", "dba", PASSWORD="dba")
    assert (code, "published and verified" in out) == (0, True)
    code, out, err = command(*words, USER="dba", PASSWORD="wr0ng")
    assert (code, out) == (2, "")
    assert "401" in err
    assert "wr0ng" not in err
    assert err.count("\n") == 1


def test_the_command_exits_1_on_a_mismatch(
    command: Callable[..., tuple[int, str, str]], play: Play, oxigraph_server: Server
) -> None:
    """As where the query endpoint is that of another store."""
    nothing = '{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", '
    other = play(lambda stage, seen: stage.give(nothing + '"value": "0"}}]}}', JSON))
    code, out, err = command(other.url, "--graph-store", oxigraph_server.graph_store_url)
    assert (code, out) == (1, "")
    assert "0 found" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "secrets", "said"),
    [
        (("http://127.0.0.1:1/",), {}, "required"),
        (("http://127.0.0.1:1/", "--update", "x", "--graph-store", "y"), {}, "not allowed with"),
        (("http://127.0.0.1:1/", "--update", "localhost"), {}, "address"),
        (("http://127.0.0.1:1/", "--update", "http://127.0.0.1:1/", "--user", "me"), {},
         "MODELDEX_PASSWORD"),
        (("http://127.0.0.1:1/", "--update", "http://127.0.0.1:1/", "--user", "me"),
         {"TOKEN": "t0ken"}, "MODELDEX_TOKEN"),
        (("http://127.0.0.1:1/", "--update", "http://127.0.0.1:1/", "--store", "/nowhere"), {},
         "no dataset"),
    ],
)  # fmt: skip
def test_the_command_refuses_what_it_cannot_do(
    command: Callable[..., tuple[int, str, str]],
    words: tuple[str, ...], secrets: dict[str, str], said: str,
) -> None:  # fmt: skip
    code, out, err = command(*words, **secrets)
    assert (code, out) == (2, "")
    assert said in err
    assert "t0ken" not in err
    assert err.count("\n") == 1


def test_a_damaged_text_is_not_published(
    command: Callable[..., tuple[int, str, str]], play: Play, built: Path, tmp_path: Path
) -> None:
    """Nothing of it is sent."""
    for name in ("manifest", TEXT):
        (tmp_path / name).write_bytes((built / name).read_bytes())
    (tmp_path / TEXT).write_bytes((built / TEXT).read_bytes()[:-100])
    server = play(lambda stage, seen: stage.give(""))
    code, _, err = command(server.url, "--update", server.url, "--store", str(tmp_path))
    assert (code, server.seen) == (2, [])
    assert "damaged" in err


def test_progress_is_told(oxigraph_server: Server, text: bytes) -> None:
    """What is sent and what is verified, up to all of it."""
    told: list[tuple[str, int, int]] = []
    send(text, (oxigraph_server, "update"), progress=lambda *news: told.append(news))
    total = text.count(b"\n")
    assert told[-1] == ("verified", total, total)
    assert ("sent", total, total) in told
    assert [what for what, *_ in told] == sorted(what for what, *_ in told)
