"""The catalogue of stored queries as one page of Markdown.

Everything on it comes from the headers, examples and their answers too, and these are tested.
"""

from __future__ import annotations

import keyword
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from modeldex.stored_query import RELEASE, Column, Example, Parameter, StoredQuery

RENEW = "modeldex query --format markdown > docs/queries.md"
INTRODUCTION = f"""\
# The stored queries

Each question is a file in `queries/`: plain SPARQL 1.1 under a header that gives its parameters,
its columns, and examples with their exact answers, which are tested on every engine. `$name` is a
parameter; its value is checked and written in by `modeldex query` and `dex.ask`, where `dex` is
`modeldex.open()`.

This page is made from the headers. To renew it: `{RENEW}`.
"""
_SPECIAL = re.compile(r"([\\`*_|<>\[\]])")
_TICKS = re.compile(r"`+")


def markdown(queries: Iterable[StoredQuery]) -> str:
    """The page: contents by tag, then each query in the order of their names.

    >>> from modeldex.packaged import folder
    >>> from modeldex.query_files import read_query
    >>> page = markdown([read_query(folder("queries") + "/release.rq")])
    >>> "modeldex query release" in page
    True
    """
    ordered = sorted(queries, key=lambda query: query.name)
    parts = [INTRODUCTION, *_contents(ordered)]
    for query in ordered:
        parts += _section(query)
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _contents(queries: Sequence[StoredQuery]) -> Iterator[str]:
    tags = sorted({tag for query in queries for tag in query.tags})
    for tag in tags:
        lines = [
            f"- [{_text(query.summary)}](#{query.name})" for query in queries if tag in query.tags
        ]
        yield f"**{_text(tag)}**\n\n" + "\n".join(lines)


def _section(query: StoredQuery) -> Iterator[str]:
    yield f"## {query.name}"
    yield f"**{_text(query.summary)}** {_text(query.description)}".rstrip()
    if query.params:
        yield _table(["parameter", "type", "default", "what it is"], map(_parameter, query.params))
    if query.returns:
        yield _table(["column", "type", "unit"], map(_column, query.returns))
    for engine, reason in query.faults.items():
        yield f"Not on {_text(engine)}: {_text(reason)}"
    if query.examples:
        yield from _example(query, query.examples[0])
    yield f"<details><summary>SPARQL</summary>\n\n{_fenced('sparql', query.sparql)}\n\n</details>"


def _parameter(parameter: Parameter) -> list[str]:
    kind = parameter.type_text + (f" ({parameter.kind})" if parameter.kind else "")
    choice = f" One of: {', '.join(parameter.values)}." if parameter.values else ""
    return [_code(parameter.name), _text(kind), _default(parameter),
            _text(parameter.description + "." * bool(choice) + choice)]  # fmt: skip


def _default(parameter: Parameter) -> str:
    if parameter.default is None:
        return "required"
    if (parameter.type, parameter.default) == ("date", RELEASE):
        return "the day of the release"
    given = parameter.default if isinstance(parameter.default, tuple) else (parameter.default,)
    return ", ".join(_code(each) if each else "empty" for each in given)


def _column(column: Column) -> list[str]:
    about = f": {_text(column.description)}" if column.description else ""
    return [_code(column.name) + about, column.type, _text(column.unit or "")]


def _example(query: StoredQuery, example: Example) -> Iterator[str]:
    yield _fenced("sh", command_line(query, example))
    yield _fenced("py", python_line(query, example))
    if query.form != "SELECT":
        yield _fenced("ttl", example.graph or "# no triples")
        return
    filled = [c.name for c in query.returns if any(c.name in row for row in example.rows)]
    if not filled:
        yield "No rows."
        return
    yield _table(filled, ([_text(row.get(name, "")) for name in filled] for row in example.rows))


def command_line(query: StoredQuery, example: Example) -> str:
    """The example as a command; each value of a list has a `-p` of its own."""
    words = ["modeldex", "query", query.name]
    for name, value in example.params.items():
        for each in value if isinstance(value, list | tuple) else [value]:
            words += ["-p", f"{name}={each}"]
    return shlex.join(words)


def python_line(query: StoredQuery, example: Example) -> str:
    """The example as a call in Python."""
    types = {parameter.name: parameter.type for parameter in query.params}
    words = [_quoted(query.name)]
    for name, value in example.params.items():
        many = isinstance(value, list | tuple)
        each = [_python(str(one), types[name]) for one in (value if many else [value])]
        given = f"[{', '.join(each)}]" if many else each[0]
        words.append(f"**{{{_quoted(name)}: {given}}}" if keyword.iskeyword(name) else
                     f"{name}={given}")  # fmt: skip
    return f"dex.ask({', '.join(words)})"


def _python(value: str, kind: str) -> str:
    if kind == "integer":
        return str(int(value))
    if kind == "boolean":
        return value.capitalize()
    return _quoted(value)


def _quoted(text: str) -> str:
    """A string in double quotes, as in the rest of the documentation."""
    return repr(text) if '"' in text or "\\" in text or not text.isprintable() else f'"{text}"'


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    ticks = "`" * (1 + max((len(run) for run in _TICKS.findall(text)), default=0))
    return f"{ticks}{' '.join(text.split())}{ticks}".replace("|", "\\|")


def _fenced(language: str, text: str) -> str:
    ticks = "`" * max(3, 1 + max((len(run) for run in _TICKS.findall(text)), default=0))
    return f"{ticks}{language}\n{text.strip(chr(10))}\n{ticks}"
