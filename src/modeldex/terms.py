"""Namespaces, and the IRIs that the code itself must know."""

from __future__ import annotations

MDX = "https://w3id.org/modeldex/vocab#"
ID = "https://w3id.org/modeldex/id/"
GRAPH = "https://w3id.org/modeldex/graph/"
SHAPES = "https://w3id.org/modeldex/shapes#"
DATASET = "https://w3id.org/modeldex/dataset"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
SCHEMA = "https://schema.org/"
SH = "http://www.w3.org/ns/shacl#"
DCAT = "http://www.w3.org/ns/dcat#"

KINDS = (
    "model", "offering", "series", "provider", "platform", "endpoint", "feature", "use",
    "publisher", "source", "claim", "evidence", "verdict", "query", "condition",
)  # fmt: skip

PREFIXES = {
    "mdx": MDX,
    **{kind: f"{ID}{kind}/" for kind in KINDS},
    "graph": GRAPH,
    "shape": SHAPES,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "prov": PROV,
    "schema": SCHEMA,
    "sh": SH,
    "dcat": DCAT,
}

CLAIMS, EVIDENCE, ENTITIES, ONTOLOGY, VERIFIED, QUERIES = (
    GRAPH + role for role in ("claims", "evidence", "entities", "ontology", "verified", "queries")
)


def shorten(iri: str) -> str:
    """The IRI with a prefix, where one fits.

    >>> shorten("https://w3id.org/modeldex/id/model/gpt-4o")
    'model:gpt-4o'
    >>> shorten("http://example.org/x")
    'http://example.org/x'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            local = iri[len(namespace) :]
            if local and "/" not in local and "#" not in local:
                return f"{prefix}:{local}"
    return iri


def expand(name: str) -> str:
    """The IRI for a prefixed name; anything else as it is.

    >>> expand("model:gpt-4o")
    'https://w3id.org/modeldex/id/model/gpt-4o'
    """
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name


def local_name(iri: str) -> str:
    """What stands behind the last slash or hash.

    >>> local_name("https://w3id.org/modeldex/vocab#contextWindow")
    'contextWindow'
    """
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]
