"""Import of slow libraries while the first page is read."""

from __future__ import annotations

import importlib
import threading
from pathlib import Path
from typing import Final

import streamlit as st

from core.app import subject
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
    """Start the imports once a server; a page that needs one earlier waits for that one.

    What a deletion that was killed has left beside the runs is removed first.
    """
    thread = threading.Timer(DELAY, _work, [subject.home()])
    thread.daemon = True
    thread.start()
    return thread


def _work(home: Path) -> None:
    remove_leftovers(home)
    for name in SLOW:
        importlib.import_module(name)
