"""The report for people: a line a finding; on a terminal wrapped to its width."""

from __future__ import annotations

from modeldex.reports.report import message
from modeldex.tables import fitted, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from modeldex.reports.report import Report


def text(report: Report) -> str:
    """The findings; those of unknown IDs last, apart."""
    return "".join(f"{fitted(line)}\n" if line else "\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    known = [each for each in report.findings if each.api_id]
    unknown = [each for each in report.findings if not each.api_id]
    for each in [*known, *unknown]:
        if unknown and each is unknown[0] and known:
            yield ""
        yield printable(f"{each.path}:{each.line}:{each.column}: {message(each)}")


def summary(report: Report) -> str:
    """One line on what was done and found."""
    number, files = len(report.findings), len({each.path for each in report.findings})
    found = f"{number} finding{'' if number == 1 else 's'}"
    if number:
        found += f" in {files} file{'' if files == 1 else 's'}"
    parts = [f"{report.files:,} file{'' if report.files == 1 else 's'} scanned: {found}"]
    if number:
        parts[0] += f", {report.failing} of them fail the scan (--fail-on {report.fail_on})"
    if report.known:
        parts.append(f"{report.known} more in the baseline")
    if report.skipped:
        reasons = (f"{count:,} {reason}" for reason, count in sorted(report.skipped.items()))
        parts.append(f"skipped: {', '.join(reasons)}")
    parts.append(f"by {report.by}, window until {report.until}, facts of {report.release}")
    return "; ".join(parts)
