"""The index: the answers of a lookup, asked once of every thing and kept in one SQLite file.

It is a cache beside the store, made by the build, and can be thrown away at any time. Each answer
has a checksum, since SQLite itself does not see a changed byte.
"""

from __future__ import annotations

import json

from modeldex.errors import StoreError
from modeldex.manifest import REMEDY

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from typing import Any

    from modeldex.lookup import Record, StoreLookup


class Index:
    """The same answers, kept by the build in one SQLite file."""

    def __init__(self, path: str) -> None:
        self._connection = _open(path)

    def named(self, key: str) -> list[Record]:
        """See `Lookup`."""
        return self._get("named", key)

    def around(self, iris: Iterable[str]) -> list[Record]:
        """See `Lookup`."""
        return [row for iri in iris for row in self._get("around", iri)]

    def claims(self, iris: Iterable[str]) -> list[Record]:
        """See `Lookup`."""
        found = []
        for iri in iris:
            rows = self._get("claims", iri)
            if any(row["subject"]["thing"] != iri for row in rows):
                raise StoreError(f"the index is damaged (claims of another thing); {REMEDY}")
            found += rows
        return found

    def naming(self, iri: str) -> list[Record]:
        """See `Lookup`."""
        return self._get("naming", iri)

    def properties(self) -> list[Record]:
        """See `Lookup`."""
        return self._there("properties")

    def names(self) -> list[Record]:
        """See `Lookup`."""
        return self._there("names")

    def api_ids(self) -> list[Record]:
        """See `Lookup`."""
        return self._there("api ids")

    def subjects(self) -> Iterator[str]:
        """See `Lookup`."""
        import sqlite3

        try:
            for (about,) in self._connection.execute(
                "SELECT about FROM answers WHERE question = 'claims' ORDER BY about"
            ):
                yield about
        except sqlite3.Error as error:
            raise StoreError(f"the index is damaged ({error}); {REMEDY}") from None

    def release(self) -> str:
        """See `Lookup`."""
        return str(self._there("release")[0])

    def number_of_claims(self) -> int | None:
        """See `Lookup`."""
        numbers = self._get("number of claims", "")
        return numbers[0].get("claims", -1) if numbers else None

    def queries(self) -> list[Record]:
        """The stored queries that the dataset was built with, as records."""
        return self._get("queries", "")

    def _there(self, question: str) -> list[Record]:
        """An answer that no dataset lacks: a row is not found where its key has changed."""
        return self._get(question, "", lacking=f"it has no {question}")

    def _get(self, question: str, about: str, *, lacking: str = "") -> list[Record]:
        import sqlite3

        try:
            row = self._connection.execute(
                "SELECT answer, crc32 FROM answers WHERE question = ? AND about = ?",
                (question, about),
            ).fetchone()
            if row and _checksum(row[0]) != row[1]:
                raise ValueError("its content has changed")
            if lacking and not row:
                raise ValueError(lacking)
            answer: list[Record] = json.loads(row[0]) if row else []
        except (sqlite3.Error, ValueError) as error:
            raise StoreError(f"the index is damaged ({error}); {REMEDY}") from None
        return answer


def write_index(lookup: StoreLookup, path: str, queries: list[Record]) -> None:
    """Ask every question of every thing, and keep the answers in a new file.

    `queries` are the stored queries, kept so that asking one needs no YAML.
    """
    import sqlite3

    names = lookup.names()
    properties = lookup.properties()
    things = sorted({row["thing"] for row in names} - {row["property"] for row in properties})
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE answers (question TEXT, about TEXT, answer TEXT, crc32 INT, "
            "PRIMARY KEY (question, about)) WITHOUT ROWID"
        )
        answers: list[tuple[str, str, list[Any]]] = [
            ("properties", "", properties), ("names", "", names), ("queries", "", queries),
            ("api ids", "", lookup.api_ids()),
            ("release", "", [lookup.release()]),
        ]  # fmt: skip
        answers += [("named", key, lookup.named(key)) for key in sorted({r["key"] for r in names})]
        for iri in things:
            answers += [
                ("around", iri, lookup.around([iri])), ("claims", iri, lookup.claims([iri])),
                ("naming", iri, lookup.naming(iri)),
            ]  # fmt: skip
        claims = sum(len(rows) for question, _, rows in answers if question == "claims")
        answers.append(("number of claims", "", [{"claims": claims}]))
        connection.executemany(
            "INSERT INTO answers VALUES (?, ?, ?, ?)",
            [(question, about, text := json.dumps(rows), _checksum(text))
             for question, about, rows in answers if rows or not about],
        )  # fmt: skip
    connection.close()


def _checksum(text: str) -> int:
    from zlib import crc32

    return crc32(text.encode("utf-8", "surrogatepass"))


def _open(path: str) -> sqlite3.Connection:
    import sqlite3

    for character in "%?#":
        path = path.replace(character, f"%{ord(character):02X}")
    # Immutable: no lock files, so that it opens in a folder that cannot be written.
    address = f"file:{path}?mode=ro&immutable=1"
    try:
        return sqlite3.connect(address, uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise StoreError(f"the index cannot be opened ({error}); {REMEDY}") from None
