"""The manifest of a dataset folder: which files belong to it, and how large they are.

A dataset folder holds `modeldex.nq`, the dataset as canonical N-Quads, which is the truth; a
store folder with the engine's files and an index of answers, which is a cache of it; and
`manifest`, which names both and is replaced last, so that the folder is always old or new.
A folder of catalogues holds the documents that were imported instead, which are the truth there.
"""

from __future__ import annotations

import os

from modeldex.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = "modeldex-dataset 2"
CATALOGUES = "modeldex-dataset 3"
TEXT = "modeldex.nq"
INDEX = "index.sqlite"
SMALL = 2**20
DOCUMENTS = "documents"
REMEDY = "install modeldex again, or in a checkout run: modeldex build"


class NoManifest(StoreError):
    """A folder has no manifest, or one that cannot be read."""


class OtherVersion(StoreError):
    """A dataset of a version that this one does not read."""


class Manifest:
    """What a dataset folder says of itself: a line each, `name value`."""

    def __init__(self, folder: str) -> None:
        path = os.path.join(folder, "manifest")
        try:
            with open(path, encoding="utf-8") as file:
                lines = file.read().splitlines()
        except OSError as error:
            raise _missing(folder, error) from None
        except ValueError:
            lines = []
        damaged = NoManifest(f"{path} is damaged; {remedy_for(folder)}")
        if not lines or not lines[0].startswith("modeldex-dataset ") or lines[-1] != "end":
            raise damaged
        if lines[0] not in (FORMAT, CATALOGUES):
            ours = CATALOGUES if _has_documents(folder) else FORMAT
            raise OtherVersion(
                f"{folder} was written by another version ({lines[0]!r}, not {ours!r}); "
                f"{remedy_for(folder)}"
            )
        self.folder = folder
        self.of_catalogues = lines[0] == CATALOGUES
        self.imports: list[str] = []
        self.values: dict[str, str] = {}
        self.files: dict[str, int] = {}
        self.checksums: dict[str, str] = {}
        for line in lines[1:-1]:
            name, _, value = line.partition(" ")
            if name == "import":
                self.imports.append(value)
                continue
            if name == "check":
                digest, _, file_name = value.partition(" ")
                self.checksums[file_name] = digest
                continue
            if name != "file":
                self.values[name] = value
                continue
            size, _, file_name = value.partition(" ")
            if not size.isdigit():
                raise damaged
            self.files[file_name] = int(size)
        needed = {"quads", "store", "crc32"} | (set() if self.of_catalogues else {"sha256"})
        if not needed <= self.values.keys() or not (self.of_catalogues or INDEX in self.files):
            raise damaged

    @property
    def remedy(self) -> str:
        """What to do about a damaged store."""
        return rebuilding(self.folder) if self.of_catalogues else REMEDY

    @property
    def store(self) -> str:
        return os.path.join(self.folder, self.values["store"])

    def damage(self, *, contents: bool = False, every: bool = False) -> str | None:
        """What is wrong with the files of the store, if they are not those that were written.

        Their sizes are compared, with `contents` also what is in the engine's files: RocksDB may
        see a changed byte only in the middle of an answer. The index checks each of its answers.
        With `every`, the large files of catalogues are read too, which takes its time.
        """
        try:
            found = {entry.name: entry.stat().st_size for entry in os.scandir(self.store)}
        except OSError:
            found = {}
        for name, size in self.files.items():
            if found.get(name) != size:
                state = "has another size" if name in found else "is missing"
                return f"{self.store} is damaged: {name} {state}"
        checked = checked_files(self.files, of_catalogues=self.of_catalogues)
        if (contents or every) and checksum(self.store, checked) != self.values["crc32"]:
            return f"{self.store} is damaged: its content has changed"
        for name, digest in self.checksums.items() if every else ():
            if checksum(self.store, [name]) != digest:
                return f"{self.store} is damaged: the content of {name} has changed"
        return None


def rebuilding(folder: str) -> str:
    """How a store is made anew of its documents."""
    return f"run: modeldex import --rebuild --store {folder}"


def remedy_for(folder: str) -> str:
    """What to do about a folder whose manifest cannot be read."""
    return rebuilding(folder) if _has_documents(folder) else REMEDY


def _has_documents(folder: str) -> bool:
    return os.path.isdir(os.path.join(folder, DOCUMENTS))


def _missing(folder: str, error: OSError) -> NoManifest:
    from modeldex.packaged import dataset

    said, remedy = error.strerror, remedy_for(folder)
    built = os.path.exists(os.path.join(folder, TEXT))
    if isinstance(error, FileNotFoundError) and remedy == REMEDY and not built:
        said = "nothing was built or imported there" if os.path.isdir(folder) else said
        if folder != dataset():
            remedy = "name a folder that modeldex import wrote, or run: modeldex build"
    return NoManifest(f"no dataset in {folder}: {said}; {remedy}")


def checked_files(files: dict[str, int], *, of_catalogues: bool) -> list[str]:
    """The files whose content is checked, of all with their sizes: of catalogues the small ones,
    without which the engine would see less than there is; the large ones have checksums of its own.
    """
    return [name for name, size in files.items() if size < SMALL or not of_catalogues]


def checksum(store: str, names: Iterable[str]) -> str:
    """The checksum of the engine's files, all but the index."""
    from zlib import crc32

    value = 0
    for name in sorted(names):
        if name != INDEX:
            with open(os.path.join(store, name), "rb") as file:
                while block := file.read(2**20):
                    value = crc32(block, value)
    return f"{value:08x}"
