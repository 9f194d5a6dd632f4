"""Which pages there are, for whoever writes them all, and for search engines as a sitemap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from modeldex import terms as t
from modeldex.web import browse
from modeldex.web.view import View

LISTS = {**browse.INDEXES, "offering": "Offering"}
THINGS = {
    "Model": "model", "Offering": "offering", "Series": "series", "Provider": "provider",
    "Platform": "platform", "Endpoint": "endpoint", "Feature": "feature", "Use": "use",
    "ModelClass": "class", "FactProperty": "property", "Source": "source", "Claim": "claim",
    "Evidence": "evidence", "FormerVerdict": "verdict",
    t.PROV + "Organization": "publisher", t.SH + "SPARQLExecutable": "queries",
}  # fmt: skip
SITEMAP = 40_000
"""So many pages a sitemap lists; where there are more, it is an index of several."""


class Inventory:
    """The pages of a dataset; `front` are those that are there whatever it holds.

    >>> import modeldex
    >>> "model/gpt-4o.html" in Inventory(View(modeldex.open()), ["index.html"]).pages()
    True
    """

    def __init__(self, view: View, front: Sequence[str]) -> None:
        self._view, self._front = view, front

    def pages(self) -> Iterator[str]:
        """Every page that a search engine may list."""
        yield from self._front
        for listed in ("models.html", *(f"{folder}/index.html" for folder in LISTS)):
            for number in range(1, self._pages_of(listed) + 1):
                yield browse.page_path(listed, number)
        yield from (f"queries/{query.name}.html" for query in self._view.dex.questions)
        for path in self.things():
            if not path.startswith("queries/"):  # of these those that can be asked
                yield path

    def things(self) -> Iterator[str]:
        """The page of everything that has data beside it."""
        for kind, folder in THINGS.items():
            for iri in self._view.said.of_class(kind):
                path = self._view.path_of(iri)
                if path and path.startswith(f"{folder}/"):
                    yield path

    def sitemaps(self) -> list[str]:
        """The sitemap, and where that is an index those that it lists."""
        number = -(-sum(1 for _ in self.pages()) // SITEMAP)
        more = [f"sitemap-{n}.xml" for n in range(1, number + 1)] if number > 1 else []
        return ["sitemap.xml", *more]

    def sitemap(self, path: str) -> bytes | None:
        """A sitemap; None if there is none of that name."""
        names = self.sitemaps()
        if path not in names:
            return None
        base, release = self._view.base_url, self._view.dex.release
        if path == "sitemap.xml" and len(names) > 1:
            tag = "sitemapindex"
            entries = [f"<sitemap><loc>{base}{name}</loc></sitemap>" for name in names[1:]]
        else:
            tag, number = "urlset", max(names.index(path) - 1, 0)
            pages = islice(self.pages(), number * SITEMAP, (number + 1) * SITEMAP)
            entries = [
                f"<url><loc>{base}{each}</loc><lastmod>{release}</lastmod></url>" for each in pages
            ]
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{tag} xmlns="{space}">\n'
        return f"{head}{chr(10).join(entries)}\n</{tag}>\n".encode()

    def _pages_of(self, listed: str) -> int:
        kind = "Model" if listed == "models.html" else LISTS[listed.partition("/")[0]]
        return browse.number_of_pages(len(self._view.said.of_class(kind)))
