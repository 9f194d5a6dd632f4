"""The remote engine: whole answers or a clear error, no update, and no secret out of its place."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph as ox
import pytest
import servers
from actors import CERTIFICATE, Actor, Seen, Stage, Theatre, closed_port, theatre
from servers import Server, load, oxigraph_fixture, virtuoso_server  # noqa: F401

from modeldex.endpoint import Endpoint, query_form
from modeldex.engine import Solutions, Triples, select
from modeldex.errors import BadInput, BadQuery, LimitReached, ModeldexError, StoreError
from modeldex.publish import publish
from modeldex.terms import GRAPH, MDX, XSD
from modeldex.transport import Call, Transport

JSON = "application/sparql-results+json"
NT = "application/n-triples"
SELECT = "SELECT ?x { ?x ?y ?z }"
CONSTRUCT = "CONSTRUCT WHERE { ?x ?y ?z }"
TRIPLE = b"<urn:s> <urn:p> <urn:o> .\n"
Play = Callable[[Actor], Theatre]


@pytest.fixture
def play() -> Iterator[Play]:
    """`play(actor)`: a server that answers so."""
    with ExitStack() as stack:
        yield lambda actor: stack.enter_context(theatre(actor))


def results(*rows: dict[str, object], names: str = "x") -> str:
    return json.dumps({"head": {"vars": names.split()}, "results": {"bindings": rows}})


ONE_ROW = results({"x": {"type": "uri", "value": "urn:a"}})


def gives(body: bytes | str, type_: str = JSON, status: int = 200, **headers: str) -> Actor:
    """An actor that gives always this."""
    return lambda stage, seen: stage.give(body, type_, status, **headers)


# ------------------------------------------------------------------ answers


def test_rows_come_as_terms_in_one_spelling(play: Play) -> None:
    """Each kind of term is read, also in Virtuoso's dialect; None where unbound."""
    boolean = {"type": "typed-literal", "datatype": XSD + "boolean", "value": "1"}
    price = {"type": "literal", "datatype": XSD + "decimal", "value": "3.50"}
    word = {"type": "literal", "xml:lang": "en", "value": "\U0001f600"}
    server = play(gives(results({"x": boolean, "y": price}, {"y": word}, names="x y")))
    answer = Endpoint(server.url).query(SELECT)
    assert answer == Solutions(("x", "y"), [
        (ox.Literal(True), ox.Literal("3.5", datatype=ox.NamedNode(XSD + "decimal"))),
        (None, ox.Literal("\U0001f600", language="en")),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"head": {}, "boolean": true}', True),
        ('{"head": {}, "boolean": false}', False),
        (results({"__ASK_RETVAL": {"type": "literal", "value": "1"}}, names="__ASK_RETVAL"), True),
        (results(names="__ASK_RETVAL"), False),
    ],
)
def test_yes_and_no(play: Play, body: str, expected: bool) -> None:
    """ASK gives a boolean; Virtuoso says yes by a row and no by none."""
    assert Endpoint(play(gives(body)).url).query("ASK { ?x ?y ?z }") is expected


@pytest.mark.parametrize("type_", [NT, "text/turtle; charset=utf-8"])
def test_triples_are_sorted_and_come_once(play: Play, type_: str) -> None:
    """CONSTRUCT gives each triple once, in the order of N-Triples, values in one spelling."""
    text = "<urn:s> <urn:p> <urn:z> .\n" + f'<urn:a> <urn:p> "3.0"^^<{XSD}decimal> .\n' * 2
    answer = Endpoint(play(gives(text, type_)).url).query(CONSTRUCT)
    assert isinstance(answer, Triples)
    assert list(map(str, answer.triples)) == [
        f'<urn:a> <urn:p> "3"^^<{XSD}decimal>', "<urn:s> <urn:p> <urn:z>"
    ]  # fmt: skip


# ------------------------------------------------------------------ requests


