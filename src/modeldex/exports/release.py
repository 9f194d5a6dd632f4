"""A release: a folder with every format, the ontology, the queries and the description.

It can be uploaded as it stands. `SHA256SUMS` is what `sha256sum --check` reads.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from modeldex import packaged
from modeldex.build import read_checkout
from modeldex.dex import Modeldex
from modeldex.errors import BadInput
from modeldex.exports.calendar import icalendar
from modeldex.exports.description import Distribution, Used, describe, turtle
from modeldex.exports.formats import FORMATS, format_named, write
from modeldex.exports.lifecycles import lifecycle_json
from modeldex.exports.redirects import base_address, redirects
from modeldex.exports.selection import Selection
from modeldex.reading import files_in
from modeldex.writing import canonical_nquads, writing_folder

SUMS = "SHA256SUMS"
MARKER = "modeldex.rdf12.nq"  # sums alone lie in many folders that are none of ours
COMPRESSED = ("nquads", "ntriples")
README = """\
# Modeldex {version}, released {release}

Facts about AI models, each verified or unconfirmed, with its source and date, in every format.
What each format keeps is said in `dataset.ttl` and in the documentation of Modeldex.

| file | what it keeps |
|---|---|
{rows}

`lifecycle.json` tells where each API ID stands, with who says so; `calendar.ics` holds the planned
retirements. `dataset.ttl` describes the dataset (DCAT, VoID, PROV). `ontology/` holds the
vocabulary and the SHACL shapes, `queries/` the stored queries, `context/` the JSON-LD context,
`w3id/.htaccess` the redirects from the permanent addresses to {base_url}.

Verify the files with `sha256sum --check {sums}`. Licence: CC0 1.0.
"""


def write_release(
    dex: Modeldex, folder: Path, *, base_url: str, endpoint: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> int:  # fmt: skip
    """Write the folder whole or not at all; gives the number of its files.

    `endpoint` is the address of a SPARQL endpoint for it, where there is one. Raises BadInput
    where something else stands there.
    """
    base_url = base_address(base_url)
    selection = Selection(dex, progress=progress)
    with writing_folder(folder, MARKER) as beside:
        files = list(write_formats(selection, beside))
        (beside / "lifecycle.json").write_bytes(lifecycle_json(dex))
        (beside / "calendar.ics").write_bytes(icalendar(dex))
        _copy(beside)
        described = describe(
            selection, base_url=base_url, distributions=files, used=used_by(selection),
            endpoint=endpoint,
        )  # fmt: skip
        (beside / "dataset.ttl").write_bytes(turtle(described))
        (beside / "w3id").mkdir()
        (beside / "w3id" / ".htaccess").write_text(redirects(base_url), "utf-8")
        (beside / "README.md").write_text(_readme(dex, base_url, files), "utf-8")
        paths = sorted(path for path in beside.rglob("*") if path.is_file())
        sums = [f"{_sha256(path)}  {path.relative_to(beside).as_posix()}\n" for path in paths]
        (beside / SUMS).write_text("".join(sums), "utf-8")
    return len(paths) + 1


def write_formats(
    selection: Selection, folder: Path, names: Iterable[str] = FORMATS, *, place: str = ""
) -> Iterator[Distribution]:
    """Write files of these formats, large ones packed too; `place` is where they will stand."""
    for wanted in map(format_named, names):
        path = folder / f"modeldex{wanted.suffix}"
        with path.open("wb") as file:
            write(wanted.name, selection, file)
        paths = [path]
        if wanted.name in COMPRESSED:
            paths.append(path.with_name(path.name + ".gz"))
            with (
                path.open("rb") as plain,
                paths[-1].open("wb") as raw,
                gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as file,
            ):
                shutil.copyfileobj(plain, file)
        for each in paths:
            yield Distribution(
                place + each.name, wanted.keeps, wanted.media_type, each.stat().st_size,
                _sha256(each),
            )  # fmt: skip


def _copy(folder: Path) -> None:
    """Copy what the dataset goes by: vocabulary, shapes, context, queries."""
    ontology, queries = Path(packaged.folder("ontology")), Path(packaged.folder("queries"))
    for source, name, pattern in (
        (ontology, "ontology", "modeldex.ttl"), (ontology / "shapes", "ontology/shapes", "*.ttl"),
        (ontology / "profiles", "ontology/profiles", "*.ttl"),
        (ontology / "context", "context", "*.jsonld"), (queries, "queries", "*.rq"),
    ):  # fmt: skip
        (folder / name).mkdir(exist_ok=True)
        for path in sorted(source.glob(pattern)):
            shutil.copyfile(path, folder / name / path.name)


def used_by(selection: Selection) -> list[Used]:
    """The files that the build read: the package's own, if they do give this very dataset."""
    manifest = selection.store.manifest
    root = Path(packaged.folder("data")).parent
    if manifest is None or manifest.of_catalogues:
        return []
    try:
        quads, _ = read_checkout(root)
    except BadInput:
        return []
    if hashlib.sha256(canonical_nquads(quads)).hexdigest() != manifest.values["sha256"]:
        return []
    files = [
        *files_in([root / "data"]), root / "ontology" / "modeldex.ttl",
        *(root / "queries").glob("*.rq"),
    ]  # fmt: skip
    return sorted(Used(path.relative_to(root).as_posix(), _sha256(path)) for path in files)


def _readme(dex: Modeldex, base_url: str, files: Iterable[Distribution]) -> str:
    from modeldex import __version__

    rows = "\n".join(f"| `{file.file}` | {file.title} |" for file in files)
    return README.format(
        version=__version__, release=dex.release, rows=rows, base_url=base_url, sums=SUMS
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
