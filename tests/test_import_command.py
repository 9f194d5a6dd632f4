"""`modeldex import`: a store of catalogues is old or new, whatever happens to it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from catalogues import SMALLEST, path_of
from serving import folder_served

import modeldex
from modeldex.importers.keeping import Import, import_document, rebuild
from modeldex.manifest import Manifest
from modeldex.validation import validate_store
from modeldex.writing import only_writer

COMMAND = [sys.executable, "-m", "modeldex", "import"]
KILLS = 32
FIRST = {
    "gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": 2.5e-06, "mode": "chat",
               "max_input_tokens": 128000},
    "azure/eu/gpt-4o": {"litellm_provider": "azure", "input_cost_per_token": 2.75e-06},
    "us.anthropic.claude-3-haiku-20240307-v1:0": {
        "litellm_provider": "bedrock", "input_cost_per_token": 2.5e-07,
        "input_cost_per_token_batches": 1.25e-07},
    "acme/sage": {"litellm_provider": "acme", "max_output_tokens": 4096},
    "broken": {"litellm_provider": "acme", "input_cost_per_token": -1},
}  # fmt: skip
SECOND = {
    "gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": 2e-06, "mode": "chat",
               "max_input_tokens": 128000},
    "acme/sage": {"litellm_provider": "acme", "max_output_tokens": 4096},
}  # fmt: skip
GOOD = {name: record for name, record in FIRST.items() if name != "broken"}


def write(folder: Path, name: str, document: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(document))
    return path


def run(*words: object, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, words)], capture_output=True, text=True, timeout=120, **more
    )


def fill(store: Path, document: object, day: str) -> None:
    text = json.dumps(document).encode()
    import_document(store, text, Import("litellm", day, ""))


def contents(store: Path) -> set[str]:
    """What a store says, as an unchanged reader finds it."""
    engine = modeldex.open(store).store
    rows = engine.query("SELECT ?s ?p ?o WHERE { GRAPH graph:claims { ?s ?p ?o } }").rows
    return {" ".join(map(str, row)) for row in rows}


def test_an_import_reports_what_it_took_and_names_what_it_refused(tmp_path: Path) -> None:
    file, store = write(tmp_path, "first.json", FIRST), tmp_path / "store"
    result = run("litellm", file, "--as-of", "2025-01-31", "--version", "1.2", "--store", store)
    assert result.returncode == 1
    assert "/broken/input_cost_per_token: a price below 0: -1" in result.stderr
    assert "5 records, 13 values: 12 taken, 1 refused, 0 unknown, 0 left aside" in result.stdout
    dex = modeldex.open(store)
    claim = next(c for c in dex.why("gpt-4o", "input price") if c.platform == "OpenAI API")
    assert str(claim.value) == "2.5"
    assert claim.status == "unconfirmed"
    (evidence,) = claim.evidence
    assert evidence.locator == ("/gpt-4o/input_cost_per_token",)
    assert str(evidence.as_of) == "2025-01-31"
    assert "1.2" in evidence.source.label
    batch = next(c for c in dex.why("claude-3-haiku-20240307", "input price")
                 if c.condition and "batch" in c.condition)  # fmt: skip
    assert (str(batch.value), batch.condition) == ("0.125", "batch, region us")


def test_joined_are_only_those_that_are_surely_meant(tmp_path: Path) -> None:
    file, store = write(tmp_path, "good.json", GOOD), tmp_path / "store"
    result = run("litellm", file, "--as-of", "2025-01-31", "--store", store, "--format", "json")
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["joined"] == {"offering": 1, "model": 2, "apart": 1}
    assert report["unjoined"] == [{"apiId": "sage", "platform": "acme--litellm"}]
    models = modeldex.open(store).related("gpt-4o")
    assert "gpt-4o on Azure OpenAI, region eu" in {each.thing.label for each in models}


def test_what_was_imported_conforms_to_the_shapes(tmp_path: Path) -> None:
    fill(tmp_path / "store", GOOD, "2025-01-31")
    fill(tmp_path / "store", SECOND, "2025-06-30")
    report = validate_store(tmp_path / "store")
    assert [r for r in report.results if r.severity == "violation"] == []
    assert report.claims > 2300


def test_the_same_document_twice_changes_nothing(tmp_path: Path) -> None:
    file, store = write(tmp_path, "good.json", GOOD), tmp_path / "store"
    words = ("litellm", file, "--as-of", "2025-01-31", "--store", store)
    assert run(*words).returncode == 0
    before = {p: p.stat().st_mtime_ns for p in store.rglob("*")}
    again = run(*words)
    assert again.returncode == 0
    assert "imported before: nothing changed" in again.stdout
    assert {p: p.stat().st_mtime_ns for p in store.rglob("*") if p.is_file()} == {
        p: t for p, t in before.items() if p.is_file()
    }


def test_a_second_release_ends_what_is_over_and_keeps_the_past(tmp_path: Path) -> None:
    store = tmp_path / "store"
    fill(store, GOOD, "2025-01-31")
    fill(store, SECOND, "2025-06-30")
    dex = modeldex.open(store)
    prices = [c for c in dex.why("gpt-4o", "input price") if c.platform == "OpenAI API"]
    assert [(str(c.value), str(c.valid_from), str(c.ended_by)) for c in prices] == [
        ("2", "2025-06-30", "None"), ("2.5", "None", "2025-06-30"),
    ]  # fmt: skip
    window = [c for c in dex.why("gpt-4o", "maximum input") if c.platform == "OpenAI API"]
    assert len(window) == 1
    assert len(window[0].evidence) == 2
    gone = [c for c in dex.why("gpt-4o", "input price") if c.platform == "Azure OpenAI"]
    assert [str(c.ended_by) for c in gone] == ["2025-06-30"]
    assert {e.stance for e in gone[0].evidence} == {"supports", "silent"}
    then = dex.fact("gpt-4o", "input price", as_of="2025-03-01", platform="OpenAI API")
    assert str(then.value) == "2.5"
    changes = dex.ask("changes-between-two-days", thing="gpt-4o", since="2025-02-01",
                      until="2025-07-01")  # fmt: skip
    assert {"known from", "held from", "held through"} <= {str(row["change"]) for row in changes}


def test_what_ended_later_is_not_known_before(tmp_path: Path) -> None:
    fill(tmp_path / "store", GOOD, "2025-01-31")
    fill(tmp_path / "store", SECOND, "2025-06-30")
    dex = modeldex.open(tmp_path / "store")
    offering = "GPT-4o on the OpenAI API"
    now = [c for c in dex.why(offering, "input price") if c.subject.label == offering]
    assert {(str(c.value), str(c.ended_by)) for c in now} == {("2.5", "2025-06-30"), ("2", "None")}
    then = [c for c in dex.why(offering, "input price", as_of="2025-03-01")
            if c.subject.label == offering]  # fmt: skip
    assert [(str(c.value), c.ended_by, c.in_force) for c in then] == [("2.5", None, True)]


def test_the_price_of_a_model_is_that_of_its_maker(tmp_path: Path) -> None:
    """Though others offer it who come before in the alphabet."""
    document = {"azure/gpt-4": {"litellm_provider": "azure", "input_cost_per_token": 6e-05},
                "gpt-4": {"litellm_provider": "openai", "input_cost_per_token": 3e-05}}  # fmt: skip
    fill(tmp_path / "store", document, "2026-01-31")
    answer = modeldex.open(tmp_path / "store").fact("gpt-4", "input price")
    assert (answer.value, answer.platform) == (30, "OpenAI API")


def test_what_was_refused_in_a_second_release_is_not_over(tmp_path: Path) -> None:
    store = tmp_path / "store"
    good = {"litellm_provider": "openai", "input_cost_per_token": 2.5e-06, "mode": "chat"}
    price = {"litellm_provider": "azure", "input_cost_per_token": 2.5e-06}
    first = {"gpt-4o": good, "azure/gpt-4o": price, "azure/eu/gpt-4o": price}
    fill(store, first, "2025-01-31")
    broken = {**price, "input_cost_per_token": -2.5e-06}
    document = json.dumps({"gpt-4o": {**good, "mode": 5}, "azure/gpt-4o": broken,
                           "azure/eu/gpt-4o": broken})  # fmt: skip
    twice = document[:-1] + ', "azure/eu/gpt-4o": {"litellm_provider": "azure"}}'
    import_document(store, twice.encode(), Import("litellm", "2025-06-30", ""))
    claims = [c for c in modeldex.open(store).why("gpt-4o", "input price")
              if c.evidence[0].locator[0].endswith("input_cost_per_token")]  # fmt: skip
    assert {c.platform for c in claims} == {"OpenAI API", "Azure OpenAI"}
    assert len(claims) == 3
    assert [str(c.ended_by) for c in claims] == ["None"] * 3
    assert sorted(len(c.evidence) for c in claims) == [1, 1, 2]
    (api_id,) = (c for c in modeldex.open(store).why("gpt-4o", "API ID")
                 if c.platform == "Azure OpenAI" and not c.condition)  # fmt: skip
    assert {str(e.as_of) for e in api_id.evidence} == {"2025-01-31", "2025-06-30"}


def test_an_id_that_is_gone_is_one_of_the_past(tmp_path: Path) -> None:
    document = {"models": {"x-ai/grok-4": {
        "name": "xAI: Grok 4", "first_seen": "2025-07-10", "last_seen": "2026-05-15",
        "present_now": False, "points": [["2025-07-10", 3.0, 15.0]]}}}  # fmt: skip
    text = json.dumps(document).encode()
    import_document(tmp_path / "store", text, Import("openrouterlist", "2026-08-22", ""))
    claims = modeldex.open(tmp_path / "store").why("grok-4", "API ID")
    (listed,) = (c for c in claims if c.platform == "OpenRouter")
    assert (str(listed.valid_from), str(listed.valid_through)) == ("2025-07-10", "2026-05-15")
    assert str(listed.evidence[0].as_of) == "2026-08-22"


def test_the_order_of_imports_does_not_matter(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    fill(one, GOOD, "2025-01-31")
    fill(one, SECOND, "2025-06-30")
    fill(other, SECOND, "2025-06-30")
    fill(other, GOOD, "2025-01-31")
    assert contents(one) == contents(other)


def test_labels_too_do_not_depend_on_the_order_of_imports(tmp_path: Path) -> None:
    documents = {
        "litellm": {"deepseek/deepseek-v9": {"litellm_provider": "deepseek", "mode": "chat"}},
        "models.dev": {"deepseek": {"models": {"DeepSeek-V9": {"tool_call": True}}}},
        "genai-prices": [{"id": "deepseek", "models": [{"id": "DEEPSEEK_V9"}]}],
    }
    days = {"litellm": "2025-03-01", "models.dev": "2025-03-01", "genai-prices": "2025-02-01"}
    found = []
    for order in (list(documents), list(reversed(documents))):
        store = tmp_path / order[0]
        for name in order:
            text = json.dumps(documents[name]).encode()
            import_document(store, text, Import(name, days[name], ""))
        engine = modeldex.open(store).store
        rows = engine.query("SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }").rows
        found.append({" ".join(map(str, row)) for row in rows})
    assert found[0] == found[1]
    labels = [row for row in found[0] if "model/deepseek--deepseek-v9>" in row and "label" in row]
    assert any('"DEEPSEEK_V9"' in row for row in labels)
    assert not any('"deepseek-v9"' in row or '"DeepSeek-V9"' in row for row in labels)


def test_another_document_of_the_same_day_is_refused(tmp_path: Path) -> None:
    store, file = tmp_path / "store", write(tmp_path, "second.json", SECOND)
    fill(store, GOOD, "2025-01-31")
    result = run("litellm", file, "--as-of", "2025-01-31", "--store", store)
    assert result.returncode == 2
    assert "another document of litellm for 2025-01-31" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("litelm", "FILE", "--as-of", "2025-01-31"), "did you mean litellm?"),
        (("litellm", "FILE", "--as-of", "2025-02-30"), "not a day: '2025-02-30'"),
        (("litellm", "FILE", "--as-of", "2199-01-31"), "--as-of: a day to come: 2199-01-31"),
        (
            ("litellm", "FILE", "--as-of", "2025-01-31", "--version", "1\n2"),
            "--version: not a line of text: '1\\n2'",
        ),
        (("litellm", "FILE"), "--as-of are needed"),
        (("litellm", "nowhere.json", "--as-of", "2025-01-31"), "nowhere.json: No such file"),
        (("models.dev", "FILE", "--as-of", "2025-01-31"), "not models.dev's API document"),
        (("litellm", "http://example.org/x", "--as-of", "2025-01-31"), "not an https address"),
        (("litellm", "FILE", "--as-of", "2025-01-31", "--rebuild"), "--rebuild takes no catalogue"),
    ],
)
def test_what_cannot_be_imported_is_one_line_and_changes_nothing(
    tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    store, file = tmp_path / "store", write(tmp_path, "good.json", GOOD)
    fill(store, SECOND, "2025-06-30")
    before = contents(store)
    result = run(*(str(file) if w == "FILE" else w for w in words), "--store", store, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr
    assert contents(store) == before
    assert len(list((store / "documents").glob("*.json"))) == 1


def test_a_document_is_fetched_from_an_address_and_the_address_kept(tmp_path: Path) -> None:
    write(tmp_path, "prices.json", GOOD)
    with folder_served(tmp_path) as address:
        url = f"{address}prices.json"
        result = run("litellm", url, "--as-of", "2025-01-31", "--store", tmp_path / "store")
        missing = run("litellm", url + "x", "--as-of", "2025-01-31", "--store", tmp_path / "store")
    assert result.returncode == 0, result.stderr
    claim = modeldex.open(tmp_path / "store").why("gpt-4o", "maximum input")[0]
    assert claim.evidence[0].source.url == url
    assert missing.returncode == 2
    assert "answered 404" in missing.stderr


def test_a_second_writer_is_refused_and_readers_answer_meanwhile(tmp_path: Path) -> None:
    store, file = tmp_path / "store", write(tmp_path, "second.json", SECOND)
    fill(store, GOOD, "2025-01-31")
    with only_writer(store):
        result = run("litellm", file, "--as-of", "2025-06-30", "--store", store)
        assert modeldex.open(store).fact("gpt-4o", "maximum input").value == 128000
    assert result.returncode == 2
    assert "is being written by another process" in result.stderr


def test_a_reader_keeps_its_store_while_another_takes_its_place(tmp_path: Path) -> None:
    store = tmp_path / "store"
    fill(store, GOOD, "2025-01-31")
    dex = modeldex.open(store)
    before = len(dex.why("gpt-4o", "input price"))
    fill(store, SECOND, "2025-06-30")
    assert len(dex.why("gpt-4o", "input price")) == before
    assert len(modeldex.open(store).why("gpt-4o", "input price")) == before + 1


def no_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def test_without_room_on_the_disk_nothing_is_lost(tmp_path: Path) -> None:
    store, file = tmp_path / "store", write(tmp_path, "second.json", SECOND)
    fill(store, GOOD, "2025-01-31")
    before = contents(store)
    result = run("litellm", file, "--as-of", "2025-06-30", "--store", store, preexec_fn=no_room)
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert "cannot be written" in result.stderr
    assert "nothing was changed" in result.stderr
    assert contents(store) == before
    assert run("litellm", file, "--as-of", "2025-06-30", "--store", store).returncode == 0


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    file = write(tmp_path, "good.json", GOOD)
    in_the_way = tmp_path / "file"
    in_the_way.write_text("x")
    for store in (in_the_way / "store", Path("/proc/nowhere/store")):
        result = run("litellm", file, "--as-of", "2025-01-31", "--store", store)
        assert result.returncode == 2
        assert len(result.stderr.splitlines()) == 1
        assert "cannot be written" in result.stderr


def test_a_store_in_a_folder_without_write_permission_still_answers(tmp_path: Path) -> None:
    store, file = tmp_path / "store", write(tmp_path, "second.json", SECOND)
    fill(store, GOOD, "2025-01-31")
    before = contents(store)
    store.chmod(0o555)
    words = ["litellm", str(file), "--as-of", "2025-06-30", "--store", str(store)]
    # The superuser may write everywhere; without that power he may not.
    drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    result = subprocess.run([*drop, *COMMAND, *words], capture_output=True, text=True, timeout=60)
    assert result.returncode == 2, result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "cannot be written" in result.stderr
    assert contents(store) == before
    store.chmod(0o755)


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    file = write(tmp_path, "good.json", GOOD)
    result = run("litellm", file, "--as-of", "2025-01-31", "--store", tmp_path)
    assert result.returncode == 2
    assert "there is something else already: good.json" in result.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["good.json"]


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    store, file = tmp_path / "store", write(tmp_path, "second.json", SECOND)
    fill(store, GOOD, "2025-01-31")
    manifest = store / "manifest"
    manifest.write_text(manifest.read_text().replace("modeldex-dataset 3", "modeldex-dataset 9"))
    before = manifest.read_bytes()
    result = run("litellm", file, "--as-of", "2025-06-30", "--store", store)
    assert result.returncode == 2
    assert (
        "written by another version ('modeldex-dataset 9', not 'modeldex-dataset 3')"
        in result.stderr
    )
    assert manifest.read_bytes() == before


@pytest.mark.parametrize("pattern", ["MANIFEST-*", "CURRENT", "*.sst", "OPTIONS-*"])
def test_a_damaged_store_is_refused_and_rebuilt_from_its_documents(
    tmp_path: Path, pattern: str
) -> None:
    store = tmp_path / "store"
    fill(store, GOOD, "2025-01-31")
    before = contents(store)
    broken = max(Path(Manifest(str(store)).store).glob(pattern), key=lambda p: p.stat().st_size)
    broken.write_bytes(broken.read_bytes()[: broken.stat().st_size // 2])
    show = [sys.executable, "-m", "modeldex", "show", "gpt-4o", "--store", str(store)]
    result = subprocess.run(show, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert f"run: modeldex import --rebuild --store {store}" in result.stderr
    assert run("--rebuild", "--store", store).returncode == 0
    assert contents(store) == before


def test_a_damaged_store_is_rebuilt_by_the_next_import_too(tmp_path: Path) -> None:
    store, file = tmp_path / "store", write(tmp_path, "good.json", GOOD)
    fill(store, GOOD, "2025-01-31")
    before = contents(store)
    shutil.rmtree(Manifest(str(store)).store)
    assert run("litellm", file, "--as-of", "2025-01-31", "--store", store).returncode == 0
    assert contents(store) == before


def test_a_damaged_document_is_named_and_can_be_given_again(tmp_path: Path) -> None:
    store, file = tmp_path / "store", write(tmp_path, "good.json", GOOD)
    assert run("litellm", file, "--as-of", "2025-01-31", "--store", store).returncode == 0
    (document,) = (store / "documents").glob("*.json")
    document.write_bytes(b"{}")
    second = write(tmp_path, "second.json", SECOND)
    result = run("litellm", second, "--as-of", "2025-06-30", "--store", store)
    assert result.returncode == 2
    assert "is missing or damaged; import good.json of 2025-01-31 again" in result.stderr
    assert modeldex.open(store).fact("gpt-4o", "maximum input").value == 128000
    assert run("litellm", file, "--as-of", "2025-01-31", "--store", store).returncode == 0
    assert run("litellm", second, "--as-of", "2025-06-30", "--store", store).returncode == 0


def test_ctrl_c_leaves_a_sound_store(tmp_path: Path) -> None:
    path, store = path_of(SMALLEST), tmp_path / "store"
    fill(store, GOOD, "2024-12-31")
    before = contents(store)
    with importing(path, store) as process:
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")
    assert contents(store) == before


@contextmanager
def importing(path: Path, store: Path) -> Iterator[subprocess.Popen[str]]:
    words = ["litellm", str(path), "--as-of", SMALLEST.as_of, "--store", str(store)]
    process = subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_killed_at_any_moment_it_is_old_or_new_and_the_same_command_completes(
    tmp_path: Path,
) -> None:
    path, store = path_of(SMALLEST), tmp_path / "store"
    fill(store, GOOD, "2024-12-31")
    old = contents(store)
    whole, whole_store = time.monotonic(), tmp_path / "whole"
    shutil.copytree(store, whole_store)
    with importing(path, whole_store) as process:
        assert process.wait(120) == 1  # some values are refused
    whole = time.monotonic() - whole
    new = contents(whole_store)
    assert len(new) > len(old)
    states = []
    for number in range(KILLS):
        again = tmp_path / "again"
        shutil.rmtree(again, ignore_errors=True)
        shutil.copytree(store, again)
        with importing(path, again) as process:
            time.sleep(whole * (number + 0.5) / KILLS)
            process.kill()
        found = contents(again)
        assert found in (old, new), number
        states.append(found == new)
        if number % 4 == 0:
            with importing(path, again) as process:
                assert process.wait(120) == 1
            assert contents(again) == new, number
    assert len(states) == KILLS >= 30
    assert not states[0]


def test_a_rebuild_of_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(modeldex.errors.StoreError, match="no store in"):
        rebuild(tmp_path / "nowhere")
