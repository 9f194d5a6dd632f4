"""Importers: every value is taken, refused, unknown or left aside, and what is taken is exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from catalogues import DUMPS, Dump, path_of
from hypothesis import given
from hypothesis import strategies as st

from modeldex.errors import BadInput
from modeldex.importers.history import UNREAD, Edition, Held, Observation, histories
from modeldex.importers.keeping import IMPORTERS, importer
from modeldex.importers.litellm import listing
from modeldex.importers.resolving import slug
from modeldex.importers.said import Listed, Refused
from modeldex.importers.taking import Tally, take
from modeldex.importers.terms import price
from modeldex.json_reading import leaves, read_json

# Counted once by hand from the reports, so that a lost field shows.
EXPECTED = {
    "litellm-1.60.0.json": (770, 5746, 6, 140, 951),
    "litellm-1.75.7.json": (1318, 12491, 6, 398, 1753),
    "litellm-1.109.1.json": (4552, 55228, 165, 2918, 4226),
    "models.dev-2026-07-02.json": (5276, 83498, 400, 2, 16910),
    "genai-prices-2026-08-21.json": (1466, 5162, 7, 0, 5269),
    "openrouterlist-2026-08-22.json": (978, 3817, 5, 0, 2936),
}
OPENROUTER = {
    "data": [
        {
            "id": "acme/sage-2:free", "name": "Acme: Sage 2 (free)",
            "canonical_slug": "acme/sage-2",
            "created": 1692901234, "description": "A model.", "context_length": 131072,
            "architecture": {"modality": "text->text", "input_modalities": ["text", "image"],
                             "output_modalities": ["text"], "tokenizer": "Other",
                             "instruct_type": None},
            "pricing": {"prompt": "0.00000015", "completion": "0.0000006", "image": "0.002",
                        "web_search": "0.004", "odd": "1"},
            "top_provider": {"context_length": 65536, "max_completion_tokens": 16384,
                             "is_moderated": False},
            "per_request_limits": None, "supported_parameters": ["tools", "temperature"],
            "knowledge_cutoff": None, "expiration_date": "2027-01-01",
        },
        {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}},
        {"id": "acme/broken", "pricing": {"prompt": "NaN", "completion": "0,5"}},
        {"name": "nobody"},
    ]
}  # fmt: skip


def taken(catalogue: str, document: Any) -> tuple[dict[str, list[str]], Tally]:
    """What is said, by pointer: property, value and conditions; and the tally."""
    tally, found = Tally(), dict[str, list[str]]()
    for said in take(importer(catalogue), document, tally):
        lexical = said.value.term.partition("^^")[0].strip('"')
        within = ", ".join(said.value.within)
        found.setdefault(said.pointer, []).append(
            f"{said.value.property} {lexical}{f' ({within})' if within else ''}"
        )
    return found, tally


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.file)
def test_what_a_dump_holds_is_taken_refused_unknown_or_left_aside(dump: Dump) -> None:
    document = read_json(path_of(dump).read_bytes(), dump.file)
    tally = Tally()
    said = sum(1 for _ in take(importer(dump.catalogue), document, tally))
    assert said == tally.said > 3000
    assert tally.values == sum(1 for _ in leaves(document))
    assert (
        tally.records, tally.taken, tally.refused, tally.unknown.total(), tally.aside.total()
    ) == EXPECTED[dump.file]  # fmt: skip
    assert all(refusal.pointer.startswith("/") and refusal.reason for refusal in tally.refusals)


def test_there_are_six_dumps_of_four_catalogues() -> None:
    assert len(DUMPS) == len(EXPECTED) == 6
    assert {dump.catalogue for dump in DUMPS} == set(IMPORTERS) - {"openrouter"}


def test_litellm_prices_are_exact_and_their_suffixes_are_conditions() -> None:
    record = {
        "litellm_provider": "anthropic", "input_cost_per_token": Decimal("3e-06"),
        "cache_creation_input_token_cost_above_1hr_batches": Decimal("1.5e-07"),
        "output_cost_per_token_above_200k_tokens_priority": Decimal("2.25e-05"),
        "input_cost_per_character": Decimal("2.5e-07"), "output_cost_per_image": Decimal("0.04"),
        "input_cost_per_second": Decimal("0.0001"), "output_cost_per_second_1080p": 1,
        "search_context_cost_per_query": {"search_context_size_high": Decimal("0.03")},
        "max_input_tokens": Decimal("128000.0"), "supports_vision": True, "mode": "chat",
        "deprecation_date": "2026-03-31", "supported_modalities": ["text", "image"],
        "tiered_pricing": [{"range": [0, 256000], "input_cost_per_token": Decimal("5e-08")},
                           {"range": [Decimal("256000.0"), 1000000],
                            "input_cost_per_token": Decimal("2.5e-07")}],
        "supports_levitation": True,
    }  # fmt: skip
    found, tally = taken("litellm", {"claude-9": record})
    assert found == {
        "/claude-9/input_cost_per_token": ["inputPrice 3"],
        "/claude-9/cache_creation_input_token_cost_above_1hr_batches": [
            "cacheWritePrice 0.15 (batch, cache-kept-1-hour)"
        ],
        "/claude-9/output_cost_per_token_above_200k_tokens_priority": [
            "outputPrice 22.5 (prompt-above-200000-tokens, tier-priority)"
        ],
        "/claude-9/input_cost_per_character": ["characterInputPrice 0.25"],
        "/claude-9/output_cost_per_image": ["perImageOutputPrice 0.04"],
        "/claude-9/input_cost_per_second": ["secondInputPrice 0.0001"],
        "/claude-9/output_cost_per_second_1080p": ["secondOutputPrice 1 (resolution-1080p)"],
        "/claude-9/search_context_cost_per_query/search_context_size_high": [
            "webSearchPrice 30 (search-context-high)"
        ],
        "/claude-9/max_input_tokens": ["maxInput 128000"],
        "/claude-9/supports_vision": ["imageInput true"],
        "/claude-9/mode": ["task chat"],
        "/claude-9/deprecation_date": ["deprecatedOn 2026-03-31"],
        "/claude-9/supported_modalities": ["textInput true", "imageInput true"],
        "/claude-9/tiered_pricing/0/input_cost_per_token": ["inputPrice 0.05"],
        "/claude-9/tiered_pricing/1/input_cost_per_token": [
            "inputPrice 0.25 (prompt-above-256000-tokens)"
        ],
    }
    assert tally.unknown == {"supports_levitation": 1}


@pytest.mark.parametrize(
    ("key", "provider", "expected"),
    [
        ("gpt-4o", "openai", ("openai", "gpt-4o", "openai", ())),
        ("azure/eu/gpt-4o-2024-08-06", "azure",
         ("azure", "gpt-4o-2024-08-06", None, ("region-eu",))),
        ("vertex_ai/claude-3-5-haiku@20241022", "vertex_ai-anthropic_models",
         ("vertex_ai", "claude-3-5-haiku@20241022", "anthropic", ())),
        ("us.anthropic.claude-3-haiku-20240307-v1:0", "bedrock",
         ("bedrock", "us.anthropic.claude-3-haiku-20240307-v1:0", "anthropic", ("region-us",))),
        ("bedrock/us-east-1/1-month-commitment/anthropic.claude-v1", "bedrock",
         ("bedrock", "anthropic.claude-v1", "anthropic",
          ("region-us-east-1", "1-month-commitment"))),
        ("bedrock/claude_platform/claude-sonnet-5", "bedrock",
         ("claude_platform", "claude-sonnet-5", None, ())),
        ("1024-x-1024/50-steps/bedrock/amazon.nova-canvas-v1:0", "bedrock",
         ("bedrock", "amazon.nova-canvas-v1:0", "amazon", ("size-1024-x-1024", "50-steps"))),
        ("us.amazon.titan-embed-text-v2:0", "bedrock",
         ("bedrock", "us.amazon.titan-embed-text-v2:0", "amazon", ("region-us",))),
        ("ft:gpt-3.5-turbo", "openai", ("openai", "gpt-3.5-turbo", "openai", ("fine-tuned",))),
        ("openrouter/deepseek/deepseek-r1:free", "openrouter",
         ("openrouter", "deepseek/deepseek-r1:free", "deepseek", ("variant-free",))),
        ("ollama/qwen3-coder:480b-cloud", "ollama",
         ("ollama", "qwen3-coder:480b-cloud", None, ())),
    ],
)  # fmt: skip
def test_litellm_keys_tell_who_is_meant(
    key: str, provider: str, expected: tuple[str, str, str | None, tuple[str, ...]]
) -> None:
    meant = listing(key, provider)
    assert (meant.platform, meant.api_id, meant.maker, meant.within) == expected


def test_versions_that_are_the_name_are_kept() -> None:
    names = {key: listing(key, "bedrock").name for key in (
        "anthropic.claude-v2:1", "anthropic.claude-3-haiku-20240307-v1:0",
        "amazon.titan-embed-text-v1", "amazon.titan-embed-text-v2:0",
        "meta.llama3-1-70b-instruct-v1:0",
    )}  # fmt: skip
    assert list(names.values()) == [
        "claude-v2:1", "claude-3-haiku-20240307", "titan-embed-text-v1", "titan-embed-text-v2:0",
        "llama3-1-70b-instruct-v1:0",
    ]  # fmt: skip


def test_openrouter_is_read_from_strings_of_digits() -> None:
    found, tally = taken("openrouter", OPENROUTER)
    assert found["/data/0/pricing/prompt"] == ["inputPrice 0.15"]
    assert found["/data/0/pricing/web_search"] == ["webSearchPrice 4"]
    assert found["/data/0/supported_parameters"] == ["toolUse true", "samplingParameters true"]
    assert found["/data/0/expiration_date"] == ["retirementPlanned 2027-01-01"]
    assert {refusal.pointer for refusal in tally.refusals} == {
        "/data/2/pricing/prompt", "/data/2/pricing/completion", "/data/3",
    }  # fmt: skip
    assert tally.unknown == {"pricing.odd": 1}
    assert tally.values == sum(1 for _ in leaves(OPENROUTER))


GROK = {"name": "xAI: Grok 4", "first_seen": "2025-07-10", "last_seen": "2026-05-15",
        "present_now": False, "points": [["2025-07-10", 3, 15]]}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "span"),
    [
        ({}, ("2025-07-10", "2026-05-15")),
        ({"present_now": True, "last_seen": "2026-08-22"}, ("2025-07-10", None)),
        ({"first_seen": "July"}, (None, "2026-05-15")),
    ],
)  # fmt: skip
def test_an_id_that_is_gone_from_openrouter_was_listed_through_its_last_day(
    more: dict[str, Any], span: tuple[str | None, str | None]
) -> None:
    heard = list[Listed]()
    document = {"models": {"x-ai/grok-4": {**GROK, **more}}}
    assert list(take(importer("openrouterlist"), document, Tally(), heard.append))
    assert [each.span for each in heard] == [span]


@pytest.mark.parametrize("last", [None, "2025-07-09", "soon"])
def test_an_id_that_is_gone_since_nobody_knows_when_is_refused(last: str | None) -> None:
    found, tally = taken("openrouterlist", {"models": {"x-ai/grok-4": {**GROK, "last_seen": last}}})
    assert found == {}
    assert [each.pointer for each in tally.refusals] == ["/models/x-ai~1grok-4"]


def test_genai_prices_hold_from_their_day_and_above_their_bound() -> None:
    tiers = {"base": 3, "tiers": [{"start": 200000, "price": 6}]}
    hours = {"start_time": "00:30:00Z", "end_time": "16:30:00Z"}
    model = {"id": "m", "prices": [
        {"prices": {"input_mtok": tiers}},
        {"constraint": {"start_date": "2026-03-13"}, "prices": {"input_mtok": Decimal("2.5")}},
        {"constraint": hours, "prices": {"input_mtok": 1}},
    ]}  # fmt: skip
    document = [{"id": "acme", "models": [model]}]
    rest, above = "hours-1630-to-0030-utc", "prompt-above-200000-tokens"
    said = list(take(importer("genai-prices"), document, Tally()))
    assert [(s.value.within, s.value.valid_from, s.value.valid_through) for s in said] == [
        ((rest,), None, "2026-03-12"), ((rest, above), None, "2026-03-12"),
        ((rest,), "2026-03-13", None), (("hours-0030-to-1630-utc",), None, None),
    ]  # fmt: skip


def test_a_price_beside_one_with_hours_holds_in_the_rest_of_the_day() -> None:
    regular = {"start_time": "00:30:00Z", "end_time": "16:30:00Z"}
    prices = [{"prices": {"input_mtok": Decimal("0.135")}},
              {"constraint": regular, "prices": {"input_mtok": Decimal("0.27")}}]  # fmt: skip
    found, _ = taken("genai-prices", [{"id": "deepseek", "models": [
        {"id": "deepseek-chat", "prices": prices}]}])  # fmt: skip
    assert list(found.values()) == [
        ["inputPrice 0.135 (hours-1630-to-0030-utc)"], ["inputPrice 0.27 (hours-0030-to-1630-utc)"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "others",
    [
        [("00:00", "00:00")], [("00:00", "12:00"), ("12:00", "00:00")],
        [("00:00", "12:00"), ("08:00", "16:00")], [("noon", "16:00")],
    ],
)  # fmt: skip
def test_a_price_of_which_the_rest_of_the_day_is_not_known_is_refused(
    others: list[tuple[str, str]],
) -> None:
    prices: list[dict[str, Any]] = [{"prices": {"input_mtok": 1}}]
    for start, end in others:
        hours = {"start_time": f"{start}:00Z", "end_time": f"{end}:00Z"}
        prices.append({"constraint": hours, "prices": {"output_mtok": 2}})
    _, tally = taken("genai-prices", [{"id": "p", "models": [{"id": "m", "prices": prices}]}])
    assert "/0/models/0/prices/0/prices/input_mtok" in {r.pointer for r in tally.refusals}


BAD = {
    "a price below 0": -1, "a price beyond belief": Decimal("1e400"), "not a number": "cheap",
    "a number beyond belief": 10**40, "a decimal of more than": Decimal("1e-25"),
    "not a number: None": None, "not a number: True": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("provider", "api_id", "base", "meant"),
    [
        ("databricks", "databricks-claude-opus-4-5", "anthropic/claude-opus-4.5", True),
        ("google-vertex", "claude-opus-4-8@default", "anthropic/claude-opus-4-8", True),
        ("zenmux", "z-ai/glm-5.2-free", "zhipuai/glm-5.2", True),
        ("neon", "claude-sonnet-4", "anthropic/claude-sonnet-4-5-20250929", False),
        ("routing-run", "route/mistral-small-2503", "mistral/mistral-small-2603", False),
        ("routing-run", "route/mimo-v2.5", "xiaomi/mimo-v2.5-pro", False),
        ("umans-ai", "umans-coder", "moonshotai/kimi-k2.7-code", False),
        ("cf", "@cf/deepseek-ai/deepseek-r1-distill-qwen-32b", "deepseek/deepseek-r1", False),
        ("acme", "deepseek-r1-distill-qwen3-32b", "alibaba/qwen3-32b", False),
    ],
)
def test_models_dev_entry_is_of_its_base_only_if_its_id_names_it(
    provider: str, api_id: str, base: str, *, meant: bool
) -> None:
    document = {provider: {"models": {api_id: {"_base": base, "tool_call": True}}}}
    (said,) = take(importer("models.dev"), document, Tally())
    named = (said.listing.maker, said.listing.name)
    assert (named == tuple(base.split("/"))) is meant


@pytest.mark.parametrize("value", BAD.values(), ids=BAD)
def test_a_value_that_no_price_can_have_is_refused_with_its_place(value: object) -> None:
    record = {"litellm_provider": "openai", "input_cost_per_token": value, "max_output_tokens": 5}
    found, tally = taken("litellm", {"a/b~c": record})
    assert [refusal.pointer for refusal in tally.refusals] == ["/a~1b~0c/input_cost_per_token"]
    assert list(found) == ["/a~1b~0c/max_output_tokens"]


@pytest.mark.parametrize(
    ("catalogue", "document", "unread"),
    [
        ("litellm", {"m": {"litellm_provider": "openai", "input_cost_per_token_batches": -1}},
         [("inputPrice", ("batch",))]),
        ("litellm", {"m": {"litellm_provider": "dashscope", "tiered_pricing": [
            {"range": [256000, 1000000], "output_cost_per_token": -1}]}},
         [("outputPrice", ("prompt-above-256000-tokens",))]),
        ("models.dev", {"p": {"models": {"m": {"modalities": {"output": ["scent"]}}}}},
         [(name, ()) for name in ("textOutput", "imageOutput", "audioOutput", "videoOutput")]),
        ("openrouterlist", {"models": {"a/m": {
            "present_now": True, "points": [["2026-13-01", 1, 2]]}}},
         [("inputPrice", ()), ("outputPrice", ())]),
        ("genai-prices", [{"id": "p", "models": [{"id": "m", "prices": [
            {"constraint": {"moon": "full"}, "prices": {"input_mtok": 1}}]}]}],
         [("inputPrice", None)]),
        ("models.dev", {"p": {"models": {"m": "soon", "n": {}}}}, None),
    ],
)  # fmt: skip
def test_it_is_known_of_what_a_refused_value_would_have_told(
    catalogue: str, document: Any, unread: list[tuple[str, tuple[str, ...] | None]] | None
) -> None:
    heard = list[Listed]()
    assert list(take(importer(catalogue), document, Tally(), heard.append)) == []
    told = [None if each.unread is None else list(each.unread) for each in heard]
    assert unread in told


def test_broken_records_are_refused_and_the_good_ones_go_on() -> None:
    text = b"""{
        "sample_spec": {"litellm_provider": "one of https://docs", "mode": "one of: chat"},
        "good": {"litellm_provider": "openai", "mode": "chat"},
        "twice": {"litellm_provider": "openai", "mode": "chat", "mode": "embedding"},
        "nan": {"litellm_provider": "openai", "input_cost_per_token": NaN, "rpm": 1e400},
        "date": {"litellm_provider": "openai", "deprecation_date": "31/12/2026"},
        "nobody": {"mode": "chat"}, "list": []
    }"""
    document = read_json(text, "x.json")
    found, tally = taken("litellm", document)
    assert found == {"/good/mode": ["task chat"]}
    assert sorted(refusal.pointer for refusal in tally.refusals) == [
        "/date/deprecation_date", "/list", "/nan/input_cost_per_token", "/nan/rpm", "/nobody",
        "/twice",
    ]  # fmt: skip
    assert tally.aside.total() == 2
    assert tally.values == sum(1 for _ in leaves(document))


@pytest.mark.parametrize(
    ("catalogue", "text", "refused"),
    [
        ("litellm", b"""{"m1": {"litellm_provider": "openai", "mode": "chat"},
             "m2": {"litellm_provider": "openai", "rpm": 1, "mode": "chat"},
             "m2": {"litellm_provider": "openai"}}""", {"/m2": 4}),
        ("litellm", b"""{"m1": {"litellm_provider": "openai", "mode": "chat"},
             "m2": {"litellm_provider": "openai", "mode": "chat", "mode": "ocr"}}""", {"/m2": 3}),
        ("models.dev", b"""{"p": {"models": {"a": {"tool_call": true}}},
             "q": {"id": "q", "models": {"m": {"id": "m"}}},
             "q": {"id": "q", "models": {"n": {"id": "n"}, "o": {"id": "o"}}}}""", {"/q": 5}),
        ("models.dev", b"""{"p": {"id": "p", "models": {"a": {"tool_call": true},
             "b": {"id": "b"}, "b": {"id": "b"}}}}""", {"/p/models/b": 2}),
        ("models.dev", b"""{"p": {"env": {"K": 1, "K": 2}, "models": {"a": {"tool_call": true}}}}
             """, {"/p/env": 2}),
        ("openrouterlist", b"""{"models": {"a/b": {"name": "B"}},
             "models": {"a/c": {"name": "C"}}}""", {"/models": 2}),
        ("genai-prices", b"""[{"id": "openai", "id": "azure", "models": [{"id": "gpt-4o",
             "prices": {"input_mtok": 1}}]}]""", {"/0": 4}),
    ],
)  # fmt: skip
def test_what_stands_under_a_key_that_is_named_twice_is_refused_and_counted(
    catalogue: str, text: bytes, refused: dict[str, int]
) -> None:
    document = read_json(text, "x.json")
    found, tally = taken(catalogue, document)
    assert {each.pointer: each.values for each in tally.refusals} == refused
    assert all("twice" in refusal.reason for refusal in tally.refusals)
    assert not any(place.startswith(tuple(refused)) for place in found)
    assert tally.values == text.count(b":") - text.count(b": {") - text.count(b": [")


@pytest.mark.parametrize("catalogue", IMPORTERS)
@pytest.mark.parametrize("document", [[], {}, 1, None, "x", {"a": {"b": 1}}, [{"id": "x"}]])
def test_a_document_of_something_else_is_refused(catalogue: str, document: object) -> None:
    with pytest.raises(BadInput, match="not "):
        taken(catalogue, document)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'{"a": ', "x.json:1:"), (b"\xff", "not UTF-8"), (b"[" * 5000 + b"]" * 5000, "nested"),
        (b"[" * 200 + b"]" * 200, "nested"), (b"", "x.json:1:1"),
    ],
)  # fmt: skip
def test_json_that_is_broken_is_refused_in_one_line(text: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_json(text, "x.json")


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.decimals()
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["prices", "tiers", "start", "models", "points", "cost", "input", "range",
                         "tiered_pricing", "constraint", "base", "limit", "data", "pricing"])
        | st.text(max_size=6), inner, max_size=4,
    ), max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=8), ANYTHING, max_size=4))
def test_whatever_a_record_holds_nothing_is_lost_and_nothing_crashes(
    record: dict[str, Any],
) -> None:
    documents = {
        "litellm": {"m": {**record, "litellm_provider": "openai"}},
        "models.dev": {"p": {"models": {"m": record}}},
        "genai-prices": [{"id": "p", "models": [{**record, "id": "m"}]}],
        "openrouter": {"data": [{**record, "id": "a/m"}]},
        "openrouterlist": {"models": {"a/m": record}},
    }
    assert documents.keys() == IMPORTERS.keys()
    for catalogue, document in documents.items():
        _, tally = taken(catalogue, document)
        assert tally.values == sum(1 for _ in leaves(document)), catalogue


@given(st.decimals(min_value=0, max_value=1, places=12))
def test_a_price_per_token_is_a_million_times_itself_to_the_last_digit(per_token: Decimal) -> None:
    text = f"{per_token:e}"
    document = read_json(f'{{"p": {text}}}'.encode(), "x.json")
    try:
        (value,) = price("inputPrice", 10**6)(document["p"])
    except Refused:
        assert per_token > 1
        return
    assert Decimal(value.term.split('"')[1]) == per_token * 10**6


@given(st.text(max_size=40), st.text(max_size=40))
def test_slugs_are_slugs_and_tell_texts_apart(one: str, other: str) -> None:
    for text in (one, other):
        assert set(slug(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert (slug(one) == slug(other)) == (one == other)


def told(*said: tuple[int, str], days: tuple[str, ...], known: tuple[Held, ...] = ()) -> list[Any]:
    editions = [
        Edition(n, day.partition(" ")[0], day.partition(" ")[2]) for n, day in enumerate(days)
    ]
    found = histories([Observation(n, value, f"/{n}") for n, value in said], editions,
                      single_valued=True, known=known)  # fmt: skip
    return [(c.value, c.valid_from, c.ended_by, len(c.supports), c.silent) for c in found]


def test_a_value_that_changed_ends_and_the_next_begins() -> None:
    assert told((0, "3"), (1, "4"), days=("a 2025-01-01", "a 2025-06-01")) == [
        ("3", None, "2025-06-01", 1, []), ("4", "2025-06-01", None, 1, []),
    ]  # fmt: skip


def test_a_value_that_another_catalogue_still_gives_goes_on() -> None:
    days = ("a 2025-01-01", "b 2025-03-01", "a 2025-06-01")
    assert told((0, "3"), (1, "3"), (2, "4"), days=days)[0] == ("3", None, None, 2, [])


def test_what_is_no_longer_listed_is_over_by_the_day_of_the_look() -> None:
    assert told((0, "3"), days=("a 2025-01-01", "a 2025-06-01")) == [
        ("3", None, "2025-06-01", 1, [1])
    ]


def test_a_value_that_was_refused_ends_nothing_and_says_nothing() -> None:
    days = ("a 2025-01-01", "a 2025-06-01", "a 2026-01-01")
    assert told((0, "3"), (1, UNREAD), days=days[:2]) == [("3", None, None, 1, [])]
    assert told((0, "3"), (1, UNREAD), (2, "4"), days=days) == [
        ("3", None, "2026-01-01", 1, []), ("4", "2026-01-01", None, 1, []),
    ]  # fmt: skip


def test_what_comes_again_is_another_claim() -> None:
    days = ("a 2025-01-01", "a 2025-06-01", "a 2026-01-01")
    assert told((0, "3"), (1, "4"), (2, "3"), days=days)[2] == ("3", "2026-01-01", None, 1, [])


def test_what_another_catalogue_says_again_is_inferred_to_hold_anew() -> None:
    """deepseek-chat: 0.14 in LiteLLM, then 0.28; models.dev says 0.14 in its only release."""
    editions = [Edition(0, "litellm", "2025-02-01"), Edition(1, "litellm", "2025-08-01"),
                Edition(2, "models.dev", "2026-07-02")]  # fmt: skip
    said = [Observation(n, value, "/x") for n, value in enumerate(("0.14", "0.28", "0.14"))]
    first, second, again = histories(said, editions, single_valued=True)
    assert [(c.value, c.valid_from, c.ended_by) for c in (first, second, again)] == [
        ("0.14", None, "2025-08-01"), ("0.28", "2025-08-01", None), ("0.14", "2026-07-02", None),
    ]  # fmt: skip
    assert again.derived_from == [first]


def test_what_is_listed_again_holds_from_then() -> None:
    editions = [Edition(n, "a", f"2025-0{n + 1}-01") for n in range(3)]
    said = [Observation(0, "3", "/x"), Observation(2, "3", "/x")]
    claims = histories(said, editions, single_valued=False)
    assert [(c.valid_from, c.ended_by) for c in claims] == [
        (None, "2025-02-01"), ("2025-03-01", None),
    ]  # fmt: skip


def test_catalogues_never_end_a_curated_claim() -> None:
    known = (Held("3", iri="claim:x"),)
    days = ("a 2025-01-01", "a 2025-06-01")
    assert told((0, "3"), (1, "4"), days=days, known=known)[0] == ("3", None, None, 1, [])
