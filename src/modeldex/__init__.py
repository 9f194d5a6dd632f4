"""A knowledge graph of AI-model facts: each verified or unconfirmed, with its source and date.

>>> import modeldex
>>> modeldex.open().fact("Claude 3.5 Sonnet", "context window").value
200000
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from modeldex.dex import Modeldex

__version__ = "0.1.0"
__all__ = ["open"]


def open(folder: str | Path | None = None) -> Modeldex:
    """Open the packaged dataset, or a dataset folder. Nothing is fetched or written.

    Raises `modeldex.errors.StoreError` where there is no dataset.

    >>> open().thing("gpt-4o").label
    'GPT-4o'
    """
    from modeldex.dex import Modeldex

    return Modeldex.packaged() if folder is None else Modeldex.open(folder)
