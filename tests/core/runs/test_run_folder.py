import math
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel

from core.audit.records import Record, Status
from core.data.schema import Column, Schema
from core.errors import RunError
from core.events import Event
from core.runs import run_folder
from core.runs.run_folder import RunFolder
from core.runs.state import Status as RunStatus


class Config(BaseModel):
    seed: int = 3


@pytest.fixture
def folder(tmp_path):
    return RunFolder.create(tmp_path / "run")


def test_a_new_run_is_running_and_can_be_reopened(folder):
    state = RunFolder.open(folder.path).job.state()
    assert state.status is RunStatus.RUNNING
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


@pytest.mark.parametrize("text", ["", "{", "[]", '{"status": "asleep", "started": "x"}'])
def test_a_damaged_state_is_said(folder, text):
    (folder.path / "state.json").write_text(text)
    with pytest.raises(RunError, match=r"state\.json .* is damaged"):
        RunFolder.open(folder.path)


@pytest.mark.parametrize("name", ["config", "schema", "environment", "metrics"])
def test_what_was_not_reached_is_said(folder, name):
    read = {"metrics": lambda: folder.metrics.read(Record)}.get(name, getattr(folder, name))
    with pytest.raises(RunError, match=rf"no {name}\.json"):
        read()


@pytest.mark.parametrize("name", ["config", "schema", "environment", "metrics", "notes"])
def test_damaged_files_are_said(folder, name):
    (folder.path / f"{name}.json").write_bytes(b"\xff{")
    read = {"metrics": lambda: folder.metrics.read(Record)}.get(name, getattr(folder, name))
    with pytest.raises(RunError, match="damaged"):
        read()


def test_state_keeps_what_is_not_changed(folder):
    folder.job.update_state(stage="teacher", message="Learning.")
    done = folder.job.update_state(status=RunStatus.DONE)
    assert (done.stage, done.message) == ("teacher", "Learning.")
    assert done.finished is not None
    assert folder.job.state() == done


def test_config_schema_environment_notes_manifest_come_back(folder):
    schema = Schema(columns=(Column(name="pay", kind="integer", role="target"),), threshold=5)
    folder.config.save(Config())
    folder.schema.save(schema)
    folder.environment.save("cpu", 2)
    folder.notes.save(["Column 'id' was left out."])
    folder.manifest.save({"rows": 10})
    again = RunFolder.open(folder.path)
    assert again.config.read() == {"seed": 3}
    assert again.schema.read() == schema
    assert again.environment.read()["threads"] == 2
    assert again.notes.read() == ["Column 'id' was left out."]
    assert again.manifest.read() == {"rows": 10}


def test_notes_and_manifest_may_be_absent(folder):
    assert folder.notes.read() == []
    assert folder.manifest.read() == {}


def test_records_come_back_and_nan_is_null(folder):
    records = [
        Record(source="original", protocol="A", metric="accuracy", value=0.1 + 0.2, n=5),
        Record(source="constant", protocol="A", metric="auc", value=math.nan, status=Status.UNDEFINED),
    ]
    folder.metrics.save(records)
    assert "NaN" not in (folder.path / "metrics.json").read_text()
    first, second = folder.metrics.read(Record)
    assert first == records[0]
    assert (second.value, second.status) == (None, Status.UNDEFINED)


def test_the_same_records_make_the_same_bytes(folder):
    records = [Record(source="original", protocol="A", metric="accuracy", value=1 / 3)]
    folder.metrics.save(records)
    first = (folder.path / "metrics.json").read_bytes()
    folder.metrics.save(folder.metrics.read(Record))
    assert (folder.path / "metrics.json").read_bytes() == first


def test_events_come_back_without_a_half_written_line(folder):
    assert folder.job.events() == []
    events = [Event("teacher", 1, 2, {"kl": 0.5}, 3.0, "Learning."), Event("audit", 1, 1)]
    for event in events:
        folder.job.append_event(event)
    with (folder.path / "events.jsonl").open("a") as stream:
        stream.write('{"stage": "au')
    assert folder.job.events() == events


def test_tables_come_back_with_their_types(folder):
    frame = pd.DataFrame({"a": pd.array([1, None], "Int64"), "b": pd.Series(["x", None], dtype="str")})
    folder.artifacts.save_table("train", frame)
    folder.synthetic.save(frame)
    pd.testing.assert_frame_equal(folder.artifacts.table("train"), frame)
    pd.testing.assert_frame_equal(folder.synthetic.read(), frame)


