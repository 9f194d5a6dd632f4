"""The IDs that are looked for: those of the graph, as callers write them."""

from __future__ import annotations

from modeldex.frozen import NamedTuple
from modeldex.terms import MDX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.dex import Modeldex

FINE_TUNED = MDX + "fineTuned"


class KnownId(NamedTuple):
    """An API ID, and the offerings that it calls: IRI of the offering, IRI of its platform.

    `fine_tuned` are those of versions that customers tuned, which callers write `ft:ID:…`.
    """

    api_id: str
    offerings: tuple[tuple[str, str], ...]
    fine_tuned: tuple[tuple[str, str], ...] = ()

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms on which it is an ID."""
        return tuple(dict.fromkeys(platform for _, platform in self.offerings))


def known_ids(dex: Modeldex) -> list[KnownId]:
    """All API IDs of a dataset, in their order.

    The page of OpenAI writes `ft-gpt-4` where callers write `ft:gpt-4:…`; such an ID is that of
    the model, with the offering for fine-tuned versions beside.

    >>> import modeldex
    >>> known = {each.api_id: each for each in known_ids(modeldex.open())}
    >>> [platform.rpartition("/")[2] for platform in known["claude-opus-4-6"].platforms]
    ['anthropic-api', 'claude-platform-on-aws', 'google-vertex-ai']
    """
    plain: dict[str, list[tuple[str, str]]] = {}
    tuned: dict[str, list[tuple[str, str]]] = {}
    for api_id, offering, platform, condition in dex.api_ids():
        plain.setdefault(api_id, []).append((offering, platform))
        if condition == FINE_TUNED and api_id.startswith("ft-"):
            tuned.setdefault(api_id[3:], []).append((offering, platform))
    return [
        KnownId(api_id, tuple(plain.get(api_id, ())), tuple(tuned.get(api_id, ())))
        for api_id in sorted({*plain, *tuned})
    ]
