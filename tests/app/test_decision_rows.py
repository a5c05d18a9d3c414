"""The columns beside decisions on the Data page: weights, periods, groups to compare with."""

import numpy as np
import pandas as pd
import pytest

from core.pipeline.model_decisions import audited_roles
from core.runs.run_folder import find_runs
from tests.app.decided import BUTTON, csv, held, press
from tests.app.seen import labels, open_section, upload, words


@pytest.fixture
def page(opened):
    return opened("data")


def test_weights_are_chosen_and_what_they_say(page, tmp_path):
    upload(page, "decided.csv", csv(heft=np.arange(400) % 3 + 1.0))
    page.selectbox(key="weight").set_value("heft").run()
    assert not page.exception
    assert page.session_state["dataset"].schema.features == []
    assert "Every figure is weighted by 'heft'" in words(page)
    page.radio(key="weight-kind").set_value("How many equal people a row summarises").run()
    assert "799 people in 400 rows" in words(page)
    page.switch_page("pages/audit.py").run()
    press(page)
    (run,) = find_runs(tmp_path)
    assert run.manifest.read()["decision_roles"]["weight"] == {
        "column": "heft",
        "kind": "frequency",
        "replicates": None,
    }
    page.switch_page("pages/data.py").run()
    held(page).set_value("People and an outcome").run()
    assert "heft" in page.session_state["dataset"].schema.features


def test_negative_weights_are_refused_on_the_page(page):
    upload(page, "decided.csv", csv(heft=np.arange(400) % 3 - 1.0))
    page.selectbox(key="weight").set_value("heft").run()
    assert "'heft' is negative in 134 rows" in words(page)
    assert "Next: audit the decisions" not in labels(page)


def test_replicate_weights_are_proposed_and_used(page, tmp_path):
    weights = np.random.default_rng(3).uniform(1, 3, 400)
    replicates = {f"w{place + 1}": weights * (np.arange(400) % 8 != place) * 8 / 7 for place in range(8)}
    upload(page, "decided.csv", csv(w=weights, **replicates))
    page.selectbox(key="weight").set_value("w").run()
    chosen = page.selectbox(key="replicate-method")
    assert chosen.label == "Replicate weights: 8 columns, w1 to w8"
    chosen.set_value("Jackknife, one cluster left out").run()
    assert not page.exception
    assert "8 columns of replicate weights, 'w1' to 'w8' (jackknife), with 7 degrees of freedom" in words(page)
    assert page.session_state["dataset"].schema.features == []
    assert "w1" not in page.multiselect(key="scores").options
    page.switch_page("pages/audit.py").run()
    press(page)
    (run,) = find_runs(tmp_path)
    assert audited_roles(run).weight.replicates.method == "jackknife"
    page.switch_page("pages/data.py").run()
    page.selectbox(key="weight").set_value(None).run()
    assert "w8" in page.session_state["dataset"].schema.features


def several(page, **files):
    page.segmented_control(key="way").set_value("Upload a file").run()
    page.toggle(key="several").set_value(True).run()
    page.file_uploader(key="files").set_value([(f"{name}.csv", one, "text/csv") for name, one in files.items()]).run()
    assert not page.exception


def test_several_files_are_periods_in_the_order_of_their_names(page, tmp_path):
    several(page, march=csv(), january=csv(), february=csv())
    assert page.session_state["dataset"].name == "february, january, march"
    assert page.selectbox(key="period-column").value == "period (file)"
    assert "Periods are in this order: february, january, march." in words(page)
    page.switch_page("pages/audit.py").run(timeout=60)
    press(page)
    assert "Gaps over time, sex" in words(open_section(page, "time"))
    (run,) = find_runs(tmp_path)
    assert audited_roles(run).period.order == ("february", "january", "march")


def test_several_files_hold_decisions_even_if_no_column_is_named_so(page):
    unnamed = csv().replace(b"y_pred,score", b"flag,strength", 1)
    several(page, first=unnamed, second=unnamed)
    assert held(page).value == "Decisions of a model"
    assert page.selectbox(key="period-column").value == "period (file)"
    assert "No column holds decisions yet" in words(page)


def test_two_files_of_one_name_are_refused(page):
    page.segmented_control(key="way").set_value("Upload a file").run()
    page.toggle(key="several").set_value(True).run()
    twice = [("rows.csv", csv(), "text/csv"), ("rows.tsv", csv(), "text/csv")]
    page.file_uploader(key="files").set_value(twice).run()
    assert "Two files are named 'rows'; rename one of them" in words(page)


def test_files_with_other_columns_are_refused_by_name(page):
    several(page, one=csv(), two=csv(extra=np.arange(400)))
    assert "Period 'two' does not have the columns of 'one': only it has column 'extra'" in words(page)


def test_periods_are_chosen_and_shown(page, tmp_path):
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(400), unit="D")
    upload(page, "decided.csv", csv(day=days.strftime("%Y-%m-%d")))
    page.selectbox(key="period-column").set_value("day").run()
    page.selectbox(key="period-length").set_value("Quarter").run()
    assert "Periods are the quarters of 'day', from 2024Q1 to 2025Q1" in words(page)
    page.switch_page("pages/audit.py").run()
    press(page)
    assert "Gaps over time, sex" in words(open_section(page, "time"))
    (run,) = find_runs(tmp_path)
    assert run.manifest.read()["decision_roles"]["period"] == {
        "column": "day",
        "length": "quarter",
        "order": [],
    }


def test_groups_are_compared_with_one_group_or_with_everybody(page, tmp_path):
    upload(page, "decided.csv", csv(race=np.arange(400) % 3))
    page.selectbox(key="reference-kind").set_value("Each group with one of them").run()
    assert not page.exception
    assert page.selectbox(key="reference-race").value == "0"  # the largest
    page.selectbox(key="reference-race").set_value("2").run()
    page.selectbox(key="reference-sex").set_value(None).run()
    page.switch_page("pages/audit.py").run()
    press(page)
    open_section(page, "reference")
    assert "Against the reference group, race" in words(page)
    assert "Against '2'. Each rate of a group" in words(page)
    assert "Against the reference group, sex" not in words(page)
    (run,) = find_runs(tmp_path)
    assert run.manifest.read()["decision_roles"]["references"] == {"race": "2"}
    page.switch_page("pages/data.py").run()
    page.selectbox(key="reference-kind").set_value("Each group with everybody").run()
    assert page.session_state["references"] == {"sex": "overall", "race": "overall"}
    page.switch_page("pages/audit.py").run()
    assert BUTTON in [button.label for button in page.button]  # other roles, another audit
