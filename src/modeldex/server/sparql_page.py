"""The SPARQL endpoint for people: a form, and the answer as a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from modeldex.terms import PREFIXES, shorten
from modeldex.web.render import web_address
from modeldex.web.view import MOST_ROWS, Page

if TYPE_CHECKING:
    from modeldex.server.subject import Subject
    from modeldex.workers import Answer

EXAMPLE = """\
SELECT ?model ?tokens WHERE {
  GRAPH graph:verified { ?model mdx:contextWindow ?tokens }
}
ORDER BY DESC(?tokens)
"""
FORMATS = (
    ("", "a table"), ("text/csv", "CSV"), ("text/tab-separated-values", "TSV"),
    ("application/sparql-results+json", "JSON"), ("application/sparql-results+xml", "XML"),
    ("text/turtle", "Turtle"), ("application/ld+json", "JSON-LD"),
    ("application/n-triples", "N-Triples"), ("application/rdf+xml", "RDF/XML"),
)  # fmt: skip
Cell = tuple[str, str | None]


def sparql_page(
    subject: Subject, query: str | None = None, answer: Answer | None = None,
    fault: str | None = None, root: str = "",
) -> bytes:  # fmt: skip
    """The page with the form; with an answer, or with what is wrong.

    Solutions are given in JSON and triples in Turtle. `root` leads to the root of the site.
    """
    values: dict[str, Any] = {
        "query": query or EXAMPLE, "formats": FORMATS, "prefixes": sorted(PREFIXES.items()),
        "fault": fault, "names": None, "rows": [], "total": 0, "triples": None, "truth": None,
    }  # fmt: skip
    if answer is not None and answer.form == "triples":
        values["triples"] = answer.data.decode()
    elif answer is not None:
        document = json.loads(answer.data)
        if answer.form == "boolean":
            values["truth"] = document["boolean"]
        else:
            bindings = document["results"]["bindings"]
            names = document["head"]["vars"]
            values |= {"names": names, "total": len(bindings)}
            values["rows"] = [
                [_cell(subject, row.get(name), root) for name in names]
                for row in bindings[:MOST_ROWS]
            ]
    about = "Ask the dataset anything, in SPARQL."
    path = "sparql/" if root else "sparql"
    return subject.pages.page(path, Page("sparql.html", "SPARQL", about, values))


def _cell(subject: Subject, term: dict[str, Any] | None, root: str) -> Cell:
    """What is shown of a term, and where it leads: to its page, or to the web."""
    if term is None:
        return "", None
    if term["type"] != "uri":
        value = term["value"]
        if isinstance(value, dict):
            value = json.dumps(value)
        return (f"_:{value}" if term["type"] == "bnode" else value), None
    iri = term["value"]
    page = subject.pages.path_of(iri) if subject.said.exists(iri) else None
    return shorten(iri), root + page if page else web_address(iri)
