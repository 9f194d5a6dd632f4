"""The dataset folder: opens anywhere, is never written to, and damage is never silent."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from modeldex.build import build
from modeldex.dex import Modeldex
from modeldex.engine import select
from modeldex.errors import BadQuery, StoreError
from modeldex.index import Index
from modeldex.lookup import StoreLookup
from modeldex.manifest import FORMAT, INDEX, TEXT, Manifest
from modeldex.names import name_key
from modeldex.store import Store
from modeldex.terms import MDX

ROOT = Path(__file__).parent.parent
ASK = """
import sys, modeldex
dex = modeldex.open(sys.argv[1])
print(dex.fact("Claude 3.5 Sonnet", "context window").value)
print(len(dex.store.engine))
"""


def state_of(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Every file of a folder, and the folder, with size, mode and time of change."""
    stats = {str(p.relative_to(folder)): p.stat() for p in [folder, *folder.rglob("*")]}
    return {name: (s.st_size, s.st_mode, s.st_mtime_ns) for name, s in stats.items()}


@pytest.fixture
def copy(tmp_path: Path, built: Path) -> Path:
    """A copy of the dataset that a test may damage."""
    folder = tmp_path / "dataset"
    shutil.copytree(built, folder)
    return folder


def store_of(folder: Path) -> Path:
    """The folder with the engine's files."""
    return Path(Manifest(str(folder)).store)


# ------------------------------------------------------------------ opens anywhere


