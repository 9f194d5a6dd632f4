"""The OpenAPI description: true to what the server does, and no request breaks the server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from serving import Served, served_fixture  # noqa: F401 - a fixture

from modeldex.collection import packaged_questions
from modeldex.server.openapi import description

REQUESTS = 12  # made-up ones for each operation
# Left out: which names there are is told by the data, not by the description, and an empty field
# of a form is one that is not given.
LEFT_OUT = "positive_data_acceptance,negative_data_rejection"


def test_each_stored_query_is_described() -> None:
    """With its parameters, their types, defaults and an example, and the columns of a row."""
    questions = packaged_questions()
    document = description(questions, release="2026-06-30")
    paths = document["paths"]
    assert {path for path in paths if path.startswith("/queries/")} == {
        f"/queries/{query.name}" for query in questions
    }
    for query in questions:
        described = paths[f"/queries/{query.name}"]["get"]
        assert described["summary"] == query.summary
        assert [each["name"] for each in described["parameters"]] == [p.name for p in query.params]
        for each, parameter in zip(described["parameters"], query.params, strict=True):
            assert each["required"] == parameter.required
            assert parameter.description in each["description"]
        content = described["responses"]["200"]["content"]
        if query.form == "SELECT":
            row = content["application/json"]["schema"]["items"]
            assert row["required"] == [column.name for column in query.returns]
        assert {"400", "404", "406", "429", "503"} <= described["responses"].keys()


def test_each_operation_has_a_name_of_its_own() -> None:
    """Generators of clients make functions of them."""
    document = description(packaged_questions(), release="2026-06-30")
    names = [each["operationId"] for path in document["paths"].values() for each in path.values()]
    assert len(names) == len(set(names)) > 60


@pytest.fixture(scope="module")
def said(server: Served, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What schemathesis has to say of the server."""
    program = Path(sys.executable).parent / "schemathesis"
    done = subprocess.run(
        [program, "run", f"{server.address}openapi.json", "--max-examples", str(REQUESTS),
         "--generation-deterministic", "--no-color", "--checks", "all",
         "--exclude-checks", LEFT_OUT, "--continue-on-failure", "--request-timeout", "60",
         "--phases", "examples,coverage,fuzzing"],
        cwd=tmp_path_factory.mktemp("schemathesis"), capture_output=True, encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1", "COLUMNS": "200"}, check=False,
    )  # fmt: skip
    return f"{done.stdout}\n{done.stderr}\nended with {done.returncode}"


def test_no_request_breaks_the_server_and_it_does_as_it_says(said: str) -> None:
    """Thousands of requests, valid and broken: no 5xx, and what comes is what is described."""
    assert said.endswith("ended with 0"), said[-6000:]
    found = re.search(r"Tested: (\d+)", said)
    assert found
    assert int(found[1]) >= 66
    made = re.search(r"(\d+) generated", said)
    assert made
    assert int(made[1]) > 1000


def test_the_log_of_all_that_has_no_fault(said: str, server: Served) -> None:
    """No traceback, and no status of 500."""
    assert said
    assert not [line for line in server.lines() if "traceback" in line or line.get("status") == 500]
