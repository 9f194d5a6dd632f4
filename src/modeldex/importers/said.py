"""What a catalogue says, before it is a claim: of which listing, which property, which value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

from modeldex.json_reading import Path

Unread = tuple[str, tuple[str, ...] | None]
"""A property and its conditions; None for any: what a refused value would have told."""


class Refused(ValueError):
    """A value or a record that is not taken; the message says why.

    `unread` are the properties of which it would have told; None if that is not known.
    """

    unread: tuple[Unread, ...] | None = None

    def under(self, conditions: tuple[str, ...]) -> Refused:
        """The same, of a value under further conditions."""
        self.unread = self.unread and tuple(
            (name, None if within is None else (*conditions, *within))
            for name, within in self.unread
        )
        return self


class Catalogue(NamedTuple):
    """A catalogue: `name` as on the command line, its label, who publishes it and where.

    `speaks_for` are the slugs of the providers and platforms for whom its publisher speaks.
    """

    name: str
    label: str
    publisher: str
    publisher_label: str
    url: str
    speaks_for: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """Its name as it stands in IRIs."""
        return self.name.replace(".", "-")


class Listing(NamedTuple):
    """Who is meant: an API ID on a platform, narrowed by conditions.

    `platform` is the catalogue's own word for it; `maker` and `name` are what the ID itself says
    of the model, where it does. `within` are conditions of the whole record, such as a region,
    and `broader_id` the ID without them.
    """

    platform: str
    api_id: str
    maker: str | None = None
    name: str | None = None
    within: tuple[str, ...] = ()
    broader_id: str | None = None


Span = tuple[str | None, str | None]


class Record(NamedTuple):
    """One entry of a catalogue: where it stands, who is meant, and what it holds.

    A record without a listing is left aside, or refused, for the reason that it gives. `span` are
    the first and the last day on which it was listed, where the catalogue tells them.
    """

    path: Path
    listing: Listing | None
    value: Any
    reason: str = ""
    refused: bool = False
    span: Span = (None, None)


class Value(NamedTuple):
    """A property and its value as an N-Triples term, for the conditions named."""

    property: str
    term: str
    within: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_through: str | None = None


class Said(NamedTuple):
    """A value that a catalogue gives for a listing: JSON Pointers to it and to its record."""

    listing: Listing
    value: Value
    pointer: str
    record: str


class Listed(NamedTuple):
    """A record that lists something, whether or not it says more; where it stands.

    `unread` is of what its refused values would have told; None if that may be anything.
    """

    listing: Listing
    record: str
    unread: tuple[Unread, ...] | None
    span: Span = (None, None)


Reading = Callable[[Any], list[Value]]
"""From the JSON value of a field to what it says. Raises Refused."""


class Aside(NamedTuple):
    """A field that is known and states no fact about the model, and why."""

    reason: str


class Importer(Protocol):
    """A module that knows one catalogue."""

    CATALOGUE: Catalogue

    def records(self, document: Any) -> Iterator[Record]:
        """The entries of the document. Raises BadInput if it is not of this catalogue."""

    def field(self, path: Path, record: Any) -> Reading | Aside | None:
        """How to read a field of a record; None if it is not known."""
