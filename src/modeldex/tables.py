"""Rows on paper: aligned text for people, CSV and JSON for programs.

On a terminal a table fits the width and may have colour (never with NO_COLOR set); in a pipe
it is plain, one line a row.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence
    from typing import Any

    Row = Sequence[str]

COLOURS = {"✓": "32", "?": "33", "∅": "35"}
WIDEST_IN_PIPE = 48
GAP = "  "


def declare_format(parser: argparse.ArgumentParser, *more: str) -> None:
    """Add `--format`: table, json, csv and what else suits."""
    parser.add_argument(
        "--format", choices=["table", "json", "csv", *more], default="table",
        help="how to print the answer (default: table)",
    )  # fmt: skip


def on_terminal() -> bool:
    """Whether results go to a terminal."""
    return sys.stdout.isatty()


def terminal_width() -> int:
    """The columns of the terminal, or 100 where there is none."""
    if (columns := os.environ.get("COLUMNS", "")).isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 100
    except (OSError, ValueError):
        return 100


def printable(text: str) -> str:
    r"""The text with control characters spelt out, so that none reaches the terminal.

    >>> print(printable("red: " + chr(27) + "[31m"))
    red: \x1b[31m
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def fitted(text: str) -> str:
    """Text as it is; on a terminal its lines wrapped to the width, but no word broken."""
    if not on_terminal():
        return text
    import textwrap

    lines = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        lines += textwrap.wrap(
            line, terminal_width(), subsequent_indent=indent + GAP,
            break_long_words=False, break_on_hyphens=False,
        ) or [""]  # fmt: skip
    return "\n".join(lines)


def text_table(rows: Sequence[Row], *, header: Row | None = None) -> str:
    """Rows in columns under a header; nothing for no rows."""
    if not rows:
        return ""
    every = [header, *rows] if header else rows
    widths = column_widths(every)
    lines = table_lines(rows, widths)
    return "\n".join([*map(heading, table_lines([header], widths)), *lines] if header else lines)


def column_widths(rows: Sequence[Row]) -> list[int]:
    """Widths for the columns of these rows: on a terminal so that the table fits."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    if not on_terminal():
        return [min(width, WIDEST_IN_PIPE) for width in widths]
    unbroken = [max(_unbroken(row[n]) for row in rows) for n in range(len(rows[0]))]
    return _fit(widths, unbroken, terminal_width() - len(GAP) * (len(widths) - 1))


def table_lines(rows: Iterable[Row], widths: Sequence[int]) -> list[str]:
    """The rows as lines; on a terminal cells are wrapped to their columns."""
    if not on_terminal():
        return [_line(row, widths) for row in rows]
    return [_coloured(_line(line, widths), row) for row in rows for line in _wrapped(row, widths)]


def heading(text: str) -> str:
    """A heading, bold on a terminal."""
    return _bold(text) if on_terminal() else text


def print_csv(header: Row, rows: Iterable[Row]) -> None:
    """Rows as CSV (RFC 4180, but with bare line feeds)."""
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)


def print_json(value: Any) -> None:
    """A value as JSON, indented."""
    import json

    print(json.dumps(value, indent=2, ensure_ascii=False))


class Progress:
    """How far long work is: one line on standard error that is written over, on a terminal only."""

    def __init__(self, wanted: bool = True) -> None:
        self._wanted = wanted and sys.stderr.isatty()

    def show(self, text: str) -> None:
        """Write the line anew."""
        if self._wanted:
            print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)

    def count(self, done: int) -> None:
        """Write how many are done."""
        self.show(f"{done:,}")

    def end(self) -> None:
        """Leave the line as it was."""
        self.show("")


def _line(cells: Row, widths: Sequence[int]) -> str:
    return GAP.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _unbroken(cell: str) -> int:
    """How much of a cell should stay on one line: the whole of a short one, else its IDs."""
    return len(cell) if len(cell) <= 16 else max(map(len, cell.split()), default=0)


def _fit(widths: list[int], unbroken: list[int], room: int) -> list[int]:
    """Take from the widest columns until all fit; break what should stay whole only at last."""
    widths = list(widths)
    for least in (unbroken, [6] * len(widths)):
        while sum(widths) > room:
            spare = [(width, n) for n, width in enumerate(widths) if width > least[n]]
            if not spare:
                break
            widths[max(spare)[1]] -= 1
    return widths


def _wrapped(row: Row, widths: Sequence[int]) -> list[Row]:
    import textwrap

    columns = [
        textwrap.wrap(cell, max(width, 1), break_on_hyphens=False) or [""]
        for cell, width in zip(row, widths, strict=True)
    ]
    height = max(map(len, columns))
    return [[column[n] if n < len(column) else "" for column in columns] for n in range(height)]


def _colours_wanted() -> bool:
    return on_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if _colours_wanted() else text


def _coloured(text: str, row: Row) -> str:
    if not _colours_wanted():
        return text
    if any(cell.startswith("was ") for cell in row):
        return f"\x1b[2m{text}\x1b[0m"
    colour = COLOURS.get(row[0][:1])
    if colour and text.lstrip().startswith(row[0][:1]):
        return text.replace(row[0], f"\x1b[{colour}m{row[0]}\x1b[0m", 1)
    return text
