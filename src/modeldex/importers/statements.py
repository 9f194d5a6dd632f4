"""Claims, evidence, sources and things as N-Triples, as the build takes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from modeldex import terms as t
from modeldex.importers.history import Edition, Held
from modeldex.importers.resolving import (
    IN_VOCABULARY,
    Described,
    Offering,
    Resolver,
    condition_iri,
    condition_label,
    slug,
)
from modeldex.importers.said import Catalogue
from modeldex.importers.terms import dated, literal, string

A = f"<{t.RDF}type>"


class Release(NamedTuple):
    """An edition with what describes its document: catalogue, version, digest, address."""

    edition: Edition
    catalogue: Catalogue
    version: str | None
    sha256: str
    url: str | None

    @property
    def iri(self) -> str:
        """The source that it is."""
        version = f"--{slug(self.version)}" if self.version else ""
        return f"{t.ID}source/{self.catalogue.slug}{version}--{self.edition.day}"


def of_release(release: Release) -> Iterator[str]:
    """The source, and the catalogue and publisher to which it belongs."""
    catalogue = release.catalogue
    whole = f"<{t.ID}source/{catalogue.slug}>"
    publisher = f"<{t.ID}publisher/{catalogue.publisher}>"
    yield from _thing(publisher, t.PROV + "Organization", catalogue.publisher_label)
    version = f" {release.version}" if release.version else ""
    named = f"{catalogue.label}{version}, {release.edition.day}"
    for iri, label in ((whole, catalogue.label), (f"<{release.iri}>", named)):
        yield from _thing(iri, t.MDX + "Source", label)
        yield f"{iri} <{t.DCTERMS}publisher> {publisher} ."
        for spoken in catalogue.speaks_for:
            yield f"{iri} <{t.MDX}speaksFor> <{t.ID}{spoken}> ."
    yield f"{whole} <{t.SCHEMA}url> <{catalogue.url}> ."
    source = f"<{release.iri}>"
    yield f"{source} <{t.MDX}catalogue> {whole} ."
    yield f"{source} <{t.DCTERMS}issued> {dated(release.edition.day)} ."
    yield f"{source} <{t.SCHEMA}sha256> {string(release.sha256)} ."
    if release.version:
        yield f"{source} <{t.SCHEMA}version> {string(release.version)} ."
    if release.url:
        yield f"{source} <{t.SCHEMA}url> {literal(release.url, 'anyURI')} ."


def of_surroundings(resolver: Resolver) -> Iterator[str]:
    """Makers, platforms and conditions that the curated data do not describe."""
    known = resolver.curated.iris
    for maker, label in sorted(resolver.makers.items()):
        iri = f"{t.ID}provider/{maker}"
        if iri not in known:
            yield from _thing(f"<{iri}>", t.MDX + "Provider", label)
    for iri, platform in sorted(resolver.platforms.items()):
        yield from _thing(f"<{iri}>", t.MDX + "Platform", platform.label)
        if platform.maker:
            yield f"<{iri}> <{t.DCTERMS}creator> <{t.ID}provider/{platform.maker}> ."
    conditions = {each for offering in resolver.offerings.values() for each in offering.within}
    for condition in sorted(conditions - set(IN_VOCABULARY)):
        iri = f"<{condition_iri(condition)}>"
        yield from _thing(iri, t.MDX + "Condition", condition_label(condition))


def of_model(iri: str, model: Described) -> Iterator[str]:
    """A model that the curated data do not describe."""
    yield from _thing(f"<{iri}>", t.MDX + "Model", model.label)
    if model.maker:
        yield f"<{iri}> <{t.DCTERMS}creator> <{t.ID}provider/{model.maker}> ."


def of_offering(offering: Offering) -> Iterator[str]:
    """An offering that the curated data do not describe."""
    iri = f"<{offering.iri}>"
    yield from _thing(iri, t.MDX + "Offering", offering.label)
    yield f"{iri} <{t.MDX}offeringOf> <{offering.model}> ."
    yield f"{iri} <{t.MDX}onPlatform> <{offering.platform}> ."
    if offering.broader:
        yield f"{iri} <{t.MDX}broaderOffering> <{offering.broader}> ."
    for condition in offering.within:
        yield f"{iri} <{t.MDX}condition> <{condition_iri(condition)}> ."


def of_claims(
    subject: str, name: str, held: Sequence[Held], releases: Mapping[int, Release],
    listed: Mapping[int, str],
) -> Iterator[str]:  # fmt: skip
    """The claims on a property of a subject, and their evidence.

    Of a claim that is there already only the evidence is added. `listed` is where each edition
    lists the subject, so that a look in vain has its place.
    """
    names = {id(each): each.iri or claim_iri(subject, name, each) for each in held}
    for each in held:
        iri = f"<{names[id(each)]}>"
        if each.iri is None:
            yield f"{iri} {A} <{t.MDX}Claim> ."
            yield f"{iri} <{t.RDF}subject> <{subject}> ."
            yield f"{iri} <{t.RDF}predicate> <{t.MDX}{name}> ."
            yield f"{iri} <{t.RDF}object> {each.value} ."
            if each.valid_from:
                yield f"{iri} <{t.SCHEMA}validFrom> {dated(each.valid_from)} ."
            if each.valid_through:
                yield f"{iri} <{t.SCHEMA}validThrough> {dated(each.valid_through)} ."
            if each.ended_by:
                yield f"{iri} <{t.MDX}endedBy> {dated(each.ended_by)} ."
            for other in each.derived_from:
                yield f"{iri} <{t.PROV}wasDerivedFrom> <{names[id(other)]}> ."
        for look in each.supports:
            release = releases[look.edition]
            evidence = evidence_iri(release, look.pointer)
            yield f"{iri} <{t.MDX}supportedBy> <{evidence}> ."
            yield from _evidence(evidence, release, look.pointer)
        for number in each.silent:
            release = releases[number]
            place = listed.get(number) or f"no record of {t.local_name(subject)}"
            evidence = evidence_iri(release, f"silent {place}")
            yield f"{iri} <{t.MDX}soughtIn> <{evidence}> ."
            yield from _evidence(evidence, release, place)
            yield f"<{evidence}> <{t.MDX}searched> <{release.iri}> ."


def claim_iri(subject: str, name: str, claim: Held) -> str:
    """The IRI of a claim: subject, property, value and start of validity."""
    lexical = claim.value.partition("^^")[0].strip('"<>')
    value = t.local_name(lexical) if claim.value.startswith("<") else lexical
    start = f"--from-{claim.valid_from}" if claim.valid_from else ""
    return f"{t.ID}claim/{t.local_name(subject)}--{kebab(name)}--{slug(value)}{start}"


def evidence_iri(release: Release, place: str) -> str:
    """The IRI of a look at a place in a release."""
    digest = hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{t.ID}evidence/{t.local_name(release.iri)}--{digest}"


def kebab(name: str) -> str:
    """The name of a property as it stands in IRIs.

    >>> kebab("contextWindow")
    'context-window'
    """
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name)


def _thing(iri: str, kind: str, label: str) -> Iterator[str]:
    """Class and label of a thing."""
    yield f"{iri} {A} <{kind}> ."
    yield f"{iri} <{t.RDFS}label> {string(' '.join(label.split()))}@en ."


def _evidence(iri: str, release: Release, place: str) -> Iterator[str]:
    yield f"<{iri}> {A} <{t.MDX}Evidence> ."
    yield f"<{iri}> <{t.MDX}source> <{release.iri}> ."
    yield f"<{iri}> <{t.MDX}asOf> {dated(release.edition.day)} ."
    yield f"<{iri}> <{t.MDX}locator> {string(place)} ."
