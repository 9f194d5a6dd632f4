"""The dataset as Python: names in, claims out.

>>> import modeldex
>>> dex = modeldex.open()
>>> fact = dex.fact("Claude 3.5 Sonnet", "context window")
>>> fact.value, fact.unit, fact.status, fact.as_of
(200000, 'token', 'verified', '2026-06')
"""

from __future__ import annotations

import os

from modeldex.answer import answer
from modeldex.errors import BadInput, StoreError, UnknownName
from modeldex.facts import Claim, FactProperty, Thing
from modeldex.frozen import NamedTuple
from modeldex.index import Index
from modeldex.lookup import StoreLookup
from modeldex.manifest import INDEX, Manifest
from modeldex.names import name_key, nearest
from modeldex.records import claim_of, property_of
from modeldex.terms import ID, MDX, expand, local_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence
    from pathlib import Path

    from modeldex.facts import Value
    from modeldex.lookup import Lookup
    from modeldex.store import Store

PREFERRED = ("Model", "ModelClass", "Series", "Provider", "Platform", "Offering", "Endpoint",
             "Feature", "Use")  # fmt: skip
NEARNESS = {"self": 0, "offering": 1, "narrower": 1, "version": 2, "part": 2, "use": 3,
            "broader": 4}  # fmt: skip
NAMED_BY_CLAIMS = ("Series", "Provider", "Platform", "Feature", "Use", "ModelClass")
ASIDE = ("version", "use", "part")
STATUSES = ("verified", "unconfirmed")


class Related(NamedTuple):
    """A thing whose facts stand on the sheet of another, and how it belongs there."""

    thing: Thing
    relation: str


