"""The status rule: what a claim's evidence makes of it.

It sees a claim as whether it has a value, and as its looks: what each piece of evidence does
for it (stance), of what kind it is, and the date it speaks for.
"""

from __future__ import annotations

from collections.abc import Iterable

from modeldex.dates import first_day, last_day
from modeldex.facts import BASES
from modeldex.frozen import NamedTuple

VERIFYING = ("firstHand", "reported", "asserted")


class Look(NamedTuple):
    """One piece of evidence, seen from one claim.

    `stance` is `supports`, `disputes` or `silent`; `kind` one of `firstHand`, `reported`,
    `asserted`, `thirdParty`; `as_of` a date of the precision that the source gives.
    """

    stance: str
    kind: str
    as_of: str


class Verdict(NamedTuple):
    """`case` is the class of the claim (`VerifiedClaim`, `UnconfirmedClaim`, `SilentClaim`)."""

    case: str
    status: str
    basis: str


def kind_of(*, official: bool, report: bool, cites_official: bool, marked: bool) -> str:
    """The kind of a piece of evidence for a claim.

    `official`: its source is official for the claim; `report`: its source marks what it
    verified; `cites_official`: it names a source that is; `marked`: it marks the value.

    >>> kind_of(official=False, report=True, cites_official=True, marked=True)
    'reported'
    >>> kind_of(official=False, report=False, cites_official=True, marked=False)
    'thirdParty'
    """
    if official:
        return "firstHand"
    if report and cites_official:
        return "reported"
    return "asserted" if report and marked else "thirdParty"


def judge(
    has_value: bool, looks: Iterable[Look], contradicted: Iterable[str] = ()
) -> Verdict | None:
    """The verdict on a claim, or None where value and evidence do not go together.

    `contradicted` are the as-of dates at which official sources, at first hand, give other
    values of the same single-valued property: at the same date they make a report unconfirmed.

    >>> judge(True, [Look("supports", "reported", "2026-06")])
    Verdict(case='VerifiedClaim', status='verified', basis='reported')
    >>> judge(False, [Look("silent", "thirdParty", "2026-06")])
    Verdict(case='SilentClaim', status='unconfirmed', basis='silent')
    >>> judge(False, [Look("supports", "firstHand", "2026-06")]) is None
    True
    """
    looks = list(looks)
    supports = [look for look in looks if look.stance == "supports"]
    if not has_value:
        silent_only = bool(looks) and all(look.stance == "silent" for look in looks)
        return Verdict("SilentClaim", "unconfirmed", "silent") if silent_only else None
    if not supports:
        return None
    basis = min((look.kind for look in supports), key=BASES.index)
    verifying = [look.as_of for look in supports if look.kind in VERIFYING]
    outweighed = _denied(looks, verifying) or _outweighed(basis, supports, contradicted)
    if verifying and not outweighed:
        return Verdict("VerifiedClaim", "verified", basis)
    return Verdict("UnconfirmedClaim", "unconfirmed", basis)


def _denied(looks: list[Look], verifying: list[str]) -> bool:
    """Whether an official source disputes the claim at first hand, not before its last support."""
    latest = max((first_day(date) for date in verifying), default="")
    return any(
        look.stance == "disputes" and look.kind == "firstHand" and last_day(look.as_of) >= latest
        for look in looks
    )


def _outweighed(basis: str, supports: list[Look], contradicted: Iterable[str]) -> bool:
    """Whether a report stands against an official source that was read at the same date."""
    if basis == "firstHand":
        return False
    reports = [look.as_of for look in supports if look.kind in VERIFYING]
    return any(_same_date(report, other) for report in reports for other in contradicted)


def _same_date(one: str, other: str) -> bool:
    return first_day(one) <= last_day(other) and first_day(other) <= last_day(one)
