"""How the server starts, runs and stops: waiting runs are taken up, and SIGTERM ends it within a stated time."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from core.app import long_work, subject
from core.app.housekeeping import keep_house
from core.runs import stopping
from core.service_log import LOGGER

_CUT_OFF: Final = 128 + signal.SIGTERM  # what a shell calls the end by this signal


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Prepare the server, and when it stops wait for what is done then."""
    os.environ.pop("PYTHONMALLOC", None)  # for the server alone: what it starts ends, and its memory with it
    home = subject.home().absolute()
    try:
        stopping.take_up(home)
    except OSError:  # `/ready` says what is wrong with the folder
        LOGGER.exception("The waiting runs could not be taken up.")
    stop = GracefulStop(home)
    stop.listen()
    housekeeping = asyncio.create_task(keep_house())
    LOGGER.info("The server has started.")
    yield
    housekeeping.cancel()
    await asyncio.to_thread(stop.wait)
    long_work.end_all()
    LOGGER.info("The server has stopped.")


class GracefulStop:
    """What happens on SIGTERM, beside what the web server does by itself: no new requests, open ones are answered.

    An open request may take forever, for example an upload that stands still, so there is a time after which it is cut.

    Args:
        home: The folder of the runs.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._seconds = stopping.STOP_SECONDS.value()
        self._requeues = stopping.ON_STOP.value() == stopping.REQUEUE
        self._begun = threading.Event()
        self._works = (threading.Thread(target=self._hand_back), threading.Timer(self._seconds, self._cut_off))
        self._handed_back = threading.Event()

    def listen(self) -> None:
        """Act on SIGTERM, then let the web server act on it. Another thread than the main one hears no signal."""
        if threading.current_thread() is not threading.main_thread():
            return
        other = signal.getsignal(signal.SIGTERM)

        def begin(number: int, frame: FrameType | None) -> None:
            if not self._begun.is_set():
                self._begun.set()
                for work in self._works:
                    work.daemon = True
                    work.start()
            if callable(other):
                other(number, frame)

        signal.signal(signal.SIGTERM, begin)

    def wait(self) -> None:
        """Wait until the runs are left as they should be, if a signal has begun to stop the server."""
        if self._begun.is_set():
            self._handed_back.wait(self._seconds)

    def _hand_back(self) -> None:
        LOGGER.info("The server stops.")
        try:
            if self._requeues:
                stopping.hand_back(self._home)
        finally:
            self._handed_back.set()

    def _cut_off(self) -> None:
        LOGGER.warning("Something was still open after %d seconds and is cut off.", self._seconds)
        long_work.end_all()
        os._exit(_CUT_OFF)
