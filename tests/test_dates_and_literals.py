"""Values: dates at the precision of their source, numbers to the last digit, no floats."""

from __future__ import annotations

import calendar
import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.dates import first_day, holds_on, last_day, overlap, span, within
from modeldex.literals import canonical
from modeldex.terms import RDF, XSD

DAYS = st.dates(min_value=datetime.date(1, 1, 1)).map(str)
MONTHS = DAYS.map(lambda day: day[:7])
YEARS = DAYS.map(lambda day: day[:4])
DATES = st.one_of(DAYS, MONTHS, YEARS)
VALIDITIES = st.tuples(st.none() | DATES, st.none() | DATES, st.none() | DATES)


# ------------------------------------------------------------------ dates


@given(DAYS)
def test_a_day_is_its_own_span(day: str) -> None:
    """Every day of the calendar is a date, and begins and ends on itself."""
    assert span(day) == (day, day)


@given(st.integers(1, 9999), st.integers(1, 12))
def test_a_month_ends_on_the_last_day_of_the_calendar(year: int, month: int) -> None:
    """First and last day of a month are those of Python's own calendar, leap years included."""
    days = calendar.monthrange(year, month)[1]
    text = f"{year:04}-{month:02}"
    assert span(text) == (f"{text}-01", f"{text}-{days:02}")


@given(st.integers(1, 9999))
def test_a_year_runs_from_january_to_december(year: int) -> None:
    """First and last day of a year."""
    assert span(f"{year:04}") == (f"{year:04}-01-01", f"{year:04}-12-31")


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-", "2026-6", "2026-13", "2026-00", "2026-02-29", "2026-02-30", "2026-06-31",
     "2026-06-00", "2026/06", "2026-06-01T00:00:00", "2026-06-01Z", "0000", "-2026", "+2026",
     " 2026", "2026 ", "2026-06-01-01", "٢٠٢٦", "²026", "1900-02-29", "20260601"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    """Nothing but YYYY, YYYY-MM and YYYY-MM-DD, of the real calendar, is a date."""
    with pytest.raises(ValueError, match="not a date"):
        span(text)


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    """Whatever the text, it is refused, or its span is made of days that contain it."""
    try:
        first, last = span(text)
    except ValueError:
        return
    assert datetime.date.fromisoformat(first) <= datetime.date.fromisoformat(last)
    assert first.startswith(text)
    assert last.startswith(text)


@given(DATES, DATES)
def test_within_means_no_day_outside(one: str, other: str) -> None:
    """A date lies within another if its first and last day do."""
    expected = first_day(other) <= first_day(one) and last_day(one) <= last_day(other)
    assert within(one, other) is expected


@given(VALIDITIES, DAYS)
def test_what_holds_on_a_day_overlaps_that_day(
    validity: tuple[str | None, str | None, str | None], day: str
) -> None:
    """Holding on a day and overlapping that day alone are the same."""
    start, through, ended_by = validity
    if through is not None and ended_by is not None:
        ended_by = None  # a claim has one end
    if ended_by is not None and start is not None and first_day(start) >= first_day(ended_by):
        return
    assert holds_on(day, start, through, ended_by) is overlap(
        (start, through, ended_by), (day, day, None)
    )


@given(VALIDITIES, VALIDITIES)
def test_overlap_has_no_order(
    one: tuple[str | None, str | None, str | None], other: tuple[str | None, str | None, str | None]
) -> None:
    """Whether two validities meet does not depend on which is asked first."""
    assert overlap(one, other) is overlap(other, one)


# ------------------------------------------------------------------ numbers

WHOLE = st.from_regex(r"[+-]?0{0,3}[0-9]{1,18}", fullmatch=True)
EXACT = st.from_regex(
    r"[+-]?([0-9]{1,20}(\.[0-9]{0,15})?|\.[0-9]{1,15})", fullmatch=True
).filter(str.isascii)  # fmt: skip


@given(WHOLE.filter(str.isascii))
def test_a_whole_number_keeps_its_value(lexical: str) -> None:
    """The kept spelling of an integer has the same value, and is its own kept spelling."""
    kept = canonical(lexical, XSD + "integer")
    assert kept == str(int(lexical))
    assert canonical(kept, XSD + "integer") == kept


@given(EXACT)
def test_a_decimal_keeps_its_value(lexical: str) -> None:
    """The kept spelling of a decimal has exactly the same value, and is its own kept spelling."""
    kept = canonical(lexical, XSD + "decimal")
    assert Decimal(kept) == Decimal(lexical)
    assert canonical(kept, XSD + "decimal") == kept
    assert "E" not in kept


@given(EXACT, EXACT)
def test_equal_decimals_are_spelt_alike(one: str, other: str) -> None:
    """Two decimals have one spelling if and only if they are equal."""
    spelt = [canonical(lexical, XSD + "decimal") for lexical in (one, other)]
    assert (spelt[0] == spelt[1]) is (Decimal(one) == Decimal(other))


@pytest.mark.parametrize("datatype", ["double", "float", "dateTime", "int", "duration"])
def test_inexact_and_unused_datatypes_are_refused(datatype: str) -> None:
    """There is no float in Modeldex, nor any datatype that the fact model does not use."""
    with pytest.raises(ValueError, match="not used in Modeldex"):
        canonical("1", XSD + datatype)


@given(st.text(max_size=30), st.sampled_from([
    "integer", "decimal", "boolean", "date", "gYearMonth", "gYear", "anyURI",
]))  # fmt: skip
def test_any_spelling_is_kept_once_or_refused(lexical: str, datatype: str) -> None:
    """Whatever the text, it is refused or has a spelling that stays as it is."""
    try:
        kept = canonical(lexical, XSD + datatype)
    except ValueError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    assert canonical(kept, XSD + datatype) == kept
    assert kept.isascii() or datatype == "anyURI"


@given(st.text())
def test_text_is_never_touched(text: str) -> None:
    """Strings and phrases are kept to the letter."""
    assert canonical(text, XSD + "string") == text
    assert canonical(text, RDF + "langString") == text


@pytest.mark.parametrize(
    ("lexical", "kept"), [("true", "true"), ("1", "true"), ("false", "false"), ("0", "false")]
)
def test_booleans_have_two_spellings(lexical: str, kept: str) -> None:
    """A boolean is kept as true or false."""
    assert canonical(lexical, XSD + "boolean") == kept


@pytest.mark.parametrize("lexical", ["yes", "no", "TRUE", "", "2", "true "])
def test_other_words_are_no_booleans(lexical: str) -> None:
    """What is neither true nor false is refused, not taken for false."""
    with pytest.raises(ValueError, match="neither true nor false"):
        canonical(lexical, XSD + "boolean")
