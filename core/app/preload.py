"""What takes seconds and is done while the first page is read: imports, and the process that reads the first file."""

from __future__ import annotations

import importlib
import threading
from pathlib import Path
from typing import Final

import streamlit as st

from core.app import subject
from core.data.io import temporary_folders
from core.data.io.bounded_reader import keep_one_waiting
from core.location import PACKAGE
from core.runs.removal import remove_leftovers

# None of these brings torch: only a job of its own trains.
DELAY: Final = 1.0  # seconds, in which the first page is drawn
SLOW: Final = (
    f"{PACKAGE}.pipeline",
    f"{PACKAGE}.audit.metrics.proxies",
    f"{PACKAGE}.audit.explain.projections",
    f"{PACKAGE}.report.charts.projections",
    "altair",
)


@st.cache_resource(show_spinner=False)
def warm() -> threading.Thread:
    """Start the work once a server; a page that needs an import earlier waits for it.

    What a deletion or a reader that was killed has left is removed first.
    """
    thread = threading.Timer(DELAY, _work, [subject.home()])
    thread.daemon = True
    thread.start()
    return thread


def _work(home: Path) -> None:
    remove_leftovers(home)
    temporary_folders.remove_leftovers()
    keep_one_waiting()
    for name in SLOW:
        importlib.import_module(name)
