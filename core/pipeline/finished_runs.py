"""Finished runs that can generate rows, and the places of new files."""

from __future__ import annotations

import os
from pathlib import Path

from core.errors import ConfigError, RunError, change
from core.runs.jobs import Job, status
from core.runs.run_folder import RunFolder
from core.runs.state import Status


def finished_run(path: Path) -> RunFolder:
    """Open a finished run whose method makes rows.

    Raises:
        RunError: It is none; the sentence says why.
    """
    run = RunFolder.open(path)
    if run.is_audit():
        raise RunError(f"{path} is an audit without a fitted method, so it cannot generate rows.", field="run")
    job = status(path)
    if job.state.status is not Status.DONE:
        raise RunError(f"{path} is not a finished run ({job.state.status}); {_next_step(job)}.", field="run")
    check_makes_rows(run)
    return run


def check_makes_rows(run: RunFolder) -> None:
    """Raise a `RunError` if the run's method makes no rows."""
    if not run.synthetic.exists():
        raise RunError(f"The method of {run.path} generates no rows.")


def _next_step(job: Job) -> str:
    if job.alive:
        return "wait until it ends"
    return "resume it first" if job.resumable else "start a new run"


def check_place(out: Path, endings: str) -> None:
    """Raise a `ConfigError` if a file cannot be written at ``out``; ``endings`` says which endings it may have."""
    if out.is_dir():
        raise ConfigError(f"{str(out)!r} is a folder; give a file, {endings}.", field="out", remedies=[change("out")])
    if not out.parent.is_dir():
        raise ConfigError(
            f"The folder {str(out.parent)!r} does not exist; create it first.", field="out", remedies=[change("out")]
        )
    if not os.access(out.parent, os.W_OK | os.X_OK):
        raise ConfigError(
            f"The folder {str(out.parent)!r} is not writable; check its permissions.",
            field="out",
            remedies=[change("out")],
        )
