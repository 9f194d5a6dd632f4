"""When models were announced, released and retired, drawn as a picture (SVG).

A day is a point, a month or a year a span: what the source does not say is not drawn as if it did.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from modeldex.facts import Claim, Thing
from modeldex.partial_date import PartialDate
from modeldex.web.fact_rows import PathOf, row_of

EVENTS = {
    "announced": "announced", "released": "released", "legacySince": "legacy",
    "deprecatedOn": "deprecated", "retirementNotBefore": "not retired before",
    "retirementPlanned": "retirement planned", "retiredOn": "retired",
}  # fmt: skip
DRAWN = (*EVENTS, "apiId")
BEGINNINGS, ENDS = ("announced", "released"), ("retiredOn",)
WIDTH, LABELS, LANE, TOP, RIGHT = 960, 250, 30, 26, 24
MOST_LANES = 120
SHORT = 32


class Event(NamedTuple):
    """A dated claim: from the first to the last day that its date can mean."""

    first: datetime.date
    last: datetime.date
    kind: str
    claim: Claim


class Lane(NamedTuple):
    """A line of the picture: events, and the time between beginning and end, if both are known.

    `until` is None where no end is known; `vague` where it is only known to be over by then.
    """

    label: str
    path: str | None
    events: tuple[Event, ...]
    since: datetime.date | None
    until: datetime.date | None
    vague: bool = False


def days_of(date: datetime.date | PartialDate) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that a date can mean.

    >>> days_of(PartialDate("2026-06"))
    (datetime.date(2026, 6, 1), datetime.date(2026, 6, 30))
    """
    if isinstance(date, PartialDate):
        return date.first_day, date.last_day
    return date, date


def events_of(claims: Iterable[Claim]) -> list[Event]:
    """The dated events among claims, in order."""
    found = [
        Event(*days_of(claim.value), claim.fact_property.name, claim)
        for claim in claims
        if claim.fact_property.name in EVENTS
        and isinstance(claim.value, datetime.date | PartialDate)
    ]  # fmt: skip
    return sorted(found, key=lambda event: (event.first, event.claim.iri))


def lanes_of_sheet(
    claims: Sequence[Claim], thing: Thing, path_of: PathOf, lane_of: Callable[[Thing], Thing]
) -> list[Lane]:
    """The lanes of one thing: it and what belongs to it, and where it was offered when.

    `lane_of` tells for an offering the model on whose lane it stands.
    """
    by_lane: dict[Thing, list[Claim]] = {}
    for claim in claims:
        if claim.fact_property.name in DRAWN:
            by_lane.setdefault(lane_of(claim.subject), []).append(claim)
    lanes = [
        _lane(_apart(each, thing), path_of(each.iri), said, claims if each == thing else said)
        for each, said in by_lane.items()
    ]  # fmt: skip
    lanes = [lane for lane in lanes if lane.events]
    lanes.sort(key=lambda lane: (lane.events[0].first, lane.label))
    offered = [
        claim for claim in claims
        if claim.fact_property.name == "offeredOn" and claim.valid_from and claim.value
    ]  # fmt: skip
    for claim in sorted(offered, key=lambda claim: (str(claim.valid_from), str(claim.value))):
        assert claim.valid_from is not None
        end = claim.valid_through or claim.ended_by
        lanes.append(Lane(
            f"on {claim.value}", path_of(claim.iri), (), days_of(claim.valid_from)[0],
            days_of(end)[0] if end else None, claim.valid_through is None,
        ))  # fmt: skip
    return lanes


def lane_of_model(claims: Sequence[Claim], thing: Thing, path_of: PathOf) -> Lane | None:
    """The lane of a model among others: its own events and those of its offerings."""
    lane = _lane(thing.label, path_of(thing.iri), claims, claims)
    return lane if lane.events else None


def _lane(label: str, path: str | None, said: Sequence[Claim], claims: Sequence[Claim]) -> Lane:
    """The lane of what is said. It ends where every API ID among the claims is retired."""
    events = events_of(said)
    since = min((e.first for e in events if e.kind in BEGINNINGS), default=None)
    called = {claim.subject for claim in claims if claim.fact_property.name == "apiId"}
    ends = {e.claim.subject: e.last for e in events_of(claims) if e.kind in ENDS}
    over = bool(ends) and called <= ends.keys()
    return Lane(label, path, tuple(events), since, max(ends.values()) if over else None)


def _apart(subject: Thing, thing: Thing) -> str:
    label = subject.label
    if subject.iri != thing.iri and label.startswith(thing.label):
        label = label.removeprefix(thing.label).replace("(", "").replace(")", "").strip()
    return label


