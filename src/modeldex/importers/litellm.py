"""LiteLLM's `model_prices_and_context_window.json`: a record for each model as LiteLLM routes it.

The key holds route, region, image size and the like before the ID (`bedrock/us-east-1/…`,
`1024-x-1024/50-steps/…`); price fields hold unit and circumstances in their names
(`cache_creation_input_token_cost_above_1hr_batches`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from modeldex.errors import BadInput
from modeldex.importers import ids
from modeldex.importers.said import Aside, Catalogue, Listing, Reading, Record, Refused, Value
from modeldex.importers.terms import (
    INPUTS,
    OUTPUTS,
    PER_MILLION,
    count,
    date,
    decimal_of,
    of,
    plain,
    price,
    string,
    text,
    words,
    yes_no,
)
from modeldex.json_reading import Path

CATALOGUE = Catalogue(
    "litellm", "LiteLLM model prices and context windows", "berriai", "BerriAI",
    "https://github.com/BerriAI/litellm",
)  # fmt: skip

TOKEN, ONE, THOUSAND = PER_MILLION, Decimal(1), Decimal(1000)
PRICES: dict[str, tuple[str, Decimal]] = {
    "input_cost_per_token": ("inputPrice", TOKEN),
    "output_cost_per_token": ("outputPrice", TOKEN),
    "cache_read_input_token_cost": ("cachedInputPrice", TOKEN),
    "input_cost_per_token_cache_hit": ("cachedInputPrice", TOKEN),
    "cache_creation_input_token_cost": ("cacheWritePrice", TOKEN),
    "output_cost_per_reasoning_token": ("reasoningPrice", TOKEN),
    "citation_cost_per_token": ("citationPrice", TOKEN),
    "input_cost_per_audio_token": ("audioInputPrice", TOKEN),
    "output_cost_per_audio_token": ("audioOutputPrice", TOKEN),
    "cache_read_input_audio_token_cost": ("cachedAudioInputPrice", TOKEN),
    "cache_creation_input_audio_token_cost": ("audioCacheWritePrice", TOKEN),
    "input_cost_per_image_token": ("imageInputPrice", TOKEN),
    "output_cost_per_image_token": ("imageOutputPrice", TOKEN),
    "cache_read_input_image_token_cost": ("cachedImageInputPrice", TOKEN),
    "input_cost_per_video_token": ("videoInputPrice", TOKEN),
    "output_cost_per_video_token": ("videoOutputPrice", TOKEN),
    "input_cost_per_character": ("characterInputPrice", PER_MILLION),
    "output_cost_per_character": ("characterOutputPrice", PER_MILLION),
    "input_cost_per_pixel": ("pixelInputPrice", PER_MILLION),
    "output_cost_per_pixel": ("pixelOutputPrice", PER_MILLION),
    "input_cost_per_second": ("secondInputPrice", ONE),
    "output_cost_per_second": ("secondOutputPrice", ONE),
    "cost_per_second": ("secondPrice", ONE),
    "input_cost_per_audio_per_second": ("audioSecondInputPrice", ONE),
    "input_cost_per_video_per_second": ("videoSecondInputPrice", ONE),
    "output_cost_per_video_per_second": ("videoSecondOutputPrice", ONE),
    "input_cost_per_image": ("perImageInputPrice", ONE),
    "output_cost_per_image": ("perImageOutputPrice", ONE),
    "ocr_cost_per_page": ("pagePrice", ONE),
    "annotation_cost_per_page": ("annotationPagePrice", ONE),
    "input_cost_per_request": ("requestPrice", THOUSAND),
    "input_cost_per_query": ("requestPrice", THOUSAND),
    "google_maps_grounding_cost_per_query": ("mapSearchPrice", THOUSAND),
    "code_interpreter_cost_per_session": ("codeSessionPrice", ONE),
}
CIRCUMSTANCES = (
    (re.compile(r"_above_(\d+)k_tokens"), "prompt-above-{}000-tokens"),
    (re.compile(r"_above_(1)hr(?![a-z0-9])"), "cache-kept-{}-hour"),
    (re.compile(r"_above_(\d+)hrs?(?![a-z0-9])"), "cache-kept-{}-hours"),
    (re.compile(r"_batch(es|_requests)$"), "batch"),
    (re.compile(r"_(flex|priority|ultrafast|balanced)$"), "tier-{}"),
    (re.compile(r"_(\d+p|[\d.]+[kK]|\d{3,4})$"), "resolution-{}"),
)

YES_NO = {
    "function_calling": "toolUse", "tool_choice": "toolChoice", "vision": "imageInput",
    "image_input": "imageInput", "embedding_image_input": "imageInput",
    "reasoning": "reasoning", "response_schema": "structuredOutput",
    "prompt_caching": "promptCaching", "pdf_input": "pdfInput",
    "system_messages": "systemMessages", "parallel_function_calling": "parallelToolUse",
    "web_search": "webSearch", "assistant_prefill": "assistantPrefill",
    "native_streaming": "streaming", "audio_input": "audioInput", "audio_output": "audioOutput",
    "video_input": "videoInput", "computer_use": "computerUse",
    "adaptive_thinking": "adaptiveThinking", "url_context": "urlContext",
    "sampling_params": "samplingParameters",
}  # fmt: skip
COUNTS = {
    "max_input_tokens": "maxInput", "max_output_tokens": "maxOutput", "rpm": "rateLimit",
    "tpm": "tokenRateLimit", "output_vector_size": "embeddingDimensions",
    "prompt_cache_min_tokens": "smallestCachedPrompt",
}  # fmt: skip
ASIDE = {
    "source": "an address that the catalogue gives, not a fact",
    "max_tokens": "says the largest output or the largest input again, without saying which",
    "metadata": "remarks", "comment": "remarks",
    "token_count_model": "how LiteLLM counts tokens",
    "token_count_tokenizer": "how LiteLLM counts tokens",
    "token_count_framing": "how LiteLLM counts tokens",
    "tool_use_system_prompt_tokens": "how LiteLLM counts tokens",
    "input_dbu_cost_per_token": "a price in Databricks units, beside that in dollars",
    "output_dbu_cost_per_token": "a price in Databricks units, beside that in dollars",
    "output_db_cost_per_token": "a price in Databricks units, beside that in dollars",
    "use_openai_responses_path": "how LiteLLM routes", "uses_embed_content": "how LiteLLM routes",
    "vertex_ai_audio_api": "how LiteLLM routes",
}  # fmt: skip

SAME_PLATFORM = {
    "bedrock_converse": "bedrock", "text-completion-openai": "openai", "azure_text": "azure",
    "cohere_chat": "cohere", "text-completion-codestral": "codestral",
    "text-completion-inception": "inception", "fireworks_ai-embedding-models": "fireworks_ai",
    "amazon-nova": "amazon_nova",
}  # fmt: skip
VERTEX_MAKERS = {
    "anthropic_models": "anthropic", "mistral_models": "mistralai", "llama_models": "meta-llama",
    "ai21_models": "ai21", "deepseek_models": "deepseek", "qwen_models": "qwen",
    "zai_models": "zai-org", "minimax_models": "minimax", "moonshot_models": "moonshotai",
}  # fmt: skip
OWN_MAKERS = {"openai": "openai", "anthropic": "anthropic", "gemini": "google",
              "deepseek": "deepseek", "xai": "x-ai", "mistral": "mistralai",
              "codestral": "mistralai",
              "cohere": "cohere", "ai21": "ai21", "moonshot": "moonshotai", "voyage": "voyageai",
              "zai": "zai-org", "meta": "meta", "meta_llama": "meta-llama",
              "amazon_nova": "amazon", "stability": "stabilityai"}  # fmt: skip
REGION = re.compile(r"(?:us|eu|ap|apac|sa|ca|me|af|il|mx|cn)(?:-[a-z]+)*-\d\Z|us-gov-[a-z]+-\d\Z")
AZURE_REGIONS = ("us", "eu", "apac", "global", "us-gov", "global-standard")
NARROWER = (
    (re.compile(r"\d+-x-\d+\Z|max-x-max\Z"), "size"),
    (re.compile(r"(?:\d+|max)-steps\Z"), ""),
    (re.compile(r"\d+-month-commitment\Z"), ""),
    (re.compile(r"(?:hd|standard|low|medium|high|xhigh|max)\Z"), "quality"),
)


def records(document: Any) -> Iterator[Record]:
    """The records; LiteLLM's own description of the format is left aside."""
    if not isinstance(document, dict) or not any(
        isinstance(each, dict) and "litellm_provider" in each for each in document.values()
    ):
        raise BadInput("not LiteLLM's price map: no record has litellm_provider")
    for key, value in document.items():
        path = (key,)
        provider = value.get("litellm_provider") if isinstance(value, dict) else None
        if key == "sample_spec" or (isinstance(provider, str) and " " in provider):
            yield Record(path, None, value, "describes the format in words")
        elif not isinstance(value, dict):
            yield Record(path, None, value, "not an object", refused=True)
        elif not isinstance(provider, str) or not provider:
            yield Record(path, None, value, "no litellm_provider", refused=True)
        elif "fallback" in key and "rules" in value:
            yield Record(path, None, value, "rules of LiteLLM, no model")
        else:
            yield Record(path, listing(key, provider), value)


