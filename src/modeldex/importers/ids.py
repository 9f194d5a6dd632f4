"""What IDs themselves say, in the spellings that several catalogues share.

`maker/name` of hosts and routers; OpenRouter's with a variant behind a colon; Bedrock's, with a
geography, a maker and a version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from modeldex.importers.said import Listing

GEOGRAPHY = re.compile(r"(us-gov|us|eu|apac|au|jp|in|ca|global|regional)\.")
BEDROCK_ID = re.compile(r"(?:[a-z-]+\.)?([a-z0-9]+)\.(.+)\Z")
# Behind a name that has its own number (`claude-3-haiku-20240307-v1:0`), not of `claude-v2:1`.
BEDROCK_VERSION = re.compile(r"(?<=\d)-v\d+(?::\d+)*(?::\d+k)?\Z")
VARIANT = re.compile(r"[a-z0-9-]+")


def maker_and_name(
    api_id: str, platform: str = "", own_makers: Mapping[str, str] | None = None
) -> tuple[str | None, str]:
    """The maker and the model's name: the one maker of a platform, or what stands in the ID.

    >>> maker_and_name("meta-llama/llama-3.3-70b"), maker_and_name("a/b/c")
    (('meta-llama', 'llama-3.3-70b'), (None, 'a/b/c'))
    """
    if own_makers and platform in own_makers:
        return own_makers[platform], api_id
    maker, slash, name = api_id.partition("/")
    return (maker, name) if slash and "/" not in name else (None, api_id)


def bedrock_model(api_id: str) -> tuple[str | None, str]:
    """The maker and the model's name in an ID of Amazon Bedrock.

    >>> bedrock_model("eu.anthropic.claude-3-haiku-20240307-v1:0")
    ('anthropic', 'claude-3-haiku-20240307')
    """
    found = BEDROCK_ID.match(api_id)
    return (found[1], BEDROCK_VERSION.sub("", found[2])) if found else (None, api_id)


def bedrock(platform: str, api_id: str, within: tuple[str, ...] = ()) -> Listing:
    """Who is meant by an ID of Amazon Bedrock, which the catalogue calls `platform`.

    >>> bedrock("aws", "eu.anthropic.claude-3-haiku-20240307-v1:0").within
    ('region-eu',)
    """
    maker, name = bedrock_model(api_id)
    found = GEOGRAPHY.match(api_id)
    if not found:
        return Listing(platform, api_id, maker, name, within)
    region = f"region-{found[1]}"
    return Listing(platform, api_id, maker, name, (*within, region), api_id[found.end() :])


def openrouter(api_id: str) -> Listing:
    """Who is meant by an ID of OpenRouter.

    >>> openrouter("meta-llama/llama-3.3-70b-instruct:free").name
    'llama-3.3-70b-instruct'
    """
    plain_id, _, variant = api_id.partition(":")
    maker, slash, name = plain_id.lstrip("~").partition("/")
    within = (f"variant-{variant}",) if VARIANT.fullmatch(variant) else ()
    return Listing(
        "openrouter", api_id, maker if slash else None, name if slash else api_id,
        within, plain_id if within else None,
    )  # fmt: skip
