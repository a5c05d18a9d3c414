"""The process that works on a folder: start it, stop it, and check whether it is alive.

The operating system reuses process ids. Only process id and start time together identify a process.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess  # to start this program's own command line
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict, Field

from core import service_log

GRACE_SECONDS = 5.0
PROCESS = "process.json"
"""The file in a folder that names the process that works on it."""
_START_TOLERANCE = 0.5
_NICENESS = 10
_children: dict[int, subprocess.Popen[bytes]] = {}


class Worker(BaseModel):
    """The process that works on a folder; the content of ``process.json``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pid: int
    born: float = Field(description="Start time in seconds since boot, which no change of the clock affects.")
    since: int = Field(description="Time in nanoseconds since 1970 when it began to wait; the order of the queue.")
    device: str | None = Field(default=None, description="The device that it waits for or uses, once known.")
    space: str = Field(description="Where its process id means something; see `process_space`.")
    claim: str = Field(description="Differs for each time that a process begins to work.")


def describe_worker(pid: int) -> Worker:
    """Return the description of the living process ``pid``, which joins the queue now."""
    born = _start_time(psutil.Process(pid))
    return Worker(pid=pid, born=born, since=time.time_ns(), space=process_space(), claim=secrets.token_hex(8))


def process_space() -> str:
    """Return what tells apart the places in which process ids are counted: boots, machines and containers."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"  # noqa: PTH115  # it leads to no file
    except OSError:  # not Linux
        return socket.gethostname()


def is_local(worker: Worker) -> bool:
    """Return whether the process, if it lives, can be looked up from here."""
    return worker.space == process_space()


def is_this_process(worker: Worker) -> bool:
    """Return whether this process is described."""
    return worker.pid == os.getpid() and is_alive(worker)


def is_same_process(first: Worker | None, second: Worker | None) -> bool:
    """Return whether both describe the same process."""
    if first is None or second is None:
        return False
    return first.space == second.space and first.pid == second.pid and abs(first.born - second.born) < _START_TOLERANCE


def is_alive(worker: Worker | None) -> bool:
    """Return whether exactly this process is alive. A zombie process is not, nor one that cannot be looked up."""
    return _process(worker) is not None


def start(command: Sequence[str], folder: Path) -> Worker:
    """Start a process in a new session, so that it outlives this one. Its output is discarded, but for the log.

    It works at a low priority, so that pages and commands answer while it trains.
    """
    descriptors, variables = service_log.passed_on()
    child = subprocess.Popen(  # noqa: S603  # fixed arguments and a path, no shell
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **variables},
        pass_fds=descriptors,
        start_new_session=True,
    )
    _children[child.pid] = child
    with suppress(psutil.NoSuchProcess):  # it has ended already
        give_way(psutil.Process(child.pid))
    return describe_worker(child.pid)


def give_way(process: psutil.Process) -> None:
    """Let a process, and all that it starts, work at a low priority."""
    process.nice(max(_NICENESS, int(process.nice())) if os.name == "posix" else psutil.BELOW_NORMAL_PRIORITY_CLASS)


def end_with(parent: int) -> None:
    """Let this process end when the one that started it has ended; a result that nobody takes would keep it for ever.

    Args:
        parent: Process id of that one.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def reap() -> None:
    """Reap the child processes that have ended."""
    for pid, child in list(_children.items()):
        if child.poll() is not None:
            _children.pop(pid, None)


def stop(worker: Worker) -> None:
    """End a process, and its process group if it leads one: SIGTERM first, SIGKILL after ``GRACE_SECONDS``.

    Raises:
        PermissionError: The process belongs to another user.
    """
    stop_all([worker])


def stop_all(workers: Sequence[Worker]) -> None:
    """End several processes as `stop` does, in the time that one takes.

    Raises:
        PermissionError: A process belongs to another user.
    """
    for number in (signal.SIGTERM, signal.SIGKILL):
        for worker in workers:
            _signal(worker, number)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(map(is_alive, workers)) and time.monotonic() < deadline:
            reap()
            time.sleep(0.05)


def _signal(worker: Worker, number: signal.Signals) -> None:
    process = _process(worker)
    if process is None:
        return
    with suppress(ProcessLookupError):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, number)
        else:  # started by a script, whose other processes share the group
            os.kill(process.pid, number)


def _process(worker: Worker | None) -> psutil.Process | None:
    if worker is None or not is_local(worker):
        return None
    try:
        process = psutil.Process(worker.pid)
        alive = abs(_start_time(process) - worker.born) < _START_TOLERANCE and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return process if alive else None


def _start_time(process: psutil.Process) -> float:
    return float(process.create_time() - psutil.boot_time())
