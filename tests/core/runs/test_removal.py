import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from core.errors import RunError
from core.runs import removal
from core.runs.generation_folder import GenerationFolder
from core.runs.locks import exclusive_access
from core.runs.process import describe_worker
from core.runs.removal import contents, delete, remove_leftovers
from core.runs.run_folder import DELETED, RunFolder, find_runs
from core.runs.state import Status
from core.runs.stored_files import StoredFile
from core.runs.titles import rename


@pytest.fixture
def folder(tmp_path):
    made = RunFolder.create(tmp_path / "runs" / "mine")
    made.artifacts.save_table("train", pd.DataFrame({"a": [1]}))
    made.report_html.save("<p>report</p>")
    later = GenerationFolder.create(made.path, {"rows": 3})
    later.synthetic_csv.path.write_text("a\n1\n")
    for job in (made.job, later.job):
        job.update_state(status=Status.DONE)
    RunFolder.create(made.path.with_name("other"))
    return made


def names(folder):
    return sorted(path.name for path in folder.path.parent.iterdir() if path.suffix != ".lock")


def test_a_run_goes_with_everything_derived_and_no_other_does(folder):
    delete(folder.path)
    assert names(folder) == ["other"]


def test_what_goes_is_told_with_files_that_are_no_runs(folder):
    (folder.path / "sign-off.txt").write_text("seen")
    (folder.path / "tables" / ".train.parquet.1.tmp").write_text("half")
    found = contents(folder)
    assert (found.has_real_rows, found.has_synthetic_rows, found.has_report) == (True, False, True)
    assert (found.generations, found.others) == (1, ("sign-off.txt",))
    assert found.files == sum(path.is_file() for path in folder.path.rglob("*"))
    assert found.size == sum(path.stat().st_size for path in folder.path.rglob("*") if path.is_file())
    assert found.sentence == (
        "Settings and figures, the real rows and what was learned from them, the report, 1 later generation and 1 "
        f"other file (sign-off.txt): {found.files} files, under 0.1 MB."
    )


@pytest.mark.parametrize("whose", ["run", "generation"])
def test_a_job_in_progress_is_refused_with_the_remedy(folder, whose):
    job = folder.job if whose == "run" else folder.generations()[0].job
    job.save_process(describe_worker(os.getppid()))
    before = sorted(folder.path.rglob("*"))
    with pytest.raises(RunError, match="is already queued or running"):
        delete(folder.path)
    assert sorted(folder.path.rglob("*")) == before


def test_a_killed_deletion_leaves_no_run_and_is_finished_at_the_next_start(folder, monkeypatch):
    def killed(path, **_):
        (path / "report.html").unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(removal.shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        delete(folder.path)
    monkeypatch.undo()
    (left,) = folder.path.parent.glob(f"{DELETED}*")
    assert (left / "state.json").is_file()
    assert [run.path.name for run in find_runs(folder.path.parent)] == ["other"]
    with pytest.raises(RunError, match="left of a deleted run"):
        RunFolder.open(left)
    with pytest.raises(RunError, match="not a run folder"):
        RunFolder.open(folder.path)
    remove_leftovers(folder.path.parent)
    assert names(folder) == ["other"]
    remove_leftovers(folder.path / "absent")


def test_a_run_that_is_deleted_while_it_is_opened_is_no_run_folder(folder, monkeypatch):
    read = StoredFile.read_bytes

    def deleted_before(file):
        shutil.rmtree(file.root)
        return read(file)

    monkeypatch.setattr(StoredFile, "read_bytes", deleted_before)
    with pytest.raises(RunError, match="not a run folder"):
        RunFolder.open(folder.path)


def test_of_many_deletions_at_once_one_succeeds_and_the_others_are_told(folder):
    def attempt(_):
        try:
            delete(folder.path)
        except RunError as error:
            return error.sentence
        return "deleted"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(attempt, range(8)))
    assert said.count("deleted") == 1
    assert all("is not a run folder" in sentence for sentence in said if sentence != "deleted")
    assert names(folder) == ["other"]


def test_who_reads_meanwhile_reads_to_the_end_of_the_file_and_is_told_at_the_next(folder):
    with folder.report_html.path.open() as stream:
        delete(folder.path)
        assert stream.read() == "<p>report</p>"
    with pytest.raises(RunError, match=r"has no report\.html"):
        folder.report_html.read_text()


def test_who_writes_afterwards_does_not_bring_the_folder_back(folder):
    delete(folder.path)
    with pytest.raises(RunError, match="not a run folder"):
        rename(folder.path, "Mine")
    with pytest.raises(RunError, match="not a run folder"), exclusive_access(folder):
        pass
    assert not folder.path.exists()


def test_a_link_to_a_run_is_refused(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder.path)
    with pytest.raises(RunError, match="is a link to a run"):
        delete(tmp_path / "link")
    assert folder.path.is_dir()


def test_files_that_stay_are_told_with_their_place(folder, monkeypatch):
    monkeypatch.setattr(removal.shutil, "rmtree", lambda *_, **__: None)
    with pytest.raises(RunError, match="some of its files could not be removed"):
        delete(folder.path)
    assert [run.path.name for run in find_runs(folder.path.parent)] == ["other"]


def test_what_is_no_run_is_not_deleted(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    with pytest.raises(RunError, match="not a run folder"):
        delete(tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter.txt").exists()
