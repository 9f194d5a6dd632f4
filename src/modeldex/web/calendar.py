"""The calendar page: planned retirements by month, those that were due, and bounds apart."""

from __future__ import annotations

from typing import NamedTuple

from modeldex.exports.calendar import Entry, entries
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
    found = entries(view.dex)
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
