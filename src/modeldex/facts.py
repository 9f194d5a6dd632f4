"""What the graph holds, as frozen Python values: claims, their evidence, its sources.

A value is `int`, `decimal.Decimal`, `bool` or `str`; a date is a `datetime.date`, or a
`PartialDate` where the source gives only the month or the year, which equals its text; a link is
a `Thing`. All are tuples: hashable, comparable, typed.
"""

from __future__ import annotations

from modeldex.frozen import NamedTuple
from modeldex.partial_date import date_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Any, TypeAlias

    from modeldex.partial_date import Date

    Value: TypeAlias = "int | Decimal | bool | str | Date | Thing"

BASES = ("firstHand", "reported", "asserted", "thirdParty", "silent")
"""The bases of a claim, the best first."""


class Thing(NamedTuple):
    """A thing of the graph: its IRI, its English label, its class (`Model`, `Offering`, ...).

    >>> thing = Thing("https://w3id.org/modeldex/id/model/gpt-4o", "GPT-4o", "Model")
    >>> thing.slug, str(thing)
    ('gpt-4o', 'GPT-4o')
    """

    iri: str
    label: str
    kind: str

    @property
    def slug(self) -> str:
        """The last part of the IRI, which people can type as a name."""
        return self.iri[max(self.iri.rfind("/"), self.iri.rfind("#")) + 1 :]

    def __str__(self) -> str:
        return self.label


class FactProperty(NamedTuple):
    """What a claim can say: `name` is `contextWindow`, `label` `context window`, `unit` `token`.

    `order` is its place on a fact sheet: that of its section, and its own in the section.
    """

    iri: str
    name: str
    label: str
    unit: str | None
    single_valued: bool
    section: str
    order: tuple[int, int]


class Source(NamedTuple):
    """A source; `stub` if it is only known because a report names it, and was not read."""

    iri: str
    label: str
    publisher: str | None
    url: str | None
    stub: bool


class Evidence(NamedTuple):
    """One look at one place in one source.

    `stance` is `supports`, `disputes` or `silent`; `kind` is `firstHand` if the source is
    official for the claim, `reported` if it is a report that names an official source,
    `asserted` if it is one that marks the value as verified, else `thirdParty`; `searched` is
    what was searched in vain.
    """

    iri: str
    source: Source
    stance: str
    kind: str
    locator: tuple[str, ...]
    as_of: Date
    accessed: Date | None
    cites: tuple[Source, ...]
    searched: str | None

    @property
    def official(self) -> bool:
        """Whether the source is official for the claim."""
        return self.kind == "firstHand"

    def to_dict(self) -> dict[str, Any]:
        """The evidence as it stands in the JSON object of a claim."""
        return {
            "id": self.iri,
            "source": self.source.iri,
            "sourceLabel": self.source.label,
            "official": self.official,
            "stance": self.stance,
            "kind": self.kind,
            "locator": list(self.locator),
            "asOf": str(self.as_of),
            "accessed": date_text(self.accessed),
            "cites": [cited.iri for cited in self.cites],
            "searched": self.searched,
            "url": self.source.url,
        }


class Claim(NamedTuple):
    """One statement about one subject, with its status and what it rests on.

    `value` is None where it was looked for and not found; `status` is `verified` or
    `unconfirmed`; `basis` is `firstHand`, `reported`, `asserted`, `thirdParty` or `silent`.
    `in_force` tells whether it holds on the day asked for (the release's own, unless another
    was given); an end that is known only as "over by then" stands in `ended_by`. `others`
    counts the further claims on the property where this one was chosen as the answer. `platform`
    and `condition` are those of the subject: a price may hold only for requests in batches.
    """

    iri: str
    subject: Thing
    fact_property: FactProperty
    value: Value | None
    status: str
    basis: str
    contested: bool
    as_of: Date
    valid_from: Date | None
    valid_through: Date | None
    ended_by: Date | None
    in_force: bool
    platform: str | None
    evidence: tuple[Evidence, ...]
    others: int = 0
    condition: str | None = None

    @property
    def unit(self) -> str | None:
        """The unit of the value, such as `token` or `USD per million tokens`."""
        return self.fact_property.unit

    def to_dict(self) -> dict[str, Any]:
        """The claim as the JSON object that Modeldex documents.

        An exact decimal is given as a string, so that no reader rounds it.
        """
        return {
            "id": self.iri,
            "subject": self.subject.iri,
            "subjectLabel": self.subject.label,
            "property": self.fact_property.name,
            "value": json_value(self.value),
            "valueLabel": self.value.label if isinstance(self.value, Thing) else None,
            "unit": self.unit,
            "status": self.status,
            "basis": self.basis,
            "contested": self.contested,
            "asOf": str(self.as_of),
            "validFrom": date_text(self.valid_from),
            "validThrough": date_text(self.valid_through),
            "endedBy": date_text(self.ended_by),
            "inForce": self.in_force,
            "platform": self.platform,
            "condition": self.condition,
            "evidence": [evidence.to_dict() for evidence in self.evidence],
            "others": self.others,
        }


class ApiId(NamedTuple):
    """An API ID and one offering that it calls: IRIs of offering, platform and condition."""

    api_id: str
    offering: str
    platform: str
    condition: str | None = None


def json_value(value: Value | None) -> Any:
    """The value as JSON holds it: an exact decimal as a string, a thing as its IRI.

    >>> from decimal import Decimal
    >>> json_value(Decimal("0.00000015"))
    '0.00000015'
    """
    if isinstance(value, Thing):
        return value.iri
    if value is None or isinstance(value, str | int):
        return value
    text = str(value)
    return format(value, "f") if "E" in text else text  # a small decimal, which str writes 1.5E-7
