"""What kind of disagreement two values are: small rules, from the sure to the last resort.

A rule looks at two claims on the same property, or on two that are taken for one another, of one
model. The first rule that fits names the kind.
"""

from __future__ import annotations

import re
from decimal import Decimal

from modeldex.dates import first_day, holds_on, is_date, last_day, overlap, within
from modeldex.frozen import NamedTuple
from modeldex.nearness import low_and_high, number_in, rounds_count, rounds_price
from modeldex.terms import local_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from modeldex.weighing import Validity

    Rule: TypeAlias = "Callable[[Compared, Compared, tuple[Compared, ...]], bool]"

KINDS = {
    "other platform or region": "the values are for other platforms or regions",
    "other snapshot": "the one is for a snapshot or an alias, the other for another",
    "other definition": "the words mean other things: a window and an input, a plan and an end",
    "bound read as a date": "a day before which it will not be retired is given as the day",
    "rounding": "the one rounds what the other gives in full: 1,000,000 and 1,048,576",
    "magnitude error": "the one is a power of ten of the other: a wrong unit",
    "other time": "the value was another at the time for which the one source speaks",
    "copied": "catalogues share a value that the official source does not give",
    "plain": "the sources contradict each other",
}
"""The kinds, each in words."""

SAME_FAMILY = {
    "maxInput": "contextWindow", "trainingDataCutoff": "knowledgeCutoff",
    "deprecatedOn": "retiredOn", "retirementPlanned": "retiredOn",
    "retirementNotBefore": "retiredOn", "announced": "released",
}  # fmt: skip
"""Properties that are taken for one another, by the one under which they are compared."""

OF_MODELS = ("knowledgeCutoff", "trainingDataCutoff", "openWeights", "embeddingDimensions")
"""What no platform decides: it is of the model, wherever it is offered."""
_DIGEST = re.compile(r"-[0-9a-f]{6}(?=--)")
_SNAPSHOT = re.compile(r"(?:-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{6}|\d{4}|\d{3}|latest|v\d+(?:-\d)?))+\Z")
DECIDED_BY_PLATFORMS = (
    "contextWindow", "maxInput", "maxOutput", "toolUse", "structuredOutput", "imageInput",
    "reasoning", "released", "webSearch", "promptCaching", "computerUse", "streaming",
)  # fmt: skip
OFFICIAL = ("firstHand", "reported")
ENDS = {"deprecated", "retired"}


