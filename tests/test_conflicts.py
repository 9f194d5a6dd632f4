"""Disagreements: each rule names the kind of real cases, and the command finds them."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from catalogues import DUMPS, path_of, three_releases
from hypothesis import given
from hypothesis import strategies as st

import modeldex
from modeldex.conflicts import conflicts_among, conflicts_of
from modeldex.disagreement import KINDS, Compared, kind_of
from modeldex.importers.keeping import Import, import_document
from modeldex.nearness import difference
from modeldex.validation import validate_store

NOTHING_KNOWN = (None, None, None)


def says(value: object, name: str = "inputPrice", **more: Any) -> Compared:
    """A claim of LiteLLM's on a model of the OpenAI API, but for what is said otherwise."""
    claim = Compared(
        f"claim:{value}{more.get('subject', '')}", "offering:m", "model:m", "platform:openai-api",
        (), (), name, value, "unconfirmed", "thirdParty", NOTHING_KNOWN, True,
        (("litellm", "2026-11-20"),),
    )  # fmt: skip
    return claim._replace(**more)


def official(value: object, name: str = "inputPrice", **more: Any) -> Compared:
    claim = says(value, name, status="verified", basis="firstHand",
                 sources=(("page", "2026-08-21"),))  # fmt: skip
    return claim._replace(**more)


