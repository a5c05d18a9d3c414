"""An audit from a notebook: a frame in, figures out."""

import time

import numpy as np
import pandas as pd
import pytest

import evenhand as eh


@pytest.fixture(scope="module")
def table():
    return eh.load("demo", rows=200)


@pytest.fixture(scope="module")
def result(table):
    """An audit of a frame with labels that are no texts, an index of its own, and a hostile name of a source."""
    frame = table.frame.rename(columns={"sex": 1}).sample(frac=1, random_state=0)
    frame["approved"] = frame["approved"] == "yes"
    frame.index.name = "place"
    made = frame.sample(100, random_state=1)
    before = frame.copy(deep=True), made.copy(deep=True)
    found = eh.audit(
        frame, target="approved", positive=True, sensitive=1, synthetic={"<b>mine</b>": made}, pictures="none"
    )
    pd.testing.assert_frame_equal(frame, before[0])
    pd.testing.assert_frame_equal(made, before[1])
    return found


def test_a_named_column_is_held_equal(table):
    found = eh.audit(table.frame, **table.roles, strata="home_owner", pictures="none").to_frame()
    within = found[found["metric"] == "difference_within:home_owner"]
    assert set(within["protocol"]) == {"conditional"}  # the hold-out of 40 rows has no two groups to compare
    assert within["value"].notna().all()


def test_figures_come_as_a_frame(result):
    frame = result.to_frame()
    one = frame.query("metric == 'demographic_parity_ratio' and protocol == 'data' and source == 'original'")
    assert set(one["sensitive"]) == {"1"}
    assert set(one["positive"]) == {"True", "False"}
    assert one["value"].dropna().between(0, 1).all()
    assert one["status"].isin(["ok", "undefined"]).all()
    assert "<b>mine</b>" in set(frame["source"])


def test_verdicts_are_data(result):
    verdicts = result.verdicts
    mine = verdicts["source"] == "<b>mine</b>"
    words = {"gap found", "no gap beyond the margin", "too few rows to tell"}
    assert set(verdicts["verdict"][~mine]) <= words
    assert set(verdicts["verdict"][mine]) == {"withheld"}  # its rows are rows of the table, test rows among them
    known = verdicts.dropna(subset="low")
    assert len(known) == 2  # of all original rows, and of the file
    assert (known["low"] <= known["difference"]).all()
    assert verdicts["p"].dropna().between(0, 1).all()


def test_it_says_what_it_found(result):
    assert any("In the original rows" in sentence for sentence in result.summary)
    assert "The row index 'place' was left out; reset_index() makes it a column." in result.notes
    assert any("Verdicts" in title for title in result.tables())
    assert all(isinstance(found, pd.DataFrame) and len(found) for found in result.tables().values())


def test_it_shows_its_headline_escaped(result):
    html = result._repr_html_()
    assert "<b>mine</b>" not in html
    assert "&lt;b&gt;mine&lt;/b&gt;" in html
    assert "parity difference" in html
    assert "95 % intervals" in html
    text = repr(result)
    assert "<b>mine</b>" in text
    assert "accuracy" in text


def test_the_report_is_one_file(result, tmp_path):
    path = result.report(tmp_path / "report.html")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert eh.verify(path)["agrees"].all()
    with pytest.raises(eh.ConfigError, match=r"must end in \.html or \.pdf"):
        result.report(tmp_path / "report.txt")


def test_the_first_screen_is_one_page(result, tmp_path):
    path = result.one_page(tmp_path / "page.html")
    assert "Fairness audit at a glance" in path.read_text(encoding="utf-8")
    with pytest.raises(eh.ConfigError, match=r"must end in \.html or \.pdf"):
        result.one_page(tmp_path / "page.txt")


def test_a_temporary_folder_goes_with_its_result(table):
    result = eh.audit(table.frame, **table.roles, pictures="none")
    folder = result.folder
    assert folder.is_dir()
    del result
    assert not folder.exists()


def test_a_named_folder_stays(table, tmp_path):
    result = eh.audit(table.frame, **table.roles, pictures="none", out=tmp_path / "run")
    again = eh.open_run(tmp_path / "run")
    pd.testing.assert_frame_equal(result.to_frame(), again.to_frame())
    assert eh.verify(again)["agrees"].all()


