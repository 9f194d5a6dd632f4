"""From the Turtle in `data/` to the dataset that answers: one step, the same bytes every time."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.derive import derive
from modeldex.errors import BadInput, StoreError
from modeldex.index import write_index
from modeldex.integrity import computed_by_hand, described_twice, malformed_claims
from modeldex.lookup import StoreLookup
from modeldex.manifest import CATALOGUES, FORMAT, INDEX, TEXT, Manifest, checked_files, checksum
from modeldex.packaged import folder
from modeldex.query_catalogue import catalogue
from modeldex.query_files import read_folder
from modeldex.reading import Document, checked, files_in, read
from modeldex.store import Store
from modeldex.stored_query import StoredQuery, to_record
from modeldex.writing import canonical_nquads, only_writer, sync_folder, write_whole

RELEASE_DAY = f"<{t.DATASET}>", t.DCTERMS + "issued"
STATUS_OF = {
    t.MDX + "VerifiedClaim": "verified", t.MDX + "UnconfirmedClaim": "unconfirmed",
    t.MDX + "SilentClaim": "unconfirmed",
}  # fmt: skip
"""The status of a claim, by the class of its case."""


class Change(NamedTuple):
    """What a build changed in the dataset: IRIs of things added, removed and altered."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    altered: tuple[str, ...]


class Built(NamedTuple):
    """A build: the number of statements, the digest of the text, and what changed."""

    quads: int
    sha256: str
    change: Change


def read_all(paths: Iterable[str | Path]) -> list[Document]:
    """Read every file of the paths. Raises BadInput at the first that is broken."""
    return [read(path) for path in files_in(paths)]


def dataset(data: Iterable[Document], ontology: Iterable[Document]) -> list[ox.Quad]:
    """The whole dataset that follows from these documents."""
    return derive(
        (quad for document in data for quad in document.quads),
        (quad for document in ontology for quad in document.quads),
    )


def build(root: Path, target: Path) -> Built:
    """Build the dataset of a checkout (with `data/` and `ontology/`) into a folder.

    Refuses what is described twice, terms typed by hand that the build computes, claims that
    are no one statement, and a typed status that disagrees with the rule; the folder then stays
    as it was.
    """
    quads, queries = read_checkout(root)
    return write_dataset(quads, target, queries)


def read_checkout(root: Path) -> tuple[list[ox.Quad], list[StoredQuery]]:
    """The dataset that a checkout gives, and its stored queries. Raises BadInput as `build`."""
    documents = read_all([root / "data"])
    ontology = read(root / "ontology" / "modeldex.ttl")
    own = [quad for document in documents for quad in document.quads]
    if sum((str(q.subject), q.predicate.value) == RELEASE_DAY for q in own) != 1:
        raise BadInput("data/ does not give one release day", remedy="see data/dataset.ttl")
    queries = read_folder(root / "queries")
    quads = _checked(own, ontology, documents)
    return [*quads, *catalogue(queries)], queries


def dataset_of(statements: list[ox.Quad]) -> list[ox.Quad]:
    """The dataset that follows from claims given as statements, without files.

    Where they do not say which day counts as today, it is that of the packaged release. Raises
    BadInput for what `build` refuses.
    """
    own = checked(Document("graph", "", statements, {})).quads
    if not any((str(quad.subject), quad.predicate.value) == RELEASE_DAY for quad in own):
        packaged_data = read(Path(folder("data"), "dataset.ttl")).quads
        own += [quad for quad in packaged_data if quad.predicate.value == RELEASE_DAY[1]]
    return _checked(own, read(Path(folder("ontology"), "modeldex.ttl")), [])


def _checked(own: list[ox.Quad], ontology: Document, documents: list[Document]) -> list[ox.Quad]:
    """The dataset, if nothing in the statements could make a false fact verified."""
    findings = [
        *described_twice(documents),
        *computed_by_hand(own, ontology.quads),
        *malformed_claims(own, ontology.quads),
    ]
    if findings:
        first = findings[0]
        place = _place(first.focus, documents)
        raise BadInput(
            f"{place}{t.shorten(first.focus)}: {first.message} ({len(findings)} in all)",
            remedy="run: modeldex validate data",
        )
    quads = derive(own, ontology.quads)
    if wrong := _wrong_statuses(quads, documents):
        raise BadInput(f"{wrong[0]} ({len(wrong)} in all)", remedy="run: modeldex validate data")
    return quads


def write_dataset(
    quads: Iterable[ox.Quad], target: Path, queries: Iterable[StoredQuery] = ()
) -> Built:
    """Write a dataset folder: text, store, and at last the manifest that names them."""
    text = canonical_nquads(quads)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with only_writer(target):
            return _replace(text, target, [to_record(query) for query in queries])
    except OSError as error:
        raise BadInput(
            f"cannot be written: {error.strerror or error}", file=str(target),
            remedy="nothing was changed",
        ) from None  # fmt: skip


