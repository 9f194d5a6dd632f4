"""The answer to a stored query: rows with named columns."""

from __future__ import annotations

from functools import lru_cache

from modeldex.errors import UnknownName

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence
    from decimal import Decimal
    from typing import Any, TypeAlias, overload

    import pandas
    import polars

    from modeldex.iri import Iri
    from modeldex.partial_date import PartialDate
    from modeldex.stored_query import Column

    Value: TypeAlias = "Iri | str | int | Decimal | bool | datetime.date | PartialDate | None"


class Row(tuple["Value", ...]):
    """One row: a tuple whose cells have names too.

    >>> import modeldex
    >>> row = modeldex.open().ask("models-by-context-window", min=500_000)[0]
    >>> row["contextWindow"], row.contextWindow, dict(row.items())["status"]
    (1000000, 1000000, 'verified')
    >>> row.columns[1], row.to_dict()["contextWindow"]
    ('modelLabel', 1000000)
    """

    __slots__ = ()
    _columns: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the cells."""
        return self._columns

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            if key not in self._columns:
                raise UnknownName("column", key, list(self._columns))
            key = self._columns.index(key)
        return super().__getitem__(key)

    def __getattr__(self, name: str) -> Any:
        if name in self._columns:
            return self[name]
        raise AttributeError(f"no column {name!r}; there are {', '.join(self._columns)}")

    def __reduce__(self) -> Any:
        return _row, (self._columns, tuple(self))

    def items(self) -> Iterator[tuple[str, Value]]:
        """Names and values."""
        return zip(self._columns, self, strict=True)

    def to_dict(self) -> dict[str, Value]:
        """The row as a dict."""
        return dict(self.items())


@lru_cache(maxsize=256)
def row_type(columns: tuple[str, ...]) -> type[Row]:
    """The class of the rows under these columns."""
    return type("Row", (Row,), {"_columns": columns, "__slots__": ()})


def _row(columns: tuple[str, ...], cells: tuple[Value, ...]) -> Row:
    return row_type(columns)(cells)


class Rows:
    """All rows of an answer; they iterate, and index by number or by column name.

    >>> import modeldex
    >>> rows = modeldex.open().ask("models-by-context-window", min=500_000)
    >>> len(rows), rows["contextWindow"][:2], rows.to_dicts()[0]["model"].short
    (9, (1000000, 1000000), 'model:claude-fable-5')
    >>> rows.names[:2]
    ('model', 'modelLabel')
    """

    __slots__ = ("_rows", "columns")

    def __init__(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        self.columns = tuple(columns)
        self._rows = tuple(rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rows):
            return NotImplemented
        return self.names == other.names and self._rows == other._rows

    def __hash__(self) -> int:
        return hash((self.names, self._rows))

    def __repr__(self) -> str:
        return f"<{len(self)} rows: {', '.join(self.names)}>"

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: int) -> Row: ...
        @overload
        def __getitem__(self, key: slice) -> tuple[Row, ...]: ...
        @overload
        def __getitem__(self, key: str) -> tuple[Value, ...]: ...

    def __getitem__(self, key: Any) -> Any:
        """A row by number, rows by slice, a column by name."""
        if isinstance(key, str):
            if key not in self.names:
                raise UnknownName("column", key, list(self.names))
            place = self.names.index(key)
            return tuple(tuple.__getitem__(row, place) for row in self._rows)
        return self._rows[key]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def to_dicts(self) -> list[dict[str, Value]]:
        """The rows as dicts."""
        return [row.to_dict() for row in self._rows]

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas DataFrame; needs pandas. Exact decimals stay `Decimal`.

        >>> import modeldex
        >>> modeldex.open().ask("release").to_pandas().shape
        (1, 2)
        """
        import pandas

        frame = pandas.DataFrame.from_records(
            [tuple(_plain(cell) for cell in row) for row in self._rows], columns=list(self.names)
        )
        types = {"integer": "Int64", "boolean": "boolean"}
        return frame.astype({c.name: types[c.type] for c in self.columns if c.type in types})

    def to_polars(self) -> polars.DataFrame:
        """The rows as a polars DataFrame; needs polars.

        Exact decimals are a Decimal column, where a column mixes types text; partial dates are
        text.

        >>> import modeldex
        >>> modeldex.open().ask("release").to_polars().shape
        (1, 2)
        """
        import polars

        return polars.DataFrame(
            {column.name: _series(column, self[column.name]) for column in self.columns}
        )


def _series(column: Column, cells: tuple[Value, ...]) -> Any:
    import datetime

    import polars

    if column.type == "date" and all(type(c) in (datetime.date, type(None)) for c in cells):
        return polars.Series(column.name, cells, dtype=polars.Date)
    dtypes: dict[str, Any] = {"integer": polars.Int64, "boolean": polars.Boolean,
              "decimal": polars.Decimal(38, 18)}  # fmt: skip
    if column.type in dtypes:
        return polars.Series(column.name, cells, dtype=dtypes[column.type])
    text = [None if cell is None else _text(cell) for cell in cells]
    return polars.Series(column.name, text, dtype=polars.String)


def _text(cell: Value) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _plain(cell: Value) -> Value:
    """A plain string for what is a kind of string."""
    return str(cell) if isinstance(cell, str) else cell
