"""Runs as jobs: started in a process of their own, watched from anywhere, cancelled, one at a time on a device.

A job outlives the page and the server that started it. All that is known of it lies in its folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import RunError
from core.events import Event
from core.location import COMMAND, HOME
from core.runs import process
from core.runs.generation_folder import GenerationFolder
from core.runs.locks import check_free, folder_lock, goes_on, place
from core.runs.run_folder import RunFolder, open_job
from core.runs.state import CANCELLED, ENDED, State, Status

INTERRUPTED = (
    "Its process was ended from outside (killed, out of memory, or the power failed). What was finished is kept; start "
    "it again and it goes on."
)
UNPREPARED = "It stopped before it was prepared, so it cannot go on; start it anew."


@dataclass(frozen=True)
class Job:
    """One look at a run or a generation.

    Args:
        state: How far it has come; ``interrupted`` if its process died.
        position: Its place in the queue, 1 for the next; ``None`` until another job is known to be ahead.
        events: What it said so far.
        seconds_left: To the end of the stage that it works on, if it runs and knows.
        alive: Whether a process works on it or waits to.
        goes_on: Whether it could be submitted: it is not done, is no audit, and was prepared.
    """

    state: State
    position: int | None
    events: list[Event]
    seconds_left: float | None
    alive: bool
    goes_on: bool


def submit(path: Path) -> None:
    """Start a prepared, interrupted, failed or cancelled run in a process of its own; it waits for its turn itself.

    Raises:
        RunError: There is none, it is already queued or running, or there is nothing to go on with.
    """
    process.reap()
    folder = open_job(path.resolve())
    with folder_lock(folder):
        check_free(folder)
        folder.check_goes_on()
        folder.forget_process()
        folder.update_state(status=Status.QUEUED, stage="", message="Starting.")
        folder.save_process(process.start([*COMMAND, "resume", str(folder.path)], HOME))


def status(path: Path) -> Job:
    """How a job stands. It only reads, so any number of pages may ask at any time.

    Raises:
        RunError: There is no run, or its files are damaged.
    """
    process.reap()
    folder = open_job(path)
    worker = folder.process()
    alive = process.is_alive(worker)
    state = folder.state()  # after the process: one that ends between the two has left its state
    if not alive and (state.status is Status.RUNNING or (state.status is Status.QUEUED and worker is not None)):
        message = INTERRUPTED if goes_on(folder) else UNPREPARED
        state = state.model_copy(update={"status": Status.INTERRUPTED, "message": message})
    position = place(folder) if alive and state.status is Status.QUEUED else None
    events = folder.events()
    running = alive and state.status is Status.RUNNING
    seconds_left = _seconds_left(events, state.stage) if running else None
    return Job(state, position, events, seconds_left, alive, not alive and goes_on(folder))


def cancel(path: Path) -> None:
    """End a job, queued or running; what it has finished stays. Nothing happens to one that has ended.

    Raises:
        RunError: There is no run, or its process does not end or belongs to another user.
    """
    folder = open_job(path)
    if folder.state().status in ENDED:
        return
    worker = folder.process()
    if worker is not None:
        _stop(folder, worker)
    if folder.state().status not in ENDED:
        folder.update_state(status=Status.CANCELLED, message=CANCELLED)
    folder.forget_process()
    folder.sweep()


def _stop(folder: RunFolder | GenerationFolder, worker: process.Worker) -> None:
    try:
        process.stop(worker)
    except PermissionError as error:
        raise RunError(f"{folder.path} is another user's job; only that user can cancel it.") from error
    if process.is_alive(worker):
        raise RunError(f"Process {worker.pid}, which works on {folder.path}, does not end; try again later.")


def _seconds_left(events: list[Event], stage: str) -> float | None:
    return next((event.seconds_left for event in reversed(events) if event.stage == stage), None)
