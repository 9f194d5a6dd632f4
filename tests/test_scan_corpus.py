"""The ways people really write IDs, and what only looks like one: written without the scanner.

Each snippet says which IDs stand in which line, and, where it matters, what is written there and
which platform the text tells. What the scanner gets wrong is listed in `limits.txt`, each with the
reason; nothing else may differ, and what no longer goes wrong must leave the list.
"""

from __future__ import annotations

import codecs
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from modeldex.dex import Modeldex
from modeldex.scan.ids import known_ids
from modeldex.scan.matching import Finder
from modeldex.scan.places import Occurrence
from modeldex.terms import PREFIXES

CORPUS = Path(__file__).parent / "scan_corpus"
SNIPPETS = 237
MARKS = {"utf-16-le-bom": codecs.BOM_UTF16_LE, "utf-16-be-bom": codecs.BOM_UTF16_BE}

# IDs in use that the graph did not know when the corpus was written, and in which nothing is to be
# found: should the graph learn them, the corpus still asks the same.
UNKNOWN = frozenset(
    (
        "amazon.nova-premier-v1:0:8k",
        "anthropic.claude-3-5-sonnet-20241022-v2:0",
        "anthropic.claude-3-haiku-20240307-v1:0:200k",
        "anthropic.claude-3-opus-20240229-v1:0",
        "claude-3-5-sonnet-latest",
        "claude-3-5-sonnet-v2@20241022",
        "gemini-1.5-pro-latest",
        "gemini-2.0-flash-exp",
        "gpt-3.5-turbo-16k",
        "gpt-4o-2024-08-06",
        "gpt-4o-mini-2024-07-18",
        "imagetext@001",
        "o1-preview-2024-09-12",
    )
)


@cache
def snippets() -> tuple[dict[str, Any], ...]:
    """All snippets of all files."""
    return tuple(
        snippet
        for path in sorted(CORPUS.glob("*.toml"))
        for snippet in tomllib.loads(path.read_text("utf-8"))["snippet"]
    )


@cache
def known_limits() -> dict[str, str]:
    """Snippets on which the scanner is known to be wrong, with the reason."""
    text = (CORPUS / "limits.txt").read_text("utf-8")
    return dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith("#"))


def data_of(snippet: dict[str, Any]) -> bytes:
    """The snippet as the bytes of a file."""
    encoding = snippet.get("encoding", "utf-8")
    mark = MARKS.get(encoding, b"")
    return mark + str(snippet["text"]).encode(encoding.removesuffix("-bom"))


def right_ids(expected: dict[str, Any]) -> list[str]:
    """The IDs that are right here: two where the graph may have either spelling."""
    return [expected["id"]] if isinstance(expected["id"], str) else expected["id"]


def platforms(found: Occurrence) -> list[str]:
    """The names of the platforms that were told."""
    return sorted(each.removeprefix(PREFIXES["platform"]) for each in found.platforms)


def compare(
    finder: Finder, snippet: dict[str, Any]
) -> tuple[list[tuple[dict[str, Any], Occurrence]], list[str], list[str]]:
    """What was expected and found, what was missed, and what was found by mistake."""
    left = finder.occurrences(data_of(snippet))
    pairs, missed = [], []
    for expected in snippet["expect"]:
        for each in left:
            if each.line == expected["line"] and each.api_id in right_ids(expected):
                left.remove(each)
                pairs.append((expected, each))
                break
        else:
            missed.append(f"missed in line {expected['line']}: {expected['id']}")
    mistaken = [f"mistaken in line {e.line}: {e.written} ({e.how})" for e in left]
    return pairs, missed, mistaken


def faults(finder: Finder, snippet: dict[str, Any]) -> list[str]:
    """All that is not as the snippet says, in words."""
    pairs, missed, mistaken = compare(finder, snippet)
    lines = str(snippet["text"]).replace("\r\n", "\n").split("\n")
    wrong = missed + mistaken
    for expected, each in pairs:
        there = lines[each.line - 1][each.column - 1 : each.end_column - 1]
        place = f"line {each.line}, {each.api_id}:"
        if there != each.written:
            wrong.append(f"{place} {each.written!r} is said to stand where {there!r} stands")
        if each.written != expected.get("written", each.written):
            wrong.append(f"{place} {each.written!r} for {expected['written']!r}")
        if platforms(each) != sorted(expected.get("platforms", platforms(each))):
            wrong.append(f"{place} {platforms(each)} ({each.how}) for {expected['platforms']}")
    return wrong


@pytest.fixture(scope="module")
def finder(dex: Modeldex) -> Finder:
    return Finder([each for each in known_ids(dex) if each.api_id not in UNKNOWN])


def test_the_corpus_is_large_and_wide() -> None:
    """And a third of it holds nothing; and what is expected does stand in its line."""
    assert len(snippets()) == SNIPPETS
    assert len({snippet["language"] for snippet in snippets()}) >= 40
    assert len({snippet["name"] for snippet in snippets()}) == SNIPPETS
    assert sum(not snippet["expect"] for snippet in snippets()) * 3 >= SNIPPETS
    assert known_limits().keys() <= {snippet["name"] for snippet in snippets()}
    for snippet in snippets():
        lines = str(snippet["text"]).replace("%3A", ":").split("\n")
        for expected in snippet["expect"]:
            assert any(each in lines[expected["line"] - 1] for each in right_ids(expected))


@pytest.mark.parametrize("snippet", snippets(), ids=lambda snippet: snippet["name"])
def test_each_snippet_gives_what_it_should(finder: Finder, snippet: dict[str, Any]) -> None:
    if snippet["name"] in known_limits():
        assert faults(finder, snippet), "no limit any more: take it off the list"
    else:
        assert not faults(finder, snippet)


def test_precision_and_recall(finder: Finder, capsys: pytest.CaptureFixture[str]) -> None:
    """Of IDs in their lines; the platform is counted apart, where the corpus says which it is."""
    count: Counter[str] = Counter()
    for snippet in snippets():
        pairs, missed, mistaken = compare(finder, snippet)
        count += Counter(right=len(pairs), missed=len(missed), wrong=len(mistaken))
        asked = [(e, o) for e, o in pairs if "platforms" in e]
        count["asked"] += len(asked)
        count["told"] += sum(platforms(o) == sorted(e["platforms"]) for e, o in asked)
    precision = count["right"] / (count["right"] + count["wrong"])
    recall = count["right"] / (count["right"] + count["missed"])
    with capsys.disabled():
        print(
            f"\nscan corpus: {len(snippets())} snippets, {count['right'] + count['missed']} IDs: "
            f"precision {precision:.3f}, recall {recall:.3f}; platform as it should be in "
            f"{count['told']} of {count['asked']}; {len(known_limits())} known limits"
        )
    assert precision >= 0.98
    assert recall >= 0.98
