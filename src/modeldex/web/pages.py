"""Every page and file of the site, made when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from modeldex import terms as t
from modeldex.errors import UnknownName
from modeldex.naming import REMEMBERED
from modeldex.web import (
    addresses,
    browse,
    calendar,
    comparison,
    front,
    query_pages,
    receipts,
    vocabulary,
)
from modeldex.web.files import FIXED, JSONLD, TURTLE, File, fixed
from modeldex.web.inventory import LISTS, Inventory
from modeldex.web.render import render, script_json
from modeldex.web.sheets import KINDS, sheet
from modeldex.web.view import CANONICAL, Page, View

if TYPE_CHECKING:
    from modeldex.dex import Modeldex
    from modeldex.engine import Triples
    from modeldex.exports.description import Distribution
    from modeldex.facts import Thing
    from modeldex.rows import Rows

HTML, JSON = "text/html; charset=utf-8", "application/json"
DATA = {".ttl": ("turtle", TURTLE, "Turtle"), ".jsonld": ("jsonld", JSONLD, "JSON-LD")}
SHEETS = tuple("class" if kind == "ModelClass" else kind.lower() for kind in KINDS)
RECEIPTS = {"claim": receipts.claim_page, "evidence": receipts.evidence_page,
            "source": receipts.source_page, "publisher": receipts.publisher_page}  # fmt: skip
WHOLE = ("models.json", "lifecycle.json", "calendar.ics", "dataset.ttl", "robots.txt")
FRONT = {
    "index.html": front.front_page, "about.html": front.about_page,
    "timeline.html": front.timeline_page, "calendar.html": calendar.calendar_page,
    "disagreements.html": front.disagreements_page,
    "compare.html": comparison.comparison_page, "queries/index.html": query_pages.queries_page,
    "property/index.html": vocabulary.properties_page, "404.html": front.missing_page,
}  # fmt: skip


class Pages:
    """The pages of a dataset, for a static site or, `live`, for the server.

    >>> import modeldex
    >>> pages = Pages(modeldex.open())
    >>> b"<h1>GPT-4o</h1>" in pages.file("model/gpt-4o.html").content
    True
    """

    def __init__(
        self, dex: Modeldex, *, base_url: str = CANONICAL, live: bool = False,
        files: Sequence[Distribution] = (),
    ) -> None:  # fmt: skip
        """`files` are those of the whole dataset that stand beside the pages."""
        self._view = View(dex, base_url, live)
        self._files = files
        front = [*(path for path in FRONT if path != "404.html"), "vocab.html", "dataset.html"]
        self._inventory = Inventory(self._view, front)
        self._as_schema = lru_cache(REMEMBERED)(self._thing_as_schema)

    def path_of(self, iri: str) -> str | None:
        """The page of an IRI of the dataset, such as `model/gpt-4o.html`."""
        return self._view.path_of(iri)

    # ------------------------------------------------------------------ all files

    def paths(self) -> Iterator[str]:
        """Every file of the static site."""
        yield from self._inventory.pages()
        yield "404.html"
        for page in self._inventory.things():
            yield from (page.removesuffix(".html") + suffix for suffix in DATA)
        for model in self._view.dex.models():
            yield f"compare/{model.slug}.json"
        yield from (*FIXED, *WHOLE)
        yield from self._inventory.sitemaps()

    # ------------------------------------------------------------------ one file

    def file(self, path: str) -> File | None:
        """The file at a path; None if there is none."""
        if path in FRONT:
            page = FRONT[path](self._view)
            if path == "index.html":
                page.values["schema"] = self._dataset_as_schema()
            return self._written(path, page)
        stem, dot, suffix = path.rpartition(".")
        if suffix == "html":
            return self._html(path)
        if (file := fixed(path)) is not None:
            return file
        iri = addresses.iri_of(f"{stem}.html")
        if iri in (t.DATASET, t.MDX.removesuffix("#")) or iri is None:
            return self._of_the_whole(path)
        if dot + suffix in DATA and self._view.said.exists(iri):
            from modeldex.exports.formats import data

            name, media_type, _ = DATA[dot + suffix]
            return File(data(self._view.dex, iri, name), media_type)
        return None

    def query_page(
        self, name: str, params: Mapping[str, str], answer: Rows | Triples | bool | str
    ) -> bytes:
        """The live page of a stored query with its answer, or with what is wrong.

        Raises UnknownName.
        """
        query = self._view.dex.questions[name]
        page = query_pages.stored_query_page(self._view, query, params, answer)
        page.values["search"] = f"?{urlencode(params)}" if params else ""
        iri = t.PREFIXES["query"] + name
        path = f"queries/{name}.html"
        return self._written(path, page, iri if self._view.said.exists(iri) else None).content

    def page(self, path: str, page: Page) -> bytes:
        """A page that only the server has, in the frame of all pages."""
        return self._written(path, page).content

    def _html(self, path: str) -> File | None:
        view = self._view
        if path == "vocab.html":
            return self._written(path, vocabulary.vocabulary_page(view), t.MDX.rstrip("#"))
        if path == "dataset.html":
            page = front.dataset_page(view)
            page.values.update(files=self._files, schema=self._dataset_as_schema())
            return self._written(path, page, t.DATASET)
        listed = self._listed(path)
        if listed is not None:
            return self._written(path, listed)
        folder, _, name = path.removesuffix(".html").partition("/")
        iri = addresses.iri_of(path)
        if iri is None:
            return None
        try:
            if folder == "queries":
                stored = query_pages.stored_query_page(view, view.dex.questions[name])
                stored.values["search"] = ""
                return self._written(path, stored, iri if view.said.exists(iri) else None)
            if not view.said.exists(iri):
                return None
            return self._written(path, self._about(folder, iri, path), iri)
        except UnknownName:
            return None

    def _listed(self, path: str) -> Page | None:
        number = browse.page_number(path, "models.html")
        if number:
            return browse.models_page(self._view, number)
        folder, slash, _ = path.partition("/")
        number = browse.page_number(path, f"{folder}/index.html") if slash else None
        if not number or folder not in LISTS:
            return None
        if folder == "offering":
            return browse.offerings_page(self._view, number)
        return browse.index_page(self._view, folder, number)

    def _about(self, folder: str, iri: str, path: str) -> Page:
        """The page of a thing. Raises UnknownName."""
        view = self._view
        if folder in SHEETS:
            thing = view.dex.thing(iri)
            page = sheet(view, thing, addresses.to_root(path))
            page.values["schema"] = self._as_schema(thing)
            return page
        if folder == "property":
            return vocabulary.property_page(view, view.dex.property(iri))
        return RECEIPTS.get(folder, receipts.record)(view, iri)

    def _thing_as_schema(self, thing: Thing) -> str:
        """The longest part of making a sheet, so that it is kept, as claims and answers are."""
        from modeldex.exports.schema_org import document

        return script_json(document(self._view.dex, thing))

    def _dataset_as_schema(self) -> str:
        from modeldex.exports.schema_org import dataset_document
        from modeldex.exports.selection import Selection

        selection = Selection(self._view.dex)
        return script_json(dataset_document(selection, self._view.base_url, self._files))

    def _of_the_whole(self, path: str) -> File | None:
        """Files that are about no one thing."""
        view = self._view
        if path == "dataset.ttl":
            from modeldex.exports.description import describe, turtle
            from modeldex.exports.selection import Selection

            known = view.live and view.base_url != CANONICAL
            triples = describe(
                Selection(view.dex), base_url=view.base_url, distributions=self._files,
                endpoint=f"{view.base_url}sparql" if known else None,
            )  # fmt: skip
            return File(turtle(triples), TURTLE)
        if path == "models.json":
            return File(json.dumps(self._models(), ensure_ascii=False).encode(), JSON)
        if path == "lifecycle.json":
            from modeldex.exports.lifecycles import lifecycle_json

            return File(lifecycle_json(view.dex), JSON)
        if path == "calendar.ics":
            from modeldex.exports.calendar import icalendar

            return File(icalendar(view.dex), "text/calendar; charset=utf-8")
        if path == "robots.txt":
            text = f"User-agent: *\nAllow: /\n\nSitemap: {view.base_url}sitemap.xml\n"
            return File(text.encode(), "text/plain; charset=utf-8")
        if path.startswith("sitemap"):
            content = self._inventory.sitemap(path)
            return File(content, "application/xml") if content else None
        if path.startswith("compare/") and path.endswith(".json"):
            iri = f"{t.PREFIXES['model']}{path.removeprefix('compare/').removesuffix('.json')}"
            if view.path_of(iri) and view.said.exists(iri):
                answers = comparison.answers_of(view, view.dex.thing(iri))
                return File(json.dumps(answers, ensure_ascii=False).encode(), JSON)
        return None

    def _models(self) -> dict[str, object]:
        return {"release": self._view.dex.release, "models": [
            {"id": model.iri, "label": model.label, "page": self._view.path_of(model.iri),
             "compare": f"compare/{model.slug}.json"} for model in self._view.dex.models()
        ]}  # fmt: skip

    def _written(self, path: str, page: Page, iri: str | None = None) -> File:
        view = self._view
        root = self._from_anywhere() if path == "404.html" else addresses.to_root(path)
        data = [(suffix, kind.partition(";")[0], name) for suffix, (_, kind, name) in DATA.items()]
        whole = path in ("vocab.html", "dataset.html")
        values = {"schema": _web_page(page, view.base_url + path), **page.values}
        content = render(
            page.template, path=path, root=root, title=page.title, about=page.about,
            canonical=view.base_url + path, release=view.dex.release, live=view.live, iri=iri,
            data=[] if not iri else data[:1] if whole else data,
            stem=path.rpartition("/")[2].removesuffix(".html"), **values,
        )  # fmt: skip
        return File(content, HTML)

    def _from_anywhere(self) -> str:
        """The root for a page that stands at any depth; where the site will stand, if known."""
        base = self._view.base_url
        return "/" if base == CANONICAL else urlsplit(base).path


def _web_page(page: Page, address: str) -> str:
    return script_json({
        "@context": {"@vocab": t.SCHEMA}, "@type": "WebPage", "@id": address, "name": page.title,
        "description": page.about, "isPartOf": {"@type": "Dataset", "@id": t.DATASET},
    })  # fmt: skip
