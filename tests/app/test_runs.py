from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.runs.state import Status
from core.runs.store import RunFolder
from tests.core.report.samples import sample_records

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("EVENHAND_RUNS", str(tmp_path))
    return AppTest.from_file(APP, default_timeout=60)


def test_without_runs_the_page_says_how_to_make_one(app):
    app.run()
    assert not app.exception
    assert "make demo" in app.info[0].value


def test_a_run_is_shown_with_findings_tables_and_notes(app, tmp_path):
    folder = RunFolder.create(tmp_path / "first")
    folder.save_metrics(sample_records())
    folder.save_notes(["Column 'id' was left out."])
    folder.save_report("<p>report</p>")
    folder.update_state(status=Status.DONE)
    app.run()
    assert not app.exception
    texts = [text.value for text in app.text]
    assert any("DPR 0.978" in text for text in texts)
    assert "Column 'id' was left out." in texts
    assert len(app.dataframe) == 2


def test_an_unfinished_run_is_said_and_not_a_traceback(app, tmp_path):
    RunFolder.create(tmp_path / "first")
    app.run()
    assert not app.exception
    assert "no metrics.json" in app.warning[0].value


def test_names_of_strangers_are_no_markdown(app, tmp_path):
    folder = RunFolder.create(tmp_path / "first")
    folder.save_metrics(sample_records(sensitive="**sex** :red[x] “y”"))
    app.run()
    assert not app.exception
    assert any(r"\*\*sex\*\* \:red\[x\] “y”" in heading.value for heading in app.subheader)
