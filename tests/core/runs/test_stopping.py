"""What becomes of runs when their server stops and starts."""

import subprocess
import sys
import time
from pathlib import Path

from core.location import ROOT
from core.runs import process, stopping
from core.runs.jobs import status
from core.runs.lease import Lease
from core.runs.process import PROCESS
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from core.runs.tickets import Ticket, runner, waiting, write_ticket
from tests.core.runs.test_queue import prepared

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"]


def at_work(path: Path, since: int, command: list[str] = SLEEP) -> process.Worker:
    """A run on which a process works."""
    worker = process.start(command, ROOT).model_copy(update={"since": since})
    Lease(prepared(path) / PROCESS).save(worker)
    RunFolder.open(path).job.update_state(status=Status.RUNNING)
    return worker


def test_runs_at_work_are_ended_and_wait_at_their_place(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 1.0)
    first, second = at_work(tmp_path / "first", 1), at_work(tmp_path / "second", 2, DEAF)
    write_ticket(prepared(tmp_path / "third"), Ticket(since=3, device="cpu"))
    starter = process.start(SLEEP, ROOT)
    runner(tmp_path).save(starter)
    time.sleep(0.5)  # the deaf one is up
    stopping.hand_back(tmp_path)
    assert not any(map(process.is_alive, (first, second, starter)))
    assert [(folder.name, ticket.since, ticket.device) for folder, ticket in waiting(tmp_path)] == [
        ("first", 1, "cpu"),
        ("second", 2, "cpu"),
        ("third", 3, "cpu"),
    ]
    assert RunFolder.open(tmp_path / "first").job.state().status is Status.QUEUED
    assert runner(tmp_path).worker() is None
    assert stopping.hand_back(tmp_path) is None  # again


def test_a_run_that_just_finished_stays_finished_and_others_are_left_alone(tmp_path: Path) -> None:
    worker = at_work(tmp_path / "done", 1)
    RunFolder.open(tmp_path / "done").job.update_state(status=Status.DONE)
    elsewhere = at_work(tmp_path / "elsewhere", 2)
    Lease(tmp_path / "elsewhere" / PROCESS).save(elsewhere.model_copy(update={"space": "another container"}))
    prepared(tmp_path / "prepared")
    stopping.hand_back(tmp_path)
    assert waiting(tmp_path) == []
    assert RunFolder.open(tmp_path / "done").job.state().status is Status.DONE
    assert process.is_alive(elsewhere)
    process.stop_all([worker, elsewhere])


def test_waiting_runs_are_taken_up_by_the_next_server(tmp_path: Path, monkeypatch) -> None:
    calls: list[Path] = []
    monkeypatch.setattr(stopping, "ensure_runner", calls.append)
    stopping.take_up(tmp_path / "none")
    stopping.take_up(tmp_path)
    assert calls == []
    write_ticket(prepared(tmp_path / "run"), Ticket(since=1, device="cpu"))
    assert not status(tmp_path / "run").alive
    stopping.take_up(tmp_path)
    assert calls == [tmp_path]


def test_several_processes_end_in_the_time_of_one(monkeypatch) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 1.0)
    children = [subprocess.Popen(DEAF, start_new_session=True) for _ in range(3)]  # noqa: S603
    time.sleep(0.5)
    begun = time.monotonic()
    process.stop_all([process.describe_worker(child.pid) for child in children])
    assert [child.wait(timeout=5) for child in children] == [-9, -9, -9]
    assert time.monotonic() - begun < 2.9
