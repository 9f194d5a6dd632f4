"""The formats of `modeldex export`: what each is, what it keeps, and which module writes it."""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib import import_module
from typing import BinaryIO, NamedTuple

from modeldex.dex import Modeldex
from modeldex.errors import BadInput
from modeldex.exports.selection import Selection
from modeldex.names import nearest
from modeldex.terms import shorten


class Format(NamedTuple):
    """A format: `module` has the function that writes it; `binary` cannot go to a terminal.

    `of` says what it can be about: anything, claims, or only things (models, platforms...).
    """

    name: str
    media_type: str
    suffix: str
    module: str
    keeps: str
    of: str = "anything"
    binary: bool = False


_ALL = "every statement, with its graph"
_UNION = "every statement; not its graph"
FORMATS = {format.name: format for format in (
    Format("turtle", "text/turtle", ".ttl", "syntaxes", _UNION),
    Format("trig", "application/trig", ".trig", "syntaxes", _ALL),
    Format("ntriples", "application/n-triples", ".nt", "syntaxes", _UNION),
    Format("nquads", "application/n-quads", ".nq", "syntaxes", _ALL),
    Format("rdfxml", "application/rdf+xml", ".rdf", "syntaxes", _UNION),
    Format("jsonld", "application/ld+json", ".jsonld", "jsonld", _ALL),
    Format("rdf12", "text/turtle;version=1.2", ".rdf12.ttl", "rdf12",
           "every statement; not its graph. A claim with a value reifies its triple"),
    Format("rdf12-nquads", "application/n-quads;version=1.2", ".rdf12.nq", "rdf12",
           "every statement, with its graph. A claim with a value reifies its triple"),
    Format("nanopub", "application/trig", ".nanopub.trig", "nanopubs",
           "claims in use with their evidence and sources; not things, ontology, queries",
           "claims"),
    Format("schema", "application/ld+json", ".schema.jsonld", "schema_org",
           "models and their verified, uncontested facts in force, as far as schema.org has words",
           "things"),
    Format("csv", "text/csv", ".csv", "tabular", "a row a claim; not its history", "claims"),
    Format("parquet", "application/vnd.apache.parquet", ".parquet", "tabular",
           "a row a claim; not its history", "claims", binary=True),
    Format("json", "application/json", ".json", "verified",
           "the verified, uncontested values in force; no evidence", "things"),
)}  # fmt: skip


def format_named(name: str) -> Format:
    """The format with this name. Raises BadInput with what comes near.

    >>> format_named("turtle").suffix
    '.ttl'
    """
    if name not in FORMATS:
        near = nearest(name, {known: known for known in FORMATS})
        raise BadInput(
            f"no format {name!r}", remedy=f"known: {', '.join(near or FORMATS)}"
        )  # fmt: skip
    return FORMATS[name]


def write(name: str, selection: Selection, out: BinaryIO) -> None:
    """Write a selection in a format. Raises BadInput if nothing of it fits into the format.

    >>> import io, modeldex
    >>> out = io.BytesIO()
    >>> write("ntriples", Selection(modeldex.open(), "gpt-4o-mini"), out)
    >>> out.getvalue().startswith(b"<https://w3id.org/modeldex/id/claim/")
    True
    """
    wanted = format_named(name)
    if selection.about is not None and not (
        wanted.of == "anything"
        or (wanted.of == "claims" and selection.subject_of_claims())
        or (wanted.of == "things" and selection.thing)
    ):
        raise BadInput(
            f"{name} is for {wanted.of}, and {shorten(selection.about)} "
            f"{'has' if wanted.of == 'claims' else 'is'} none",
            remedy="export it as turtle or jsonld",
        )
    module = import_module(f"modeldex.exports.{wanted.module}")
    writer: Callable[[str, Selection, BinaryIO], None] = module.write
    writer(name, selection, out)


def data(dex: Modeldex, iri: str, name: str) -> bytes:
    """What the dataset says about one IRI, as a document.

    >>> import modeldex
    >>> b"GPT-4o mini" in data(modeldex.open(), "model:gpt-4o-mini", "turtle")
    True
    """
    out = io.BytesIO()
    write(name, Selection(dex, iri), out)
    return out.getvalue()
