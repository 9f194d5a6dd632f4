"""All claims of a dataset: each once, by subject, whichever way it is read."""

from __future__ import annotations

import random
import shutil
from itertools import groupby
from pathlib import Path

from modeldex.dex import Modeldex
from modeldex.engine import select
from modeldex.errors import StoreError
from modeldex.manifest import INDEX, Manifest
from modeldex.store import Store


def test_every_claim_in_use_is_given_once_by_subject(dex: Modeldex, store: Store) -> None:
    claims = list(dex.claims())
    rows = select(store, "SELECT ?c { GRAPH graph:claims { ?c a mdx:Claim } }").rows
    assert sorted(claim.iri for claim in claims) == sorted(row[0].value for row in rows)  # type: ignore[union-attr]
    subjects = [subject for subject, _ in groupby(claim.subject.iri for claim in claims)]
    assert subjects == sorted(set(subjects))
    assert any(subject.endswith("#LanguageModel") for subject in subjects)


def test_index_store_and_rdflib_give_the_same_claims(dex: Modeldex, store: Store) -> None:
    claims = list(dex.claims())
    assert list(Modeldex.of(store).claims()) == claims
    assert list(Modeldex.of_graph(dex.graph()).claims()) == claims


def test_claims_about_some_things_are_those(dex: Modeldex) -> None:
    subjects = sorted({claim.subject.iri for claim in dex.claims()})[::7]
    expected = [claim for claim in dex.claims() if claim.subject.iri in subjects]
    assert list(dex.claims(subjects)) == expected
    assert list(dex.claims([])) == list(dex.claims(["https://example.org/nothing"])) == []


def test_claims_that_are_withdrawn_are_not_given(built: Path) -> None:
    import pyoxigraph as ox

    from modeldex.build import dataset_of
    from modeldex.reading import read

    examples = Path(__file__).parent.parent / "ontology" / "examples"
    quads: list[ox.Quad] = []
    for path in (examples / "world.ttl", examples / "valid" / "withdrawn.ttl"):
        quads += read(path).quads
    found = Modeldex.of(Store.of(dataset_of(quads))).claims()
    assert not [claim for claim in found if claim.iri.endswith("example-1--context-window")]


def test_a_changed_byte_of_the_index_loses_no_claim(
    built: Path, dex: Modeldex, tmp_path: Path
) -> None:
    """Wherever a bit is turned: all claims, or an error; never fewer."""
    chance = random.Random(20261125)
    copy = tmp_path / "dataset"
    shutil.copytree(built, copy)
    file = Path(Manifest(str(copy)).store) / INDEX
    whole, expected, refused = file.read_bytes(), list(dex.claims()), 0
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        try:
            assert list(Modeldex.open(copy).claims()) == expected
        except StoreError:
            refused += 1
    assert 0 < refused < 60
