"""The server: pages and data by path and by IRI, stored queries, bounds, log, start and stop."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from serving import START_LIMIT, Reply, Served, served, served_fixture  # noqa: F401 - a fixture

from modeldex.answers import rows_text, solutions_text
from modeldex.build import write_dataset
from modeldex.commands import serve
from modeldex.dex import Modeldex
from modeldex.engine import Solutions, Triples
from modeldex.manifest import TEXT
from modeldex.questions import normal_terms
from modeldex.rows import Rows
from modeldex.terms import ID

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MODEL = "/model/claude-3-5-sonnet"


# ------------------------------------------------------------------ pages and data


def test_pages_are_served_with_what_proxies_and_browsers_need(server: Served) -> None:
    """ETag, Last-Modified, lifetime, length; and the data beside it by Link."""
    reply = server.get(f"{MODEL}.html")
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "Claude 3.5 Sonnet" in reply.text
    assert reply.headers["etag"].startswith('"')
    assert reply.headers["last-modified"].endswith("00:00:00 GMT")
    assert reply.headers["cache-control"] == "public, max-age=60"
    assert '<claude-3-5-sonnet.ttl>; rel="alternate"; type="text/turtle"' in reply.headers["link"]
    assert int(reply.headers["content-length"]) == len(reply.body)


def test_the_front_page_is_the_root(server: Served) -> None:
    """And a folder is its index."""
    assert server.get("/").body == server.get("/index.html").body
    assert server.get("/queries/").body == server.get("/queries/index.html").body


def test_what_a_client_has_is_not_sent_again(server: Served) -> None:
    """If-None-Match, strong, weak, in a list, and for anything; before and after it is kept."""
    tag = server.get(f"{MODEL}.html").headers["etag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        reply = server.get(f"{MODEL}.html", If_None_Match=sent)
        assert reply.status == 304
        assert reply.body == b""
        assert reply.headers["etag"] == tag
    assert server.get(f"{MODEL}.html", If_None_Match='"other"').status == 200


def test_head_gives_the_headers_of_get(server: Served) -> None:
    """All of them, and no body; whether the reply is kept or not."""
    for target in (f"{MODEL}.html", "/sparql?query=ASK%7B%7D", "/nothing", "/healthz"):
        for _ in range(2):
            head, get = server.ask("HEAD", target), server.get(target)
            assert (head.status, head.body) == (get.status, b"")
            for name in ("content-length", "content-type", "etag", "vary"):
                assert head.headers.get(name) == get.headers.get(name), (target, name)


def test_a_page_is_kept_whatever_the_request_says_besides(server: Served) -> None:
    """A query string that means nothing does not make another page."""
    assert server.get(f"{MODEL}.html?x=1").body == server.get(f"{MODEL}.html").body


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [("*/*", ".html"), (BROWSER, ".html"), ("text/turtle", ".ttl"),
     ("application/ld+json", ".jsonld"), ("application/n-triples", ".nt"),
     ("application/rdf+xml, text/html;q=0.1", ".rdf"), ("text/turtle;q=0.2, */*;q=0.1", ".ttl")],
)  # fmt: skip
def test_an_iri_leads_to_its_page_or_its_data(server: Served, accept: str, suffix: str) -> None:
    """303 by Accept, relative, so that it holds behind any prefix."""
    reply = server.get(f"/id{MODEL}", Accept=accept)
    assert reply.status == 303
    assert reply.headers["location"] == f"../..{MODEL}{suffix}"
    assert reply.headers["vary"] == "Accept"
    there = server.get(MODEL + suffix)
    assert there.status == 200
    if suffix != ".html":
        found = ox.parse(there.body, format=ox.RdfFormat.from_media_type(there.media_type))
        subjects = {str(quad.subject) for quad in found}
        assert f"<{ID}model/claude-3-5-sonnet>" in subjects


def test_every_kind_of_thing_has_its_page(server: Served, dex: Modeldex) -> None:
    """One of each kind, by its IRI, as a page and as Turtle about it."""
    fact = dex.fact("claude-3-5-sonnet", "context window")
    iris = [
        f"{ID}model/gpt-4o", f"{ID}provider/anthropic", f"{ID}platform/anthropic-api",
        fact.iri, fact.evidence[0].source.iri,
        f"{ID}offering/claude-3-5-sonnet-20241022--anthropic-api",
    ]  # fmt: skip
    for iri in iris:
        path = iri.removeprefix("https://w3id.org/modeldex")
        page = server.get(path, Accept=BROWSER)
        assert page.status == 303, iri
        assert (
            server.get(f"/id/x/{page.headers['location']}".replace("/id/x/../..", "")).status == 200
        )
        data = server.get(path, Accept="text/turtle")
        turtle = server.get(data.headers["location"].removeprefix("../.."))
        assert turtle.status == 200, iri
        list(ox.parse(turtle.body, format=ox.RdfFormat.TURTLE))


def test_the_vocabulary_is_a_page_and_turtle(server: Served) -> None:
    """At its own IRI."""
    assert server.get("/vocab", Accept=BROWSER).headers["location"] == "vocab.html"
    reply = server.get("/vocab", Accept="text/turtle")
    assert reply.headers["location"] == "vocab.ttl"
    turtle = set(_triples(server.get("/vocab.ttl")))
    assert len(turtle) > 100
    for suffix in (".nt", ".rdf", ".jsonld"):
        assert set(_triples(server.get(f"/vocab{suffix}"))) == turtle


def test_the_dataset_is_described_where_crawlers_look(server: Served) -> None:
    """At its IRI, and at the address that VoID has for that."""
    for target, location in (("/dataset", "dataset.nt"), ("/.well-known/void", "../dataset.nt")):
        assert server.get(target, Accept="application/n-triples").headers["location"] == location
    terms = {triple.predicate.value for triple in _triples(server.get("/dataset.nt"))}
    assert "http://rdfs.org/ns/void#triples" in terms


def test_a_folder_leads_to_its_index(server: Served) -> None:
    """With the slash that its links need."""
    reply = server.get("/queries")
    assert (reply.status, reply.headers["location"]) == (301, "queries/")
    assert server.get("/queries/").status == 200


def _triples(reply: Reply) -> list[ox.Triple]:
    assert reply.status == 200, reply
    syntax = ox.RdfFormat.from_media_type(reply.media_type)
    return [quad.triple for quad in ox.parse(reply.body, format=syntax)]


def test_what_cannot_be_had_is_told_with_what_can(server: Served) -> None:
    """406 for an IRI, with the list."""
    reply = server.get(f"/id{MODEL}", Accept="image/png, text/html;q=0")
    assert reply.status == 406
    for media_type in ("text/html", "text/turtle", "application/ld+json", "application/rdf+xml"):
        assert media_type in reply.text
    assert reply.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    "target",
    ["/nothing", "/model/nothing.html", "/model/nothing.ttl", "/id/model/nothing", "/id/model/",
     "/id/model/../model/gpt-4o", "/model/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd",
     "//etc/passwd", "/model/gpt-4o.html/", "/model/gpt-4o%00.html", "/model/%FF%FE.html",
     "/static/../app.py", "/static/%2e%2e/app.py", "/queries/nothing", "/queries/nothing.json",
     "/model/gpt-4o.exe", "/%E2%80%AE"],
)  # fmt: skip
def test_what_is_not_there_gets_404(server: Served, target: str) -> None:
    """As a page for a browser, as a sentence or a problem document for a program."""
    for accept, media_type in (
        ("*/*", "text/plain"), ("application/json", "application/problem+json"),
        (BROWSER, "text/html"),
    ):  # fmt: skip
        reply = server.get(target, Accept=accept)
        assert reply.status == 404, reply
        assert reply.media_type == media_type
        _says_nothing_of_this_machine(reply)


def test_only_reading_is_allowed(server: Served) -> None:
    """Any other method gets 405 and the list of those that are."""
    for method in ("PUT", "DELETE", "PATCH", "POST"):
        reply = server.ask(method, f"{MODEL}.html")
        assert reply.status == 405
        assert "GET" in reply.headers["allow"]
    assert server.ask("DELETE", "/sparql").status == 405
    assert server.ask("TRACE", "/").status in (400, 405)


def test_other_sites_may_read(server: Served) -> None:
    """CORS: on every reply, faults too; and a preflight for the headers that readers send."""
    for target in (f"{MODEL}.html", "/nothing", "/sparql?query=ASK%7B%7D", f"/id{MODEL}"):
        reply = server.get(target, Origin="https://example.org")
        assert reply.headers["access-control-allow-origin"] == "*"
    preflight = server.ask("OPTIONS", "/sparql", headers={
        "Origin": "https://example.org", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    })  # fmt: skip
    assert preflight.status == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Content-Type" in preflight.headers["access-control-allow-headers"]


def test_pages_are_kept_from_harm(server: Served) -> None:
    """Nothing from elsewhere, no framing, no guessing of types."""
    headers = server.get("/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


# ------------------------------------------------------------------ stored queries


def _address(name: str, params: dict[str, object]) -> str:
    pairs = [
        (key, str(each)) for key, value in params.items()
        for each in (value if isinstance(value, list | tuple) else [value])
    ]  # fmt: skip
    pairs = [(key, {"True": "true", "False": "false"}.get(value, value)) for key, value in pairs]
    return f"/queries/{name}" + (f"?{urlencode(pairs)}" if pairs else "")


def test_every_stored_query_gives_what_python_gives(server: Served, dex: Modeldex) -> None:
    """The first example of each: JSON, CSV and terms for rows; the same triples for CONSTRUCT."""
    asked = 0
    for query in dex.questions:
        params = query.examples[0].params
        target = _address(query.name, params)
        answer = dex.ask(query.name, **params)
        asked += 1
        if isinstance(answer, Triples):
            reply = server.get(target, Accept="application/n-triples")
            assert reply.status == 200, reply
            found = ox.parse(reply.body, format=ox.RdfFormat.N_TRIPLES)
            assert {quad.triple for quad in found} == set(answer.triples), query.name
            continue
        assert isinstance(answer, Rows)
        reply = server.get(target)
        assert reply.status == 200, (query.name, reply)
        assert reply.media_type == "application/json"
        assert reply.json() == json.loads(rows_text(answer, "json")), query.name
        csv = server.get(target, Accept="text/csv")
        assert csv.text == rows_text(answer, "csv") + "\n"
        if asked % 10 == 0:
            terms = dex.store.query(dex.sparql(query.name, params))
            assert isinstance(terms, Solutions)
            reply = server.get(target, Accept="application/sparql-results+json")
            wanted = json.loads(solutions_text(normal_terms(query, terms), "sparql-json"))
            assert reply.json() == wanted
    assert asked == len(dex.questions) >= 61


def test_a_suffix_chooses_the_form(server: Served) -> None:
    """For those who cannot say Accept."""
    target = "/queries/retired-api-ids{}?by=2026-06-30"
    assert server.get(target.format(".csv"), Accept="image/png").media_type == "text/csv"
    assert server.get(target.format(".json")).json() == server.get(target.format("")).json()
    assert server.get(target.format(".tsv")).text.startswith("?apiId\t")
    assert "bindings" in server.get(target.format(".srj")).json()["results"]
    about = server.get("/queries/retired-api-ids.ttl")
    assert b"SPARQLExecutable" in about.body


def test_a_browser_gets_a_page_with_the_rows(server: Served) -> None:
    """And without parameters the form; what is wrong is said on the page."""
    rows = server.get("/queries/retired-api-ids?by=2026-06-30", Accept=BROWSER)
    assert rows.status == 200
    assert rows.media_type == "text/html"
    assert "claude-3-5-sonnet-20240620" in rows.text
    form = server.get("/queries/why-a-fact", Accept=BROWSER)
    assert form.status == 200
    assert "<form" in form.text
    wrong = server.get("/queries/retired-api-ids?by=%3Cscript%3Ealert(1)", Accept=BROWSER)
    assert wrong.status == 400
    assert wrong.media_type == "text/html"
    assert "<script>alert" not in wrong.text
    assert "retired-api-ids: parameter" in wrong.text


def test_fields_that_a_form_leaves_empty_are_not_given(server: Served) -> None:
    """So a default holds; but a required one is asked for."""
    assert (
        server.get("/queries/retired-api-ids?by=").json()
        == server.get("/queries/retired-api-ids").json()
    )
    reply = server.get("/queries/api-ids-of-a-model?model=")
    assert reply.status == 400
    assert "needs the parameter" in reply.text


@pytest.mark.parametrize(
    ("target", "sentence"),
    [("/queries/retired-api-ids?bay=2026", "has no parameter 'bay'; did you mean 'by'?"),
     ("/queries/retired-api-ids?by=soon", "parameter 'by'"),
     ("/queries/retired-api-ids?by=2026-01-01&by=2026-01-02", "given twice"),
     ("/queries/api-ids-of-a-model?model=gpt-4-oh", "did you mean"),
     ("/queries/api-ids-of-a-model", "needs the parameter 'model'"),
     ("/queries/retired-api-ids?by=%FF", "UTF-8")],
)  # fmt: skip
def test_a_wrong_parameter_is_told(server: Served, target: str, sentence: str) -> None:
    """400 with the sentence that the command line gives."""
    reply = server.get(target)
    assert reply.status == 400
    assert sentence in reply.text
    _says_nothing_of_this_machine(reply)


@pytest.mark.parametrize("value", ['") } #', "' } UNION { ?s ?p ?o } #", "\\", "$x"])
def test_no_parameter_changes_the_query(server: Served, value: str) -> None:
    """It is a value whatever stands in it: here one that names nothing."""
    reply = server.get("/queries/api-ids-of-a-model?" + urlencode({"model": value}))
    assert reply.status == 400
    assert "parameter 'model'" in reply.text


# ------------------------------------------------------------------ SPARQL for people


def test_a_browser_asks_on_a_page(server: Served) -> None:
    """A form, the rows with links to their pages, triples, yes and no, and what is wrong."""
    form = server.get("/sparql", Accept=BROWSER)
    assert form.media_type == "text/html"
    assert "<textarea" in form.text
    query = "SELECT ?m ?n { GRAPH graph:verified { ?m mdx:contextWindow ?n } } ORDER BY ?m"
    rows = server.sparql(query, Accept=BROWSER).text
    assert '<a href="model/claude-3-5-sonnet.html">model:claude-3-5-sonnet</a>' in rows
    assert "<td>200000</td>" in rows
    assert "GPT-4o" in server.sparql("DESCRIBE model:gpt-4o", Accept=BROWSER).text
    assert "<strong>yes</strong>" in server.sparql("ASK {}", Accept=BROWSER).text
    wrong = server.sparql("ASK { </textarea><script>alert(1)</script>", Accept=BROWSER)
    assert wrong.status == 400
    assert "<script>alert" not in wrong.text
    assert "SPARQL syntax error" in wrong.text


def test_the_page_of_an_endpoint_with_a_slash_leads_to_the_same_places(server: Served) -> None:
    """Its links are relative."""
    page = server.get("/sparql/?query=DESCRIBE%20model:gpt-4o", Accept=BROWSER).text
    assert 'action="../sparql"' in page
    assert 'href="../index.html"' in page


def test_no_value_becomes_markup(server: Served) -> None:
    """Whatever a query gives."""
    hostile = "<script>alert(1)</script>"
    for query in (
        f"SELECT (IRI('javascript:alert(1)') AS ?x) ('{hostile}' AS ?y) {{}}",
        f"CONSTRUCT {{ <urn:s> <urn:p> '{hostile}' }} {{}}",
    ):
        page = server.sparql(query, Accept=BROWSER).text
        assert "alert(1)" in page
        assert hostile not in page
        assert 'href="javascript:' not in page


# ------------------------------------------------------------------ bounds


def test_an_address_that_is_too_long_gets_414(server: Served) -> None:
    """Whether it comes at once or never ends."""
    reply = server.get("/sparql?query=" + "x" * 9000)
    assert reply.status == 414
    assert "POST" in reply.text
    assert b" 414 " in _raw(server, b"GET /" + b"x" * 100_000)


def test_headers_that_are_too_large_get_431(server: Served) -> None:
    """Whether they come at once or never end."""
    assert server.get("/healthz", X_Much="x" * 40_000).status == 431
    head = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(9_000))
    assert b" 431 " in _raw(server, head)


def test_a_body_that_is_too_large_gets_413(server: Served) -> None:
    """With and without a Content-Length; what fits is read."""
    kind = {"Content-Type": "application/sparql-query"}
    body = b"ASK {} #" + b"x" * 2**20
    assert server.ask("POST", "/sparql", body, kind).status == 413
    chunk = b"%x\r\n%s\r\n" % (2**16, b"x" * 2**16)
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    assert b" 413 " in _raw(server, head + chunk * 20)
    small = b"ASK {} #" + b"x" * 500_000
    assert server.ask("POST", "/sparql", small, kind).status == 200


def test_a_compressed_body_is_refused(server: Served) -> None:
    """It could grow without bounds."""
    kind = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    assert server.ask("POST", "/sparql", b"\x1f\x8b", kind).status == 415


@pytest.mark.parametrize(
    "data",
    [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
     b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
     b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
)  # fmt: skip
def test_what_is_no_http_gets_400_or_silence(server: Served, data: bytes) -> None:
    """And the server goes on."""
    said = _raw(server, data, wait=5)
    assert said == b"" or said.split()[1].startswith(b"4"), said
    assert server.get("/healthz").status == 200


def _raw(server: Served, data: bytes, wait: float = START_LIMIT) -> bytes:
    """What comes back for bytes that are sent as they are."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=wait) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it was cut off while we sent; what it said may still be there
        try:
            return connection.recv(4096)
        except TimeoutError:
            return b""


