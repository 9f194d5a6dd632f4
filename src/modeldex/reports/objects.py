"""The report for programs, as `docs/scan.md` describes it."""

from __future__ import annotations

from modeldex.facts import json_value
from modeldex.partial_date import date_text
from modeldex.reports.report import best_evidence, level, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from modeldex.facts import Claim, Evidence
    from modeldex.reports.report import Report
    from modeldex.scan.events import Event
    from modeldex.scan.findings import Finding
    from modeldex.scan.replacing import Replacement

OF_EVIDENCE = ("source", "sourceLabel", "url", "official", "asOf", "accessed", "locator")


def text(report: Report) -> str:
    """The whole report as JSON."""
    import json

    return json.dumps(as_object(report), indent=2, ensure_ascii=False) + "\n"


def as_object(report: Report) -> dict[str, Any]:
    """The report as the documented object."""
    return {
        "by": report.by,
        "until": report.until,
        "release": report.release,
        "failOn": report.fail_on,
        "failing": report.failing,
        "files": report.files,
        "skipped": dict(sorted(report.skipped.items())),
        "inBaseline": report.known,
        "findings": [_finding(each, report.fail_on) for each in report.findings],
    }


def _finding(finding: Finding, fail_on: str) -> dict[str, Any]:
    return {
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "endColumn": finding.end_column,
        "id": finding.api_id or None,
        "written": finding.written,
        "event": finding.worst.event,
        "level": level(finding),
        "fails": finding.fails(fail_on),
        "platformTold": finding.told,
        "toldBy": finding.how or None,
        "message": message(finding),
        "events": [_event(each) for each in finding.events],
        "fix": finding.fix.text if finding.fix else None,
    }


def _event(event: Event) -> dict[str, Any]:
    claim = event.claim
    return {
        "event": event.event,
        "platform": event.platform or None,
        "platformLabel": event.platform_label or None,
        "offering": event.offering,
        "text": event.text,
        "date": event.date,
        "notBefore": date_text(event.bound.value) if event.bound else None,  # type: ignore[arg-type]
        "aliasOf": event.alias_of,
        "status": claim.status if claim else None,
        "basis": claim.basis if claim else None,
        "contested": claim.contested if claim else None,
        "claim": claim.iri if claim else None,
        "evidence": [_evidence(each) for each in best_evidence(claim)] if claim else [],
        "against": [_against(each) for each in event.against],
        "replacements": [_replacement(each) for each in event.replacements],
        "retiredReplacements": list(event.tried),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    said = evidence.to_dict()
    return {name: said[name] for name in OF_EVIDENCE}


def _against(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim.iri,
        "property": claim.fact_property.name,
        "value": json_value(claim.value),
        "status": claim.status,
        "basis": claim.basis,
    }


def _replacement(way: Replacement) -> dict[str, Any]:
    return {
        "id": way.api_id,
        "label": way.label,
        "offering": way.offering,
        "official": way.official,
        "via": list(way.via),
        "text": way.text,
    }
