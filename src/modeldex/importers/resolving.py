"""Who is meant: from a listing to the offering, joined to the curated things only when sure.

An offering is the curated one if platform and API ID are the same. Its model is the curated one
if the ID names the maker and the maker has one model of that name, or if the name is that of a
curated model and begins with a brand that only its maker uses. Else the model stands apart.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from modeldex import terms as t
from modeldex.importers.curated import Curated, normal
from modeldex.importers.said import Catalogue, Listing

BRANDS = {
    "gpt": "openai", "o1": "openai", "o3": "openai", "o4": "openai", "chatgpt": "openai",
    "codex": "openai", "dall-e": "openai", "sora": "openai", "text-embedding-3": "openai",
    "text-embedding-ada": "openai", "claude": "anthropic", "gemini": "google",
    "imagen": "google", "veo": "google",
}  # fmt: skip
IN_VOCABULARY = {"batch": t.MDX + "batch", "fine-tuned": t.MDX + "fineTuned"}
SLUG = re.compile(r"[a-z0-9]+(?:-{1,2}[a-z0-9]+)*\Z")


class Offering(NamedTuple):
    """An offering to be described: its IRI and what describes it; `how` it was joined.

    `how` is `offering` (it is a curated one), `model` (it is of a curated model) or `apart`.
    """

    iri: str
    label: str
    model: str
    platform: str
    broader: str | None
    within: tuple[str, ...]
    how: str
    api_id: str | None


class Described(NamedTuple):
    """A model, platform or maker to be described: its label and who makes or runs it."""

    label: str
    maker: str | None


class Resolver:
    """The offerings that the listings of catalogues mean, and what must be described for them."""

    def __init__(self, curated: Curated) -> None:
        self.curated = curated
        self.offerings: dict[str, Offering] = {}
        self.models: dict[str, Described] = {}
        self.platforms: dict[str, Described] = {}
        self.makers: dict[str, str] = {}
        self._bases: dict[tuple[str, str], Offering] = {}
        self._listed: dict[tuple[str, Listing], Offering] = {}

    def offering(self, catalogue: Catalogue, listing: Listing) -> Offering:
        """The offering that a listing of a catalogue means."""
        found = self._listed.get((catalogue.name, listing))
        if found is None:
            found = self._listed[catalogue.name, listing] = self._offering(catalogue, listing)
        return found

    def narrower(self, offering: Offering, within: tuple[str, ...]) -> Offering:
        """The offering under further conditions."""
        added = _added(offering, within)
        if not added:
            return offering
        iri = self.narrower_iri(offering, within)
        known = self.offerings.get(iri)
        if known is None:
            label = f"{offering.label}, {', '.join(map(condition_label, added))}"
            known = Offering(iri, label, offering.model, offering.platform, offering.iri,
                             (*offering.within, *added), self._how(iri, offering),
                             None)  # fmt: skip
            self.offerings[iri] = known
        return known

    def narrower_iri(self, offering: Offering, within: tuple[str, ...]) -> str:
        """The IRI of the offering under further conditions."""
        return "--".join([offering.iri, *map(slug, _added(offering, within))])

    def _offering(self, catalogue: Catalogue, listing: Listing) -> Offering:
        platform = self._platform(catalogue, listing.platform)
        base = self._base(platform, listing.broader_id or listing.api_id, listing)
        if not listing.within:
            return base
        if not listing.broader_id:
            return self.narrower(base, listing.within)
        iri = offering_iri(platform, listing.api_id)
        if joined := self.curated.offerings.get((t.local_name(platform), listing.api_id)):
            return self._base(platform, listing.api_id, listing, joined)
        if iri not in self.offerings:
            self.offerings[iri] = Offering(
                iri, self._label(listing.api_id, platform), base.model, platform, base.iri,
                listing.within, self._how(iri, base), listing.api_id,
            )  # fmt: skip
        return self.offerings[iri]

    def _base(
        self, platform: str, api_id: str, listing: Listing, joined: str | None = None
    ) -> Offering:
        key = platform, api_id
        found = self._bases.get(key)
        if found is None:
            joined = joined or self.curated.offerings.get((t.local_name(platform), api_id))
            if joined:
                found = Offering(
                    joined, self.curated.labels[joined], self.curated.model_of[joined], platform,
                    None, (), "offering", api_id,
                )  # fmt: skip
            else:
                model, how = self._model(platform, api_id, listing)
                found = Offering(offering_iri(platform, api_id), self._label(api_id, platform),
                                 model, platform, None, (), how, api_id)  # fmt: skip
            self._bases[key] = self.offerings[found.iri] = found
        return found

    def _model(self, platform: str, api_id: str, listing: Listing) -> tuple[str, str]:
        name = listing.name or api_id
        maker = makers().get((listing.maker or "").lower())
        if maker:
            if model := self.curated.model(maker, name):
                return model, "model"
            iri = f"{t.ID}model/{maker}--{slug(normal(name) or name)}"
            self.makers.setdefault(maker, maker_labels()[maker])
            self.models.setdefault(iri, Described(name, maker))
            return iri, "apart"
        brand = next((brand for brand in BRANDS if normal(name).startswith(brand)), None)
        if brand and (model := self.curated.model(BRANDS[brand], name)):
            return model, "model"
        iri = f"{t.ID}model/{t.local_name(offering_iri(platform, api_id))}"
        self.models.setdefault(iri, Described(self._label(api_id, platform), None))
        return iri, "apart"

    def _how(self, iri: str, broader: Offering) -> str:
        if iri in self.curated.iris:
            return "offering"
        return "model" if broader.how == "offering" else broader.how

    def _platform(self, catalogue: Catalogue, word: str) -> str:
        known = platforms().get((catalogue.name, word))
        if known is None:
            iri = f"{t.ID}platform/{slug(word)}--{catalogue.slug}"
            self.platforms.setdefault(iri, Described(f"{word} (in {catalogue.label})", None))
            return iri
        name, label, runner = known
        iri = f"{t.ID}platform/{name}"
        if iri not in self.curated.iris and iri not in self.platforms:
            self.platforms[iri] = Described(label, runner)
            if runner:
                self.makers.setdefault(runner, maker_labels()[runner])
        return iri

    def _label(self, api_id: str, platform: str) -> str:
        label = self.curated.labels.get(platform) or self.platforms[platform].label
        return f"{api_id} on {label}"


def _added(offering: Offering, within: tuple[str, ...]) -> tuple[str, ...]:
    """The conditions that an offering has not yet."""
    return tuple(dict.fromkeys(each for each in within if each not in offering.within))


def offering_iri(platform: str, api_id: str) -> str:
    """The IRI of the offering under an API ID on a platform."""
    return f"{t.ID}offering/{slug(api_id)}--{t.local_name(platform)}"


def condition_iri(condition: str) -> str:
    """The IRI of a condition.

    >>> condition_iri("prompt-above-200000-tokens")
    'https://w3id.org/modeldex/id/condition/prompt-above-200000-tokens'
    """
    return IN_VOCABULARY.get(condition) or f"{t.ID}condition/{slug(condition)}"


def condition_label(condition: str) -> str:
    """A condition in words.

    >>> condition_label("prompt-above-200000-tokens"), condition_label("region-us-east-1")
    ('prompt above 200,000 tokens', 'region us-east-1')
    """
    kind, _, rest = condition.partition("-")
    if kind in ("region", "tier", "size", "quality", "variant", "resolution") and rest:
        return f"{kind} {rest}"
    if found := re.fullmatch(r"prompt-above-(\d+)-tokens", condition):
        return f"prompt above {int(found[1]):,} tokens"
    return condition.replace("-", " ")


def slug(text: str) -> str:
    """A slug for any text, the same for no other.

    >>> slug("gpt-4o"), slug("gpt-4.1")
    ('gpt-4o', 'gpt-4-1-5c51a6')
    """
    if SLUG.match(text) and len(text) <= 120:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{normal(text)[:100].strip('-')}-{digest}".lstrip("-")


@cache
def platforms() -> dict[tuple[str, str], tuple[str, str, str | None]]:
    """By catalogue and its word: slug, label and who runs the platform."""
    known = {}
    for name, described in _table("platforms.toml").items():
        for catalogue, spellings in described.items():
            if isinstance(spellings, list):
                for word in spellings:
                    known[catalogue, word] = (
                        name, described.get("label", name), described.get("runner"),
                    )  # fmt: skip
    return known


@cache
def makers() -> dict[str, str]:
    """By spelling: the slug of the maker."""
    return {s: name for name, each in _table("makers.toml").items() for s in each["spellings"]}


@cache
def maker_labels() -> dict[str, str]:
    """By slug: the label of the maker."""
    return {name: each["label"] for name, each in _table("makers.toml").items()}


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("modeldex.importers").joinpath(name).read_text("utf-8"))
