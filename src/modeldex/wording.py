"""How a claim reads to people: its value, its status, whether it is over, and who says so."""

from __future__ import annotations

import datetime

from modeldex.facts import Thing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.facts import Claim, Evidence, Source

MARKS = {"verified": "✓", "unconfirmed": "?", "silent": "∅"}
BASES = {
    "firstHand": "first hand",
    "reported": "reported",
    "asserted": "asserted",
    "thirdParty": "third party",
    "silent": "silent",
}
REASONS = {
    "firstHand": "an official source was read and says so",
    "reported": "a report that marks what it verified names an official source for it",
    "asserted": "a report marks it as verified, and names no source for it",
    "thirdParty": "no official source, nor a report that verified it, supports it",
    "silent": "it was looked for, and nothing was found",
}
STANCES = {"supports": "supported by", "disputes": "disputed by", "silent": "sought in"}
LEGEND = """\
✓ verified     first hand: an official source was read; reported: a report names
               the official source; asserted: a report marks it as verified
? unconfirmed  third party: only somebody else says so
∅ unconfirmed  silent: looked for, and nothing found
was            over: it no longer holds"""


def value_text(claim: Claim) -> str:
    """The value with its unit; `was` before what is over.

    >>> import modeldex
    >>> value_text(modeldex.open().fact("claude-3-5-sonnet", "input price"))
    'was 3.00 USD per million tokens'
    """
    value = claim.value
    if value is None:
        return "nothing found"
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, int):
        text = f"{value:,}"
    elif isinstance(value, Thing):
        text = value.label
    elif isinstance(value, str | datetime.date):
        text = str(value)
    else:
        text = f"{value:,.2f}" if value == round(value, 2) else f"{value:,f}"
    if claim.unit:
        plural = "s" if claim.unit == "token" and value != 1 else ""
        text = f"{text} {claim.unit}{plural}"
    return text if claim.in_force else f"was {text}"


def status_text(claim: Claim) -> str:
    """Mark and status, told apart without colour: `✓`, `?` or `∅`, and the word."""
    kind = "silent" if claim.basis == "silent" else claim.status
    return f"{MARKS[kind]} {'contested' if claim.contested else claim.status}"


def reason_text(claim: Claim) -> str:
    """Why it has the status that it has.

    >>> import modeldex
    >>> reason_text(modeldex.open().fact("claude-3-5-sonnet", "knowledge cutoff"))
    'it was looked for, and nothing was found'
    """
    if claim.contested:
        return "verified, but another verified claim says otherwise"
    if claim.status == "unconfirmed" and claim.basis not in ("thirdParty", "silent"):
        return "an official source of the same date or later says otherwise"
    return REASONS[claim.basis]


def held_text(claim: Claim) -> str:
    """When it held, where something is known of that."""
    parts = []
    if claim.valid_from:
        parts.append(f"from {claim.valid_from}")
    if claim.valid_through:
        parts.append(f"through {claim.valid_through}")
    if claim.ended_by:
        parts.append(f"over by {claim.ended_by}")
    return ", ".join(parts)


def subject_text(claim: Claim, thing: Thing) -> str:
    """What sets the subject of a claim apart from the thing it is shown for, in brackets.

    >>> import modeldex
    >>> dex = modeldex.open()
    >>> subject_text(dex.fact("claude-3-5-sonnet", "tool use"), dex.thing("claude-3-5-sonnet"))
    ' [October 2024 on the Anthropic API]'
    """
    if claim.subject.iri == thing.iri:
        return ""
    apart = claim.subject.label
    if thing.kind in ("Model", "Offering") and apart.startswith(thing.label):
        apart = apart.removeprefix(thing.label).replace("(", "").replace(")", "").strip()
    return f" [{apart}]"


def best_first(claim: Claim) -> list[Evidence]:
    """The evidence: what supports the claim first, and of that what carries most."""
    if len(claim.evidence) < 2:
        return list(claim.evidence)
    ranks = list(BASES)
    return sorted(
        claim.evidence, key=lambda e: (e.stance != "supports", ranks.index(e.kind), e.as_of, e.iri)
    )


def source_text(claim: Claim) -> str:
    """Who says so: the best piece of evidence, and how many more there are."""
    ranked = best_first(claim)
    if not ranked:
        return ""
    more = f" (+{len(ranked) - 1} more)" if len(ranked) > 1 else ""
    return _evidence_text(ranked[0]) + more


def _evidence_text(evidence: Evidence) -> str:
    who = evidence.source.publisher or evidence.source.label
    if evidence.kind == "firstHand":
        return evidence.source.label
    if evidence.stance == "silent":
        return f"{who}, on {evidence.searched}" if evidence.searched else who
    if evidence.cites:
        return f"{who}, from {' and '.join(map(source_name, evidence.cites))}"
    return who


def source_name(source: Source) -> str:
    """A source by publisher and document."""
    if source.publisher and not source.label.startswith(source.publisher):
        return f"{source.publisher}: {source.label}"
    return source.label
