"""The house: imports only go down, and short commands import little."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import modeldex

PACKAGE = Path(modeldex.__file__).parent

FLOORS = (
    {
        "errors",
        "frozen",
        "terms",
        "facts",
        "names",
        "packaged",
        "partial_date",
        "iri",
        "rows",
        "stored_query",
    },
    {
        "dates",
        "literals",
        "status",
        "weighing",
        "officials",
        "hindsight",
        "answer",
        "lifecycle",
        "standing",
        "disagreement",
        "nearness",
    },
    {
        "reading",
        "json_reading",
        "serializing",
        "writing",
        "manifest",
        "engine",
        "store",
        "rdflib_store",
        "rdflib_view",
        "endpoint",
        "results",
        "transport",
        "deadline",
        "credentials",
        "lookup",
        "index",
        "records",
        "binding",
        "values",
        "query_files",
        "worker",
        "workers",
    },
    {
        "importers",
        "conflicts",
        "shacl",
        "derive",
        "descriptions",
        "build",
        "validation",
        "validation_results",
        "integrity",
        "shape_lint",
        "dex",
        "naming",
        "questions",
        "collection",
        "query_lint",
        "query_examples",
        "query_catalogue",
        "query_docs",
        "publish",
        "exports",
        "scan",
        "__init__",
    },
    {
        "cli",
        "tables",
        "wording",
        "answers",
        "opening",
        "commands",
        "reports",
        "web",
        "server",
        "__main__",
    },
)
HEAVY = {"rdflib", "pyshacl", "SPARQLWrapper", "pyoxigraph", "dataclasses", "click", "rich",
         "inspect", "typing_extensions"}  # fmt: skip
WEB = {"http", "urllib.request", "socket", "_socket", "ssl", "_ssl", "asyncio", "email", "ftplib",
       "smtplib", "xmlrpc", "webbrowser"}  # fmt: skip
SHORT = (
    ["show", "Claude 3.5 Sonnet"],
    ["show", "gpt-4o", "--format", "json"],
    ["show", "gpt-4o", "--format", "csv"],
    ["why", "claude-3-5-sonnet", "knowledge cutoff"],
    ["find", "--min-context", "100000", "--input", "image"],
    ["compare", "claude-3-5-sonnet", "gpt-4o"],
    ["--help"],
    ["--version"],
)


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name without `modeldex.`."""
    return {
        str(path.relative_to(PACKAGE).with_suffix("")).replace("/", "."): path
        for path in sorted(PACKAGE.rglob("*.py"))
        if "dataset" not in path.parts
    }


def floor_of(module: str) -> int:
    """The floor on which a module stands; every module has one."""
    name = module.split(".")[0]
    found = [number for number, floor in enumerate(FLOORS) if name in floor]
    assert len(found) == 1, f"{module} stands on no floor, or on two: see FLOORS"
    return found[0]


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and module of every import of Modeldex's own, wherever it stands in the file."""
    known = modules()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            parts = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name.removeprefix("modeldex.") in known else str(node.module)
                     for name in parts]  # fmt: skip
            if node.module == "modeldex" and [a.name for a in node.names] == ["__version__"]:
                continue
        else:
            continue
        for name in names:
            if name == "modeldex":
                yield node.lineno, "__init__"
            elif name.startswith("modeldex."):
                yield node.lineno, name.removeprefix("modeldex.")


def test_imports_only_go_down() -> None:
    """No module imports from a floor above its own, at its top or within a function."""
    upwards = [
        f"{path}:{line}: {name} imports {other}"
        for name, path in modules().items()
        for line, other in imported(path)
        if floor_of(other) > floor_of(name)
    ]
    assert len(modules()) > 25
    assert sum(len(list(imported(path))) for path in modules().values()) > 80
    assert upwards == []


def test_no_module_imports_itself_in_a_circle() -> None:
    """On one floor too, imports form no circle."""
    graph = {name: {other for _, other in imported(path)} for name, path in modules().items()}
    waiting = dict(graph)
    while waiting:
        free = [name for name, others in waiting.items() if not others & waiting.keys()]
        assert free, f"a circle among {sorted(waiting)}"
        for name in free:
            del waiting[name]
    assert len(graph) > 25


def test_every_floor_is_inhabited() -> None:
    """No name on a floor is that of a module that is gone."""
    known = {name.split(".")[0] for name in modules()}
    assert set().union(*FLOORS) <= known


@pytest.mark.parametrize("words", SHORT, ids=lambda words: " ".join(words[:1] + words[2:]))
def test_short_commands_import_little(words: list[str], environment: dict[str, str]) -> None:
    """On the way to an answer neither an RDF library nor anything of the web is imported."""
    program = (
        "import sys\nfrom modeldex.cli import main\ncode = main(sys.argv[1:])\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\nsys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c",
         f"import sys; sys.path.insert(0, {environment['PYTHONPATH']!r})\n{program}", *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-300:]
    assert done.stdout
    loaded = set(done.stderr.split())
    assert "modeldex.cli" in loaded
    tops = {name.split(".")[0] for name in loaded}
    assert not (tops | loaded) & (HEAVY | WEB)


def test_importing_modeldex_imports_nothing_else_of_it(environment: dict[str, str]) -> None:
    """`import modeldex` alone is next to free."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c",
         f"import sys; sys.path.insert(0, {environment['PYTHONPATH']!r})\nimport modeldex\n"
         "print([name for name in sys.modules if name.startswith('modeldex')])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "['modeldex']"


def test_nothing_but_validation_needs_rdflib(environment: dict[str, str]) -> None:
    """Reading, building and querying do without rdflib and pyshacl."""
    program = (
        "import sys, modeldex.build, modeldex.dex, modeldex.worker, modeldex.commands.sparql\n"
        "print(sorted({'rdflib', 'pyshacl', 'SPARQLWrapper'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], env=environment,
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.strip() == "[]"
