"""From the plain records of a lookup to frozen values."""

from __future__ import annotations

from modeldex.facts import Claim, Evidence, FactProperty, Source, Thing
from modeldex.partial_date import date_of
from modeldex.terms import local_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.facts import Value
    from modeldex.lookup import Record
    from modeldex.partial_date import Date


def claim_of(record: Record, properties: dict[str, FactProperty]) -> Claim:
    """A claim; `properties` are those of the dataset, by IRI."""
    return Claim(
        record["claim"], thing_of(record["subject"]), properties[record["property"]],
        value_of(record), record["status"], record["basis"], record["contested"],
        date_of(record["asOf"]), _date(record["validFrom"]), _date(record["validThrough"]),
        _date(record["endedBy"]), record["inForce"], record["platform"],
        tuple(map(evidence_of, record["evidence"])), condition=record["condition"],
    )  # fmt: skip


def evidence_of(record: Record) -> Evidence:
    """A piece of evidence, seen from a claim."""
    return Evidence(
        record["evidence"], source_of(record["source"]), record["stance"], record["kind"],
        tuple(record["locator"]), date_of(record["asOf"]), _date(record["accessed"]),
        tuple(map(source_of, record["cites"])), record["searched"],
    )  # fmt: skip


def source_of(record: Record) -> Source:
    """A source."""
    return Source(
        record["source"], record["label"], record["publisher"], record["url"],
        record["stub"] == "true",
    )  # fmt: skip


def thing_of(record: Record) -> Thing:
    """A thing."""
    return Thing(record["thing"], record["label"], local_name(record["class"]))


def _date(text: str | None) -> Date | None:
    return None if text is None else date_of(text)


def value_of(record: Record) -> Value | None:
    """The value of a claim, in the Python type of its datatype."""
    lexical, datatype = record["value"], record["type"]
    if datatype == "decimal":
        from decimal import Decimal

        return Decimal(lexical)
    if datatype == "integer":
        return int(lexical)
    if datatype == "boolean":
        return bool(lexical == "true")
    if datatype in ("date", "gYearMonth", "gYear"):
        return date_of(lexical)
    if datatype == "iri" and record["thing"]:
        return thing_of(record["thing"])
    return None if lexical is None else str(lexical)


def property_of(record: Record) -> FactProperty:
    """A fact property."""
    return FactProperty(
        record["property"], local_name(record["property"]), record["label"], record["unit"],
        record["singleValued"] == "true", record["section"],
        (int(record["sectionOrder"]), int(record["order"])),
    )  # fmt: skip