def test_a_failing_table_leaves_the_old_one(folder, monkeypatch):
    folder.artifacts.save_table("train", pd.DataFrame({"a": [1]}))

    def broken(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        folder.artifacts.save_table("train", pd.DataFrame({"a": [2]}))
    assert folder.artifacts.table("train")["a"].tolist() == [1]


def test_damaged_or_missing_tables_are_said(folder):
    with pytest.raises(RunError, match=r"no tables/train\.parquet"):
        folder.artifacts.table("train")
    folder.synthetic.path.write_bytes(b"PAR1")
    with pytest.raises(RunError, match="damaged"):
        folder.synthetic.read()


def test_tensors_come_back(folder):
    torch = pytest.importorskip("torch")
    folder.artifacts.save_tensors("teacher", {"w": torch.arange(6.0).reshape(2, 3).T, "n": torch.tensor(3)})
    back = folder.artifacts.tensors("teacher")
    assert torch.equal(back["w"], torch.arange(6.0).reshape(2, 3).T)
    (folder.path / "weights" / "teacher.safetensors").write_bytes(b"short")
    with pytest.raises(RunError, match="damaged"):
        folder.artifacts.tensors("teacher")


def test_latents_come_back_and_need_no_torch(folder):
    train, holdout = np.arange(6.0).reshape(3, 2).T, np.zeros((1, 3))
    folder.artifacts.save_latents("teacher", train, holdout)
    back = folder.artifacts.latents("teacher")
    assert (back.train.dtype, back.train.tolist()) == (np.float32, train.tolist())
    assert back.holdout.shape == (1, 3)
    code = (
        "import sys, pathlib, core.runs.run_folder as store\n"
        "store.RunFolder.open(pathlib.Path(sys.argv[1])).latents('teacher')\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(folder.path)], check=False).returncode == 0  # noqa: S603
    (folder.path / "latents" / "teacher.safetensors").write_bytes(b"short")
    with pytest.raises(RunError, match="damaged"):
        folder.artifacts.latents("teacher")


def test_what_is_about_people_is_for_its_owner_only(folder):
    (folder.path / "tables").mkdir(mode=0o755)
    folder.artifacts.save_table("train", pd.DataFrame({"a": [1]}))
    assert (folder.path / "tables").stat().st_mode & 0o777 == 0o700
    assert (folder.path / "tables" / "train.parquet").stat().st_mode & 0o777 == 0o600


def test_a_half_written_line_is_mended_and_stages_told_again_are_dropped(folder):
    for event in (Event("teacher", 1, 1), Event("student", 1, 2)):
        folder.job.append_event(event)
    with (folder.path / "events.jsonl").open("ab") as stream:
        stream.write('{"stage": "é'.encode()[:-1])
    folder.job.keep_events({"teacher"})
    folder.job.append_event(Event("student", 2, 2))
    assert folder.job.events() == [Event("teacher", 1, 1), Event("student", 2, 2)]


def test_hashes_cover_what_is_made_but_not_the_real_rows(folder):
    folder.metrics.save([])
    for name in ("train", "holdout", "student"):
        folder.artifacts.save_table(name, pd.DataFrame({"a": [1]}))
    folder.artifacts.save_latents("teacher", np.zeros((2, 1)), np.zeros((1, 1)))
    assert set(folder.checksums.for_report()) == {"metrics.json", "tables/student.parquet"}


def test_hashes_are_those_of_the_end_until_something_is_made_anew(folder):
    folder.metrics.save([])
    folder.artifacts.save_table("train", pd.DataFrame({"a": [1]}))
    folder.checksums.record()
    assert set(folder.checksums.recorded()) == {"metrics.json", "tables/train.parquet"}
    (folder.path / "metrics.json").write_text("[ ]")
    assert folder.checksums.for_report() == {"metrics.json": folder.checksums.recorded()["metrics.json"]}
    assert folder.checksums.current("metrics.json") != folder.checksums.recorded()["metrics.json"]
    folder.metrics.save([Record(source="a", protocol="A", metric="m", value=1)])
    assert folder.checksums.current("metrics.json") == folder.checksums.recorded()["metrics.json"]
    folder.generation.save([])
    assert not folder.checksums.exist()


def test_no_hash_is_given_of_a_file_outside_the_folder(folder, tmp_path):
    (tmp_path / "secret").write_text("x")
    assert folder.checksums.current("../secret") is None
    assert folder.checksums.current("absent") is None


@pytest.mark.parametrize("content", ['{"a": 1}', '{"a": "b"}', "[]", "{"])
def test_hashes_that_are_none_are_damage(folder, content):
    (folder.path / "hashes.json").write_text(content)
    with pytest.raises(RunError, match="damaged"):
        folder.checksums.recorded()


def test_a_place_is_checked_without_touching_it(folder, tmp_path):
    RunFolder.check_place(tmp_path / "new" / "run")
    assert not (tmp_path / "new").exists()
    RunFolder.check_place(folder.path)
    assert folder.job.state()
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="no folder that can be written in"):
        RunFolder.check_place(tmp_path / "file" / "run")


def test_runs_are_found_newest_first(tmp_path, monkeypatch):
    for name, moment in [("a", "2024-01-01T00:00:00+00:00"), ("b", "2025-01-01T00:00:00+00:00")]:
        monkeypatch.setattr(run_folder, "now", lambda moment=moment: moment)
        RunFolder.create(tmp_path / name)
    (tmp_path / "other").mkdir()
    assert [folder.path.name for folder in run_folder.find(tmp_path)] == ["b", "a"]
    assert run_folder.find(tmp_path / "absent") == []


def test_reading_runs_does_not_import_torch():
    code = "import sys, core.runs.run_folder; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
