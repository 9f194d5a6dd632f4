"""Load the dataset into a remote store, and verify counts and content by its query endpoint.

Each graph of the dataset is replaced, other graphs stay. Exit code 1 where the store then holds
something else. The password comes from MODELDEX_PASSWORD, or a token from MODELDEX_TOKEN.
"""

from __future__ import annotations

import hashlib
import os
import sys

from modeldex import packaged
from modeldex.endpoint import Endpoint
from modeldex.errors import BadInput, StoreError
from modeldex.exports.text import sorted_text
from modeldex.manifest import TEXT, Manifest
from modeldex.publish import Mismatch, publish
from modeldex.store import Store
from modeldex.tables import Progress, declare_format, print_csv, print_json, printable
from modeldex.terms import shorten

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

EXAMPLE = "modeldex publish http://localhost:7878/query --graph-store http://localhost:7878/store"


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("endpoint", metavar="QUERY_URL", help="the store's SPARQL query endpoint")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--graph-store", metavar="URL", help="write by the Graph Store Protocol")
    way.add_argument("--update", metavar="URL", help="write by SPARQL Update")
    parser.add_argument(
        "--store", metavar="DIR", help="the dataset folder (default: the packaged dataset)"
    )
    parser.add_argument(
        "--user", metavar="NAME", help="the user who may write (default: MODELDEX_USER)"
    )
    declare_format(parser)


def run(options: argparse.Namespace) -> int:
    """Publish, and print what the store holds."""
    user = options.user or os.environ.get("MODELDEX_USER") or None
    password = os.environ.get("MODELDEX_PASSWORD") or None
    token = os.environ.get("MODELDEX_TOKEN") or None
    if options.user and token:
        raise BadInput("both --user and MODELDEX_TOKEN", remedy="give one of them")
    if user and not password:
        raise BadInput("a user without a password", remedy="set MODELDEX_PASSWORD")
    text = _text(options.store or packaged.dataset())
    endpoint = Endpoint(options.endpoint, user=user, password=password, token=token, timeout=300)
    progress = Progress()

    def show(what: str, done: int, total: int) -> None:
        progress.show(f"{what} {done:,} of {total:,} statements")

    try:
        published = publish(
            text, endpoint, graph_store=options.graph_store, update=options.update,
            user=user, password=password, token=token, progress=show,
        )  # fmt: skip
    except Mismatch as error:
        print(f"modeldex: {printable(str(error))}", file=sys.stderr)
        return 1
    finally:
        progress.end()
    rows = [(graph, str(count)) for graph, count in published.graphs]
    if options.format == "json":
        print_json({"graphs": dict(published.graphs), "sha256": published.sha256})
    elif options.format == "csv":
        print_csv(("graph", "statements"), rows)
    else:
        counts = ", ".join(f"{shorten(graph)} {count:,}" for graph, count in published.graphs)
        total = sum(count for _, count in published.graphs)
        print(f"{total:,} statements published and verified: {counts}")
        print(f"sha256 {published.sha256}")
    return 0


def _text(folder: str) -> bytes:
    manifest = Manifest(folder)
    if manifest.of_catalogues:
        with sorted_text(Store.open(folder)) as written:
            return written.read()
    path = os.path.join(manifest.folder, TEXT)
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}; run: modeldex build") from None
    if hashlib.sha256(text).hexdigest() != manifest.values.get("sha256"):
        raise StoreError(f"{path} is damaged; run: modeldex build")
    return text
