"""Model IDs in source code that are retired, or will be: who says so, and what to call instead.

Exit code: 0 where nothing fails the scan, 1 for findings that do, 2 where it cannot run. What
.gitignore leaves out is left out; a comment `modeldex: ignore` silences its line.
"""

from __future__ import annotations

import argparse
import os
import sys

from modeldex.errors import BadInput, ModeldexError, UnknownName
from modeldex.opening import declare_dataset, opened
from modeldex.tables import Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.dex import Modeldex
    from modeldex.reports.report import Report
    from modeldex.scan.findings import Finding, Judge
    from modeldex.scan.fixing import Patch
    from modeldex.scan.matching import Finder
    from modeldex.scan.tree import Tree

EXAMPLE = "modeldex scan src --within 180d --format json"
FINDINGS = 1
CANNOT = 2
UNITS = {"d": 1, "w": 7}
FORMATS = {"text": "lines", "json": "objects", "sarif": "sarif", "github": "github"}
PROGRESS_EVERY = 256


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", metavar="PATH", nargs="+",
                        help="files and folders; - is standard input")  # fmt: skip
    parser.add_argument("--by", metavar="DATE", help="the day that counts as today (YYYY-MM-DD)")
    parser.add_argument("--within", metavar="90d", type=_days, default=90,
                        help="retirements so soon are told: days (90d) or weeks (12w)")  # fmt: skip
    parser.add_argument("--platform", metavar="P", help="is called where the code does not tell")
    parser.add_argument("--format", choices=list(FORMATS), default="text",
                        help="how to print the findings (default: text)")  # fmt: skip
    parser.add_argument(
        "--fail-on", choices=["retired", "retiring", "unconfirmed"], default="retiring",
        help="retired: verified retirements; retiring (the default): also what is due, announced "
        "or near; unconfirmed: also what is not verified",
    )  # fmt: skip
    parser.add_argument("--unknown", action="store_true",
                        help="also what looks like a model and is not known")  # fmt: skip
    parser.add_argument(
        "--all", action="store_true", help="also IDs that are live, or retire later"
    )
    parser.add_argument("--baseline", metavar="FILE", help="tell only what is not in this file")
    parser.add_argument("--write-baseline", metavar="FILE", help="keep the findings in this file")
    parser.add_argument("--fix", action="store_true",
                        help="print a diff to the official replacements instead")  # fmt: skip
    parser.add_argument("--write", action="store_true", help="with --fix: change the files")
    parser.add_argument("--exclude", metavar="GLOB", action="append", default=[],
                        help="leave these out, as a line of .gitignore would")  # fmt: skip
    parser.add_argument(
        "--no-gitignore", action="store_true", help="read what .gitignore names too"
    )
    parser.add_argument("--max-size", metavar="BYTES", type=_size,
                        help="skip larger files (default: 50000000)")  # fmt: skip
    parser.add_argument("-o", "--output", metavar="FILE", help="write the findings to this file")
    declare_dataset(parser)


def _days(text: str) -> int:
    number, unit = (text[:-1], text[-1]) if text[-1:] in UNITS else (text, "d")
    if not (number.isascii() and number.isdigit() and len(number) <= 5):
        raise argparse.ArgumentTypeError(f"not a span of days: {text!r}; write 90d or 12w")
    return int(number) * UNITS[unit]


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"not a number of bytes: {text!r}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Scan, and print what was found."""
    from importlib import import_module

    from modeldex.reports.lines import summary
    from modeldex.scan.baseline import baseline_text, new_ones, read_baseline

    if options.write and not options.fix:
        raise BadInput("--write changes files only with --fix")
    known = read_baseline(options.baseline) if options.baseline else None
    report, patches = _scanned(options)
    if options.write_baseline:
        _write(options.write_baseline, baseline_text(report.findings))
        print(f"baseline of {len(report.findings)} findings written", file=sys.stderr)
        return 0
    if known is not None:
        fresh = new_ones(report.findings, known)
        report = report._replace(findings=tuple(fresh), known=len(report.findings) - len(fresh))
    if options.fix:
        return _fix(report, patches, options)
    text = import_module(f"modeldex.reports.{FORMATS[options.format]}").text(report)
    if options.output:
        _write(options.output, text)
    else:
        sys.stdout.write(text)
        sys.stdout.flush()
    print(summary(report), file=sys.stderr)
    return FINDINGS if report.failing else 0


