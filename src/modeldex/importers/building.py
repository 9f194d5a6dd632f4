"""A store of catalogues: everything that their documents say, beside the curated data.

It follows from the documents alone, so it can be thrown away and built again. Memory does not
grow with their number: what they say is sorted on disk and judged subject by subject.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.build import RELEASE_DAY, STATUS_OF, read_all
from modeldex.derive import of_ontology, of_statements
from modeldex.descriptions import TYPE, VALIDITY, Descriptions, describe
from modeldex.importers.curated import Curated
from modeldex.importers.history import UNREAD, Held, Observation, histories
from modeldex.importers.observed import About, Observed
from modeldex.importers.resolving import Offering, Resolver
from modeldex.importers.said import Importer, Listed, Span
from modeldex.importers.statements import (
    Release,
    of_claims,
    of_model,
    of_offering,
    of_release,
    of_surroundings,
)
from modeldex.importers.taking import Tally, take
from modeldex.importers.terms import dated, string
from modeldex.packaged import folder
from modeldex.query_catalogue import catalogue
from modeldex.query_files import read_folder
from modeldex.reading import read

AT_ONCE = 10_000
"""So many statements are judged at a time."""
ANYTHING = ""
"""In the place of a property: of which one a record would have told is not known."""
STATUS = ox.NamedNode(t.MDX + "status")
Showing = Callable[[str], None]


class Sink(Protocol):
    """Where N-Quads go: a file, or a store that is being loaded."""

    def write(self, text: bytes, /) -> object:
        """Take whole lines."""


class Gathered:
    """What all releases say, and whom they mean."""

    def __init__(self, scrap: Path) -> None:
        documents = read_all([Path(folder("data"))])
        self.curated_statements = [quad for each in documents for quad in each.quads]
        self.resolver = Resolver(Curated(self.curated_statements))
        self.releases: list[Release] = []
        self.unread: dict[str, set[tuple[str, int]]] = {}
        self.observed = Observed(scrap)

    def add(self, release: Release, importer: Importer, document: Any) -> tuple[Tally, set[str]]:
        """Take in a document: what became of its values, and the offerings that it lists.

        Releases come in the order of their days.
        """
        tally = Tally()
        number = release.edition.number
        listed = set[str]()

        def hear(record: Listed) -> None:
            base = self.resolver.offering(release.catalogue, record.listing)
            if base.iri not in listed:
                listed.add(base.iri)
                self._list(base, number, record.record, record.span)
            self._leave_open(base, record, number)

        for said in take(importer, document, tally, hear):
            base = self.resolver.offering(release.catalogue, said.listing)
            subject = self.resolver.narrower(base, said.value.within)
            self.observed.add(subject.iri, said.value.property, Observation(
                number, said.value.term, said.pointer, said.value.valid_from,
                said.value.valid_through,
            ))  # fmt: skip
        self.releases.append(release)
        return tally, listed

    def _leave_open(self, base: Offering, record: Listed, number: int) -> None:
        """Keep of what a record would have told, had its values not been refused."""
        for name, within in record.unread if record.unread is not None else [(ANYTHING, None)]:
            if within is None:
                self.unread.setdefault(base.iri, set()).add((name, number))
            else:
                subject = self.resolver.narrower_iri(base, within)
                self.observed.add(subject, name, Observation(number, UNREAD, record.record))

    def unread_of(self, subject: str, name: str) -> set[int]:
        """The editions in whose record of an offering a property may stand under any condition."""
        found, offering = set[int](), self.resolver.offerings.get(subject)
        while offering is not None:
            about = self.unread.get(offering.iri, set())
            found |= {number for what, number in about if what in (name, ANYTHING)}
            narrowed = offering.api_id is None and offering.broader
            offering = self.resolver.offerings.get(narrowed) if narrowed else None
        return found

    def _list(self, offering: Offering, number: int, place: str, span: Span) -> None:
        """Its API ID, also where the record says nothing else, and where it is listed."""
        named: Offering | None = offering
        while named is not None and named.api_id is None:
            self.observed.list(named.iri, number, place)
            named = self.resolver.offerings.get(named.broader or "")
        if named is not None and named.api_id is not None:
            self.observed.list(named.iri, number, place)
            api_id = Observation(number, string(named.api_id), place, *span)
            self.observed.add(named.iri, "apiId", api_id)


def write_quads(gathered: Gathered, file: Sink, show: Showing) -> int:
    """Write the whole dataset as N-Quads. Answers how many lines it wrote."""
    return _Writer(gathered, file, show).write()


class _Writer:
    def __init__(self, gathered: Gathered, file: Sink, show: Showing) -> None:
        self.gathered, self.resolver = gathered, gathered.resolver
        self.file, self.show, self.lines = file, show, 0
        self.ontology = read(Path(folder("ontology"), "modeldex.ttl")).quads
        self.vocabulary = describe(self.ontology)
        self.releases = {release.edition.number: release for release in gathered.releases}
        self.editions = [release.edition for release in gathered.releases]
        self.around: Descriptions = {}
        self.started = time.monotonic()

    def write(self) -> int:
        self._put(of_ontology(self.ontology))
        self._put(catalogue(read_folder(Path(folder("queries")))))
        surroundings = [*self._surroundings()]
        curated = self._curated()
        self.around = describe([*parsed(surroundings), *_entities(curated)])
        known = self._known_claims(curated)
        of_curated: list[str] = []
        waiting: list[str] = []
        done = set[str]()
        for about in self.gathered.observed.subjects():
            if about.subject not in self.resolver.offerings:
                continue  # all that was said of it was refused
            joined = about.subject in self.resolver.curated.iris
            target = of_curated if joined else waiting
            if not joined:
                target.extend(of_offering(self.resolver.offerings[about.subject]))
            target.extend(self._claims(about, known))
            done.add(about.subject)
            if len(waiting) >= AT_ONCE:
                self._judge(waiting)
                waiting = []
                self.show(self._progress(len(done)))
        for iri, offering in sorted(self.resolver.offerings.items()):
            if iri not in done and iri not in self.resolver.curated.iris:
                waiting.extend(of_offering(offering))  # which others name as the broader one
        self._judge(waiting)
        self._judge_models()
        self._put(self._judged([*curated, *parsed([*surroundings, *of_curated])], {}))
        return self.lines

    def _progress(self, done: int) -> str:
        """How many offerings are done, how many a second, and how long the others will take."""
        total = len(self.resolver.offerings)
        rate = done / max(time.monotonic() - self.started, 0.001)
        left = max(total - done, 0) / rate
        return f"{done:,} of {total:,} offerings, {rate:,.0f} a second, {left:,.0f} s left"

    def _curated(self) -> list[ox.Quad]:
        """The curated statements, as of the day of the latest release; statuses are reckoned."""
        kept, days = [], [edition.day for edition in self.editions]
        for quad in self.gathered.curated_statements:
            if (str(quad.subject), quad.predicate.value) == RELEASE_DAY:
                assert isinstance(quad.object, ox.Literal)
                days.append(quad.object.value)
            elif quad.predicate.value != t.MDX + "status":
                kept.append(quad)
        dataset, issued = RELEASE_DAY
        return [*kept, *parsed([f"{dataset} <{issued}> {dated(max(days))} ."])]

    def _surroundings(self) -> Iterator[str]:
        for release in self.gathered.releases:
            yield from of_release(release)
        yield from of_surroundings(self.resolver)

    def _known_claims(self, curated: list[ox.Quad]) -> dict[tuple[str, str], list[Held]]:
        """The curated claims that catalogues can support, by subject and property."""
        known: dict[tuple[str, str], list[Held]] = {}
        for iri, described in describe(curated).items():
            subjects, predicates, values = (
                described.get(t.RDF + part, []) for part in ("subject", "predicate", "object")
            )
            if len(subjects) == len(predicates) == len(values) == 1:
                start, through, ended = (
                    described[p][0].value if p in described else None for p in VALIDITY
                )
                key = subjects[0].value, predicates[0].value.removeprefix(t.MDX)
                held = Held(str(values[0]), start, through, ended, iri)
                known.setdefault(key, []).append(held)
        return known

    def _claims(self, about: About, known: Mapping[tuple[str, str], list[Held]]) -> Iterator[str]:
        for name, observations in about.properties.items():
            single = self._is_single(name)
            claims = histories(
                observations, self._editions_of(observations), single_valued=single,
                known=known.get((about.subject, name), ()),
                unread=self.gathered.unread_of(about.subject, name),
            )  # fmt: skip
            yield from of_claims(about.subject, name, claims, self.releases, about.listed)

    def _editions_of(self, observations: Iterable[Observation]) -> list[Any]:
        """The editions of the catalogues that say anything here, in order."""
        named = {self.releases[each.edition].edition.catalogue for each in observations}
        return [edition for edition in self.editions if edition.catalogue in named]

    def _is_single(self, name: str) -> bool:
        flags = self.vocabulary[t.MDX + name].get(t.MDX + "singleValued", [])
        return any(flag.value == "true" for flag in flags)

    def _judge_models(self) -> None:
        lines: list[str] = []
        for iri, model in sorted(self.resolver.models.items()):
            lines.extend(of_model(iri, model))
            if len(lines) >= AT_ONCE:
                self._judge(lines)
                lines = []
        self._judge(lines)

    def _judge(self, lines: list[str]) -> None:
        """Write statements, with what follows from them and what they name."""
        statements = [*parsed(lines)]
        named: list[str] = []
        for quad in statements:
            if isinstance(quad.object, ox.NamedNode):
                named.extend(self._described(quad.predicate.value, quad.object.value))
        around = {**self.around, **describe(parsed(named))} if named else self.around
        self._put(self._judged(statements, around))

    def _described(self, predicate: str, iri: str) -> Iterator[str]:
        """What an offering names, and the curated data do not describe."""
        if predicate == t.MDX + "offeringOf" and (model := self.resolver.models.get(iri)):
            yield from of_model(iri, model)
        elif predicate == t.MDX + "broaderOffering" and iri not in self.resolver.curated.iris:
            yield from of_offering(self.resolver.offerings[iri])

    def _judged(self, statements: list[ox.Quad], around: Descriptions) -> Iterator[ox.Quad]:
        for quad in of_statements(statements, self.vocabulary, around):
            yield quad
            if (
                quad.predicate.value == TYPE
                and isinstance(quad.object, ox.NamedNode)
                and (status := STATUS_OF.get(quad.object.value))
            ):
                value = ox.NamedNode(t.MDX + status)
                yield ox.Quad(quad.subject, STATUS, value, quad.graph_name)

    def _put(self, quads: Iterable[ox.Quad]) -> None:
        written = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
        assert written is not None
        self.lines += written.count(b"\n")
        self.file.write(written)


def parsed(lines: Iterable[str]) -> Iterator[ox.Quad]:
    """N-Triples lines as statements."""
    return ox.parse("\n".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES)


def _entities(statements: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """What is said of things that are neither claims nor evidence."""
    for quad in statements:
        if isinstance(quad.subject, ox.NamedNode) and not quad.subject.value.startswith(
            (t.PREFIXES["claim"], t.PREFIXES["evidence"])
        ):
            yield quad
