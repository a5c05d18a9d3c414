"""Runs as jobs: each works in its own process, and one at a time uses a device. Any process can watch or cancel it.

A job outlives the page and the server that started it. Its folder holds its complete state.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import RunError
from core.events import Event
from core.location import COMMAND, ROOT
from core.runs import process
from core.runs.locks import check_free, is_resumable, locked, queue_position
from core.runs.run_folder import JobFolder, open_job
from core.runs.state import CANCELLED, ENDED, State, Status

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
    """Start a prepared, interrupted, failed or cancelled run in a new process, which waits for its turn.

    Raises:
        RunError: There is no run, it is already queued or running, or it cannot be resumed.
    """
    process.reap()
    folder = open_job(path.resolve())
    with locked(folder):
        check_free(folder)
        folder.check_resumable()
        folder.job.clear_process()
        folder.job.update_state(status=Status.QUEUED, stage="", message="Starting.")
        folder.job.save_process(process.start([*COMMAND, "resume", str(folder.path)], ROOT))


def status(path: Path) -> Job:
    """Return the status of a job. This only reads files, so any number of pages may call it at any time.

    Raises:
        RunError: There is no run, or its files are damaged.
    """
    process.reap()
    folder = open_job(path)
    worker = folder.job.process()
    alive = process.is_alive(worker)
    state = folder.job.state()  # read after the process: one that ends in between has written its last state
    if not alive and (state.status is Status.RUNNING or (state.status is Status.QUEUED and worker is not None)):
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
        raise RunError(f"{folder.path} is the job of another user, who alone can cancel it.") from error
    if process.is_alive(worker):
        raise RunError(f"Process {worker.pid}, which works on {folder.path}, does not end. Try again later.")


def _seconds_left(events: list[Event], stage: str) -> float | None:
    return next((event.seconds_left for event in reversed(events) if event.stage == stage), None)
