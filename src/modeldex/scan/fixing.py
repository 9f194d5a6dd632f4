"""Exchanges IDs for what an official source recommends: as a diff, or in the files themselves.

Nothing but the bytes of an ID changes. A file that is no longer what was scanned is left alone.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from modeldex.errors import BadInput
from modeldex.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from modeldex.scan.findings import Finding, Fix

CONTEXT = 3
"""So many lines stand around a change."""


class Patch(NamedTuple):
    """A file as it was scanned, and what is to be exchanged in it."""

    path: str
    absolute: str
    data: bytes
    fixes: tuple[Fix, ...]

    @property
    def fixed(self) -> bytes:
        """The file with all exchanged.

        >>> from modeldex.scan.findings import Fix
        >>> Patch("a", "/a", b"model = 'old'", (Fix(9, 12, "newer", 10, 13),)).fixed
        b"model = 'newer'"
        """
        parts, at = [], 0
        for fix in self.fixes:
            parts += [self.data[at : fix.start], fix.text.encode()]
            at = fix.end
        return b"".join([*parts, self.data[at:]])


def patch(path: str, absolute: str, data: bytes, findings: Sequence[Finding]) -> Patch | None:
    """The patch for the findings in a file; None where nothing can be exchanged."""
    fixes: list[Fix] = []
    for each in sorted((f.fix for f in findings if f.fix), key=lambda fix: fix.start):
        if not fixes or each.start >= fixes[-1].end:
            fixes.append(each)
    return Patch(path, absolute, data, tuple(fixes)) if fixes else None


def unified_diff(one: Patch, name: str) -> bytes:
    """The patch as a unified diff, which `git apply` and `patch -p1` take.

    >>> from modeldex.scan.findings import Fix
    >>> made = Patch("a", "/a", b"x\\nm = 'old'\\n", (Fix(7, 10, "new", 6, 9),))
    >>> print(unified_diff(made, "a").decode(), end="")
    --- a/a
    +++ b/a
    @@ -1,2 +1,2 @@
     x
    -m = 'old'
    +m = 'new'
    """
    old, new = _lines(one.data), _lines(one.fixed)
    changed = [n for n, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    hunks: list[list[int]] = []
    for number in changed:
        if hunks and number - hunks[-1][-1] <= 2 * CONTEXT:
            hunks[-1].append(number)
        else:
            hunks.append([number])
    written = os.fsencode(name)
    parts = [b"--- a/" + written + b"\n", b"+++ b/" + written + b"\n"]
    for hunk in hunks:
        first, last = max(hunk[0] - CONTEXT, 0), min(hunk[-1] + CONTEXT + 1, len(old))
        span = f"{first + 1},{last - first}" if last - first != 1 else f"{first + 1}"
        parts.append(f"@@ -{span} +{span} @@\n".encode())
        at = first
        while at < last:
            if old[at] == new[at]:
                parts.append(_marked(b" ", old[at]))
                at += 1
                continue
            stop = at
            while stop < last and old[stop] != new[stop]:
                stop += 1
            parts += [_marked(b"-", line) for line in old[at:stop]]
            parts += [_marked(b"+", line) for line in new[at:stop]]
            at = stop
    return b"".join(parts)


def _lines(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _marked(mark: bytes, line: bytes) -> bytes:
    return (
        mark + line if line.endswith(b"\n") else mark + line + b"\n\\ No newline at end of file\n"
    )


def apply(one: Patch) -> None:
    """Write the file: beside, then in its place, with the rights it had.

    Raises BadInput, and changes nothing, where it is no longer what was scanned.
    """
    from modeldex.writing import writing

    place = Path(one.absolute)
    try:
        same, mode = place.read_bytes() == one.data, stat.S_IMODE(place.stat().st_mode)
    except OSError as error:
        raise BadInput(f"cannot be read again: {error.strerror}", file=one.path) from None
    if not same:
        raise BadInput(
            "has changed since it was scanned",
            file=one.path,
            remedy="it was left alone; scan again",
        )
    with writing(place) as file:
        file.write(one.fixed)
        if hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), mode)
