"""What the server gives back while it runs: sessions whose people have left, what only cycles hold, and free memory.

When the last of them has left, it also gives back what was read of runs, and keeps one process that reads files.

Streamlit would collect garbage after each run of a script. That takes a sixth of a second, in which no other page gets
on, and an open page that follows a run asks for it every second. Here it is done once in a while, if anything was done.

Free memory goes back page by page if the server was started with `PYTHONMALLOC=malloc`, as `evenhand app` and the image
do. Python's own allocator gives back whole mebibytes only, and one object that lives keeps one.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import sys
import time
from contextlib import nullcontext
from typing import Any, Final

import pyarrow as pa
from streamlit import runtime

from core.app import forget_run
from core.data.io import temporary_folders
from core.data.io.bounded_reader import keep_one_waiting

EVERY_SECONDS: Final = 30.0
_WORTH: Final = 0.5  # seconds of processor time since the last round; below, nobody did anything


async def keep_house() -> None:
    """Give back what is not needed any more, again and again until this is cancelled."""
    while True:
        before = time.process_time()
        await asyncio.sleep(EVERY_SECONDS)
        left = 0
        if runtime.exists():
            left = drop_sessions(runtime.get_instance())
            if left and not is_anybody_there(runtime.get_instance()):
                forget_run.forget_all()
                await asyncio.to_thread(keep_one_waiting)
        if left or time.process_time() - before > _WORTH:
            await asyncio.to_thread(give_back)


def drop_sessions(server: Any) -> int:
    """Drop the sessions whose time to reconnect is over; return how many there were.

    Streamlit does so only when the next person leaves: until then, tables of those who left last would stay.
    """
    manager = getattr(server, "_session_mgr", None)
    expire = getattr(getattr(getattr(manager, "_session_storage", None), "_cache", None), "expire", None)
    if expire is None:  # another version of Streamlit
        return 0
    with getattr(manager, "_storage_lock", None) or nullcontext():
        dropped = expire()
    return len(dropped or ())  # each shuts itself down when it is collected, after the lock is free


def is_anybody_there(server: Any) -> bool:
    """Return whether somebody has a page open, or left it so lately that they may come back."""
    manager = getattr(server, "_session_mgr", None)
    count = getattr(manager, "num_sessions", None)
    return count is None or count() > 0


def give_back() -> None:
    """Remove files of processes that were killed, collect garbage, and return free memory to the system."""
    temporary_folders.remove_leftovers()
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc alone
        if trim is not None:
            trim(0)
