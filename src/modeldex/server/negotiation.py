"""Which of several media types a client wants, by its Accept header (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_ELEMENT = re.compile(r'(?:[^,"]++|"(?:[^"\\]++|\\.)*+"?+)++')
_QUOTED = re.compile(r'"(?:[^"\\]++|\\.)*+"?+', re.DOTALL)
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_RANGE = re.compile(rf"\s*+({_TOKEN})/({_TOKEN})\s*+(;.*)?\Z", re.DOTALL)
_WEIGHT = re.compile(r";\s*+q\s*+=\s*+(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*+(?:;|\Z)", re.IGNORECASE)
_ANY_WEIGHT = re.compile(r";\s*+q\s*+=", re.IGNORECASE)


class Offer(NamedTuple):
    """A form in which something can be had: its media type, and other names of that type."""

    name: str
    media_type: str
    also: tuple[str, ...] = ()


class Choice(NamedTuple):
    """The offer that was chosen, and the media type under which the client knows it."""

    name: str
    media_type: str


class Range(NamedTuple):
    """One element of an Accept header, such as `text/*;q=0.5`; other parameters are passed over."""

    type: str
    subtype: str
    weight: float

    @property
    def precision(self) -> int:
        """How much it says: 0 for `*/*`, 1 for `text/*`, 2 for `text/turtle`."""
        return (self.type != "*") + (self.subtype != "*")

    def holds(self, media_type: str) -> bool:
        """Whether a media type without parameters falls under it."""
        kind, _, rest = media_type.partition("/")
        return self.type in ("*", kind) and self.subtype in ("*", rest)


HTML = Offer("html", "text/html")
TURTLE = Offer("turtle", "text/turtle", ("application/x-turtle", "text/n3"))
NTRIPLES = Offer("ntriples", "application/n-triples")
JSONLD = Offer("jsonld", "application/ld+json", ("application/json",))
RDFXML = Offer("rdfxml", "application/rdf+xml", ("application/xml", "text/xml"))
RDF = (TURTLE, JSONLD, NTRIPLES, RDFXML)
SOLUTIONS = (
    Offer("json", "application/sparql-results+json", ("application/json",)),
    Offer("xml", "application/sparql-results+xml", ("application/xml", "text/xml")),
    Offer("csv", "text/csv"),
    Offer("tsv", "text/tab-separated-values"),
)


@lru_cache(maxsize=64)
def ranges(accept: str) -> tuple[Range, ...]:
    """The elements of an Accept header; what is malformed is passed over.

    >>> ranges("text/html, */*;q=0.1, broken")
    (Range(type='text', subtype='html', weight=1.0), Range(type='*', subtype='*', weight=0.1))
    """
    found = []
    for element in _ELEMENT.findall(accept):
        if not (parts := _RANGE.match(element)):
            continue
        kind, subtype, parameters = (
            parts[1].lower(),
            parts[2].lower(),
            _QUOTED.sub('""', parts[3] or ""),
        )
        weight = _WEIGHT.search(parameters)
        if (kind == "*" and subtype != "*") or (not weight and _ANY_WEIGHT.search(parameters)):
            continue
        found.append(Range(kind, subtype, float(weight[1]) if weight else 1.0))
    return tuple(found)


@lru_cache(maxsize=512)
def choose(accept: str | None, offers: tuple[Offer, ...]) -> Choice | None:
    """What the client likes best; of equals the first offer. None where it takes none of them.

    No header, or one in which nothing can be read, takes anything.

    >>> choose("application/ld+json, text/turtle;q=0.9", RDF)
    Choice(name='jsonld', media_type='application/ld+json')
    >>> choose("image/png", RDF) is None
    True
    """
    wanted = ranges(accept) if accept else ()
    if not wanted:
        return Choice(offers[0].name, offers[0].media_type)
    best, best_weight = None, 0.0
    for offer in offers:
        for media_type in (offer.media_type, *offer.also):
            weight = _weight(wanted, media_type, named=media_type != offer.media_type)
            if weight > best_weight:
                best, best_weight = Choice(offer.name, media_type), weight
    return best


def _weight(wanted: Iterable[Range], media_type: str, *, named: bool) -> float:
    """By the range that says most about the type; another name counts only where it is named."""
    matching = [r for r in wanted if r.holds(media_type) and (not named or r.precision == 2)]
    if not matching:
        return 0.0
    most = max(r.precision for r in matching)
    return max(r.weight for r in matching if r.precision == most)


def listed(offers: Iterable[Offer]) -> str:
    """The media types on offer, for the sentence of a 406.

    >>> listed([HTML, TURTLE])
    'text/html, text/turtle'
    """
    return ", ".join(offer.media_type for offer in offers)


def prefers_html(accept: str | None) -> bool:
    """Whether the client is a person's browser: it names HTML, and likes nothing better.

    >>> prefers_html("text/html,application/xml;q=0.9,*/*;q=0.8"), prefers_html("*/*")
    (True, False)
    """
    wanted = ranges(accept) if accept else ()
    html = [r.weight for r in wanted if (r.type, r.subtype) == ("text", "html")]
    return bool(html) and max(html) == max(r.weight for r in wanted) > 0
