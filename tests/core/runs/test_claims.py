"""One process works on a folder: races, processes elsewhere, and clocks that jump."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.data.fingerprint import fingerprint
from core.data.sources.load import load
from core.errors import RunError
from core.location import ROOT
from core.runs import claims, heartbeat, lease, locks
from core.runs.lease import LEASE_SECONDS, Lease
from core.runs.process import describe_worker
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from tests.core.runs.races import COUNT

ELSEWHERE = describe_worker(os.getpid()).model_copy(update={"space": "another container"})


def test_of_eight_processes_one_gets_the_folder_and_the_others_a_sentence(tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.core.runs.races", str(out)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    winners = [text for text in told if text.startswith("won")]
    assert len(winners) == 1, told
    assert [text for text in told if "queued or running" in text or text.startswith("won")] == told
    assert len(told) == COUNT
    folder, seed = RunFolder.open(out), int(winners[0].split()[1])
    assert folder.config.read()["seed"] == seed
    rows = len(folder.artifacts.table("train")) + len(folder.artifacts.table("holdout"))
    assert rows == 200
    train, whole = folder.artifacts.table("train"), load("demo", rows=200, seed=seed).frame
    assert folder.manifest.read()["sha256"]["train"] == fingerprint(train)
    assert set(train["income"].dropna()) <= set(whole["income"])


def test_of_eight_threads_one_gets_the_folder(tmp_path: Path) -> None:
    barrier, told = threading.Barrier(8), []

    def work() -> None:
        barrier.wait()
        try:
            with locks.new_run(tmp_path / "run"):
                deadline = time.monotonic() + 60
                while len(told) < 7 and time.monotonic() < deadline:
                    time.sleep(0.01)
                told.append("won")
        except RunError as error:
            told.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted("queued or running" in text for text in told) == [False] + [True] * 7, told


def test_a_claim_is_given_up_and_may_be_taken_again_inside(tmp_path: Path) -> None:
    with locks.new_run(tmp_path / "run") as folder:
        with locks.exclusive_access(folder):
            assert folder.job.lease.is_held()
        assert folder.job.lease.is_held()
    assert not folder.job.lease.is_held()
    assert not claims.is_taken(folder.path)
    with locks.exclusive_access(folder):
        assert folder.job.lease.is_held()


@pytest.fixture
def clock(monkeypatch):
    """This process's own clock, which the test moves."""
    now = [1000.0]
    monkeypatch.setattr(lease.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(lease.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    return now


def test_a_process_elsewhere_lives_as_long_as_it_gives_signs(tmp_path: Path, clock: list[float]) -> None:
    held = Lease(tmp_path / "process.json")
    held.save(ELSEWHERE)
    assert held.is_held()
    clock[0] += LEASE_SECONDS - 1
    assert held.is_held()
    held.beat()
    clock[0] += LEASE_SECONDS - 1
    assert held.is_held()  # the touch was seen only now
    clock[0] += LEASE_SECONDS + 1
    assert not held.is_held()


@pytest.mark.parametrize("hours", [-30, 30])
def test_no_jump_of_a_clock_ends_a_process_elsewhere(tmp_path: Path, clock: list[float], hours: int) -> None:
    held = Lease(tmp_path / "process.json")
    held.save(ELSEWHERE)
    for _ in range(20):
        moment = time.time() + 3600 * hours
        os.utime(held.path, (moment, moment + clock[0]))
        clock[0] += LEASE_SECONDS / 2
        assert held.is_held()


def test_a_folder_of_a_dead_process_elsewhere_is_taken_over_after_a_wait(tmp_path: Path, clock: list[float]) -> None:
    with locks.new_run(tmp_path / "run") as folder:
        pass
    folder.job.save_process(ELSEWHERE)
    before = clock[0]
    with locks.exclusive_access(folder):
        assert clock[0] - before >= LEASE_SECONDS - 1


def test_a_folder_of_a_living_process_elsewhere_is_refused(
    tmp_path: Path, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    with locks.new_run(tmp_path / "run") as folder:
        pass
    folder.job.save_process(ELSEWHERE)

    def sleep(seconds: float) -> None:
        clock[0] += seconds
        moment = clock[0]
        os.utime(folder.job.lease.path, (moment, moment))

    monkeypatch.setattr(lease.time, "sleep", sleep)
    with pytest.raises(RunError, match="already queued or running"), locks.exclusive_access(folder):
        pass
    assert folder.job.process() == ELSEWHERE


@pytest.fixture
def interruptible(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Heartbeats are quick, and SIGINT is not ignored, as it is where a shell runs the tests in the background."""
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.05)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def a_minute() -> None:
    """Work for a minute in short steps: an interrupt is noticed between two of them."""
    for _ in range(600):
        time.sleep(0.1)


@pytest.mark.usefixtures("interruptible")
def test_work_shows_that_it_lives_and_stops_when_asked_from_elsewhere(tmp_path: Path) -> None:

    def work() -> None:
        with locks.new_run(tmp_path / "run") as folder, locks.record_result(folder):
            before = folder.job.lease.path.stat().st_mtime_ns
            while folder.job.lease.path.stat().st_mtime_ns == before:
                time.sleep(0.01)
            folder.job.cancel_request.save("")
            a_minute()

    with pytest.raises(KeyboardInterrupt):
        work()
    folder = RunFolder.open(tmp_path / "run")
    assert folder.job.state().status is Status.CANCELLED
    assert not folder.job.lease.is_held()


def ends_the_process(number: int, _frame: object) -> None:
    sys.exit(number)


@pytest.mark.usefixtures("interruptible")
def test_a_stop_is_recorded_where_another_library_ends_the_process_at_sigterm(tmp_path: Path) -> None:

    def work() -> None:
        with locks.new_run(tmp_path / "run") as folder, locks.record_result(folder):
            folder.job.cancel_request.save("")
            a_minute()

    before = signal.signal(signal.SIGTERM, ends_the_process)
    try:
        with pytest.raises(KeyboardInterrupt):
            work()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert RunFolder.open(tmp_path / "run").job.state().status is Status.CANCELLED


@pytest.mark.usefixtures("interruptible")
def test_work_that_lost_its_folder_stops_and_changes_nothing_there(tmp_path: Path) -> None:

    def work() -> None:
        with locks.new_run(tmp_path / "run") as folder, locks.record_result(folder):
            folder.job.save_process(ELSEWHERE)
            a_minute()

    with pytest.raises(KeyboardInterrupt):
        work()
    folder = RunFolder.open(tmp_path / "run")
    assert folder.job.state().status is Status.RUNNING
    assert folder.job.process() == ELSEWHERE


def test_locks_of_a_shared_folder_are_open_to_its_users(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        with locks.new_run(tmp_path / "run"):
            pass
    finally:
        os.umask(old)
    assert (tmp_path / ".evenhand-folder_lock.lock").stat().st_mode & 0o777 == 0o666
