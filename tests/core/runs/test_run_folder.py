import subprocess
import sys

import pandas as pd
import pytest

from core.errors import RunError
from core.runs import run_folder
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from core.runs.stored_files import StoredFile


@pytest.fixture
def folder(tmp_path):
    return RunFolder.create(tmp_path / "run")


def test_a_new_run_is_running_and_can_be_reopened(folder):
    state = RunFolder.open(folder.path).job.state()
    assert state.status is Status.RUNNING
    assert state.started.endswith("+00:00")
    assert state.finished is None


def test_a_folder_of_other_things_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(RunError, match="new or empty folder"):
        RunFolder.create(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_file_is_refused(tmp_path):
    (tmp_path / "a").write_text("")
    with pytest.raises(RunError, match="is a file"):
        RunFolder.create(tmp_path / "a")


def test_an_earlier_run_is_emptied_but_not_what_others_put_there(folder):
    folder.artifacts.save_table("train", pd.DataFrame({"a": [1]}))
    folder.report_html.save("<p>old</p>")
    (folder.path / "sign-off.txt").write_text("seen")
    again = RunFolder.create(folder.path)
    assert not again.artifacts.has_table("train")
    assert not again.report_html.exists()
    assert (folder.path / "sign-off.txt").exists()


def test_what_is_no_run_cannot_be_opened(tmp_path):
    with pytest.raises(RunError, match="not a run folder"):
        RunFolder.open(tmp_path / "absent")


def test_a_place_is_checked_without_touching_it(folder, tmp_path):
    RunFolder.check_place(tmp_path / "new" / "run")
    assert not (tmp_path / "new").exists()
    RunFolder.check_place(folder.path)
    assert folder.job.state()
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="is not a writable folder"):
        RunFolder.check_place(tmp_path / "file" / "run")


def test_runs_are_found_newest_first(tmp_path, monkeypatch):
    for name, moment in [("a", "2024-01-01T00:00:00+00:00"), ("b", "2025-01-01T00:00:00+00:00")]:
        monkeypatch.setattr(run_folder, "now", lambda moment=moment: moment)
        RunFolder.create(tmp_path / name)
    (tmp_path / "other").mkdir()
    assert [folder.path.name for folder in run_folder.find_runs(tmp_path)] == ["b", "a"]
    assert run_folder.find_runs(tmp_path / "absent") == []


def test_reading_runs_does_not_import_torch():
    code = "import sys, core.runs.run_folder; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603


def test_a_new_run_in_an_old_place_keeps_no_document_of_the_old_one(folder):
    documents = [value for value in vars(folder).values() if isinstance(value, StoredFile)]
    assert len(documents) == 22
    for document in documents:
        document.path.write_text("{}")
    for name in ("hashes.json", "events.jsonl", "error.log"):
        (folder.path / name).write_text("")
    RunFolder.create(folder.path)
    assert [path.name for path in folder.path.iterdir()] == ["state.json"]


def test_an_audit_a_finished_and_an_unprepared_run_cannot_be_resumed(folder):
    with pytest.raises(RunError, match="before it was prepared"):
        folder.check_resumable()
    folder.config.save({})
    folder.check_resumable()
    folder.job.update_state(status=Status.DONE)
    with pytest.raises(RunError, match="is finished"):
        folder.check_resumable()
    folder.metrics.save([])
    with pytest.raises(RunError, match="is an audit"):
        folder.check_resumable()
