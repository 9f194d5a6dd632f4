"""The static site: every link resolves, every page parses, nothing comes from another host."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import html5rdf
import pytest
from html5rdf.html5parser import ParseError
from hypothesis import example, given
from hypothesis import strategies as st

import modeldex
from modeldex import terms as t
from modeldex.build import build, dataset
from modeldex.dex import Modeldex
from modeldex.errors import BadInput, UnknownName
from modeldex.reading import read
from modeldex.store import Store
from modeldex.web import addresses, inventory
from modeldex.web.fact_rows import CODES
from modeldex.web.pages import CANONICAL, Pages
from modeldex.web.site import MARKER, write_site
from modeldex.web.timeline import EVENTS, Lane, events_of, picture

ROOT = Path(__file__).parent.parent
XHTML = "{http://www.w3.org/1999/xhtml}"
# What an attribute may make a browser load, and what only a click follows.
LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("source", "src"), ("use", "href"),
          ("form", "action"), ("image", "href"), ("iframe", "src"), ("object", "data")}  # fmt: skip


@pytest.fixture(scope="session")
def site(dex: Modeldex, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the dataset, written once."""
    folder = tmp_path_factory.mktemp("site") / "deep" / "prefix"
    assert write_site(dex, folder) > 1000
    return folder


@pytest.fixture(scope="session")
def trees(site: Path) -> dict[str, ElementTree.Element]:
    """Every page, parsed strictly; a fault names its page."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        try:
            parser = html5rdf.HTMLParser(strict=True)
            found[name] = parser.parse(path.read_bytes(), transport_encoding="utf-8")
        except ParseError as error:
            pytest.fail(f"{name}: {error}")
    assert len(found) > 400
    return found


def references(tree: ElementTree.Element) -> Iterator[tuple[str, str, str]]:
    """Element, attribute and address of everything that a page refers to."""
    for element in tree.iter():
        tag = str(element.tag).rpartition("}")[2]
        for name in ("href", "src", "action", "data"):
            if (value := element.get(name)) is not None:
                yield tag, name, value


def test_every_link_leads_to_a_file_and_a_place_in_it(
    site: Path, trees: dict[str, ElementTree.Element]
) -> None:
    """Relative links only, so that the site works under any prefix."""
    ids = {
        page: {element.get("id") for element in tree.iter() if element.get("id")}
        for page, tree in trees.items()
    }
    broken, followed = [], 0
    for page, tree in trees.items():
        start = site / page
        for tag, _, address in references(tree):
            parts = urlsplit(address)
            if parts.scheme or (page == "404.html" and address.startswith("/")):
                continue
            followed += 1
            target = start.parent / unquote(parts.path) if parts.path else start
            target = target.resolve()
            inside = target.is_relative_to(site.resolve())
            name = target.relative_to(site.resolve()).as_posix() if inside else ""
            if (
                not target.is_file()
                or address.startswith("/")
                or (parts.fragment and name in ids and parts.fragment not in ids[name])
            ):
                broken.append((page, tag, address))
    assert followed > 15_000
    assert broken == []


def test_nothing_is_loaded_from_another_host(trees: dict[str, ElementTree.Element]) -> None:
    """No request leaves the site, and no script or style stands in a page."""
    loaded, inline = [], []
    for page, tree in trees.items():
        for tag, name, address in references(tree):
            if (tag, name) in LOADED and urlsplit(address).scheme:
                loaded.append((page, tag, address))
        for element in tree.iter():
            tag = str(element.tag).rpartition("}")[2]
            handlers = [name for name in element.attrib if str(name).startswith("on")]
            script = tag == "script" and element.get("type") != "application/ld+json"
            if tag == "style" or element.get("style") or handlers or (script and element.text):
                inline.append((page, tag))
    canonical = [entry for entry in loaded if not entry[2].startswith(CANONICAL)]
    assert len(loaded) == len(trees)  # the canonical link of each page, which is not loaded
    assert canonical == []
    assert inline == []
    for name in ("style.css", "models.js", "compare.js", "list.js"):
        text = (Path(modeldex.__file__).parent / "web" / "static" / name).read_text("utf-8")
        assert "http:" not in text
        assert "https:" not in text
        assert "@import" not in text


def test_every_page_says_what_it_is(trees: dict[str, ElementTree.Element]) -> None:
    """Title, description, one heading, language, canonical address."""
    titles: dict[str, list[str]] = {}
    for page, tree in trees.items():
        assert tree.get("lang") == "en", page
        titles.setdefault(str(tree.findtext(f".//{XHTML}title")), []).append(page)
        assert len(tree.findall(f".//{XHTML}h1")) == 1, page
        described = [e.get("content") for e in tree.iter(f"{XHTML}meta")
                     if e.get("name") == "description"]  # fmt: skip
        assert all(described), page
        assert len(described) == 1, page
        canonical = [e.get("href") for e in tree.iter(f"{XHTML}link")
                     if e.get("rel") == "canonical"]  # fmt: skip
        assert canonical == [CANONICAL + page]


def test_every_page_has_schema_org(trees: dict[str, ElementTree.Element]) -> None:
    """JSON-LD that stands on its own: no context to fetch."""
    for page, tree in trees.items():
        scripts = [e for e in tree.iter(f"{XHTML}script") if e.get("type") == "application/ld+json"]
        assert len(scripts) == 1, page
        document = json.loads(str(scripts[0].text))
        assert isinstance(document["@context"], dict), page


def test_everything_with_an_address_has_its_page_and_data(site: Path, dex: Modeldex) -> None:
    """What the dataset says of something stands at the path that its IRI has."""
    pages = Pages(dex)
    assert isinstance(dex.store, Store)
    iris = {
        quad.subject.value for quad in dex.store.engine
        if quad.graph_name.value in (t.CLAIMS, t.EVIDENCE, t.ENTITIES)
    }  # fmt: skip
    assert len(iris) > 250
    for iri in iris - {t.DATASET}:
        path = pages.path_of(iri)
        assert path is not None, iri
        for suffix in (".html", ".ttl", ".jsonld"):
            assert (site / path).with_suffix(suffix).is_file(), iri


def test_a_fact_sheet_shows_its_receipts_without_a_click(
    trees: dict[str, ElementTree.Element], dex: Modeldex
) -> None:
    """Beside each value: mark, status, basis, as-of and source; a click on the status tells why."""
    tree = trees["model/claude-3-5-sonnet.html"]
    claims = dex.facts("claude-3-5-sonnet")
    rows = [row for row in tree.iter(f"{XHTML}tr") if row.get("class", "").split(" ")[0] in "vusc"]
    shown = {
        link.get("href"): " ".join("".join(row.itertext()).split())
        for row in rows for link in row.iter(f"{XHTML}a") if "why" in str(link.get("class"))
    }  # fmt: skip
    for claim in claims:
        text = shown[f"../claim/{claim.iri.rpartition('/')[2]}.html"]
        assert str(claim.as_of) in text
        assert claim.status in text
        assert claim.evidence[0].source.publisher in text


def test_the_sitemap_lists_every_page(
    site: Path, trees: dict[str, ElementTree.Element], dex: Modeldex
) -> None:
    """With the day of the release; robots.txt names it."""
    tree = ElementTree.fromstring((site / "sitemap.xml").read_text("utf-8"))
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    listed = [str(each.text) for each in tree.iterfind("s:url/s:loc", spaces)]
    assert len(listed) == len(set(listed))
    assert set(listed) == {CANONICAL + page for page in trees if page != "404.html"}
    days = {each.text for each in tree.iterfind("s:url/s:lastmod", spaces)}
    assert days == {dex.release}
    assert f"Sitemap: {CANONICAL}sitemap.xml" in (site / "robots.txt").read_text("utf-8")


def test_the_site_is_the_same_twice_and_knows_where_it_stands(
    dex: Modeldex, tmp_path: Path, site: Path
) -> None:
    """The same bytes; another base changes canonical links and sitemap."""
    folder = tmp_path / "site"
    write_site(dex, folder, base_url="https://models.example.org/dex")
    for path in site.rglob("*"):
        if path.suffix == ".ttl" and path.stem != "dataset":
            assert path.read_bytes() == (folder / path.relative_to(site)).read_bytes()
    here = (folder / "model" / "gpt-4o.html").read_bytes()
    there = (site / "model" / "gpt-4o.html").read_bytes()
    assert b'rel="canonical" href="https://models.example.org/dex/model/gpt-4o.html"' in here
    assert here == there.replace(
        b'"canonical" href="' + CANONICAL.encode(),
        b'"canonical" href="https://models.example.org/dex/',
    )
    assert b'href="/dex/static/style.css"' in (folder / "404.html").read_bytes()


def test_a_base_that_is_no_address_is_refused(dex: Modeldex, tmp_path: Path) -> None:
    """It stands in links, in XML and in a path."""
    for base in ("javascript:alert(1)", 'https://x.example/"><script>', "ftp://x.example/", ""):
        with pytest.raises(BadInput, match="no address of pages"):
            write_site(dex, tmp_path / "site", base_url=base)
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_site_is_replaced_and_nothing_else(dex: Modeldex, tmp_path: Path) -> None:
    """A folder that is no site of ours is left alone."""
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.txt").write_text("mine", "utf-8")
    with pytest.raises(BadInput, match="something else"):
        write_site(dex, other)
    assert [path.name for path in other.iterdir()] == ["chapter.txt"]
    (other / "chapter.txt").rename(other / MARKER)
    write_site(dex, other)
    assert (other / "index.html").is_file()


HOSTILE = (
    "</title></script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;${7*7}{{7*7}}"
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Pages of data whose labels, values and addresses try to break out."""
    import shutil

    folder = tmp_path_factory.mktemp("hostile")
    for name in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    label = HOSTILE.replace('"', '\\"')
    path = folder / "data" / "models" / "gpt-4o.ttl"
    text = path.read_text("utf-8").replace('"GPT-4o"@en', f'"{label}"@en', 1)
    path.write_text(text, "utf-8")
    path = folder / "data" / "sources" / "gate.ttl"
    text = path.read_text("utf-8").replace(
        "mdx:marksVerified true", f'mdx:marksVerified true ; mdx:defect "{label}"@en', 1
    )
    path.write_text(text, "utf-8")
    build(folder, folder / "dataset")
    return Pages(Modeldex.open(folder / "dataset"), live=True)


