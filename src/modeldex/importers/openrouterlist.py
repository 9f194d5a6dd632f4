"""openrouterlist's price history: what OpenRouter asked for each model, from day to day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modeldex.dates import day_before, is_date
from modeldex.errors import BadInput
from modeldex.importers import ids
from modeldex.importers.said import Aside, Catalogue, Reading, Record, Refused, Span, Value
from modeldex.importers.terms import of, price, shown
from modeldex.json_reading import Path

CATALOGUE = Catalogue(
    "openrouterlist", "openrouterlist price history", "openrouterlist", "openrouterlist",
    "https://openrouterlist.com",
)  # fmt: skip
ASIDE = {
    "first_seen": "the first day of the ID, read with it",
    "present_now": "whether the ID is still listed, read with it",
    "last_seen": "the last day of the ID and of its last price, read with them",
}


def records(document: Any) -> Iterator[Record]:
    """The models; what describes the document is left aside."""
    if not isinstance(document, dict) or not isinstance(document.get("models"), dict):
        raise BadInput("not openrouterlist's history: no models")
    for name, value in document.items():
        if name != "models":
            yield Record((name,), None, value, "describes the document, not a model")
    for key, value in document["models"].items():
        path = ("models", key)
        if not isinstance(value, dict):
            yield Record(path, ids.openrouter(key), value, "not an object", refused=True)
            continue
        try:
            span = _span(value)
        except Refused as error:
            yield Record(path, ids.openrouter(key), value, str(error), refused=True)
        else:
            yield Record(path, ids.openrouter(key), value, span=span)


def _span(record: dict[str, Any]) -> Span:
    """From when the ID was listed, and until when if it is no more. Raises Refused."""
    first, last = record.get("first_seen"), record.get("last_seen")
    first = first if _day(first) else None
    if record.get("present_now") is True:
        return first, None
    if not _day(last) or str(last) < (first or ""):
        raise Refused(f"gone, and last seen on no later day: {shown(last)}")
    return first, last


def field(path: Path, record: Any) -> Reading | Aside | None:
    """See `Importer`."""
    name, *rest = path
    if name in ASIDE and not rest:
        return Aside(ASIDE[str(name)])
    if name == "name" and not rest:
        return lambda value: []
    if name == "points" and len(rest) == 1:
        place = int(rest[0])
        return of(("inputPrice", "outputPrice"), lambda value: _point(record, place, value))
    return None


def _point(record: dict[str, Any], place: int, value: Any) -> list[Value]:
    """A point is a day and the prices of input and output from that day on."""
    points = record["points"]
    if not isinstance(value, list) or len(value) != 3 or not _day(value[0]):
        raise Refused(f"not a day and two prices: {shown(value)}")
    through = None
    if place + 1 < len(points):
        following = str(points[place + 1][0]) if isinstance(points[place + 1], list) else ""
        if not _day(following) or following < value[0]:
            raise Refused(f"the next point is earlier: {shown(following)}")
        through = max(value[0], day_before(following))  # several prices on one day
    elif record.get("present_now") is not True:
        through = str(record.get("last_seen"))
        if not _day(through) or through < value[0]:
            raise Refused(f"last seen on no later day: {shown(through)}")
    return [
        each._replace(valid_from=value[0], valid_through=through)
        for name, amount in (("inputPrice", value[1]), ("outputPrice", value[2]))
        for each in price(name)(amount)
    ]


def _day(text: Any) -> bool:
    return isinstance(text, str) and len(text) == 10 and is_date(text)
