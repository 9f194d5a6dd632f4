"""Where an offering stands on a day: live, deprecated, to be retired, retired; and what then.

A plan is no retirement, and a bound ("not sooner than") is neither. Only a source that says that
it happened makes an offering retired; a plan whose day has passed reads "was due".
"""

from __future__ import annotations

from modeldex.answer import answer
from modeldex.dates import last_day
from modeldex.facts import Thing
from modeldex.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from modeldex.facts import Claim
    from modeldex.partial_date import Date

STATES = ("retired", "due", "retiring", "announced", "deprecated", "legacy", "live", "unknown")
"""From the worst for a caller to the best, and `unknown` last.

`due`: the planned day has passed, and nobody says that it happened. `announced`: its retirement
is announced, without a day, or with a bound only.
"""


class Lifecycle(NamedTuple):
    """Where an offering stands, the claim that says so, and the date of that claim.

    `bound` is "not sooner than"; `against` are claims that say otherwise; `resolves_to` tells
    what an alias stands for.
    """

    state: str
    claim: Claim | None
    date: Date | None
    bound: Claim | None
    against: tuple[Claim, ...]
    replacements: tuple[Claim, ...]
    resolves_to: Claim | None
    text: str


def lifecycle(claims: Iterable[Claim], on: str) -> Lifecycle:
    """Where one offering stands on a day, by the claims about it that hold then.

    Claims about other things do not belong in it: hand over those of one subject.

    >>> import modeldex
    >>> dex = modeldex.open()
    >>> offering = dex.thing("offering:claude-3-5-sonnet-20241022--anthropic-api")
    >>> stands = lifecycle([c for c in dex.facts(offering) if c.subject == offering], "2026-01-31")
    >>> stands.state, stands.text
    ('retired', 'retired since 2025-10-28')
    """
    said: dict[str, list[Claim]] = {}
    for each in claims:
        if each.value is not None and each.in_force:
            said.setdefault(each.fact_property.name, []).append(each)
    best = {name: answer(found, ()) for name, found in said.items()}
    retired, plan = best.get("retiredOn"), best.get("retirementPlanned")
    bound = best.get("retirementNotBefore")
    state, claim = _state(best, on)
    against = [
        other
        for name in ("retiredOn", "retirementPlanned")
        for other in said.get(name, ())
        if other.value != best[name].value
    ]
    if retired and plan and retired.value != plan.value:
        against.append(plan if claim == retired else retired)
    date = None if claim is None or isinstance(claim.value, Thing | bool) else claim.value
    return Lifecycle(
        state, claim, date, bound, tuple(against),  # type: ignore[arg-type]
        tuple(said.get("recommendedReplacement", ())), best.get("resolvesTo"),
        _text(state, claim, bound, on),
    )  # fmt: skip


def is_over(date: object, on: str) -> bool:
    """Whether a date lies wholly in the past, or is this day: a month counts when it is over.

    >>> is_over("2026-06", "2026-06-15"), is_over("2026-06", "2026-06-30")
    (False, True)
    """
    return last_day(str(date)) <= on


def _state(best: dict[str, Claim], on: str) -> tuple[str, Claim | None]:
    stated = best.get("lifecycleState")
    word = stated.value.slug if stated and isinstance(stated.value, Thing) else ""
    retired, plan = best.get("retiredOn"), best.get("retirementPlanned")
    announced, deprecated = best.get("retirementAnnounced"), best.get("deprecatedOn")
    if retired is not None and is_over(retired.value, on):
        return "retired", retired
    if word == "retired" and retired is None:
        return "retired", stated
    if plan is not None:
        return "due" if is_over(plan.value, on) else "retiring", plan
    if retired is not None:
        return "retiring", retired
    if announced is not None and announced.value is True:
        return "announced", announced
    if deprecated is not None and is_over(deprecated.value, on):
        return "deprecated", deprecated
    if word in ("deprecated", "legacy"):
        return word, stated
    if "legacySince" in best and is_over(best["legacySince"].value, on):
        return "legacy", best["legacySince"]
    for name in ("lifecycleState", "retirementAnnounced", "retirementNotBefore", "released"):
        if name in best:
            return "live", best[name]
    return "unknown", None


def _text(state: str, claim: Claim | None, bound: Claim | None, on: str) -> str:
    sooner = f"not before {bound.value}" if bound is not None else ""
    dated = claim is not None and not isinstance(claim.value, Thing | bool)
    when = claim.value if claim is not None and dated else None
    match state:
        case "retired":
            return f"retired since {when}" if dated else "retired"
        case "due":
            return f"was due to retire on {when}"
        case "retiring":
            return f"retires on {when}"
        case "announced":
            return f"retirement announced, {sooner or 'without a date'}"
        case "deprecated" | "legacy":
            first = f"{state} since {when}" if dated else state
            return f"{first}; retirement {sooner}" if sooner else first
        case "live":
            if bound is None:
                return "live"
            tense = "was not to be retired" if is_over(bound.value, on) else "not to be retired"
            return f"live; {tense} before {bound.value}"
    return "nothing known"
