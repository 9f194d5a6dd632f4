"""Where sources disagree on a model, as rows of its page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from modeldex.conflicts import NAMES, Conflict, conflicts_of
from modeldex.disagreement import KINDS, OFFICIAL, Compared, family
from modeldex.facts import Claim, Thing
from modeldex.terms import MDX
from modeldex.web.view import MOST_ROWS, Link, View

if TYPE_CHECKING:
    from modeldex.facts import Value


class Side(NamedTuple):
    """A value, its claim's page, what it is about, and who says so."""

    value: str
    path: str | None
    subject: Link
    sources: str
    official: bool


class ConflictRow(NamedTuple):
    """A disagreement: on which property, of what kind, and its two sides."""

    property: Link
    kind: str
    meaning: str
    held: Side
    other: Side


def conflict_rows(view: View, thing: Thing, claims: Iterable[Claim]) -> list[ConflictRow]:
    """The disagreements about a thing and what belongs to it.

    Its claims, which a page has at hand, tell whether there can be any: of most things nobody
    gives two values, and the store need not be asked.
    """
    if not _may_disagree(claims):
        return []
    found = list(conflicts_of(view.dex, thing.iri))
    return [_row(view, conflict) for conflict in found[:MOST_ROWS]]


def _may_disagree(claims: Iterable[Claim]) -> bool:
    """Whether two values in force can disagree: on one property, or on two that are taken for one
    another, unless official sources give both and so tell them apart.
    """
    said: dict[str, list[tuple[str, Value, bool]]] = {}
    for claim in claims:
        name, single = claim.fact_property.name, claim.fact_property.single_valued
        if claim.value is None or not claim.in_force or not single or name in NAMES:
            continue
        official = claim.status == "verified" and claim.basis in OFFICIAL
        others = said.setdefault(family(name), [])
        if any(
            value != claim.value if other == name else not (official and known)
            for other, value, known in others
        ):
            return True
        others.append((name, claim.value, official))
    return False


def _row(view: View, conflict: Conflict) -> ConflictRow:
    return ConflictRow(
        view.link(MDX + conflict.property), conflict.kind, KINDS[conflict.kind],
        _side(view, conflict.held, conflict), _side(view, conflict.other, conflict),
    )  # fmt: skip


def _side(view: View, claim: Compared, conflict: Conflict) -> Side:
    text = f"{claim.value:,}" if type(claim.value) is int else claim.text
    if text.startswith("https://"):
        text = view.said.label(text)
    if claim.property != conflict.property:
        text = f"{view.said.label(MDX + claim.property)}: {text}"
    path = view.path_of(claim.claim)
    return Side(text, path, view.link(claim.subject), claim.by, claim.official)