# ------------------------------------------------------------------ health, log, start and stop


def test_health_and_readiness(server: Served) -> None:
    """The one says that it runs, the other that a query was answered."""
    assert server.get("/healthz").text == "ok\n"
    assert server.get("/readyz").text == "ready\n"


def test_each_request_is_a_line_of_the_log(server: Served) -> None:
    """Of JSON, whatever a client puts into it."""
    agent = 'x" \\ \u00e9 {"status": 200}'
    server.get("/no%0Awhere%22?a=%0A", User_Agent=agent.encode().decode("latin-1"))
    line = server.logged(path='/no\nwhere"')
    assert (line["method"], line["status"], line["query"]) == ("GET", 404, "a=%0A")
    assert line["client"] == "127.0.0.1"
    assert line["ms"] >= 0
    assert line["bytes"] > 0
    assert line["time"].endswith("Z")


def test_only_a_proxy_that_is_named_is_believed(
    tmp_path: Path, built: Path, server: Served
) -> None:
    """About whom it speaks for, and by which scheme."""
    sent = {"X_Forwarded_For": "203.0.113.7", "X_Forwarded_Proto": "https"}
    assert f"<{server.address}sparql>" in server.get("/sparql", User_Agent="liar", **sent).text
    assert server.logged(agent="liar")["client"] == "127.0.0.1"
    with served(tmp_path, "--store", str(built), "--proxy", "127.0.0.1") as behind:
        there = behind.get("/sparql", User_Agent="proxy", **sent).text
        assert behind.logged(agent="proxy")["client"] == "203.0.113.7"
        assert f"<{behind.address}sparql>".replace("http:", "https:") in there


