"""openrouterlist's price history: what OpenRouter asked for each model, from day to day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modeldex.dates import day_before, is_date
from modeldex.errors import BadInput
from modeldex.importers import ids
from modeldex.importers.said import Aside, Catalogue, Reading, Record, Refused, Value
from modeldex.importers.terms import of, price, shown
from modeldex.json_reading import Path

CATALOGUE = Catalogue(
    "openrouterlist", "openrouterlist price history", "openrouterlist", "openrouterlist",
    "https://openrouterlist.com",
)  # fmt: skip
ASIDE = {
    "first_seen": "says the day of the first price again",
    "present_now": "says again whether it was last seen on the day of the document",
    "last_seen": "the last day of the last price, read with it",
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
        else:
            yield Record(path, ids.openrouter(key), value)


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
