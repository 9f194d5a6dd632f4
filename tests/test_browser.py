"""The site in a real browser: search, comparison, keyboard, scripts off, phone, contrast.

Needs Chromium (Debian's `chromium`, or the path in MODELDEX_CHROMIUM) and playwright.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from catalogues import three_releases
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from servers import missing
from serving import folder_served

import modeldex
from modeldex.dex import Modeldex
from modeldex.web.pages import Pages
from modeldex.web.site import write_site

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
PAGES = (
    "index.html", "models.html", "model/claude-3-5-sonnet.html", "model/gpt-4o.html",
    "offering/claude-3-5-sonnet-20241022--anthropic-api.html", "offering/index.html",
    "claim/claude-3-5-sonnet--context-window.html", "provider/anthropic.html",
    "platform/anthropic-api.html", "source/gate-claude-3-5-sonnet.html", "source/index.html",
    "evidence/gate-2026-06--alternatives.html", "property/contextWindow.html",
    "property/index.html", "vocab.html", "compare.html", "timeline.html",
    "calendar.html", "disagreements.html",
    "queries/index.html", "queries/retired-api-ids.html", "about.html", "dataset.html", "404.html",
    "publisher/gate.html", "feature/index.html",
)  # fmt: skip
PREFIX = "/some/prefix/"


@pytest.fixture(scope="module")
def served(dex: Modeldex, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site, under a prefix."""
    folder = tmp_path_factory.mktemp("served")
    write_site(dex, folder / PREFIX.strip("/"), base_url="https://example.org/some/prefix/")
    with folder_served(folder) as address:
        yield address.removesuffix("/") + PREFIX


@pytest.fixture(scope="module")
def catalogued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a model's page in a store into which a catalogue was taken three times."""
    folder = tmp_path_factory.mktemp("catalogued")
    pages = Pages(modeldex.open(three_releases(folder / "store")))
    wanted = [path for path in pages.paths() if path.startswith("static/")]
    for path in ("model/claude-opus-4-5.html", *wanted):
        file = pages.file(path)
        assert file is not None
        (folder / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "site" / path).write_bytes(file.content)
    with folder_served(folder / "site") as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    path = os.environ.get("MODELDEX_CHROMIUM") or shutil.which("chromium")
    if path is None:
        missing("chromium", "apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


class Visit:
    """A visitor with a browser of some width and scheme; what went wrong is collected."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.base, self.faults, self.requests = base, [], []  # type: ignore[var-annotated]
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.faults.append(said.text))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def __call__(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page


@pytest.fixture
def visit(browser: Browser, served: str) -> Iterator[Visit]:
    """At a desk; no errors, and no request to another host, whatever was done."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        visitor = Visit(context, served)
        yield visitor
        assert visitor.faults == []
        assert visitor.requests
        assert [url for url in visitor.requests if not url.startswith(served)] == []


def serious(axe: Axe, page: Page) -> tuple[int, list[tuple[str, str]]]:
    """How many rules a page passes, and its serious faults."""
    results = axe.run(page).response
    return len(results["passes"]), [
        (each["id"], node["html"][:160]) for each in results["violations"]
        if each["impact"] in ("serious", "critical") for node in each["nodes"]
    ]  # fmt: skip


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("light", 360), ("dark", 1280)])
def test_axe_finds_no_serious_fault(browser: Browser, served: str, scheme: Any, width: int) -> None:
    """Every kind of page, at a desk and on a phone, in both schemes; none is wider than it."""
    axe = Axe()
    faults, rules, wide = [], 0, []
    with browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme
    ) as context:
        visitor = Visit(context, served)
        for path in PAGES:
            page = visitor(path)
            passed, found = serious(axe, page)
            rules += passed
            faults += [(path, *fault) for fault in found]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(path)
    assert rules > 500
    assert faults == []
    assert wide == []


