"""The address of a thing, as a string that knows its short form."""

from __future__ import annotations

from modeldex.terms import local_name, shorten


class Iri(str):
    """An IRI; equal to its text.

    >>> iri = Iri("https://w3id.org/modeldex/id/model/gpt-4o")
    >>> iri.short, iri.slug
    ('model:gpt-4o', 'gpt-4o')
    """

    __slots__ = ()

    @property
    def short(self) -> str:
        """With a prefix of Modeldex, where one fits."""
        return shorten(self)

    @property
    def slug(self) -> str:
        """What stands behind the last slash or hash."""
        return local_name(self)
