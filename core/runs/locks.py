"""Locks and claims: one process works on a folder, and one job at a time uses a device.

Jobs that were submitted wait as files (`core.runs.tickets`). A command in a terminal waits by itself: it reads the
process files of the others and ignores those of dead processes.
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
from core.runs import claims
from core.runs.generation_folder import GENERATED
from core.runs.heartbeat import heartbeat
from core.runs.job_files import JobFiles
from core.runs.process import PROCESS, Worker, describe_worker, is_same_process, is_this_process
from core.runs.queue_lock import queue_lock
from core.runs.run_folder import JobFolder, RunFolder
from core.runs.state import CANCELLED, Status
from core.runs.tickets import ANY_DEVICE, Ticket, ticket_of, waiting

POLL_SECONDS = 0.2
FINISHED = (Status.DONE, "Finished.")


@contextmanager
def exclusive_job(
    folder: JobFolder, device: Callable[[], str], listener: Listener, end: tuple[Status, str] = FINISHED
) -> Iterator[None]:
    """Work on the folder as its only process, wait for the device, and record how the work ends.

    Args:
        folder: The run or generation.
        device: Returns the device that the work needs. It is called here, so that its failure is recorded too.
        listener: Receives the position in the queue.
        end: Status and message to record on success.

    Raises:
        RunError: Another process works on the folder, or the job cannot be resumed. The folder is then unchanged.
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
    """Make this thread of this process the only one that may work on the folder; it may claim it again inside.

    Raises:
        RunError: Another process or thread works on it.
    """
    if claims.is_mine(folder.path):
        yield
        return
    folder.job.lease.wait_if_elsewhere()
    with locked(folder):
        claim(folder)
        folder.job.remove_temporary_files()
    with held_claim(folder):
        yield


@contextmanager
def new_run(path: Path) -> Iterator[RunFolder]:
    """Make an empty run in a folder, as the only process that may work on it. An earlier run in it is removed.

    Raises:
        RunError: See `RunFolder.check_place`; of several processes that try at once, only the first gets the folder.
    """
    RunFolder(path).job.lease.wait_if_elsewhere()
    if not (path.parent.is_dir() and os.access(path.parent, os.W_OK)):  # the lock could not be made beside it either
        RunFolder.check_place(path)
        path.parent.mkdir(parents=True, exist_ok=True)
    with folder_lock(RunFolder(path)):
        folder = RunFolder.create(path)
        claim(folder)
    with held_claim(folder):
        yield folder


def claim(folder: JobFolder) -> None:
    """Record that this process works on the folder, unless its starter did. The folder's lock is held.

    Raises:
        RunError: Another process or thread works on it.
    """
    recorded = folder.job.process()
    if recorded is None or not is_this_process(recorded) or claims.is_taken(folder.path):
        check_free(folder)
        recorded = describe_worker(os.getpid())
        folder.job.save_process(recorded)
    claims.take(folder.path, recorded.claim)


@contextmanager
def held_claim(folder: JobFolder) -> Iterator[None]:
    """Keep the claim alive for the duration of the context, then give it up."""
    try:
        with heartbeat(folder.job):
            yield
    finally:
        if _is_still_mine(folder):
            folder.job.clear_process()
        claims.release(folder.path)


def check_free(folder: JobFolder) -> None:
    """Raise a ``RunError`` if a living process works on the folder or it waits in the queue."""
    if folder.job.is_taken():
        raise RunError(f"{folder.path} is already queued or running. Cancel it first.")


def is_resumable(folder: JobFolder) -> bool:
    """Return whether the job can be resumed."""
    try:
        folder.check_resumable()
    except RunError:
        return False
    return True


def folder_lock(folder: JobFolder) -> FileLock:
    """Return the lock to hold while a folder's process is assigned or its documents change."""
    return _lock(folder, "folder_lock")


@contextmanager
def locked(folder: JobFolder) -> Iterator[None]:
    """Hold the folder lock of a folder that still exists: a write would bring back one that was deleted meanwhile.

    Raises:
        RunError: There is no job in the folder any more.
    """
    with folder_lock(folder):
        folder.job.check_exists()
        yield


