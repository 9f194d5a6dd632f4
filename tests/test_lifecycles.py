"""Where offerings stand: the states, `lifecycle.json`, the calendar as page and as file."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from icalendar import Calendar

from modeldex.cli import main
from modeldex.dex import Modeldex
from modeldex.exports.calendar import entries, icalendar
from modeldex.exports.lifecycles import lifecycle_json, standing
from modeldex.lifecycle import STATES, lifecycle
from modeldex.web.pages import Pages


def stands(dex: Modeldex, offering: str, on: str) -> tuple[str, str]:
    thing = dex.thing(f"offering:{offering}")
    found = lifecycle([each for each in dex.facts(thing) if each.subject == thing], on)
    return found.state, found.text


@pytest.mark.parametrize(
    ("offering", "on", "state", "text"),
    [
        ("claude-opus-4-1-20250805--anthropic-api", "2026-11-22", "retired",
         "retired since 2026-08-05"),
        ("claude-opus-4-1-20250805--anthropic-api", "2026-07-01", "retiring",
         "retires on 2026-08-05"),
        ("claude-opus-4-1-20250805--amazon-bedrock", "2026-11-22", "retiring",
         "retires on 2027-01-08"),
        ("claude-opus-5--anthropic-api", "2026-11-22", "live",
         "live; not to be retired before 2027-07-24"),
        ("claude-haiku-4-5-20251001--anthropic-api", "2026-11-22", "live",
         "live; was not to be retired before 2026-10-15"),
        ("gpt-4o-2024-05-13--openai-api", "2026-11-22", "due", "was due to retire on 2026-10-23"),
        ("gemini-2-0-flash--gemini-api", "2026-11-22", "announced",
         "retirement announced, not before 2026-06-01"),
        ("gemini-2-0-flash--google-vertex-ai", "2026-11-22", "retired",
         "retired since 2026-06-01"),
        ("gemini-3-6-flash--gemini-api", "2026-11-22", "live", "live"),
        ("claude-mythos-preview--anthropic-api", "2026-11-22", "deprecated", "deprecated"),
    ],
)  # fmt: skip
def test_where_an_offering_stands(
    dex: Modeldex, offering: str, on: str, state: str, text: str
) -> None:
    assert stands(dex, offering, on) == (state, text)


def test_a_bound_is_a_retirement_nowhere(dex: Modeldex) -> None:
    """Whatever has only a bound is neither retired nor to be retired on a day."""
    bounds = 0
    for _, _, claims, where in standing(dex):
        names = {each.fact_property.name for each in claims}
        if "retirementNotBefore" in names and not names & {"retiredOn", "retirementPlanned"}:
            bounds += 1
            assert where.state in ("announced", "live", "legacy", "deprecated"), where
    assert bounds > 60


def test_a_page_that_contradicts_itself_shows_both(dex: Modeldex) -> None:
    where = next(s for api_id, _, _, s in standing(dex) if api_id == "gpt-4-1106-preview")
    assert where.state == "retired"
    assert [str(each.value) for each in where.against] == ["2026-10-23"]


def test_the_document_holds_every_api_id_with_its_evidence(dex: Modeldex) -> None:
    document = json.loads(lifecycle_json(dex))
    assert document["release"] == dex.release
    ids = document["ids"]
    assert len(ids) == len(dex.api_ids()) > 370
    assert {each["state"] for each in ids} <= set(STATES)
    counts = Counter(each["state"] for each in ids)
    assert counts["retired"] > 100
    for each in ids:
        assert all(claim["evidence"] for claim in each["claims"]), each["apiId"]
        if each["state"] == "retired":
            assert each["decidedBy"] in {claim["id"] for claim in each["claims"]}
    known = {each["apiId"]: each for each in ids}
    assert known["claude-haiku-4-5"]["resolvesTo"] == "claude-haiku-4-5-20251001"
    assert known["claude-3-opus-20240229"]["replacements"] == ["claude-opus-4-8"]


def test_the_calendar_file_is_read_back_by_another_way(dex: Modeldex) -> None:
    """The library reads it, and so do its lines: folded at 75 bytes, one event for each plan."""
    data = icalendar(dex)
    plans = [each for each in entries(dex) if each.state != "bound"]
    events = Calendar.from_ical(data).walk("VEVENT")
    assert len(events) == len({str(event["uid"]) for event in events}) == len(plans) > 70
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    unfolded = data.decode().replace("\r\n ", "")
    assert unfolded.count("BEGIN:VEVENT") == len(plans)
    days = re.findall(r"DTSTART;VALUE=DATE:(\d{8})", unfolded)
    assert days == [each.date.replace("-", "") for each in plans]
    assert icalendar(dex) == data, "the same dataset gives the same bytes"


def test_the_calendar_page_keeps_plans_past_days_and_bounds_apart(dex: Modeldex) -> None:
    pages = Pages(dex)
    page = pages.file("calendar.html")
    assert page is not None
    text = page.content.decode()
    plans, _, rest = text.partition('<h2 id="due">')
    due, _, bounds = rest.partition('<h2 id="bounds">')
    assert "<h2>2027-01</h2>" in plans
    assert "gpt-realtime" in plans
    assert "veo-2.0-generate-001" in due
    assert "gemini-3-pro-preview" in bounds
    assert "gemini-3-pro-preview" not in plans + due
    for path, media in (("calendar.ics", "text/calendar"), ("lifecycle.json", "application/json")):
        file = pages.file(path)
        assert file is not None
        assert file.media_type.startswith(media)
        assert path in list(pages.paths())


def test_both_are_exported_by_the_command(
    dex: Modeldex, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["export", "--format", "lifecycle", "-o", str(tmp_path / "l.json")]) == 0
    assert (tmp_path / "l.json").read_bytes() == lifecycle_json(dex)
    assert main(["export", "--format", "ics"]) == 0
    assert capsysbinary.readouterr().out == icalendar(dex)
    assert main(["export", "--format", "ics", "--about", "gpt-4"]) == 2


def test_a_model_tells_where_its_ids_stand_best_first(dex: Modeldex) -> None:
    """On the sheet in a line for each state; in the list the best; of an alias what it means."""
    pages = Pages(dex)

    def text(path: str) -> str:
        file = pages.file(path)
        assert file is not None
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", file.content.decode()))

    assert (
        "retires on 2027-01-08: anthropic.claude-opus-4-1-20250805-v1:0 (Amazon Bedrock) retired "
        "since 2026-08-05: claude-opus-4-1-20250805 (Anthropic API)"
    ) in text("model/claude-opus-4-1.html")
    alias = text("offering/claude-haiku-4-5--anthropic-api.html")
    assert "stands for Claude Haiku 4.5 (20251001) on the Anthropic API, which is: live" in alias
    assert "retired since 2026-03-26 ✓ verified" in text(
        "offering/gpt-4-1106-preview--openai-api.html"
    )
    assert "against it: retirement planned 2026-10-23" in text("offering/index.html")
    assert "retires on 2027-01-08 ✓ 15 of 15" in text("models.html")


def test_the_front_page_shows_the_next_planned_retirements(dex: Modeldex) -> None:
    page = Pages(dex).file("index.html")
    assert page is not None
    shown = re.findall(r"<code>([^<]+)</code></a></th>", page.content.decode())
    plans = [each.api_id for each in entries(dex) if each.state == "retiring"]
    assert shown == plans[:6]
    assert f"All {len(plans)} planned retirements" in page.content.decode()


def test_every_offering_of_the_list_has_its_state_and_platform_for_the_filter(
    dex: Modeldex,
) -> None:
    pages = Pages(dex)
    listed: list[tuple[str, str]] = []
    for path in ("offering/index.html", "offering/index-2.html"):
        page = pages.file(path)
        assert page is not None
        listed += re.findall(r'data-platform="([^"]*)" data-state="([^"]*)"', page.content.decode())
    assert len(listed) > 380
    assert {state for _, state in listed} <= set(STATES)
    states = Counter(state for _, state in listed)
    expected = Counter(stands.state for _, _, _, stands in standing(dex))
    assert all(states[name] >= expected[name] > 0 for name in ("retired", "due", "retiring"))
