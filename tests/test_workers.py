"""The pool of workers: what is hostile is contained, who waits is served, nothing is partial."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.build import build
from modeldex.errors import BadQuery, LimitReached, ModeldexError, StoreError
from modeldex.manifest import Manifest
from modeldex.worker import SOLUTIONS, TRIPLES, run_query
from modeldex.worker.messages import QUERY_SIZE, Request, encoded, frame, request_of
from modeldex.workers import Answer, Busy, Limits, NotAcceptable, Pool
from modeldex.workers.lanes import Job, Lane, Texts
from modeldex.workers.processes import Worker

T = TypeVar("T")
POINT = (
    "SELECT ?tokens { GRAPH graph:verified { model:gemini-2-0-flash mdx:contextWindow ?tokens } }"
)
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# About a second: long for the fast lane, and not for the slow one.
LONG = """
SELECT (COUNT(*) AS ?n) {
  { SELECT ?a ?c { ?a ?b ?c } LIMIT 200 } ?d a mdx:Claim FILTER(STR(?a) > STR(?d))
}"""
ALL = "CONSTRUCT { ?a ?b ?c } { GRAPH graph:verified { ?a ?b ?c } }"
SHORT = 0.05
UNHURRIED = Limits(seconds=60, short=SHORT, patience=60)
MANY = 30_000
A = "a" * 1000

CONTAINED = {
    "a product": ENDLESS,
    "the rows of a product": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "a product in order": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "the distinct rows of a product": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "a text of a product": "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "triples of a product": "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "a text that grows by CONCAT": f"SELECT (STRLEN(?x9) AS ?n) {{ BIND('{'x' * 1000}' AS ?x0) "
    + " ".join(f"BIND(CONCAT({', '.join([f'?x{n}'] * 10)}) AS ?x{n + 1})" for n in range(9))
    + " }",
    "a text that grows by REPLACE": "SELECT (STRLEN(REPLACE(REPLACE(REPLACE("
    + f"'{A}'"
    + f", 'a', '{A}')" * 3
    + ") AS ?n) { }",
    "paths between all and all": "SELECT (COUNT(*) AS ?n) "
    "{ ?a (!mdx:x|^!mdx:x)* ?b . ?b (!mdx:x|^!mdx:x)* ?c . ?c (!mdx:x|^!mdx:x)* ?d }",
    "a large regular expression": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i "
    "FILTER(REGEX(STR(?c), '((a{0,100}){0,100}){0,100}')) }",
    "very many signs": f"SELECT * {{ FILTER({'!' * 100_000}true) }}",
    "a very long sum": f"SELECT ({'1+' * 100_000}1 AS ?x) {{ }}",
    "very many alternatives": f"SELECT * {{ FILTER({'true||' * 100_000}true) }}",
    "a very long path": f"SELECT * {{ ?a {'/'.join(['!mdx:x'] * MANY)} ?b }}",
    "very many paths": f"SELECT * {{ ?a {'|'.join(['mdx:x'] * MANY)} ?b }}",
    "a very long union": f"SELECT * {{ {' UNION '.join(['{?a ?b ?c}'] * MANY)} }}",
    "very many options": f"SELECT * {{ {'OPTIONAL { ?a ?b ?c } ' * MANY} }}",
    "a very long list": f"SELECT * {{ ?a ?b ({'1 ' * 200_000}) }}",
}
REFUSED = {
    "parentheses": f"SELECT * {{ FILTER({'(' * MANY}1{')' * MANY}) }}",
    "groups": f"SELECT * {'{' * MANY}{'}' * MANY}",
    "triples in triples": f"SELECT * {{ ?a ?b {'<<( ?a ?b ' * MANY}?c{' )>>' * MANY} }}",
    "lists in lists": f"SELECT * {{ ?a ?b {'(' * MANY}{')' * MANY} }}",
    "a long text": "#" * (QUERY_SIZE + 1),
    "half of a pair": "SELECT ('\ud800' AS ?x) { }",
    "an update": "INSERT DATA { <http://a.example/> <http://a.example/> 1 }",
    "nothing": "",
}


@pytest.fixture
def play(built: Path) -> Callable[..., Any]:
    """Runs a scene with a pool, and sees to it that no process is left."""

    def run(
        scene: Callable[[Pool], Awaitable[T]], limits: Limits | None = None, folder: Path = built
    ) -> T:
        async def played() -> T:
            pool = Pool(folder, limits)
            others = family(os.getpid())  # servers of other tests
            await pool.start()
            processes = family(os.getpid()) - others
            assert len(processes) > 1
            try:
                return await scene(pool)
            finally:
                await pool.close()
                await gone(processes)

        return asyncio.run(asyncio.wait_for(played(), 100))

    return run


def children(process: int) -> set[int]:
    """The processes that a process has started."""
    path = Path(f"/proc/{process}/task/{process}/children")
    return {int(word) for word in path.read_text().split()} if path.exists() else set()


def family(process: int) -> set[int]:
    """The processes that a process has started, and that they have."""
    found = children(process)
    return found.union(*map(family, found))


async def gone(processes: set[int]) -> None:
    """Wait until none of the processes is there; a zombie is none."""

    def lives(process: int) -> bool:
        try:
            return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    await until(lambda: not any(map(lives, processes)))


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that comes."""
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


