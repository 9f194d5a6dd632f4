"""What the server speaks of: one release of the dataset, its pages, and how to say what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modeldex.errors import BadInput, Busy, LimitReached, NotAcceptable, UnknownName
from modeldex.server.replies import http_date
from modeldex.server.sparql_protocol import Refused
from modeldex.web.pages import Pages
from modeldex.web.statements import Statements

if TYPE_CHECKING:
    from modeldex.dex import Modeldex
    from modeldex.errors import ModeldexError

CANONICAL = "https://w3id.org/modeldex/"


class Subject:
    """A release of the dataset, open as long as requests look at it."""

    def __init__(self, dex: Modeldex, base_url: str | None) -> None:
        self.dex = dex
        self.base_url = base_url
        self.pages_url = base_url or CANONICAL
        self.pages = Pages(dex, base_url=self.pages_url, live=True)
        self.said = Statements(dex)
        self.modified = http_date(dex.release)


def fault(error: ModeldexError) -> Refused:
    """An error of ours as a refusal: whose fault it is, and the sentence.

    >>> fault(UnknownName("query", "nothing-like-it")).status
    404
    """
    if isinstance(error, Busy):
        retry = str(max(1, round(error.retry_after)))
        return Refused(error.status, str(error), {"Retry-After": retry})
    if isinstance(error, NotAcceptable):
        return Refused(406, str(error))
    if isinstance(error, UnknownName):
        return Refused(404, str(error))
    if isinstance(error, BadInput):
        return Refused(400, str(error))
    if isinstance(error, LimitReached):
        return Refused(422, str(error))
    # The dataset is damaged or gone: its message has paths, which are nobody's business.
    return Refused(503, "the dataset cannot be read at the moment", {"Retry-After": "30"})
