"""The dataset as Python: names in, claims out.

>>> import modeldex
>>> dex = modeldex.open()
>>> fact = dex.fact("Claude 3.5 Sonnet", "context window")
>>> fact.value, fact.unit, fact.status, fact.as_of
(200000, 'token', 'verified', '2026-06')
"""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import islice

from modeldex.answer import answer
from modeldex.errors import BadInput, StoreError, UnknownName
from modeldex.facts import ApiId, Claim, FactProperty, Thing
from modeldex.frozen import NamedTuple
from modeldex.index import Index
from modeldex.lookup import AT_ONCE, StoreLookup
from modeldex.manifest import INDEX, REMEDY, Manifest
from modeldex.names import name_key, nearest
from modeldex.naming import REMEMBERED, Naming
from modeldex.records import claim_of
from modeldex.terms import ID, local_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    import rdflib

    from modeldex.engine import Engine, Triples
    from modeldex.facts import Value
    from modeldex.lookup import Lookup
    from modeldex.partial_date import Date
    from modeldex.questions import Questions
    from modeldex.rows import Rows
    from modeldex.stored_query import StoredQuery

NEARNESS = {"self": 0, "own": 1, "offering": 2, "narrower": 2, "version": 3, "part": 3,
            "use": 4, "broader": 5}  # fmt: skip
