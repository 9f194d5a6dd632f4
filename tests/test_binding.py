"""No value can change a query: what is bound comes back as it was, on each engine."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from modeldex.binding import bind, write_term
from modeldex.errors import BadInput

# Plain random text misses the known ways out, so draw from what they are made of.
HOSTILE = st.text(
    st.sampled_from(list("\"'\\\n\r\t\b\fuU0041{}<>#@^$?. ;DROPALL")) | st.characters(),
    max_size=60,
)
QUERY = "SELECT ($value AS ?v) WHERE { }"


@settings(max_examples=1500, deadline=None)
@given(HOSTILE)
@example('\\" . } ; DROP ALL #')
@example("\\u0022")
@example('a\n\\"')
@example("\\\\U00000022")
def test_oxigraph_gives_back_the_string_that_was_bound(value: str) -> None:
    literal = _literal(value)
    if literal is None:
        return
    rows = list(ox.Store().query(bind(QUERY, {"value": literal})))
    assert [row[0] for row in rows] == [literal]


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
@example('\\" . } ; DROP ALL #')
@example("\\u0022")
@example('a\n\\"')
@example("\\\\U00000022")
def test_rdflib_gives_back_the_string_that_was_bound(value: str) -> None:
    literal = _literal(value)
    if literal is None:
        return
    rows = list(rdflib.Graph().query(bind(QUERY, {"value": literal})))
    assert [str(row[0]) for row in rows] == [value]


@settings(max_examples=500, deadline=None)
@given(HOSTILE)
def test_an_iri_is_refused_or_comes_back(value: str) -> None:
    try:
        node = ox.NamedNode(f"http://example.org/{value}")
    except ValueError:
        return
    try:
        text = write_term(node)
    except BadInput:
        return
    rows = list(ox.Store().query(f"SELECT ({text} AS ?v) WHERE {{ }}"))
    assert [row[0] for row in rows] == [node]


def test_datatype_and_language_are_kept() -> None:
    terms = [
        ox.Literal("3.1", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
        ox.Literal("drei", language="de"),
    ]
    query = bind("SELECT ?v WHERE { VALUES ?v { $terms } }", {"terms": terms})
    assert [row[0] for row in ox.Store().query(query)] == terms


@pytest.mark.parametrize(
    ("values", "named"),
    [({}, "value"), ({"value": ox.Literal("x"), "other": ox.Literal("y")}, "other")],
)
def test_a_missing_or_unknown_parameter_is_an_error(
    values: dict[str, ox.Literal], named: str
) -> None:
    with pytest.raises(BadInput, match=named):
        bind(QUERY, values)


def _literal(value: str) -> ox.Literal | None:
    """The literal, or None for what is not Unicode text (lone surrogates)."""
    try:
        return ox.Literal(value)
    except (UnicodeEncodeError, ValueError):
        return None
