"""Where the offerings of a thing stand, side by side: which are live, and which are not."""

from __future__ import annotations

from itertools import groupby

from modeldex.answer import answer
from modeldex.dates import first_day
from modeldex.frozen import NamedTuple
from modeldex.lifecycle import STATES, lifecycle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modeldex.facts import Claim, Thing
    from modeldex.lifecycle import Lifecycle

WORDS = {
    "live": "live", "legacy": "legacy", "deprecated": "deprecated",
    "announced": "retirement announced", "retiring": "to be retired",
    "due": "was due to be retired", "retired": "retired", "unknown": "nothing known",
}  # fmt: skip
"""The states in words, from the best for a caller to the worst."""


class Offered(NamedTuple):
    """An offering, its API ID if it has one, and where it stands."""

    offering: Thing
    api_id: Claim | None
    stands: Lifecycle
    claims: tuple[Claim, ...]


class Standing(NamedTuple):
    """Offerings in the same state."""

    state: str
    text: str
    offered: tuple[Offered, ...]


def offered(claims: Iterable[Claim], on: str) -> list[Offered]:
    """Of each offering that claims are about, where it stands on a day (YYYY-MM-DD).

    >>> import modeldex
    >>> dex = modeldex.open()
    >>> found = offered(dex.facts("claude-opus-4-1-20250805"), dex.release)
    >>> [(each.api_id.value, each.stands.text) for each in found]  # doctest: +NORMALIZE_WHITESPACE
    [('claude-opus-4-1-20250805', 'retired since 2026-08-05'),
     ('anthropic.claude-opus-4-1-20250805-v1:0', 'retires on 2027-01-08')]
    """
    of_each: dict[Thing, list[Claim]] = {}
    for claim in claims:
        if claim.subject.kind == "Offering":
            of_each.setdefault(claim.subject, []).append(claim)
    found = []
    for offering, said in of_each.items():
        named = [claim for claim in said if claim.fact_property.name == "apiId"]
        api_id = answer(named, [offering.iri]) if named else None
        found.append(Offered(offering, api_id, lifecycle(said, on), tuple(said)))
    return found


def standings(found: Iterable[Offered]) -> list[Standing]:
    """By state, the best for a caller first; offerings of which nothing is known are left out.

    >>> import modeldex
    >>> dex = modeldex.open()
    >>> found = standings(offered(dex.facts("claude-opus-4-1"), dex.release))
    >>> [(each.text, len(each.offered)) for each in found]
    [('retires on 2027-01-08', 1), ('retired since 2026-08-05', 1)]
    """
    known = [each for each in found if each.stands.state != "unknown"]
    known.sort(key=lambda each: (-STATES.index(each.stands.state), each.offering.label))
    grouped = groupby(known, key=lambda each: each.stands.state)
    return [_standing(state, tuple(group)) for state, group in grouped]


def _standing(state: str, found: Sequence[Offered]) -> Standing:
    texts = {each.stands.text for each in found}
    days = sorted((str(e.stands.date) for e in found if e.stands.date is not None), key=first_day)
    text = WORDS[state]
    if len(texts) == 1:
        text = texts.pop()
    elif days and state == "retiring":
        text += f", the first on {days[0]}"
    elif days and state == "retired":
        text += f", the last on {days[-1]}"
    return Standing(state, text, tuple(found))
