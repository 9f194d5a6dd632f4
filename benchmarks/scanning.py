"""How fast a large tree is scanned, beside ripgrep and another scanner, in one run.

A tree of a million lines is made in a temporary folder: real Python, JSON and Markdown of the
installed packages, with IDs strewn in. `rg -F -f` looks for the same IDs, with one thread, and
`llm-model-deprecation` (`--also PATH` to its program, if it is installed elsewhere) for its own.
Whole processes, in turns, the fastest of each.

    python benchmarks/scanning.py [--lines 1000000] [--runs 5] [--also PATH]
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import modeldex
from modeldex.scan.ids import known_ids

KINDS = {".py", ".pyi", ".json", ".md", ".txt", ".js", ".html"}


def make_tree(root: Path, lines: int, ids: list[str]) -> tuple[int, int, int]:
    """Files, lines and IDs written."""
    chance = random.Random(20260821)
    sources = [path for path in sorted(Path(sysconfig.get_paths()["purelib"]).rglob("*"))
               if path.suffix in KINDS and path.is_file()]  # fmt: skip
    chance.shuffle(sources)
    files = written = strewn = 0
    while written < lines:
        for path in sources:
            data = path.read_bytes()
            if b"\0" in data or len(data) > 400_000:
                continue
            if files % 10 == 0:
                data += f'\nMODEL = "{chance.choice(ids)}"\n'.encode()
                strewn += 1
            folder = root / f"package{files % 97}"
            folder.mkdir(exist_ok=True)
            (folder / f"file{files}{path.suffix}").write_bytes(data)
            files += 1
            written += data.count(b"\n")
            if written >= lines:
                break
    return files, written, strewn


def seconds(command: list[str]) -> tuple[float, int]:
    """How long the process took, and how many lines it printed."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    took = time.perf_counter() - start
    if done.returncode > 1:
        sys.exit(f"{command[0]} failed: {done.stderr.decode()[-300:]}")
    return took, done.stdout.count(b"\n")


def main() -> None:
    """Make the tree, run all in turns, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--also", default="llm-deprecation")
    options = parser.parse_args()
    ids = [each.api_id for each in known_ids(modeldex.open())]
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        tree.mkdir()
        files, lines, strewn = make_tree(tree, options.lines, ids)
        patterns = Path(folder, "ids.txt")
        patterns.write_text("\n".join(ids) + "\n")
        print(f"{files} files, {lines} lines, {strewn} IDs strewn in, {len(ids)} IDs looked for")
        commands = {
            "modeldex": [sys.executable, "-m", "modeldex", "scan", "--all", str(tree)],
            "rg -j1": ["rg", "-j1", "-n", "-F", "-f", str(patterns), str(tree)],
        }
        if also := shutil.which(options.also):
            commands["llm-model-deprecation"] = [also, "scan", str(tree)]
        best = dict.fromkeys(commands, float("inf"))
        printed: dict[str, int] = {}
        for _ in range(options.runs):
            for name, command in commands.items():
                took, printed[name] = seconds(command)
                best[name] = min(best[name], took)
    for name, took in best.items():
        ratio = best["modeldex"] / took
        print(f"{name:22} {took:6.3f} s, {printed[name]} lines; modeldex takes {ratio:.2f} of it")


if __name__ == "__main__":
    main()
