"""Pages, the data beside them, and things by their IRI with 303 to the one or the other."""

from __future__ import annotations

import json
from posixpath import relpath
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
from starlette.responses import Response

from modeldex.errors import UnknownName
from modeldex.exports.formats import data
from modeldex.server import replies
from modeldex.server.negotiation import HTML, RDF, choose, listed
from modeldex.server.openapi import description
from modeldex.server.service_description import SYNTAXES
from modeldex.server.sparql_protocol import Refused
from modeldex.server.subject import CANONICAL
from modeldex.terms import DATASET
from modeldex.web.addresses import iri_of

if TYPE_CHECKING:
    from modeldex.server.subject import Subject

SUFFIXES = {"html": ".html", "turtle": ".ttl", "jsonld": ".jsonld", "ntriples": ".nt",
            "rdfxml": ".rdf"}  # fmt: skip
MEDIA_TYPES = {SUFFIXES[offer.name]: (offer.name, offer.media_type) for offer in RDF}
FORMS = (HTML, *RDF)
OF_THE_WHOLE = ("vocab", "dataset")
WELL_KNOWN = {".well-known/void": DATASET}


class LinkedData:
    """What stands under the paths of the static site, and the IRIs that lead there."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def answer(self, path: str, accept: str | None) -> Response:
        """The file at a path without its leading slash, or the way from an IRI to it.

        Raises Refused: 404 where there is nothing, 406 where a thing has no such form.
        """
        if path == "" or path.endswith("/"):
            path += "index.html"
        if (found := self.found(path)) is not None:
            return found
        page = self._page(WELL_KNOWN.get(path, CANONICAL + path))
        if page is None:
            if self._subject.pages.file(f"{path}/index.html") is not None:
                return _redirect(301, f"{path.rpartition('/')[2]}/")
            return self._missing(accept)
        chosen = choose(accept, FORMS)
        if chosen is None:
            raise Refused(406, f"it can be had as {listed(FORMS)}", {"Vary": "Accept"})
        target = page.partition("#")[0].removesuffix(".html") + SUFFIXES[chosen.name]
        start = path.rpartition("/")[0]
        return _redirect(303, relpath(target, start or "."), vary="Accept")

    def _page(self, iri: str) -> str | None:
        """The path of the page about an IRI, if the dataset says anything about it."""
        try:
            known = self._subject.said.exists(iri)
        except ValueError:
            return None  # no IRI at all
        return self._subject.pages.path_of(iri) if known else None

    def found(self, path: str) -> replies.Kept | None:
        """A file of the site, or the data of a thing in one more syntax; None where neither is."""
        return self.file(path) or self._data(path)

    def file(self, path: str) -> replies.Kept | None:
        """A file of the site; None where there is none."""
        file = self._subject.pages.file(path)
        if file is None:
            return None
        return replies.Kept(
            file.content, file.media_type, modified=self._subject.modified,
            headers=_links(path), of_path=True,
        )  # fmt: skip

    def _data(self, path: str) -> replies.Kept | None:
        """The data of a thing in a syntax that the site has no file for."""
        stem, dot, suffix = path.rpartition(".")
        iri = iri_of(f"{stem}.html")
        if dot + suffix not in MEDIA_TYPES or iri is None:
            return None
        name, media_type = MEDIA_TYPES[dot + suffix]
        try:
            content = (
                self._of_the_whole(stem, name) if stem in OF_THE_WHOLE
                else data(self._subject.dex, iri, name)
            )  # fmt: skip
        except UnknownName:
            return None
        return replies.Kept(content, media_type, modified=self._subject.modified, of_path=True)

    def _of_the_whole(self, stem: str, name: str) -> bytes:
        """The vocabulary or the description of the dataset, from the Turtle of the site."""
        turtle = self._subject.pages.file(f"{stem}.ttl")
        assert turtle is not None
        quads = ox.parse(turtle.content, format=ox.RdfFormat.TURTLE)
        content = ox.serialize((quad.triple for quad in quads), format=SYNTAXES[name])
        assert content is not None
        return content

    def _missing(self, accept: str | None) -> Response:
        chosen = choose(accept, replies.PROBLEM)
        page = self._subject.pages.file("404.html")
        if page is None or chosen is None or chosen.name != "html":
            raise Refused(404, "there is nothing here; index.html has all there is")
        return Response(page.content, 404, {"Cache-Control": "no-store"}, page.media_type)

    def openapi(self) -> Response:
        """The description of everything as OpenAPI."""
        subject = self._subject
        document = description(
            subject.dex.questions, release=subject.dex.release, server=subject.base_url or "."
        )
        content = json.dumps(document, ensure_ascii=False, indent=1).encode()
        return replies.Kept(content, "application/json", modified=subject.modified, of_path=True)


def _redirect(status: int, target: str, **headers: str) -> replies.Kept:
    """Relative, so that it holds behind any prefix."""
    return replies.Kept(b"", None, status=status, headers={"location": quote(target), **headers})


def _links(path: str) -> dict[str, str] | None:
    """The data beside the page of a thing."""
    if not path.endswith(".html") or iri_of(path) is None:
        return None
    stem = quote(path.rpartition("/")[2].removesuffix(".html"))
    links = (f'<{stem}{suffix}>; rel="alternate"; type="{media_type}"'
             for suffix, (_, media_type) in MEDIA_TYPES.items())  # fmt: skip
    return {"link": ", ".join(links)}
