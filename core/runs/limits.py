"""What is accepted of new runs: jobs that wait or work, of all and of each person, and the disk that a person fills."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from core.errors import RunError
from core.runs import access
from core.runs.draft_folder import DRAFTS
from core.runs.tickets import jobs_in
from core.settings import Setting

MAX_JOBS: Final = Setting("EVENHAND_MAX_JOBS", 100)
"""Jobs that wait or work in one folder of runs."""
MAX_JOBS_EACH: Final = Setting("EVENHAND_MAX_JOBS_EACH", 10)
"""Of these, the jobs of one person, where people are told apart."""
MAX_GIB_EACH: Final = Setting("EVENHAND_MAX_GIB_EACH", 50)
"""Disk that the runs and tables of one person may fill before they make another, where people are told apart."""
_GIB: Final = 2**30


def check_room(queue: Path) -> None:
    """Check that who acts may submit one more job.

    Args:
        queue: The folder of the runs.

    Raises:
        RunError: As many jobs as this machine accepts wait or work, of all or of who acts; or their disk is full.
    """
    jobs = jobs_in(queue)
    if len(jobs) >= MAX_JOBS.value():
        raise RunError(
            f"{len(jobs):,} runs wait or work on this machine, and no more are accepted. Wait for the end of one, "
            f"cancel one, or raise {MAX_JOBS.variable} where Evenhand runs."
        )
    acting = access.viewer()
    if acting.opens_all:
        return
    mine = sum(access.owner_of(folder) == acting.name for folder in jobs)
    if mine >= MAX_JOBS_EACH.value():
        raise RunError(
            f"{mine:,} of your runs wait or work, and no more of one person are accepted. Wait for the end of one, "
            f"cancel one, or have {MAX_JOBS_EACH.variable} raised where Evenhand runs."
        )
    kept = [folder for place in ("*", f"{DRAFTS}/*") for folder in queue.glob(place) if folder.is_dir()]
    filled = sum(_size(folder) for folder in kept if access.owner_of(folder) == acting.name)
    if filled >= MAX_GIB_EACH.value() * _GIB:
        raise RunError(
            f"Your runs fill {filled / _GIB:,.1f} GiB, and no more of one person are accepted. Delete one on the Start "
            f"page, or have {MAX_GIB_EACH.variable} raised where Evenhand runs."
        )


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a job at work replaces its files meanwhile
            total += path.lstat().st_size if path.is_file() else 0
    return total
