"""Plain answers to the few questions behind every fact sheet.

Who has this name, what belongs on its sheet, what is claimed about it and on what evidence: a
store answers them by stored queries. Since opening a store takes longer than all the rest of a
short command, the build asks them of every thing once and keeps the answers (`index.py`). Both
give the same answers; a test holds them to that.
"""

from __future__ import annotations

import os
from functools import cache

from modeldex.errors import StoreError
from modeldex.packaged import folder
from modeldex.terms import DATASET, MDX, local_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Protocol, TypeAlias

    import pyoxigraph as ox

    from modeldex.engine import Engine, Term

    Record: TypeAlias = dict[str, Any]  # a row of an answer, of JSON's own types

    class Lookup(Protocol):
        """The questions. An IRI that is not there has no rows; nothing here raises UnknownName."""

        def named(self, key: str) -> list[Record]:
            """The things and properties under a name key: `thing`, `class`, `label`."""

        def around(self, iris: Iterable[str]) -> list[Record]:
            """What belongs on the sheet of each thing: `thing`, `subject`, `class`, `label`,
            `relation`.
            """

        def claims(self, iris: Iterable[str]) -> list[Record]:
            """The claims about each of the things, with their evidence."""

        def naming(self, iri: str) -> list[Record]:
            """The claims that have a thing as their value: `claim`, `subject`."""

        def properties(self) -> list[Record]:
            """The fact properties, in the order of a fact sheet."""

        def names(self) -> list[Record]:
            """All name keys: `key`, `thing`, `isProperty`."""

        def api_ids(self) -> list[Record]:
            """All API IDs and what they call: `apiId`, `platform`, `offering`, `condition`."""

        def subjects(self) -> Iterable[str]:
            """All things that claims are about, in the order of their IRIs."""

        def number_of_claims(self) -> int | None:
            """How many claims there are about all of them, where it is known beforehand."""

        def release(self) -> str:
            """The day of the release, YYYY-MM-DD."""


STANCES = {"supportedBy": "supports", "disputedBy": "disputes", "soughtIn": "silent"}
KINDS = {"officialEvidence": "firstHand", "reportedEvidence": "reported",
         "assertedEvidence": "asserted"}  # fmt: skip


SUBJECT = MDX + "Subject"
AT_ONCE = 200
"""So many things are asked about in one query."""


