"""What becomes of an ID on one platform by a day, and how much that weighs."""

from __future__ import annotations

from modeldex.dates import first_day
from modeldex.frozen import NamedTuple
from modeldex.lifecycle import STATES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.facts import Claim
    from modeldex.lifecycle import Lifecycle
    from modeldex.scan.replacing import Replacement

EVENTS = ("retired", "due", "retiring", "announced", "elsewhere", "unknown", "later", "deprecated",
          "legacy", "live", "unclear")  # fmt: skip
"""`later`: a retirement beyond the window. `elsewhere`: nothing is known of the platform that the
code names, and on another one the ID is gone or going. `unknown`: it looks like a model, and is not
in the graph. `unclear`: an ID of the graph without any lifecycle facts, there or at all.
All from `later` on are told only on request.
"""
SHOWN = EVENTS[: EVENTS.index("later")]
WEIGHTS = ("retired", "retiring", "unconfirmed", "")
"""What `--fail-on` compares: the weakest demand under which an event makes a scan fail."""


class Event(NamedTuple):
    """What happened, or will, on one platform.

    `weight` is one of `WEIGHTS`, empty where it never makes a scan fail. `claim` says so;
    `alias_of` is the snapshot that an alias stands for, `through_alias` tells that the event is
    that of the snapshot. `tried` are the replacements that are retired themselves.
    """

    event: str
    weight: str
    platform: str
    platform_label: str
    offering: str | None
    text: str
    claim: Claim | None = None
    date: str | None = None
    bound: Claim | None = None
    against: tuple[Claim, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    tried: tuple[str, ...] = ()
    alias_of: str | None = None
    through_alias: bool = False

    @property
    def rank(self) -> tuple[int, int, str]:
        """The worst comes first."""
        return WEIGHTS.index(self.weight), EVENTS.index(self.event), self.date or "9999"


def event_of(stands: Lifecycle, until: str) -> tuple[str, str]:
    """The event that a state is, within a window that ends on a day; and its weight.

    A bound is no retirement: only where one is announced does it count, as `announced`.
    """
    assert stands.state in STATES
    state = stands.state
    if state == "unknown":
        return "unclear", ""
    if state not in ("retired", "due", "retiring", "announced"):
        return state, ""
    date = stands.bound.value if state == "announced" and stands.bound else stands.date
    if state in ("retiring", "announced") and date and first_day(str(date)) > until:
        return "later", ""
    if stands.claim is None or stands.claim.status != "verified":
        return state, "unconfirmed"
    return state, "retired" if state == "retired" else "retiring"
