"""`modeldex scan`: what it tells of IDs in files, and when it fails."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

import modeldex
from modeldex.cli import main
from modeldex.reports.objects import as_object
from modeldex.reports.report import Report
from modeldex.scan.findings import Facts, Judge
from modeldex.scan.ids import known_ids
from modeldex.scan.matching import Finder

ROOT = Path(__file__).parent.parent
DAY = "2026-08-21"
RETIRED = 'model = "claude-opus-4-20250514"\n'
RETIRING = 'model = "gpt-4-0613"\n'
LIVE = 'model = "claude-opus-4-6"\n'
AZURE = 'model = "azure/gpt-4-0314"\n'

Out = pytest.CaptureFixture[str]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, where one stands."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scanned(out: Out, *words: str, code: int | None = None) -> dict[str, object]:
    """The report of a scan of the folder where one stands."""
    got = main(["scan", ".", "--by", DAY, "--format", "json", *words])
    assert code in (None, got)
    report = json.loads(out.readouterr().out)
    assert isinstance(report, dict)
    return report


def events(out: Out, *words: str) -> list[str]:
    return [each["event"] for each in scanned(out, *words)["findings"]]  # type: ignore[attr-defined]


def test_a_retired_id_is_told_with_place_source_and_replacement(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text("import anthropic\n" + RETIRED)
    assert main(["scan", ".", "--by", DAY]) == 1
    out, err = capsys.readouterr()
    assert out == (
        "app.py:2:10: claude-opus-4-20250514: retired since 2026-06-15 on Anthropic API "
        "(verified, first hand); use claude-opus-4-8 (official); Anthropic: model deprecations, "
        "as of 2026-08-21, official, "
        "https://platform.claude.com/docs/en/about-claude/model-deprecations\n"
    )
    assert "1 file scanned: 1 finding in 1 file, 1 of them fail" in err


def test_the_demand_decides_what_fails(tree: Path, capsys: Out) -> None:
    codes = {}
    for name, text in (("retired", RETIRED), ("retiring", RETIRING), ("azure", AZURE),
                       ("live", LIVE)):  # fmt: skip
        (tree / "app.py").write_text(text)
        codes[name] = [
            main(["scan", ".", "--by", DAY, "--fail-on", demand])
            for demand in ("retired", "retiring", "unconfirmed")
        ]
    assert codes == {"retired": [1, 1, 1], "retiring": [0, 1, 1], "azure": [0, 0, 1],
                     "live": [0, 0, 0]}  # fmt: skip


def test_the_window_decides_what_is_near(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text(RETIRING)  # on 2026-10-23
    assert events(capsys, "--within", "62d") == []
    assert events(capsys, "--within", "63d") == ["retiring"]
    assert events(capsys, "--within", "9w") == ["retiring"]
    assert events(capsys, "--within", "0", "--all") == ["later"]


def test_a_plan_whose_day_has_passed_is_due_and_not_retired(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text(RETIRING)
    assert main(["scan", ".", "--by", "2026-11-25", "--fail-on", "retired"]) == 0
    assert "was due to retire on 2026-10-23" in capsys.readouterr().out


def test_a_bound_is_never_a_retirement(tree: Path, capsys: Out) -> None:
    """Not sooner than: silent without an announcement; with one, in those words."""
    (tree / "live.py").write_text(LIVE)  # not sooner than 2027-02-05
    assert events(capsys, "--by", "2028-01-01") == []
    (tree / "live.py").write_text('model = "gemini/gemini-2.0-flash"\n')  # not before 2026-06-01
    found = scanned(capsys)["findings"]
    assert [each["event"] for each in found] == ["announced"]  # type: ignore[attr-defined]
    assert "retirement announced, not before 2026-06-01" in found[0]["message"]  # type: ignore[index]


def test_every_event_of_the_dataset_keeps_bounds_apart() -> None:
    """Of all IDs: what is told as retired rests on a claim that says so, never on a bound."""
    dex = modeldex.open()
    facts = Facts(dex, by="2027-06-30", until="2027-09-30")
    seen = {}
    for each in known_ids(dex):
        for offering, platform in each.offerings:
            event = facts.event(offering, platform)
            said = event.claim.fact_property.name if event.claim else None
            seen.setdefault(event.event, set()).add(said)
    assert seen["retired"] <= {"retiredOn", "lifecycleState"}
    assert seen["due"] == {"retirementPlanned"}
    assert seen["announced"] == {"retirementAnnounced"}
    assert sum(map(len, seen.values())) >= 5


def test_where_the_platform_is_not_told_each_is_listed_and_the_worst_decides(
    tree: Path, capsys: Out
) -> None:
    (tree / "app.py").write_text('model = "gemini-2.0-flash"\n')
    (found,) = scanned(capsys, code=1)["findings"]  # type: ignore[misc]
    assert not found["platformTold"]
    assert [event["event"] for event in found["events"]] == ["retired", "announced"]
    assert "the code does not tell the platform" in found["message"]
    for name in ("gemini-api", "Gemini API"):
        (found,) = scanned(capsys, "--platform", name)["findings"]  # type: ignore[misc]
        assert found["event"] == "announced"


def test_a_platform_that_only_code_knows_can_be_named(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text(RETIRING)
    for name in ("azure", "azure-openai", "Azure OpenAI"):
        assert events(capsys, "--platform", name) == ["elsewhere"]


def test_a_platform_that_nothing_is_known_of_is_no_retirement(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text(AZURE)
    (found,) = scanned(capsys)["findings"]  # type: ignore[misc]
    assert (found["event"], found["level"], found["fails"]) == ("elsewhere", "note", False)
    assert "retired since 2026-03-26 on OpenAI API" in found["message"]


def test_what_is_well_elsewhere_is_nothing_to_tell(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text('model = "azure/gpt-5.6-sol"\n')
    assert events(capsys) == []
    (found,) = scanned(capsys, "--all", "--fail-on", "unconfirmed")["findings"]  # type: ignore[misc]
    assert (found["event"], found["fails"]) == ("unclear", False)


def test_what_looks_like_an_id_is_listed_apart_on_request(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text('a = "claude-opus-4-20259999"\n' + RETIRED)
    assert len(events(capsys)) == 1
    assert main(["scan", ".", "--by", DAY, "--unknown"]) == 1
    lines = capsys.readouterr().out.split("\n")
    assert [bool(line) for line in lines] == [True, False, True, False]
    assert "app.py:1:6: claude-opus-4-20259999: looks like" in lines[2]


def test_a_replacement_that_is_gone_is_followed(capsys: Out) -> None:
    """No replacement of any ID is retired or due itself, and those on the way are named."""
    dex = modeldex.open()
    facts = Facts(dex, by="2026-11-25", until="2026-11-25")
    followed = 0
    for each in known_ids(dex):
        for offering, platform in each.offerings:
            event = facts.event(offering, platform)
            for way in event.replacements:
                assert facts.stands(way.offering).state not in ("retired", "due")
                followed += bool(way.via)
    assert followed >= 10


def test_an_alias_is_told_apart_from_its_snapshot(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text('model = "gpt-4"\n')
    (found,) = scanned(capsys)["findings"]  # type: ignore[misc]
    assert found["events"][0]["aliasOf"] == "gpt-4-0613"
    assert found["fix"] is None


def test_the_keys_of_the_json_are_those_documented(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text('a = "gpt-4-1106-preview"\n' + RETIRED + AZURE)
    report = scanned(capsys, "--all")
    page = (ROOT / "docs" / "scan.md").read_text("utf-8").partition("\n## JSON")[2]
    documented = {
        key for row in re.findall(r"^\| (`.*) \|$", page.partition("\n## ")[0], re.MULTILINE)
        for key in re.findall(r"`([a-z]\w+)`", row)
    }  # fmt: skip
    printed: set[str] = set()

    def collect(value: object) -> None:
        if isinstance(value, dict):
            printed.update(value)
            for each in value.values():
                collect(each)
        elif isinstance(value, list):
            for each in value:
                collect(each)

    collect(report)
    printed -= set(report["skipped"])  # type: ignore[call-overload]
    assert printed <= documented
    assert documented - printed <= {"error", "warning", "note", "null"}


def test_a_contested_retirement_says_so(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text('model = "gpt-4-1106-preview"\n')
    (found,) = scanned(capsys)["findings"]  # type: ignore[misc]
    assert found["events"][0]["against"]
    assert "said otherwise" in found["message"]


def test_a_baseline_holds_back_what_was_there_though_lines_move(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text(RETIRED)
    assert main(["scan", ".", "--by", DAY, "--write-baseline", "base.json"]) == 0
    first = (tree / "base.json").read_bytes()
    (tree / "app.py").write_text("\n\n" + RETIRED)
    report = scanned(capsys, "--baseline", "base.json", code=0)
    assert (report["findings"], report["inBaseline"]) == ([], 1)
    (tree / "app.py").write_text(RETIRED + RETIRED)
    report = scanned(capsys, "--baseline", "base.json", code=1)
    assert [each["line"] for each in report["findings"]] == [2]  # type: ignore[attr-defined]
    (tree / "app.py").write_text("\n" + RETIRED)
    assert main(["scan", ".", "--by", DAY, "--write-baseline", "base.json"]) == 0
    assert (tree / "base.json").read_bytes() == first


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"version": 2, "findings": []}', '{"version": 1, "findings": [{}]}',
             '{"version": 1, "findings": [{"path": 1, "id": "", "event": "", "count": 1}]}',
             '{"version": 1}', "\0", "[" * 100_000]
)  # fmt: skip
def test_a_broken_baseline_is_one_line(tree: Path, capsys: Out, text: str) -> None:
    (tree / "base.json").write_text(text)
    assert main(["scan", ".", "--baseline", "base.json"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("modeldex: base.json: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere"], "nowhere: no such file or folder"),
        ([".", "--by", "2026-13-01"], "--by: not a day: '2026-13-01'"),
        ([".", "--by", "20260101"], "--by: not a day"),
        ([".", "--within", "soon"], "not a span of days: 'soon'"),
        ([".", "--max-size", "0"], "not a number of bytes"),
        ([".", "--platform", "nobody's"], "no platform named"),
        ([".", "--write"], "--write changes files only with --fix"),
        ([".", "--baseline", "none.json"], "none.json: cannot be read"),
        ([".", "-o", "no/such/folder/x"], "cannot be written"),
    ],
)
def test_what_is_wrong_is_one_line(tree: Path, capsys: Out, words: list[str], says: str) -> None:
    assert main(["scan", *words]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1


def test_the_end_of_time_is_no_error(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text(LIVE)
    assert events(capsys, "--by", "9999-12-31", "--within", "99999") == []


def test_what_was_skipped_is_counted(tree: Path, capsys: Out) -> None:
    (tree / ".git").mkdir()
    (tree / ".gitignore").write_text("out/\n")
    (tree / "out").mkdir()
    (tree / "out" / "a.py").write_text(RETIRED)
    (tree / "b.bin").write_bytes(b"\0" + RETIRED.encode())
    (tree / "large.txt").write_text(RETIRED * 100)
    (tree / "link.py").symlink_to(tree / "out" / "a.py")
    os.mkfifo(tree / "pipe")
    report = scanned(capsys, "--max-size", "1000", code=0)
    assert report["skipped"] == {
        "binary": 1, "ignored": 1, "link": 1, "not a regular file": 1, "too large": 1
    }  # fmt: skip
    assert len(events(capsys, "--no-gitignore")) == 101
    assert len(events(capsys, "--no-gitignore", "--exclude", "large.*")) == 1


def test_an_ignore_comment_silences_its_line(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text(RETIRED[:-1] + "  # modeldex: ignore\n")
    assert events(capsys) == []


def test_github_commands_are_escaped(tree: Path, capsys: Out) -> None:
    folder = tree / "a,b:c%d"
    folder.mkdir()
    (folder / "app.py").write_text(RETIRED)
    assert main(["scan", ".", "--by", DAY, "--format", "github"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    command, place, message = re.fullmatch(r"::(\w+) (.*?)::(.*)", line).groups()  # type: ignore[union-attr]
    assert command == "error"
    assert "file=a%2Cb%3Ac%25d/app.py,line=1,endLine=1,col=10,endColumn=32," in place
    assert message.startswith("claude-opus-4-20250514: retired since 2026-06-15")


def test_control_characters_in_paths_do_not_reach_the_terminal(tree: Path, capsys: Out) -> None:
    (tree / "a\x1b[31m\n.py").write_text(RETIRED)
    main(["scan", ".", "--by", DAY])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert out.count("\n") == 1


def test_a_path_that_is_no_text_is_printed_in_every_format(tree: Path, run) -> None:  # type: ignore[no-untyped-def]
    Path(os.fsdecode(os.fsencode(tree) + b"/caf\xe9.py")).write_text(RETIRED)
    for name in ("text", "json", "sarif", "github"):
        done = run("scan", ".", "--by", DAY, "--format", name, cwd=tree)
        assert done.returncode == 1
        assert "claude-opus-4-20250514" in done.stdout
        if name in ("json", "sarif"):
            json.loads(done.stdout)


def test_standard_input_is_read(tree: Path, run) -> None:  # type: ignore[no-untyped-def]
    done = run("scan", "-", "--by", DAY, stdin=RETIRED, cwd=tree)
    assert done.returncode == 1
    assert done.stdout.startswith("-:1:10: claude-opus-4-20250514: retired since")


def test_a_reader_that_goes_away_is_no_error(tree: Path, environment: dict[str, str]) -> None:
    (tree / "app.py").write_text(RETIRED * 5000)
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {os.sys.executable} -m modeldex scan . | head -1"],  # type: ignore[attr-defined]
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 141
    assert "Traceback" not in done.stderr


def test_findings_go_to_a_file_whole(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_text(RETIRED)
    assert main(["scan", "app.py", "--by", DAY, "--format", "json", "-o", "out.json"]) == 1
    assert capsys.readouterr().out == ""
    assert len(json.loads((tree / "out.json").read_text())["findings"]) == 1


def test_a_new_fact_is_a_new_finding_without_a_change_of_code(
    checkout: Path, tmp_path: Path
) -> None:
    from modeldex.build import build
    from modeldex.dex import Modeldex

    (checkout / "data" / "new.ttl").write_text(NEW, "utf-8")
    build(checkout, tmp_path / "built")
    dex = Modeldex.open(tmp_path / "built")
    ids = known_ids(dex)
    judge = Judge(Facts(dex, by=DAY, until="2026-11-19"), ids)
    found = [
        judge.finding("a", each) for each in Finder(ids).occurrences(b'x = "newmodel-9-20260101"')
    ]
    assert [each.worst.event for each in found if each] == ["retired"]
    report = Report(tuple(each for each in found if each), DAY, DAY, DAY, "retiring", 1, {}, 0, ())
    (said,) = as_object(report)["findings"]
    # Nobody official says so, and the two replacements name one another.
    assert (said["fails"], said["level"], said["fix"]) == (False, "warning", None)
    assert said["events"][0]["retiredReplacements"] == ["newmodel-9-20260102"]
    assert said["events"][0]["basis"] == "thirdParty"


def test_the_action_runs_what_it_says(tree: Path, environment: dict[str, str]) -> None:
    """The step of the action, as the runner would run it; no input reaches the shell as code."""
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    install, scan = action["runs"]["steps"]
    assert "${{" not in install["run"] + scan["run"]
    (tree / "app.py").write_text(RETIRED)
    program = tree / "modeldex" / "bin" / "modeldex"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {os.sys.executable} -m modeldex "$@"\n')  # type: ignore[attr-defined]
    program.chmod(0o755)
    given = {"path": "app.py $(touch hacked)", "args": action["inputs"]["args"]["default"]}
    values = {name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda m: given[m[1]], text)
              for name, text in scan["env"].items()}  # fmt: skip
    for path, code in ((given["path"], 2), ("./\napp.py", 1)):
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", scan["run"]], cwd=tree, capture_output=True,
            text=True, check=False,
            env=environment | values | {"MODELDEX_PATH": path, "RUNNER_TEMP": str(tree)},
        )  # fmt: skip
        assert done.returncode == code, done.stderr
    assert done.stdout.startswith("::error file=app.py,line=1,")
    assert not (tree / "hacked").exists()


def test_the_hook_names_a_command_that_there_is() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["entry"] == "modeldex scan"
    assert hook["language"] == "python"


NEW = """\
@prefix mdx: <https://w3id.org/modeldex/vocab#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix model: <https://w3id.org/modeldex/id/model/> .
@prefix offering: <https://w3id.org/modeldex/id/offering/> .
@prefix provider: <https://w3id.org/modeldex/id/provider/> .
@prefix platform: <https://w3id.org/modeldex/id/platform/> .
@prefix publisher: <https://w3id.org/modeldex/id/publisher/> .
@prefix source: <https://w3id.org/modeldex/id/source/> .
@prefix evidence: <https://w3id.org/modeldex/id/evidence/> .
@prefix claim: <https://w3id.org/modeldex/id/claim/> .

