"""Jobs in processes of their own, on a tiny table."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from core.config import RunConfig, run_config
from core.data.sources.load import load
from core.errors import ConfigError, RunError
from core.events import Event
from core.location import COMMAND, ROOT
from core.pipeline import GenerateRequest, generate, prepare, request_generation, resume, resume_generation, run
from core.runs import process
from core.runs.jobs import Job, cancel, status, submit
from core.runs.run_folder import RunFolder
from core.runs.state import Status

PATIENCE_SECONDS = 240.0


def config(**fields: object) -> RunConfig:
    return run_config(
        preset="fast", epochs=2, audit_seeds=(0,), device="cpu", pictures="none", generator_draws=1, **fields
    )


def prepared(path: Path) -> Path:
    return prepare(load("demo", rows=200), config(), path).path


def wait(path: Path, wanted: Callable[[Job], bool]) -> Job:
    """Look until a job is as wanted; whatever it is after too long fails the test."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not wanted(job := status(path)):
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
    return job


def ended(job: Job) -> bool:
    return job.state.status in {Status.DONE, Status.FAILED, Status.CANCELLED, Status.INTERRUPTED}


def has(status: Status) -> Callable[[Job], bool]:
    return lambda job: job.state.status is status


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = prepared(tmp_path_factory.mktemp("jobs") / "run")
    submit(path)
    job = wait(path, ended)
    assert job.state.status is Status.DONE, job
    return path


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[FileLock]:
    """The device is taken until the test releases it."""
    with FileLock(tmp_path / ".evenhand-cpu.lock") as lock:
        yield lock


def test_a_submitted_run_comes_to_its_end(finished: Path) -> None:
    folder = RunFolder.open(finished)
    assert folder.report_html.exists()
    assert folder.synthetic_csv.exists()
    job = status(finished)
    assert {event.stage for event in job.events} >= {"teacher", "student", "generate", "audit"}
    assert (job.position, job.seconds_left) == (None, None)
    wait(finished, lambda job: not job.alive)
    assert folder.job.process() is None
    with pytest.raises(RunError, match="is finished"):
        submit(finished)
    cancel(finished)
    assert status(finished).state.status is Status.DONE


@pytest.mark.slow
def test_rows_asked_for_later_are_a_job_too(finished: Path) -> None:
    path = request_generation(finished, GenerateRequest(rows=30, seed=3, group="female"))
    assert path.parent == finished / "generated"
    assert status(path).state.status is Status.QUEUED
    submit(path)
    assert wait(path, ended).state.status is Status.DONE
    made = next(found for found in RunFolder.open(finished).generations() if found.path == path)
    assert set(made.synthetic.read()["sex"]) == {"female"}
    assert len(made.synthetic_csv.path.read_text().splitlines()) == 31
    assert made.request.read()["seed"] == 3
    assert "another outcome than the real pattern gave them" in made.notes.read()[0]


def test_a_job_that_is_asked_to_generate_does_what_generate_does(finished: Path, tmp_path: Path) -> None:
    asked = GenerateRequest(rows=30, seed=3, proportions={"female": 0.5}, repair_level=0.5)
    path = request_generation(finished, asked)
    notes = resume_generation(path)
    generate(
        finished, GenerateRequest(rows=30, seed=3, proportions={"female": 0.5}, repair_level=0.5), tmp_path / "same.csv"
    )
    assert (path / "synthetic.csv").read_bytes() == (tmp_path / "same.csv").read_bytes()
    assert status(path).state.status is Status.DONE
    assert "another outcome than the real pattern gave them" in notes[0]


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (GenerateRequest(rows=0), "at least 1"),
        (GenerateRequest(rows=5, seed=-1), "at least 0"),
        (GenerateRequest(rows=5, repair_level=2.0), "repair_level"),
        (GenerateRequest(rows=5, group="martian"), "no group 'martian'"),
        (
            GenerateRequest(rows=5, group="female", proportions={"male": 1.0}),
            "Give either one group or shares of groups",
        ),
    ],
)
def test_what_cannot_be_generated_is_said_at_once(finished: Path, request_: GenerateRequest, said: str) -> None:
    before = RunFolder.open(finished).generations()
    with pytest.raises(ConfigError, match=said):
        request_generation(finished, request_)
    assert len(RunFolder.open(finished).generations()) == len(before)


def test_rows_of_an_unfinished_run_are_refused_with_the_way_on(tmp_path: Path) -> None:
    folder = RunFolder.open(prepared(tmp_path / "run"))
    with pytest.raises(RunError, match=r"not a finished run \(queued\); resume it first"):
        request_generation(folder.path, GenerateRequest(rows=5))
    folder.job.update_state(status=Status.RUNNING)
    with pytest.raises(RunError, match=r"\(interrupted\); resume it first"):
        request_generation(folder.path, GenerateRequest(rows=5))


def test_what_has_nothing_to_go_on_with_is_left_as_it_is(finished: Path, tmp_path: Path) -> None:
    half = RunFolder.create(tmp_path / "half")
    assert "Start a new run" in status(half.path).state.message
    before = (finished / "state.json").read_bytes()
    for path, said in ((finished, "is finished"), (half.path, "before it was prepared")):
        assert not status(path).resumable
        for again in (submit, resume):
            with pytest.raises(RunError, match=said):
                again(path)
    assert (finished / "state.json").read_bytes() == before
    assert half.job.process() is None


