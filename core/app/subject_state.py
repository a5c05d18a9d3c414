"""How far a session's subject is, in words: its state, and each step of the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.app import count_columns, session
from core.app.job_monitor import far
from core.data.dataset import Dataset
from core.data.readiness import MIN_AUDIT_ROWS, check_ready
from core.errors import EvenhandError
from core.runs import jobs
from core.runs.run_folder import RunFolder
from core.runs.state import Status

DONE: Final = "done"
NEXT: Final = "next"
_VISITED: Final = "visited"
_ENDS: Final = {
    Status.QUEUED: "not started",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
    Status.INTERRUPTED: "interrupted",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way.

    Args:
        name: The page's title.
        state: ``done``, ``next``, how far it is, or why it stopped; empty if it comes later.
    """

    name: str
    state: str = ""


def of_table(dataset: Dataset) -> tuple[str, tuple[Step, ...]]:
    """Return the state of the session's table, which has no run, and the steps."""
    if not _is_ready(dataset):
        return "roles to be chosen", _way(NEXT, "", "", "")
    if count_columns.chosen() is not None:
        return "table ready", (Step("Data", DONE), Step("Audit", NEXT))
    audited = session.is_cached(("audit", session.dataset_key())) or session.is_cached(session.decisions_key())
    state = "audited" if audited else "table ready"
    return state, _way(DONE, *((DONE, NEXT) if audited else (NEXT, "")), "")


def of_run(folder: RunFolder, job: jobs.Job) -> tuple[str, tuple[Step, ...]]:
    """Return the state of a run, and the steps."""
    status = job.state.status
    if status is Status.DONE:
        if folder.is_audit():
            compared, reported = _looked_at(folder)
            if not _trains(folder):
                return "audited", _way(DONE, DONE, "", compared, reported)
            train = "" if reported == NEXT else NEXT  # one step is next
            return "audited", _way(DONE, DONE, train, "" if compared == NEXT else compared, reported)
        return "finished", _way(DONE, DONE, DONE, *_looked_at(folder))
    if status is Status.RUNNING:
        now = far(folder, job)
        state = f"training, stage {now.position} of {now.count}" if now.share is None else f"training {now.share:.0%}"
    elif job.alive:
        state = f"waiting, number {job.position} in the queue" if job.position else "starting"
    else:
        state = _ENDS[status]
    return state, _way(DONE, "", "under way" if job.alive else state, "")


def _way(data: str, audit: str, train: str, compare: str, report: str = "") -> tuple[Step, ...]:
    names = ("Data", "Audit", "Train", "Compare", "Report")
    return tuple(Step(*pair) for pair in zip(names, (data, audit, train, compare, report), strict=True))


def visit(folder: RunFolder, page: str) -> None:
    """Remember that this session looked at a page with the run open."""
    st.session_state.setdefault(_VISITED, set()).add((str(folder.path), page))


def _trains(folder: RunFolder) -> bool:
    """Return whether something can be learned from the columns of an audit."""
    return not folder.schema.exists() or bool(folder.schema.read().features)


def _looked_at(folder: RunFolder) -> tuple[str, str]:
    """Return how far Compare and Report are, by what this session looked at with the run open."""
    seen = st.session_state.get(_VISITED, set())
    compared, reported = ((str(folder.path), page) in seen for page in ("Compare", "Report"))
    return (DONE, DONE if reported else NEXT) if compared else (NEXT, "")


def _is_ready(dataset: Dataset) -> bool:
    """Return whether the table can be audited."""
    request = count_columns.chosen()
    if request is not None:
        return not count_columns.problem(request)
    trains = session.decisions() is None
    key = ("ready", session.dataset_key(), trains)
    return session.cached(key, lambda: _passes(dataset, trains=trains))


def _passes(dataset: Dataset, *, trains: bool) -> bool:
    try:
        check_ready(dataset.frame, dataset.schema, rows=MIN_AUDIT_ROWS, trains=trains)
    except EvenhandError:
        return False
    return True
