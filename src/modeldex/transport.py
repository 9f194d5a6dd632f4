"""HTTP to a server that is not trusted: every request ends, and takes no secret elsewhere.

One deadline covers connecting, waiting, reading and trying again, however slowly bytes drip in;
an answer has a largest size and is whole or refused. A redirect is followed only to the same
scheme, host and port. What stands in a message never holds a password or a token.
"""

from __future__ import annotations

import http.client
import re
import time
import urllib.request
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urljoin, urlsplit

from modeldex import __version__
from modeldex.credentials import Credentials
from modeldex.deadline import CONNECT, Deadline, opener
from modeldex.errors import BadInput, LimitReached, ModeldexError, StoreError
from modeldex.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from email.message import Message

AGENT = f"modeldex/{__version__}"
MEGABYTE = 2**20
LARGEST = 256 * MEGABYTE
LONGEST_PAUSE = 30.0
ERROR_SIZE = 16 * 1024
REDIRECTS = 5
KEY_LENGTH = 6
BUSY = (429, 503)
PORTS = {"http": 80, "https": 443}
_QUERY = "/?%:@!$&'()*+,;=~"
_UNFIT = re.compile(r"[\s\x00-\x20\x7f-\x9f\\<>\"{}|^`]")


class Call(NamedTuple):
    """One request."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None = None


class Reply(NamedTuple):
    """One answer. `framed`: the server said how long it is, so that it is known to be whole."""

    status: int
    headers: Message
    body: bytes
    framed: bool

    @property
    def type(self) -> str:
        """The media type without parameters, in lower case."""
        return (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


class Transport:
    """One address and what it takes to speak to it. Threads may share it.

    A user and a password may stand in the address too; they are taken out of it.

    >>> Transport("http://me:secret@localhost:7878/query?x=1")
    Transport('http://localhost:7878/query')
    """

    def __init__(
        self,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        token: str | None = None,
        timeout: float = 60.0,
        max_bytes: int = LARGEST,
        retries: int = 3,
    ) -> None:
        parts = _address(url)
        if parts.username is not None:
            user = unquote(parts.username) if user is None else user
            password = unquote(parts.password or "") if password is None else password
        host = parts.netloc.rpartition("@")[2]
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
        self.shown = f"{parts.scheme}://{host}{path}"
        self.url = self.shown + (f"?{quote(parts.query, safe=_QUERY)}" if parts.query else "")
        self.timeout, self.max_bytes, self.retries = timeout, max_bytes, retries
        if token is not None and user is not None:
            raise BadInput("both a token and a user", remedy="give one of them")
        # What stands in the parameters may be a key; what is long enough is not shown either.
        keys = [value for _, value in parse_qsl(parts.query) if len(value) >= KEY_LENGTH]
        self._auth = Credentials(user, password, token, keys)

    def __repr__(self) -> str:
        return f"Transport({self.shown!r})"

    def send(self, call: Call) -> Reply:
        """The answer, whatever its status. Waits and tries again where the server is busy.

        Raises LimitReached past the deadline or the size, StoreError where there is no answer.
        """
        deadline = Deadline(self.timeout)
        for attempt in range(self.retries + 1):
            reply = self._authorized(call, deadline)
            if reply.status not in BUSY or attempt == self.retries:
                break
            pause = max(0.25 * 2**attempt, _retry_after(reply))
            if pause > LONGEST_PAUSE or pause >= deadline.seconds():
                break
            time.sleep(pause)
        return reply

    def refusal(self, reply: Reply) -> ModeldexError:
        """The error for an answer that is not the one asked for."""
        said = self.said(reply)
        status = f"{self.shown} answered {reply.status}"
        if reply.status == 401:
            given = "does not take what was given" if self._auth else "asks who you are"
            return StoreError(
                f"{self.shown} {given} (401); give user and password, or a token "
                "(MODELDEX_USER and MODELDEX_PASSWORD, or MODELDEX_TOKEN)"
            )
        if reply.status in BUSY:
            return StoreError(f"{self.shown} is busy ({reply.status}); try again later")
        if reply.status in (404, 405, 406, 410, 415):
            return StoreError(f"{status}{said}; is this the right address?")
        if reply.status in (408, 504) or "timed out" in said.lower():
            return LimitReached(f"{status}{said}; it took the server too long, ask for less")
        if reply.status in (413, 414):
            return LimitReached(f"{status}{said}; the request is larger than it takes")
        return StoreError(f"{status}{said}")

    def said(self, reply: Reply) -> str:
        """What the server says about an error, as `: one line`; nothing for a page of HTML."""
        text = reply.body.decode("utf-8", "replace").partition("\n\n")[0].strip()
        if not text or text.startswith("<") or "html" in reply.type:
            return ""
        line = "".join(c if c.isprintable() else " " for c in self._auth.without_secrets(text))
        line = " ".join(line.split())
        return f": {line if len(line) <= 200 else line[:197] + '...'}"

    def _authorized(self, call: Call, deadline: Deadline) -> Reply:
        # A server that wants a digest names its terms only to who comes without a password, and
        # may hang up on a large request: so it is asked without its body.
        auth = self._auth
        terms = None
        if auth.wants_terms or (auth.user is not None and len(call.body or b"") > ERROR_SIZE):
            terms = self._terms(call, deadline)
        reply = self._followed(call, auth.header(call.method, call.url, terms), deadline)
        if reply.status == 401 and auth.user is not None and terms is None:
            terms = self._terms(call, deadline)
            if terms is not None:
                auth.wants_terms = True
                reply = self._followed(call, auth.header(call.method, call.url, terms), deadline)
        return reply

    def _terms(self, call: Call, deadline: Deadline) -> str | None:
        bare = call._replace(body=None if call.body is None else b"")
        reply = self._followed(bare, None, deadline)
        if reply.status == 401:
            for offered in reply.headers.get_all("WWW-Authenticate", []):
                if str(offered).lower().startswith("digest "):
                    return str(offered)[7:]
        return None

    def _followed(self, call: Call, authorization: str | None, deadline: Deadline) -> Reply:
        if authorization is not None:
            call = call._replace(headers=call.headers | {"Authorization": authorization})
        for _ in range(REDIRECTS):
            reply = self._once(call, deadline)
            target = reply.headers.get("Location")
            if reply.status not in (301, 302, 303, 307, 308) or target is None:
                return reply
            if call.body is not None and reply.status not in (307, 308):
                raise StoreError(f"{self.shown} sends requests elsewhere; is it the right address?")
            call = call._replace(url=self._same_place(call.url, target))
        raise StoreError(f"{self.shown} sends requests on and on; is it the right address?")

    def _same_place(self, url: str, target: str) -> str:
        try:
            there = urljoin(url, target.strip())
            parts, here = urlsplit(there), urlsplit(url)
            same = _origin(parts) == _origin(here)
        except ValueError:
            parts, same = None, False
        if not same and parts is not None and parts.scheme in PORTS and parts.hostname:
            place = self._auth.without_secrets(f"{parts.scheme}://{parts.hostname}")
            raise StoreError(f"{self.shown} sends requests to {place}; not followed: "
                             "give the address there, if you trust it")  # fmt: skip
        if not same or parts is None or "@" in parts.netloc or _UNFIT.search(there):
            raise StoreError(f"{self.shown} sends requests to where they must not go; not followed")
        return there

    def _once(self, call: Call, deadline: Deadline) -> Reply:
        request = urllib.request.Request(
            call.url, call.body, {"User-Agent": AGENT} | call.headers, method=call.method
        )
        try:
            with opener(deadline).open(request, timeout=CONNECT) as response:
                return self._read(response)
        except http.client.IncompleteRead:
            fault = "ended its answer before it was whole"
        except http.client.RemoteDisconnected:
            fault = "gave no answer"
        except http.client.HTTPException:
            fault = "gave an answer that is not HTTP"
        except UnicodeError:
            fault = "cannot be reached: no name of a host"
        except OSError as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError) and deadline.seconds() <= 0:
                raise LimitReached(
                    f"{self.shown} gave no whole answer within {self.timeout:g} seconds; "
                    "ask for less, or allow more time"
                ) from None
            if isinstance(reason, BrokenPipeError | ConnectionResetError):
                raise StoreError(
                    f"{self.shown} closed the connection before the request was whole: it may "
                    "refuse the user (401), or take no more at once"
                ) from None
            why = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
            fault = f"cannot be reached: {' '.join(str(why).split())[:120]}"
        raise StoreError(f"{self.shown} {fault}; try again, or check the address")

    def _read(self, response: http.client.HTTPResponse) -> Reply:
        good = response.status < 300
        limit = self.max_bytes if good else ERROR_SIZE
        framed = bool(response.chunked) or response.length is not None
        parts, size = [], 0
        try:
            while size <= limit and not (good and (response.length or 0) > limit - size):
                part = response.read(64 * 1024)
                if not part:
                    break
                parts.append(part)
                size += len(part)
            else:
                if good:
                    raise LimitReached(f"{self.shown} gave more than {limit / MEGABYTE:g} MB; "
                                       "ask for less, or allow more")  # fmt: skip
            if good and response.length:
                raise http.client.IncompleteRead(b"")
        except (http.client.HTTPException, OSError):
            # Of an error, what has come is enough.
            if good or not parts:
                raise
        encoding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
        if good and encoding != "identity" and size:
            raise StoreError(f"{self.shown} gave a compressed answer, which was not asked for")
        return Reply(response.status, response.headers, b"".join(parts), framed)


def _address(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = None, None
    if parts is None or parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise BadInput("not the address of a server", remedy="it begins with http:// or https://")
    if _UNFIT.search(url.strip()):
        raise BadInput("an address with characters that none can have", remedy="encode them as %XX")
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)


def _retry_after(reply: Reply) -> float:
    """The seconds that the server asks to wait; 0 where it does not say."""
    text = (reply.headers.get("Retry-After") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    from email.utils import mktime_tz, parsedate_tz

    parsed = parsedate_tz(text)
    try:
        return max(0.0, mktime_tz(parsed) - time.time()) if parsed else 0.0
    except (ValueError, OverflowError):
        return 0.0
