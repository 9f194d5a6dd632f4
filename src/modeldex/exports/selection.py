"""What an export holds: the whole dataset, or one thing with all that bears on it.

The whole is streamed from the canonical text of the dataset folder, or of a store of catalogues
sorted, so that memory does not grow with its size and the same dataset gives the same bytes.
"""

from __future__ import annotations

import io
import weakref
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import BinaryIO

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.dex import Modeldex
from modeldex.errors import BadInput, UnknownName
from modeldex.exports.text import sha256_of, sorted_text, statements, statements_of
from modeldex.facts import Claim, Thing
from modeldex.store import Store
from modeldex.writing import canonical_nquads

GRAPHS = (t.CLAIMS, t.EVIDENCE, t.ENTITIES, t.ONTOLOGY, t.QUERIES, t.VERIFIED)
EVIDENCE_OF = tuple(ox.NamedNode(t.MDX + p) for p in ("supportedBy", "disputedBy", "soughtIn"))
SOURCE_OF = tuple(ox.NamedNode(t.MDX + p) for p in ("source", "cites", "searched"))
BELONGS, BASIS, VERDICT_ON = (
    ox.NamedNode(t.MDX + name) for name in ("belongsTo", "basis", "verdictOn")
)
SUBJECT = ox.NamedNode(t.RDF + "subject")
Nodes = set[ox.NamedNode]
TICK = 10_000


