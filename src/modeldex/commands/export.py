"""The dataset, or what it says of one thing, in the form that another tool reads.

Formats: turtle, trig, ntriples, nquads, jsonld, rdfxml, rdf12, rdf12-nquads (RDF); nanopub;
schema (schema.org JSON-LD); csv, parquet (one row a claim); json (verified values only); lifecycle
(JSON, where each API ID stands), ics (planned retirements as a calendar); site (a static web site)
and release (every format, with checksums), which are folders. What each keeps: docs/exports.md. A
file is written whole or not at all, and the same bytes every time.
"""

from __future__ import annotations

import sys
from pathlib import Path

from modeldex.commands.query import parameters
from modeldex.errors import BadInput
from modeldex.tables import Progress, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import BinaryIO

    from modeldex.dex import Modeldex

EXAMPLE = "modeldex export --format turtle --about claude-3-5-sonnet"
FOLDERS = ("site", "release")
OF_THE_WHOLE = ("lifecycle", "ics")
BASE_URL = "https://w3id.org/modeldex/"


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--format", metavar="F", required=True, help="see above")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--about", metavar="NAME", help="one thing, with its claims and evidence")
    what.add_argument("--query", metavar="NAME", help="the answer to a stored query")
    parser.add_argument("-p", "--param", metavar="KEY=VALUE", action="append", default=[],
                        help="a parameter of the query; may be given again")  # fmt: skip
    parser.add_argument("-o", "--output", metavar="PATH",
                        help="the file, for site and release the folder; default: the terminal or "
                             "pipe")  # fmt: skip
    parser.add_argument("--base-url", metavar="URL", default=BASE_URL,
                        help=f"where site or release will stand; default: {BASE_URL}")  # fmt: skip
    parser.add_argument("--endpoint", metavar="URL",
                        help="a SPARQL endpoint for the description in a release")  # fmt: skip
    parser.add_argument("--store", metavar="DIR", help="a dataset folder, for the packaged one")


def run(options: argparse.Namespace) -> int:
    """Write the export."""
    # Text on a terminal shows by itself how far it is.
    progress = Progress(bool(options.output or not sys.stdout.isatty()))
    try:
        return _run(options, progress)
    finally:
        progress.end()


def _run(options: argparse.Namespace, progress: Progress) -> int:
    import modeldex

    dex = modeldex.open(options.store)
    if options.param and not options.query:
        raise BadInput("parameters, and no query", remedy="give its name with --query")
    if options.endpoint and options.format != "release":
        raise BadInput("only a release names an endpoint", remedy="leave --endpoint")
    if options.format in FOLDERS:
        return _write_folder(dex, options, progress)
    from modeldex.exports.formats import format_named

    whole = options.format in OF_THE_WHOLE
    binary = not whole and format_named(options.format).binary
    write = _lifecycles(dex, options) if whole else _writer(dex, options, progress)
    if options.output:
        from modeldex.writing import writing

        with writing(Path(options.output)) as file:
            write(file)
    elif binary:
        raise BadInput(f"{options.format} is no text", remedy="name a file with -o")
    else:
        write(sys.stdout.buffer)
    return 0


def _writer(
    dex: Modeldex, options: argparse.Namespace, progress: Progress
) -> Callable[[BinaryIO], object]:
    from modeldex.exports import answers
    from modeldex.exports.formats import write
    from modeldex.exports.selection import Selection

    if options.query:
        values = parameters(dex.questions[options.query], options.param)
        return answers.writer(dex, options.query, values, options.format)
    selection = Selection(dex, options.about, progress=progress.count)
    return lambda out: write(options.format, selection, out)


def _lifecycles(dex: Modeldex, options: argparse.Namespace) -> Callable[[BinaryIO], object]:
    """Where each API ID stands, or the planned retirements as a calendar."""
    if options.about or options.query:
        raise BadInput(f"{options.format} is of the whole", remedy="leave --about and --query")
    if options.format == "ics":
        from modeldex.exports.calendar import icalendar as made
    else:
        from modeldex.exports.lifecycles import lifecycle_json as made
    data = made(dex)
    return lambda out: out.write(data)


def _write_folder(dex: Modeldex, options: argparse.Namespace, progress: Progress) -> int:
    if options.about or options.query:
        raise BadInput(f"a {options.format} is of the whole", remedy="leave --about and --query")
    if not options.output:
        raise BadInput(f"a {options.format} is a folder", remedy="name it with -o DIR")
    folder = Path(options.output)
    if options.format == "site":
        from modeldex.web.site import write_site

        count = write_site(dex, folder, base_url=options.base_url, progress=progress.count)
    else:
        from modeldex.exports.redirects import base_address
        from modeldex.exports.release import write_release

        if options.endpoint:
            base_address(options.endpoint)  # as strict
        count = write_release(
            dex,
            folder,
            base_url=options.base_url,
            endpoint=options.endpoint,
            progress=progress.count,
        )
    progress.end()
    print(printable(f"{count:,} files in {folder}"), file=sys.stderr)
    return 0
