"""Catalogues for the tests: a small one made up, and the real dumps.

MODELDEX_CATALOGS names the folder that holds the dumps.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from modeldex.importers.keeping import Import, import_document


class Dump(NamedTuple):
    """A dump: its catalogue, file, the day it was read or released, its version."""

    catalogue: str
    file: str
    as_of: str
    version: str | None = None


SMALLEST = Dump("litellm", "litellm-1.60.0.json", "2025-01-31", "1.60.0")
DUMPS = (
    SMALLEST,
    Dump("litellm", "litellm-1.75.7.json", "2025-08-18", "1.75.7"),
    Dump("litellm", "litellm-1.109.1.json", "2026-11-20", "1.109.1"),
    Dump("models.dev", "models.dev-2026-07-02.json", "2026-07-02"),
    Dump("genai-prices", "genai-prices-2026-08-21.json", "2026-08-21"),
    Dump("openrouterlist", "openrouterlist-2026-08-22.json", "2026-08-22"),
)


def path_of(dump: Dump) -> Path:
    """Where a dump lies; skips without the folder, but not in CI."""
    folder = os.environ.get("MODELDEX_CATALOGS")
    if not folder:
        assert not os.environ.get("CI"), "MODELDEX_CATALOGS does not name the folder of the dumps"
        pytest.skip("MODELDEX_CATALOGS does not name the folder of the catalogue dumps")
    return Path(folder, dump.file)


def three_releases(store: Path) -> Path:
    """A store of one catalogue: the price of a curated model falls, and its limit is wrong."""
    for price, day in ((5e-06, "2026-01-01"), (4e-06, "2026-06-01"), (3e-06, "2026-11-20")):
        document = {"claude-opus-4-5": {"litellm_provider": "anthropic", "max_output_tokens": 32000,
                                        "output_cost_per_token": price}}  # fmt: skip
        import_document(store, json.dumps(document).encode(), Import("litellm", day, ""))
    return store
