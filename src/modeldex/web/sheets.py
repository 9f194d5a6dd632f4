"""Fact sheets: of a model, an offering, a provider and whatever else claims are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modeldex import terms as t
from modeldex.web.fact_rows import glance_of, row_of, sections_of, tally_of

if TYPE_CHECKING:
    from modeldex.facts import Thing
    from modeldex.web.pages import Pages

SHEETS = ("model", "offering", "series", "provider", "platform", "endpoint", "feature", "use",
          "class")  # fmt: skip
GLANCE = {
    "Model": ("contextWindow", "inputPrice", "outputPrice", "knowledgeCutoff", "announced",
              "released"),
    "Offering": ("apiId", "retiredOn", "retirementPlanned", "recommendedReplacement",
                 "inputPrice", "outputPrice", "contextWindow"),
}  # fmt: skip
MOST_ROWS = 1000
"""So many rows a page shows at most; it says so, and the data beside it have all."""


def sheet(pages: Pages, thing: Thing) -> dict[str, Any]:
    """What the template of a fact sheet needs."""
    related = pages.dex.related(thing)
    claims = pages.dex.facts(thing)
    broader = {each.thing.iri for each in related if each.relation == "broader"}
    belonging = {each.thing.iri for each in related} - broader
    own = [claim for claim in claims if claim.subject.iri in belonging]
    near = [each.thing.iri for each in related]
    from_broader = [claim for claim in claims if claim.subject.iri in broader]
    naming = [c for c in claims if c.subject.iri not in belonging and c.subject.iri not in broader]
    names = GLANCE.get(thing.kind, ())
    return {
        "thing": thing,
        "tally": tally_of(own),
        "glance": glance_of(claims, names, thing, near, pages.path_of) if names else [],
        "sections": sections_of(own, thing, pages.path_of),
        "naming": [row_of(claim, None, pages.path_of) for claim in naming[:MOST_ROWS]],
    }
