"""Rules that SHACL cannot hold: about how data are written, and about the validation itself.

RDF merges what is described twice, and once the build has added what it computes, nothing tells
it from what was typed. So these are asked of the statements as they were read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.reading import Document

TYPE = ox.NamedNode(t.RDF + "type")
PARTS = ("subject", "predicate", "object")
CLAIM = ox.NamedNode(t.MDX + "Claim")


class Finding(NamedTuple):
    """A broken rule, the focus node, and what to say of it."""

    rule: str
    focus: str
    message: str


def described_twice(documents: Iterable[Document]) -> Iterator[Finding]:
    """Things that are described in two places, of one file or of several."""
    places: dict[str, list[str]] = {}
    for document in documents:
        described = {q.subject for q in document.quads if isinstance(q.subject, ox.NamedNode)}
        types = Counter((q.subject, q.object) for q in document.quads if q.predicate == TYPE)
        again = {subject for (subject, _), count in types.items() if count > 1}
        for subject in described:
            if subject.value.startswith(t.ID):
                times = 2 if subject in again else 1
                places.setdefault(subject.value, []).extend([document.path] * times)
    for iri, files in places.items():
        if len(files) > 1:
            message = f"Described twice, in {' and '.join(files)}: add to the one, or name it anew."
            yield Finding("described-once", iri, message)


def computed_by_hand(
    statements: Iterable[ox.Quad], ontology: Iterable[ox.Quad]
) -> Iterator[Finding]:
    """Statements with terms that only the build writes."""
    computed = {
        quad.subject
        for quad in ontology
        if quad.predicate.value == t.MDX + "computed" and str(quad.object).startswith('"true"')
    }
    statements = list(statements)
    claims = {q.subject for q in statements if q.predicate == TYPE and q.object == CLAIM}
    for quad in statements:
        term = quad.object if quad.predicate == TYPE else quad.predicate
        as_of_claim = quad.predicate.value == t.MDX + "asOf" and quad.subject in claims
        if (term in computed or as_of_claim) and isinstance(term, ox.NamedNode):
            message = f"{t.shorten(term.value)} is computed by the build: take it out."
            subject = quad.subject
            focus = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
            yield Finding("computed-terms-are-not-typed", focus, message)


def malformed_claims(
    statements: Iterable[ox.Quad], ontology: Iterable[ox.Quad]
) -> Iterator[Finding]:
    """Claims that are no one statement, or that state what is no fact property.

    The shapes say so too, and more; this is what a build must know to answer at all.
    """
    properties = {
        quad.subject
        for quad in ontology
        if quad.predicate == TYPE and quad.object == ox.NamedNode(t.MDX + "FactProperty")
    }
    parts: dict[tuple[object, str], list[object]] = {}
    claims = []
    for quad in statements:
        parts.setdefault((quad.subject, quad.predicate.value), []).append(quad.object)
        if quad.predicate == TYPE and quad.object == CLAIM:
            claims.append(quad.subject)
    for claim in claims:
        counts = [
            len(parts.get((claim, t.RDF + p), ())) for p in ("subject", "predicate", "object")
        ]
        stated = parts.get((claim, t.RDF + "predicate"), [None])[0]
        focus = claim.value if isinstance(claim, ox.NamedNode) else str(claim)
        if not isinstance(claim, ox.NamedNode) or counts[:2] != [1, 1] or counts[2] > 1:
            message = "A claim is an IRI with one subject, one predicate and at most one object."
            yield Finding("claim-is-one-statement", focus, message)
        elif stated not in properties:
            message = f"{stated} is no fact property: correct it, or add it to the ontology."
            yield Finding("claim-is-one-statement", focus, message)