def test_only_a_job_that_is_ahead_makes_another_wait(tmp_path: Path) -> None:
    first, second = (RunFolder.open(prepared(tmp_path / name)) for name in "ab")
    for folder, pid in ((first, os.getpid()), (second, os.getppid())):
        folder.job.save_process(process.describe_worker(pid))
    assert [status(folder.path).position for folder in (first, second)] == [None, 2]
    first.job.update_state(status=Status.RUNNING)
    assert status(second.path).position == 1
    for folder, device in ((first, "cuda"), (second, "cpu")):
        worker = folder.job.process()
        assert worker is not None
        folder.job.save_process(worker.model_copy(update={"device": device}))
    assert status(second.path).position is None


def test_jobs_queue_and_are_cancelled_while_they_wait(tmp_path: Path, busy: FileLock) -> None:
    first, second = prepared(tmp_path / "a"), prepared(tmp_path / "b")
    assert status(first).state.status is Status.QUEUED
    assert (status(first).position, status(first).alive) == (None, False)
    submit(second)
    submit(first)
    assert [status(path).position for path in (second, first)] == [None, 2]
    for again in (submit, lambda path: run(load("demo", rows=200), config(), path)):
        with pytest.raises(RunError, match=r"already queued|is queued or running"):
            again(first)
    cancel(second)
    assert status(second).state.status is Status.CANCELLED
    assert RunFolder.open(second).artifacts.has_table("train")
    assert status(first).position is None
    cancel(first)
    assert not status(first).alive


@pytest.mark.slow
def test_a_killed_run_is_interrupted_and_goes_on_to_the_same_bytes(
    tmp_path: Path, busy: FileLock, finished: Path
) -> None:
    path = prepared(tmp_path / "run")
    submit(path)
    wait(path, lambda job: job.state.message.startswith("Waiting"))
    busy.release()
    wait(path, lambda job: job.state.stage == "audit")
    worker = RunFolder.open(path).job.process()
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    job = wait(path, ended)
    assert (job.state.status, job.alive) == (Status.INTERRUPTED, False)
    assert "it continues" in job.state.message
    trained = (path / "weights" / "student.safetensors").stat().st_mtime_ns
    submit(path)
    job = wait(path, ended)
    assert job.state.status is Status.DONE
    assert (path / "weights" / "student.safetensors").stat().st_mtime_ns == trained
    passes = [event for event in job.events if event.stage == "teacher" and event.losses]
    assert [event.step for event in passes] == [1, 2]
    for name in ("synthetic.parquet", "synthetic.csv"):
        assert (path / name).read_bytes() == (finished / name).read_bytes()


@pytest.mark.slow
def test_a_running_run_is_cancelled_and_keeps_what_it_finished(tmp_path: Path) -> None:
    path = prepared(tmp_path / "run")
    submit(path)
    wait(path, lambda job: job.state.stage == "audit")
    cancel(path)
    job = status(path)
    assert (job.state.status, job.alive) == (Status.CANCELLED, False)
    assert RunFolder.open(path).synthetic_csv.exists()
    assert not list(path.rglob("*.tmp"))


@pytest.mark.slow
def test_a_full_disk_is_said_and_takes_nothing_away(tmp_path: Path) -> None:
    path = prepared(tmp_path / "run")
    before = (path / "tables" / "train.parquet").read_bytes()
    limit = (path / "tables" / "train.parquet").stat().st_size
    done = subprocess.run(  # noqa: S603
        [*COMMAND, "resume", str(path)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 1
    state = status(path).state
    assert state.status is Status.FAILED
    assert "could not be read or written (File too large)" in state.message
    assert str(tmp_path) not in state.message
    assert (path / "tables" / "train.parquet").read_bytes() == before
    assert not list(path.rglob("*.tmp"))


def test_a_pid_that_was_given_to_another_is_neither_alive_nor_killed(tmp_path: Path) -> None:
    folder = RunFolder.open(prepared(tmp_path / "run"))
    mine = process.describe_worker(os.getpid())
    folder.job.save_process(mine)
    assert status(folder.path).alive
    folder.job.save_process(mine.model_copy(update={"born": mine.born - 100}))
    assert status(folder.path).state.status is Status.INTERRUPTED
    cancel(folder.path)
    assert status(folder.path).state.status is Status.CANCELLED


def test_the_time_left_is_that_of_the_stage_being_worked_on(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run")
    folder.job.save_process(process.describe_worker(os.getpid()))
    for event in (Event("teacher", 1, 2, seconds_left=9.0), Event("student", 1, 2, seconds_left=4.0)):
        folder.job.append_event(event)
    folder.job.update_state(stage="student")
    assert status(folder.path).seconds_left == 4.0
    folder.job.clear_process()
    assert status(folder.path).seconds_left is None


def test_a_child_that_ended_is_not_alive_before_and_after_it_is_reaped() -> None:
    worker = process.start([sys.executable, "-c", ""], ROOT)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.is_alive(worker):
        assert time.monotonic() < deadline
    process.reap()
    assert not process.is_alive(worker)
    with pytest.raises(ProcessLookupError):
        os.kill(worker.pid, 0)


def test_an_alive_run_is_not_replaced(tmp_path: Path) -> None:
    folder = RunFolder.open(prepared(tmp_path / "run"))
    folder.job.save_process(process.describe_worker(os.getpid()))
    with pytest.raises(RunError, match="is queued or running"):
        RunFolder.create(folder.path)
    assert folder.artifacts.has_table("train")


@pytest.mark.parametrize("module", ["core.runs.jobs", "core.pipeline"])
def test_watching_and_preparing_do_not_import_torch(module: str) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
