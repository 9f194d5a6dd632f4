"""`lifecycle.json`: where each API ID stands on each platform, for programs.

A record is one offering under its API ID: its state on the day of the release, the dates by kind,
so that a bound or a plan is never read as a retirement, and for each of them who says so.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator
from typing import Any

from modeldex.dex import Modeldex
from modeldex.facts import Claim, Thing
from modeldex.lifecycle import Lifecycle, lifecycle

DATES = ("announced", "released", "legacySince", "deprecatedOn", "extendedAccessFrom",
         "retirementNotBefore", "retirementPlanned", "retiredOn")  # fmt: skip
OF_CLAIM = ("id", "property", "value", "status", "basis", "contested", "inForce", "asOf")
OF_EVIDENCE = ("url", "official", "locator", "asOf")
OTHERS = ("lifecycleState", "retirementAnnounced", "recommendedReplacement", "resolvesTo")


def standing(
    dex: Modeldex, offerings: Container[str] | None = None
) -> Iterator[tuple[str, str, list[Claim], Lifecycle]]:
    """API ID, platform, the claims about the offering itself, and where it stands.

    Of all offerings, or of these IRIs.
    """
    named = [each for each in dex.api_ids() if offerings is None or each.offering in offerings]
    of_each: dict[str, list[Claim]] = {each.offering: [] for each in named}
    for claim in dex.claims(of_each):
        of_each[claim.subject.iri].append(claim)
    for api_id, offering, platform, _ in named:
        claims = of_each[offering]
        yield api_id, platform, claims, lifecycle(claims, dex.release)


def lifecycle_document(dex: Modeldex) -> dict[str, Any]:
    """The whole as one object; `docs/lifecycle.md` describes it.

    >>> import modeldex
    >>> document = lifecycle_document(modeldex.open())
    >>> [each["text"] for each in document["ids"] if each["apiId"] == "claude-opus-4-1-20250805"]
    ['retired since 2026-08-05']
    """
    ids = {each.offering: each.api_id for each in dex.api_ids()}
    return {
        "release": dex.release,
        "ids": [
            _record(api_id, platform, claims, stands, ids)
            for api_id, platform, claims, stands in standing(dex)
        ],
    }


def lifecycle_json(dex: Modeldex) -> bytes:
    """The document as a file."""
    text = json.dumps(lifecycle_document(dex), ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _record(
    api_id: str, platform: str, claims: list[Claim], stands: Lifecycle, ids: dict[str, str]
) -> dict[str, Any]:
    said = [each for each in claims if each.fact_property.name in (*DATES, *OTHERS)]
    return {
        "apiId": api_id,
        "platform": platform,
        "offering": claims[0].subject.iri,
        "state": stands.state,
        "text": stands.text,
        "decidedBy": None if stands.claim is None else stands.claim.iri,
        "replacements": [_api_id(each, ids) for each in stands.replacements],
        "resolvesTo": None if stands.resolves_to is None else _api_id(stands.resolves_to, ids),
        "against": [each.iri for each in stands.against],
        "claims": [_claim(each) for each in said if each.value is not None],
    }


def _api_id(claim: Claim, ids: dict[str, str]) -> str:
    """The API ID of the offering that is named; its IRI where it has none."""
    assert isinstance(claim.value, Thing)
    return ids.get(claim.value.iri, claim.value.iri)


def _claim(claim: Claim) -> dict[str, Any]:
    said = claim.to_dict()
    evidence = [
        {"source": each["sourceLabel"], **{name: each[name] for name in OF_EVIDENCE}}
        for each in said["evidence"]
    ]
    return {**{name: said[name] for name in OF_CLAIM}, "evidence": evidence}
