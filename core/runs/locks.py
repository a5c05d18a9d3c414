"""What a process does that works on a folder: it says that it does, waits for its turn, and leaves how it ended.

One job at a time uses a device; the others wait in the order in which they came. Nobody manages the queue: each waiting
process looks at the others that live, so it outlasts any server, and the dead are passed over.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import EvenhandError, Problem, RunError, cause
from core.events import Event, Listener
from core.runs.generation_folder import GENERATED
from core.runs.job_folder import PROCESS, JobFolder
from core.runs.process import Worker, is_alive, same, worker
from core.runs.run_folder import open_job
from core.runs.state import CANCELLED, Status

POLL_SECONDS = 0.2
FINISHED = (Status.DONE, "Finished.")


@contextmanager
def working(
    folder: JobFolder, device: Callable[[], str], listener: Listener, end: tuple[Status, str] = FINISHED
) -> Iterator[None]:
    """Work on a folder: alone, in turn, and with its end recorded.

    Args:
        folder: The run or generation.
        device: Says which device the work needs; called here, so that its failure is recorded too.
        listener: Is told how many jobs are ahead.
        end: Status and message to be left if all goes well.

    Raises:
        RunError: Another process works on it, or there is nothing to go on with; it stays as it is.
    """
    with locked(folder):
        folder.check_goes_on()
        with recorded(folder, *end):
            folder.update_state(status=Status.QUEUED, stage="", message="Starting.")
            with _turn(folder, device(), listener):
                folder.update_state(status=Status.RUNNING, message="")
                yield


@contextmanager
def locked(folder: JobFolder) -> Iterator[None]:
    """Nobody but this process works on the folder meanwhile.

    Raises:
        RunError: Another process does.
    """
    with folder_lock(folder):
        mine, kept = worker(os.getpid()), folder.process()
        if not same(mine, kept):
            check_free(folder)
            folder.save_process(mine)
        folder.sweep()
    try:
        yield
    finally:
        folder.forget_process()


def check_free(folder: JobFolder) -> None:
    """Raise a ``RunError`` if a living process works on the folder or waits to."""
    if is_alive(folder.process()):
        raise RunError(f"{folder.path} is already queued or running; watch it, or cancel it first.")


def goes_on(folder: JobFolder) -> bool:
    """Whether there is anything to go on with."""
    try:
        folder.check_goes_on()
    except RunError:
        return False
    return True


def folder_lock(folder: JobFolder) -> FileLock:
    """Held while it is settled who works on a folder."""
    return _lock(folder, "folder_lock")


@contextmanager
def recorded(folder: JobFolder, status: Status = Status.DONE, message: str = "Finished.") -> Iterator[None]:
    """Whatever ends the work, the state says so; ``status`` and ``message`` if it ends well."""
    try:
        yield
    except KeyboardInterrupt:
        _end(folder, Status.CANCELLED, CANCELLED)
        raise
    except EvenhandError as error:
        _end(folder, Status.FAILED, str(error), error.problem)
        raise
    except OSError as error:
        _end(folder, Status.FAILED, _cause(folder, error))
        raise
    except Exception as error:
        _end(folder, Status.FAILED, f"Unexpected {type(error).__name__}.")
        raise
    folder.update_state(status=status, message=message)


def place(folder: JobFolder) -> int | None:
    """Place in the queue, 1 for the next; ``None`` while no other job is known to wait before it or to have its device.

    A job that has just been started needs seconds to come so far that it can ask for the device.
    """
    mine, ahead = folder.process(), _queued_before(folder)
    taken = mine is not None and any(
        _same_device(mine, other) and not same(mine, other) for other in _living(folder, Status.RUNNING)
    )
    return ahead + 1 if ahead or taken else None


def _queued_before(folder: JobFolder) -> int:
    """How many living jobs wait for the same device and came earlier."""
    mine = folder.process()
    if mine is None:
        return 0
    others = [other for other in _living(folder, Status.QUEUED) if _same_device(mine, other)]
    return sum((other.since, other.pid) < (mine.since, mine.pid) for other in others)


@contextmanager
def _turn(folder: JobFolder, device: str, listener: Listener) -> Iterator[None]:
    """Wait until no earlier job waits for the device and none has it; the system frees the lock of a dead owner."""
    mine = folder.process() or worker(os.getpid())
    folder.save_process(mine.model_copy(update={"device": device}))
    lock, told = _lock(folder, device), -1
    while True:
        ahead = _queued_before(folder)
        if not ahead and _acquired(lock):
            break
        if ahead != told:
            told = ahead
            folder.update_state(message="Waiting for its turn.")
            listener(Event("queue", 0, 1, message=f"Waiting for the {device}, place {ahead + 1} in the queue."))
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        lock.release()


def _acquired(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True


def _living(folder: JobFolder, status: Status) -> Iterator[Worker]:
    """Who works on the jobs of this status that live beside this one."""
    for pattern in (f"*/{PROCESS}", f"*/{GENERATED}/*/{PROCESS}"):
        for path in folder.home.glob(pattern):
            with suppress(RunError):
                job = open_job(path.parent)
                found = job.process()
                if found is not None and is_alive(found) and job.state().status is status:
                    yield found


def _same_device(mine: Worker, other: Worker) -> bool:
    """Whether they wait for one device; a job that has just been started does not know its own yet."""
    return None in (mine.device, other.device) or mine.device == other.device


def _lock(folder: JobFolder, name: str) -> FileLock:
    """A lock beside the runs, or in the folder itself where nothing may be written beside it."""
    place = folder.home if os.access(folder.home, os.W_OK) else folder.path
    return FileLock(place / f".evenhand-{name}.lock")


def _end(folder: JobFolder, status: Status, message: str, problem: Problem | None = None) -> None:
    """On a full disk not even this may be possible; the run then counts as interrupted."""
    with suppress(OSError, RunError):
        folder.update_state(status=status, message=message, problem=problem)


def _cause(folder: JobFolder, error: OSError) -> str:
    what = Path(os.fsdecode(error.filename)).name if isinstance(error.filename, str | bytes) else "A file"
    way = "start it again: it goes on" if goes_on(folder) else "start it anew"
    return f"{what} could not be read or written ({cause(error)}); mend that, e.g. make room, and {way}."