class StoreLookup:
    """Answers from an engine, by the stored queries."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def named(self, key: str) -> list[Record]:
        """See `Lookup`."""
        import pyoxigraph as ox

        return self._ask("things-by-name", key=ox.Literal(key))

    def around(self, iris: Iterable[str]) -> list[Record]:
        """See `Lookup`."""
        return self._ask_of_many("things-around", "things", iris)

    def naming(self, iri: str) -> list[Record]:
        """See `Lookup`."""
        return self._ask("claims-naming-a-thing", thing=_node(iri))

    def properties(self) -> list[Record]:
        """See `Lookup`."""
        import pyoxigraph as ox

        return self._ask("fact-properties", section=ox.Literal(""))

    def names(self) -> list[Record]:
        """See `Lookup`."""
        import pyoxigraph as ox

        return self._ask("names-that-begin-so", beginning=ox.Literal(""))

    def api_ids(self) -> list[Record]:
        """See `Lookup`."""
        import pyoxigraph as ox

        return self._ask("api-ids-that-begin-so", beginning=ox.Literal(""))

    def subjects(self) -> list[str]:
        """See `Lookup`."""
        return [str(row["subject"]) for row in self._ask("subjects-of-claims", kind=_node(SUBJECT))]

    def number_of_claims(self) -> None:
        """See `Lookup`."""

    def release(self) -> str:
        """See `Lookup`."""
        rows = self._ask("release", dataset=_node(DATASET))
        if not rows:
            raise StoreError("no Modeldex dataset: nothing says when it was released")
        return str(rows[0]["issued"])

    def claims(self, iris: Iterable[str]) -> list[Record]:
        """See `Lookup`."""
        rows = self._ask_of_many("claims-about-things", "things", iris)
        if not rows:
            return []
        subjects = list(dict.fromkeys(row["subject"] for row in rows))
        linked = {row["value"] for row in rows if row["value$type"] == "iri"}
        labels = self._labels({*subjects, *linked})
        evidence = self._evidence_of(subjects)
        return [
            {
                "claim": row["claim"],
                "subject": labels[row["subject"]],
                "property": row["property"],
                "value": row["value"],
                "type": row["value$type"],
                "thing": labels.get(row["value"]) if row["value$type"] == "iri" else None,
                "status": local_name(row["status"]),
                "basis": local_name(row["basis"]),
                "contested": row["contested"] == "true",
                "asOf": row["asOf"],
                "validFrom": row["validFrom"],
                "validThrough": row["validThrough"],
                "endedBy": row["endedBy"],
                "inForce": row["inForce"] == "true",
                "platform": labels[row["subject"]]["platformLabel"],
                "condition": labels[row["subject"]]["conditionLabel"],
                "evidence": list(evidence.get(row["claim"], {}).values()),
            }
            for row in rows
        ]

    def _evidence_of(self, subjects: list[str]) -> dict[str, dict[str, Record]]:
        """The evidence of each claim about the things, by claim and evidence."""
        relations = self._ask_of_many("evidence-about-things", "things", subjects)
        described = self._evidence({row["evidence"] for row in relations})
        found: dict[str, dict[str, Record]] = {}
        for row in relations:
            looked = found.setdefault(row["claim"], {}).setdefault(
                row["evidence"], {**described[row["evidence"]], "kind": "thirdParty"}
            )
            name = local_name(row["role"])
            if name in STANCES:
                looked["stance"] = STANCES[name]
            else:
                looked["kind"] = KINDS[name]
        return found

    def _evidence(self, iris: set[str]) -> dict[str, Record]:
        rows = self._ask_of_many("evidence-described", "evidence", sorted(iris))
        searched = self._labels({row["searched"] for row in rows if row["searched"]})
        named = {row[name] for row in rows for name in ("source", "cites") if row[name]}
        described = self._ask_of_many("sources-described", "sources", sorted(named))
        sources = {row["source"]: row for row in described}
        found: dict[str, Record] = {}
        for row in rows:
            record = found.setdefault(row["evidence"], {
                "evidence": row["evidence"], "source": sources[row["source"]],
                "asOf": row["asOf"], "accessed": row["accessed"], "locator": [], "cites": [],
                "searched": searched[row["searched"]]["label"] if row["searched"] else None,
            })  # fmt: skip
            if row["locator"] not in record["locator"]:
                record["locator"].append(row["locator"])
            if row["cites"] and sources[row["cites"]] not in record["cites"]:
                record["cites"].append(sources[row["cites"]])
        for record in found.values():
            record["locator"].sort()  # engines order strings in ways of their own
        return found

    def _labels(self, iris: set[str]) -> dict[str, Record]:
        labels: dict[str, Record] = {}
        conditions: dict[str, set[str]] = {}
        for row in self._ask_of_many("labels", "iris", sorted(iris)):
            labels.setdefault(row["thing"], row)
            if row["conditionLabel"]:
                conditions.setdefault(row["thing"], set()).add(row["conditionLabel"])
        for thing, found in conditions.items():
            labels[thing]["conditionLabel"] = ", ".join(sorted(found))
        return labels

    def _ask_of_many(self, name: str, parameter: str, iris: Iterable[str]) -> list[Record]:
        every = list(iris)
        chunks = (every[n : n + AT_ONCE] for n in range(0, len(every), AT_ONCE))
        nodes = ([_node(iri) for iri in part] for part in chunks)
        return [row for part in nodes for row in self._ask(name, **{parameter: part})]

    def _ask(self, name: str, **values: ox.NamedNode | ox.Literal | Iterable[Any]) -> list[Record]:
        from modeldex.binding import bind
        from modeldex.engine import select

        solutions = select(self.engine, bind(stored_query(name), values))
        return [_record(row, solutions.variables) for row in solutions.rows]


@cache
def stored_query(name: str) -> str:
    """The SPARQL of a query in `queries/`, without its header."""
    with open(os.path.join(folder("queries"), f"{name}.rq"), encoding="utf-8") as file:
        return "".join(line for line in file if not line.startswith("#"))


def _record(row: tuple[Term | None, ...], variables: tuple[str, ...]) -> Record:
    import pyoxigraph as ox

    record: Record = {}
    for name, term in zip(variables, row, strict=True):
        record[name] = _text(term)
        if name == "value":
            record["value$type"] = (
                "iri" if isinstance(term, ox.NamedNode)
                else local_name(term.datatype.value) if isinstance(term, ox.Literal) else None
            )  # fmt: skip
    return record


def _text(term: Term | None) -> str | None:
    """The text of a term; a literal in its one spelling, whatever the engine gave."""
    import pyoxigraph as ox

    from modeldex.results import respelt

    term = respelt(term)
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else None


def _node(iri: str) -> ox.NamedNode:
    import pyoxigraph as ox

    return ox.NamedNode(iri)
