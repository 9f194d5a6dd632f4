"""Workflow commands, by which GitHub shows findings beside the lines of a change."""

from __future__ import annotations

from modeldex.reports.report import level, message, shared_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.reports.report import Report
    from modeldex.scan.findings import Finding

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def text(report: Report) -> str:
    """A command a finding."""
    return "".join(f"{_command(each, report)}\n" for each in report.findings)


def _command(finding: Finding, report: Report) -> str:
    properties = {
        "file": shared_path(finding.path, report.paths),
        "line": finding.line,
        "endLine": finding.line,
        "col": finding.column,
        "endColumn": finding.end_column,
        "title": f"{finding.written}: {finding.worst.event}",
    }
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{COMMANDS[level(finding)]} {written}::{_data(message(finding))}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
