"""What all editions say, sorted by subject: kept in a file while a store is built.

A million values in memory would take a gigabyte; SQLite sorts them on disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from modeldex.importers.history import Observation


class About(NamedTuple):
    """What is said of one subject: by property, and where each edition lists it."""

    subject: str
    properties: dict[str, list[Observation]]
    listed: dict[int, str]


class Observed:
    """The values of all editions. To be closed; its file is scrap."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;"
            "BEGIN;"
            "CREATE TABLE said (subject TEXT, property TEXT, edition INT, value TEXT, pointer TEXT,"
            " valid_from TEXT, valid_through TEXT);"
            "CREATE TABLE listed (subject TEXT, edition INT, pointer TEXT)"
        )

    def add(self, subject: str, name: str, observation: Observation) -> None:
        """Keep one value of a property of a subject."""
        edition, value, pointer, valid_from, valid_through = observation
        self._connection.execute(
            "INSERT INTO said VALUES (?, ?, ?, ?, ?, ?, ?)",
            (subject, name, edition, value, pointer, valid_from, valid_through),
        )

    def list(self, subject: str, edition: int, pointer: str) -> None:
        """Keep where an edition lists a subject."""
        self._connection.execute("INSERT INTO listed VALUES (?, ?, ?)", (subject, edition, pointer))

    def subjects(self) -> Iterator[About]:
        """Everything that is said, subject by subject in the order of their IRIs."""
        said = self._connection.execute(
            "SELECT subject, property, edition, value, pointer, valid_from, valid_through"
            " FROM said ORDER BY subject, property, edition, pointer, rowid"
        )
        listed = self._listed()
        places: tuple[str, dict[int, str]] = next(listed, ("", {}))
        for subject, rows in groupby(said, key=lambda row: row[0]):
            properties: dict[str, list[Observation]] = {}
            for row in rows:
                properties.setdefault(row[1], []).append(Observation(*row[2:]))
            while places[0] and places[0] < subject:
                places = next(listed, ("", {}))
            yield About(subject, properties, places[1] if places[0] == subject else {})

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _listed(self) -> Iterator[tuple[str, dict[int, str]]]:
        rows = self._connection.execute(
            "SELECT subject, edition, pointer FROM listed ORDER BY subject, edition, rowid"
        )
        for subject, found in groupby(rows, key=lambda row: row[0]):
            yield subject, {edition: pointer for _, edition, pointer in found}
