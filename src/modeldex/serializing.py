"""Statements in the syntaxes of RDF 1.1, with what XML needs besides.

The engine writes carriage returns and control characters bare, which no reader of XML gives back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.errors import BadInput

SYNTAXES = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_RESERVED = {
    t.RDF + name
    for name in ("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description",
                 "li", "aboutEach", "aboutEachPrefix", "bagID")
}  # fmt: skip
_CONTROL = re.compile(b"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def serialize(
    name: str, statements: Iterable[ox.Quad | ox.Triple], out: BinaryIO, prefixes: dict[str, str]
) -> None:
    """Write statements in a syntax. Raises BadInput for what XML has no way to write.

    >>> import io
    >>> out = io.BytesIO()
    >>> node = ox.NamedNode("https://example.org/x")
    >>> serialize("ntriples", [ox.Triple(node, node, ox.Literal("y"))], out, {})
    >>> out.getvalue().decode()
    '<https://example.org/x> <https://example.org/x> "y" .\\n'
    """
    if name == "rdfxml":
        statements = _fit_for_xml(statements)
        out = cast(BinaryIO, CarriageReturns(out))
    declared = None if name in ("ntriples", "nquads") else prefixes
    ox.serialize(statements, out, format=SYNTAXES[name], prefixes=declared)  # type: ignore[arg-type]


def check_xml(text: bytes) -> None:
    """Raise BadInput for text of XML that no reader takes, since it has a control character.

    >>> check_xml(b"<x>plain</x>")
    """
    if _CONTROL.search(text):
        raise BadInput("XML cannot hold a control character", remedy="take json or tsv")


class CarriageReturns:
    """Writes them as references: a reader of XML takes a bare one for the end of a line."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, data: bytes) -> int:
        self._out.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        self._out.flush()


def _fit_for_xml(statements: Iterable[ox.Quad | ox.Triple]) -> Iterator[ox.Quad | ox.Triple]:
    for statement in statements:
        if isinstance(statement.object, ox.Literal) and _NO_XML.search(statement.object.value):
            raise BadInput(
                f"XML cannot hold a control character: {statement.subject}",
                remedy="take turtle or ntriples",
            )
        for name in _element_names(statement):
            if name in _RESERVED or not _XML_NAME.search(name):
                raise BadInput(
                    f"XML cannot make an element of {name[:80]}",
                    remedy="take turtle or ntriples",
                )
        yield statement


def _element_names(statement: ox.Quad | ox.Triple) -> Iterator[str]:
    """Properties become elements, and classes may."""
    yield statement.predicate.value
    if statement.predicate.value == t.RDF + "type" and isinstance(statement.object, ox.NamedNode):
        yield statement.object.value
