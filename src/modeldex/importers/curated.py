"""The things of the curated data that catalogues can mean: platforms, makers, models, offerings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.descriptions import TYPE, describe, iris_in, is_named

NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


def normal(name: str) -> str:
    """A name in lower-case letters and digits, joined by hyphens: equal for one name.

    >>> normal("GPT-4.1 mini") == normal("gpt-4-1-mini"), normal("gpt-41") == normal("gpt-4.1")
    (True, False)
    """
    return NOT_IN_NAMES.sub("-", name.lower()).strip("-")


class Curated:
    """What the curated statements describe, found by the names that catalogues use."""

    def __init__(self, statements: Iterable[ox.Quad]) -> None:
        graph = describe(statements)
        self.iris = set(filter(is_named, graph))
        self.offerings: dict[tuple[str, str], str] = {}
        self.model_of: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        models: dict[tuple[str, str], set[str]] = {}
        makers: dict[str, str] = {}
        for iri, described in graph.items():
            kinds = iris_in(described.get(TYPE, ()))
            labels = [x.value for x in described.get(t.RDFS + "label", ())]
            self.labels[iri] = labels[0] if labels else t.local_name(iri)
            if t.MDX + "Offering" in kinds:
                for model in iris_in(described.get(t.MDX + "offeringOf", ())):
                    self.model_of[iri] = model
            if t.MDX + "Model" in kinds:
                for maker in iris_in(described.get(t.DCTERMS + "creator", ())):
                    makers[iri] = t.local_name(maker)
                names = [
                    *labels, t.local_name(iri),
                    *(x.value for x in described.get(t.SKOS + "altLabel", ())),
                ]  # fmt: skip
                for name in names:
                    models.setdefault((makers.get(iri, ""), normal(name)), set()).add(iri)
        for described in graph.values():
            if t.MDX + "apiId" not in iris_in(described.get(t.RDF + "predicate", ())):
                continue
            for offering in iris_in(described.get(t.RDF + "subject", ())):
                model = self.model_of.get(offering, "")
                for value in described.get(t.RDF + "object", ()):
                    self._called(graph.get(offering, {}), offering, value.value)
                    if model in makers:
                        names_of = makers[model], normal(value.value)
                        models.setdefault(names_of, set()).add(model)
        self._models = models

    def _called(
        self, described: Mapping[str, Iterable[ox.NamedNode | ox.Literal | ox.BlankNode]],
        offering: str, api_id: str,
    ) -> None:  # fmt: skip
        if not described.get(t.MDX + "condition"):
            for platform in iris_in(described.get(t.MDX + "onPlatform", ())):
                self.offerings[t.local_name(platform), api_id] = offering

    def model(self, maker: str, name: str) -> str | None:
        """The one model of a maker that has this name, if there is one and no other."""
        found = self._models.get((maker, normal(name)), set())
        return next(iter(found)) if len(found) == 1 else None
