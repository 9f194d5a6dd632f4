"""SARIF 2.1.0, which code hosts show as alerts.

A rule is an ID on a platform and what became of it, so that the help of an alert can say who says
so and what to call instead. No path of the machine is in it.
"""

from __future__ import annotations

from modeldex.reports.report import best_evidence, judged, level, message, shared_path, way_out
from modeldex.scan.baseline import fingerprints
from modeldex.terms import local_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from modeldex.reports.report import Report
    from modeldex.scan.findings import Finding

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
HOME = "https://w3id.org/modeldex/"
ROOT = "%SRCROOT%"
TITLES = {
    "retired": "{} is retired",
    "due": "{} was due to retire",
    "retiring": "{} will be retired",
    "announced": "the retirement of {} is announced",
    "elsewhere": "nothing is known of {} on this platform",
    "unknown": "{} looks like the ID of a model, and is not in the graph",
    "later": "{} will be retired later",
    "deprecated": "{} is deprecated",
    "legacy": "{} is a legacy model",
    "live": "{} is live",
    "unclear": "nothing is known of the life of {}",
}


def text(report: Report) -> str:
    """The report as one SARIF log."""
    import json

    return json.dumps(as_object(report), indent=2, ensure_ascii=False) + "\n"


def as_object(report: Report) -> dict[str, Any]:
    """The log as an object of JSON."""
    from modeldex import __version__

    rules: dict[str, dict[str, Any]] = {}
    for each in report.findings:
        rules.setdefault(rule_id(each), _rule(each))
    place = {name: number for number, name in enumerate(sorted(rules))}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Modeldex",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "informationUri": HOME,
                        "rules": [rules[name] for name in sorted(rules)],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {
                    ROOT: {"description": {"text": "The root of the scanned tree."}}
                },
                "invocations": [{"executionSuccessful": True}],
                "properties": {
                    "by": report.by,
                    "until": report.until,
                    "release": report.release,
                },
                "results": [
                    _result(each, place, report, mark)
                    for each, mark in zip(
                        report.findings, fingerprints(report.findings), strict=True
                    )
                ],
            }
        ],
    }


def rule_id(finding: Finding) -> str:
    """The event, the ID and the platform, such as `retired/gpt-4-0314/openai-api`."""
    event = finding.worst
    if not finding.api_id:
        return event.event
    # An offering is named after model, platform and what narrows it, such as fine-tuning.
    narrowed = (event.offering or "").split("--")[2:]
    parts = (event.event, finding.api_id, local_name(event.platform), *narrowed)
    return "/".join(filter(None, parts))


def _rule(finding: Finding) -> dict[str, Any]:
    event = finding.worst
    title = TITLES[event.event].format(finding.api_id or "this")
    place = f" on {event.platform_label}" if event.platform_label else ""
    said = f"{event.text[:1].upper()}{event.text[1:]}{place if event.offering else ''}."
    plain, marked = [said], [said]
    if event.claim is not None:
        for each in best_evidence(event.claim):
            where = "; ".join(each.locator)
            official = "official" if each.official else "not official"
            rest = f" ({official}, as of {each.as_of}): {where}"
            label, url = each.source.label, each.source.url
            plain.append(f"Source: {label}{rest}{f' {url}' if url else ''}")
            marked.append(f"Source: {f'[{label}]({url})' if url else label}{rest}")
        plain.append(f"Status: {judged(event.claim)}.")
        marked.append(f"Status: **{judged(event.claim)}**.")
    if way := way_out(event):
        plain.append(f"{way[:1].upper()}{way[1:]}.")
        marked.append(f"**{way[:1].upper()}{way[1:]}.**")
    rule: dict[str, Any] = {
        "id": rule_id(finding),
        "name": "".join(word.title() for word in ("model", event.event)),
        "shortDescription": {"text": f"{title}{place if event.event != 'elsewhere' else ''}"},
        "fullDescription": {"text": said},
        "help": {"text": "\n\n".join(plain), "markdown": "\n\n".join(marked)},
        "defaultConfiguration": {"level": level(finding)},
        "properties": {"tags": ["ai-models", event.event], "precision": "high"},
    }
    if event.claim is not None:
        for each in best_evidence(event.claim):
            if each.source.url:
                rule["helpUri"] = each.source.url
                break
    return rule


def _result(finding: Finding, place: dict[str, int], report: Report, mark: str) -> dict[str, Any]:
    name = rule_id(finding)
    file = {"uri": _uri(finding.path, report), "uriBaseId": ROOT}
    result: dict[str, Any] = {
        "ruleId": name,
        "ruleIndex": place[name],
        "level": level(finding),
        "message": {"text": message(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": file,
                    "region": _region(finding, finding.column, finding.end_column),
                }
            }
        ],
        "partialFingerprints": {"modeldexFinding/v1": mark},
        "properties": {"platformTold": finding.told, "fails": finding.fails(report.fail_on)},
    }
    if finding.fix is not None:
        fix = finding.fix
        result["fixes"] = [
            {
                "description": {"text": f"Call {fix.text} instead of {finding.api_id}."},
                "artifactChanges": [
                    {
                        "artifactLocation": file,
                        "replacements": [
                            {
                                "deletedRegion": _region(finding, fix.column, fix.end_column),
                                "insertedContent": {"text": fix.text},
                            }
                        ],
                    }
                ],
            }
        ]
    return result


def _region(finding: Finding, column: int, end_column: int) -> dict[str, int]:
    return {
        "startLine": finding.line, "startColumn": column,
        "endLine": finding.line, "endColumn": end_column,
    }  # fmt: skip


def _uri(path: str, report: Report) -> str:
    import os
    from urllib.parse import quote

    return quote(os.fsencode(shared_path(path, report.paths)))