def test_hostile_data_stay_text(hostile: Pages) -> None:
    """On every page that shows it, in markup, attributes, pictures and JSON-LD alike."""
    paths = [path for path in hostile.paths() if path.endswith(".html")]
    shown = 0
    for path in paths:
        file = hostile.file(path)
        assert file is not None, path
        if b"alert(" not in file.content:
            continue
        shown += 1
        tree = html5rdf.HTMLParser(strict=True).parse(file.content, transport_encoding="utf-8")
        for element in tree.iter():
            tag = str(element.tag).rpartition("}")[2]
            assert tag != "img", path
            assert not any(str(name).startswith("on") for name in element.attrib), path
            if tag == "script" and element.get("type") != "application/ld+json":
                assert not element.text, path
    assert shown > 10
    page = hostile.file("model/gpt-4o.html")
    assert page is not None
    tree = html5rdf.HTMLParser(strict=True).parse(page.content, transport_encoding="utf-8")
    assert "".join(tree.find(f".//{XHTML}h1").itertext()) == HOSTILE
    script = next(e for e in tree.iter(f"{XHTML}script") if e.get("type") == "application/ld+json")
    assert json.loads(str(script.text))["name"] == HOSTILE


def test_an_address_of_a_script_is_no_link(dex: Modeldex) -> None:
    """Only addresses of the web are links, whatever a source gives as its own."""
    from modeldex.web.render import environment

    template = environment().from_string('{% if u|web %}<a href="{{ u }}">{% endif %}{{ u }}')
    assert template.render(u="https://example.org/?a=1&b=2").startswith("<a href=")
    for address in (
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//x",
        "",
        " ",
    ):
        assert "<a" not in template.render(u=address)


