"""Whether data hold to the fact model: SHACL by pyshacl, and the rules that RDF cannot see.

Files are read, completed by what the build computes, and held against the shapes in
`ontology/shapes`. Each result names the rule, the focus node, and file and line where they can
be known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import RDF, SH

from modeldex import packaged
from modeldex import terms as t
from modeldex.build import dataset, read_all
from modeldex.errors import BadInput
from modeldex.reading import Document, read

SEVERITIES: dict[object, str] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
CLAIM_LIMIT = 20_000


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

    With `context="packaged"` the files are additions: things that they do not describe are
    looked up in the packaged data, and only what they describe is reported on. With
    `context="none"` they stand alone. `auto` takes them for additions unless they describe the
    dataset itself. Raises BadInput for files that cannot be read.

    >>> validate().conforms
    True
    """
    documents = read_all(paths or [packaged.folder("data")])
    own = [quad for document in documents for quad in document.quads]
    described = {_iri(quad.subject) for quad in own}
    if context == "auto":
        context = "none" if t.DATASET in described else "packaged"
    statements = list(documents)
    if context == "packaged":
        statements += [
            _without(document, described) for document in read_all([packaged.folder("data")])
        ]
    quads = dataset(statements, [read(Path(packaged.folder("ontology"), "modeldex.ttl"))])
    claims = sum(q.predicate.value == t.RDF + "type" and _iri(q.object) == t.MDX + "Claim"
                 for q in own)  # fmt: skip
    if claims > CLAIM_LIMIT:
        raise BadInput(
            f"{claims:,} claims are more than the {CLAIM_LIMIT:,} that are validated at once",
            remedy="validate the files one by one",
        )
    graph = _shacl_report(quads)
    _add_repeated(graph, documents)
    found = [_result(graph, node, documents) for node in graph.objects(None, SH.result)]
    results = sorted(
        (r for r in found if r.focus in described or r.focus.startswith("_:")),
        key=lambda r: (r.severity != "violation", r.file or "", r.line or 0, r),
    )
    return Report(tuple(results), len(documents), claims, graph)


def shapes() -> rdflib.Graph:
    """The shapes, as one rdflib graph."""
    documents = read_all([Path(packaged.folder("ontology"), "shapes")])
    return to_rdflib(quad for document in documents for quad in document.quads)


def to_rdflib(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """The union of the statements as an rdflib graph."""
    graph = rdflib.Graph()
    for quad in quads:
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return graph


def _shacl_report(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    # The verified graph holds plain facts, derived from the claims: nothing to validate.
    data = to_rdflib(quad for quad in quads if quad.graph_name != ox.NamedNode(t.VERIFIED))
    _, graph, _ = pyshacl.validate(
        data, shacl_graph=shapes(), inference="none", advanced=False, js=False,
        meta_shacl=False, abort_on_first=False, allow_warnings=True, do_owl_imports=False,
    )  # fmt: skip
    if not isinstance(graph, rdflib.Graph):
        raise BadInput(f"SHACL could not be run: {graph}")
    return graph


def _add_repeated(graph: rdflib.Graph, documents: list[Document]) -> None:
    """Report claims and evidence described in two places: RDF would merge them silently."""
    kinds = {t.MDX + "Claim", t.MDX + "Evidence"}
    places: Counter[str] = Counter(
        _iri(quad.subject)
        for document in documents
        for quad in document.quads
        if quad.predicate.value == t.RDF + "type" and _iri(quad.object) in kinds
    )
    report = next(graph.subjects(RDF.type, SH.ValidationReport))
    for iri, count in places.items():
        if count == 1:
            continue
        node = rdflib.BNode()
        rule = rdflib.URIRef(t.SHAPES + "described-once")
        message = f"described in {count} places; give each a name of its own, or join them"
        graph.add((report, SH.result, node))
        graph.set((report, SH.conforms, rdflib.Literal(False)))
        for predicate, value in (
            (RDF.type, SH.ValidationResult), (SH.focusNode, rdflib.URIRef(iri)),
            (SH.resultSeverity, SH.Violation), (SH.sourceShape, rule),
            (SH.resultMessage, rdflib.Literal(message)),
            (SH.sourceConstraintComponent, rule),
        ):  # fmt: skip
            graph.add((node, predicate, value))


def _result(graph: rdflib.Graph, node: rdflib.term.Node, documents: list[Document]) -> Result:
    focus_node = graph.value(node, SH.focusNode)
    focus = f"_:{focus_node}" if isinstance(focus_node, rdflib.BNode) else str(focus_node)
    file, line = _place(focus, documents)
    message = graph.value(node, SH.resultMessage)
    value = graph.value(node, SH.value)
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


def _place(focus: str, documents: list[Document]) -> tuple[str | None, int | None]:
    for document in documents:
        if any(_iri(quad.subject) == focus for quad in document.quads):
            return document.path, document.line_of(focus)
    return None, None


def _without(document: Document, described: set[str]) -> Document:
    return document._replace(quads=[q for q in document.quads if _iri(q.subject) not in described])


def _shown(value: rdflib.term.Node) -> str:
    text = t.shorten(str(value)) if isinstance(value, rdflib.URIRef) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _term(term: object) -> rdflib.term.Node:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))
