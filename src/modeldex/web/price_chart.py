"""What a model cost when, drawn as steps (SVG): a line for each offering and price.

A line is drawn for the days on which a claim is known to hold: from its start, or the first day
for which a source speaks, to its end, or the last one.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from modeldex.facts import Claim
from modeldex.web.fact_rows import PathOf
from modeldex.web.timeline import days_of

PRICES = {"inputPrice": "input", "outputPrice": "output", "tokenPrice": "tokens"}
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 960, 260, 64, 16, 24, 28
MOST_LINES = 8


class Step(NamedTuple):
    """A price and the days for which it is known to hold."""

    first: datetime.date
    last: datetime.date
    price: Decimal
    claim: Claim


class Line(NamedTuple):
    """The prices of one kind of one offering, in the order of days."""

    label: str
    steps: tuple[Step, ...]


def lines_of(claims: Sequence[Claim], today: datetime.date) -> list[Line]:
    """The lines of a sheet: those with most changes first, and no more than can be told apart.

    Prices under conditions (in batches, above a length) are left to the table.
    """
    found: dict[tuple[str, str], list[Step]] = {}
    for claim in claims:
        name = claim.fact_property.name
        if name in PRICES and claim.condition is None and isinstance(claim.value, Decimal):
            label = f"{PRICES[name]}, {claim.subject.label}"
            found.setdefault((label, claim.subject.iri), []).append(_step(claim, today))
    lines = [Line(label, tuple(sorted(steps))) for (label, _), steps in found.items()]
    lines.sort(key=lambda line: (-len({s.price for s in line.steps}), line.label))
    return lines[:MOST_LINES]


def _step(claim: Claim, today: datetime.date) -> Step:
    known = [days_of(each.as_of) for each in claim.evidence if each.stance == "supports"]
    first = days_of(claim.valid_from)[0] if claim.valid_from else min(day[0] for day in known)
    if claim.valid_through or claim.ended_by:
        end = claim.valid_through or claim.ended_by
        assert end is not None
        last = days_of(end)[1] if claim.valid_through else days_of(end)[0]
    else:
        last = max(max(day[1] for day in known), first)
    assert isinstance(claim.value, Decimal)
    return Step(first, max(min(last, today), first), claim.value, claim)


def price_chart(lines: Sequence[Line], root: str, path_of: PathOf, label: str) -> str:
    """The lines as SVG; nothing where no price changed and none is known for two days."""
    from markupsafe import escape

    steps = [step for line in lines for step in line.steps]
    days = [day for step in steps for day in (step.first, step.last)]
    if not any(len({s.price for s in line.steps}) > 1 for line in lines) or len(set(days)) < 2:
        return ""
    first, last, highest = min(days), max(days), max(step.price for step in steps) or Decimal(1)
    whole = max((last - first).days, 1)

    def x(day: datetime.date) -> float:
        return round(LEFT + (day - first).days / whole * (WIDTH - LEFT - RIGHT), 1)

    def y(price: Decimal) -> float:
        return round(TOP + float(1 - price / highest) * (HEIGHT - TOP - BOTTOM), 1)

    parts = [
        f'<svg class="timeline prices" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" '
        f'aria-label="{escape(label)}">'
    ]
    for share in (0, 1, 2):
        price = highest * share / 2
        parts.append(
            f'<line x1="{LEFT}" y1="{y(price)}" x2="{WIDTH - RIGHT}" y2="{y(price)}"/>'
            f'<text class="tick" x="{LEFT - 8}" y="{y(price) + 4}" text-anchor="end">'
            f"{price.normalize():f}</text>"
        )
    for day, anchor in ((first, "start"), (last, "end")):
        parts.append(f'<text class="tick" x="{x(day)}" y="{HEIGHT - 8}" '
                     f'text-anchor="{anchor}">{day}</text>')  # fmt: skip
    for number, line in enumerate(lines):
        for step in line.steps:
            said = f"{line.label}: {step.price} from {step.first} to {step.last}"
            path = path_of(step.claim.iri)
            bar = (
                f'<rect class="step s{number}" x="{x(step.first)}" y="{y(step.price) - 2}" '
                f'width="{max(x(step.last) - x(step.first), 4):.1f}" height="4" rx="2"/>'
            )
            parts.append(f'<a href="{escape(root + (path or ""))}" aria-label="{escape(said)}">'
                         f"<title>{escape(said)}</title>{bar}</a>")  # fmt: skip
    return "".join([*parts, "</svg>"])
