"""No value can change a query: on each engine it comes back as it was, or it is refused by us."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
import pytest
import rdflib
import servers
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore

from modeldex.binding import (
    LENGTH_LIMIT,
    bind,
    insert_data,
    with_prefixes,
    write_term,
)
from modeldex.errors import BadInput
from modeldex.literals import DECIMAL_DIGITS, canonical
from modeldex.terms import XSD
from modeldex.values import to_term

Term: TypeAlias = "ox.NamedNode | ox.Literal"
Answer: TypeAlias = "list[list[Term | None]]"
ENGINES = ("oxigraph", "rdflib", "oxigraph-server", "virtuoso")
BATCH = 25
ONE = "SELECT ($value AS ?v) WHERE { }"

# ------------------------------------------------------------------ the four engines


class Engine:
    """Sends a query as it is; gives the rows."""

    def __init__(self, name: str, rows: Callable[[str], Answer]) -> None:
        self.name, self.rows = name, rows

    def gives_back(self, terms: Sequence[Term]) -> list[Term | None]:
        """What comes back for each value, all of them bound in one query."""
        tokens = " ".join(f"({number} $v{number})" for number in range(len(terms)))
        query = f"SELECT ?n ?v WHERE {{ VALUES (?n ?v) {{ {tokens} }} }}"
        rows = self.rows(bind(query, {f"v{n}": term for n, term in enumerate(terms)}))
        found = {int(row[0].value): row[1] for row in rows if row[0] is not None}
        assert len(rows) == len(found) == len(terms), "another query"
        return [found[number] for number in range(len(terms))]


def _embedded(query: str) -> Answer:
    return [list(row) for row in ox.Store().query(query)]


def _rdflib(query: str) -> Answer:
    return [[_of_rdflib(term) for term in row] for row in rdflib.Graph().query(query)]


def _of_rdflib(term: object) -> Term | None:
    if isinstance(term, rdflib.Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or XSD + "string")))
    return None if term is None else ox.NamedNode(str(term))


def _remote(server: servers.Server) -> Callable[[str], Answer]:
    def rows(query: str) -> Answer:
        answer = servers.ask(server, query)
        found = ox.parse_query_results(answer, format=ox.QueryResultsFormat.JSON)
        assert isinstance(found, ox.QuerySolutions)
        return [list(row) for row in found]

    return rows


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn; a server is started only for its own turn."""
    local = {"oxigraph": _embedded, "rdflib": _rdflib}
    if request.param in local:
        return Engine(request.param, local[request.param])
    fixture = {"oxigraph-server": "oxigraph_server", "virtuoso": "virtuoso_server"}[request.param]
    return Engine(request.param, _remote(request.getfixturevalue(fixture)))


# ------------------------------------------------------------------ the hostile alphabet

# Plain random text misses the known ways out, so draw from what they are made of.
PIECES = [
    *"\"\"''\\\\\\\n\r\t\b\fuuUU0041{}<>()[]#@^$?.;:, %&/*-_|`~=!+0123456789abcdefABCDEF",
    "\\u0022", "\\U00000022", "\\\\u0022", "\\u005C", "\\n", '"""', "'''", "@en", "^^", "$value",
    "?v", "<http://x/>", "} ; DROP ALL #", "UNION", "--", "/*", "*/", "%22", "%s", "&quot;",
    "\0", "\x01", "\x0b", "\x1b", "\x1f", "\x7f", "\x80", "\x85", "\xa0", "\xad", "\u0301",
    "e\u0301", "\u200b", "\u200d", "\u202e", "\u2028", "\u2029", "\ufeff", "\ufffd", "\ufffe",
    "\uffff", "\U0001f600", "\U0001fffe", "\U0010ffff", "é", "漢", "\ud800", "\udfff",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=14).map("".join)
