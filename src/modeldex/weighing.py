"""Claims weighed against one another: status, what supersedes what, what is contested.

The status rule alone sees one claim; here the claims on one property of one subject meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from modeldex.dates import first_day, holds_on, last_day, overlap, span, within
from modeldex.status import VERIFYING, Look, Verdict, judge

Validity = tuple[str | None, str | None, str | None]
"""First day or period, last day or period, or a date by which it was over; None where unknown."""


class Statement(NamedTuple):
    """A claim, as far as it is weighed. `value` is its spelling, None for a silent claim;
    a withdrawn claim is marked `owl:deprecated`, and counts for nothing.
    """

    iri: str
    subject: str
    predicate: str
    value: str | None
    is_date: bool
    single_valued: bool
    validity: Validity
    looks: tuple[tuple[str, Look], ...]
    withdrawn: bool = False

    def as_of(self) -> str | None:
        """The latest as-of date of its evidence."""
        dates = [look.as_of for _, look in self.looks]
        return max(dates, key=lambda date: span(date)[::-1]) if dates else None

    def known_by(self, day: str) -> Statement:
        """The same claim with the evidence that was there by the end of that day."""
        looks = tuple(pair for pair in self.looks if last_day(pair[1].as_of) <= day)
        return self._replace(looks=looks)


class Weighing:
    """The verdicts on a set of claims; `today` decides what is in force, and so contested.

    >>> look = Look("supports", "firstHand", "2026-06")
    >>> one = Statement("a", "m", "p", "1", False, True, (None, None, None), (("e", look),))
    >>> weighing = Weighing([one, one._replace(iri="b", value="2")], today="2026-07-01")
    >>> weighing.verdicts["a"].status, sorted(weighing.contested)
    ('verified', ['a', 'b'])
    """

    def __init__(self, statements: Iterable[Statement], today: str | None) -> None:
        self.statements = list(statements)
        self.today = today
        self._rivals: dict[tuple[str, str], list[Statement]] = defaultdict(list)
        self._silent: dict[tuple[str, str], list[Statement]] = defaultdict(list)
        for statement in self.statements:
            if statement.single_valued and not statement.withdrawn:
                kept = self._silent if statement.value is None else self._rivals
                kept[statement.subject, statement.predicate].append(statement)
        self.verdicts = {s.iri: self._judge(s) for s in self.statements}
        self.superseded = {s.iri: self._superseded_by(s) for s in self.statements}
        self.contested = {s.iri for s in self.statements if self._is_contested(s)}

    def history(self) -> Iterator[tuple[str, str, Verdict]]:
        """Claim, day and verdict: each verdict from the day by which its evidence was known.

        A verdict is listed where it differs from the one before, the earliest first.
        """
        groups: dict[tuple[str, str], list[Statement]] = defaultdict(list)
        for statement in self.statements:
            if not statement.withdrawn:
                groups[statement.subject, statement.predicate].append(statement)
        for group in groups.values():
            looks = (look for statement in group for _, look in statement.looks)
            before: dict[str, Verdict] = {}
            for day in sorted({last_day(look.as_of) for look in looks}):
                then = Weighing([s.known_by(day) for s in group], today=None)
                for iri, verdict in then.verdicts.items():
                    if verdict is not None and before.get(iri) != verdict:
                        before[iri] = verdict
                        yield iri, day, verdict

    def in_force(self, statement: Statement) -> bool:
        """Whether the claim holds today, as far as is known."""
        day = None if statement.withdrawn else self.today
        return day is not None and holds_on(day, *statement.validity)

    def stands(self, statement: Statement) -> bool:
        """Whether the claim is verified, in force, and not superseded."""
        verdict = self.verdicts[statement.iri]
        return (
            verdict is not None
            and verdict.status == "verified"
            and not self.superseded[statement.iri]
            and self.in_force(statement)
        )

    def disagreeing(self, statement: Statement) -> Iterator[Statement]:
        """Claims on the same that give another value, or for a value none, for the same days."""
        key = statement.subject, statement.predicate
        if statement.value is not None:
            yield from self._contradicting(statement)
            others = self._silent.get(key, ())
        else:
            others = self._rivals.get(key, ())
        yield from (s for s in others if overlap(statement.validity, s.validity))

    def chosen(self) -> Iterator[Statement]:
        """What stands uncontested: all values, or the latest known of a single-valued property."""
        single: dict[tuple[str, str], Statement] = {}
        for statement in self.statements:
            if not self.stands(statement) or statement.iri in self.contested:
                continue
            if not statement.single_valued:
                yield statement
                continue
            key = statement.subject, statement.predicate
            if key not in single or _preference(statement) > _preference(single[key]):
                single[key] = statement
        yield from single.values()

    def _judge(self, statement: Statement) -> Verdict | None:
        contradicted = [
            look.as_of
            for rival in self._contradicting(statement)
            for _, look in rival.looks
            if look.stance == "supports" and look.kind == "firstHand"
        ]
        looks = [look for _, look in statement.looks]
        return judge(statement.value is not None, looks, contradicted)

    def _contradicting(self, statement: Statement) -> Iterator[Statement]:
        """Claims that give another value of the property for some of the same days."""
        for rival in self._rivals.get((statement.subject, statement.predicate), ()):
            if (
                statement.value is not None
                and not _compatible(statement, rival)
                and overlap(statement.validity, rival.validity)
            ):
                yield rival

    def _superseded_by(self, statement: Statement) -> list[str]:
        """Claims at first hand that are later than all support of this one, a report's."""
        verdict = self.verdicts[statement.iri]
        if verdict is None or verdict.basis not in ("reported", "asserted"):
            return []
        latest = max(last_day(k.as_of) for _, k in statement.looks if k.kind in VERIFYING)
        return sorted(
            rival.iri
            for rival in self._contradicting(statement)
            if any(
                (look.stance, look.kind) == ("supports", "firstHand")
                and first_day(look.as_of) > latest
                for _, look in rival.looks
            )
        )

    def _is_contested(self, statement: Statement) -> bool:
        return self.stands(statement) and any(map(self.stands, self._contradicting(statement)))


def _preference(statement: Statement) -> tuple[str, str, str]:
    first, last = span(statement.as_of() or "0001")
    return last, first, str(statement.value)


def _compatible(one: Statement, other: Statement) -> bool:
    """Whether two values can both be right: the same, or a date inside the other."""
    if one.value is None or other.value is None or one.value == other.value:
        return True
    return one.is_date and other.is_date and (
        within(one.value, other.value) or within(other.value, one.value)
    )  # fmt: skip
