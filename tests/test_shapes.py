"""Each rule of the shapes catches its invalid examples and no other; valid examples conform."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from modeldex import terms as t
from modeldex.build import dataset, read_all
from modeldex.rdflib_store import quads_of
from modeldex.reading import read
from modeldex.shacl.running import unlooked_at
from modeldex.shape_lint import lint
from modeldex.validation import shapes, to_rdflib, validate

ROOT = Path(__file__).parent.parent
VOCABULARY = ROOT / "ontology" / "modeldex.ttl"
EXAMPLES = ROOT / "ontology" / "examples"
WORLD = EXAMPLES / "world.ttl"
VALID = sorted((EXAMPLES / "valid").glob("*.ttl"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.ttl"))
# These state what only the build writes, so they are checked without it.
COMPUTED = sorted((EXAMPLES / "invalid" / "computed").glob("*.ttl"))
RULES, VALID_FILES, INVALID_FILES = 109, 31, 148

# Where a second rule must break: what is broken leaves the other nothing to hold.
# Rules that SHACL cannot hold; they stand in integrity.py.
INTEGRITY = {"described-once", "computed-terms-are-not-typed", "looked-at-by-a-shape"}
UNAVOIDABLE = {
    "claim-has-evidence": {"claim-fits-the-status-rule"},  # no evidence fits no status either
    "count-is-integer--quoted": {"count-is-one-or-more"},  # text is neither more nor less than 1
    # A closed shape, and the thing itself stands in the world of the examples.
    "no-fact-outside-a-claim--model": {"model-has-only-its-description", "described-once"},
    "broader-things-form-no-cycle": {"described-once"},
    "search-is-evidence": {"looked-at-by-a-shape"},  # what is no evidence has no other class
    "silent-claim-has-a-search": {"claim-has-evidence"},  # without a search nothing is left
}
PREFIXES = """
    @prefix sh: <http://www.w3.org/ns/shacl#> .
    @prefix mdx: <https://w3id.org/modeldex/vocab#> .
    @prefix shape: <https://w3id.org/modeldex/shapes#> .
    @prefix model: <https://w3id.org/modeldex/id/model/> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DECLARED = """
    <https://w3id.org/modeldex/shapes> sh:declare
        [ sh:prefix "mdx" ; sh:namespace "https://w3id.org/modeldex/vocab#"^^xsd:anyURI ] .
