"""Walks the official pages and shows what became of each row, and that each claim stands there.

The pages are not part of the project: set MODELDEX_PAGES to the folder that holds them.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from official_pages import PAGES, Place, read_page

from modeldex import terms as t
from modeldex.reading import files_in, read

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
SOURCE = t.PREFIXES["source"]
STANCES = (t.MDX + "supportedBy", t.MDX + "disputedBy", t.MDX + "soughtIn")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
STATE_WORDS = {
    "retired": ("Retired", "Past deprecations", "Retired models"),
    "deprecated": ("Upcoming deprecations", "is deprecated"),
    "active": ("Active",),
    "legacy": ("Legacy and end-of-life (EOL) models",),
}


def _values(iri: str, predicate: str) -> list[ox.NamedNode | ox.Literal]:
    return things().get(iri, {}).get(predicate, [])


def _one(iri: str, predicate: str) -> str:
    return next((value.value for value in _values(iri, predicate)), "")


@cache
def things() -> dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]:
    """All that `data/` says, by subject and predicate."""
    found: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
    for path in files_in([DATA]):
        for quad in read(path).quads:
            assert isinstance(quad.subject, ox.NamedNode)
            assert isinstance(quad.object, ox.NamedNode | ox.Literal)
            found.setdefault(quad.subject.value, defaultdict(list))[quad.predicate.value].append(
                quad.object
            )
    return found


@dataclass(frozen=True)
class Said:
    """A claim and one place of a page on which it rests."""

    claim: str
    page: str
    locators: tuple[str, ...]

    @property
    def prop(self) -> str:
        """The name of the property."""
        return t.local_name(_one(self.claim, t.RDF + "predicate"))


@cache
def said() -> tuple[Said, ...]:
    """Each claim with each piece of evidence that it has on a page."""
    found = []
    for iri, values in things().items():
        for evidence in (e.value for stance in STANCES for e in values.get(stance, ())):
            page = _one(evidence, t.MDX + "source").removeprefix(SOURCE)
            if page in PAGES:
                locators = tuple(v.value for v in _values(evidence, t.MDX + "locator"))
                found.append(Said(iri, page, locators))
    return tuple(found)


@pytest.fixture(scope="module")
def pages() -> dict[str, dict[str, Place]]:
    """The places of each page, by locator."""
    folder = os.environ.get("MODELDEX_PAGES")
    if not folder:
        assert not os.environ.get("CI"), "MODELDEX_PAGES does not name the folder of the pages"
        pytest.skip("MODELDEX_PAGES does not name the folder of the official pages")
    return {page: read_page(Path(folder), page) for page in PAGES}


# ------------------------------------------------------------------ claims stand on the page


def test_each_locator_leads_to_one_place(pages: dict[str, dict[str, Place]]) -> None:
    lost = {(s.page, where) for s in said() for where in s.locators if where not in pages[s.page]}
    assert lost == set()
    assert len({(s.page, where) for s in said() for where in s.locators}) > 450


def spellings(value: ox.Literal) -> list[str]:
    """How a page may write a date, a number or a string; a footnote may follow, without a space."""
    text = value.value
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", text) and value.datatype.value != t.XSD + "string":
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 1:
            return [text]
        month = MONTHS[parts[1] - 1]
        names = {month, month[:3]}
        if len(parts) == 2:
            return [text, *(f"{name} {parts[0]}" for name in names)]
        return [text, *(f"{name} {parts[2]}, {parts[0]}" for name in names)]
    if value.datatype.value == t.XSD + "integer":
        number = int(text)
        forms = [f"{number:,}", text]
        forms += [f"{number // 1000}k tokens", f"{number // 1000}k output tokens"]
        return [*forms, f"{number // 1_000_000}M tokens"] if number % 1_000_000 == 0 else forms
    if value.datatype.value == t.XSD + "decimal":
        short = text.rstrip("0").rstrip(".")
        return [f"${text}", f"${short}", f"${float(text):.2f}"]
    return [text]


def stands(forms: list[str], text: str) -> bool:
    """Whether one of the forms stands in the text, and not inside a longer word or number."""
    return any(
        re.search(rf"(?<![\w.-]){re.escape(form)}[2-6]?(?![\w-]|\.\d)", text) for form in forms
    )  # fmt: skip


def names_of(thing: str) -> list[str]:
    """API IDs and labels by which a page may name an offering, a model or a provider."""
    model = _one(thing, t.MDX + "offeringOf")
    api_ids = [
        value.value
        for claim, values in things().items()
        if [v.value for v in values.get(t.RDF + "subject", ())] == [thing]
        and [v.value for v in values.get(t.RDF + "predicate", ())] == [t.MDX + "apiId"]
        for value in values.get(t.RDF + "object", ())
    ]
    labels = [v.value for each in (thing, model) for v in _values(each, t.RDFS + "label")]
    spaced = [label.replace("Flash Lite", "Flash-Lite") for label in labels]
    return [*api_ids, *labels, *spaced]


def fault_of(each: Said, places: list[Place]) -> str | None:
    """What is not said at the place, or None."""
    values = _values(each.claim, t.RDF + "object")
    text = " | ".join(place.text for place in places)
    above = " | ".join(heading for place in places for heading in place.headings)
    if not values:
        empty = any(cell in ("", "---", "—") for place in places for cell in place.cells.values())
        return None if empty else "the row has no empty cell"
    value = values[0]
    if isinstance(value, ox.Literal):
        if value.datatype.value == t.XSD + "boolean":
            return _fault_of_boolean(each, value.value == "true", text)
        dated = each.prop in ("deprecatedOn", "legacySince")
        where = f"{text} | {above}" if dated else text
        if each.prop == "apiId" and "same model IDs" in text:
            return None  # the note that another platform uses the IDs of the API
        if each.prop == "apiId" and places[0].kind == "entry":
            where = text.replace("/", " ").replace(".md", " ")
        return None if stands(spellings(value), where) else f"{value.value} does not stand there"
    if each.prop == "lifecycleState":
        words = STATE_WORDS[t.local_name(value.value)]
        return None if any(word in f"{text} | {above}" for word in words) else "no such state"
    if each.prop in ("provider", "modelType", "offeredOn"):
        return None  # said by the page as a whole, or by the words of the entry
    subject_names = names_of(_one(each.claim, t.RDF + "subject"))
    named = any(stands([name], text) for name in names_of(value.value))
    if each.prop == "resolvesTo" and places[0].kind == "cell":
        return None if any(name in text for name in subject_names) else "the alias is not there"
    return None if named else f"{t.local_name(value.value)} is not named there"


def _fault_of_boolean(each: Said, value: bool, text: str) -> str | None:
    if each.prop in ("extendedThinking", "adaptiveThinking"):
        return None if text.startswith("Yes" if value else "No") else f"the cell says {text}"
    if each.prop == "retirementAnnounced":
        announced = "date announced" not in text
        return None if announced is value else "the row says otherwise"
    word = re.sub("(Input|Output)", "", each.prop)
    return None if word in text else f"{word} is not named"


def test_each_value_stands_in_the_row_that_its_locator_names(
    pages: dict[str, dict[str, Place]], capsys: pytest.CaptureFixture[str]
) -> None:
    counts: Counter[str] = Counter()
    faults = []
    for each in said():
        counts[each.page] += 1
        found = [pages[each.page][where] for where in each.locators]
        if fault := fault_of(each, found):
            faults.append(f"{t.local_name(each.claim)} ({each.locators[0]}): {fault}")
    with capsys.disabled():
        print("\nclaims looked up on the official pages:",
              ", ".join(f"{count} on {page}" for page, count in counts.items()))  # fmt: skip
    assert not faults, "\n" + "\n".join(faults)
    assert sum(counts.values()) == LOOKED_UP


# ------------------------------------------------------------------ rows have their claims


def left_out() -> dict[tuple[str, str], str]:
    """Page and row that gave no claims, with the reason."""
    entries = tomllib.loads((HERE / "pages_left_out.toml").read_text("utf-8"))["left_out"]
    return {(e["page"], row): e["reason"] for e in entries for row in e["rows"]}


def test_each_row_has_its_claims_or_a_reason(
    pages: dict[str, dict[str, Place]], capsys: pytest.CaptureFixture[str]
) -> None:
    cited: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for each in said():
        for where in each.locators:
            cited[each.page, where].append(each)
            cited[each.page, where.rsplit(", column ", 1)[0]].append(each)
    reasons = left_out()
    lines, faults = [], []
    totals: Counter[str] = Counter()
    for page, places in pages.items():
        counts: Counter[str] = Counter()
        for where, place in places.items():
            if place.kind not in ("row", "entry"):
                continue
            counts["rows"] += 1
            claims, reason = cited.get((page, where)), reasons.get((page, where))
            counts["with claims"] += bool(claims)
            counts["left out with a reason"] += bool(reason)
            if bool(claims) == bool(reason):
                faults.append(
                    f"{page}: {where}: {'claims and a reason' if claims else 'no claims'}"
                )
        totals.update(counts)
        lines.append(f"{page}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert not faults, "\n" + "\n".join(faults)
    assert {(page, row) for page, row in reasons if row not in pages[page]} == set()
    assert totals == ROWS


def needs(place: Place) -> set[str]:
    """The properties that a row of a lifecycle table must have claims on, by its cells."""
    needed = set()
    for head, cell in place.cells.items():
        if not cell or cell in ("N/A", "No shutdown date announced", "---", "—"):
            continue
        if head in ("Release date", "Legacy date", "Deprecated", "Model ID"):
            needed.add({"Release date": "released", "Legacy date": "legacySince",
                        "Deprecated": "deprecatedOn", "Model ID": "apiId"}[head])  # fmt: skip
        elif head.startswith(("Recommended", "Substitute", "Replacement")):
            needed.add("recommendedReplacement")
        elif head in ("EOL date", "Public extended access start date", "Regions"):
            needed.add({"EOL date": "retirementPlanned", "Regions": "region"}
                       .get(head, "extendedAccessFrom"))  # fmt: skip
        elif head in ("Current state",):
            needed.add("lifecycleState")
        elif "etirement date" in head or head == "Shutdown date":
            needed.add("an end")
    return needed


ENDS = {"retiredOn", "retirementPlanned", "retirementNotBefore", "retirementAnnounced"}


def test_each_filled_cell_of_a_lifecycle_table_has_a_claim(
    pages: dict[str, dict[str, Place]],
) -> None:
    by_row: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in said():
        for where in each.locators:
            by_row[each.page, where].add(each.prop)
    faults, looked_at = [], 0
    for page, places in pages.items():
        if page in ("openai-models", "anthropic-models-overview"):
            continue
        for where, place in places.items():
            if place.kind != "row" or (page, where) in left_out():
                continue
            found = by_row[page, where]
            for prop in needs(place):
                looked_at += 1
                if not (found & ENDS if prop == "an end" else prop in found):
                    faults.append(f"{page}: {where}: no claim on {prop}")
    assert not faults, "\n" + "\n".join(faults)
    assert looked_at == CELLS


# ------------------------------------------------------------------ what must not be read wrongly


def test_a_bound_is_never_claimed_as_a_retirement(pages: dict[str, dict[str, Place]]) -> None:
    """A row that says not sooner, or later, at earliest, or a page whose dates are bounds."""
    bounds = 0
    for each in said():
        for where in each.locators:
            place = pages[each.page][where]
            bound = re.search(r"(?i)not? sooner than|or later|at earliest", place.text)
            if place.kind == "row" and (bound or each.page == "google-gemini-deprecations"):
                assert each.prop not in ("retiredOn", "retirementPlanned"), each.claim
                bounds += each.prop == "retirementNotBefore"
    assert bounds == BOUNDS


def test_the_pages_are_not_copied(pages: dict[str, dict[str, Place]]) -> None:
    """Facts carry over, sentences do not; names of headings stand in locators."""

    def runs(text: str, length: int = 9) -> set[tuple[str, ...]]:
        words = re.findall(r"[\w$.-]+", text.lower())
        return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}

    theirs = set().union(
        *(runs(place.text) for found in pages.values() for place in found.values()
          if place.kind in ("paragraph", "entry"))
    )  # fmt: skip
    headings = {heading for found in pages.values() for place in found.values()
                for heading in place.headings}  # fmt: skip
    theirs -= set().union(*map(runs, headings))
    files = [*sorted(DATA.rglob("*.ttl")), HERE / "pages_left_out.toml"]
    assert len(files) > 25
    for path in files:
        assert theirs & runs(path.read_text("utf-8")) == set(), path.name


LOOKED_UP, CELLS, BOUNDS = 2431, 688, 81
ROWS = {"rows": 440, "with claims": 404, "left out with a reason": 36}
