"""The locks and the queue of jobs: one process works on a folder, one job uses a device, and its end is recorded.

Waiting jobs take their turn in the order in which they came. No server manages the queue: each waiting process reads
the process files of the others, and passes over those whose process is dead.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import EvenhandError, Problem, RunError, os_error_reason
from core.events import Event, Listener
from core.runs.generation_folder import GENERATED
from core.runs.job_files import PROCESS
from core.runs.process import Worker, describe_worker, is_alive, is_same_process
from core.runs.run_folder import JobFolder, open_job
from core.runs.state import CANCELLED, Status

POLL_SECONDS = 0.2
FINISHED = (Status.DONE, "Finished.")


@contextmanager
def exclusive_job(
    folder: JobFolder, device: Callable[[], str], listener: Listener, end: tuple[Status, str] = FINISHED
) -> Iterator[None]:
    """Hold the folder's lock, wait for the device, and record how the work ends.

    Args:
        folder: The run or generation.
        device: Returns the device that the work needs; called here, so that its failure is recorded too.
        listener: Receives the position in the queue.
        end: Status and message that the state gets if the work ends well.

    Raises:
        RunError: Another process works on the folder, or the job cannot be resumed; the folder stays as it is.
    """
    with exclusive_access(folder):
        folder.check_resumable()
        with record_result(folder, *end):
            folder.job.update_state(status=Status.QUEUED, stage="", message="Starting.")
            with _device_turn(folder, device(), listener):
                folder.job.update_state(status=Status.RUNNING, message="")
                yield


@contextmanager
def exclusive_access(folder: JobFolder) -> Iterator[None]:
    """Make this process the only one that works on the folder.

    Raises:
        RunError: Another process works on it.
    """
    with folder_lock(folder):
        mine, kept = describe_worker(os.getpid()), folder.job.process()
        if not is_same_process(mine, kept):
            check_free(folder)
            folder.job.save_process(mine)
        folder.job.remove_temporary_files()
    try:
        yield
    finally:
        folder.job.clear_process()


def check_free(folder: JobFolder) -> None:
    """Raise a ``RunError`` if a living process works on the folder or waits to."""
    if is_alive(folder.job.process()):
        raise RunError(f"{folder.path} is already queued or running; watch it, or cancel it first.")


def is_resumable(folder: JobFolder) -> bool:
    """Whether the job can be resumed."""
    try:
        folder.check_resumable()
    except RunError:
        return False
    return True


def folder_lock(folder: JobFolder) -> FileLock:
    """The lock to hold while the process that works on a folder is chosen, or its documents change."""
    return _lock(folder, "folder_lock")


@contextmanager
def record_result(folder: JobFolder, status: Status = Status.DONE, message: str = "Finished.") -> Iterator[None]:
    """Write into the state how the work ends; ``status`` and ``message`` if it ends well."""
    try:
        yield
    except KeyboardInterrupt:
        _record_end(folder, Status.CANCELLED, CANCELLED)
        raise
    except EvenhandError as error:
        _record_end(folder, Status.FAILED, str(error), error.problem)
        raise
    except OSError as error:
        _record_end(folder, Status.FAILED, _os_error_sentence(folder, error))
        raise
    except Exception as error:
        _record_end(folder, Status.FAILED, f"Unexpected {type(error).__name__}.")
        raise
    folder.job.update_state(status=status, message=message)


def queue_position(folder: JobFolder) -> int | None:
    """Position in the queue, 1 for the next; ``None`` while no other job is ahead or has the device.

    A job that has just been started needs seconds until it asks for the device.
    """
    mine, ahead = folder.job.process(), _queued_before(folder)
    taken = mine is not None and any(
        _same_device(mine, other) and not is_same_process(mine, other)
        for other in _living_workers(folder, Status.RUNNING)
    )
    return ahead + 1 if ahead or taken else None


def _queued_before(folder: JobFolder) -> int:
    """Number of living jobs that wait for the same device and came earlier."""
    mine = folder.job.process()
    if mine is None:
        return 0
    others = [other for other in _living_workers(folder, Status.QUEUED) if _same_device(mine, other)]
    return sum((other.since, other.pid) < (mine.since, mine.pid) for other in others)


@contextmanager
def _device_turn(folder: JobFolder, device: str, listener: Listener) -> Iterator[None]:
    """Wait until no earlier job waits for the device and none has it; the system frees the lock of a dead process."""
    mine = folder.job.process() or describe_worker(os.getpid())
    folder.job.save_process(mine.model_copy(update={"device": device}))
    lock, reported = _lock(folder, device), -1
    while True:
        ahead = _queued_before(folder)
        if not ahead and _try_acquire(lock):
            break
        if ahead != reported:
            reported = ahead
            folder.job.update_state(message="Waiting for its turn.")
            listener(Event("queue", 0, 1, message=f"Waiting for the {device}, place {ahead + 1} in the queue."))
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        lock.release()


def _try_acquire(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True


def _living_workers(folder: JobFolder, status: Status) -> Iterator[Worker]:
    """Living processes of the jobs that have this status and share the queue with this one."""
    for pattern in (f"*/{PROCESS}", f"*/{GENERATED}/*/{PROCESS}"):
        for path in folder.queue_folder.glob(pattern):
            with suppress(RunError):
                job = open_job(path.parent).job
                found = job.process()
                if found is not None and is_alive(found) and job.state().status is status:
                    yield found


def _same_device(mine: Worker, other: Worker) -> bool:
    """Whether both wait for one device; a job that has just been started does not know its own yet."""
    return None in (mine.device, other.device) or mine.device == other.device


def _lock(folder: JobFolder, name: str) -> FileLock:
    """A lock beside the runs, or in the folder itself where nothing may be written beside it."""
    parent = folder.queue_folder if os.access(folder.queue_folder, os.W_OK) else folder.path
    return FileLock(parent / f".evenhand-{name}.lock")


def _record_end(folder: JobFolder, status: Status, message: str, problem: Problem | None = None) -> None:
    """On a full disk not even this may be possible; the run then counts as interrupted."""
    with suppress(OSError, RunError):
        folder.job.update_state(status=status, message=message, problem=problem)


def _os_error_sentence(folder: JobFolder, error: OSError) -> str:
    what = Path(os.fsdecode(error.filename)).name if isinstance(error.filename, str | bytes) else "A file"
    way = "start it again: it goes on" if is_resumable(folder) else "start it anew"
    return f"{what} could not be read or written ({os_error_reason(error)}); mend that, e.g. make room, and {way}."
