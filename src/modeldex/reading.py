"""The door for files: RDF in, checked statements out.

A file is read whole or refused with file and line. It is parsed strictly and without a network;
size and nesting are bounded first, since a deep file could end the process. Literals are checked
against their datatype and brought to one spelling.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from modeldex.errors import BadInput
from modeldex.literals import canonical
from modeldex.terms import shorten

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
SIZE_LIMIT = 32 * 2**20
DEPTH_LIMIT = 100

# Whatever this takes for a string or a comment, and the parser does not, would hide brackets: so
# bare carriage returns end comments, and escapes outside strings (`ex:a\#b`) are passed over.
# Possessive, since a string of 20 MB otherwise takes gigabytes.
_STRINGS_OR_BRACKETS = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]++|\\.|\'(?!\'\'))*+\'\'\''
    r'|"(?:[^"\\\n\r]++|\\.)*+"|\'(?:[^\'\\\n\r]++|\\.)*+\''
    r'|<(?:[^<>"{}|^`\\\s]++|\\[uU][0-9A-Fa-f]+)*+>|#[^\n\r]*'
    r"|\\.|<<|>>|[\[\](){}]",
    re.DOTALL,
)
_JSON_STRINGS_OR_BRACKETS = re.compile(r'"(?:[^"\\\n]++|\\.)*+"|[\[\]{}]', re.DOTALL)
_PLACE = re.compile(r"^Parser error at line .*?: ")
_OPENING = ("<<", "[", "(", "{")


class Document(NamedTuple):
    """A file that was read: its statements in order, and its text, to find lines in."""

    path: str
    text: str
    quads: list[ox.Quad]
    prefixes: dict[str, str]

    def line_of(self, iri: str) -> int | None:
        """The line on which the thing is described, or first named, where that can be told."""
        spellings = [f"<{iri}>", f'"{iri}"']
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace):
                spellings += [f"{prefix}:{iri[len(namespace) :]}"]
        names = "|".join(re.escape(spelling) for spelling in spellings)
        end = r"(?![\w-])"
        for pattern in (rf"^[ \t]*(?:{names}){end}", rf"(?<![\w:-])(?:{names}){end}"):
            if found := re.search(pattern, self.text, re.MULTILINE):
                start = found.start() + len(found[0]) - len(found[0].lstrip())
                return self.text.count("\n", 0, start) + 1
        return None


def files_in(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The files among the paths, and those of a known format in the folders among them.

    A file that is named twice, also by way of its folder, comes once.
    """
    seen: set[str] = set()
    for path in map(Path, paths):
        for file in _files_at(path):
            place = os.path.realpath(file)
            if place not in seen:
                seen.add(place)
                yield file


