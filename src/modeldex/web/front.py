"""The pages that lead in: the front page, about, timeline, disagreements, dataset, not found."""

from __future__ import annotations

import datetime
from operator import itemgetter

from modeldex import terms as t
from modeldex.facts import Claim, Thing
from modeldex.rows import Rows
from modeldex.web.calendar import next_to_retire
from modeldex.web.fact_rows import Row, row_of
from modeldex.web.statements import TYPE
from modeldex.web.timeline import (
    EVENTS,
    MOST_LANES,
    Event,
    Lane,
    events_of,
    lane_of_model,
    picture,
)
from modeldex.web.view import Page, View

MOST_PAIRS, MOST_EVENTS, MOST_COMING = 300, 200, 6
COUNTED = (
    ("Model", "models", "models.html"), ("Offering", "offerings", "offering/index.html"),
    ("Provider", "providers", "provider/index.html"),
    ("Platform", "platforms", "platform/index.html"), ("Source", "sources", "source/index.html"),
    ("FactProperty", "properties", "property/index.html"),
)  # fmt: skip
SAMPLE = ("contextWindow", "knowledgeCutoff", "imageOutput", "inputPrice")


def front_page(view: View) -> Page:
    """The front page."""
    models = view.dex.models()
    coming, plans = next_to_retire(view, MOST_COMING)
    values = {
        "coming": coming, "coming_total": plans,
        "counts": _counts(view), "sample": _sample(view, models[:40]),
        "models": [(model.label, view.path_of(model.iri)) for model in models[:24]],
        "total": len(models),
    }  # fmt: skip
    return Page("index.html", "Modeldex: facts about AI models, each with its receipt",
                "Context windows, prices, API IDs, retirements of AI models: each fact verified or "
                "unconfirmed, with its source and date.", values)  # fmt: skip


def _counts(view: View) -> list[tuple[str, str, int]]:
    claims = ("claims", "dataset.html", len(view.said.of_class("Claim")))
    return [claims, *(
        (name, path, len(view.said.of_class(kind))) for kind, name, path in COUNTED
    )]  # fmt: skip


def _sample(view: View, models: list[Thing]) -> list[Row]:
    """A fact of each status, of the model of which most is claimed."""
    most = max(models, key=lambda model: len(view.dex.facts(model)), default=None)
    if most is None:
        return []
    best: dict[str, tuple[int, Claim]] = {}
    for claim in view.dex.facts(most):
        prop = claim.fact_property
        if claim.subject == most and claim.in_force and prop.single_valued:
            place = SAMPLE.index(prop.name) if prop.name in SAMPLE else len(SAMPLE)
            kind = "silent" if claim.basis == "silent" else claim.status
            best[kind] = min(best.get(kind, (place, claim)), (place, claim), key=itemgetter(0))
    return [row_of(best[kind][1], None, view.path_of)
            for kind in ("verified", "unconfirmed", "silent") if kind in best]  # fmt: skip


def about_page(view: View) -> Page:
    """For people new to the data."""
    return Page(
        "about.html",
        "About: how to read these facts",
        "What verified and unconfirmed mean, where facts come from, and how to use them.",
        {"counts": _counts(view)},
    )


def timeline_page(view: View) -> Page:
    """Releases and retirements of the models with the latest events, as a picture and a table."""
    lanes, rows, dated = _lanes(view)
    drawn = picture(lanes, datetime.date.fromisoformat(view.dex.release), "", view.path_of,
                    "Releases and retirements of models")  # fmt: skip
    total, rows = len(rows), rows[:MOST_EVENTS]
    values = {"picture": drawn, "rows": rows, "events": total, "lanes": len(lanes), "dated": dated}
    return Page("timeline.html", "Timeline", "When AI models were announced, released and retired, "
                "with status and source.", values)  # fmt: skip


def _lanes(view: View) -> tuple[list[Lane], list[tuple[str, Row]], int]:
    latest: dict[str, str] = {}
    wanted = {t.MDX + name for name in EVENTS}
    dated = {}
    for claim, day in view.said.pairs(t.MDX + "objectFirstDay"):
        if view.said.text(claim, t.RDF + "predicate") in wanted:
            dated[claim] = day
    for claim, day in dated.items():
        model = _model_of(view, view.said.text(claim, t.RDF + "subject") or "")
        if model:
            latest[model] = max(day, latest.get(model, ""))
    order = sorted(latest, key=lambda iri: (latest[iri], iri), reverse=True)[:MOST_LANES]
    lanes: list[Lane] = []
    events: list[Event] = []
    for iri in order:
        thing = view.dex.thing(iri)
        near = {r.thing.iri for r in view.dex.related(thing) if r.relation != "broader"}
        claims = [claim for claim in view.dex.facts(thing) if claim.subject.iri in near]
        lane = lane_of_model(claims, thing, view.path_of)
        if lane:
            lanes.append(lane)
            events += events_of(claims)
    unique = {event.claim.iri: event for event in events}.values()
    ordered = sorted(unique, key=lambda e: (e.first, e.claim.iri), reverse=True)
    rows = [(EVENTS[event.kind], row_of(event.claim, None, view.path_of)) for event in ordered]
    lanes.sort(key=lambda lane: (lane.events[0].first, lane.label), reverse=True)
    return lanes, rows, len(latest)


def _model_of(view: View, iri: str) -> str | None:
    """The model on whose lane the events of a thing stand: of a snapshot what it is one of."""
    model = view.said.text(iri, t.MDX + "offeringOf") or iri
    model = view.said.text(model, t.DCTERMS + "isVersionOf") or model
    return model if t.MDX + "Model" in view.said.texts(model, TYPE) else None


def disagreements_page(view: View) -> Page:
    """Where claims disagree, both beside each other."""
    found = view.dex.ask("disagreements", thing=t.DATASET)
    assert isinstance(found, Rows)
    pairs = [(row["claim"], row["otherClaim"]) for row in found[:MOST_PAIRS]]
    claims = {c.iri: row_of(c, None, view.path_of)
              for c in view.claims(iri for pair in pairs for iri in pair)}  # fmt: skip
    shown = [(claims[one], claims[other]) for one, other in pairs
             if one in claims and other in claims]  # fmt: skip
    return Page("disagreements.html", "Disagreements", "Where sources disagree about AI models, "
                "both sides with status, date and source.",
                {"pairs": shown, "total": len(found)})  # fmt: skip


def dataset_page(view: View) -> Page:
    """The dataset as a whole: version, licence, what is in it, how to get it."""
    said = view.said
    values = {
        "name": said.text(t.DATASET, t.DCTERMS + "title"),
        "version": said.text(t.DATASET, t.OWL + "versionInfo"), "counts": _counts(view),
        "graphs": [(t.shorten(iri), words) for iri, words in GRAPHS],
    }  # fmt: skip
    return Page("dataset.html", "The dataset", "What is in the Modeldex dataset, its licence and "
                "version, and how to get it.", values)  # fmt: skip


GRAPHS = (
    (t.CLAIMS, "claims: subject, property, value, status, evidence; and what follows from them"),
    (t.EVIDENCE, "evidence and sources"),
    (t.ENTITIES, "models, offerings, providers, platforms and other things"),
    (t.ONTOLOGY, "the vocabulary"),
    (t.QUERIES, "the stored queries"),
    (t.VERIFIED, "plain triples of what is verified, uncontested and in force"),
)


def missing_page(view: View) -> Page:
    """What is shown where there is nothing; its links work from any depth."""
    return Page("404.html", "Not found", "There is no such page.", {})
