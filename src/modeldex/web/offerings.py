"""Offerings on pages: each with its API ID, where it stands, who says so, and what replaces it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from modeldex import terms as t
from modeldex.facts import Thing
from modeldex.standing import WORDS, Offered, offered, standings
from modeldex.web.fact_rows import Row, row_of
from modeldex.web.view import Link, View

LOOKS = {"retired": "gone", "live": "fine"}
"""How a state looks; all others ask to be looked at soon."""
MOST_LINKS = 12
"""So many offerings are named for a state; the table below has all."""


class State(NamedTuple):
    """Where an offering stands, the claim that says so, and those that say otherwise."""

    name: str
    text: str
    kind: str
    row: Row
    against: list[Row]


class OfferingRow(NamedTuple):
    """An API ID on the sheet of a model, or in the list of all.

    `stands_for` is the claim that an alias stands for a snapshot, `snapshot` the IRI of that.
    """

    name: str
    path: str | None
    api_id: Row | None
    platform: str
    platform_path: str | None
    state: State | None
    stands_for: Row | None
    snapshot: str
    replacements: list[Row]


class Summary(NamedTuple):
    """Offerings in the same state, in a line."""

    text: str
    kind: str
    links: list[Link]
    more: int


def offerings(view: View, found: Iterable[Offered]) -> list[OfferingRow]:
    """The offerings that have an API ID or a state."""
    rows = [_row(view, each) for each in found]
    known = [row for row in rows if row.api_id or row.state]
    return sorted(known, key=lambda row: (row.api_id.value if row.api_id else "~", row.platform))


def standing_of(view: View, iri: str) -> OfferingRow | None:
    """One offering; None where nothing is claimed about it itself."""
    found = offered(view.dex.claims([iri]), view.dex.release)
    return _row(view, found[0]) if found else None


def _row(view: View, each: Offered) -> OfferingRow:
    iri, stands = each.offering.iri, each.stands
    platform = next(iter(view.said.texts(iri, t.MDX + "onPlatform")), "")
    snapshot = stands.resolves_to.value if stands.resolves_to else None
    of_replacements = [c for c in each.claims if c.fact_property.name == "recommendedReplacement"]
    return OfferingRow(
        each.offering.label, view.path_of(iri),
        row_of(each.api_id, None, view.path_of) if each.api_id else None,
        view.said.label(platform) if platform else "", view.path_of(platform), _state(view, each),
        row_of(stands.resolves_to, None, view.path_of) if stands.resolves_to else None,
        snapshot.iri if isinstance(snapshot, Thing) else "",
        view.rows(of_replacements),
    )  # fmt: skip


def _state(view: View, each: Offered) -> State | None:
    """Where an offering stands; None where nothing is known of it."""
    stands = each.stands
    if stands.claim is None:
        return None
    return State(stands.state, stands.text, LOOKS.get(stands.state, "soon"),
                 row_of(stands.claim, None, view.path_of), view.rows(stands.against))  # fmt: skip


def summaries(view: View, offerings: Iterable[Offered]) -> list[Summary]:
    """Which offerings are live, to be retired, retired: a line for each state, the best first."""
    found = []
    for each in standings(offerings):
        shown = [_link(view, one) for one in each.offered[:MOST_LINKS]]
        found.append(Summary(
            each.text, LOOKS.get(each.state, "soon"), shown, len(each.offered) - len(shown)
        ))  # fmt: skip
    return found


def _link(view: View, each: Offered) -> Link:
    """An offering by its API ID and platform."""
    path = view.path_of(each.offering.iri)
    if each.api_id is None:
        return Link(each.offering.label, path)
    return Link(f"{each.api_id.value} ({each.api_id.platform})", path)


def all_retired(rows: Sequence[OfferingRow]) -> str:
    """The last retirement, if every offering is retired; else nothing."""
    states = [row.state for row in rows if row.state and row.state.kind == "gone"]
    gone = len(states) == len(rows) > 0
    return max((state.text for state in states), default="") if gone else ""


def best_state(rows: Sequence[OfferingRow]) -> tuple[str, str]:
    """How the best for a caller stands, in words and looks: of a model one that can be called."""
    order = list(WORDS)
    states = [row.state for row in rows if row.state]
    best = min(states, key=lambda state: order.index(state.name), default=None)
    if best is None:
        return "", ""
    if best.kind == "gone":
        return all_retired(rows), best.kind
    return best.text if best.name in ("retiring", "due") else WORDS[best.name], best.kind
