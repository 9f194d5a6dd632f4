"""Made-up datasets of any size, with all that the build computes, for `queries.py`.

The packaged data come first, so that what the examples of the stored queries name is there at
every size. Then come made-up providers, each with twenty models: their snapshots, offerings and
batch offerings with API IDs, prices that changed, context windows, retirements, replacements,
searches without result, contradictions; on evidence that claims share. A few providers differ;
the others are stamped from them, statements and what the real `derive` computes alike, by putting
another name in place of theirs. `check` holds that to deriving the whole at once.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from modeldex import packaged
from modeldex import terms as t
from modeldex.build import read_all
from modeldex.derive import derive
from modeldex.reading import read

MODELS, DESIGNS = 20, 4
PLATFORMS = ("amazon-bedrock", "google-vertex-ai")
WINDOWS = (8192, 32768, 128000, 200000, 400000, 1000000)
NAME = b"mk00000"  # the provider that is stamped: alike in IRIs, labels, API IDs and name keys

COMMON = """
publisher:made-catalogue rdfs:label "Made-up catalogue"@en .
source:made-catalogue a mdx:Source ; rdfs:label "Made-up catalogue"@en ;
    dcterms:publisher publisher:made-catalogue .
"""
PROVIDER = """
provider:{p} a mdx:Provider ; rdfs:label "{p}"@en .
platform:{p}-api a mdx:Platform ; rdfs:label "{p} API"@en ; dcterms:creator provider:{p} .
series:{p}-nova a mdx:Series ; rdfs:label "{p} nova"@en ; dcterms:creator provider:{p} .
source:{p}-docs a mdx:Source ; rdfs:label "{p}: documentation"@en ; dcterms:publisher provider:{p} ;
    schema:url "https://{p}.example/docs"^^xsd:anyURI ;
    mdx:speaksFor provider:{p}, platform:{p}-api .
"""
EVIDENCE = """
evidence:{name} a mdx:Evidence ; mdx:source source:{source} ; mdx:asOf {as_of} ;
    mdx:locator "{locator}" {more}.
"""
MODEL = """
model:{m} a mdx:Model ; rdfs:label "{m}"@en ; skos:altLabel "model {m}"@en ;
    dcterms:creator provider:{p} .
"""
SNAPSHOT = """
model:{m}-{v} a mdx:Model ; rdfs:label "{m} {v}"@en ; dcterms:creator provider:{p} ;
    dcterms:isVersionOf model:{m} .
"""
OFFERING = """
offering:{o} a mdx:Offering ; rdfs:label "{o}"@en ; mdx:offeringOf model:{m} ;
    mdx:onPlatform platform:{platform} {more}.
