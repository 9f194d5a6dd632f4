"""Ad-hoc SPARQL over the dataset; SELECT, ASK, CONSTRUCT and DESCRIBE.

The default graph is the union of the graphs claims, evidence, entities, ontology, queries and
verified (prefix graph:); on an endpoint it is what the endpoint makes it, so name the graphs there.
The prefixes of Modeldex need not be declared. A query of the packaged data reaches no network.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from modeldex import packaged
from modeldex.answers import solutions_text, triples_text
from modeldex.engine import Triples
from modeldex.errors import BadInput
from modeldex.opening import declare_dataset, opened, seconds
from modeldex.tables import printable, text_table
from modeldex.terms import shorten
from modeldex.worker import SOLUTIONS, Answer, run_query

EXAMPLE = "modeldex sparql 'SELECT * { GRAPH graph:verified { ?model mdx:contextWindow ?tokens } }'"


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("query", metavar="QUERY", nargs="?", help="the query; - for standard input")
    parser.add_argument("-f", "--file", metavar="FILE", help="read the query from a file")
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=seconds, default=60.0, help="default: 60"
    )
    declare_dataset(parser)
    parser.add_argument(
        "--format", choices=["table", "json", "csv", "tsv", "xml", "turtle", "ntriples"],
        help="default: table, for triples turtle",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Run the query and print its answer."""
    query = _query(options)
    syntax = options.format if options.format in ("csv", "tsv", "xml") else "json"
    if options.endpoint is not None:
        answer = _remote_answer(query, syntax, options)
    else:
        answer = run_query(query, options.store or packaged.dataset(), syntax, options.timeout)
    if answer.form == "triples":
        if options.format not in (None, "turtle", "ntriples"):
            raise BadInput(
                f"--format {options.format} is for SELECT and ASK", remedy="use turtle or ntriples"
            )
        sys.stdout.write(answer.data.decode() if options.format == "ntriples"
                         else _turtle(answer.data))  # fmt: skip
    elif options.format in ("turtle", "ntriples"):
        raise BadInput(
            f"--format {options.format} is for CONSTRUCT", remedy="use table, json, csv, tsv or xml"
        )
    elif options.format in (None, "table"):
        print(_table(json.loads(answer.data)))
    else:
        text = answer.data.decode()
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
    return 0


def _remote_answer(query: str, syntax: str, options: argparse.Namespace) -> Answer:
    """The answer of an endpoint, in the form in which the worker gives its own."""
    import pyoxigraph as ox

    answer = opened(options).store.query(query)
    if isinstance(answer, bool):
        document = json.dumps({"head": {}, "boolean": answer})
        return Answer("boolean", (document if syntax == "json" else str(answer).lower()).encode())
    if isinstance(answer, Triples):
        return Answer("triples", triples_text(answer, "ntriples").encode() + b"\n")
    data = solutions_text(answer, "sparql-json").encode()
    if syntax != "json":
        results = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
        assert isinstance(results, ox.QuerySolutions)
        data = results.serialize(format=SOLUTIONS[syntax]) or b""
    return Answer("solutions", data)


def _query(options: argparse.Namespace) -> str:
    if (options.query is None) == (options.file is None):
        raise BadInput("give the query either as an argument or with -f FILE")
    try:
        if options.file:
            return Path(options.file).read_text("utf-8")
        return sys.stdin.read() if options.query == "-" else str(options.query)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", file=options.file) from None
    except UnicodeDecodeError:
        raise BadInput("not UTF-8", file=options.file, remedy="save it as UTF-8") from None


def _table(results: dict[str, object]) -> str:
    if "boolean" in results:
        return "yes" if results["boolean"] else "no"
    head, body = results["head"], results["results"]
    assert isinstance(head, dict)
    assert isinstance(body, dict)
    names = head["vars"]
    rows = [[_cell(binding.get(name)) for name in names] for binding in body["bindings"]]
    return text_table(rows, header=names) if rows else "no rows"


def _cell(term: dict[str, str] | None) -> str:
    if term is None:
        return ""
    value = shorten(term["value"]) if term["type"] == "uri" else " ".join(term["value"].split())
    return printable(value)


def _turtle(data: bytes) -> str:
    import pyoxigraph as ox

    quads = ox.parse(data, format=ox.RdfFormat.N_TRIPLES)
    return triples_text(Triples(tuple(quad.triple for quad in quads)), "turtle") + "\n"
