"""Where sources disagree on a model: the values, who says so, of what kind it is, who is right.

Claims on one property of one model are held together, offerings under the same circumstances
with them. The value that an official source gives is the arbiter; without one, the value that
most sources give is what the others are held against.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby

from modeldex.dates import last_day
from modeldex.disagreement import OF_MODELS, Compared, family, kind_of, same, variants
from modeldex.frozen import NamedTuple
from modeldex.nearness import difference
from modeldex.partial_date import date_text
from modeldex.rows import Rows
from modeldex.terms import DATASET, local_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal
    from typing import Any

    from modeldex.dex import Modeldex

REGIONAL = ("region-",)
NAMES = {"apiId", "resolvesTo"}
"""What tells offerings apart, and is not compared."""
AT_ONCE = 200
"""So many subjects, more or less, are asked about in one query."""


class Conflict(NamedTuple):
    """Two values for one property of one model.

    `held` is what the other is held against: the official claim if `arbitrated`. `difference`
    is how many times the larger number is the smaller.
    """

    model: str
    property: str
    held: Compared
    other: Compared
    kind: str
    arbitrated: bool
    difference: Decimal | None

    def to_dict(self) -> dict[str, object]:
        """The conflict as a JSON object."""
        return {
            "model": self.model, "property": self.property, "kind": self.kind,
            "arbitrated": self.arbitrated,
            "difference": None if self.difference is None else str(self.difference),
            "held": _side(self.held), "other": _side(self.other),
        }  # fmt: skip


def _side(claim: Compared) -> dict[str, object]:
    value = claim.value
    return {
        "claim": claim.claim, "subject": claim.subject, "property": claim.property,
        "value": value if isinstance(value, bool | int) else str(value), "status": claim.status,
        "basis": claim.basis, "asOf": claim.latest,
        "sources": [{"source": source, "asOf": day} for source, day in claim.sources],
    }  # fmt: skip


def conflicts_of(dex: Modeldex, thing: str = DATASET, *, past: bool = False) -> Iterator[Conflict]:
    """The conflicts about a thing and what belongs to it (an IRI), model by model.

    Claims that are over are compared only with `past`; they always tell of other times.

    >>> import modeldex
    >>> dex = modeldex.open()
    >>> found = list(conflicts_of(dex, dex.thing("Claude 3.5 Sonnet").iri))
    >>> all(each.kind for each in found)
    True
    """
    single = {prop.name for prop in dex.properties() if prop.single_valued} - NAMES
    subjects = _subjects(dex, thing)
    for some in _batches(subjects):
        groups: dict[tuple[str, str, tuple[str, ...]], list[Compared]] = defaultdict(list)
        for claim in _compared(dex, some, subjects):
            if claim.property in single:
                root = subjects[claim.subject].root
                groups[root, family(claim.property), claim.narrowed].append(claim)
        for (root, name, narrowed), claims in sorted(groups.items(), key=lambda item: item[0]):
            window = name == "contextWindow"
            outputs = groups.get((root, "maxOutput", narrowed), []) if window else []
            yield from conflicts_among(root, name, claims, past=past, besides=outputs)


def conflicts_among(
    model: str, name: str, claims: Iterable[Compared], *, past: bool = False,
    besides: Iterable[Compared] = (),
) -> Iterator[Conflict]:  # fmt: skip
    """The conflicts among claims on one property, or on properties taken for it, of one model.

    Claims `besides` only explain: the largest output what is between a window and an input.
    """
    held = [claim for claim in claims if past or claim.in_force]
    every = (*claims, *besides)
    told = set[frozenset[str]]()
    for place in [held] if name in OF_MODELS else _places(held):
        for conflict in _against_arbiter(model, name, place, every):
            pair = frozenset((conflict.held.claim, conflict.other.claim))
            if pair not in told:
                told.add(pair)
                yield conflict


def _places(claims: list[Compared]) -> list[list[Compared]]:
    """What is compared: the claims of one platform and region with those of the model itself, and
    those of each snapshot, one for each platform.
    """
    of_model = [claim for claim in claims if not claim.platform]
    places: dict[tuple[str | None, tuple[str, ...]], list[Compared]] = defaultdict(list)
    for claim in claims:
        if claim.platform:
            places[claim.platform, claim.region].append(claim)
    found = [[*of_model, *each] for _, each in sorted(places.items(), key=lambda i: str(i[0]))]
    if len(places) > 1:
        for model in sorted({claim.model for claim in claims}):
            across = [claim for claim in of_model if claim.model == model]
            for each in places.values():
                of_place = [claim for claim in each if claim.model == model]
                across += sorted(of_place, key=_weight)[-1:]
            found.append(across)
    return found or [of_model]


def _weight(claim: Compared) -> tuple[bool, int, str]:
    return claim.official, len(claim.sources), claim.latest


def _against_arbiter(
    model: str, name: str, claims: list[Compared], every: tuple[Compared, ...]
) -> Iterator[Conflict]:
    officials = [claim for claim in claims if claim.official]
    if not claims:
        return
    arbiter = max(officials or claims, key=lambda c: (
        c.property == name, not c.platform, c.own_platform, len({s for s, _ in c.sources}),
        c.latest, c.claim,
    ))  # fmt: skip
    seen: list[Compared] = []
    for claim in sorted(claims, key=lambda c: (-len(c.sources), c.claim)):
        if claim is arbiter or (same(arbiter, claim) and arbiter.property == claim.property):
            continue
        if _no_conflict(arbiter, claim) or any(
            same(claim, each) and claim.property == each.property for each in seen
        ):
            continue
        seen.append(claim)
        yield Conflict(
            model, claim.property, arbiter, claim, kind_of(arbiter, claim, every),
            arbiter.official, difference(arbiter.value, claim.value),
        )  # fmt: skip


def _no_conflict(one: Compared, other: Compared) -> bool:
    """Whether two claims on two properties can both be right."""
    if variants(one, other):
        return True
    if one.property == other.property:
        return False
    if set(one.sources) & set(other.sources):
        return True  # a source that gives both tells them apart
    names = {one.property, other.property}
    if names == {"contextWindow", "maxInput"}:
        return same(one, other)
    if one.official and other.official:
        return True  # the provider itself tells a bound, a plan and an end apart
    if names <= {"deprecatedOn", "retirementPlanned", "retiredOn", "retirementNotBefore"}:
        return "deprecatedOn" in names and not same(one, other) and not one.official
    return names <= {"announced", "released", "knowledgeCutoff", "trainingDataCutoff"} and not same(
        one, other
    )


class _Subject(NamedTuple):
    """What claims are about: the model under which they are compared, and the conditions."""

    root: str
    conditions: frozenset[str]


def _subjects(dex: Modeldex, thing: str) -> dict[str, _Subject]:
    """The thing and all that belongs to it, those of one model behind one another."""
    above: dict[str, str] = {}
    models: dict[str, str] = {}
    conditions: dict[str, set[str]] = defaultdict(set)
    rows = dex.ask("what-belongs-to-a-thing", thing=thing)
    assert isinstance(rows, Rows)
    untyped: Iterable[Any] = rows
    for subject, offering_of, version_of, condition in untyped:
        models[subject] = offering_of or subject
        if version_of:
            above[subject] = version_of
        if condition:
            conditions[subject].add(local_name(condition))
    roots = {subject: above.get(model, model) for subject, model in models.items()}
    return {
        subject: _Subject(root, frozenset(conditions.get(subject, ())))
        for subject, root in sorted(roots.items(), key=lambda item: (item[1], item[0]))
    }


def _batches(subjects: dict[str, _Subject]) -> Iterator[list[str]]:
    """The subjects, so many at once, those of one model together."""
    batch: list[str] = []
    for _, of_one in groupby(subjects, key=lambda subject: subjects[subject].root):
        batch += of_one
        if len(batch) >= AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _compared(dex: Modeldex, some: list[str], subjects: dict[str, _Subject]) -> Iterator[Compared]:
    """The claims on some of the subjects."""
    answer = dex.ask("values-compared", subjects=some)
    assert isinstance(answer, Rows)
    found: dict[str, Compared] = {}
    untyped: Iterable[Any] = answer
    for cells in untyped:
        (claim, subject, model, platform, maker, runner, name, value, status, basis, _, in_force,
         valid_from, valid_through, ended_by, source, source_as_of) = cells  # fmt: skip
        support = _who(str(source)), str(source_as_of)
        if known := found.get(claim):
            found[claim] = known._replace(sources=(*known.sources, support))
            continue
        named = subjects[subject].conditions
        region = {condition for condition in named if condition.startswith(REGIONAL)}
        found[claim] = Compared(
            claim, subject, model or subject, platform, tuple(sorted(named - region)),
            tuple(sorted(region)), name, value, status, basis,
            (date_text(valid_from), date_text(valid_through), date_text(ended_by)), in_force,
            (support,), platform is None or (maker is not None and maker == runner),
        )  # fmt: skip
    for each in found.values():
        sources = sorted(set(each.sources), key=lambda s: (s[0], last_day(s[1])))
        yield each._replace(sources=tuple(sources))


def _who(source: str) -> str:
    """The catalogue of a release, or the source itself."""
    return local_name(source).partition("--")[0]
