"""genai-prices' `data.json`: prices for each model, some from a day on, some in tiers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from modeldex.dates import day_before, is_date
from modeldex.errors import BadInput
from modeldex.importers import ids
from modeldex.importers.said import Aside, Catalogue, Listing, Reading, Record, Refused, Value
from modeldex.importers.terms import count, decimal_of, of, plain, price, shown
from modeldex.json_reading import Path, lost

CATALOGUE = Catalogue(
    "genai-prices", "genai-prices", "pydantic", "Pydantic",
    "https://github.com/pydantic/genai-prices",
)  # fmt: skip

PRICES: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "input_mtok": ("inputPrice", 1, ()), "output_mtok": ("outputPrice", 1, ()),
    "cache_read_mtok": ("cachedInputPrice", 1, ()), "cache_write_mtok": ("cacheWritePrice", 1, ()),
    "cache_write_1h_mtok": ("cacheWritePrice", 1, ("cache-kept-1-hour",)),
    "input_audio_mtok": ("audioInputPrice", 1, ()),
    "output_audio_mtok": ("audioOutputPrice", 1, ()),
    "cache_audio_read_mtok": ("cachedAudioInputPrice", 1, ()),
    "input_image_mtok": ("imageInputPrice", 1, ()),
    "output_image_mtok": ("imageOutputPrice", 1, ()),
    "cache_image_read_mtok": ("cachedImageInputPrice", 1, ()),
    "input_video_mtok": ("videoInputPrice", 1, ()),
    "output_video_mtok": ("videoOutputPrice", 1, ()),
    "output_reasoning_mtok": ("reasoningPrice", 1, ()),
    "output_citation_mtok": ("citationPrice", 1, ()),
    "requests_kcount": ("requestPrice", 1, ()), "web_searches_kcount": ("webSearchPrice", 1, ()),
}  # fmt: skip
ASIDE = {
    "name": "the name that the catalogue shows", "description": "a description in words",
    "match": "how the library finds the entry for an ID", "price_comments": "remarks",
}  # fmt: skip
HOUR = re.compile(r"(\d\d):(\d\d):00Z\Z")
PROVIDER_FIELDS = "describes the provider for the library"
OWN_MAKERS = {
    "anthropic": "anthropic", "openai": "openai", "deepseek": "deepseek", "x-ai": "x-ai",
    "mistral": "mistralai", "cohere": "cohere", "moonshotai": "moonshotai", "zai": "zai-org",
    "minimax": "minimax", "voyageai": "voyageai", "perplexity": "perplexity",
}  # fmt: skip


def records(document: Any) -> Iterator[Record]:
    """The models of each provider."""
    if not isinstance(document, list) or not any(
        isinstance(each, dict) and isinstance(each.get("models"), list) for each in document
    ):
        raise BadInput("not genai-prices' data.json: no provider has models")
    for number, provider in enumerate(document):
        if not isinstance(provider, dict) or not isinstance(provider.get("models"), list):
            yield Record((number,), None, provider, "no models", refused=True)
            continue
        if "id" in dict(lost(provider)):
            yield Record((number,), None, provider, "names its id twice", refused=True)
            continue
        for name, value in provider.items():
            if name != "models":
                yield Record((number, name), None, value, PROVIDER_FIELDS)
        for place, value in enumerate(provider["models"]):
            path = (number, "models", place)
            named = isinstance(value, dict) and isinstance(value.get("id"), str) and value["id"]
            if not named or not isinstance(provider.get("id"), str):
                yield Record(path, None, value, "no id", refused=True)
            else:
                yield Record(path, _listing(provider["id"], value["id"]), value)


def _listing(provider: str, api_id: str) -> Listing:
    if provider == "openrouter":
        return ids.openrouter(api_id)
    if provider == "aws":
        return ids.bedrock(provider, api_id)
    return Listing(provider, api_id, *ids.maker_and_name(api_id, provider, OWN_MAKERS))


def field(path: Path, record: Any) -> Reading | Aside | None:
    """See `Importer`."""
    name, *rest = path
    if name in ASIDE:
        return Aside(ASIDE[str(name)])
    if name == "id":
        return lambda value: []
    if name == "context_window" and not rest:
        return count("contextWindow")
    if name == "deprecated" and not rest:
        return Aside("a mark on the entry of the catalogue, not dated")
    if name == "prices" and record["prices"] in ({}, []):
        return Aside("no price")
    if name != "prices" or not rest:
        return None
    prices, start, through, place = record["prices"], None, None, 0
    if isinstance(prices, list):
        place, rest = int(rest[0]), rest[1:]
        if rest[:1] == ["constraint"]:
            return Aside("when a price holds, read with it")
        if rest[:1] != ["prices"]:
            return None
        rest = rest[1:]
        start, through = _days(prices, place)
    if not rest or rest[0] not in PRICES:
        return None
    return _price(PRICES[str(rest[0])], rest[1:], record, path, (start, through, place))


def _days(prices: list[Any], place: int) -> tuple[Any, Any]:
    """From when and until when the prices at a place hold: each until the next begins."""
    starts = [
        each["constraint"].get("start_date")
        if isinstance(each, dict) and isinstance(each.get("constraint"), dict)
        else None
        for each in prices
    ]
    later = [day for day in starts[place + 1 :] if isinstance(day, str) and is_date(day)]
    start = starts[place]
    return start, day_before(min(later)) if later else None


def _hours(conditional: Any, place: int) -> tuple[str, ...]:
    """The hours of the day in which the prices at a place hold, where they do not all day."""
    if not isinstance(conditional, list):
        return ()
    spans = [_span(each.get("constraint")) for each in conditional if isinstance(each, dict)]
    own = _span(conditional[place].get("constraint"))
    held = [own] if own else _rest([span for span in spans if span])
    if not held:
        return ()
    return ("hours-" + "-and-".join(f"{start}-to-{end}" for start, end in held) + "-utc",)


def _span(constraint: Any) -> tuple[str, str] | None:
    """The hours of a constraint, as in `("0030", "1630")`; None if it has none. Raises Refused."""
    if not isinstance(constraint, dict) or set(constraint) == {"start_date"}:
        return None
    start, end = (HOUR.match(str(constraint.get(name))) for name in ("start_time", "end_time"))
    if set(constraint) != {"start_time", "end_time"} or not start or not end:
        raise Refused(f"a price on a condition that is not known: {shown(constraint)}")
    return start[1] + start[2], end[1] + end[2]


def _rest(spans: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What other prices leave of the day to those that have no hours. Raises Refused.

    >>> _rest([("0030", "1630")]), _rest([("0800", "1200"), ("1200", "1500")])
    ([('1630', '0030')], [('1500', '0800')])
    """
    taken = sorted(set(spans))
    after = [*taken[1:], *taken[:1]]
    rest = [(end, start) for (_, end), (start, _) in zip(taken, after, strict=True) if end != start]
    if taken and (not rest or sum(map(_minutes, [*taken, *rest])) != 24 * 60):
        raise Refused("the hours of the other prices overlap, or leave nothing of the day")
    return rest


