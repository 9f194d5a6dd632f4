"""The coming retirements: as entries for a page, and as an iCalendar file (RFC 5545).

A plan is an entry on its day. A bound is none in the file: a calendar would show it as the day on
which something happens. The page lists bounds apart.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from modeldex.dates import END_OF_TIME, START_OF_TIME, first_day, last_day
from modeldex.dex import Modeldex
from modeldex.errors import BadInput
from modeldex.exports.lifecycles import standing
from modeldex.facts import Claim, Thing
from modeldex.rows import Rows


class Entry(NamedTuple):
    """An API ID on a platform that is to be retired, was due to be, or has only a bound."""

    state: str
    date: str
    api_id: str
    platform: str
    claim: Claim
    replacements: tuple[str, ...]
    text: str


def entries(dex: Modeldex) -> list[Entry]:
    """Plans and announced bounds that nobody says have come true, the earliest first.

    >>> import modeldex
    >>> sorted({entry.state for entry in entries(modeldex.open())})
    ['bound', 'due', 'retiring']
    """
    rows = dex.ask("api-ids-retiring-within", since=START_OF_TIME, until=END_OF_TIME)
    assert isinstance(rows, Rows)
    dated = {str(row["offering"]) for row in rows}
    found = []
    for api_id, platform, _, stands in standing(dex, dated):
        if stands.state == "announced" and stands.bound is not None:
            claim, state = stands.bound, "bound"
        elif stands.state in ("due", "retiring") and stands.claim is not None:
            claim, state = stands.claim, stands.state
        else:
            continue
        instead = tuple(
            each.value.label for each in stands.replacements if isinstance(each.value, Thing)
        )
        found.append(Entry(state, str(claim.value), api_id, platform, claim, instead, stands.text))
    return sorted(found, key=lambda entry: (first_day(entry.date), entry.api_id, entry.platform))


def icalendar(dex: Modeldex) -> bytes:
    """The planned retirements, each an event of a whole day.

    Raises BadInput where the library for it is not installed.
    """
    try:
        from icalendar import Calendar, Event
    except ImportError:
        raise BadInput(
            "a calendar needs the library icalendar", remedy="pip install 'modeldex[site]'"
        ) from None
    calendar = Calendar()
    calendar.add("prodid", "-//Modeldex//retirements of AI models//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Retirements of AI models")
    stamp = datetime.datetime.combine(
        datetime.date.fromisoformat(dex.release), datetime.time(), datetime.UTC
    )
    for entry in entries(dex):
        if entry.state == "bound":
            continue
        event = Event()
        event.add("uid", f"{entry.claim.iri.rpartition('/')[2]}@modeldex")
        event.add("dtstamp", stamp)
        event.add("dtstart", datetime.date.fromisoformat(first_day(entry.date)))
        day_after = datetime.date.fromisoformat(last_day(entry.date)) + datetime.timedelta(days=1)
        event.add("dtend", day_after)
        event.add("summary", f"{entry.api_id}: planned retirement")
        event.add("description", _told(entry))
        event.add("transp", "TRANSPARENT")
        if url := next((e.source.url for e in entry.claim.evidence if e.source.url), None):
            event.add("url", url)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _told(entry: Entry) -> str:
    sources = "; ".join(f"{each.source.label}, as of {each.as_of}" for each in entry.claim.evidence)
    instead = ", ".join(entry.replacements) or "nothing is recommended"
    return (f"{entry.claim.subject.label}: {entry.text}. Instead: {instead}. "
            f"{entry.claim.status.capitalize()}, by {sources}.")  # fmt: skip
