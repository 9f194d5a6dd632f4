"""The ways people write model IDs, each snippet with all that is to be found in it.

The corpus in `scan_corpus/` was written before anybody read the scanner's code, by what a person
would say who reads the snippet. Where the scanner falls short of that, the expectation stays, with
a `limit` that says why; `mistaken` names what it finds though nobody would. Both must still hold.
"""

from __future__ import annotations

import codecs
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("ahocorasick_rs")

from modeldex.dex import Modeldex  # noqa: E402
from modeldex.scan import Finder, Occurrence, known_ids  # noqa: E402

FOLDER = Path(__file__).parent / "scan_corpus"
PLATFORM = "https://w3id.org/modeldex/id/platform/"
SNIPPETS = 234
LANGUAGES = 49
MARKS = {"utf-16-le-bom": codecs.BOM_UTF16_LE, "utf-16-be-bom": codecs.BOM_UTF16_BE}

# IDs that people use and that the graph did not know when the corpus was written. Should it learn
# them, the corpus goes on asking that nothing is found inside them.
UNKNOWN = {
    "gpt-4o-2024-08-06",
    "gpt-4o-mini-2024-07-18",
    "o1-preview-2024-09-12",
    "claude-3-5-sonnet-latest",
    "gemini-1.5-pro-latest",
    "gemini-2.0-flash-exp",
    "anthropic.claude-3-5-sonnet-20241022-v2:0",
    "claude-3-5-sonnet-v2@20241022",
    "anthropic.claude-3-opus-20240229-v1:0",
    "gpt-3.5-turbo-16k",
    "anthropic.claude-3-haiku-20240307-v1:0:200k",
    "amazon.nova-premier-v1:0:8k",
    "claude-3",
    "claude-3-opus",
    "gemini-pro",
    "gemini-1.5",
    "imagetext@001",
}


class Score(NamedTuple):
    """What came of one snippet."""

    right: int
    mistaken: list[str]
    missed: list[str]
    unlike: list[str]
    stale: list[str]


def snippets() -> list[dict[str, Any]]:
    """All snippets, in the order of the files."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        for each in tomllib.loads(path.read_text("utf-8"))["snippet"]:
            found.append(each | {"file": path.name})
    return found


def contents(snippet: dict[str, Any]) -> bytes:
    """The snippet as the bytes of a file."""
    encoding = snippet.get("encoding", "utf-8")
    text: str = snippet["text"]
    if encoding in MARKS:
        return MARKS[encoding] + text.encode(encoding.removesuffix("-bom"))
    return text.encode(encoding)


def allowed(expected: dict[str, Any]) -> list[str]:
    """The IDs that are right here: more than one where the graph may have either."""
    given = expected["id"]
    return [given] if isinstance(given, str) else given


def unlike(snippet: dict[str, Any], expected: dict[str, Any], found: Occurrence) -> list[str]:
    """What is not as it should be in a finding of the right ID."""
    lines = snippet["text"].replace("\r\n", "\n").split("\n")
    there = lines[found.line - 1][found.column - 1 : found.end_column - 1]
    wrong = []
    if there != found.written:
        wrong.append(f"columns {found.column}-{found.end_column} hold {there!r}")
    if found.written != expected.get("written", found.written):
        wrong.append(f"written {found.written!r}, not {expected['written']!r}")
    if "platforms" in expected:
        told = {each.removeprefix(PLATFORM) for each in found.platforms}
        if told != set(expected["platforms"]):
            wrong.append(f"platforms {sorted(told)} ({found.how}), not {expected['platforms']}")
    return [f"{snippet['name']}: line {found.line}, {found.api_id}: {each}" for each in wrong]


def judge(snippet: dict[str, Any], finder: Finder) -> Score:
    """Pair what was found with what was to be found, line by line."""
    left = list(finder.occurrences(contents(snippet)))
    right, mistaken, missed, different, stale = 0, [], [], [], []
    for expected in snippet["expect"]:
        place = f"{snippet['name']}: line {expected['line']}, {expected['id']}"
        same = [o for o in left if o.line == expected["line"] and o.api_id in allowed(expected)]
        if not same:
            missed.append(place + (" LIMIT" if "limit" in expected else ""))
            continue
        left.remove(same[0])
        right += 1
        wrong = unlike(snippet, expected, same[0])
        if "limit" in expected:
            if not wrong:
                stale.append(place)
        else:
            different += wrong
    known = Counter((each["line"], each["id"]) for each in snippet.get("mistaken", []))
    for each in left:
        place = f"{snippet['name']}: line {each.line}, {each.written} ({each.how})"
        if known[each.line, each.api_id]:
            known[each.line, each.api_id] -= 1
            place += " LIMIT"
        mistaken.append(place)
    stale += [f"{snippet['name']}: {each}" for each in known.elements()]
    return Score(right, mistaken, missed, different, stale)


@pytest.fixture(scope="module")
def finder(dex: Modeldex) -> Finder:
    """What finds the IDs of the graph, but for those that the corpus takes as unknown."""
    return Finder([each for each in known_ids(dex) if each.api_id not in UNKNOWN])


def test_every_id_of_the_corpus_is_found_and_nothing_else(
    finder: Finder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exact agreement, but for the limits that the corpus names with a reason."""
    scores = [judge(each, finder) for each in snippets()]
    right = sum(each.right for each in scores)
    mistaken = [place for each in scores for place in each.mistaken]
    missed = [place for each in scores for place in each.missed]
    with capsys.disabled():
        print(
            f"\nscan corpus: {len(scores)} snippets, {right + len(missed)} IDs: "
            f"precision {right / max(1, right + len(mistaken)):.4f} ({len(mistaken)} mistaken), "
            f"recall {right / max(1, right + len(missed)):.4f} ({len(missed)} missed)"
        )
    assert not [place for place in mistaken if not place.endswith("LIMIT")]
    assert not [place for place in missed if not place.endswith("LIMIT")]
    assert not [place for each in scores for place in each.unlike]
    assert not [place for each in scores for place in each.stale], "no longer a limit"


def test_offsets_give_back_the_id(finder: Finder) -> None:
    """What a fix would replace is the ID and nothing else, in every snippet of plain bytes."""
    seen = 0
    for snippet in snippets():
        data = contents(snippet)
        if "utf-16" in snippet.get("encoding", ""):
            continue
        for each in finder.occurrences(data):
            assert data[each.start : each.end].decode("latin-1").replace("%3A", ":") in (
                each.api_id,
                each.api_id.replace("ft-", "", 1),
                each.written,
            )
            seen += 1
    assert seen > 300


def test_the_corpus_is_as_large_as_it_says() -> None:
    """Snippets, languages, and a third that hold nothing; each expectation stands in its line."""
    found = snippets()
    assert len(found) == SNIPPETS
    assert len({each["language"] for each in found}) == LANGUAGES
    assert sum(not each["expect"] for each in found) * 3 >= SNIPPETS
    assert len({each["name"] for each in found}) == SNIPPETS
    for snippet in found:
        lines = snippet["text"].split("\n")
        for expected in snippet["expect"]:
            plain = lines[expected["line"] - 1].replace("%3A", ":")
            assert any(each.removeprefix("ft-") in plain for each in allowed(expected)), (
                snippet["name"],
                expected,
            )