async def refusal(run: Coroutine[Any, Any, Answer]) -> ModeldexError | None:
    """The error that a query ends in."""
    try:
        await run
    except ModeldexError as error:
        return error
    return None


async def all_is_well(pool: Pool) -> None:
    """Nothing runs any more, and a point query is answered."""
    assert b'"1000000"' in (await pool.run(POINT)).data
    await until(lambda: pool.state()[1:] == (0, 0, 0, 0))


# ------------------------------------------------------------------ what is hostile


@pytest.mark.parametrize("name", CONTAINED)
def test_a_hostile_query_is_stopped(play: Callable[..., Any], name: str) -> None:
    """It ends by a limit, with an error and nothing else, and the pool answers on."""

    async def scene(pool: Pool) -> None:
        error = await refusal(pool.run(CONTAINED[name]))
        assert isinstance(error, LimitReached)
        assert error.limit in ("time", "memory", "size", "depth")
        assert "\n" not in str(error)
        assert "ask for less" in str(error)
        assert "/" not in str(error)
        await all_is_well(pool)

    assert len(CONTAINED) == 18
    play(scene, Limits(seconds=1.0, memory=2**29))


def test_a_broken_query_is_refused(play: Callable[..., Any]) -> None:
    """Too deep, too long, no query: an error of the query, without a path or a traceback."""

    async def scene(pool: Pool) -> None:
        before = pool.numbers()
        for query in REFUSED.values():
            error = await refusal(pool.run(query))
            assert isinstance(error, BadQuery)
            assert str(error).startswith("query")
            assert "\n" not in str(error)
        assert pool.numbers() == before
        await all_is_well(pool)

    assert len(REFUSED) == 8
    play(scene)


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server, and the requests that it got."""
    requests: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sparql", requests
    server.shutdown()
    server.server_close()
    thread.join()


def test_no_query_reaches_the_network(
    play: Callable[..., Any], asked: tuple[str, list[str]]
) -> None:
    """A server that is there gets no request, whatever a query says of it."""
    address, requests = asked
    queries = [
        f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ BIND(<{address}> AS ?x) SERVICE SILENT ?x {{ ?s ?p ?o }} }}",
        f"SELECT * {{ s\\u0065rvice <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * FROM <{address}> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{address}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"LOAD <{address}>",
        f"LOAD SILENT <{address}>",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    ]

    async def scene(pool: Pool) -> None:
        for query in queries:
            try:
                answer = await pool.run(query)
            except BadQuery:
                continue
            assert b'"bindings":[]' in answer.data
        for graphs in ("default_graphs", "named_graphs"):
            asks = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
            answer = await pool.run(asks, **{graphs: [address]})
            assert b'"bindings":[]' in answer.data

    play(scene)
    assert requests == []


# ------------------------------------------------------------------ whole or not at all


@pytest.mark.parametrize("syntax", [*SOLUTIONS, *TRIPLES])
def test_an_answer_is_whole_or_none(play: Callable[..., Any], syntax: str) -> None:
    """With room for all its bytes there is an answer, with one less there is none."""

    async def ask(pool: Pool) -> Answer:
        query = "SELECT ?a ?c { GRAPH graph:verified { ?a ?b ?c } }" if syntax in SOLUTIONS else ALL
        return await pool.run(
            query,
            solutions=syntax if syntax in SOLUTIONS else None,
            triples=syntax if syntax in TRIPLES else None,
        )

    answer = play(ask)
    assert answer.syntax == syntax
    if syntax in SOLUTIONS and syntax not in ("csv",):
        results = ox.parse_query_results(answer.data, format=SOLUTIONS[syntax])
        assert isinstance(results, ox.QuerySolutions)
        assert len(list(results)) > 30
    elif syntax in TRIPLES:
        assert len(list(ox.parse(answer.data, format=TRIPLES[syntax]))) > 30

    async def bounded(pool: Pool) -> None:
        if pool.limits.size == len(answer.data):
            assert await ask(pool) == answer
        else:
            error = await refusal(ask(pool))
            assert isinstance(error, LimitReached)
            assert error.limit == "size"
        await all_is_well(pool)

    for size in (len(answer.data), len(answer.data) - 1):
        play(bounded, Limits(size=size))


def test_the_pool_and_a_process_for_one_query_answer_alike(
    play: Callable[..., Any], built: Path
) -> None:
    """`modeldex sparql` and the server give the same."""
    queries = [POINT, ALL, "ASK { ?a a mdx:Claim }", "DESCRIBE model:gpt-4o", LONG,
               "SELECT * { ?a ?b ?c } ORDER BY ?a ?b ?c"]  # fmt: skip

    async def scene(pool: Pool) -> list[Answer]:
        return [await pool.run(query, triples="ntriples") for query in queries]

    assert play(scene) == [run_query(query, str(built), "json", 60) for query in queries]


def test_an_answer_without_a_wanted_syntax_is_not_acceptable(play: Callable[..., Any]) -> None:
    """The error names the form."""

    async def scene(pool: Pool) -> None:
        for query, form in ((POINT, "solutions"), ("ASK {}", "boolean"), (ALL, "triples")):
            error = await refusal(pool.run(query, solutions=None, triples=None))
            assert isinstance(error, NotAcceptable)
            assert error.form == form

    play(scene)


def test_a_syntax_error_has_its_place(play: Callable[..., Any]) -> None:
    """Line and column."""

    async def scene(pool: Pool) -> None:
        error = await refusal(pool.run("SELECT *\n{ ?a ?b }"))
        assert isinstance(error, BadQuery)
        assert (error.line, error.column) == (2, 10)

    play(scene)


def test_the_dataset_of_a_query_can_be_named(play: Callable[..., Any]) -> None:
    """Graphs that are given besides count, and not what FROM says; neither is the union."""
    graph = "https://w3id.org/modeldex/graph/"
    default = "SELECT (COUNT(*) AS ?n) FROM graph:claims { ?a ?b ?c }"
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?a ?b ?c } }"

    async def scene(pool: Pool) -> None:
        async def count(query: str, **graphs: list[str]) -> int:
            return int((await pool.run(query, solutions="csv", **graphs)).data.split()[1])

        verified = await count("SELECT (COUNT(*) AS ?n) FROM graph:verified { ?a ?b ?c }")
        assert 0 < verified < await count(default)
        assert await count(default, default_graphs=[f"{graph}verified"]) == verified
        assert await count(default, named_graphs=[f"{graph}verified"]) == 0
        assert await count(named, default_graphs=[f"{graph}verified"]) == 0
        assert await count(named, named_graphs=[f"{graph}verified", f"{graph}claims"]) == 2
        error = await refusal(pool.run(default, default_graphs=["not an IRI"]))
        assert isinstance(error, BadQuery)

    play(scene)


# ------------------------------------------------------------------ lanes


def test_a_query_that_overruns_goes_on_in_the_slow_lane(play: Callable[..., Any]) -> None:
    """It is answered; meanwhile the fast lane is free, and its text is known from then on."""

    async def scene(pool: Pool) -> None:
        running = asyncio.ensure_future(pool.run(LONG))
        await until(lambda: pool.state().slow == 1)
        assert pool.state().fast == 0
        await pool.run(POINT)
        assert not running.done()
        first = await running
        again = asyncio.ensure_future(pool.run(LONG))
        await asyncio.sleep(0)
        assert (pool.state().fast, pool.state().slow) == (0, 1)
        assert await again == first
        await all_is_well(pool)

    play(scene, UNHURRIED)


def test_where_the_slow_lane_is_full_a_query_starts_again(play: Callable[..., Any]) -> None:
    """More long queries than places are all answered."""

    async def scene(pool: Pool) -> None:
        answers = await asyncio.gather(
            *(pool.run(f"{LONG} # {n}", client=f"client {n}") for n in range(6))
        )
        assert len({answer.data for answer in answers}) == 1
        await all_is_well(pool)

    play(scene, UNHURRIED)


def test_sixty_four_heavy_clients_leave_point_queries_answering(play: Callable[..., Any]) -> None:
    """Whatever they do, and though they come again at once, each point query has its answer."""

    async def heavy(pool: Pool, number: int, outcomes: list[type]) -> None:
        for turn in range(1000):
            error = await refusal(pool.run(f"{ENDLESS} # {number} {turn}", client=f"{number}"))
            outcomes.append(type(error))
            await asyncio.sleep(0.05)

    async def scene(pool: Pool) -> None:
        outcomes: list[type] = []
        crowd = [asyncio.create_task(heavy(pool, n, outcomes)) for n in range(64)]
        await until(lambda: Busy in outcomes)
        for number in range(30):
            answer = await pool.run(f"{POINT} # {number}", client="another")
            assert b'"1000000"' in answer.data
        for one in crowd:
            one.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        assert set(outcomes) <= {Busy, LimitReached}
        await all_is_well(pool)

    play(scene, Limits(seconds=20, patience=20))


def test_a_client_has_his_share_of_the_slow_lane(play: Callable[..., Any]) -> None:
    """His further queries are refused as his (429), and another's run."""
    limits = Limits(seconds=60, short=SHORT, patience=60, slow=2, share_slow=2, waiting_slow=8)

    async def scene(pool: Pool) -> None:
        hog = [asyncio.ensure_future(refusal(pool.run(f"{ENDLESS} # {n}", client="hog")))
               for n in range(6)]  # fmt: skip
        await until(lambda: sum(one.done() for one in hog) == 3)
        errors = [one.result() for one in hog if one.done()]
        assert all(isinstance(error, Busy) and error.status == 429 for error in errors)
        assert (pool.state().slow, pool.state().waiting_slow) == (1, 2)
        assert b'"n"' in (await pool.run(LONG, client="another")).data
        for one in hog:
            one.cancel()
        await asyncio.gather(*hog, return_exceptions=True)
        await all_is_well(pool)

    play(scene, limits)


