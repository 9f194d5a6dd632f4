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

TYPE = ox.NamedNode(t.RDF + "type")
CLAIM = ox.NamedNode(t.MDX + "Claim")
ONCE = {CLAIM, ox.NamedNode(t.MDX + "Evidence")}


class Finding(NamedTuple):
    """A broken rule, the focus node, and what to say of it."""

    rule: str
    focus: str
    message: str


def described_twice(statements: Iterable[ox.Quad]) -> Iterator[Finding]:
    """Claims and evidence that are described in two places."""
    places = Counter(q.subject for q in statements if q.predicate == TYPE and q.object in ONCE)
    for subject, count in places.items():
        if count > 1 and isinstance(subject, ox.NamedNode):
            message = f"Described in {count} places: give each an IRI of its own, or join them."
            yield Finding("described-once", subject.value, message)


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
