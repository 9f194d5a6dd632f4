"""The static site: every page and file, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from modeldex.errors import StoreError
from modeldex.exports.redirects import base_address
from modeldex.exports.release import write_formats
from modeldex.exports.selection import Selection
from modeldex.web.pages import Pages
from modeldex.web.view import CANONICAL
from modeldex.writing import writing_folder

if TYPE_CHECKING:
    from modeldex.dex import Modeldex

MARKER = ".modeldex-site"
EVERY = 100
DOWNLOADS = "download"
FORMATS = ("nquads", "trig", "turtle", "jsonld", "csv", "json")
"""In these the whole dataset stands beside the pages."""


def write_site(
    dex: Modeldex, folder: Path, *, base_url: str = CANONICAL,
    progress: Callable[[int], None] = lambda done: None,
) -> int:  # fmt: skip
    """Write the site for any file host; gives the number of its files.

    Raises BadInput where something else stands in the folder.
    """
    base_url = base_address(base_url)
    with writing_folder(folder, MARKER) as beside:
        (beside / DOWNLOADS).mkdir()
        files = list(write_formats(
            Selection(dex, progress=progress), beside / DOWNLOADS, FORMATS, place=f"{DOWNLOADS}/"
        ))  # fmt: skip
        pages = Pages(dex, base_url=base_url, files=files)
        written = len(files)
        for path in pages.paths():
            file = pages.file(path)
            if file is None:
                raise StoreError(f"no page could be made for {path}")
            target = beside / path
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(file.content)
            written += 1
            if written % EVERY == 0:
                progress(written)
        (beside / MARKER).write_text(f"{dex.release}\n", "utf-8")
        (beside / ".nojekyll").touch()
    return written