@contextmanager
def record_result(folder: JobFolder, status: Status = Status.DONE, message: str = "Finished.") -> Iterator[None]:
    """Record in the state how the work ends: ``status`` and ``message`` on success, the error otherwise."""
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
    """Return the position in the queue, 1 for the next; ``None`` while no other job is ahead or has the device.

    A job needs a few seconds from its start until it requests the device.
    """
    ticket, this = ticket_of(folder.path), folder.job.process()
    device = ticket.device if ticket is not None else this.device if this is not None else None
    others = [one for one in _living_workers(folder, Status.RUNNING) if not is_same_process(this, one)]
    ahead = _queued_before(folder) if ticket is None else _before_ticket(folder, ticket)
    return ahead + 1 if ahead or any(_same_device(device, one.device) for one in others) else None


def _before_ticket(folder: JobFolder, ticket: Ticket) -> int:
    """Return the number of jobs that get a device before a waiting one: those just started, and earlier tickets."""
    started = [one for one in _living_workers(folder, Status.QUEUED) if _same_device(ticket.device, one.device)]
    others = [one for _, one in waiting(folder.queue_folder) if _same_device(ticket.device, one.device)]
    return len(started) + sum(one.since < ticket.since for one in others)


def _queued_before(folder: JobFolder) -> int:
    """Return the number of living jobs that began to wait for the same device earlier."""
    this = folder.job.process()
    if this is None:
        return 0
    others = [one for one in _living_workers(folder, Status.QUEUED) if _same_device(this.device, one.device)]
    return sum((other.since, other.pid) < (this.since, this.pid) for other in others)


@contextmanager
def _device_turn(folder: JobFolder, device: str, listener: Listener) -> Iterator[None]:
    """Wait until no earlier job waits for the device and no job has it.

    The operating system releases the lock of a dead process.
    """
    this = folder.job.process() or describe_worker(os.getpid())
    folder.job.save_process(this.model_copy(update={"device": device}))
    lock, reported = _lock(folder, device), -1
    while True:
        ahead = _queued_before(folder)
        if not ahead and _try_acquire(lock):
            break
        if ahead != reported:
            reported = ahead
            folder.job.update_state(message="Waiting for its turn.")
            listener(Event("queue", 0, 1, message=f"Waiting for the {device}, position {ahead + 1} in the queue."))
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
    """Yield the living processes of the jobs with this status in the folder's queue."""
    for pattern in (f"*/{PROCESS}", f"*/{GENERATED}/*/{PROCESS}"):
        for path in folder.queue_folder.glob(pattern):
            with suppress(RunError):
                job = JobFiles(path.parent)  # of whomever it is: all wait in one queue
                process = job.process()
                if process is not None and job.lease.is_held() and job.state().status is status:
                    yield process


def _same_device(first: str | None, second: str | None) -> bool:
    """Return whether two jobs may need the same device. A job that has just started does not know its device yet."""
    return first == second or not {None, ANY_DEVICE}.isdisjoint({first, second})


def _lock(folder: JobFolder, name: str) -> FileLock:
    """Return a lock beside the run folders, or in the folder itself if its parent is not writable."""
    return queue_lock(folder.queue_folder if os.access(folder.queue_folder, os.W_OK) else folder.path, name)


def _record_end(folder: JobFolder, status: Status, message: str, problem: Problem | None = None) -> None:
    """Record the end of a job. If even this fails, e.g. on a full disk, the run counts as interrupted."""
    if claims.is_mine(folder.path) and not _is_still_mine(folder):
        return  # another process took it over, and the state is that one's
    with suppress(OSError, RunError):
        folder.job.update_state(status=status, message=message, problem=problem)


def _is_still_mine(folder: JobFolder) -> bool:
    recorded = folder.job.process()
    return recorded is not None and recorded.claim == claims.of(folder.path)


def _os_error_sentence(folder: JobFolder, error: OSError) -> str:
    name = Path(os.fsdecode(error.filename)).name if isinstance(error.filename, str | bytes) else "A file"
    remedy = "resume the run" if is_resumable(folder) else "start a new run"
    return f"{name} could not be read or written ({os_error_reason(error)}). Solve that, e.g. free space, and {remedy}."
