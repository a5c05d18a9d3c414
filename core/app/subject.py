"""What a session is about: one table that has no run yet, or one run. Every page reads it here, and the link names it.

A link with ``?run=NAME`` or ``?table=TOKEN`` decides, so that each tab has a subject of its own and a reload finds it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import streamlit as st

from core.app import drafts
from core.errors import RunError
from core.runs import access_log
from core.runs.run_folder import RunFolder, find_runs

RUN, TABLE = "run", "table"
_SUBJECT, _CLOSED, _LOGGED = "subject", "closed_run", "logged_runs"
_MAX_NAME: Final = 255  # characters of a link that are looked at


@dataclass(frozen=True, slots=True)
class Subject:
    """What a session is about.

    Args:
        kind: ``run`` or ``table``.
        name: The run's name, or the token of the table's draft; empty if the table is kept in memory only.
    """

    kind: str
    name: str

    @property
    def is_run(self) -> bool:
        """Whether it is a run."""
        return self.kind == RUN


def home() -> Path:
    """Return the folder that holds all runs."""
    return Path(os.environ.get("EVENHAND_RUNS", "runs"))


def runs() -> dict[str, RunFolder]:
    """Return all runs by name that who is behind the page may open, the newest first."""
    return {folder.path.name: folder for folder in find_runs(home())}


def now() -> Subject | None:
    """Return what the session is about, if something is chosen."""
    return cast("Subject | None", st.session_state.get(_SUBJECT))


def keep_link() -> None:
    """Make what the link names the session's subject, and put the subject into a link without one."""
    named = next(
        (Subject(kind, text[:_MAX_NAME]) for kind in (RUN, TABLE) if (text := st.query_params.get(kind))), None
    )
    if named is not None and not named.is_run and (run_name := drafts.run_of(home(), named.name)):
        named = Subject(RUN, run_name)
    choose(named or now(), closed=closed_run() if named in (None, now()) else "")
    kept = now()
    if kept is not None and not kept.is_run:
        drafts.hold(kept.name)


def choose(subject: Subject | None, closed: str = "") -> None:
    """Make this the session's subject, in its link too.

    Args:
        subject: The subject; ``None`` for none.
        closed: Name of the run that was closed because its table was changed into this one; empty if none was.
    """
    st.session_state[_SUBJECT], st.session_state[_CLOSED] = subject, closed
    for kind in (RUN, TABLE):
        name = subject.name if subject is not None and subject.kind == kind else ""
        if not name:
            st.query_params.pop(kind, None)
        elif st.query_params.get(kind) != name:
            st.query_params[kind] = name


def open_run(name: str) -> None:
    """Make a run the session's subject; its table is then the session's table."""
    choose(Subject(RUN, name))


def link(run_name: str | None = None) -> dict[str, str]:
    """Return query parameters that lead to a run, by default to the session's subject."""
    if run_name is not None:
        return {RUN: run_name}
    found = now()
    return {found.kind: found.name} if found is not None and found.name else {}


def run() -> RunFolder | None:
    """Return the session's run, if it is about one and there is one of that name in the runs' folder."""
    found = now()
    if found is None or not found.is_run or not any(path.name == found.name for path in _folders()):
        return None
    try:
        folder = RunFolder.open(home() / found.name)
    except RunError:
        _log_once(access_log.REFUSED, home() / found.name)
        return None
    log_opened(folder)
    return folder


def log_opened(folder: RunFolder) -> None:
    """Log that this session opened a run, once."""
    _log_once(access_log.OPENED, folder.path)


def _log_once(action: str, path: Path) -> None:
    key = f"{action} {path.name}"
    if key not in st.session_state.setdefault(_LOGGED, set()):
        access_log.record(action, path)
        st.session_state[_LOGGED].add(key)


def closed_run() -> str:
    """Return the name of the run that was closed because its table was changed; empty if none was."""
    return str(st.session_state.get(_CLOSED, ""))


def _folders() -> list[Path]:
    return [path for path in home().iterdir() if path.is_dir()] if home().is_dir() else []
