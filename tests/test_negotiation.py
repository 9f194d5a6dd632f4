"""Content negotiation: quality values, precision, and headers that nobody should send."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modeldex.server.negotiation import (
    HTML,
    JSONLD,
    NTRIPLES,
    RDF,
    RDFXML,
    SOLUTIONS,
    TURTLE,
    Offer,
    choose,
    listed,
    prefers_html,
    ranges,
)

FORMS = (HTML, *RDF)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
CASES = [
    (None, "html"),
    ("", "html"),
    ("*/*", "html"),
    (BROWSER, "html"),
    ("text/turtle", "turtle"),
    ("TEXT/Turtle", "turtle"),
    ("text/turtle;q=0.5, application/ld+json", "jsonld"),
    ("text/turtle;q=0.5,application/ld+json;q=0.4", "turtle"),
    ("text/turtle ; q=0.5 , application/ld+json ; q=0.6", "jsonld"),
    ("text/*", "html"),
    ("text/*, text/html;q=0", "turtle"),
    ("text/*;q=0.3, text/html;q=0.7, */*;q=0.5", "html"),
    ("*/*, text/html;q=0, text/turtle;q=0", "jsonld"),
    ("application/*", "jsonld"),
    ("application/n-triples", "ntriples"),
    ("application/rdf+xml;q=0.9, */*;q=0.1", "rdfxml"),
    ("application/json", "jsonld"),
    ("application/xml", "rdfxml"),
    ("text/n3", "turtle"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#framed, or not"', "jsonld"),
    ('text/turtle;x="a;q=0", text/html;q=0.1', "turtle"),
    ("text/turtle;q=1.000, text/html;q=0.999", "turtle"),
    ("image/png", None),
    ("text/html;q=0", None),
    ("*/*;q=0", None),
    ("application/json;q=0.0", None),
    ("image/png, text/turtle;q=0.001", "turtle"),
    # What is malformed is passed over, and alone it asks for nothing in particular.
    ("nonsense", "html"),
    ("text/turtle;q=2, application/ld+json", "jsonld"),
    ("text/turtle;q=, application/n-triples", "ntriples"),
    ("*/turtle, application/n-triples", "ntriples"),
    (",,, text/turtle ,,", "turtle"),
    ("text/turtle;q=0.1234, application/n-triples;q=0.1", "ntriples"),
]


@pytest.mark.parametrize(("accept", "name"), CASES)
def test_the_client_gets_what_it_likes_best(accept: str | None, name: str | None) -> None:
    """By quality values; the more precise range decides; of equals the first on offer."""
    chosen = choose(accept, FORMS)
    assert (chosen and chosen.name) == name


def test_there_are_as_many_cases_as_were_written() -> None:
    """So that none is lost."""
    assert len(CASES) == 33


def test_another_name_of_a_type_is_answered_under_that_name() -> None:
    """A client that knows only application/json is not sent a type that it did not ask for."""
    chosen = choose("application/json", SOLUTIONS)
    assert chosen == ("json", "application/json")
    assert choose("*/*", SOLUTIONS) == ("json", "application/sparql-results+json")
    assert choose("application/*", (RDFXML,)) == ("rdfxml", "application/rdf+xml")


def test_a_browser_is_told_from_a_program() -> None:
    """By whether it names HTML and likes nothing better."""
    assert prefers_html(BROWSER)
    assert not prefers_html("*/*")
    assert not prefers_html("text/html;q=0.5, application/json")
    assert not prefers_html(None)


def test_the_list_of_a_406_names_each_type() -> None:
    """In the order in which they are offered."""
    assert listed((TURTLE, JSONLD, NTRIPLES)) == (
        "text/turtle, application/ld+json, application/n-triples"
    )


weights = st.integers(0, 1000).map(lambda n: f"{n / 1000:.3f}".rstrip("0").rstrip(".") or "0")


@given(st.dictionaries(st.sampled_from([offer.media_type for offer in FORMS]), weights, min_size=1))
def test_no_type_with_a_higher_weight_is_passed_over(wanted: dict[str, str]) -> None:
    """The choice has the highest weight of all on offer, and never weight 0."""
    header = ", ".join(f"{media_type};q={weight}" for media_type, weight in wanted.items())
    chosen = choose(header, FORMS)
    best = max(float(weight) for weight in wanted.values())
    if best == 0:
        assert chosen is None
    else:
        assert chosen is not None
        assert float(wanted[chosen.media_type]) == best


@given(st.text(max_size=300))
@example('"' * 10_000)
@example("a/b;q=" * 2_000)
@example("a/" + "b" * 20_000)
@example('a/b;c="\\')
@example(",;" * 10_000)
def test_no_header_breaks_it(header: str) -> None:
    """Whatever it says, the answer is one of the offers or none; and it comes at once."""
    chosen = choose(header, FORMS)
    assert chosen is None or chosen.name in {offer.name for offer in FORMS}
    assert all(0 <= each.weight <= 1 for each in ranges(header))


def test_what_is_not_offered_is_not_chosen() -> None:
    """Not even where a range would hold it."""
    assert choose("text/*", (Offer("json", "application/json"),)) is None