KNOWN = [
    "", '"', "\\", "\\\\", '\\"', 'a\n\\"', "\\u0022", "\\\\u0022", "\\\\U00000022", "\\\\\\u0022",
    '\\" . } ; DROP ALL #', '"""', "\n'''", "'", "$value", "?v", "u", "\\u", "\\U", "\\N", "\r\n",
    "x\\", "\\u12", "\\uD800", "\t", "\x1ff5a0", "\x7fAA67|", "\x00x",
    "x\x00", "\ud83d\ude00", "<", "> ", "#", "@en", "^^",
]  # fmt: skip

PREFIXES = (
    "http://example.org/",
    "http://example.org/a#",
    "https://a.b:80/?q=",
    "urn:x:",
    "mailto:",
)
IN_IRIS = [
    *"''uuUU00414$?.;:()&~*+/-_=,!@", "%22", "%0A", "%5Cu0022", "..", "//", "é", "漢",
    "\U0001f600", "\u200d", "\u00a0", "\u2028", "e\u0301", "@en", "$value", "?v", "#",
]  # fmt: skip
OUT_OF_IRIS = [*'<>"{}|^`\\ \n\r\t\0\x7f[]%', "%u0022", "\\u0022", "\\u003E", "\ue000", "\ufffd",
               "\ud800", "> . } ; DROP ALL #"]  # fmt: skip
HOSTILE_IRIS = st.builds(
    "{}{}{}".format, st.sampled_from(PREFIXES),
    st.lists(st.sampled_from(IN_IRIS), max_size=10).map("".join),
    st.sampled_from(["", *[""] * 60, *OUT_OF_IRIS]),
)  # fmt: skip

LANGUAGES = ["en", "en-gb", "de-ch-1996", "zh-hans-cn", "x-private"]
TAGGED = st.builds(
    lambda text, tag: ox.Literal(text, language=tag),
    HOSTILE.map(lambda text: text.encode("utf-8", "ignore").decode().replace("\0", "")),
    st.sampled_from(LANGUAGES),
)
WHOLE = st.integers(1 - 2**63, 2**63 - 1) | st.integers(-1000, 1000)
PLACES = st.text(string.digits, max_size=DECIMAL_DIGITS[1])
TYPED = (
    WHOLE.map(lambda number: _typed(str(number), "integer"))
    | st.builds(lambda whole, places: _typed(f"{whole}.{places}0", "decimal"), WHOLE, PLACES)
    | st.dates().map(lambda day: _typed(day.isoformat(), "date"))
    | st.dates().map(lambda day: _typed(day.isoformat()[:7], "gYearMonth"))
    | st.dates().map(lambda day: _typed(day.isoformat()[:4], "gYear"))
    | st.sampled_from(["true", "false", "1", "0"]).map(lambda word: _typed(word, "boolean"))
)


def _typed(lexical: str, name: str) -> ox.Literal:
    return ox.Literal(lexical, datatype=ox.NamedNode(XSD + name))


