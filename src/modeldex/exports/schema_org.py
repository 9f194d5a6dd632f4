"""Schema.org as JSON-LD: models, their offers, and the verified facts in force with their sources.

The context stands in the document, so that reading it fetches nothing. Dates are plain text, as
schema.org has them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from typing import Any, BinaryIO

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.dex import Modeldex
from modeldex.engine import Triples
from modeldex.exports.context import compact
from modeldex.exports.description import DESCRIPTION, KEYWORDS, Distribution
from modeldex.exports.selection import Selection
from modeldex.facts import Thing

Node = dict[str, Any]
Waiting = dict[str, list[ox.Triple]]

CONTEXT = {"@vocab": t.SCHEMA, "dex": t.ID, "mdx": t.MDX}
DEEPEST = 20
CLASSES = {"Provider": "Organization", "Publisher": "Organization", "Platform": "Service",
           "Endpoint": "WebAPI", "Source": "CreativeWork", "Series": "CreativeWorkSeries",
           "Feature": "DefinedTerm", "Use": "DefinedTerm"}  # fmt: skip


def write(name: str, selection: Selection, out: BinaryIO) -> None:
    """Write all models, each with its snapshots inside; one a line. Or one thing."""
    if selection.thing and selection.thing.kind != "Model":
        out.write(_json(document(selection.dex, selection.thing)) + b"\n")
        return
    out.write(b'{"@context": ' + _json(CONTEXT) + b',\n"@graph": [')
    between = b"\n"
    for model in selection.models():
        if selection.about is None and _is_version(selection, model):
            continue  # it stands with the model that it is a version of
        for node in _nodes(selection.dex, model):
            out.write(between + _json(node))
            between = b",\n"
    out.write(b"\n]}\n")


def document(dex: Modeldex, thing: Thing) -> Node:
    """One thing as a document of its own: a model or offering with facts, another with its name.

    Whoever puts it into a page writes `<` as an escape.

    >>> import modeldex
    >>> dex = modeldex.open()
    >>> document(dex, dex.thing("gemini-2-0-flash"))["additionalProperty"]["value"]
    1000000
    >>> document(dex, dex.thing("Anthropic"))["@type"]
    'Organization'
    """
    if thing.kind not in ("Model", "Offering"):
        kind = CLASSES.get(thing.kind, "Thing")
        return {"@context": CONTEXT, "@id": compact(thing.iri), "@type": kind, "name": thing.label}
    first, *rest = _nodes(dex, thing)
    found: Node = {"@context": CONTEXT, **first}
    return {**found, "@included": rest} if rest else found


def dataset_document(
    selection: Selection, base_url: str, files: Iterable[Distribution] = ()
) -> Node:
    """The dataset as search engines for datasets read it.

    >>> import modeldex
    >>> found = dataset_document(Selection(modeldex.open()), "https://models.example.org/")
    >>> found["@type"], found["license"]
    ('Dataset', 'https://creativecommons.org/publicdomain/zero/1.0/')
    """
    said = {
        quad.predicate.value: quad.object.value  # type: ignore[union-attr]
        for quad in selection.described(t.DATASET, t.ENTITIES)
    }
    found = {
        "@context": CONTEXT, "@id": t.DATASET, "@type": "Dataset", "url": base_url,
        "name": said.get(t.DCTERMS + "title", "Modeldex"),
        "description": DESCRIPTION,
        "license": said.get(t.DCTERMS + "license"),
        "version": said.get(t.OWL + "versionInfo"),
        "datePublished": said.get(t.DCTERMS + "issued"),
        "isAccessibleForFree": True,
        "keywords": list(KEYWORDS),
        "distribution": [
            {"@type": "DataDownload", "contentUrl": base_url + file.file, "description": file.title,
             "encodingFormat": file.media_type, "contentSize": str(file.size)} for file in files
        ],
    }  # fmt: skip
    return {key: value for key, value in found.items() if value not in (None, [])}


def _is_version(selection: Selection, model: Thing) -> bool:
    described = selection.described(model.iri, t.ENTITIES)
    return any(quad.predicate.value == t.DCTERMS + "isVersionOf" for quad in described)


def _nodes(dex: Modeldex, thing: Thing) -> list[Node]:
    """The node of the thing with what it names, and what names it, inside; then what is left."""
    answer = dex.ask("model-as-schema-org", model=thing)
    assert isinstance(answer, Triples)
    waiting: Waiting = {
        subject.value: list(triples)
        for subject, triples in groupby(answer.triples, key=lambda triple: triple.subject)
        if isinstance(subject, ox.NamedNode)
    }
    first = _placed(thing.iri, waiting) or {"@id": compact(thing.iri), "name": thing.label}
    behind: dict[str, list[Node]] = {}
    for iri in sorted(waiting):
        for key in _links(waiting.get(iri, []), thing.iri):
            node = _placed(iri, waiting, besides=thing.iri) or {"@id": compact(iri)}
            behind.setdefault(key, []).append(node)
    if behind:
        first["@reverse"] = behind
    named = {str(triple.object) for triples in waiting.values() for triple in triples}
    rest = sorted(waiting, key=lambda iri: (f"<{iri}>" in named, iri))
    return [first, *(left for iri in rest if (left := _placed(iri, waiting)))]


def _links(triples: list[ox.Triple], iri: str) -> list[str]:
    """The keys by which these triples name the thing."""
    node = ox.NamedNode(iri)
    return [x.predicate.value.removeprefix(t.SCHEMA) for x in triples if x.object == node]


def _placed(iri: str, waiting: Waiting, depth: int = 0, besides: str = "") -> Node | None:
    """The node, with what it names inside where that stands nowhere yet."""
    triples = waiting.pop(iri, None) if depth < DEEPEST else None
    if triples is None:
        return None
    node: Node = {"@id": compact(iri)}
    for triple in triples:
        predicate, value = triple.predicate.value, triple.object
        if besides and value == ox.NamedNode(besides):
            continue
        if predicate == t.RDF + "type":
            key, shown = "@type", t.local_name(str(getattr(value, "value", "")))
        else:
            key, shown = predicate.removeprefix(t.SCHEMA), _value(value, waiting, depth + 1)
        held = node.get(key)
        node[key] = shown if held is None else [*(held if isinstance(held, list) else [held]),
                                                shown]  # fmt: skip
    return node


def _value(term: object, waiting: Waiting, depth: int) -> Any:
    if isinstance(term, ox.NamedNode):
        return _placed(term.value, waiting, depth) or {"@id": compact(term.value)}
    assert isinstance(term, ox.Literal)
    kind = t.local_name(term.datatype.value)
    if kind == "boolean":
        return term.value == "true"
    return int(term.value) if kind == "integer" else term.value


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
