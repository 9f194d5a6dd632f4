"""What a stored query is: a question in words, its parameters, its columns, its SPARQL."""

from __future__ import annotations

from modeldex.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PARAMETER_TYPES = (
    "thing", "property", "term", "iri", "string", "integer", "decimal", "date", "boolean",
)  # fmt: skip
COLUMN_TYPES = ("iri", "term", "string", "integer", "decimal", "date", "boolean", "any")
RELEASE = "release"
"""The default of a date that stands for the day of the release."""


class Parameter(NamedTuple):
    """A parameter: `type` is one of `PARAMETER_TYPES`; `many` where it takes a list.

    `values` lists what is allowed where that is a fixed choice; `kind` is the class a thing must
    have; `minimum` the least number that is allowed; `default` is text as a user would write it,
    None where a value is required.
    """

    name: str
    type: str
    many: bool
    required: bool
    default: str | tuple[str, ...] | None
    values: tuple[str, ...]
    kind: str | None
    description: str
    minimum: str | None = None

    @property
    def type_text(self) -> str:
        """The type as the header writes it, such as `thing[]`."""
        return self.type + "[]" * self.many


class Column(NamedTuple):
    """A column of the answer: `type` is one of `COLUMN_TYPES`."""

    name: str
    type: str
    unit: str | None
    description: str | None


class Example(NamedTuple):
    """Values of parameters, and the exact answer: rows of text by column, or triples as Turtle."""

    params: dict[str, Any]
    rows: tuple[dict[str, str], ...]
    graph: str | None


class StoredQuery(NamedTuple):
    """A stored query. `sparql` is without the header; `form` is SELECT, ASK or CONSTRUCT.

    `faults` names engines that cannot give this answer, each with the reason.
    """

    name: str
    form: str
    summary: str
    description: str
    tags: tuple[str, ...]
    params: tuple[Parameter, ...]
    returns: tuple[Column, ...]
    examples: tuple[Example, ...]
    faults: dict[str, str]
    sparql: str

    @property
    def is_violation(self) -> bool:
        """Whether its rows are offenders, so that none should come."""
        return self.name.endswith("-violation")


def to_record(query: StoredQuery) -> dict[str, Any]:
    """The query as JSON's own types."""
    record: dict[str, Any] = query._asdict()
    for name in ("params", "returns", "examples"):
        record[name] = [part._asdict() for part in record[name]]
    return record


def of_record(record: dict[str, Any]) -> StoredQuery:
    """The query that `to_record` gave."""
    params = tuple(
        Parameter(**{**part, "values": tuple(part["values"]), "default": _frozen(part["default"])})
        for part in record["params"]
    )
    examples = tuple(Example(e["params"], tuple(e["rows"]), e["graph"]) for e in record["examples"])
    returns = tuple(Column(**part) for part in record["returns"])
    return StoredQuery(
        **{**record, "tags": tuple(record["tags"]), "params": params, "returns": returns,
           "examples": examples}
    )  # fmt: skip


def _frozen(default: Any) -> Any:
    return tuple(default) if isinstance(default, list) else default
