import json
import os
import shutil
import signal
import time

import pytest
from streamlit.testing.v1 import AppTest

from core.config import RunConfig
from core.findings.overview import overview
from core.pipeline import read_conclusions
from core.runs import jobs
from core.runs.run_folder import find_runs
from core.runs.state import Status
from tests.app.conftest import APP
from tests.app.seen import demo_csv, labels, upload, words


def press(page, label):
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


@pytest.fixture
def table(opened, tmp_path):
    upload(opened("data"), "people.csv", demo_csv(tmp_path))
    page = opened("train")
    page.radio(key="preset").set_value("fast").run()
    return page


@pytest.fixture
def started(table, tmp_path):
    """A run under way that would take minutes; ended with the test."""
    table.number_input(key="epochs-fast").set_value(50_000).run()
    press(table, "Start training")
    folder = find_runs(tmp_path)[0]
    yield table, folder
    if jobs.status(folder.path).alive:
        jobs.cancel(folder.path)


def until(folder, *wanted, seconds=30):
    end = time.monotonic() + seconds
    while jobs.status(folder.path).state.status not in wanted:
        assert time.monotonic() < end, jobs.status(folder.path).state
        time.sleep(0.1)


def test_without_a_table_the_page_leads_to_one(opened):
    page = opened("train")
    assert "There is no table yet" in words(page)
    assert "Choose a table" in labels(page)


def test_every_setting_has_a_sentence_and_the_papers_symbol(table):
    named = [widget.label for kind in ("number_input", "selectbox") for widget in getattr(table, kind)]
    assert {"Fairness weight (β)", "Utility weight (λ)", "Quality loss", "Size of the compact model", "Epochs"} <= set(
        named
    )
    seen = words(table)
    assert "equation 3" in seen
    assert "equation 6" in seen


def test_a_cluster_of_the_server_is_told_where_there_is_one(table, monkeypatch):
    told = "Other machines of this service help"
    assert told not in words(table)
    monkeypatch.setenv("EVENHAND_CLUSTER", "10.0.0.5:6379")
    assert told in words(table.run())


def test_another_preset_shows_its_own_values(table):
    assert table.number_input(key="epochs-fast").value == 15
    table.number_input(key="epochs-fast").set_value(3).run()
    table.radio(key="preset").set_value("paper").run()
    assert table.number_input(key="epochs-paper").value == 1000
    table.radio(key="preset").set_value("fast").run()
    assert table.number_input(key="epochs-fast").value == 3


def test_a_run_is_started_with_the_settings_and_can_be_found_by_its_link(started):
    page, folder = started
    config = RunConfig.model_validate(folder.config.read())
    assert (config.preset, config.epochs, config.quality) == ("fast", 50_000, None)
    assert page.query_params["run"] == folder.path.name
    assert "You may close this tab" in words(page)
    assert "Start training" not in [button.label for button in page.button]


def test_training_started_twice_is_refused_in_a_sentence(started, opened, app):
    page, folder = started
    opened("start")
    press(page, "Run the demo")
    assert "still in progress" in words(page)
    assert len(find_runs(folder.path.parent)) == 1


def test_a_cancelled_run_says_so_and_offers_the_way_on(started):
    page, folder = started
    press(page, "Cancel")
    until(folder, Status.CANCELLED)
    page.run()
    assert "Cancelled." in words(page)
    assert "Continue where it stopped" in [button.label for button in page.button]
    assert "Start training" in [button.label for button in page.button]


def test_a_second_browser_waits_for_its_turn_and_is_told_its_place(started, tmp_path):
    _, first = started
    until(first, Status.RUNNING)
    other = AppTest.from_file(APP, default_timeout=60).run()
    other.button[0].click().run()
    assert not other.exception
    second = next(folder for folder in find_runs(tmp_path) if folder.path != first.path)
    until(second, Status.QUEUED)
    other.run()
    assert "Waiting: number 1 in the queue" in words(other)
    press(other, "Cancel")
    until(second, Status.CANCELLED)
    assert jobs.status(first.path).state.status is Status.RUNNING


def test_a_process_killed_from_outside_is_marked_for_what_it_is(started):
    page, folder = started
    until(folder, Status.RUNNING)
    os.kill(folder.job.process().pid, signal.SIGKILL)
    until(folder, Status.INTERRUPTED)
    page.run()
    assert not page.exception
    assert "It was interrupted." in words(page)
    assert "Continue where it stopped" in [button.label for button in page.button]


def test_an_unknown_run_in_the_link_is_said(app):
    app.query_params["run"] = "../../etc"
    app.run()
    app.switch_page("pages/train.py").run()
    assert not app.exception
    assert "There is no run '../../etc'" in words(app)


