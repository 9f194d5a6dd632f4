"""What changed between two days: what became known, was judged anew, began or ceased to hold.

Days are given as YYYY-MM-DD; the second is the day of the release where it is left out.
"""

from __future__ import annotations

import sys

from modeldex import answers, wording
from modeldex.opening import declare_dataset, opened
from modeldex.tables import declare_format, printable, text_table
from modeldex.terms import DATASET, shorten

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from modeldex.rows import Row

EXAMPLE = "modeldex diff 2026-06-30 2026-08-21 claude-3-5-sonnet"
QUERY = "changes-between-two-days"
MARKS = {"known from": "+", "held from": ">", "held through": "<", "judged through": "~"}
LEGEND = """\
+ known: there is evidence from that day on   ~ judged anew by later evidence
> holds from that day on                      < held through that day"""


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("since", metavar="SINCE", help="the day to start from, YYYY-MM-DD")
    parser.add_argument("until", metavar="UNTIL", nargs="?", help="the last day; default: release")
    parser.add_argument("name", metavar="NAME", nargs="?",
                        help="a model, platform or provider; default: all")  # fmt: skip
    declare_dataset(parser)
    declare_format(parser)


def run(options: argparse.Namespace) -> int:
    """Ask the stored query and print its rows."""
    from modeldex.rows import Rows

    dex = opened(options)
    thing = DATASET if options.name is None else dex.thing(options.name).iri
    until = {} if options.until is None else {"until": options.until}
    rows = dex.ask(QUERY, thing=thing, since=options.since, **until)
    assert isinstance(rows, Rows)
    if options.format in ("json", "csv"):
        print(answers.rows_text(rows, options.format))
        return 0
    if not len(rows):
        print("nothing changed", file=sys.stderr)
        return 0
    print(text_table([_cells(row) for row in rows], header=("day", "", "of", "property", "value",
                                                            "status")))  # fmt: skip
    print(f"\n{LEGEND}\n{len(rows)} changes")
    return 0


def _cells(row: Row) -> tuple[str, ...]:
    value = "nothing found" if row["value"] is None else shorten(str(row["value"]))
    unit = f" {row['unit']}" if row["unit"] else ""
    judged = f"{row['status']}, {wording.BASES[row['basis']]}"
    if row["formerStatus"]:
        judged += f"; was {row['formerStatus']}, {wording.BASES[row['formerBasis']]}"
    return (
        str(row["day"]), MARKS[row["change"]], printable(str(row["label"])), str(row["property"]),
        printable(value) + unit, judged,
    )  # fmt: skip