def _scanned(options: argparse.Namespace) -> tuple[Report, list[Patch]]:
    from modeldex.reports.report import Report
    from modeldex.scan.findings import Facts, Judge
    from modeldex.scan.ids import known_ids
    from modeldex.scan.matching import Finder
    from modeldex.scan.tree import MAX_SIZE, Tree

    by, until = _window(options.by, options.within)
    tree = Tree(
        options.paths, max_size=options.max_size or MAX_SIZE,
        use_gitignore=not options.no_gitignore, exclude=options.exclude,
    )  # fmt: skip
    dex = opened(options)
    ids = known_ids(dex)
    platform = _platform(dex, options.platform) if options.platform else None
    judge = Judge(Facts(dex, by=by, until=until), ids, platform=platform, everything=options.all)
    aside = os.path.abspath(options.output) if options.output else None
    finder = Finder(ids, unknown=options.unknown)
    found, patches, files = _look(tree, finder, judge, options.fix, aside)
    return Report(
        tuple(found), by, until, dex.release, options.fail_on, files, tree.skipped, 0,
        tuple(options.paths),
    ), patches  # fmt: skip


def _look(
    tree: Tree, finder: Finder, judge: Judge, fix: bool, aside: str | None
) -> tuple[list[Finding], list[Patch], int]:
    from modeldex.scan.fixing import patch

    found: list[Finding] = []
    patches: list[Patch] = []
    files = 0
    progress = Progress()
    for file, data in tree:
        if file.absolute == aside:
            continue  # the last report is not read
        files += 1
        if files % PROGRESS_EVERY == 0:
            progress.show(f"{files:,} files")
        occurrences = finder.occurrences(data)
        if not occurrences:
            continue
        here = [each for o in occurrences if (each := judge.finding(file.path, o)) is not None]
        found += here
        if fix and file.absolute and (made := patch(file.path, file.absolute, data, here)):
            patches.append(made)
    progress.end()
    return found, patches, files


def _window(by: str | None, within: int) -> tuple[str, str]:
    """The day that counts as today, and the last day of the window."""
    from datetime import date, timedelta

    try:
        today = date.fromisoformat(by) if by else date.today()
        if by and len(by) != 10:
            raise ValueError
    except ValueError:
        raise BadInput(f"--by: not a day: {by!r}", remedy="write YYYY-MM-DD") from None
    last = min(today.toordinal() + within, date.max.toordinal())
    return str(today), str(today + timedelta(last - today.toordinal()))


def _platform(dex: Modeldex, name: str) -> str:
    """The platform with this name, also one that only code knows."""
    from modeldex.names import name_key
    from modeldex.scan.findings import BEYOND
    from modeldex.terms import local_name

    try:
        return dex.thing(name, "Platform").iri
    except UnknownName:
        for iri, label in BEYOND.items():
            if name_key(name) in (name_key(label), name_key(local_name(iri)),
                                  name_key(label.split(maxsplit=1)[0])):  # fmt: skip
                return iri
        raise


def _write(path: str, content: str | bytes) -> None:
    from pathlib import Path

    from modeldex.writing import write_whole

    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    write_whole(Path(path), data)


def _fix(report: Report, patches: list[Patch], options: argparse.Namespace) -> int:
    from modeldex.reports.report import shared_path
    from modeldex.scan.fixing import apply, patch, unified_diff

    wanted: dict[str, list[Finding]] = {}
    for each in report.findings:
        wanted.setdefault(each.path, []).append(each)
    made = [
        kept for one in patches
        if (kept := patch(one.path, one.absolute, one.data, wanted.get(one.path, ())))
    ]  # fmt: skip
    diff = b"".join(unified_diff(one, shared_path(one.path, report.paths)) for one in made)
    if options.output:
        _write(options.output, diff)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(diff)
        sys.stdout.buffer.flush()
    refused = 0
    fixed = {(one.path, fix.start) for one in made for fix in one.fixes}
    for one in made if options.write else ():
        try:
            apply(one)
        except ModeldexError as error:
            refused += 1
            fixed -= {(one.path, fix.start) for fix in one.fixes}
            print(f"modeldex: {error}", file=sys.stderr)
    left = [each for each in report.findings
            if each.fix is None or (each.path, each.fix.start) not in fixed]  # fmt: skip
    done = "changed" if options.write else "can be changed (--write does it)"
    number = len(made) - refused
    where = f"{number} file{'' if number == 1 else 's'}"
    print(f"{len(fixed)} of {len(report.findings)} findings {done}, in {where}", file=sys.stderr)
    if refused:
        return CANNOT
    remaining = left if options.write else report.findings
    return FINDINGS if any(each.fails(report.fail_on) for each in remaining) else 0
