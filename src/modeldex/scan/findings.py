"""From an ID at a place to a finding: what became of it, says who, and what to call instead.

All rests on the graph: a new fact is a new finding.
"""

from __future__ import annotations

from modeldex.frozen import NamedTuple
from modeldex.hindsight import reconsider
from modeldex.lifecycle import lifecycle
from modeldex.scan.events import SHOWN, WEIGHTS, Event, event_of
from modeldex.scan.replacing import replacements
from modeldex.terms import ID, local_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from modeldex.dex import Modeldex
    from modeldex.lifecycle import Lifecycle
    from modeldex.scan.ids import KnownId
    from modeldex.scan.places import Occurrence

BEYOND = {ID + "platform/azure-openai": "Azure OpenAI", ID + "platform/openrouter": "OpenRouter"}
"""Platforms that code names and the graph may know nothing of."""


class Fix(NamedTuple):
    """Bytes to be replaced, from `start` to `end`, what by; and their columns in the line."""

    start: int
    end: int
    text: str
    column: int
    end_column: int


class Finding(NamedTuple):
    """An ID at a place, and what becomes of it on each platform that it may be called on.

    The first of `events` is the worst, and decides. `told` tells whether the code names the
    platform, `how` by what. `end_column` is the first column behind it.
    """

    path: str
    line: int
    column: int
    end_column: int
    api_id: str
    written: str
    events: tuple[Event, ...]
    told: bool
    how: str
    fix: Fix | None

    @property
    def worst(self) -> Event:
        """The event that decides."""
        return self.events[0]

    def fails(self, fail_on: str) -> bool:
        """Whether it makes a scan fail that demands so much: `retired`, `retiring`, `unconfirmed`.

        Each demand includes those before it.
        """
        weight = self.worst.weight
        return bool(weight) and WEIGHTS.index(weight) <= WEIGHTS.index(fail_on)


class Facts:
    """What a dataset says of offerings on a day, and within a window from it; remembered."""

    def __init__(self, dex: Modeldex, *, by: str, until: str) -> None:
        self._dex = dex
        self.by, self.until = by, until
        self._stands: dict[str, Lifecycle] = {}
        self._labels: dict[str, str] = dict(BEYOND)
        self._ids: dict[str, list[str]] = {}
        for each in dex.api_ids():
            self._ids.setdefault(each.offering, []).append(each.api_id)

    def stands(self, offering: str) -> Lifecycle:
        """Where an offering stands on the day."""
        if offering not in self._stands:
            claims = reconsider(self._dex.claims([offering]), on=self.by)
            self._stands[offering] = lifecycle(claims, self.by)
        return self._stands[offering]

    def api_id(self, offering: str) -> str | None:
        """The API ID of an offering; of several the first."""
        return min(self._ids.get(offering, ()), default=None)

    def label(self, platform: str) -> str:
        """The name of a platform."""
        if platform not in self._labels:
            found = [t for t in self._dex.things(platform) if t.iri == platform]
            self._labels[platform] = found[0].label if found else local_name(platform)
        return self._labels[platform]

    def event(self, offering: str, platform: str) -> Event:
        """What becomes of an offering. An alias of which nothing is said goes with its snapshot."""
        own = stands = self.stands(offering)
        at, alias = offering, None
        if own.resolves_to is not None:
            at = own.resolves_to.value.iri  # type: ignore[union-attr]
            alias = self.api_id(at) or local_name(at)
        through = own.state == "unknown" and alias is not None
        if through:
            stands = self.stands(at)
        name, weight = event_of(stands, self.until)
        options, gone = replacements(offering, self.stands, self.api_id)
        if through and not options and not gone:
            options, gone = replacements(at, self.stands, self.api_id)
        return Event(
            name, weight, platform, self.label(platform), offering,
            f"alias of {alias}: {stands.text}" if through else stands.text,
            stands.claim, str(stands.date) if stands.date else None, stands.bound,
            stands.against, tuple(options), tuple(gone), alias, through,
        )  # fmt: skip


class Judge:
    """Makes findings of occurrences.

    `platform` is assumed where the code does not tell one.
    """

    def __init__(
        self, facts: Facts, ids: Iterable[KnownId], *, platform: str | None = None,
        everything: bool = False,
    ) -> None:  # fmt: skip
        self._facts = facts
        self._known = {each.api_id: each for each in ids}
        self._platform = platform
        self._everything = everything
        self._events: dict[tuple[str, tuple[str, ...], bool], tuple[Event, ...]] = {}

    def finding(self, path: str, occurrence: Occurrence) -> Finding | None:
        """The finding, or None where nothing needs to be told."""
        told = occurrence.platforms
        platforms = told or ((self._platform,) if self._platform else ())
        key = occurrence.api_id, platforms, occurrence.fine_tuned
        if key not in self._events:
            self._events[key] = self._judged(*key)
        events = self._events[key]
        if events[0].event not in SHOWN and not self._everything:
            return None
        return Finding(
            path, occurrence.line, occurrence.column, occurrence.end_column, occurrence.api_id,
            occurrence.written, events, bool(told), occurrence.how, self._fix(occurrence, events),
        )  # fmt: skip

    def _judged(self, api_id: str, platforms: tuple[str, ...], tuned: bool) -> tuple[Event, ...]:
        if not api_id:
            text = "looks like the ID of a model, and is not in the graph"
            return (Event("unknown", "", "", "", None, text),)
        known = self._known[api_id]
        offerings = known.fine_tuned if tuned else known.offerings
        events = [
            self._facts.event(offering, platform)
            for offering, platform in offerings
            if not platforms or platform in platforms
        ]
        if not events:
            others = [self._facts.event(o, p) for o, p in known.offerings]
            kind = "fine-tuned versions of it" if tuned else "it"
            gone = any(each.event in SHOWN for each in others)  # else there is nothing to tell
            said = "; ".join(f"{e.text} on {e.platform_label}" for e in sorted(others, key=_rank))
            for platform in platforms or ("",):
                place = f" on {self._facts.label(platform)}" if platform else ""
                text = f"nothing known of {kind}{place}" + (f" ({said})" if said else "")
                events.append(Event("elsewhere" if gone else "unclear",
                                    "unconfirmed" if gone else "", platform,
                                    self._facts.label(platform) if platform else "", None, text,
                                    ))  # fmt: skip
        return tuple(sorted(events, key=_rank))

    def _fix(self, found: Occurrence, events: tuple[Event, ...]) -> Fix | None:
        """A safe exchange: a whole string, an exact snapshot, one official way out."""
        event = events[0]
        if not found.api_id or len(events) != 1 or not event.weight or event.alias_of:
            return None
        prefix, at, suffix = found.written.partition(found.api_id)
        if (
            event.event == "elsewhere" or not found.quoted or found.start < 0
            or found.fine_tuned or not at or suffix
            or (prefix and not prefix.endswith(("/", ":")))
        ):  # fmt: skip
            return None
        ways = [way for way in event.replacements if way.official]
        if len(ways) != 1 or len(event.replacements) != 1 or ways[0].api_id is None:
            return None
        there = self._known.get(ways[0].api_id)
        if there is None or (ways[0].offering, event.platform) not in there.offerings:
            return None
        column = found.column + len(prefix)
        return Fix(found.start, found.end, there.api_id, column, column + len(found.api_id))


def _rank(event: Event) -> tuple[int, int, str, str]:
    return *event.rank, event.platform
