"""The SPARQL 1.1 Service Description of the endpoint."""

from __future__ import annotations

import pyoxigraph as ox

from modeldex import terms as t

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
GRAPHS = (t.CLAIMS, t.EVIDENCE, t.ENTITIES, t.ONTOLOGY, t.QUERIES, t.VERIFIED)
RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
           "Turtle", "N-Triples", "JSON-LD", "RDF_XML")  # fmt: skip
SYNTAXES = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES,
            "jsonld": ox.RdfFormat.JSON_LD, "rdfxml": ox.RdfFormat.RDF_XML}  # fmt: skip


def service_description(endpoint: str, syntax: str) -> bytes:
    """What the endpoint at this address is, as RDF.

    >>> b"UnionDefaultGraph" in service_description("http://localhost/sparql", "turtle")
    True
    """
    data = ox.serialize(
        _triples(endpoint), format=SYNTAXES[syntax],
        prefixes={"sd": SD, "formats": FORMATS} if syntax == "turtle" else None,
    )  # fmt: skip
    assert data is not None
    return data


def _triples(endpoint: str) -> list[ox.Triple]:
    service, dataset, default = (ox.NamedNode(endpoint + part) for part in (
        "#service", "#dataset", "#default-graph"
    ))  # fmt: skip
    found: list[ox.Triple] = []

    def say(subject: ox.NamedNode, name: str, value: ox.NamedNode) -> None:
        iri = t.RDF + "type" if name == "a" else SD + name
        found.append(ox.Triple(subject, ox.NamedNode(iri), value))

    say(service, "a", ox.NamedNode(SD + "Service"))
    say(service, "endpoint", ox.NamedNode(endpoint))
    say(service, "supportedLanguage", ox.NamedNode(SD + "SPARQL11Query"))
    say(service, "feature", ox.NamedNode(SD + "UnionDefaultGraph"))
    for name in RESULTS:
        say(service, "resultFormat", ox.NamedNode(FORMATS + name))
    say(service, "defaultDataset", dataset)
    say(dataset, "a", ox.NamedNode(SD + "Dataset"))
    say(dataset, "defaultGraph", default)
    graphs = {iri: ox.NamedNode(f"{endpoint}#graph-{t.local_name(iri)}") for iri in GRAPHS}
    for graph in graphs.values():
        say(dataset, "namedGraph", graph)
    say(default, "a", ox.NamedNode(SD + "Graph"))
    for iri, graph in graphs.items():
        say(graph, "a", ox.NamedNode(SD + "NamedGraph"))
        say(graph, "name", ox.NamedNode(iri))
    return found
