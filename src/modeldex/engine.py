"""What an engine is: something that answers SPARQL. Three do: `store`, `rdflib_store`, `endpoint`.

Terms are pyoxigraph's, whatever the engine; an unbound variable is None.
"""

from __future__ import annotations

from modeldex.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol, TypeAlias

    import pyoxigraph as ox

    Term: TypeAlias = "ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple"
    Row: TypeAlias = "tuple[Term | None, ...]"
    Answer: TypeAlias = "Solutions | Triples | bool"

    class Engine(Protocol):
        """Something that answers SPARQL queries; reading it from many threads is safe."""

        def query(self, query: str) -> Answer:
            """The whole answer: solutions, triples, or yes and no.

            The prefixes of Modeldex need not be declared. Raises BadQuery for a broken query,
            LimitReached where an answer would be cut, StoreError where there is none.
            """


class Solutions(NamedTuple):
    """The rows of a SELECT query: the variables without `?`, and a term for each in each row."""

    variables: tuple[str, ...]
    rows: list[Row]


class Triples(NamedTuple):
    """The triples of a CONSTRUCT or DESCRIBE query, each once, in the order of their N-Triples."""

    triples: tuple[ox.Triple, ...]


def solutions_of(results: ox.QuerySolutions) -> Solutions:
    """All rows of pyoxigraph's own results."""
    return Solutions(tuple(v.value for v in results.variables), list(map(tuple, results)))


def select(engine: Engine, query: str) -> Solutions:
    """The rows of a SELECT query. Raises BadQuery for a query of another form."""
    answer = engine.query(query)
    if isinstance(answer, Solutions):
        return answer
    from modeldex.errors import BadQuery

    raise BadQuery("not a SELECT query")
