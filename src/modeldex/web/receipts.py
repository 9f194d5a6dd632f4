"""The receipts: pages of a claim, of evidence, of a source, and of whatever else is on record."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

import pyoxigraph as ox

from modeldex import terms as t
from modeldex import wording
from modeldex.facts import Claim, Evidence
from modeldex.web.fact_rows import row_of
from modeldex.web.statements import COMMENT, LABEL
from modeldex.web.view import MOST_ROWS, Link, Page, View

KINDS = {
    "firstHand": "first hand: the source is official for this claim",
    "reported": "a report that names an official source",
    "asserted": "a report that marks the value as verified, and names no source",
    "thirdParty": "a third party",
}
RESTS_ON = ("supportedBy", "disputedBy", "soughtIn")


class Look(NamedTuple):
    """A piece of evidence on a page."""

    stance: str
    path: str | None
    source: str
    source_path: str | None
    kind: str
    as_of: str
    locators: tuple[str, ...]
    cites: list[tuple[Link, bool]]
    searched: str | None
    accessed: str | None
    url: str | None


def claim_page(view: View, iri: str) -> Page:
    """A claim: what it says, why it has its status, what it rests on, what others say."""
    found = view.claims([iri])
    if not found:
        return record(view, iri, note="This claim is withdrawn: it counts for nothing.")
    claim = found[0]
    rivals = [
        other for other in view.dex.facts(claim.subject)
        if other.fact_property == claim.fact_property and other.iri != iri
        and other.subject == claim.subject
    ]  # fmt: skip
    row = row_of(claim, None, view.path_of)
    title = f"{claim.subject.label}: {claim.fact_property.label}"
    values = {
        "row": row, "claim": claim, "reason": wording.reason_text(claim),
        "meaning": view.said.text(claim.fact_property.iri, COMMENT),
        "looks": [_look(view, each) for each in wording.best_first(claim)],
        "rivals": view.rows(rivals),
        "superseded": view.links(view.said.texts(iri, t.MDX + "supersededBy")),
        "absent": view.links(view.said.texts(iri, t.MDX + "notFoundOn")),
        "derived": view.links(view.said.texts(iri, t.PROV + "wasDerivedFrom")),
        "former": [
            (_name(view.said.text(each, t.MDX + "status")),
             _name(view.said.text(each, t.MDX + "basis")), view.path_of(each))
            for each in sorted(view.said.naming(t.MDX + "verdictOn", iri))
        ],
    }  # fmt: skip
    about = f"{title}: {row.value} {row.unit}".strip()
    about += f"; {row.status}, {row.basis}, as of {row.as_of}."
    return Page("claim.html", title, about, values)


def _name(iri: str | None) -> str:
    return t.local_name(iri or "")


def _look(view: View, evidence: Evidence) -> Look:
    return Look(
        wording.STANCES[evidence.stance], view.path_of(evidence.iri),
        wording.source_name(evidence.source), view.path_of(evidence.source.iri),
        "searched, and silent" if evidence.stance == "silent" else KINDS[evidence.kind],
        str(evidence.as_of),
        evidence.locator,
        [(Link(wording.source_name(cited), view.path_of(cited.iri)), cited.stub)
         for cited in evidence.cites],
        evidence.searched, str(evidence.accessed) if evidence.accessed else None,
        evidence.source.url,
    )  # fmt: skip


def evidence_page(view: View, iri: str) -> Page:
    """Evidence: one look at one place in one source, and the claims that rest on it."""
    said = view.said
    source = said.text(iri, t.MDX + "source") or ""
    claims = _resting_on(view, [iri])
    title = f"Evidence from {said.label(source)}"
    values = {
        "source": view.link(source), "as_of": said.text(iri, t.MDX + "asOf"),
        "accessed": said.text(iri, t.MDX + "accessed"),
        "locators": said.texts(iri, t.MDX + "locator"),
        "cites": view.links(said.texts(iri, t.MDX + "cites")),
        "searched": view.links(said.texts(iri, t.MDX + "searched")),
        "marked": said.text(iri, t.MDX + "markedVerified"),
        "comment": said.text(iri, COMMENT), "claims": view.rows(claims), "total": len(claims),
    }  # fmt: skip
    return Page("evidence.html", title, f"{title}, as of {values['as_of']}, and what rests on it.",
                values)  # fmt: skip


def source_page(view: View, iri: str) -> Page:
    """A source: who published it, for whom it speaks, what rests on it."""
    said = view.said
    evidence = sorted(said.naming(t.MDX + "source", iri))
    citing = sorted(said.naming(t.MDX + "cites", iri))
    resting, cited = _claims_of(view, evidence), _claims_of(view, citing)
    label = said.label(iri)
    values = {
        "label": label, "publishers": view.links(said.texts(iri, t.DCTERMS + "publisher")),
        "url": said.text(iri, t.SCHEMA + "url"), "issued": said.text(iri, t.DCTERMS + "issued"),
        "stub": said.text(iri, t.MDX + "stub") == "true",
        "marks": said.text(iri, t.MDX + "marksVerified") == "true",
        "speaks_for": view.links(said.texts(iri, t.MDX + "speaksFor")),
        "defects": said.texts(iri, t.MDX + "defect"), "comment": said.text(iri, COMMENT),
        "resting": view.rows(view.claims(resting[:MOST_ROWS])), "resting_total": len(resting),
        "cited": view.rows(view.claims(cited[:MOST_ROWS])), "cited_total": len(cited),
    }  # fmt: skip
    return Page("source.html", label, f"{label}: what it says, and for whom it speaks.", values)


def _claims_of(view: View, evidence: Sequence[str]) -> list[str]:
    return sorted({
        claim for each in evidence for role in RESTS_ON
        for claim in view.said.naming(t.MDX + role, each)
    })  # fmt: skip


def _resting_on(view: View, evidence: Sequence[str]) -> list[Claim]:
    return view.claims(islice(_claims_of(view, evidence), MOST_ROWS))


def publisher_page(view: View, iri: str) -> Page:
    """A publisher and its sources."""
    label = view.said.label(iri)
    sources = view.links(view.said.naming(t.DCTERMS + "publisher", iri))
    values = {"label": label, "comment": view.said.text(iri, COMMENT), "sources": sources}
    return Page("publisher.html", label, f"The sources that {label} published.", values)


def record(view: View, iri: str, note: str = "") -> Page:
    """Anything else on record: its statements as they are."""
    pairs = []
    for predicate, value in view.said.about(iri):
        is_iri = isinstance(value, ox.NamedNode)
        text = view.link(value.value) if is_iri else Link(value.value, None)
        pairs.append((Link(view.said.text(predicate, LABEL) or t.shorten(predicate),
                           view.path_of(predicate)), text))  # fmt: skip
    title = view.said.text(iri, LABEL) or t.shorten(iri)
    return Page("record.html", title, f"What is on record about {title}.",
                {"pairs": pairs, "note": note})  # fmt: skip
