"""Where sources disagree: two values, who gives them, of what kind the disagreement is.

Every value is held against the one of an official source, the arbiter, where there is one, else
against the one that most sources give. Without a name all models are compared.
"""

from __future__ import annotations

import sys
from decimal import Decimal, InvalidOperation

from modeldex.conflicts import Conflict, conflicts_of
from modeldex.disagreement import KINDS
from modeldex.errors import BadInput
from modeldex.opening import declare_dataset, opened
from modeldex.tables import declare_format, print_csv, print_json, printable, text_table
from modeldex.terms import DATASET, local_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from modeldex.dex import Modeldex
    from modeldex.disagreement import Compared

EXAMPLE = "modeldex conflicts gpt-4-1106-preview"
HEADER = ("model", "property", "kind", "held", "by", "other", "by", "times")


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="a model, platform or provider")
    parser.add_argument("--property", metavar="NAME", help="only this property")
    parser.add_argument("--provider", metavar="NAME", help="only models of this provider")
    parser.add_argument("--kind", metavar="KIND", action="append",
                        help=f"only this kind: {', '.join(KINDS)}")  # fmt: skip
    parser.add_argument("--min-difference", metavar="TIMES",
                        help="only numbers that differ this many times")  # fmt: skip
    parser.add_argument("--official", action="store_true", help="only with an official answer")
    parser.add_argument("--past", action="store_true", help="also claims that are over")
    declare_dataset(parser)
    declare_format(parser)


def run(options: argparse.Namespace) -> int:
    """Compare, filter, and print; the counts of kinds go to standard error."""
    for kind in options.kind or ():
        if kind not in KINDS:
            raise BadInput(f"no kind {kind!r}", remedy=f"known: {', '.join(KINDS)}")
    if options.name and options.provider:
        raise BadInput("both a name and --provider", remedy="give one of them")
    dex = opened(options)
    found = list(_wanted(dex, options))
    if options.format == "json":
        print_json([conflict.to_dict() for conflict in found])
    elif options.format == "csv":
        print_csv(HEADER, [_cells(conflict) for conflict in found])
    elif found:
        print(text_table([_cells(conflict) for conflict in found], header=HEADER))
    counts = {kind: sum(c.kind == kind for c in found) for kind in KINDS}
    said = ", ".join(f"{count:,} {kind}" for kind, count in counts.items() if count)
    print(f"{len(found):,} disagreements{': ' if said else ''}{said}", file=sys.stderr)
    return 0


def _wanted(dex: Modeldex, options: argparse.Namespace) -> Iterator[Conflict]:
    name = options.name or options.provider
    kind = "Provider" if options.provider else None
    wanted = dex.property(options.property).name if options.property else None
    least = _times(options.min_difference) if options.min_difference else None
    thing = dex.thing(name, kind).iri if name else DATASET
    for conflict in conflicts_of(dex, thing, past=options.past):
        if (
            (wanted is None or wanted in (conflict.property, conflict.held.property))
            and (not options.kind or conflict.kind in options.kind)
            and (not options.official or conflict.arbitrated)
            and (least is None
                 or (conflict.difference is not None and conflict.difference >= least))
        ):  # fmt: skip
            yield conflict


def _times(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or number < 1:
        raise BadInput(f"--min-difference: not a number from 1: {text!r}")
    return number


def _cells(conflict: Conflict) -> tuple[str, ...]:
    held, other = conflict.held, conflict.other
    mark = "✓ " if conflict.arbitrated else ""
    return (
        local_name(conflict.model), conflict.property, conflict.kind,
        mark + _value(held, conflict), printable(held.by),
        _value(other, conflict), printable(other.by),
        "" if conflict.difference is None else f"{conflict.difference.normalize():f}",
    )  # fmt: skip


def _value(claim: Compared, conflict: Conflict) -> str:
    text = local_name(claim.text) if claim.text.startswith("https://w3id.org/") else claim.text
    where = f" [{local_name(claim.subject)}]" if claim.subject != conflict.model else ""
    return printable((text if claim.property == conflict.property
                      else f"{claim.property} {text}") + where)  # fmt: skip
