"""The door to the dataset: an Oxigraph store on disk, opened read-only.

At opening the store's files are held against the manifest of the folder: RocksDB opens a
truncated store without a word, with most statements gone.
"""

from __future__ import annotations

import os

import pyoxigraph as ox

from modeldex.errors import BadQuery, StoreError
from modeldex.manifest import REMEDY, TEXT, Manifest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Results = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean


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
        while True:
            try:
                damage = manifest.damage(contents=True)
                if not damage:
                    return cls(ox.Store.read_only(manifest.store), manifest)
            except (OSError, RuntimeError) as error:  # RocksDB's "corruption" is the latter
                damage = f"{manifest.store} is damaged: {' '.join(str(error).split())}"
            newer = Manifest(str(folder))
            if newer.values == manifest.values:
                return cls(_from_text(manifest, str(damage)), manifest)
            # A build has replaced the dataset in between.
            manifest = newer

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

    def query(self, query: str) -> Results:
        """Any query: solutions, triples or a yes/no. Raises BadQuery with line and column."""
        try:
            return self.engine.query(
                query,
                prefixes=_prefixes(),
                use_default_graph_as_union=not _has_dataset_clause(query),
            )
        except SyntaxError as error:
            raise _bad_query(str(error)) from None


def _has_dataset_clause(query: str) -> bool:
    """Whether the query says by FROM what its default graph is; the union would override it."""
    if "from" not in query.lower():
        return False
    import re

    from modeldex.reading import without_strings

    bare = without_strings(query)
    return re.search(r"(?<![\w:?$-])from(?![\w:-])", bare, re.IGNORECASE) is not None


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


def _from_text(manifest: Manifest, damage: str) -> ox.Store:
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
    print(f"modeldex: {damage}; answering from {TEXT}, slower; {REMEDY}", file=sys.stderr)
    engine = ox.Store()
    engine.bulk_load(data, format=ox.RdfFormat.N_QUADS)
    return engine
