"""From JSON values to terms, exactly: prices, counts, dates, yes and no. Raises Refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any

import pyoxigraph as ox

from modeldex.dates import is_date
from modeldex.importers.said import Reading, Refused, Value
from modeldex.literals import canonical, type_of_date
from modeldex.terms import XSD

EXACT = Context(prec=400, traps=[Inexact, InvalidOperation])
HIGHEST_PRICE = Decimal(1_000_000)
HIGHEST_COUNT = 10**12
PER_MILLION = Decimal(1_000_000)
INPUTS = {"text": "textInput", "image": "imageInput", "audio": "audioInput", "video": "videoInput"}
OUTPUTS = {"text": "textOutput", "image": "imageOutput", "audio": "audioOutput",
           "video": "videoOutput"}  # fmt: skip
"""The words for modalities on which the catalogues agree."""
UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def price(name: str, factor: Decimal | int = 1, within: tuple[str, ...] = ()) -> Reading:
    """A price that the catalogue states for another quantity: `factor` times it is ours.

    >>> price("inputPrice", PER_MILLION)(Decimal("1.5e-07"))[0].term
    '"0.15"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """

    def read(value: Any) -> list[Value]:
        number = decimal_of(value)
        amount = EXACT.multiply(number, Decimal(factor)) if number else Decimal(0)
        if amount < 0:
            raise Refused(f"a price below 0: {value}")
        if amount > HIGHEST_PRICE:
            raise Refused(f"a price beyond belief: {shown(value)}")
        return [Value(name, literal(plain(amount), "decimal"), within)]

    return of((name,), read, within)


def count(name: str) -> Reading:
    """A whole number, 1 or more.

    >>> count("contextWindow")(Decimal("128000.0"))[0].term
    '"128000"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """

    def read(value: Any) -> list[Value]:
        number = decimal_of(value)
        if number.adjusted() > 13 or number > HIGHEST_COUNT:
            raise Refused(f"a count beyond belief: {shown(value)}")
        if number < 1:
            raise Refused(f"a count below 1: {shown(value)}")
        if number != number.to_integral_value():
            raise Refused(f"not a whole number: {shown(value)}")
        return [Value(name, literal(str(int(number)), "integer"))]

    return of((name,), read)


def yes_no(name: str) -> Reading:
    """True or false."""

    def read(value: Any) -> list[Value]:
        if not isinstance(value, bool):
            raise Refused(f"neither true nor false: {shown(value)}")
        return [Value(name, boolean(value))]

    return of((name,), read)


def date(name: str) -> Reading:
    """A date at the precision that it is given: YYYY, YYYY-MM or YYYY-MM-DD."""

    def read(value: Any) -> list[Value]:
        return [Value(name, date_term(value))]

    return of((name,), read)


def words(names: Mapping[str, str]) -> Reading:
    """A list of words that each name something the model can do.

    >>> [value.property for value in words({"text": "textInput"})(["text"])]
    ['textInput']
    """

    def read(value: Any) -> list[Value]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise Refused(f"not a list of words: {shown(value)}")
        unknown = [each for each in value if each not in names]
        if unknown:
            raise Refused(f"an unknown word: {shown(unknown[0])}")
        return [Value(names[each], boolean(True)) for each in dict.fromkeys(value)]

    return of(tuple(names.values()), read)


def text(name: str) -> Reading:
    """Text that programs use to the letter."""

    def read(value: Any) -> list[Value]:
        return [Value(name, string(value))]

    return of((name,), read)


def of(names: Iterable[str], read: Reading, within: tuple[str, ...] | None = ()) -> Reading:
    """A reading whose refusals name the properties of which the value would have told."""

    def reading(value: Any) -> list[Value]:
        try:
            return read(value)
        except Refused as error:
            if error.unread is None:
                error.unread = tuple((name, within) for name in names)
            raise

    return reading


def decimal_of(value: Any) -> Decimal:
    """The exact number. Raises Refused for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused(f"not a number: {shown(value)}")
    number = Decimal(value)
    if number.adjusted() > 30 or (number and number.adjusted() < -30):
        raise Refused(f"a number beyond belief: {shown(value)}")
    return number


def plain(number: Decimal) -> str:
    """The number in the spelling of xsd:decimal. Raises Refused if it cannot be kept exactly."""
    try:
        return canonical(format(number, "f"), XSD + "decimal")
    except ValueError as error:
        raise Refused(str(error)) from None


def date_term(value: Any) -> str:
    """A date as a term."""
    if not isinstance(value, str) or not is_date(value):
        raise Refused(f"not a date: {shown(value)}")
    return dated(value)


def dated(date: str) -> str:
    """What is known to be a date, as a term."""
    return f'"{date}"^^<{type_of_date(date)}>'


def string(value: Any) -> str:
    """A string as an N-Triples term."""
    if not isinstance(value, str) or not value or value != value.strip() or UNFIT.search(value):
        raise Refused(f"not a line of text: {shown(value)}")
    return str(ox.Literal(value))


def boolean(value: bool) -> str:
    """True or false as a term."""
    return literal("true" if value else "false", "boolean")


def literal(lexical: str, datatype: str) -> str:
    """A literal of an XSD type as an N-Triples term."""
    return f'"{lexical}"^^<{XSD}{datatype}>'


def shown(value: Any) -> str:
    """A value as it stands in a message: short, and on one line."""
    written = repr(str(value) if isinstance(value, Decimal) else value)
    return written if len(written) <= 60 else written[:57] + "..."
