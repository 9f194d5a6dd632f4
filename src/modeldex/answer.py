"""One answer where many claims exist."""

from __future__ import annotations

from modeldex.dates import last_day
from modeldex.facts import BASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from modeldex.facts import Claim


def answer(claims: Sequence[Claim], nearest_first: Sequence[str]) -> Claim:
    """The one answer among claims on a property: the best one of the nearest subject.

    In force comes first, then the better basis, then what nothing outweighs, then the latest.
    Subjects that are not listed come last.
    Raises ValueError where there are no claims.

    >>> import modeldex
    >>> claims = modeldex.open().why("claude-3-5-sonnet", "image output")
    >>> [claim.value for claim in claims], answer(claims, [claims[0].subject.iri]).value
    ([None, False], False)
    """
    place = {iri: number for number, iri in enumerate(nearest_first)}
    near = min(claims, key=lambda claim: place.get(claim.subject.iri, len(place))).subject
    ranked = sorted(
        (claim for claim in claims if claim.subject == near),
        key=lambda claim: (last_day(str(claim.as_of)), claim.iri),
        reverse=True,
    )
    best = min(ranked, key=_rank)
    return best._replace(others=len(claims) - 1)


def _rank(claim: Claim) -> tuple[bool, int, bool]:
    return not claim.in_force, BASES.index(claim.basis), claim.status != "verified"
