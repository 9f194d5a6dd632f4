"""What follows from the statements: status cases, bases, dates as days, the verified graph.

Statements as people edit them go in, and come out with all that the build computes for them.
Nothing here reads a file, a clock or a network: the same statements give the same result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from modeldex import terms as t
from modeldex.dates import is_date, span
from modeldex.names import name_key
from modeldex.officials import is_official
from modeldex.status import Look, kind_of
from modeldex.weighing import Statement, Weighing

Term = ox.NamedNode | ox.Literal | ox.BlankNode
Triple = tuple[str, str, Term]
Descriptions = dict[str, dict[str, list[Term]]]

TYPE = t.RDF + "type"
NAMES = (t.RDFS + "label", t.SKOS + "altLabel", t.SKOS + "notation")
STANCES = {
    "supports": t.MDX + "supportedBy",
    "disputes": t.MDX + "disputedBy",
    "silent": t.MDX + "soughtIn",
}
KINDS_OF_EVIDENCE = {
    "firstHand": t.MDX + "officialEvidence",
    "reported": t.MDX + "reportedEvidence",
    "asserted": t.MDX + "assertedEvidence",
}
VALIDITY = (t.SCHEMA + "validFrom", t.SCHEMA + "validThrough", t.MDX + "endedBy")
DATED = {
    t.MDX + "asOf": "asOf",
    **dict(zip(VALIDITY, ("validFrom", "validThrough", "endedBy"), strict=True)),
    t.RDF + "object": "object",
}
DATE_TYPES = {t.XSD + "date", t.XSD + "gYearMonth", t.XSD + "gYear"}
NAMED_CLASSES = {
    t.MDX + name
    for name in ("Model", "Offering", "Series", "Provider", "Platform", "Endpoint", "Feature",
                 "Use", "ModelClass", "FactProperty")
}  # fmt: skip
REPLACEMENT = t.MDX + "recommendedReplacement"
YES, NO = (ox.Literal(word, datatype=ox.NamedNode(t.XSD + "boolean")) for word in ("true", "false"))


def derive(statements: Iterable[ox.Quad], ontology: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The whole dataset: the statements and what follows, each in the graph of its role.

    The day that counts as today is the `dcterms:issued` of the dataset described among the
    statements; without one, nothing is in force. Claims that break the model get no status
    case: the shapes then say why.
    """
    statements, ontology = list(statements), list(ontology)
    graph, vocabulary = _describe(statements), _describe(ontology)
    roles = {subject: _role(described) for subject, described in graph.items()}
    weighing = Weighing(
        _statements(graph, vocabulary), _text(graph, t.DATASET, t.DCTERMS + "issued")
    )
    result = {_placed(quad, t.ONTOLOGY) for quad in ontology}
    result |= {_placed(quad, roles[_key(quad.subject)]) for quad in statements}
    result |= {_quad(triple, roles[triple[0]]) for triple in _days_of_all(graph)}
    result |= {_quad(triple, t.ENTITIES) for triple in _names_of_all(graph)}
    result |= {_quad(triple, t.ONTOLOGY) for triple in _names_of_all(vocabulary)}
    for statement in weighing.statements:
        for triple in _of_claim(statement, weighing, graph, vocabulary):
            result.add(_quad(triple, t.CLAIMS))
    for statement in weighing.chosen():
        if not (statement.subject and statement.predicate):
            continue
        value = graph[statement.iri][t.RDF + "object"][0]
        result.add(_quad((statement.subject, statement.predicate, value), t.VERIFIED))
    return sorted(result, key=str)


def _of_claim(
    claim: Statement, weighing: Weighing, graph: Descriptions, vocabulary: Descriptions
) -> Iterator[Triple]:
    iri = claim.iri
    if as_of := claim.as_of():
        yield iri, t.MDX + "asOf", _date(as_of)
        yield from _days(iri, "asOf", _date(as_of))
    for evidence, look in claim.looks:
        if look.kind == "firstHand" or (look.stance == "supports" and look.kind != "thirdParty"):
            yield iri, KINDS_OF_EVIDENCE[look.kind], ox.NamedNode(evidence)
    if claim.value is not None:
        for value_class in vocabulary.get(claim.predicate, {}).get(t.MDX + "claimClass", ()):
            yield iri, TYPE, value_class
    yield iri, t.MDX + "inForce", YES if weighing.in_force(claim) else NO
    if verdict := weighing.verdicts[iri]:
        yield iri, TYPE, ox.NamedNode(t.MDX + verdict.case)
        yield iri, t.MDX + "basis", ox.NamedNode(t.MDX + verdict.basis)
    if claim.predicate == REPLACEMENT and claim.subject and weighing.in_force(claim):
        for value in graph[iri].get(t.RDF + "object", ()):
            yield claim.subject, t.MDX + "currentReplacement", value
    for other in weighing.superseded[iri]:
        yield iri, t.MDX + "supersededBy", ox.NamedNode(other)
    if iri in weighing.contested:
        yield iri, t.MDX + "contested", YES
    for source in sorted(_not_found_on(claim, graph)):
        yield iri, t.MDX + "notFoundOn", ox.NamedNode(source)


def _not_found_on(claim: Statement, graph: Descriptions) -> set[str]:
    """Sources that the evidence cites and that were themselves searched in vain."""
    cited: set[str] = set()
    silent: set[str] = set()
    for evidence, look in claim.looks:
        described = graph.get(evidence, {})
        if look.stance == "supports":
            cited.update(_iris(described.get(t.MDX + "cites", ())))
        elif look.stance == "silent":
            silent.update(_iris(described.get(t.MDX + "source", ())))
            silent.update(_iris(described.get(t.MDX + "searched", ())))
    return cited & silent


