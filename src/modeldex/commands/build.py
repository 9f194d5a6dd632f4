"""Build the dataset of a checkout from its data/ and ontology/, and say what changed.

Its data are validated first: exit code 1 where they do not conform, and nothing is changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from modeldex import packaged
from modeldex.build import build
from modeldex.errors import BadInput
from modeldex.tables import declare_format, print_csv, print_json
from modeldex.validation import validate

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

EXAMPLE = "modeldex build"


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "root",
        metavar="ROOT",
        nargs="?",
        help="the checkout (default: this folder, or the one this runs from)",
    )
    parser.add_argument(
        "-o", "--output", metavar="DIR",
        help="where the dataset goes (default: into the package of the checkout)",
    )  # fmt: skip
    declare_format(parser)


def run(options: argparse.Namespace) -> int:
    """Build, and print the changes."""
    root = _checkout(options.root)
    report = validate([root / "data"], context="none")
    if not report.conforms:
        print(*report.results, sep="\n", file=sys.stderr)
        return 1
    target = Path(options.output) if options.output else root / "src" / "modeldex" / "dataset"
    built = build(root, target)
    kinds = ("added", "removed", "altered")
    if options.format == "json":
        print_json({"quads": built.quads, "sha256": built.sha256, **built.change._asdict()})
    elif options.format == "csv":
        print_csv(("change", "thing"), [(k, t) for k in kinds for t in getattr(built.change, k)])
    else:
        for kind, sign in zip(kinds, "+-~", strict=True):
            for thing in getattr(built.change, kind):
                print(f"{sign} {thing}")
        counts = ", ".join(f"{len(getattr(built.change, kind))} {kind}" for kind in kinds)
        print(f"{built.quads:,} statements in {target}: {counts}")
    return 0


def _checkout(named: str | None) -> Path:
    own = Path(packaged.HERE).parent.parent
    for root in [Path(named)] if named else [Path(), own]:
        if (root / "data").is_dir() and (root / "ontology" / "modeldex.ttl").is_file():
            return root
    raise BadInput(
        "not a checkout of Modeldex", file=named or ".", remedy="it has data/ and ontology/"
    )
