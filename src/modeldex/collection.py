"""The stored queries that come with the package, and those of a user's own folder."""

from __future__ import annotations

import os
from functools import cache

from modeldex.questions import Questions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


@cache
def packaged_questions() -> Questions:
    """Those of the package: as the build kept them, without YAML; else from the files.

    >>> len(packaged_questions()) > 32
    True
    """
    from modeldex.errors import StoreError
    from modeldex.index import Index
    from modeldex.manifest import INDEX, Manifest
    from modeldex.packaged import dataset, folder
    from modeldex.stored_query import of_record

    try:
        records = Index(os.path.join(Manifest(dataset()).store, INDEX)).queries()
    except StoreError:
        records = []
    if not records:
        return questions_in(folder("queries"))
    return Questions(of_record(record) for record in records)


def questions_in(folder: str | Path) -> Questions:
    """Those of a folder. Raises BadInput with file and line for one that is broken."""
    from modeldex.query_files import read_folder

    return Questions(read_folder(folder))
