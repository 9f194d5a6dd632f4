"""The documents of a store of catalogues are enough to make it anew, and say what they are."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path

import pytest

from modeldex.errors import BadInput, StoreError
from modeldex.importers.documents import Import
from modeldex.importers.keeping import import_document, rebuild
from modeldex.manifest import Manifest
from modeldex.store import Store

FIRST = {"acme/sage": {"litellm_provider": "acme", "max_output_tokens": 4096}}
SECOND = {"acme/sage": {"litellm_provider": "acme", "max_output_tokens": 8192}}


def fill(folder: Path, document: object, day: str, **more: str) -> None:
    import_document(folder, json.dumps(document).encode(), Import("litellm", day, "", **more))


def imports(folder: Path) -> set[str]:
    return set(Manifest(str(folder)).imports)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store of two documents, one of which speaks for two days."""
    store = tmp_path / "store"
    fill(store, FIRST, "2025-01-31", version="1.2", url="https://example.org/prices.json")
    fill(store, SECOND, "2025-06-30", file="second.json")
    fill(store, FIRST, "2025-09-30")
    return store


def lose(folder: Path) -> None:
    (folder / "manifest").unlink()


def damage(folder: Path) -> None:
    path = folder / "manifest"
    path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize("spoil", [lose, damage])
def test_a_store_without_a_sound_manifest_is_made_of_its_documents(
    folder: Path, spoil: object
) -> None:
    """Catalogue, day, version, address and file name of each are as before."""
    before, statements = imports(folder), len(Store.open(folder).engine)
    assert callable(spoil)
    spoil(folder)
    with pytest.raises(StoreError, match=f"run: modeldex import --rebuild --store {folder}"):
        Store.open(folder)
    assert rebuild(folder) == statements
    assert imports(folder) == before


@pytest.mark.parametrize("spoil", [lose, damage])
def test_the_next_import_keeps_the_documents_of_a_lost_manifest(
    folder: Path, spoil: object
) -> None:
    """It adds to what was imported before."""
    before = imports(folder)
    assert callable(spoil)
    spoil(folder)
    fill(folder, SECOND, "2025-12-31")
    assert imports(folder) > before
    assert len(imports(folder)) == 4


def test_a_document_that_does_not_say_what_it_is_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is forgotten without a word."""
    lose(folder)
    said = sorted((folder / "documents").glob("*.imports"))
    said[0].unlink()
    rebuild(folder)
    assert f"{said[0].with_suffix('.json')}: of which catalogue" in capsys.readouterr().err


def test_a_missing_document_is_named_with_the_manifest_lost(folder: Path) -> None:
    """What stands beside it still tells which is to be imported again."""
    lose(folder)
    for path in (folder / "documents").glob("*.json"):
        path.unlink()
    with pytest.raises(StoreError, match=r"is missing or damaged; import .* again"):
        rebuild(folder)


def test_a_store_of_an_earlier_version_says_it_from_the_next_import_on(folder: Path) -> None:
    """Also where that changes nothing."""
    for path in (folder / "documents").glob("*.imports"):
        path.unlink()
    fill(folder, SECOND, "2025-06-30")
    before = imports(folder)
    lose(folder)
    rebuild(folder)
    assert imports(folder) == before


def test_a_document_of_another_catalogue_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    """Neither itself, nor what is known of it, nor a new folder."""
    text = json.dumps(FIRST).encode()
    with pytest.raises(BadInput, match=r"models\.dev"):
        import_document(tmp_path / "new", text, Import("models.dev", "2025-01-31", ""))
    assert not (tmp_path / "new").exists()
    before = sorted(folder.rglob("*"))
    other = json.dumps({"other": 1}).encode()
    with pytest.raises(BadInput, match=r"models\.dev"):
        import_document(folder, other, Import("models.dev", "2025-01-31", ""))
    assert sorted(folder.rglob("*")) == before


def test_an_empty_folder_is_said_to_hold_no_dataset(tmp_path: Path) -> None:
    """In one line that says what to name instead."""
    result = subprocess.run(
        [sys.executable, "-m", "modeldex", "show", "gpt-4o", "--store", str(tmp_path)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert "nothing was built or imported there" in line
    assert "name a folder that modeldex import wrote, or run: modeldex build" in line


def test_a_store_of_another_version_can_be_built_anew(folder: Path) -> None:
    """Where that is asked for; its documents are of no version."""
    before, path = imports(folder), folder / "manifest"
    path.write_text(path.read_text().replace("modeldex-dataset 3", "modeldex-dataset 9"))
    with pytest.raises(StoreError, match=r"9', not 'modeldex-dataset 3'\); run: .*--rebuild"):
        fill(folder, FIRST, "2025-12-31")
    rebuild(folder)
    assert imports(folder) == before


def test_an_empty_version_is_none(tmp_path: Path) -> None:
    """As if it had not been given."""
    fill(tmp_path / "store", FIRST, "2025-01-31", version="")
    (line,) = imports(tmp_path / "store")
    assert json.loads(line)["version"] is None


def test_today_is_no_day_to_come(tmp_path: Path) -> None:
    """A document may speak for the day on which it is imported."""
    today = datetime.date.today().isoformat()
    fill(tmp_path / "store", FIRST, today)
    assert today in imports(tmp_path / "store").pop()
