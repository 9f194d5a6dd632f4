"""Stored queries over HTTP: a page with a form, or the rows as JSON, CSV and the like."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pyoxigraph as ox
from starlette.responses import Response

from modeldex import answers
from modeldex.engine import Triples, solutions_of
from modeldex.errors import BadInput, ModeldexError, UnknownName
from modeldex.questions import answer_of, normal_terms
from modeldex.rows import Rows
from modeldex.server import replies
from modeldex.server.guard import while_connected
from modeldex.server.negotiation import HTML, RDF, SOLUTIONS, Offer, choose, listed
from modeldex.server.sparql_protocol import Refused, fields
from modeldex.server.subject import fault

if TYPE_CHECKING:
    from starlette.requests import Request

    from modeldex.server.linked_data import LinkedData
    from modeldex.server.subject import Subject
    from modeldex.stored_query import StoredQuery
    from modeldex.worker import Answer
    from modeldex.workers import Pool

JSON = Offer("json", "application/json")
ROWS = (JSON, HTML, SOLUTIONS[2], SOLUTIONS[3], Offer("sparql-json", SOLUTIONS[0].media_type))
SMALL = 2**15  # bytes of an answer that is written in less time than a thread takes to begin
OFFERS = {"SELECT": ROWS, "ASK": (JSON, HTML), "CONSTRUCT": (*RDF, HTML)}
SUFFIXES = {
    "json": JSON.media_type, "csv": "text/csv", "tsv": "text/tab-separated-values",
    "srj": SOLUTIONS[0].media_type,
}  # fmt: skip


class QueryService:
    """Answers `queries/NAME`, and `queries/NAME.json` and the like for those who cannot ask.

    The page `queries/NAME.html` and the data `queries/NAME.ttl` are about the query itself.
    """

    def __init__(self, subject: Subject, pool: Pool, linked: LinkedData) -> None:
        self._subject, self._pool, self._linked = subject, pool, linked

    async def answer(self, request: Request, name: str) -> Response:
        """The answer to a request. Raises Refused and the errors of the query."""
        accept = request.state.accept
        stem, _, suffix = name.rpartition(".")
        if stem and suffix in SUFFIXES:
            name, accept = stem, SUFFIXES[suffix]
        elif stem:
            file = await asyncio.to_thread(self._linked.found, f"queries/{name}")
            if file is not None:
                return file
        query = self._subject.dex.questions[name]
        offers = OFFERS[query.form]
        chosen = choose(accept, offers)
        if chosen is None:
            raise Refused(406, f"the answer can be had as {listed(offers)}", {"Vary": "Accept"})
        given = fields(request.scope["query_string"])
        if chosen.name == "html":
            return await self._page(request, query, given)
        answer = await self._ask(request, query, given, chosen.name)
        if len(answer.data) < SMALL:
            content = _written(query, answer, chosen.name)
        else:
            content = await asyncio.to_thread(_written, query, answer, chosen.name)
        return self._kept(content, chosen.media_type)

    async def _page(
        self, request: Request, query: StoredQuery, given: list[tuple[str, str]]
    ) -> Response:
        """The page with the form; with the rows, or what is wrong, once the form was sent."""
        if not given and any(parameter.required for parameter in query.params):
            page = await asyncio.to_thread(self._linked.file, f"queries/{query.name}.html")
            if page is not None:
                page.headers["vary"], page.of_path = "Accept", False
                return page
        pages = self._subject.pages
        shown = _shown(given)
        try:
            answer = await self._ask(request, query, given, "json")
        except ModeldexError as error:
            refused = fault(error)
            if refused.status not in (400, 404, 422):
                raise
            content = await asyncio.to_thread(pages.query_page, query.name, shown, str(error))
            return Response(content, refused.status, {"Vary": "Accept"}, HTML.media_type)
        typed = await asyncio.to_thread(_typed, query, answer)
        content = await asyncio.to_thread(pages.query_page, query.name, shown, typed)
        return self._kept(content, HTML.media_type)

    async def _ask(
        self, request: Request, query: StoredQuery, given: list[tuple[str, str]], syntax: str
    ) -> Answer:
        try:
            sparql = await asyncio.to_thread(self._subject.dex.bound, query, values(query, given))
        except UnknownName as error:
            raise BadInput(str(error)) from None
        triples = syntax if query.form == "CONSTRUCT" and syntax != "json" else "ntriples"
        run = self._pool.run(sparql, solutions="json", triples=triples, client=request.state.client)
        return await while_connected(run, request.receive)

    def _kept(self, content: bytes, media_type: str) -> replies.Kept:
        return replies.Kept(
            content, media_type, modified=self._subject.modified, headers={"vary": "Accept"}
        )


def values(query: StoredQuery, given: list[tuple[str, str]]) -> dict[str, object]:
    """The parameters as the query takes them; a field that a form leaves empty is not given.

    Raises BadInput for a value that is given twice and is no list.
    """
    known = {parameter.name: parameter for parameter in query.params}
    found: dict[str, object] = {}
    for name, value in given:
        parameter = known.get(name)
        if value == "" and parameter is not None and parameter.type != "string":
            continue
        if parameter is not None and parameter.many:
            before = found.get(name, [])
            assert isinstance(before, list)
            parts = value.split(",") if parameter.type != "string" else [value]
            found[name] = [*before, *(part.strip() for part in parts if part.strip())]
        elif name in found:
            raise BadInput(f"the parameter {name[:60]!r} is given twice")
        else:
            found[name] = value
    return found


def _shown(given: list[tuple[str, str]]) -> dict[str, str]:
    """What was given, to be shown in the form again."""
    shown: dict[str, str] = {}
    for name, value in given:
        shown[name] = f"{shown[name]},{value}" if name in shown else value
    return shown


def _typed(query: StoredQuery, answer: Answer) -> Rows | Triples | bool:
    if answer.form == "triples":
        quads = ox.parse(answer.data, format=ox.RdfFormat.N_TRIPLES)
        return Triples(tuple(quad.triple for quad in quads))
    results = ox.parse_query_results(answer.data, format=ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    return answer_of(query, solutions_of(results))


def _written(query: StoredQuery, answer: Answer, syntax: str) -> bytes:
    if answer.form == "triples":
        return answer.data
    if syntax in ("tsv", "sparql-json"):
        results = ox.parse_query_results(answer.data, format=ox.QueryResultsFormat.JSON)
        assert isinstance(results, ox.QuerySolutions)
        terms = normal_terms(query, solutions_of(results))
        return (answers.solutions_text(terms, syntax) + "\n").encode()
    typed = _typed(query, answer)
    if isinstance(typed, bool):
        return b"true\n" if typed else b"false\n"
    assert isinstance(typed, Rows)
    return (answers.rows_text(typed, syntax) + "\n").encode()
