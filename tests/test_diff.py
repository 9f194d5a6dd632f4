"""`modeldex diff`: what changed between two days, by the evidence that came in between."""

from __future__ import annotations

import json

import pytest

from modeldex.cli import main


def test_a_page_that_was_read_shows_as_what_became_known_and_was_judged_anew(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["diff", "2026-06-30", "2026-08-21", "GPT-4o", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    changes = {(row["change"], row["property"]) for row in rows}
    assert ("judged through", "provider") in changes
    assert ("known from", "retirementPlanned") in changes
    judged = next(row for row in rows if row["change"] == "judged through")
    assert (judged["formerStatus"], judged["status"]) == ("unconfirmed", "verified")
    assert {row["day"] for row in rows} == {"2026-08-20", "2026-08-21"}


def test_without_a_name_it_is_about_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "2026-06-30"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"{len(lines) - 5} changes"
    assert len(lines) > 2000


def test_nothing_is_said_where_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "2020-01-01", "2020-01-02", "GPT-4o"]) == 0
    assert capsys.readouterr() == ("", "nothing changed\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["x"], "'since': 'x' is no date"),
        (["2026-06-30", "2026-02-31"], "'until': '2026-02-31' is no date"),
        (["2026-06-30", "2026-08-21", "gpt-99"], "no thing named 'gpt-99'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *words]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
