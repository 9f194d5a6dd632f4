"""grlc reads the headers of the stored queries as they are.

grlc pins its libraries to exact versions, so it lives in an environment of its own, whose Python
`GRLC_PYTHON` names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from servers import missing

from modeldex.collection import questions_in
from modeldex.errors import BadQuery
from modeldex.store import Store

QUERIES = Path(__file__).parent.parent / "queries"
REMEDY = "python -m venv .grlc && .grlc/bin/pip install grlc, then set GRLC_PYTHON=.grlc/bin/python"
PROGRAM = """
import json, pathlib, sys
from grlc import gquery, swagger, utils
from grlc.fileLoaders import LocalLoader

loader = LocalLoader(sys.argv[1])
utils.getLoader = lambda *args, **kwargs: loader
headers = {}
for path in pathlib.Path(sys.argv[1]).glob("*.rq"):
    read = gquery.get_yaml_decorators(path.read_text("utf-8"))
    headers[path.stem] = {
        "summary": read["summary"], "description": read["description"], "tags": read["tags"],
        "names": [[part["name"] for part in read.get(key) or []] for key in ("params", "returns")],
        "examples": [list(each["params"]) for each in read.get("examples") or []],
    }
calls, _ = swagger.build_spec("", "")
kept = ("summary", "tags", "method")
offered = {call["call_name"].strip("/"): {key: call[key] for key in kept} for call in calls}
print("ANSWER" + json.dumps({"headers": headers, "calls": offered}))
"""


@pytest.fixture(scope="module")
def grlc(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the real grlc makes of the folder: the headers, and the calls of its web API."""
    python = os.environ.get("GRLC_PYTHON", sys.executable)
    done = subprocess.run(
        [python, "-c", PROGRAM, str(QUERIES)], cwd=tmp_path_factory.mktemp("grlc"),
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if "No module named 'grlc'" in done.stderr:
        missing("grlc", REMEDY)
    assert done.returncode == 0, done.stderr[-1000:]
    answer: dict[str, Any] = json.loads(done.stdout.partition("ANSWER")[2])
    return answer


def test_grlc_reads_every_header_as_we_do(grlc: dict[str, Any]) -> None:
    ours = {
        query.name: {
            "summary": query.summary,
            "description": query.description,
            "tags": list(query.tags),
            "names": [[part.name for part in query.params], [part.name for part in query.returns]],
            "examples": [list(each.params) for each in query.examples],
        }
        for query in questions_in(QUERIES)
    }
    assert len(ours) > 32
    # Quote what YAML 1.1 takes for true or false: "on", "yes", "no".
    assert grlc["headers"] == ours


def test_grlc_offers_every_query_that_is_sparql_without_values(grlc: dict[str, Any]) -> None:
    """A list for VALUES, or a LIMIT, is no SPARQL before its value is bound."""
    plain = {}
    for query in questions_in(QUERIES):
        try:
            Store.of([]).query(query.sparql)
        except BadQuery:
            assert any(each.many or each.type in ("integer", "iri") for each in query.params)
        else:
            plain[query.name] = {
                "summary": query.summary,
                "tags": list(query.tags),
                "method": "get",
            }
    assert len(plain) > 20
    assert grlc["calls"] == plain
