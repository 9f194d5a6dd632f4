"""Asking stored queries: values in, checked and bound; typed rows out."""

from __future__ import annotations

from operator import itemgetter

from modeldex.engine import Solutions, Triples
from modeldex.errors import BadInput, StoreError, UnknownName
from modeldex.facts import FactProperty, Thing
from modeldex.names import name_key, nearest
from modeldex.rows import Rows, row_type
from modeldex.stored_query import RELEASE
from modeldex.terms import ID, MDX, expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    import pyoxigraph as ox

    from modeldex.engine import Answer, Engine, Term
    from modeldex.naming import Naming
    from modeldex.stored_query import Column, Parameter, StoredQuery

SEPARABLE = ("thing", "property", "term", "integer", "decimal", "date", "boolean")


class Questions:
    """A collection of stored queries, by name.

    >>> import modeldex
    >>> modeldex.open().questions["retired-api-ids"].summary
    'Which API IDs were retired by a day?'
    """

    def __init__(self, queries: Iterable[StoredQuery]) -> None:
        self._queries = {query.name: query for query in queries}

    def __iter__(self) -> Any:
        return iter(self._queries.values())

    def __len__(self) -> int:
        return len(self._queries)

    def __getitem__(self, name: str) -> StoredQuery:
        """The query of that name. Raises UnknownName with suggestions."""
        if name in self._queries:
            return self._queries[name]
        raise UnknownName("query", name, nearest(name, {name_key(q): q for q in self._queries}))


def bound(
    query: StoredQuery, values: Mapping[str, object], naming: Naming, release: Callable[[], str]
) -> str:
    """The SPARQL of a query with these values; `release` tells the day of the release.

    Raises BadInput or UnknownName that names the parameter, what is wrong, and what would do.
    """
    from modeldex.binding import bind

    known = {parameter.name: parameter for parameter in query.params}
    for name in values:
        if name not in known:
            near = nearest(name, {name_key(each): each for each in known})
            remedy = f"did you mean {near[0]!r}?" if near else _usage(query)
            raise BadInput(f"{query.name} has no parameter {name!r}", remedy=remedy)
    terms = {
        parameter.name: _terms(query, parameter, values.get(parameter.name), naming, release)
        for parameter in query.params
    }
    return bind(query.sparql, terms)


def _usage(query: StoredQuery) -> str:
    listed = ", ".join(f"{each.name} ({each.type_text})" for each in query.params)
    return f"it takes {listed}" if listed else "it takes none"


def _terms(
    query: StoredQuery, parameter: Parameter, given: object, naming: Naming,
    release: Callable[[], str],
) -> Any:  # fmt: skip
    if given is None:
        if parameter.required or parameter.default is None:
            raise BadInput(
                f"{query.name} needs the parameter {parameter.name!r} ({parameter.type_text})",
                remedy=f"give {parameter.name}=...: {parameter.description}",
            )
        given = parameter.default
        if (parameter.type, given) == ("date", RELEASE):
            given = release()
    if not parameter.many:
        return _term(query, parameter, given, naming)
    each = _listed(parameter, given)
    if not each:
        raise _fault(query, parameter, "an empty list", "give at least one")
    return [_term(query, parameter, value, naming) for value in each]


def _listed(parameter: Parameter, given: object) -> list[object]:
    """A list as it is given; text with commas is one, where values can have no comma."""
    if isinstance(given, Thing | FactProperty | bytes):
        return [given]
    if isinstance(given, str):
        if parameter.type not in SEPARABLE:
            return [given]
        return [part.strip() for part in given.split(",") if part.strip()]
    try:
        return list(given)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        return [given]


def _term(
    query: StoredQuery, parameter: Parameter, value: object, naming: Naming
) -> ox.NamedNode | ox.Literal:
    from decimal import Decimal

    from modeldex.values import to_term

    if parameter.values and str(value) not in parameter.values:
        choice = ", ".join(parameter.values)
        raise _fault(query, parameter, f"{_shown(value)} is none of its values", f"known: {choice}")
    kind = parameter.type
    try:
        if kind == "thing":
            return to_term(_iri_of_thing(value, parameter, naming), "iri")
        if kind == "property":
            return to_term(_iri_of_property(value, naming), "iri")
        term = to_term(value.iri if isinstance(value, Thing) else value, kind)
        if parameter.minimum is not None and Decimal(term.value) < Decimal(parameter.minimum):
            raise BadInput(
                f"{_shown(value)} is too small", remedy=f"give {parameter.minimum} or more"
            )
        return term
    except UnknownName as error:
        what = parameter.kind.lower() if parameter.kind else kind
        raise UnknownName(
            f"{what} (parameter {parameter.name!r} of {query.name})", error.name, error.suggestions
        ) from None
    except BadInput as error:
        raise _fault(query, parameter, error.message, error.remedy) from None


def _iri_of_thing(value: object, parameter: Parameter, naming: Naming) -> str:
    """The IRI of a thing given by name; an IRI of another's namespace is taken as it is."""
    if isinstance(value, Thing):
        return value.iri
    if not isinstance(value, str):
        raise BadInput(f"{_shown(value)} is no name", remedy="give a name, an API ID or an IRI")
    iri = expand(value)
    if "://" in iri and not iri.startswith((ID, MDX)):
        return iri
    return naming.thing(value, parameter.kind).iri


def _iri_of_property(value: object, naming: Naming) -> str:
    if isinstance(value, FactProperty):
        return value.iri
    if not isinstance(value, str):
        raise BadInput(f"{_shown(value)} is no name", remedy="give the name of a property")
    return naming.property(value).iri


def _fault(query: StoredQuery, parameter: Parameter, message: str, remedy: str | None) -> BadInput:
    return BadInput(f"{query.name}: parameter {parameter.name!r}: {message}", remedy=remedy)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def answer_of(query: StoredQuery, answer: Answer) -> Rows | Triples | bool:
    """The answer of an engine, in the types that the query declares.

    Raises StoreError where the engine gives other columns or types.
    """
    if not isinstance(answer, Solutions):
        return answer
    from modeldex.values import reader

    # By column, so that what a type asks for is looked up once.
    cells = [
        map(reader(column.type), map(itemgetter(place), answer.rows))
        for column, place in zip(query.returns, _columns(query.returns, answer), strict=True)
    ]
    make = row_type(tuple(column.name for column in query.returns))
    return Rows(query.returns, list(map(make, zip(*cells, strict=True))))


def normal_terms(query: StoredQuery, answer: Solutions) -> Solutions:
    """The same rows as RDF terms, each in the one spelling, under the declared columns."""
    from modeldex.values import normal

    columns = _columns(query.returns, answer)
    types = [column.type for column in query.returns]
    rows: list[tuple[Term | None, ...]] = [
        tuple(normal(terms[n], kind) for n, kind in zip(columns, types, strict=True))
        for terms in answer.rows
    ]
    return Solutions(tuple(column.name for column in query.returns), rows)


def _columns(returns: Sequence[Column], answer: Solutions) -> list[int]:
    """Where each declared column stands in the answer."""
    if answer.rows and set(answer.variables) != {column.name for column in returns}:
        raise StoreError(f"the engine gives other columns: {', '.join(answer.variables)}")
    return [
        answer.variables.index(column.name) if column.name in answer.variables else 0
        for column in returns
    ]


def ask(engine: Engine, query: StoredQuery, sparql: str) -> Rows | Triples | bool:
    """Ask an engine, and give the answer its types."""
    return answer_of(query, engine.query(sparql))
