"""The door for output: a file is old or new, never between."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from modeldex.errors import BadInput


def canonical_nquads(quads: Iterable[ox.Quad]) -> bytes:
    """The statements as canonical N-Quads (RDFC-1.0): the same bytes for the same dataset.

    >>> q = ox.Quad(ox.BlankNode("z"), ox.NamedNode("http://example.org/p"), ox.Literal("x"))
    >>> canonical_nquads([q]).decode()
    '_:c14n0 <http://example.org/p> "x" .\\n'
    """
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset)).encode()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises BadInput where that cannot be done."""
    with writing(path) as file:
        file.write(data)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to: beside, then synced, renamed, and the folder synced.

    If the block raises, the file stays as it was. Raises BadInput where it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise _unwritten(error, path) from None
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def writing_folder(folder: Path, marker: str) -> Iterator[Path]:
    """A folder to write to, put in the place of the named one when the block is done.

    What is there is replaced only if it is empty, or has the file `marker`, which says that an
    export made it. If the block raises, it stays as it was.
    """
    beside = folder.with_name(f".{folder.name}.{os.getpid()}")
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        if folder.exists() and not (folder.is_dir() and _ours(folder, marker)):
            raise BadInput(
                "there is something else already", file=str(folder),
                remedy="name a new or an empty folder",
            )  # fmt: skip
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside.mkdir()
        yield beside
        for place, _, names in os.walk(beside):
            for name in names:
                _sync_file(os.path.join(place, name))
            sync_folder(Path(place))
        if folder.exists():
            folder.rename(old)
        beside.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise _unwritten(error, folder) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _ours(folder: Path, marker: str) -> bool:
    return (folder / marker).is_file() or next(folder.iterdir(), None) is None


def _unwritten(error: OSError, path: Path) -> BadInput:
    return BadInput(
        f"cannot be written: {error.strerror or error}", file=str(path),
        remedy="nothing was changed",
    )  # fmt: skip


def _sync_file(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Keep other writers out of the folder until done; they wait. A killed one leaves no lock."""
    if os.name != "posix":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make renames in the folder lasting, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
