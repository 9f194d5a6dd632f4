"""Asking stored queries from Python: parameters in, typed rows out, errors that say what to do."""

from __future__ import annotations

import datetime
import pickle
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeldex.collection import questions_in
from modeldex.dex import Modeldex
from modeldex.errors import BadInput, ModeldexError, StoreError, UnknownName
from modeldex.facts import Thing
from modeldex.iri import Iri
from modeldex.partial_date import PartialDate, date_of
from modeldex.query_files import read_query
from modeldex.query_lint import lint
from modeldex.rows import Rows
from modeldex.stored_query import StoredQuery, of_record, to_record
from modeldex.values import to_term, to_value

HEADER = """\
#+ summary: What of each type is given?
#+ description: Every type of parameter.
#+ tags: [test]
#+ params:
#+   - {name: text, type: string, default: "", description: "Text"}
#+   - {name: number, type: integer, default: 1, description: "A number"}
#+   - {name: price, type: decimal, default: 0.10, description: "A price"}
#+   - {name: day, type: date, default: release, description: "A day"}
#+   - {name: flag, type: boolean, default: true, description: "Yes or no"}
#+   - {name: status, type: term, values: [verified, unconfirmed], default: verified,
#+      description: "One of two"}
#+   - {name: address, type: iri, default: "model:gpt-4o", description: "An IRI"}
#+   - {name: model, type: thing, class: Model, default: gpt-4o, description: "A model"}
#+   - {name: property, type: property, default: context window, description: "A property"}
#+   - {name: numbers, type: "integer[]", default: [1, 2], description: "Numbers"}
#+ returns:
#+   - {name: text, type: string}
#+   - {name: number, type: integer}
#+   - {name: price, type: decimal, unit: USD}
#+   - {name: day, type: date}
#+   - {name: flag, type: boolean}
#+   - {name: status, type: term}
#+   - {name: address, type: iri}
#+   - {name: model, type: iri}
#+   - {name: property, type: term}
#+   - {name: several, type: integer}
"""
SPARQL = """\
SELECT ?text ?number ?price ?day ?flag ?status ?address ?model ?property ?several WHERE {
  VALUES ?several { $numbers }
  BIND ($text AS ?text) BIND ($number AS ?number) BIND ($price AS ?price) BIND ($day AS ?day)
  BIND ($flag AS ?flag) BIND ($status AS ?status) BIND ($address AS ?address)
  BIND ($model AS ?model) BIND ($property AS ?property)
}
ORDER BY ?several
"""


@pytest.fixture(scope="session")
def every_type(tmp_path_factory: pytest.TempPathFactory) -> StoredQuery:
    """A query that gives back a parameter of each type."""
    file = tmp_path_factory.mktemp("queries") / "every-type.rq"
    file.write_text(HEADER + SPARQL)
    return read_query(file)


@pytest.fixture
def ask(every_type: StoredQuery, dex: Modeldex):  # type: ignore[no-untyped-def]
    """Ask it."""
    from modeldex.questions import answer_of

    def ask_it(**values: object) -> Rows:
        rows = answer_of(every_type, dex.store.query(dex.bound(every_type, values)))
        assert isinstance(rows, Rows)
        return rows

    return ask_it


def test_defaults_are_of_the_declared_types(ask, dex: Modeldex) -> None:  # type: ignore[no-untyped-def]
    rows = ask()
    assert rows[0].to_dict() == {
        "text": "", "number": 1, "price": Decimal("0.1"),
        "day": datetime.date.fromisoformat(dex.release), "flag": True, "status": "verified",
        "address": Iri("https://w3id.org/modeldex/id/model/gpt-4o"),
        "model": Iri("https://w3id.org/modeldex/id/model/gpt-4o"),
        "property": "contextWindow", "several": 1,
    }  # fmt: skip
    assert [type(cell) for cell in rows[0]] == [
        str, int, Decimal, datetime.date, bool, str, Iri, Iri, str, int,
    ]  # fmt: skip
    assert rows["several"] == (1, 2)


def test_python_values_are_taken_as_they_are(ask, dex: Modeldex) -> None:  # type: ignore[no-untyped-def]
    gpt = dex.thing("gpt-4o-mini")
    row = ask(
        text="a", number=-3, price=Decimal("0.000000000000001"), day=datetime.date(2026, 2, 28),
        flag=False, status="unconfirmed", address="http://example.org/a", model=gpt,
        property=dex.property("input price"), numbers=[7],
    )[0]  # fmt: skip
    assert row == (
        "a", -3, Decimal("0.000000000000001"), datetime.date(2026, 2, 28), False,
        "unconfirmed", "http://example.org/a", gpt.iri, "inputPrice", 7,
    )  # fmt: skip


