"""Where on the site an IRI has its page, and which IRI a page is about.

Paths are the same on a static site and on the live server: `model/gpt-4o.html` for the model, and
beside it `model/gpt-4o.ttl`. No path is deeper than one folder, so that links stay relative.
"""

from __future__ import annotations

import re

from modeldex.terms import DATASET, GRAPH, ID, KINDS, MDX

VOCABULARY = MDX.removesuffix("#")
_SLUG = re.compile(r"(?!index(-[0-9]+)?$)[a-z0-9][a-z0-9-]*")  # the index is a list
_NAME = re.compile(r"(?!index$)[A-Za-z][A-Za-z0-9]*")
_FOLDERS = {**{kind: f"{ID}{kind}/" for kind in KINDS if kind != "query"}, "queries": f"{ID}query/"}
_OF_KIND = {namespace: folder for folder, namespace in _FOLDERS.items()}
_TERMS = ("property", "class")


def path_of(iri: str, folder_of_term: str | None = None) -> str | None:
    """The page of an IRI, None for one of another's; whether there is such a thing is not asked.

    A term of the vocabulary is a place on the page of the vocabulary, unless `folder_of_term`
    says that it has a page of its own: `property` or `class`.

    >>> path_of("https://w3id.org/modeldex/id/model/gpt-4o")
    'model/gpt-4o.html'
    >>> path_of("https://w3id.org/modeldex/vocab#token"), path_of("http://example.org/x")
    ('vocab.html#token', None)
    >>> path_of("https://w3id.org/modeldex/vocab#contextWindow", "property")
    'property/contextWindow.html'
    """
    if iri.startswith(MDX):
        name = iri[len(MDX) :]
        if not _NAME.fullmatch(name):
            return None
        return f"{folder_of_term}/{name}.html" if folder_of_term else f"vocab.html#{name}"
    if iri.startswith(ID):
        cut = iri.rfind("/") + 1
        folder, slug = _OF_KIND.get(iri[:cut]), iri[cut:]
        return f"{folder}/{slug}.html" if folder and _SLUG.fullmatch(slug) else None
    if iri == DATASET or iri.startswith(GRAPH):
        return "dataset.html"
    return "vocab.html" if iri == VOCABULARY else None


def iri_of(path: str) -> str | None:
    """The IRI that a page is about; None for a page that is about no one thing.

    >>> iri_of("model/gpt-4o.html"), iri_of("models.html")
    ('https://w3id.org/modeldex/id/model/gpt-4o', None)
    >>> iri_of("property/contextWindow.html")
    'https://w3id.org/modeldex/vocab#contextWindow'
    """
    stem = path.removesuffix(".html")
    folder, _, slug = stem.partition("/")
    if stem == path:
        return None
    if folder in _TERMS:
        return MDX + slug if _NAME.fullmatch(slug) else None
    if folder in _FOLDERS:
        return _FOLDERS[folder] + slug if _SLUG.fullmatch(slug) else None
    return {"vocab": VOCABULARY, "dataset": DATASET}.get(stem)


def to_root(path: str) -> str:
    """What leads from a page to the root of the site, to be put before a path.

    >>> to_root("model/gpt-4o.html"), to_root("index.html")
    ('../', '')
    """
    return "../" * path.count("/")
