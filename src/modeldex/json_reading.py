"""The door for JSON documents: strict, exact, with a pointer to every fault.

Numbers are never floats: a whole number is an `int`, any other a `Decimal`. What JSON does not
have (`NaN`), and an object that names a key twice, are kept as what they are, so that the record
in which they stand can be refused and the others taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from modeldex.errors import BadInput

SIZE_LIMIT = 64 * 2**20
DEPTH_LIMIT = 100
DIGITS_LIMIT = 1000

Path = tuple[str | int, ...]


class NoNumber(str):
    """`NaN`, `Infinity`, or a number too long to be one."""

    __slots__ = ()


class Duplicated(dict[str, Any]):
    """An object that names a key twice: it holds the last value of each, `lost` the earlier."""

    lost: dict[str, list[Any]]


def read_json(text: bytes, name: str) -> Any:
    """The document. Raises BadInput with file, line and column.

    >>> read_json(b'{"price": 1.5e-07, "odd": NaN}', "x.json")
    {'price': Decimal('1.5E-7'), 'odd': 'NaN'}
    >>> read_json(b'{"a": 1', "x.json")
    Traceback (most recent call last):
    modeldex.errors.BadInput: x.json:1:8: Expecting ',' delimiter
    """
    if len(text) > SIZE_LIMIT:
        raise BadInput(f"larger than {SIZE_LIMIT // 2**20} MB", file=name)
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise BadInput("not UTF-8", file=name, line=line) from None
    try:
        document = json.loads(
            decoded, parse_float=_decimal, parse_int=_integer, parse_constant=NoNumber,
            object_pairs_hook=_object,
        )  # fmt: skip
    except json.JSONDecodeError as error:
        raise BadInput(error.msg, file=name, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise BadInput("nested too deep", file=name) from None
    _check_depth(document, name)
    return document


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The values that hold no objects, each with its path: scalars, and lists of scalars.

    Of a key that is named twice all values are among them, so that they can be counted.

    >>> list(leaves({"a": {"b": 1}, "c": [1, 2], "d": [{"e": 3}]}))
    [(('a', 'b'), 1), (('c',), [1, 2]), (('d', 0, 'e'), 3)]
    """
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from leaves(each, (*path, key))
        for key, each in lost(value):
            yield from leaves(each, (*path, key))
    elif isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
        for number, each in enumerate(value):
            yield from leaves(each, (*path, number))
    else:
        yield path, value


def lost(value: Any) -> Iterator[tuple[str, Any]]:
    """The values of an object that a later one under the same key replaced.

    >>> list(lost(read_json(b'{"a": 1, "a": 2, "b": 3}', "x.json")))
    [('a', 1)]
    """
    if isinstance(value, Duplicated):
        for key, earlier in value.lost.items():
            for each in earlier:
                yield key, each


def pointer(path: Path) -> str:
    """The JSON Pointer (RFC 6901) of a path.

    >>> pointer(("azure/eu/gpt-4o", "tiers", 0))
    '/azure~1eu~1gpt-4o/tiers/0'
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def faults(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Objects inside a value that name a key twice, with their paths."""
    if isinstance(value, Duplicated):
        yield path, f"names {next(iter(value.lost))!r} twice"
    if isinstance(value, dict):
        for key, each in value.items():
            yield from faults(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from faults(each, (*path, number))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    values: dict[str, list[Any]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    marked = Duplicated(found)
    marked.lost = {key: each[:-1] for key, each in values.items() if len(each) > 1}
    return marked


def _integer(text: str) -> int | NoNumber:
    return int(text) if len(text) <= DIGITS_LIMIT else NoNumber(text)


def _decimal(text: str) -> Decimal | NoNumber:
    try:
        number = Decimal(text) if len(text) <= DIGITS_LIMIT else None
    except InvalidOperation:
        number = None
    return NoNumber(text) if number is None or not number.is_finite() else number


def _check_depth(document: Any, name: str) -> None:
    level = [document]
    for _ in range(DEPTH_LIMIT):
        level = [
            each
            for value in level
            if isinstance(value, dict | list)
            for each in _inside(value)
            if isinstance(each, dict | list)
        ]
        if not level:
            return
    raise BadInput(f"nested deeper than {DEPTH_LIMIT} levels", file=name)


def _inside(value: dict[str, Any] | list[Any]) -> Iterator[Any]:
    """What an object or a list holds, one level down."""
    yield from value.values() if isinstance(value, dict) else value
    for _, each in lost(value):
        yield each
