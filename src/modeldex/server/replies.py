"""What the server sends: headers that go with everything, replies that are kept, refusals."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from datetime import UTC, date, datetime
from email.utils import format_datetime
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import Response

from modeldex.server.negotiation import HTML, Offer, choose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

    Asked = str | tuple[str, bytes, str | None]

# Pages bring everything along; nothing is framed, and nothing is fetched from elsewhere.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
COMMON = tuple((name.encode(), value.encode()) for name, value in (
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "ETag, Last-Modified, Link, Location, Retry-After"),
    ("content-security-policy", POLICY),
    ("cross-origin-resource-policy", "cross-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
))  # fmt: skip
PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, Range",
    "Access-Control-Max-Age": "86400",
}
OVERHEAD = 1_000  # bytes for each reply that is kept
FRESH = "public, max-age=60"
PROBLEM = (
    Offer("text", "text/plain"),
    Offer("json", "application/problem+json", ("application/json",)),
    HTML,
)


class Kept(Response):
    """A reply that is the same until the data change: it is kept, and has an ETag.

    Dates do not decide whether a client's copy still holds: two builds can have the same day.
    """

    def __init__(
        self, content: bytes, media_type: str | None, *, status: int = 200,
        modified: str | None = None, headers: Mapping[str, str] | None = None,
        of_path: bool = False,
    ) -> None:  # fmt: skip
        """`of_path` is what the path alone decides, whatever else stands in the request."""
        self.of_path = of_path
        self.etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        known = {"cache-control": FRESH, **(headers or {})}
        if status == 200:
            known["etag"] = self.etag
            if modified:
                known["last-modified"] = modified
        super().__init__(content, status, known, media_type)
        self.size = len(content) + sum(len(n) + len(v) for n, v in self.raw_headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, or 304 where the client has it."""
        scope["kept"] = self
        if self.status_code == 200 and self._known_to(scope):
            gone = (b"content-length", b"content-type")
            headers = [pair for pair in self.raw_headers if pair[0] not in gone]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            await super().__call__(scope, receive, send)

    def _known_to(self, scope: Scope) -> bool:
        for name, value in scope["headers"]:
            if name == b"if-none-match":
                tags = [
                    tag.strip().removeprefix("W/") for tag in value.decode("latin-1").split(",")
                ]
                if "*" in tags or self.etag in tags:
                    return True
        return False


class Replies:
    """Replies by what was asked; the one asked for longest ago goes when they get too large.

    >>> replies = Replies(capacity=16_000)
    >>> for letter in "abcdefghijklmnop":
    ...     replies.keep(letter, Kept(letter.encode() * 500, "text/plain"))
    >>> replies.get("a") is None, replies.get("p") is None
    (True, False)
    """

    def __init__(self, capacity: int = 128 * 2**20) -> None:
        self._kept: OrderedDict[Asked, Kept] = OrderedDict()
        self._capacity, self._size = capacity, 0

    def get(self, asked: Asked) -> Kept | None:
        """The reply to what was asked, if it is there."""
        reply = self._kept.get(asked)
        if reply is not None:
            self._kept.move_to_end(asked)
        return reply

    def keep(self, asked: Asked, reply: Kept) -> None:
        """Keep a reply, unless it would drive out most others."""
        size = _size(asked, reply)
        if size > self._capacity // 8:
            return
        if before := self._kept.pop(asked, None):
            self._size -= _size(asked, before)
        self._size += size
        self._kept[asked] = reply
        while self._size > self._capacity:
            self._size -= _size(*self._kept.popitem(last=False))

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()
        self._size = 0


def _size(asked: Asked, reply: Kept) -> int:
    """What it takes to keep it: clients choose how long what they ask is."""
    parts = (asked,) if isinstance(asked, str) else asked
    return reply.size + sum(len(part) for part in parts if part) + OVERHEAD


def http_date(day: str) -> str | None:
    """A day (YYYY-MM-DD) as HTTP writes it; None for what is none.

    >>> http_date("2026-06-30")
    'Tue, 30 Jun 2026 00:00:00 GMT'
    """
    try:
        start = date.fromisoformat(day)
    except ValueError:
        return None
    return format_datetime(datetime(start.year, start.month, start.day, tzinfo=UTC), usegmt=True)


def refusal(
    status: int, sentence: str, accept: str | None, headers: Mapping[str, str] | None = None
) -> Response:
    """A refusal in the form that the client reads: a sentence, a problem document, a small page.

    >>> refusal(406, "nothing for you", "image/png").body
    b'nothing for you\\n'
    """
    chosen = choose(accept, PROBLEM)
    more = {**(headers or {}), "Cache-Control": "no-store", "Vary": "Accept"}
    title = HTTPStatus(status).phrase
    if chosen and chosen.name == "json":
        problem = {"title": title, "status": status, "detail": sentence}
        return Response(json.dumps(problem, ensure_ascii=False), status, more,
                        "application/problem+json")  # fmt: skip
    if chosen and chosen.name == "html":
        page = (
            f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title>\n'
            f"<h1>{title}</h1>\n<p>{escape(sentence)}</p>\n</html>\n"
        )
        return Response(page, status, more, "text/html")
    return Response(f"{sentence}\n", status, more, "text/plain")