def test_where_too_many_wait_all_are_refused(play: Callable[..., Any]) -> None:
    """503, and when to come again; nobody is told twice."""
    limits = Limits(seconds=60, short=60, patience=60, fast=1, spare=0, waiting=3)

    async def scene(pool: Pool) -> None:
        runs = [asyncio.ensure_future(refusal(pool.run(ENDLESS, client=f"client {n}")))
                for n in range(6)]  # fmt: skip
        await until(lambda: sum(one.done() for one in runs) == 2)
        for error in [one.result() for one in runs if one.done()]:
            assert isinstance(error, Busy)
            assert error.status == 503
            assert error.retry_after >= 1
            assert "try again in" in str(error)
        for one in runs:
            one.cancel()
        await asyncio.gather(*runs, return_exceptions=True)
        await all_is_well(pool)

    play(scene, limits)


def test_who_waits_too_long_is_told(play: Callable[..., Any]) -> None:
    """Patience ends before the query that is in the way."""
    limits = Limits(seconds=60, short=60, patience=0.2, fast=1, spare=0)

    async def scene(pool: Pool) -> None:
        running = asyncio.ensure_future(pool.run(ENDLESS))
        await until(lambda: pool.state().fast == 1)
        error = await refusal(pool.run(POINT))
        assert isinstance(error, Busy)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await all_is_well(pool)

    play(scene, limits)