def test_it_opens_in_a_read_only_folder_and_leaves_it_alone(copy: Path) -> None:
    """Without write permission all questions are answered, and no file comes, goes or changes."""
    for path in [*copy.rglob("*"), copy]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = state_of(copy)
    assert len(before) > 10
    assert Modeldex.open(copy).fact("Claude 3.5 Sonnet", "context window").value == 200000
    with_store = Modeldex.of(Store.open(copy))
    assert with_store.fact("Claude 3.5 Sonnet", "context window").value == 200000
    assert state_of(copy) == before
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o755)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_another_user_reads_it_without_owning_it(built: Path, environment: dict[str, str]) -> None:
    """A process of a user who owns nothing of it, and may write nothing, opens index and store."""
    program = f"""
import os, sys
{ASK}
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
dex = modeldex.open(sys.argv[2])
print(dex.fact("Claude 3.5 Sonnet", "context window").value)
print(len(dex.store.engine))
try:
    open(os.path.join(sys.argv[2], "mine"), "w")
except PermissionError:
    print("may not write")
"""
    with tempfile.TemporaryDirectory(prefix="modeldex-") as place:
        Path(place).chmod(0o755)
        folder = Path(place) / "dataset"
        shutil.copytree(built, folder)
        folder.chmod(0o755)
        before = state_of(folder)
        # Asked once before, since the other user may not be able to read the modules.
        done = subprocess.run(
            [sys.executable, "-c", program, str(built), str(folder)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        count = str((folder / TEXT).read_bytes().count(b"\n"))
        assert done.stdout.split("\n")[:-1] == ["200000", count, "200000", count, "may not write"]
        assert state_of(folder) == before


def test_it_opens_without_home_or_any_environment(copy: Path) -> None:
    """An empty environment is enough: no home, no path, no locale."""
    program = f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r})\n{ASK}"
    done = subprocess.run(
        [sys.executable, "-c", program, str(copy)],
        env={}, cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["200000", str((copy / TEXT).read_bytes().count(b"\n"))]


def test_a_path_with_odd_characters_opens(tmp_path: Path, built: Path) -> None:
    """Blanks, percent and question marks, hashes and other alphabets are parts of a path."""
    folder = tmp_path / "a b%41?c#d&é"
    shutil.copytree(built, folder)
    assert Modeldex.open(folder).fact("Claude 3.5 Sonnet", "context window").value == 200000


# ------------------------------------------------------------------ damage


def _truncate_engine_manifest(folder: Path) -> None:
    file = next(store_of(folder).glob("MANIFEST-*"))
    file.write_bytes(file.read_bytes()[:-100])


def _drop_table(folder: Path) -> None:
    max(store_of(folder).glob("*.sst"), key=lambda path: path.stat().st_size).unlink()


def _truncate_table(folder: Path) -> None:
    file = max(store_of(folder).glob("*.sst"), key=lambda path: path.stat().st_size)
    file.write_bytes(file.read_bytes()[:-1])


def _drop_store(folder: Path) -> None:
    shutil.rmtree(store_of(folder))


def _drop_index(folder: Path) -> None:
    (store_of(folder) / INDEX).unlink()


def _truncate_index(folder: Path) -> None:
    file = store_of(folder) / INDEX
    file.write_bytes(file.read_bytes()[:4096])


def _drop_current(folder: Path) -> None:
    (store_of(folder) / "CURRENT").unlink()


CACHE_DAMAGES = [
    _truncate_engine_manifest, _drop_table, _truncate_table, _drop_store, _drop_index,
    _truncate_index, _drop_current,
]  # fmt: skip


@pytest.mark.parametrize("damage", CACHE_DAMAGES)
def test_a_damaged_store_gives_the_whole_answer_from_the_text(
    copy: Path, dex: Modeldex, damage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """The text answers in its place, in full, and a line on standard error says so."""
    damage(copy)
    repaired = Modeldex.open(copy)
    assert repaired.facts("claude-3-5-sonnet") == dex.facts("claude-3-5-sonnet")
    assert len(repaired.store.engine) == (copy / TEXT).read_bytes().count(b"\n")
    notice = capsys.readouterr().err
    assert notice.count("\n") == 1
    assert "damaged" in notice
    assert notice.strip().endswith("run: modeldex build")


@pytest.mark.parametrize("damage", CACHE_DAMAGES)
def test_the_command_line_passes_the_notice_on(
    copy: Path, damage: Callable[[Path], None], run: Callable[..., object]
) -> None:
    """`show` and `sparql` over a damaged store answer in full, with the notice on stderr."""
    damage(copy)
    query = "SELECT (COUNT(*) AS ?n) { ?c a mdx:Claim }"
    for words in (["show", "gpt-4o", "--format", "json"], ["sparql", query, "--format", "csv"]):
        whole = run(*words)
        done = run(*words, env={"MODELDEX_DATASET": str(copy)})
        assert isinstance(done, subprocess.CompletedProcess)
        assert isinstance(whole, subprocess.CompletedProcess)
        assert (done.returncode, done.stdout) == (0, whole.stdout)
        assert done.stderr.startswith("modeldex: ")
        assert "damaged" in done.stderr
        assert done.stderr.count("\n") == 1


def _no_manifest(folder: Path) -> None:
    (folder / "manifest").unlink()


def _empty_manifest(folder: Path) -> None:
    (folder / "manifest").write_bytes(b"")


def _binary_manifest(folder: Path) -> None:
    (folder / "manifest").write_bytes(bytes(range(256)))


def _cut_manifest(folder: Path) -> None:
    text = (folder / "manifest").read_bytes()
    (folder / "manifest").write_bytes(text[: len(text) // 2])


def _garbled_manifest(folder: Path) -> None:
    text = (folder / "manifest").read_text()
    (folder / "manifest").write_text(text.replace("file ", "file x"))


def _bare_manifest(folder: Path) -> None:
    (folder / "manifest").write_text(f"{FORMAT}\nend\n")


def _other_version(folder: Path) -> None:
    text = (folder / "manifest").read_text()
    (folder / "manifest").write_text(text.replace(FORMAT, "modeldex-dataset 99"))


def _all_damaged(folder: Path) -> None:
    _drop_table(folder)
    (folder / TEXT).write_bytes((folder / TEXT).read_bytes()[:-200])


def _cache_and_text_gone(folder: Path) -> None:
    _drop_store(folder)
    (folder / TEXT).unlink()


def _folder_gone(folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_no_manifest, "no dataset"), (_empty_manifest, "damaged"), (_binary_manifest, "damaged"),
        (_cut_manifest, "damaged"), (_garbled_manifest, "damaged"), (_bare_manifest, "damaged"),
        (_other_version, "another version"), (_all_damaged, "the text too"),
        (_cache_and_text_gone, "the text too"), (_folder_gone, "no dataset"),
    ],
)  # fmt: skip
def test_what_cannot_answer_is_refused_in_one_line(
    copy: Path, damage: Callable[[Path], None], said: str, run: Callable[..., object]
) -> None:
    """A dataset that cannot answer in full is refused, with the way out, by every door."""
    damage(copy)
    for door in (Modeldex.open, Store.open):
        with pytest.raises(StoreError, match=said) as caught:
            door(copy)
        assert "\n" not in str(caught.value)
        assert "run: modeldex build" in str(caught.value) or "install" in str(caught.value)
    for words in (["show", "gpt-4o"], ["sparql", "ASK {}"]):
        done = run(*words, env={"MODELDEX_DATASET": str(copy)})
        assert isinstance(done, subprocess.CompletedProcess)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1
        assert said in done.stderr


def test_a_damaged_text_beside_a_whole_store_changes_no_answer(copy: Path, dex: Modeldex) -> None:
    """While the store is whole the text is not needed; a build then puts it right."""
    (copy / TEXT).write_bytes(b"")
    assert Modeldex.open(copy).facts("gpt-4o") == dex.facts("gpt-4o")
    build(ROOT, copy)
    assert (copy / TEXT).stat().st_size > 100_000


# ------------------------------------------------------------------ many at once


def test_readers_see_the_old_or_the_new_while_a_build_replaces_it(
    tmp_path: Path, checkout: Path, copy: Path, environment: dict[str, str]
) -> None:
    """Two processes that open and ask again and again never see a dataset in between."""
    stop = tmp_path / "stop"
    program = """
import os, sys, modeldex
from modeldex.dex import Modeldex
from modeldex.store import Store
seen = []
while True:
    for dex in (modeldex.open(sys.argv[1]), Modeldex.of(Store.open(sys.argv[1]))):
        fact = dex.fact("gpt-4o", "context window")
        seen.append((fact.value, len(dex.facts("gpt-4o"))))
    if os.path.exists(sys.argv[2]):
        break
print(sorted(set(seen)), len(seen))
"""
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(copy), str(stop)], env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    gpt = checkout / "data" / "models" / "gpt-4o.ttl"
    for value in range(128001, 128004):
        gpt.write_text(gpt.read_text().replace(f"object      {value - 1}", f"object      {value}"))
        build(checkout, copy)
    stop.touch()
    values: set[int] = set()
    for reader in readers:
        out, err = reader.communicate(timeout=60)
        assert err == ""
        assert reader.returncode == 0
        seen, _, count = out.rpartition(" ")
        pairs = json.loads(seen.replace("(", "[").replace(")", "]"))
        assert {facts for _, facts in pairs} == {len(Modeldex.open(copy).facts("gpt-4o"))}
        values |= {value for value, _ in pairs}
        assert int(count) > 10
    assert values <= set(range(128000, 128004))
    assert len(values) >= 2


def test_what_is_open_goes_on_answering_after_a_build(checkout: Path, copy: Path) -> None:
    """A dataset that is open answers from what it opened, though a build has replaced it."""
    dex, store = Modeldex.open(copy), Store.open(copy)
    claims = len(dex.facts("gpt-4o"))
    gpt = checkout / "data" / "models" / "gpt-4o.ttl"
    gpt.write_text(gpt.read_text().replace("object      128000", "object      128001"))
    build(checkout, copy)
    assert dex.fact("gpt-4o", "context window").value == 128000
    assert Modeldex.of(store).fact("gpt-4o", "context window").value == 128000
    assert len(Modeldex.of(store).facts("gpt-4o")) == claims
    assert Modeldex.open(copy).fact("gpt-4o", "context window").value == 128001


# ------------------------------------------------------------------ index and store agree


def test_index_and_store_give_the_same_answers(built: Path, store: Store) -> None:
    """For every thing of the dataset: claims, related things, names and properties are equal."""
    index, slow = Modeldex.open(built), Modeldex.of(store)
    assert isinstance(index._lookup, Index)
    assert index.properties() == slow.properties()
    assert len(index.properties()) > 40
    names = StoreLookup(store).names()
    assert Index(str(Path(Manifest(str(built)).store) / INDEX)).names() == names
    properties = {prop.iri for prop in index.properties()}
    things = {row["thing"] for row in names} - properties
    assert len(things) > 70
    assert f"{MDX}LanguageModel" in things
    claims = 0
    for iri in sorted(things):
        assert index.things(iri) == slow.things(iri)
        thing = index.thing(iri)
        assert index.related(thing) == slow.related(thing)
        assert index.facts(thing) == slow.facts(thing)
        claims += len([claim for claim in index.facts(thing) if claim.subject.iri == iri])
    rows = select(store, "SELECT (COUNT(?c) AS ?n) { ?c a mdx:Claim }").rows
    assert claims == int(rows[0][0].value)


def test_index_and_store_know_the_same_names(built: Path, store: Store) -> None:
    """Every label and other name in the dataset leads, by both ways, to the thing that has it."""
    index, slow = Modeldex.open(built), Modeldex.of(store)
    rows = select(
        store,
        "SELECT ?thing ?name { GRAPH graph:entities { ?thing rdfs:label|skos:altLabel ?name } }",
    ).rows
    count = 0
    for thing, name in ((row[0].value, row[1].value) for row in rows):
        found = index.things(name)
        assert found == slow.things(name)
        if found:
            assert thing in [one.iri for one in found], name
            assert name_key(name)
            count += 1
    assert count > 80


# ------------------------------------------------------------------ queries


def test_a_broken_query_has_its_place(store: Store) -> None:
    """A query that does not parse raises BadQuery with line and column."""
    with pytest.raises(BadQuery) as caught:
        select(store, "SELECT ?s {\n  ?s !!! ?o }\n")
    assert (caught.value.line, caught.value.column) == (2, 11)


def test_only_select_gives_rows(store: Store) -> None:
    """ASK is a query, but gives no rows."""
    assert bool(store.query("ASK { ?s ?p ?o }"))
    with pytest.raises(BadQuery, match="not a SELECT"):
        select(store, "ASK { ?s ?p ?o }")


# ------------------------------------------------------------------ changed bytes


def test_a_changed_byte_never_changes_an_answer(
    copy: Path, dex: Modeldex, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """One bit turned anywhere in the engine's files or the index: the same answers, or refused."""
    chance = random.Random(20261122)
    query = "SELECT ?c ?p ?o { ?c a mdx:Claim ; ?p ?o } ORDER BY ?c ?p ?o"
    expected = [str(row) for row in select(store, query).rows]
    files = [path for path in sorted(store_of(copy).iterdir()) if path.stat().st_size > 100]
    refused = 0
    for number in range(40):
        file = files[number % len(files)]
        whole = file.read_bytes()
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        assert [str(row) for row in select(Store.open(copy), query).rows] == expected
        try:
            facts = Modeldex.open(copy).facts("claude-3-5-sonnet")
        except StoreError:
            refused += file.name == INDEX
        else:
            assert facts == dex.facts("claude-3-5-sonnet")
        file.write_bytes(whole)
    assert len(files) > 5
    assert refused < 40 / len(files) + 1
    assert capsys.readouterr().err.count("damaged") > 30


def test_a_changed_answer_in_the_index_is_refused(copy: Path) -> None:
    """A digit changed inside the index is seen, though the file is a database as before."""
    file = store_of(copy) / INDEX
    content = file.read_bytes()
    assert b'"200000"' in content
    file.write_bytes(content.replace(b'"200000"', b'"900000"'))
    with pytest.raises(StoreError, match="its content has changed"):
        Modeldex.open(copy).fact("Claude 3.5 Sonnet", "context window")