def test_an_engineer_finds_a_retired_id_and_what_replaces_it(visit: Visit) -> None:
    """From the front page to the answer: type the ID, see that it is retired, see why."""
    page = visit("index.html")
    page.get_by_label("Find a model or API ID").last.fill("claude-3-5-sonnet-20241022")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_have_text("2 of 323 models")
    row = page.locator("#models tbody tr:visible").last
    expect(row).to_contain_text("retired since 2025-10-28")
    row.get_by_role("link", name="Claude 3.5 Sonnet (October 2024)").click()
    ids = page.locator("table.ids")
    expect(ids).to_contain_text("claude-3-5-sonnet-20241022")
    expect(ids).to_contain_text("Claude Sonnet 4.6 on the Anthropic API")
    ids.get_by_role("link", name="verified why retired on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("retired on")
    expect(page.locator(".evidence").first).to_contain_text("Anthropic: model deprecations")


def test_filters_stand_in_the_address(visit: Visit) -> None:
    """A filtered list can be shared; unconfirmed values can be left out."""
    page = visit("models.html")
    page.get_by_label("Context of at least").select_option("100000")
    expect(page.locator("#found")).to_have_text("21 of 323 models")
    page.get_by_label("only verified values count").check()
    expect(page.locator("#found")).to_have_text("19 of 323 models")
    assert "context=100000" in page.url
    assert "verified=1" in page.url
    page.reload()
    expect(page.locator("#found")).to_have_text("19 of 323 models")
    page.get_by_label("hide retired").check()
    expect(page.locator("#models tbody tr:visible th", has_text="Claude Opus 5")).to_have_count(1)
    expect(page.locator("#models tbody tr:visible th", has_text="Sonnet (Oct")).to_have_count(0)
    page = visit("models.html?q=%3Cimg+src%3Dx%3E")
    expect(page.locator("#found")).to_contain_text("None of 323 models matches")


def test_a_comparison_has_an_address(visit: Visit) -> None:
    """Chosen models, added and removed, each value with its mark."""
    page = visit("compare.html?m=claude-3-5-sonnet&m=gpt-4o")
    heads = page.locator("#compare thead th > a:first-child")
    expect(heads).to_have_text(["Claude 3.5 Sonnet", "GPT-4o"])
    row = page.get_by_role("row", name="context window")
    expect(row.locator("td").first).to_contain_text("verified 200,000 tokens")
    expect(row.locator("td").last).to_contain_text("unconfirmed 128,000 tokens")
    page.get_by_label("Add a model").fill("Gemini 2.0 Flash")
    page.get_by_role("button", name="Add").click()
    expect(heads).to_have_text(["Claude 3.5 Sonnet", "GPT-4o", "Gemini 2.0 Flash"])
    assert page.url.endswith("?m=claude-3-5-sonnet&m=gpt-4o&m=gemini-2-0-flash")
    page.get_by_role("link", name="remove GPT-4o").click()
    expect(heads).to_have_text(["Claude 3.5 Sonnet", "Gemini 2.0 Flash"])
    page.get_by_role("link", name="verified 200,000 tokens").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Claude 3.5 Sonnet: context window")


def test_a_comparison_with_nothing_says_so(visit: Visit) -> None:
    """A name that is none, also one that would lead elsewhere."""
    page = visit("compare.html?m=../models&m=gpt-4o")
    expect(page.locator("#said")).to_have_text("No model ../models: choose from the list.")
    expect(page.locator("#compare thead th > a:first-child")).to_have_text(["GPT-4o"])


def test_a_sheet_shows_only_what_is_wanted_without_scripts(browser: Browser, served: str) -> None:
    """Scripts off: every fact is there, and the choice of status works."""
    with browser.new_context(java_script_enabled=False) as context:
        visitor = Visit(context, served)
        page = visitor("model/claude-3-5-sonnet.html")
        rows = page.locator(".sheet tbody tr:not(.section)")
        assert rows.count() == 101
        page.get_by_role("radio", name="✓ verified").check()
        assert page.locator(".sheet tbody tr:not(.section):visible").count() == 43
        page.get_by_label("hide what is over").check()
        assert page.locator(".sheet tbody tr:not(.section):visible").count() < 41
        for path in ("models.html", "compare.html"):
            page = visitor(path)
            expect(page.locator("noscript p")).to_be_visible()
            assert page.locator("tbody tr").count() >= 10
        page = visitor("timeline.html")
        assert page.locator("svg.timeline a").count() > 4
        for path in ("queries/retired-api-ids.html", "disagreements.html", "offering/index.html"):
            assert visitor(path).locator("tbody tr").count() >= 2
        assert visitor.faults == []


def test_all_is_reached_by_the_keyboard(visit: Visit) -> None:
    """The first stop skips the head; every stop can be seen; the marks lead on."""
    page = visit("model/gpt-4o.html")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    seen = []
    for _ in range(90):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        if focus.count() == 0:
            break
        assert focus.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
        seen.append(" ".join(str(focus.evaluate("e => e.innerText ?? e.textContent")).split()))
    assert any("unconfirmed why context window" in text for text in seen)
    assert seen[0] == "Models"


def test_marks_are_told_apart_without_colour(visit: Visit) -> None:
    """Each status has its own sign and its own words."""
    page = visit("model/claude-3-5-sonnet.html")
    signs = {look: set(page.locator(f".sheet a.why.{look} b").all_inner_texts()) for look in "vus"}
    assert signs == {"v": {"✓"}, "u": {"?"}, "s": {"∅"}}
    silent = page.locator(".sheet tr.s .value").all_inner_texts()
    assert set(silent) == {"nothing found"}


def test_a_phone_shows_every_cell(browser: Browser, served: str) -> None:
    """Status, date and source stand under each value; nothing is cut off."""
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        visitor = Visit(context, served)
        page = visitor("model/gpt-4o.html")
        row = page.locator(".sheet tr", has_text="context window")
        for part in ("128,000", "unconfirmed", "2026-06", "Gate"):
            expect(row.get_by_text(part, exact=False).first).to_be_visible()
        picture = visitor("timeline.html").locator(".picture")
        assert picture.evaluate("e => e.scrollWidth > e.clientWidth")  # it scrolls by itself


def test_the_lists_of_many_pages_are_searched_as_one(
    dex: Modeldex, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the models do not fit on one page, the search reads the others too."""
    from modeldex.web import browse

    monkeypatch.setattr(browse, "PAGE", 120)
    write_site(dex, tmp_path / "site")
    assert (tmp_path / "site" / "models-3.html").is_file()
    assert Pages(dex).file("models-4.html") is None
    with folder_served(tmp_path / "site") as address, browser.new_context() as context:
        visitor = Visit(context, address)
        page = visitor("models.html")
        expect(page.locator("#found")).to_contain_text("323 models, page 1 of 3")
        page = visitor("models.html?q=whisper-1")
        expect(page.locator("#found")).to_have_text("1 of 323 models")
        expect(page.locator("#models tbody tr:visible th")).to_have_text(["Whisper"])
        assert visitor.faults == []


@pytest.mark.parametrize("width", [1280, 360])
def test_a_model_shows_what_catalogues_say_otherwise(
    browser: Browser, catalogued: str, width: int
) -> None:
    """The disagreements of a joined model, and its prices over time, at a desk and on a phone."""
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        visitor = Visit(context, catalogued)
        page = visitor("model/claude-opus-4-5.html")
        row = page.locator("#conflicts + * tr, #conflicts ~ table tr", has_text="maximum output")
        for part in ("64,000", "32,000", "litellm"):
            expect(row.get_by_text(part, exact=False).first).to_be_visible()
        chart = page.locator("#prices + .picture svg")
        expect(chart).to_be_visible()
        assert chart.locator("rect.step").count() >= 3
        passed, faults = serious(Axe(), page)
        assert passed > 10
        assert faults == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert visitor.faults == []