def listing(key: str, provider: str) -> Listing:
    """Who is meant by a key.

    >>> meant = listing("bedrock/us-east-1/anthropic.claude-instant-v1", "bedrock")
    >>> meant.platform, meant.api_id, meant.maker, meant.within
    ('bedrock', 'anthropic.claude-instant-v1', 'anthropic', ('region-us-east-1',))
    """
    family, _, models = provider.partition("-")
    platform = "vertex_ai" if family == "vertex_ai" else SAME_PLATFORM.get(provider, provider)
    parts, within = key.split("/"), list[str]()
    while len(parts) > 1:
        part = parts[0]
        if part in (platform, provider, family, platform.replace("_", "-")) or part in (
            "invoke", "*"
        ):  # fmt: skip
            parts.pop(0)
        elif part == "claude_platform" and platform == "bedrock":
            platform = "claude_platform"
            parts.pop(0)
        elif condition := _narrower(part, platform):
            within.append(condition)
            parts.pop(0)
        else:
            break
    api_id = "/".join(parts)
    if platform == "openai" and api_id.startswith("ft:"):
        api_id = api_id.removeprefix("ft:")
        within.append("fine-tuned")
    if platform == "openrouter":
        return ids.openrouter(api_id)
    if platform == "bedrock":
        return ids.bedrock(platform, api_id, tuple(within))
    return Listing(platform, api_id, *_model(platform, models, api_id), tuple(within))