job_clients = st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=30)


@given(lights=st.lists(st.booleans(), max_size=40))
def test_light_queries_wait_ahead_and_nobody_for_ever(lights: list[bool]) -> None:
    """Each kind in the order in which it came; every fourth is of the others, while there are."""
    loop = asyncio.new_event_loop()
    lane = Lane(places=1, waiting=40, share=40, alone=True)
    jobs = [Job(b"", "a", loop.create_future()) for _ in lights]
    for job, light in zip(jobs, lights, strict=True):
        job.light = light
        lane.push(job, 0.0, 1)
    order = [lane.pop({}) for _ in jobs]
    for kind in (True, False):
        assert [job for job in order if job and job.light is kind] == [
            job for job in jobs if job.light is kind
        ]
    ahead = lights.count(True)
    for place, job in enumerate(order[: lights.count(False) * 4]):
        assert job is not None
        assert job.light or place % 4 == 3 or ahead == 0
        ahead -= job.light
    assert lane.waiting == 0
    loop.close()


@given(clients=job_clients, took=st.dictionaries(st.sampled_from("abc"), st.floats(0, 9)))
def test_each_that_waits_is_next_once(clients: list[str], took: dict[str, float]) -> None:
    """None is lost or doubled, the bounds hold, and who took least is first."""
    loop = asyncio.new_event_loop()
    lane = Lane(places=1, waiting=10, share=4, alone=True)
    held, refused = [], []
    for client in clients:
        job = Job(b"", client, loop.create_future())
        try:
            lane.push(job, 0.0, 1)
            held.append(job)
        except Busy as error:
            mine = sum(one.client == client for one in held)
            refused.append((error.status, client != "" and mine == 4, len(held) == 10))
    assert lane.waiting == len(held) <= 10
    assert all(share if status == 429 else full for status, share, full in refused)
    order = []
    while (job := lane.pop(took)) is not None:
        order.append(job)
    assert lane.waiting == 0
    assert sorted(map(id, order)) == sorted(map(id, held))
    seconds = [took.get(job.client, 0.0) for job in order]
    assert seconds == sorted(seconds)
    loop.close()


