"""The command line, as people and programs meet it: real processes, pipes and terminals."""

from __future__ import annotations

import csv
import http.server
import io
import json
import os
import pty
import re
import select
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from modeldex.cli import COMMANDS
from modeldex.dex import Modeldex
from modeldex.tables import fitted

ROOT = Path(__file__).parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]

CLAIM_KEYS = {
    "id", "subject", "property", "value", "unit", "status", "basis", "contested", "asOf",
    "validFrom", "validThrough", "platform", "condition", "evidence",
    "subjectLabel", "valueLabel", "endedBy", "inForce", "others",
}  # fmt: skip
EVIDENCE_KEYS = {
    "source", "official", "stance", "locator", "asOf", "accessed", "cites", "url",
    "id", "sourceLabel", "kind", "searched",
}  # fmt: skip
ANSWERS = {
    "show": ["show", "Claude 3.5 Sonnet"],
    "why": ["why", "claude-3-5-sonnet", "image output"],
    "find": ["find", "--min-context", "100000", "--input", "image"],
    "compare": ["compare", "claude-3-5-sonnet", "gpt-4o", "Gemini 2.0 Flash"],
}
MARK = re.compile(r"^[✓?∅] ")


def refused(done: subprocess.CompletedProcess[str], *said: str) -> None:
    """Refused in one line, with nothing on standard output."""
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("modeldex: ")
    assert done.stderr.count("\n") == 1
    for words in said:
        assert words in done.stderr


# ------------------------------------------------------------------ help


@pytest.fixture(scope="module")
def helps(run: Run) -> dict[str, str]:
    """The help of every command."""
    texts = {}
    for command in COMMANDS:
        done = run(command, "--help")
        assert (done.returncode, done.stderr) == (0, "")
        texts[command] = done.stdout
    return texts


def test_every_command_has_help_with_an_example(helps: dict[str, str]) -> None:
    """Each help says how to call the command and gives an example of it."""
    assert len(helps) == len(COMMANDS) >= 7
    for command, text in helps.items():
        assert text.startswith(f"usage: modeldex {command}")
        assert f"example: modeldex {command}" in text
        assert max(map(len, text.splitlines())) <= 100