def test_words_of_people_are_understood(ask) -> None:  # type: ignore[no-untyped-def]
    row = ask(flag="no", model="GPT-4o mini", property="function calling", numbers="3, 4")[0]
    assert row["flag"] is False
    assert row["model"].slug == "gpt-4o-mini"
    assert row["property"] == "toolUse"
    assert row["several"] == 3


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        ({"txt": "a"}, BadInput, "no parameter 'txt'; did you mean 'text'?"),
        ({"zzz": "a"}, BadInput, "no parameter 'zzz'; it takes text (string), number (integer)"),
        ({"number": "two"}, BadInput, "parameter 'number': 'two' is no integer; give a whole"),
        ({"number": 2.0}, BadInput, "parameter 'number': 2.0 is no integer"),
        ({"number": True}, BadInput, "parameter 'number': True is no integer"),
        ({"number": 2**63}, BadInput, "parameter 'number': 9223372036854775808 is no integer"),
        ({"price": 0.1}, BadInput, "0.1 is no decimal; give a number as text or Decimal"),
        ({"price": Decimal("NaN")}, BadInput, "is no decimal"),
        ({"price": "1e400"}, BadInput, "'1e400' is no decimal"),
        ({"day": "2026-02-30"}, BadInput, "'2026-02-30' is no date; write YYYY-MM-DD"),
        ({"day": "2026-02"}, BadInput, "'2026-02' is no date"),
        ({"day": datetime.datetime(2026, 1, 1)}, BadInput, "is no date"),
        ({"flag": "maybe"}, BadInput, "'maybe' is no boolean; give true or false"),
        ({"flag": 1}, BadInput, "1 is no boolean"),
        ({"text": 1}, BadInput, "1 is no string"),
        ({"text": "\ud800"}, BadInput, "is no string"),
        ({"status": "verifed"}, BadInput, "none of its values; known: verified, unconfirmed"),
        ({"address": "no iri"}, BadInput, "'no iri' is no iri; give an absolute IRI"),
        ({"address": "http://a/> . }"}, BadInput, "is no iri"),
        ({"model": "gpt 4oo"}, UnknownName, "no model (parameter 'model' of every-type) named"),
        ({"model": "anthropic"}, UnknownName, "no model (parameter 'model' of every-type) named"),
        ({"model": 3}, BadInput, "3 is no name; give a name, an API ID or an IRI"),
        ({"property": "contxt window"}, UnknownName, "did you mean contextWindow?"),
        ({"numbers": []}, BadInput, "an empty list; give at least one"),
        ({"numbers": [1, "x"]}, BadInput, "parameter 'numbers': 'x' is no integer"),
        ({"numbers": ""}, BadInput, "an empty list"),
    ],
)
def test_what_is_wrong_is_named_with_the_way_out(  # type: ignore[no-untyped-def]
    ask, values: dict[str, object], error: type[ModeldexError], says: str
) -> None:
    with pytest.raises(error) as caught:
        ask(**values)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_parameter_is_an_error(dex: Modeldex) -> None:
    with pytest.raises(BadInput, match="things-of-class needs the parameter 'kind' "):
        dex.ask("things-of-class")


def test_a_number_below_the_least_is_an_error(dex: Modeldex) -> None:
    with pytest.raises(BadInput, match="parameter 'min': -5 is too small; give 0 or more"):
        dex.ask("models-by-context-window", min=-5)


def test_an_unknown_query_is_an_error_with_suggestions(dex: Modeldex) -> None:
    with pytest.raises(UnknownName, match="no query named 'retired-ids'; did you mean"):
        dex.ask("retired-ids")


@settings(max_examples=200, deadline=None)
@given(st.integers(-(2**63) + 1, 2**63 - 1), st.decimals(allow_nan=False, allow_infinity=False),
       st.dates(), st.booleans(), st.text(max_size=40))  # fmt: skip
def test_a_value_is_refused_or_comes_back(
    number: int, price: Decimal, day: datetime.date, flag: bool, text: str
) -> None:
    for value, kind in (
        (number, "integer"), (price, "decimal"), (day, "date"), (flag, "boolean"),
        (text, "string"),
    ):  # fmt: skip
        try:
            term = to_term(value, kind)
        except BadInput:
            assert kind in ("decimal", "string")
            continue
        back = to_value(term, kind)
        assert back == value
        assert type(back) is type(value)


# ------------------------------------------------------------------ rows


