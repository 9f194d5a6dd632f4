"""A store of catalogues has many files of the engine: all are read, and damage is one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from modeldex.engine import select
from modeldex.errors import StoreError
from modeldex.importers import loading
from modeldex.importers.keeping import Import, import_document
from modeldex.manifest import Manifest
from modeldex.store import Store
from modeldex.worker import run_query

PRICES = {
    "gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": 2.5e-06, "mode": "chat"},
    "acme/sage": {"litellm_provider": "acme", "max_output_tokens": 4096},
}  # fmt: skip
# Queries by which the engine comes to tables that it has not opened with the store.
FAR = [
    "SELECT ?s { GRAPH graph:claims { ?s a mdx:Claim } }",
    "SELECT ?s ?p { GRAPH graph:claims { ?s ?p model:gpt-4o } }",
]
MANY, AT_ONCE = 20, 16  # tables; so many does the engine open when it opens a store


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of catalogues whose statements stand in many tables."""
    monkeypatch.setattr(loading, "PIECE", 2**18)
    import_document(tmp_path / "store", json.dumps(PRICES).encode(),
                    Import("litellm", "2025-01-31", ""))  # fmt: skip
    assert len(tables(tmp_path / "store")) > MANY
    return tmp_path / "store"


def tables(folder: Path) -> list[Path]:
    """The engine's tables, the largest first."""
    found = Path(Manifest(str(folder)).store).glob("*.sst")
    return sorted(found, key=lambda path: path.stat().st_size, reverse=True)


# ------------------------------------------------------------------ many tables


@pytest.mark.parametrize("query", FAR)
def test_a_limited_query_reads_a_store_of_many_tables(folder: Path, query: str) -> None:
    """The process of a query may open the tables that the engine has not opened yet."""
    rows = select(Store.open(folder), query).rows
    answer = run_query(query, str(folder), "csv", 60)
    assert len(answer.data.splitlines()) == len(rows) + 1 > 1


@pytest.mark.parametrize("many", [True, False])
def test_a_limited_query_has_no_descriptor_to_spare(folder: Path, built: Path, many: bool) -> None:
    """A process under limits opens no file and no socket but as many as tables are unopened."""
    program = """
import socket, sys
from modeldex.store import Store
from modeldex.worker.process import MEMORY, Limiter
store = Store.open(sys.argv[1])
Limiter(MEMORY, store)
taken = []
try:
    while True:
        taken += [socket.socket()]
except OSError as error:
    print(len(taken), error.strerror)
"""
    asked = folder if many else built
    done = subprocess.run(
        [sys.executable, "-c", program, str(asked)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    number, _, said = done.stdout.partition(" ")
    assert (done.returncode, said) == (0, "Too many open files\n"), done.stderr
    assert int(number) == max(0, len(tables(asked)) - AT_ONCE)


def test_what_the_engine_cannot_read_is_not_called_memory(folder: Path) -> None:
    """A table that cannot be opened is a fault of the store, with its remedy."""
    store = Store.open(folder)
    for table in tables(folder):
        table.unlink()
    with pytest.raises(StoreError, match=r"cannot be read: IO error.*--rebuild --store"):
        store.query(FAR[1])