class Compared(NamedTuple):
    """A claim, as far as it is compared. `sources` are the catalogues or documents that say so,
    each with the day for which it speaks; `own_platform` is False for an offering on a platform
    that the maker of the model does not run.
    """

    claim: str
    subject: str
    model: str
    platform: str | None
    narrowed: tuple[str, ...]
    region: tuple[str, ...]
    property: str
    value: object
    status: str
    basis: str
    validity: Validity
    in_force: bool
    sources: tuple[tuple[str, str], ...]
    own_platform: bool = True

    @property
    def official(self) -> bool:
        """Whether an official source stands behind it."""
        return self.status == "verified" and self.basis in OFFICIAL

    @property
    def latest(self) -> str:
        """The latest day for which a source says so."""
        return max(last_day(day) for _, day in self.sources)

    @property
    def text(self) -> str:
        """The value in words; of a link its IRI."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return str(self.value)

    @property
    def by(self) -> str:
        """Who says so, each once."""
        return ", ".join(dict.fromkeys(source for source, _ in self.sources))


def same(one: Compared, other: Compared) -> bool:
    """Whether two claims say the same: equal values, or a date inside the other.

    Of two properties that are not the same, only equal dates of an end do.
    """
    if one.value == other.value:
        return True
    dates = str(one.value), str(other.value)
    return all(map(is_date, dates)) and (within(*dates) or within(*dates[::-1]))


def kind_of(one: Compared, other: Compared, rest: tuple[Compared, ...] = ()) -> str:
    """The kind of a disagreement; `rest` are the other claims on the same.

    >>> def says(value, **more):
    ...     return Compared("c", "s", "m", "p", (), (), "contextWindow", value, "unconfirmed",
    ...                     "thirdParty", (None, None, None), True, (("x", "2026"),)
    ...                     )._replace(**more)
    >>> kind_of(says(1_000_000), says(1_048_576))
    'rounding'
    >>> kind_of(says(8), says(8_000)), kind_of(says(8_000), says(9_000))
    ('magnitude error', 'plain')
    """
    for name, rule in RULES:
        if rule(one, other, rest):
            return name
    return "plain"


def other_place(one: Compared, other: Compared, rest: tuple[Compared, ...]) -> bool:
    """They are of offerings on other platforms or in other regions; or the one is of the model
    itself, and the other of an offering where others than its maker decide.
    """
    if one.property in OF_MODELS:
        return False
    if one.platform and other.platform:
        return one.platform != other.platform or one.region != other.region
    return one.own_platform != other.own_platform and one.property in DECIDED_BY_PLATFORMS


def other_snapshot(one: Compared, other: Compared, rest: tuple[Compared, ...]) -> bool:
    """They are of other models of one family, or of other IDs on one platform."""
    if one.model != other.model or one.property in OF_MODELS:
        return one.model != other.model
    return bool(one.platform and other.platform) and one.subject != other.subject and (
        _undated(one.subject) == _undated(other.subject) != _bare(one.subject)
        or _undated(other.subject) != _bare(other.subject)
    )  # fmt: skip


def other_definition(one: Compared, other: Compared, rest: tuple[Compared, ...]) -> bool:
    """They are of two properties, and both can be right: a window is input and output; or of two
    words for the end of life.
    """
    if one.property == other.property:
        return {local_name(str(one.value)), local_name(str(other.value))} == ENDS
    if {one.property, other.property} == {"contextWindow", "maxInput"}:
        window, most = (one, other) if one.property == "contextWindow" else (other, one)
        outputs = {claim.value for claim in rest if claim.property == "maxOutput"}
        return window.value - most.value in outputs  # type: ignore[operator]
    return family(one.property) != "retiredOn" or same(one, other)


def bound_read_as_date(one: Compared, other: Compared, rest: tuple[Compared, ...]) -> bool:
    """The one says not before a day, the other gives that very day as the end."""
    names = {one.property, other.property}
    if "retirementNotBefore" in names and len(names) == 2:
        return str(one.value) == str(other.value)
    bounds = {str(c.value) for c in rest if c.property == "retirementNotBefore"}
    said = {str(c.value) for c in (one, other) if not c.official}
    known = {str(c.value) for c in (one, other) if c.official}
    return "retiredOn" in map(family, names) and bool(bounds & said - known)


def rounding(one: Compared, other: Compared, rest: tuple[Compared, ...]) -> bool:
    """Two counts near each other, of which the one is a round number of thousands."""
    first, second = one.value, other.value
    if type(first) is int and type(second) is int:
        return rounds_count(*sorted((first, second)))
    return not other_place(one, other, rest) and rounds_price(first, second)


def magnitude(one: Compared, other: Compared, rest: tuple[Compared, ...]) -> bool:
    """The one number is a thousand or a million times the other, to the digit."""
    numbers = low_and_high(one.value, other.value)
    if numbers is None:
        return False
    ratio = numbers[1] / numbers[0]
    return ratio >= 1000 and ratio == Decimal(10) ** (len(str(int(ratio))) - 1)


def other_time(one: Compared, other: Compared, rest: tuple[Compared, ...]) -> bool:
    """They hold for other days; a price began to hold when the other had been said; or the value
    is one that another source tells is over.
    """
    if not overlap(one.validity, other.validity):
        return True
    older, newer = sorted((one, other), key=lambda claim: claim.latest)
    if older.latest >= newer.latest:
        return False
    begins = newer.validity[0] if newer.property.endswith("Price") else None
    return (begins is not None and first_day(begins) > older.latest) or any(
        claim.value == older.value and not claim.in_force
        and claim.subject in (one.subject, other.subject)
        and not holds_on(newer.latest, None, *claim.validity[1:])
        for claim in rest
    )  # fmt: skip


def copied(one: Compared, other: Compared, rest: tuple[Compared, ...]) -> bool:
    """Two catalogues share a value with many digits, and the official source gives another."""
    for official, said in ((one, other), (other, one)):
        if official.official and not said.official:
            by = {source for source, _ in said.sources}
            number = number_in(said.value)
            if len(by) > 1 and number is not None:
                return len(str(number.normalize()).replace(".", "").strip("0")) >= 4
    return False


RULES: tuple[tuple[str, Rule], ...] = (
    ("rounding", rounding),
    ("other platform or region", other_place),
    ("bound read as a date", bound_read_as_date),
    ("other definition", other_definition),
    ("other snapshot", other_snapshot),
    ("magnitude error", magnitude),
    ("other time", other_time),
    ("copied", copied),
)


def variants(one: Compared, other: Compared) -> bool:
    """Whether two offerings of a model on one platform are neither the same nor snapshots: a fast
    one, a free one. They are not held against each other.
    """
    here = one.platform == other.platform is not None and one.region == other.region
    return (
        here and one.subject != other.subject and one.model == other.model
        and _undated(one.subject) != _undated(other.subject)
    )  # fmt: skip


def family(name: str) -> str:
    """The property under which a property is compared.

    >>> family("maxInput"), family("maxOutput")
    ('contextWindow', 'maxOutput')
    """
    return SAME_FAMILY.get(name, name)


def _bare(subject: str) -> str:
    """The name of an offering without the digest that its IRI may have, nor its platform."""
    return _DIGEST.sub("", subject.rpartition("/")[2]).partition("--")[0]


def _undated(subject: str) -> str:
    """The same without date, number of a snapshot, or `latest`."""
    return _SNAPSHOT.sub("", _bare(subject))