"""What the maker itself offers comes before what others do."""
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
    every claim on it, `ask` the answer to a stored query. Names are what people type: labels,
    other names, API IDs, IRIs.
    """

    def __init__(
        self, lookup: Lookup, open_store: Callable[[], Engine], *, lasting: bool = False
    ) -> None:
        """`lasting` data never change while they are open, so that answers can be kept."""
        self._lookup = lookup
        self._open_store = open_store
        self._naming = Naming(lookup, lasting=lasting)
        self._store: Engine | None = None
        self._questions: Questions | None = None
        self._release: str | None = None
        if lasting:
            self._claims_about = lru_cache(REMEMBERED)(self._claims_about)  # type: ignore[method-assign]
            self._answer_on = lru_cache(REMEMBERED)(self._answer_on)  # type: ignore[method-assign]

    @property
    def store(self) -> Engine:
        """The engine behind it, opened when it is first needed; it answers SPARQL.

        >>> Modeldex.packaged().store.query("ASK { GRAPH graph:claims { ?c a mdx:Claim } }")
        True
        """
        if self._store is None:
            self._store = self._open_store()
        return self._store

    @property
    def questions(self) -> Questions:
        """The stored queries.

        >>> Modeldex.packaged().questions["retired-api-ids"].params[0].name
        'by'
        """
        if self._questions is None:
            from modeldex.collection import packaged_questions

            self._questions = packaged_questions()
        return self._questions

    @property
    def release(self) -> str:
        """The day of the release (YYYY-MM-DD), which counts as today.

        >>> len(Modeldex.packaged().release)
        10
        """
        if self._release is None:
            self._release = self._lookup.release()
        return self._release

    def thing(self, name: str, kind: str | None = None) -> Thing:
        """The thing with this name; of several, a model before an offering.

        Raises UnknownName with suggestions.

        >>> Modeldex.packaged().thing("claude 3.5 haiku").kind
        'Model'
        """
        return self._naming.thing(name, kind)

    def things(self, name: str) -> list[Thing]:
        """All things with this name, none if there is none.

        >>> [thing.kind for thing in Modeldex.packaged().things("claude-3-5-sonnet-20241022")]
        ['Model', 'Offering']
        """
        return self._naming.things(name)

    def property(self, name: str) -> FactProperty:
        """The fact property with this name, as people write it.

        >>> Modeldex.packaged().property("knowledge cut-off").name
        'knowledgeCutoff'
        """
        return self._naming.property(name)

    def properties(self) -> list[FactProperty]:
        """All fact properties, in the order of a fact sheet.

        >>> [prop.label for prop in Modeldex.packaged().properties()][:2]
        ['provider', 'series']
        """
        return sorted(self._naming.by_iri().values(), key=lambda p: (p.order, p.name))

    def ask(self, query: str, /, **parameters: object) -> Rows | Triples | bool:
        """The answer to a stored query; its parameters by name.

        Rows with named columns for SELECT, triples for CONSTRUCT. A thing is given by name or
        IRI, a date as `datetime.date` or YYYY-MM-DD, a decimal as `Decimal` or text, a list as
        a list. Raises UnknownName and BadInput, which name the parameter.

        >>> rows = Modeldex.packaged().ask("retired-api-ids", by="2026-06-30")
        >>> rows[-1]["apiId"], rows[-1]["retiredOn"]
        ('claude-sonnet-4-20250514', datetime.date(2026, 6, 15))
        """
        from modeldex.questions import ask

        stored = self.questions[query]
        return ask(self.store, stored, self.bound(stored, parameters))

    def sparql(self, query: str, parameters: Mapping[str, object]) -> str:
        """The SPARQL of a stored query with its parameters written in.

        >>> "2026-06-30" in Modeldex.packaged().sparql("retired-api-ids", {"by": "2026-06-30"})
        True
        """
        return self.bound(self.questions[query], parameters)

    def bound(self, query: StoredQuery, parameters: Mapping[str, object]) -> str:
        """The SPARQL of any query in the form of a stored one, with its parameters written in.

        >>> dex = Modeldex.packaged()
        >>> "$" in dex.bound(dex.questions["retired-api-ids"], {"by": "2026-06-30"})
        False
        """
        from modeldex.questions import bound

        return bound(query, parameters, self._naming, lambda: self.release)

    def graph(self) -> rdflib.Dataset:
        """A live view of the dataset for rdflib; of a dataset on disk it is read-only.

        >>> from rdflib import URIRef
        >>> verified = Modeldex.packaged().graph().graph("https://w3id.org/modeldex/graph/verified")
        >>> int(verified.value(URIRef("https://w3id.org/modeldex/id/model/claude-3-5-sonnet"),
        ...                    URIRef("https://w3id.org/modeldex/vocab#contextWindow")))
        200000
        """
        from modeldex.rdflib_view import view

        return view(self.store)

    def related(self, name: str | Thing) -> list[Related]:
        """What belongs on the sheet of a thing, nearest first: itself, narrower, broader things.

        >>> [related.relation for related in Modeldex.packaged().related("gpt-4o-mini")]
        ['self', 'offering']
        """
        thing = name if isinstance(name, Thing) else self.thing(name)
        return self._related([thing])[thing.iri]

    def _related(self, things: Sequence[Thing]) -> dict[str, list[Related]]:
        found: dict[str, dict[str, Related]] = {thing.iri: {} for thing in things}
        rows = self._lookup.around(list(found))
        for row in sorted(rows, key=lambda r: (NEARNESS[r["relation"]], r["subject"], r["class"])):
            thing = Thing(row["subject"], row["label"], local_name(row["class"]))
            relation = "offering" if row["relation"] == "own" else row["relation"]
            related = Related(thing, relation)
            found[row["thing"]].setdefault(row["subject"], related)
        return {
            thing.iri: list(found[thing.iri].values()) or [Related(thing, "self")]
            for thing in things
        }

    def facts(
        self,
        name: str | Thing,
        *,
        status: str | None = None,
        on: Date | str | None = None,
        as_of: Date | str | None = None,
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
        thing = name if isinstance(name, Thing) else self.thing(name)
        place = {related.thing.iri: n for n, related in enumerate(self.related(thing))}
        claims = self._claims_about(tuple(place)) + self._claims_naming(thing, place)
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
        on: Date | str | None = None,
        as_of: Date | str | None = None,
        platform: str | None = None,
    ) -> Claim:
        """The one answer on a property of a thing; `others` tells how many more there are.

        Of several claims `answer` tells which. What the thing itself does not say is read from
        the nearest thing that does, which the answer's `subject` names. Raises UnknownName if
        nothing is claimed.

        >>> fact = Modeldex.packaged().fact("claude-3-5-sonnet", "input price", on="2025-01-31")
        >>> fact.value, fact.unit, fact.in_force
        (Decimal('3'), 'USD per million tokens', True)
        """
        return self._answer_on(name, property_name, on, as_of, platform)

    def _answer_on(
        self, name: str | Thing, property_name: str, on: Date | str | None,
        as_of: Date | str | None, platform: str | None,
    ) -> Claim:  # fmt: skip
        claims = self.why(name, property_name, on=on, as_of=as_of, platform=platform)
        return answer(claims, [related.thing.iri for related in self.related(name)])

    def why(
        self,
        name: str | Thing,
        property_name: str,
        *,
        on: Date | str | None = None,
        as_of: Date | str | None = None,
        platform: str | None = None,
    ) -> list[Claim]:
        """Every claim on a property of a thing and what belongs to it, with its evidence.

        >>> claim, = Modeldex.packaged().why("claude-3-5-sonnet", "knowledge cutoff")
        >>> claim.value, claim.basis, claim.evidence[0].stance
        (None, 'silent', 'silent')
        """
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

        >>> rows = Modeldex.packaged().compare(
        ...     ["claude-3-5-sonnet", "gemini-2-0-flash"], ["context window"])
        >>> [[claim.value for claim in cell] for cells in rows.values() for cell in cells]
        [[200000], [1000000]]
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
        >>> [str(model) for model, _ in dex.find([("maximum output", lambda n: n < 100_000)])][::2]
        ['Claude Haiku 4.5', 'Claude Opus 4.5', 'Claude Sonnet 4.5']
        """
        wanted = [(self.property(name), passes) for name, passes in tests]
        models = self.models()
        near = {
            iri: [r.thing.iri for r in related if r.relation not in ASIDE]
            for iri, related in self._related(models).items()
        }
        about: dict[str, list[Claim]] = {}
        for claim in self._claims_about(tuple(dict.fromkeys(i for x in near.values() for i in x))):
            if (past or claim.in_force) and status in (None, claim.status):
                about.setdefault(claim.subject.iri, []).append(claim)
        found = []
        for model in models:
            claims = [claim for iri in near[model.iri] for claim in about.get(iri, ())]
            passing = [_passing(claims, p, passes, near[model.iri]) for p, passes in wanted]
            if all(passing):
                found.append((model, [claim for claim in passing if claim]))
        return found

    def api_ids(self) -> list[ApiId]:
        """All API IDs, with each offering that they call; whether they still answer or not.

        >>> dex = Modeldex.packaged()
        >>> [each.offering.rpartition("/")[2] for each in dex.api_ids() if each.api_id == "gpt-4"]
        ['gpt-4--openai-api']
        """
        return [
            ApiId(row["apiId"], row["offering"], row["platform"], row["condition"])
            for row in self._lookup.api_ids()
        ]

    def models(self) -> list[Thing]:
        """All models, by name.

        >>> Modeldex.packaged().models()[0].label
        'ada'
        """
        iris = {row["thing"] for row in self._lookup.names() if row["isProperty"] != "true"}
        found = [Thing(iri, "", "Model") for iri in iris if iri.startswith(f"{ID}model/")]
        models = (related[0].thing for related in self._related(found).values())
        return sorted(models, key=lambda model: (model.label.lower(), model.iri))

    def claims(self, subjects: Iterable[str] | None = None) -> Iterator[Claim]:
        """Every claim of the dataset, or about these IRIs, by subject.

        Memory does not grow with their number.

        >>> sum(1 for claim in Modeldex.packaged().claims()) > 100
        True
        """
        properties = self._naming.by_iri()
        left = iter(self._lookup.subjects() if subjects is None else subjects)
        number = 0
        while part := list(islice(left, AT_ONCE)):
            place = {iri: n for n, iri in enumerate(part)}
            records = self._lookup.claims(part)
            for record in sorted(records, key=lambda record: place[record["subject"]["thing"]]):
                yield claim_of(record, properties)
            number += len(records)
        if subjects is None and self._lookup.number_of_claims() not in (None, number):
            raise StoreError(f"the index is damaged (claims are missing); {REMEDY}")

    def _claims_naming(self, thing: Thing, besides: Container[str]) -> list[Claim]:
        """Claims about other things whose value is this series, provider, platform or the like."""
        if thing.kind not in NAMED_BY_CLAIMS:
            return []
        rows = [row for row in self._lookup.naming(thing.iri) if row["subject"] not in besides]
        wanted = {row["claim"] for row in rows}
        claims = self._claims_about(tuple(dict.fromkeys(row["subject"] for row in rows)))
        return [claim for claim in claims if claim.iri in wanted]

    def _claims_about(self, iris: tuple[str, ...]) -> list[Claim]:
        properties = self._naming.by_iri()
        return [claim_of(record, properties) for record in self._lookup.claims(iris)]

    @classmethod
    def packaged(cls) -> Modeldex:
        """The dataset that came with the package.

        >>> Modeldex.packaged().thing("o3").label
        'OpenAI o3'
        """
        from modeldex.packaged import dataset

        return cls.open(dataset())

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Modeldex:
        """A dataset folder. Raises StoreError where there is none.

        >>> from modeldex.packaged import dataset
        >>> Modeldex.open(dataset()).thing("o3").label
        'OpenAI o3'
        """

        def open_store() -> Engine:
            from modeldex.store import Store

            return Store.open(folder)

        manifest = Manifest(os.fspath(folder))
        if INDEX in manifest.files and not manifest.damage():
            try:
                index = Index(os.path.join(manifest.store, INDEX))
                return cls(index, open_store, lasting=True)
            except StoreError:
                pass  # a build has replaced it in between
        return cls.of(open_store(), lasting=True)

    @classmethod
    def of_graph(cls, graph: rdflib.Graph) -> Modeldex:
        """An rdflib graph: a `Dataset` with the graphs of Modeldex as it stands and changes, a
        plain `Graph` of claims as they are edited (in `data/`) with what follows from them.

        Raises BadInput for claims that do not hold to the model.

        >>> Modeldex.of_graph(Modeldex.packaged().graph()).thing("o3").label
        'OpenAI o3'
        """
        import rdflib

        from modeldex.rdflib_store import RdflibStore, quads_of

        if isinstance(graph, rdflib.Dataset):
            return cls.of(RdflibStore(graph))
        from modeldex.build import dataset_of
        from modeldex.store import Store

        return cls.of(Store.of(dataset_of(quads_of(graph))), lasting=True)

    @classmethod
    def of(cls, store: Engine, *, lasting: bool = False) -> Modeldex:
        """An engine that is already open.

        >>> Modeldex.of(Modeldex.packaged().store).thing("o3").label
        'OpenAI o3'
        """
        return cls(StoreLookup(store), lambda: store, lasting=lasting)


def _passing(
    claims: list[Claim], prop: FactProperty, passes: Callable[[Value], bool], near: list[str]
) -> Claim | None:
    """The claim by which a property passes: the answer, or of many values the first that does."""
    on_it = [claim for claim in claims if claim.fact_property == prop and claim.value is not None]
    if on_it and prop.single_valued:
        on_it = [answer(on_it, near)]
    return next((c for c in on_it if c.value is not None and passes(c.value)), None)
