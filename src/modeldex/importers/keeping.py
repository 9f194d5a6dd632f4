"""The folder of a store of catalogues: its documents, the store made of them, the manifest.

    DIR/documents/           what was imported: the truth
    DIR/store-<random>/      the engine's files: made of the documents, and replaced as a whole
    DIR/manifest             which documents and which store, replaced last

So the folder is always old or new. One process writes; readers keep what they have opened.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from modeldex.build import name_store, seal_store
from modeldex.errors import BadInput, StoreError, UnknownName
from modeldex.importers.building import Gathered, Showing, write_quads
from modeldex.importers.documents import (
    Import,
    checked,
    from_line,
    path_of,
    read_document,
    said_beside,
    say_beside,
    to_line,
)
from modeldex.importers.history import Edition
from modeldex.importers.loading import Loading
from modeldex.importers.said import Importer
from modeldex.importers.statements import Release
from modeldex.importers.taking import Tally
from modeldex.json_reading import read_json
from modeldex.manifest import CATALOGUES, DOCUMENTS, Manifest, NoManifest, OtherVersion
from modeldex.names import nearest
from modeldex.writing import only_writer, sync_folder, write_whole

IMPORTERS = {
    "litellm": "litellm", "models.dev": "models_dev", "genai-prices": "genai_prices",
    "openrouter": "openrouter", "openrouterlist": "openrouterlist",
}  # fmt: skip
BESIDE, SCRAP = ".store", ".observed.sqlite"
OURS = (DOCUMENTS, "manifest")


class Outcome(NamedTuple):
    """What an import did: `changed` is False if the document was there already.

    `joined` counts the API IDs that the document lists: those that are curated offerings, those
    of curated models, and those that stand apart, which `apart` names with their platforms.
    """

    changed: bool
    tally: Tally
    joined: Counter[str]
    apart: tuple[tuple[str, str], ...]
    statements: int


def importer(name: str) -> Importer:
    """The importer of a catalogue. Raises UnknownName.

    >>> importer("litellm").CATALOGUE.publisher_label
    'BerriAI'
    """
    if name not in IMPORTERS:
        raise UnknownName("catalogue", name, nearest(name, {n: n for n in IMPORTERS}))
    module: Any = import_module(f"modeldex.importers.{IMPORTERS[name]}")
    found: Importer = module
    return found


def import_document(
    folder: Path, text: bytes, new: Import, *, show: Showing = lambda text: None
) -> Outcome:
    """Import a document into the store in a folder, which is made where there is none.

    Raises BadInput for a document that is not of the catalogue, for another one of the same day,
    for a day to come, and where the folder cannot be written; StoreError for a store of another
    version.
    """
    new = checked(new)._replace(sha256=sha256(text).hexdigest())
    importer(new.catalogue)
    read_json(text, new.file or "document")
    made = not folder.exists()
    with _written(folder), only_writer(folder, wait=False):
        manifest = _manifest(folder)
        there = _imports(folder, manifest, besides=new.sha256)
        imports = _with(there, new)
        document = path_of(folder, new.sha256)
        document.parent.mkdir(exist_ok=True)
        kept = document.is_file()
        if not kept or document.read_bytes() != text:
            write_whole(document, text)
        sound = manifest is not None and not manifest.damage(every=True)
        asked = next(each for each in imports if each.place == new.place)
        changed = imports != there or not sound
        try:
            return _outcome(folder, imports, asked, changed=changed, show=show)
        except BadInput:  # it is not of the catalogue
            if not kept:
                document.unlink()
            if made:
                _remove_empty(folder)
            raise


def rebuild(folder: Path, *, show: Showing = lambda text: None) -> int:
    """Build the store of a folder anew from its documents; answers the number of statements."""
    if not folder.is_dir():
        raise StoreError(f"no store in {folder}")
    with _written(folder), only_writer(folder, wait=False):
        try:
            imports = _imports(folder, _manifest(folder))
        except OtherVersion:
            if not (imports := said_beside(folder)):
                raise
        if not imports:
            raise StoreError(f"nothing was imported into {folder}; run: modeldex import")
        return _outcome(folder, imports, imports[-1], changed=True, show=show).statements


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    """The errors of writing a folder, each as one line; what was there stays."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in os.listdir(folder):
            if name not in OURS and not name.startswith((".", "store-")):
                raise BadInput(
                    f"there is something else already: {name}", file=str(folder),
                    remedy="name a new folder, or one that modeldex import made",
                )  # fmt: skip
        yield
    except (OSError, sqlite3.Error, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "rror" not in str(error):
            raise  # the engine's own name its kind of error
        said = getattr(error, "strerror", None) or str(error)
        raise BadInput(
            f"cannot be written: {' '.join(said.split())[:200]}", file=str(folder),
            remedy="nothing was changed",
        ) from None  # fmt: skip


def _manifest(folder: Path) -> Manifest | None:
    """The manifest, if there is one, or if the documents stand in for one that is damaged.

    Raises StoreError for one of another kind or version.
    """
    try:
        manifest = Manifest(str(folder))
    except NoManifest:
        if (folder / "manifest").exists() and not (folder / DOCUMENTS).is_dir():
            raise  # perhaps that of a built dataset
        return None
    if not manifest.of_catalogues:
        raise StoreError(f"{folder} holds a built dataset, not catalogues; name another folder")
    return manifest


def _imports(
    folder: Path, manifest: Manifest | None, *, besides: str | None = None
) -> list[Import]:
    """What was imported: as the manifest says, or, where that is lost, what stands beside."""
    if manifest is None:
        return said_beside(folder, besides)
    try:
        return [from_line(line) for line in manifest.imports]
    except ValueError:
        return said_beside(folder, besides)


def _remove_empty(folder: Path) -> None:
    """Remove a folder that was made for nothing."""
    with suppress(OSError):
        (folder / DOCUMENTS).rmdir()
        folder.rmdir()


def _with(imports: list[Import], new: Import) -> list[Import]:
    """The imports with a new one, unless it is there."""
    for each in imports:
        if each.place == new.place:
            if each.sha256 != new.sha256:
                raise BadInput(
                    f"another document of {each.catalogue} for {each.as_of} was imported before "
                    f"({each.file or each.sha256[:12]})", remedy="give this one's day: --as-of",
                )  # fmt: skip
            return imports
    return [*imports, new]


def _outcome(
    folder: Path, imports: list[Import], asked: Import, *, changed: bool,
    show: Showing,
) -> Outcome:  # fmt: skip
    """Read the documents, build the store if it is to change, and say what the asked one gave.

    They are read in the order of their days: the first that names a thing gives it its label.
    """
    _remove_left_behind(folder)
    scrap = folder / SCRAP
    gathered = Gathered(scrap)
    try:
        for number, each in enumerate(sorted(imports, key=lambda each: each.place)):
            if changed or each == asked:
                show(f"reading {each.catalogue} of {each.as_of}")
                tally, listed = gathered.add(
                    _release(number, each), importer(each.catalogue), read_document(folder, each)
                )
                if each == asked:
                    result = tally, listed
        if not changed:
            say_beside(folder, imports)  # an earlier version has not
        statements = _build(folder, gathered, imports, show) if changed else 0
    finally:
        gathered.observed.close()
        scrap.unlink(missing_ok=True)
    tally, listed = result
    offerings = gathered.resolver.offerings
    apart = tuple(sorted(
        (offerings[iri].api_id or iri, offerings[iri].platform.rpartition("/")[2])
        for iri in listed if offerings[iri].how == "apart"
    ))  # fmt: skip
    joined = Counter(offerings[iri].how for iri in listed)
    return Outcome(changed, tally, joined, apart, statements)


def _build(folder: Path, gathered: Gathered, imports: list[Import], show: Showing) -> int:
    beside = folder / BESIDE
    loading = Loading(beside)
    try:
        count = write_quads(gathered, loading, show)
        loading.close()
    finally:
        loading.stop()
        del loading
    seal_store(beside)
    store = folder / f"store-{os.urandom(6).hex()}"
    beside.rename(store)
    sync_folder(folder)
    say_beside(folder, imports)
    imported = (f"import {to_line(each)}" for each in imports)
    name_store(store, CATALOGUES, [f"quads {count}", *imported])
    return count


def _release(number: int, each: Import) -> Release:
    edition = Edition(number, each.catalogue, each.as_of)
    return Release(edition, importer(each.catalogue).CATALOGUE, each.version, each.sha256, each.url)


def _remove_left_behind(folder: Path) -> None:
    """Remove what imports that were killed have left."""
    shutil.rmtree(folder / BESIDE, ignore_errors=True)
    for pattern in (f"{SCRAP}*", ".manifest.*", f"{DOCUMENTS}/.*"):
        for scrap in folder.glob(pattern):
            with suppress(OSError):
                scrap.unlink()
    named = None
    with suppress(StoreError):
        named = Manifest(str(folder)).values["store"]
    for store in folder.glob("store-*"):
        if store.name != named:
            shutil.rmtree(store, ignore_errors=True)
