"""Dates at the precision that a source gives: a day, a month or a year.

They are kept as text (`2026-06-01`, `2026-06`, `2026`), as in the data; for comparison a date
is the span from its first to its last day, and days compare as text.
"""

from __future__ import annotations

from functools import lru_cache

START_OF_TIME, END_OF_TIME = "0001-01-01", "9999-12-31"
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _last_day_of_month(year: int, month: int) -> int:
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return MONTH_DAYS[month - 1] + leap


@lru_cache(maxsize=4096)
def span(date: str) -> tuple[str, str]:
    """First and last day of a date. Raises ValueError for anything but YYYY[-MM[-DD]].

    >>> span("2024-02")
    ('2024-02-01', '2024-02-29')
    >>> span("2026")
    ('2026-01-01', '2026-12-31')
    """
    parts = date.split("-") if date.isascii() else []
    widths = [len(part) for part in parts]
    if widths not in ([4], [4, 2], [4, 2, 2]) or not all(part.isdigit() for part in parts):
        raise ValueError(f"not a date: {date!r}")
    numbers = [int(part) for part in parts]
    year = numbers[0]
    if year < 1:
        raise ValueError(f"not a date: {date!r}")
    if len(parts) == 1:
        return f"{date}-01-01", f"{date}-12-31"
    month = numbers[1]
    if not 1 <= month <= 12:
        raise ValueError(f"not a date: {date!r}")
    days = _last_day_of_month(year, month)
    if len(parts) == 2:
        return f"{date}-01", f"{date}-{days:02}"
    if not 1 <= numbers[2] <= days:
        raise ValueError(f"not a date: {date!r}")
    return date, date


def is_date(text: str) -> bool:
    """Whether the text is a date.

    >>> is_date("2026-06"), is_date("2026-13")
    (True, False)
    """
    try:
        return bool(span(text))
    except ValueError:
        return False


def first_day(date: str) -> str:
    """The first day of a date.

    >>> first_day("2026-06")
    '2026-06-01'
    """
    return span(date)[0]


def last_day(date: str) -> str:
    """The last day of a date.

    >>> last_day("2026-06")
    '2026-06-30'
    """
    return span(date)[1]


def within(narrow: str, wide: str) -> bool:
    """Whether the one date lies inside the other.

    >>> within("2025-10-28", "2025-10")
    True
    """
    a, b = span(narrow), span(wide)
    return b[0] <= a[0] and a[1] <= b[1]


def holds_on(
    day: str, valid_from: str | None, valid_through: str | None, ended_by: str | None
) -> bool:
    """Whether a claim with this validity held on that day, as far as is known.

    An unknown start counts as begun, and what was over by a date of unknown end counts as
    holding before that date.

    >>> holds_on("2026-05-31", None, None, "2026-06"), holds_on("2026-06-01", None, None, "2026-06")
    (True, False)
    """
    return (
        (valid_from is None or first_day(valid_from) <= day)
        and (valid_through is None or day <= last_day(valid_through))
        and (ended_by is None or day < first_day(ended_by))
    )


def held_days(
    valid_from: str | None, valid_through: str | None, ended_by: str | None
) -> tuple[str, str]:
    """The first and last day on which a claim with this validity is taken to hold.

    >>> held_days("2024-06", None, "2026-06")
    ('2024-06-01', '2026-05-31')
    >>> held_days(None, None, None)
    ('0001-01-01', '9999-12-31')
    """
    last = last_day(valid_through) if valid_through else END_OF_TIME
    if ended_by:
        last = min(last, day_before(first_day(ended_by)))
    return first_day(valid_from) if valid_from else START_OF_TIME, last


def day_before(day: str) -> str:
    """The day before a day.

    >>> day_before("2024-03-01")
    '2024-02-29'
    """
    year, month, number = (int(part) for part in day.split("-"))
    if number > 1:
        return f"{day[:8]}{number - 1:02}"
    if month > 1:
        return last_day(f"{day[:5]}{month - 1:02}")
    return f"{max(year - 1, 1):04}-12-31"


def overlap(
    one: tuple[str | None, str | None, str | None], other: tuple[str | None, str | None, str | None]
) -> bool:
    """Whether two validities (from, through, ended by) have a day in common.

    >>> overlap(("2024", "2025", None), ("2026", None, None))
    False
    """
    return _start(one) <= _end(other) and _start(other) <= _end(one)


def _start(validity: tuple[str | None, str | None, str | None]) -> str:
    return first_day(validity[0]) if validity[0] else ""


def _end(validity: tuple[str | None, str | None, str | None]) -> str:
    _, through, ended_by = validity
    if through:
        return last_day(through)
    # Cut short, "2026-06-01" sorts after every day before it and before itself.
    return first_day(ended_by)[:-1] if ended_by else "9999-12-31"
