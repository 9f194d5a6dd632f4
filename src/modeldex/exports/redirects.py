"""The redirects from the permanent addresses (w3id.org) to where the pages stand."""

from __future__ import annotations

from modeldex.terms import DATASET

PERMANENT = DATASET.removesuffix("dataset")
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


def redirects(base_url: str) -> str:
    """The `.htaccess` that w3id.org takes, for pages at this address.

    >>> "E=BASE:https://models.example.org/" in redirects("https://models.example.org/")
    True
    """
    return RULES.format(base=UNKNOWN if base_url == PERMANENT else base_url)
