"""SPARQL text is put together in `binding`, and of shapes in `shacl`; the rest is in `queries/`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import modeldex

PACKAGE = Path(modeldex.__file__).parent
THE_ONE = PACKAGE / "binding.py"
OF_SHAPES = PACKAGE / "shacl"  # makes queries of our shapes, of nothing that users give

# What may stand outside: module and name or function, and why.
ALLOWED = {
    ("commands/sparql.py", "EXAMPLE"): "help for people, sent nowhere",
    ("endpoint.py", "_MANY"): "asks whether an endpoint cuts answers; about no fact",
    ("endpoint.py", "_VERY_MANY"): "as above",
    ("publish.py", "_DROP"): "empties a graph before it is sent anew; bound by binding.bind",
    ("rdflib_view.py", "GRAPHS"): "lists the named graphs; about no fact",
    ("publish.py", "_COUNT"): "counts what was sent; bound by binding.bind",
    ("publish.py", "_ABOUT"): "reads back what was sent; bound by binding.bind",
    ("server/app.py", "READY"): "asks whether a worker answers; about no fact",
    ("worker/nursery.py", "FIRST"): "warms up what every query needs; about no fact",
    ("workers/pool.py", "READY"): "asks whether a worker answers; about no fact",
    ("server/openapi.py", "EXAMPLE"): "an example for people",
    ("server/sparql_page.py", "EXAMPLE"): "an example for people, who may send it",
    ("shape_lint.py", "_prologue"): "a shape with its prefixes, parsed as validation will",
}

_HOLE = "\0"  # where a value goes
_QUERY_HOLE = "\1"  # where a query goes
_NAME = r"[?$][A-Za-z_]"
_SPARQL = re.compile(
    # A form or clause with its group: `{ ?s`, `{ <`, `{ }`, `{ ex:s a`, `{ GRAPH`.
    r"(?<![\w-])(?:SELECT|ASK|CONSTRUCT|DESCRIBE|WHERE|INSERT|DELETE|DATA|GRAPH|FILTER|OPTIONAL"
    r"|MINUS|UNION|VALUES|SERVICE|EXISTS)(?![\w-])[^{}]*\{\s*"
    rf"(?:{_NAME}|[<}}()\"\x00\x01]|\w+\s+{_NAME}|[\w-]*:[\w-]+\s+[\w?$<\x00]|(?:GRAPH|SELECT|VALUES|BIND|FILTER)\b)"
    # A clause with its variable.
    rf"|(?<![\w-])(?:SELECT|VALUES|BY|IN|FILTER|BIND|HAVING|DESCRIBE)\s*(?:DISTINCT\s)?[\s(!]*{_NAME}"
    rf"|\bAS\s+{_NAME}\w*\s*\)"
    # A prologue, but not Turtle's.
    r"|(?<![\w@-])(?:PREFIX\s+[\w\x00-]*:\s*<|BASE\s+<)"
    # Updates of whole graphs.
    r"|(?<![\w-])(?:DROP|CLEAR|LOAD|CREATE)\s+(?:SILENT\s+)?(?:ALL\b|NAMED\b|DEFAULT\b|GRAPH\b|<)"
    # A triple pattern with a variable.
    rf"|{_NAME}\w*\s+(?:a|[\w-]+:[\w-]+|<[^<>]+>|\x00)\s+(?:{_NAME}|[\w-]+:[\w-]|[<\"\x00])"
    # A query with something behind it.
    r"|\x01\W*(?:LIMIT|OFFSET|ORDER\s+BY|GROUP\s+BY|HAVING|VALUES)\b",
    re.IGNORECASE,
)


def faults(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, what happens, and the name or function it happens in, for all SPARQL in a module."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    constants = _constants(tree)
    reported: set[ast.AST] = set()
    for node in ast.walk(tree):  # from the outside to the inside: the whole before its parts
        if not isinstance(node, ast.expr | ast.AugAssign) or _is_comment(node, parents):
            continue
        if any(parent in reported for parent in _upwards(node, parents)):
            continue
        text = _text(node, constants)
        if text is not None and _SPARQL.search(text):
            reported.add(node)
            if isinstance(node, ast.Name):
                reported.discard(node)  # the use of a constant; what it says is told there
            else:
                how = "constant" if isinstance(node, ast.Constant) else "put together"
                yield node.lineno, how, _place(node, parents)


def _constants(tree: ast.Module) -> dict[str, str]:
    """What the names of constant strings stand for, wherever they are assigned."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    found[target.id] = node.value.value
    return found


