"""The files of a tree that are looked at, in order; and how many were not, by reason.

What `.gitignore` leaves out is left out, links are not followed, and what is no regular file, or
cannot be read, or is binary or too large, is skipped and counted.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import warnings

from modeldex.errors import BadInput
from modeldex.frozen import NamedTuple
from modeldex.scan.places import ENCODINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pathspec import GitIgnoreSpec

MAX_SIZE = 50_000_000
"""Files of more bytes are skipped."""
PROBE = 8192
NEVER = {".git", ".hg", ".svn"}
STDIN = "-"


class Found(NamedTuple):
    """A file: its path as it is shown, relative to where one stands, and where it is."""

    path: str
    absolute: str


class Tree:
    """The files under paths; iterating reads them one by one.

    A path that is given itself is read whatever `.gitignore` says. Raises BadInput for a path
    that is not there, and for a pattern of `exclude` that is none.
    """

    def __init__(
        self,
        paths: Sequence[str],
        *,
        max_size: int = MAX_SIZE,
        use_gitignore: bool = True,
        exclude: Sequence[str] = (),
    ) -> None:
        for path in paths:
            if path != STDIN and not os.path.lexists(path):
                raise BadInput("no such file or folder", file=path)
        self.paths = paths
        self.max_size = max_size
        self.use_gitignore = use_gitignore
        self._exclude = _excluded(exclude) if exclude else None
        self.skipped: dict[str, int] = {}

    def __iter__(self) -> Iterator[tuple[Found, bytes]]:
        self.skipped = {}
        seen: set[str] = set()
        for path in self.paths:
            if path == STDIN:
                yield from self._text(Found(STDIN, ""), sys.stdin.buffer.read(self.max_size + 1))
            elif os.path.isdir(path):
                yield from self._folder(os.path.normpath(path), seen)
            else:
                yield from self._file(os.path.normpath(path), seen)

    def _skip(self, reason: str, count: int = 1) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + count

    def _folder(self, top: str, seen: set[str]) -> Iterator[tuple[Found, bytes]]:
        specs = _specs_above(top) if self.use_gitignore else []
        own = os.path.join(os.path.abspath(top), "")
        if any(base != own for base, _ in specs) and self._left_out(top, True, specs, top):
            specs = []  # it is given itself
        waiting = [(top, specs)]
        while waiting:
            folder, specs = waiting.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError:
                self._skip("unreadable")
                continue
            if self.use_gitignore and any(entry.name == ".gitignore" for entry in entries):
                specs = [*specs, *_read_spec(folder, ".gitignore")]
            below = []
            for entry in entries:
                name = entry.name
                try:
                    if entry.is_symlink():
                        self._skip("link")
                        continue
                    is_folder = entry.is_dir(follow_symlinks=False)
                except OSError:
                    self._skip("unreadable")
                    continue
                if name in NEVER:
                    continue
                path = os.path.join(folder, name) if folder != "." else name
                if self._left_out(path, is_folder, specs, top):
                    self._skip("ignored")
                elif is_folder:
                    below.append((path, specs))
                else:
                    yield from self._file(path, seen)
            waiting.extend(reversed(below))

    def _left_out(
        self, path: str, is_folder: bool, specs: list[tuple[str, GitIgnoreSpec]], top: str
    ) -> bool:
        end = "/" if is_folder else ""
        if self._exclude is not None:
            inside = path if top == "." else os.path.relpath(path, top)
            if self._exclude.match_file(inside + end) or self._exclude.match_file(path + end):
                return True
        absolute = ""
        for base, spec in reversed(specs):
            absolute = absolute or os.path.abspath(path)
            verdict = spec.check_file(absolute[len(base) :].replace(os.sep, "/") + end).include
            if verdict is not None:
                return verdict
        return False

    def _file(self, path: str, seen: set[str]) -> Iterator[tuple[Found, bytes]]:
        absolute = os.path.abspath(path)
        if absolute in seen:
            return
        seen.add(absolute)
        try:
            # Not blocking: a pipe that nobody writes to must not hold us up.
            number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
                             | getattr(os, "O_BINARY", 0))  # fmt: skip
        except OSError:
            self._skip("unreadable")
            return
        try:
            about = os.fstat(number)
            if not stat.S_ISREG(about.st_mode):
                self._skip("not a regular file")
                return
            if about.st_size > self.max_size:  # before it is read
                self._skip("too large")
                return
            data = os.read(number, about.st_size + 1)
            while len(data) != about.st_size and (more := os.read(number, 1 << 20)):
                if len(data) > self.max_size:
                    break
                data += more
        except OSError:
            self._skip("unreadable")
            return
        finally:
            os.close(number)
        yield from self._text(Found(path.replace(os.sep, "/"), absolute), data)

    def _text(self, found: Found, data: bytes) -> Iterator[tuple[Found, bytes]]:
        if len(data) > self.max_size:
            self._skip("too large")
        elif b"\0" in data[:PROBE] and not data.startswith(tuple(ENCODINGS)):
            self._skip("binary")
        else:
            yield found, data


def _spec(lines: Sequence[str]) -> GitIgnoreSpec:
    """The patterns; raises ValueError or re.error for one that is none."""
    try:
        from pathspec import GitIgnoreSpec
    except ImportError:
        raise BadInput(
            "scanning needs the library pathspec", remedy="pip install 'modeldex[scan]'"
        ) from None
    with warnings.catch_warnings():  # of the regular expressions that the library makes
        warnings.simplefilter("ignore")
        return GitIgnoreSpec.from_lines(lines)


def _excluded(globs: Sequence[str]) -> GitIgnoreSpec:
    for glob in globs:
        try:
            _spec([glob])
        except (ValueError, re.error):
            raise BadInput(f"not a pattern: {glob!r}", remedy="write it as in .gitignore") from None
    return _spec(globs)


def _without_broken(lines: Sequence[str]) -> GitIgnoreSpec:
    """The patterns but for those that are none, which git lets match nothing."""
    good = []
    for line in lines:
        try:
            _spec([line])
        except (ValueError, re.error):
            continue
        good.append(line)
    return _spec(good)


def _read_spec(folder: str, *name: str) -> list[tuple[str, GitIgnoreSpec]]:
    """The patterns of a file, with the folder that they are relative to."""
    path = os.path.join(folder, *name)
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):  # git reads no linked one, and a pipe blocks
            return []
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")
    except OSError:
        return []
    base = os.path.join(os.path.abspath(folder), "")
    try:
        return [(base, _spec(lines))]
    except (ValueError, re.error):
        return [(base, _without_broken(lines))]


def _specs_above(top: str) -> list[tuple[str, GitIgnoreSpec]]:
    """The patterns of the folders above, up to the root of the repository."""
    folder = os.path.abspath(top)
    found: list[tuple[str, GitIgnoreSpec]] = []
    chain = [folder]
    while not os.path.exists(os.path.join(chain[-1], ".git")):
        parent = os.path.dirname(chain[-1])
        if parent == chain[-1]:
            return []
        chain.append(parent)
    found += _read_spec(chain[-1], ".git", "info", "exclude")
    for above in reversed(chain[1:]):
        found += _read_spec(above, ".gitignore")
    return found
