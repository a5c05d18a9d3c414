"""Runs as jobs: started in a process of their own, watched from anywhere, cancelled, one at a time on a device.

A job outlives the page and the server that started it. Its folder holds all that is known of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import RunError
from core.events import Event
from core.location import COMMAND, ROOT
from core.runs import process
from core.runs.locks import check_free, folder_lock, is_resumable, queue_position
from core.runs.run_folder import JobFolder, open_job
from core.runs.state import CANCELLED, ENDED, State, Status

INTERRUPTED = (
    "Its process was ended from outside (killed, out of memory, or the power failed). What was finished is kept; start "
    "it again and it goes on."
)
UNPREPARED = "It stopped before it was prepared, so it cannot go on; start it anew."


@dataclass(frozen=True)
class Job:
    """The status of a run or a generation at one moment.

    Args:
        state: How far it has come; ``interrupted`` if its process died.
        position: Its position in the queue, 1 for the next; ``None`` until another job is known to be ahead.
        events: What it reported so far.
        seconds_left: To the end of the current stage, if it runs and this is known.
        alive: Whether a process works on it or waits to.
        resumable: Whether it could be submitted: it is not done, is no audit, and was prepared.
    """

    state: State
    position: int | None
    events: list[Event]
    seconds_left: float | None
    alive: bool
    resumable: bool


def submit(path: Path) -> None:
    """Start a prepared, interrupted, failed or cancelled run in a process of its own; it waits for its turn itself.

    Raises:
        RunError: There is none, it is already queued or running, or it cannot be resumed.
    """
    process.reap()
    folder = open_job(path.resolve())
    with folder_lock(folder):
        check_free(folder)
        folder.check_resumable()
        folder.job.clear_process()
        folder.job.update_state(status=Status.QUEUED, stage="", message="Starting.")
        folder.job.save_process(process.start([*COMMAND, "resume", str(folder.path)], ROOT))


def status(path: Path) -> Job:
    """The status of a job. It only reads, so any number of pages may call it at any time.

    Raises:
        RunError: There is no run, or its files are damaged.
    """
    process.reap()
    folder = open_job(path)
    worker = folder.job.process()
    alive = process.is_alive(worker)
    state = folder.job.state()  # after the process: one that ends between the two has left its state
    if not alive and (state.status is Status.RUNNING or (state.status is Status.QUEUED and worker is not None)):
        message = INTERRUPTED if is_resumable(folder) else UNPREPARED
        state = state.model_copy(update={"status": Status.INTERRUPTED, "message": message})
    position = queue_position(folder) if alive and state.status is Status.QUEUED else None
    events = folder.job.events()
    running = alive and state.status is Status.RUNNING
    seconds_left = _seconds_left(events, state.stage) if running else None
    return Job(state, position, events, seconds_left, alive, not alive and is_resumable(folder))


def cancel(path: Path) -> None:
    """End a job, queued or running; what it has finished stays. Nothing happens to one that has ended.

    Raises:
        RunError: There is no run, or its process does not end or belongs to another user.
    """
    folder = open_job(path)
    if folder.job.state().status in ENDED:
        return
    worker = folder.job.process()
    if worker is not None:
        _stop(folder, worker)
    if folder.job.state().status not in ENDED:
        folder.job.update_state(status=Status.CANCELLED, message=CANCELLED)
    folder.job.clear_process()
    folder.job.remove_temporary_files()


def _stop(folder: JobFolder, worker: process.Worker) -> None:
    try:
        process.stop(worker)
    except PermissionError as error:
        raise RunError(f"{folder.path} is another user's job; only that user can cancel it.") from error
    if process.is_alive(worker):
        raise RunError(f"Process {worker.pid}, which works on {folder.path}, does not end; try again later.")


def _seconds_left(events: list[Event], stage: str) -> float | None:
    return next((event.seconds_left for event in reversed(events) if event.stage == stage), None)
