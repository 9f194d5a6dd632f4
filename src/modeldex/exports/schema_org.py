"""Schema.org as JSON-LD: models, their offers, and the verified facts in force with their evidence.

The context stands in the document, so that reading it fetches nothing. Dates are plain text, as
schema.org has them.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any, BinaryIO

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.dex import Modeldex
from modeldex.engine import Triples
from modeldex.exports.context import compact
from modeldex.exports.selection import Selection
from modeldex.facts import Thing

Node = dict[str, Any]

CONTEXT = {"@vocab": t.SCHEMA, "dex": t.ID, "mdx": t.MDX}


def write(name: str, selection: Selection, out: BinaryIO) -> None:
    """Write all models, each with its snapshots inside; one a line."""
    out.write(b'{"@context": ' + _json(CONTEXT) + b',\n"@graph": [')
    between = b"\n"
    for model in selection.models():
        if selection.about is None and _is_version(selection, model):
            continue  # it stands with the model that it is a version of
        for node in _nodes(selection.dex, model):
            out.write(between + _json(node))
            between = b",\n"
    out.write(b"\n]}\n")


def document(dex: Modeldex, model: Thing) -> Node:
    """One model as a document of its own.

    >>> import modeldex
    >>> dex = modeldex.open()
    >>> document(dex, dex.thing("gemini-2-0-flash"))["name"]
    'Gemini 2.0 Flash'
    """
    first, *rest = _nodes(dex, model)
    found: Node = {"@context": CONTEXT, **first}
    return {**found, "@included": rest} if rest else found


def _is_version(selection: Selection, model: Thing) -> bool:
    described = selection.described(model.iri, t.ENTITIES)
    return any(quad.predicate.value == t.DCTERMS + "isVersionOf" for quad in described)


def _nodes(dex: Modeldex, model: Thing) -> list[Node]:
    """The node of the model with what it names inside it, then what nothing names."""
    answer = dex.ask("model-as-schema-org", model=model)
    assert isinstance(answer, Triples)
    waiting = {
        subject.value: list(triples)
        for subject, triples in groupby(answer.triples, key=lambda triple: triple.subject)
        if isinstance(subject, ox.NamedNode)
    }
    order = [model.iri, *sorted(waiting.keys() - {model.iri})]
    return [node for iri in order if (node := _placed(iri, waiting))]


def _placed(iri: str, waiting: dict[str, list[ox.Triple]]) -> Node | None:
    triples = waiting.pop(iri, None)
    if triples is None:
        return None
    node: Node = {"@id": compact(iri)}
    for triple in triples:
        predicate, value = triple.predicate.value, triple.object
        if predicate == t.RDF + "type":
            key, shown = "@type", t.local_name(str(getattr(value, "value", "")))
        else:
            key, shown = predicate.removeprefix(t.SCHEMA), _value(value, waiting)
        held = node.get(key)
        node[key] = shown if held is None else [*(held if isinstance(held, list) else [held]),
                                                shown]  # fmt: skip
    return node


def _value(term: object, waiting: dict[str, list[ox.Triple]]) -> Any:
    if isinstance(term, ox.NamedNode):
        return _placed(term.value, waiting) or {"@id": compact(term.value)}
    assert isinstance(term, ox.Literal)
    kind = t.local_name(term.datatype.value)
    if kind == "boolean":
        return term.value == "true"
    return int(term.value) if kind == "integer" else term.value


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