def _text(node: ast.AST, constants: dict[str, str]) -> str | None:
    """The text that an expression makes, with holes for values; None if it makes none."""

    def part(inner: ast.AST) -> str:
        text = _text(inner, constants)
        if text is not None:
            return text
        name = getattr(inner, "id", None) or getattr(inner, "attr", None)
        return _QUERY_HOLE if name in ("query", "sparql", "bound") else _HOLE

    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id=name) if name in constants:
            return constants[name]
        case ast.JoinedStr(values=values):
            return "".join(part(value) for value in values)
        case ast.FormattedValue(value=value):
            return part(value)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return part(left) + part(right)
        case ast.AugAssign(target=target, op=ast.Add(), value=value):
            return part(target) + part(value)
        case ast.BinOp(left=left, op=ast.Mod()):
            text = _text(left, constants)
            return None if text is None else re.sub(r"%(?:\(\w+\))?[srdia]", _HOLE, text)
        case ast.Call(func=ast.Attribute(value=owner, attr=method), args=args):
            return _text_of_call(part(owner), method, args, part)
    return None


def _text_of_call(owner: str, method: str, args: list[ast.expr], part: object) -> str | None:
    assert callable(part)
    if method in ("format", "format_map"):
        return re.sub(r"(?<!\{)\{\w*\}(?!\})", _HOLE, owner).replace("{{", "{").replace("}}", "}")
    if method in ("replace", "substitute", "safe_substitute", "sub"):
        return owner + " " + " ".join(part(arg) for arg in args)
    if method == "join" and len(args) == 1:
        elements = args[0]
        if isinstance(elements, ast.List | ast.Tuple):
            return owner.join(part(element) for element in elements.elts)
        if isinstance(elements, ast.GeneratorExp | ast.ListComp):
            return owner.join([part(elements.elt)] * 2)
        return owner.join([_HOLE] * 2)
    return None


