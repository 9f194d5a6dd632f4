"""Which files of a tree are looked at, in which order, and what is said of the others."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from modeldex.errors import BadInput
from modeldex.scan.tree import STDIN, Tree


def paths(tree: Tree, top: Path) -> list[str]:
    return [os.path.relpath(found.absolute, top) for found, _ in tree]


def write(top: Path, **files: str) -> None:
    for name, text in files.items():
        path = top / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_files_come_in_order_whatever_the_system_gives(tmp_path: Path) -> None:
    write(tmp_path, b__2_dot_py="x", a_dot_py="x", b__1_dot_py="x", c_dot_py="x")
    assert paths(Tree([str(tmp_path)]), tmp_path) == ["a.py", "c.py", "b/1.py", "b/2.py"]


def test_gitignore_is_respected_as_git_does(tmp_path: Path) -> None:
    """Nested files, negation, and the exclude file of the repository: the same as git itself."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(
        tmp_path, _dot_gitignore="*.log\nbuild/\n!keep.log\n/top.txt\n", a_dot_log="x",
        keep_dot_log="x", top_dot_txt="x", build__x_dot_py="x", src__top_dot_txt="x",
        src___dot_gitignore="!a.log\nsecret*\n", src__a_dot_log="x", src__secret_dot_py="x",
        src__deep__b_dot_log="x", src__deep__secrets__y_dot_py="x", other_dot_py="x",
    )  # fmt: skip
    (tmp_path / ".git" / "info" / "exclude").write_text("other.py\n")
    tree = Tree([str(tmp_path)])
    listed = subprocess.run(
        ["git", "-C", str(tmp_path), "ls-files", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    assert sorted(paths(tree, tmp_path)) == sorted(listed)
    assert tree.skipped["ignored"] >= 4
    below = Tree([str(tmp_path / "src")])
    assert sorted(paths(below, tmp_path)) == sorted(p for p in listed if p.startswith("src/"))
    assert len(paths(Tree([str(tmp_path)], use_gitignore=False), tmp_path)) == 12


def test_links_are_not_followed_out_of_the_tree_nor_in_circles(tmp_path: Path) -> None:
    write(tmp_path, tree__a_dot_py="x", out__b_dot_py="x")
    (tmp_path / "tree" / "away").symlink_to(tmp_path / "out")
    (tmp_path / "tree" / "round").symlink_to(tmp_path / "tree")
    (tmp_path / "tree" / "gone.py").symlink_to(tmp_path / "nowhere")
    tree = Tree([str(tmp_path / "tree")])
    assert paths(tree, tmp_path) == ["tree/a.py"]
    assert tree.skipped == {"link": 3}


def test_what_cannot_be_read_is_counted_by_reason(tmp_path: Path) -> None:
    write(tmp_path, a_dot_py="x", big_dot_py="x" * 2000)
    (tmp_path / "b.bin").write_bytes(b"GIF\0\0")
    os.mkfifo(tmp_path / "pipe")
    wide = tmp_path / "wide.txt"
    wide.write_text("gpt-4", "utf-16")
    tree = Tree([str(tmp_path)], max_size=1000)
    assert paths(tree, tmp_path) == ["a.py", "wide.txt"]
    assert tree.skipped == {"binary": 1, "too large": 1, "not a regular file": 1}


def test_a_file_named_twice_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a_dot_py="x")
    monkeypatch.chdir(tmp_path)
    assert [found.path for found, _ in Tree(["a.py", str(tmp_path / "a.py"), "."])] == ["a.py"]


def test_globs_can_be_excluded(tmp_path: Path) -> None:
    write(tmp_path, a_dot_py="x", tests__b_dot_py="x", docs__c_dot_md="x")
    assert paths(Tree([str(tmp_path)], exclude=["tests/", "*.md"]), tmp_path) == ["a.py"]


def test_a_path_that_is_not_there_is_an_error() -> None:
    with pytest.raises(BadInput, match="no such file or folder"):
        Tree(["/nowhere/at/all"])


def test_a_million_lines_are_one_file_among_others(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("nothing here\n" * 1_000_000)
    (found, data), *others = Tree([str(tmp_path)])
    assert (found.path.endswith("long.txt"), data.count(b"\n"), others) == (True, 1_000_000, [])


def test_a_folder_that_is_given_itself_is_read_though_git_ignores_it(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    write(
        tmp_path, **{"build__a_dot_py": "x", "build__b_dot_log": "x", "_dot_gitignore": "build/\n"}
    )
    assert paths(Tree([str(tmp_path / "build")]), tmp_path) == ["build/a.py", "build/b.log"]
    assert paths(Tree([str(tmp_path)]), tmp_path) == [".gitignore"]


@pytest.mark.parametrize("broken", ["!", "a\\", "[z-a]", "[[:alpha:]]x", "\x0c"])
def test_a_broken_pattern_matches_nothing_and_harms_no_other(tmp_path: Path, broken: str) -> None:
    write(tmp_path, a="x", b="x", _dot_gitignore=f"{broken}\nb\n")
    assert paths(Tree([str(tmp_path)]), tmp_path) == [".gitignore", "a"]


def test_a_broken_glob_to_exclude_is_named() -> None:
    with pytest.raises(BadInput, match=r"not a pattern: '!'; write it as in"):
        Tree(["."], exclude=["*.log", "!"])


def test_patterns_are_read_from_regular_files_only(tmp_path: Path) -> None:
    """A pipe would hold the scan up for ever; a linked file git does not read either."""
    write(tmp_path, a="x", b__a="x", c="a\n")
    os.mkfifo(tmp_path / ".gitignore")
    (tmp_path / "b/.gitignore").symlink_to(tmp_path / "c")
    tree = Tree([str(tmp_path)])
    assert paths(tree, tmp_path) == ["a", "c", "b/a"]
    assert tree.skipped == {"not a regular file": 1, "link": 1}


@pytest.mark.parametrize(("data", "reason"), [(b"x" * 11, "too large"), (b"\0x", "binary")])
def test_standard_input_is_skipped_for_the_same_reasons(
    data: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    tree = Tree([STDIN], max_size=10)
    assert list(tree) == []
    assert tree.skipped == {reason: 1}