def test_what_is_remembered_is_bounded() -> None:
    """The text seen longest ago is forgotten."""
    texts = Texts(3)
    for text in (1, 2, 3, 1, 4):
        texts.add(text)
    assert [text for text in range(6) if text in texts] == [1, 3, 4]


# ------------------------------------------------------------------ who goes away


def test_a_client_that_goes_away_frees_its_worker(play: Callable[..., Any]) -> None:
    """Cancelled while it runs, in either lane: with one worker in all, the next is answered."""

    async def scene(pool: Pool) -> None:
        for lane in ("fast", "slow"):
            before = pool.numbers()
            running = asyncio.ensure_future(pool.run(f"{ENDLESS} # {lane}"))
            await until(lambda lane=lane: getattr(pool.state(), lane) == 1)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            await until(lambda: pool.state().fast == pool.state().slow == 0)
            assert pool.numbers() != before
            await all_is_well(pool)

    play(scene, Limits(seconds=60, short=0.2, fast=1, slow=1, spare=0))


def test_a_client_that_goes_away_waits_no_more(play: Callable[..., Any]) -> None:
    """Cancelled while it waits."""

    async def scene(pool: Pool) -> None:
        runs = [asyncio.ensure_future(pool.run(ENDLESS)) for _ in range(3)]
        await until(lambda: pool.state().waiting == 2)
        runs[1].cancel()
        await until(lambda: pool.state().waiting == 1)
        assert pool.state().fast == 1
        for one in runs:
            one.cancel()
        await asyncio.gather(*runs, return_exceptions=True)
        await all_is_well(pool)

    play(scene, Limits(seconds=60, short=60, fast=1, spare=0))