def test_frame_file_and_name_give_the_same_figures(table, tmp_path):
    table.frame.to_csv(tmp_path / "demo.csv", index=False)
    asked = {**table.roles, "pictures": "none"}
    frame, file = (eh.audit(data, **asked).to_frame() for data in (table.frame, str(tmp_path / "demo.csv")))
    pd.testing.assert_frame_equal(frame, file)


def test_a_holdout_makes_the_test_independent(table):
    frame, held = table.frame.iloc[:150], table.frame.iloc[150:]
    result = eh.audit(frame, **table.roles, synthetic=frame.head(100), holdout=held, pictures="none", seed=np.int64(3))
    assert "150 train rows, 50 test rows" in repr(result)
    assert result.to_frame().query("protocol == 'A'")["split"].eq("holdout").all()


def test_what_is_wrong_is_said_in_pythons_words(table):
    with pytest.raises(eh.SchemaError, match="no_such"):
        eh.audit(table.frame, target="no_such", sensitive=["sex"])
    with pytest.raises(eh.DataError, match="Column 'age' cannot be used: it holds a list"):
        eh.audit(table.frame.assign(age=[[1]] * len(table.frame)), **table.roles)
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        eh.audit(table.frame, **table.roles, colour=1)
    with pytest.raises(eh.ConfigError, match="seed: The value must be a whole number"):
        eh.audit(table.frame, **table.roles, seed=1.5)


def test_progress_is_silent_or_told(table, capfd):
    told = []
    eh.audit(table.frame, **table.roles, pictures="none", progress=told.append)
    assert {event.stage for event in told} >= {"audit"}
    assert capfd.readouterr() == ("", "")
    eh.audit(table.frame, **table.roles, pictures="none", progress=True)
    assert "audit" in capfd.readouterr().err


def test_bin_edges_and_schema(table):
    schema = eh.infer_schema(table.frame).edited("late_payments", role="ignored")
    asked = {**table.roles, "sensitive": ["age"], "bin_edges": {"age": [40]}, "schema": schema}
    groups = eh.audit(table.frame, **asked, pictures="none").to_frame()["group"].dropna()
    assert {"age < 40", "age ≥ 40"} <= set(groups)
    assert not any("late_payments" in group for group in groups)


@pytest.mark.slow
def test_ten_thousand_rows_show_a_figure_within_15_seconds():
    table = eh.load("demo", rows=10_000)
    started = time.process_time()
    eh.audit(table.frame, **table.roles, pictures="none")._repr_html_()
    assert time.process_time() - started < 15


def test_errors_name_the_keyword_that_caused_them(table, tmp_path):
    cases = [
        ("data", lambda: eh.load("nothing")),
        ("data", lambda: eh.audit(tmp_path / "none.csv", **table.roles)),
        ("data", lambda: eh.audit(table.frame.assign(age=[[1]] * len(table.frame)), **table.roles)),
        ("schema", lambda: eh.audit(table.frame, **table.roles, schema=tmp_path / "none.json")),
        ("holdout", lambda: eh.audit(table.frame, **table.roles, holdout=tmp_path / "none.csv")),
        ("synthetic", lambda: eh.audit(table.frame, **table.roles, synthetic=tmp_path / "none.csv")),
        ("seed", lambda: eh.audit(table.frame, **table.roles, seed=-1)),
    ]
    for field, call in cases:
        with pytest.raises(eh.EvenhandError) as found:
            call()
        assert found.value.field == field


def test_the_favourable_outcome_the_margin_and_the_decision_are_declared():
    frame = pd.DataFrame({"sex": ["f", "m"] * 100, "x": range(200), "fired": [0, 1, 1, 1] * 50})
    options = {"target": "fired", "positive": 1, "sensitive": "sex", "pictures": "none"}
    found = eh.audit(frame, **options, favorable=0, margin=0.2, decision="us-employment")
    assert any("“fired = 0” is rarest for m" in sentence for sentence in found.summary)
    assert any("four-fifths rule" in title for title in found.tables())
    silent = eh.audit(frame, **options)
    assert any("Nobody said whether “1” of “fired” is good or bad" in sentence for sentence in silent.summary)
    assert not any("four-fifths rule" in title for title in silent.tables())
    with pytest.raises(eh.SchemaError, match="'fired' has no value 'no'; its values are '0', '1'"):
        eh.audit(frame, **options, favorable="no")
