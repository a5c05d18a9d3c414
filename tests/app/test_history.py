"""The list of runs on Start: search, pages, titles, deletion, and runs side by side."""

import os

import pytest
from streamlit.testing.v1 import AppTest

from core.app.run_list import PER_PAGE
from core.findings.headline import Headline
from core.runs.process import describe_worker
from core.runs.removal import delete
from core.runs.run_folder import RunFolder, find_runs
from core.runs.state import Status
from core.runs.titles import MAX_TITLE, read_title, rename
from tests.app.seen import labels, words
from tests.kept_runs import generate_later, keep

HOSTILE = "*Loans* :red[2026] https://example.org"


def press(app, label, at=0):
    [button for button in app.button if button.label == label][at].click().run()
    assert not app.exception


def names(tmp_path):
    return [folder.path.name for folder in find_runs(tmp_path)]


@pytest.fixture
def three(tmp_path):
    """Three finished runs, the newest last; the second has other rows."""
    for place, name in enumerate(("first", "second", "third")):
        rows = {"train": "c" * 64, "holdout": "d" * 64} if name == "second" else None
        keep(tmp_path / name, rows=rows, seed=place, started=f"2026-01-0{place + 1}T10:00:00+00:00")
    return tmp_path


def test_a_run_is_shown_with_what_it_is_and_found(app, three):
    app.run()
    assert not app.exception
    seen = words(app)
    assert "people · income = >50K · by sex · Evenhand" in seen
    assert "done, started 2026-01-03 10:00 UTC" in seen
    assert RunFolder.open(three / "third").headline.read(Headline).text in seen


def test_a_search_leaves_the_runs_with_all_words(app, three):
    rename(three / "second", "Spring loans")
    app.run()
    app.text_input(key="search-runs").set_value("loans SEX").run()
    assert not app.exception
    assert "1 run of 3" in words(app)
    assert [button.key for button in app.button if button.label == "Rename"] == ["rename-second"]
    app.text_input(key="search-runs").set_value("nothing like it").run()
    assert "No run has all these words" in words(app)


def test_many_runs_are_paged(app, tmp_path):
    for place in range(12):
        keep(tmp_path / f"run-{place:02}", started=f"2026-01-{place + 1:02}T10:00:00+00:00")
    app.run()
    assert not app.exception
    assert f"1 to {PER_PAGE} of 12, the newest first" in words(app)
    assert len([button for button in app.button if button.label == "Rename"]) == PER_PAGE


def script():
    """One dialog on the third run; AppTest draws the whole page again where a browser draws the dialog alone."""
    import os
    from pathlib import Path

    from core.app import run_changes, subject
    from core.pipeline.run_list import listed_run
    from core.runs.run_folder import RunFolder

    subject.keep_link()
    path = Path(os.environ["EVENHAND_RUNS"]) / "third"
    if path.exists():
        getattr(run_changes, os.environ["DIALOG"])(listed_run(RunFolder.open(path)))


@pytest.fixture
def dialog(three, monkeypatch):
    """Opens a dialog of the third run."""
    monkeypatch.setenv("EVENHAND_RUNS", str(three))

    def opened(name):
        monkeypatch.setenv("DIALOG", name)
        app = AppTest.from_function(script, default_timeout=60)
        app.query_params["run"] = "third"
        app.run()
        assert not app.exception
        return app

    return opened


def test_the_buttons_of_a_run_lead_to_its_dialogs(app, three):
    app.run()
    press(app, "Rename", at=1)
    assert "keep the name second" in words(app)
    press(app, "Delete", at=1)
    assert "This goes for good" in words(app)


def test_a_title_is_given_and_shown_escaped(app, three, dialog):
    page = dialog("rename_dialog")
    page.text_input(key="run-title").set_value(HOSTILE)
    press(page, "Save")
    assert read_title(find_runs(three)[0]) == HOSTILE
    app.run()
    (shown,) = [one.value for one in app.markdown if "Loans" in one.value]
    assert "*Loans*" not in shown
    assert ":red[" not in shown
    assert "https://" not in shown


