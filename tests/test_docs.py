"""What the documentation shows is what happens."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from modeldex.build import read_all
from modeldex.cli import COMMANDS
from modeldex.facts import Claim
from modeldex.terms import PREFIXES

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[tuple[str, str]]:
    """The code blocks of all pages in a language: page and text."""
    return [
        (page.name, re.sub(rf"^{indent}", "", text, flags=re.MULTILINE))
        for page in PAGES
        for indent, found, text in BLOCK.findall(page.read_text("utf-8"))
        if found == language
    ]


CONSOLE = [
    (page, command, expected)
    for page, text in blocks("console")
    for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)
]


def test_there_are_blocks_to_run() -> None:
    assert len(CONSOLE) >= 5
    assert len(blocks("python")) >= 2
    assert len(blocks("turtle")) >= 4


@pytest.mark.parametrize(("page", "command", "expected"), CONSOLE)
def test_console_blocks_print_what_they_show(page: str, command: str, expected: str) -> None:
    words = shlex.split(command)
    assert words[0] == "modeldex"
    done = subprocess.run(
        [sys.executable, "-m", *words], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout == expected


def test_python_blocks_run() -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    names: dict[str, dict[str, object]] = {}  # the blocks of a page are one session
    for page, text in blocks("python"):
        test = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
        test.globs = names.setdefault(page, {})
        assert test.examples
        assert runner.run(test, clear_globs=False).failed == 0


def test_turtle_blocks_stand_in_the_data() -> None:
    data = {quad.triple for document in read_all([ROOT / "data"]) for quad in document.quads}
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    for page, text in blocks("turtle"):
        for quad in ox.parse(head + text, format=ox.RdfFormat.TURTLE):
            assert quad.triple in data, f"{page}: {quad}"


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert set(re.findall(r"^\| `modeldex (\w+)", readme, re.MULTILINE)) == set(COMMANDS)


def test_every_key_of_the_json_is_documented() -> None:
    import modeldex

    page = (ROOT / "docs" / "json.md").read_text("utf-8")
    documented = {
        key
        for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
        for key in re.findall(r"`(\w+)`", row)
    }
    claim = modeldex.open().fact("claude-3-5-sonnet", "context window")
    assert isinstance(claim, Claim)
    printed = claim.to_dict()
    assert documented == set(printed) | set(printed["evidence"][0])


def test_links_between_pages_lead_somewhere() -> None:
    count = 0
    for page in PAGES:
        for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
            count += 1
    assert count >= 7
