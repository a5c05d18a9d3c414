"""The sign of life of a working process, and how processes elsewhere ask it to stop."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGINT, SIGTERM, getsignal

from core.runs.job_files import JobFiles
from core.runs.lease import BEAT_SECONDS


@contextmanager
def heartbeat(job: JobFiles) -> Iterator[None]:
    """Touch the process file every `BEAT_SECONDS`; interrupt the work if it is to stop or has a new owner.

    Only work in the main thread is interrupted, as by Ctrl-C: in others it takes seconds, and the process does more.
    """
    mine, ended = job.process(), threading.Event()
    interrupts = threading.current_thread() is threading.main_thread()

    def beat() -> None:
        while not ended.wait(BEAT_SECONDS):
            found = job.process()
            lost = found is not None and mine is not None and found.claim != mine.claim
            if (lost or job.cancel_request.exists()) and interrupts:
                # Processes in the background may ignore SIGINT; the command line handles SIGTERM alike. SIGINT is
                # first: another library may end the process at SIGTERM, before the end of the work is recorded.
                _thread.interrupt_main(SIGINT if callable(getsignal(SIGINT)) else SIGTERM)
                return
            if not lost:
                job.lease.beat()

    job.cancel_request.remove()
    thread = threading.Thread(target=beat, daemon=True, name="evenhand-heartbeat")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
