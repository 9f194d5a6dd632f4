"""The set-wise queries find what pyshacl finds: on mutated data, for each kind of constraint."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import BNode, Graph
from rdflib.namespace import SH

from modeldex import terms as t
from modeldex import validation
from modeldex.build import dataset, read_all
from modeldex.shacl.by_pyshacl import pyshacl_report
from modeldex.shacl.running import broken, report
from modeldex.validation import shacl_report, shapes, to_rdflib, vocabulary

EXAMPLES = Path(__file__).parent.parent / "ontology" / "examples"
MUTATIONS, AT_ONCE = 520, 8
XSD = t.XSD
LIMITS = (
    "price-is-plausible",
    "price-is-not-negative",
    "count-is-one-or-more",
    "valid-from-not-after-valid-through",
    "valid-from-before-ended-by",
)
VALUES = [
    ox.Literal("5"), ox.Literal("0", datatype=ox.NamedNode(XSD + "integer")),
    ox.Literal("-1.5", datatype=ox.NamedNode(XSD + "decimal")),
    ox.Literal("1000000", datatype=ox.NamedNode(XSD + "decimal")),
    ox.Literal("abc", datatype=ox.NamedNode(XSD + "integer")),
    ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean")),
    ox.Literal("maybe", datatype=ox.NamedNode(XSD + "boolean")),
    ox.Literal("2026-06", datatype=ox.NamedNode(XSD + "gYearMonth")),
    ox.Literal("1999-06-01", datatype=ox.NamedNode(XSD + "date")),
    ox.Literal("2199-06-01", datatype=ox.NamedNode(XSD + "date")),
    ox.Literal(" space"), ox.Literal("line\nbreak"), ox.Literal(""),
    ox.Literal("text", language="de"), ox.Literal("text", language="en"),
    ox.NamedNode("http://example.org/x"), ox.BlankNode("b"),
    ox.NamedNode(t.ID + "model/Not_A_Slug"), ox.NamedNode(t.MDX + "verified"),
    ox.NamedNode(t.MDX + "Claim"), ox.NamedNode(t.MDX + "Model"), ox.NamedNode(t.MDX + "Provider"),
]  # fmt: skip
Found = Counter[tuple[str, str, str, str]]


def statements() -> list[ox.Quad]:
    """A small dataset in which every shape has something to look at."""
    files = [EXAMPLES / "world.ttl", *sorted((EXAMPLES / "valid").glob("*.ttl"))]
    quads = dataset(read_all(files), [vocabulary()])
    wanted = {t.CLAIMS, t.EVIDENCE, t.ENTITIES, t.ONTOLOGY}
    return [
        ox.Quad(q.subject, q.predicate, q.object) for q in quads
        if isinstance(q.graph_name, ox.NamedNode) and q.graph_name.value in wanted
    ]  # fmt: skip


def mutated(quads: list[ox.Quad], chance: random.Random) -> list[ox.Quad]:
    """The statements with some changed: left out, said otherwise, said of another, doubled.

    Days that the build computes are left alone: what stands in their place by hand is refused.
    """
    own = [
        n for n, q in enumerate(quads)
        if str(q.subject).startswith(f"<{t.ID}") and not q.predicate.value.endswith("Day")
    ]  # fmt: skip
    result = list(quads)
    for _ in range(AT_ONCE):
        place = chance.choice(own)
        quad, other = result[place], result[chance.choice(own)]
        way = chance.randrange(6)
        if way == 0:
            result[place] = result[0]
        elif way == 1:
            result[place] = ox.Quad(quad.subject, quad.predicate, chance.choice(VALUES))
        elif way == 2:
            result.append(ox.Quad(quad.subject, quad.predicate, chance.choice(VALUES)))
        elif way == 3:
            result[place] = ox.Quad(quad.subject, other.predicate, quad.object)
        elif way == 4:
            result.append(ox.Quad(other.subject, quad.predicate, quad.object))
        else:
            result[place] = ox.Quad(quad.subject, quad.predicate, other.object)
    return result


def found_in(graph: Graph) -> Found:
    """The results of a report: shape, component, focus node and value; blank nodes alike."""

    def name(node: rdflib.term.Node | None) -> str:
        return "_:" if isinstance(node, BNode) else "" if node is None else node.n3()

    return Counter(
        (name(graph.value(r, SH.sourceShape)), name(graph.value(r, SH.resultSeverity)),
         name(graph.value(r, SH.focusNode)), name(graph.value(r, SH.value)))
        for r in graph.objects(None, SH.result)
    )  # fmt: skip


def fast(quads: list[ox.Quad]) -> Found:
    store = ox.Store()
    store.bulk_extend(quads)
    return found_in(report(broken(store, shapes()), shapes()))


def by_pyshacl(quads: list[ox.Quad]) -> Found:
    return found_in(pyshacl_report(to_rdflib(quads), shapes()))


def nodes_in(found: Found) -> tuple[bool, set[str]]:
    """The verdict, and the focus nodes."""
    return any(s.endswith("Violation>") for _, s, _, _ in found), {f for _, _, f, _ in found}


def compares_unlike(result: tuple[str, str, str, str]) -> bool:
    """Whether a limit was held against a value of another type, which rdflib orders by type and
    SPARQL does not compare; the rule on the type of the value finds the same node.
    """
    return result[0].strip("<>").rpartition("#")[2] in LIMITS


def test_both_find_the_same_in_mutated_data() -> None:
    quads = statements()
    assert set(fast(quads)) == set(by_pyshacl(quads))
    broken_shapes: set[str] = set()
    for number in range(MUTATIONS // AT_ONCE):
        changed = mutated(quads, random.Random(number))
        ours, theirs = fast(changed), by_pyshacl(changed)
        assert nodes_in(ours) == nodes_in(theirs), f"mutation {number}"
        differing = {each for each in set(ours) ^ set(theirs) if not compares_unlike(each)}
        assert not differing, f"mutation {number}"
        broken_shapes |= {shape for shape, *_ in ours}
    assert MUTATIONS >= 500
    assert len(broken_shapes) > 50, "the mutations break too few shapes to show anything"


def test_every_invalid_example_is_found_by_both() -> None:
    files = sorted((EXAMPLES / "invalid").glob("*.ttl"))
    assert len(files) > 100
    for number, file in enumerate(files):
        quads = dataset(read_all([EXAMPLES / "world.ttl", file]), [vocabulary()])
        plain = [ox.Quad(q.subject, q.predicate, q.object) for q in quads
                 if str(q.graph_name) != f"<{t.VERIFIED}>"]  # fmt: skip
        if number % 5 == 0:
            assert set(fast(plain)) == set(by_pyshacl(plain)), file.name


def test_a_constraint_that_no_query_covers_falls_back_to_pyshacl_loudly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    more = Graph()
    more += shapes()
    more.parse(format="turtle", data="""
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix mdx: <https://w3id.org/modeldex/vocab#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <http://example.org/s> a sh:NodeShape ; sh:targetClass mdx:Model ;
            sh:property [ sh:path rdfs:label ; sh:minLength 100 ] .
    """)  # fmt: skip
    monkeypatch.setattr(validation, "shapes", lambda: more)
    store = ox.Store()
    store.bulk_extend(statements())
    graph = shacl_report(store)
    said = capsys.readouterr().err
    assert "sh:minLength of a nested shape: no query covers it; pyshacl validates all" in said
    assert len(set(graph.objects(None, SH.result))) > 3
