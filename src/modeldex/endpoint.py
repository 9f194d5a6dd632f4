"""The remote engine: a SPARQL 1.1 endpoint, through SPARQLWrapper.

SPARQLWrapper writes the request; `transport` sends it. An answer is read strictly, and only when
it is whole: what an engine cuts short, each in its own way, is refused.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox
from SPARQLWrapper import GET, JSON, POST, SPARQLWrapper

from modeldex.binding import with_prefixes
from modeldex.engine import Solutions, Triples
from modeldex.errors import BadInput, BadQuery, LimitReached, StoreError
from modeldex.reading import check_depth, without_strings
from modeldex.results import read_results, respelt
from modeldex.transport import AGENT, LARGEST, Call, Transport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.engine import Answer
    from modeldex.transport import Reply

LONGEST_GET = 4000  # bytes of an address; servers take at least 8,000
QUERY_SIZE = 2**20
RESULTS = ("application/sparql-results+json", "application/json")
RDF_TYPES = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
}
ACCEPT_RESULTS = "application/sparql-results+json, application/json;q=0.5"
ACCEPT_RDF = "application/n-triples, text/turtle;q=0.5"

_BLANK = r"(?:[\s\ufeff]|#[^\n\r]*+(?=[\n\r]|\Z))"
_FORM = re.compile(
    rf"(?:{_BLANK}|BASE{_BLANK}*+<[^<>\s]*+>|PREFIX{_BLANK}++[^\s:#<>]*+:{_BLANK}*+<[^<>\s]*+>)*+"
    r"(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:-])",
    re.IGNORECASE,
)
_UPDATE = re.compile(
    r"(?<![\w:?$@-])(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|COPY|MOVE|ADD|MODIFY)(?![\w:-])",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\A: (?:error )?at ([0-9]+):([0-9]+): |\bline ([0-9]+)\b")

# Virtuoso says when it cuts a SELECT, but not when it cuts a CONSTRUCT. These ask for so many
# rows that its limit shows, of any store with a thousand statements; its own are more.
_MANY = """SELECT (1 AS ?x) {
  { SELECT ?s { GRAPH ?g { ?s ?p ?o } } LIMIT 1000 }
  { SELECT ?a { GRAPH ?h { ?a ?b ?c } } LIMIT 10 }
} LIMIT 10000"""
_VERY_MANY = """SELECT (1 AS ?x) {
  { SELECT ?s { GRAPH ?g { ?s ?p ?o } } LIMIT 1000 }
  { SELECT ?a { GRAPH ?h { ?a ?b ?c } } LIMIT 1000 }
}"""
FEWEST_CUT = 1000


class Endpoint:
    """A remote SPARQL endpoint as an engine. Threads may share it.

    `timeout` is for a whole answer, in seconds, tries again included; `max_bytes` for its size.
    Credentials go to this address only, and into no message.

    >>> Endpoint("http://me:secret@localhost:7878/query")
    Endpoint('http://localhost:7878/query')
    """

    def __init__(
        self,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        token: str | None = None,
        timeout: float = 60.0,
        max_bytes: int = LARGEST,
        retries: int = 3,
    ) -> None:
        self._transport = Transport(
            url, user=user, password=password, token=token,
            timeout=timeout, max_bytes=max_bytes, retries=retries,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"Endpoint({self.url!r})"

    @property
    def url(self) -> str:
        """The address, without credentials and parameters."""
        return self._transport.shown

    def query(self, query: str) -> Answer:
        """The whole answer, see `Engine`. Updates are not sent."""
        form = query_form(query)
        sent = with_prefixes(query)
        rdf = form in ("CONSTRUCT", "DESCRIBE")
        reply = self._ask(sent, form, ACCEPT_RDF if rdf else ACCEPT_RESULTS)
        if reply.status == 400:
            raise _bad_query(self._transport.said(reply), len(sent) - len(query))
        self._check(reply)
        if rdf:
            return self._triples(reply)
        answer = self._solutions(reply)
        if form == "ASK":
            return self._boolean(reply, answer)
        if isinstance(answer, bool):
            raise self._broken("it answers yes or no to a SELECT")
        return answer

    def _ask(self, query: str, form: str, accept: str) -> Reply:
        request = _Wrapper(self._transport.url, query, form, accept)._createRequest()
        return self._transport.send(Call(
            request.get_method(), request.full_url, dict(request.header_items()),
            request.data if isinstance(request.data, bytes) else None,
        ))  # fmt: skip

    def _check(self, reply: Reply) -> None:
        if reply.status == 206 or reply.headers.get("X-SQL-State") is not None:
            raise LimitReached(f"{self.url} stopped early and gave a part of the answer; "
                               "ask for less")  # fmt: skip
        if reply.status != 200:
            raise self._transport.refusal(reply)
        if reply.body[:2] == b"\x1f\x8b":
            raise StoreError(f"{self.url} gave a compressed answer, which was not asked for")

    def _solutions(self, reply: Reply) -> Solutions | bool:
        if reply.type not in RESULTS:
            raise self._other_type(reply, "SPARQL results as JSON")
        answer = read_results(reply.body)
        if answer is None:
            cut = "it is cut short, or no JSON of SPARQL results"
            raise self._broken(cut if reply.body.strip() else "it is empty")
        if isinstance(answer, Solutions):
            self._check_limit(reply.headers.get("X-SPARQL-MaxRows"), len(answer.rows))
        return answer

    def _boolean(self, reply: Reply, answer: Solutions | bool) -> bool:
        if isinstance(answer, bool):
            return answer
        # So Virtuoso says yes, and by no rows no.
        if answer.variables == ("__ASK_RETVAL",) and len(answer.rows) <= 1:
            values = [term.value for row in answer.rows for term in row
                      if isinstance(term, ox.Literal)]  # fmt: skip
            if values in ([], ["0"], ["1"]):
                return values == ["1"]
        raise self._broken("it gives rows where yes or no was asked")

    def _triples(self, reply: Reply) -> Triples:
        syntax = RDF_TYPES.get(reply.type)
        if syntax is None:
            raise self._other_type(reply, "N-Triples or Turtle")
        if not reply.framed:
            # Cut after a full stop, it would be read as whole.
            raise self._broken("nothing says where it ends")
        try:
            text = reply.body.decode("utf-8-sig")
            check_depth(text, self.url)
            quads = list(ox.parse(text, format=syntax))
        except (SyntaxError, ValueError, BadInput, MemoryError):
            quads = None
        if quads is None:
            raise self._broken("it is cut short, or no RDF")
        self._check_limit(self._row_limit(reply, len(quads)), len(quads))
        found = {ox.Triple(q.subject, q.predicate, respelt(q.object) or q.object) for q in quads}
        return Triples(tuple(sorted(found, key=str)))

    def _row_limit(self, reply: Reply, count: int) -> str | None:
        told = reply.headers.get("X-SPARQL-MaxRows")
        server = (reply.headers.get("Server") or "").lower()
        if told or count < FEWEST_CUT or server.startswith("oxigraph"):
            return told
        probe = self._ask(_MANY if count < 10_000 else _VERY_MANY, "SELECT", "text/csv")
        if probe.status != 200:
            raise self._transport.refusal(probe)
        return probe.headers.get("X-SPARQL-MaxRows")

    def _check_limit(self, limit: str | None, count: int) -> None:
        if limit is not None and not (limit.strip().isdigit() and count < int(limit)):
            raise LimitReached(f"{self.url} gives at most {limit.strip()[:20]} rows or statements, "
                               "so this answer may be cut; ask for less")  # fmt: skip

    def _broken(self, fault: str) -> StoreError:
        return StoreError(f"the answer of {self.url} cannot be used: {fault}; try again")

    def _other_type(self, reply: Reply, wanted: str) -> StoreError:
        shown = re.sub(r"[^\w/+.-]", "", reply.type)[:60] or "an unnamed type"
        return StoreError(f"{self.url} answers with {shown}, not with {wanted}; "
                          "is it the address of a SPARQL endpoint?")  # fmt: skip


class _Wrapper(SPARQLWrapper):
    """Writes one request. What form the query has is told: its own guess can be led astray."""

    def __init__(self, url: str, query: str, form: str, accept: str) -> None:
        self._form = form
        base, parameters = url.partition("?")[0], parse_qsl(urlsplit(url).query, True)
        super().__init__(base, agent=AGENT)
        self.setOnlyConneg(True)
        self.setReturnFormat(JSON)
        self.addCustomHttpHeader("Accept", accept)
        self.setQuery(query)
        self.setMethod(GET)
        for name, value in parameters:
            self.addParameter(name, value)
        if len(base) + len(self._getRequestEncodedParameters(("query", query))) > LONGEST_GET:
            self.setMethod(POST)
            self.endpoint = url
            self.parameters = {}

    def _parseQueryType(self, query: str) -> str:  # noqa: N802
        return self._form

    def _getAcceptHeader(self) -> str:  # noqa: N802
        return "*/*"


def query_form(query: str) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE. Raises BadQuery for anything else, updates above all.

    >>> query_form("PREFIX ex: <http://example.org/select#> ASK { ?s ex:p ?o }")
    'ASK'
    """
    if len(query) > QUERY_SIZE:
        raise BadQuery("longer than 1 MB", file="query")
    if any("\ud800" <= character <= "\udfff" for character in query):
        raise BadQuery("not Unicode text", file="query")
    found = _FORM.match(query)
    update = _UPDATE.search(without_strings(query)) if found else None
    if found is None or update:
        raise BadQuery(
            f"no query: {update[0].upper()} in it" if update else "no query", file="query",
            remedy="only SELECT, ASK, CONSTRUCT and DESCRIBE are sent to an endpoint",
        )  # fmt: skip
    return found[1].upper()


def _bad_query(said: str, shift: int) -> BadQuery:
    """The server's complaint with its place in the query as it was before the prefixes."""
    line = column = None
    if found := _PLACE.search(said):
        line = int(found[1] or found[3])
        if found[2]:
            column = int(found[2]) - (shift if line == 1 else 0)
            said = f": {said[found.end() :]}"
    return BadQuery(f"the endpoint refuses it{said}", file="query", line=line, column=column)