def test_a_title_that_is_too_long_is_told_and_not_kept(three, dialog):
    page = dialog("rename_dialog")
    page.text_input(key="run-title").set_value("x" * (MAX_TITLE + 1))
    press(page, "Save")
    assert "The title cannot be kept" in words(page)
    assert read_title(find_runs(three)[0]) == ""


def test_a_run_is_deleted_once_that_is_confirmed(three, dialog):
    generate_later(find_runs(three)[0])
    page = dialog("delete_dialog")
    assert "1 later generation" in words(page)
    press(page, "Keep it")
    assert names(three) == ["third", "second", "first"]
    press(page, "Delete it")
    assert names(three) == ["second", "first"]
    assert "run" not in page.query_params
    assert page.session_state["subject"] is None


@pytest.mark.parametrize("whose", ["run", "generation"])
def test_a_run_in_progress_is_not_offered_for_deletion(app, three, whose):
    folder = find_runs(three)[0]
    later = generate_later(folder)
    (folder if whose == "run" else later).job.save_process(describe_worker(os.getppid()))
    app.run()
    press(app, "Delete")
    assert "Cancel that first" in words(app)
    assert "Delete it" not in [button.label for button in app.button]


def test_what_was_cached_of_a_run_that_another_session_deleted_is_dropped(app, three):
    def kept():
        return [part for key in app.session_state["cached"] for part in key if isinstance(part, str)]

    app.query_params["run"] = "third"
    app.run()
    app.switch_page("pages/compare.py").run()
    assert not app.exception
    assert any(str(three / "third") in part for part in kept())
    delete(three / "third")
    app.switch_page("pages/start.py").run()
    assert not app.exception
    assert "There is no run" in words(app)
    assert not any(str(three / "third") in part for part in kept())


def tick(app, *chosen):
    for name in chosen:
        app.checkbox(key=f"compare-{name}").check().run()
    assert not app.exception


def test_runs_of_the_same_rows_stand_side_by_side_with_one_plane(app, three):
    rename(three / "first", HOSTILE)
    app.run()
    assert [button.disabled for button in app.button if button.label == "Set side by side"] == [True]
    tick(app, "first", "third")
    press(app, "Set side by side")
    assert app.query_params["beside"] == ["first", "third"]
    seen = words(app)
    assert "Fairness against utility" in seen
    assert "of each run, sex" in seen
    assert "Settings that differ" in seen
    assert "drawn apart" not in seen
    assert "Run the demo" in [button.label for button in app.button]
    press(app, "Back to all runs")
    assert "Runs on this machine" in words(app)


def test_runs_of_other_rows_are_drawn_apart_without_a_plane(app, three):
    app.query_params["beside"] = ["first", "second"]
    app.run()
    assert not app.exception
    seen = words(app)
    assert "drawn apart" in seen
    assert "Fairness against utility" not in seen
    assert "of each run, sex" in seen


def test_long_titles_are_cut_in_pictures_and_stay_apart(app, three):
    for name in ("first", "third"):
        rename(three / name, "A title that is longer than a picture has room for")
    app.query_params["beside"] = ["first", "third"]
    app.run()
    assert not app.exception
    heads = [column for one in app.dataframe for column in one.value.columns]
    assert {"A title that is longer than …, 1", "A title that is longer than …, 2"} <= set(heads)
    assert words(app).count("A title that is longer than a picture has room for") == 2


def test_no_more_than_four_are_chosen(app, three):
    for name in ("fourth", "fifth"):
        keep(three / name)
    app.run()
    tick(app, "first", "second", "third", "fourth")
    assert app.checkbox(key="compare-fifth").disabled
    assert not app.checkbox(key="compare-first").disabled


def test_a_link_to_runs_that_are_not_there_is_told(app, three):
    keep(three / "stopped", status=Status.FAILED)
    app.query_params["beside"] = ["first", "[gone](http://x)", "stopped"]
    app.run()
    assert not app.exception
    assert "There is no finished run '[gone](http://x)'" in words(app)
    assert "There is no finished run 'stopped'" in words(app)
    assert "Choose two or more finished runs" in words(app)
    assert "Open its report" not in labels(app)
