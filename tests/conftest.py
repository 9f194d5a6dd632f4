"""What the tests share: a dataset built from the checkout, and the command line as a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from servers import oxigraph_fixture, virtuoso_fixture  # noqa: F401 - fixtures for all tests

import modeldex
from modeldex import packaged
from modeldex.build import build
from modeldex.dex import Modeldex
from modeldex.errors import StoreError
from modeldex.manifest import TEXT, Manifest
from modeldex.store import Store

ROOT = Path(__file__).parent.parent
SOURCES = Path(modeldex.__file__).parent.parent

DATASET = pytest.StashKey["tempfile.TemporaryDirectory[str]"]()
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Bring the packaged dataset up to date.

    An editable install is built once and the data are edited after it; without this, the tests
    of `modeldex.open()` and of the command line would look at yesterday's data.
    """
    os.environ.pop("MODELDEX_DATASET", None)
    folder = tempfile.TemporaryDirectory(prefix="modeldex-")
    session.config.stash[DATASET] = folder
    fresh, packed = Path(folder.name), Path(packaged.dataset())
    build(ROOT, fresh)
    if not _is_current(packed, fresh):
        build(ROOT, packed)


def _is_current(packed: Path, fresh: Path) -> bool:
    try:
        damage = Manifest(str(packed)).damage(contents=True)
        same = (packed / TEXT).read_bytes() == (fresh / TEXT).read_bytes()
    except (StoreError, OSError):
        return False
    return same and not damage


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing behind."""
    session.config.stash[DATASET].cleanup()


@pytest.fixture(scope="session")
def built(pytestconfig: pytest.Config) -> Path:
    """A dataset folder, freshly built from `data/` and `ontology/`. Not to be written to."""
    return Path(pytestconfig.stash[DATASET].name)


@pytest.fixture(scope="session")
def dex(built: Path) -> Modeldex:
    """That dataset as users open it: through the index."""
    return Modeldex.open(built)


@pytest.fixture(scope="session")
def store(built: Path) -> Store:
    """The store of that dataset."""
    return Store.open(built)


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The least a subprocess needs to run this Modeldex."""
    return {"PYTHONPATH": str(SOURCES), "PATH": os.environ.get("PATH", "")}


@pytest.fixture(scope="session")
def run(environment: dict[str, str]) -> Run:
    """`run("show", "gpt-4o")`: the command line in a process of its own."""

    def run_modeldex(
        *words: str | Path,
        env: dict[str, str] | None = None,
        stdin: str = "",
        cwd: Path | None = None,
        timeout: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "modeldex", *map(str, words)],
            env=environment | {"PYTHONUTF8": "1"} | (env or {}),
            input=stdin, cwd=cwd, timeout=timeout,
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip

    return run_modeldex


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of `data/`, `ontology/` and `queries/` that a test may alter."""
    copy = tmp_path / "checkout"
    for folder in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / folder, copy / folder)
    return copy
