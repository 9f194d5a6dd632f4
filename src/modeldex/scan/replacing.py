"""What to call instead: recommended replacements, followed until one that still answers."""

from __future__ import annotations

from modeldex.facts import Thing
from modeldex.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from modeldex.lifecycle import Lifecycle

GONE = ("retired", "due")


class Replacement(NamedTuple):
    """What is recommended in the place of an offering.

    `api_id` is None where the graph has no ID for it. `official` tells whether an official source
    recommends it, at each step of the way; `via` are the replacements that are gone themselves.
    `text` says where it stands.
    """

    offering: str
    label: str
    api_id: str | None
    official: bool
    via: tuple[str, ...]
    text: str
    state: str
    source: str | None


def replacements(
    offering: str,
    stands: Callable[[str], Lifecycle],
    api_id: Callable[[str], str | None],
) -> tuple[list[Replacement], list[str]]:
    """The replacements of an offering that are not gone, nearest first; and those that are.

    `stands` tells where an offering stands, `api_id` its ID. A circle ends where it began.

    >>> import modeldex
    >>> from modeldex.scan.findings import Facts
    >>> facts = Facts(modeldex.open(), by="2026-08-21", until="2026-11-19")
    >>> start = "https://w3id.org/modeldex/id/offering/claude-opus-4-20250514--anthropic-api"
    >>> [found.api_id for found in replacements(start, facts.stands, facts.api_id)[0]]
    ['claude-opus-4-8']
    """
    found: dict[str, Replacement] = {}
    gone: dict[str, str] = {}
    waiting: list[tuple[str, bool, tuple[str, ...]]] = [(offering, True, ())]
    seen = {offering}
    while waiting:
        at, official, via = waiting.pop(0)
        for claim in stands(at).replacements:
            value = claim.value
            if not isinstance(value, Thing):
                continue
            name = api_id(value.iri) or value.label
            first_hand = official and claim.status == "verified" and any(
                each.official and each.stance == "supports" for each in claim.evidence
            )  # fmt: skip
            there = stands(value.iri)
            if there.state not in GONE:
                known = found.get(value.iri)
                if known is None or (first_hand and not known.official):
                    source = claim.evidence[0].source.label if claim.evidence else None
                    found[value.iri] = Replacement(
                        value.iri, value.label, api_id(value.iri), first_hand, via, there.text,
                        there.state, source,
                    )  # fmt: skip
            elif value.iri not in seen:
                seen.add(value.iri)
                gone[value.iri] = name
                waiting.append((value.iri, first_hand, (*via, name)))
    return sorted(found.values(), key=lambda each: not each.official), list(gone.values())
