"""Whether a server can make runs."""

import os
import time
from pathlib import Path

import pytest

from core.runs.process import describe_worker
from core.runs.readiness import problems
from core.runs.run_folder import RunFolder
from core.runs.tickets import Ticket, runner, write_ticket


def test_a_new_folder_is_ready_and_stays_empty(tmp_path: Path) -> None:
    assert problems(tmp_path / "runs") == []
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_folder_that_takes_no_files_is_told_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    (found,) = problems(tmp_path / "runs")
    assert "takes no files" in found
    assert str(tmp_path) not in found


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_MIN_FREE_MIB", str(10**12))
    (found,) = problems(tmp_path)
    assert "EVENHAND_MIN_FREE_MIB" in found


def test_a_queue_that_nobody_serves_is_told(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run").path
    write_ticket(folder, Ticket(since=time.time_ns()))
    assert problems(tmp_path) == []  # a process is about to take it
    write_ticket(folder, Ticket(since=time.time_ns() - 120 * 10**9))
    (found,) = problems(tmp_path)
    assert "no process" in found
    runner(tmp_path).save(describe_worker(os.getpid()))
    assert problems(tmp_path) == []
