"""Runs as jobs: each works in its own process, and one at a time uses a device. Any process can watch or cancel it.

A job outlives the page and the server that started it. Its folder holds its complete state. While it waits it is a
file; see `core.runs.tickets`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from core.errors import RunError
from core.events import Event
from core.runs import process
from core.runs.lease import LEASE_SECONDS
from core.runs.limits import check_room
from core.runs.locks import check_free, is_resumable, locked, queue_position
from core.runs.process import GRACE_SECONDS
from core.runs.queue_runner import ensure_runner
from core.runs.run_folder import JobFolder, RunFolder, open_job
from core.runs.state import CANCELLED, ENDED, State, Status
from core.runs.tickets import (
    ANY_DEVICE,
    Ticket,
    remove_ticket,
    runner,
    ticket_of,
    write_ticket,
)

INTERRUPTED = (
    "Its process was killed, ran out of memory, or lost power. Finished stages are kept: start it again, and it "
    "continues."
)
UNPREPARED = "It stopped before it was prepared, so it cannot continue. Start a new run."


@dataclass(frozen=True)
class Job:
    """The status of a run or a generation at one moment.

    Args:
        state: Its state; ``interrupted`` if its process died.
        position: Its position in the queue, 1 for the next; ``None`` while no other job is known to be ahead.
        events: Its progress events so far.
        seconds_left: Estimated seconds to the end of the current stage, if it runs and this is known.
        alive: Whether a process works on it or waits in the queue.
        resumable: Whether it can be submitted: it is prepared, not done, and no audit.
    """

    state: State
    position: int | None
    events: list[Event]
    seconds_left: float | None
    alive: bool
    resumable: bool


def submit(path: Path) -> None:
    """Let a prepared, interrupted, failed or cancelled run wait for its turn, in which it gets a process.

    Raises:
        RunError: There is no run, it is already queued or running, it cannot be resumed, or too many jobs wait.
    """
    process.reap()
    folder = open_job(path.resolve())
    folder.job.lease.wait_if_elsewhere()
    with locked(folder):
        if ticket_of(folder.path) is None or runner(folder.queue_folder).is_held():
            check_free(folder)
            folder.check_resumable()
            check_room(folder.queue_folder)
            folder.job.clear_process()
            folder.job.update_state(status=Status.QUEUED, stage="", message="Starting.")
            write_ticket(folder.path, Ticket(since=time.time_ns(), device=_device(folder)))
        ensure_runner(folder.queue_folder)


def put_back(path: Path, since: int) -> None:
    """Let a job that was ended from outside wait again, at its old place in the queue. Do nothing if it has finished.

    Raises:
        RunError: There is no run, or its files are damaged.
    """
    folder = open_job(path)
    with locked(folder):
        if folder.job.is_taken() or not is_resumable(folder):
            return
        folder.job.clear_process()
        folder.job.update_state(status=Status.QUEUED, stage="", message="Waiting for the server to start again.")
        write_ticket(folder.path, Ticket(since=since, device=_device(folder)))


def _device(folder: JobFolder) -> str:
    """Return the device of the run's settings; it may be chosen only when the run starts."""
    settings = folder.config if isinstance(folder, RunFolder) else RunFolder(folder.run).config
    return str(settings.read().get("device", ANY_DEVICE))


def status(path: Path) -> Job:
    """Return the status of a job. This only reads files, so any number of pages may call it at any time.

    Raises:
        RunError: There is no run, or its files are damaged.
    """
    process.reap()
    folder = open_job(path)
    # In this order: what waits gets a process before its ticket goes, and one that ends has written its last state.
    waits = ticket_of(folder.path) is not None
    worker = folder.job.process()
    alive = folder.job.lease.is_held() or (waits and runner(folder.queue_folder).is_held())
    state = folder.job.state()
    begun = worker is not None or waits
    if not alive and (state.status is Status.RUNNING or (state.status is Status.QUEUED and begun)):
        message = INTERRUPTED if is_resumable(folder) else UNPREPARED
        state = state.model_copy(update={"status": Status.INTERRUPTED, "message": message})
    position = queue_position(folder) if alive and state.status is Status.QUEUED else None
    events = folder.job.events()
    running = alive and state.status is Status.RUNNING
    seconds_left = _seconds_left(events, state.stage) if running else None
    return Job(state, position, events, seconds_left, alive, not alive and is_resumable(folder))


def cancel(path: Path) -> None:
    """Cancel a queued or running job and keep its finished stages. Do nothing if it has ended.

    Raises:
        RunError: There is no run, or its process does not end or belongs to another user.
    """
    folder = open_job(path)
    if folder.job.state().status in ENDED:
        return
    with locked(folder):
        remove_ticket(folder.path)
        worker = folder.job.process()
    if worker is not None:
        _stop(folder, worker)
    if folder.job.state().status not in ENDED:
        folder.job.update_state(status=Status.CANCELLED, message=CANCELLED)
    folder.job.clear_process()
    folder.job.remove_temporary_files()


def _stop(folder: JobFolder, worker: process.Worker) -> None:
    try:
        if process.is_local(worker):
            process.stop(worker)
        else:
            _ask_to_stop(folder)
    except PermissionError as error:
        raise RunError(f"{folder.path} is the job of another user, who alone can cancel it.") from error
    if folder.job.process() == worker and folder.job.lease.is_held():
        raise RunError(f"Process {worker.pid}, which works on {folder.path}, does not end. Try again later.")


def _ask_to_stop(folder: JobFolder) -> None:
    """Ask a process elsewhere to stop, and wait until it has or is silent for long enough."""
    folder.job.cancel_request.save("")
    deadline = time.monotonic() + LEASE_SECONDS + GRACE_SECONDS
    while folder.job.lease.is_held() and time.monotonic() < deadline:
        time.sleep(0.2)
    folder.job.cancel_request.remove()


def _seconds_left(events: list[Event], stage: str) -> float | None:
    return next((event.seconds_left for event in reversed(events) if event.stage == stage), None)
