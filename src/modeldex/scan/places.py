"""Where in a file a finding stands: lines, columns and bytes; and which lines are to be ignored.

All goes forward through the text once, however many findings stand in one line of it.
"""

from __future__ import annotations

import re

from modeldex.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ENCODINGS = {
    b"\xff\xfe\x00\x00": "utf-32", b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16",
}  # fmt: skip
"""Encodings by the mark at the start of a file, the longer marks first."""
IGNORE = re.compile(rb"modeldex:\s*ignore(-next-line|-file)?\b")


class Occurrence(NamedTuple):
    """An ID in a file: where, how it is written, and what the text tells of its platform.

    Line and columns count from 1, columns in characters and for all that is written, prefix
    included; `start` and `end` are the byte offsets of the ID itself, or -1 where the file is
    not read as it stands. `api_id` is empty for what only looks like a model. `quoted` tells
    that the ID, with its prefix, is the whole of a string or value.
    """

    api_id: str
    written: str
    line: int
    column: int
    end_column: int
    start: int
    end: int
    platforms: tuple[str, ...]
    how: str
    quoted: bool
    fine_tuned: bool = False


class Hit(NamedTuple):
    """What was found, in bytes of UTF-8: from where to where it is written, and the ID in it."""

    begin: int
    stop: int
    start: int
    end: int
    api_id: str
    platforms: tuple[str, ...]
    how: str
    quoted: bool
    fine_tuned: bool


def as_utf8(data: bytes) -> tuple[bytes, bool]:
    """The text as UTF-8, and whether it stands so in the file; a mark tells UTF-16 and 32."""
    for mark, encoding in ENCODINGS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace").encode("utf-8", "replace"), False
    return data, True


def placed(data: bytes, found: Sequence[Hit], exact: bool) -> Iterator[Occurrence]:
    """The findings, which come in their order, with line and columns."""
    line, column, counted = 1, 1, 0
    if data.startswith(b"\xef\xbb\xbf"):
        counted = 3  # the mark is no character of the first line
    for each in found:
        lines = data.count(b"\n", counted, each.begin)
        if lines or each.begin < counted:
            line, column = line + lines, 1
            counted = data.rfind(b"\n", 0, each.begin) + 1
        column += len(data[counted : each.begin].decode("utf-8", "replace"))
        counted = each.begin
        written = data[each.begin : each.stop].decode("utf-8", "replace")
        yield Occurrence(
            each.api_id, written, line, column, column + len(written),
            each.start if exact else -1, each.end if exact else -1,
            each.platforms, each.how, each.quoted, each.fine_tuned,
        )  # fmt: skip


def ignored_lines(data: bytes) -> set[int] | None:
    """The lines that a comment says to ignore; None where it is the whole file."""
    lines: set[int] = set()
    if b"modeldex:" not in data:
        return lines
    line, counted = 1, 0
    for match in IGNORE.finditer(data):
        if match[1] == b"-file":
            return None
        line += data.count(b"\n", counted, match.start())
        counted = match.start()
        lines.add(line + 1 if match[1] else line)
    return lines
