"""The ways people really write IDs, and what only looks like one: written without the scanner.

Each snippet says which IDs stand in which line, in order, and which platform the text tells where
it tells one. What the scanner gets wrong is listed, each with the reason; nothing else may differ.
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
from modeldex.terms import PREFIXES

CORPUS = Path(__file__).parent / "scan_corpus"
ENCODINGS = {"utf-16-le-bom": ("utf-16-le", codecs.BOM_UTF16_LE),
             "utf-16-be-bom": ("utf-16-be", codecs.BOM_UTF16_BE)}  # fmt: skip
Expected = tuple[int, str, tuple[str, ...]]


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
    encoding, mark = ENCODINGS.get(
        snippet.get("encoding", "utf-8"), (snippet.get("encoding", "utf-8"), b"")
    )
    return mark + str(snippet["text"]).encode(encoding)


def wanted(snippet: dict[str, Any]) -> list[Expected]:
    """Line, ID and the platforms that must be told, none where the corpus leaves it open."""
    return sorted(
        (each["line"], _first(each["id"]), tuple(each.get("platforms", ())))
        for each in snippet["expect"]
    )


def _first(api_id: str | list[str]) -> str:
    """Of two spellings that may be found, the last is that of the graph as callers write it."""
    return api_id if isinstance(api_id, str) else api_id[-1]


def found(finder: Finder, snippet: dict[str, Any]) -> list[Expected]:
    """Line, ID and platforms, these only where the corpus says which must be told."""
    asked = Counter((line, api_id) for line, api_id, told in wanted(snippet) if told)
    return sorted(
        (
            each.line,
            each.api_id,
            tuple(p.removeprefix(PREFIXES["platform"]) for p in each.platforms)
            if (each.line, each.api_id) in asked
            else (),
        )
        for each in finder.occurrences(data_of(snippet))
    )


@pytest.fixture(scope="module")
def finder(dex: Modeldex) -> Finder:
    return Finder(known_ids(dex))


def test_the_corpus_is_large_and_wide() -> None:
    assert len(snippets()) == 222
    assert len({snippet["language"] for snippet in snippets()}) >= 40
    assert len({snippet["name"] for snippet in snippets()}) == len(snippets())
    assert sum(not snippet["expect"] for snippet in snippets()) >= 60


@pytest.mark.parametrize("snippet", snippets(), ids=lambda snippet: snippet["name"])
def test_each_snippet_gives_what_it_should(finder: Finder, snippet: dict[str, Any]) -> None:
    if snippet["name"] in known_limits():
        assert found(finder, snippet) != wanted(snippet), "no limit any more: take it off the list"
    else:
        assert found(finder, snippet) == wanted(snippet)


def test_precision_and_recall(finder: Finder, capsys: pytest.CaptureFixture[str]) -> None:
    """Of IDs in their lines; the platform is counted apart, where the corpus says which it is."""
    right = wrong = missed = told = platforms = 0
    for snippet in snippets():
        want = Counter((line, api_id) for line, api_id, _ in wanted(snippet))
        have = Counter((line, api_id) for line, api_id, _ in found(finder, snippet))
        right += (want & have).total()
        wrong += (have - want).total()
        missed += (want - have).total()
        with_platform = Counter(each for each in wanted(snippet) if each[2])
        platforms += with_platform.total()
        told += (with_platform & Counter(found(finder, snippet))).total()
    with capsys.disabled():
        print(
            f"\nscan corpus: {len(snippets())} snippets, {right + missed} IDs: "
            f"precision {right / (right + wrong):.3f}, recall {right / (right + missed):.3f}; "
            f"platform told in {told} of {platforms}; {len(known_limits())} known limits"
        )
    assert right / (right + wrong) >= 0.98
    assert right / (right + missed) >= 0.98