def _statements(graph: Descriptions, vocabulary: Descriptions) -> Iterator[Statement]:
    """The claims among the descriptions, with what each piece of evidence does for them."""
    links = {s: {p: _iris(v) for p, v in described.items()} for s, described in graph.items()}
    platforms = {s for s, d in links.items() if t.MDX + "Platform" in d.get(TYPE, ())}
    speaks_for = {s: set(d.get(t.MDX + "speaksFor", ())) for s, d in links.items()}
    for iri in sorted(filter(_is_named, links)):
        if t.MDX + "Claim" not in links[iri].get(TYPE, ()):
            continue
        subject, predicate = ((links[iri].get(t.RDF + part) or [""])[0]
                              for part in ("subject", "predicate"))  # fmt: skip
        values = graph[iri].get(t.RDF + "object")
        value = values[0] if values else None
        linked = value.value if isinstance(value, ox.NamedNode) else None
        official = {
            source: is_official(spoken, subject, predicate, linked, links, platforms)
            for source, spoken in speaks_for.items()
            if spoken
        }
        looks = [
            (evidence, Look(stance, kind_of(
                official=official.get(source, False),
                report=_is(graph, source, "marksVerified"),
                cites_official=any(map(official.get, links[evidence].get(t.MDX + "cites", ()))),
                marked=_is(graph, evidence, "markedVerified"),
            ), as_of))
            for stance, relation in STANCES.items()
            for evidence in links[iri].get(relation, ())
            if (as_of := _valid_date(_text(graph, evidence, t.MDX + "asOf")))
            for source in links[evidence].get(t.MDX + "source", [""])[:1]
        ]  # fmt: skip
        start, through, ended_by = (_valid_date(_text(graph, iri, p)) for p in VALIDITY)
        yield Statement(
            iri, subject, predicate, None if value is None else _key_of(value),
            isinstance(value, ox.Literal) and value.datatype.value in DATE_TYPES,
            _is(vocabulary, predicate, "singleValued"), (start, through, ended_by), tuple(looks),
            YES in graph[iri].get(t.OWL + "deprecated", ()),
        )  # fmt: skip


def _describe(statements: Iterable[ox.Quad]) -> Descriptions:
    graph: Descriptions = {}
    for quad in statements:
        if not isinstance(quad.object, ox.Triple):
            described = graph.setdefault(_key(quad.subject), {})
            described.setdefault(quad.predicate.value, []).append(quad.object)
    return graph


def _role(described: dict[str, list[Term]]) -> str:
    kinds = _iris(described.get(TYPE, ()))
    if t.MDX + "Claim" in kinds:
        return t.CLAIMS
    if t.MDX + "Evidence" in kinds or t.MDX + "Source" in kinds:
        return t.EVIDENCE
    return t.ENTITIES


def _names_of_all(graph: Descriptions) -> Iterator[Triple]:
    for subject in filter(_is_named, graph):
        described = graph[subject]
        if described.get(t.RDF + "predicate") == [ox.NamedNode(t.MDX + "apiId")]:
            named = _iris(described.get(t.RDF + "subject", ()))
            names = [value.value for value in described.get(t.RDF + "object", ())]
        elif NAMED_CLASSES.intersection(_iris(described.get(TYPE, ()))):
            named = [subject]
            names = [name.value for predicate in NAMES for name in described.get(predicate, ())]
            names.append(t.local_name(subject))
        else:
            continue
        for thing in named:
            for key in filter(None, map(name_key, names)):
                yield thing, t.MDX + "nameKey", ox.Literal(key)


def _days_of_all(graph: Descriptions) -> Iterator[Triple]:
    for subject in filter(_is_named, graph):
        for predicate, name in DATED.items():
            for value in graph[subject].get(predicate, ()):
                yield from _days(subject, name, value)


def _days(subject: str, name: str, value: Term) -> Iterator[Triple]:
    if isinstance(value, ox.Literal) and value.datatype.value in DATE_TYPES:
        for end, day in zip(("First", "Last"), span(value.value), strict=True):
            yield subject, f"{t.MDX}{name}{end}Day", _date(day)


def _date(date: str) -> ox.Literal:
    datatype = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(date)]
    return ox.Literal(date, datatype=ox.NamedNode(t.XSD + datatype))


def _valid_date(text: str | None) -> str | None:
    return text if text is not None and is_date(text) else None


def _is(graph: Descriptions, subject: str, flag: str) -> bool:
    return YES in graph.get(subject, {}).get(t.MDX + flag, ())


def _text(graph: Descriptions, subject: str, predicate: str) -> str | None:
    values = graph.get(subject, {}).get(predicate)
    return values[0].value if values else None


def _iris(values: Iterable[Term]) -> list[str]:
    return [value.value for value in values if isinstance(value, ox.NamedNode)]


def _is_named(key: str) -> bool:
    return not key.startswith("_:")


def _key(subject: object) -> str:
    return subject.value if isinstance(subject, ox.NamedNode) else str(subject)


def _key_of(value: Term) -> str:
    """A spelling that tells values apart; dates bare, so that they compare as dates."""
    if isinstance(value, ox.Literal) and value.datatype.value in DATE_TYPES:
        return value.value
    return str(value)


def _placed(quad: ox.Quad, graph: str) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph))


def _quad(triple: Triple, graph: str) -> ox.Quad:
    subject, predicate, value = triple
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, ox.NamedNode(graph))
