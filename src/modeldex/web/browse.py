"""Lists: all models with search and filters, all API IDs, and the things of each other kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from modeldex import terms as t
from modeldex.answer import answer
from modeldex.facts import Claim, Thing
from modeldex.standing import WORDS, offered
from modeldex.web.fact_rows import INPUTS, Row, Tally, row_of, tally_of
from modeldex.web.offerings import OfferingRow, all_retired, best_state, offerings
from modeldex.web.sheets import KINDS
from modeldex.web.view import Link, Page, View

PAGE = 250
"""So many rows a list has; the rest stand on `models-2.html` and so on."""
COLUMNS = ("contextWindow", "inputPrice", "outputPrice")
INDEXES = {
    "series": "Series", "provider": "Provider", "platform": "Platform", "endpoint": "Endpoint",
    "feature": "Feature", "use": "Use", "source": "Source",
}  # fmt: skip


class ModelRow(NamedTuple):
    """A model in the list: its answers, and the texts and numbers that filters look at."""

    name: str
    path: str | None
    slug: str
    provider: Link | None
    version_of: str | None
    answers: list[Row | None]
    takes: list[tuple[str, Row]]
    retired: str
    state: str
    state_kind: str
    tally: Tally
    search: str
    numbers: list[str]


def number_of_pages(total: int) -> int:
    """How many pages a list of so many rows has.

    >>> number_of_pages(0), number_of_pages(250), number_of_pages(251)
    (1, 1, 2)
    """
    return max(1, -(-total // PAGE))


def page_path(path: str, number: int) -> str:
    """The path of a page of a list.

    >>> page_path("models.html", 1), page_path("offering/index.html", 3)
    ('models.html', 'offering/index-3.html')
    """
    return path if number == 1 else f"{path.removesuffix('.html')}-{number}.html"


def page_number(path: str, of: str) -> int | None:
    """Which page of a list a path is; None if it is none.

    >>> page_number("models-3.html", "models.html"), page_number("models-1.html", "models.html")
    (3, None)
    """
    if path == of:
        return 1
    number = path.removeprefix(of.removesuffix(".html") + "-").removesuffix(".html")
    if number.isascii() and number.isdigit() and int(number) > 1:
        return int(number) if path == page_path(of, int(number)) else None
    return None


def _pager(path: str, total: int, number: int) -> list[tuple[int, str]]:
    count = number_of_pages(total)
    near = {1, count, *range(number - 3, number + 4)}
    return [(n, page_path(path, n)) for n in sorted(near) if 1 <= n <= count and count > 1]


def models_page(view: View, number: int) -> Page | None:
    """A page of the list of models; None where the list is shorter."""
    models = view.dex.models()
    if number > number_of_pages(len(models)):
        return None
    rows = [_model_row(view, model) for model in models[(number - 1) * PAGE : number * PAGE]]
    values = {
        "rows": rows, "total": len(models), "number": number,
        "providers": sorted({row.provider.text for row in rows if row.provider}),
        "pager": _pager("models.html", len(models), number),
        "pages": number_of_pages(len(models)),
    }  # fmt: skip
    title = "Models" if number == 1 else f"Models, page {number}"
    return Page("models.html", title, f"{len(models):,} AI models: context window, prices, "
                "modalities, state; each value verified or unconfirmed.", values)  # fmt: skip


def _model_row(view: View, model: Thing) -> ModelRow:
    related = view.dex.related(model)
    near = [each.thing.iri for each in related]
    broader = {each.thing.iri for each in related if each.relation == "broader"}
    claims = view.dex.facts(model)
    best = _answers(claims, near)
    own = [claim for claim in claims if claim.subject.iri not in broader]
    ids = offerings(view, offered(own, view.dex.release))
    provider = view.said.text(model.iri, t.DCTERMS + "creator")
    link = view.link(provider) if provider else None
    broad = view.said.text(model.iri, t.DCTERMS + "isVersionOf")
    words = [model.label, model.slug, *view.said.texts(model.iri, t.SKOS + "altLabel"),
             *(each.api_id.value for each in ids if each.api_id),
             link.text if link else ""]  # fmt: skip
    return ModelRow(
        model.label, view.path_of(model.iri), model.slug, link,
        view.said.label(broad) if broad else None,
        [row_of(best[name], model, view.path_of) if name in best else None for name in COLUMNS],
        [(name.removesuffix("Input"), row_of(best[name], model, view.path_of))
         for name in INPUTS if name in best and best[name].value is True],
        all_retired(ids), *best_state(ids),
        tally_of(own), " ".join(words).lower(),
        [_number(best.get(name)) for name in COLUMNS],
    )  # fmt: skip


def _answers(claims: Sequence[Claim], near: Sequence[str]) -> dict[str, Claim]:
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        name = claim.fact_property.name
        if name in COLUMNS or name in INPUTS:
            found.setdefault(name, []).append(claim)
    return {name: answer(said, near) for name, said in found.items()}


def _number(claim: Claim | None) -> str:
    """The number that a filter looks at: none of what is over or was not found."""
    return str(claim.value) if claim and claim.in_force and claim.value is not None else ""


def offerings_page(view: View, number: int) -> Page | None:
    """A page of the list of API IDs."""
    iris = view.said.of_class("Offering")
    if number > number_of_pages(len(iris)):
        return None
    rows: list[OfferingRow] = []
    for iri in iris[(number - 1) * PAGE : number * PAGE]:
        thing = view.dex.thing(iri)
        own = [claim for claim in view.dex.facts(thing) if claim.subject.iri == iri]
        rows += offerings(view, offered(own, view.dex.release))
    values = {
        "rows": rows, "total": len(iris), "states": list(WORDS.items()),
        "platforms": sorted(map(view.said.label, view.said.of_class("Platform"))),
        "pager": _pager("offering/index.html", len(iris), number),
        "pages": number_of_pages(len(iris)), "number": number,
    }  # fmt: skip
    title = "API IDs" if number == 1 else f"API IDs, page {number}"
    return Page("offerings.html", title, "API IDs of AI models by platform: which are retired or "
                "about to be, and what replaces them.", values)  # fmt: skip


def index_page(view: View, folder: str, number: int) -> Page | None:
    """A page of the list of things of a kind."""
    kind = INDEXES[folder]
    iris = view.said.of_class(kind)
    if number > number_of_pages(len(iris)):
        return None
    plural = "Sources" if folder == "source" else KINDS[kind][1]
    shown = iris[(number - 1) * PAGE : number * PAGE]
    sources = sources_table(view) if folder == "source" and number == 1 else []
    listed = {row[0].path for row in sources}
    links = [link for link in view.links(shown) if link.path not in listed]
    values = {
        "links": links, "total": len(iris), "plural": plural, "sources": sources,
        "pager": _pager(f"{folder}/index.html", len(iris), number), "number": number,
    }  # fmt: skip
    title = plural if number == 1 else f"{plural}, page {number}"
    return Page("things.html", title, f"{plural} that Modeldex has facts about.", values)


def sources_table(view: View) -> list[tuple[Link, str, bool, int, int, int, int]]:
    """Sources with the number of claims that rest on each."""
    from modeldex.rows import Rows

    rows = view.dex.ask("sources-and-what-rests-on-them")
    assert isinstance(rows, Rows)
    return [
        (Link(row["sourceLabel"], view.path_of(row["source"])), row["publisher"],
         bool(row["stub"]), row["claims"], row["verified"], row["unconfirmed"], row["cited"])
        for row in rows[:PAGE]
    ]  # fmt: skip
