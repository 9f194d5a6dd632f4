"""What follows from the statements: status cases, bases, dates as days, the verified graph.

Statements as people edit them go in, and come out with all that the build computes for them.
Nothing here reads a file, a clock or a network: the same statements give the same result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.dates import day_before, held_days, span
from modeldex.descriptions import (
    DATE_TYPES,
    TYPE,
    VALIDITY,
    YES,
    Descriptions,
    Term,
    claims_in,
    describe,
    iris_in,
    is_named,
    key_of,
    text_of,
)
from modeldex.literals import type_of_date
from modeldex.names import name_key
from modeldex.status import Verdict
from modeldex.weighing import Statement, Weighing

Triple = tuple[str, str, Term]

NAMES = (t.RDFS + "label", t.SKOS + "altLabel", t.SKOS + "notation")
KINDS_OF_EVIDENCE = {
    "firstHand": t.MDX + "officialEvidence",
    "reported": t.MDX + "reportedEvidence",
    "asserted": t.MDX + "assertedEvidence",
}
DATED = {
    t.MDX + "asOf": "asOf",
    **dict(zip(VALIDITY, ("validFrom", "validThrough", "endedBy"), strict=True)),
    t.RDF + "object": "object",
}
NAMED_CLASSES = {
    t.MDX + name
    for name in ("Model", "Offering", "Series", "Provider", "Platform", "Endpoint", "Feature",
                 "Use", "ModelClass", "FactProperty")
}  # fmt: skip
SUBJECT_CLASSES = NAMED_CLASSES - {t.MDX + "FactProperty"}
BELONGING = (
    *(t.MDX + name for name in ("offeringOf", "broaderOffering", "useOf", "onPlatform")),
    *(t.DCTERMS + name for name in ("isVersionOf", "creator")),
)
REPLACEMENT, RETIRED = t.MDX + "recommendedReplacement", t.MDX + "retiredOn"
NO = ox.Literal("false", datatype=YES.datatype)


def derive(statements: Iterable[ox.Quad], ontology: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The whole dataset: the statements and what follows, each in the graph of its role.

    The day that counts as today is the `dcterms:issued` of the dataset described among the
    statements; without one, nothing is in force. Claims that break the model get no status
    case: the shapes then say why.
    """
    ontology = list(ontology)
    vocabulary = describe(ontology)
    return sorted(of_ontology(ontology) | of_statements(statements, vocabulary), key=str)


def of_ontology(ontology: Iterable[ox.Quad]) -> set[ox.Quad]:
    """The vocabulary in its graph, and what follows from it."""
    ontology = list(ontology)
    vocabulary = describe(ontology)
    result = {_placed(quad, t.ONTOLOGY) for quad in ontology}
    result |= {_quad(triple, t.ENTITIES) for triple in _belonging(vocabulary, vocabulary)}
    return result | {_quad(triple, t.ONTOLOGY) for triple in _names_of_all(vocabulary)}


def of_statements(
    statements: Iterable[ox.Quad], vocabulary: Descriptions, around: Descriptions | None = None
) -> set[ox.Quad]:
    """The statements and what follows from them, each in the graph of its role.

    `around` describes what they name and do not describe themselves. All claims on one thing
    are to be among the statements of one call, with all their evidence.
    """
    statements = list(statements)
    own = describe(statements)
    graph = {**around, **own} if around else own
    roles = {subject: _role(described) for subject, described in own.items()}
    weighing = Weighing(
        claims_in(graph, vocabulary), text_of(graph, t.DATASET, t.DCTERMS + "issued")
    )
    result = {_placed(quad, roles[key_of(quad.subject)]) for quad in statements}
    result |= {_quad(triple, roles[triple[0]]) for triple in _days_of_all(own)}
    result |= {_quad(triple, t.ENTITIES) for triple in _names_of_all(own)}
    result |= {_quad(triple, t.ENTITIES) for triple in _belonging(own, graph)}
    result |= {_quad(triple, t.CLAIMS) for triple in _known(weighing)}
    result |= {_quad(triple, t.ENTITIES) for triple in _retired(weighing)}
    for statement in weighing.statements:
        for triple in _of_claim(statement, weighing, graph, vocabulary):
            result.add(_quad(triple, t.CLAIMS))
    for statement in weighing.chosen():
        if not (statement.subject and statement.predicate):
            continue
        value = graph[statement.iri][t.RDF + "object"][0]
        result.add(_quad((statement.subject, statement.predicate, value), t.VERIFIED))
    return result


def _of_claim(
    claim: Statement, weighing: Weighing, graph: Descriptions, vocabulary: Descriptions
) -> Iterator[Triple]:
    iri = claim.iri
    if claim.value is not None:
        for value_class in vocabulary.get(claim.predicate, {}).get(t.MDX + "claimClass", ()):
            yield iri, TYPE, value_class
    if verdict := weighing.verdicts[iri]:
        yield iri, TYPE, ox.NamedNode(t.MDX + verdict.case)
    for evidence, look in claim.looks:
        if look.kind == "firstHand" or (look.stance == "supports" and look.kind != "thirdParty"):
            yield iri, KINDS_OF_EVIDENCE[look.kind], ox.NamedNode(evidence)
    if claim.withdrawn:
        # It counts for nothing: no question finds it.
        return
    if verdict:
        yield iri, t.MDX + "basis", ox.NamedNode(t.MDX + verdict.basis)
    if as_of := claim.as_of():
        yield iri, t.MDX + "asOf", _date(as_of)
        yield from _days(iri, "asOf", _date(as_of))
    yield iri, t.MDX + "inForce", YES if weighing.in_force(claim) else NO
    first, last = held_days(*claim.validity)
    yield iri, t.MDX + "heldFromDay", _date(first)
    yield iri, t.MDX + "heldThroughDay", _date(last)
    if claim.predicate == REPLACEMENT and claim.subject and weighing.in_force(claim):
        for value in graph[iri].get(t.RDF + "object", ()):
            yield claim.subject, t.MDX + "currentReplacement", value
    for other in weighing.superseded[iri]:
        yield iri, t.MDX + "supersededBy", ox.NamedNode(other)
    for rival in weighing.disagreeing(claim):
        yield iri, t.MDX + "disagreesWith", ox.NamedNode(rival.iri)
    if iri in weighing.contested:
        yield iri, t.MDX + "contested", YES
    for source in sorted(_not_found_on(claim, graph)):
        yield iri, t.MDX + "notFoundOn", ox.NamedNode(source)


