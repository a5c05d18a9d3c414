"""The process that starts waiting jobs, one at a time for each device. It ends when none waits or works.

It imports no table library, so that it stays small while jobs wait; each job is a process of its own.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

from core import service_log
from core.location import COMMAND, PACKAGE, ROOT
from core.runs import process
from core.runs.lease import BEAT_SECONDS, Lease
from core.runs.process import PROCESS
from core.runs.queue_lock import queue_lock
from core.runs.tickets import Ticket, remove_ticket, runner, waiting

LOOK_SECONDS: Final = 0.5
_COMMAND: Final = (sys.executable, "-m", f"{PACKAGE}.runs.queue_runner")


def ensure_runner(queue: Path) -> None:
    """Start the process for this queue, unless it lives. The caller holds the queue's lock."""
    lease = runner(queue)
    if not lease.is_held():
        lease.save(process.start([*_COMMAND, str(queue)], ROOT))


def run_queue(queue: Path) -> None:
    """Start the waiting jobs of a queue until none waits and none of those works."""
    lock, lease = queue_lock(queue), runner(queue)
    working: dict[str, process.Worker] = {}
    beat = 0.0
    while True:
        process.reap()
        working = {device: worker for device, worker in working.items() if process.is_alive(worker)}
        with lock:
            mine = lease.worker()
            if mine is None or not process.is_this_process(mine):
                return  # another was started in its place
            working |= _start_free(queue, set(working))
            if not working:
                lease.clear()
                return
        if time.monotonic() - beat > BEAT_SECONDS:
            beat = time.monotonic()
            lease.beat()
        time.sleep(LOOK_SECONDS)


def _start_free(queue: Path, busy: set[str]) -> dict[str, process.Worker]:
    """Start the first waiting job of each device that is free. The queue's lock is held."""
    started: dict[str, process.Worker] = {}
    for folder, ticket in waiting(queue):
        if ticket.device not in busy | set(started):
            started[ticket.device] = _start(folder, ticket)
    return started


def _start(folder: Path, ticket: Ticket) -> process.Worker:
    worker = process.start([*COMMAND, "resume", str(folder)], ROOT).model_copy(update={"since": ticket.since})
    Lease(folder / PROCESS).save(worker)
    remove_ticket(folder)
    return worker


if __name__ == "__main__":
    service_log.configure()
    run_queue(Path(sys.argv[1]))