def test_a_setting_that_cannot_be_is_said(opened, tmp_path):
    upload(opened("data"), "few.csv", demo_csv(tmp_path, rows=20))
    page = opened("train")
    assert "20 rows, but 50 are needed" in words(page)
    assert "Fix that on the Data page" in labels(page)


def test_a_finished_run_leads_on(with_run):
    page = with_run("train")
    assert "Finished" in words(page)
    assert "Download the fair rows (CSV for spreadsheets)" in [one.proto.label for one in page.get("download_button")]
    assert {"Next: compare the results", "Generate rows", "Report"} <= set(labels(page))


def test_the_parity_ratio_aimed_at_is_off_at_first_survives_other_pages_and_reaches_the_run(table, opened, tmp_path):
    assert not table.checkbox(key="aim-fast").value
    assert table.number_input(key="target-fast").disabled
    table.checkbox(key="aim-fast").check().run()
    table.number_input(key="target-fast").set_value(0.85).run()
    opened("audit")
    page = opened("train")
    assert page.checkbox(key="aim-fast").value
    assert page.number_input(key="target-fast").value == 0.85
    page.number_input(key="epochs-fast").set_value(50_000).run()
    press(page, "Start training")
    folder = find_runs(tmp_path)[0]
    try:
        assert folder.config.read()["target_dpr"] == 0.85
    finally:
        jobs.cancel(folder.path)


def test_aiming_with_outcomes_left_alone_is_said(table, tmp_path):
    table.checkbox(key="aim-fast").check().run()
    table.selectbox(key="channel-fast").set_value("off").run()
    press(table, "Start training")
    assert "Set “Outcome repair” to “On: fair whether or not" in words(table)
    assert "leave “Aim for a parity ratio” out" in words(table)
    assert find_runs(tmp_path) == []


def test_a_run_that_aimed_shows_what_was_tried(opened, app, aimed, tmp_path):
    shutil.copytree(aimed, tmp_path / "aimed")
    app.query_params["run"] = "aimed"
    app.run()
    page = opened("train")
    seen = words(page)
    assert "Parity against accuracy on validation rows, model sees the group" in seen
    assert "epair level" in seen
    assert len(page.get("vega_lite_chart")) or len(page.get("arrow_vega_lite_chart"))


def test_a_run_that_missed_its_aim_is_not_said_to_be_finished_alone(opened, app, aimed, tmp_path):
    shutil.copytree(aimed, tmp_path / "aimed")
    metrics = tmp_path / "aimed" / "metrics.json"
    records = json.loads(metrics.read_text())
    for record in records:
        if record["metric"] == "target_dpr":
            record["value"] = 0.9999
    metrics.write_text(json.dumps(records))
    app.query_params["run"] = "aimed"
    app.run()
    page = opened("train")
    assert "Finished." not in [one.value for one in page.success]
    (said,) = [one.value.replace("\\", "") for one in page.warning if one.value.startswith("Finished")]
    screen = overview(read_conclusions(tmp_path / "aimed"))
    sentences = [*screen.aims, *(sentence for one in screen.attributes for sentence in one.sentences)]
    assert screen.aims
    assert "aimed at, at least 0.9999, is missed for " in said
    assert all(sentence in sentences for sentence in screen.missed)
    assert screen.missed[0] in said


def test_a_difference_that_suffices_reaches_the_run(table, tmp_path):
    assert table.number_input(key="epsilon-fast").disabled
    table.checkbox(key="tol-fast").check().run()
    table.number_input(key="epsilon-fast").set_value(80).run()
    table.number_input(key="epochs-fast").set_value(50_000).run()
    press(table, "Start training")
    folder = find_runs(tmp_path)[0]
    try:
        config = folder.config.read()
        assert (config["epsilon"], config["target_dpr"]) == (0.08, None)
    finally:
        jobs.cancel(folder.path)


def test_a_privacy_guarantee_reaches_the_run(table, tmp_path):
    pytest.importorskip("opacus", reason="A privacy guarantee needs opacus; install the extra privacy.")
    assert table.number_input(key="epsilon_dp-fast").disabled
    table.checkbox(key="private-fast").check().run()
    table.number_input(key="epsilon_dp-fast").set_value(2.5).run()
    press(table, "Start training")
    folder = find_runs(tmp_path)[0]
    try:
        assert folder.config.read()["epsilon_dp"] == 2.5
    finally:
        jobs.cancel(folder.path)


def test_a_parity_ratio_and_a_difference_exclude_each_other(table):
    table.checkbox(key="aim-fast").check().run()
    assert table.checkbox(key="tol-fast").disabled
    assert table.number_input(key="epsilon-fast").disabled
