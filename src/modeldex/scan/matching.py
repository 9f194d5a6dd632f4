"""Finds the IDs in the bytes of one file.

One search goes over the bytes for all IDs at once; only around what it finds is anything looked
at. An ID counts if it stands alone, and if it is an ordinary word ("ada", "o1"), only where a
model is meant.
"""

from __future__ import annotations

import re

from modeldex.errors import BadInput
from modeldex.scan import contexts
from modeldex.scan.imports import platforms_imported
from modeldex.scan.places import Hit, as_utf8, ignored_lines, placed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from modeldex.scan.ids import KnownId
    from modeldex.scan.places import Occurrence

MARKS = (b'"', b"'", b"`", b" ", b"=", b"/", b":", b"(", b">", b"[", b",", b"\t", b"\n", b".")
"""What stands before an ordinary word that is an ID; it is searched for with it."""
REGIONS = re.compile(rb"(?:^|[^\w.-])(us|eu|apac|global|us-gov|jp|au|ca|sa|me|af)\.$")
VARIANTS = re.compile(rb":(?:free|beta|extended|online|nitro|floor|thinking|exacto)\b")
FILES = (".json", ".md", ".py", ".yaml", ".yml", ".txt", ".html", ".png", ".svg", ".ts", ".js")
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_ESCAPES = re.compile(rb"\\[nrtbf]$|:-$|\x1b\[[\d;]*m$|%(?:2F|3A|22|27|20|3D)$|\\u[0-9a-fA-F]{4}$")


class Finder:
    """Finds these IDs; made once, it is used for any number of files.

    Raises BadInput where the library for the search is not installed.
    """

    def __init__(self, ids: Iterable[KnownId], *, unknown: bool = False) -> None:
        known = self._known = {each.api_id: each for each in ids if each.api_id}
        self._ids = [(each, _looks_of(api_id)) for api_id, each in known.items()]
        self._patterns: list[tuple[int, int]] = []
        texts: list[bytes] = []
        words = tuple(each.api_id for each, looks in self._ids if looks == "word")
        for number, (each, looks) in enumerate(self._ids):
            text = each.api_id.encode()
            spelt = text.replace(b":", b"%3A").replace(b"@", b"%40")
            if spelt != text:  # as it stands in an address
                texts.append(spelt)
                self._patterns.append((number, 0))
            marks: tuple[bytes, ...] = MARKS if looks == "word" else (b"",)
            if looks != "word" and each.api_id.startswith(words):
                marks += MARKS  # else a word and its mark, which begin earlier, would hide it
            for mark in marks:
                texts.append(mark + text)
                self._patterns.append((number, len(mark)))
        self._search = _searcher(texts)
        self._unknown = _like_models(known) if unknown else None

    def occurrences(self, data: bytes) -> list[Occurrence]:
        """All IDs in the bytes of a file, in their order. Never raises."""
        text, exact = as_utf8(data)
        found = list(self._found(text))
        if self._unknown is not None:
            found = sorted([*found, *self._unknown_in(text, found)])
        if not found:
            return []
        ignored = ignored_lines(text)
        if ignored is None:
            return []
        return [each for each in placed(text, found, exact) if each.line not in ignored]

    def _found(self, data: bytes) -> Iterator[Hit]:
        imported: list[str] | None = None
        for pattern, begin, end in self._search(data):
            number, mark = self._patterns[pattern]
            start = begin + mark
            each, looks = self._ids[number]
            if not _stands_alone(data, start, end):
                continue
            before = contexts.line_before(data, start)
            region = REGIONS.search(before)
            if region:
                before = before[: region.start(1)]
            after = data[end : end + 120]
            if variant := VARIANTS.match(after):
                after = after[variant.end() :]
            fine_tuned = before.endswith(b"ft:")
            if fine_tuned:
                before, after = before[:-3], re.sub(rb"^:[\w:.-]*", b"", after)
            path = contexts.path_before(before)
            in_path = path.endswith(b"/") or after.startswith(b"/")
            outside = before[: len(before) - len(path)]
            if (
                in_path
                and not contexts.is_path_of_model(before, after)
                and not (looks == "model" and contexts.means_model(outside, after, data, start))
            ):
                continue
            told, how = contexts.platform_told(before, each.api_id)
            wrote = (
                path
                if contexts.router_of(path) or path.endswith(b"models/") or b"arn:" in path
                else b""
            )
            quoted = contexts.is_quoted(before[: len(before) - len(wrote)], after)
            if looks == "compound" and not (quoted or told):
                meant = contexts.means_model(before, after, data, start)
            elif looks == "word":
                meant = (
                    (quoted and contexts.means_model(before, after, data, start))
                    or contexts.is_called_by_path(before)
                    or (quoted and self._stands_among_ids(data, start, end))
                )
            else:
                meant = True
            if not meant:
                continue
            platforms = (told,) if told else ()
            if not told:
                if imported is None:
                    imported = platforms_imported(data)
                if len(imported) == 1 and _may_be_on(imported[0], each):
                    platforms, how = (imported[0],), "what the file imports"
            length = len(wrote) + (len(region[1]) + 1 if region else 0) + 3 * fine_tuned
            stop = end + _suffix(data, end, fine_tuned)
            yield Hit(start - length, stop, start, end, each.api_id, platforms, how,
                         quoted, fine_tuned)  # fmt: skip

    def _stands_among_ids(self, data: bytes, start: int, end: int) -> bool:
        """Whether strings beside an ordinary word can only be IDs: two, or one of its series."""
        found = [
            each
            for each in contexts.strings_beside(data, start, end)
            if (name := each.decode("ascii", "replace")) in self._known
            and _looks_of(name) == "model"
        ]
        return len(found) > 1 or any(_series(each) == _series(data[start:end]) for each in found)

    def _unknown_in(self, data: bytes, found: Sequence[Hit]) -> Iterator[Hit]:
        assert self._unknown is not None
        taken, number = sorted((each.begin, each.stop) for each in found), 0
        for match in self._unknown.finditer(data):
            start, end = match.span()
            while number < len(taken) and taken[number][1] <= start:
                number += 1
            if number < len(taken) and taken[number][0] < end:
                continue
            before = contexts.line_before(data, start)
            text = match[0].decode()
            if text in self._known or text.endswith(FILES) or not _stands_alone(data, start, end):
                continue
            quoted = contexts.is_quoted(before, data[end : end + 120])
            yield Hit(start, end, start, end, "", (), "", quoted, False)


