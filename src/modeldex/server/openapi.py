"""What the server answers, as OpenAPI 3.1: each stored query with its typed parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modeldex import __version__
from modeldex.server.negotiation import RDF, SOLUTIONS, Offer
from modeldex.server.parameter_schemas import parameter_description, row_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modeldex.stored_query import StoredQuery

Json = dict[str, Any]

PROBLEM: Json = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what is wrong, and the way out"},
    },
}
FAULTS = {
    "400": "The request is malformed, or a parameter is wrong.",
    "403": "An update: the server is read-only.",
    "404": "There is nothing under this name.",
    "405": "The method is not allowed.",
    "406": "It cannot be had in any media type that was asked for.",
    "408": "The request came too slowly.",
    "413": "The body is too large.",
    "414": "The address is too long.",
    "415": "A body of a type that is not read.",
    "422": "The query was stopped: too long, too large or too deep.",
    "429": "Too many requests of one client at once.",
    "431": "The headers are too large.",
    "503": "Too much to do; Retry-After says when to come again.",
}
EXAMPLE = "ASK { ?claim a mdx:VerifiedClaim }"
AT_ALL = ("405", "408", "414", "429", "431", "503")
QUERY_RESULT: Json = {
    "type": "object",
    "required": ["head"],
    "properties": {"head": {"type": "object"}, "results": {"type": "object"},
                   "boolean": {"type": "boolean"}},
}  # fmt: skip


def description(questions: Iterable[StoredQuery], *, release: str, server: str = ".") -> Json:
    """The whole description. `server` is the address under which the paths stand.

    >>> from modeldex.collection import packaged_questions
    >>> document = description(packaged_questions(), release="2026-06-30")
    >>> document["paths"]["/queries/retired-api-ids"]["get"]["parameters"][0]["name"]
    'by'
    """
    paths: Json = {
        "/id/{kind}/{slug}": _thing(),
        "/sparql": _sparql(),
        "/healthz": _health("Whether the server runs.", ["404"]),
        "/readyz": _health("Whether it can answer queries.", ["503"]),
        "/openapi.json": {"get": _operation(
            "description", "about", "This description.",
            {"200": _answer("The description.", {"application/json": {"type": "object"}})},
        )},
    }  # fmt: skip
    for query in questions:
        paths[f"/queries/{query.name}"] = {"get": _stored(query)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Modeldex",
            "summary": "Facts about AI models, each verified or unconfirmed, with its receipt.",
            "description": f"The dataset as of its release of {release}. Everything is read-only.",
            "version": __version__,
            "license": {"name": "CC0-1.0 (data), MIT (code)",
                        "url": "https://creativecommons.org/publicdomain/zero/1.0/"},
        },
        "servers": [{"url": server}],
        "tags": [{"name": "queries", "description": "Stored queries: one question each."},
                 {"name": "linked data", "description": "Things by IRI, and SPARQL."},
                 {"name": "about", "description": "The server itself."}],
        "paths": paths,
        "components": {"schemas": {"Problem": PROBLEM}},
    }  # fmt: skip


def _operation(name: str, tag: str, summary: str, responses: Json, **more: Any) -> Json:
    responses = {**_faults(*AT_ALL), **responses}
    return {"operationId": name, "tags": [tag], "summary": summary, **more, "responses": responses}


def _answer(about: str, content: Json) -> Json:
    schemas = {media_type: {"schema": schema} for media_type, schema in content.items()}
    return {"description": about, "content": schemas}


def _fault(code: str) -> Json:
    return _answer(FAULTS[code], {
        "text/plain": {"type": "string"},
        "application/problem+json": {"$ref": "#/components/schemas/Problem"},
        "text/html": {"type": "string"},
    })  # fmt: skip


def _faults(*codes: str) -> Json:
    return {code: _fault(code) for code in codes}


def _media_types(offers: Sequence[Offer], schema: Json | None = None) -> Json:
    """Every name under which the offers can be had; those of JSON have the schema."""
    text = {"type": "string"}
    return {
        media_type: (schema or {}) if media_type.endswith("json") else text
        for offer in offers
        for media_type in (offer.media_type, *offer.also)
    }


# ------------------------------------------------------------------ stored queries


def _stored(query: StoredQuery) -> Json:
    content: Json = {"text/html": {"type": "string"}}
    if query.form == "CONSTRUCT":
        content |= _media_types(RDF)
    elif query.form == "ASK":
        content |= {"application/json": {"type": "boolean"}}
    else:
        content |= {
            "application/json": {"type": "array", "items": row_schema(query.returns)},
            "text/csv": {"type": "string"},
            "text/tab-separated-values": {"type": "string"},
            "application/sparql-results+json": QUERY_RESULT,
        }
    example = query.examples[0].params if query.examples else {}
    return _operation(
        query.name, "queries", query.summary,
        {"200": _answer("The answer.", content), **_faults("400", "404", "406", "422")},
        description=query.description or query.summary,
        parameters=[parameter_description(each, example.get(each.name)) for each in query.params],
    )  # fmt: skip


# ------------------------------------------------------------------ linked data


def _thing() -> Json:
    location = {"Location": {"description": "The page, or the data.", "required": True,
                             "schema": {"type": "string", "format": "uri-reference"}}}  # fmt: skip
    return {"get": _operation(
        "thing", "linked data", "A thing by its IRI: the way to its page or its data, by Accept.",
        {"303": {"description": "See the page or the data.", "headers": location},
         **_faults("404", "406")},
        parameters=[
            {"name": name, "in": "path", "required": True, "example": example,
             "schema": {"type": "string", "pattern": "^[a-z0-9-]+$"}}
            for name, example in (("kind", "model"), ("slug", "claude-3-5-sonnet"))
        ],
    )}  # fmt: skip


def _sparql() -> Json:
    graphs = [
        {"name": name, "in": "query", "required": False, "description": about,
         "schema": {"type": "array", "items": {"type": "string", "format": "iri"}}}
        for name, about in (
            ("default-graph-uri", "Graphs that make up the default graph; it is the union of all "
                                  "where nothing is given."),
            ("named-graph-uri", "Graphs that GRAPH reaches."),
        )
    ]  # fmt: skip
    query = {
        "name": "query", "in": "query", "required": False,
        "description": "A SPARQL 1.1 query. Without one: the description of the service.",
        "schema": {"type": "string"}, "example": EXAMPLE,
    }  # fmt: skip
    content = _media_types(RDF) | _media_types(SOLUTIONS, {}) | {"text/html": {"type": "string"}}
    found = {"200": _answer("The answer.", content)}
    form = {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}
    return {
        "get": _operation(
            "sparql-get", "linked data", "A SPARQL query (SPARQL 1.1 Protocol).",
            {**found, **_faults("400", "403", "406", "422")}, parameters=[query, *graphs],
        ),
        "post": _operation(
            "sparql-post", "linked data", "A SPARQL query (SPARQL 1.1 Protocol).",
            {**found, **_faults("400", "403", "406", "413", "415", "422")},
            parameters=graphs,
            requestBody={"required": True, "content": {
                "application/x-www-form-urlencoded": {"schema": form},
                "application/sparql-query": {"schema": {"type": "string"}},
            }},
        ),
    }  # fmt: skip


def _health(summary: str, faults: Sequence[str]) -> Json:
    name = "health" if "404" in faults else "readiness"
    return {"get": _operation(
        name, "about", summary, {"200": _answer("It does.", {"text/plain": {"type": "string"}}),
                                 **_faults(*(c for c in faults if c != "404"))},
    )}  # fmt: skip
