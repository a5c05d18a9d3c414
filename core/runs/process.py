"""The process that works on a folder: start it, stop it, and see whether it still lives.

The system reuses a pid. Only the pid and the start time together identify a process.
"""

from __future__ import annotations

import os
import signal
import subprocess  # one fixed command: this program's own
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict, Field

GRACE_SECONDS = 5.0
_START_TOLERANCE = 0.5
_children: dict[int, subprocess.Popen[bytes]] = {}


class Worker(BaseModel):
    """The process that works on a folder, as kept in ``process.json``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pid: int
    born: float = Field(description="Seconds from the start of the machine, which no change of the clock moves.")
    since: int = Field(description="Nanoseconds of the clock at which it began to wait: its place in the queue.")
    device: str | None = Field(default=None, description="The device that it waits for or has, once it knows.")


def describe_worker(pid: int) -> Worker:
    """Describe the living process ``pid``, which joins the queue now."""
    return Worker(pid=pid, born=_start_time(psutil.Process(pid)), since=time.time_ns())


def is_same_process(one: Worker | None, other: Worker | None) -> bool:
    """Whether both describe one process."""
    return (
        one is not None and other is not None and one.pid == other.pid and abs(one.born - other.born) < _START_TOLERANCE
    )


def is_alive(found: Worker | None) -> bool:
    """Whether that very process still lives; a zombie does not."""
    return _process(found) is not None


def start(command: Sequence[str], folder: Path) -> Worker:
    """Start a process that outlives this one, in a session of its own; it prints nothing."""
    child = subprocess.Popen(  # noqa: S603  # fixed words and a path, no shell
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _children[child.pid] = child
    return describe_worker(child.pid)


def reap() -> None:
    """Reap the children that have ended."""
    for pid, child in list(_children.items()):
        if child.poll() is not None:
            _children.pop(pid, None)


def stop(found: Worker) -> None:
    """End a process, with its group if it leads one: SIGTERM first, SIGKILL after ``GRACE_SECONDS``.

    Raises:
        PermissionError: It belongs to another user.
    """
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal(found, number)
        deadline = time.monotonic() + GRACE_SECONDS
        while is_alive(found) and time.monotonic() < deadline:
            reap()
            time.sleep(0.05)


def _signal(found: Worker, number: signal.Signals) -> None:
    process = _process(found)
    if process is None:
        return
    with suppress(ProcessLookupError):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, number)
        else:  # started from a script: the group holds others, too
            os.kill(process.pid, number)


def _process(found: Worker | None) -> psutil.Process | None:
    if found is None:
        return None
    try:
        process = psutil.Process(found.pid)
        alive = abs(_start_time(process) - found.born) < _START_TOLERANCE and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return process if alive else None


def _start_time(process: psutil.Process) -> float:
    return float(process.create_time() - psutil.boot_time())