def many(values: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    """Lists of values, to be bound in one query."""
    return st.lists(values, min_size=BATCH, max_size=BATCH, unique=True)


def thorough(examples: int) -> settings:
    """So many lists, however long a server takes for one."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    # No shrinking: with a slow engine it takes minutes, and a list of 25 can be read.
    return settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=checks,
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip


def accepted(values: Sequence[str], type_name: str) -> Iterator[Term]:
    """The values as terms, without those that we refuse, which never get as far as an engine."""
    for value in values:
        try:
            term = to_term(value, type_name)
            write_term(term)
        except BadInput:
            continue
        yield term


# ------------------------------------------------------------------ strings and IRIs


def test_two_thousand_hostile_strings_come_back_unchanged(engine: Engine) -> None:
    """Each string that is not refused is the same string on the other side of the parser."""
    sent: set[str] = set()
    refused: set[str] = set()

    @thorough(140)
    @given(many(HOSTILE))
    @example(KNOWN)
    def come_back(values: list[str]) -> None:
        terms = list(accepted(values, "string"))
        assert engine.gives_back(terms or [ox.Literal("")]) == (terms or [ox.Literal("")])
        sent.update(term.value for term in terms)
        refused.update(set(values) - sent)

    come_back()
    assert len(sent) >= 2000
    assert len(refused) > 50
    assert all("\0" in value or _has_surrogate(value) for value in refused)


def _has_surrogate(value: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in value)


def test_two_thousand_hostile_iris_come_back_unchanged(engine: Engine) -> None:
    """Each IRI that is not refused is the same IRI; what would end it is refused."""
    sent: set[str] = set()
    refused: set[str] = set()

    @thorough(160)
    @given(many(HOSTILE_IRIS))
    def come_back(values: list[str]) -> None:
        terms = list(accepted(values, "iri"))
        if terms:
            assert engine.gives_back(terms) == terms
        sent.update(term.value for term in terms)
        refused.update(set(values) - sent)

    come_back()
    assert len(sent) >= 2000
    assert len(refused) > 200
    assert not any(set(value) & set('<>"{}|^`\\ \n\r\t\0\x7f') for value in sent)


# ------------------------------------------------------------------ languages and datatypes


def test_tagged_strings_come_back_unchanged(engine: Engine) -> None:
    """A string with a language keeps both."""
    sent: set[ox.Literal] = set()

    @thorough(30)
    @given(many(TAGGED))
    def come_back(terms: list[ox.Literal]) -> None:
        assert engine.gives_back(terms) == terms
        sent.update(terms)

    come_back()
    assert len(sent) > 500


def test_numbers_dates_and_booleans_keep_their_value(engine: Engine) -> None:
    """A typed value comes back as the same value, and but for Virtuoso of the same datatype."""
    sent: set[ox.Literal] = set()

    @thorough(60)
    @given(many(TYPED).filter(_bindable))
    def come_back(terms: list[ox.Literal]) -> None:
        for term, given_back in zip(terms, engine.gives_back(terms), strict=True):
            assert isinstance(given_back, ox.Literal)
            datatype = term.datatype.value
            assert given_back.datatype.value in {datatype} | RETYPED.get(
                (engine.name, datatype), set()
            )
            assert canonical(given_back.value, datatype) == canonical(term.value, datatype)
        sent.update(terms)

    come_back()
    assert len(sent) > 500


def _bindable(terms: list[ox.Literal]) -> bool:
    dates = {term.value for term in terms}
    return not any(f"{date}-01" in dates for date in dates if len(date) == 4)


# Virtuoso 7.2.5 has no booleans (they come back as 1 and 0), gives a decimal without places as
# an integer, and an integer from about 2**62 on as a decimal. The values are right.
RETYPED = {
    ("virtuoso", XSD + "boolean"): {XSD + "integer"},
    ("virtuoso", XSD + "decimal"): {XSD + "integer"},
    ("virtuoso", XSD + "integer"): {XSD + "decimal"},
}


def test_a_bound_integer_stands_where_only_digits_may(engine: Engine) -> None:
    """`LIMIT $n` and `OFFSET $m` work, since a whole number is written as its digits."""
    query = "SELECT ?v WHERE { VALUES ?v { 1 2 3 4 } } ORDER BY ?v LIMIT $n OFFSET $m"
    rows = engine.rows(bind(query, {"n": ox.Literal(2), "m": _typed("+01", "integer")}))
    assert [row[0].value for row in rows if row[0]] == ["2", "3"]


@pytest.mark.parametrize("piece", ["a", '\\"\n', "\\u0022", "\U0001f600é"])
def test_a_very_long_string_comes_back_unchanged(engine: Engine, piece: str) -> None:
    """100,000 characters, which go by POST."""
    term = ox.Literal((piece * LENGTH_LIMIT)[:LENGTH_LIMIT])
    assert engine.rows(bind(ONE, {"value": term})) == [[term]]


# ------------------------------------------------------------------ what is refused

LENIENT = [
    "<http://example.org/a b> <http://example.org/> <http://example.org/> .",
    "<http://example.org/\\u003E> <http://example.org/> <http://example.org/> .",
    "<relative> <http://example.org/> <http://example.org/> .",
]


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (ox.Literal("cut\0off"), "NUL"),
        (ox.Literal("tail\0", language="en"), "NUL"),
        (ox.Literal("x" * (LENGTH_LIMIT + 1)), "100,001 characters"),
        (ox.NamedNode("http://example.org/" + "x" * LENGTH_LIMIT), "not an IRI"),
        (_typed("0.1234567890123456", "decimal"), "15 behind the point"),
        (_typed(str(2**63), "integer"), "64 bits"),
        (_typed("1 } ; DROP ALL #", "integer"), "not a whole number"),
        (_typed("1e3", "decimal"), "not an exact decimal"),
        (_typed("yes", "boolean"), "neither true nor false"),
        (_typed("2026-02-30", "date"), "not a date"),
        (_typed("P1D", "duration"), "not used in Modeldex"),
        (ox.Literal("x", datatype=ox.NamedNode("http://example.org/type")), "not used"),
        (ox.Literal("x", language="ar", direction=ox.BaseDirection.RTL), "not used"),
        (ox.BlankNode("everything"), "neither an IRI nor a literal"),
        ("text", "neither an IRI nor a literal"),
    ],
)
def test_what_an_engine_would_alter_is_refused(term: ox.Literal, said: str) -> None:
    """Values that some engine cuts, rounds or reads otherwise never get as far as an engine."""
    with pytest.raises(BadInput, match=said) as caught:
        write_term(term)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_trap_virtuoso_takes_a_year_for_its_january(virtuoso_server: servers.Server) -> None:
    """Two constants of one query that begin on the same day are one to it; we do not bind both."""
    year, month = _typed("2026", "gYear"), _typed("2026-01", "gYearMonth")
    rows = _remote(virtuoso_server)
    assert rows(f"SELECT ({year} AS ?y) ({month} AS ?m) WHERE {{ }}") == [[year, year]]
    for values in ({"y": year, "m": month}, {"y": [year, month], "m": ox.Literal(1)}):
        with pytest.raises(BadInput, match="2026 and 2026-01 in one query"):
            bind("SELECT ?x WHERE { VALUES ?x { $y $m } }", values)
    assert rows(bind(ONE, {"value": month})) == [[month]]


@pytest.mark.parametrize("text", LENIENT)
def test_a_node_of_a_lenient_parser_is_refused(text: str) -> None:
    """A NamedNode is no proof of an IRI: pyoxigraph's lenient parser makes nodes of anything."""
    (quad,) = ox.parse(text, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    assert isinstance(quad.subject, ox.NamedNode)
    with pytest.raises(BadInput, match="not an IRI"):
        write_term(quad.subject)


@pytest.mark.parametrize("value", ["\ud800", "x\udfff", "\ude00\ud83d"])
def test_a_lone_surrogate_is_refused(value: str) -> None:
    """What is no Unicode text is refused where it comes in, in words that can be printed."""
    for type_name, text in (("string", value), ("iri", f"http://example.org/{value}")):
        with pytest.raises(BadInput) as caught:
            to_term(text, type_name)
        assert str(caught.value).encode()


# ------------------------------------------------------------------ tokens and their places


@pytest.mark.parametrize(
    ("query", "values", "said"),
    [
        ("SELECT * { $s ?p ?o }", {}, "no value for the parameter 's'"),
        ("SELECT * { $s ?p ?o }", {"s": ox.Literal("x"), "other": ox.Literal("y")}, "'other'"),
        ("SELECT * { $subject ?p ?o }", {"subjekt": ox.Literal("x")}, "'subject'"),
        ("SELECT * { $ ?p ?o }", {"s": ox.Literal("x")}, "no value for the parameter ''"),
        ("SELECT * { $s\u0301 ?p ?o }", {"s": ox.Literal("x")}, "no value for the parameter"),
        ("# $s\nSELECT * { ?s ?p ?o }", {"s": ox.Literal("x")}, "has no parameter 's'"),
        ("SELECT * { VALUES ?s { $s } }", {"s": []}, "is empty"),
        ("SELECT * { VALUES ?s { $s } }", {"s": "text"}, "is a str"),
        ("SELECT * { VALUES ?s { $s } }", {"s": 7}, "is a int"),
    ],
)
def test_a_missing_or_unknown_parameter_is_an_error(
    query: str, values: dict[str, Term], said: str
) -> None:
    """No query is sent with a token left in it, which would be a variable that matches all."""
    with pytest.raises(BadInput, match=said):
        bind(query, values)


@pytest.mark.parametrize(
    "place",
    ['"$s"', "'$s'", '"""a "$s" b"""', "'''$s'''", '"\\"$s"', "<http://example.org/$s>",
     '"a" , "$s"', "<http://example.org/#$s>"],
)  # fmt: skip
def test_a_token_in_a_string_or_an_iri_is_an_error(place: str) -> None:
    """It is neither replaced there nor left to match all: the author hears of it, with the line."""
    with pytest.raises(BadInput, match=r"query:2: the parameter 's' within a string or an IRI"):
        bind(f"SELECT * {{ $s ?p ?o .\n ?s ?p {place} }}", {"s": ox.Literal("x")})


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('SELECT * { ?s ?p "open $s }', "does not end"),
        ("SELECT * { ?s ?p 'open $s }", "does not end"),
        ('SELECT * { ?s ?p """open\n $s }', "does not end"),
        ("SELECT * { FILTER(?a<'x>y' && ?b = $s) }", "an IRI with a quote"),
    ],
)
def test_a_query_whose_strings_are_unclear_is_refused(query: str, said: str) -> None:
    """A value within what the parser takes for a string could end it."""
    with pytest.raises(BadInput, match=said):
        bind(query, {"s": ox.Literal(" } ; DROP ALL #")})


