"""Results of validation: rule, focus node, and file and line where they are known."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox
import rdflib
from rdflib.namespace import SH

from modeldex import terms as t
from modeldex.reading import Document

SEVERITIES: dict[object, str] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


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


class Places:
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


def result_of(graph: rdflib.Graph, node: rdflib.term.Node, places: Places) -> Result:
    """A result of a report in RDF."""
    focus_node = graph.value(node, SH.focusNode)
    value = graph.value(node, SH.value)
    claim = str(value) if str(value).startswith(f"{t.ID}claim/") else None
    focus = focus_text(focus_node)
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


def focus_text(node: rdflib.term.Node | None) -> str:
    """A focus node, a blank one by its label."""
    return f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)


def _shown(value: rdflib.term.Node) -> str:
    text = t.shorten(str(value)) if isinstance(value, rdflib.URIRef) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
