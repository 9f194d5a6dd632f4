"""The command line: finds the command, reads its arguments, runs it; errors are one line.

Only the module of the command asked for is imported, so that an answer takes little more than
the start of Python.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from modeldex import __version__
from modeldex.errors import BadInput, ModeldexError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

COMMANDS = {
    "show": "the fact sheet of a model, series, provider, platform or API ID",
    "why": "every claim on a property, with its evidence and sources",
    "find": "models by their facts",
    "compare": "models side by side",
    "diff": "what changed between two days",
    "conflicts": "where sources disagree, of what kind, and who is the arbiter",
    "scan": "model IDs in source code that are retired, or will be",
    "import": "a catalogue's document into a store on disk",
    "query": "ask a stored query, or list them",
    "sparql": "ad-hoc SPARQL over the dataset",
    "export": "linked data, tables, a static site, a release folder",
    "serve": "web pages, linked data and a SPARQL endpoint, read-only",
    "validate": "SHACL and the integrity rules, over files or the packaged data",
    "publish": "load the dataset into a remote store, and verify it",
    "build": "build the dataset of a checkout from its data/",
}
CANNOT_RUN = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if sys.stdout is None:
        print("modeldex: standard output is closed", file=sys.stderr)
        return CANNOT_RUN
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if not words or words[0] in ("-h", "--help", "help"):
        print(overview())
        return 0 if words else CANNOT_RUN
    if words[0] in ("-V", "--version"):
        print(f"modeldex {__version__}")
        return 0
    try:
        code = _run(words[0], words[1:])
        sys.stdout.flush()
        return code
    except ModeldexError as error:
        from modeldex.tables import printable

        print(f"modeldex: {printable(str(error))}", file=sys.stderr)
        return CANNOT_RUN
    except BrokenPipeError:
        _drop_output()
        return 141
    except OSError as error:
        print(f"modeldex: cannot go on: {error}", file=sys.stderr)
        _drop_output()
        return CANNOT_RUN
    except KeyboardInterrupt:
        return 130


def _drop_output() -> None:
    """Say nothing more, also not when Python closes the stream: nobody can read it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def overview() -> str:
    """The list of commands."""
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:<{width}}  {about}" for name, about in COMMANDS.items())
    return (
        "usage: modeldex COMMAND ...\n\n"
        "AI-model facts, each verified or unconfirmed, with its source and date.\n\n"
        f"commands:\n{listed}\n\n"
        "example: modeldex show claude-3-5-sonnet\n"
        "help on one: modeldex COMMAND --help"
    )


def _run(name: str, words: list[str]) -> int:
    if name not in COMMANDS:
        from modeldex.errors import UnknownName
        from modeldex.names import nearest

        raise UnknownName("command", name, nearest(name, {c: c for c in COMMANDS}))
    command = import_module(f"modeldex.commands.{name}")
    parser = _Parser(
        f"modeldex {name}",
        description=command.__doc__,
        epilog=f"example: {command.EXAMPLE}",
        formatter_class=_Help,
        allow_abbrev=False,
    )
    command.declare(parser)
    code: int = command.run(parser.parse_args(words))
    return code


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, as all errors."""
        raise BadInput(message, remedy=f"see {self.prog} --help")


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        from modeldex.tables import terminal_width

        # Given a width, argparse need not import shutil to ask for it.
        super().__init__(prog, max_help_position=30, width=min(terminal_width(), 100))


if __name__ == "__main__":
    sys.exit(main())
