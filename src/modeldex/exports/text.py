"""The statements of a dataset, streamed from its canonical text, a graph at a time if need be.

In canonical N-Quads each statement is a line that ends in its graph, so that the lines of a graph
are found before they are parsed. RDF has no end mark: what is cut after a line reads as a smaller
dataset. So the text is summed as it is read, and held against the manifest.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from typing import BinaryIO

import pyoxigraph as ox

from modeldex.errors import StoreError
from modeldex.manifest import REMEDY, TEXT, Manifest

PIECE = 2**18


def statements(text: bytes, graph: str | None = None) -> Iterator[ox.Quad]:
    """The statements of canonical N-Quads, in their order; of one graph where one is named.

    >>> text = b'<ex:s> <ex:p> "1" <ex:a> .\\n<ex:s> <ex:p> "2" <ex:b> .\\n'
    >>> [quad.object.value for quad in statements(text, "ex:b")]
    ['2']
    """
    for lines in _pieces(io.BytesIO(text)):
        yield from _parsed(lines, graph)


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


def _pieces(file: BinaryIO) -> Iterator[list[bytes]]:
    while lines := file.readlines(PIECE):
        yield lines


def _parsed(lines: list[bytes], graph: str | None) -> Iterator[ox.Quad]:
    if graph is not None:
        end = f" <{graph}> .\n".encode()
        lines = [line for line in lines if line.endswith(end)]
    return ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS)