MODEL = {"subject": "model:m", "platform": None}
CASES: list[tuple[str, str, Compared, Compared, tuple[Compared, ...]]] = [
    # Real cases, as they stood in the dumps of 2025 and 2026.
    ("gpt-4o-mini on Azure in Europe", "other platform or region", says(Decimal("0.15")),
     says(Decimal("0.165"), platform="platform:azure-openai", region=("region-eu",)), ()),
    ("Claude Sonnet 4.6 at Snowflake", "other platform or region",
     official(128000, "maxOutput", **MODEL),
     says(16384, "maxOutput", platform="platform:snowflake-cortex", own_platform=False), ()),
    ("Gemini 3.5 Flash on Vertex AI", "bound read as a date",
     official("2027-05-19", "retirementNotBefore"), says("2027-05-19", "deprecatedOn"), ()),
    ("Veo 3 on Vertex AI", "other definition", official("2026-06-30", "retirementPlanned"),
     says("2026-06-30", "deprecatedOn"), ()),
    ("Gemini 2.0 Flash-Lite: retired, not deprecated", "other definition",
     official("2026-06-01", "retiredOn"), says("2026-06-01", "deprecatedOn"),
     (official("2026-06-01", "retirementNotBefore"),)),
    ("GPT-4 Turbo preview: deprecated or retired", "other definition",
     official("https://w3id.org/modeldex/vocab#retired", "lifecycleState"),
     says("https://w3id.org/modeldex/vocab#deprecated", "lifecycleState"), ()),
    ("GPT-5.2: window and input", "other definition", says(400000, "contextWindow"),
     says(272000, "maxInput"), (says(128000, "maxOutput"),)),
    ("Llama 3.3 at Novita: an input of a tenth", "plain", says(131072, "contextWindow"),
     says(12288, "maxInput"), (says(120000, "maxOutput"),)),
    ("GLM-5.2 at Together: an input beyond the window", "plain", says(262144, "contextWindow"),
     says(1048575, "maxInput"), ()),
    ("GPT-4.1 nano", "rounding", says(1000000, "contextWindow"), says(1047576, "maxInput"), ()),
    ("GLM-4.5 at Vercel", "rounding", says(128000, "contextWindow"), says(131072, "maxInput"), ()),
    ("Gemini 3 Pro on two platforms", "rounding", says(1000000, "contextWindow"),
     says(1048576, "contextWindow", platform="platform:neon"), ()),
    ("Llama 3.1 8B at Vercel", "rounding", says(128000, "contextWindow"),
     says(131000, "maxInput"), ()),
    ("Claude Opus 5 on Foundry", "plain", official("2027-07-24", "retirementNotBefore"),
     says("2027-07-08", "deprecatedOn"), ()),
    ("GPT-3.5 Turbo and a snapshot", "other snapshot",
     says(16384, "contextWindow", subject="offering:m-1106"), says(4097, "maxInput"), ()),
    ("a million", "rounding", says(1000000, "contextWindow"), says(1048576, "contextWindow"), ()),
    ("Nemotron at Together", "rounding", says(512288, "maxOutput"), says(512300, "maxOutput"), ()),
    ("Qwen at AIHubMix", "rounding", says(Decimal("7.608")), says(Decimal("7.61")), ()),
    ("Claude at Poe takes less", "plain", says(200000, "contextWindow"),
     says(196608, "contextWindow"), ()),
    ("Claude 3.7 Sonnet and its snapshot", "other snapshot",
     says(64000, "maxOutput", subject="offering:m-20250219"), says(8192, "maxOutput"), ()),
    ("GPT-4o and a snapshot", "other snapshot", says(5, model="model:m-2024-05-13"), says(2), ()),
    ("Gemini Exp rate limit", "plain", says(100000, "rateLimit"),
     says(1000, "rateLimit"), ()),
    ("a price per thousand", "magnitude error", says(Decimal("0.0025")), says(Decimal("2.5")), ()),
    ("MiniMax M2.1 at OpenRouter", "other time",
     says(Decimal("0.29"), sources=(("models-dev", "2026-07-02"),)),
     says(Decimal("0.3"), validity=("2026-07-10", None, None),
          sources=(("openrouterlist", "2026-08-22"),)),
     (says(Decimal("0.29"), validity=("2026-01-01", "2026-07-09", None), in_force=False),)),
    ("DeepSeek Reasoner became cheaper", "other time",
     says(Decimal("0.42"), validity=("2026-11-20", None, None)),
     says(Decimal("0.55"), sources=(("genai-prices", "2026-08-21"),)), ()),
    ("held on other days", "other time", says(3, validity=(None, None, "2026-03")),
     says(4, validity=("2026-03-01", None, None)), ()),
    ("two catalogues, one wrong limit", "copied", official(128000, "maxOutput"),
     says(64123, "maxOutput", sources=(("litellm", "2026"), ("models-dev", "2026"))), ()),
    ("Claude Haiku 4.5 cutoff", "plain", official("2025-02", "knowledgeCutoff", **MODEL),
     says("2025-01-01", "knowledgeCutoff", platform="platform:zenmux", own_platform=False), ()),
    ("Mistral Medium 3", "plain", says(Decimal("1.5")),
     says(Decimal("0.4"), sources=(("genai-prices", "2026-08-21"),)), ()),
    ("MiniMax M2 on Bedrock", "plain", says(True, "structuredOutput"),
     says(False, "structuredOutput"), ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "one", "other", "rest"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_kind_of_a_real_case(
    kind: str, one: Compared, other: Compared, rest: tuple[Compared, ...]
) -> None:
    assert kind_of(one, other, rest) == kind
    assert kind_of(other, one, rest) == kind


def test_a_snapshot_is_compared_with_itself_elsewhere() -> None:
    """GPT-4o costs 2.5 and its first snapshot 5, wherever: no platform is other than another."""
    claims = [
        says(value, model=model, subject=f"offering:{model}--{place}", platform=f"platform:{place}",
             claim=f"claim:{model}--{place}")
        for place in ("openai-api", "openrouter")
        for model, value in (("gpt-4o", Decimal("2.5")), ("gpt-4o-2024-05-13", Decimal("5")))
    ]  # fmt: skip
    kinds = [each.kind for each in conflicts_among("gpt-4o", "inputPrice", claims)]
    assert kinds == ["other snapshot", "other snapshot"]


def test_every_kind_has_a_case() -> None:
    assert {case[1] for case in CASES} == set(KINDS)
    assert len(CASES) == 30


def test_an_official_claim_is_the_arbiter() -> None:
    claims = [
        official(200000, "contextWindow", **MODEL, claim="claim:o"),
        says(100000, "contextWindow", sources=(("a", "2026"), ("b", "2026"), ("c", "2026"))),
    ]
    (conflict,) = conflicts_among("model:m", "contextWindow", claims)
    assert conflict.arbitrated
    assert conflict.held.claim == "claim:o"
    assert conflict.difference == 2


def test_without_one_the_value_that_most_sources_give_is_held() -> None:
    claims = [says(3), says(4, sources=(("a", "2026"), ("b", "2026")))]
    (conflict,) = conflicts_among("model:m", "inputPrice", claims)
    assert not conflict.arbitrated
    assert conflict.held.value == 4


@pytest.mark.parametrize(
    "claims",
    [
        [says("2025-10", "released"), says("2025-10-28", "released")],
        [says(3), says(3, subject="offering:n", claim="claim:x")],
        [says(400000, "contextWindow"), says(272000, "maxInput", claim="claim:y")],
        [official("2026-01-01", "retirementNotBefore"), official("2026-05-01", "retiredOn")],
        [says(3), says(4, in_force=False)],
        [says(3), says(6, subject="offering:m-fast--p", claim="claim:z")],
        [],
    ],
    ids=["a day in the month", "the same value", "a source that gives both",
         "a bound and an end", "what is over", "a fast variant", "nothing"],
)  # fmt: skip
def test_no_disagreement(claims: list[Compared]) -> None:
    sources = {claims[0].sources} if claims else set()
    assert len(sources) <= 1
    assert list(conflicts_among("model:m", "x", claims)) == []


NUMBERS = st.integers(-10, 10**13) | st.decimals(allow_nan=False, allow_infinity=False, places=9)
ANY_VALUE = NUMBERS | st.booleans() | st.text(max_size=12) | st.dates().map(str)


@given(ANY_VALUE, ANY_VALUE, st.sampled_from(["contextWindow", "inputPrice", "released"]))
def test_any_two_values_have_a_kind(one: object, other: object, name: str) -> None:
    assert kind_of(says(one, name), says(other, name)) in KINDS
    assert difference(one, other) is None or difference(one, other) >= 1  # type: ignore[operator]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small store: three documents that contradict one another and the curated data."""
    folder = tmp_path_factory.mktemp("catalogues") / "store"
    litellm = {
        "claude-opus-4-5": {"litellm_provider": "anthropic", "max_output_tokens": 32000,
                            "input_cost_per_token": 5e-06},
        "gemini-3.5-flash": {"litellm_provider": "vertex_ai-language-models",
                             "deprecation_date": "2027-05-19"},
    }  # fmt: skip
    models_dev = {
        "anthropic": {
            "id": "anthropic",
            "models": {
                "claude-opus-4-5": {
                    "id": "claude-opus-4-5",
                    "cost": {"input": 15},
                    "limit": {"context": 204800},
                }
            },
        }
    }
    for catalogue, document in (("litellm", litellm), ("models.dev", models_dev)):
        text = json.dumps(document).encode()
        import_document(folder, text, Import(catalogue, "2026-11-20", ""))
    return folder


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "modeldex", "conflicts", *map(str, words)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_the_command_names_value_source_kind_and_arbiter(store: Path) -> None:
    result = run("claude-opus-4-5", "--store", store, "--format", "json")
    assert result.returncode == 0, result.stderr
    found = {c["property"]: c for c in json.loads(result.stdout)}
    assert found["maxOutput"]["arbitrated"] is True
    assert (found["maxOutput"]["held"]["value"], found["maxOutput"]["other"]["value"]) == (
        64000, 32000,
    )  # fmt: skip
    assert found["contextWindow"]["kind"] == "rounding"
    assert found["inputPrice"]["kind"] == "plain"
    assert found["inputPrice"]["difference"] == "3.000"
    (source,) = found["inputPrice"]["other"]["sources"]
    assert source["asOf"] == "2026-11-20"
    assert "disagreements: " in result.stderr


@pytest.mark.parametrize(
    ("words", "properties"),
    [
        (["--property", "max output"], {"maxOutput"}),
        (["--kind", "rounding"], {"contextWindow"}),
        (["--min-difference", "2.5"], {"inputPrice"}),
        (["--official", "--kind", "plain"], {"maxOutput", "inputPrice"}),
    ],
)
def test_filters_keep_what_is_asked_for(
    store: Path, words: list[str], properties: set[str]
) -> None:
    result = run("claude-opus-4-5", *words, "--store", store, "--format", "json")
    assert {c["property"] for c in json.loads(result.stdout)} == properties


def test_those_of_a_provider_and_of_all(store: Path) -> None:
    of_google = json.loads(run("--provider", "google", "--store", store, "--format", "json").stdout)
    kinds = {c["kind"] for c in of_google if "gemini-3-5-flash" in c["model"]}
    assert "bound read as a date" in kinds
    every = run("--store", store, "--format", "csv")
    assert every.stdout.startswith("model,property,kind,held,by,other,by,times\n")
    assert len(every.stdout.splitlines()) > len(of_google)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--kind", "odd"], "no kind 'odd'"), (["--min-difference", "x"], "not a number from 1"),
        (["gpt-4o", "--provider", "openai"], "both a name and --provider"),
        (["gpt-4x"], "no thing named"), (["--property", "colour"], "no property named"),
    ],
)  # fmt: skip
def test_wrong_words_are_one_line(words: list[str], message: str) -> None:
    result = run(*words)
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr


def test_the_page_of_a_model_shows_disagreements_and_prices_over_time(
    tmp_path: Path,
) -> None:
    from modeldex.web.sheets import sheet
    from modeldex.web.view import View

    dex = modeldex.open(three_releases(tmp_path / "store"))
    values = sheet(View(dex), dex.thing("claude-opus-4-5"), "../").values
    rows = {row.property.text: row for row in values["conflicts"]}
    assert rows["maximum output"].held.official
    assert rows["maximum output"].other.value == "32,000"
    chart = values["prices"]
    assert chart.count('<rect class="step') >= 3
    assert "output, Claude Opus 4.5 on the Anthropic API: 4 from 2026-06-01 to 2026-11-20" in (
        chart.replace("(20251101) ", "")
    )


def test_the_real_dumps_conform_and_disagree_in_every_way(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for dump in (DUMPS[0], DUMPS[4], DUMPS[5]):
        text = path_of(dump).read_bytes()
        import_document(store, text, Import(dump.catalogue, dump.as_of, "", dump.version))
    report = validate_store(store)
    assert [str(each) for each in report.results if each.severity == "violation"] == []
    assert report.claims > 10_000
    found = list(conflicts_of(modeldex.open(store)))
    assert len(found) > 200
    assert len({each.kind for each in found}) >= 5
    assert any(each.arbitrated for each in found)
