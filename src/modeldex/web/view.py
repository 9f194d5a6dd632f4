"""What every page is made from: the dataset, where things have their pages, and its template."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from modeldex.exports.calendar import Entry, entries
from modeldex.exports.redirects import base_address
from modeldex.facts import Claim, Thing
from modeldex.terms import RDF
from modeldex.web import addresses
from modeldex.web.fact_rows import PathOf, Row, row_of
from modeldex.web.statements import TYPE, Statements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modeldex.dex import Modeldex

CANONICAL = "https://w3id.org/modeldex/"
MOST_ROWS = 1000
"""So many rows a page shows at most; it says so, and the data beside it have all."""

REMEMBERED = 65_536


class Page(NamedTuple):
    """A page before it is written: its template, what it is called, what it says in a line."""

    template: str
    title: str
    about: str
    values: dict[str, Any]


class View:
    """A dataset as pages see it."""

    def __init__(self, dex: Modeldex, base_url: str = CANONICAL, live: bool = False) -> None:
        """Raises BadInput for what is no address of pages, and for a dataset that is elsewhere."""
        self.dex = dex
        self.base_url = base_address(base_url)
        self.live = live
        self.said = Statements(dex)
        self._terms = {
            **dict.fromkeys(self.said.of_class("FactProperty"), "property"),
            **dict.fromkeys(self.said.of_class("ModelClass"), "class"),
        }
        self._links: dict[str, PathOf] = {}
        self.path_of = lru_cache(REMEMBERED)(self._path_of)

    def _path_of(self, iri: str) -> str | None:
        """The page of an IRI, such as `model/gpt-4o.html`; None for one of another's."""
        return addresses.path_of(iri, self._terms.get(iri))

    def links_from(self, root: str) -> PathOf:
        """`path_of` for a page from which `root` leads to the root of the site."""
        if root in self._links:
            return self._links[root]

        def link(iri: str) -> str | None:
            path = self.path_of(iri)
            return path and root + path

        return self._links.setdefault(root, lru_cache(REMEMBERED)(link))

    @cached_property
    def retirements(self) -> list[Entry]:
        """What is to be retired, was due to be, or has only a bound; read once."""
        return entries(self.dex)

    def thing(self, iri: str) -> Thing:
        """A thing by its IRI, of whatever class.

        >>> import modeldex
        >>> str(View(modeldex.open()).thing("https://w3id.org/modeldex/id/publisher/gate"))
        'Gate'
        """
        classes = [name.rpartition("#")[2] for name in self.said.texts(iri, TYPE)]
        return Thing(iri, self.said.label(iri), next(iter(classes), ""))

    def link(self, iri: str) -> Link:
        """A thing as a link."""
        return Link(self.said.label(iri), self.path_of(iri))

    def links(self, iris: Iterable[str]) -> list[Link]:
        """Things as links, by name."""
        return sorted(map(self.link, set(iris)), key=lambda link: (link.text.lower(), link.text))

    def claims(self, iris: Iterable[str]) -> list[Claim]:
        """These claims, in the order of their properties and subjects; no withdrawn ones."""
        wanted = set(iris)
        subjects = {subject for iri in wanted for subject in self.said.texts(iri, RDF + "subject")}
        found = [
            claim for subject in sorted(subjects)
            for claim in self.dex.facts(self.dex.thing(subject)) if claim.iri in wanted
        ]  # fmt: skip
        unique = {claim.iri: claim for claim in found}.values()
        return sorted(unique, key=lambda c: (c.subject.label, c.fact_property.order, c.iri))

    def rows(self, claims: Iterable[Claim], thing: Thing | None = None) -> list[Row]:
        """Claims as rows that name their subject."""
        return [row_of(claim, thing, self.path_of) for claim in claims]


class Link(NamedTuple):
    """A text, and the page that it leads to, if any."""

    text: str
    path: str | None
