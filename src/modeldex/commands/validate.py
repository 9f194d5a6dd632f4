"""Whether data hold to the fact model: SHACL and the integrity rules.

Reads Turtle, TriG, N-Triples, N-Quads and JSON-LD; without a path, the packaged data. Exit
code 0: they conform; 1: there are violations; 2: something could not be read.
"""

from __future__ import annotations

import sys

from modeldex.errors import BadInput
from modeldex.tables import declare_format, print_csv, print_json, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from modeldex.validation import Report

EXAMPLE = "modeldex validate data/models/gpt-4o.ttl"
SHACL_SYNTAX = {"turtle": "turtle", "jsonld": "json-ld"}


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="files and folders")
    parser.add_argument(
        "--alone", action="store_true",
        help="the files are all there is; otherwise they add to the packaged data, or stand for "
        "its files whose paths end alike, unless they describe the dataset itself",
    )  # fmt: skip
    parser.add_argument("--store", metavar="DIR", help="a dataset folder, as it stands")
    declare_format(parser, *SHACL_SYNTAX)


def run(options: argparse.Namespace) -> int:
    """Validate, print the findings, and answer with the exit code."""
    if options.store is not None:
        return _validate_store(options)
    unreadable = _unreadable(options.paths)
    if unreadable:
        for error in unreadable:
            print(f"modeldex: {printable(str(error))}", file=sys.stderr)
        return 2
    from modeldex.validation import validate

    report = validate(options.paths, context="none" if options.alone else "auto")
    _print(report, options.format)
    return 0 if report.conforms else 1


def _validate_store(options: argparse.Namespace) -> int:
    if options.paths or options.alone:
        raise BadInput("--store takes no files", remedy="validate them by themselves")
    from modeldex.validation import validate_store

    report = validate_store(options.store)
    _print(report, options.format)
    return 0 if report.conforms else 1


def _unreadable(paths: list[str]) -> list[BadInput]:
    """Every file that cannot be read, so that all are named and nothing is half done."""
    from modeldex.reading import files_in, read

    errors = []
    for path in paths:
        try:
            files = list(files_in([path]))
        except BadInput as error:
            errors.append(error)
            continue
        for file in files:
            try:
                read(file)
            except BadInput as error:
                errors.append(error)
    return errors


def _print(report: Report, form: str) -> None:
    if form in SHACL_SYNTAX:
        print(report.graph.serialize(format=SHACL_SYNTAX[form]))
    elif form == "json":
        print_json({
            "conforms": report.conforms, "files": report.files, "claims": report.claims,
            "results": [result._asdict() for result in report.results],
        })  # fmt: skip
    elif form == "csv":
        header = ("severity", "rule", "focus", "message", "value", "file", "line")
        print_csv(header, [["" if c is None else str(c) for c in r] for r in report.results])
    else:
        for result in report.results:
            print(printable(str(result)))
        counts = {"violation": 0, "warning": 0, "info": 0}
        for result in report.results:
            counts[result.severity] += 1
        verdict = "conforms" if report.conforms else "does not conform"
        print(
            f"{verdict}: {report.files} files, {report.claims} claims, "
            f"{counts['violation']} violations, {counts['warning']} warnings"
        )
