# ruff: noqa: N999 - the module is named as its command
"""Take a catalogue's document into a store on disk: every value as a claim with its source.

The document is a file or an https address; the day is the one for which it speaks. A later
document of the same catalogue adds what changed and ends what is over. Exit code 0; 1 where some
values or records were refused, each of which is named; 2 where nothing could be imported.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from modeldex.errors import BadInput
from modeldex.importers.documents import Import
from modeldex.importers.keeping import (
    IMPORTERS,
    Outcome,
    import_document,
    rebuild,
)
from modeldex.json_reading import SIZE_LIMIT
from modeldex.tables import Progress, declare_format, print_csv, print_json, printable
from modeldex.transport import Call, Transport

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

EXAMPLE = "modeldex import litellm prices.json --as-of 2026-08-20 --store catalogues/"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SHOWN = 20


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("source", metavar="SOURCE", nargs="?",
                        help=f"the catalogue: {', '.join(IMPORTERS)}")  # fmt: skip
    parser.add_argument("file", metavar="FILE", nargs="?", help="a file or an https address")
    parser.add_argument("--as-of", metavar="DATE", help="the day for which it speaks, YYYY-MM-DD")
    parser.add_argument("--version", metavar="TEXT", dest="named",
                        help="the version that its publisher gives it")  # fmt: skip
    parser.add_argument("--store", metavar="DIR", required=True, help="the store's folder")
    parser.add_argument("--rebuild", action="store_true",
                        help="build the store anew from the documents in its folder")  # fmt: skip
    parser.add_argument("--unjoined", action="store_true",
                        help="list the API IDs that are joined to no curated model")  # fmt: skip
    declare_format(parser)


def run(options: argparse.Namespace) -> int:
    """Import, and print what became of the document's values."""
    folder, progress = Path(options.store), Progress()
    try:
        if options.rebuild:
            if options.source or options.file:
                raise BadInput("--rebuild takes no catalogue", remedy="give only --store")
            count = rebuild(folder, show=progress.show)
            progress.end()
            print(f"{count:,} statements in {options.store}, built anew")
            return 0
        if not (options.source and options.file and options.as_of):
            raise BadInput("a catalogue, a file and --as-of are needed",
                           remedy="see modeldex import --help")  # fmt: skip
        text, url = _read(options.file)
        name = options.file if url is None else None
        new = Import(options.source, options.as_of, "", options.named, url,
                     Path(name).name if name else None)  # fmt: skip
        outcome = import_document(folder, text, new, show=progress.show)
    finally:
        progress.end()
    _print(outcome, options)
    return 1 if outcome.tally.refusals else 0


def _read(place: str) -> tuple[bytes, str | None]:
    """The document at a path or an address, and the address."""
    if "://" not in place:
        try:
            with open(place, "rb") as file:
                return file.read(SIZE_LIMIT + 1), None
        except OSError as error:
            raise BadInput(error.strerror or "cannot be read", file=place) from None
    parts = urlsplit(place)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise BadInput("not an https address", file=place, remedy="give a file, or https://")
    transport = Transport(place, max_bytes=SIZE_LIMIT)
    reply = transport.send(Call("GET", transport.url, {"Accept": "application/json"}))
    if reply.status != 200:
        raise transport.refusal(reply)
    return reply.body, transport.shown


def _print(outcome: Outcome, options: argparse.Namespace) -> None:
    tally = outcome.tally
    if options.format == "json":
        print_json({
            "changed": outcome.changed, "records": tally.records, "values": tally.values,
            "taken": tally.taken, "claims": tally.said, "refused": tally.refused,
            "refusals": [refusal._asdict() for refusal in tally.refusals],
            "unknown": dict(tally.unknown.most_common()),
            "leftAside": dict(tally.aside.most_common()),
            "joined": {how: outcome.joined[how] for how in ("offering", "model", "apart")},
            "unjoined": [{"apiId": api_id, "platform": where} for api_id, where in outcome.apart],
        })  # fmt: skip
        return
    if options.format == "csv":
        print_csv(("pointer", "reason", "values"),
                  [(r.pointer, r.reason, str(r.values)) for r in tally.refusals])  # fmt: skip
        return
    if options.unjoined:
        for api_id, platform in outcome.apart:
            print(f"{printable(api_id)}  {platform}")
    for refusal in tally.refusals:
        print(f"modeldex: {printable(refusal.pointer)}: {printable(refusal.reason)}",
              file=sys.stderr)  # fmt: skip
    for name, number in tally.unknown.most_common(SHOWN):
        print(f"unknown field {printable(name)}: {number:,}")
    if len(tally.unknown) > SHOWN:
        print(f"and {len(tally.unknown) - SHOWN:,} more unknown fields: --format json")
    joined = outcome.joined
    print(
        f"{tally.records:,} records, {tally.values:,} values: {tally.taken:,} taken, "
        f"{tally.refused:,} refused, {tally.unknown.total():,} unknown, "
        f"{tally.aside.total():,} left aside\n"
        f"{joined.total():,} API IDs: {joined['offering']:,} curated, "
        f"{joined['model']:,} of curated models, {joined['apart']:,} apart"
    )
    if outcome.changed:
        print(f"{outcome.statements:,} statements in {options.store}")
    else:
        print("imported before: nothing changed")