def _known(weighing: Weighing) -> Iterator[Triple]:
    """Since when each claim is known, and the verdicts that later evidence changed."""
    known: dict[str, list[tuple[str, Verdict]]] = {}
    for iri, day, verdict in weighing.history():
        known.setdefault(iri, []).append((day, verdict))
    for iri, verdicts in known.items():
        yield iri, t.MDX + "knownFromDay", _date(verdicts[0][0])
        for (day, verdict), (changed, _) in pairwise(verdicts):
            node = f"{t.PREFIXES['verdict']}{t.local_name(iri)}--{day}"
            yield node, TYPE, ox.NamedNode(t.MDX + "FormerVerdict")
            yield node, t.MDX + "verdictOn", ox.NamedNode(iri)
            yield node, t.MDX + "status", ox.NamedNode(t.MDX + verdict.status)
            yield node, t.MDX + "basis", ox.NamedNode(t.MDX + verdict.basis)
            yield node, t.MDX + "knownFromDay", _date(day)
            yield node, t.MDX + "knownThroughDay", _date(day_before(changed))


def _retired(weighing: Weighing) -> Iterator[Triple]:
    """The earliest day by which a claim says that an offering was retired."""
    days: dict[str, str] = {}
    for claim in weighing.statements:
        counts = weighing.verdicts[claim.iri] is not None and not claim.withdrawn
        if counts and claim.predicate == RETIRED and claim.is_date and claim.subject:
            day = span(claim.value or "")[1]
            days[claim.subject] = min(day, days.get(claim.subject, day))
    for subject, day in days.items():
        yield subject, t.MDX + "retiredByDay", _date(day)


def _belonging(own: Descriptions, graph: Descriptions) -> Iterator[Triple]:
    """Each thing and what it belongs to, near and far."""
    for subject in filter(is_named, own):
        if not SUBJECT_CLASSES.intersection(iris_in(own[subject].get(TYPE, ()))):
            continue
        reached = [subject, t.DATASET]
        for thing in reached:
            described = graph.get(thing, {})
            for relation in BELONGING:
                reached += [x for x in iris_in(described.get(relation, ())) if x not in reached]
        for thing in reached:
            yield subject, t.MDX + "belongsTo", ox.NamedNode(thing)


def _not_found_on(claim: Statement, graph: Descriptions) -> set[str]:
    """Sources that the evidence cites and that were themselves searched in vain."""
    cited: set[str] = set()
    silent: set[str] = set()
    for evidence, look in claim.looks:
        described = graph.get(evidence, {})
        if look.stance == "supports":
            cited.update(iris_in(described.get(t.MDX + "cites", ())))
        elif look.stance == "silent":
            silent.update(iris_in(described.get(t.MDX + "source", ())))
            silent.update(iris_in(described.get(t.MDX + "searched", ())))
    return cited & silent


def _role(described: dict[str, list[Term]]) -> str:
    kinds = iris_in(described.get(TYPE, ()))
    if t.MDX + "Claim" in kinds:
        return t.CLAIMS
    if t.MDX + "Evidence" in kinds or t.MDX + "Source" in kinds:
        return t.EVIDENCE
    return t.ENTITIES


def _names_of_all(graph: Descriptions) -> Iterator[Triple]:
    for subject in filter(is_named, graph):
        described = graph[subject]
        if described.get(t.RDF + "predicate") == [ox.NamedNode(t.MDX + "apiId")]:
            named = iris_in(described.get(t.RDF + "subject", ()))
            names = [value.value for value in described.get(t.RDF + "object", ())]
        elif NAMED_CLASSES.intersection(iris_in(described.get(TYPE, ()))):
            named = [subject]
            names = [name.value for predicate in NAMES for name in described.get(predicate, ())]
            names.append(t.local_name(subject))
        else:
            continue
        for thing in named:
            for key in filter(None, map(name_key, names)):
                yield thing, t.MDX + "nameKey", ox.Literal(key)


def _days_of_all(graph: Descriptions) -> Iterator[Triple]:
    for subject in filter(is_named, graph):
        for predicate, name in DATED.items():
            for value in graph[subject].get(predicate, ()):
                yield from _days(subject, name, value)


def _days(subject: str, name: str, value: Term) -> Iterator[Triple]:
    if isinstance(value, ox.Literal) and value.datatype.value in DATE_TYPES:
        for end, day in zip(("First", "Last"), span(value.value), strict=True):
            yield subject, f"{t.MDX}{name}{end}Day", _date(day)


def _date(date: str) -> ox.Literal:
    return ox.Literal(date, datatype=ox.NamedNode(type_of_date(date)))


def _placed(quad: ox.Quad, graph: str) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph))


def _quad(triple: Triple, graph: str) -> ox.Quad:
    subject, predicate, value = triple
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, ox.NamedNode(graph))
