"""What an export holds: the whole dataset, or one thing with all that bears on it.

The whole is streamed from the canonical text of the dataset folder, so that memory does not grow
with its size and the same dataset gives the same bytes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import BinaryIO

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.dex import Modeldex
from modeldex.engine import Triples
from modeldex.errors import BadInput, StoreError, UnknownName
from modeldex.facts import Claim, Thing
from modeldex.manifest import REMEDY, TEXT, Manifest
from modeldex.store import Store
from modeldex.writing import canonical_nquads

GRAPHS = (t.CLAIMS, t.EVIDENCE, t.ENTITIES, t.ONTOLOGY, t.QUERIES, t.VERIFIED)
EVIDENCE_OF = tuple(ox.NamedNode(t.MDX + p) for p in ("supportedBy", "disputedBy", "soughtIn"))
SOURCE_OF = tuple(ox.NamedNode(t.MDX + p) for p in ("source", "cites"))
TICK = 1000


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
    def prefixes(self) -> dict[str, str]:
        """The prefixes to declare: of one thing those that it uses, of the whole all."""
        if self._kept is None:
            return t.PREFIXES
        text = "".join(map(str, self._kept))
        return {prefix: iri for prefix, iri in t.PREFIXES.items() if f"<{iri}" in text}

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """The statements, of one graph where one is named; may be called again."""
        for number, quad in enumerate(self._read()):
            if number % TICK == 0:
                self.progress(number)
            if graph is None or graph == _iri(quad.graph_name):
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
        """The claims with their evidence, by subject; of a thing those on its sheet."""
        if self.about is None:
            yield from self.dex.claims()
        elif self.thing:
            belonging = {related.thing.iri for related in self.dex.related(self.thing)}
            for claim in self.dex.facts(self.thing):
                if claim.subject.iri in belonging:
                    yield claim

    def models(self) -> list[Thing]:
        """The models that are no version of another; of a thing itself, if it is a model."""
        if self.thing:
            return [self.thing] if self.thing.kind == "Model" else []
        return self.dex.models()

    def described(self, iri: str, graph: str | None = None) -> list[ox.Quad]:
        """All statements about an IRI, in order."""
        node = None if graph is None else ox.NamedNode(graph)
        found = self.store.engine.quads_for_pattern(ox.NamedNode(iri), None, None, node)
        return sorted(found, key=str)

    def _read(self) -> Iterator[ox.Quad]:
        if self._kept is not None:
            yield from self._kept
        elif self.store.manifest is None:
            yield from ox.parse(canonical_nquads(self.store.engine), format=ox.RdfFormat.N_QUADS)
        else:
            yield from _text_of(self.store.manifest)

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
        subjects = {iri}
        if self.thing:
            answer = self.dex.ask("thing-with-its-claims", thing=iri)
            assert isinstance(answer, Triples)
            subjects |= {_iri(triple.subject) for triple in answer.triples}
        for subject in sorted(subjects):
            subjects |= self._resting(subject)
        quads = [quad for subject in subjects if not subject.startswith("_:")
                 for quad in self.described(subject)]  # fmt: skip
        return sorted(quads, key=str)

    def _resting(self, iri: str) -> set[str]:
        """The evidence of a claim, the sources of evidence, the evidence from a source."""
        engine, node = self.store.engine, ox.NamedNode(iri)
        evidence = [
            quad.object for p in EVIDENCE_OF for quad in engine.quads_for_pattern(node, p, None)
        ]
        sources = [
            quad.object for subject in [node, *evidence] for p in SOURCE_OF
            for quad in engine.quads_for_pattern(subject, p, None)  # type: ignore[arg-type]
        ]  # fmt: skip
        read = []
        if iri.startswith(t.PREFIXES["source"]) and iri == self.about:
            read = [q.subject for q in engine.quads_for_pattern(None, SOURCE_OF[0], node)]
        return {_iri(term) for term in (*evidence, *sources, *read)}


def _text_of(manifest: Manifest) -> Iterator[ox.Quad]:
    """The statements of a dataset folder. Raises StoreError if its text is not what was built."""
    path = os.path.join(manifest.folder, TEXT)
    try:
        with open(path, "rb") as file:
            checked = _Checked(file)
            yield from ox.parse(checked, format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]
            whole = checked.sha256.hexdigest() == manifest.values["sha256"]
    except (OSError, SyntaxError):
        whole = False
    if not whole:
        raise StoreError(
            f"{path} is damaged, or the dataset was built anew during the export; run it again, "
            f"or {REMEDY}"
        )


class _Checked:
    """A file whose bytes are summed as they are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.sha256.update(data)
        return data


_APART = (
    *(t.PREFIXES[kind] for kind in t.KINDS[t.KINDS.index("publisher") :]), t.MDX, t.DATASET,
)  # fmt: skip
"""IRIs that no name leads to."""


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
