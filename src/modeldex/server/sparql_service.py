"""The SPARQL endpoint: a query of the protocol in, an answer of a worker out."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from modeldex.errors import ModeldexError, NotAcceptable
from modeldex.server.guard import body_of, while_connected
from modeldex.server.negotiation import HTML, RDF, SOLUTIONS, choose, listed, prefers_html
from modeldex.server.service_description import service_description
from modeldex.server.sparql_page import sparql_page
from modeldex.server.sparql_protocol import Refused, operation
from modeldex.server.subject import fault

if TYPE_CHECKING:
    from starlette.requests import Request

    from modeldex.server.guard import Limits
    from modeldex.server.sparql_protocol import Operation
    from modeldex.server.subject import Subject
    from modeldex.workers import Answer, Pool

NO_STORE = {"Cache-Control": "no-store", "Vary": "Accept"}
_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}\Z")


class SparqlService:
    """Answers `/sparql`."""

    def __init__(self, subject: Subject, pool: Pool, limits: Limits) -> None:
        self._subject, self._pool, self._limits = subject, pool, limits

    async def answer(self, request: Request) -> Response:
        """The answer to a request. Raises Refused and the errors of the pool."""
        scope = request.scope
        body = b""
        if request.method == "POST":
            body = await body_of(scope, request.receive, self._limits)
        asked = operation(
            request.method, scope["query_string"], request.headers.get("content-type"), body
        )
        accept = request.state.accept
        if asked is None:
            return await self._described(request, accept)
        if asked.wanted is None and prefers_html(accept):
            return await self._shown(request, asked)
        accept = asked.wanted or accept
        solutions, triples = choose(accept, SOLUTIONS), choose(accept, RDF)
        if solutions is None and triples is None:
            raise Refused(
                406, f"an answer can be had as {listed((*SOLUTIONS, *RDF))}", {"Vary": "Accept"}
            )
        try:
            answer = await self._run(
                request, asked, solutions and solutions.name, triples and triples.name
            )
        except NotAcceptable as error:
            offers = listed(RDF if error.form == "triples" else SOLUTIONS)
            sentence = f"the answer is {error.form}, and can be had as {offers}"
            raise Refused(406, sentence, {"Vary": "Accept"}) from None
        chosen = triples if answer.form == "triples" else solutions
        assert chosen is not None
        return Response(answer.data, 200, NO_STORE, chosen.media_type)

    async def _run(
        self, request: Request, asked: Operation, solutions: str | None, triples: str | None
    ) -> Answer:
        run = self._pool.run(
            asked.query,
            solutions=solutions,
            triples=triples,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            client=request.state.client,
        )
        return await while_connected(run, request.receive)

    async def _shown(self, request: Request, asked: Operation) -> Response:
        """The answer on a page; and on it what is wrong, with the status of that."""
        answer, said, status = None, None, 200
        try:
            answer = await self._run(request, asked, "json", "turtle")
        except ModeldexError as error:
            refused = fault(error)
            said, status = refused.sentence, refused.status
        page = await asyncio.to_thread(
            sparql_page, self._subject, asked.query, answer, said, _root(request)
        )
        return Response(page, status, NO_STORE, HTML.media_type)

    async def _described(self, request: Request, accept: str | None) -> Response:
        """What the service is, as RDF; for a browser a page to write a query on."""
        chosen = choose(accept, (*RDF, HTML))
        if chosen is None:
            raise Refused(
                406, f"the description can be had as {listed((*RDF, HTML))}", {"Vary": "Accept"}
            )
        if chosen.name == "html":
            page = await asyncio.to_thread(sparql_page, self._subject, root=_root(request))
            return Response(page, 200, {"Vary": "Accept"}, HTML.media_type)
        content = await asyncio.to_thread(service_description, self._address(request), chosen.name)
        return Response(content, 200, {"Vary": "Accept"}, chosen.media_type)

    def _address(self, request: Request) -> str:
        """Where the endpoint is, as others see it."""
        if self._subject.base_url:
            return self._subject.base_url.rstrip("/") + "/sparql"
        host = request.headers.get("host", "")
        if not _HOST.match(host):
            raise Refused(400, "the header Host is missing or malformed")
        return f"{request.scope['scheme']}://{host}/sparql"


def _root(request: Request) -> str:
    """What leads to the root of the site from `sparql`, and from `sparql/`."""
    return "../" if request.url.path.endswith("/") else ""
