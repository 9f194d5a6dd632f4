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
# BASE is where the site or the server stands. Of page and data, that which Accept names first.
Options +FollowSymLinks
RewriteEngine on
RewriteRule ^ - [E=BASE:{base}]

RewriteRule ^ - [E=KIND:html]
RewriteCond %{{HTTP_ACCEPT}} ^((?!{page}|{json}).)*({turtle}) [NC]
RewriteRule ^ - [E=KIND:ttl]
RewriteCond %{{HTTP_ACCEPT}} ^((?!{page}|{turtle}).)*({json}) [NC]
RewriteRule ^ - [E=KIND:jsonld]

RewriteRule ^id/query/([a-z0-9-]+)$ %{{ENV:BASE}}queries/$1.%{{ENV:KIND}} [R=303,L]
RewriteRule ^id/([a-z]+/[a-z0-9-]+)$ %{{ENV:BASE}}$1.%{{ENV:KIND}} [R=303,L]
RewriteCond %{{ENV:KIND}} html
RewriteRule ^(vocab|dataset)$ %{{ENV:BASE}}$1.html [R=303,L]
RewriteRule ^(vocab|dataset)$ %{{ENV:BASE}}$1.ttl [R=303,L]
RewriteRule ^(graph/[a-z]+|shapes)$ %{{ENV:BASE}}dataset.html [R=303,L]
RewriteRule ^(.*)$ %{{ENV:BASE}}$1 [R=302,L]
"""
TYPES = {
    "page": "text/html|application/xhtml\\+xml",
    "json": "application/ld\\+json|application/json",
    "turtle": "text/turtle|application/x-turtle|text/n3|application/n-triples"
    "|application/rdf\\+xml",
}


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
    return RULES.format(base=UNKNOWN if base_url == PERMANENT else base_url, **TYPES)
