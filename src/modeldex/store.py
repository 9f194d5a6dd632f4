"""The default engine: Oxigraph, embedded; a dataset on disk is opened read-only.

At opening the store's files are held against the manifest of the folder: RocksDB opens a
truncated store without a word, with most statements gone.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import lru_cache

import pyoxigraph as ox

from modeldex.engine import Triples, solutions_of
from modeldex.errors import BadQuery, StoreError
from modeldex.manifest import REMEDY, TEXT, Manifest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from modeldex.engine import Answer

    Subject = ox.NamedNode | ox.BlankNode | ox.Triple
    Object = Subject | ox.Literal

_BEHIND = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-:")
_BEFORE = _BEHIND | {"?", "$"}

BASE = "https://w3id.org/modeldex/"
"""What relative IRIs in a query are relative to, so that `<id/model/gpt-4o>` is one."""
NO_NETWORK = "a query reaches no network and no file"
Results = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean


class Store:
    """A dataset that answers SPARQL. The default graph is the union of the named graphs.

    >>> store = Store.packaged()
    >>> answer = store.query("SELECT (COUNT(*) AS ?n) WHERE { ?c a mdx:Claim }")
    >>> answer.variables, int(answer.rows[0][0].value) > 100
    (('n',), True)
    """

    def __init__(self, engine: ox.Store, manifest: Manifest | None = None) -> None:
        self.engine = engine
        self.manifest = manifest

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Store:
        """Open a dataset folder. A damaged store is passed over for the text it was made of."""
        manifest = Manifest(os.fspath(folder))
        while True:
            try:
                damage = manifest.damage(contents=True)
                if not damage:
                    return cls(ox.Store.read_only(manifest.store), manifest)
            except (OSError, RuntimeError) as error:  # RocksDB's "corruption" is the latter
                damage = f"{manifest.store} is damaged: {' '.join(str(error).split())}"
            newer = Manifest(os.fspath(folder))
            if newer.values == manifest.values:
                if manifest.of_catalogues:
                    raise StoreError(f"{damage}; {manifest.remedy}")
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

    def query(self, query: str) -> Answer:
        """The whole answer, see `Engine`. Raises BadQuery with line and column."""
        with self.reading():
            return self._query(query)

    def _query(self, query: str) -> Answer:
        results = self.results(query)
        try:
            if isinstance(results, ox.QuerySolutions):
                return solutions_of(results)
            if isinstance(results, ox.QueryTriples):
                return Triples(tuple(sorted(set(results), key=str)))
            return bool(results)
        finally:
            # They may only be dropped by their own thread, and an exception would keep them.
            del results

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What the engine's files cannot give, as one StoreError with its remedy.

        The engine reads a file only when it needs it, and checks it only then.
        """
        try:
            yield
        except (OSError, RuntimeError) as error:
            said = " ".join(str(error).split())
            if self.manifest is None or (isinstance(error, OSError) and not _of_engine(said)):
                raise
            state = "cannot be read" if isinstance(error, OSError) else "is damaged"
            raise StoreError(
                f"{self.manifest.store} {state}: {said}; {self.manifest.remedy}"
            ) from None

    def quads(
        self,
        subject: Subject | None = None,
        predicate: ox.NamedNode | None = None,
        object: Object | None = None,
        graph: ox.NamedNode | ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """The statements that match, of all graphs where none is named, in no order."""
        with self.reading():
            yield from self.engine.quads_for_pattern(subject, predicate, object, graph)

    def results(
        self,
        query: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Results:
        """The engine's own results, as they come. Raises BadQuery with line and column.

        Graphs that are named here are the dataset of the query, whatever its FROM says.
        """
        refuse(query, "service")
        graphs: dict[str, Any]
        if default_graphs or named_graphs:
            graphs = {"default_graph": _graphs(default_graphs),
                      "named_graphs": _graphs(named_graphs)}  # fmt: skip
        else:
            # The union would override what FROM says.
            graphs = {"use_default_graph_as_union": not mentions(query, "from")}
        try:
            # Stored queries declare their prefixes; handing over all of ours takes its time.
            return self.engine.query(query, **graphs)
        except SyntaxError:
            pass
        try:
            return self.engine.query(query, base_iri=BASE, prefixes=_prefixes(), **graphs)
        except SyntaxError as error:
            raise _bad_query(str(error)) from None


def _of_engine(said: str) -> bool:
    """Whether this is what RocksDB says of a file, not what Python or a network says."""
    return said.startswith("IO error")


@lru_cache(maxsize=64)
def mentions(query: str, keyword: str) -> bool:
    """Whether a keyword stands in a query, outside strings, IRIs, comments and names.

    >>> mentions("SELECT ?from { ?s ?p 'FROM' }", "from")
    False
    """
    if not _may_stand(keyword, query.lower()):
        return False
    import re

    from modeldex.reading import without_strings

    pattern = rf"(?<![\w:?$-]){keyword}(?![\w:-])"
    return re.search(pattern, without_strings(query), re.IGNORECASE) is not None


def _may_stand(keyword: str, lowered: str) -> bool:
    """Whether it stands there other than as or in a plain name: `from`, not `?validFrom`."""
    at = lowered.find(keyword)
    if "\\" in lowered:  # an escape ends a name for those who read on
        return at >= 0
    while at >= 0:
        end = at + len(keyword)
        if lowered[at - 1 : at] not in _BEFORE and lowered[end : end + 1] not in _BEHIND:
            return True
        at = lowered.find(keyword, end)
    return False


def refuse(query: str, *keywords: str) -> None:
    """Raise BadQuery for a query that would have its engine fetch something."""
    for keyword in keywords:
        if mentions(query, keyword):
            message = f"{keyword.upper()} is not followed"
            raise BadQuery(message, file="query", remedy=NO_NETWORK)


def _graphs(names: Sequence[str]) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(name) for name in names]
    except ValueError as error:
        raise BadQuery(f"a graph is named by an IRI: {error}") from None


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
