"""The Python interface: names in, claims out, always the same, and errors that help."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import modeldex
from modeldex.answer import answer
from modeldex.dex import Modeldex
from modeldex.engine import select
from modeldex.errors import BadInput, ModeldexError, StoreError, UnknownName
from modeldex.facts import Claim, FactProperty, Thing
from modeldex.store import Store
from modeldex.terms import ID, MDX

SONNET = f"{ID}model/claude-3-5-sonnet"

# ------------------------------------------------------------------ the contract


def test_the_examples_of_the_contract_hold() -> None:
    """What the design shows of `open`, `fact`, `facts` and `why` is so."""
    dex = modeldex.open()
    fact = dex.fact("Claude 3.5 Sonnet", "context window")
    assert (fact.value, fact.unit, fact.status, fact.as_of) == (
        200000, "token", "verified", "2026-06",
    )  # fmt: skip
    unconfirmed = dex.facts("claude-3-5-sonnet", status="unconfirmed")
    assert {claim.status for claim in unconfirmed} == {"unconfirmed"}
    assert len(unconfirmed) > 10
    cutoff = dex.why("claude-3-5-sonnet", "knowledge cutoff")
    assert [(claim.value, claim.basis) for claim in cutoff] == [(None, "silent")]
    assert cutoff[0].evidence[0].stance == "silent"


def test_a_folder_can_be_opened_by_path_and_by_text(built: Path, dex: Modeldex) -> None:
    """`modeldex.open(folder)` takes text and paths."""
    for folder in (built, str(built)):
        assert modeldex.open(folder).facts("gpt-4o") == dex.facts("gpt-4o")


def test_a_folder_without_dataset_is_an_error(tmp_path: Path) -> None:
    """Where there is no dataset, the error says how to make one."""
    with pytest.raises(StoreError, match="run: modeldex build"):
        modeldex.open(tmp_path)


def test_verified_and_unconfirmed_together_are_all(dex: Modeldex) -> None:
    """Every claim is verified or unconfirmed, and each has evidence that is dated and placed."""
    count = 0
    for thing in dex.models():
        every = dex.facts(thing)
        parts = [dex.facts(thing, status=status) for status in ("verified", "unconfirmed")]
        assert sorted(every) == sorted([*parts[0], *parts[1]])
        for claim in every:
            assert claim.evidence
            assert all(evidence.as_of and evidence.locator for evidence in claim.evidence)
            assert claim.as_of in [evidence.as_of for evidence in claim.evidence]
        count += len(every)
    assert count > 150


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    "name",
    ["Claude 3.5 Sonnet", "claude-3-5-sonnet", "CLAUDE 3.5 SONNET", " claude  3.5  sonnet ",
     "claude_3_5_sonnet", "Ｃｌａｕｄｅ ３.５ Ｓｏｎｎｅｔ", SONNET],
)  # fmt: skip
def test_a_model_is_found_however_its_name_is_typed(dex: Modeldex, name: str) -> None:
    """Case, blanks, dots, hyphens and width of letters do not matter; an IRI is a name too."""
    assert dex.thing(name).iri == SONNET


def test_an_api_id_leads_to_what_it_names(dex: Modeldex) -> None:
    """An API ID finds the snapshot, and asked as an offering, the offering."""
    assert dex.thing("claude-3-5-sonnet-20240620").kind == "Model"
    offering = dex.thing("claude-3-5-sonnet-20240620", "Offering")
    assert offering.kind == "Offering"
    assert dex.fact(offering, "retired on").value == datetime.date(2025, 10, 28)


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("claude 3.5 sonet", "claude-3-5-sonnet"),
        ("gpt4oh", "gpt-4o"),
        ("gemini 20 flesh", "gemini-2-0-flash"),
    ],
)
def test_an_unknown_name_comes_with_suggestions(dex: Modeldex, name: str, suggested: str) -> None:
    """What is not known is refused, with the nearest names."""
    with pytest.raises(UnknownName) as caught:
        dex.thing(name)
    assert suggested in caught.value.suggestions
    assert suggested in str(caught.value)
    assert caught.value.name == name


def test_an_unknown_iri_is_no_other_thing(dex: Modeldex) -> None:
    """An IRI is taken to the letter: the same slug of another kind is not meant."""
    with pytest.raises(UnknownName):
        dex.thing(f"{ID}series/claude-3-5-sonnet")
    with pytest.raises(UnknownName):
        dex.thing(f"{ID}model/Claude-3-5-Sonnet")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("context window", "contextWindow"), ("contextWindow", "contextWindow"),
     ("Context-Length", "contextWindow"), (f"{MDX}contextWindow", "contextWindow"),
     ("knowledge cut-off", "knowledgeCutoff"), ("vision", "imageInput")],
)  # fmt: skip
def test_a_property_is_found_by_label_name_and_other_names(
    dex: Modeldex, name: str, expected: str
) -> None:
    """Properties are found as people write them."""
    assert dex.property(name).name == expected


def test_every_property_is_found_by_label_and_by_name(dex: Modeldex) -> None:
    """No property is hidden behind another with a like name."""
    properties = dex.properties()
    for prop in properties:
        assert dex.property(prop.label) == prop
        assert dex.property(prop.name) == prop
        assert dex.property(prop.iri) == prop
    assert len(properties) > 40
    assert [p.order for p in properties] == sorted(p.order for p in properties)


def test_an_unknown_property_comes_with_suggestions(dex: Modeldex) -> None:
    """A misspelt property is refused with the nearest."""
    with pytest.raises(UnknownName, match="contextWindow"):
        dex.fact("gpt-4o", "contxt window")


def test_a_property_without_claims_is_an_error_that_says_so(dex: Modeldex) -> None:
    """A known property on which nothing is claimed is not an empty answer."""
    with pytest.raises(UnknownName, match="no claim about GPT-4o named 'output price'"):
        dex.fact("gpt-4o", "output price")


def test_an_unknown_status_is_refused(dex: Modeldex) -> None:
    """A status that there is not is refused, never "none" or "all"."""
    for status in ("Verified", "", "open"):
        with pytest.raises(BadInput, match="verified, unconfirmed"):
            dex.facts("gpt-4o", status=status)


# ------------------------------------------------------------------ one answer

PROP = FactProperty(MDX + "contextWindow", "contextWindow", "context window", "token", True,
                    "Limits", (3, 1))  # fmt: skip
NEAR, FAR = Thing(f"{ID}model/near", "near", "Model"), Thing(f"{ID}model/far", "far", "Model")


def claim(name: str, **parts: object) -> Claim:
    """A claim of which only some parts matter."""
    whole = Claim(
        ID + "claim/" + name, NEAR, PROP, 1, "verified", "reported", False, "2026-06", None, None,
        None, True, None, (),
    )  # fmt: skip
    return whole._replace(**parts)  # type: ignore[arg-type]


# From the best to the worst; each is better than all that follow.
RANKED = [
    claim("first-hand", basis="firstHand", as_of="2024"),
    claim("later-report", as_of="2026-07"),
    claim("report-of-the-day", as_of="2026-06-30"),
    claim("earlier-report", as_of="2026-05-31"),
    claim("outweighed-report", status="unconfirmed", as_of="2026-08"),
    claim("asserted", basis="asserted", as_of="2026-09"),
    claim("third-party", basis="thirdParty", status="unconfirmed", as_of="2026-10"),
    claim("silent", basis="silent", status="unconfirmed", value=None, as_of="2026-11"),
    claim("over", basis="firstHand", in_force=False, as_of="2026-12"),
    claim("of-something-broader", subject=FAR, basis="firstHand", as_of="2027"),
]


@given(st.lists(st.sampled_from(RANKED), min_size=1, unique=True), st.randoms())
def test_one_answer_by_subject_force_basis_and_date(claims: list[Claim], order: object) -> None:
    """Nearest subject, in force, better basis, not outweighed, later; whatever the order given."""
    expected = min(claims, key=RANKED.index)
    given_in_some_order = list(claims)
    order.shuffle(given_in_some_order)  # type: ignore[attr-defined]
    chosen = answer(given_in_some_order, [NEAR.iri, FAR.iri])
    assert chosen == expected._replace(others=len(claims) - 1)


def test_a_year_and_its_months_are_ordered_by_their_last_day() -> None:
    """What speaks for a whole year is later than what speaks for a month of it."""
    claims = [claim("year", as_of="2026"), claim("month", as_of="2026-06")]
    assert answer(claims, [NEAR.iri]).iri.endswith("year")


def test_others_counts_the_other_claims(dex: Modeldex) -> None:
    """`others` tells how many claims there are besides the answer."""
    fact = dex.fact("claude-3-5-sonnet", "image output")
    assert fact.others == len(dex.why("claude-3-5-sonnet", "image output")) - 1 > 0
    assert dex.fact("claude-3-5-sonnet", "context window").others == 0


def test_the_answers_are_those_of_the_verified_graph(dex: Modeldex, store: Store) -> None:
    """Each single value of the verified graph is the answer that `fact` gives on its subject."""
    rows = select(
        store,
        """SELECT ?s ?p ?o {
        GRAPH graph:verified { ?s ?p ?o } ?p mdx:singleValued true
    } ORDER BY ?s ?p""",
    ).rows
    count = 0
    for subject, prop, value in rows:
        fact = dex.fact(dex.thing(subject.value), prop.value)
        assert fact.subject.iri == subject.value
        assert (fact.status, fact.in_force, fact.contested) == ("verified", True, False)
        expected = {"true": True, "false": False}.get(value.value, value.value)
        if isinstance(fact.value, Thing):
            assert fact.value.iri == expected
        elif isinstance(fact.value, int | Decimal) and not isinstance(fact.value, bool):
            assert str(fact.value) == expected
        elif isinstance(fact.value, bool):
            assert fact.value is expected
        else:
            assert str(fact.value) == expected
        count += 1
    assert count > 15


# ------------------------------------------------------------------ inheritance


def test_a_snapshot_reads_what_it_does_not_say_from_its_model(dex: Modeldex) -> None:
    """A missing fact comes from the nearest broader thing, and the answer says from which."""
    fact = dex.fact("claude-3-5-sonnet-20240620", "context window")
    assert fact.value == 200000
    assert fact.subject.iri == SONNET


def test_what_the_thing_says_itself_comes_first(dex: Modeldex) -> None:
    """An offering has its own retirement date, whatever others say."""
    fact = dex.fact("claude-3-5-sonnet-20240620", "retired on")
    assert fact.value == datetime.date(2025, 10, 28)
    assert fact.subject.label.startswith("Claude 3.5 Sonnet")
    assert fact.platform == "Anthropic API"


def test_a_snapshot_does_not_read_from_its_siblings(dex: Modeldex) -> None:
    """What holds for the one version is not said of another."""
    subjects = {c.subject.iri for c in dex.facts("claude-3-5-sonnet-20240620")}
    assert f"{ID}model/claude-3-5-sonnet" in subjects
    assert not any("20241022" in subject for subject in subjects)


# ------------------------------------------------------------------ clocks


def test_on_asks_what_held_on_a_day(dex: Modeldex) -> None:
    """The same claims, judged for another day."""
    during = dex.fact("claude-3-5-sonnet", "input price", on="2025-01-01")
    after = dex.fact("claude-3-5-sonnet", "input price", on="2026-11-22")
    before = dex.fact("claude-3-5-sonnet", "input price", on="2024-01-01")
    assert [fact.in_force for fact in (before, during, after)] == [False, True, False]
    assert during.value == after.value == Decimal("3.00")


def test_on_the_day_of_the_release_nothing_changes(dex: Modeldex, store: Store) -> None:
    """Asked for the day of the release, the answer is the one without a day."""
    row = select(store, "SELECT ?d { ?dataset a dcat:Dataset ; dcterms:issued ?d }").rows[0]
    for thing in dex.models():
        assert dex.facts(thing, on=row[0].value) == dex.facts(thing)


def test_as_of_after_all_evidence_keeps_every_claim(dex: Modeldex) -> None:
    """What was known after all evidence is all that is known, with the same status."""
    known = dex.facts("claude-3-5-sonnet", as_of="2026-11")
    assert [(c.iri, c.status, c.basis, c.evidence) for c in known] == [
        (c.iri, c.status, c.basis, c.evidence) for c in dex.facts("claude-3-5-sonnet")
    ]


def test_before_the_evidence_nothing_is_known(dex: Modeldex) -> None:
    """Asked by the knowledge of a date before all evidence: no claims, and `fact` says so."""
    assert dex.facts("claude-3-5-sonnet", as_of="2024-01") == []
    with pytest.raises(UnknownName, match=r"no claim about Claude 3\.5 Sonnet"):
        dex.fact("claude-3-5-sonnet", "context window", as_of="2024-01")


@pytest.mark.parametrize(
    "clock", [{"on": "2026"}, {"on": "2026-06"}, {"on": "today"}, {"on": ""}, {"on": "2026-02-30"},
              {"as_of": "soon"}, {"as_of": ""}, {"as_of": "2026-13"}],
)  # fmt: skip
def test_what_is_no_date_is_refused(dex: Modeldex, clock: dict[str, str]) -> None:
    """A day or date that is none is refused, never taken for "any"."""
    with pytest.raises(BadInput, match="write YYYY-MM-DD"):
        dex.facts("gpt-4o", **clock)


def test_a_platform_keeps_its_own_facts_and_those_of_none(dex: Modeldex) -> None:
    """With a platform, facts of other platforms are left out."""
    claims = dex.facts("claude-3-5-sonnet", platform="Amazon Bedrock")
    assert {c.platform for c in claims} <= {None, "Amazon Bedrock"}
    offered = [c.value for c in claims if c.fact_property.name == "offeredOn"]
    assert [str(value) for value in offered] == ["Amazon Bedrock"]
    for name in ("Bedrok", ""):
        with pytest.raises(UnknownName):
            dex.facts("claude-3-5-sonnet", platform=name)


# ------------------------------------------------------------------ values


def test_values_have_their_types(dex: Modeldex) -> None:
    """Whole numbers, exact decimals, booleans, dates as text, things."""
    value = {
        name: dex.fact("claude-3-5-sonnet", name).value
        for name in ("context window", "input price", "text input", "announced", "provider")
    }
    assert type(value["context window"]) is int
    assert type(value["input price"]) is Decimal
    assert value["text input"] is True
    assert type(value["announced"]) is datetime.date
    assert isinstance(value["provider"], Thing)
    assert not any(type(c.value) is float for m in dex.models() for c in dex.facts(m))


def test_claims_are_frozen_hashable_and_sortable(dex: Modeldex) -> None:
    """A claim is a value: it cannot be changed, can be a key, and has a place in an order."""
    claims = dex.facts("claude-3-5-sonnet")
    assert len(set(claims)) == len(claims) > 50
    backwards = claims[::-1]
    assert sorted(backwards) == sorted(claims)
    for target, name in ((claims[0], "value"), (claims[0].subject, "label"),
                         (claims[0].evidence[0], "as_of")):  # fmt: skip
        with pytest.raises(AttributeError):
            setattr(target, name, "changed")


# ------------------------------------------------------------------ compare and find


def test_compare_gives_a_cell_for_every_thing(dex: Modeldex) -> None:
    """Each row has a cell for each thing; a single-valued property has one answer at most."""
    rows = dex.compare(["claude-3-5-sonnet", "gpt-4o", "gemini 2.0 flash"])
    assert len(rows) > 10
    for prop, cells in rows.items():
        assert len(cells) == 3
        assert not prop.single_valued or all(len(cell) <= 1 for cell in cells)
    windows = [cell[0].value for cell in rows[dex.property("context window")]]
    assert windows[:2] == [200000, 128000]


def at_least(limit: int) -> Callable[[object], bool]:
    """Whether a value is a number of at least the limit."""
    return lambda value: isinstance(value, int) and value >= limit


def test_find_gives_only_models_that_pass_with_the_claims_that_show_it(dex: Modeldex) -> None:
    """Each model comes with one claim for each test, which it passes."""
    found = dex.find([("context window", at_least(100_000)), ("image input", bool)])
    assert len(found) >= 2
    for _, claims in found:
        assert [c.fact_property.name for c in claims] == ["contextWindow", "imageInput"]
        assert isinstance(claims[0].value, int)
        assert claims[0].value >= 100_000
        assert claims[1].value is True
        assert all(c.in_force for c in claims)
    assert dex.find([("context window", at_least(10**9))]) == []
    with pytest.raises(UnknownName):
        dex.find([("contxt", bool)])


# ------------------------------------------------------------------ robust


def test_every_property_on_a_sheet_has_an_answer(dex: Modeldex) -> None:
    """What `show` lists of a thing, claims that only name it included, `fact` answers."""
    iris = {row["thing"] for row in dex._lookup.names() if row["isProperty"] != "true"}
    asked = 0
    for thing in (thing for iri in sorted(iris) for thing in dex.things(iri)):
        for prop in {claim.fact_property for claim in dex.facts(thing)}:
            assert dex.fact(thing, prop.iri).fact_property == prop
            asked += 1
    assert asked > 150


def test_many_threads_read_the_same_answers(built: Path, dex: Modeldex, store: Store) -> None:
    """Eight threads that read two hundred times each get what one thread gets."""
    names = [thing.iri for thing in dex.models()]
    expected = {name: dex.facts(name) for name in names}
    for shared in (Modeldex.open(built), Modeldex.of(store)):
        rounds = 200 if shared._store is None else 10

        def read(start: int, shared: Modeldex = shared, rounds: int = rounds) -> int:
            equal = 0
            for number in range(start, start + rounds):
                name = names[number % len(names)]
                equal += shared.facts(name) == expected[name]
            return equal

        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(read, range(8))) == [rounds] * 8


NAMES = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(codec=None), max_size=20),
    st.sampled_from([SONNET, "gpt-4o", "context window", MDX, ID, f"{ID}model/", "'\"\\\n", "\0"]),
    st.text(max_size=10).map(lambda text: ID + text),
    st.text(max_size=10).map(lambda text: MDX + text),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=NAMES, prop=NAMES)
def test_any_name_gives_an_answer_or_says_that_it_is_unknown(
    dex: Modeldex, store: Store, name: str, prop: str
) -> None:
    """Whatever is typed, by index and by store: an answer, UnknownName or BadInput."""
    said = []
    for way in (dex, Modeldex.of(store)):
        try:
            said.append(str(way.fact(name, prop)))
        except (UnknownName, BadInput) as error:
            said.append(str(error))
        assert "\n" not in said[-1]
    assert said[0] == said[1]


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=12), clock=st.sampled_from(["on", "as_of", "platform", "status"]))
def test_any_option_is_taken_or_refused(dex: Modeldex, text: str, clock: str) -> None:
    """Whatever stands in an option, there are claims, or one error of the family."""
    try:
        dex.facts("gpt-4o", **{clock: text})
    except ModeldexError as error:
        said = str(error)
    else:
        said = ""
    assert "\n" not in said


def test_reading_writes_nothing(built: Path) -> None:
    """Asking leaves the dataset folder as it was."""
    before = {path: path.stat().st_mtime_ns for path in [built, *built.rglob("*")]}
    dex = Modeldex.open(built)
    dex.compare(["gpt-4o", "o3"])
    assert len(dex.store.engine) > 4000
    assert {path: path.stat().st_mtime_ns for path in [built, *built.rglob("*")]} == before
    assert os.access(built, os.W_OK)
