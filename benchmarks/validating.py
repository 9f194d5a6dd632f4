"""Validating a store by set-wise queries, against pyshacl on the same statements.

    python benchmarks/validating.py STORE

Prints the seconds of each, for loading and for the shapes, the ratios, and whether both find the
same focus nodes. pyshacl takes half an hour for sixty thousand claims.
"""

from __future__ import annotations

import argparse
import time

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import SH

from modeldex.shacl.by_pyshacl import pyshacl_report
from modeldex.shacl.running import broken, report
from modeldex.store import Store
from modeldex.validation import GRAPHS, shapes, to_rdflib


def nodes(graph: Graph) -> set[str]:
    return {str(graph.value(result, SH.focusNode)) for result in graph.objects(None, SH.result)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", help="a dataset folder")
    options = parser.parse_args()
    engine = Store.open(options.store).engine
    shapes()
    quads = [
        ox.Quad(q.subject, q.predicate, q.object)
        for name in GRAPHS
        for q in engine.quads_for_pattern(None, None, None, ox.NamedNode(name))
    ]
    print(f"{len(quads):,} statements")
    start = time.perf_counter()
    data = ox.Store()
    data.bulk_extend(quads)
    loaded = time.perf_counter() - start
    start = time.perf_counter()
    ours = nodes(report(broken(data, shapes()), shapes()))
    checked = time.perf_counter() - start
    print(f"queries: {loaded:.1f} s to load, {checked:.1f} s to check")
    start = time.perf_counter()
    graph = to_rdflib(quads)
    theirs_loaded = time.perf_counter() - start
    start = time.perf_counter()
    theirs = nodes(pyshacl_report(graph, shapes()))
    theirs_checked = time.perf_counter() - start
    print(f"pyshacl: {theirs_loaded:.1f} s to load, {theirs_checked:.1f} s to check")
    print(
        f"{(theirs_loaded + theirs_checked) / (loaded + checked):.1f} times as fast with loading, "
        f"{theirs_checked / checked:.1f} times without; "
        f"focus nodes: {len(ours)}, {'the same' if ours == theirs else 'not the same'}"
    )


if __name__ == "__main__":
    main()
