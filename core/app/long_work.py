"""Long work of pages, done in a process of its own: no click of anybody waits for it, and its memory is given back.

The process works at a low priority and ends when nobody has had work for a while.
"""

from __future__ import annotations

import _thread
import copy
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import psutil
import streamlit as st

from core.app.markdown import progress_text
from core.data.io.temporary_folders import private_folder
from core.errors import EvenhandError
from core.events import Event
from core.runs import access
from core.runs.process import end_with, give_way

if TYPE_CHECKING:
    from loky import ProcessPoolExecutor

AT_ONCE: Final = max(1, (os.cpu_count() or 1) // 2)
"""Pieces of work that are done at the same time; further ones wait."""
IDLE_SECONDS: Final = 300
"""A process without work ends after so long."""
_LOOK_SECONDS: Final = 0.3
_DRAW_SECONDS: Final = 1.0
_PROGRESS: Final = "progress.json"
_STARTING: Final = "Starting …"
_TRIES: Final = 2
"""So often work may begin; the process may have ended by no fault of its own."""
_MOST_TRIES: Final = 6
_Value = TypeVar("_Value")
_pools: list[ProcessPoolExecutor] = []
_lock = threading.Lock()


def carry_out(function: Callable[..., _Value], *arguments: object) -> _Value:
    """Return ``function(*arguments, listener=…)``, with a bar that is gone when the work is.

    Args:
        function: A function of a module, which the process imports.
        arguments: What it is given; they are sent to the process, and the result is sent back.

    Raises:
        EvenhandError: The function raised it, or the process ended before the work was done.
    """
    from loky.process_executor import ShutdownExecutorError

    bar = st.progress(0.0, _STARTING)
    with private_folder() as folder:  # the work ends with its folder, when the person has gone on
        told = folder / _PROGRESS
        begun = 0
        for _ in range(_MOST_TRIES):
            told.unlink(missing_ok=True)
            pool = _pool()
            future: Future[Any] = Future()
            try:
                future = pool.submit(_work, function, arguments, told, access.viewer())
                _follow(future, told, bar)
                value: _Value = future.result()
            except BrokenProcessPool:  # this work has ended its process, or that of others theirs
                _forget(pool)
                begun += told.exists()
                if begun == _TRIES:
                    break
                continue
            except ShutdownExecutorError as error:
                raise EvenhandError("This server is being stopped. Try again when it is back.") from error
            finally:
                future.cancel()
            bar.empty()
            return value
    raise EvenhandError(
        "The work was ended before it was done, most likely because the memory of this machine did not suffice. Try "
        "again, or use fewer rows."
    )


def get_ready() -> None:
    """Start a process, so that work that is likely to come need not wait for its imports."""
    for _ in range(_TRIES):
        pool = _pool()
        try:
            pool.submit(os.getpid)
        except BrokenProcessPool:
            _forget(pool)
        else:
            return


def end_all() -> None:
    """End the processes, whatever they do."""
    with _lock:
        while _pools:
            _pools.pop().shutdown(wait=True, kill_workers=True)


def _pool() -> ProcessPoolExecutor:
    """Return the pool that all pages share."""
    from loky import ProcessPoolExecutor

    with _lock:
        if not _pools:
            pool = ProcessPoolExecutor(AT_ONCE, timeout=IDLE_SECONDS, initializer=_begin, initargs=(os.getpid(),))
            _pools.append(pool)
        return _pools[0]


def _forget(broken: ProcessPoolExecutor) -> None:
    """Let the next work start another pool."""
    with _lock:
        if broken in _pools:
            _pools.remove(broken)


def _begin(server: int) -> None:
    """Prepare the process: low priority, and what its first work would wait for."""
    from core import pipeline  # noqa: F401

    signal.signal(signal.SIGINT, signal.default_int_handler)  # see `_given_up_with`
    access.act_for(lambda: access.NOBODY)  # each work says for whom
    give_way(psutil.Process())
    end_with(server)


def _work(function: Callable[..., Any], arguments: tuple[object, ...], told: Path, who: access.Viewer) -> Any:
    """Do the work in its process. Each event replaces the one before in a file."""

    def tell(event: Event) -> None:
        unfinished = told.with_suffix(".new")
        unfinished.write_text(json.dumps(asdict(event)), encoding="utf-8")
        unfinished.replace(told)

    tell(Event("", 0, 1))
    try:
        with access.acting_as(who), _given_up_with(told.parent):
            return function(*arguments, listener=tell)
    except Exception as error:
        if _can_be_sent(error):
            raise
        # The server could not read it and would take the process for dead; its text may hold a person's data.
        raise RuntimeError(f"The work ended with {type(error).__name__}.") from None


def _can_be_sent(error: Exception) -> bool:
    """Return whether an error is the same in another process: many of libraries' need more than their message."""
    try:
        copy.deepcopy(error)
    except Exception:  # noqa: BLE001  # whatever their own methods raise
        return False
    return True


@contextmanager
def _given_up_with(folder: Path) -> Iterator[None]:
    """Interrupt the block when the folder is gone, with which the page leaves that wanted the work."""
    ended, turn = threading.Event(), threading.Lock()

    def watch() -> None:
        while not ended.wait(1):
            with turn:
                if not ended.is_set() and not folder.exists():
                    _thread.interrupt_main()
                    return

    threading.Thread(target=watch, daemon=True).start()
    try:
        try:
            yield
        finally:
            with turn:
                ended.set()
    except KeyboardInterrupt as interrupt:
        raise EvenhandError("Nobody waits for this work any more.") from interrupt


def _follow(future: Future[Any], told: Path, bar: Any) -> None:
    """Show what the work tells until it ends. Whoever goes on elsewhere leaves where the bar is drawn.

    What has not changed is drawn once in a while only: twenty who wait would keep twenty browsers at work.
    """
    shown, drawn = None, 0.0
    while not future.done():
        now = _told(told)
        if now != shown or time.monotonic() - drawn > _DRAW_SECONDS:
            bar.progress(*now)
            shown, drawn = now, time.monotonic()
        wait([future], _LOOK_SECONDS)


def _told(told: Path) -> tuple[float, str]:
    """Return the share that is done, and what is done now."""
    if not told.exists():
        return 0.0, "Waiting for the work of others on this machine …"
    event = Event(**json.loads(told.read_bytes()))
    return event.step / event.total, progress_text(event) if event.stage else _STARTING
