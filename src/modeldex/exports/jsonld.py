"""JSON-LD 1.1 with readable keys: the whole by graph and subject, a thing as one framed document.

The document of a thing has it at the root, its claims under `claims`, their evidence and its
sources where they are named first; each node stands once. What would stand too deep for some
readers stands apart, under `@included`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from typing import Any, BinaryIO

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.errors import BadInput
from modeldex.exports.context import compact, context, keys, part
from modeldex.exports.selection import Selection

Node = dict[str, Any]

SAFE_INTEGER = 2**53
DEEPEST = 40
TYPE = t.RDF + "type"
FIRST = ("id", "type", "label", "subject", "property", "value", "status", "basis", "asOf",
         "supportedBy", "disputedBy", "soughtIn", "source")  # fmt: skip
BEHIND = {"subject": "claims", "verdictOn": "formerVerdicts", "offeringOf": "offerings",
          "isVersionOf": "versions", "useOf": "uses"}  # fmt: skip
"""What names a thing stands inside it, under a key that is the reverse of the one that names."""


def write(name: str, selection: Selection, out: BinaryIO) -> None:
    """Write the selection: of a thing one framed document, of the whole one node a line."""
    if selection.about is not None:
        out.write(_json(_framed(selection), indent=2))
        out.write(b"\n")
        return
    out.write(b'{"@context": ' + _json(context()) + b',\n"@graph": [')
    between = b"\n"
    for graph in selection.graphs:
        out.write(between + b'{"id": ' + _json(_reference(graph)) + b', "@graph": [')
        between = b"\n"
        for subject, quads in selection.subjects(graph):
            out.write(between + _json(_node(subject, quads)))
            between = b",\n"
        out.write(b"\n]}")
        between = b",\n"
    out.write(b"\n]}\n")


def document(triples: Iterable[ox.Triple]) -> bytes:
    """Triples, sorted by subject, as one document: a node for each subject.

    >>> label = ox.Triple(ox.NamedNode(t.ID + "model/o3"), ox.NamedNode(t.RDFS + "label"),
    ...                   ox.Literal("OpenAI o3", language="en"))
    >>> json.loads(document([label]))["@graph"]
    [{'id': 'dex:model/o3', 'label': 'OpenAI o3'}]
    """
    nodes = [
        _node(_name(subject), same) for subject, same in groupby(triples, key=lambda x: x.subject)
    ]
    whole = {"@context": part(sorted(_keys_in(nodes))), "@graph": nodes}
    return _json(whole, indent=2) + b"\n"


def _json(value: object, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "surrogatepass")


def _node(subject: str, quads: Iterable[ox.Quad | ox.Triple]) -> Node:
    """A node object with a key for each predicate, those first that people look for."""
    node: Node = {"id": _reference(subject)}
    for quad in quads:
        predicate = quad.predicate.value
        if predicate == TYPE and isinstance(quad.object, ox.NamedNode):
            name = t.local_name(quad.object.value)
            value: Any = name if context().get(name) == f"mdx:{name}" == compact(
                quad.object.value) else _reference(quad.object.value)  # fmt: skip
            key = "type"
        else:
            key = keys().get(predicate) or _reference(predicate)
            value = _value(quad.object, context().get(key))
        held = node.get(key)
        node[key] = value if held is None else [*(held if isinstance(held, list) else [held]),
                                                value]  # fmt: skip
    return {key: node[key] for key in FIRST if key in node} | node


def _value(term: object, defined: Any) -> Any:
    """A value as JSON: as short as the key allows, else spelt out."""
    coerced = defined.get("@type") if isinstance(defined, dict) else None
    language = defined.get("@language") if isinstance(defined, dict) else None
    if not isinstance(term, ox.Literal):
        iri = _name(term)
        return _reference(iri) if coerced == "@id" else {"id": _reference(iri)}
    text, datatype = term.value, term.datatype.value
    if term.language:
        if term.language == language:
            return text
        return {"@value": text, "@language": term.language}
    if coerced and t.expand(coerced) == datatype:
        return text
    if coerced is None:
        if datatype == t.XSD + "boolean" and text in ("true", "false"):
            return text == "true"
        if datatype == t.XSD + "integer" and text == str(_small(text)):
            return int(text)
        if datatype == t.XSD + "string":
            return {"@value": text} if language else text
    return {"@value": text, "type": t.shorten(datatype)}


def _name(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _small(text: str) -> int | None:
    """A whole number that every reader of JSON keeps."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 17):
        return None
    return int(text) if abs(int(text)) < SAFE_INTEGER else None


def _reference(iri: str) -> str:
    """The IRI with a prefix where one fits. Raises BadInput for one that would read as another."""
    short = compact(iri)
    if short == iri and not iri.startswith("_:"):
        scheme = iri.partition(":")[0]
        if scheme in context():
            raise BadInput(
                f"in JSON-LD {iri[:80]!r} would read as a prefixed name",
                remedy="export as turtle or nquads",
            )
    return short


def _framed(selection: Selection) -> Node:
    about = selection.about
    assert about is not None
    nodes = {
        _reference(_name(subject)): _node(_name(subject), triples)
        for subject, triples in groupby(selection.triples(), key=lambda triple: triple.subject)
    }
    frame = _Frame(nodes)
    root = frame.placed(_reference(about)) or {"id": _reference(about)}
    rest = [placed for name in nodes if (placed := frame.placed(name))]
    document: Node = {"@context": part(sorted(_keys_in([root, rest]))), **root}
    if rest:
        document["@included"] = rest
    return document


class _Frame:
    """Nodes to be placed where they are first named, each once."""

    def __init__(self, nodes: dict[str, Node]) -> None:
        self._waiting = dict(nodes)
        self._behind: dict[tuple[str, str], list[str]] = {}
        self._children: set[str] = set()
        self._depth = 0
        for name, node in nodes.items():
            for key, behind in BEHIND.items():
                if isinstance(about := node.get(key), str) and about in nodes:
                    self._behind.setdefault((about, behind), []).append(name)
                    self._children.add(name)

    def placed(self, name: str) -> Node | None:
        """The node with what it names inside it; None if it stands elsewhere."""
        if name not in self._waiting or self._depth == DEEPEST:
            return None
        node = self._waiting.pop(name)
        self._depth += 1
        result = {key: self._inside(key, value) for key, value in node.items()}
        for key, behind in BEHIND.items():
            placed = map(self.placed, self._behind.get((name, behind), ()))
            if found := [each for each in placed if each]:
                result[behind] = [{k: v for k, v in each.items() if k != key} for each in found]
        self._depth -= 1
        return result

    def _inside(self, key: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._inside(key, each) for each in value]
        if isinstance(value, dict) and set(value) == {"id"}:
            return self._named(value["id"]) or value
        defined = context().get(key)
        if isinstance(value, str) and isinstance(defined, dict) and defined.get("@type") == "@id":
            return self._named(value) or value
        return value

    def _named(self, name: str) -> Node | None:
        return None if name in self._children else self.placed(name)


def _keys_in(value: Any) -> set[str]:
    """The keys, classes and prefixes that a document uses."""
    if isinstance(value, list):
        return {key for each in value for key in _keys_in(each)}
    if isinstance(value, dict):
        return {key.partition(":")[0] for key in value} | {
            key for each in value.values() for key in _keys_in(each)
        }
    if isinstance(value, str):
        return {value, value.partition(":")[0]}
    return set()
