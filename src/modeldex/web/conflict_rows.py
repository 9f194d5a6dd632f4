"""Where sources disagree on a model, as rows of its page."""

from __future__ import annotations

from typing import NamedTuple

from modeldex.conflicts import Conflict, conflicts_of
from modeldex.disagreement import KINDS, Compared
from modeldex.facts import Thing
from modeldex.terms import MDX
from modeldex.web.view import MOST_ROWS, Link, View


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


def conflict_rows(view: View, thing: Thing) -> list[ConflictRow]:
    """The disagreements about a thing and what belongs to it."""
    found = list(conflicts_of(view.dex, thing.iri))
    return [_row(view, conflict) for conflict in found[:MOST_ROWS]]


def _row(view: View, conflict: Conflict) -> ConflictRow:
    return ConflictRow(
        view.link(MDX + conflict.property), conflict.kind, KINDS[conflict.kind],
        _side(view, conflict.held, conflict), _side(view, conflict.other, conflict),
    )  # fmt: skip


def _side(view: View, claim: Compared, conflict: Conflict) -> Side:
    text = claim.text
    if text.startswith("https://"):
        text = view.said.label(text)
    if claim.property != conflict.property:
        text = f"{view.said.label(MDX + claim.property)}: {text}"
    path = view.path_of(claim.claim)
    return Side(text, path, view.link(claim.subject), claim.by, claim.official)
