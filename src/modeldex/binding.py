"""Values into queries: the one place where a value becomes SPARQL text.

A value is an RDF term before it comes here. It is written so that no parser can read it as
anything else: every escape is spelt out, and a `u` or `U` behind a backslash too, since rdflib
expands `\\uXXXX` over the whole text, also after an escaped backslash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from modeldex.errors import BadInput

Term = ox.NamedNode | ox.Literal
ESCAPES = {
    "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def write_term(term: Term) -> str:
    """The term as SPARQL.

    >>> print(write_term(ox.Literal('say "hi"')))
    "say \\"hi\\""
    >>> print(write_term(ox.NamedNode("http://example.org/")))
    <http://example.org/>
    """
    if isinstance(term, ox.NamedNode):
        if any(character in '<>"{}|^`\\' or character <= " " for character in term.value):
            raise BadInput(f"not an IRI: {term.value[:80]!r}")
        return f"<{term.value}>"
    text = f'"{_escaped(term.value)}"'
    if term.language:
        return f"{text}@{term.language}"
    if term.datatype.value == XSD_STRING:
        return text
    return f"{text}^^{write_term(term.datatype)}"


def _escaped(value: str) -> str:
    written = []
    before = ""
    for character in value:
        if character in ESCAPES:
            written.append(ESCAPES[character])
        elif character in "uU" and before == "\\":
            written.append(f"\\U{ord(character):08X}")
        elif character < " " or character == "\x7f":
            written.append(f"\\u{ord(character):04X}")
        else:
            written.append(character)
        before = character
    return "".join(written)


def bind(query: str, values: Mapping[str, Term | Iterable[Term]]) -> str:
    """The query with each `$name` replaced by its value; lists are for VALUES.

    Raises BadInput where a token has no value, or a value no token: never "match all".

    >>> bind("SELECT ?o WHERE { $s ?p ?o }", {"s": ox.NamedNode("http://example.org/s")})
    'SELECT ?o WHERE { <http://example.org/s> ?p ?o }'
    """
    head, *rest = query.split("$")
    written, used = [head], set()
    for part in rest:
        length = next((i for i, c in enumerate(part) if not (c.isalnum() or c == "_")), len(part))
        name = part[:length]
        if name not in values:
            raise BadInput(f"no value for the parameter {name!r}")
        used.add(name)
        value = values[name]
        terms = [value] if isinstance(value, ox.NamedNode | ox.Literal) else value
        written += [" ".join(map(write_term, terms)), part[length:]]
    if unused := set(values) - used:
        raise BadInput(f"the query has no parameter {', '.join(sorted(unused))!r}")
    return "".join(written)