def test_nothing_went_wrong_inside(server: Served) -> None:
    """After all that was asked of this server there is no traceback in its log."""
    assert not [line for line in server.lines() if "traceback" in line]
    assert "Traceback" not in server.log.read_text()


def test_without_lines_for_requests_there_are_none(tmp_path: Path, built: Path) -> None:
    """With --quiet."""
    with served(tmp_path, "--store", str(built), "--quiet") as server:
        assert server.get("/").status == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(START_LIMIT) == 0
        assert server.lines() == []


def test_it_stops_before_it_has_started(tmp_path: Path, built: Path) -> None:
    """Told while it comes up, it does not go on."""
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "modeldex", "serve", "--port", "0", "--store", str(built)],
            env=os.environ | {"PYTHONUTF8": "1"}, stdout=output, stderr=output,
        )  # fmt: skip
    deadline = time.monotonic() + START_LIMIT
    while b"listening" not in log.read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.001)
    process.send_signal(signal.SIGTERM)
    assert process.wait(START_LIMIT) == 0
    assert b"Traceback" not in log.read_bytes()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_in_order(tmp_path: Path, built: Path, number: signal.Signals) -> None:
    """With exit code 0, its log written and no process left behind."""
    with served(tmp_path, "--store", str(built)) as server:
        assert server.get("/healthz", User_Agent="the last").status == 200
        children = _children(server.process.pid)
        server.process.send_signal(number)
        assert server.process.wait(START_LIMIT) == 0
        assert server.logged(agent="the last")
        assert "Traceback" not in server.log.read_text()
        deadline = time.monotonic() + START_LIMIT
        while any(map(_alive, children)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not list(filter(_alive, children))


def test_it_stops_while_a_query_runs(tmp_path: Path, built: Path) -> None:
    """The client is told, or the connection ends; the server ends in time and in order."""
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) < STR(?i)) }"
    with served(tmp_path, "--store", str(built)) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            target = "/sparql?" + urlencode({"query": heavy})
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.3)
            server.process.send_signal(signal.SIGTERM)
            connection.settimeout(START_LIMIT)
            said = connection.recv(4096)
        assert said == b"" or said.split()[1] in (b"422", b"503"), said
        assert server.process.wait(START_LIMIT) == 0
        assert "Traceback" not in server.log.read_text()


