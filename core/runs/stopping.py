"""What a server that stops does with the runs that it has started, and what it takes up when it starts.

On one machine a job outlives the server (`core.runs.jobs`). In a container it does not: once the server has ended,
every process is killed. There the server ends the jobs itself, and they wait for its next start.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from core.errors import RunError
from core.runs import process
from core.runs.access import OPERATOR, acting_as
from core.runs.jobs import put_back
from core.runs.lease import Lease
from core.runs.process import PROCESS
from core.runs.queue_lock import queue_lock
from core.runs.queue_runner import ensure_runner
from core.runs.tickets import jobs_in, runner, waiting
from core.settings import Choice, Setting

REQUEUE: Final = "requeue"
ON_STOP: Final = Choice("EVENHAND_ON_STOP", ("leave", REQUEUE))
"""Whether a server that stops leaves its runs to go on, or ends them and lets them wait for its next start."""
STOP_SECONDS: Final = Setting("EVENHAND_STOP_SECONDS", 30)
"""Seconds within which a server that is asked to stop has ended."""


def take_up(queue: Path) -> None:
    """Start the process that starts waiting jobs, if any wait.

    Args:
        queue: The folder of the runs.
    """
    if queue.is_dir() and waiting(queue):
        with queue_lock(queue):
            ensure_runner(queue)


def hand_back(queue: Path) -> None:
    """End the jobs of a queue that work on this machine, and let them wait; a finished stage is not repeated.

    Args:
        queue: The folder of the runs.
    """
    _end_runner(queue)
    working = [(folder, worker) for folder in jobs_in(queue) if (worker := _local_worker(folder)) is not None]
    process.stop_all([worker for _, worker in working])
    with acting_as(OPERATOR):
        for folder, worker in working:
            with suppress(RunError):  # it was deleted, or has ended in another way
                put_back(folder, worker.since)


def _end_runner(queue: Path) -> None:
    """End the process that starts waiting jobs: it would start the next ones."""
    if not queue.is_dir():
        return
    lease = runner(queue)
    with queue_lock(queue):
        worker = lease.worker()
        if worker is not None and process.is_local(worker):
            process.stop(worker)
            lease.clear()


def _local_worker(folder: Path) -> process.Worker | None:
    worker = Lease(folder / PROCESS).worker()
    return worker if process.is_alive(worker) else None
