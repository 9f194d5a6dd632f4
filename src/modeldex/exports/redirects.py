"""The redirects from the permanent addresses (w3id.org) to where the pages stand."""

from __future__ import annotations

from string import ascii_letters, digits
from urllib.parse import urlsplit

from modeldex.errors import BadInput
from modeldex.terms import DATASET

PERMANENT = DATASET.removesuffix("dataset")
_PLAIN = frozenset(ascii_letters + digits + "-._~:/@%")
UNKNOWN = "https://example.org/modeldex/"
RULES = """\
# https://w3id.org/modeldex/: things, vocabulary, context and dataset of Modeldex.
# BASE is where the site or the server stands.
Options +FollowSymLinks
RewriteEngine on
RewriteRule ^ - [E=BASE:{base}]

RewriteCond %{{HTTP_ACCEPT}} text/turtle
RewriteRule ^id/([a-z]+/[a-z0-9-]+)$ %{{ENV:BASE}}$1.ttl [R=303,L]
RewriteCond %{{HTTP_ACCEPT}} application/ld\\+json
RewriteRule ^id/([a-z]+/[a-z0-9-]+)$ %{{ENV:BASE}}$1.jsonld [R=303,L]
RewriteRule ^id/([a-z]+/[a-z0-9-]+)$ %{{ENV:BASE}}$1.html [R=303,L]

RewriteCond %{{HTTP_ACCEPT}} text/turtle
RewriteRule ^(vocab|dataset)$ %{{ENV:BASE}}$1.ttl [R=303,L]
RewriteRule ^(vocab|dataset)$ %{{ENV:BASE}}$1.html [R=303,L]
RewriteRule ^graph/[a-z]+$ %{{ENV:BASE}}dataset.html [R=303,L]
RewriteRule ^context/(v[0-9]+\\.jsonld)$ %{{ENV:BASE}}context/$1 [R=302,L]
RewriteRule ^(.*)$ %{{ENV:BASE}}$1 [R=302,L]
"""


def base_address(text: str) -> str:
    """The address under which all pages and files stand, with a slash at its end.

    Raises BadInput for what is no plain address of http or https: it goes into links, triples
    and the rules of a web server.

    >>> base_address("https://models.example.org/dex")
    'https://models.example.org/dex/'
    """
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not (good and text.isascii() and set(text) <= _PLAIN):
        raise BadInput(
            f"no address of pages: {text!r}",
            remedy="give one of http or https, such as https://models.example.org/",
        )
    return text.rstrip("/") + "/"


def redirects(base_url: str) -> str:
    """The `.htaccess` that w3id.org takes, for pages at this address.

    >>> "E=BASE:https://models.example.org/" in redirects("https://models.example.org/")
    True
    """
    return RULES.format(base=UNKNOWN if base_url == PERMANENT else base_url)
