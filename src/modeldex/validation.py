"""Whether data hold to the fact model: SHACL, and the rules that RDF cannot see.

Files are read, completed by what the build computes, and held against the shapes in
`ontology/shapes`: by queries that find what breaks them, or by pyshacl, should there be a
constraint that no query covers. Each result names the rule, the focus node, and file and line
where they can be known.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF, SH

from modeldex import packaged
from modeldex import terms as t
from modeldex.build import dataset, read_all
from modeldex.errors import BadInput, StoreError
from modeldex.integrity import TYPE, Finding, computed_by_hand, described_twice
from modeldex.rdflib_store import rdflib_term
from modeldex.reading import Document, read
from modeldex.shacl.by_pyshacl import PreparedGraph, pyshacl_report
from modeldex.shacl.running import broken, report, unlooked_at
from modeldex.shacl.shape_terms import Uncovered
from modeldex.shape_lint import NO_SHAPE, lint
from modeldex.store import Store
from modeldex.validation_results import Places, Result, focus_text, result_of

GRAPHS = (t.CLAIMS, t.EVIDENCE, t.ENTITIES, t.ONTOLOGY)
"""The graphs that are validated: the verified one holds plain facts, derived from the claims."""


class Report(NamedTuple):
    """All findings on some files. It conforms if there is no violation; warnings are none."""

    results: tuple[Result, ...]
    files: int
    claims: int
    graph: rdflib.Graph

    @property
    def conforms(self) -> bool:
        """Whether no result is a violation."""
        return all(result.severity != "violation" for result in self.results)


def validate(paths: Sequence[str | Path] = (), *, context: str = "auto") -> Report:
    """Validate files and folders, or without any the packaged data.

    With `context="packaged"` the files are additions to the packaged data, or newer versions of
    its files where their paths end alike (`models/gpt-4o.ttl`). With `context="none"` they stand
    alone. `auto` takes them for additions unless they describe the dataset itself. Raises
    BadInput for files that cannot be read.

    >>> validate().conforms
    True
    """
    documents = read_all(paths or [packaged.folder("data")])
    own = [quad for document in documents for quad in document.quads]
    described = {_iri(quad.subject) for quad in own}
    if context == "auto":
        context = "none" if t.DATASET in described else "packaged"
    statements = list(documents)
    if context == "packaged" and paths:
        statements += _packaged_besides(documents)
    claims = sum(q.predicate == TYPE and _iri(q.object) == t.MDX + "Claim" for q in own)
    ontology = vocabulary()
    quads = dataset(statements, [ontology])
    data = ox.Store()
    data.bulk_extend(_triples(q for q in quads if q.graph_name != ox.NamedNode(t.VERIFIED)))
    graph = shacl_report(data)
    findings = [*described_twice(statements), *computed_by_hand(own, ontology.quads)]
    findings += (each for each in _not_looked_at(data) if each.focus in described)
    _add(graph, findings)
    places = Places(statements)
    results = []
    given = {document.path for document in documents}
    for node in list(graph.objects(None, SH.result)):
        result = result_of(graph, node, places)
        if result.severity == "warning" and paths and result.file not in given:
            graph.remove((None, SH.result, node))  # it was there before: no fault of the addition
            graph.remove((node, None, None))
        else:
            results.append(result)
    results += [_empty(document) for document in documents if not document.quads]
    return Report(tuple(sorted(results, key=_order)), len(documents), claims, graph)


def _packaged_besides(documents: list[Document]) -> list[Document]:
    """The files of the packaged data, but for those of which newer versions are given."""
    folder = Path(packaged.folder("data"))
    given = [Path(document.path).resolve().as_posix() for document in documents]
    return [
        document
        for document in read_all([folder])
        if not any(path.endswith(_tail(document, folder)) for path in given)
    ]


def _tail(document: Document, folder: Path) -> str:
    return f"/data/{Path(document.path).relative_to(folder).as_posix()}"


def _empty(document: Document) -> Result:
    message = "The file holds no statement: nothing was validated."
    return Result(
        "warning", "file-holds-statements", document.path, message, None, document.path, 1
    )


def _order(result: Result) -> tuple[bool, str, int, str, str, str]:
    place = result.file or "", result.line or 0
    return result.severity != "violation", *place, result.rule, result.focus, result.value or ""


@lru_cache(maxsize=1)
def vocabulary() -> Document:
    """The ontology, read once."""
    return read(Path(packaged.folder("ontology"), "modeldex.ttl"))


@lru_cache(maxsize=1)
def shapes() -> rdflib.Graph:
    """The shapes, as one rdflib graph. Raises BadInput for shapes that would check nothing."""
    documents = read_all([Path(packaged.folder("ontology"), "shapes")])
    graph = to_rdflib(quad for document in documents for quad in document.quads)
    if faults := lint(graph, to_rdflib(vocabulary().quads)):
        raise BadInput(f"the shapes have faults: {faults[0]} ({len(faults)} in all)")
    return graph


def to_rdflib(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """The union of the statements as an rdflib graph."""
    graph = PreparedGraph()
    for quad in quads:
        graph.add(
            (rdflib_term(quad.subject), rdflib_term(quad.predicate), rdflib_term(quad.object))
        )
    return graph


def validate_store(folder: str | Path) -> Report:
    """Validate the dataset in a folder, such as a store of catalogues, as it stands."""
    store = _whole(folder)
    data = ox.Store()
    for name in GRAPHS:
        data.bulk_extend(_triples(store.quads(graph=ox.NamedNode(name))))
    graph = shacl_report(data)
    _add(graph, (each for each in _not_looked_at(data)
                 if each.focus.startswith(t.ID)
                 and not each.focus.startswith(t.PREFIXES["verdict"])))  # fmt: skip
    places = Places([])
    results = [result_of(graph, node, places) for node in graph.objects(None, SH.result)]
    claims = sum(1 for _ in data.quads_for_pattern(None, TYPE, ox.NamedNode(t.MDX + "Claim")))
    return Report(tuple(sorted(results, key=_order)), 0, claims, graph)


def _whole(folder: str | Path) -> Store:
    """The store in a folder. Raises StoreError where any file of it is not as it was written."""
    store = Store.open(folder)
    manifest = store.manifest
    if manifest is not None and manifest.of_catalogues and (damage := manifest.damage(every=True)):
        raise StoreError(f"{damage}; {manifest.remedy}")
    return store


def shacl_report(data: ox.Store) -> rdflib.Graph:
    """The SHACL report on the default graph of a store."""
    try:
        return report(broken(data, shapes()), shapes())
    except Uncovered as error:
        print(f"modeldex: {error}: no query covers it; pyshacl validates all, slower",
              file=sys.stderr)  # fmt: skip
        return pyshacl_report(to_rdflib(data), shapes())


def _not_looked_at(data: ox.Store) -> Iterator[Finding]:
    """The subjects that no shape looks at."""
    for node in unlooked_at(data, shapes()):
        yield Finding("looked-at-by-a-shape", focus_text(node), NO_SHAPE)


def _triples(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    return (ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)


def _add(graph: rdflib.Graph, findings: Iterable[Finding]) -> None:
    """Report findings as SHACL results, so that the report in RDF is whole."""
    report = next(graph.subjects(RDF.type, SH.ValidationReport))
    for finding in findings:
        node = rdflib.BNode()
        rule = rdflib.URIRef(t.SHAPES + finding.rule)
        blank = finding.focus.startswith("_:")
        focus = rdflib.BNode(finding.focus[2:]) if blank else rdflib.URIRef(finding.focus)
        graph.add((report, SH.result, node))
        graph.set((report, SH.conforms, rdflib.Literal(False)))
        for predicate, value in (
            (RDF.type, SH.ValidationResult),
            (SH.focusNode, focus),
            (SH.resultSeverity, SH.Violation),
            (SH.sourceShape, rule),
            (SH.sourceConstraintComponent, rule),
            (SH.resultMessage, rdflib.Literal(finding.message)),
        ):
            graph.add((node, predicate, value))


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
