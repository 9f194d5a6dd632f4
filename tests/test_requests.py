"""What clients send, taken apart: whatever it is, it is understood or refused, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from modeldex.collection import packaged_questions
from modeldex.dex import Modeldex
from modeldex.errors import BadInput
from modeldex.server.guard import Limits, check_head, client_of
from modeldex.server.linked_data import LinkedData
from modeldex.server.query_service import values
from modeldex.server.replies import Kept, Replies, refusal
from modeldex.server.sparql_protocol import FORM, QUERY, UPDATE, Refused, fields, operation
from modeldex.server.subject import Subject

names = st.sampled_from(["query", "update", "default-graph-uri", "named-graph-uri", "format",
                         "using-graph-uri", "x"])  # fmt: skip
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
kinds = st.sampled_from([FORM, QUERY, UPDATE, "text/plain", f"{QUERY}; charset=utf-8", "", None])


def tried(work: Callable[[], Any]) -> Any:
    """What comes of it, or how it was refused."""
    try:
        return work()
    except (Refused, BadInput) as error:
        return error


@given(st.sampled_from(["GET", "HEAD", "POST", "PUT"]), st.binary(max_size=80), kinds,
       st.binary(max_size=80))  # fmt: skip
@example("GET", b"query=%", None, b"")
@example("GET", b"\xff", None, b"")
@example("POST", b"query=ASK{}", QUERY, b"ASK {}")
def test_any_bytes_are_a_query_or_refused(
    method: str, query_string: bytes, kind: str | None, body: bytes
) -> None:
    """With a status of 4xx and a sentence."""
    asked = tried(lambda: operation(method, query_string, kind, body))
    if isinstance(asked, Refused):
        assert 400 <= asked.status < 500
        assert asked.sentence
    else:
        assert asked is None or asked.query.strip()


@given(st.lists(st.tuples(names, texts), max_size=6))
def test_a_query_arrives_as_it_was_sent(pairs: list[tuple[str, str]]) -> None:
    """By GET and in a form: the same, letter by letter; or the same refusal."""
    encoded = urlencode(pairs).encode()
    assert fields(encoded) == pairs
    got = tried(lambda: operation("GET", encoded))
    posted = tried(lambda: operation("POST", b"", FORM, encoded))
    if isinstance(got, Refused):
        assert (got.status, got.sentence) == (posted.status, posted.sentence)
    elif got is not None:
        assert got == posted
        assert [got.query] == [value for name, value in pairs if name == "query"]


@given(texts.filter(str.strip))
def test_a_query_in_the_body_arrives_as_it_was_sent(query: str) -> None:
    """Nothing in it is unescaped."""
    asked = operation("POST", b"", QUERY, query.encode())
    assert asked is not None
    assert asked.query == query


@given(st.data())
@settings(max_examples=200)
def test_any_fields_are_parameters_or_refused(data: st.DataObject) -> None:
    """A field that has no such parameter is kept, so that the query can refuse it."""
    query = data.draw(st.sampled_from(list(packaged_questions())))
    known = [parameter.name for parameter in query.params]
    name = st.sampled_from([*known, "other"]) if known else texts
    given_fields = data.draw(st.lists(st.tuples(name, texts), max_size=4))
    found = tried(lambda: values(query, given_fields))
    if isinstance(found, BadInput):
        assert "given twice" in found.message
    else:
        assert set(found) <= {field for field, _ in given_fields}


@pytest.fixture(scope="module")
def linked(dex: Modeldex) -> LinkedData:
    """Pages and data, without a server."""
    return LinkedData(Subject(dex, None))


paths = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(["id", "model", "gpt-4o", "..", ".", "", "static", "queries", "vocab",
                              "style.css", "gpt-4o.html", "dataset", "%2e", "claim"]), max_size=5)
    .map("/".join),
)  # fmt: skip


@given(paths, st.sampled_from([None, "text/html", "text/turtle", "image/png"]))
@settings(deadline=None)
@example("\ud800", None)
@example("id/model/\0", None)
@example("static/../pages.py", None)
@example("id/model/" + "x" * 5000, None)
def test_any_path_leads_somewhere_or_is_refused(
    linked: LinkedData, path: str, accept: str | None
) -> None:
    """200, 301, 303, 404 or 406; and what it leads to is of the site, not of this machine."""
    reply = tried(lambda: linked.answer(path, accept))
    if isinstance(reply, Refused):
        assert reply.status in (404, 406)
    else:
        assert reply.status_code in (200, 301, 303, 404)
        assert b"from __future__" not in reply.body
        location = reply.headers.get("location", "")
        assert not location.startswith("/")
        assert "://" not in location


@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=60)))
def test_a_refusal_holds_any_sentence(sentence: str, accept: str | None) -> None:
    """As text, JSON or HTML, in which it is no markup."""
    sentence = sentence.encode("utf-8", "replace").decode()
    reply = refusal(400, sentence, accept)
    assert reply.status_code == 400
    html = refusal(400, sentence, "text/html").body.decode()
    assert html.count("<") == html.count(">") == 10


@given(st.text(max_size=60))
@example("::ffff:192.0.2.1")
@example("fe80::1%eth0")
def test_any_client_has_a_name(host: str) -> None:
    """Bounded, and the same for all addresses of one customer."""
    assert len(client_of(host)) <= 64
    assert client_of("2001:db8::1") == client_of("2001:db8::ffff:2")
    assert client_of("::ffff:192.0.2.1") == "192.0.2.1"


@given(st.binary(max_size=60))
def test_any_tags_are_compared(sent: bytes) -> None:
    """A reply is 304 only if its own tag, or a star, is among them."""
    reply = Kept(b"x", "text/plain")
    scope = {"headers": [(b"if-none-match", sent)]}
    assert reply._known_to(scope) == (b"*" in [part.strip() for part in sent.split(b",")])
    assert reply._known_to({"headers": [(b"if-none-match", reply.etag.encode())]})


def test_what_is_kept_is_bounded_by_what_clients_send_too() -> None:
    """Small replies to long requests do not pile up."""
    kept = Replies(capacity=2**20)
    reply = Kept(b"", None, status=303)
    for number in range(1000):
        kept.keep(("/id/model/x", b"", f"text/html;x={number}" + "y" * 30_000), reply)
    assert len(kept._kept) < 40
    kept.clear()
    assert kept.get("x") is None


def test_what_is_kept_again_counts_once() -> None:
    """So that it does not drive out the others."""
    kept = Replies(capacity=100_000)
    kept.keep("other", Kept(b"x", "text/plain"))
    for _ in range(1000):
        kept.keep("same", Kept(b"y" * 1000, "text/plain"))
    assert kept.get("other") is not None


def test_the_bounds_of_an_address_and_of_headers() -> None:
    """To the byte."""
    limits = Limits(url=10, head=10)
    scope = {"path": "/12345", "raw_path": b"/12345", "query_string": b"1234", "headers": []}
    check_head(scope, limits)
    with pytest.raises(Refused) as refused:
        check_head(scope | {"query_string": b"12345"}, limits)
    assert refused.value.status == 414
    check_head(scope | {"headers": [(b"abc", b"def")]}, limits)
    with pytest.raises(Refused) as refused:
        check_head(scope | {"headers": [(b"abc", b"defg")]}, limits)
    assert refused.value.status == 431


def test_fields_are_counted() -> None:
    """A hundred are read."""
    assert len(fields(b"&".join([b"a=b"] * 100))) == 100
    with pytest.raises(Refused):
        fields(b"&".join([b"a=b"] * 101))
    assert fields(quote_plus("é").encode() + b"=1") == [("é", "1")]
