"""A pool of workers: processes that answer query after query, each under limits."""

from __future__ import annotations

from modeldex.errors import Busy, NotAcceptable
from modeldex.worker.messages import Answer
from modeldex.workers.lanes import Limits, State
from modeldex.workers.pool import Pool

__all__ = ["Answer", "Busy", "Limits", "NotAcceptable", "Pool", "State"]
