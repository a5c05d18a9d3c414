"""What the app keeps in memory of a run, dropped when the run is deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.app import galleries, run_results, subject


def forget(path: Path) -> None:
    """Drop what all sessions share of the runs, and close the run in this session if it is the session's.

    The results of other runs are dropped too, since a cache does not say whose they are; they are read again.
    """
    forget_all()
    if subject.now() == subject.Subject(subject.RUN, path.name):
        subject.choose(None)
    drop_deleted()


def forget_all() -> None:
    """Drop what all sessions share of runs; it is read again when a page shows it."""
    st.cache_data.clear()
    run_results.forget()
    galleries.forget()


def drop_deleted() -> None:
    """Drop this session's results of runs that are deleted, by this session or any other."""
    store: dict[tuple[object, ...], object] = st.session_state.get("cached", {})
    there = {path.name for path in subject.home().iterdir()} if subject.home().is_dir() else set()
    for key, value in list(store.items()):
        names = [name for part in key if isinstance(part, str) and (name := _run_in(part, there.__contains__))]
        if key[0] == "decisions" and isinstance(value, str):  # the run that holds what was found of the decisions
            names.append(value)
        if any(name not in there for name in names):
            del store[key]


def _run_in(text: str, is_there: Callable[[str], bool]) -> str:
    """Return the name of the run that a cache key of results is about; empty if it is about none.

    A key begins with the path of the run, and a blank or the path of a generation follows. Names may hold blanks, so
    the names that are there are tried first.
    """
    home = f"{subject.home()}/"
    if not text.startswith(home):
        return ""
    rest = text.removeprefix(home)
    words = rest.partition("/")[0].split(" ")
    found = (" ".join(words[:count]) for count in range(len(words), 0, -1))
    return next(filter(is_there, found), words[0])