def _upwards(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[ast.AST]:
    while node in parents:
        node = parents[node]
        yield node


def _is_comment(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """A docstring: a string that is a statement of its own."""
    return isinstance(node, ast.Constant) and isinstance(parents.get(node), ast.Expr)


def _place(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    """The function, or the name at the top of the module, in which the expression stands."""
    place = ""
    for above in _upwards(node, parents):
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
            return above.name
        if isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name):
            place = above.targets[0].id
    return place


# ------------------------------------------------------------------ the promise


def test_sparql_is_put_together_in_one_place() -> None:
    """Outside `binding` and `shacl` there is no SPARQL, but for what is allowed with a reason."""
    apart = {THE_ONE, *OF_SHAPES.iterdir()}
    files = [path for path in sorted(PACKAGE.rglob("*.py")) if path not in apart]
    found = {
        (str(path.relative_to(PACKAGE)), place): f"{path.name}:{line}: SPARQL, {how}, in {place!r}"
        for path in files
        for line, how, place in faults(path.read_text("utf-8"))
    }
    assert len(files) > 30
    assert sorted(text for key, text in found.items() if key not in ALLOWED) == []
    assert sorted(ALLOWED.keys() - found.keys()) == [], "allowed, and no longer there"


def test_the_one_place_is_where_it_happens() -> None:
    """The lint sees the two functions of `binding` that write SPARQL around what they are given."""
    places = {place for _, _, place in faults(THE_ONE.read_text("utf-8"))}
    assert places == {"with_prefixes", "insert_data", "matching"}


CAUGHT = [
    'q = f"SELECT ?o WHERE {{ <{iri}> ?p ?o }}"',
    'q = f"select ?o where {{ {subject} ?p ?o }}"',
    'q = "ASK { <%s> ?p ?o }" % iri',
    'q = "ASK { %(s)s ?p ?o }" % values',
    'q = "ASK {{ {} ?p ?o }}".format(iri)',
    'q = "CONSTRUCT {{ {s} a {t} }} WHERE {{ }}".format(s=s, t=t)',
    'q = "DESCRIBE ?x WHERE { " + pattern + " }"',
    'q = "INSERT DATA { " + triples + " }"',
    'q = "DELETE WHERE { GRAPH <" + graph + "> { ?s ?p ?o } }"',
    'q = " ".join(["SELECT ?s WHERE {", pattern, "}"])',
    'q = "SELECT ?s { VALUES ?s { " + " ".join(iris) + " } }"',
    'q = " UNION ".join(f"{{ ?s a <{kind}> }}" for kind in kinds)',
    'q = "ASK { SUBJECT ?p ?o }".replace("SUBJECT", iri)',
    'q = "ASK { $s ?p ?o }"\nr = q.replace("$s", iri)',
    'Q = "SELECT ?s WHERE { ?s ?p %s }"\ndef f(x):\n    return Q % x',
    'q = string.Template("ASK { $s ?p ?o }").substitute(s=iri)',
    'q = text.replace("HERE", f"FILTER(?x = {value})")',
    'q = re.sub("HERE", f"FILTER(?x = {value})", text)',
    'q += f" FILTER(?year > {year})"',
    'q = f"PREFIX {name}: <{iri}> " + query',
    'q = f"{query} LIMIT {number}"',
    'q = query + " ORDER BY " + name',
    'q = self.sparql + " OFFSET 10"',
    'u = f"DROP GRAPH <{graph}>"',
    'u = "CLEAR ALL"',
    'u = f"LOAD <{url}>"',
    'p = f"?claim rdf:subject <{iri}> ."',
    'p = f"?claim <{iri}> ?value"',
    'q = """\n  select (count(*) as ?n)\n  { graph <urn:g> { ?s ?p ?o } }\n"""',
    'ask("SELECT ?s WHERE { ?s a mdx:Model }")',
]  # fmt: skip


@pytest.mark.parametrize("source", CAUGHT)
def test_each_way_to_put_sparql_together_is_found(source: str) -> None:
    """F-strings, `%`, `format`, `+`, `join`, `replace` and more; in upper and lower case."""
    assert list(faults(source))


PASSED = [
    'c.execute("SELECT answer FROM answers WHERE question = ? AND about = ?", (q, a))',
    'c.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", row)',
    'c.execute(f"SELECT * FROM {table} WHERE id IN ({marks})")',
    'c.execute("DELETE FROM t WHERE x = ?1 LIMIT 1")',
    'c.execute("SELECT a AS b FROM t GROUP BY a ORDER BY b DESC LIMIT " + str(n))',
    'c.execute("CREATE TABLE answers (question TEXT)")',
    'c.execute("DROP TABLE answers")',
    '"""Finds rows: SELECT ?s WHERE { ?s ?p ?o }."""',
    'def f():\n    """ASK { ?s ?p ?o }"""',
    'm = f"{name} is for SELECT and ASK; use {other}"',
    'm = f"the filter {name!r} selects no values; where is {other}?"',
    'm = "no value for the parameter " + name',
    't = f"@prefix {name}: <{iri}> ."',
    't = f"<{iri}> a <{kind}> ."',
    'c = "select { color:red } .where { margin:0 }"',
    'm = f"{{{key}: {value}}}"',
    'r = re.compile(r"\\\\b(SELECT|ASK|CONSTRUCT)\\\\b")',
]  # fmt: skip


@pytest.mark.parametrize("source", PASSED)
def test_what_is_no_sparql_is_let_pass(source: str) -> None:
    """SQL, Turtle, style sheets, docstrings, and prose with the same words."""
    assert list(faults(source)) == []
