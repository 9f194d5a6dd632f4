"""Models side by side: the page, and the answers of a model as JSON, which the page reads."""

from __future__ import annotations

from typing import Any

from modeldex.facts import Claim, Thing
from modeldex.terms import DCTERMS
from modeldex.web.fact_rows import Row, row_of
from modeldex.web.view import MOST_ROWS, Page, View

SHOWN = 3
LOOKED_AT = 60


def comparison_page(view: View) -> Page:
    """The page of comparisons; without a script it compares the models that most is said of."""
    models = view.dex.models()
    about = {
        model: view.dex.facts(model)
        for model in models[:LOOKED_AT]
        if not view.said.text(model.iri, DCTERMS + "isVersionOf")
    }
    most = sorted(about, key=lambda model: (-len(about[model]), model.label))[:SHOWN]
    rows = [
        (prop.label, view.path_of(prop.iri),
         [[row_of(claim, model, view.path_of) for claim in cell]
          for model, cell in zip(most, cells, strict=True)])
        for prop, cells in view.dex.compare(most).items() if most
    ]  # fmt: skip
    values = {
        "models": [(model.slug, model.label) for model in models[:MOST_ROWS]],
        "things": [(model.slug, model.label, view.path_of(model.iri)) for model in most],
        "rows": rows,
    }  # fmt: skip
    return Page("compare.html", "Compare models", "AI models side by side, with the status, date "
                "and source of each value.", values)  # fmt: skip


def answers_of(view: View, model: Thing) -> dict[str, Any]:
    """What the page of comparisons needs of one model: the answers by property, in order.

    >>> import modeldex
    >>> view = View(modeldex.open())
    >>> answers_of(view, view.dex.thing("gemini-2-0-flash"))["answers"][0]["label"]
    'provider'
    """
    found = []
    for prop, (cell,) in view.dex.compare([model], _said(view, model)).items():
        found.append({
            "property": prop.name, "label": prop.label, "order": prop.order,
            "single": prop.single_valued, "page": view.path_of(prop.iri),
            "claims": [_claim(claim, model, view) for claim in cell],
        })  # fmt: skip
    return {"id": model.iri, "label": model.label, "slug": model.slug,
            "page": view.path_of(model.iri), "answers": found}  # fmt: skip


def _said(view: View, model: Thing) -> list[str]:
    names = {claim.fact_property.name for claim in view.dex.facts(model)}
    return [prop.name for prop in view.dex.properties() if prop.name in names]


def _claim(claim: Claim, model: Thing, view: View) -> dict[str, Any]:
    row: Row = row_of(claim, model, view.path_of)
    return {
        "value": row.value, "unit": row.unit, "mark": row.mark, "status": row.status,
        "basis": row.basis, "look": row.look, "asOf": row.as_of, "over": row.over,
        "apart": row.apart, "source": row.source, "page": row.claim_path, "others": row.others,
    }  # fmt: skip
