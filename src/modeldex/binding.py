"""Values into queries: the one place where SPARQL text is put together.

A value is an RDF term before it comes here. It is written so that no parser can read it as
anything else: every escape is spelt out, and a `u` or `U` behind a backslash too, since rdflib
expands `\\uXXXX` over the whole text, also after an escaped backslash. It takes eight digits for
it where it finds them, so escapes are `\\U` and eight digits. What some engine would alter
without a word is refused: the same query has to give the same rows on each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain

import pyoxigraph as ox

from modeldex.errors import BadInput
from modeldex.frozen import NamedTuple
from modeldex.literals import canonical
from modeldex.terms import PREFIXES, RDF, XSD

Term = ox.NamedNode | ox.Literal

# Virtuoso 7 dies of strings of some megabytes.
LENGTH_LIMIT = 100_000

ESCAPES = {
    "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
    "\\u": "\\\\\\U00000075", "\\U": "\\\\\\U00000055",
}  # fmt: skip
_TO_ESCAPE = re.compile(r'\\[uU]?|["\x00-\x1f\x7f]')
_NOT_IN_IRIS = re.compile(r'[\x00-\x20\x7f<>"{}|^`\\]')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*\Z")

# A quote that opens no string is a fault: a value behind it would close the string, not open one.
# Names take all that SPARQL takes, so that none is cut short.
_LEXICAL = re.compile(
    r'(?P<string>"""(?:[^"\\]++|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]++|\\.|\'(?!\'\'))*+\'\'\''
    r'|"(?:[^"\\\n\r]++|\\.)*+"|\'(?:[^\'\\\n\r]++|\\.)*+\')'
    r'|(?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)|(?P<comment>#[^\n\r]*)|(?P<quote>["\'])'
    r"|\$(?P<name>[\w\u00b7\u0300-\u036f\u203f\u2040]*)|\\.",
    re.DOTALL,
)
_NAME = re.compile(r"\$(\w+)")
_PARTIAL = {XSD + "gYear", XSD + "gYearMonth"}
_APART = {"", *" \t\r\n(){},;"}


def write_term(term: Term) -> str:
    """The term as SPARQL; numbers, booleans and dates in their one spelling.

    Raises BadInput for what is no IRI or literal of Modeldex, and for what some engine cannot
    keep: the character NUL (Virtuoso cuts it off), more than 15 decimal places, more than
    100,000 characters.

    >>> print(write_term(ox.Literal('say "hi"')))
    "say \\"hi\\""
    >>> print(write_term(ox.NamedNode("http://example.org/")))
    <http://example.org/>
    >>> print(write_term(ox.Literal(7)))
    7
    """
    if isinstance(term, ox.NamedNode):
        return _iri(term.value)
    if not isinstance(term, ox.Literal):
        raise BadInput(f"neither an IRI nor a literal: {str(term)[:80]!r}")
    value, datatype = term.value, term.datatype.value
    if len(value) > LENGTH_LIMIT:
        raise BadInput(f"a value of {len(value):,} characters", remedy=f"at most {LENGTH_LIMIT:,}")
    if "\0" in value:
        raise BadInput(f"the character NUL in {value[:80]!r}", remedy="take it out")
    if datatype == XSD + "string":
        return _quoted(value)
    if datatype == RDF + "langString" and _LANGUAGE.match(term.language or ""):
        return f"{_quoted(value)}@{term.language}"
    try:
        spelling = canonical(value, datatype)
    except ValueError as error:
        raise BadInput(str(error)) from None
    if datatype == RDF + "langString":
        raise BadInput(f"not a language: {str(term.language)[:80]!r}")
    if datatype == XSD + "integer" and spelling.isdigit():
        return spelling  # LIMIT and OFFSET take nothing else
    return f"{_quoted(spelling)}^^{_iri(datatype)}"


def _iri(iri: str) -> str:
    """Checked anew: a lenient parser makes nodes of anything."""
    try:
        ox.NamedNode(iri)
    except ValueError:
        raise BadInput(f"not an IRI: {iri[:80]!r}") from None
    if len(iri) > LENGTH_LIMIT or _NOT_IN_IRIS.search(iri):
        raise BadInput(f"not an IRI: {iri[:80]!r}")
    return f"<{iri}>"


def _quoted(value: str) -> str:
    return f'"{_TO_ESCAPE.sub(_escape, value)}"'


def _escape(found: re.Match[str]) -> str:
    return ESCAPES.get(found[0]) or f"\\U{ord(found[0]):08X}"


def bind(query: str, values: Mapping[str, Term | Iterable[Term]]) -> str:
    """The query with each `$name` replaced by its value; lists are for VALUES.

    Comments stay as they are. Raises BadInput where a token has no value, or a value no token:
    never "match all"; and for a token within a string or an IRI, where no value can stand.

    >>> bind("SELECT ?o WHERE { $s ?p ?o }", {"s": ox.NamedNode("http://example.org/s")})
    'SELECT ?o WHERE { <http://example.org/s> ?p ?o }'
    """
    template = _template(query)
    for name in sorted(values.keys() & template.hidden.keys()):
        raise BadInput(
            f"the parameter {name!r} within a string or an IRI",
            file="query", line=template.hidden[name],
            remedy="put it together in the query, with CONCAT or IRI",
        )  # fmt: skip
    for name in template.names:
        if name not in values:
            raise BadInput(f"no value for the parameter {name!r}")
    if unused := sorted(values.keys() - set(template.names)):
        raise BadInput(f"the query has no parameter {', '.join(unused)!r}")
    terms = {name: _terms(name, value) for name, value in values.items()}
    written = {name: " ".join(map(write_term, each)) for name, each in terms.items()}
    _check_dates(terms.values())
    tokens = [written[name] for name in template.names]
    return "".join(chain.from_iterable(zip(template.texts, [*tokens, ""], strict=True)))


class _Template(NamedTuple):
    """A query cut at its tokens: a text before each name and one behind the last.

    `hidden` has what looks like a token within strings and IRIs, with its line.
    """

    texts: tuple[str, ...]
    names: tuple[str, ...]
    hidden: dict[str, int]


@lru_cache(maxsize=256)
def _template(query: str) -> _Template:
    hidden: dict[str, int] = {}
    texts, names, end = [""], [], 0
    for found in _LEXICAL.finditer(query):
        kind = found.lastgroup
        if kind in ("string", "iri", "quote"):
            line = query.count("\n", 0, found.start()) + 1
            _check_constant(kind, found[0], line)
            hidden |= dict.fromkeys(_NAME.findall(found[0]), line)
        elif kind == "name":
            # Apart from what stands beside it: `$a$b`, `$n.5` and `?x<$iri` would run together.
            before, after = query[: found.start()][-1:], query[found.end() :][:1]
            texts[-1] += query[end : found.start()] + ("" if before in _APART else " ")
            texts.append("" if after in _APART else " ")
            names.append(found[0][1:])
            end = found.end()
    texts[-1] += query[end:]
    return _Template(tuple(texts), tuple(names), hidden)


def _check_constant(kind: str, token: str, line: int) -> None:
    if kind == "quote":
        raise BadInput("a string that does not end", file="query", line=line)
    if kind == "iri" and "'" in token:
        # Or is it a comparison, and the quote opens a string? Parsers differ.
        raise BadInput(
            "an IRI with a quote in it", file="query", line=line,
            remedy="write %27, or a space behind the sign <",
        )  # fmt: skip


def _terms(name: str, value: Term | Iterable[Term]) -> list[Term]:
    if isinstance(value, Term):
        return [value]
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise BadInput(f"the value of {name!r} is a {type(value).__name__}, not an RDF term")
    # rdflib breaks on an empty VALUES.
    if not (terms := list(value)):
        raise BadInput(f"the list of values for {name!r} is empty")
    return terms


def _check_dates(values: Iterable[list[Term]]) -> None:
    """Virtuoso 7 takes the constants 2026 and 2026-01 of one query for the same."""
    literals = [term for terms in values for term in terms if isinstance(term, ox.Literal)]
    dates = {term.value for term in literals if term.datatype.value in _PARTIAL}
    for date in sorted(dates):
        if f"{date}-01" in dates:
            raise BadInput(f"{date} and {date}-01 in one query", remedy="ask one after the other")


def with_prefixes(query: str) -> str:
    """The query with the prefixes of Modeldex that it uses and does not declare.

    They stand on its first line, so that line numbers in errors stay right.

    >>> with_prefixes("ASK { ?model a mdx:LanguageModel }")
    'PREFIX mdx: <https://w3id.org/modeldex/vocab#> ASK { ?model a mdx:LanguageModel }'
    """
    bare = _LEXICAL.sub(" ", query)
    declared = set(re.findall(r"\bprefix\s+([\w.-]*)\s*:", bare, re.IGNORECASE))
    used = set(re.findall(r"(?<![\w?$:.-])([a-z][\w-]*):", bare)) & PREFIXES.keys()
    return (
        "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in sorted(used - declared)) + query
    )


def matching(
    subject: Term | None, predicate: Term | None, value: Term | None, graph: Term | None
) -> str:
    """The query for the triples of a pattern in named graphs: ?s, ?p, ?o and ?g for each None.

    >>> matching(None, ox.NamedNode("http://example.org/p"), None, None)
    'SELECT ?s ?o ?g (1 AS ?one) WHERE { GRAPH ?g { ?s <http://example.org/p> ?o } }'
    """
    terms = zip("spog", (subject, predicate, value, graph), strict=True)
    s, p, o, g = (f"?{name}" if term is None else write_term(term) for name, term in terms)
    names = " ".join(part for part in (s, p, o, g) if part.startswith("?"))
    return f"SELECT {names} (1 AS ?one) WHERE {{ GRAPH {g} {{ {s} {p} {o} }} }}"


def insert_data(graph: str, ntriples: str | bytes) -> str:
    """An update that adds these triples, given as N-Triples, to a named graph.

    They are read and written anew, so that nothing but data gets into the update. Raises
    BadInput for what cannot be read, and for blank nodes, which would be others each time.

    >>> print(insert_data("urn:x:g", '<urn:x:s> <urn:x:p> "o" .'))
    INSERT DATA { GRAPH <urn:x:g> {
    <urn:x:s> <urn:x:p> "o" .
    } }
    """
    lines = []
    try:
        for quad in ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES):
            triple = (quad.subject, quad.predicate, quad.object)
            if not all(isinstance(term, Term) for term in triple):
                raise BadInput(f"no triple of IRIs and literals: {str(quad)[:80]!r}")
            lines.append(" ".join(write_term(term) for term in triple if isinstance(term, Term)))
    except SyntaxError as error:
        raise BadInput(" ".join(str(error.args[0]).split())) from None
    body = "".join(f"{line} .\n" for line in lines)
    return f"INSERT DATA {{ GRAPH {_iri(graph)} {{\n{body}}} }}"
