"""Literals: which spellings are right for a datatype, and the one that we keep.

RDF stores differ here: rdflib keeps ill-typed literals, Oxigraph rewrites 3.00 as 3. So what is
read is checked once and brought to one spelling, that of XSD 1.1, whatever the engine.
"""

from __future__ import annotations

import re

from modeldex.dates import span
from modeldex.terms import RDF, XSD

INTEGER = re.compile(r"[+-]?[0-9]+\Z")
DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\Z")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z")
DATE_LENGTHS = {XSD + "date": 10, XSD + "gYearMonth": 7, XSD + "gYear": 4}
DATE_OF_LENGTH = {length: datatype for datatype, length in DATE_LENGTHS.items()}
TEXT = (XSD + "string", RDF + "langString")

# What the engines hold exactly: 64-bit integers, decimals with 15 places (Virtuoso cuts the rest).
INTEGER_LIMIT = 2**63
DECIMAL_DIGITS = (20, 15)


def canonical(lexical: str, datatype: str) -> str:
    """The one spelling of a value. Raises ValueError if it has none that is kept exactly.

    >>> canonical("3.00", XSD + "decimal"), canonical("+007", XSD + "integer")
    ('3', '7')
    >>> canonical("2026-13", XSD + "gYearMonth")
    Traceback (most recent call last):
    ValueError: not a date: '2026-13'
    """
    if datatype in TEXT:
        return lexical
    if datatype == XSD + "integer":
        return _integer(lexical)
    if datatype == XSD + "decimal":
        return _decimal(lexical)
    if datatype == XSD + "boolean":
        return _boolean(lexical)
    if datatype in DATE_LENGTHS:
        if len(lexical) != DATE_LENGTHS[datatype]:
            raise ValueError(f"not a {datatype.removeprefix(XSD)}: {lexical!r}")
        span(lexical)
        return lexical
    if datatype == XSD + "anyURI":
        if not URI.match(lexical):
            raise ValueError(f"not an absolute address: {lexical!r}")
        return lexical
    raise ValueError(f"datatype {datatype} is not used in Modeldex")


def type_of_date(date: str) -> str:
    """The datatype of what is known to be a date, by its precision.

    >>> type_of_date("2026-06") == XSD + "gYearMonth"
    True
    """
    return DATE_OF_LENGTH[len(date)]


def _integer(lexical: str) -> str:
    if not INTEGER.match(lexical):
        raise ValueError(f"not a whole number: {lexical[:80]!r}")
    digits = lexical.lstrip("+-").lstrip("0") or "0"
    if len(digits) > 19 or int(digits) >= INTEGER_LIMIT:
        raise ValueError(f"a whole number of more than 64 bits: {lexical[:80]!r}")
    return "-" + digits if lexical[0] == "-" and digits != "0" else digits


def _decimal(lexical: str) -> str:
    if not DECIMAL.match(lexical):
        raise ValueError(f"not an exact decimal: {lexical[:80]!r}")
    whole, _, places = lexical.lstrip("+-").partition(".")
    whole, places = whole.lstrip("0"), places.rstrip("0")
    if len(whole) > DECIMAL_DIGITS[0] or len(places) > DECIMAL_DIGITS[1]:
        raise ValueError(
            f"a decimal of more than {DECIMAL_DIGITS[0]} digits before or {DECIMAL_DIGITS[1]} "
            f"behind the point: {lexical[:80]!r}"
        )
    digits = (whole or "0") + ("." + places if places else "")
    return "-" + digits if lexical[0] == "-" and digits != "0" else digits


def _boolean(lexical: str) -> str:
    if lexical in ("true", "1"):
        return "true"
    if lexical in ("false", "0"):
        return "false"
    raise ValueError(f"neither true nor false: {lexical[:80]!r}")
