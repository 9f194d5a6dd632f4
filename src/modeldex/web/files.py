"""Files of the site that are there before the dataset is: style, scripts, context, vocabulary."""

from __future__ import annotations

import os
from typing import NamedTuple

from modeldex import packaged
from modeldex.web.render import HERE

TURTLE, JSONLD = "text/turtle; charset=utf-8", "application/ld+json"
SCRIPT = "text/javascript; charset=utf-8"
STATIC = {
    "static/style.css": "text/css; charset=utf-8", "static/icon.svg": "image/svg+xml",
    "static/models.js": SCRIPT, "static/compare.js": SCRIPT, "static/list.js": SCRIPT,
}  # fmt: skip
PUBLISHED = {
    "context/v1.jsonld": (os.path.join("context", "v1.jsonld"), JSONLD),
    "vocab.ttl": ("modeldex.ttl", TURTLE),
}
FIXED = (*STATIC, *PUBLISHED)


class File(NamedTuple):
    """A file of the site."""

    content: bytes
    media_type: str


def fixed(path: str) -> File | None:
    """A file that is the same whatever the dataset; None if it is none of these.

    >>> fixed("static/icon.svg").media_type, fixed("static/../pages.py")
    ('image/svg+xml', None)
    """
    if path in STATIC:
        return _read(os.path.join(HERE, path), STATIC[path])
    if path in PUBLISHED:
        name, media_type = PUBLISHED[path]
        return _read(os.path.join(packaged.folder("ontology"), name), media_type)
    return None


def _read(path: str, media_type: str) -> File:
    with open(path, "rb") as file:
        return File(file.read(), media_type)
