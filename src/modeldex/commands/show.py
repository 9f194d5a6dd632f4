"""The fact sheet of a model, series, provider, platform or API ID.

Every fact stands with its status, what it rests on, and the date its source speaks for. Names
are read as people type them: "Claude 3.5 Sonnet", claude-3-5-sonnet, an API ID, an IRI.
"""

from __future__ import annotations

from itertools import groupby

from modeldex import wording
from modeldex.opening import declare_dataset, opened
from modeldex.tables import (
    column_widths,
    declare_format,
    fitted,
    heading,
    print_csv,
    print_json,
    table_lines,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from modeldex.facts import Claim, Thing

EXAMPLE = 'modeldex show "Claude 3.5 Sonnet" --status verified'
CSV_HEADER = ("claim", "subject", "property", "value", "unit", "status", "basis", "contested",
              "in_force", "as_of", "valid_from", "valid_through", "ended_by", "platform",
              "source")  # fmt: skip


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", metavar="NAME", help="a name, API ID or IRI")
    parser.add_argument("--status", choices=["verified", "unconfirmed"], help="only these")
    declare_times(parser)
    declare_dataset(parser)
    declare_format(parser)


def declare_times(parser: argparse.ArgumentParser) -> None:
    """Declare the options that choose clock and platform."""
    parser.add_argument("--on", metavar="DATE", help="what held on that day (YYYY-MM-DD)")
    parser.add_argument("--as-of", metavar="DATE", help="what was known by that date")
    parser.add_argument("--platform", metavar="P", help="only this platform, and what names none")


def run(options: argparse.Namespace) -> int:
    """Print the sheet."""
    dex = opened(options)
    thing = dex.thing(options.name)
    claims = dex.facts(
        thing, status=options.status, on=options.on, as_of=options.as_of, platform=options.platform
    )
    if options.format == "json":
        print_json([claim.to_dict() for claim in claims])
    elif options.format == "csv":
        print_csv(CSV_HEADER, map(csv_row, claims))
    else:
        print(sheet(thing, claims))
    return 0


def sheet(thing: Thing, claims: list[Claim]) -> str:
    """The fact sheet as text."""
    verified = sum(claim.status == "verified" for claim in claims)
    silent = sum(claim.basis == "silent" for claim in claims)
    over = sum(not claim.in_force for claim in claims)
    lines = [
        heading(thing.label),
        fitted(f"{thing.kind.lower()}  {thing.iri}"),
        fitted(
            f"{len(claims)} claim{'' if len(claims) == 1 else 's'}: {verified} verified, "
            f"{len(claims) - verified} unconfirmed "
            f"(of these, {silent} with nothing found); {over} over"
        ),
    ]
    if not claims:
        return "\n".join(lines)
    sections = [
        (section, [_row(claim, thing) for claim in group])
        for section, group in groupby(claims, key=lambda claim: claim.fact_property.section)
    ]
    widths = column_widths([row for _, rows in sections for row in rows])
    lines += ["", fitted(wording.LEGEND)]
    for section, rows in sections:
        lines += ["", heading(section), *table_lines(rows, widths)]
    why = f"Why? modeldex why {thing.slug} {_quoted(claims[0].fact_property.label)}"
    lines += ["", fitted(why)]
    return "\n".join(lines)


def _row(claim: Claim, thing: Thing) -> tuple[str, ...]:
    qualifier = wording.subject_text(claim, thing)
    held = wording.held_text(claim)
    return (
        wording.status_text(claim),
        wording.BASES[claim.basis],
        claim.fact_property.label + qualifier,
        wording.value_text(claim) + (f" ({held})" if held else ""),
        str(claim.as_of),
        wording.source_text(claim),
    )


def csv_row(claim: Claim) -> tuple[str, ...]:
    """A claim as a row under `CSV_HEADER`."""
    from modeldex.facts import json_value

    value = json_value(claim.value)
    return tuple(
        "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)
        for cell in (
            claim.iri, claim.subject.iri, claim.fact_property.name, value, claim.unit,
            claim.status, claim.basis, claim.contested, claim.in_force, claim.as_of,
            claim.valid_from, claim.valid_through, claim.ended_by, claim.platform,
            wording.source_text(claim),
        )
    )  # fmt: skip


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
