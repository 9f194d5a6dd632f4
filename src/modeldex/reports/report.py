"""What a report has to say beside its findings, and how a finding reads."""

from __future__ import annotations

import os

from modeldex import wording
from modeldex.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from modeldex.facts import Claim, Evidence
    from modeldex.scan.events import Event
    from modeldex.scan.findings import Finding

LEVELS = {"retired": "error", "retiring": "warning", "unconfirmed": "warning", "": "note"}


class Report(NamedTuple):
    """The findings of a scan, in their order; and by which day, of which files and dataset.

    `known` is how many more a baseline holds back.
    """

    findings: tuple[Finding, ...]
    by: str
    until: str
    release: str
    fail_on: str
    files: int
    skipped: dict[str, int]
    known: int
    paths: tuple[str, ...]

    @property
    def failing(self) -> int:
        """How many findings make the scan fail."""
        return sum(each.fails(self.fail_on) for each in self.findings)


def level(finding: Finding) -> str:
    """`error` for a verified retirement, `warning`, or `note`."""
    return "note" if finding.worst.event == "elsewhere" else LEVELS[finding.worst.weight]


def message(finding: Finding) -> str:
    """A finding in words, without its place."""
    name = finding.written
    if not finding.api_id:
        return f"{name}: {finding.worst.text}"
    events = [_event(each) for each in finding.events]
    head = f"{name}: {events[0]}"
    if len(events) > 1:
        untold = "" if finding.told else " (the code does not tell the platform)"
        head += f"; {'; '.join(events[1:])}{untold}"
    parts = [head]
    if way := way_out(finding.worst):
        parts.append(way)
    if finding.worst.claim is not None and (said := source(finding.worst.claim)):
        parts.append(said)
    return "; ".join(parts)


def _event(event: Event) -> str:
    if event.event == "elsewhere":
        return event.text
    text = f"{event.text} on {event.platform_label}"
    if event.claim is not None:
        text += f" ({judged(event.claim)})"
    if event.alias_of and not event.through_alias:
        text += f", an alias of {event.alias_of}"
    if event.against:
        also = dict.fromkeys(
            f"{each.fact_property.label} {wording.value_text(each)}" for each in event.against
        )
        text += f"; said otherwise: {', '.join(also)}"
    return text


def judged(claim: Claim) -> str:
    """Status and basis of a claim, such as `verified, first hand`."""
    contested = ", contested" if claim.contested else ""
    return f"{claim.status}, {wording.BASES[claim.basis]}{contested}"


def way_out(event: Event) -> str:
    """What to call instead, in words; empty where that is no question."""
    if event.replacements:
        ways = []
        for way in event.replacements:
            via = f", after {' and '.join(way.via)}, gone too" if way.via else ""
            state = f", {way.text}" if way.state in ("retiring", "announced", "deprecated") else ""
            ways.append(
                f"{way.api_id or way.label} "
                f"({'official' if way.official else 'not official'}{via}{state})"
            )
        return f"use {' or '.join(ways)}"
    if event.tried:
        return f"no replacement that still answers: {', '.join(event.tried)} gone too"
    return "no replacement named" if event.weight and event.offering else ""


def best_evidence(claim: Claim) -> list[Evidence]:
    """What supports a claim, official sources and the latest first."""
    support = [each for each in claim.evidence if each.stance == "supports"] or list(claim.evidence)
    latest = sorted(support, key=lambda each: str(each.as_of), reverse=True)
    return sorted(latest, key=lambda each: not each.official)


def source(claim: Claim) -> str:
    """Who says so, as of when, official or not, and where to read it."""
    for each in best_evidence(claim):
        official = "official" if each.official else "not official"
        url = f", {each.source.url}" if each.source.url else ""
        return f"{each.source.label}, as of {each.as_of}, {official}{url}"
    return ""


def shared_path(path: str, paths: Sequence[str]) -> str:
    """A path that tells nothing of the machine: from here, or else from what was scanned.

    >>> shared_path("-", ["-"]), shared_path("/somewhere/app/main.py", ["/somewhere/app"])
    ('stdin', 'main.py')
    """
    if path == "-":
        return "stdin"
    here = os.path.relpath(path)
    if not here.startswith(".."):
        return here.replace(os.sep, "/")
    for given in paths:
        inside = os.path.relpath(path, given)
        if inside != "." and not inside.startswith(".."):
            return inside.replace(os.sep, "/")
    return os.path.basename(path)