def test_what_is_no_page_is_none(dex: Modeldex) -> None:
    """Paths that lead out of the site, to nothing, or to what is not on it."""
    pages = Pages(dex)
    for path in (
        "model/nothing.html", "model/../index.html", "../pages.py", "static/../pages.py", "static/",
        "model/", "", "model", "/index.html", "static/style.css/", "model/gpt-4o", "models-1.html",
        "models-99.html", "models-01.html", "models-²5.html", "model/gpt-4o.HTML", "sparql.html",
        "queries/nothing.html", "claim/nothing.ttl", "property/token.html", "sitemap-1.xml",
        "model/gpt-4o.html\0", "compare/nothing.json", "compare/../models.json",
        "model/gpt-4o.ttl/x", "property/nothing.ttl", "evidence/%2e%2e.html", "verdict/x.html",
        "graph/claims.html",
    ):  # fmt: skip
        assert pages.file(path) is None, path


def test_the_live_page_of_a_query_shows_its_answer_or_what_is_wrong(dex: Modeldex) -> None:
    """Values stand in the form again; every row links to what it names."""
    pages = Pages(dex, live=True)
    given = {"by": "2026-06-30"}
    page = pages.query_page("retired-api-ids", given, dex.ask("retired-api-ids", **given)).decode()
    assert 'value="2026-06-30"' in page
    assert 'href="retired-api-ids.json?by=2026-06-30"' in page
    assert 'href="../offering/claude-3-5-sonnet-20240620--anthropic-api.html"' in page
    wrong = pages.query_page("retired-api-ids", {"by": "<b>"}, "not a date: '<b>'").decode()
    assert "not a date: &#39;&lt;b&gt;&#39;" in wrong
    assert 'value="&lt;b&gt;"' in wrong
    graph = dex.ask("verified-graph")
    assert "contextWindow" in pages.query_page("verified-graph", {}, graph).decode()
    with pytest.raises(UnknownName):
        pages.query_page("nothing", {}, "")