def test_short_queries_go_by_get_and_long_ones_by_post(play: Play) -> None:
    """The query arrives unchanged by both; parameters of the address are kept."""
    server = play(gives(ONE_ROW))
    endpoint = Endpoint(server.url + "?default-graph-uri=urn%3Ag&x=a+b")
    long = SELECT + " # \u00e9 &=+%" * 2000
    for query in (SELECT + " # \u00e9 &=+%", long):
        assert len(select(endpoint, query).rows) == 1
    short_one, long_one = server.seen
    assert (short_one.method, short_one.field("query")) == ("GET", SELECT + " # \u00e9 &=+%")
    assert (long_one.method, long_one.field("query")) == ("POST", long)
    for seen in server.seen:
        assert seen.field("default-graph-uri") == "urn:g"
        assert seen.field("x") == "a b"
        assert seen.headers["accept"].startswith(JSON)
        assert seen.field("format") is seen.field("output") is seen.field("results") is None


def test_prefixes_need_no_declaring_and_leave_lines_alone(play: Play) -> None:
    """They come before the query on its first line; an error has the place that users see."""
    server = play(gives("error at 1:76: expected one of x", "text/plain", 400))
    with pytest.raises(BadQuery) as caught:
        Endpoint(server.url).query("SELECT ?s { ?s a mdx:Claim .\n !! }")
    sent = server.seen[0].field("query") or ""
    assert sent == f"PREFIX mdx: <{MDX}> SELECT ?s {{ ?s a mdx:Claim .\n !! }}"
    assert (caught.value.line, caught.value.column) == (1, 76 - sent.index("SELECT"))
    assert "expected one of x" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:a> <urn:b> 1 }", "DELETE WHERE { ?s ?p ?o }", "DROP ALL", "CLEAR ALL",
        "LOAD <http://example.org/>", "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "# SELECT\nDROP ALL", "#\rDROP ALL # SELECT", "PREFIX a: <urn:select> DROP ALL",
        "SELECT * { ?s ?p ?o } ; DROP ALL", "ASK {} INSERT DATA { <urn:a> <urn:b> 1 }",
        "BASE <http://example.org/> CREATE GRAPH <x>", "", "  # nothing", "SELECTED", "SEL",
        "DEFINE get:soft \"soft\" SELECT * { ?s ?p ?o }", "\\u0053ELECT * {}", "SELECT \ud800 {}",
        "SELECT ?x { ?x ?y ?z } #" + "x" * 2**20, "COPY <urn:a> TO <urn:b>",
        "prefix ex:<http://example.org/>\n#\ninsert { ?s ?p 1 } where { ?s ?p ?o }",
    ],
    ids=lambda text: repr(text[:30]),
)  # fmt: skip
def test_only_queries_are_sent(play: Play, text: str) -> None:
    """Updates, and what is no query, never leave."""
    server = play(gives(ONE_ROW))
    with pytest.raises(BadQuery):
        Endpoint(server.url).query(text)
    assert server.seen == []


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('SELECT ("DROP ALL; INSERT" AS ?insert) { ?s <urn:load> ?delete } # CLEAR', "SELECT"),
        ("PREFIX add: <urn:x> PREFIX : <urn:y#>\nASK { ?s add:drop :insert, :x-add }", "ASK"),
        ("# comment\n  #another\r\nbase <http://a/>prefix a:<#>construct where{?s ?p ?o}",
         "CONSTRUCT"),
        ("\ufeffDescribe <urn:insert>", "DESCRIBE"),
        ("PREFIX # why\n a: # so\n <urn:a#> SELECT(1 AS ?x){}", "SELECT"),
    ],
)  # fmt: skip
def test_words_of_updates_may_stand_in_a_query(text: str, form: str) -> None:
    """In strings, names, variables and comments they are harmless."""
    assert query_form(text) == form


def test_threads_get_their_own_answers(play: Play) -> None:
    """One endpoint is asked by many threads at once; each gets the answer to its question."""

    def echo(stage: Stage, seen: Seen) -> None:
        value = {"type": "literal", "value": (seen.field("query") or "").split("#")[1]}
        stage.give(results({"x": value}), JSON)

    endpoint, got = Endpoint(play(echo).url, user="me", password="secret"), {}

    def ask(number: int) -> None:
        answers = [select(endpoint, f"{SELECT} #{number}-{turn}") for turn in range(10)]
        got[number] = [row[0].value for answer in answers for row in answer.rows]  # type: ignore[union-attr]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {number: [f"{number}-{turn}" for turn in range(10)] for number in range(16)}


