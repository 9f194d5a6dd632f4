"""Where the parts of Modeldex lie: inside the installed package, or in a checkout."""

from __future__ import annotations

import os

HERE = os.path.dirname(os.path.abspath(__file__))


def folder(name: str) -> str:
    """The folder `data`, `ontology` or `queries`, as installed or in the checkout.

    >>> import os
    >>> "modeldex.ttl" in os.listdir(folder("ontology"))
    True
    """
    installed = os.path.join(HERE, name)
    if os.path.isdir(installed):
        return installed
    return os.path.join(os.path.dirname(os.path.dirname(HERE)), name)


def dataset() -> str:
    """The folder of the dataset: the one that the build made, or `MODELDEX_DATASET`."""
    return os.environ.get("MODELDEX_DATASET") or os.path.join(HERE, "dataset")