def _files_at(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        found = sorted(p for p in path.rglob("*") if p.suffix.lower() in FORMATS and p.is_file())
    except OSError as error:
        raise BadInput(error.strerror or "cannot be read", file=str(path)) from None
    if not found:
        raise BadInput(
            "no RDF files in this folder", file=str(path), remedy=f"known: {', '.join(FORMATS)}"
        )
    return found


def read(path: str | Path, *, size_limit: int = SIZE_LIMIT) -> Document:
    """Read one file. Raises BadInput with file, line and column."""
    path = Path(path)
    name = str(path)
    syntax = FORMATS.get(path.suffix.lower())
    if syntax is None:
        raise BadInput("unknown kind of file", file=name, remedy=f"known: {', '.join(FORMATS)}")
    text = _text(path, size_limit)
    check_depth(text, name, _JSON_STRINGS_OR_BRACKETS if syntax == FORMATS[".jsonld"] else None)
    parser = ox.parse(text, format=syntax, rename_blank_nodes=True)
    try:
        quads = list(parser)
    except SyntaxError as error:
        reason = _PLACE.sub("", str(error.args[0]), count=1)
        remedy = None
        if "scheme" in reason or "relative" in reason.lower():
            remedy = "write whole addresses, or declare the prefix or base that they need"
        raise BadInput(
            " ".join(reason.split()), file=name, line=error.lineno, column=error.offset,
            remedy=remedy,
        ) from None  # fmt: skip
    except ValueError as error:
        raise BadInput(" ".join(str(error).split()), file=name) from None
    except MemoryError:
        raise BadInput(
            "a single value larger than the parser takes (16 MB)", file=name, remedy="shorten it"
        ) from None
    document = Document(name, text, quads, dict(parser.prefixes))
    return checked(document._replace(quads=quads))


def checked(document: Document) -> Document:
    """The document with each literal in its one spelling. Raises BadInput at one that has none."""
    return document._replace(quads=[_checked(quad, document) for quad in document.quads])


def _text(path: Path, size_limit: int) -> str:
    name = str(path)
    try:
        if path.exists() and not path.is_file():
            raise BadInput("not a regular file", file=name, remedy="name a file or a folder")
        with path.open("rb") as file:
            data = file.read(size_limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(reason.lower(), file=name) from None
    if len(data) > size_limit:
        raise BadInput(
            f"larger than {size_limit / 2**20:.0f} MB", file=name,
            remedy="split it into smaller files",
        )  # fmt: skip
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:4] == b"\0\0\xfe\xff":
        raise BadInput("encoded as UTF-16 or UTF-32", file=name, line=1, remedy="save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"byte 0x{data[error.start]:02x} is not UTF-8", file=name, line=line,
            remedy="save it as UTF-8",
        ) from None  # fmt: skip
    return text.replace("\r\n", "\n")


def without_strings(text: str) -> str:
    """Turtle or SPARQL with a space for each string, IRI and comment: what is left is syntax.

    >>> without_strings('SELECT * { ?s ?p "from" } # from')
    'SELECT * { ?s ?p   }  '
    """
    brackets = (*_OPENING, ">>", "]", ")", "}")
    return _STRINGS_OR_BRACKETS.sub(lambda m: m[0] if m[0] in brackets else " ", text)


def check_depth(text: str, name: str, pattern: re.Pattern[str] | None = None) -> None:
    """Raise BadInput for Turtle, SPARQL or (by its own pattern) JSON that is nested too deep."""
    depth = 0
    for found in (pattern or _STRINGS_OR_BRACKETS).finditer(text):
        token = found[0]
        if token in _OPENING:
            depth += 1
            if depth > DEPTH_LIMIT:
                line = text.count("\n", 0, found.start()) + 1
                raise BadInput(
                    f"nested more than {DEPTH_LIMIT} deep", file=name, line=line,
                    remedy="give the inner things names of their own",
                )  # fmt: skip
        elif token in (">>", "]", ")", "}"):
            depth -= 1


def _checked(quad: ox.Quad, document: Document) -> ox.Quad:
    subject, value = quad.subject, quad.object
    if isinstance(value, ox.Triple) or isinstance(subject, ox.Triple):
        raise BadInput(
            "a triple inside a triple", file=document.path,
            remedy="claims are described with rdf:subject, rdf:predicate and rdf:object",
        )  # fmt: skip
    if not isinstance(value, ox.Literal):
        return quad
    try:
        spelling = canonical(value.value, value.datatype.value)
    except ValueError as error:
        raise BadInput(
            str(error), file=document.path, line=_line_of_value(quad, value.value, document),
            remedy=f"it is the value of {_shown(quad.predicate)} on {_shown(quad.subject)}",
        ) from None  # fmt: skip
    if spelling == value.value:
        return quad
    literal = ox.Literal(spelling, datatype=value.datatype)
    return ox.Quad(quad.subject, quad.predicate, literal, quad.graph_name)


def _line_of_value(quad: ox.Quad, value: str, document: Document) -> int | None:
    """The line of a value: the first that writes it, from where its subject is described."""
    described = None
    if isinstance(quad.subject, ox.NamedNode):
        described = document.line_of(quad.subject.value)
    lines = document.text.split("\n")
    written = re.compile(rf"""(?<![\w.+-]){re.escape(value)}(?!\w|\.\w)""")
    for start in (described or 1, 1):
        for number, line in enumerate(lines[start - 1 :], start):
            if written.search(line):
                return number
    return described


def _shown(term: ox.NamedNode | ox.BlankNode | ox.Triple) -> str:
    return shorten(term.value) if isinstance(term, ox.NamedNode) else "a blank node"
