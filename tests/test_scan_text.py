"""Finding IDs in bytes: what counts, where it stands, and that nothing makes it fail."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeldex.dex import Modeldex
from modeldex.scan.ids import KnownId, known_ids
from modeldex.scan.matching import Finder
from modeldex.terms import PREFIXES

OPENAI = PREFIXES["platform"] + "openai-api"


@pytest.fixture(scope="module")
def ids(dex: Modeldex) -> list[KnownId]:
    return known_ids(dex)


@pytest.fixture(scope="module")
def finder(ids: list[KnownId]) -> Finder:
    return Finder(ids, unknown=True)


def test_every_id_of_the_graph_is_found_where_a_model_is_named(ids: list[KnownId]) -> None:
    finder = Finder(ids)
    lost = []
    for each in ids:
        data = f'client.create(model="{each.api_id}", n=1)'.encode()
        found = finder.occurrences(data)
        there = [(one.api_id, one.column, data[one.start : one.end].decode()) for one in found]
        if there != [(each.api_id, 22, each.api_id)]:
            lost.append(each.api_id)
    assert lost == []
    assert len(ids) > 330


def test_ordinary_words_are_found_nowhere_else(ids: list[KnownId]) -> None:
    """IDs that are words once their prefix is gone: in code and prose they are just that."""
    words = ["style", "query", "container", "ada", "davinci", "o1"]
    finder = Finder([KnownId(word, (("offering", OPENAI),)) for word in words])
    text = "\n".join(
        f"{word} = {word}({word}.{word})\nthe {word} of {word}s, '{word}': \"{word}\" {word}_1"
        for word in words
    )
    assert finder.occurrences(text.encode()) == []
    assert len(finder.occurrences(b'{"model": "style"}\nENGINE=query\n')) == 2


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_looked_at_without_failing(finder: Finder, data: bytes) -> None:
    for each in finder.occurrences(data):
        assert each.line >= 1 <= each.column < each.end_column


@settings(max_examples=300, deadline=None)
@given(before=st.binary(max_size=60), after=st.binary(max_size=60), number=st.integers(0, 10_000))
def test_offsets_give_the_id_whatever_stands_around(
    finder: Finder, ids: list[KnownId], before: bytes, after: bytes, number: int
) -> None:
    api_id = ids[number % len(ids)].api_id
    data = before + b'\nmodel = "' + api_id.encode() + b'"\n' + after
    found = [each for each in finder.occurrences(data) if each.api_id]
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")) or b"modeldex:" in data:
        return
    assert api_id in {each.api_id for each in found}
    for each in found:
        written = data[each.start : each.end].decode().replace("%3A", ":").replace("%40", "@")
        assert written == each.api_id


@settings(max_examples=200, deadline=None)
@given(
    word=st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=5),
    number=st.integers(0, 10_000), front=st.booleans(),
)  # fmt: skip
def test_a_longer_word_is_no_id(
    ids: list[KnownId], finder: Finder, word: str, number: int, front: bool
) -> None:
    api_id = ids[number % len(ids)].api_id
    longer = f"{word}{api_id}" if front else f"{api_id}{word}"
    if longer in {each.api_id for each in ids}:
        return
    found = finder.occurrences(f'model = "{longer}"'.encode())
    assert [each for each in found if each.api_id == api_id] == []


@settings(max_examples=100, deadline=None)
@given(lines=st.lists(st.text(string.printable, max_size=40), max_size=5))
def test_lines_that_follow_change_nothing_before(finder: Finder, lines: list[str]) -> None:
    head = b'a = "gpt-4-0613"\nmodel: o1\nb = "anthropic/claude-opus-4-8"\n'
    tail = "\n".join(lines).encode()
    if b"ignore" in tail:
        return
    alone = [(each.api_id, each.line, each.column) for each in finder.occurrences(head)]
    longer = [(e.api_id, e.line, e.column) for e in finder.occurrences(head + tail) if e.line < 4]
    assert alone == longer
    assert len(alone) == 3


def test_a_line_a_next_line_or_a_file_can_be_ignored(finder: Finder) -> None:
    text = 'x = "gpt-4-0613"'
    assert len(finder.occurrences(text.encode())) == 1
    for ignored in (
        f"{text}  # modeldex: ignore", f"// modeldex: ignore-next-line\n{text}",
        f"{text}\n\n# modeldex: ignore-file",
    ):  # fmt: skip
        assert finder.occurrences(ignored.encode()) == []
    assert len(finder.occurrences(f"# modeldex: ignore\n{text}".encode())) == 1


def test_what_looks_like_a_model_is_listed_on_request(ids: list[KnownId], finder: Finder) -> None:
    data = b'model = "claude-opus-9-20301111"  # and gpt-4.json, claude-sonnet-4-6'
    assert [each.written for each in finder.occurrences(data) if not each.api_id] == [
        "claude-opus-9-20301111"
    ]
    assert {each.api_id for each in Finder(ids).occurrences(data)} == {"claude-sonnet-4-6"}


def test_a_new_fact_is_a_new_finding_without_a_change_of_code() -> None:
    finder = Finder([KnownId("acme-large-3", (("offering", OPENAI),))])
    assert [each.api_id for each in finder.occurrences(b"use acme-large-3 now")] == ["acme-large-3"]


def test_without_ids_nothing_is_found() -> None:
    assert Finder([]).occurrences(b"gpt-4") == []


def test_columns_count_characters_from_one_id_of_a_line_to_the_next(finder: Finder) -> None:
    text = '# é\nx = ["gpt-4-0613", "é", "openai/gpt-4-0314"]; y = "漢", "gpt-4-0613"\n"gpt-4-0613"'
    lines = text.split("\n")
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        found = finder.occurrences(data)
        assert [each.line for each in found] == [2, 2, 2, 3]
        for each in found:
            assert lines[each.line - 1][each.column - 1 : each.end_column - 1] == each.written


def test_many_ids_in_one_line_of_a_large_file_cost_no_more_than_in_many(finder: Finder) -> None:
    """For each ID the whole line was read anew: hours, for what are seconds."""
    each = b'{"model": "gpt-4-0613", "x": "' + b"y" * 200 + b'"}'
    found = finder.occurrences(b"[" + b", ".join([each] * 40_000) + b"]")
    assert len(found) == 40_000
    assert found[-1].column == len(b'[{"model": "') + 1 + 39_999 * (len(each) + 2)


@pytest.mark.parametrize("line", [
    "models" + " " * 390 + "!", '"models":' + " " * 380 + "!", "models: " + "model: " * 50 + "!",
])  # fmt: skip
def test_no_line_holds_the_search_up(finder: Finder, line: str) -> None:
    """Where blanks can be shared out in many ways, a search tried them all: for minutes."""
    found = finder.occurrences(f'{line}\n  "o1",\n{line} "o1"'.encode())
    assert [each for each in found if not each.api_id] == []
