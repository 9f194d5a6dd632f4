"""The page on the stored queries is current, and what it shows is what happens."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pyoxigraph as ox
import pytest

from modeldex.cli import main
from modeldex.collection import questions_in
from modeldex.dex import Modeldex
from modeldex.engine import Triples
from modeldex.query_docs import RENEW, command_line, markdown, python_line
from modeldex.query_examples import expected_rows, expected_triples
from modeldex.query_files import read_folder
from modeldex.rows import Rows
from modeldex.stored_query import Column, Example, Parameter, StoredQuery
from modeldex.terms import PREFIXES

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "queries.md"
QUERIES = list(questions_in(ROOT / "queries"))


def test_the_page_is_current() -> None:
    current = markdown(read_folder(ROOT / "queries"))
    assert PAGE.read_text("utf-8") == current, f"docs/queries.md is old; renew it: {RENEW}"


def test_every_query_has_a_section_that_the_contents_lead_to() -> None:
    page = PAGE.read_text("utf-8")
    sections = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert len(sections) > 32
    assert sections == sorted(query.name for query in QUERIES)
    assert set(re.findall(r"\]\(#([a-z0-9-]+)\)", page)) == set(sections)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_line_of_python_gives_the_answer_under_it(query: StoredQuery, dex: Modeldex) -> None:
    example = query.examples[0]
    line = python_line(query, example)
    assert line in PAGE.read_text("utf-8")
    answer = eval(line, {"dex": dex})
    if isinstance(answer, Triples):
        assert set(answer.triples) == expected_triples(example)
    else:
        assert [tuple(row) for row in answer] == expected_rows(query, example)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_command_gives_the_answer_under_it(
    query: StoredQuery, dex: Modeldex, capsys: pytest.CaptureFixture[str]
) -> None:
    example = query.examples[0]
    line = command_line(query, example)
    assert line in PAGE.read_text("utf-8")
    modeldex, *words = shlex.split(line)
    syntax = "json" if query.form == "SELECT" else "ntriples"
    assert (modeldex, main([*words, "--format", syntax])) == ("modeldex", 0)
    printed = capsys.readouterr().out
    if query.form == "SELECT":
        rows = dex.ask(query.name, **example.params)
        assert isinstance(rows, Rows)
        assert [list(record) for record in json.loads(printed)] == [list(rows.names)] * len(rows)
    else:
        read = {quad.triple for quad in ox.parse(printed, format=ox.RdfFormat.N_TRIPLES)}
        assert read == expected_triples(example)


def test_the_page_shows_the_rows_of_the_examples() -> None:
    cells = [value for query in QUERIES for row in query.examples[0].rows for value in row.values()]
    page = PAGE.read_text("utf-8").replace("\\", "")
    assert len(cells) > 300
    assert [cell for cell in cells if cell.replace("\\", "") not in page] == []


def odd(text: str) -> StoredQuery:
    """A query of a user's own folder that says this text everywhere."""
    return StoredQuery(
        name="odd", form="SELECT", summary=text, description=text, tags=(text,),
        params=(Parameter("class", "string", True, False, (text,), (text,), None, text),),
        returns=(Column("x", "string", text, text),),
        examples=(Example({"class": [text]}, ({"x": text},), None),),
        faults={"virtuoso": text}, sparql=f"SELECT ?x WHERE {{ ?x ?y '''{text}''' }}\n",
    )  # fmt: skip


ODD = (
    "a|b",
    "<script>alert(1)</script>",
    "```\nend",
    "`",
    "*a* _b_ [c](d)",
    "say \"'\\n",
    "-p x=y",
)


@pytest.mark.parametrize("text", ODD)
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    page = markdown([odd(text)])
    rest = re.sub(r"^(`{3,})\w+\n.*?\n\1$", "", page, flags=re.MULTILINE | re.DOTALL)
    tables = [line for line in rest.splitlines() if line.startswith("|")]
    assert len(tables) == 9
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} == {2, 4, 5}
    assert re.findall(r"(?<!\\)<\w+", re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", rest)) == [
        "<details", "<summary"
    ]  # fmt: skip
    assert rest.count("\n## ") == 1


@pytest.mark.parametrize("text", ODD)
def test_odd_values_come_through_the_lines(text: str) -> None:
    query = odd(text)
    example = query.examples[0]
    assert shlex.split(command_line(query, example))[-1] == f"class={text}"

    class Asked:
        def ask(self, name: str, **values: object) -> object:
            return name, values

    assert eval(python_line(query, example), {"dex": Asked()}) == ("odd", {"class": [text]})


def test_the_turtle_on_the_page_is_complete_with_the_prefixes_of_modeldex() -> None:
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    blocks = re.findall(r"^```ttl\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == sum(query.form == "CONSTRUCT" for query in QUERIES)
    for block in blocks:
        assert list(ox.parse(head + block, format=ox.RdfFormat.TURTLE))
