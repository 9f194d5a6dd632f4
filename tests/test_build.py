"""The build: the same bytes from the same statements, all or nothing, and no fact of its own."""

from __future__ import annotations

import calendar
import itertools
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from modeldex.build import build
from modeldex.dex import Modeldex
from modeldex.engine import select
from modeldex.errors import BadInput
from modeldex.manifest import TEXT
from modeldex.reading import files_in, read
from modeldex.store import Store

ROOT = Path(__file__).parent.parent
MDX = "https://w3id.org/modeldex/vocab#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SCHEMA = "https://schema.org/"
DCTERMS = "http://purl.org/dc/terms/"
CLAIM = "https://w3id.org/modeldex/id/claim/"
BUILD = """
import sys
from pathlib import Path
from modeldex.build import build
build(Path(sys.argv[1]), Path(sys.argv[2]))
"""
NEW_CLAIM = """
claim:gpt-4o--video-input a mdx:Claim ;
    rdf:subject     model:gpt-4o ;
    rdf:predicate   mdx:videoInput ;
    rdf:object      false ;
    mdx:status      mdx:unconfirmed ;
    mdx:supportedBy evidence:gate-2026-06--comparison-modalities-gpt-4o .
"""

Description = dict[str, list[ox.NamedNode | ox.Literal]]
Graph = dict[str, Description]


def text_of(folder: Path) -> bytes:
    """The dataset of a folder as text."""
    return (folder / TEXT).read_bytes()