def test_codes_are_what_programs_use_to_the_letter(dex: Modeldex) -> None:
    """The properties set in the type of code are those of strings, not of phrases."""
    pages = Pages(dex)
    said = pages._view.said
    strings = set(said.naming(t.MDX + "claimClass", t.MDX + "StringClaim"))
    assert {t.local_name(iri) for iri in strings} == set(CODES)


def test_the_style_has_both_schemes_and_no_page_a_width_of_its_own() -> None:
    """Light and dark by the reader's system."""
    style = (Path(modeldex.__file__).parent / "web" / "static" / "style.css").read_text("utf-8")
    assert "prefers-color-scheme: dark" in style
    light, dark = (set(re.findall(r"(--[\w-]+):", part)) for part in style.split("@media", 2)[:2])
    assert light - dark == {"--mono"}


EXAMPLES = ROOT / "ontology" / "examples"
SHOWN_EXAMPLES = [
    *sorted((EXAMPLES / "valid").glob("*.ttl")),
    EXAMPLES / "invalid" / "value-is-not-contested.ttl",
]


def pages_of_example(file: Path) -> Pages:
    """Pages of what follows from an example and the world that it stands in."""
    documents = [read(EXAMPLES / "world.ttl"), read(file)]
    ontology = [read(ROOT / "ontology" / "modeldex.ttl")]
    return Pages(Modeldex.of(Store.of(dataset(documents, ontology)), lasting=True))


@pytest.mark.parametrize("file", SHOWN_EXAMPLES, ids=lambda file: file.stem)
def test_every_case_of_a_claim_has_its_page(file: Path) -> None:
    """Withdrawn, contested, superseded, disputed, silent, with former verdicts: all are shown."""
    pages = pages_of_example(file)
    claims = 0
    for path in pages.paths():
        page = pages.file(path)
        assert page is not None, path
        if path.startswith(("model/", "claim/", "verdict/", "source/")) and path.endswith(".html"):
            html5rdf.HTMLParser(strict=True).parse(page.content, transport_encoding="utf-8")
            claims += path.startswith("claim/")
    assert claims > 0


def test_the_examples_of_claims_were_shown() -> None:
    """None is left out."""
    assert len(SHOWN_EXAMPLES) == 32


def text_of(pages: Pages, path: str) -> str:
    """The text of a page, without its markup."""
    page = pages.file(path)
    assert page is not None, path
    tree = html5rdf.HTMLParser(strict=True).parse(page.content, transport_encoding="utf-8")
    return " ".join("".join(tree.find(f".//{XHTML}main").itertext()).split())


