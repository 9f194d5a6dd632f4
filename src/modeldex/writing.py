"""The door for output: a file is old or new, never between."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

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
    """Write beside, sync, rename, sync the folder. Raises BadInput where that cannot be done."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BadInput(
            f"cannot be written: {error.strerror}", file=str(path), remedy="nothing was changed"
        ) from None


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