def test_comments_and_prices_are_left_alone() -> None:
    """A `$` in a comment, or in a string where it names no parameter, is only a `$`."""
    query = "# $s and $t, don't\nSELECT ('5 $US' AS ?p) ($s AS ?v) { } # $s"
    text = bind(query, {"s": ox.Literal("x")})
    assert text == query.replace("($s AS", '("x" AS')


def test_values_do_not_run_together() -> None:
    """A value stands apart from its neighbours: `$a$b` is two numbers, not one."""
    one, two = ox.Literal(1), ox.Literal(2)
    query = "SELECT ?a ?b { VALUES (?a ?b) { ($a$b) } }"
    (row,) = ox.Store().query(bind(query, {"a": one, "b": two}))
    assert list(row) == [one, two]
    assert bind("?x<$i", {"i": ox.NamedNode("http://example.org/")}) == "?x< <http://example.org/>"
    assert bind("?s ?p $n.5", {"n": one}) == "?s ?p 1 .5"


def test_a_value_with_a_token_in_it_is_not_bound_again() -> None:
    """What a value says is never looked at for tokens."""
    values = {"a": ox.Literal("$b"), "b": ox.Literal("$a ?c")}
    (row,) = ox.Store().query(bind("SELECT ($a AS ?x) ($b AS ?y) { }", values))
    assert list(row) == [values["a"], values["b"]]


