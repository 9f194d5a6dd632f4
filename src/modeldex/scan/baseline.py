"""The findings that a project starts with, so that only new ones are told.

A finding is known by file, ID, event and its number among those: lines may move.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from modeldex.errors import BadInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from modeldex.scan.findings import Finding

    Key = tuple[str, str, str]

VERSION = 1
REMEDY = "write it again with --write-baseline"


def key_of(finding: Finding) -> Key:
    """What a finding is known by, without its number."""
    return finding.path, finding.api_id or finding.written, finding.worst.event


def fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """A digest for each finding: the same when lines move."""
    from hashlib import sha256

    numbers: Counter[Key] = Counter()
    for each in findings:
        key = key_of(each)
        numbers[key] += 1
        text = "\0".join([*key, str(numbers[key])])
        yield sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def baseline_text(findings: Iterable[Finding]) -> str:
    """The baseline of these findings, sorted: JSON that reads well in a comparison."""
    numbers = Counter(map(key_of, findings))
    rows = [
        {"path": path, "id": api_id, "event": event, "count": numbers[path, api_id, event]}
        for path, api_id, event in sorted(numbers)
    ]
    # Else the next scan would find the IDs in it.
    head = {"about": "findings that are known; modeldex: ignore-file", "version": VERSION}
    return json.dumps({**head, "findings": rows}, indent=2) + "\n"


def read_baseline(path: str) -> Counter[Key]:
    """How many findings of each key are known. Raises BadInput for what is no baseline."""
    try:
        content = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise BadInput(
            f"cannot be read: {error.strerror}", file=path, remedy="make it with --write-baseline"
        ) from None
    except (ValueError, RecursionError):
        raise BadInput("is no JSON", file=path, remedy=REMEDY) from None
    try:
        if content["version"] != VERSION:
            raise BadInput(f"is of version {content['version']!r}", file=path, remedy=REMEDY)
        known: Counter[Key] = Counter()
        for row in content["findings"]:
            key = row["path"], row["id"], row["event"]
            if not all(isinstance(part, str) for part in key) or type(row["count"]) is not int:
                raise TypeError
            known[key] += row["count"]
    except (KeyError, TypeError):
        raise BadInput("is no baseline", file=path, remedy=REMEDY) from None
    return known


def new_ones(findings: Sequence[Finding], known: Counter[Key]) -> list[Finding]:
    """The findings beyond those that are known; of several alike, the last."""
    left = Counter(known)
    found = []
    for each in findings:
        key = key_of(each)
        if left[key] > 0:
            left[key] -= 1
        else:
            found.append(each)
    return found
