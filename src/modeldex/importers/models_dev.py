"""models.dev's API document (`api.json`): providers, and the models that each offers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from modeldex.errors import BadInput
from modeldex.importers import ids
from modeldex.importers.curated import normal
from modeldex.importers.resolving import makers
from modeldex.importers.said import Aside, Catalogue, Listing, Reading, Record, Value
from modeldex.importers.terms import (
    INPUTS,
    OUTPUTS,
    count,
    date,
    decimal_of,
    plain,
    price,
    text,
    words,
    yes_no,
)
from modeldex.json_reading import Path

CATALOGUE = Catalogue("models.dev", "models.dev", "models-dev", "models.dev",
                      "https://models.dev")  # fmt: skip

COSTS = {
    "input": "inputPrice", "output": "outputPrice", "cache_read": "cachedInputPrice",
    "cached_input": "cachedInputPrice", "cache_input": "cachedInputPrice",
    "cache_write": "cacheWritePrice", "cached_write": "cacheWritePrice",
    "reasoning": "reasoningPrice", "input_audio": "audioInputPrice",
    "output_audio": "audioOutputPrice", "citation": "citationPrice",
}  # fmt: skip
LIMITS = {"context": "contextWindow", "output": "maxOutput", "input": "maxInput"}
YES_NO = {
    "reasoning": "reasoning", "tool_call": "toolUse", "structured_output": "structuredOutput",
    "temperature": "samplingParameters", "open_weights": "openWeights", "attachment": "fileInput",
}  # fmt: skip
ASIDE = {
    "last_updated": "when the provider or the catalogue changed the entry",
    "family": "a grouping of the catalogue", "reasoning_options": "how clients ask for reasoning",
    "interleaved": "how clients read reasoning", "provider": "how clients are configured",
}  # fmt: skip
PROVIDER_FIELDS = "describes the provider for clients"
OWN_MAKERS = {
    "anthropic": "anthropic", "openai": "openai", "google": "google", "deepseek": "deepseek",
    "xai": "x-ai", "mistral": "mistralai", "cohere": "cohere", "moonshotai": "moonshotai",
    "zai": "zai-org", "minimax": "minimax", "xiaomi": "xiaomi", "stepfun": "stepfun",
    "upstage": "upstage", "inception": "inception", "llama": "meta-llama",
    "google-vertex-anthropic": "anthropic", "perplexity": "perplexity",
}  # fmt: skip

SAME_MODEL = re.compile(r"(@default|[:-]free)\Z")
"""What stands behind a name and is none: the latest version of all, for no money."""
MAKERS = frozenset(map(normal, makers()))


def records(document: Any) -> Iterator[Record]:
    """The models of each provider; what describes a provider is left aside."""
    if not isinstance(document, dict) or not any(
        isinstance(each, dict) and isinstance(each.get("models"), dict)
        for each in document.values()
    ):
        raise BadInput("not models.dev's API document: no provider has models")
    for provider, described in document.items():
        if not isinstance(described, dict) or not isinstance(described.get("models"), dict):
            yield Record((provider,), None, described, "no models", refused=True)
            continue
        for name, value in described.items():
            if name != "models":
                yield Record((provider, name), None, value, PROVIDER_FIELDS)
        for key, value in described["models"].items():
            path = (provider, "models", key)
            if not isinstance(value, dict):
                listing = _listing(provider, key, {})
                yield Record(path, listing, value, "not an object", refused=True)
            else:
                yield Record(path, _listing(provider, key, value), value)


def _listing(provider: str, api_id: str, record: dict[str, Any]) -> Listing:
    if provider == "openrouter":
        return ids.openrouter(api_id)
    if provider == "amazon-bedrock":
        return ids.bedrock(provider, api_id)
    if base := _base(provider, api_id, record.get("_base")):
        return Listing(provider, api_id, *base)
    if provider in OWN_MAKERS:
        return Listing(provider, api_id, OWN_MAKERS[provider], api_id.replace("@", "-"))
    return Listing(provider, api_id, *ids.maker_and_name(api_id))


def _base(provider: str, api_id: str, base: Any) -> tuple[str, str] | None:
    """Maker and name of the entry from which a record takes its fields, if its ID names it too.

    Fields are taken from a likely neighbour as well, so the field alone tells no identity. Before
    the name may stand a maker, or the provider itself; behind it only what names no other model.

    >>> _base("databricks", "databricks-claude-opus-4-5", "anthropic/claude-opus-4.5")
    ('anthropic', 'claude-opus-4.5')
    >>> _base("neon", "claude-sonnet-4", "anthropic/claude-sonnet-4-5-20250929")
    >>> _base("cloudflare", "deepseek-r1-distill-qwen-32b", "deepseek/deepseek-r1")
    """
    if not isinstance(base, str) or base.count("/") != 1:
        return None
    maker, _, name = base.partition("/")
    said, sought = normal(SAME_MODEL.sub("", api_id).rpartition("/")[2]), normal(name)
    before = said.removesuffix(sought).strip("-")
    whole = bool(sought) and f"-{said}".endswith(f"-{sought}")
    others = set(before.split("-")) - set(normal(provider).split("-"))
    return (maker, name) if whole and (before in {"", *MAKERS} or not others) else None


def field(path: Path, record: Any) -> Reading | Aside | None:
    """See `Importer`."""
    name, *rest = path
    if name in ASIDE:
        return Aside(ASIDE[str(name)])
    if name == "cost" and len(rest) == 1 and rest[0] in COSTS:
        return price(COSTS[str(rest[0])])
    if name == "cost" and len(rest) == 1 and rest[0] == "request":
        return price("requestPrice", 1000)
    if name == "cost" and len(rest) >= 3 and rest[0] == "tiers":
        return _tier(record["cost"]["tiers"][rest[1]], rest[2:])
    if name == "limit" and len(rest) == 1 and rest[0] in LIMITS:
        return count(LIMITS[str(rest[0])])
    if name == "modalities" and rest in (["input"], ["output"]):
        return words({**INPUTS, "pdf": "pdfInput"} if rest == ["input"] else OUTPUTS)
    if name == "experimental" and len(rest) >= 3 and rest[0] == "modes":
        known = rest[2] == "cost" and len(rest) == 4 and rest[3] in COSTS
        if known:
            return price(COSTS[str(rest[3])], within=(f"tier-{rest[1]}",))
        return Aside("how clients ask for a mode") if rest[2] == "provider" else None
    if rest:
        return None
    if name in YES_NO:
        return yes_no(YES_NO[str(name)])
    known_fields: dict[str, Reading] = {
        "id": lambda value: [], "_base": lambda value: [], "name": lambda value: [],
        "release_date": date("released"), "knowledge": date("knowledgeCutoff"),
        "status": text("stageName"),
    }  # fmt: skip
    return known_fields.get(str(name))


def _tier(tier: Any, rest: list[str | int]) -> Reading | Aside | None:
    if rest[0] == "tier":
        return Aside("the bound of a tier, read with its prices")
    bound = tier.get("tier") if isinstance(tier, dict) else None
    if rest[0] not in COSTS or len(rest) != 1 or not isinstance(bound, dict):
        return None

    def read(value: Any) -> list[Value]:
        above = f"prompt-above-{plain(decimal_of(bound.get('size')))}-tokens"
        return price(COSTS[str(rest[0])], within=(above,))(value)

    return read
