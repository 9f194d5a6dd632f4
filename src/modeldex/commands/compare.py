"""Models side by side: the answer of each on each property, with its status.

Of a single-valued property the one answer is given, of others every value.
"""

from __future__ import annotations

from modeldex import wording
from modeldex.commands.show import CSV_HEADER, csv_row
from modeldex.errors import BadInput
from modeldex.opening import declare_dataset, opened
from modeldex.tables import declare_format, fitted, print_csv, print_json, text_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from modeldex.facts import Claim, Thing

EXAMPLE = 'modeldex compare claude-3-5-sonnet gpt-4o "Gemini 2.0 Flash"'


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("names", metavar="NAME", nargs="+", help="two or more names")
    parser.add_argument(
        "--property", metavar="PROPERTY", action="append", dest="properties",
        help="only this property; may be given again",
    )  # fmt: skip
    declare_dataset(parser)
    declare_format(parser)


def run(options: argparse.Namespace) -> int:
    """Print the comparison."""
    if len(options.names) < 2:
        raise BadInput("one name is nothing to compare", remedy="name two or more")
    dex = opened(options)
    things = [dex.thing(name) for name in options.names]
    rows = dex.compare(things, options.properties)
    if options.format == "json":
        print_json([
            {"property": prop.name, "unit": prop.unit,
             "answers": [[claim.to_dict() for claim in cell] for cell in cells]}
            for prop, cells in rows.items()
        ])  # fmt: skip
    elif options.format == "csv":
        header = ("thing", *CSV_HEADER)
        cells = (
            (thing.iri, *csv_row(claim)) for row in rows.values()
            for thing, cell in zip(things, row, strict=True) for claim in cell
        )  # fmt: skip
        print_csv(header, cells)
    else:
        body = [
            (prop.label, *(_cell(cell, thing) for cell, thing in zip(cells, things, strict=True)))
            for prop, cells in rows.items()
        ]
        print(text_table(body, header=("", *(thing.label for thing in things))))
        more = "(+n): so many more claims; see modeldex why NAME PROPERTY"
        print(fitted(f"\n{wording.LEGEND}\n{more}"))
    return 0


def _cell(claims: tuple[Claim, ...], thing: Thing) -> str:
    return "; ".join(_value(claim, thing) for claim in claims) or "-"


def _value(claim: Claim, thing: Thing) -> str:
    mark = wording.status_text(claim).split()[0]
    version = claim.subject.label.startswith(f"{thing.label} (")
    qualifier = wording.subject_text(claim, thing) if version else ""
    contested = ", contested" if claim.contested else ""
    others = f" (+{claim.others})" if claim.others else ""
    return f"{mark} {wording.value_text(claim)}{qualifier}{contested}{others}"
