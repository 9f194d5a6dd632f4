"""Templates, compiled once, and what they need to write an address or a value safely."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

from modeldex.errors import BadInput

if TYPE_CHECKING:
    import jinja2

HERE = os.path.dirname(os.path.abspath(__file__))
_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@cache
def environment() -> jinja2.Environment:
    """The templates. Raises BadInput where Jinja is not installed."""
    try:
        import jinja2
    except ImportError:
        raise BadInput(
            "pages need Jinja, which is not installed", remedy="pip install 'modeldex[site]'"
        ) from None
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(os.path.join(HERE, "templates")),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False, cache_size=-1,
    )  # fmt: skip
    made.filters["web"] = web_address
    made.filters["count"] = counted
    return made


def render(template: str, **values: Any) -> bytes:
    """A page as UTF-8."""
    return environment().get_template(template).render(values).encode()


def web_address(url: str | None) -> str | None:
    """An address that a link may lead to: of the web only, since a script can be one too.

    >>> web_address("https://example.org/"), web_address("javascript:alert(1)")
    ('https://example.org/', None)
    """
    return url if url and url.lower().startswith(("https://", "http://")) else None


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """A number of things.

    >>> counted(1, "claim"), counted(1200, "claim"), counted(2, "query", "queries")
    ('1 claim', '1,200 claims', '2 queries')
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def script_json(value: Any) -> str:
    """JSON that can stand in a script element: nothing in it can end that.

    >>> script_json({"name": "</script>"})
    '{"name":"\\\\u003c/script\\\\u003e"}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_SCRIPT)
