"""The official pages as read, cut into the places that locators name: rows, entries, paragraphs.

The pages are not part of the project. Set MODELDEX_PAGES to the folder that holds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PAGES = {
    "anthropic-deprecation-documentation": "anthropic/deprecations.md",
    "anthropic-models-overview": "anthropic/models.md",
    "openai-deprecations": "openai/deprecations.md",
    "openai-models": "openai/models.md",
    "google-gemini-deprecations": "google/deprecations.md",
    "google-vertex-model-versions": "vertex/model-versions.md",
    "amazon-bedrock-model-lifecycle": "bedrock/model-lifecycle.md",
}
"""The source of each page, by the last part of its IRI, and its file."""


@dataclass(frozen=True)
class Place:
    """A place of a page: its locator, the headings above it, and what stands there."""

    locator: str
    headings: tuple[str, ...]
    text: str
    kind: str  # row, cell, entry or paragraph
    cells: dict[str, str] = field(default_factory=dict)
    table: str = ""

    @property
    def name(self) -> str:
        """What the locator calls the row or entry."""
        return self.locator.rsplit("row ", 1)[-1].rsplit("entry ", 1)[-1]


def plain(text: str) -> str:
    """A cell or line without its markup."""
    text = re.sub(r"<Tooltip [^>]*>(.*?)</Tooltip>", r"\1", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\\([|*@\\])", r"\1", text)
    text = text.replace("`", "").replace("**", "").replace("\u2011", "-")
    return " ".join(text.split())


def places(page: str) -> Iterator[Place]:
    """Every row, cell of a table with a column for each model, list entry and paragraph."""
    headings: list[tuple[int, str]] = []
    counts: dict[tuple[str, str], int] = {}
    lines = page.splitlines()
    number = 0
    while number < len(lines):
        line = lines[number].strip()
        heading = re.match(r"(#{1,6}) (.*)", line)
        if heading:
            level = len(heading[1])
            headings = [each for each in headings if each[0] < level]
            headings.append((level, plain(heading[2])))
            number += 1
            continue
        above = tuple(text for _, text in headings)
        # A heading of the fourth level is a part of a dated one.
        section = ", ".join(above[-2:] if headings and headings[-1][0] == 4 else above[-1:])
        title = re.search(r'<Accordion title="([^"]*)">', line)
        if title:
            headings.append((5, title[1]))
            number += 1
        elif line.startswith("|"):
            block = []
            while number < len(lines) and lines[number].strip().startswith("|"):
                block.append(lines[number].strip())
                number += 1
            count = counts[section, "table"] = counts.get((section, "table"), 0) + 1
            table = f"{section}, table" + (f" {count}" if count > 1 else "")
            yield from _rows(block, above, table)
        elif re.match(r"[-*] \[", line):
            name = plain(line[2:]).partition(": ")[0]
            yield Place(f"{section}, list, entry {name}", above, line, "entry")
            number += 1
        elif line:
            block = []
            while number < len(lines) and lines[number].strip():
                if block and re.match(r"\||<Accordion ", lines[number].strip()):
                    break
                block.append(lines[number].strip())
                number += 1
            count = counts[section, "paragraph"] = counts.get((section, "paragraph"), 0) + 1
            text = plain(" ".join(block))
            yield Place(f"{section}, paragraph {count}", above, text, "paragraph")
        else:
            number += 1


def _rows(block: list[str], above: tuple[str, ...], table: str) -> Iterator[Place]:
    cells = [[plain(cell) for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in block]
    head, rows = cells[0], cells[2:]
    seen: dict[str, int] = {}
    for row in rows:
        named = dict(zip(head, row, strict=True))
        name = row_name(named)
        count = seen[name] = seen.get(name, 0) + 1
        locator = f"{table}, row {name}" + (f" ({count})" if count > 1 else "")
        yield Place(locator, above, " | ".join(row), "row", named, table)
        if head[0] == "Feature":
            for column, cell in zip(head[1:], row[1:], strict=True):
                yield Place(f"{locator}, column {column}", above, cell, "cell", {}, table)


NAMING = ("API model name", "Deprecated model", "Legacy model", "Model / system", "Model snapshot",
          "Model family / snapshot", "Model", "Model ID", "System", "Feature")  # fmt: skip


def row_name(cells: dict[str, str]) -> str:
    """The cell by which a row is named: that of the model, and of several IDs the first."""
    found = next((cells[head] for head in NAMING if head in cells), next(iter(cells.values())))
    if "Feature" in cells:
        return re.sub(r" \(.*|(?<=Pricing)\d$", "", found)
    return re.split(r" \| | \(including", found)[0].rstrip("*")


def read_page(folder: Path, source: str) -> dict[str, Place]:
    """The places of the page of a source, by locator."""
    text = (folder / PAGES[source]).read_text("utf-8")
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    found: dict[str, Place] = {}
    for place in places(text):
        assert place.locator not in found, f"two places are called {place.locator}"
        found[place.locator] = place
    return found