def _may_be_on(platform: str, each: KnownId) -> bool:
    """Azure offers what OpenAI makes, under deployments that are often named so."""
    openai = contexts.PLATFORM + "openai-api"
    return platform in each.platforms or (
        platform == contexts.PLATFORM + "azure-openai" and openai in each.platforms
    )


def _suffix(data: bytes, end: int, fine_tuned: bool) -> int:
    after = data[end : end + 120]
    found = re.match(rb":[\w:.-]*\w", after) if fine_tuned else VARIANTS.match(after)
    return found.end() if found else 0


def _looks_of(api_id: str) -> str:
    """`model` with letters, digits and a separator; `compound` without digits; else `word`."""
    if not re.search(r"[-.@/:]", api_id):
        return "word"
    return "model" if re.search(r"\d", api_id) else "compound"


def _series(api_id: bytes) -> bytes:
    """The letters with which an ID begins: `o` of o1 and o4-mini."""
    return api_id[: len(api_id) - len(api_id.lstrip(b"abcdefghijklmnopqrstuvwxyz"))]


def _stands_alone(data: bytes, start: int, end: int) -> bool:
    """Whether what stands around an ID does not belong to a longer word or ID."""
    if start and _is_emphasised(data, start, end):
        return True
    if start:
        last = data[start - 1]
        if last in _WORD or last in b"-.@":
            head = data[max(0, start - 12) : start]
            if not _ESCAPES.search(head) and not (last == 0x2E and REGIONS.search(head)):
                return False
        elif last >= 0x80 and _is_letter(data[max(0, start - 4) : start], -1):
            return False
    after = data[end : end + 3]
    if not after:
        return True
    first, second = after[0], after[1] if len(after) > 1 else 0x20
    if first in _WORD or first == 0x2A:
        return False
    if first >= 0x80:
        return not _is_letter(data[end : end + 4], 0)
    if first == 0x2D:  # a hyphen: at most a dash
        return second in b" \t\r\n-" or second >= 0x80
    if first in b".@":
        return second not in _WORD and second != 0x2A
    return not (first == 0x3A and 0x30 <= second <= 0x39)


def _is_emphasised(data: bytes, start: int, end: int) -> bool:
    """Whether it stands between the marks of Markdown, `_so_` or `**so**`."""
    mark = data[start - 1 : start]
    if mark not in (b"_", b"*") or data[end : end + 1] != mark:
        return False
    outer = data[max(0, start - 3) : start].rstrip(mark)[-1:] + data[end : end + 3].lstrip(mark)[:1]
    return not any(each in _WORD for each in outer)


def _is_letter(data: bytes, at: int) -> bool:
    """Whether the character is a letter of a script that writes blanks between words."""
    text = data.decode("utf-8", "ignore")
    return bool(text) and text[at].isalnum() and ord(text[at]) < 0x2E80


def _searcher(texts: list[bytes]):  # type: ignore[no-untyped-def]
    """Patterns, starts and ends of what is found, the leftmost and of these the longest."""
    if not texts:
        return lambda data: ()
    try:
        import ahocorasick_rs
    except ImportError:
        raise BadInput(
            "scanning needs the library ahocorasick-rs",
            remedy="pip install 'modeldex[scan]'",
        ) from None
    return ahocorasick_rs.BytesAhoCorasick(
        texts,
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        implementation=ahocorasick_rs.Implementation.DFA,  # three times as fast as the default
    ).find_matches_as_indexes


def _like_models(known: dict[str, KnownId]) -> re.Pattern[bytes]:
    """What looks like an ID of a family of which several are known."""
    counts: dict[str, int] = {}
    for api_id in known:
        family = re.match(r"(?:[a-z0-9]+\.)?([a-z]{2,})-", api_id)
        if family:
            counts[family[1]] = counts.get(family[1], 0) + 1
    families = sorted((name for name, count in counts.items() if count > 4), key=len, reverse=True)
    names = "|".join(map(re.escape, families)) or r"(?!)"
    return re.compile(
        rf"(?<![\w.@-])(?:[a-z0-9]+\.)?(?:{names})-(?=[a-z0-9.:@-]*\d)[a-z0-9]+(?:[-.:@][a-z0-9]+)*"
        .encode()
    )  # fmt: skip
