"""Ask a stored query; without a name, list them.

A parameter is given as -p key=value: a thing by name, API ID or IRI, a date as YYYY-MM-DD, a
list with commas or by giving the parameter again.
"""

from __future__ import annotations

import json
import sys

from modeldex import answers, packaged
from modeldex.errors import BadInput
from modeldex.opening import declare_dataset, opened, seconds
from modeldex.tables import fitted, heading, printable, text_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from modeldex.dex import Modeldex
    from modeldex.engine import Answer
    from modeldex.questions import Questions
    from modeldex.stored_query import StoredQuery

EXAMPLE = "modeldex query retired-api-ids -p by=2026-06-30"


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="the query")
    parser.add_argument("-p", "--param", metavar="KEY=VALUE", action="append", default=[],
                        help="a parameter; may be given again")  # fmt: skip
    parser.add_argument("--describe", action="store_true", help="what it asks, takes and gives")
    parser.add_argument("--show-sparql", action="store_true",
                        help="print the SPARQL, with the parameters if any are given")  # fmt: skip
    parser.add_argument("--example", action="store_true",
                        help="print the answer as an example for the header")  # fmt: skip
    parser.add_argument("--queries", metavar="DIR", help="a folder of .rq files of your own")
    parser.add_argument("--timeout", metavar="SECONDS", type=seconds, default=60.0,
                        help="for --queries, --store and --endpoint; default: 60")  # fmt: skip
    declare_dataset(parser)
    parser.add_argument(
        "--format", choices=[*answers.ROW_FORMATS, *answers.TRIPLE_FORMATS],
        help="default: table; json gives plain records, sparql-json RDF terms; for triples turtle",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """List, describe or run."""
    queries = _questions(options.queries)
    if options.name is None:
        if options.param:
            raise BadInput("parameters, and no query", remedy="give its name first")
        print(_listed(queries, options.format))
        return 0
    query = queries[options.name]
    values = parameters(query, options.param)
    if options.describe:
        print(_described(query, options.format))
    elif options.show_sparql and not values:
        print(query.sparql.rstrip("\n"))
    else:
        dex = opened(options)
        sparql = dex.bound(query, values)
        if options.show_sparql:
            print(sparql.rstrip("\n"))
        else:
            _print(query, values, _answer(dex, sparql, options), options)
    return 0


def _questions(folder: str | None) -> Questions:
    from modeldex.collection import packaged_questions, questions_in

    return packaged_questions() if folder is None else questions_in(folder)


def parameters(query: StoredQuery, words: list[str]) -> dict[str, object]:
    """The parameters given as `key=value`; one that is given again is a list."""
    lists = {parameter.name for parameter in query.params if parameter.many}
    values: dict[str, object] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise BadInput(f"-p {word[:60]!r} has no =", remedy="write -p key=value")
        if key not in values:
            values[key] = value
        elif key in lists:
            before = values[key]
            values[key] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            raise BadInput(f"the parameter {key!r} is given twice")
    return values


def _answer(dex: Modeldex, sparql: str, options: argparse.Namespace) -> Answer:
    """The engine's answer; what may take long runs in a process that can be stopped."""
    if options.endpoint is None and (options.queries or options.store):
        from modeldex.worker import LimitedStore

        folder = options.store or packaged.dataset()
        return LimitedStore(folder, options.timeout).query(sparql)
    return dex.store.query(sparql)


def _print(
    query: StoredQuery, values: dict[str, object], answer: Answer, options: argparse.Namespace
) -> None:
    from modeldex.engine import Solutions, Triples
    from modeldex.questions import answer_of, normal_terms

    if isinstance(answer, bool):
        print(json.dumps(answer) if options.format else "yes" if answer else "no")
        return
    if options.example:
        from modeldex.query_examples import as_example

        typed = answer_of(query, answer)
        assert not isinstance(typed, bool)
        print(as_example(query, values, typed))
    elif isinstance(answer, Triples):
        print(answers.triples_text(answer, options.format or "turtle"))
    elif options.format in answers.TRIPLE_FORMATS:
        raise BadInput(
            f"--format {options.format} is for CONSTRUCT",
            remedy=f"use {', '.join(answers.ROW_FORMATS)}",
        )
    elif options.format in ("sparql-json", "tsv"):
        assert isinstance(answer, Solutions)
        print(answers.solutions_text(normal_terms(query, answer), options.format))
    else:
        from modeldex.rows import Rows

        rows = answer_of(query, answer)
        assert isinstance(rows, Rows)
        print(answers.rows_text(rows, options.format or "table"))
        if not len(rows) and options.format in ("csv", "markdown"):
            print("no rows", file=sys.stderr)


def _listed(queries: Questions, syntax: str | None) -> str:
    if syntax == "json":
        from modeldex.stored_query import to_record

        return json.dumps([to_record(query) for query in queries], indent=2, ensure_ascii=False)
    if syntax == "markdown":
        from modeldex.query_docs import markdown

        return markdown(queries).rstrip("\n")
    if syntax not in (None, "table"):
        raise BadInput(f"the list has no --format {syntax}", remedy="use table, json or markdown")
    return text_table([(query.name, printable(query.summary)) for query in queries],
                      header=("query", "question"))  # fmt: skip


def _described(query: StoredQuery, syntax: str | None) -> str:
    if syntax == "json":
        from modeldex.stored_query import to_record

        return json.dumps(to_record(query), indent=2, ensure_ascii=False)
    lines = [heading(query.name), fitted(query.summary)]
    if query.description:
        lines += ["", fitted(query.description)]
    for title, rows in (
        ("parameters", [
            (p.name, p.type_text, _default(p.default), p.description + _choice(p.values))
            for p in query.params
        ]),
        ("columns", [(c.name, c.type, c.unit or "", c.description or "") for c in query.returns]),
    ):  # fmt: skip
        if rows:
            lines += ["", heading(title), text_table(rows)]
    for reason in (f"on {engine}: {why}" for engine, why in query.faults.items()):
        lines += ["", fitted(reason)]
    if query.examples:
        words = "".join(f" -p {_quoted(f'{key}={_joined(value)}')}"
                        for key, value in query.examples[0].params.items())  # fmt: skip
        lines += ["", f"example: modeldex query {query.name}{words}"]
    return "\n".join(lines)


def _default(default: object) -> str:
    if default is None:
        return "required"
    return f"default: {_joined(default) or repr('')}"


def _choice(values: tuple[str, ...]) -> str:
    return f" (one of: {', '.join(values)})" if values else ""


def _joined(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