def picture(
    lanes: Sequence[Lane], today: datetime.date, root: str, path_of: PathOf, label: str
) -> str:
    """The lanes as SVG, which the style sheet of the site colours; of one day no picture."""
    from markupsafe import escape

    days = [day for lane in lanes for event in lane.events for day in (event.first, event.last)]
    days += [day for lane in lanes for day in (lane.since, lane.until) if day]
    if len(set(days)) < 2:
        return ""
    scale = _Scale(min(*days, today), max(*days, today))
    height = TOP + LANE * len(lanes) + 10
    parts = [
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {height}" role="group" '
        f'aria-label="{escape(label)}">',
        *scale.axis(height), *_today(scale, today, height),
    ]  # fmt: skip
    for number, lane in enumerate(lanes):
        y = TOP + LANE * number + LANE // 2
        parts += _drawn(lane, y, scale, today, root, path_of)
    return "".join([*parts, "</svg>"])


def _today(scale: _Scale, today: datetime.date, height: int) -> list[str]:
    x = scale.x(today)
    return [f'<line class="today" x1="{x}" y1="{TOP - 6}" x2="{x}" y2="{height - 4}"/>']


def _drawn(
    lane: Lane, y: int, scale: _Scale, today: datetime.date, root: str, path_of: PathOf
) -> list[str]:
    from markupsafe import escape

    name = escape(lane.label if len(lane.label) <= SHORT else lane.label[: SHORT - 1] + "…")
    parts = [f'<line class="lane" x1="{LABELS}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}"/>']
    text = f'<text x="{LABELS - 12}" y="{y + 4}" text-anchor="end">{name}</text>'
    parts.append(f'<a href="{escape(root + lane.path)}">{text}</a>' if lane.path else text)
    if lane.since:
        end = lane.until or today
        x, width = scale.x(lane.since), max(scale.x(end) - scale.x(lane.since), 2)
        kind = "vague" if lane.vague else "over" if lane.until else "open"
        said = f"{lane.label}: from {lane.since}" + (
            f", over by {lane.until}" if lane.vague and lane.until
            else f" to {lane.until}" if lane.until else ", no end known"
        )  # fmt: skip
        parts.append(
            f'<rect class="span {kind}" x="{x}" y="{y - 5}" width="{width:.1f}" height="10" '
            f'rx="3"><title>{escape(said)}</title></rect>'
        )
    for event in lane.events:
        row = row_of(event.claim, None, path_of)
        said = f"{lane.label}: {EVENTS[event.kind]} {row.value} ({row.mark} {row.status})"
        shape = _shape(event, scale.x(event.first), scale.x(event.last), y, row.look)
        parts.append(
            f'<a href="{escape(root + (row.claim_path or ""))}" aria-label="{escape(said)}">'
            f"<title>{escape(said)}</title>{shape}</a>"
        )
    return parts


def _shape(event: Event, first: float, last: float, y: int, look: str) -> str:
    """A round dot for a beginning, a cross for the end, a square for what is said of the end."""
    x = (first + last) / 2
    span = f'<rect class="blur {look}" x="{first}" y="{y - 8}" width="{last - first:.1f}" '
    wide = f'{span}height="16" rx="4"/>' if last - first > 3 else ""
    if event.kind in BEGINNINGS:
        return f'{wide}<circle class="dot {look}" cx="{x:.1f}" cy="{y}" r="6"/>'
    if event.kind in ENDS:
        box = f'<rect class="dot end {look}" x="{x - 7:.1f}" y="{y - 7}" width="14" height="14" '
        cross = f"M{x - 3:.1f} {y - 3}l6 6m0-6l-6 6"
        return f'{wide}{box}rx="2"/><path class="cross" d="{cross}"/>'
    return f'{wide}<path class="dot {look}" d="M{x:.1f} {y - 7}l7 7-7 7-7-7z"/>'


class _Scale:
    """From days to the width of the picture."""

    def __init__(self, first: datetime.date, last: datetime.date) -> None:
        self._first = first - datetime.timedelta(days=20)
        self._last = last + datetime.timedelta(days=20)
        self._days = (self._last - self._first).days

    def x(self, day: datetime.date) -> float:
        share = (day - self._first).days / self._days
        return round(LABELS + share * (WIDTH - LABELS - RIGHT), 1)

    def axis(self, height: int) -> list[str]:
        """A line for each year, or each quarter where there are few years."""
        years = range(self._first.year, self._last.year + 1)
        few = len(years) <= 4
        months = (1, 4, 7, 10) if few else (1,)
        ticks = [datetime.date(year, month, 1) for year in years for month in months]
        parts = []
        for tick in ticks:
            if not self._first <= tick <= self._last:
                continue
            x, kind = self.x(tick), "year" if tick.month == 1 else "quarter"
            parts.append(f'<line class="{kind}" x1="{x}" y1="{TOP - 4}" x2="{x}" y2="{height}"/>')
            shown = str(tick.year) if tick.month == 1 else tick.strftime("%b") if few else ""
            every = max(1, len(years) // 12)
            if tick.month != 1 or tick.year % every == 0:
                parts.append(
                    f'<text class="tick" x="{x}" y="14" text-anchor="middle">{shown}</text>'
                )
        return parts
