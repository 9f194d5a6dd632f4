"""A password or a token, kept where no message, repr or error finds it."""

from __future__ import annotations

import base64
import re
import urllib.request
from contextlib import suppress
from urllib.parse import quote

from modeldex.errors import BadInput, StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Credentials:
    """What a server may ask for: nothing, user and password, or a token.

    >>> Credentials("me", "secret")
    Credentials()
    """

    def __init__(
        self,
        user: str | None = None,
        password: str | None = None,
        token: str | None = None,
        keys: Iterable[str] = (),
    ) -> None:
        unfit = next((name for name, text in (("user", user), ("password", password))
                      if text is not None and not text.isprintable()), None)  # fmt: skip
        if token is not None and not re.fullmatch(r"[!-~]+", token):
            unfit = "token"
        if unfit:
            raise BadInput(f"the {unfit} has characters that none can have", remedy="check it")
        if user is not None and ":" in user:
            raise BadInput("a colon in the user", remedy="give the password apart from it")
        if password is not None and user is None:
            raise BadInput("a password without a user", remedy="set MODELDEX_USER")
        self.user = user
        self._password, self._token, self._keys = password or "", token, tuple(keys)
        self.wants_terms = False

    def __bool__(self) -> bool:
        return self.user is not None or self._token is not None

    def __repr__(self) -> str:
        return "Credentials()"

    def header(self, method: str, url: str, terms: str | None) -> str | None:
        """The `Authorization` of a request; `terms` are those of a digest."""
        if self._token is not None:
            return f"Bearer {self._token}"
        if self.user is None:
            return None
        if terms is None:
            return f"Basic {self._basic()}"
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, self.user, self._password)
        maker = urllib.request.HTTPDigestAuthHandler(passwords)
        request = urllib.request.Request(url, method=method)
        pairs = [pair for pair in urllib.request.parse_http_list(terms) if "=" in pair]
        digest = None
        with suppress(ValueError, OSError):
            digest = maker.get_authorization(request, urllib.request.parse_keqv_list(pairs))
        if not digest:
            # Not raised while handling the other error, whose values hold the password.
            raise StoreError("the server wants a digest of a kind that is not known here")
        return f"Digest {digest}"

    def _basic(self) -> str:
        return base64.b64encode(f"{self.user}:{self._password}".encode()).decode()

    def without_secrets(self, text: str) -> str:
        """The text with stars for what a server may have echoed."""
        secrets = [self._password, self._token or "", self._basic() if self.user else "",
                   *self._keys]  # fmt: skip
        for secret in sorted((one for one in secrets if one), key=len, reverse=True):
            for spelling in (secret, quote(secret, safe="")):
                text = text.replace(spelling, "***")
        return text