def test_what_a_claim_stands_against_is_said_on_its_page() -> None:
    """Contested, withdrawn, superseded, not found on the page that a report names."""
    valid = EXAMPLES / "valid"
    contested = pages_of_example(SHOWN_EXAMPLES[-1])
    text = text_of(contested, "claim/example-1--context-window.html")
    assert "✓ contested" in text
    assert "another verified claim says otherwise" in text
    assert "Other claims on it" in text
    assert "128,000 tokens" in text
    assert "✓ contested" in text_of(contested, "model/example-1.html")
    for name, words in (
        ("withdrawn", "This claim is withdrawn"), ("report-superseded", "Superseded: a later"),
        ("not-found-on-the-page", "Not found on the page that the report names"),
        ("disputed-by-third-party", "Disputed by"), ("silent", "Searched"),
    ):  # fmt: skip
        pages = pages_of_example(valid / f"{name}.ttl")
        paths = [path for path in pages.paths() if path.startswith("claim/")]
        assert any(
            words in text_of(pages, path) for path in paths if path.endswith(".html")
        ), name  # fmt: skip


def test_a_month_is_drawn_as_a_month() -> None:
    """A date that is not known to the day is a span in the picture; labels stay text."""
    claims = pages_of_example(EXAMPLES / "valid" / "bound-and-plan.ttl")._view.dex.facts(
        "example-1"
    )
    dated = [claim for claim in claims if claim.fact_property.name in EVENTS]
    assert len(dated) > 1
    events = events_of(dated)
    lane = Lane("<b>", "model/x.html", tuple(events), None, None)
    drawn = picture(
        [lane, lane], datetime.date(2026, 6, 30), "../", lambda iri: "claim/y.html", "t"
    )
    tree = ElementTree.fromstring(drawn)
    assert [text.text for text in tree.iter("text")][-1] == "<b>"
    months = [event for event in events if event.first != event.last]
    blurred = [each for each in tree.iter("rect") if "blur" in str(each.get("class"))]
    assert len(blurred) == 2 * len(months) > 0
    assert {link.get("href") for link in tree.iter("a")} == {"../model/x.html", "../claim/y.html"}


@given(st.sampled_from([*t.KINDS, "graph", "x"]), st.text(max_size=12))
@example("model", "../index")
@example("claim", "%2e%2e")
@example("query", "index")
@example("provider", "index-2")
def test_an_iri_has_one_path_that_stays_on_the_site(kind: str, slug: str) -> None:
    """From IRI to path and back; whatever the IRI, no path leads out or to another folder."""
    iri = f"{t.ID}{kind}/{slug}"
    path = addresses.path_of(iri)
    if path is not None:
        folder, _, name = path.partition("/")
        assert folder in {*t.KINDS, "queries"}
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]*\.html", name)
        assert addresses.iri_of(path) == iri
    found = addresses.iri_of(f"{kind}/{slug}.html")
    if found is not None:
        assert addresses.path_of(found) == f"{kind}/{slug}.html"


def test_a_long_sitemap_is_an_index_of_several(
    dex: Modeldex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sitemaps hold 50,000 addresses at most; none is lost between them."""
    monkeypatch.setattr(inventory, "SITEMAP", 100)
    pages = Pages(dex)
    names = [path for path in pages.paths() if path.startswith("sitemap")]
    assert len(names) > 4
    listed = []
    for name in names[1:]:
        file = pages.file(name)
        assert file is not None
        tree = ElementTree.fromstring(file.content)
        listed += [str(each.text) for each in tree.iter() if str(each.tag).endswith("loc")]
    index = pages.file("sitemap.xml")
    assert index is not None
    assert [CANONICAL + name for name in names[1:]] == [
        each.text for each in ElementTree.fromstring(index.content).iter()
        if str(each.tag).endswith("loc")
    ]  # fmt: skip
    html = [p for p in pages.paths() if p.endswith(".html") and p != "404.html"]
    assert listed == [CANONICAL + path for path in html]
    assert pages.file(f"sitemap-{len(names)}.xml") is None