@pytest.fixture
def retired(dex: Modeldex) -> Rows:
    rows = dex.ask("retired-api-ids", by="2023-03-23")
    assert isinstance(rows, Rows)
    assert len(rows) == 4
    return rows


def test_rows_iterate_and_index(retired: Rows) -> None:
    assert [row["apiId"] for row in retired] == list(retired["apiId"])
    assert retired[0].retiredOn == retired[0]["retiredOn"] == datetime.date(2023, 3, 23)
    assert retired[0][0] == retired["apiId"][0] == "code-cushman-001"
    assert len(retired[:1]) == 1
    assert retired[0].to_dict() == retired.to_dicts()[0]


def test_an_unknown_column_is_an_error_that_lists_them(retired: Rows) -> None:
    with pytest.raises(UnknownName, match="no column named 'apiid'; did you mean apiId"):
        retired["apiid"]
    with pytest.raises(UnknownName, match="no column named 'id'"):
        retired[0]["id"]
    with pytest.raises(AttributeError, match="no column 'id'"):
        retired[0].id  # noqa: B018


def test_rows_are_frozen_hashable_sortable_and_pickle(retired: Rows) -> None:
    with pytest.raises((TypeError, AttributeError)):
        retired[0].apiId = "x"
    with pytest.raises(TypeError):
        retired[0]["apiId"] = "x"  # type: ignore[index]
    assert hash(retired) == hash(pickle.loads(pickle.dumps(retired)))
    assert pickle.loads(pickle.dumps(retired)) == retired
    assert sorted(retired, reverse=True)[0]["apiId"] == "code-davinci-002"


def test_rows_turn_into_pandas(dex: Modeldex, retired: Rows) -> None:
    pandas = pytest.importorskip("pandas", reason="pip install pandas")
    frame = retired.to_pandas()
    assert list(frame.columns) == list(retired.names)
    assert frame["retiredOn"][0] == datetime.date(2023, 3, 23)
    found = dex.ask("models-by-context-window", min=1)
    assert isinstance(found, Rows)
    column = found.to_pandas()["contextWindow"]
    assert column.dtype == pandas.Int64Dtype()
    assert list(column) == list(found["contextWindow"])


def test_rows_turn_into_polars(dex: Modeldex, retired: Rows) -> None:
    polars = pytest.importorskip("polars", reason="pip install polars")
    frame = retired.to_polars()
    assert frame.schema["retiredOn"] == polars.Date
    assert frame["apiId"].to_list() == list(retired["apiId"])


def test_exact_decimals_stay_exact_in_frames(ask) -> None:  # type: ignore[no-untyped-def]
    rows = ask(price="0.100000000000001")
    exact = Decimal("0.100000000000001")
    assert list(rows.to_pandas()["price"]) == [exact, exact]
    assert rows.to_polars()["price"].to_list() == [exact, exact]


# ------------------------------------------------------------------ dates


def test_a_partial_date_equals_its_text_and_knows_its_days() -> None:
    month = date_of("2024-02")
    assert isinstance(month, PartialDate)
    assert month == "2024-02"
    assert (month.first_day, month.last_day) == (
        datetime.date(2024, 2, 1), datetime.date(2024, 2, 29),
    )  # fmt: skip
    assert PartialDate("2025").last_day == datetime.date(2025, 12, 31)


@pytest.mark.parametrize("text", ["2026-13", "26", "2026-6", "2026-06-01", "", "٢٠٢٦", "0000"])
def test_what_is_no_month_or_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which part is wrong is told by datetime
        PartialDate(text)


@given(st.lists(st.one_of(
    st.dates(min_value=datetime.date(1000, 1, 1)),
    st.dates(min_value=datetime.date(1000, 1, 1)).map(lambda d: PartialDate(f"{d:%Y-%m}")),
    st.dates(min_value=datetime.date(1000, 1, 1)).map(lambda d: PartialDate(f"{d:%Y}")),
)))  # fmt: skip
def test_days_months_and_years_sort_together(dates: list[datetime.date | PartialDate]) -> None:
    assert [str(date) for date in sorted(dates)] == sorted(map(str, dates))


