"""The JSON-LD context: the keys of our documents, made from the ontology.

It is published under a version, `https://w3id.org/modeldex/context/v1.jsonld`, and stands in
each document as well, so that reading one fetches nothing. Within a version keys are only added.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from modeldex import terms as t
from modeldex.packaged import folder

VERSION = "v1"
ADDRESS = f"https://w3id.org/modeldex/context/{VERSION}.jsonld"
# One prefix for all things: the name of a kind (`source`, `provider`) is also that of a property.
PREFIXES = {"dex": t.ID} | {p: iri for p, iri in t.PREFIXES.items() if p not in t.KINDS}

Context = dict[str, Any]


@lru_cache(maxsize=1)
def context() -> Context:
    """The whole context, as it is published.

    >>> context()["subject"]
    {'@id': 'rdf:subject', '@type': '@id'}
    """
    path = Path(folder("ontology"), "context", f"{VERSION}.jsonld")
    document: dict[str, Context] = json.loads(path.read_text("utf-8"))
    return document["@context"]


@lru_cache(maxsize=1)
def keys() -> dict[str, str]:
    """The key for each predicate that has one, by IRI.

    >>> keys()["https://w3id.org/modeldex/vocab#contextWindow"]
    'contextWindow'
    """
    return {
        t.expand(term["@id"]): key
        for key, term in context().items()
        if isinstance(term, dict) and "@id" in term
    }


def compact(iri: str) -> str:
    """The IRI with a prefix of the context, where one fits.

    >>> compact("https://w3id.org/modeldex/id/model/gpt-4o")
    'dex:model/gpt-4o'
    """
    if iri.startswith(t.ID) and not iri.startswith(t.ID + "/"):
        return "dex:" + iri[len(t.ID) :]
    return t.shorten(iri)


def part(used: Iterable[str]) -> Context:
    """The context of a document with only these keys and prefixes."""
    whole = context()
    wanted = {"id", "type", *used}
    for key in list(wanted):
        term = whole.get(key)
        for name in [term] if isinstance(term, str) else (term or {}).values():
            wanted.add(str(name).partition(":")[0])
    return {key: term for key, term in whole.items() if key in wanted or key == "@version"}
