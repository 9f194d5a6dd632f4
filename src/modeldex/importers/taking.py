"""Every value of a document into one of four heaps: taken, refused, unknown, left aside.

Nothing is dropped silently: the heaps add up to the values that the document holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from modeldex.importers.said import Aside, Importer, Record, Refused, Said
from modeldex.importers.terms import UNFIT
from modeldex.json_reading import Path, faults, leaves, pointer


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


def take(importer: Importer, document: Any, tally: Tally) -> Iterator[Said]:
    """What the document says, value by value; the tally tells what became of each."""
    for record in importer.records(document):
        if record.listing is None:
            _left(record, tally)
            continue
        tally.records += 1
        if reason := _fault(record):
            tally.refusals.append(
                Refusal(pointer(record.path), reason, sum(1 for _ in leaves(record.value)))
            )
            continue
        yield from _values(importer, record, tally)


def _values(importer: Importer, record: Record, tally: Tally) -> Iterator[Said]:
    assert record.listing is not None
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
                continue
            tally.taken += 1
            for each in values:
                tally.said += 1
                yield Said(record.listing, each, place, base)


def _left(record: Record, tally: Tally) -> None:
    values = sum(1 for _ in leaves(record.value))
    if record.refused:
        tally.records += 1
        tally.refusals.append(Refusal(pointer(record.path), record.reason, values))
    else:
        tally.aside[f"{_name(record.path[-1:])}: {record.reason}"] += values


def _fault(record: Record) -> str | None:
    """Why a record cannot be taken at all, if it cannot."""
    if twice := next(faults(record.value), None):
        return f"{pointer(twice[0]) or 'it'} {twice[1]}"
    keys = [str(part) for part in record.path]
    if any(UNFIT.search(key) or key != key.strip() or not key for key in keys):
        return "its key is not a line of text"
    return None


def _name(path: Path) -> str:
    """The name of a field: its path without the places in lists."""
    return ".".join(str(part) for part in path if isinstance(part, str)) or "(the record itself)"
