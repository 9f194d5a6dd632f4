"""The dataset describes itself: DCAT 3 and VoID, and PROV for its build.

Counts are of the statements themselves. Nothing here reads a clock: the day is that of the
release.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from modeldex import __version__
from modeldex import terms as t
from modeldex.exports.selection import Selection

VOID = "http://rdfs.org/ns/void#"
SPDX = "http://spdx.org/rdf/terms#"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
LICENCE = ox.NamedNode("https://creativecommons.org/publicdomain/zero/1.0/")
PREFIXES = {"void": VOID, "spdx": SPDX, "dcat": t.DCAT, "dcterms": t.DCTERMS, "prov": t.PROV,
            "rdfs": t.RDFS, "xsd": t.XSD, "owl": t.OWL, "mdx": t.MDX}  # fmt: skip
DESCRIPTION = (
    "Facts about AI models: context windows, prices, model IDs, modalities, lifecycle, "
    "replacements, limits, platforms. Each is a claim with its status, basis, sources and dates."
)
KEYWORDS = ("AI models", "model deprecation", "pricing", "provenance")
TYPE = t.RDF + "type"
RDF_TYPES = ("text/turtle", "application/trig", "application/n-triples", "application/n-quads",
             "application/rdf+xml", "application/ld+json")  # fmt: skip
GZIP = ox.NamedNode(MEDIA_TYPES + "application/gzip")

Term = ox.NamedNode | ox.Literal


class Distribution(NamedTuple):
    """A file of the dataset: its name, size in bytes and SHA-256."""

    file: str
    title: str
    media_type: str
    size: int
    sha256: str


class Used(NamedTuple):
    """A file that the build read."""

    name: str
    sha256: str


class Counts(NamedTuple):
    """How many statements, subjects and things; statements by property, subjects by class."""

    triples: int
    subjects: int
    entities: int
    properties: dict[str, int]
    classes: dict[str, int]


def counted(selection: Selection) -> Counts:
    """The counts, in one pass; memory grows with properties and classes only.

    >>> import modeldex
    >>> counted(Selection(modeldex.open())).classes["https://w3id.org/modeldex/vocab#Claim"] > 100
    True
    """
    triples = subjects = entities = 0
    properties: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    last = None
    for triple in selection.triples():
        triples += 1
        properties[triple.predicate.value] += 1
        if triple.predicate.value == TYPE and isinstance(triple.object, ox.NamedNode):
            classes[triple.object.value] += 1
        if triple.subject != last:
            last = triple.subject
            subjects += 1
            entities += isinstance(last, ox.NamedNode) and last.value.startswith(t.ID)
    return Counts(triples, subjects, entities, dict(properties), dict(classes))


def describe(
    selection: Selection, *, base_url: str, distributions: Iterable[Distribution] = (),
    used: Iterable[Used] = (), endpoint: str | None = None,
) -> list[ox.Triple]:  # fmt: skip
    """The description, as triples about `https://w3id.org/modeldex/dataset`."""
    found = [
        *_dataset(selection, base_url), *_counts(counted(selection)),
        *(triple for each in distributions for triple in _distribution(each, base_url)),
        *_build(selection, used),
    ]  # fmt: skip
    if endpoint:
        found += _service(endpoint)
    return sorted(set(found), key=_reading_order)


def turtle(triples: Iterable[ox.Triple]) -> bytes:
    """The description as Turtle."""
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""


def _reading_order(triple: ox.Triple) -> tuple[bool, str, bool, str]:
    """The dataset first; of each thing what it is."""
    subject = str(triple.subject)
    is_type = triple.predicate.value == TYPE
    return subject != f"<{t.DATASET}>", subject, not is_type, str(triple)


def _dataset(selection: Selection, base_url: str) -> Iterator[ox.Triple]:
    for quad in selection.described(t.DATASET, t.ENTITIES):
        if not quad.predicate.value.startswith(t.MDX):
            yield quad.triple
        if quad.predicate.value == t.OWL + "versionInfo":
            yield ox.Triple(quad.subject, _node(t.DCAT + "version"), quad.object)
    about = _About(t.DATASET)
    yield about(TYPE, _node(VOID + "Dataset"))
    yield about(t.DCTERMS + "description", ox.Literal(DESCRIPTION, language="en"))
    for word in KEYWORDS:
        yield about(t.DCAT + "keyword", ox.Literal(word, language="en"))
    yield about(t.DCAT + "landingPage", _node(base_url))
    yield about(t.DCTERMS + "language", _node("http://id.loc.gov/vocabulary/iso639-1/en"))
    yield about(VOID + "uriSpace", ox.Literal(t.ID))
    for model in selection.models()[:3]:
        yield about(VOID + "exampleResource", _node(model.iri))
    if (sha256 := selection.sha256) is not None:
        yield from _checksum(t.DATASET, "canonical", sha256)


def _counts(counts: Counts) -> Iterator[ox.Triple]:
    about = _About(t.DATASET)
    for name, number in (
        ("triples", counts.triples), ("distinctSubjects", counts.subjects),
        ("entities", counts.entities), ("properties", len(counts.properties)),
        ("classes", len(counts.classes)),
    ):  # fmt: skip
        yield about(VOID + name, _number(number))
    for vocabulary in {_namespace(iri) for iri in (*counts.properties, *counts.classes)}:
        yield about(VOID + "vocabulary", _node(vocabulary))
    for kind, name, parts, unit in (
        ("class", "class", counts.classes, "entities"),
        ("property", "property", counts.properties, "triples"),
    ):
        for iri, number in parts.items():
            part = _About(f"{t.DATASET}#{kind}-{_slug(iri)}")
            yield about(f"{VOID}{kind}Partition", part.node)
            yield part(TYPE, _node(VOID + "Dataset"))
            yield part(VOID + name, _node(iri))
            yield part(VOID + unit, _number(number))


def _distribution(file: Distribution, base_url: str) -> Iterator[ox.Triple]:
    address = _node(base_url + quote(file.file))
    about = _About(f"{t.DATASET}#file-{_slug(file.file)}")
    yield ox.Triple(_node(t.DATASET), _node(t.DCAT + "distribution"), about.node)
    if file.media_type.partition(";")[0] in RDF_TYPES:
        yield ox.Triple(_node(t.DATASET), _node(VOID + "dataDump"), address)
    yield about(TYPE, _node(t.DCAT + "Distribution"))
    yield about(t.DCTERMS + "title", ox.Literal(file.title, language="en"))
    yield about(t.DCTERMS + "license", LICENCE)
    yield about(t.DCAT + "downloadURL", address)
    yield about(t.DCAT + "mediaType", _node(MEDIA_TYPES + file.media_type.partition(";")[0]))
    if file.file.endswith(".gz"):
        yield about(t.DCAT + "compressFormat", GZIP)
    yield about(t.DCAT + "byteSize", ox.Literal(
        str(file.size), datatype=_node(t.XSD + "nonNegativeInteger")))  # fmt: skip
    yield from _checksum(about.node.value, "sha256", file.sha256)


def _checksum(iri: str, name: str, digest: str) -> Iterator[ox.Triple]:
    about = _About(f"{iri}-{name}" if "#" in iri else f"{iri}#{name}")
    yield ox.Triple(_node(iri), _node(SPDX + "checksum"), about.node)
    yield about(TYPE, _node(SPDX + "Checksum"))
    yield about(SPDX + "algorithm", _node(SPDX + "checksumAlgorithm_sha256"))
    yield about(SPDX + "checksumValue", ox.Literal(digest, datatype=_node(t.XSD + "hexBinary")))


def _build(selection: Selection, used: Iterable[Used]) -> Iterator[ox.Triple]:
    activity, agent = _About(t.DATASET + "#build"), _About(t.DATASET + "#software")
    yield ox.Triple(_node(t.DATASET), _node(t.PROV + "wasGeneratedBy"), activity.node)
    yield activity(TYPE, _node(t.PROV + "Activity"))
    yield activity(t.RDFS + "label", ox.Literal("the build of the dataset", language="en"))
    yield activity(t.PROV + "wasAssociatedWith", agent.node)
    yield agent(TYPE, _node(t.PROV + "SoftwareAgent"))
    yield agent(t.RDFS + "label", ox.Literal(f"modeldex {__version__}", language="en"))
    for file in used:
        entity = _About(f"{t.DATASET}#used-{_slug(file.name)}")
        yield activity(t.PROV + "used", entity.node)
        yield entity(TYPE, _node(t.PROV + "Entity"))
        yield entity(t.RDFS + "label", ox.Literal(file.name, language="en"))
        yield from _checksum(entity.node.value, "sha256", file.sha256)


def _service(endpoint: str) -> Iterator[ox.Triple]:
    about = _About(t.DATASET + "#sparql")
    yield about(TYPE, _node(t.DCAT + "DataService"))
    yield about(t.DCTERMS + "title", ox.Literal("SPARQL 1.1 endpoint", language="en"))
    yield about(t.DCAT + "endpointURL", _node(endpoint))
    yield about(t.DCAT + "servesDataset", _node(t.DATASET))
    yield about(t.DCTERMS + "conformsTo", _node("http://www.w3.org/TR/sparql11-protocol/"))
    yield ox.Triple(_node(t.DATASET), _node(VOID + "sparqlEndpoint"), _node(endpoint))


class _About:
    """Makes triples about one subject."""

    def __init__(self, iri: str) -> None:
        self.node = _node(iri)

    def __call__(self, predicate: str, value: Term) -> ox.Triple:
        return ox.Triple(self.node, _node(predicate), value)


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _number(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=_node(t.XSD + "integer"))


def _namespace(iri: str) -> str:
    return iri.removesuffix(t.local_name(iri))


def _slug(name: str) -> str:
    """An IRI or the path of a file as part of a fragment; no two give the same."""
    return quote(t.shorten(name), safe="/:@!$&'()*+,;=")
