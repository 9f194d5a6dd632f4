"""From what the releases of catalogues say, one after another, to claims with their validity.

A value is one claim, whoever supports it. It is over by the day of the release in which the
catalogue that said so says something else, or nothing, and no other catalogue's latest release
still says so. A value that follows another in the same catalogue holds from the day of the
release, an inference that names the claim it rests on.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence, Set
from typing import NamedTuple

from modeldex.dates import first_day, holds_on


class Look(NamedTuple):
    """Back from an edition, at those of its catalogue: the latest that tell, and all earlier."""

    latest: Set[int]
    earlier: Set[int]
    single_valued: bool

    def changed(self, found: Iterable[Held], said: Observation) -> bool:
        """Whether the catalogue said otherwise before, so that a new value holds from now on.

        What other catalogues have said before tells nothing of when its value began.
        """
        return any(
            look.edition in (self.earlier if self._is_over(claim, said) else self.latest)
            for claim in found for look in claim.supports
            if self._is_over(claim, said) or (self.single_valued and claim.value != said.value)
        )  # fmt: skip

    def _is_over(self, claim: Held, said: Observation) -> bool:
        """Whether catalogues have found a claim of the same value to be over."""
        return claim.value == said.value and claim.iri is None and claim.ended_by is not None


class Edition(NamedTuple):
    """A release of a catalogue: its place in the order of days, catalogue and day."""

    number: int
    catalogue: str
    day: str


UNREAD = ""
"""The value of a property of which an edition tells, and what it tells was refused."""


class Observation(NamedTuple):
    """A value that an edition gives, and where; with the days it gives for it, if any."""

    edition: int
    value: str
    pointer: str
    valid_from: str | None = None
    valid_through: str | None = None


class Held:
    """A claim on one property of one subject: a value, when it held, and what speaks for it."""

    def __init__(
        self, value: str, valid_from: str | None = None, valid_through: str | None = None,
        ended_by: str | None = None, iri: str | None = None,
    ) -> None:  # fmt: skip
        self.value, self.iri = value, iri
        self.valid_from, self.valid_through, self.ended_by = valid_from, valid_through, ended_by
        self.supports: list[Observation] = []
        self.silent: list[int] = []
        self.derived_from: list[Held] = []

    def open_on(self, day: str) -> bool:
        """Whether it held on a day, as far as is known."""
        return holds_on(day, self.valid_from, self.valid_through, self.ended_by)


def histories(
    observations: Iterable[Observation], editions: Sequence[Edition], *, single_valued: bool,
    known: Sequence[Held] = (), unread: Container[int] = (),
) -> list[Held]:  # fmt: skip
    """The claims on one property of one subject, those that are `known` first.

    Known claims are the curated ones: catalogues may support them, and never end them. Nor does an
    edition that is `unread`, or of which a value is: what it would have said is not known.

    >>> editions = [Edition(0, "c", "2025-01-01"), Edition(1, "c", "2025-06-01")]
    >>> said = [Observation(0, "3", "/a"), Observation(1, "4", "/a")]
    >>> [(c.value, c.valid_from, c.ended_by)
    ...  for c in histories(said, editions, single_valued=True)]
    [('3', None, '2025-06-01'), ('4', '2025-06-01', None)]
    """
    found = list(known)
    by_edition: dict[int, list[Observation]] = {}
    for observation in observations:
        by_edition.setdefault(observation.edition, []).append(observation)
    latest: dict[str, set[int]] = {}
    read: dict[str, set[int]] = {}
    for edition in editions:
        earlier = frozenset(read.setdefault(edition.catalogue, set()))
        read[edition.catalogue].add(edition.number)
        all_said = by_edition.get(edition.number, [])
        said = [each for each in all_said if each.value != UNREAD]
        before = latest.get(edition.catalogue, set())
        if not said and not before:
            continue
        if len(said) < len(all_said) or edition.number in unread:
            for each in said:
                _support(found, each, edition, None)
            latest[edition.catalogue] = before | {edition.number}
            continue
        back = Look(before, earlier, single_valued)
        supported = [_support(found, each, edition, back) for each in said]
        if before:
            _close(found, edition, before, latest, supported, single_valued)
        latest[edition.catalogue] = {edition.number}
    return found


def _support(found: list[Held], said: Observation, edition: Edition, back: Look | None) -> Held:
    """The claim that an observation supports, a new one where there is none yet."""
    if said.valid_from is not None or said.valid_through is not None:
        claim = next((c for c in found if c.value == said.value
                      and c.valid_from == said.valid_from), None)  # fmt: skip
        if claim is None:
            claim = Held(said.value, said.valid_from, said.valid_through)
            found.append(claim)
        elif claim.iri is None and claim.ended_by is None:
            claim.valid_through = said.valid_through
    else:
        claim = next((c for c in found if c.value == said.value and c.open_on(edition.day)), None)
        if claim is None:
            claim = Held(said.value, edition.day if back and back.changed(found, said) else None)
            past = (c for c in found if (c.value, c.valid_from) == (claim.value, claim.valid_from))
            if (over := next(past, None)) is not None:
                # Value and start are a claim's identity; that it holds anew is inferred.
                claim.valid_from = edition.day
                claim.derived_from.append(over)
            found.append(claim)
    claim.supports.append(said)
    return claim


def _close(
    found: list[Held], edition: Edition, before: Set[int], latest: dict[str, set[int]],
    supported: list[Held], single_valued: bool,
) -> None:  # fmt: skip
    """End what the catalogue said before and says no more, unless another still says so."""
    others = {
        number for name, numbers in latest.items() if name != edition.catalogue
        for number in numbers
    }  # fmt: skip
    for claim in found:
        spoken = {look.edition for look in claim.supports}
        gone = before & spoken and not any(claim is each for each in supported)
        if not gone or claim.iri or claim.valid_through or claim.ended_by:
            continue
        if others & spoken or (claim.valid_from and first_day(claim.valid_from) >= edition.day):
            continue
        claim.ended_by = edition.day
        successors = [each for each in supported if each.valid_from == edition.day]
        if single_valued and successors:
            successors[0].derived_from.append(claim)
            claim.derived_from.append(successors[0])
        elif not supported or not single_valued:
            claim.silent.append(edition.number)
        else:
            claim.derived_from.append(supported[0])
