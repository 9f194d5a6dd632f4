"""Two numbers beside each other: how many times, and whether the one rounds the other."""

from __future__ import annotations

from decimal import Decimal


def difference(one: object, other: object) -> Decimal | None:
    """How many times the larger number is the smaller one, to three places; None for others.

    >>> difference(Decimal("2.5"), 5)
    Decimal('2.000')
    """
    numbers = low_and_high(one, other)
    if numbers is None:
        return None
    low, high = sorted(map(abs, numbers))
    return (high / low).quantize(Decimal("0.001"))


def low_and_high(one: object, other: object) -> tuple[Decimal, Decimal] | None:
    """The two numbers by size; None if the one is no number, or zero."""
    first, second = number_in(one), number_in(other)
    if not first or not second:
        return None
    return min(first, second), max(first, second)


def number_in(value: object) -> Decimal | None:
    """The value if it is a count or a price."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def rounds_count(low: int, high: int) -> bool:
    """Whether the one count is the other, cut or rounded, or counts thousands as 1,024.

    >>> rounds_count(1_000_000, 1_048_576), rounds_count(131_000, 131_072), rounds_count(8, 9)
    (True, True, False)
    """
    if low < 1000:
        return False
    return high - low <= 1 or _counts_by_1024(low, high) or any(
        other in (_cut(each, digits), _rounded(each, digits))
        for each, other in ((low, high), (high, low))
        for digits in ((2, 3, 4) if low >= 1_000_000 else (3, 4))
    )  # fmt: skip


def rounds_price(one: object, other: object) -> bool:
    """Whether the one price is the other with fewer places, less than a hundredth away.

    >>> rounds_price(Decimal("7.608"), Decimal("7.61")), rounds_price(Decimal("7.5"), 8)
    (True, False)
    """
    numbers = low_and_high(one, other)
    if numbers is None or not any(isinstance(v, Decimal) for v in (one, other)):
        return False
    low, high = numbers
    if (high - low) / low > Decimal("0.01"):
        return False
    fewer, more = sorted((low, high), key=lambda n: -int(n.normalize().as_tuple().exponent))
    places = -int(fewer.normalize().as_tuple().exponent)
    return round(more, max(places, 0)) == fewer


def _counts_by_1024(low: int, high: int) -> bool:
    return any(
        low % 1000**n == 0 and high in (full, _cut(full, 3), _rounded(full, 3))
        for n in (1, 2)
        for full in (low // 1000**n * 1024**n,)
    )


def _cut(number: int, digits: int) -> int:
    unit: int = 10 ** max(len(str(number)) - digits, 0)
    return number // unit * unit


def _rounded(number: int, digits: int) -> int:
    unit: int = 10 ** max(len(str(number)) - digits, 0)
    return (number + unit // 2) // unit * unit
