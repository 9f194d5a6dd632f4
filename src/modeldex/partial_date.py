"""A date of which only the month or the year is known."""

from __future__ import annotations

import datetime
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Date: TypeAlias = "datetime.date | PartialDate"


class PartialDate(str):
    """A month or a year, as its source gives it; equal to its text.

    It sorts among days by its text, so a month comes before its first day.

    >>> month = PartialDate("2026-06")
    >>> month == "2026-06", month.first_day, month.last_day
    (True, datetime.date(2026, 6, 1), datetime.date(2026, 6, 30))
    >>> sorted([datetime.date(2026, 6, 1), month, PartialDate("2027")])
    ['2026-06', datetime.date(2026, 6, 1), '2027']
    """

    __slots__ = ()

    def __new__(cls, text: str) -> PartialDate:
        """Raises ValueError for anything but YYYY-MM and YYYY."""
        parts = text.split("-")
        if [len(part) for part in parts] not in ([4], [4, 2]) or not text.isascii():
            raise ValueError(f"neither a month nor a year: {text!r}")
        datetime.date(int(parts[0]), int(parts[-1]) if len(parts) == 2 else 1, 1)
        return super().__new__(cls, text)

    @property
    def first_day(self) -> datetime.date:
        """The first day of the month or year."""
        return datetime.date.fromisoformat(f"{self}-01-01"[:10])

    @property
    def last_day(self) -> datetime.date:
        """The last day of the month or year."""
        year, month = int(self[:4]), int(self[5:] or 12)
        if month == 12:
            return datetime.date(year, 12, 31)
        return datetime.date(year, month + 1, 1) - datetime.timedelta(days=1)

    def __lt__(self, other: object) -> bool:
        return str(self) < str(other) if _is_date(other) else NotImplemented

    def __le__(self, other: object) -> bool:
        return str(self) <= str(other) if _is_date(other) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return str(self) > str(other) if _is_date(other) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return str(self) >= str(other) if _is_date(other) else NotImplemented


def _is_date(value: object) -> bool:
    return isinstance(value, str | datetime.date)


def date_text(date: Date | None) -> str | None:
    """A date as its source gives it.

    >>> date_text(datetime.date(2026, 6, 30)), date_text(None)
    ('2026-06-30', None)
    """
    return None if date is None else str(date)


@lru_cache(maxsize=4096)
def date_of(text: str) -> Date:
    """A day as `datetime.date`, a month or a year as `PartialDate`. Raises ValueError.

    >>> date_of("2026-06-30"), date_of("2026")
    (datetime.date(2026, 6, 30), '2026')
    """
    if len(text) != 10:
        return PartialDate(text)
    return datetime.date.fromisoformat(text)
