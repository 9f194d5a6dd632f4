"""Names as people type them, to things and properties of the dataset."""

from __future__ import annotations

from functools import lru_cache

from modeldex.errors import UnknownName
from modeldex.facts import FactProperty, Thing
from modeldex.names import name_key, nearest
from modeldex.records import property_of
from modeldex.terms import ID, MDX, expand, local_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.lookup import Lookup

PREFERRED = ("Model", "ModelClass", "Series", "Provider", "Platform", "Offering", "Endpoint",
             "Feature", "Use")  # fmt: skip


REMEMBERED = 4096
"""So many answers of a dataset that cannot change are kept in memory."""


class Naming:
    """What the names of a dataset mean; of `lasting` data it is kept in memory."""

    def __init__(self, lookup: Lookup, *, lasting: bool = False) -> None:
        self._lookup = lookup
        self._found = lru_cache(REMEMBERED)(self._find) if lasting else self._find
        self._properties: dict[str, FactProperty] | None = None
        if lasting:
            self.property = lru_cache(REMEMBERED)(self.property)  # type: ignore[method-assign]

    def thing(self, name: str, kind: str | None = None) -> Thing:
        """The thing with this name, of a class where one is asked for.

        Of several, a model before an offering. Raises UnknownName with suggestions.
        """
        things = [thing for thing in self._found(str(name)) if kind in (None, thing.kind)]
        if not things:
            raise UnknownName(
                kind.lower() if kind else "thing", name, nearest(name, self._known(kind))
            )
        first = min(things, key=lambda thing: PREFERRED.index(thing.kind))
        same = [thing.iri for thing in things if thing.kind == first.kind]
        if len(same) > 1:
            raise UnknownName(f"single {first.kind.lower()}", name, same)
        return first

    def _known(self, kind: str | None) -> dict[str, str]:
        """What to suggest for each key: of a model and its offerings, the model."""
        known: dict[str, str] = {}
        for row in self._lookup.names():
            if row["isProperty"] != "true" and (
                kind is None or f"/{kind.lower()}/" in row["thing"]
            ):
                slug = local_name(row["thing"])
                known[row["key"]] = min(known.get(row["key"], slug), slug, key=len)
        return known

    def things(self, name: str) -> list[Thing]:
        """All things with this name, none if there is none."""
        return list(self._found(str(name)))

    def _find(self, name: str) -> tuple[Thing, ...]:
        name = expand(name)
        key = name_key(local_name(name) if name.startswith((ID, MDX)) else name)
        rows = self._lookup.named(key) if key else []
        found = [Thing(r["thing"], r["label"], local_name(r["class"])) for r in rows]
        found = [thing for thing in found if thing.kind in PREFERRED]
        if name.startswith((ID, MDX)):
            found = [thing for thing in found if thing.iri == name]
        unique: dict[str, Thing] = {}
        for thing in found:
            best = unique.get(thing.iri)
            if best is None or PREFERRED.index(thing.kind) < PREFERRED.index(best.kind):
                unique[thing.iri] = thing
        return tuple(unique.values())

    def property(self, name: str) -> FactProperty:
        """The fact property with this name. Raises UnknownName with suggestions."""
        name = expand(name)
        rows = self._lookup.named(name_key(local_name(name) if name.startswith(MDX) else name))
        found = [self.by_iri()[row["thing"]] for row in rows if row["thing"] in self.by_iri()]
        if found:
            return min(found, key=lambda p: (name_key(p.label) != name_key(name), p.order))
        known = {row["key"]: local_name(row["thing"]) for row in self._lookup.names()
                 if row["isProperty"] == "true"}  # fmt: skip
        raise UnknownName("property", name, nearest(name, known))

    def by_iri(self) -> dict[str, FactProperty]:
        """All fact properties by IRI."""
        if self._properties is None:
            rows = self._lookup.properties()
            self._properties = {row["property"]: property_of(row) for row in rows}
        return self._properties