class Selection:
    """Statements in the order of canonical N-Quads, and the claims among them.

    >>> import modeldex
    >>> selection = Selection(modeldex.open(), "gpt-4o-mini")
    >>> len(list(selection.quads())) > 20, selection.about
    (True, 'https://w3id.org/modeldex/id/model/gpt-4o-mini')
    """

    def __init__(
        self, dex: Modeldex, about: str | None = None,
        progress: Callable[[int], None] = lambda done: None,
    ) -> None:  # fmt: skip
        """`about` is a name or an IRI. Raises UnknownName where the dataset says nothing of it."""
        self.dex = dex
        self.progress = progress
        store = dex.store
        if not isinstance(store, Store):
            raise BadInput(
                "only a dataset folder, or a dataset in memory, can be exported",
                remedy="ask the endpoint for its own export, or load its data with modeldex.open",
            )
        self.store = store
        self._kept: list[ox.Quad] | None = None
        self._text: BinaryIO | None = None
        self.about: str | None = None
        self.thing: Thing | None = None
        if about is not None:
            self.thing = self._thing(about)
            self.about = self.thing.iri if self.thing else t.expand(about)
            self._kept = self._statements_about(self.about)

    @property
    def total(self) -> int | None:
        """How many statements there are, where that is known beforehand."""
        if self._kept is not None:
            return len(self._kept)
        manifest = self.store.manifest
        return int(manifest.values["quads"]) if manifest else None

    @property
    def sha256(self) -> str | None:
        """The hash of the canonical text of a dataset folder."""
        if self.store.manifest is None:
            return None
        if self.store.manifest.of_catalogues:
            return sha256_of(self._whole_text())
        return self.store.manifest.values["sha256"]

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes to declare: of one thing those that it uses, of the whole all."""
        if self._kept is None:
            return t.PREFIXES
        text = "".join(map(str, self._kept))
        return {prefix: iri for prefix, iri in t.PREFIXES.items() if f"<{iri}" in text}

    @property
    def graphs(self) -> list[str]:
        """The graphs of the dataset, ours first. Raises BadInput for statements in none."""
        for quad in self.store.quads(graph=ox.DefaultGraph()):
            raise BadInput(
                f"a statement in no graph: {quad.triple}"[:120],
                remedy="export as nquads, or give it a graph",
            )
        with self.store.reading():
            names = {_iri(name) for name in self.store.engine.named_graphs()}
        return [*(name for name in GRAPHS if name in names), *sorted(names - set(GRAPHS))]

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """The statements, of one graph where one is named; may be called again."""
        for number, quad in enumerate(self._read(graph)):
            if number % TICK == 0:
                self.progress(number)
            yield quad

    def triples(self) -> Iterator[ox.Triple]:
        """The union of the graphs, each triple once."""
        for _, same in groupby(self.quads(), key=lambda quad: quad.triple):
            yield next(same).triple

    def subjects(self, graph: str | None = None) -> Iterator[tuple[str, list[ox.Quad]]]:
        """Each subject, by graph, with its statements there."""
        by_subject = groupby(self.quads(graph), key=lambda quad: quad.subject)
        for subject, quads in by_subject:
            yield _iri(subject), list(quads)

    def claims(self) -> Iterator[Claim]:
        """The claims among the statements with their evidence, by subject."""
        if self.about is None:
            for number, claim in enumerate(self.dex.claims()):
                if number % TICK == 0:
                    self.progress(number)
                yield claim
            return
        held = self.subject_of_claims()
        for claim in self.dex.claims(sorted(set(held.values()))):
            if claim.iri in held:
                yield claim

    def subject_of_claims(self) -> dict[str, str]:
        """The subject of each claim among the statements, by the claim's IRI."""
        return {
            _iri(quad.subject): _iri(quad.object)
            for quad in self.quads(t.CLAIMS) if quad.predicate == SUBJECT
        }  # fmt: skip

    def models(self) -> list[Thing]:
        """All models; of one thing itself, if it is one."""
        if self.about is None:
            return self.dex.models()
        return [self.thing] if self.thing and self.thing.kind == "Model" else []

    def described(self, iri: str, graph: str | None = None) -> list[ox.Quad]:
        """All statements about an IRI, in order."""
        node = None if graph is None else ox.NamedNode(graph)
        found = self.store.quads(ox.NamedNode(iri), graph=node)
        return sorted(found, key=str)

    def _read(self, graph: str | None) -> Iterator[ox.Quad]:
        if self._kept is not None:
            yield from (q for q in self._kept if graph in (None, _iri(q.graph_name)))
        elif self.store.manifest and not self.store.manifest.of_catalogues:
            yield from statements_of(self.store.manifest, graph)
        else:
            yield from statements(self._whole_text(), graph)

    def _whole_text(self) -> BinaryIO:
        """The text of a store that has none."""
        if self._text is None:
            if self.store.manifest is None:
                self._text = io.BytesIO(canonical_nquads(self.store.engine))
            else:
                self._text = sorted_text(self.store)
            weakref.finalize(self, self._text.close)
        return self._text

    def _thing(self, about: str) -> Thing | None:
        """The thing of that name; None for what has statements, but no name: a claim, a term."""
        iri = t.expand(about)
        try:
            said = self.described(iri)
        except ValueError:  # no IRI
            said = []
        if said and iri.startswith(_APART):
            return None
        try:
            return self.dex.thing(about)
        except UnknownName:
            if said:
                return None
            raise

    def _statements_about(self, iri: str) -> list[ox.Quad]:
        node = ox.NamedNode(iri)
        subjects = {node}
        if self.thing:
            subjects |= self._naming(node, BELONGS, t.ENTITIES)
            for subject in list(subjects):
                subjects |= {
                    claim for claim in self._naming(subject, SUBJECT, t.CLAIMS)
                    if self._named_by(claim, BASIS)  # a claim withdrawn has none
                }  # fmt: skip
        elif iri.startswith(t.PREFIXES["source"]):
            subjects |= self._naming(node, SOURCE_OF[0], t.EVIDENCE)
        for subject in list(subjects):
            evidence = self._named_by(subject, *EVIDENCE_OF)
            subjects |= evidence | self._naming(subject, VERDICT_ON, t.CLAIMS)
            for each in (subject, *evidence):
                subjects |= self._named_by(each, *SOURCE_OF)
        return sorted((q for each in subjects for q in self.described(each.value)), key=str)

    def _naming(self, node: ox.NamedNode, predicate: ox.NamedNode, graph: str) -> Nodes:
        """What names a node so."""
        found = self.store.quads(None, predicate, node, ox.NamedNode(graph))
        return {quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)}

    def _named_by(self, node: ox.NamedNode, *predicates: ox.NamedNode) -> Nodes:
        """What a node names so."""
        return {
            quad.object for predicate in predicates
            for quad in self.store.quads(node, predicate)
            if isinstance(quad.object, ox.NamedNode)
        }  # fmt: skip


_APART = (
    *(t.PREFIXES[kind] for kind in t.KINDS[t.KINDS.index("publisher") :]), t.MDX, t.DATASET,
)  # fmt: skip
"""IRIs that no name leads to."""


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
