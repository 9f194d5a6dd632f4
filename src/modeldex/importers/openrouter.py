"""OpenRouter's models API document (`/api/v1/models`): official for what OpenRouter offers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from modeldex.errors import BadInput
from modeldex.importers import ids
from modeldex.importers.said import Aside, Catalogue, Reading, Record, Refused, Value
from modeldex.importers.terms import (
    INPUTS,
    OUTPUTS,
    PER_MILLION,
    boolean,
    count,
    date,
    of,
    price,
    shown,
    words,
)
from modeldex.json_reading import Path

CATALOGUE = Catalogue(
    "openrouter", "OpenRouter models API", "openrouter", "OpenRouter",
    "https://openrouter.ai/api/v1/models", ("provider/openrouter", "platform/openrouter"),
)  # fmt: skip

PRICES: dict[str, tuple[str, Decimal, tuple[str, ...]]] = {
    "prompt": ("inputPrice", PER_MILLION, ()), "completion": ("outputPrice", PER_MILLION, ()),
    "input_cache_read": ("cachedInputPrice", PER_MILLION, ()),
    "input_cache_write": ("cacheWritePrice", PER_MILLION, ()),
    "input_cache_write_1h": ("cacheWritePrice", PER_MILLION, ("cache-kept-1-hour",)),
    "internal_reasoning": ("reasoningPrice", PER_MILLION, ()),
    "audio": ("audioInputPrice", PER_MILLION, ()),
    "audio_output": ("audioOutputPrice", PER_MILLION, ()),
    "input_audio_cache": ("cachedAudioInputPrice", PER_MILLION, ()),
    "image": ("perImageInputPrice", Decimal(1), ()),
    "image_output": ("imageOutputPrice", PER_MILLION, ()),
    "request": ("requestPrice", Decimal(1000), ()),
    "web_search": ("webSearchPrice", Decimal(1000), ()),
}  # fmt: skip
PARAMETERS = {"tools": "toolUse", "tool_choice": "toolChoice", "reasoning": "reasoning",
              "structured_outputs": "structuredOutput", "parallel_tool_calls": "parallelToolUse",
              "temperature": "samplingParameters"}  # fmt: skip
ASIDE = {
    "description": "a description in words", "created": "when OpenRouter added the entry",
    "hugging_face_id": "the ID of the weights elsewhere",
    "per_request_limits": "limits of an account",
    "default_parameters": "what OpenRouter sends by default", "links": "addresses",
    "supported_voices": "names of voices", "benchmarks": "measurements of others",
    "reasoning": "how clients ask for reasoning", "alias_target": "what an alias means today",
}  # fmt: skip
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\Z")
VARIES = "-1"


def records(document: Any) -> Iterator[Record]:
    """The models under `data`; what else stands beside it is left aside."""
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        raise BadInput("not OpenRouter's models document: no list under data")
    for name, value in document.items():
        if name != "data":
            yield Record((name,), None, value, "describes the answer, not a model")
    for number, value in enumerate(document["data"]):
        path = ("data", number)
        api_id = value.get("id") if isinstance(value, dict) else None
        if not isinstance(api_id, str) or not api_id:
            yield Record(path, None, value, "no id", refused=True)
            continue
        yield Record(path, ids.openrouter(api_id), value)


def field(path: Path, record: Any) -> Reading | Aside | None:
    """See `Importer`."""
    name, *rest = path
    if name in ASIDE:
        return Aside(ASIDE[str(name)])
    if name == "pricing" and len(rest) == 1 and rest[0] in PRICES:
        return _price(*PRICES[str(rest[0])])
    if name == "architecture" and len(rest) == 1:
        known: dict[str, Reading | Aside] = {
            "input_modalities": words({**INPUTS, "file": "fileInput"}),
            "output_modalities": words(OUTPUTS),
            "modality": Aside("says the modalities again"),
            "tokenizer": Aside("a family of tokenizers"),
            "instruct_type": Aside("a format of prompts"),
        }  # fmt: skip
        return known.get(str(rest[0]))
    if name == "top_provider" and len(rest) == 1:
        of_provider: dict[str, Reading | Aside] = {
            "max_completion_tokens": _or_null(count("maxOutput")),
            "context_length": Aside("the context window of one of the providers behind OpenRouter"),
            "is_moderated": Aside("whether OpenRouter moderates"),
        }
        return of_provider.get(str(rest[0]))
    if rest:
        return None
    known_fields: dict[str, Reading] = {
        "id": lambda value: [], "canonical_slug": lambda value: [], "name": lambda value: [],
        "context_length": _or_null(count("contextWindow")),
        "supported_parameters": of(PARAMETERS.values(), _parameters),
        "knowledge_cutoff": _or_null(date("knowledgeCutoff")),
        "expiration_date": _or_null(date("retirementPlanned")),
    }  # fmt: skip
    return known_fields.get(str(name))


def _price(name: str, factor: Decimal, within: tuple[str, ...]) -> Reading:
    read_number = price(name, factor, within)

    def read(value: Any) -> list[Value]:
        if not isinstance(value, str) or not NUMBER.match(value):
            raise Refused(f"not a price in digits: {shown(value)}")
        if value == VARIES:  # the router's price is that of the model it picks
            return []
        return read_number(Decimal(value))

    return of((name,), read, within)


def _or_null(reading: Reading) -> Reading:
    return lambda value: [] if value is None else reading(value)


def _parameters(value: Any) -> list[Value]:
    if not isinstance(value, list):
        raise Refused(f"not a list of words: {shown(value)}")
    return [Value(PARAMETERS[each], boolean(True)) for each in PARAMETERS if each in value]
