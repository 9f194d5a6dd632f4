"""The status rule is total: each combination of value and evidence is one status or invalid."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain, combinations, product
from pathlib import Path

from modeldex.validation import validate

WORLD = Path(__file__).parent.parent / "ontology" / "examples" / "world.ttl"
CLAIM = "https://w3id.org/modeldex/id/claim/"

# What each kind of evidence is: relation to the claim, source, date, and what else it says. The
# third party speaks after all others: its date must not count.
KINDS = {
    "first-hand": ("supportedBy", "example-maker-docs", "2026-06-15", ""),
    "reported": (
        "supportedBy",
        "example-gazette-report",
        "2026-06-15",
        "mdx:cites source:example-maker-announcement ;",
    ),
    "asserted": (
        "supportedBy",
        "example-gazette-report",
        "2026-06-15",
        "mdx:markedVerified true ;",
    ),
    "third-party": ("supportedBy", "example-blog-post", "2026-06-28", ""),
    "denied-before": ("disputedBy", "example-maker-docs", "2026-06-14", ""),
    "denied-same-day": ("disputedBy", "example-maker-docs", "2026-06-15", ""),
    "denied-later": ("disputedBy", "example-maker-docs", "2026-06-16", ""),
    "denied-by-third-party": ("disputedBy", "example-blog-post", "2026-06-28", ""),
    "silence": (
        "soughtIn",
        "example-gazette-report",
        "2026-06-15",
        "mdx:searched provider:example-maker ;",
    ),
}
STATUSES = ("verified", "unconfirmed")
STATUS_RULES = {
    "status-is-verified",
    "status-is-unconfirmed",
    "claim-fits-the-status-rule",
    "claim-has-evidence",
}


def expected(has_value: bool, kinds: frozenset[str]) -> str | None:
    """The rule as the design words it, or None where the combination is invalid."""
    support = kinds & {"first-hand", "reported", "asserted", "third-party"}
    verifying = support - {"third-party"}
    if has_value and verifying and not kinds & {"denied-same-day", "denied-later"}:
        return "verified"
    if has_value and support:
        return "unconfirmed"
    if not has_value and kinds == {"silence"}:
        return "unconfirmed"
    return None


def all_combinations() -> list[tuple[bool, frozenset[str], str]]:
    subsets = chain.from_iterable(combinations(KINDS, size) for size in range(len(KINDS) + 1))
    return [
        (has_value, frozenset(kinds), status)
        for kinds, has_value, status in product(subsets, (True, False), STATUSES)
    ]


def turtle(cases: list[tuple[bool, frozenset[str], str]]) -> str:
    lines = [
        "@prefix mdx: <https://w3id.org/modeldex/vocab#> .",
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .",
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .",
        "@prefix schema: <https://schema.org/> .",
        *(
            f"@prefix {kind}: <https://w3id.org/modeldex/id/{kind}/> ."
            for kind in ("model", "provider", "source", "claim", "evidence")
        ),
    ]
    for name, (_, source, day, more) in KINDS.items():
        lines.append(
            f"evidence:{name} a mdx:Evidence ; mdx:source source:{source} ; {more} "
            f'mdx:asOf "{day}"^^xsd:date ; mdx:locator "here" .'
        )
    for number, (has_value, kinds, status) in enumerate(cases):
        # A start of its own for each, so that no two say the same.
        start = date(2000, 1, 1) + timedelta(days=number)
        parts = [
            f"claim:case-{number} a mdx:Claim ; rdf:subject model:example-1",
            "rdf:predicate mdx:limitation",
            f"mdx:status mdx:{status}",
            f'schema:validFrom "{start}"^^xsd:date',
            *([f'rdf:object "limit {number}"@en'] if has_value else []),
            *(f"mdx:{KINDS[kind][0]} evidence:{kind}" for kind in sorted(kinds)),
        ]
        lines.append(" ; ".join(parts) + " .")
    return "\n".join(lines)


def test_every_combination_is_one_status_or_invalid(tmp_path: Path) -> None:
    cases = all_combinations()
    file = tmp_path / "cases.ttl"
    file.write_text(turtle(cases), encoding="utf-8")
    report = validate([WORLD, file], context="none")
    violations = [result for result in report.results if result.severity == "violation"]
    assert {result.rule for result in violations} == STATUS_RULES
    caught = {result.focus for result in violations}
    wrong = [
        (has_value, sorted(kinds), status)
        for number, (has_value, kinds, status) in enumerate(cases)
        if (f"{CLAIM}case-{number}" not in caught) != (status == expected(has_value, kinds))
    ]
    assert wrong == []
    conforming: dict[tuple[bool, frozenset[str]], list[str]] = {}
    for number, (has_value, kinds, status) in enumerate(cases):
        if f"{CLAIM}case-{number}" not in caught:
            conforming.setdefault((has_value, kinds), []).append(status)
    assert all(len(statuses) == 1 for statuses in conforming.values())
    verified = sum(statuses == ["verified"] for statuses in conforming.values())
    assert len(cases) == 2 * 2 ** len(KINDS) * 2 == 2048
    assert (len(conforming), verified) == (481, 112)
