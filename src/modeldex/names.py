"""Names as people type them, reduced to what they have in common."""

from __future__ import annotations


def name_key(name: str) -> str:
    """Lower-case letters and digits only; what is left of two spellings of one name is equal.

    >>> name_key("Claude 3.5 Sonnet") == name_key("claude-3-5-sonnet")
    True
    >>> name_key("contextWindow") == name_key("context window")
    True
    """
    if name.isascii():
        return "".join(filter(str.isalnum, name.lower()))
    import unicodedata

    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", folded)))


def nearest(name: str, known: dict[str, str], count: int = 3) -> list[str]:
    """The known names that come nearest; `known` maps keys to names to show.

    >>> nearest("claude 3.5 sonet", {"claude35sonnet": "claude-3-5-sonnet", "gpt4o": "gpt-4o"})
    ['claude-3-5-sonnet']
    """
    import difflib

    key = name_key(name)[:100]
    if not key:
        return []
    close = difflib.get_close_matches(key, known, n=count, cutoff=0.6)
    inside = sorted((k for k in known if key in k), key=len) if len(key) > 2 else []
    return list(dict.fromkeys(known[k] for k in [*close, *inside]))[:count]