# ------------------------------------------------------------------ the other two functions


def test_prefixes_are_declared_where_they_are_missing(engine: Engine) -> None:
    """On the first line, and neither twice nor for what only looks like one."""
    query = (
        "# mdx:x\nPREFIX rdf: <http://example.org/>\nSELECT (rdf:type AS ?v) (xsd:date AS ?w) { }"
    )
    text = with_prefixes(query)
    assert text == f"PREFIX xsd: <{XSD}> {query}"
    assert engine.rows(text) == [
        [ox.NamedNode("http://example.org/type"), ox.NamedNode(XSD + "date")]
    ]
    for other in ("SELECT ('owl:x' AS ?v) { }", "SELECT (<rdf:x> AS ?v) { }"):
        assert with_prefixes(other) == other


HOSTILE_TRIPLES = [
    ox.Triple(ox.NamedNode("http://example.org/s"), ox.NamedNode("http://example.org/p"), value)
    for value in [*map(ox.Literal, [v for v in KNOWN if not _has_surrogate(v) and "\0" not in v]),
                  ox.Literal('"@en', language="de"), _typed("3.1", "decimal"), ox.Literal(7),
                  ox.NamedNode("http://example.org/'#$x")]
]  # fmt: skip


@pytest.mark.parametrize("server_name", ["oxigraph_server", "virtuoso_server"])
def test_inserted_triples_are_the_same_triples(
    server_name: str, request: pytest.FixtureRequest
) -> None:
    """Hostile strings go by INSERT DATA into a server, and come out as they were."""
    server = request.getfixturevalue(server_name)
    graph = "http://example.org/injection"
    text = ox.serialize(HOSTILE_TRIPLES, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    servers.update(server, insert_data(graph, text))
    rows = _remote(server)(f"SELECT ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    assert len(HOSTILE_TRIPLES) > 30
    assert len(rows) == len(HOSTILE_TRIPLES)
    assert {row[0] for row in rows} == {triple.object for triple in HOSTILE_TRIPLES}


@pytest.mark.parametrize(
    "text",
    [
        '<http://x/> <http://x/> "x" . } } ; DROP ALL #',
        '<http://x/> <http://x/> "x" .\n}',
        "_:b <http://x/> <http://x/> .",
        "<http://x/> <http://x/> _:b .",
        "<http://x/> <http://x/> <http://x/a b> .",
        '<http://x/> <http://x/> "\\u0000" .',
    ],
)
def test_only_triples_are_inserted(text: str) -> None:
    """What is no N-Triples, or has blank nodes, makes no update."""
    with pytest.raises(BadInput):
        insert_data("http://example.org/g", text)


def test_the_graph_of_an_update_is_checked() -> None:
    """The name of the graph is an IRI, or there is no update."""
    with pytest.raises(BadInput, match="not an IRI"):
        insert_data("http://example.org/g> { } } ; DROP ALL #", "")


# ------------------------------------------------------------------ the traps of DESIGN, section 9


def test_trap_a_line_break_and_an_ending_quote_break_out_of_n3() -> None:
    """As `n3()` spells this string it is no string; as we do, it is."""
    value = 'a\n\\"'
    for rows in (_embedded, _rdflib):
        with pytest.raises(Exception, match=r"(?i)expected"):
            rows(f"SELECT ({rdflib.Literal(value).n3()} AS ?v) WHERE {{ }}")
        assert rows(bind(ONE, {"value": ox.Literal(value)})) == [[ox.Literal(value)]]


def test_trap_rdflib_expands_u_escapes_behind_an_escaped_backslash() -> None:
    """Backslash, u, 0022 is six characters; by `n3()` rdflib makes one of them; by us, six."""
    value = "\\u0022"
    n3 = rdflib.Literal(value).n3()
    assert _rdflib(f"SELECT ({n3} AS ?v) WHERE {{ }}") == [[ox.Literal('"')]]
    assert _rdflib(bind(ONE, {"value": ox.Literal(value)})) == [[ox.Literal(value)]]


def test_trap_rdflib_takes_eight_digits_behind_a_small_u() -> None:
    """SPARQL takes four, so that a control character would swallow the digits that follow it."""
    text = "\x1ff5a0"
    assert _embedded('SELECT ("\\u001Ff5a0" AS ?v) WHERE { }') == [[ox.Literal(text)]]
    with pytest.raises(ValueError, match="code point"):
        _rdflib('SELECT ("\\u001Ff5a0" AS ?v) WHERE { }')
    assert _rdflib(bind(ONE, {"value": ox.Literal(text)})) == [[ox.Literal(text)]]


def test_trap_the_datatype_of_an_rdflib_literal_is_never_checked() -> None:
    """Its IRI may hold anything, and `n3()` writes it; a term of ours cannot even be made."""
    hostile = "http://example.org/> AS ?v) { } #"
    n3 = rdflib.Literal("1", datatype=rdflib.URIRef(hostile)).n3()
    (row,) = _embedded(f"SELECT ({n3} AS ?wanted) {{ VALUES ?x {{ }} }}")
    assert row == [ox.Literal("1", datatype=ox.NamedNode("http://example.org/"))]
    with pytest.raises(ValueError, match="IRI"):
        ox.NamedNode(hostile)


def test_trap_a_misspelt_binding_matches_everything() -> None:
    """In rdflib a misspelt name gives all rows; we say which it is."""
    graph = rdflib.Graph().parse(data="<urn:a> <urn:p> 1 . <urn:b> <urn:p> 2 .", format="turtle")
    query = "SELECT ?o WHERE { $subject ?p ?o }"
    assert len(graph.query(query, initBindings={"subject": rdflib.URIRef("urn:a")})) == 1
    assert len(graph.query(query, initBindings={"subjekt": rdflib.URIRef("urn:a")})) == 2
    with pytest.raises(BadInput, match="'subject'"):
        bind(query, {"subjekt": ox.NamedNode("urn:a")})


def test_trap_substitutions_fail_for_what_is_not_projected() -> None:
    """In pyoxigraph they are for variables of the SELECT clause; our tokens stand anywhere."""
    store = ox.Store()
    node = ox.NamedNode("urn:a")
    store.add(ox.Quad(node, ox.NamedNode("urn:p"), ox.Literal(1)))
    query = "SELECT ?o WHERE { $subject ?p ?o }"
    with pytest.raises(RuntimeError, match="projection"):
        store.query(query, substitutions={ox.Variable("subject"): node})
    assert [row[0] for row in store.query(bind(query, {"subject": node}))] == [ox.Literal(1)]


def test_trap_a_raw_uriref_is_never_an_iri() -> None:
    """An URIRef may hold anything, and as text it leaves its brackets; ours is refused."""
    hostile = "http://example.org/> AS ?v) { } #"
    node = rdflib.URIRef(hostile)
    (row,) = _embedded(f"SELECT (<{node}> AS ?wanted) {{ VALUES ?x {{ }} }}")
    assert row == [ox.NamedNode("http://example.org/")]
    with pytest.raises(BadInput, match="is no iri"):
        to_term(node, "iri")


DROP = ") } } ; DROP ALL ; INSERT { } WHERE { #"


@pytest.mark.parametrize(
    "values",
    [
        [rdflib.Literal('\\"'), rdflib.Literal(DROP)],
        [rdflib.Literal(1), rdflib.Literal("1", datatype=rdflib.URIRef(f"urn:x> {DROP}"))],
    ],
    ids=["two strings", "a datatype"],
)  # fmt: skip
def test_trap_an_update_store_runs_what_is_bound(
    values: list[rdflib.Literal], tmp_path: Path
) -> None:
    """By SPARQLUpdateStore two values empty a real server; bound by us they are two values."""
    with servers.oxigraph_server(tmp_path) as server:
        count = "SELECT (COUNT(*) AS ?n) WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        servers.update(server, "INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }")
        assert _remote(server)(count) == [[ox.Literal(1)]]

        update = "INSERT { <urn:s> <urn:a> $a ; <urn:b> $b } WHERE { }"
        store = SPARQLUpdateStore(server.query_url, server.update_url)
        store.update(update, initBindings=dict(zip("ab", values, strict=True)))
        assert _remote(server)(count) == [[ox.Literal(0)]]

        ours = {name: ox.Literal(str(value)) for name, value in zip("ab", values, strict=True)}
        servers.update(server, bind(update, ours))
        assert _remote(server)(count) == [[ox.Literal(2)]]
