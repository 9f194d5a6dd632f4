"""The pool: which worker answers which query, and when it is stopped.

There are two lanes. A query starts in the fast one; when it overruns a short time it moves, in
its process, to the slow lane, which has few places and what processor time others leave, and a
spare worker takes over from it. Without a free place there it is stopped, and starts again when
there is one. Texts that have overrun go to the slow lane at once.

Who waits is served in the order of how much time his queries took lately, the least first; of one
client's queries those come first that are known to be light. What waits is bounded, and so is the
time; then comes Busy. An answer is given whole or not at all.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from typing import TYPE_CHECKING

from modeldex.errors import Busy, LimitReached, ModeldexError, StoreError
from modeldex.worker.messages import Answer, Request, decoded, encoded, ended
from modeldex.workers.lanes import Job, Lane, Limits, State, Texts
from modeldex.workers.processes import Nursery, Worker, release_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

READY = "ASK {}"
TICK = 0.01  # seconds
KEPT = 0.9  # of the time that a client took, after each second
TEXTS = 4096  # that are known to be heavy, or light
PRESSED = 16  # times shorter is the time in the fast lane when others have waited that long
TRIES = 3
AGAIN = 1.0  # seconds until a worker is brought up again after one could not be


class Pool:
    """Worker processes over a dataset folder. When the folder is replaced, they are too.

    `on_release` is called then. Everything is to be called in one event loop.

    >>> from modeldex.packaged import dataset
    >>> async def ask():
    ...     pool = Pool(dataset())
    ...     await pool.start()
    ...     try:
    ...         return await pool.run("ASK { ?claim a mdx:Claim }", solutions="csv")
    ...     finally:
    ...         await pool.close()
    >>> asyncio.run(ask())
    Answer(form='boolean', data=b'true\\n', syntax='csv')
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        limits: Limits | None = None,
        on_release: Callable[[], None] | None = None,
    ) -> None:
        self.folder, self.limits = os.fspath(folder), limits or Limits()
        self.on_release = on_release
        few = self.limits
        self._fast = Lane(few.fast, few.waiting, few.share, alone=True)
        self._slow = Lane(few.slow, few.waiting_slow, few.share_slow, alone=False)
        self._numbers = itertools.count(1)
        self._workers: dict[int, Worker] = {}
        self._idle: list[Worker] = []
        self._heavy, self._light = Texts(TEXTS), Texts(TEXTS)
        self._took: dict[str, float] = {}
        self._clock: asyncio.TimerHandle | None = None
        self._looked = 0.0
        self._nursery: Nursery | None = None
        self._open = False
        self._fault: ModeldexError | None = None
        self._stillborn = 0  # workers, one after the other
        self._up = False
        self._tasks: set[asyncio.Task[Any]] = set()

    # -------------------------------------------------------------- for who asks

    async def start(self) -> None:
        """Bring up the workers; when it returns, one answers. Raises StoreError if none can."""
        self._loop = asyncio.get_running_loop()
        self._release = release_of(self.folder)
        self._looked = time.monotonic()
        self._open = True
        self._nursery = Nursery(self, self.folder, self.limits.memory)
        self._refill()
        try:
            await self.run(READY)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End all workers; queries that run or wait raise Busy."""
        self._open = False
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
        self._fail_all(Busy("the server is closing", retry_after=5))
        workers = list(self._workers.values())
        self._workers.clear()
        self._idle.clear()
        for worker in workers:
            worker.close()
        # One that is still being connected to hangs up then; cancelled, it would keep its socket.
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._nursery is not None:
            nursery, self._nursery = self._nursery, None
            await nursery.close()

    async def run(
        self,
        query: str,
        *,
        solutions: str | None = "json",
        triples: str | None = "turtle",
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        client: str = "",
    ) -> Answer:
        """The whole answer to a query, in the syntax for its form.

        `client` is who asks: nobody has more than his share. Cancelling frees the worker. Raises
        BadQuery (with line and column), LimitReached, NotAcceptable where the form of the answer
        has no syntax, Busy, and StoreError.
        """
        if not self._open:
            raise Busy("the server is closing", retry_after=5)
        limits = self.limits
        request = Request(
            solutions, triples, tuple(default_graphs or ()), tuple(named_graphs or ()),
            limits.seconds, limits.size,
        )  # fmt: skip
        job = Job(encoded(query, request), client, self._loop.create_future())
        self._admit(job)
        try:
            return await job.done
        finally:
            if job.done.cancelled():
                self._leave(job)

    def state(self) -> State:
        """What goes on at the moment."""
        fast, slow = self._fast, self._slow
        return State(
            len(self._idle), len(fast.running), len(slow.running), fast.waiting, slow.waiting
        )

    def numbers(self) -> frozenset[int]:
        """The workers there are, each by a number that none before it had."""
        return frozenset(self._workers)

    # -------------------------------------------------------------- jobs

    def _admit(self, job: Job) -> None:
        now = time.monotonic()
        if now - self._looked > 1:
            self._look(now)
        if self._fault is not None and not self._idle:
            raise StoreError(str(self._fault))
        lane = self._slow if job.text in self._heavy else self._fast
        job.light = job.text in self._light
        if self._idle and not lane.waiting and lane.has_place(job.client):
            self._begin(lane, job, now)
        else:
            lane.push(job, now, self._retry_after(lane))
            self._next()
        if self._clock is None:
            self._clock = self._loop.call_later(TICK, self._tick)

    def _begin(self, lane: Lane, job: Job, now: float) -> None:
        worker = self._idle.pop()
        worker.lane, job.since, job.seconds = lane, now, None
        lane.running[worker.number] = job
        if lane is self._slow:
            self._slow_down(worker)
            self._refill()
        worker.send(job.message)

    def _next(self) -> None:
        """Give idle workers to who waits."""
        for lane in (self._fast, self._slow):
            while self._idle and lane.waiting and (job := lane.pop(self._took)) is not None:
                self._begin(lane, job, time.monotonic())

    def _leave(self, job: Job) -> None:
        """Nobody awaits the job any more. One that has just begun may be done before the tick."""
        self._fast.remove(job)
        self._slow.remove(job)
        if time.monotonic() - job.since > TICK:
            for lane in (self._fast, self._slow):
                for worker in [self._workers[n] for n, its in lane.running.items() if its is job]:
                    self._kill(worker)

    def _off(self, worker: Worker) -> Job | None:
        """Take the worker off its lane; what it was at."""
        lane, worker.lane = worker.lane, None
        if lane is None:
            return None
        job = lane.running.pop(worker.number)
        took = time.monotonic() - job.since
        self._took[job.client] = self._took.get(job.client, 0.0) + took
        return job

    def _retry_after(self, lane: Lane) -> int:
        return 1 if lane is self._fast else max(1, round(self.limits.seconds))

    def _fail_all(self, error: ModeldexError) -> None:
        """Fail what runs and what waits."""
        for lane in (self._fast, self._slow):
            for job in lane.waiting_since(float("inf")):
                lane.remove(job)
                _fail(job, error)
            for number in list(lane.running):
                _fail(self._off(self._workers[number]), error)

    # -------------------------------------------------------------- time

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._looked > 1:
            self._look(now)
        limits = self.limits
        pressed = next(self._fast.waiting_since(now - limits.short), None) is not None
        hurried = limits.short / (PRESSED if pressed else 1)
        for lane in (self._fast, self._slow):
            for number, job in list(lane.running.items()):
                elapsed, worker = now - job.since, self._workers[number]
                spent = _spent(worker, job, elapsed)
                if spent > limits.short:
                    self._heavy.add(job.text)
                    self._light.discard(job.text)
                if job.done.done():
                    self._kill(worker)
                elif elapsed > limits.seconds:
                    self._kill(worker)
                    text = f"stopped after {limits.seconds:g} seconds; ask for less"
                    _fail(job, LimitReached(text, "time"))
                elif lane is self._fast and spent > (limits.short if job.light else hurried):
                    self._move(worker, job, now)
            # Until the first worker is there, `start` waits.
            before = now - limits.patience if self._up else float("-inf")
            for job in lane.waiting_since(before):
                lane.remove(job)
                text = "no place became free in time"
                _fail(job, Busy(text, retry_after=self._retry_after(lane)))
        self._next()
        busy = any(lane.running or lane.waiting for lane in (self._fast, self._slow))
        self._clock = self._loop.call_later(TICK, self._tick) if busy else None

    def _move(self, worker: Worker, job: Job, now: float) -> None:
        """From the fast lane to the slow one."""
        if self._slow.has_place(job.client):
            del self._fast.running[worker.number]
            self._slow.running[worker.number] = job
            worker.lane = self._slow
            self._slow_down(worker)
            self._refill()
            return
        self._kill(worker)
        try:
            self._slow.push(job, now, self._retry_after(self._slow))
        except Busy as error:
            _fail(job, error)

    def _look(self, now: float) -> None:
        """Once a second: forget what was taken, and see whether there is a new release."""
        kept = KEPT ** (now - self._looked)
        self._looked = now
        self._took = {c: t * kept for c, t in self._took.items() if t * kept > 0.001}
        release = release_of(self.folder)
        if release is None or release == self._release:
            return
        self._release = release
        for worker in list(self._workers.values()):
            if worker.lane is None:
                self._retire(worker)
        self._refill()
        if self.on_release is not None:
            self._loop.call_soon(self.on_release)

    # -------------------------------------------------------------- workers

    def _refill(self) -> None:
        """Bring up workers until there are enough besides those in the slow lane."""
        if not self._open or self._nursery is None:
            return
        wanted = self.limits.fast + self.limits.spare + len(self._slow.running)
        while len(self._workers) < wanted:
            worker = Worker(self, next(self._numbers), self._release)
            self._workers[worker.number] = worker
            self._nursery.new(worker)

    def _slow_down(self, worker: Worker) -> None:
        if self._nursery is not None:
            self._nursery.slow_down(worker)

    def _retire(self, worker: Worker) -> None:
        """Let go of a worker that has nothing to do."""
        self._workers.pop(worker.number, None)
        if worker in self._idle:
            self._idle.remove(worker)
        worker.close()

    def _kill(self, worker: Worker) -> None:
        """Stop a worker in the middle of its job, and bring up another."""
        self._off(worker)
        if self._nursery is not None:
            self._nursery.kill(worker)
        self._retire(worker)
        self._refill()

    def meanwhile(self, work: Coroutine[Any, Any, Any]) -> None:
        """Have something done besides."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -------------------------------------------------------------- told by the processes

    def replied(self, worker: Worker, reply: bytes) -> None:
        """A worker has sent a whole message."""
        if worker.number not in self._workers:
            return
        if not worker.ready:
            self._came_up(worker, reply)
            return
        slow = worker.lane is self._slow
        outcome, last = decoded(reply)
        if (job := self._off(worker)) is not None:
            if time.monotonic() - job.since < self.limits.short:
                self._light.add(job.text)
                self._heavy.discard(job.text)
            if isinstance(outcome, ModeldexError):
                _fail(job, outcome)
            elif not job.done.done():
                job.done.set_result(outcome)
        if last or slow or worker.release != self._release:
            self._retire(worker)
            self._refill()
        else:
            self._idle.append(worker)
        if self._fast.waiting or self._slow.waiting:
            self._next()

    def _came_up(self, worker: Worker, reply: bytes) -> None:
        outcome, _ = decoded(reply)
        if isinstance(outcome, ModeldexError):
            self._retire(worker)
            self._unable(outcome)
            return
        assert isinstance(outcome, Answer)
        worker.came_up(int(outcome.data))
        self._up = True
        self._fault, self._stillborn = None, 0
        self._idle.append(worker)
        self._next()

    def _unable(self, fault: ModeldexError) -> None:
        """No worker can be brought up: say so to who waits, and try again later."""
        self._fault = fault
        self._loop.call_later(AGAIN, self._refill)
        if not self._idle:
            for lane in (self._fast, self._slow):
                for job in lane.waiting_since(float("inf")):
                    lane.remove(job)
                    _fail(job, fault)

    def ended(self, number: int, code: int) -> None:
        """A worker has ended. With code 0 its last message may still be on the way."""
        worker = self._workers.get(number)
        if worker is None or code == 0:
            return
        job = self._off(worker)
        self._retire(worker)
        if job is not None:
            self._heavy.add(job.text)
            _fail(job, ended(code))
        if not worker.ready:
            self._stillborn += 1
            if self._stillborn >= TRIES:
                self._unable(StoreError("no worker can be started"))
                return
        self._refill()
        self._next()

    def nursery_lost(self, nursery: Nursery) -> None:
        """The nursery has ended, and with it all workers."""
        if nursery is not self._nursery:
            return
        self._nursery = None
        self._fail_all(Busy("the workers are being replaced"))
        for worker in list(self._workers.values()):
            self._retire(worker)
        self.meanwhile(self._replace_nursery(nursery, AGAIN if self._stillborn else 0.0))
        self._stillborn += 1

    async def _replace_nursery(self, nursery: Nursery, delay: float) -> None:
        await nursery.close()
        await asyncio.sleep(delay)
        self._nursery = Nursery(self, self.folder, self.limits.memory)
        self._refill()


def _spent(worker: Worker, job: Job, elapsed: float) -> float:
    """The seconds that a query took of a processor; on a busy machine more have gone by."""
    seconds = worker.seconds()
    if seconds is None:
        return elapsed
    if job.seconds is None:
        job.seconds = seconds
    # What waits for a disk is to move too.
    return max(seconds - job.seconds, elapsed / 4)


def _fail(job: Job | None, error: ModeldexError) -> None:
    if job is not None and not job.done.done():
        job.done.set_exception(error)
