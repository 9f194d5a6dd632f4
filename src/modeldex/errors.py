"""What can go wrong, as one small family.

    ModeldexError
    ├── UnknownName        no thing, property or query has that name; says what comes near
    ├── BadInput           a file or value that is broken: which, where, and the way out
    │   └── BadQuery       a SPARQL text that is broken or not allowed: line and column
    ├── LimitReached       a query that was stopped: too long, too large, too deep
    ├── NotAcceptable      an answer of a form for which no syntax was named
    ├── Busy               no room for a query now: whose fault it is, and when to come back
    └── StoreError         the dataset is missing, damaged, or of another version

Each message is one line and ends in the way out.
"""

from __future__ import annotations


class ModeldexError(Exception):
    """The base of all errors that Modeldex raises on purpose."""


class UnknownName(ModeldexError):
    """No thing or property has that name.

    >>> print(UnknownName("model", "claude 3.5 sonet", ["claude-3-5-sonnet"]))
    no model named 'claude 3.5 sonet'; did you mean claude-3-5-sonnet?
    """

    def __init__(self, what: str, name: str, suggestions: list[str] | None = None) -> None:
        self.name = name
        self.suggestions = suggestions or []
        shown = name if len(name) <= 80 else name[:77] + "..."
        message = f"no {what} named {shown!r}"
        if self.suggestions:
            message += f"; did you mean {', '.join(self.suggestions)}?"
        super().__init__(message)


class BadInput(ModeldexError):
    """A broken file or value.

    >>> print(BadInput("not a date: 2026-13-01", file="a.ttl", line=3, remedy="write YYYY-MM-DD"))
    a.ttl:3: not a date: 2026-13-01; write YYYY-MM-DD
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        remedy: str | None = None,
    ) -> None:
        self.message, self.file, self.line, self.column = message, file, line, column
        self.remedy = remedy
        place = ":".join(str(part) for part in (file, line, column) if part is not None)
        text = f"{place}: {message}" if place else message
        super().__init__(f"{text}; {remedy}" if remedy else text)


class BadQuery(BadInput):
    """A SPARQL text that does not parse, or that asks for what is not allowed."""


class LimitReached(ModeldexError):
    """A query was stopped before it was done; nothing of its answer is given.

    `limit` is `time`, `memory`, `size` or `depth`, where that is known.
    """

    def __init__(self, message: str, limit: str | None = None) -> None:
        self.limit = limit
        super().__init__(message)


class NotAcceptable(ModeldexError):
    """The answer has another form than its reader takes: `solutions`, `boolean` or `triples`."""

    def __init__(self, form: str) -> None:
        self.form = form
        super().__init__(f"the answer is {form}, for which no syntax was named")


class Busy(ModeldexError):
    """There is no room for a query now; `retry_after` is in seconds.

    `status` is that of HTTP: 429 where one client has its share, 503 where all are served late.
    """

    def __init__(self, message: str, *, status: int = 503, retry_after: int = 1) -> None:
        self.status, self.retry_after = status, retry_after
        super().__init__(f"{message}; try again in {retry_after} s")


class StoreError(ModeldexError):
    """The dataset is missing, damaged, or written by another version."""
