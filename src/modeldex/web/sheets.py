"""Fact sheets: of a model, an offering, a provider and whatever else claims are about."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from modeldex import terms as t
from modeldex.answer import answer
from modeldex.facts import Claim, Thing
from modeldex.standing import offered
from modeldex.web.conflict_rows import conflict_rows
from modeldex.web.fact_rows import Row, glance_of, row_of, sections_of, tally_of
from modeldex.web.offerings import all_retired, offerings, standing_of, summaries
from modeldex.web.price_chart import lines_of, price_chart
from modeldex.web.statements import COMMENT
from modeldex.web.timeline import lanes_of_sheet, picture
from modeldex.web.view import MOST_ROWS, Link, Page, View

KINDS = {
    "Model": ("Model", "Models", "models.html"),
    "Offering": ("A model on a platform", "API IDs", "offering/index.html"),
    "Series": ("Series", "Series", "series/index.html"),
    "Provider": ("Provider", "Providers", "provider/index.html"),
    "Platform": ("Platform", "Platforms", "platform/index.html"),
    "Endpoint": ("Endpoint", "Endpoints", "endpoint/index.html"),
    "Feature": ("Feature", "Features", "feature/index.html"),
    "Use": ("Use", "Uses", "use/index.html"),
    "ModelClass": ("Class of models", "Vocabulary", "vocab.html"),
}  # fmt: skip
GLANCE = {
    "Model": ("contextWindow", "inputPrice", "outputPrice", "knowledgeCutoff", "announced",
              "released"),
    "Offering": ("apiId", "retiredOn", "retirementPlanned", "recommendedReplacement",
                 "inputPrice", "outputPrice", "contextWindow"),
}  # fmt: skip
RELATIONS = (
    ("by", t.DCTERMS + "creator"), ("a version of", t.DCTERMS + "isVersionOf"),
    ("of", t.MDX + "offeringOf"), ("on", t.MDX + "onPlatform"),
    ("narrower than", t.MDX + "broaderOffering"), ("for", t.MDX + "condition"),
    ("of", t.MDX + "useOf"), ("a case of", t.MDX + "broaderUse"),
)  # fmt: skip
GROUPS = (
    ("Versions", "model", "Model", t.DCTERMS + "isVersionOf"),
    ("Models", "model", "Provider", t.DCTERMS + "creator"),
    ("Series", "series", "Provider", t.DCTERMS + "creator"),
    ("Platforms", "platform", "Provider", t.DCTERMS + "creator"),
    ("Sources", "source", "Provider", t.DCTERMS + "publisher"),
    ("Endpoints", "endpoint", "Platform", t.MDX + "onPlatform"),
    ("API IDs", "offering", "Platform", t.MDX + "onPlatform"),
    ("Narrower offerings", "offering", "Offering", t.MDX + "broaderOffering"),
    ("Scenarios", "use", "Model", t.MDX + "useOf"),
)


def sheet(view: View, thing: Thing, root: str) -> Page:
    """The fact sheet of a thing."""
    related = view.dex.related(thing)
    near = [each.thing.iri for each in related]
    broader = {each.thing.iri for each in related if each.relation == "broader"}
    belonging = set(near) - broader
    claims = view.dex.facts(thing)
    own = [claim for claim in claims if claim.subject.iri in belonging]
    naming = [claim for claim in claims if claim.subject.iri not in near]
    names = GLANCE.get(thing.kind, ())
    kind_name, kind_plural, kind_path = KINDS[thing.kind]
    tally = tally_of(own)
    said = view.said.values(thing.iri)
    lanes = lanes_of_sheet(own, thing, view.path_of, lambda each: _lane_of(view, each, thing))
    found = offered(own, view.dex.release) if thing.kind == "Model" else []
    ids = offerings(view, found)
    at = standing_of(view, thing.iri) if thing.kind == "Offering" else None
    lines = lines_of(own, datetime.date.fromisoformat(view.dex.release))
    values = {
        "thing": thing, "kind_name": kind_name, "kind_plural": kind_plural,
        "kind_path": kind_path, "relations": _relations(view, said),
        "other_names": said.get(t.SKOS + "altLabel", []),
        "comment": next(iter(said.get(COMMENT, [])), None),
        "tally": tally,
        "glance": glance_of(claims, names, thing, near, view.path_of) if names else [],
        "sections": sections_of(own, thing, view.links_from(root)),
        "inherited": _inherited(view, own, claims, near, broader),
        "offerings": ids, "retired": all_retired(ids),
        "summaries": summaries(view, found) if len(ids) > 1 else [],
        "state": at.state if at else None,
        "stands_for": standing_of(view, at.snapshot) if at and at.snapshot else None,
        "groups": _groups(view, thing),
        "picture": picture(
            lanes, datetime.date.fromisoformat(view.dex.release), root, view.path_of,
            f"Timeline of {thing.label}",
        ),
        "price_lines": lines, "prices": price_chart(
            lines, root, view.path_of, f"Prices of {thing.label} over time"
        ),
        "conflicts": conflict_rows(view, thing, own) if thing.kind == "Model" else [],
        "naming": view.rows(naming[:MOST_ROWS]), "named_of": len(naming),
        "compare_path": f"compare/{thing.slug}.json" if thing.kind == "Model" else None,
    }  # fmt: skip
    return Page("thing.html", thing.label, _about(thing, tally.total), values)


def _lane_of(view: View, subject: Thing, thing: Thing) -> Thing:
    """Of an offering the model that it is of; of anything else, or on its own page, itself."""
    if subject.kind != "Offering" or subject.iri == thing.iri:
        return subject
    model = view.said.text(subject.iri, t.MDX + "offeringOf")
    return Thing(model, view.said.label(model), "Model") if model else subject


def _about(thing: Thing, total: int) -> str:
    what = KINDS[thing.kind][0].lower()
    return (f"{thing.label} ({what}): {total} claims, each verified or unconfirmed, "
            "with source and date.")  # fmt: skip


def _relations(view: View, said: dict[str, list[str]]) -> list[tuple[str, list[Link]]]:
    return [
        (word, view.links(said[predicate])) for word, predicate in RELATIONS if predicate in said
    ]


def _inherited(
    view: View, own: Sequence[Claim], claims: Sequence[Claim], near: Sequence[str],
    broader: set[str],
) -> list[Row]:  # fmt: skip
    """The answers on single-valued properties that only broader things give."""
    said = {claim.fact_property for claim in own}
    by_property: dict[str, list[Claim]] = {}
    for claim in claims:
        prop = claim.fact_property
        if claim.subject.iri in broader and prop.single_valued and prop not in said:
            by_property.setdefault(prop.iri, []).append(claim)
    return [row_of(answer(found, near), None, view.path_of) for found in by_property.values()]


def _groups(view: View, thing: Thing) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for title, folder, kind, predicate in GROUPS:
        if kind != thing.kind:
            continue
        iris = sorted(
            iri for iri in view.said.naming(predicate, thing.iri)
            if iri.startswith(t.PREFIXES[folder])
        )  # fmt: skip
        if iris:
            shown = iris[:MOST_ROWS]
            found.append({"title": title, "anchor": folder, "links": view.links(shown),
                          "total": len(iris)})  # fmt: skip
    return found