def _minutes(span: tuple[str, str]) -> int:
    """How long a span of hours is, which may run over midnight."""
    start, end = (int(each[:2]) * 60 + int(each[2:]) for each in span)
    return (end - start) % (24 * 60)


def _price(
    known: tuple[str, int, tuple[str, ...]], rest: list[str | int], record: Any, path: Path,
    when: tuple[Any, str | None, int],
) -> Reading | Aside | None:  # fmt: skip
    (name, factor, within), (start, through, place) = known, when
    if rest[:1] == ["tiers"] and len(rest) == 3:
        if rest[2] == "start":
            return Aside("the bound of a tier, read with its price")
        if rest[2] != "price":
            return None
    elif rest not in ([], ["base"]):
        return None

    def read(value: Any) -> list[Value]:
        if start is not None and not (isinstance(start, str) and is_date(start)):
            raise Refused(f"a price on a condition that is no day: {shown(start)}")
        conditions = (*within, *_hours(record["prices"], place))
        if rest[:1] == ["tiers"]:
            bound = record
            for part in path[:-1]:
                bound = bound[part]
            above = plain(decimal_of(bound.get("start")))
            conditions = (*conditions, f"prompt-above-{above}-tokens")
        return [
            each._replace(valid_from=start, valid_through=through)
            for each in price(name, factor, tuple(sorted(conditions)))(value)
        ]

    return of((name,), read, None)