"""
MDX = Namespace(t.MDX)


@cache
def our_shapes() -> Graph:
    return shapes()


@cache
def ontology() -> Graph:
    return Graph().parse(VOCABULARY)


def rule_of(file: Path) -> str:
    return file.stem.split("--")[0]


def rules() -> dict[str, Node]:
    """The name and severity of each shape with a message: these are the rules."""
    graph = our_shapes()
    return {
        t.local_name(str(shape)): graph.value(shape, SH.severity) or SH.Violation
        for shape in graph.subjects(SH.message)
    }


def name(file: Path) -> str:
    return file.stem


@pytest.mark.parametrize("file", VALID, ids=name)
def test_a_valid_example_conforms_without_a_warning(file: Path) -> None:
    report = validate([WORLD, file], context="none")
    assert report.conforms
    assert report.results == ()


@pytest.mark.parametrize("file", INVALID, ids=name)
def test_an_invalid_example_breaks_the_rule_that_it_is_named_after(file: Path) -> None:
    report = validate([WORLD, file], context="none")
    assert {result.rule for result in report.results} == {rule_of(file)} | UNAVOIDABLE.get(
        file.stem, set()
    )
    severe = rules().get(rule_of(file), SH.Violation) == SH.Violation
    assert report.conforms is not severe
    assert all(result.message and "\n" not in result.message for result in report.results)


@pytest.mark.parametrize("file", COMPUTED, ids=name)
def test_the_work_of_the_build_is_checked_too(file: Path) -> None:
    quads = [q for document in read_all([WORLD, file, VOCABULARY]) for q in document.quads]
    conforms, report, _ = pyshacl.validate(to_rdflib(quads), shacl_graph=our_shapes())
    broken = {t.local_name(str(shape)) for shape in report.objects(None, SH.sourceShape)}
    assert not conforms
    assert broken == {rule_of(file)} | UNAVOIDABLE.get(file.stem, set())


def test_every_rule_has_an_invalid_example_and_every_example_a_rule() -> None:
    assert set(map(rule_of, INVALID + COMPUTED)) == set(rules()) | INTEGRITY
    assert UNAVOIDABLE.keys() <= {file.stem for file in INVALID + COMPUTED}
    assert len(rules()) == RULES
    assert len(VALID) == VALID_FILES
    assert len(INVALID) + len(COMPUTED) == INVALID_FILES


def test_valid_examples_show_every_basis_and_every_type_of_value() -> None:
    vocabulary = [read(VOCABULARY)]
    bases: set[str] = set()
    kinds: set[str] = set()
    for file in VALID:
        for quad in dataset(read_all([WORLD, file]), vocabulary):
            if quad.predicate.value == t.MDX + "basis":
                bases.add(t.local_name(quad.object.value))
            elif quad.predicate.value == RDF.type.toPython():
                kinds.add(quad.object.value)
    assert bases == {"firstHand", "reported", "asserted", "thirdParty", "silent"}
    assert set(map(str, ontology().subjects(RDFS.subClassOf, MDX.Claim))) <= kinds


def test_each_example_says_first_what_it_shows() -> None:
    for file in [WORLD, *VALID, *INVALID, *COMPUTED]:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# "), file
        assert first.endswith("."), file


def test_each_rule_has_a_name_a_message_in_one_line_and_a_severity_of_shacl() -> None:
    graph = our_shapes()
    assert all(isinstance(shape, URIRef) for shape in graph.subjects(SH.message))
    for shape, message in graph.subject_objects(SH.message):
        assert "\n" not in message, shape
        assert ": " in message, shape
        assert message.endswith("."), shape
    assert {name for name, severity in rules().items() if severity != SH.Violation} == {
        "value-is-not-contested",
        "as-of-is-not-after-the-release",
        "name-is-not-shared",
        "price-is-plausible",
        "date-is-plausible",
        "dates-are-in-order-by-all-sources",
        "retirement-keeps-its-bound",
        "evidence-is-used",
    }


def test_what_the_build_computes_is_allowed_where_the_build_writes_it() -> None:
    graph, vocabulary = our_shapes(), ontology()
    closed = {
        URIRef(t.SHAPES + "claim-has-only-its-properties"): (MDX.Claim,),
        URIRef(t.SHAPES + "evidence-has-only-its-description"): (MDX.Evidence,),
        URIRef(t.SHAPES + "offering-has-only-its-description"): (MDX.Offering, MDX.Subject),
    }
    for shape, domains in closed.items():
        allowed = set(graph.items(graph.value(shape, SH.ignoredProperties)))
        computed = {
            term
            for domain in domains
            for term in vocabulary.subjects(RDFS.domain, domain)
            if str(vocabulary.value(term, RDFS.comment)).startswith("Computed: ")
        }
        assert computed <= allowed


# The lint


def not_looked_at(data: Graph) -> list[str]:
    """The subjects of the data that no shape looks at."""
    store = ox.Store()
    store.bulk_extend(quads_of(data + ontology()))
    return sorted(
        t.shorten(str(node))
        for node in unlooked_at(store, our_shapes())
        if (node, None, None) in data
    )


def test_the_lint_finds_nothing_in_our_shapes_and_data() -> None:
    assert lint(our_shapes(), ontology()) == []
    data = to_rdflib(q for d in read_all([ROOT / "data", WORLD, *VALID]) for q in d.quads)
    assert len(set(data.subjects())) > 100
    assert not_looked_at(data) == []


FAULTS = {
    "a misspelt term": (
        "shape:x a sh:NodeShape ; sh:targetClass mdx:Claim ; sh:nodekind sh:IRI .",
        "sh:nodekind is no term of SHACL",
    ),
    "a misspelt severity": (
        "shape:x a sh:NodeShape ; sh:targetClass mdx:Claim ; sh:severity sh:Warnung .",
        "sh:Warnung is no term of SHACL",
    ),
    "JavaScript": (
        "shape:x a sh:NodeShape ; sh:targetClass mdx:Claim ; sh:js [] .",
        "sh:js is switched off",
    ),
    "a rule": (
        "shape:x a sh:NodeShape ; sh:targetClass mdx:Claim ; sh:rule [] .",
        "sh:rule is switched off",
    ),
    "a deactivated shape": (
        "shape:x a sh:NodeShape ; sh:targetClass mdx:Claim ; sh:deactivated true .",
        "sh:deactivated would let it pass",
    ),
    "no target": ("shape:x a sh:NodeShape ; sh:closed true .", "no target"),
    "no target, with a path": ("shape:x sh:path mdx:status ; sh:minCount 1 .", "no target"),
    "referred to only from a shape without a target": (
        "shape:x sh:property shape:y . shape:y sh:path mdx:status .",
        "shape:y: no target",
    ),
    "a shape that is not there": (
        "shape:x a sh:NodeShape ; sh:targetClass mdx:Claim ; sh:property shape:gone .",
        "shape:gone: referred to as a shape and not described",
    ),
    "no path": (
        "shape:x a sh:NodeShape ; sh:targetClass mdx:Claim ; sh:property [ sh:minCount 1 ] .",
        "a property shape without one path",
    ),
    "a class that is not declared": (
        "shape:x a sh:NodeShape ; sh:targetClass mdx:Clam ; sh:nodeKind sh:IRI .",
        "mdx:Clam is not in the vocabulary",
    ),
    "a path that is not declared": (
        "shape:x a sh:NodeShape ; sh:targetClass mdx:Claim ; "
        "sh:property [ sh:path ( mdx:source [ sh:inversePath mdx:stauts ] ) ; sh:minCount 1 ] .",
        "mdx:stauts is not in the vocabulary",
    ),
    "a broken pattern": (
        'shape:x a sh:NodeShape ; sh:targetClass mdx:Claim ; sh:pattern "(" .',
        "the pattern is broken",
    ),
    "no query": (
        "shape:x a sh:NodeShape ; sh:targetClass mdx:Claim ; sh:sparql [ sh:message 'x' ] .",
        "needs one sh:select",
    ),
}
QUERIES = {
    "SELECT $this WHERE { $this mdx:status": "does not parse",
    "SELECT $this WHERE { $this lost:status ?s }": "does not parse",
    "SELECT $this WHERE { $this mdx:stat ?s }": "mdx:stat is not in the vocabulary",
    "SELECT ?s WHERE { ?s a mdx:Claim }": "does not name $this",
    "ASK { $this a mdx:Claim }": "is no SELECT query",
    "SELECT $this FROM <file:///etc/hosts> WHERE { $this a mdx:Claim }": "contains FROM",
    "SELECT $this FROM NAMED <file:///etc/hosts> WHERE { $this a mdx:Claim }": "contains FROM",
    "SELECT $this WHERE { SERVICE <http://example.org/> { $this a mdx:Claim } }": (
        "contains SERVICE"
    ),
    "SELECT $this WHERE { { SELECT $this { SERVICE ?s { $this a mdx:Claim } } } }": (
        "contains SERVICE"
    ),
    "SELECT $this WHERE { $this a mdx:Claim MINUS { $this mdx:status ?s } }": "contains MINUS",
    "SELECT $this WHERE { $this a mdx:Claim VALUES ?s { 1 } }": "contains VALUES",
}


def findings(turtle: str) -> list[str]:
    return lint(Graph().parse(data=PREFIXES + DECLARED + turtle), ontology())


@pytest.mark.parametrize(("turtle", "finding"), FAULTS.values(), ids=FAULTS)
def test_the_lint_finds_a_fault(turtle: str, finding: str) -> None:
    assert any(finding in line for line in findings(turtle)), findings(turtle)


@pytest.mark.parametrize(("query", "finding"), QUERIES.items())
def test_the_lint_finds_a_fault_in_a_query(query: str, finding: str) -> None:
    lines = findings(
        "shape:x a sh:NodeShape ; sh:targetClass mdx:Claim ; "
        f'sh:sparql [ sh:prefixes <https://w3id.org/modeldex/shapes> ; sh:select """{query}""" ] .'
    )
    assert any(finding in line for line in lines), lines


def test_the_lint_passes_what_is_right() -> None:
    assert (
        findings("""
        shape:x a sh:NodeShape ; sh:targetClass mdx:Claim ; sh:or ( shape:y [ sh:node shape:z ] ) ;
            sh:sparql [ sh:prefixes <https://w3id.org/modeldex/shapes> ;
                sh:select "SELECT $this WHERE { $this mdx:status 'FROM VALUES SERVICE' }" ] .
        shape:y sh:path [ sh:zeroOrMorePath mdx:source ] ; sh:pattern "^[a-z]+$" .
        shape:z a sh:NodeShape ; sh:nodeKind sh:IRI .
        """)
        == []
    )


def test_a_subject_that_no_shape_looks_at_is_found() -> None:
    graph = Graph().parse(
        data=PREFIXES
        + """
        model:seen a mdx:Model .
        model:typed-in-vain a mdx:Modell .
        model:untyped mdx:contextWindow 5 ; rdfs:seeAlso model:seen .
        """
    )
    assert not_looked_at(graph) == ["model:typed-in-vain", "model:untyped"]
