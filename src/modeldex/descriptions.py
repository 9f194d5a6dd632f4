"""Statements as descriptions, and the claims among them, as they are weighed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.dates import is_date
from modeldex.officials import official_sources
from modeldex.status import Look, kind_of
from modeldex.weighing import Statement

Term: TypeAlias = ox.NamedNode | ox.Literal | ox.BlankNode
Descriptions: TypeAlias = dict[str, dict[str, list[Term]]]

TYPE = t.RDF + "type"
STANCES = {
    "supports": t.MDX + "supportedBy",
    "disputes": t.MDX + "disputedBy",
    "silent": t.MDX + "soughtIn",
}
SPEAKS_FOR = t.MDX + "speaksFor"
VALIDITY = (t.SCHEMA + "validFrom", t.SCHEMA + "validThrough", t.MDX + "endedBy")
DATE_TYPES = {t.XSD + "date", t.XSD + "gYearMonth", t.XSD + "gYear"}
YES = ox.Literal("true", datatype=ox.NamedNode(t.XSD + "boolean"))


def describe(statements: Iterable[ox.Quad]) -> Descriptions:
    """Each subject with the values of each of its predicates."""
    graph: Descriptions = {}
    for quad in statements:
        if not isinstance(quad.object, ox.Triple):
            described = graph.setdefault(key_of(quad.subject), {})
            described.setdefault(quad.predicate.value, []).append(quad.object)
    return graph


def claims_in(graph: Descriptions, vocabulary: Descriptions) -> Iterator[Statement]:
    """The claims among the descriptions, with what each piece of evidence does for them."""
    links = {s: {p: iris_in(v) for p, v in described.items()} for s, described in graph.items()}
    platforms = {s for s, d in links.items() if t.MDX + "Platform" in d.get(TYPE, ())}
    speaks_for = {s: set(d[SPEAKS_FOR]) for s, d in links.items() if SPEAKS_FOR in d}
    for iri in sorted(filter(is_named, links)):
        if t.MDX + "Claim" not in links[iri].get(TYPE, ()):
            continue
        subject, predicate = ((links[iri].get(t.RDF + part) or [""])[0]
                              for part in ("subject", "predicate"))  # fmt: skip
        values = graph[iri].get(t.RDF + "object")
        value = values[0] if values else None
        linked = value.value if isinstance(value, ox.NamedNode) else None
        official = official_sources(speaks_for, subject, predicate, linked, links, platforms)
        looks = [
            (evidence, Look(stance, kind_of(
                official=source in official,
                report=_is(graph, source, "marksVerified"),
                cites_official=not official.isdisjoint(links[evidence].get(t.MDX + "cites", ())),
                marked=_is(graph, evidence, "markedVerified"),
            ), as_of))
            for stance, relation in STANCES.items()
            for evidence in links[iri].get(relation, ())
            if (as_of := _valid_date(text_of(graph, evidence, t.MDX + "asOf")))
            for source in links[evidence].get(t.MDX + "source", [""])[:1]
        ]  # fmt: skip
        start, through, ended_by = (_valid_date(text_of(graph, iri, p)) for p in VALIDITY)
        yield Statement(
            iri, subject, predicate, None if value is None else _key_of(value),
            isinstance(value, ox.Literal) and value.datatype.value in DATE_TYPES,
            _is(vocabulary, predicate, "singleValued"), (start, through, ended_by), tuple(looks),
            YES in graph[iri].get(t.OWL + "deprecated", ()),
        )  # fmt: skip


def text_of(graph: Descriptions, subject: str, predicate: str) -> str | None:
    """The text of the first value."""
    values = graph.get(subject, {}).get(predicate)
    return values[0].value if values else None


def iris_in(values: Iterable[Term]) -> list[str]:
    """Those of the terms that are IRIs."""
    return [value.value for value in values if isinstance(value, ox.NamedNode)]


def is_named(key: str) -> bool:
    """Whether a key is an IRI, not a blank node."""
    return not key.startswith("_:")


def key_of(subject: object) -> str:
    """The key of a subject: its IRI, or the blank node as it is written."""
    return subject.value if isinstance(subject, ox.NamedNode) else str(subject)


def _valid_date(text: str | None) -> str | None:
    return text if text is not None and is_date(text) else None


def _is(graph: Descriptions, subject: str, flag: str) -> bool:
    return YES in graph.get(subject, {}).get(t.MDX + flag, ())


def _key_of(value: Term) -> str:
    """A spelling that tells values apart; dates bare, so that they compare as dates."""
    if isinstance(value, ox.Literal) and value.datatype.value in DATE_TYPES:
        return value.value
    return str(value)
