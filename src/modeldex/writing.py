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

    If the block raises, the file stays as it was; a device or a pipe is written to as it stands.
    Raises BadInput where it cannot be written.
    """
    if path.is_dir():
        raise BadInput("is a folder", file=str(path), remedy="name a file in it")
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
            return
        place = Path(os.path.realpath(path))  # what a link leads to, so that it stays a link
        beside = _beside(place)
        try:
            with beside.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            beside.replace(place)
            sync_folder(place.parent)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritten(error, path) from None


@contextmanager
def writing_folder(folder: Path, marker: str) -> Iterator[Path]:
    """A folder to write to, put in the place of the named one when the block is done.

    What is there is replaced only if it is empty, or has the file `marker`, which says that an
    export made it. If the block raises, it stays as it was.
    """
    try:
        place = Path(os.path.realpath(folder))
        if Path.cwd().is_relative_to(place):
            raise BadInput(
                "it cannot be replaced while you are in it", file=str(folder),
                remedy="name another folder",
            )  # fmt: skip
        if place.exists() and not (place.is_dir() and _ours(place, marker)):
            raise BadInput(
                "there is something else already", file=str(folder),
                remedy="name a new or an empty folder",
            )  # fmt: skip
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = _beside(place)
        beside.mkdir()
        try:
            yield beside
            if hasattr(os, "sync"):
                os.sync()  # of ten thousand files, one by one takes a minute
            _put(beside, place)
            sync_folder(place.parent)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise _unwritten(error, folder) from None


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.urandom(4).hex()}")


def _put(new: Path, place: Path) -> None:
    """Rename a folder into its place; what was there then has the other name, or is gone."""
    if not place.exists():
        new.rename(place)
    elif not _exchanged(new, place):
        old = _beside(place)
        place.rename(old)
        try:
            new.rename(place)
        except OSError:
            old.rename(place)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one step, where the system can (Linux)."""
    import ctypes

    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    return rename is not None and not rename(
        here, os.fsencode(one), here, os.fsencode(other), exchange
    )


def _ours(folder: Path, marker: str) -> bool:
    return (folder / marker).is_file() or next(folder.iterdir(), None) is None


def _unwritten(error: OSError, path: Path) -> BadInput:
    return BadInput(
        f"cannot be written: {error.strerror or error}", file=str(path),
        remedy="nothing was changed",
    )  # fmt: skip


@contextmanager
def only_writer(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Keep other writers out of the folder until done. A killed one leaves no lock.

    Another writer is waited for, or, without `wait`, refused with BadInput.
    """
    if os.name != "posix":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise BadInput(
                "is being written by another process", file=str(folder),
                remedy="try again when it is done",
            ) from None  # fmt: skip
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