# ------------------------------------------------------------------ files


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELECT ?s { ?s ?p ?o }", "no header"),
        ("#+ summary: [\nSELECT", "the header is no YAML"),
        ("#+ summary: What?\n#+ tags: x\nSELECT ?s { }", "tags is no list of words"),
        ("#+ tags: [x]\nSELECT ?s { }", "no summary"),
        ("#+ summary: What?\n#+ parms: []\nSELECT ?s { }", "unknown: parms"),
        ("#+ summary: What?\n#+ params: [{type: string}]\nSELECT ?s { }", "params[0]: no name"),
        ("#+ summary: What?\n#+ params: [x]\nSELECT ?s { }", "params[0] is no mapping"),
        ("#+ summary: W?\n#+ returns: [{name: n, type: strin}]\nSELECT", "returns[0]: no type"),
        ("#+ summary: W?\n#+ params: [{name: n, type: int}]\nSELECT", "params[0]: no type 'int'"),
        ("#+ summary: What?\nINSERT DATA { }", "neither SELECT, ASK nor CONSTRUCT"),
        ("#+ " + "[" * 5000, "the header is no YAML"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "broken.rq"
    file.write_text(text)
    with pytest.raises(BadInput) as caught:
        read_query(file)
    assert says in str(caught.value)
    assert str(file) in str(caught.value)


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from(list("#+ \n:{}[]-&*!|>'\"%@`$,?") + list("abSELECT ")), max_size=200)
)
def test_no_header_crashes_the_reader(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "x.rq")
        file.write_text(f"#+ {text}\nSELECT ?s {{ ?s ?p ?o }}")
        try:
            query = read_query(file)
        except BadInput:
            return
        assert query.name == "x"


WHOLE = HEADER + SPARQL
FAULTS = {
    "returns [": ("{name: several,", "{name: severals,"),
    "$numbers is not declared": ("{name: numbers,", "{name: number2,"),
    "is not used": ("$flag AS", "true AS"),
    "no ORDER BY": ("ORDER BY ?several", ""),
    "FROM is not for stored queries": ("WHERE", "FROM <http://a/> WHERE"),
    "SERVICE is not for stored queries": ("}\nORDER", "SERVICE <http://a/> { }}\nORDER"),
    "SELECT *: name the columns": (SPARQL, "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }"),
    "no SPARQL": ("VALUES", "VALUE"),
    "fewer than 2 examples": ("", ""),
    "no GRAPH": ("", ""),
    "default: 'x' is no boolean": ("default: true", "default: x"),
    "is none of its values": ("default: verified", "default: verifed"),
    "the summary is no question": ("given?", "given"),
    "has no description": ('"Yes or no"', '""'),
    "the prefix mdx: is another": ("SELECT ?text", "PREFIX mdx: <http://a/>\nSELECT ?text"),
}


@pytest.mark.parametrize("says", FAULTS)
def test_the_lint_finds(tmp_path: Path, says: str) -> None:
    file = tmp_path / "every-type.rq"
    assert FAULTS[says][0] in WHOLE
    file.write_text(WHOLE.replace(*FAULTS[says]))
    found = lint([read_query(file)])
    assert any(says in fault for fault in found), found


def test_the_lint_tried_every_fault() -> None:
    assert len(FAULTS) == 15


def test_a_query_survives_being_kept_as_json(every_type: StoredQuery) -> None:
    import json

    assert of_record(json.loads(json.dumps(to_record(every_type)))) == every_type


def test_own_queries_are_asked_like_the_packaged_ones(tmp_path: Path, dex: Modeldex) -> None:
    (tmp_path / "mine.rq").write_text(
        "#+ summary: Which?\n#+ returns: [{name: model, type: iri}]\n"
        "SELECT ?model { GRAPH graph:entities { ?model a mdx:Model } } ORDER BY ?model LIMIT 2"
    )
    from modeldex.questions import ask

    queries = questions_in(tmp_path)
    rows = ask(dex.store, queries["mine"], dex.bound(queries["mine"], {}))
    assert isinstance(rows, Rows)
    assert len(rows) == 2


def test_an_answer_of_other_columns_or_types_is_refused(tmp_path: Path, dex: Modeldex) -> None:
    from modeldex.questions import ask

    for sparql, says in (("SELECT ?y { BIND (1 AS ?y) }", "other columns: y"),
                         ("SELECT ?x { BIND ('a' AS ?x) }", "which is no integer")):  # fmt: skip
        (tmp_path / "mine.rq").write_text(
            f"#+ summary: Which?\n#+ returns: [{{name: x, type: integer}}]\n{sparql}"
        )
        query = questions_in(tmp_path)["mine"]
        with pytest.raises(StoreError, match=says):
            ask(dex.store, query, dex.bound(query, {}))


def test_a_thing_is_taken_by_an_iri_of_another(ask) -> None:  # type: ignore[no-untyped-def]
    assert ask(model="http://example.org/model")[0]["model"] == "http://example.org/model"
    assert ask(model=Thing("http://example.org/m", "M", "Model"))[0]["model"].slug == "m"
