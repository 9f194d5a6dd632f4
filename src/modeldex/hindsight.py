"""Claims judged again: for another day in the world, or by what was known at another date."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from modeldex.dates import first_day, is_date, last_day
from modeldex.errors import BadInput
from modeldex.facts import Claim, Thing
from modeldex.partial_date import PartialDate, date_of, date_text
from modeldex.status import Look
from modeldex.weighing import Statement, Weighing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.partial_date import Date


def reconsider(
    claims: Iterable[Claim], *, on: Date | str | None = None, as_of: Date | str | None = None
) -> list[Claim]:
    """The claims as they stand with `on` as today and the evidence that speaks for `as_of`.

    Claims that nothing spoke for by then are left out. Raises BadInput for what is no date.
    """
    claims = list(claims)
    day = _date(on, "--on") if on is not None else None
    if day is not None and len(day) != 10:
        raise BadInput(f"{day!r} is not a day", remedy="write YYYY-MM-DD")
    known = last_day(_date(as_of, "--as-of")) if as_of is not None else None
    statements = [_statement(claim) for claim in claims]
    if known:
        statements = [_not_yet_over(each.known_by(known), known) for each in statements]
    weighing = Weighing(statements, today=day or known)
    judged = []
    for claim, statement in zip(claims, statements, strict=True):
        verdict = weighing.verdicts[claim.iri]
        latest = statement.as_of()
        if verdict is None or latest is None:
            continue
        judged.append(claim._replace(
            status=verdict.status, basis=verdict.basis, as_of=date_of(latest),
            contested=claim.iri in weighing.contested, in_force=weighing.in_force(statement),
            ended_by=claim.ended_by if statement.validity[2] else None,
            evidence=tuple(e for e in claim.evidence
                           if known is None or last_day(str(e.as_of)) <= known),
        ))  # fmt: skip
    return judged


def _not_yet_over(statement: Statement, day: str) -> Statement:
    """The statement without an end that was seen later: "over by" is what a look back tells."""
    begins, through, ended_by = statement.validity
    if ended_by is None or first_day(ended_by) <= day:
        return statement
    return statement._replace(validity=(begins, through, None))


def _statement(claim: Claim) -> Statement:
    value = claim.value
    text = None if value is None else value.iri if isinstance(value, Thing) else str(value)
    dated = isinstance(value, datetime.date | PartialDate)
    validity = (
        date_text(claim.valid_from),
        date_text(claim.valid_through),
        date_text(claim.ended_by),
    )
    looks = tuple((e.iri, Look(e.stance, e.kind, str(e.as_of))) for e in claim.evidence)
    prop = claim.fact_property
    return Statement(
        claim.iri, claim.subject.iri, prop.iri, text, dated, prop.single_valued, validity, looks
    )


def _date(date: Date | str, option: str) -> str:
    text = str(date)
    if not is_date(text):
        raise BadInput(f"{option}: not a date: {text!r}", remedy="write YYYY-MM-DD")
    return text
