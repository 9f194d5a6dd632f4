"""What the dataset says about an IRI, read from the store statement by statement."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.dex import Modeldex
from modeldex.errors import BadInput
from modeldex.store import Store

TYPE = t.RDF + "type"
LABEL = t.RDFS + "label"
COMMENT = t.RDFS + "comment"


class Statements:
    """The statements of a dataset that is here; IRIs in and out are plain text.

    >>> import modeldex
    >>> said = Statements(modeldex.open())
    >>> said.texts("https://w3id.org/modeldex/id/provider/openai", LABEL)
    ['OpenAI']
    """

    def __init__(self, dex: Modeldex) -> None:
        """Raises BadInput for a dataset that is elsewhere."""
        if not isinstance(dex.store, Store):
            raise BadInput(
                "only a dataset folder, or a dataset in memory, can be shown as pages",
                remedy="build the dataset here, or name its folder with --store",
            )
        self._store = dex.store

    def about(self, iri: str) -> list[tuple[str, ox.NamedNode | ox.Literal]]:
        """All statements about an IRI, as property and value, in order; none for no such IRI."""
        found = {
            (quad.predicate.value, quad.object)
            for quad in self._store.quads(ox.NamedNode(iri))
            if isinstance(quad.object, ox.NamedNode | ox.Literal)
        }
        return sorted(found, key=lambda each: (each[0] != TYPE, each[0], str(each[1])))

    def values(self, iri: str) -> dict[str, list[str]]:
        """The values of each property of a thing, as `texts` gives those of one."""
        found: dict[str, list[str]] = {}
        for predicate, value in self.about(iri):
            found.setdefault(predicate, []).append(value.value)
        return found

    def exists(self, iri: str) -> bool:
        """Whether anything is said about it."""
        return next(self._of(iri, None), None) is not None

    def texts(self, iri: str, predicate: str) -> list[str]:
        """The values of a property, in order: literals as text, things as IRIs."""
        return sorted({
            quad.object.value for quad in self._of(iri, predicate)
            if isinstance(quad.object, ox.NamedNode | ox.Literal)
        })  # fmt: skip

    def text(self, iri: str, predicate: str) -> str | None:
        """The first value of a property."""
        return next(iter(self.texts(iri, predicate)), None)

    def label(self, iri: str) -> str:
        """The label of a thing, else its short IRI."""
        return self.text(iri, LABEL) or t.shorten(iri)

    def naming(self, predicate: str, iri: str) -> Iterator[str]:
        """The things that have this IRI as the value of a property, in no order."""
        pattern = self._store.quads(None, ox.NamedNode(predicate), ox.NamedNode(iri))
        return (quad.subject.value for quad in pattern if isinstance(quad.subject, ox.NamedNode))

    def of_class(self, name: str) -> list[str]:
        """The things of a class, by its name in the vocabulary or its IRI, in order."""
        return sorted(set(self.naming(TYPE, name if ":" in name else t.MDX + name)))

    def pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Every subject and value of a property, as text, in no order."""
        for quad in self._store.quads(None, ox.NamedNode(predicate)):
            if isinstance(quad.object, ox.NamedNode | ox.Literal):
                yield _plain(quad.subject), quad.object.value

    def _of(self, iri: str, predicate: str | None) -> Iterator[ox.Quad]:
        wanted = ox.NamedNode(predicate) if predicate else None
        return self._store.quads(ox.NamedNode(iri), wanted)


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Triple) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
