"""Models by their facts: context window, price, what they take in and give out, and more.

Only values in force count, unless --past is given. Each answer shows the fact by which it was
found, and its status.
"""

from __future__ import annotations

import argparse
import sys
from decimal import Decimal, InvalidOperation

from modeldex import wording
from modeldex.commands.show import CSV_HEADER, csv_row
from modeldex.errors import BadInput
from modeldex.opening import declare_dataset, opened
from modeldex.tables import declare_format, fitted, print_csv, print_json, text_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from modeldex.dex import Modeldex
    from modeldex.facts import Value

    Test = tuple[str, Callable[[Value], bool]]

EXAMPLE = "modeldex find --min-context 100000 --input image"
INPUTS = ("text", "image", "audio", "video")
OUTPUTS = ("text", "code", "image", "audio", "video")


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    for option, meaning in (
        ("--min-context", "at least so many tokens"),
        ("--max-input-price", "at most, USD per million tokens"),
        ("--max-output-price", "at most, USD per million tokens"),
    ):
        parser.add_argument(option, metavar="N", type=_number, help=meaning)
    parser.add_argument("--input", action="append", default=[], choices=INPUTS,
                        help="takes this in; may be given again")  # fmt: skip
    parser.add_argument("--output", action="append", default=[], choices=OUTPUTS,
                        help="gives this out; may be given again")  # fmt: skip
    parser.add_argument("--provider", metavar="NAME", help="made by")
    parser.add_argument("--on-platform", metavar="NAME", help="offered on")
    parser.add_argument("--has", metavar="PROPERTY", action="append", default=[],
                        help="a yes/no property that is yes, such as 'tool use'")  # fmt: skip
    parser.add_argument("--status", choices=["verified", "unconfirmed"], help="only by such facts")
    parser.add_argument("--past", action="store_true", help="also by what is over")
    declare_dataset(parser)
    declare_format(parser)


def run(options: argparse.Namespace) -> int:
    """Find the models and print them."""
    dex = opened(options)
    tests = _tests(options, dex)
    if not tests:
        raise BadInput("nothing to look for", remedy="give at least one option, as --min-context")
    found = dex.find(tests, status=options.status, past=options.past)
    if options.format == "json":
        print_json([
            {"model": model.iri, "label": model.label, "facts": [c.to_dict() for c in claims]}
            for model, claims in found
        ])  # fmt: skip
    elif options.format == "csv":
        cells = ((model.iri, *csv_row(claim)) for model, claims in found for claim in claims)
        print_csv(("model", *CSV_HEADER), cells)
    elif found:
        header = ("", *(dex.property(name).label for name, _ in tests))
        rows = [(model.label, *(f"{wording.status_text(c).split()[0]} {wording.value_text(c)}"
                                for c in claims)) for model, claims in found]  # fmt: skip
        print(f"{text_table(rows, header=header)}\n\n{fitted(wording.LEGEND)}")
    if not found:
        print(_nothing(dex, tests, options), file=sys.stderr)
    return 0


def _tests(options: argparse.Namespace, dex: Modeldex) -> list[Test]:
    tests: list[Test] = []
    if options.min_context is not None:
        tests.append(("contextWindow", _at_least(options.min_context)))
    for side in ("input", "output"):
        limit = getattr(options, f"max_{side}_price")
        if limit is not None:
            tests.append((f"{side}Price", _at_most(limit)))
        tests += [(f"{form}{side.title()}", _is_yes) for form in getattr(options, side)]
    if options.provider is not None:
        tests.append(("provider", dex.thing(options.provider, "Provider").__eq__))
    if options.on_platform is not None:
        tests.append(("offeredOn", dex.thing(options.on_platform, "Platform").__eq__))
    return [*tests, *((dex.property(name).name, _is_yes) for name in options.has)]


def _nothing(dex: Modeldex, tests: list[Test], options: argparse.Namespace) -> str:
    before = [] if options.past else dex.find(tests, status=options.status, past=True)
    if before:
        return f"no models now; {len(before)} by what is over: add --past"
    return "no models found"


def _is_yes(value: Value) -> bool:
    return value is True


def _at_least(limit: Decimal) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, int | Decimal) and value >= limit


def _at_most(limit: Decimal) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, int | Decimal) and value <= limit


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "").replace("_", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        raise argparse.ArgumentTypeError(f"not a number of 0 or more: {text!r}")
    return number