def test_every_example_of_the_help_runs(helps: dict[str, str], run: Run, tmp_path: Path) -> None:
    """The example in each help can be typed as it stands, in a checkout."""
    for folder in ("data", "ontology", "queries"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text('MODEL = "claude-opus-5"\n')
    count = 0
    for command, text in helps.items():
        if command in ("publish", "serve"):
            # The one writes to a server, the other runs on: test_publish.py and test_server.py.
            continue
        found = re.search(r"^example: modeldex (.*)$", text, re.MULTILINE)
        assert found
        words = shlex.split(found[1])
        if command == "import":
            (tmp_path / "prices.json").write_text('{"gpt-4o": {"litellm_provider": "openai"}}')
        if command == "build":
            words += ["-o", str(tmp_path / "out")]
        done = run(*words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stdout
        count += 1
    assert count == len(COMMANDS) - 2


def test_the_overview_lists_every_command(run: Run) -> None:
    """`modeldex --help` lists all commands; without a command it is an error."""
    for words, code in ((["--help"], 0), (["-h"], 0), (["help"], 0), ([], 2)):
        done = run(*words)
        assert done.returncode == code
        assert all(f"  {command} " in done.stdout for command in COMMANDS)
    assert re.fullmatch(r"modeldex \d+\.\d+\.\d+\n", run("--version").stdout)


# ------------------------------------------------------------------ formats


@pytest.fixture(scope="module")
def answers(run: Run) -> dict[tuple[str, str], str]:
    """What each command that answers prints, in each format."""
    printed = {}
    for command, words in ANSWERS.items():
        for form in ("table", "json", "csv"):
            done = run(*words, "--format", form)
            assert (done.returncode, done.stderr) == (0, "")
            printed[command, form] = done.stdout
    return printed


def claims_in(command: str, text: str) -> list[dict[str, object]]:
    """The claims in the JSON of a command."""
    value = json.loads(text)
    if command == "find":
        return [claim for found in value for claim in found["facts"]]
    if command == "compare":
        return [claim for row in value for cell in row["answers"] for claim in cell]
    assert isinstance(value, list)
    return value


def test_a_claim_in_json_has_exactly_the_keys_of_the_contract(
    answers: dict[tuple[str, str], str],
) -> None:
    """Keys of claims and of evidence are those documented, and their values of the right kind."""
    count = 0
    for command in ANSWERS:
        for claim in claims_in(command, answers[command, "json"]):
            assert claim.keys() == CLAIM_KEYS
            assert claim["status"] in ("verified", "unconfirmed")
            assert isinstance(claim["contested"], bool)
            assert isinstance(claim["evidence"], list)
            assert claim["evidence"]
            for evidence in claim["evidence"]:
                assert evidence.keys() == EVIDENCE_KEYS
                assert isinstance(evidence["official"], bool)
                assert evidence["stance"] in ("supports", "disputes", "silent")
            count += 1
    assert count > 80


def test_no_number_in_json_is_a_float(answers: dict[tuple[str, str], str]) -> None:
    """An exact decimal is text in JSON: no reader rounds it."""

    def no_float(text: str) -> None:
        raise AssertionError(text)

    for command in ANSWERS:
        json.loads(answers[command, "json"], parse_float=no_float)
    claims = claims_in("show", answers["show", "json"])
    price = next(claim for claim in claims if claim["property"] == "inputPrice")
    assert price["value"] == "3"


@pytest.mark.parametrize("command", ANSWERS)
def test_json_and_csv_agree(answers: dict[tuple[str, str], str], command: str) -> None:
    """The same claims in the same order, row for claim, with the same values."""
    claims = claims_in(command, answers[command, "json"])
    rows = list(csv.DictReader(io.StringIO(answers[command, "csv"])))
    assert len(rows) == len(claims) > 1
    for claim, row in zip(claims, rows, strict=True):
        assert row["claim"] == claim["id"]
        assert row["status"] == claim["status"]
        value = claim["value"]
        shown = "" if value is None else value if isinstance(value, str) else json.dumps(value)
        assert row["value"] == shown
        assert None not in row
        assert None not in row.values()


def test_the_table_has_a_line_for_every_claim(answers: dict[tuple[str, str], str]) -> None:
    """In a pipe each fact stands on one line; `why` has a paragraph for each."""
    claims = claims_in("show", answers["show", "json"])
    _, legend, *sections = answers["show", "table"].split("\n\n")
    assert [line[0] for line in legend.splitlines() if MARK.match(line)] == ["✓", "?", "∅"]
    lines = [line for section in sections for line in section.splitlines()]
    assert len([line for line in lines if MARK.match(line)]) == len(claims)
    assert len(lines) == len(claims) + len(sections)  # a heading each; the last has its hint
    assert f"{len(claims)} claims:" in answers["show", "table"]
    why = answers["why", "table"].split("\n\n")
    assert len(why) == len(claims_in("why", answers["why", "json"]))
    found = answers["find", "table"].split("\n\n")[0].splitlines()
    assert len(found) - 1 == len(json.loads(answers["find", "json"]))
    compared = answers["compare", "table"].split("\n\n")[0].splitlines()
    assert len(compared) - 1 == len(json.loads(answers["compare", "json"]))


def test_in_a_pipe_there_is_no_colour(answers: dict[tuple[str, str], str], run: Run) -> None:
    """No escape codes where the output is not a terminal, whatever the environment says."""
    assert not any("\x1b" in text for text in answers.values())
    done = run("show", "gpt-4o", env={"TERM": "xterm-256color", "COLORTERM": "truecolor"})
    assert "\x1b" not in done.stdout


def test_marks_tell_verified_unconfirmed_silent_and_over_apart(
    answers: dict[tuple[str, str], str],
) -> None:
    """Without colour: ✓ verified, ? unconfirmed, ∅ looked for and not found, "was" over."""
    lines = answers["show", "table"].splitlines()
    claims = claims_in("show", answers["show", "json"])
    rows = [line for line in lines if MARK.match(line)][-len(claims) :]
    for line, claim in zip(rows, claims, strict=True):
        kind = "silent" if claim["basis"] == "silent" else claim["status"]
        assert line[0] == {"verified": "✓", "unconfirmed": "?", "silent": "∅"}[str(kind)]
        assert ("  was " in line) is (claim["inForce"] is False)
        assert ("nothing found" in line) is (claim["value"] is None)
    assert {line[0] for line in rows} == set("✓?∅")
    assert any("  was " in line for line in rows)


def test_the_legend_explains_every_mark(answers: dict[tuple[str, str], str]) -> None:
    """Where marks are shown their meaning is told."""
    for command in ("show", "find", "compare"):
        text = answers[command, "table"]
        assert all(f"{mark} {word}" in text for mark, word in
                   (("✓", "verified"), ("?", "unconfirmed"), ("∅", "unconfirmed")))  # fmt: skip
        assert "over" in text


# ------------------------------------------------------------------ terminals


def in_terminal(words: list[str], environment: dict[str, str], **variables: str) -> tuple[int, str]:
    """Run in a real pseudo-terminal; exit code and all that was written to it."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "modeldex", *words], stdin=slave, stdout=slave, stderr=slave,
        env=environment | {"TERM": "xterm", "PYTHONUTF8": "1"} | variables,
    )  # fmt: skip
    os.close(slave)
    written = b""
    while True:
        ready, _, _ = select.select([master], [], [], 60)
        try:
            block = os.read(master, 65536) if ready else b""
        except OSError:
            break
        if not block:
            break
        written += block
    os.close(master)
    return process.wait(), written.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("command", ANSWERS)
def test_on_a_terminal_no_line_is_wider_than_it(
    environment: dict[str, str], command: str, columns: int
) -> None:
    """Every line fits the terminal, except one word that cannot be broken, such as an address."""
    code, text = in_terminal(ANSWERS[command], environment, COLUMNS=str(columns))
    assert code == 0
    assert "\x1b[" in text
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in text.splitlines()]
    assert len(lines) > 5
    wide = [line for line in lines if len(line) > columns and len(line.split()) > 1]
    assert wide == []


def test_colour_can_be_turned_off(environment: dict[str, str]) -> None:
    """With NO_COLOR set, or on a dumb terminal, there is none."""
    for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        code, text = in_terminal(ANSWERS["show"], environment, COLUMNS="80", **variables)
        assert code == 0
        assert "\x1b" not in text
    _, text = in_terminal(ANSWERS["show"], environment, COLUMNS="80", NO_COLOR="")
    assert "\x1b" in text


def test_nothing_is_lost_on_a_narrow_terminal(environment: dict[str, str], dex: Modeldex) -> None:
    """However narrow, every word of the sheet is there."""
    _, text = in_terminal(["show", "gpt-4o"], environment, COLUMNS="60", NO_COLOR="1")
    letters = "".join(text.split())
    for claim in dex.facts("gpt-4o"):
        assert str(claim.as_of)[:7] in text
        assert claim.fact_property.label.split()[0][:8] in text
    assert len(letters) > 200
    assert fitted("as it is") == "as it is"


def test_a_terminal_of_no_size_does_not_matter(environment: dict[str, str]) -> None:
    """COLUMNS of nonsense, or none at all, is no reason to fail."""
    for columns in ("0", "-5", "wide", "1"):
        code, text = in_terminal(["show", "gpt-4o"], environment, COLUMNS=columns)
        assert code == 0
        assert "GPT-4o" in text


# ------------------------------------------------------------------ odd surroundings


@pytest.mark.parametrize("command", ANSWERS)
def test_an_ascii_locale_does_not_crash(environment: dict[str, str], command: str) -> None:
    """Where the output takes only ASCII, other letters are escaped, and nothing fails."""
    for variables in (
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ):
        done = subprocess.run(
            [sys.executable, "-m", "modeldex", *ANSWERS[command]],
            env=environment | variables, capture_output=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, b"")
        assert len(done.stdout) > 200
        if "PYTHONIOENCODING" in variables:
            assert done.stdout.isascii()


def test_a_broken_pipe_is_silent(environment: dict[str, str]) -> None:
    """A reader that has seen enough ends it without a word."""
    for words in (["show", "claude-3-5-sonnet"], ["sparql", "SELECT * { ?s ?p ?o }"],
                  ["show", "claude-3-5-sonnet", "--format", "json"]):  # fmt: skip
        command = " ".join(map(shlex.quote, [sys.executable, "-m", "modeldex", *words]))
        done = subprocess.run(
            ["bash", "-c", f"{command} | head -1"],
            env=environment | {"PYTHONUTF8": "1"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("\n") == 1


def test_a_closed_output_is_no_traceback(environment: dict[str, str]) -> None:
    """With standard output closed or full there is no traceback."""
    for target in (">&-", "> /dev/full"):
        done = subprocess.run(
            ["bash", "-c", f"{shlex.quote(sys.executable)} -m modeldex show gpt-4o {target}"],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, target


# ------------------------------------------------------------------ wrong input


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "claude 3.5 sonet"], "did you mean claude-3-5-sonnet"),
        (["why", "claude-3-5-sonnet", "contxt window"], "contextWindow"),
        (["why", "gpt-4o", "output price"], "no claim about GPT-4o"),
        (["compare", "gpt-4o", "gpt-4p"], "gpt-4o"),
        (["compare", "gpt-4o"], "two or more"),
        (["find", "--provider", "Antropic"], "anthropic"),
        (["find"], "at least one option"),
        (["find", "--has", "tool-usage"], "toolUse"),
        (["shwo", "gpt-4o"], "did you mean show"),
        (["show"], "NAME"),
        (["show", ""], "no thing named ''"),
        (["show", "\n\t"], "no thing named"),
        (["show", "x" * 5000], "no thing named"),
        (["show", "gpt-4o", "--nonsense"], "see modeldex show --help"),
        (["show", "gpt-4o", "--form", "json"], "--help"),
        (["show", "gpt-4o", "--format", "yaml"], "'yaml'"),
        (["show", "gpt-4o", "--on", "2026-02-30"], "write YYYY-MM-DD"),
        (["show", "gpt-4o", "--on", ""], "write YYYY-MM-DD"),
        (["show", "gpt-4o", "--as-of", "soon"], "write YYYY-MM-DD"),
        (["show", "gpt-4o", "--platform", "Bedrok"], "Bedrok"),
        (["find", "--min-context", "many"], "'many'"),
        (["find", "--min-context", "nan"], "'nan'"),
        (["find", "--min-context=-5"], "'-5'"),
        (["sparql"], "-f FILE"),
        (["sparql", "ASK {}", "--timeout", "long"], "'long'"),
        (["sparql", "ASK {}", "--timeout", "0"], "'0'"),
        (["sparql", "ASK {}", "--timeout", "nan"], "'nan'"),
        (["sparql", "ASK {}", "-f", "missing.rq"], "-f FILE"),
        (["sparql", "-f", "/nowhere/missing.rq"], "/nowhere/missing.rq"),
        (["build", "/nowhere"], "not a checkout"),
        (["validate", "/nowhere/missing.ttl"], "/nowhere/missing.ttl"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_wrong_input_is_one_line_and_exit_code_2(run: Run, words: list[str], said: str) -> None:
    """Nothing on standard output, one line on standard error that helps, exit code 2."""
    refused(run(*words), said)


def test_nothing_found_is_no_error(run: Run) -> None:
    """A search without result has an empty answer in each format, and says so on stderr."""
    for form, expected in (("table", ""), ("json", "[]\n"), ("csv", None)):
        done = run("find", "--min-context", "999999999", "--format", form)
        assert done.returncode == 0
        assert "no models found" in done.stderr
        assert expected in (None, done.stdout)
        if expected is None:
            assert done.stdout.count("\n") == 1


def test_the_past_is_offered_where_the_present_has_none(run: Run) -> None:
    """What was found only among what is over is said to be so, and shown with --past."""
    words = ["find", "--max-output-price", "2.5", "--format", "json"]
    done = run(*words)
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert "add --past" in done.stderr
    past = json.loads(run(*words, "--past").stdout)
    assert [found["label"] for found in past][:1] == ["GPT-3.5 Turbo (0613)"]
    assert not any(claim["inForce"] for found in past for claim in found["facts"])


# ------------------------------------------------------------------ sparql

COUNT = "SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE { ?c a mdx:Claim }"


def test_select_in_every_format(run: Run, dex: Modeldex) -> None:
    """The same rows as table, JSON, CSV, TSV and XML."""
    expected = str(len({c.iri for m in dex.models() for c in dex.facts(m)}))
    printed = {form: run("sparql", COUNT, "--format", form)
               for form in ("table", "json", "csv", "tsv", "xml")}  # fmt: skip
    assert all((done.returncode, done.stderr) == (0, "") for done in printed.values())
    value = json.loads(printed["json"].stdout)["results"]["bindings"][0]["n"]["value"]
    assert int(value) >= int(expected) > 100
    assert printed["csv"].stdout.split() == ["n", value]
    assert printed["tsv"].stdout.split() == ["?n", value]
    assert printed["table"].stdout.split() == ["n", value]
    assert f">{value}</literal>" in printed["xml"].stdout


def test_ask_and_construct_have_their_formats(run: Run) -> None:
    """ASK is yes or no, CONSTRUCT is Turtle or N-Triples; what does not fit is refused."""
    assert run("sparql", "ASK { model:gpt-4o a mdx:Model }").stdout == "yes\n"
    assert run("sparql", "ASK { model:gpt-5o a mdx:Model }").stdout == "no\n"
    assert json.loads(run("sparql", "ASK {}", "--format", "json").stdout)["boolean"] is True
    assert run("sparql", "ASK {}", "--format", "csv").stdout == "true\n"
    construct = "CONSTRUCT { ?m rdfs:label ?l } WHERE { ?m a mdx:Model ; rdfs:label ?l }"
    turtle = run("sparql", construct)
    lines = run("sparql", construct, "--format", "ntriples")
    graphs = [
        set(map(str, ox.parse(done.stdout, format=form)))
        for done, form in (
            (turtle, ox.RdfFormat.TURTLE), (lines, ox.RdfFormat.N_TRIPLES),
        )
    ]  # fmt: skip
    assert graphs[0] == graphs[1]
    assert len(graphs[0]) > 5
    assert "@prefix model:" in turtle.stdout
    refused(run("sparql", construct, "--format", "csv"), "turtle or ntriples")
    refused(run("sparql", COUNT, "--format", "turtle"), "table, json")


def test_the_query_comes_from_argument_file_or_standard_input(run: Run, tmp_path: Path) -> None:
    """Three ways to give the same query."""
    file = tmp_path / "count.rq"
    file.write_text(COUNT)
    printed = {run("sparql", COUNT).stdout, run("sparql", "-f", file).stdout,
               run("sparql", "-", stdin=COUNT).stdout}  # fmt: skip
    assert len(printed) == 1
    file.write_bytes(COUNT.encode("utf-16"))
    refused(run("sparql", "-f", file), "UTF-8")
    refused(run("sparql", "-f", tmp_path), str(tmp_path))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT ?s WHERE {\n  ?s !!! ?o }", "query:2:"),
        ("SELEC ?s { ?s ?p ?o }", "query:1:"),
        ("", "query:1:"),
        ("SELECT ?s { ?s no:thing ?o }", "query:1:"),
        ("INSERT DATA { model:x a mdx:Model }", "query:1:"),
        ("DROP ALL", "query:1:"),
        ("LOAD <file:///etc/passwd>", "query:1:"),
        ("SELECT * { " + "(" * 5000 + ")" * 5000 + " }", "nested"),
        ("SELECT (" + "(" * 5000 + "1" + ")" * 5000 + " AS ?n) {}", "nested"),
        ("ASK { " + "{ " * 5000 + "} " * 5000 + "}", "nested"),
        ("ASK { # \r" + "{ " * 5000 + "} " * 5000 + "}", "nested"),
        ("ASK {" + " " * 2**20 + "}", "1 MB"),
    ],
    ids=["syntax", "word", "empty", "prefix", "insert", "drop", "load", "pattern", "expression",
         "groups", "comment", "size"],
)  # fmt: skip
def test_a_query_that_is_broken_or_not_allowed_is_refused(run: Run, query: str, said: str) -> None:
    """Exit code 2, one line with line and column where there is one, and nothing answered."""
    refused(run("sparql", "-", stdin=query), said)


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A real SPARQL endpoint on this machine, and what it was asked."""
    requests: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            requests.append(self.path)
            body = b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sparql", requests
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_query_reaches_no_network(run: Run, asked: tuple[str, list[str]]) -> None:
    """SERVICE on a server that is there gets no request, and the query an error."""
    address, requests = asked
    refused(run("sparql", f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"))
    silent = run("sparql", f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}")
    assert silent.returncode in (0, 2)
    done = run("sparql", f"SELECT * FROM <{address}> {{ ?s ?p ?o }} LIMIT 1", "--format", "csv")
    assert done.returncode in (0, 2)
    assert requests == []


def test_a_query_that_takes_too_long_is_stopped(run: Run) -> None:
    """A cross product ends by its limit, with nothing on standard output."""
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    started = time.monotonic()
    refused(run("sparql", query, "--timeout", "2"), "stopped after 2 seconds")
    assert time.monotonic() - started < 6


def test_a_query_that_takes_too_much_memory_is_stopped(run: Run) -> None:
    """A query that would fill the memory ends by its limit."""
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
    refused(run("sparql", query, "--timeout", "8"), "stopped")


# ------------------------------------------------------------------ build


def test_build_reports_in_every_format(run: Run, checkout: Path, tmp_path: Path) -> None:
    """The change report as table, JSON and CSV."""
    target = tmp_path / "out"
    first = json.loads(run("build", checkout, "-o", target, "--format", "json").stdout)
    assert len(first["added"]) > 100
    assert not first["removed"] + first["altered"]
    path = checkout / "data" / "models" / "gpt-4o.ttl"
    path.write_text(path.read_text().replace("object      128000", "object      128001"))
    second = run("build", checkout, "-o", target, "--format", "csv").stdout
    assert list(csv.reader(io.StringIO(second))) == [
        ["change", "thing"], ["altered", "claim:gpt-4o--context-window"],
    ]  # fmt: skip
    assert "0 added, 0 removed, 0 altered" in run("build", checkout, "-o", target).stdout


def test_build_refuses_data_that_do_not_conform(run: Run, checkout: Path, tmp_path: Path) -> None:
    """Exit code 1, the findings on standard error, and no dataset."""
    path = checkout / "data" / "models" / "gpt-4o.ttl"
    path.write_text(path.read_text().replace("mdx:unconfirmed", "mdx:verified", 1))
    done = run("build", checkout, "-o", tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.search(r"gpt-4o\.ttl:\d+: violation status-is-unconfirmed on claim:", done.stderr)
    assert not (tmp_path / "out").exists()


def test_build_puts_the_dataset_into_the_package_of_the_checkout(
    run: Run, checkout: Path, environment: dict[str, str]
) -> None:
    """Without -o, the checkout's own package gets it, and answers from it."""
    package = checkout / "src" / "modeldex"
    package.mkdir(parents=True)
    for path in (Path(environment["PYTHONPATH"]) / "modeldex").rglob("*.py"):
        copy = package / path.relative_to(Path(environment["PYTHONPATH"]) / "modeldex")
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    own = {"PYTHONPATH": str(checkout / "src")}
    refused(run("show", "gpt-4o", env=own), "no dataset", "run: modeldex build")
    refused(run("sparql", "ASK {}", env=own), "no dataset", "run: modeldex build")
    assert run("build", env=own, cwd=checkout).returncode == 0
    assert run("show", "gpt-4o", env=own).stdout == run("show", "gpt-4o").stdout
