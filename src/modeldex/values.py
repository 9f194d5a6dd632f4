"""Terms to Python values and back, by the type that a stored query declares.

Engines spell values each in their own way (3.10, 3.1; true, 1): what comes in is brought to the
one spelling of `literals`, so that all engines give the same answer.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cache, lru_cache

import pyoxigraph as ox

from modeldex import literals
from modeldex.binding import write_term
from modeldex.errors import BadInput, StoreError
from modeldex.iri import Iri
from modeldex.partial_date import PartialDate, date_of
from modeldex.terms import MDX, XSD, expand, local_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from modeldex.engine import Term
    from modeldex.rows import Value

INTEGERS = {XSD + name for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger",
                                    "positiveInteger", "unsignedInt", "unsignedLong")}  # fmt: skip
DATES = {10: "date", 7: "gYearMonth", 4: "gYear"}
DATE_TYPES = {XSD + name for name in DATES.values()}
EXACT = INTEGERS | DATE_TYPES | {XSD + "decimal", XSD + "boolean"}
REMEMBERED = 4096
"""So many values that were read are kept in memory; text never is."""
REMEDIES = {
    "string": "give text",
    "integer": "give a whole number, such as 200000",
    "decimal": "give a number as text or Decimal, such as 0.15",
    "boolean": "give true or false",
    "date": "write YYYY-MM-DD",
    "iri": "give an absolute IRI",
    "term": "give one of the values",
}


def to_term(value: object, type_name: str) -> ox.NamedNode | ox.Literal:
    """A value, as Python has it or as text, as a term of a parameter's type.

    Raises BadInput, without the parameter's name, for what is not of that type. A float is no
    exact number, so it is refused.

    >>> print(to_term("3.10", "decimal"))
    "3.1"^^<http://www.w3.org/2001/XMLSchema#decimal>
    >>> to_term(0.1, "decimal")
    Traceback (most recent call last):
    modeldex.errors.BadInput: 0.1 is no decimal; give a number as text or Decimal, such as 0.15
    """
    try:
        return _TERMS[type_name](value)
    except BadInput as error:
        reason = f": {error.message}"
    except (ValueError, TypeError):
        reason = ""
    shown = repr(value if not isinstance(value, str) else value[:60])
    raise BadInput(f"{shown} is no {type_name}{reason}", remedy=REMEDIES[type_name])


def _string(value: object) -> ox.Literal:
    if not isinstance(value, str):
        raise TypeError
    return ox.Literal(str(value))


def _integer(value: object) -> ox.Literal:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return _literal(str(value).strip(), XSD + "integer")


def _decimal(value: object) -> ox.Literal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise TypeError
    text = format(value, "f") if isinstance(value, Decimal) else str(value).strip()
    return _literal(text, XSD + "decimal")


def _boolean(value: object) -> ox.Literal:
    if not isinstance(value, bool | str):
        raise TypeError
    words = {"yes": "true", "no": "false"}
    text = str(value).strip().lower()
    return _literal(words.get(text, text), XSD + "boolean")


def _date(value: object) -> ox.Literal:
    if isinstance(value, datetime.datetime) or not isinstance(value, str | datetime.date):
        raise TypeError
    return _literal(str(value).strip(), XSD + "date")


def _iri(value: object) -> ox.NamedNode:
    if not isinstance(value, str):
        raise TypeError
    node = ox.NamedNode(expand(str(value)))
    write_term(node)
    return node


def _term(value: object) -> ox.NamedNode:
    if not isinstance(value, str) or not value.isascii() or not value.isalnum():
        raise TypeError
    return ox.NamedNode(MDX + value)


_TERMS: dict[str, Callable[[object], ox.NamedNode | ox.Literal]] = {
    "string": _string, "integer": _integer, "decimal": _decimal, "boolean": _boolean,
    "date": _date, "iri": _iri, "term": _term,
}  # fmt: skip


def _literal(lexical: str, datatype: str) -> ox.Literal:
    return ox.Literal(literals.canonical(lexical, datatype), datatype=ox.NamedNode(datatype))


def to_value(term: Term | None, type_name: str) -> Value:
    """A term of an answer as the Python value of a column's type.

    `Iri`, `str`, `int`, `Decimal`, `bool`, `datetime.date` or `PartialDate`; a `term` is the
    local name of a term of the vocabulary. Raises StoreError for what is of another type.

    >>> to_value(ox.NamedNode("https://w3id.org/modeldex/vocab#verified"), "term")
    'verified'
    >>> to_value(ox.Literal("1", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")),
    ...          "boolean")
    True
    """
    return reader(type_name)(term)


@cache
def reader(type_name: str) -> Callable[[Term | None], Value]:
    """What `to_value` does for one type: for a whole column, looked up once."""
    of_iri, of_literal = _IRIS.get(type_name), _LITERALS.get(type_name)

    def read(term: Term | None) -> Value:
        if term is None:
            return None
        try:
            if of_iri and isinstance(term, ox.NamedNode):
                return of_iri(term.value)
            if of_literal and isinstance(term, ox.Literal):
                return of_literal(term)
        except ValueError:
            pass
        raise StoreError(f"the engine gives {str(term)[:80]}, which is no {type_name}")

    return read


def _any(term: ox.Literal) -> Value:
    datatype = term.datatype.value
    return _exact(term.value, datatype) if datatype in EXACT else term.value


def _only(datatypes: set[str], of_type: str | None = None) -> Callable[[ox.Literal], Value]:
    def of_these(term: ox.Literal) -> Value:
        datatype = term.datatype.value
        if datatype not in datatypes:
            raise ValueError
        return _exact(term.value, of_type or datatype)

    return of_these


@lru_cache(maxsize=REMEMBERED)
def _exact(lexical: str, datatype: str) -> Value:
    """A number, a boolean or a date: few are asked for often."""
    if datatype in INTEGERS:
        return int(literals.canonical(lexical, XSD + "integer"))
    spelling = literals.canonical(lexical, datatype)
    if datatype == XSD + "decimal":
        return Decimal(spelling)
    return spelling == "true" if datatype == XSD + "boolean" else date_of(spelling)


_local_name = lru_cache(maxsize=REMEMBERED)(local_name)
_IRIS: dict[str, Callable[[str], Value]] = {"iri": Iri, "any": Iri, "term": _local_name}
_LITERALS: dict[str, Callable[[ox.Literal], Value]] = {
    "string": lambda term: term.value,
    "iri": lambda term: Iri(term.value),
    "integer": _only(INTEGERS),
    "decimal": _only(INTEGERS | {XSD + "decimal"}, XSD + "decimal"),
    "boolean": _only(INTEGERS | {XSD + "boolean"}, XSD + "boolean"),
    "date": _only(DATE_TYPES),
    "any": _any,
}


def normal(term: Term | None, type_name: str) -> Term | None:
    """The term in the one spelling, whatever the engine."""
    value = to_value(term, type_name)
    if isinstance(term, ox.Literal) and not isinstance(value, Iri):
        return _respelt(term, value, type_name)
    return term


def _respelt(term: ox.Literal, value: Any, type_name: str) -> ox.Literal:
    if isinstance(value, bool) or type_name == "boolean":
        return _boolean(bool(value))
    if type_name == "decimal" or isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, datetime.date | PartialDate):
        return _literal(str(value), XSD + DATES[len(str(value))])
    return term