def state_of(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder, with size and time of change."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    }


def change(path: Path, old: str, new: str) -> None:
    """Replace a text that is in the file once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), "utf-8")


def without_claim(path: Path, name: str) -> None:
    """Take a claim out of a file."""
    text = path.read_text("utf-8")
    blocks = text.split("\n\n")
    kept = [block for block in blocks if not block.startswith(f"claim:{name} ")]
    assert len(kept) == len(blocks) - 1
    path.write_text("\n\n".join(kept) + "\n", "utf-8")


# ------------------------------------------------------------------ the same bytes


def test_a_second_build_gives_the_same_bytes(tmp_path: Path, built: Path) -> None:
    """Built again, in another folder: the same text, and nothing has changed."""
    build(ROOT, tmp_path / "other")
    assert text_of(tmp_path / "other") == text_of(built)
    again = build(ROOT, tmp_path / "other")
    assert not any(again.change)


def test_names_and_order_of_files_do_not_matter(
    tmp_path: Path, checkout: Path, built: Path
) -> None:
    """The same statements from a checkout elsewhere, in other files and another order."""
    files = sorted((checkout / "data").rglob("*.ttl"))
    for number, path in enumerate(reversed(files)):
        path.rename(checkout / "data" / f"{number:03}.ttl")
    build(checkout, tmp_path / "out")
    assert len(files) >= 15
    assert text_of(tmp_path / "out") == text_of(built)


def test_time_place_and_user_leave_no_trace(
    tmp_path: Path, built: Path, environment: dict[str, str]
) -> None:
    """Another time zone, locale, hash seed and working folder give the same text."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(ROOT), str(tmp_path / "out")],
        env=environment | {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7"},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert text_of(tmp_path / "out") == text_of(built)


# ------------------------------------------------------------------ what changed


def test_the_report_names_what_was_added_altered_and_removed(
    tmp_path: Path, checkout: Path
) -> None:
    """A build says which things came, went and changed, and names no other."""
    target = tmp_path / "out"
    first = build(checkout, target)
    assert first.quads == text_of(target).count(b"\n")
    assert len(first.change.added) > 100
    assert (first.change.removed, first.change.altered) == ((), ())
    gpt = checkout / "data" / "models" / "gpt-4o.ttl"
    change(gpt, "rdf:object      128000", "rdf:object      128001")
    without_claim(gpt, "gpt-4o--strength--tool-use")
    gpt.write_text(gpt.read_text("utf-8") + NEW_CLAIM, "utf-8")
    second = build(checkout, target)
    assert second.change.added == ("claim:gpt-4o--video-input",)
    assert second.change.removed == ("claim:gpt-4o--strength--tool-use",)
    assert second.change.altered == ("claim:gpt-4o--context-window",)
    assert Modeldex.open(target).fact("gpt-4o", "context window").value == 128001


# ------------------------------------------------------------------ all or nothing


def _wrong_status(data: Path) -> str:
    path = data / "models" / "gpt-4o.ttl"
    text = path.read_text("utf-8")
    head, mark, rest = text.partition("claim:gpt-4o--context-window a mdx:Claim")
    path.write_text(head + mark + rest.replace("unconfirmed", "verified", 1), "utf-8")
    return f"{path}:{head.count(chr(10)) + 1}: claim:gpt-4o--context-window"


def _no_status(data: Path) -> str:
    path = data / "models" / "o3.ttl"
    text = path.read_text("utf-8")
    at = text.index("    mdx:status")
    path.write_text(text[:at] + text[text.index("\n", at) + 1 :], "utf-8")
    return f"{path}:"


def _broken(data: Path) -> str:
    path = data / "models" / "o3.ttl"
    path.write_text(path.read_text("utf-8") + "\nmodel:o3 rdfs:label", "utf-8")
    return f"{path}:"


def _ill_typed(data: Path) -> str:
    path = data / "models" / "gpt-4o.ttl"
    change(path, "rdf:object      128000", 'rdf:object      "many"^^xsd:integer')
    change(path, "@prefix model:", f"@prefix xsd: <{XSD}> .\n@prefix model:")
    return f"{path}:"


@pytest.mark.parametrize("fault", [_wrong_status, _no_status, _broken, _ill_typed])
def test_faulty_data_are_refused_and_nothing_is_changed(
    tmp_path: Path, checkout: Path, built: Path, fault: Callable[[Path], str]
) -> None:
    """A fault is named with file and line, and the dataset stays as it was, to the last file."""
    target = tmp_path / "out"
    shutil.copytree(built, target)
    before = state_of(target)
    expected = fault(checkout / "data")
    with pytest.raises(BadInput) as caught:
        build(checkout, target)
    assert str(caught.value).startswith(expected)
    assert "\n" not in str(caught.value)
    assert state_of(target) == before


def test_a_target_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """Where the target is a file, the build says so and leaves it alone."""
    target = tmp_path / "out"
    target.write_text("mine")
    with pytest.raises(BadInput, match="cannot be written"):
        build(ROOT, target)
    assert target.read_text() == "mine"


def test_a_killed_build_leaves_the_old_dataset_or_the_new(
    tmp_path: Path, checkout: Path, environment: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Killed at any moment, a build leaves a folder that opens, whole, and without a notice."""
    target = tmp_path / "out"
    gpt = checkout / "data" / "models" / "gpt-4o.ttl"
    build(checkout, target)
    command = [sys.executable, "-c", BUILD, str(checkout), str(target)]
    started = time.monotonic()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    duration = time.monotonic() - started
    chance = random.Random(20261122)
    value, killed = 128000, 0
    held: set[object] = {value}
    while killed < 10 and value < 128040:
        change(gpt, f"rdf:object      {value}", f"rdf:object      {value + 1}")
        value += 1
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # Reading and deriving come first, and take longest; the writing is at the end.
        time.sleep(duration * chance.choice([0.2, 0.6, 0.8, 0.9]) * chance.uniform(0.9, 1.1))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        store = Store.open(target)
        assert len(store.engine) == text_of(target).count(b"\n")
        assert Store.open(target).manifest is not None
        fact = Modeldex.open(target).fact("gpt-4o", "context window")
        in_store = Modeldex.of(store).fact("gpt-4o", "context window")
        assert fact.value == in_store.value
        assert fact.value in held | {value}
        held = {value, fact.value}
    assert killed == 10
    assert capsys.readouterr().err == ""
    build(checkout, target)
    assert Modeldex.open(target).fact("gpt-4o", "context window").value == value
    leftovers = {path.name.split("-")[0] for path in target.iterdir()}
    assert leftovers == {"manifest", "modeldex.nq", "store"}


def test_two_builds_at_once_leave_a_whole_dataset(
    tmp_path: Path, environment: dict[str, str], built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Builds into one folder at the same time do not destroy each other's work."""
    command = [sys.executable, "-c", BUILD, str(ROOT), str(tmp_path / "out")]
    builds = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    outcomes = [(process.communicate(), process.returncode) for process in builds]
    assert 0 in [code for _, code in outcomes]
    assert all(b"Traceback" not in said[1] for said, _ in outcomes)
    assert len(Store.open(tmp_path / "out").engine) == text_of(built).count(b"\n")
    assert capsys.readouterr().err == ""


# ------------------------------------------------------------------ the verified graph


def described(paths: list[Path]) -> Graph:
    """Files as subject, predicate, objects."""
    graph: Graph = defaultdict(lambda: defaultdict(list))
    for path in files_in(paths):
        for quad in read(path).quads:
            if not isinstance(quad.subject, ox.NamedNode):
                continue
            if not isinstance(quad.object, ox.NamedNode | ox.Literal):
                continue
            graph[quad.subject.value][quad.predicate.value].append(quad.object)
    return {subject: dict(description) for subject, description in graph.items()}


def one(description: Description, predicate: str) -> str | None:
    """The only value, as text."""
    values = description.get(predicate, [])
    assert len(values) <= 1
    return values[0].value if values else None


def days(date: str) -> tuple[str, str]:
    """First and last day of a date, by the calendar of Python."""
    year, month, day = (*map(int, date.split("-")), None, None)[:3]
    if year is None or month is None:
        return f"{date}-01-01", f"{date}-12-31"
    last = calendar.monthrange(year, month)[1]
    return (date, date) if day else (f"{date}-01", f"{date}-{last:02}")


def in_force(claim: Description, today: str) -> bool:
    """Whether a claim holds on a day."""
    start, through, ended = (
        one(claim, name)
        for name in (SCHEMA + "validFrom", SCHEMA + "validThrough", MDX + "endedBy")
    )
    return (
        (start is None or days(start)[0] <= today)
        and (through is None or today <= days(through)[1])
        and (ended is None or today < days(ended)[0])
    )


def official_for(graph: Graph, source: str, claim: Description) -> bool:
    """The rule of the design, written here a second time."""
    speaks = {term.value for term in graph.get(source, {}).get(MDX + "speaksFor", [])}
    subject = one(claim, RDF + "subject") or ""
    thing: str | None = subject
    while thing and DCTERMS + "creator" not in graph.get(thing, {}):
        description = graph.get(thing, {})
        thing = next((value for name in (DCTERMS + "isVersionOf", MDX + "offeringOf", MDX + "useOf",
                                         MDX + "onPlatform")
                      if (value := one(description, name))), None)  # fmt: skip
    creators = {c.value for c in graph[thing][DCTERMS + "creator"]} if thing else set()
    if not creators & speaks:
        return False
    if one(claim, RDF + "predicate") in (MDX + "offeredOn", MDX + "apiId"):
        return True
    named = set()
    for part in (subject, one(claim, RDF + "object") or ""):
        if "/id/platform/" in part:
            named.add(part)
        elif place := one(graph.get(part, {}), MDX + "onPlatform"):
            named.add(place)
    return named <= speaks


def looks(graph: Graph, claim: Description, *, first_hand: bool) -> list[str]:
    """As-of dates of the support at first hand, or of other support that verifies."""
    dates = []
    for term in claim.get(MDX + "supportedBy", []):
        evidence = graph[term.value]
        source = one(evidence, MDX + "source") or ""
        official = official_for(graph, source, claim)
        marking = one(graph[source], MDX + "marksVerified") == "true"
        cited = any(official_for(graph, c.value, claim) for c in evidence.get(MDX + "cites", []))
        marked = one(evidence, MDX + "markedVerified") == "true"
        if official if first_hand else (not official and marking and (cited or marked)):
            dates.append(one(evidence, MDX + "asOf") or "")
    return dates


def test_the_verified_graph_is_what_the_rule_says(store: Store) -> None:
    """Recomputed here from the files: verified, in force, not superseded, uncontested, latest."""
    graph = described([ROOT / "data"])
    vocabulary = described([ROOT / "ontology" / "modeldex.ttl"])
    today = one(graph["https://w3id.org/modeldex/dataset"], DCTERMS + "issued")
    assert today
    groups: dict[tuple[str, str], list[Description]] = defaultdict(list)
    for iri, claim in graph.items():
        if iri.startswith(CLAIM) and RDF + "object" in claim:
            groups[one(claim, RDF + "subject") or "", one(claim, RDF + "predicate") or ""].append(
                claim
            )
    expected: set[tuple[str, str, str]] = set()
    for (subject, predicate), claims in groups.items():
        single = one(vocabulary[predicate], MDX + "singleValued") == "true"
        standing = [
            claim for claim in claims
            if one(claim, MDX + "status") == MDX + "verified" and in_force(claim, today)
            and not (single and superseded(graph, claim, claims))
        ]  # fmt: skip
        if single:
            standing = [claim for claim in standing
                        if all(agree(claim, other) for other in standing)]  # fmt: skip
            standing = sorted(standing, key=lambda claim: latest(graph, claim))[-1:]
        for claim in standing:
            expected.add((subject, predicate, str(claim[RDF + "object"][0])))
    rows = select(store, "SELECT ?s ?p ?o { GRAPH graph:verified { ?s ?p ?o } }").rows
    found = [(s.value, p.value, str(o)) for s, p, o in rows]
    assert len(found) == len(set(found)) == len(expected) >= 40
    assert set(found) == expected


def superseded(graph: Graph, claim: Description, rivals: list[Description]) -> bool:
    """Whether an official source, later and at first hand, gives another value than a report."""
    if looks(graph, claim, first_hand=True):
        return False
    reports = [days(date)[1] for date in looks(graph, claim, first_hand=False)]
    return any(
        days(date)[0] > max(reports)
        for rival in rivals
        if not agree(claim, rival)
        for date in looks(graph, rival, first_hand=True)
    )


def agree(one_claim: Description, other: Description) -> bool:
    """Whether the values are the same, or a date and a longer one that holds it."""
    values = [claim[RDF + "object"][0] for claim in (one_claim, other)]
    if values[0] == values[1]:
        return True
    texts = sorted((value.value for value in values), key=len)
    dates = all(isinstance(v, ox.Literal) and v.datatype.value in DATES for v in values)
    return dates and texts[1].startswith(texts[0])


DATES = {XSD + name for name in ("date", "gYearMonth", "gYear")}


def latest(graph: Graph, claim: Description) -> tuple[str, str, str]:
    """What a claim is preferred by: the day for which its latest evidence speaks."""
    relations = (MDX + "supportedBy", MDX + "disputedBy", MDX + "soughtIn")
    spans = [days(one(graph[e.value], MDX + "asOf") or "") for r in relations
             for e in claim.get(r, [])]  # fmt: skip
    last, first = max((last, first) for first, last in spans)
    return last, first, str(claim[RDF + "object"][0])


# ------------------------------------------------------------------ dates as days


def test_every_date_has_its_first_and_last_day(store: Store) -> None:
    """Each date of a claim or of evidence stands beside its first and last day, as xsd:date."""
    dated = {MDX + "asOf": "asOf", SCHEMA + "validFrom": "validFrom", MDX + "endedBy": "endedBy",
             SCHEMA + "validThrough": "validThrough", RDF + "object": "object"}  # fmt: skip
    quads = list(store.engine.quads_for_pattern(None, None, None, None))
    stated = {(q.subject, q.predicate.value): q.object for q in quads}
    counts: Counter[str] = Counter()
    for quad in quads:
        name = dated.get(quad.predicate.value)
        date = quad.object
        if not name or not isinstance(date, ox.Literal) or date.datatype.value not in DATES:
            continue
        for end, day in zip(("First", "Last"), days(date.value), strict=True):
            expected = ox.Literal(day, datatype=ox.NamedNode(XSD + "date"))
            assert stated[quad.subject, f"{MDX}{name}{end}Day"] == expected
        counts[name] += 1
    assert counts["asOf"] > 200
    assert counts["object"] >= 4
    assert counts["endedBy"] >= 10
    computed = [q for q in quads if q.predicate.value.endswith(("FirstDay", "LastDay"))
                and q.predicate.value.startswith(MDX)]  # fmt: skip
    assert len(computed) == 2 * counts.total()


def test_every_claim_has_one_case_and_one_basis(store: Store) -> None:
    """Each claim is of one case by status and has one basis; the count is that of the files."""
    rows = select(
        store,
        """SELECT ?c (COUNT(DISTINCT ?case) AS ?cases) (COUNT(DISTINCT ?b) AS ?bases) {
        ?c a mdx:Claim ; mdx:basis ?b ; a ?case .
        VALUES ?case { mdx:VerifiedClaim mdx:UnconfirmedClaim mdx:SilentClaim }
    } GROUP BY ?c""",
    ).rows
    found = {row[0].value: (int(row[1].value), int(row[2].value)) for row in rows}
    assert set(found.values()) == {(1, 1)}
    claims = [iri for iri in described([ROOT / "data"]) if iri.startswith(CLAIM)]
    assert sorted(found) == sorted(claims)


def test_each_statement_stands_in_the_graph_of_its_role(store: Store) -> None:
    """Claims, evidence, entities, ontology, verified, queries: no other, and no default graph."""
    graphs = Counter(q.graph_name.value for q in store.engine
                     if isinstance(q.graph_name, ox.NamedNode))  # fmt: skip
    names = {name.rpartition("/")[2] for name in graphs}
    assert names == {"claims", "evidence", "entities", "ontology", "verified", "queries"}
    assert graphs.total() == len(store.engine)


def test_statements_of_the_files_are_all_there(built: Path) -> None:
    """No statement of `data/` is lost in the build, and none is spelt in another way."""
    quads = itertools.chain.from_iterable(read(p).quads for p in files_in([ROOT / "data"]))
    given = {(str(q.subject), str(q.predicate), str(q.object)) for q in quads}
    kept = {
        (str(q.subject), str(q.predicate), str(q.object))
        for q in ox.parse(path=built / TEXT, format=ox.RdfFormat.N_QUADS)
    }
    assert len(given) > 1000
    assert given - kept == set()
