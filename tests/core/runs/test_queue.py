"""Jobs wait as files. One small process starts them, one at a time for each device."""

import os
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from core.errors import RunError
from core.location import ROOT
from core.runs import process, queue_runner
from core.runs.jobs import cancel, status, submit
from core.runs.limits import check_room
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from core.runs.tickets import TICKET, Ticket, jobs_in, runner, waiting, write_ticket

WORK = "import sys, time; open(sys.argv[2] + '/began', 'w').write(str(time.time_ns())); time.sleep(0.3)"


def prepared(path: Path, device: str = "cpu") -> Path:
    folder = RunFolder.create(path)
    folder.config.save({"device": device})
    folder.job.update_state(status=Status.QUEUED, message="Prepared.")
    return path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have started a runner; this process stands for each."""
    commands: list[list[str]] = []

    def start(command: list[str], _folder: Path) -> process.Worker:

        commands.append(command)
        return process.describe_worker(os.getpid())

    monkeypatch.setattr(queue_runner.process, "start", start)
    return commands


def test_any_number_of_waiting_jobs_is_one_process(tmp_path: Path, started: list[list[str]]) -> None:
    paths = [prepared(tmp_path / f"run{number}") for number in range(5)]
    for path in paths:
        submit(path)
    assert len(started) == 1
    assert [folder for folder, _ in waiting(tmp_path)] == paths
    assert jobs_in(tmp_path) == paths
    assert [status(path).position for path in paths] == [None, 2, 3, 4, 5]
    assert all(status(path).alive for path in paths)
    with pytest.raises(RunError, match="already queued"):
        submit(paths[2])
    with pytest.raises(RunError, match="is queued or running"):
        RunFolder.create(paths[2])
    cancel(paths[1])
    assert status(paths[1]).state.status is Status.CANCELLED
    assert not (paths[1] / TICKET).exists()
    assert status(paths[4]).position == 4


def test_too_many_jobs_are_refused_in_a_sentence(
    tmp_path: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENHAND_MAX_JOBS", "2")
    paths = [prepared(tmp_path / f"run{number}") for number in range(3)]
    for path in paths[:2]:
        submit(path)
    with pytest.raises(RunError, match=r"2 runs wait or work on this machine.*EVENHAND_MAX_JOBS"):
        submit(paths[2])
    with pytest.raises(RunError, match="no more are accepted"):
        check_room(tmp_path)
    cancel(paths[0])
    submit(paths[2])


def test_the_runner_takes_turns_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_runner, "COMMAND", (sys.executable, "-c", WORK))
    monkeypatch.setattr(queue_runner, "LOOK_SECONDS", 0.02)
    paths = [prepared(tmp_path / name) for name in ("c", "a", "b")]
    for number, path in enumerate(paths):
        write_ticket(path, Ticket(since=number, device="cpu"))

    runner(tmp_path).save(process.describe_worker(os.getpid()))
    queue_runner.run_queue(tmp_path)
    began = [int((path / "began").read_text()) for path in paths]
    assert [second - first > 250_000_000 for first, second in pairwise(began)] == [True, True]
    assert not waiting(tmp_path)
    assert runner(tmp_path).worker() is None


def test_a_killed_runner_is_seen_and_the_job_can_go_on(tmp_path: Path, started: list[list[str]]) -> None:
    path = prepared(tmp_path / "run")
    submit(path)
    lease = runner(tmp_path)
    worker = lease.worker()
    assert worker is not None
    lease.save(worker.model_copy(update={"born": worker.born - 100}))
    job = status(path)
    assert (job.state.status, job.alive, job.resumable) == (Status.INTERRUPTED, False, True)
    submit(path)
    assert len(started) == 2
    assert status(path).alive


def test_the_runner_is_small_and_ends_by_itself(tmp_path: Path) -> None:
    code = (
        "import sys, core.runs.queue_runner; sys.exit(bool({'pandas', 'numpy', 'pyarrow', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0  # noqa: S603
    runner(tmp_path).save(process.start([sys.executable, "-m", "core.runs.queue_runner", str(tmp_path)], ROOT))
    deadline = time.monotonic() + 120
    while runner(tmp_path).worker() is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