def test_a_log_that_nobody_reads_stops_nothing(built: Path) -> None:
    """Its lines are lost, the answers are not."""
    process = subprocess.Popen(
        [sys.executable, "-m", "modeldex", "serve", "--port", "0", "--store", str(built)],
        env=os.environ | {"PYTHONUTF8": "1"}, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr
    try:
        address = process.stderr.readline().decode().split()[-1]
        server = Served(address, Path("nowhere"), process)
        for number in range(400):
            reply = server.get(f"/healthz?{'x' * 500}", User_Agent="y" * 500 + str(number))
            assert reply.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(START_LIMIT) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def _children(process: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True,
                           text=True, check=False)  # fmt: skip
    return [int(word) for word in found.stdout.split()]


def _alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def test_a_new_release_is_taken_up(tmp_path: Path, built: Path) -> None:
    """Pages, stored queries and SPARQL answer from it, and the old pages are forgotten."""
    folder = tmp_path / "dataset"
    shutil.copytree(built, folder)
    with served(tmp_path / "serve", "--store", str(folder)) as server:
        before = server.get(f"{MODEL}.html").headers["etag"]
        text = (folder / TEXT).read_text("utf-8")
        quads = ox.parse(text.replace("Claude 3.5 Sonnet", "Renamed for a test"),
                         format=ox.RdfFormat.N_QUADS)  # fmt: skip
        write_dataset(quads, folder)
        deadline = time.monotonic() + START_LIMIT
        while server.get(f"{MODEL}.html").headers["etag"] == before:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert "Renamed for a test" in server.get(f"{MODEL}.html").text
        query = 'ASK { GRAPH ?g { ?model rdfs:label "Renamed for a test"@en } }'
        while not server.sparql(query).json()["boolean"]:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_what_hinders_it_is_said(run: object, tmp_path: Path, built: Path) -> None:
    """In one line, with exit code 2: a taken port, a wrong port, no dataset."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for words, sentence in (
            (["--port", port], f"cannot listen at 127.0.0.1, port {port}"),
            (["--port", "70000"], "not a port"),
            (["--base-url", "ftp://x"], "not an address"),
            (["--port", "0", "--store", str(tmp_path / "nothing")], "no dataset in"),
        ):
            done = run("serve", *words)  # type: ignore[operator]
            assert done.returncode == 2
            assert sentence in done.stderr
            assert done.stderr.count("\n") == 1


def test_the_example_of_the_help_is_taken() -> None:
    """Its words are options that there are."""
    parser = argparse.ArgumentParser()
    serve.declare(parser)
    assert parser.parse_args(shlex.split(serve.EXAMPLE)[2:]).port == 8000


def test_it_says_which_extra_is_missing(built: Path) -> None:
    """Without the libraries of the extra `serve`."""
    program = (
        "import sys\nsys.modules['uvicorn'] = None\n"
        "from modeldex.cli import main\nsys.exit(main(['serve']))"
    )
    done = subprocess.run([sys.executable, "-c", program], env=os.environ | {"PYTHONUTF8": "1"},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'modeldex[serve]'" in done.stderr


@pytest.fixture(scope="module")
def prefixed(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[Served]:
    """A server that is known elsewhere under another address."""
    words = ("--store", str(built), "--base-url", "https://example.org/models")
    with served(tmp_path_factory.mktemp("prefixed"), *words) as server:
        yield server


def test_the_address_that_others_know_is_told(prefixed: Served) -> None:
    """In the descriptions of the service, of the dataset and of what can be asked."""
    dataset = {str(triple) for triple in _triples(prefixed.get("/dataset.nt"))}
    assert (
        "<https://w3id.org/modeldex/dataset> <http://rdfs.org/ns/void#sparqlEndpoint> "
        "<https://example.org/models/sparql>"
    ) in dataset
    assert "<https://example.org/models/sparql>" in prefixed.get("/sparql").text
    servers = prefixed.get("/openapi.json").json()["servers"]
    assert servers == [{"url": "https://example.org/models/"}]


def test_a_host_that_is_made_up_gets_nowhere(server: Served) -> None:
    """What a client calls the server is not written into an answer unless it is a host."""
    assert server.get("/sparql", Host="x> a <urn:evil").status == 400


def _says_nothing_of_this_machine(reply: Reply) -> None:
    for word in ("Traceback", "/site-packages", ".py", str(Path(__file__).parent.parent)):
        assert word not in reply.text.replace("app.py", ""), reply.text
