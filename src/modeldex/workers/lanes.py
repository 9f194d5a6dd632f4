"""Who waits for a worker, and who is next: bounded, and fair between clients."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from modeldex.errors import Busy

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from modeldex.worker.messages import Answer

LIGHT = 1.0


class Limits(NamedTuple):
    """Times in seconds, sizes in bytes, and how many at once."""

    seconds: float = 10.0
    memory: int = 2**30  # that a query may take
    size: int = 32 * 2**20  # of an answer
    short: float = 0.25  # in the fast lane; less when others have waited that long
    patience: float = 10.0  # of who waits for a place
    fast: int = max(2, os.cpu_count() or 1)
    slow: int = 2
    spare: int = 2
    waiting: int = 256
    waiting_slow: int = 16
    share: int = 128  # of one client among who waits
    share_slow: int = 4


class State(NamedTuple):
    """How many workers are idle and at work in each lane, and how many queries wait for one."""

    idle: int
    fast: int
    slow: int
    waiting: int
    waiting_slow: int


class Texts:
    """Queries that were seen lately, so many at most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: dict[int, None] = {}

    def __contains__(self, text: int) -> bool:
        return text in self._seen

    def add(self, text: int) -> None:
        """Take note of it; the one seen longest ago is forgotten."""
        self._seen.pop(text, None)
        self._seen[text] = None
        if len(self._seen) > self._most:
            del self._seen[next(iter(self._seen))]

    def discard(self, text: int) -> None:
        """It was something else."""
        self._seen.pop(text, None)


class Job:
    """A query that somebody awaits."""

    __slots__ = ("client", "done", "light", "message", "seconds", "since", "text")

    def __init__(self, message: bytes, client: str, done: asyncio.Future[Answer]) -> None:
        self.message, self.client, self.done = message, client, done
        self.text = hash(message)
        self.light = False  # known to be
        self.since = 0.0  # when it began to wait, or to run
        self.seconds: float | None = None  # of its worker when it was first looked at


class _Queue:
    """Queries of one client: the light ones first, but for every fourth, and else as they came."""

    def __init__(self) -> None:
        self._light: deque[Job] = deque()
        self._other: deque[Job] = deque()
        self._turn = 0

    def __len__(self) -> int:
        return len(self._light) + len(self._other)

    def __iter__(self) -> Iterator[Job]:
        yield from self._light
        yield from self._other

    def append(self, job: Job) -> None:
        (self._light if job.light else self._other).append(job)

    def next_is_light(self) -> bool:
        return bool(self._light) and (not self._other or self._turn % 4 != 3)

    def pop(self) -> Job:
        light = self.next_is_light()
        self._turn += 1
        return (self._light if light else self._other).popleft()

    def remove(self, job: Job) -> bool:
        for queue in (self._light, self._other):
            if job in queue:
                queue.remove(job)
                return True
        return False


class Lane:
    """So many places to run, and so many to wait; a client has only his share of either.

    A client without a name has no share of his own.
    """

    def __init__(self, places: int, waiting: int, share: int, *, alone: bool) -> None:
        self.places, self.room, self.share = places, waiting, share
        self.places_of_one = places if alone else max(1, places - 1)
        self.running: dict[int, Job] = {}  # by the number of the worker
        self.waiting = 0
        self._queues: dict[str, _Queue] = {}

    def has_place(self, client: str) -> bool:
        """Whether a query of this client may run here now."""
        if len(self.running) >= self.places:
            return False
        if not client or self.places_of_one == self.places:
            return True
        its = sum(job.client == client for job in self.running.values())
        return its < self.places_of_one

    def push(self, job: Job, now: float, retry_after: int) -> None:
        """Let it wait. Raises Busy when too many do."""
        queue = self._queues.get(job.client)
        if job.client and queue is not None and len(queue) >= self.share:
            raise Busy("too many queries of yours are waiting", status=429, retry_after=retry_after)
        if self.waiting >= self.room:
            raise Busy("too many queries are waiting", retry_after=retry_after)
        if queue is None:
            queue = self._queues[job.client] = _Queue()
        job.since = now
        queue.append(job)
        self.waiting += 1

    def pop(self, took: dict[str, float]) -> Job | None:
        """The next that may run: of the client whose queries took the least seconds.

        A light one goes ahead of those whose clients took a little less.
        """

        def seconds(client: str) -> float:
            return took.get(client, 0.0) - (LIGHT if self._queues[client].next_is_light() else 0.0)

        client = min(filter(self.has_place, self._queues), key=seconds, default=None)
        if client is None:
            return None
        queue = self._queues[client]
        job = queue.pop()
        self._one_less(job.client, queue)
        return job

    def remove(self, job: Job) -> None:
        """Let it wait no more, if it does."""
        queue = self._queues.get(job.client)
        if queue is not None and queue.remove(job):
            self._one_less(job.client, queue)

    def _one_less(self, client: str, queue: _Queue) -> None:
        self.waiting -= 1
        if not queue:
            del self._queues[client]

    def waiting_since(self, before: float) -> Iterator[Job]:
        """Those that began to wait before a moment."""
        for queue in list(self._queues.values()):
            yield from [job for job in queue if job.since < before]
