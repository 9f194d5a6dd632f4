"""The calendar page: planned retirements by month, those that were due, and bounds apart."""

from __future__ import annotations

from typing import NamedTuple

from modeldex.exports.calendar import Entry
from modeldex.web.fact_rows import Row, row_of
from modeldex.web.view import Link, Page, View


class CalendarRow(NamedTuple):
    """A line of the calendar, with the claim that says so."""

    api_id: str
    path: str | None
    platform: Link
    row: Row
    instead: tuple[str, ...]


def calendar_page(view: View) -> Page:
    """Plans by month; what was due and is not said to have happened; bounds, which are no dates."""
    found = view.retirements
    months: dict[str, list[CalendarRow]] = {}
    for entry in found:
        if entry.state == "retiring":
            months.setdefault(entry.date[:7], []).append(_row(view, entry))
    values = {
        "months": list(months.items()),
        "due": [_row(view, entry) for entry in found if entry.state == "due"],
        "bounds": [_row(view, entry) for entry in found if entry.state == "bound"],
    }
    return Page("calendar.html", "Calendar of retirements", "Which AI models are to be retired, "
                "when, who says so, and what to use instead.", values)  # fmt: skip


def _row(view: View, entry: Entry) -> CalendarRow:
    return CalendarRow(
        entry.api_id, view.path_of(entry.claim.subject.iri), view.link(entry.platform),
        row_of(entry.claim, None, view.path_of), entry.replacements,
    )  # fmt: skip


def next_to_retire(view: View, most: int) -> tuple[list[CalendarRow], int]:
    """The first of the planned retirements, and how many there are."""
    plans = [entry for entry in view.retirements if entry.state == "retiring"]
    return [_row(view, entry) for entry in plans[:most]], len(plans)