# ------------------------------------------------------------------ broken and hostile answers

CANCELLED = "The SPARQL operation has been cancelled"
PACKED = gzip.compress(ONE_ROW.encode())
DEEP = '{"type":"triple","value":{"subject":' * 100_000
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: "
CHUNKED = b"\r\nTransfer-Encoding: chunked\r\n\r\n"


def raw(*parts: bytes) -> Actor:
    return lambda stage, seen: stage.raw(*parts)


BROKEN: list[tuple[str, str, Actor, str]] = [
    ("html", SELECT, gives("<html>Welcome", "text/html"), "answers with text/html"),
    ("html for triples", CONSTRUCT, gives("<html>", "text/html"), "answers with text/html"),
    ("other type", SELECT, gives("<urn:a>", "text/turtle"), "answers with text/turtle"),
    ("triples as rows", CONSTRUCT, gives(ONE_ROW), "not with N-Triples"),
    ("no type", SELECT, raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), "an unnamed type"),
    ("empty", SELECT, gives(""), "it is empty"),
    ("no content", SELECT, gives("", status=204), "204"),
    ("not JSON", SELECT, gives("x = 1"), "cut short"),
    ("other JSON", SELECT, gives('{"error": "no"}'), "cut short"),
    ("half of the JSON", SELECT, gives(ONE_ROW[:-3]), "cut short"),
    ("bad IRI", SELECT, gives(ONE_ROW.replace("urn:a", "a b")), "cut short"),
    ("half of a boolean", "ASK {}", gives('{"head": {}, "boolean": true'), "cut short"),
    ("boolean and more", "ASK {}", gives('{"boolean": true}' + CANCELLED), "cut short"),
    ("boolean for rows", SELECT, gives('{"boolean": true}'), "yes or no to a SELECT"),
    ("rows for boolean", "ASK {}", gives(ONE_ROW), "rows where yes or no"),
    ("half of the triples", CONSTRUCT, gives(TRIPLE[:-5], NT), "cut short"),
    ("not UTF-8", CONSTRUCT, gives(b'<urn:s> <urn:p> "\xff" .', NT), "cut short"),
    ("cancelled rows", SELECT, gives('{"head":{"vars":["x"]},"results":{"bindings":[' + CANCELLED),
     "cut short"),
    ("cancelled triples", CONSTRUCT, gives(TRIPLE.decode() + CANCELLED, NT), "cut short"),
    ("cancelled turtle", CONSTRUCT, gives(TRIPLE.decode() + CANCELLED, "text/turtle"), "cut short"),
    ("no length", CONSTRUCT, raw(HEAD + NT.encode() + b"\r\n\r\n" + TRIPLE), "where it ends"),
    ("short", SELECT, gives(ONE_ROW, Content_Length="9999"), "before it was whole"),
    ("short triples", CONSTRUCT, gives(TRIPLE, NT, Content_Length="999"), "before it was whole"),
    ("cut chunk", SELECT, raw(HEAD + JSON.encode() + CHUNKED, b"ff\r\n" + ONE_ROW.encode()),
     "before it was whole"),
    ("no last chunk", CONSTRUCT,
     raw(HEAD + NT.encode() + CHUNKED, b"1a\r\n" + TRIPLE + b"\r\n"), "before it was whole"),
    ("bad chunk", SELECT, raw(HEAD + JSON.encode() + CHUNKED, b"zz\r\n{}"), "before it was whole"),
    ("compressed", SELECT, gives(PACKED, Content_Encoding="gzip"), "compressed"),
    ("compressed, unsaid", SELECT, gives(PACKED), "compressed"),
    ("not HTTP", SELECT, raw(b"220 ready\r\n"), "not HTTP"),
    ("nothing", SELECT, raw(), "gave no answer"),
    ("many headers", SELECT, raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500), "not HTTP"),
    ("deep", SELECT, gives('{"head":{"vars":["x"]},"results":{"bindings":[{"x":' + DEEP),
     "cut short"),
    ("deep triples", CONSTRUCT, gives("<<( " * 100_000, NT), "cut short"),
    ("server fault", SELECT, gives("oops\nit\x1b[31m broke", "text/plain", 500), "oops it [31m"),
    ("fault as a page", SELECT, gives("<html><b>oops", "text/html", 500), "answered 500"),
    ("unknown", SELECT, gives("no such thing", "text/plain", 404), "right address"),
    ("forbidden", SELECT, gives("not you", "text/plain", 403), "not you"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "query", "actor", "said"), BROKEN, ids=[b[0] for b in BROKEN])
