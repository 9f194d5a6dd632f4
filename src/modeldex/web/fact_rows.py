"""Claims as the rows of a page: what stands in each cell, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from modeldex import wording
from modeldex.answer import answer
from modeldex.facts import Claim, Thing

PathOf = Callable[[str], str | None]

INPUTS = ("textInput", "imageInput", "audioInput", "videoInput", "multimodalInput")
OUTPUTS = ("textOutput", "codeOutput", "imageOutput", "audioOutput", "videoOutput")
CODES = ("apiId", "region", "httpMethod", "path", "authenticationHeader", "requiredHeader",
         "servedAt", "stageName", "task")  # fmt: skip
"""What programs use to the letter."""
LOOKS = {"verified": "v", "unconfirmed": "u", "silent": "s"}


class Row(NamedTuple):
    """A claim on a page. `look` is its class of style; `again` if the row before has its name."""

    property: str
    property_path: str | None
    subject: str
    subject_path: str | None
    apart: str
    look: str
    mark: str
    status: str
    basis: str
    value: str
    unit: str
    value_path: str | None
    code: bool
    over: bool
    held: str
    as_of: str
    source: str
    source_path: str | None
    claim_path: str | None
    others: int
    again: bool


def row_of(claim: Claim, thing: Thing | None, path_of: PathOf, *, again: bool = False) -> Row:
    """The row of a claim on the page of a thing.

    >>> import modeldex
    >>> dex = modeldex.open()
    >>> row = row_of(dex.fact("gpt-4o", "context window"), dex.thing("gpt-4o"), lambda iri: None)
    >>> row.mark, row.property, row.value, row.as_of
    ('?', 'context window', '128,000', '2026-06')
    """
    value, prop, subject = claim.value, claim.fact_property, claim.subject
    mark, _, status = wording.status_text(claim).partition(" ")
    best = next(iter(wording.best_first(claim)), None)
    text = wording.value_text(claim).removeprefix("" if claim.in_force else "was ")
    number, unit = (text, "") if claim.unit is None else _split(text)
    return Row(
        prop.label, path_of(prop.iri), subject.label,
        path_of(subject.iri) if thing is None or subject.iri != thing.iri else None,
        wording.subject_text(claim, thing).strip(" []") if thing else "",
        "c" if claim.contested else LOOKS["silent" if claim.basis == "silent" else claim.status],
        mark, status, wording.BASES[claim.basis],
        number, unit, path_of(value.iri) if isinstance(value, Thing) else None,
        prop.name in CODES,
        not claim.in_force, wording.held_text(claim), str(claim.as_of), wording.source_text(claim),
        path_of(best.source.iri) if best else None, path_of(claim.iri), claim.others, again,
    )  # fmt: skip


def _split(text: str) -> tuple[str, str]:
    """A number and its unit; of what is no number all."""
    number, _, unit = text.partition(" ")
    return (number, unit) if number[:1].isdigit() else (text, "")


class Section(NamedTuple):
    """A part of a fact sheet."""

    name: str
    anchor: str
    rows: list[Row]


def sections_of(claims: Iterable[Claim], thing: Thing, path_of: PathOf) -> list[Section]:
    """The claims by section, in their order."""
    found = []
    for name, group in groupby(claims, key=lambda claim: claim.fact_property.section):
        rows: list[Row] = []
        before = None
        for claim in group:
            rows.append(row_of(claim, thing, path_of, again=claim.fact_property == before))
            before = claim.fact_property
        found.append(Section(name, name.lower().replace(" ", "-"), rows))
    return found


class Tally(NamedTuple):
    """How many claims there are, by status."""

    total: int
    verified: int
    unconfirmed: int
    silent: int
    over: int


def tally_of(claims: Sequence[Claim]) -> Tally:
    """The counts of a sheet; `unconfirmed` are those with a value."""
    verified = sum(claim.status == "verified" for claim in claims)
    silent = sum(claim.basis == "silent" for claim in claims)
    over = sum(not claim.in_force for claim in claims)
    return Tally(len(claims), verified, len(claims) - verified - silent, silent, over)


class Chip(NamedTuple):
    """A form of input or output, with the mark of what is claimed of it."""

    text: str
    row: Row


class Glance(NamedTuple):
    """An entry of the overview: one answer, or chips."""

    label: str
    row: Row | None
    chips: list[Chip]


def glance_of(
    claims: Sequence[Claim], names: Sequence[str], thing: Thing, near: Sequence[str],
    path_of: PathOf,
) -> list[Glance]:  # fmt: skip
    """The answers on these properties, of a thing whose nearest are given in order."""
    by_name: dict[str, list[Claim]] = {}
    for claim in claims:
        by_name.setdefault(claim.fact_property.name, []).append(claim)
    best = {name: answer(found, near) for name, found in by_name.items()
            if name in names or name in INPUTS or name in OUTPUTS}  # fmt: skip
    found = [
        Glance(best[name].fact_property.label, row_of(best[name], thing, path_of), [])
        for name in names if name in best
    ]  # fmt: skip
    for label, forms in (("takes in", INPUTS), ("gives out", OUTPUTS)):
        chips = [_chip(best[name], thing, path_of) for name in forms if name in best]
        if chips:
            found.append(Glance(label, None, chips))
    return found


def _chip(claim: Claim, thing: Thing, path_of: PathOf) -> Chip:
    form = claim.fact_property.label.rpartition(" ")[0]
    return Chip(f"no {form}" if claim.value is False else form, row_of(claim, thing, path_of))
