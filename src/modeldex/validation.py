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
from modeldex.errors import BadInput
from modeldex.integrity import TYPE, Finding, computed_by_hand, described_twice
from modeldex.rdflib_store import rdflib_term
from modeldex.reading import Document, read
from modeldex.shacl.by_pyshacl import PreparedGraph, pyshacl_report
from modeldex.shacl.running import broken, report, unlooked_at
from modeldex.shacl.shape_terms import Uncovered
from modeldex.shape_lint import NO_SHAPE, lint
from modeldex.store import Store

SEVERITIES: dict[object, str] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
GRAPHS = (t.CLAIMS, t.EVIDENCE, t.ENTITIES, t.ONTOLOGY)
"""The graphs that are validated: the verified one holds plain facts, derived from the claims."""


class Result(NamedTuple):
    """One finding: `rule` is the local name of the shape, `focus` the IRI of the focus node."""

    severity: str
    rule: str
    focus: str
    message: str
    value: str | None
    file: str | None
    line: int | None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        value = f" (found {self.value})" if self.value else ""
        return f"{place + ': ' if place else ''}{self.severity} {self.rule} on " \
               f"{t.shorten(self.focus)}: {self.message}{value}"  # fmt: skip


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
    findings += [
        Finding("looked-at-by-a-shape", subject, NO_SHAPE)
        for node in unlooked_at(data, shapes())
        if (subject := _focus(node)) in described
    ]
    _add(graph, findings)
    places = _Places(statements)
    results = []
    given = {document.path for document in documents}
    for node in list(graph.objects(None, SH.result)):
        result = _result(graph, node, places)
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
    engine = Store.open(folder).engine
    data = ox.Store()
    for name in GRAPHS:
        data.bulk_extend(_triples(engine.quads_for_pattern(None, None, None, ox.NamedNode(name))))
    graph = shacl_report(data)
    _add(
        graph,
        (
            Finding("looked-at-by-a-shape", subject, NO_SHAPE)
            for node in unlooked_at(data, shapes())
            if (subject := _focus(node)).startswith(t.ID)
            and not subject.startswith(t.PREFIXES["verdict"])
        ),
    )
    places = _Places([])
    results = [_result(graph, node, places) for node in graph.objects(None, SH.result)]
    claims = sum(1 for _ in data.quads_for_pattern(None, TYPE, ox.NamedNode(t.MDX + "Claim")))
    return Report(tuple(sorted(results, key=_order)), 0, claims, graph)


def shacl_report(data: ox.Store) -> rdflib.Graph:
    """The SHACL report on the default graph of a store."""
    try:
        return report(broken(data, shapes()), shapes())
    except Uncovered as error:
        print(f"modeldex: {error}: no query covers it; pyshacl validates all, slower",
              file=sys.stderr)  # fmt: skip
        return pyshacl_report(to_rdflib(data), shapes())


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


class _Places:
    """Where the things of the files are described, or what is claimed about them."""

    def __init__(self, documents: list[Document]) -> None:
        self._described: dict[str, Document] = {}
        self._claimed: dict[str, tuple[Document, str]] = {}
        for document in documents:
            for quad in document.quads:
                subject = _iri(quad.subject)
                self._described.setdefault(subject, document)
                if quad.predicate.value == t.RDF + "subject":
                    self._claimed.setdefault(_iri(quad.object), (document, subject))

    def of(self, *nodes: str | None) -> tuple[str | None, int | None]:
        """File and line of the first of the nodes that the files describe or make claims about."""
        for node in nodes:
            if node is not None and node in self._described:
                document = self._described[node]
                return document.path, document.line_of(node)
        for node in nodes:
            if node is not None and node in self._claimed:
                document, claim = self._claimed[node]
                return document.path, document.line_of(claim)
        return None, None


def _result(graph: rdflib.Graph, node: rdflib.term.Node, places: _Places) -> Result:
    focus_node = graph.value(node, SH.focusNode)
    value = graph.value(node, SH.value)
    claim = str(value) if str(value).startswith(f"{t.ID}claim/") else None
    focus = _focus(focus_node)
    file, line = places.of(claim, focus, str(value) if isinstance(value, rdflib.URIRef) else None)
    message = graph.value(node, SH.resultMessage)
    severity = graph.value(node, SH.resultSeverity)
    return Result(
        SEVERITIES.get(severity, "violation"),
        t.local_name(str(graph.value(node, SH.sourceShape))),
        focus,
        " ".join(str(message).split()),
        None if value is None or value == focus_node else _shown(value),
        file,
        line,
    )


def _focus(node: rdflib.term.Node | None) -> str:
    return f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)


def _shown(value: rdflib.term.Node) -> str:
    text = t.shorten(str(value)) if isinstance(value, rdflib.URIRef) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