def _replace(text: bytes, target: Path, queries: list[dict[str, Any]]) -> Built:
    digest = _digest(text)
    _remove_left_behind(target)
    before = (target / TEXT).read_bytes() if (target / TEXT).exists() else b""
    beside = target / ".store"
    try:
        _write_store(text, beside, queries)
        store = target / f"store-{_digest(text, (beside / INDEX).read_bytes())[:12]}"
        if not _named_by_manifest(target, store.name):
            shutil.rmtree(store, ignore_errors=True)
            beside.rename(store)
            sync_folder(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    write_whole(target / TEXT, text)
    count = text.count(b"\n")
    name_store(store, FORMAT, [f"quads {count}", f"sha256 {digest}"])
    return Built(count, digest, _change(before, text))


def _remove_left_behind(target: Path) -> None:
    """Remove what builds that were killed have left."""
    shutil.rmtree(target / ".store", ignore_errors=True)
    for name in (TEXT, "manifest"):
        for scrap in target.glob(f".{name}.*"):
            scrap.unlink()


def _write_store(text: bytes, beside: Path, queries: list[dict[str, Any]]) -> None:
    """Write the store and the index of its answers, and sync them."""
    shutil.rmtree(beside, ignore_errors=True)
    store = ox.Store(str(beside))
    store.bulk_load(text, format=ox.RdfFormat.N_QUADS)
    store.flush()
    store.optimize()
    write_index(StoreLookup(Store(store)), str(beside / INDEX), queries)
    del store
    seal_store(beside)


def seal_store(store: Path) -> None:
    """Leave of a store that was written only what its readers need, and sync it."""
    # Only a writer needs these, and their content differs from run to run.
    for scrap in ("LOG", "LOCK", "LOG.old"):
        (store / scrap).unlink(missing_ok=True)
    sync_folder(store)


def name_store(store: Path, form: str, values: Iterable[str]) -> None:
    """Name a store in the manifest of its folder, with its files and these lines; drop others."""
    files = {file.name: file.stat().st_size for file in sorted(store.iterdir())}
    checked = checked_files(files, of_catalogues=form == CATALOGUES)
    lines = [form, *values, f"store {store.name}", f"crc32 {checksum(str(store), checked)}"]
    lines += [f"file {size} {name}" for name, size in files.items()]
    unchecked = sorted(files.keys() - {*checked, INDEX})
    lines += [f"check {checksum(str(store), [name])} {name}" for name in unchecked]
    write_whole(store.parent / "manifest", "\n".join([*lines, "end", ""]).encode())
    for old in store.parent.glob("store-*"):
        if old != store:
            shutil.rmtree(old, ignore_errors=True)


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _named_by_manifest(target: Path, store: str) -> bool:
    """Whether the folder's manifest names this store, and it is whole."""
    try:
        manifest = Manifest(str(target))
    except StoreError:
        return False
    return manifest.values["store"] == store and not manifest.damage(contents=True)


def _wrong_statuses(quads: Iterable[ox.Quad], documents: list[Document]) -> list[str]:
    typed: dict[str, set[str]] = {}
    due: dict[str, str] = {}
    former: set[str] = set()
    for quad in quads:
        if quad.graph_name != ox.NamedNode(t.CLAIMS) or not isinstance(quad.object, ox.NamedNode):
            continue
        subject, value = str(quad.subject), quad.object.value
        if quad.predicate.value == t.RDF + "type":
            typed.setdefault(subject, set())
            if value == t.MDX + "FormerVerdict":  # which the build itself writes
                former.add(subject)
            elif value in STATUS_OF:
                due[subject] = STATUS_OF[value]
        elif quad.predicate.value == t.MDX + "status":
            typed.setdefault(subject, set()).add(value.removeprefix(t.MDX))
    wrong = []
    for subject, statuses in sorted(typed.items()):
        if subject not in former and statuses != {due.get(subject)}:
            iri = subject.strip("<>")
            wrong.append(f"{_place(iri, documents)}{t.shorten(iri)}: typed "
                         f"{' and '.join(sorted(statuses)) or 'no status'}, the evidence makes it "
                         f"{due.get(subject, 'invalid')}")  # fmt: skip
    return wrong


def _place(iri: str, documents: list[Document]) -> str:
    for document in documents:
        if any(str(quad.subject) == f"<{iri}>" for quad in document.quads):
            return f"{document.path}:{document.line_of(iri)}: "
    return ""


def _change(before: bytes, after: bytes) -> Change:
    old, new = (_by_subject(text) for text in (before, after))
    return Change(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        altered=tuple(sorted(s for s in new.keys() & old.keys() if new[s] != old[s])),
    )


def _by_subject(text: bytes) -> dict[str, set[str]]:
    statements: dict[str, set[str]] = {}
    for line in text.decode().splitlines():
        subject, _, rest = line.partition(" ")
        if subject.startswith(f"<{t.ID}"):
            statements.setdefault(t.shorten(subject[1:-1]), set()).add(rest)
    return statements