def test_a_broken_answer_is_a_clear_error(
    play: Play, name: str, query: str, actor: Actor, said: str
) -> None:
    """One line that says what is wrong with the answer, and nothing of the answer."""
    server = play(actor)
    with pytest.raises(StoreError) as caught:
        Endpoint(server.url).query(query)
    message = str(caught.value)
    assert said in message
    assert server.url in message
    assert message.isprintable()
    assert len(message) < 400


MANY = "".join(f"<urn:s{n}> <urn:p> <urn:o> .\n" for n in range(1500))


def cut_by(limit: int) -> Actor:
    """A Virtuoso that cuts a CONSTRUCT in silence, and says its limit only of rows."""

    def answer(stage: Stage, seen: Seen) -> None:
        if "CONSTRUCT" in (seen.field("query") or ""):
            stage.give(MANY, NT, Server="Virtuoso/07.20")
        else:
            stage.give("x\n", "text/csv", X_SPARQL_MaxRows=str(limit))

    return answer


CUT: list[tuple[str, str, Actor]] = [
    ("rows at the limit", SELECT, gives(ONE_ROW, X_SPARQL_MaxRows="1")),
    ("a limit that is no number", SELECT, gives(ONE_ROW, X_SPARQL_MaxRows="some")),
    ("triples at the limit", CONSTRUCT, gives(TRIPLE, NT, X_SPARQL_MaxRows="1")),
    ("triples cut in silence", CONSTRUCT, cut_by(1499)),
    ("anytime", SELECT, gives(ONE_ROW, X_SQL_State="S1TAT")),
    ("anytime, no rows", SELECT, gives(results(), X_SQL_State="S1TAT")),
    ("partial", SELECT, gives(ONE_ROW, status=206)),
    ("gateway", SELECT, gives("", status=504)),
    ("server's time", SELECT, gives("Virtuoso S1T00 Error SR171: Transaction timed out",
                                    "text/plain", 500)),
    ("address too long", SELECT, gives("", status=414)),
    ("large", SELECT, gives(ONE_ROW + " " * 5000)),
    ("large by its word", SELECT, gives(ONE_ROW, Content_Length="5000000")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "query", "actor"), CUT, ids=[one[0] for one in CUT])
def test_a_cut_answer_is_never_read_as_complete(
    play: Play, name: str, query: str, actor: Actor
) -> None:
    """Limits of rows, time and size are LimitReached, in one line."""
    size = 4000 if name.startswith("large") else 2**20
    with pytest.raises(LimitReached) as caught:
        Endpoint(play(actor).url, max_bytes=size).query(query)
    assert "\n" not in str(caught.value)


def test_an_answer_below_the_limit_is_whole(play: Play) -> None:
    """A limit that was not reached hides nothing."""
    assert len(select(Endpoint(play(gives(ONE_ROW, X_SPARQL_MaxRows="2")).url), SELECT).rows) == 1
    answer = Endpoint(play(cut_by(1501)).url).query(CONSTRUCT)
    assert isinstance(answer, Triples)
    assert len(answer.triples) == 1500


def drips(stage: Stage, *parts: bytes) -> None:
    """Send the last part over and over, until the other side has gone."""
    stage.raw(*parts)
    gone = threading.Event()
    while not gone.wait(0.02):
        stage.raw(parts[-1])


def hangs(stage: Stage, seen: Seen) -> None:
    """Say nothing until the other side has gone."""
    stage.connection.recv(1)


