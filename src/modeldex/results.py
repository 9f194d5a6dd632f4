"""SPARQL results as JSON, read strictly, with values in one spelling."""

from __future__ import annotations

import json
import re
from itertools import accumulate

import pyoxigraph as ox

from modeldex.engine import Solutions
from modeldex.literals import canonical
from modeldex.reading import DEPTH_LIMIT
from modeldex.terms import XSD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.engine import Row, Term

RESPELT = {XSD + name for name in ("boolean", "integer", "decimal")}


def read_results(body: bytes) -> Solutions | bool | None:
    """The rows, or yes or no; None for what is no such answer, or not the whole of one.

    >>> read_results(b'{"head": {}, "boolean": true}'), read_results(b'{"head": {}, "boolean": tr')
    (True, None)
    """
    # No error may leave from here: it would carry the parser along, which has to die in its thread.
    if _too_deep(body):
        return None
    try:
        results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if isinstance(results, ox.QueryBoolean):
            # The parser stops at the value and does not see what is missing behind it.
            json.loads(body)
            return bool(results)
        rows: list[Row] = [tuple(map(respelt, solution)) for solution in results]
        return Solutions(tuple(variable.value for variable in results.variables), rows)
    except (SyntaxError, ValueError, MemoryError):
        return None


def respelt(term: Term | None) -> Term | None:
    """The term with its value in the one spelling of `literals`: 3.0 as 3, the boolean 1 as true.

    Engines keep values, but not spellings: Virtuoso gives `"1"^^xsd:boolean` for true.
    """
    if isinstance(term, ox.Literal) and term.datatype.value in RESPELT:
        try:
            spelling = canonical(term.value, term.datatype.value)
        except ValueError:
            return term
        if spelling != term.value:
            return ox.Literal(spelling, datatype=term.datatype)
    return term


def _too_deep(body: bytes) -> bool:
    """Whether JSON is nested so deep that reading it would end the process."""
    bare = re.sub(rb'"(?:[^"\\]++|\\.)*+"', b"", body, flags=re.DOTALL)
    brackets = bare.translate(None, bytes(set(range(256)) - set(b"[]{}")))
    steps = accumulate(1 if byte in b"[{" else -1 for byte in brackets)
    return max(steps, default=0) > DEPTH_LIMIT
