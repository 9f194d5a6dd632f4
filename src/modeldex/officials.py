"""Who speaks for whom: whether a source is official for a claim.

Official is not a property of a source but of a source for a claim: the source speaks for the
provider of the subject and, where subject or object names a platform, for that platform. What is
offered on a platform has two providers: who makes the model, and who runs the platform.
A maker's own word on where its model is offered, and under which ID, is official too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from modeldex.terms import DCTERMS, MDX

Links = Mapping[str, Mapping[str, list[str]]]
"""Subject, predicate, objects: the IRIs that describe the things."""

CREATOR = DCTERMS + "creator"
TOWARDS_CREATOR = (DCTERMS + "isVersionOf", MDX + "offeringOf", MDX + "useOf", MDX + "onPlatform")
PROVIDERS_OWN_WORD = (MDX + "offeredOn", MDX + "apiId")


def makers_of(subject: str, links: Links) -> set[str]:
    """Who makes a thing: its creator, or that of the model or platform it belongs to."""
    seen: set[str] = set()
    waiting = [subject]
    while waiting:
        thing = waiting.pop()
        if thing in seen:
            continue
        seen.add(thing)
        described = links.get(thing, {})
        if creators := described.get(CREATOR):
            return set(creators)
        for predicate in TOWARDS_CREATOR:
            if further := described.get(predicate):
                waiting += further
                break
    return set()


def platforms_named(things: Iterable[str], links: Links, platforms: set[str]) -> set[str]:
    """The platforms among the things, and those on which they are."""
    named = set()
    for thing in things:
        if thing in platforms:
            named.add(thing)
        named.update(links.get(thing, {}).get(MDX + "onPlatform", ()))
    return named


def official_sources(
    speaks_for: Mapping[str, set[str]], subject: str, predicate: str, value: str | None,
    links: Links, platforms: set[str],
) -> set[str]:  # fmt: skip
    """The sources that are official for a claim, of those that speak for somebody."""
    makers = makers_of(subject, links)
    named = platforms_named([subject, *([value] if value else [])], links, platforms)
    providers = makers.union(*(makers_of(platform, links) for platform in named))
    own_word = predicate in PROVIDERS_OWN_WORD
    return {
        source
        for source, spoken in speaks_for.items()
        if (own_word and makers & spoken) or (providers & spoken and named <= spoken)
    }
