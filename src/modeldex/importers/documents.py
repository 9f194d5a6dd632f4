"""The documents of a store of catalogues, each beside what is known of it.

    DIR/documents/<sha256>.json      the document
    DIR/documents/<sha256>.imports   of which catalogue, for which day: a line of JSON each

The manifest says the same; where it is lost, the store is made of the documents all the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from modeldex.dates import is_date
from modeldex.errors import BadInput, StoreError
from modeldex.json_reading import read_json
from modeldex.manifest import DOCUMENTS
from modeldex.writing import write_whole

SAID = ".imports"


class Import(NamedTuple):
    """A document that was imported: of which catalogue, for which day, with which digest."""

    catalogue: str
    as_of: str
    sha256: str
    version: str | None = None
    url: str | None = None
    file: str | None = None

    @property
    def place(self) -> tuple[str, str]:
        """The place in the order of all imports, which is its own: day, then catalogue."""
        return self.as_of, self.catalogue


def checked(new: Import) -> Import:
    """What is given of a document, an empty version as none. Raises BadInput.

    >>> checked(Import("litellm", "2025-01-31", "", version="")).version is None
    True
    """
    if not is_date(new.as_of) or len(new.as_of) != 10:
        raise BadInput(f"--as-of: not a day: {new.as_of!r}", remedy="write YYYY-MM-DD")
    if new.as_of > _last_day_begun():
        raise BadInput(
            f"--as-of: a day to come: {new.as_of}",
            remedy="give the day for which the document speaks",
        )
    if new.version and not new.version.isprintable():
        raise BadInput(
            f"--version: not a line of text: {new.version!a}", remedy="give it in one line"
        )
    return new._replace(version=new.version or None)


def _last_day_begun() -> str:
    """The day that it is where days begin first, so that nobody's today is to come."""
    return datetime.now(timezone(timedelta(hours=14))).date().isoformat()


def to_line(one: Import) -> str:
    """An import as a line, for the manifest and beside the document."""
    return json.dumps(one._asdict())


def from_line(line: str) -> Import:
    """What `to_line` wrote. Raises ValueError for anything else.

    >>> from_line(to_line(Import("litellm", "2025-01-31", "ab"))).as_of
    '2025-01-31'
    """
    try:
        return Import(**json.loads(line))
    except TypeError:
        raise ValueError(f"no import: {line[:80]}") from None


def path_of(folder: Path, digest: str) -> Path:
    """Where a document stands."""
    return folder / DOCUMENTS / f"{digest}.json"


def read_document(folder: Path, each: Import) -> object:
    """A document that was imported. Raises StoreError where it is not as it was."""
    path = path_of(folder, each.sha256)
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        text = b""
    if sha256(text).hexdigest() != each.sha256:
        raise StoreError(
            f"{path} is missing or damaged; import {each.file or each.catalogue} of "
            f"{each.as_of} again"
        )
    return read_json(text, each.file or str(path))


def say_beside(folder: Path, imports: Iterable[Import]) -> None:
    """Write beside each document what is known of it, and no more, where that is not there yet."""
    lines: dict[str, str] = {}
    for each in imports:
        lines[each.sha256] = lines.get(each.sha256, "") + to_line(each) + "\n"
    for digest, text in lines.items():
        path = path_of(folder, digest).with_suffix(SAID)
        if not path.is_file() or path.read_bytes() != text.encode():
            write_whole(path, text.encode())
    for path in (folder / DOCUMENTS).glob(f"*{SAID}"):
        if path.stem not in lines:
            path.unlink()


def said_beside(folder: Path, besides: str | None = None) -> list[Import]:
    """The imports as the documents' neighbours tell them, by day.

    Says which documents have none to tell, but for the one that is being imported.
    """
    found, unknown = [], []
    names = {path.stem for path in (folder / DOCUMENTS).glob("[0-9a-f]*.*")}
    for digest in sorted(names):
        path = path_of(folder, digest)
        try:
            its = [from_line(line) for line in _lines(path.with_suffix(SAID))]
            if not its or any(each.sha256 != digest for each in its):
                raise ValueError
            found += its
        except (OSError, ValueError):
            if digest != besides:
                unknown.append(path)
    for path in unknown:
        print(f"modeldex: {path}: of which catalogue and day it is, is lost; import it again",
              file=sys.stderr)  # fmt: skip
    return sorted(found, key=lambda each: each.place)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
