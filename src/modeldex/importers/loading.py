"""Statements into the engine's files, piece by piece while the next ones are made.

One load of everything would hold it all in memory; pieces take a fifth, and no more time.
"""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Queue

import pyoxigraph as ox

PIECE = 16 * 2**20


class Loading:
    """A new store that takes N-Quads as a file does. Its `close` says whether all went well."""

    def __init__(self, folder: Path) -> None:
        self._store = ox.Store(str(folder))
        self._pieces: Queue[bytes | None] = Queue(maxsize=1)
        self._waiting: list[bytes] = []
        self._size = 0
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._load, daemon=True)
        self._thread.start()

    def write(self, text: bytes) -> None:
        """Take whole lines. Raises what went wrong with those before."""
        self._waiting.append(text)
        self._size += len(text)
        if self._size >= PIECE:
            self._hand_over()

    def close(self) -> None:
        """Load what is left and put it on the disk. Raises what went wrong."""
        self._hand_over()
        self.stop()
        if self._error is not None:
            raise self._error
        self._store.flush()
        del self._store

    def stop(self) -> None:
        """Wait for the piece that is being loaded, and take no more."""
        if self._thread.is_alive():
            self._pieces.put(None)
            self._thread.join()

    def _hand_over(self) -> None:
        if self._error is not None:
            raise self._error
        self._pieces.put(b"".join(self._waiting))
        self._waiting, self._size = [], 0

    def _load(self) -> None:
        while (piece := self._pieces.get()) is not None:
            if self._error is None:
                try:
                    self._store.bulk_load(piece, format=ox.RdfFormat.N_QUADS)
                except Exception as error:
                    self._error = error
