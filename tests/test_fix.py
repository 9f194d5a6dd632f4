"""`modeldex scan --fix`: a diff that applies, and files in which nothing else changes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.cli import main
from modeldex.errors import BadInput
from modeldex.scan.findings import Fix
from modeldex.scan.fixing import Patch, apply, patch, unified_diff

DAY = "2026-08-21"
OLD, NEW = b"claude-opus-4-20250514", b"claude-opus-4-8"
Out = pytest.CaptureFixture[str]
Binary = pytest.CaptureFixture[bytes]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, where one stands."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fix(*words: str) -> int:
    return main(["scan", ".", "--by", DAY, "--fix", *words])


def test_the_diff_applies_and_nothing_was_written(tree: Path, capsysbinary: Binary) -> None:
    content = b"\n".join(
        [b"line"] * 20 + [b'm = "' + OLD + b'"'] + [b"caf\xe9\r"] * 9 + [b'"' + OLD + b'"']
    )
    (tree / "app.py").write_bytes(content)
    assert fix() == 1
    diff = capsysbinary.readouterr().out
    assert (tree / "app.py").read_bytes() == content
    subprocess.run(["git", "apply", "-"], cwd=tree, input=diff, check=True, capture_output=True)
    assert (tree / "app.py").read_bytes() == content.replace(OLD, NEW)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_written_files_keep_all_else(tree: Path, capsysbinary: Binary, end: bytes) -> None:
    """Encoding, line ends, the missing last one, and rights stay."""
    content = end.join([b"# caf\xe9", b"m = '" + OLD + b"'", b"x = '" + OLD + b"'"])
    (tree / "app.py").write_bytes(content)
    (tree / "app.py").chmod(0o751)
    assert fix("--write") == 0
    assert (tree / "app.py").read_bytes() == content.replace(OLD, NEW)
    assert (tree / "app.py").stat().st_mode & 0o777 == 0o751
    assert os.listdir(tree) == ["app.py"]
    assert b"2 of 2 findings changed, in 1 file\n" in capsysbinary.readouterr().err
    assert main(["scan", ".", "--by", DAY]) == 0


@pytest.mark.parametrize(
    "text",
    [
        'x = "gpt-4"',  # an alias
        "Since June claude-opus-4-20250514 is retired.",  # prose
        'x = "gpt-4-0314"',  # three ways out
        'x = "gemini-2.0-flash"',  # two platforms
        'x = "us.anthropic.claude-3-5-haiku-20241022-v1:0"',  # a profile of a region
        'x = "azure/gpt-4-0613"',  # a platform that nothing is known of
        'x = "ft:gpt-3.5-turbo-0125:org::id"',  # of a customer's own
        'x = "claude-opus-4-6"',  # live
        'x = "claude-opus-4-20250514"  # modeldex: ignore',
    ],
)
def test_what_is_not_certain_is_left_alone(tree: Path, capsys: Out, text: str) -> None:
    (tree / "app.py").write_text(text)
    fix("--write")
    assert capsys.readouterr().out == ""
    assert (tree / "app.py").read_text() == text


def test_only_the_id_behind_a_prefix_is_exchanged(tree: Path, capsys: Out) -> None:
    (tree / "app.py").write_bytes(b'm = "anthropic/' + OLD + b'"\n')
    assert fix("--write") == 0
    assert (tree / "app.py").read_bytes() == b'm = "anthropic/' + NEW + b'"\n'


def test_utf_16_is_left_alone(tree: Path, capsys: Out) -> None:
    content = f'model = "{OLD.decode()}"\n'.encode("utf-16")
    (tree / "app.py").write_bytes(content)
    assert fix("--write") == 1
    assert (tree / "app.py").read_bytes() == content


def test_what_the_baseline_holds_back_is_left_alone(tree: Path, capsys: Out) -> None:
    content = b'm = "' + OLD + b'"\n'
    (tree / "app.py").write_bytes(content)
    main(["scan", ".", "--by", DAY, "--write-baseline", "base.json"])
    assert fix("--write", "--baseline", "base.json") == 0
    assert (tree / "app.py").read_bytes() == content


def test_a_file_that_changed_since_is_refused(tree: Path) -> None:
    place = tree / "app.py"
    place.write_bytes(b"'old' # and more")
    one = Patch("app.py", str(place), b"'old'", (Fix(1, 4, "new", 2, 5),))
    with pytest.raises(BadInput, match="has changed since it was scanned; it was left alone"):
        apply(one)
    assert place.read_bytes() == b"'old' # and more"
    place.unlink()
    with pytest.raises(BadInput, match="cannot be read again"):
        apply(one)


@given(
    st.lists(st.one_of(st.just(b"old"), st.binary(max_size=6).filter(lambda b: b"old" not in b)),
             max_size=30)
)  # fmt: skip
def test_any_bytes_are_patched_as_the_diff_says(parts: list[bytes]) -> None:
    """What `patch -R` undoes is what was there: the lines of a diff give both files back."""
    data, fixes = b"", []
    for part in parts:
        if part == b"old":
            fixes.append(Fix(len(data), len(data) + 3, "newer", 1, 4))
        data += part
    one = Patch("a", "/a", data, tuple(fixes))
    assert one.fixed == b"".join(b"newer" if part == b"old" else part for part in parts)
    if not fixes:
        return
    before, after = sides(unified_diff(one, "a"))
    assert all(line in data for line in before)
    assert all(line in one.fixed for line in after)
    assert b"".join(before).count(b"old") >= len(fixes)


def sides(diff: bytes) -> tuple[list[bytes], list[bytes]]:
    """The lines before and after, without marks."""
    lines = diff.split(b"\n")[2:-1]
    before, after = [], []
    for number, line in enumerate(lines):
        if line.startswith((b"@@", b"\\")):
            continue
        last = number + 1 < len(lines) and lines[number + 1].startswith(b"\\")
        text = line[1:] + (b"" if last else b"\n")
        if not line.startswith(b"+"):
            before.append(text)
        if not line.startswith(b"-"):
            after.append(text)
    return before, after


def test_without_fixes_there_is_no_patch() -> None:
    assert patch("a", "/a", b"", []) is None
