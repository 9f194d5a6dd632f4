"""The vocabulary as pages: each fact property with all that is claimed on it, and every term."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from modeldex import terms as t
from modeldex.facts import FactProperty
from modeldex.web.statements import COMMENT, TYPE
from modeldex.web.view import Link, Page, View

SHOWN = 300
DOMAIN, RANGE = t.RDFS + "domain", t.RDFS + "range"
GROUPS = (
    ("Classes", t.OWL + "Class"),
    ("Properties of things and links", t.OWL + "ObjectProperty"),
    ("Properties with plain values", t.OWL + "DatatypeProperty"),
    ("Annotations", t.OWL + "AnnotationProperty"),
    ("Data types", t.RDFS + "Datatype"),
)


class Term(NamedTuple):
    """A term of the vocabulary."""

    name: str
    label: str
    comment: str
    domain: list[Link]
    range: list[Link]
    broader: list[Link]
    computed: bool
    page: str | None


def property_page(view: View, prop: FactProperty) -> Page:
    """A fact property: what it means, and what is claimed on it."""
    said = view.said
    iris = sorted(said.naming(t.RDF + "predicate", prop.iri))
    claims = view.claims(iris[:SHOWN])
    values = {
        "prop": prop, "comment": said.text(prop.iri, COMMENT),
        "other_names": said.texts(prop.iri, t.SKOS + "altLabel"),
        "domain": view.links(said.texts(prop.iri, DOMAIN)),
        "range": view.links(said.texts(prop.iri, RANGE)),
        "rows": view.rows(claims), "total": len(iris),
    }  # fmt: skip
    title = prop.label[:1].upper() + prop.label[1:]
    return Page("property.html", title, f"{title}: {values['comment']}", values)


def properties_page(view: View) -> Page:
    """All fact properties by section."""
    sections = [
        (name, [(view.path_of(p.iri), p.label, view.said.text(p.iri, COMMENT), p.unit)
                for p in group])
        for name, group in groupby(view.dex.properties(), key=lambda p: p.section)
    ]  # fmt: skip
    return Page("properties.html", "Properties", "What a claim about an AI model can say.",
                {"sections": sections})  # fmt: skip


def vocabulary_page(view: View) -> Page:
    """Every term of the vocabulary."""
    groups: list[tuple[str, list[Term]]] = []
    seen: set[str] = set()
    for title, name in GROUPS:
        iris = [iri for iri in view.said.of_class(name) if iri.startswith(t.MDX)]
        seen.update(iris)
        groups.append((title, [_term(view, iri) for iri in iris]))
    classes = [iri for iri in view.said.of_class(t.OWL + "Class") if iri.startswith(t.MDX)]
    members = sorted({
        iri for name in classes for iri in view.said.of_class(name) if iri.startswith(t.MDX)
    } - seen)  # fmt: skip
    groups.append(("Named values", [_term(view, iri) for iri in members]))
    values = {"groups": groups, "comment": view.said.text(t.MDX.removesuffix("#"), COMMENT)}
    return Page("vocab.html", "The vocabulary", "The terms of Modeldex: claims, evidence, "
                "sources, and the properties of AI models.", values)  # fmt: skip


def _term(view: View, iri: str) -> Term:
    said = view.said
    page = view.path_of(iri)
    broader = said.texts(iri, t.RDFS + "subClassOf") + said.texts(iri, t.RDFS + "subPropertyOf")
    broader += [c for c in said.texts(iri, TYPE) if c.startswith(t.MDX)]
    return Term(
        t.local_name(iri), said.label(iri), said.text(iri, COMMENT) or "",
        view.links(said.texts(iri, DOMAIN)), view.links(said.texts(iri, RANGE)),
        view.links(broader), said.text(iri, t.MDX + "computed") == "true",
        page if page and not page.startswith("vocab.html") else None,
    )  # fmt: skip