publisher:somebody a mdx:Publisher ; rdfs:label "Somebody"@en .
source:blog a mdx:Source ; rdfs:label "Somebody: blog"@en ; dcterms:publisher publisher:somebody .
evidence:blog a mdx:Evidence ; mdx:source source:blog ; mdx:asOf "2026-08-01"^^xsd:date ;
    mdx:locator "paragraph 1" .
""" + "".join(
    f"""
model:newmodel-9-{n} a mdx:Model ; rdfs:label "New Model 9 ({n})"@en ;
    dcterms:creator provider:openai .
offering:newmodel-9-{n} a mdx:Offering ; rdfs:label "New Model 9 ({n}) on the OpenAI API"@en ;
    mdx:offeringOf model:newmodel-9-{n} ; mdx:onPlatform platform:openai-api .
claim:newmodel-9-{n}--provider a mdx:Claim ; rdf:subject model:newmodel-9-{n} ;
    rdf:predicate mdx:provider ; rdf:object provider:openai ; mdx:status mdx:unconfirmed ;
    mdx:supportedBy evidence:blog .
claim:newmodel-9-{n}--id a mdx:Claim ; rdf:subject offering:newmodel-9-{n} ;
    rdf:predicate mdx:apiId ; rdf:object "newmodel-9-{n}" ; mdx:status mdx:unconfirmed ;
    mdx:supportedBy evidence:blog .
claim:newmodel-9-{n}--retired a mdx:Claim ; rdf:subject offering:newmodel-9-{n} ;
    rdf:predicate mdx:retiredOn ; rdf:object "2026-07-01"^^xsd:date ; mdx:status mdx:unconfirmed ;
    mdx:supportedBy evidence:blog .
claim:newmodel-9-{n}--replacement a mdx:Claim ; rdf:subject offering:newmodel-9-{n} ;
    rdf:predicate mdx:recommendedReplacement ; rdf:object offering:newmodel-9-{other} ;
    mdx:status mdx:unconfirmed ; mdx:supportedBy evidence:blog .
"""
    for n, other in (("20260101", "20260102"), ("20260102", "20260101"))
)
