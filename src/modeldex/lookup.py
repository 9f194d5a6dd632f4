"""Plain answers to the few questions behind every fact sheet.

Who has this name, what belongs on its sheet, what is claimed about it and on what evidence: a
store answers them by stored queries. Since opening a store takes longer than all the rest of a
short command, the build asks them of every thing once and keeps the answers (`index.py`). Both
give the same answers; a test holds them to that.
"""

from __future__ import annotations

import os

from modeldex.packaged import folder
from modeldex.terms import local_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Protocol, TypeAlias

    import pyoxigraph as ox

    from modeldex.store import Store

    Record: TypeAlias = dict[str, Any]  # a row of an answer, of JSON's own types

    class Lookup(Protocol):
        """The questions. An IRI that is not there has no rows; nothing here raises UnknownName."""

        def named(self, key: str) -> list[Record]:
            """The things and properties under a name key: `thing`, `class`, `label`."""

        def around(self, iri: str) -> list[Record]:
            """What belongs on the sheet of a thing: `subject`, `class`, `label`, `relation`."""

        def claims(self, iri: str) -> list[Record]:
            """The claims about a thing, with their evidence."""

        def naming(self, iri: str) -> list[Record]:
            """The claims that have a thing as their value: `claim`, `subject`."""

        def properties(self) -> list[Record]:
            """The fact properties, in the order of a fact sheet."""

        def names(self) -> list[Record]:
            """All name keys: `key`, `thing`, `isProperty`."""


STANCES = {"supportedBy": "supports", "disputedBy": "disputes", "soughtIn": "silent"}
KINDS = {"officialEvidence": "firstHand", "reportedEvidence": "reported",
         "assertedEvidence": "asserted"}  # fmt: skip


class StoreLookup:
    """Answers from a store, by the stored queries."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._sources: dict[str, Record] | None = None

    def named(self, key: str) -> list[Record]:
        """See `Lookup`."""
        import pyoxigraph as ox

        return self._ask("things-by-name", key=ox.Literal(key))

    def around(self, iri: str) -> list[Record]:
        """See `Lookup`."""
        return self._ask("things-around", thing=_node(iri))

    def naming(self, iri: str) -> list[Record]:
        """See `Lookup`."""
        return self._ask("claims-naming", thing=_node(iri))

    def properties(self) -> list[Record]:
        """See `Lookup`."""
        return self._ask("fact-properties")

    def names(self) -> list[Record]:
        """See `Lookup`."""
        return self._ask("known-names")

    def claims(self, iri: str) -> list[Record]:
        """See `Lookup`."""
        rows = self._ask("claims-about", subject=_node(iri))
        if not rows:
            return []
        relations = self._ask("evidence-about", subject=_node(iri))
        described = self._evidence({row["evidence"] for row in relations})
        linked = {row["value"] for row in rows if row["value$type"] == "iri"}
        labels = self._labels({iri, *linked})
        evidence: dict[str, dict[str, Record]] = {row["claim"]: {} for row in rows}
        for row in relations:
            looked = evidence[row["claim"]].setdefault(
                row["evidence"], {**described[row["evidence"]], "kind": "thirdParty"}
            )
            name = local_name(row["relation"])
            if name in STANCES:
                looked["stance"] = STANCES[name]
            else:
                looked["kind"] = KINDS[name]
        return [
            {
                "claim": row["claim"],
                "subject": labels[iri],
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
                "platform": labels[iri]["platform"],
                "evidence": list(evidence[row["claim"]].values()),
            }
            for row in rows
        ]

    def _evidence(self, iris: set[str]) -> dict[str, Record]:
        sources = self._all_sources()
        rows = self._ask("evidence-described", evidence=map(_node, sorted(iris)))
        searched = self._labels({row["searched"] for row in rows if row["searched"]})
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
        return found

    def _all_sources(self) -> dict[str, Record]:
        if self._sources is None:
            self._sources = {row["source"]: row for row in self._ask("sources")}
        return self._sources

    def _labels(self, iris: set[str]) -> dict[str, Record]:
        rows = self._ask("labels", things=map(_node, sorted(iris))) if iris else []
        labels: dict[str, Record] = {}
        for row in rows:
            labels.setdefault(row["thing"], row)
        return labels

    def _ask(self, name: str, **values: ox.NamedNode | ox.Literal | Iterable[Any]) -> list[Record]:
        from modeldex.binding import bind

        solutions = self.store.select(bind(stored_query(name), values))
        return [_record(solution, solutions.variables) for solution in solutions]


def stored_query(name: str) -> str:
    """The SPARQL of a query in `queries/`, without its header."""
    with open(os.path.join(folder("queries"), f"{name}.rq"), encoding="utf-8") as file:
        return "".join(line for line in file if not line.startswith("#"))


def _record(solution: ox.QuerySolution, variables: list[ox.Variable]) -> Record:
    import pyoxigraph as ox

    record: Record = {}
    for variable, term in zip(variables, solution, strict=True):
        name = variable.value
        record[name] = term.value if term is not None else None
        if name == "value":
            record["value$type"] = (
                "iri" if isinstance(term, ox.NamedNode)
                else local_name(term.datatype.value) if isinstance(term, ox.Literal) else None
            )  # fmt: skip
    return record


def _node(iri: str) -> ox.NamedNode:
    import pyoxigraph as ox

    return ox.NamedNode(iri)
