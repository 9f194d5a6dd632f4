"""Every claim on a property, its evidence and sources, and why it is verified or not."""

from __future__ import annotations

from modeldex import wording
from modeldex.answer import answer
from modeldex.commands.show import CSV_HEADER, csv_row, declare_times
from modeldex.opening import declare_dataset, opened
from modeldex.tables import declare_format, fitted, heading, print_csv, print_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from modeldex.facts import Claim, Evidence, Thing

EXAMPLE = 'modeldex why claude-3-5-sonnet "knowledge cutoff"'


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", metavar="NAME", help="a name, API ID or IRI")
    parser.add_argument("property", metavar="PROPERTY", help="'context window', contextWindow, ...")
    declare_times(parser)
    declare_dataset(parser)
    declare_format(parser)


def run(options: argparse.Namespace) -> int:
    """Print the claims with all they rest on."""
    dex = opened(options)
    thing = dex.thing(options.name)
    claims = dex.why(
        thing, options.property, on=options.on, as_of=options.as_of, platform=options.platform
    )
    if options.format == "json":
        print_json([claim.to_dict() for claim in claims])
    elif options.format == "csv":
        print_csv(CSV_HEADER, map(csv_row, claims))
    else:
        chosen = answer(claims, [related.thing.iri for related in dex.related(thing)])
        print("\n\n".join(_claim(claim, thing, claim.iri == chosen.iri) for claim in claims))
    return 0


def _claim(claim: Claim, thing: Thing, chosen: bool) -> str:
    qualifier = wording.subject_text(claim, thing)
    about = claim.fact_property.label + qualifier
    title = heading(fitted(f"{thing.label}: {about}: {wording.value_text(claim)}"))
    lines = []
    status = f"{wording.status_text(claim)}, {wording.BASES[claim.basis]}"
    lines.append(f"  {status}: {wording.reason_text(claim)}")
    if held := wording.held_text(claim):
        lines.append(f"  held {held}")
    if chosen:
        lines.append("  the answer, where one is asked for")
    for evidence in claim.evidence:
        lines += _evidence(evidence)
    return "\n".join([title, *map(fitted, [*lines, f"  {claim.iri}"])])


def _evidence(evidence: Evidence) -> list[str]:
    official = ", official" if evidence.official else ""
    source = wording.source_name(evidence.source)
    lines = [f"  {wording.STANCES[evidence.stance]} {source}, as of {evidence.as_of}{official}"]
    lines += [f"    at: {place}" for place in evidence.locator]
    lines += [
        f"    names as its source: {wording.source_name(cited)}"
        f"{' (known only from the report)' if cited.stub else ''}"
        for cited in evidence.cites
    ]
    if evidence.searched:
        lines.append(f"    searched: {evidence.searched}")
    if evidence.accessed:
        lines.append(f"    read on: {evidence.accessed}")
    if evidence.source.url:
        lines.append(f"    {evidence.source.url}")
    return lines
