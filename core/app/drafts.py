"""The tables of all sessions that have no run yet: kept on this machine, and removed when no session is about them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.errors import RunError
from core.pipeline.drafts import Draft, read_draft, save_choices, save_draft, save_run_of
from core.pipeline.drafts import run_of as run_of_draft
from core.runs.draft_folder import KEPT_DAYS, DraftFolder, remove_old

WHERE_KEPT: Final = (
    "The file stays on the machine that runs Evenhand. It is read by way of the system's temporary folder; the table "
    "and its roles are then kept in a private folder beside the runs, so that a reload finds them. This copy is "
    f"removed when you train on it or choose another table, and at the latest {KEPT_DAYS} days after your last change."
)
_lock = threading.Lock()


def keep(home: Path, draft: Draft) -> str:
    """Keep a table in a new draft and return its token; drafts of this session's earlier tables are removed.

    Returns:
        The token; empty if the draft cannot be written, e.g. because the disk is full.
    """
    try:
        folder = DraftFolder.create(home)
        try:
            save_draft(folder, draft)
        except OSError:
            folder.remove()
            raise
    except OSError:
        return ""
    hold(folder.token)
    _release_others(home, folder.token)
    return folder.token


def update(home: Path, token: str, draft: Draft) -> bool:
    """Keep what a person chose for the table of a draft since; false if the draft is gone or cannot be written."""
    folder = DraftFolder.find(home, token)
    if folder is None or run_of(home, token):
        return False
    try:
        save_choices(folder, draft)
    except OSError:
        return False
    return True


def read(home: Path, token: str) -> Draft | None:
    """Return the table of a token; ``None`` if it is not kept, or damaged."""
    folder = DraftFolder.find(home, token)
    try:
        return None if folder is None else read_draft(folder)
    except (RunError, OSError):
        return None


def run_of(home: Path, token: str) -> str:
    """Return the name of the run that was made of the table of a token; empty if there is none."""
    folder = DraftFolder.find(home, token)
    try:
        return "" if folder is None else run_of_draft(folder)
    except (RunError, OSError):
        return ""


def became(home: Path, token: str, run: str) -> None:
    """Keep, instead of the table of a token, the name of the run that was made of it: older links lead to the run."""
    folder = DraftFolder.find(home, token)
    if folder is None:
        return
    try:
        save_run_of(folder, run)
    except OSError:
        folder.remove()


def hold(token: str) -> None:
    """Note that this session is about the table of a token."""
    with _lock:
        _holders().setdefault(token, set()).add(_session())


def _release_others(home: Path, kept: str) -> None:
    """Remove the drafts of the tables that this session was about before, where no other session is about them."""
    with _lock:
        mine = [token for token, sessions in _holders().items() if _session() in sessions and token != kept]
        for token in mine:
            _holders()[token].discard(_session())
        unused = [token for token in mine if not any(map(_is_open, _holders()[token]))]
        for token in unused:
            del _holders()[token]
    for token in unused:
        folder = DraftFolder.find(home, token)
        if folder is not None and not run_of(home, token):
            folder.remove()


@st.cache_resource(show_spinner=False)
def sweep(home: Path) -> None:
    """Remove drafts that are too old, once a server."""
    remove_old(home)


@st.cache_resource(show_spinner=False)
def _holders() -> dict[str, set[str]]:
    """Return the sessions that are about each token; shared by all sessions of the server."""
    return {}


def _session() -> str:
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


def _is_open(session: str) -> bool:
    return not runtime.exists() or runtime.get_instance().is_active_session(session)
