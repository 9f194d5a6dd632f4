"""Every value of a document into one of four heaps: taken, refused, unknown, left aside.

Nothing is dropped silently: the heaps add up to the values that the document holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from modeldex.importers.said import Aside, Importer, Listed, Listing, Record, Refused, Said
from modeldex.importers.terms import UNFIT
from modeldex.json_reading import Duplicated, Path, faults, leaves, lost, pointer


class Refusal(NamedTuple):
    """A value or a whole record that was not taken: JSON Pointer, reason, how many values."""

    pointer: str
    reason: str
    values: int


class Tally:
    """What became of a document's values."""

    def __init__(self) -> None:
        self.records = 0
        self.taken = 0
        self.said = 0
        self.refusals: list[Refusal] = []
        self.unknown: Counter[str] = Counter()
        self.aside: Counter[str] = Counter()

    @property
    def refused(self) -> int:
        """How many values were refused, those in refused records included."""
        return sum(refusal.values for refusal in self.refusals)

    @property
    def values(self) -> int:
        """How many values there were in all."""
        return self.taken + self.refused + self.unknown.total() + self.aside.total()


def ignore(listed: Listed) -> None:
    """Where only the values matter."""


def take(
    importer: Importer, document: Any, tally: Tally, hear: Callable[[Listed], None] = ignore
) -> Iterator[Said]:
    """What the document says, value by value; the tally tells what became of each.

    `hear` is told of each record that lists something, and of what could not be read in it.
    """
    doubled = set[Path]()
    for record in importer.records(document):
        if key := _doubled(document, record.path):
            if key not in doubled:
                doubled.add(key)
                _refuse_key(document, key, tally)
        elif record.listing is None or record.refused:
            _left(record, tally)
        elif reason := _twice(record.value) or _unfit(record):
            _refuse(record, reason, tally)
        else:
            tally.records += 1
            hear(Listed(record.listing, pointer(record.path), (), record.span))
            yield from _values(importer, record, record.listing, tally, hear)
            continue
        _hear_of(record, hear)


def _hear_of(record: Record, hear: Callable[[Listed], None]) -> None:
    """A record that cannot be read still lists what its key names."""
    if record.listing is not None and not _unfit(record):
        hear(Listed(record.listing, pointer(record.path), None))


def _values(
    importer: Importer, record: Record, listing: Listing, tally: Tally,
    hear: Callable[[Listed], None],
) -> Iterator[Said]:  # fmt: skip
    base = pointer(record.path)
    for path, value in leaves(record.value):
        reading = importer.field(path, record.value) if path else None
        if reading is None:
            tally.unknown[_name(path)] += 1
        elif isinstance(reading, Aside):
            tally.aside[f"{_name(path)}: {reading.reason}"] += 1
        else:
            place = base + pointer(path)
            try:
                values = reading(value)
            except Refused as error:
                tally.refusals.append(Refusal(place, str(error), 1))
                hear(Listed(listing, base, error.unread))
                continue
            tally.taken += 1
            for each in values:
                tally.said += 1
                yield Said(listing, each, place, base)


def _left(record: Record, tally: Tally) -> None:
    if record.refused:
        _refuse(record, record.reason, tally)
    elif twice := _twice(record.value):
        _refuse(record, twice, tally)
    else:
        values = sum(1 for _ in leaves(record.value))
        tally.aside[f"{_name(record.path[-1:])}: {record.reason}"] += values


def _refuse(record: Record, reason: str, tally: Tally) -> None:
    """Refuse a whole record."""
    tally.records += 1
    values = sum(1 for _ in leaves(record.value))
    tally.refusals.append(Refusal(pointer(record.path), reason, values))


def _refuse_key(document: Any, key: Path, tally: Tally) -> None:
    """Refuse all that stands under a key that is named twice: none of it is known to be meant."""
    around = document
    for part in key[:-1]:
        around = around[part]
    all_of_it = [around[key[-1]], *(each for name, each in lost(around) if name == key[-1])]
    tally.records += 1
    values = sum(1 for each in all_of_it for _ in leaves(each))
    tally.refusals.append(Refusal(pointer(key), "its key is named twice", values))


def _doubled(document: Any, path: Path) -> Path | None:
    """The first key on the way to a record that is named twice."""
    for depth, part in enumerate(path):
        if isinstance(document, Duplicated) and part in document.lost:
            return path[: depth + 1]
        document = document[part]
    return None


def _unfit(record: Record) -> str | None:
    """Why the key of a record is no ID, if it is none."""
    keys = [str(part) for part in record.path]
    if record.listing is not None:
        keys.append(record.listing.api_id)
        if record.listing.broader_id is not None:
            keys.append(record.listing.broader_id)
    if any(UNFIT.search(key) or key != key.strip() or not key for key in keys):
        return "its key is not a line of text"
    return None


def _twice(value: Any) -> str | None:
    """Which object inside a value names a key twice, if one does."""
    found = next(faults(value), None)
    return f"{pointer(found[0]) or 'it'} {found[1]}" if found else None


def _name(path: Path) -> str:
    """The name of a field: its path without the places in lists."""
    return ".".join(str(part) for part in path if isinstance(part, str)) or "(the record itself)"
