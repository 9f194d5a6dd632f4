"""models.dev's API document (`api.json`): providers, and the models that each offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modeldex.errors import BadInput
from modeldex.importers import ids
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
                yield Record(path, None, value, "not an object", refused=True)
            else:
                yield Record(path, _listing(provider, key, value), value)


def _listing(provider: str, api_id: str, record: dict[str, Any]) -> Listing:
    base = record.get("_base")
    if provider == "openrouter":
        return ids.openrouter(api_id)
    if provider == "amazon-bedrock":
        return ids.bedrock(provider, api_id)
    if isinstance(base, str) and base.count("/") == 1:
        maker, _, name = base.partition("/")
        return Listing(provider, api_id, maker, name)
    if provider in OWN_MAKERS:
        return Listing(provider, api_id, OWN_MAKERS[provider], api_id.replace("@", "-"))
    return Listing(provider, api_id, *ids.maker_and_name(api_id))


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
