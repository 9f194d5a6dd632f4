"""The door to the dataset: an Oxigraph store on disk, opened read-only.

A dataset folder holds `modeldex.nq`, the dataset as canonical N-Quads, which is the truth; a
store folder, which is a cache of it; and `manifest`, which names both with their sizes and is
replaced last, so that the folder is always old or new. At opening the store's files are held
against the manifest: RocksDB opens a truncated store without a word, with most statements gone.
"""

from __future__ import annotations

import os

import pyoxigraph as ox

from modeldex.errors import BadQuery, StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FORMAT = "modeldex-dataset 1"
TEXT = "modeldex.nq"
INDEX = "index.sqlite"


class Manifest:
    """What a dataset folder says of itself: a line each, `name value`."""

    def __init__(self, folder: str) -> None:
        path = os.path.join(folder, "manifest")
        try:
            with open(path, encoding="utf-8") as file:
                lines = file.read().splitlines()
        except OSError as error:
            raise StoreError(f"no dataset in {folder}: {error.strerror}; run: modeldex build") from None
        except UnicodeDecodeError:
            lines = []
        if not lines or not lines[0].startswith("modeldex-dataset ") or lines[-1] != "end":
            raise StoreError(f"{path} is damaged; run: modeldex build")
        if lines[0] != FORMAT:
            raise StoreError(
                f"{folder} was written by another version ({lines[0]!r}, this one reads {FORMAT!r}); "
                "run: modeldex build"
            )
        self.folder = folder
        self.values: dict[str, str] = {}
        self.files: dict[str, int] = {}
        for line in lines[1:-1]:
            name, _, value = line.partition(" ")
            if name == "file":
                size, _, file_name = value.partition(" ")
                self.files[file_name] = int(size)
            else:
                self.values[name] = value

    @property
    def store(self) -> str:
        return os.path.join(self.folder, self.values["store"])

    def check_store(self) -> None:
        """Raise StoreError where the files of the store are not those that were written."""
        try:
            found = {entry.name: entry.stat().st_size for entry in os.scandir(self.store)}
        except OSError:
            found = {}
        for name, size in self.files.items():
            if found.get(name) != size:
                raise StoreError(f"{self.store} is damaged: {name}; run: modeldex build")


class Store:
    """A dataset that answers SPARQL. The default graph is the union of the named graphs.

    >>> store = Store.packaged()
    >>> rows = store.select("SELECT (COUNT(*) AS ?n) WHERE { ?c a mdx:Claim }")
    >>> int(next(rows)[0].value) > 100
    True
    """

    def __init__(self, engine: ox.Store, manifest: Manifest | None = None) -> None:
        self.engine = engine
        self.manifest = manifest

    @classmethod
    def open(cls, folder: str | Path) -> Store:
        """Open a dataset folder. A damaged store is passed over for the text it was made of."""
        manifest = Manifest(str(folder))
        try:
            manifest.check_store()
            return cls(ox.Store.read_only(manifest.store), manifest)
        except (StoreError, OSError) as damage:
            return cls(_from_text(manifest, damage), manifest)

    @classmethod
    def packaged(cls) -> Store:
        """The dataset that came with the package."""
        from modeldex.packaged import dataset

        return cls.open(dataset())

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> Store:
        """A store in memory that holds these statements."""
        engine = ox.Store()
        engine.bulk_extend(quads)
        return cls(engine)

    def select(self, query: str) -> ox.QuerySolutions:
        """The rows of a SELECT query; terms are pyoxigraph's, None where unbound."""
        results = self.query(query)
        if not isinstance(results, ox.QuerySolutions):
            raise BadQuery("not a SELECT query")
        return results

    def query(self, query: str) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        """Any query: solutions, triples or a yes/no. Raises BadQuery with line and column."""
        try:
            return self.engine.query(query, prefixes=_prefixes(), use_default_graph_as_union=True)
        except SyntaxError as error:
            raise _bad_query(str(error)) from None


def _prefixes() -> dict[str, str]:
    from modeldex.terms import PREFIXES

    return PREFIXES


def _bad_query(message: str) -> BadQuery:
    """`error at LINE:COLUMN: expected one of ...` as an error with its place."""
    place, _, rest = message.removeprefix("error at ").partition(": ")
    line, _, column = place.partition(":")
    if not (line.isdigit() and column.isdigit()):
        return BadQuery(" ".join(message.split()))
    return BadQuery(
        "SPARQL syntax error", file="query", line=int(line), column=int(column),
        remedy=" ".join(rest.split())[:120],
    )  # fmt: skip


def _from_text(manifest: Manifest, damage: Exception) -> ox.Store:
    import hashlib
    import sys

    path = os.path.join(manifest.folder, TEXT)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != manifest.values.get("sha256"):
        raise StoreError(f"{manifest.folder} is damaged, the text too; install modeldex again")
    print(f"modeldex: {damage}; answering from {TEXT}", file=sys.stderr)
    engine = ox.Store()
    engine.bulk_load(data, format=ox.RdfFormat.N_QUADS)
    return engine
