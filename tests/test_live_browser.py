"""The live server in a real browser: its policy breaks no page, its forms need no scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from serving import Served, served_fixture  # noqa: F401 - a fixture
from test_browser import PAGES, Visit, browser  # noqa: F401 - a fixture

ROWS = "sparql?query=" + quote("SELECT * { GRAPH graph:verified { ?model mdx:contextWindow ?n } }")
LIVE = (
    "sparql", ROWS, "sparql?query=ASK%20%7B%7D", "sparql?query=DESCRIBE%20model:gpt-4o",
    "queries/retired-api-ids?by=2026-06-30", "queries/why-a-fact",
    "queries/thing-with-its-claims?thing=gpt-4o",
)  # fmt: skip
REFUSED = ("sparql?query=ASK%20%7B", "queries/retired-api-ids?by=soon", "nothing")
WRITTEN = "SELECT ?model { GRAPH graph:verified { ?model mdx:contextWindow 200000 } }"


@pytest.fixture
def visit(browser: Browser, server: Served) -> Iterator[Visit]:  # noqa: F811
    """No errors, a broken policy among them, and no request to another host."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        visitor = Visit(context, server.address)
        yield visitor
        assert visitor.faults == []
        assert [url for url in visitor.requests if not url.startswith(server.address)] == []


def test_no_page_breaks_the_policy(visit: Visit) -> None:
    """Each kind of page, as the server sends it: style, picture, script, table of all models."""
    for path in (*(path for path in PAGES if path != "404.html"), *LIVE):
        page = visit(path)
        assert page.locator("h1").count() == 1, path
        assert page.evaluate("getComputedStyle(document.querySelector('.bar')).display") == "flex"


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_no_serious_fault_on_live_pages(
    browser: Browser, server: Served, width: int  # noqa: F811
) -> None:  # fmt: skip
    """Forms, answers and refusals, at a desk and on a phone; none is wider than it."""
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        visitor = Visit(context, server.address)
        for path in (*LIVE, *REFUSED):
            page = visitor(path)
            faults = [each["id"] for each in Axe().run(page).response["violations"]
                      if each["impact"] in ("serious", "critical")]  # fmt: skip
            assert faults == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_query_is_written_and_asked_by_the_keyboard(visit: Visit) -> None:
    """And its answer leads on to the page of a model."""
    page = visit("sparql")
    page.get_by_label("Query").fill(WRITTEN)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="model:claude-3-5-sonnet").click()
    assert page.locator("h1").inner_text() == "Claude 3.5 Sonnet"
    assert page.url == f"{visit.base}model/claude-3-5-sonnet.html"


def test_an_iri_is_a_page_in_a_browser(visit: Visit) -> None:
    """By 303."""
    assert visit("id/model/gpt-4o").url == f"{visit.base}model/gpt-4o.html"


@pytest.mark.parametrize("scripts", [True, False])
def test_forms_answer_with_and_without_scripts(
    browser: Browser, server: Served, scripts: Any  # noqa: F811
) -> None:  # fmt: skip
    """A stored query: from the list to the form, the rows, and the rows as CSV."""
    with browser.new_context(java_script_enabled=scripts) as context:
        page = Visit(context, server.address)("queries/index.html")
        page.get_by_role("link", name="Which API IDs were retired by a day?").first.click()
        page.get_by_label("by").fill("2026-06-30")
        page.get_by_role("button", name="Ask").click()
        assert page.get_by_role("cell", name="claude-sonnet-4-20250514", exact=True).count() == 1
        assert page.url.endswith("queries/retired-api-ids?by=2026-06-30")
        href = page.get_by_role("link", name="CSV").get_attribute("href")
        assert href == "retired-api-ids.csv?by=2026-06-30"
