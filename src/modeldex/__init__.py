"""A knowledge graph of AI-model facts: each verified or unconfirmed, with its source and date.

>>> import modeldex
>>> modeldex.open().fact("Claude 3.5 Sonnet", "context window").value
200000
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os

    import rdflib

    from modeldex.dex import Modeldex

__version__ = "0.1.0"
__all__ = ["connect", "open"]


def open(source: str | os.PathLike[str] | rdflib.Graph | None = None) -> Modeldex:
    """Open the packaged dataset, a dataset folder, or an rdflib graph. Nothing is fetched.

    An rdflib `Dataset` with the graphs of Modeldex answers as it stands and changes; a plain
    `Graph` holds claims as they are edited in `data/`, and is opened with what follows from
    them. Raises `modeldex.errors.StoreError` where there is no dataset.

    >>> open().thing("gpt-4o").label
    'GPT-4o'
    """
    import os

    from modeldex.dex import Modeldex

    if source is None:
        return Modeldex.packaged()
    if isinstance(source, str | os.PathLike):
        return Modeldex.open(source)
    if not hasattr(source, "triples"):
        from modeldex.errors import BadInput

        shown = f"{source!r:.60} is neither a folder nor an rdflib graph"
        raise BadInput(shown, remedy="give a path, a Graph or a Dataset")
    return Modeldex.of_graph(source)


def connect(
    url: str,
    *,
    user: str | None = None,
    password: str | None = None,
    token: str | None = None,
    timeout: float = 60.0,
) -> Modeldex:
    """A dataset behind a SPARQL endpoint; the same methods, each answer asked for anew.

    `user` and `password` (basic), or `token` (bearer), authenticate; without any of them
    MODELDEX_USER and MODELDEX_PASSWORD, or MODELDEX_TOKEN, of the environment. `timeout` is in
    seconds, for a whole answer. Nothing is sent before the first question.

    >>> connect("http://localhost:7878/query").store
    Endpoint('http://localhost:7878/query')
    """
    import os

    from modeldex.dex import Modeldex
    from modeldex.endpoint import Endpoint

    if user is None and password is None and token is None:
        user, password, token = map(
            os.environ.get, ("MODELDEX_USER", "MODELDEX_PASSWORD", "MODELDEX_TOKEN")
        )
    return Modeldex.of(Endpoint(url, user=user, password=password, token=token, timeout=timeout))
