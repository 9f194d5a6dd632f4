"""All of `data/`, record by record: each fault is named, and nothing is looked at by none."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from modeldex import terms as t
from modeldex.dates import span, within
from modeldex.names import name_key
from modeldex.reading import files_in, read

ROOT = Path(__file__).parent.parent
SLUG = re.compile(r"[a-z0-9]+(?:-{1,2}[a-z0-9]+)*")
STANCES = (t.MDX + "supportedBy", t.MDX + "disputedBy", t.MDX + "soughtIn")
NAMED = (t.RDFS + "label", t.SKOS + "altLabel")


class Record(NamedTuple):
    """A thing as the files describe it: its values by predicate, and the file."""

    iri: str
    file: Path
    values: dict[str, list[ox.NamedNode | ox.Literal]]

    @property
    def kind(self) -> str:
        """`model` for a model, and so on."""
        return self.iri.removeprefix(t.ID).partition("/")[0]

    @property
    def slug(self) -> str:
        """The last part of the IRI."""
        return t.local_name(self.iri)

    def all(self, predicate: str) -> list[str]:
        """All values, as text."""
        return [value.value for value in self.values.get(predicate, [])]

    def one(self, predicate: str) -> str | None:
        """The first value, as text."""
        return next(iter(self.all(predicate)), None)


@cache
def records() -> dict[str, Record]:
    """Every thing that `data/` describes, by IRI."""
    found: dict[str, Record] = {}
    for path in files_in([ROOT / "data"]):
        for quad in read(path).quads:
            assert isinstance(quad.subject, ox.NamedNode), f"{path}: a blank node"
            assert isinstance(quad.object, ox.NamedNode | ox.Literal), f"{path}: a blank node"
            iri = quad.subject.value
            record = found.setdefault(iri, Record(iri, path, defaultdict(list)))
            assert record.file == path, f"{iri} is described in {record.file} and in {path}"
            record.values[quad.predicate.value].append(quad.object)
    return found


def of(kind: str, at_least: int) -> list[Record]:
    """The records of a kind; there are at least so many."""
    found = [record for record in records().values() if record.kind == kind]
    assert len(found) >= at_least
    return found


def faulty(found: Iterable[str]) -> None:
    """Fail with one line for each fault."""
    lines = sorted(found)
    assert not lines, "\n" + "\n".join(lines)


CLAIMS, EVIDENCE, SOURCES, MODELS = 2300, 500, 15, 320

# ------------------------------------------------------------------ names and files


def test_every_iri_is_well_formed() -> None:
    """Each IRI is of a known kind and has a slug of lower-case letters, digits and hyphens."""
    everything = [r for r in records().values() if r.iri != t.DATASET]
    assert len(everything) > 300
    faulty(
        r.iri for r in everything
        if r.kind not in t.KINDS or not SLUG.fullmatch(r.slug)
        or r.iri != f"{t.ID}{r.kind}/{r.slug}"
    )  # fmt: skip


def test_every_file_declares_the_prefixes_as_the_code_does() -> None:
    """A prefix means the same in every file, and each one declared is used."""
    count = 0
    for path in files_in([ROOT / "data", ROOT / "ontology" / "modeldex.ttl"]):
        document = read(path)
        for prefix, iri in document.prefixes.items():
            count += 1
            assert t.PREFIXES.get(prefix, iri) == iri, f"{path}: {prefix}"
            assert re.search(rf"(?<![\w-]){prefix}:(?! )\S", document.text), f"{path}: {prefix}"
    assert count > 100


def test_every_model_has_a_file_of_its_own_or_stands_in_that_of_a_page() -> None:
    """A file in data/models is named after one model and describes no other but its snapshots."""
    models = {r.iri: r for r in of("model", MODELS)}
    files = {path.stem for path in (ROOT / "data" / "models").glob("*.ttl")}
    on_pages = 0
    for model in models.values():
        if model.file.parent.name == "pages":
            on_pages += 1
            continue
        parent = model.one(t.DCTERMS + "isVersionOf")
        owner = models[parent] if parent else model
        assert model.file.parent.name == "models", model.iri
        assert model.file.stem == owner.slug, model.iri
        files.discard(owner.slug)
    assert files == {"language-models"}
    assert on_pages > 300


def test_a_claim_stands_in_the_file_of_its_subject_or_of_its_page() -> None:
    """Who looks for a claim finds it beside the thing, or beside the evidence of the page."""
    looked_at = 0
    wrong = []
    for claim in of("claim", CLAIMS):
        looked_at += 1
        near = [claim.one(t.RDF + "subject"), *(e for s in STANCES for e in claim.all(s))]
        files = {records()[iri or ""].file for iri in near if iri in records()}
        if claim.file not in files and claim.file.parent.name == "pages":
            wrong.append(
                f"{claim.iri} is in {claim.file}, and nothing that it is about or rests on"
            )
        elif claim.file.parent.name != "pages":
            subject = records().get(near[0] or "")
            if subject is not None and subject.file != claim.file:
                wrong.append(f"{claim.iri} is in {claim.file}, {subject.iri} in {subject.file}")
    faulty(wrong)
    assert looked_at > CLAIMS


def test_the_evidence_of_a_page_stands_in_one_file() -> None:
    """What a page says is brought up to date in one file: one source has all its evidence there."""
    files: dict[str, set[Path]] = defaultdict(set)
    sources: dict[Path, set[str]] = defaultdict(set)
    for evidence in of("evidence", EVIDENCE):
        source = evidence.one(t.MDX + "source") or ""
        files[source].add(evidence.file)
        sources[evidence.file].add(source)
    faulty(
        f"{source}: {sorted(map(str, where))}" for source, where in files.items() if len(where) > 1
    )
    faulty(f"{file}: {sorted(found)}" for file, found in sources.items() if len(found) > 1)
    assert len(files) == 8


# ------------------------------------------------------------------ labels


def test_every_thing_has_one_english_label() -> None:
    """Each thing but claims and evidence has one label, in English, without odd blanks."""
    things = [r for r in records().values()
              if r.kind not in ("claim", "evidence") and r.iri != t.DATASET]  # fmt: skip
    assert len(things) > 70
    for record in things:
        labels = record.values.get(t.RDFS + "label", [])
        assert len(labels) == 1, record.iri
        assert isinstance(labels[0], ox.Literal)
        assert labels[0].language == "en", record.iri
        assert labels[0].value == " ".join(labels[0].value.split()), record.iri


def test_no_two_sources_have_one_label() -> None:
    """A source can be told from every other by its label."""
    labels = Counter(r.one(t.RDFS + "label") for r in of("source", SOURCES))
    faulty(str(label) for label, count in labels.items() if count > 1)


def test_no_two_models_have_one_name() -> None:
    """A label or other name belongs to one model, however it is typed."""
    names: dict[str, set[str]] = defaultdict(set)
    for model in of("model", MODELS):
        for name in [*model.all(NAMED[0]), *model.all(NAMED[1]), model.slug]:
            assert name_key(name), model.iri
            names[name_key(name)].add(model.iri)
    faulty(f"{key}: {sorted(iris)}" for key, iris in names.items() if len(iris) > 1)
    assert len(names) > MODELS


def test_texts_are_short_and_clean() -> None:
    """Phrases are our own short words: no markup, no line breaks, no curly quotation marks."""
    count = 0
    for record in records().values():
        for predicate, values in record.values.items():
            for value in values:
                if not isinstance(value, ox.Literal) or value.language != "en":
                    continue
                count += 1
                place = f"{t.shorten(record.iri)} {t.shorten(predicate)}: {value.value}"
                assert len(value.value) <= 300, place
                assert not re.search(r"[\n\r\t“”<>]|  |^\s|\s$", value.value), place
    assert count > 100


# ------------------------------------------------------------------ claims


def test_the_slug_of_a_claim_starts_with_that_of_its_subject() -> None:
    """claim:<subject>--<property>..., so that a claim can be found by hand."""
    for claim in of("claim", CLAIMS):
        subject = claim.one(t.RDF + "subject") or ""
        # A class of models is a term of the vocabulary; its file has the name for it.
        slug = claim.file.stem if subject.startswith(t.MDX) else t.local_name(subject)
        prop = t.local_name(claim.one(t.RDF + "predicate") or "")
        kebab = re.sub("([A-Z])", r"-\1", prop).lower()
        start = f"{slug}--{kebab}"
        assert claim.slug == start or claim.slug.startswith(start + "--"), claim.iri


def test_every_claim_has_its_parts_once() -> None:
    """One subject, predicate and status, one value at most, and evidence."""
    for claim in of("claim", CLAIMS):
        for part in ("subject", "predicate"):
            assert len(claim.all(t.RDF + part)) == 1, claim.iri
        assert len(claim.all(t.MDX + "status")) == 1, claim.iri
        assert len(claim.all(t.RDF + "object")) <= 1, claim.iri
        assert any(claim.all(stance) for stance in STANCES), claim.iri


def test_no_two_claims_say_the_same() -> None:
    """Subject, predicate, value and start of validity identify a claim."""
    said = Counter(
        (
            *(claim.one(t.RDF + part) for part in ("subject", "predicate", "object")),
            claim.one(t.SCHEMA + "validFrom"),
        )
        for claim in of("claim", CLAIMS)
    )
    faulty(str(what) for what, count in said.items() if count > 1)


@pytest.mark.parametrize("status", ["verified", "unconfirmed"])
def test_both_statuses_occur(status: str) -> None:
    """There are verified and unconfirmed claims, and those without value are unconfirmed."""
    claims = [c for c in of("claim", CLAIMS) if c.one(t.MDX + "status") == t.MDX + status]
    assert len(claims) > 50
    if status == "verified":
        assert all(claim.one(t.RDF + "object") for claim in claims)


# ------------------------------------------------------------------ evidence


def test_every_piece_of_evidence_is_dated_and_placed() -> None:
    """Source, as-of date and locator: who said it, when and where."""
    for evidence in of("evidence", EVIDENCE):
        assert len(evidence.all(t.MDX + "source")) == 1, evidence.iri
        dates = evidence.all(t.MDX + "asOf")
        assert len(dates) == 1, evidence.iri
        assert span(dates[0]), evidence.iri
        locators = evidence.all(t.MDX + "locator")
        assert locators, evidence.iri
        assert all(locator.strip() == locator != "" for locator in locators), evidence.iri


def test_every_piece_of_evidence_is_used_and_exists() -> None:
    """No evidence lies idle, and no claim rests on evidence that is not there."""
    used = {e for claim in of("claim", CLAIMS) for stance in STANCES for e in claim.all(stance)}
    there = {evidence.iri for evidence in of("evidence", EVIDENCE)}
    assert used == there


def test_what_was_sought_in_vain_says_what_was_searched() -> None:
    """Evidence of a search names the publisher or source that was searched."""
    sought = {e for claim in of("claim", CLAIMS) for e in claim.all(t.MDX + "soughtIn")}
    assert len(sought) >= 5
    faulty(e for e in sought if not records()[e].all(t.MDX + "searched"))


def test_only_a_source_that_marks_may_be_marked() -> None:
    """`markedVerified` stands on evidence of a source that marks what it verified."""
    marked = [e for e in of("evidence", EVIDENCE) if e.all(t.MDX + "markedVerified")]
    assert len(marked) >= 5
    for evidence in marked:
        source = records()[evidence.one(t.MDX + "source") or ""]
        assert source.one(t.MDX + "marksVerified") == "true", evidence.iri


# ------------------------------------------------------------------ sources


def test_every_source_says_who_published_it() -> None:
    """Label and publisher; an address that is one, unless it is a stub."""
    for source in of("source", SOURCES):
        publisher = source.all(t.DCTERMS + "publisher")
        assert len(publisher) == 1, source.iri
        assert publisher[0] in records(), source.iri
        for address in source.all(t.SCHEMA + "url"):
            assert re.fullmatch(r"https?://[^\s]+", address), source.iri
        if source.one(t.MDX + "stub") != "true":
            assert source.all(t.SCHEMA + "url") or source.all(t.RDFS + "comment"), source.iri


def test_every_stub_is_cited_and_none_was_read() -> None:
    """A stub is there because a report names it, or a claim links to it; it is no evidence."""
    stubs = {s.iri for s in of("source", SOURCES) if s.one(t.MDX + "stub") == "true"}
    assert len(stubs) >= 5
    evidence = of("evidence", EVIDENCE)
    cited = {c for e in evidence for c in e.all(t.MDX + "cites")}
    linked = {c.one(t.RDF + "object") for c in of("claim", CLAIMS)}
    faulty(f"{stub} is cited nowhere" for stub in stubs - cited - linked)
    read_ = {e.one(t.MDX + "source") for e in evidence}
    faulty(f"{stub} is a stub and was read" for stub in stubs & read_)


def test_every_source_that_was_read_is_evidence_for_something() -> None:
    """No source that was read lies idle."""
    sources = {s.iri for s in of("source", SOURCES) if s.one(t.MDX + "stub") != "true"}
    used = {e.one(t.MDX + "source") for e in of("evidence", EVIDENCE)}
    cited = {c for e in of("evidence", EVIDENCE) for c in e.all(t.MDX + "cites")}
    assert sources
    faulty(sources - used - cited)


def test_a_source_speaks_only_for_providers_and_platforms() -> None:
    """`speaksFor` names things that are described, and of these two kinds."""
    count = 0
    for source in of("source", SOURCES):
        for spoken in source.all(t.MDX + "speaksFor"):
            assert records()[spoken].kind in ("provider", "platform"), source.iri
            count += 1
    assert count > 10


# ------------------------------------------------------------------ links


def test_every_link_leads_to_something_that_is_described() -> None:
    """No IRI of ours is mentioned that nothing describes."""
    vocabulary = {q.subject.value for q in read(ROOT / "ontology" / "modeldex.ttl").quads
                  if isinstance(q.subject, ox.NamedNode)}  # fmt: skip
    links = {
        (record.iri, value.value)
        for record in records().values()
        for values in record.values.values()
        for value in values
        if isinstance(value, ox.NamedNode) and value.value.startswith((t.ID, t.MDX))
    }
    assert len(links) > 500
    faulty(f"{iri} -> {value}" for iri, value in links
           if value not in records() and value not in vocabulary)  # fmt: skip


def test_every_thing_is_said_something_of() -> None:
    """A thing that is there for the sake of others is named by one; models stand for themselves."""
    mentioned = {
        value.value
        for record in records().values()
        for values in record.values.values()
        for value in values
        if isinstance(value, ox.NamedNode)
    }
    idle = {
        r.iri for r in records().values()
        if r.kind not in ("claim", "evidence", "source", "model") and r.iri not in mentioned
    } - {t.DATASET}  # fmt: skip
    faulty(idle)


# ------------------------------------------------------------------ dates


def test_no_evidence_is_of_the_future() -> None:
    """No source speaks for a time that begins after the release."""
    issued = records()[t.DATASET].one(t.DCTERMS + "issued")
    assert issued
    evidence = of("evidence", EVIDENCE)
    faulty(e.iri for e in evidence if span(e.one(t.MDX + "asOf") or "")[0] > issued)
    faulty(e.iri for e in evidence for day in e.all(t.MDX + "accessed") if day > issued)


def test_validity_runs_forward() -> None:
    """What holds from a date does not end before it; at most one kind of end is given."""
    count = 0
    for claim in of("claim", CLAIMS):
        start = claim.one(t.SCHEMA + "validFrom")
        ends = claim.all(t.SCHEMA + "validThrough") + claim.all(t.MDX + "endedBy")
        assert len(ends) <= 1, claim.iri
        if start and ends:
            assert span(start)[0] <= span(ends[0])[1], claim.iri
            assert within(start, start)
        count += bool(start or ends)
    assert count >= 10