def test_closing_ends_what_runs_and_what_waits(play: Callable[..., Any]) -> None:
    """Each gets an error; afterwards too."""

    async def scene(pool: Pool) -> None:
        limits = pool.limits
        runs = [asyncio.ensure_future(refusal(pool.run(ENDLESS))) for _ in range(limits.fast + 2)]
        await until(lambda: pool.state().waiting == 2)
        await pool.close()
        errors = [await one for one in runs]
        errors.append(await refusal(pool.run(POINT)))
        assert all(isinstance(error, Busy) for error in errors)
        assert pool.numbers() == frozenset()

    play(scene, Limits(seconds=60, short=60))


def test_a_program_that_is_killed_leaves_no_worker(built: Path) -> None:
    """Neither the nursery nor a worker in the middle of a query outlives it."""
    program = f"""
import asyncio
from modeldex.workers import Pool
async def main():
    pool = Pool({str(built)!r})
    await pool.start()
    running = asyncio.ensure_future(pool.run({ENDLESS!r}))
    while not pool.state().fast:
        await asyncio.sleep(0.01)
    print("running", flush=True)
    await running
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"running\n"
        processes = family(process.pid)
        assert len(processes) > 2
        process.kill()
    asyncio.run(gone(processes))


# ------------------------------------------------------------------ XML


def test_a_carriage_return_comes_back_from_xml(play: Callable[..., Any]) -> None:
    """Results and RDF/XML; a reader takes a bare one for the end of a line."""

    async def scene(pool: Pool) -> None:
        results = await pool.run('SELECT ("a\\rb" AS ?x) {}', solutions="xml")
        (row,) = ox.parse_query_results(results.data, format=ox.QueryResultsFormat.XML)
        assert row["x"].value == "a\rb"
        construct = 'CONSTRUCT { <x:s> <x:p> "a\\rb" } {}'
        graph = await pool.run(construct, triples="rdfxml")
        (quad,) = ox.parse(graph.data, format=ox.RdfFormat.RDF_XML)
        assert quad.object == ox.Literal("a\rb")

    play(scene)


def test_what_xml_cannot_hold_is_refused(play: Callable[..., Any]) -> None:
    async def scene(pool: Pool) -> None:
        for query in ('SELECT ("a\\u0001b" AS ?x) {}', 'CONSTRUCT { <x:s> <x:p> "a\\uFFFEb" } {}'):
            with pytest.raises(BadQuery, match="XML cannot hold a control character"):
                await pool.run(query, solutions="xml", triples="rdfxml")
            assert (await pool.run(query)).data

    play(scene)


# ------------------------------------------------------------------ replacement


def nursery_and_workers() -> tuple[int, set[int]]:
    """The processes of the one pool there is."""
    (nursery,) = (
        child for child in children(os.getpid())
        if b"modeldex.worker" in Path(f"/proc/{child}/cmdline").read_bytes()
    )  # fmt: skip
    return nursery, children(nursery)


def test_a_worker_that_is_killed_is_replaced(play: Callable[..., Any]) -> None:
    """From outside, idle or in the middle of a query, which gets an error."""

    async def scene(pool: Pool) -> None:
        running = asyncio.ensure_future(refusal(pool.run(ENDLESS)))
        await until(lambda: pool.state().fast == 1)
        before = pool.numbers()
        for process in nursery_and_workers()[1]:
            os.kill(process, signal.SIGKILL)
        assert isinstance(await running, LimitReached)
        await until(lambda: not pool.numbers() & before)
        await all_is_well(pool)

    play(scene, Limits(seconds=60, short=60))


def test_a_nursery_that_is_killed_is_replaced(play: Callable[..., Any]) -> None:
    """What ran gets an error; then there are new workers."""

    async def scene(pool: Pool) -> None:
        running = asyncio.ensure_future(refusal(pool.run(ENDLESS)))
        await until(lambda: pool.state().fast == 1)
        nursery, workers = nursery_and_workers()
        os.kill(nursery, signal.SIGKILL)
        assert isinstance(await running, Busy | LimitReached)
        await gone(workers)
        await all_is_well(pool)

    play(scene, Limits(seconds=60, short=60))


def test_a_worker_that_has_grown_is_replaced(play: Callable[..., Any]) -> None:
    """A query may take a part of the memory; its worker does not keep it."""
    large = (
        f"SELECT (STRLEN(?b) AS ?n) {{ BIND(REPLACE('{'a' * 7000}', 'a', '{'b' * 5000}') AS ?b) }}"
    )

    async def scene(pool: Pool) -> None:
        first = pool.numbers()
        assert b'"35000000"' in (await pool.run(large)).data
        # It is noticed at the next query that the worker gets.
        for _ in range(4 * len(first)):
            await pool.run(POINT)
        assert pool.numbers() != first
        await all_is_well(pool)

    play(scene, Limits(memory=2**28, short=60))


def test_a_new_release_is_served_by_new_workers(
    play: Callable[..., Any], built: Path, checkout: Path, tmp_path: Path
) -> None:
    """The folder is replaced while a query runs; that is answered, and the next sees the new."""
    folder = tmp_path / "dataset"
    shutil.copytree(built, folder)
    path = checkout / "data" / "models" / "gpt-4o.ttl"
    path.write_text(path.read_text().replace("object      128000", "object      128001"))
    query = "SELECT ?c ?n { ?c rdf:object ?n ; rdf:predicate mdx:contextWindow }"

    async def scene(pool: Pool) -> None:
        told: list[bool] = []
        pool.on_release = lambda: told.append(True)
        assert b'"128001"' not in (await pool.run(query)).data
        before = pool.numbers()
        running = asyncio.ensure_future(pool.run(LONG))
        await asyncio.to_thread(build, checkout, folder)
        assert b'"n"' in (await running).data
        await asyncio.sleep(1.1)
        assert b'"128001"' in (await pool.run(query)).data
        assert told == [True]
        await until(lambda: not pool.numbers() & before)
        await all_is_well(pool)

    play(scene, folder=folder)


def test_a_damaged_store_is_passed_over_for_its_text(
    play: Callable[..., Any], built: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """As everywhere: the same answers, slower, and a line on standard error."""
    folder = tmp_path / "dataset"
    shutil.copytree(built, folder)
    largest = max(Path(Manifest(str(folder)).store).glob("*.sst"), key=lambda p: p.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.write_bytes(data)
    play(all_is_well, Limits(fast=1, spare=0), folder=folder)
    assert "answering from modeldex.nq" in capfd.readouterr().err


def test_without_a_dataset_the_pool_does_not_start(tmp_path: Path) -> None:
    """A StoreError, and no process is left."""

    async def scene() -> None:
        pool = Pool(tmp_path / "nothing")
        with pytest.raises(StoreError, match="no dataset"):
            await pool.start()

    others = family(os.getpid())
    asyncio.run(scene())
    assert family(os.getpid()) <= others


def test_in_any_order_the_pool_comes_to_rest(play: Callable[..., Any]) -> None:
    """Hostile, long and point queries, clients that leave, workers that are killed, at random."""
    chance = random.Random(4)
    queries = [POINT, POINT, LONG, ENDLESS, *CONTAINED.values(), *REFUSED.values()]
    limits = Limits(seconds=0.5, short=SHORT, patience=0.5, memory=2**28, waiting=20)

    async def visit(pool: Pool, number: int) -> str:
        query = chance.choice(queries)
        run = pool.run(f"{query} # {number}", client=chance.choice(["", "a", "b"]))
        try:
            answer = await asyncio.wait_for(run, chance.choice([0.01, 0.1, 60]))
        except (ModeldexError, TimeoutError) as error:
            return type(error).__name__
        assert query not in CONTAINED.values()
        return answer.form

    async def scene(pool: Pool) -> None:
        outcomes: list[str] = []
        for turn in range(8):
            runs = [asyncio.create_task(visit(pool, 100 * turn + n)) for n in range(25)]
            await asyncio.sleep(0.05)
            if turn % 2:
                victims = sorted(nursery_and_workers()[1])
                with contextlib.suppress(ProcessLookupError):
                    os.kill(chance.choice(victims), signal.SIGKILL)
            outcomes += await asyncio.gather(*runs)
        assert len(outcomes) == 200
        assert {"solutions", "BadQuery", "LimitReached", "TimeoutError"} <= set(outcomes)
        await all_is_well(pool)
        await until(lambda: pool.state().idle == limits.fast + limits.spare)
        assert len(pool.numbers()) == limits.fast + limits.spare
        await until(lambda: len(nursery_and_workers()[1]) == len(pool.numbers()))

    play(scene, limits)


# ------------------------------------------------------------------ messages


@given(
    query=st.text(st.characters(exclude_categories=["Cs"])),
    graphs=st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
    syntax=st.sampled_from([None, *SOLUTIONS]),
)
def test_a_message_says_what_was_put_into_it(
    query: str, graphs: list[str], syntax: str | None
) -> None:
    """Whatever the texts are, line breaks too."""
    request = Request(syntax, "turtle", tuple(graphs), (), 1.5, 100)
    message = encoded(query, request)
    assert int.from_bytes(message[:4]) == len(message) - 4
    head, _, rest = message[4:].partition(b"\n")
    assert (request_of(head), rest.decode()) == (request, query)


@given(replies=st.lists(st.binary(max_size=50), max_size=5), cuts=st.lists(st.integers(0, 300)))
def test_a_reply_is_whole_wherever_it_is_cut(replies: list[bytes], cuts: list[int]) -> None:
    """One reply after the other, each in parts of any size."""
    told: list[bytes] = []

    class Owner:
        def replied(self, worker: Worker, reply: bytes) -> None:
            told.append(reply)

    worker = Worker(Owner(), 1, None)  # type: ignore[arg-type]
    for reply in replies:
        message = frame(b"head", reply)
        places = [0, *sorted(cut for cut in cuts if cut < len(message)), len(message)]
        for start, end in pairwise(places):
            if start < end:
                worker.data_received(message[start:end])
    assert told == [b"head\n" + reply for reply in replies]


def test_waiting_for_a_worker_takes_no_thread(play: Callable[..., Any]) -> None:
    """A hundred queries at once are a matter of the event loop."""

    async def scene(pool: Pool) -> None:
        before = threading.active_count()
        runs = [asyncio.ensure_future(pool.run(f"{POINT} # {n}")) for n in range(100)]
        await asyncio.sleep(0)
        assert threading.active_count() == before
        started = time.monotonic()
        assert len({answer.data for answer in await asyncio.gather(*runs)}) == 1
        assert time.monotonic() > started

    play(scene)