"""
CLAIM = """
claim:{name} a mdx:Claim ; rdf:subject {subject} ; rdf:predicate mdx:{predicate} ; {more} .
"""


class Design:
    """One made-up provider as Turtle; the seed decides its values."""

    def __init__(self, seed: int, name: str = NAME.decode()) -> None:
        self.p, self.random, self.numbers = name, random.Random(seed), 0
        self.parts = [PROVIDER.format(p=name)]
        for topic, as_of in (("models", "2026-05"), ("models-before", "2025-03"),
                             ("prices", "2026-06"), ("prices-before", "2025-02"),
                             ("lifecycle", "2026-07"), ("features", "2026-04")):  # fmt: skip
            self.evidence(f"{name}-docs--{topic}", f"{name}-docs", as_of, f"Table {topic}")
        searched = f"; mdx:searched source:{name}-docs "
        self.evidence(f"{name}-search", "made-catalogue", "2026-07", "Notes", searched)
        for number in range(MODELS):
            self.model(number)
        self.turtle = "".join(self.parts)

    def evidence(self, name: str, source: str, as_of: str, locator: str, more: str = "") -> None:
        """Add one piece of evidence."""
        self.parts.append(EVIDENCE.format(
            name=name, source=source, as_of=_date(as_of), locator=locator, more=more
        ))  # fmt: skip

    def claim(
        self, subject: str, predicate: str, value: str | None, topic: str, *,
        since: str = "", through: str = "", status: str = "verified",
    ) -> None:  # fmt: skip
        """Add one claim, on the evidence of a topic of the provider, or of another name."""
        evidence = topic if "--" in topic else f"{self.p}-docs--{topic}"
        more = [f"mdx:status mdx:{status}"]
        if value is None:
            more.append(f"mdx:soughtIn evidence:{self.p}-search")
        else:
            more += [f"rdf:object {value}", f"mdx:supportedBy evidence:{evidence}"]
        more += [f"schema:validFrom {_date(since)}"] if since else []
        more += [f"schema:validThrough {_date(through)}"] if through else []
        self.numbers += 1
        self.parts.append(CLAIM.format(
            name=f"{self.p}--{self.numbers:04d}", subject=subject, predicate=predicate,
            more=" ; ".join(more),
        ))  # fmt: skip

    def model(self, number: int) -> None:
        """Add a model with its snapshots and offerings, and what is claimed of them."""
        p, draw = self.p, self.random
        m, month = f"{p}-nova-{number}", draw.randrange(1, 13)
        year = 2023 + number // 6
        self.parts.append(MODEL.format(m=m, p=p))
        listed = f"made-catalogue--{m}"
        self.evidence(listed, "made-catalogue", "2026-06", f"Record {m}")
        model, window = f"model:{m}", draw.choice(WINDOWS)
        self.claim(model, "provider", f"provider:{p}", "models")
        self.claim(model, "series", f"series:{p}-nova", "models")
        self.claim(model, "modelType", "mdx:LanguageModel", "models")
        self.claim(model, "licenceKind", "mdx:proprietary", "models")
        self.claim(model, "announced", _date(f"{year}-{month:02d}-14"), "models")
        self.claim(model, "contextWindow", str(window), "models")
        self.claim(model, "knowledgeCutoff", _date(f"{year - 1}-{month:02d}"), "models")
        self.claim(model, "textInput", "true", "models")
        self.claim(model, "imageInput", draw.choice(("true", "false")), "models")
        self.claim(model, "textOutput", "true", "models")
        self.claim(model, "limitation", f'"{m} makes things up"@en', "models")
        self.claim(model, "capability", "feature:low-cost", listed, status="unconfirmed")
        if number % 5 == 1:  # the catalogue has another figure
            self.claim(model, "contextWindow", str(window + 1), listed, status="unconfirmed")
        if number % 10 == 3:  # the provider has another figure: contested
            self.claim(model, "contextWindow", str(window // 2), "models-before")
        retired = number < 8
        for version in ("0613", "1106"):
            self.parts.append(SNAPSHOT.format(m=m, v=version, p=p))
        own = self.offering(m, f"{p}-api")
        self.prices(own, listed)
        for name in ("toolUse", "streaming"):
            self.claim(own, name, "true", "features")
        self.claim(own, "structuredOutput", None, "features", status="unconfirmed")
        end = f"{year + 2}-{month:02d}-28"
        for platform in (f"{p}-api", draw.choice(PLATFORMS)):
            self.claim(model, "offeredOn", f"platform:{platform}", "models",
                       since=f"{year}-{month:02d}-14")  # fmt: skip
            if not platform.startswith(p):
                elsewhere = self.offering(m, platform)
                self.claim(elsewhere, "apiId", f'"{p}.nova-{number}-v1:0"', "models")
                self.claim(elsewhere, "inputPrice", _decimal(draw.randrange(5, 900)), listed,
                           status="unconfirmed")  # fmt: skip
        for version in ("0613", "1106"):
            more = f"; mdx:broaderOffering {own} "
            snapshot = self.offering(f"{m}-{version}", f"{p}-api", more)
            self.claim(snapshot, "apiId", f'"{m}-{version}"', "models")
            if retired:
                self.claim(snapshot, "deprecatedOn", _date(f"{year + 1}-{month:02d}"), "lifecycle")
                self.claim(snapshot, "retiredOn", _date(end), "lifecycle")
                successor = f"offering:{p}-nova-{number + 4}-{version}--{p}-api"
                self.claim(snapshot, "recommendedReplacement", successor, "lifecycle")
            elif number < 12:
                self.claim(snapshot, "retirementPlanned", _date(f"2027-{month:02d}"), "lifecycle")
            else:
                self.claim(snapshot, "retirementAnnounced", "false", "lifecycle")
        more = f"; mdx:broaderOffering {own} ; mdx:condition mdx:batch "
        batch = self.offering(m, f"{p}-api", more, "--batch")
        self.claim(batch, "inputPrice", _decimal(draw.randrange(5, 500)), "prices")
        self.claim(batch, "outputPrice", _decimal(draw.randrange(50, 2500)), "prices")

    def offering(self, m: str, platform: str, more: str = "", narrower: str = "") -> str:
        """Add an offering, and give its prefixed name."""
        name = f"{m}--{platform}{narrower}"
        self.parts.append(OFFERING.format(o=name, m=m, platform=platform, more=more))
        return f"offering:{name}"

    def prices(self, offering: str, listed: str) -> None:
        """Add prices: those of before, those of now, and some that a catalogue has otherwise."""
        draw = self.random
        for name, most in (("inputPrice", 1000), ("outputPrice", 5000)):
            price = draw.randrange(10, most)
            self.claim(offering, name, _decimal(price * 2), "prices-before", through="2025-06-30")
            self.claim(offering, name, _decimal(price), "prices", since="2025-07-01")
            if price % 5 == 0:
                self.claim(offering, name, _decimal(price + 1), listed, status="unconfirmed")
        self.claim(offering, "cachedInputPrice", _decimal(draw.randrange(1, 100)), "prices")


def _date(date: str) -> str:
    datatype = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(date)]
    return f'"{date}"^^xsd:{datatype}'


def _decimal(cents: int) -> str:
    whole, places = divmod(cents, 100)
    text = f"{whole}.{places:02d}".rstrip("0").rstrip(".")
    return f'"{text}"^^xsd:decimal'


def _parse(turtle: str) -> list[ox.Quad]:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in t.PREFIXES.items())
    return list(ox.parse(prefixes + turtle, format=ox.RdfFormat.TURTLE))


def _nquads(quads: Iterable[ox.Quad]) -> bytes:
    return b"".join(sorted(f"{quad} .\n".encode() for quad in quads))


@cache
def _packaged() -> tuple[list[ox.Quad], list[ox.Quad]]:
    """The statements as people edit them, with the made-up catalogue; and the ontology."""
    data = [quad for document in read_all([packaged.folder("data")]) for quad in document.quads]
    ontology = read(Path(packaged.folder("ontology"), "modeldex.ttl")).quads
    return data + _parse(COMMON), list(ontology)


@cache
def _base() -> frozenset[ox.Quad]:
    return frozenset(derive(*_packaged()))


@cache
def _stamps() -> tuple[tuple[int, bytes], ...]:
    """The claims and the whole text of each design."""
    data, ontology = _packaged()
    stamps = []
    for seed in range(DESIGNS):
        design = Design(seed)
        quads = set(derive(data + _parse(design.turtle), ontology))
        if not quads >= _base():
            raise ValueError("a made-up provider changes what is derived of others")
        stamps.append((design.numbers, _nquads(quads - _base())))
    return tuple(stamps)


def texts(claims: int) -> Iterator[bytes]:
    """A dataset of about so many claims as N-Quads, a provider at a time."""
    yield _nquads(_base())
    held = sum(q.predicate.value == t.RDF + "subject" for q in _base())
    number = 0
    while held < claims:
        count, text = _stamps()[number % DESIGNS]
        yield text.replace(NAME, b"mk%05d" % number)
        held += count
        number += 1


def check(providers: int = DESIGNS + 1) -> int:
    """Hold stamping to deriving all at once; gives the number of statements compared."""
    data, ontology = _packaged()
    made = [Design(n % DESIGNS, f"mk{n:05d}").turtle for n in range(providers)]
    whole = derive([*data, *(quad for turtle in made for quad in _parse(turtle))], ontology)
    stamped = b"".join([_nquads(_base()), *(
        _stamps()[n % DESIGNS][1].replace(NAME, b"mk%05d" % n) for n in range(providers)
    )])  # fmt: skip
    if sorted(stamped.splitlines(True)) != sorted(_nquads(whole).splitlines(True)):
        raise ValueError("stamped statements are others than derived ones")
    return len(whole)


class _Stream(io.RawIOBase):
    """Texts one after another, as a file that the store can read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts, self.rest = parts, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self.rest:
            part = next(self.parts, None)
            if part is None:
                return 0
            self.rest = part
        count = min(len(buffer), len(self.rest))
        buffer[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        return count


def load(claims: int, folder: Path) -> None:
    """Write a store of about so many claims into a new folder."""
    store = ox.Store(str(folder))
    parts: list[bytes] = []
    size = 0
    for text in texts(claims):
        parts.append(text)
        size += len(text)
        if size > 256_000_000:
            store.bulk_load(b"".join(parts), format=ox.RdfFormat.N_QUADS, lenient=True)
            parts, size = [], 0
    store.bulk_load(b"".join(parts), format=ox.RdfFormat.N_QUADS, lenient=True)
    store.flush()
    store.optimize()
