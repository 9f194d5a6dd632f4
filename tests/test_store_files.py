"""A store of catalogues has many files of the engine: all are read, and damage is one line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from modeldex.dex import Modeldex
from modeldex.engine import select
from modeldex.errors import StoreError
from modeldex.exports.selection import Selection
from modeldex.exports.text import sorted_text
from modeldex.importers import loading
from modeldex.importers.keeping import Import, Outcome, import_document
from modeldex.manifest import SMALL, Manifest, checked_files, checksum
from modeldex.store import Store
from modeldex.worker import run_query
from modeldex.worker.messages import LENGTH, Request, encoded
from modeldex.worker.process import answer

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


def fill(folder: Path) -> Outcome:
    text = json.dumps(PRICES).encode()
    return import_document(folder, text, Import("litellm", "2025-01-31", ""))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of catalogues whose statements stand in many tables."""
    monkeypatch.setattr(loading, "PIECE", 2**18)
    fill(tmp_path / "store")
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


# ------------------------------------------------------------------ changed content


def change(file: Path) -> None:
    """Change 16 bytes in the middle, so that the size stays."""
    data = bytearray(file.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 16] = bytes(byte ^ 255 for byte in data[middle : middle + 16])
    file.write_bytes(data)


def damaged(folder: Path) -> Store:
    """A store that was opened all the same, as where only large files have changed."""
    for table in tables(folder):
        if table.stat().st_size > 2**15:  # in the middle of others stand their properties
            change(table)
    manifest = Manifest(str(folder))
    return Store(ox.Store.read_only(manifest.store), manifest)


def test_an_import_finds_changed_content_and_builds_anew(folder: Path) -> None:
    """Also in a large file, which no start of a command reads."""
    (largest, *_) = tables(folder)
    assert largest.stat().st_size > SMALL
    before = Manifest(str(folder)).store
    change(largest)
    outcome = fill(folder)
    assert outcome.changed
    assert Manifest(str(folder)).store != before
    assert Manifest(str(folder)).damage(every=True) is None
    assert not fill(folder).changed


def test_a_validation_says_in_one_line_that_content_has_changed(folder: Path) -> None:
    """What the engine would see only in the middle of an answer, or never."""
    (largest, *_) = tables(folder)
    change(largest)
    result = subprocess.run(
        [sys.executable, "-m", "modeldex", "validate", "--store", str(folder)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert f"the content of {largest.name} has changed" in line
    assert f"run: modeldex import --rebuild --store {folder}" in line


@pytest.mark.parametrize(
    "read",
    [
        lambda store: store.query("SELECT * { GRAPH ?g { ?s ?p ?o } }"),
        lambda store: list(store.quads()),
        sorted_text,
        lambda store: list(Selection(Modeldex.of(store)).quads()),
    ],
    ids=["query", "quads", "text", "export"],
)
def test_changed_content_met_in_an_answer_is_an_error_with_its_remedy(
    folder: Path, read: Callable[[Store], object]
) -> None:
    """The reading stops at the first part that the engine cannot give."""
    with pytest.raises(StoreError, match=r"is damaged: Corruption.*--rebuild --store"):
        read(damaged(folder))


def test_a_limited_query_names_changed_content(folder: Path) -> None:
    """The process of a query passes on the fault as one of the store."""
    query = encoded("SELECT * { GRAPH ?g { ?s ?p ?o } }", Request("json", None))
    kind, syntax, said = answer(damaged(folder), query[LENGTH.size :])
    assert (kind, syntax) == ("error", "store")
    assert "is damaged: Corruption" in json.loads(said)["message"]


def change_as_if_large(folder: Path, table: Path) -> None:
    """Change a table, and have the manifest say of it what it says of a large one."""
    before = checksum(str(table.parent), [table.name])
    change(table)
    found, path = Manifest(str(folder)), folder / "manifest"
    small = checksum(found.store, checked_files(found.files, of_catalogues=True))
    text = path.read_text().replace(f"crc32 {found.values['crc32']}", f"crc32 {small}")
    path.write_text(text.replace("\nend\n", f"\ncheck {before} {table.name}\nend\n"))


def test_a_query_that_damage_keeps_going_is_not_called_too_large(folder: Path) -> None:
    """The engine counts for ever where a table cannot be read; the store is at fault."""
    for table in tables(folder):
        if SMALL // 2 < table.stat().st_size < SMALL:
            change_as_if_large(folder, table)
    with pytest.raises(StoreError, match=r"has changed; run: .*--rebuild --store"):
        run_query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", str(folder), "csv", 20)
