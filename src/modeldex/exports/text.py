"""The statements of a dataset, streamed from its canonical text, a graph at a time if need be.

In canonical N-Quads each statement is a line that ends in its graph, so that the lines of a graph
are found before they are parsed. RDF has no end mark: what is cut after a line reads as a smaller
dataset. So the text is summed as it is read, and held against the manifest. A store of catalogues
has no text: it is written out and sorted, in pieces, since memory must not grow with it.
"""

from __future__ import annotations

import hashlib
import heapq
import os
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import BinaryIO

import pyoxigraph as ox

from modeldex.errors import StoreError
from modeldex.manifest import REMEDY, TEXT, Manifest
from modeldex.store import Store

PIECE = 2**18
SORTED_AT_ONCE = 2**26


def statements(text: BinaryIO, graph: str | None = None) -> Iterator[ox.Quad]:
    """The statements of canonical N-Quads, in their order; of one graph where one is named.

    >>> import io
    >>> text = io.BytesIO(b'<ex:s> <ex:p> "1" <ex:a> .\\n<ex:s> <ex:p> "2" <ex:b> .\\n')
    >>> [quad.object.value for quad in statements(text, "ex:b")]
    ['2']
    """
    for lines in _pieces(text):
        yield from _parsed(lines, graph)


def sorted_text(store: Store) -> BinaryIO:
    """A store without blank nodes as canonical N-Quads, in a file that ends when it is closed.

    >>> text = b'<ex:b> <ex:p> "2" .\\n<ex:a> <ex:p> "1" .'
    >>> store = Store.of(ox.parse(text, ox.RdfFormat.N_QUADS))
    >>> with sorted_text(store) as file:
    ...     file.read().splitlines()[0]
    b'<ex:a> <ex:p> "1" .'
    """
    with ExitStack() as closing:
        dumped = closing.enter_context(TemporaryFile())
        with store.reading():
            store.engine.dump(dumped, format=ox.RdfFormat.N_QUADS)
        dumped.seek(0)
        pieces = []
        while lines := dumped.readlines(SORTED_AT_ONCE):
            pieces.append(closing.enter_context(TemporaryFile()))
            pieces[-1].writelines(sorted(lines))
            pieces[-1].seek(0)
        whole = TemporaryFile()  # noqa: SIM115 - the caller closes it
        whole.writelines(heapq.merge(*pieces))
    whole.seek(0)
    return whole


def statements_of(manifest: Manifest, graph: str | None = None) -> Iterator[ox.Quad]:
    """The statements of a dataset folder; memory does not grow with their number.

    Raises StoreError, at the latest at the end, if they are not what was built.
    """
    path = os.path.join(manifest.folder, TEXT)
    sha256 = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            for lines in _pieces(file):
                for line in lines:
                    sha256.update(line)
                yield from _parsed(lines, graph)
        whole = sha256.hexdigest() == manifest.values["sha256"]
    except (OSError, SyntaxError):
        whole = False
    if not whole:
        raise StoreError(
            f"{path} is damaged, or the dataset was built anew during the export; run it again, "
            f"or {REMEDY}"
        )


def sha256_of(text: BinaryIO) -> str:
    """The hash of a text.

    >>> import io
    >>> sha256_of(io.BytesIO(b""))[:8]
    'e3b0c442'
    """
    sha256 = hashlib.sha256()
    for lines in _pieces(text):
        for line in lines:
            sha256.update(line)
    return sha256.hexdigest()


def _pieces(file: BinaryIO) -> Iterator[list[bytes]]:
    """The lines of a file from its beginning, whoever else reads it meanwhile."""
    place = 0
    while True:
        file.seek(place)
        if not (lines := file.readlines(PIECE)):
            return
        place = file.tell()
        yield lines


def _parsed(lines: list[bytes], graph: str | None) -> Iterator[ox.Quad]:
    if graph is not None:
        end = f" <{graph}> .\n".encode()
        lines = [line for line in lines if line.endswith(end)]
    return ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS)