SLOW: dict[str, Actor] = {
    "silence": hangs,
    "headers": lambda stage, seen: drips(stage, b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "interim": lambda stage, seen: drips(stage, b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": lambda stage, seen: drips(stage, HEAD + JSON.encode() + b"\r\n\r\n{", b" "),
    "chunks": lambda stage, seen: drips(stage, HEAD + JSON.encode() + CHUNKED, b"1\r\n \r\n"),
    "busy": gives("", status=503),
}


@pytest.mark.parametrize("name", SLOW)
def test_every_request_ends(play: Play, name: str) -> None:
    """However the bytes drip in, the whole has a deadline; these would go on for ever."""
    with pytest.raises((LimitReached, StoreError), match=r"within 0\.5 seconds|busy"):
        Endpoint(play(SLOW[name]).url, timeout=0.5, retries=10**6).query(SELECT)


def test_sending_ends_too() -> None:
    """A server that takes nothing of a large request."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with pytest.raises(LimitReached, match=r"within 0\.5 seconds"):
            Transport(url, timeout=0.5).send(Call("PUT", url, {}, bytes(64 * 2**20)))


def test_https_is_checked_and_ends_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that nobody trusts is refused; a trusted one is spoken to, by the deadline."""
    file = tmp_path / "localhost.pem"
    file.write_text(CERTIFICATE)

    def answer(stage: Stage, seen: Seen) -> None:
        (SLOW["body"] if "slow" in (seen.field("query") or "") else gives(ONE_ROW))(stage, seen)

    with theatre(answer, file) as server:
        endpoint = Endpoint(server.url, user="me", password="secret", timeout=1)
        with pytest.raises(StoreError, match=r"cannot be reached: .*certificate"):
            endpoint.query(SELECT)
        assert server.seen == []
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert len(select(endpoint, SELECT).rows) == 1
        with pytest.raises(LimitReached, match="within 1 seconds"):
            endpoint.query(SELECT + " # slow")


# ------------------------------------------------------------------ trying again


def busy(times: int, status: int, **headers: str) -> Actor:
    """An actor that is busy so many times, then gives a row."""
    turns = iter(range(times))

    def answer(stage: Stage, seen: Seen) -> None:
        if next(turns, None) is None:
            stage.give(ONE_ROW, JSON)
        else:
            stage.give("later", "text/plain", status, **headers)

    return answer


@pytest.mark.parametrize(("status", "wait"), [(503, None), (429, "0"), (503, "soon"), (429, "-1"),
                                              (503, "Wed, 21 Oct 2015 07:28:00 GMT")])  # fmt: skip
def test_a_busy_server_is_asked_again(play: Play, status: int, wait: str | None) -> None:
    """503 and 429 are tried again, whatever the server says of when."""
    server = play(busy(2, status, **({"Retry_After": wait} if wait else {})))
    assert len(select(Endpoint(server.url), SELECT).rows) == 1
    assert len(server.seen) == 3


@pytest.mark.parametrize(
    ("actor", "retries", "requests"),
    [
        (busy(9, 503, Retry_After="0"), 2, 3), (busy(9, 503), 0, 1), (busy(9, 500), 5, 1),
        (busy(9, 502), 5, 1), (busy(9, 503, Retry_After="86400"), 5, 1), (busy(9, 404), 5, 1),
    ],
)  # fmt: skip
def test_trying_again_ends(play: Play, actor: Actor, retries: int, requests: int) -> None:
    """Only so often, only what may pass, and not where the server wants a day."""
    server = play(actor)
    with pytest.raises(StoreError):
        Endpoint(server.url, retries=retries).query(SELECT)
    assert len(server.seen) == requests


# ------------------------------------------------------------------ redirects


def moves(target: str, status: int) -> Actor:
    """An actor that sends requests on, and answers at /there."""

    def answer(stage: Stage, seen: Seen) -> None:
        if seen.path.startswith("/there"):
            stage.give(ONE_ROW, JSON)
        else:
            stage.give("", "text/plain", status, Location=target)

    return answer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_server_is_followed(play: Play, status: int) -> None:
    """With what was sent before, credentials too."""
    server = play(moves("/there?x=1", status))
    assert len(select(Endpoint(server.url, token="secret"), SELECT).rows) == 1
    assert [seen.headers["authorization"] for seen in server.seen] == ["Bearer secret"] * 2


@pytest.mark.parametrize(("status", "followed"), [(307, True), (308, True), (302, False)])
def test_a_long_query_is_redirected_whole_or_not(play: Play, status: int, followed: bool) -> None:
    """A POST stays a POST, or is not sent on."""
    server = play(moves("/there", status))
    query = SELECT + "#" * 9000
    if followed:
        assert len(select(Endpoint(server.url), query).rows) == 1
        assert [(seen.method, seen.field("query")) for seen in server.seen] == [("POST", query)] * 2
    else:
        with pytest.raises(StoreError, match="elsewhere"):
            Endpoint(server.url).query(query)
        assert len(server.seen) == 1


def test_no_redirect_to_another_place_is_followed(play: Play) -> None:
    """Another port, host, scheme or user: nothing is asked there, and no file is opened."""
    other = play(gives(ONE_ROW))
    targets = [
        other.url, f"//127.0.0.1:{other.server_port}/there", "file:///etc/passwd", "ftp://x/y",
        f"http://localhost:{closed_port()}/", "http://[bad", "data:text/plain,x",
        "http://127.0.0.1:99999/", "//me:other@{host}/there", "https://{host}/there", "/a b",
    ]  # fmt: skip
    refused = 0
    for target in targets:
        server = play(lambda stage, seen: stage.give(
            "", "text/plain", 302, Location=target.replace("{host}", stage.headers["Host"])  # noqa: B023
        ))  # fmt: skip
        with pytest.raises(StoreError, match="not followed") as caught:
            Endpoint(server.url, user="me", password="secret").query(SELECT)
        assert len(server.seen) == 1, target
        assert "secret" not in str(caught.value)
        refused += 1
    assert refused == 11
    assert other.seen == []


def test_redirects_in_a_circle_end(play: Play) -> None:
    """A server that sends on and on is given up."""
    server = play(gives("", "text/plain", 302, Location="/sparql"))
    with pytest.raises(StoreError, match="on and on"):
        Endpoint(server.url).query(SELECT)
    assert len(server.seen) == 5


# ------------------------------------------------------------------ credentials


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_user_and_password_come_from_arguments_or_the_address(play: Play) -> None:
    """They are sent, and are nowhere to be seen; those in the address are taken out of it."""
    server = play(gives(ONE_ROW))
    inside = server.url.replace("//", "//m%40e:p%2Fw%C3%BC@")
    for endpoint in (
        Endpoint(server.url, user="m@e", password="p/w\u00fc"), Endpoint(inside),
        Endpoint(inside.replace("m%40e", "x"), user="m@e"),
    ):  # fmt: skip
        assert len(select(endpoint, SELECT).rows) == 1
        assert repr(endpoint) == f"Endpoint({server.url!r})"
    assert [seen.headers["authorization"] for seen in server.seen] == [
        basic("m@e", "p/w\u00fc")
    ] * 3
    assert all("@" not in seen.path + seen.headers["host"] for seen in server.seen)


def test_without_credentials_none_are_sent(play: Play) -> None:
    server = play(gives("", status=401, WWW_Authenticate='Basic realm="x"'))
    with pytest.raises(StoreError, match="asks who you are"):
        Endpoint(server.url).query(SELECT)
    assert ["authorization" in seen.headers for seen in server.seen] == [False]


def digests(user: str, password: str) -> Actor:
    """An actor that wants a digest (RFC 2617), as Virtuoso does, and checks it."""

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    def answer(stage: Stage, seen: Seen) -> None:
        given = seen.headers.get("authorization", "")
        if not given:
            terms = 'Digest realm="SPARQL", nonce="n1", opaque="o", qop="auth", algorithm="MD5"'
            return stage.give("", "text/html", 401, WWW_Authenticate=terms)
        if given.startswith("Basic"):
            return stage.give("", "text/html", 401)
        pairs = [pair.strip().partition("=") for pair in given[len("Digest ") :].split(",")]
        parts = {name: value.strip('"') for name, _, value in pairs}
        one = md5(f"{user}:SPARQL:{password}")
        two = md5(f"{seen.method}:{seen.path}")
        right = md5(f"{one}:n1:{parts['nc']}:{parts['cnonce']}:auth:{two}")
        if parts["response"] == right and parts["username"] == user and parts["opaque"] == "o":
            return stage.give(ONE_ROW, JSON)
        return stage.give("", "text/html", 401)

    return answer


def test_a_digest_is_given_where_one_is_asked(play: Play) -> None:
    """By GET and by POST; once it is known, the password is not sent any more."""
    server = play(digests("me", "secret"))
    endpoint = Endpoint(server.url, user="me", password="secret")
    for query in (SELECT, SELECT + "#" * 9000, SELECT):
        assert len(select(endpoint, query).rows) == 1
    kinds = [seen.headers.get("authorization", "none").split()[0] for seen in server.seen]
    assert kinds == ["Basic", "none", "Digest", "none", "Digest", "none", "Digest"]
    with pytest.raises(StoreError, match="does not take what was given"):
        Endpoint(server.url, user="me", password="other").query(SELECT)


def test_no_secret_is_in_any_error(play: Play) -> None:
    """Not in a message, a repr, a chained error or its arguments, nor where it is echoed."""
    secret = "s3cr3t/\u00fc+x"
    quoted = "s3cr3t%2F%C3%BC%2Bx"

    def echo(status: int) -> Actor:
        def answer(stage: Stage, seen: Seen) -> None:
            given = seen.headers.get("authorization", "")
            stage.give(f"no: {given} {secret} {quoted} {seen.path}", "text/plain", status)

        return answer

    actors = [echo(status) for status in (400, 401, 403, 404, 429, 500, 502, 504, 200)]
    actors += [
        gives("", status=401, WWW_Authenticate='Digest realm="x", nonce="y", algorithm="SHA-9"'),
        gives("", status=401, WWW_Authenticate='Digest realm="x", nonce="y", qop="auth-int"'),
        gives("", status=401, WWW_Authenticate="Digest nonsense"), digests("me", "other"),
        gives("", status=302, Location=f"http://{quoted}.example/{quoted}"),
        gives("", status=302, Location=f"http://me:{quoted}@example.org/"),
        raw(b"nonsense"), raw(), hangs,
    ]  # fmt: skip
    urls = [play(actor).url for actor in actors] + [f"http://127.0.0.1:{closed_port()}/"]
    failures = 0
    for url in urls:
        address = url.replace("//", f"//me:{quoted}@") + "?key=s3cr3t"
        endpoint = Endpoint(address, timeout=0.5, retries=0)
        with pytest.raises(ModeldexError) as caught:
            endpoint.query(SELECT)
        told = [repr(endpoint), repr(vars(endpoint)), *traceback.format_exception(caught.value)]
        error: BaseException | None = caught.value
        while error is not None:
            told += [str(error), repr(error), repr(error.args)]
            error = error.__cause__ or error.__context__
        text = "\n".join(told)
        for hidden in (secret, quoted, "s3cr3t", basic("me", secret)[6:]):
            assert hidden not in text, (url, text)
        failures += 1
    assert failures == len(actors) + 1 == 19


@pytest.mark.parametrize(
    "options",
    [
        {"token": "a\r\nX: b"}, {"token": ""}, {"token": "\u00fc"}, {"user": "a\nb"},
        {"user": "a:b", "password": "pass-word"}, {"password": "pass-word"},
        {"user": "me", "password": "pass-word\r\n"}, {"user": "me", "token": "tok-en"},
    ],
    ids=str,
)  # fmt: skip
def test_unfit_credentials_are_refused(options: dict[str, str]) -> None:
    """What cannot be sent as it is, is named without being shown."""
    with pytest.raises(BadInput) as caught:
        Endpoint("http://127.0.0.1:1/", **options)  # type: ignore[arg-type]
    assert "pass-word" not in str(caught.value)
    assert "tok-en" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "", "localhost:7878/query", "/query", "ftp://example.org/", "file:///etc/passwd",
        "http://", "http://:80/", "http://example.org:99999/", "http://example.org:x/",
        "http://example.org/a b", "http://example.org/\r\nX: y", "http://[::1/", "data:,x",
        "http://pass-word@/", "ftp://me:pass-word@example.org/", "http://me:pass-word@a b/",
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_are_taken(url: str) -> None:
    with pytest.raises(BadInput, match="address") as caught:
        Endpoint(url)
    assert "pass-word" not in str(caught.value)


def test_a_server_that_is_not_there_is_a_clear_error() -> None:
    """Nobody listens, or the name is none."""
    for url in (
        f"http://127.0.0.1:{closed_port()}/query",
        "http://no..name/",
        "http://no.invalid/",
    ):
        with pytest.raises(StoreError, match="cannot be reached"):
            Endpoint(url).query(SELECT)


# ------------------------------------------------------------------ real servers


def many(count: int) -> list[ox.Quad]:
    graph = ox.NamedNode(GRAPH + "many")
    return [ox.Quad(ox.NamedNode(f"urn:x:{n}"), ox.NamedNode("urn:x:p"), ox.Literal(n), graph)
            for n in range(count)]  # fmt: skip


ALL = "SELECT ?s ?o { GRAPH graph:many { ?s ?p ?o } }"
GRAPH_OF_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH graph:many { ?s ?p ?o } }"


def check_answers(endpoint: Endpoint) -> None:
    """What every server has to give."""
    assert endpoint.query("ASK { GRAPH graph:many { ?s ?p 7 } }") is True
    assert endpoint.query("ASK { GRAPH graph:many { ?s ?p 7777777 } }") is False
    values = 'VALUES ?x { true "a\\"\\n\\\\\U0001f600" "x"@en <urn:x:y> } BIND(2.50 AS ?y)'
    rows = select(endpoint, f"SELECT ?x ?y {{ {values} }}").rows
    price = ox.Literal("2.5", datatype=ox.NamedNode(XSD + "decimal"))
    expected = [ox.Literal(True), ox.Literal('a"\n\\\U0001f600'), ox.Literal("x", language="en"),
                ox.NamedNode("urn:x:y")]  # fmt: skip
    assert {row[0] for row in rows} == set(expected)
    assert {row[1] for row in rows} == {price}
    with pytest.raises(BadQuery) as caught:
        endpoint.query("SELECT ?s {\n ?s a mdx:Claim .\n !! }")
    assert caught.value.line == 3


def test_a_real_oxigraph_answers(oxigraph_server: Server) -> None:
    load(oxigraph_server, many(12_000))
    endpoint = Endpoint(oxigraph_server.query_url)
    check_answers(endpoint)
    assert len(select(endpoint, ALL).rows) == 12_000
    answer = endpoint.query(GRAPH_OF_ALL)
    assert isinstance(answer, Triples)
    assert len(answer.triples) == 12_000


def test_a_real_virtuoso_answers_and_never_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is set up by most: at most 10,000 rows, of which CONSTRUCT says nothing."""
    settings = servers.VIRTUOSO_INI.replace(
        "ResultSetMaxRows = 1000000", "ResultSetMaxRows = 10000"
    )
    assert settings != servers.VIRTUOSO_INI
    monkeypatch.setattr(servers, "VIRTUOSO_INI", settings)
    with virtuoso_server(tmp_path) as server:
        endpoint = Endpoint(server.query_url)
        text = "".join(f"{quad} .\n" for quad in many(12_000)).encode()
        publish(text, endpoint, graph_store=server.graph_store_url,
                user=server.user, password=server.password)  # fmt: skip
        check_answers(endpoint)
        for query in (ALL, GRAPH_OF_ALL):
            with pytest.raises(LimitReached, match="at most 10000"):
                endpoint.query(query)
        assert len(select(endpoint, f"{ALL} LIMIT 9000").rows) == 9000
        part = f"CONSTRUCT {{ ?s <urn:x:q> ?o }} WHERE {{ {{ {ALL} LIMIT 9000 }} }}"
        answer = endpoint.query(part)
        assert isinstance(answer, Triples)
        assert len(answer.triples) == 9000
