"""Every page and file of the site, made when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from modeldex import packaged
from modeldex import terms as t
from modeldex.errors import UnknownName
from modeldex.web import addresses
from modeldex.web.render import HERE, render
from modeldex.web.sheets import SHEETS, sheet
from modeldex.web.statements import Statements

if TYPE_CHECKING:
    from modeldex.dex import Modeldex

CANONICAL = "https://w3id.org/modeldex/"
DATA = {".ttl": ("turtle", "text/turtle; charset=utf-8"),
        ".jsonld": ("jsonld", "application/ld+json")}  # fmt: skip
HTML = "text/html; charset=utf-8"


class File(NamedTuple):
    """A file of the site."""

    content: bytes
    media_type: str


class Pages:
    """The pages of a dataset, for a static site or, `live`, for the server.

    >>> import modeldex
    >>> pages = Pages(modeldex.open())
    >>> b"<h1>GPT-4o</h1>" in pages.file("model/gpt-4o.html").content
    True
    """

    def __init__(self, dex: Modeldex, *, base_url: str = CANONICAL, live: bool = False) -> None:
        self.dex = dex
        self.base_url = base_url.rstrip("/") + "/"
        self.live = live
        self.said = Statements(dex)
        self._terms = {
            **{iri: "property" for iri in self.said.of_class("FactProperty")},
            **{iri: "class" for iri in self.said.of_class("ModelClass")},
        }

    def path_of(self, iri: str) -> str | None:
        """The page of an IRI of the dataset, such as `model/gpt-4o.html`."""
        return addresses.path_of(iri, self._terms.get(iri))

    def file(self, path: str) -> File | None:
        """The file at a path; None if there is none."""
        stem, dot, suffix = path.rpartition(".")
        iri = addresses.iri_of(f"{stem}.html")
        if iri is None or not self.said.exists(iri):
            return None
        if dot + suffix in DATA:
            from modeldex.exports.formats import data

            name, media_type = DATA[dot + suffix]
            return File(data(self.dex, iri, name), media_type)
        folder = path.partition("/")[0]
        if suffix == "html" and folder in SHEETS:
            thing = self.dex.thing(iri)
            return self.page("thing.html", path, thing.label, **sheet(self, thing))
        return None

    def page(self, template: str, path: str, title: str, **values: Any) -> File:
        """A page made from a template."""
        content = render(
            template, path=path, root=addresses.to_root(path), title=title,
            canonical=self.base_url + path, release=self.dex.release, live=self.live, **values,
        )  # fmt: skip
        return File(content, HTML)