def _narrower(part: str, platform: str) -> str | None:
    if REGION.match(part) or (platform == "azure" and part in AZURE_REGIONS):
        return f"region-{part}"
    for pattern, kind in NARROWER:
        if pattern.match(part):
            return f"{kind}-{part}" if kind else part
    return None


def _model(platform: str, models: str, api_id: str) -> tuple[str | None, str]:
    """The maker and the model's name, as the ID gives them."""
    if platform == "bedrock_mantle":
        return ids.bedrock_model(api_id)
    if platform == "vertex_ai":
        maker, slash, name = api_id.partition("/")
        if not slash:
            maker, name = VERTEX_MAKERS.get(models, "google"), api_id
        return maker, name.removesuffix("-maas").replace("@", "-").removesuffix("-default")
    return ids.maker_and_name(api_id, platform, OWN_MAKERS)


def field(path: Path, record: Any) -> Reading | Aside | None:
    """See `Importer`."""
    name = path[0]
    if not isinstance(name, str):
        return None
    if len(path) == 1:
        return _plain(name)
    if name == "search_context_cost_per_query" and len(path) == 2:
        size = str(path[1]).removeprefix("search_context_size_")
        return price("webSearchPrice", THOUSAND, (f"search-context-{size}",))
    if name == "tiered_pricing" and len(path) >= 3:
        return _tier(record[name][path[1]], str(path[2]))
    if name == "off_peak_pricing" and len(path) == 2:
        return priced(str(path[1]), ("off-peak",))
    if name == "off_peak_pricing":
        return Aside("the hours of a price, which stand beside it")
    if name in ("metadata", "token_count_model"):
        return Aside(ASIDE[name])
    return None


@lru_cache(maxsize=1024)
def _plain(name: str) -> Reading | Aside | None:
    if name in ASIDE:
        return Aside(ASIDE[name])
    if name in COUNTS:
        return count(COUNTS[name])
    if name.startswith("supports_") and name[9:] in YES_NO:
        return yes_no(YES_NO[name[9:]])
    known: dict[str, Reading] = {
        "litellm_provider": lambda value: [],
        "mode": text("task"),
        "deprecation_date": date("deprecatedOn"),
        "supported_modalities": words(INPUTS),
        "supported_output_modalities": words({**OUTPUTS, "code": "codeOutput"}),
        "supported_endpoints": _texts("servedAt"),
        "supported_regions": _texts("region"),
    }
    return known.get(name) or priced(name)


@lru_cache(maxsize=1024)
def priced(name: str, within: tuple[str, ...] = ()) -> Reading | None:
    """How to read a price field, by what its name says; None if it is not known.

    >>> priced("cache_creation_input_token_cost_above_1hr_batches")(Decimal("3e-06"))[0].within
    ('batch', 'cache-kept-1-hour')
    """
    conditions = set(within)
    while name not in PRICES:
        for pattern, condition in CIRCUMSTANCES:
            if found := pattern.search(name):
                conditions.add(condition.format(found[1].lower()))
                name = name[: found.start()] + name[found.end() :]
                break
        else:
            return None
    return price(*PRICES[name], tuple(sorted(conditions)))


def _tier(tier: Any, name: str) -> Reading | Aside | None:
    bounds = tier.get("range") if isinstance(tier, dict) else None
    if name == "range":
        return Aside("the bounds of a tier, read with its prices")
    if not isinstance(bounds, list) or len(bounds) != 2:
        return None
    reading = priced(name)
    if reading is None:
        return None

    def read(value: Any) -> list[Value]:
        start = plain(decimal_of(bounds[0]))
        above = () if start == "0" else (f"prompt-above-{start}-tokens",)
        try:
            values = reading(value)
        except Refused as error:
            raise error.under(above) from None
        return [each._replace(within=(*above, *each.within)) for each in values]

    return read


def _texts(name: str) -> Reading:
    def read(value: Any) -> list[Value]:
        if not isinstance(value, list):
            raise Refused("not a list")
        return [Value(name, string(each)) for each in dict.fromkeys(map(str, value))]

    return of((name,), read)
