"""Which dataset a command reads: the packaged one, a folder, or a SPARQL endpoint."""

from __future__ import annotations

import argparse

import modeldex
from modeldex.errors import BadInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from modeldex.dex import Modeldex


def declare_dataset(parser: argparse.ArgumentParser) -> None:
    """Declare the options that choose the dataset."""
    parser.add_argument("--store", metavar="DIR", help="a dataset folder, for the packaged one")
    parser.add_argument(
        "--endpoint", metavar="URL",
        help="a SPARQL endpoint that holds the dataset; MODELDEX_USER and MODELDEX_PASSWORD, or "
        "MODELDEX_TOKEN, in the environment authenticate",
    )  # fmt: skip


def opened(options: argparse.Namespace) -> Modeldex:
    """The dataset that the options choose."""
    if options.endpoint is not None and options.store is not None:
        raise BadInput("give either --store or --endpoint")
    if options.endpoint is not None:
        return modeldex.connect(options.endpoint, timeout=getattr(options, "timeout", 60.0))
    return modeldex.open(options.store)


def seconds(text: str) -> float:
    """The value of `--timeout`."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number <= 3600:
        raise argparse.ArgumentTypeError(f"not a number of seconds up to 3600: {text!r}")
    return number