class Modeldex:
    """A dataset. Reading it from many threads is safe.

    `facts` gives all that is claimed about a thing, `fact` the one answer on a property, `why`
    every claim on it. Names are what people type: labels, other names, API IDs, IRIs.
    """

    def __init__(self, lookup: Lookup, folder: str | None = None) -> None:
        self._lookup = lookup
        self._folder = folder
        self._properties: dict[str, FactProperty] | None = None
        self._store: Store | None = None

    @property
    def store(self) -> Store:
        """The store behind it, opened when it is first needed."""
        if self._store is None:
            from modeldex.store import Store

            self._store = Store.open(self._folder) if self._folder else Store.packaged()
        return self._store

    def thing(self, name: str, kind: str | None = None) -> Thing:
        """The thing with this name; of several, a model before an offering.

        Raises UnknownName with suggestions.

        >>> Modeldex.packaged().thing("claude 3.5 haiku").kind
        'Model'
        """
        things = [thing for thing in self.things(name) if kind in (None, thing.kind)]
        if not things:
            known = {
                row["key"]: local_name(row["thing"])
                for row in self._lookup.names()
                if row["isProperty"] != "true"
                and (kind is None or f"/{kind.lower()}/" in row["thing"])
            }
            raise UnknownName(kind.lower() if kind else "thing", name, nearest(name, known))
        first = min(things, key=lambda thing: PREFERRED.index(thing.kind))
        same = [thing.iri for thing in things if thing.kind == first.kind]
        if len(same) > 1:
            raise UnknownName(f"single {first.kind.lower()}", name, same)
        return first

    def things(self, name: str) -> list[Thing]:
        """All things with this name, none if there is none."""
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
        return list(unique.values())

    def property(self, name: str) -> FactProperty:
        """The fact property with this name, as people write it.

        >>> Modeldex.packaged().property("knowledge cut-off").name
        'knowledgeCutoff'
        """
        name = expand(name)
        rows = self._lookup.named(name_key(local_name(name) if name.startswith(MDX) else name))
        found = [self._all_properties()[row["thing"]] for row in rows
                 if row["thing"] in self._all_properties()]  # fmt: skip
        if found:
            return min(found, key=lambda p: (name_key(p.label) != name_key(name), p.order))
        known = {row["key"]: local_name(row["thing"]) for row in self._lookup.names()
                 if row["isProperty"] == "true"}  # fmt: skip
        raise UnknownName("property", name, nearest(name, known))

    def properties(self) -> list[FactProperty]:
        """All fact properties, in the order of a fact sheet."""
        return sorted(self._all_properties().values(), key=lambda p: (p.order, p.name))

    def related(self, name: str | Thing) -> list[Related]:
        """What belongs on the sheet of a thing, nearest first: itself, narrower, broader things."""
        thing = name if isinstance(name, Thing) else self.thing(name)
        nearest_first: dict[str, Related] = {}
        rows = self._lookup.around(thing.iri)
        for row in sorted(rows, key=lambda r: (NEARNESS[r["relation"]], r["subject"], r["class"])):
            related = Related(
                Thing(row["subject"], row["label"], local_name(row["class"])), row["relation"]
            )
            nearest_first.setdefault(row["subject"], related)
        return list(nearest_first.values()) or [Related(thing, "self")]

    def facts(
        self,
        name: str | Thing,
        *,
        status: str | None = None,
        on: str | None = None,
        as_of: str | None = None,
        platform: str | None = None,
    ) -> list[Claim]:
        """All claims about a thing and what belongs to it, in the order of a fact sheet.

        `status` keeps the verified or the unconfirmed; `on` a day (YYYY-MM-DD) for which
        `in_force` is asked; `as_of` a date by whose evidence the claims are judged again;
        `platform` those of that platform and of none. Raises UnknownName and BadInput.

        >>> dex = Modeldex.packaged()
        >>> {claim.status for claim in dex.facts("claude-3-5-sonnet", status="unconfirmed")}
        {'unconfirmed'}
        """
        if status is not None and status not in STATUSES:
            raise BadInput(f"no status {status!r}", remedy=f"known: {', '.join(STATUSES)}")
        place = {relation.thing.iri: n for n, relation in enumerate(self.related(name))}
        claims = [claim for iri in place for claim in self._claims(iri)]
        claims += self._naming(name if isinstance(name, Thing) else self.thing(name), place)
        if on is not None or as_of is not None:
            from modeldex.hindsight import reconsider

            claims = reconsider(claims, on=on, as_of=as_of)
        if platform is not None:
            wanted = self.thing(platform, "Platform").label
            claims = [
                claim for claim in claims
                if claim.platform in (None, wanted)
                and (not isinstance(claim.value, Thing) or claim.value.kind != "Platform"
                     or claim.value.label == wanted)
            ]  # fmt: skip
        if status:
            claims = [claim for claim in claims if claim.status == status]
        return sorted(claims, key=lambda claim: (
            claim.fact_property.order, place.get(claim.subject.iri, len(place)), claim.iri
        ))  # fmt: skip

    def fact(
        self,
        name: str | Thing,
        property_name: str,
        *,
        on: str | None = None,
        as_of: str | None = None,
        platform: str | None = None,
    ) -> Claim:
        """The one answer on a property of a thing; `others` tells how many more there are.

        Of several claims `answer` tells which. What the thing itself does not say is read from
        the nearest thing that does, which the answer's `subject` names. Raises UnknownName if
        nothing is claimed.
        """
        claims = self.why(name, property_name, on=on, as_of=as_of, platform=platform)
        return answer(claims, [related.thing.iri for related in self.related(name)])

    def why(
        self,
        name: str | Thing,
        property_name: str,
        *,
        on: str | None = None,
        as_of: str | None = None,
        platform: str | None = None,
    ) -> list[Claim]:
        """Every claim on a property of a thing and what belongs to it, with its evidence."""
        wanted = self.property(property_name)
        claims = self.facts(name, on=on, as_of=as_of, platform=platform)
        found = [claim for claim in claims if claim.fact_property == wanted]
        if not found:
            about = name.label if isinstance(name, Thing) else self.thing(name).label
            said = {name_key(c.fact_property.label): c.fact_property.label for c in claims}
            near = nearest(wanted.label, said)
            raise UnknownName(f"claim about {about}", wanted.label, near)
        return found

    def compare(
        self, names: Sequence[str | Thing], properties: Iterable[str] | None = None
    ) -> dict[FactProperty, list[tuple[Claim, ...]]]:
        """Several things side by side: for each property and thing the answer, or all values.

        Of a single-valued property there is one answer, of another every claim; none where
        nothing is claimed. Without properties: the single-valued ones on which one of the
        things has a claim, and the others on which two have.
        """
        things = [name if isinstance(name, Thing) else self.thing(name) for name in names]
        order = [[related.thing.iri for related in self.related(thing)] for thing in things]
        facts = [self.facts(thing) for thing in things]
        wanted = [self.property(name) for name in properties] if properties else None
        rows: dict[FactProperty, list[tuple[Claim, ...]]] = {}
        for prop in wanted or self.properties():
            cells = [tuple(c for c in claims if c.fact_property == prop) for claims in facts]
            if wanted or sum(map(bool, cells)) >= (1 if prop.single_valued else 2):
                rows[prop] = [
                    (answer(found, near),) if found and prop.single_valued else found
                    for found, near in zip(cells, order, strict=True)
                ]
        return rows

    def find(
        self, tests: Iterable[tuple[str, Callable[[Value], bool]]], *, status: str | None = None,
        past: bool = False,
    ) -> list[tuple[Thing, list[Claim]]]:  # fmt: skip
        """The models that pass every test, each with the claims by which it does.

        A test is a property's name and a function of a value. Values that are over count only
        with `past`. What a model does not say is read from what it is a version of.

        >>> dex = Modeldex.packaged()
        >>> [str(model) for model, _ in dex.find([("context window", lambda n: n > 500_000)])]
        ['Gemini 2.0 Flash']
        """
        wanted = [(self.property(name), passes) for name, passes in tests]
        found = []
        for model in self.models():
            related = [r.thing.iri for r in self.related(model) if r.relation not in ASIDE]
            claims = [claim for iri in related for claim in self._claims(iri)
                      if (past or claim.in_force) and status in (None, claim.status)]  # fmt: skip
            passing = [_passing(claims, prop, passes, related) for prop, passes in wanted]
            if all(passing):
                found.append((model, [claim for claim in passing if claim]))
        return found

    def models(self) -> list[Thing]:
        """All models, by name."""
        iris = {row["thing"] for row in self._lookup.names() if row["isProperty"] != "true"}
        models = (self.related(Thing(iri, "", "Model"))[0].thing for iri in sorted(iris)
                  if iri.startswith(f"{ID}model/"))  # fmt: skip
        return sorted(models, key=lambda model: model.label.lower())

    def _naming(self, thing: Thing, besides: Container[str]) -> list[Claim]:
        """Claims about other things whose value is this series, provider, platform or the like."""
        if thing.kind not in NAMED_BY_CLAIMS:
            return []
        rows = [row for row in self._lookup.naming(thing.iri) if row["subject"] not in besides]
        wanted = {row["claim"] for row in rows}
        subjects = dict.fromkeys(row["subject"] for row in rows)
        return [claim for iri in subjects for claim in self._claims(iri) if claim.iri in wanted]

    def _claims(self, iri: str) -> list[Claim]:
        return [claim_of(record, self._all_properties()) for record in self._lookup.claims(iri)]

    def _all_properties(self) -> dict[str, FactProperty]:
        if self._properties is None:
            self._properties = {
                row["property"]: property_of(row)
                for row in self._lookup.properties()
            }  # fmt: skip
        return self._properties

    @classmethod
    def packaged(cls) -> Modeldex:
        """The dataset that came with the package."""
        from modeldex.packaged import dataset

        return cls.open(dataset())

    @classmethod
    def open(cls, folder: str | Path) -> Modeldex:
        """A dataset folder. Raises StoreError where there is none."""
        manifest = Manifest(str(folder))
        if not manifest.damage():
            try:
                return cls(Index(os.path.join(manifest.store, INDEX)), str(folder))
            except StoreError:
                pass  # a build has replaced it in between
        from modeldex.store import Store

        return cls.of(Store.open(folder))

    @classmethod
    def of(cls, store: Store) -> Modeldex:
        """A store that is already open."""
        dex = cls(StoreLookup(store))
        dex._store = store
        return dex


def _passing(
    claims: list[Claim], prop: FactProperty, passes: Callable[[Value], bool], near: list[str]
) -> Claim | None:
    """The claim by which a property passes: the answer, or of many values the first that does."""
    on_it = [claim for claim in claims if claim.fact_property == prop and claim.value is not None]
    if on_it and prop.single_valued:
        on_it = [answer(on_it, near)]
    return next((c for c in on_it if c.value is not None and passes(c.value)), None)
