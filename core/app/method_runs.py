"""The runs of one table: progress of those in progress, and links to those that are finished."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.app import elements, run_results
from core.app.field_labels import PRESET_NAMES
from core.app.job_monitor import EVERY_SECONDS, STAGES, again, cancel, how_it_ended
from core.app.markdown import duration, plain
from core.report.tables.method_run import MAKES
from core.runs import jobs
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from core.synthesis.methods.method_info import method_info

STAGE_NAMES = {stage: words.partition(":")[0] for stage, words in STAGES.items()}


def is_done(folder: RunFolder) -> bool:
    """Return whether the run is finished."""
    return folder.job.state().status is Status.DONE


def is_shown(folder: RunFolder, newest: Sequence[RunFolder]) -> bool:
    """Return whether a run is listed as in progress: it is, or it is the newest of its settings and did not finish."""
    if is_done(folder):
        return False
    return jobs.status(folder.path).alive or any(folder.path == other.path for other in newest)


def in_progress(folders: Sequence[RunFolder]) -> None:
    """Show a line for each run that waits, runs or stopped; the whole page is redrawn when one of them ends."""
    if not folders:
        return
    st.header("In progress", anchor=False)
    jobs_now = [jobs.status(folder.path) for folder in folders]
    alive = any(job.alive for job in jobs_now)
    st.fragment(_lines, run_every=EVERY_SECONDS if alive else None)(folders, [_turn(job) for job in jobs_now])
    if alive:
        st.caption("They run one after the other by themselves; you may close this tab.")


def finished_runs(folders: Sequence[RunFolder]) -> None:
    """Show a line for each finished run, with links to its pages."""
    st.header("Each run in full", anchor=False)
    for folder in folders:
        with st.container(border=True):
            left, right = st.columns([1, 1], vertical_alignment="center")
            with left:
                _name(folder)
            with right, st.container(horizontal=True):
                elements.page_link("compare", "Compare", name=folder.path.name)
                elements.page_link("report", "Report", name=folder.path.name)
                if run_results.makes_rows(folder):
                    elements.page_link("generate", "Generate more rows", name=folder.path.name)


def _lines(folders: Sequence[RunFolder], was: list[tuple[bool, Status]]) -> None:
    with elements.show_errors():
        jobs_now = [jobs.status(folder.path) for folder in folders]
        if [_turn(job) for job in jobs_now] != was:
            st.rerun()
        for folder, job in sorted(zip(folders, jobs_now, strict=True), key=lambda pair: _rank(pair[1])):
            with st.container(border=True):
                _line(folder, job)


def _turn(job: jobs.Job) -> tuple[bool, Status]:
    """Return the state whose change redraws the page."""
    return job.alive, job.state.status


def _rank(job: jobs.Job) -> tuple[bool, int]:
    """Return the sort key: running jobs first, then the queue in order, then those that stopped."""
    return not job.alive, job.position or 0


def _line(folder: RunFolder, job: jobs.Job) -> None:
    left, middle, right = st.columns([4, 6, 2], vertical_alignment="center")
    with left:
        _name(folder)
    with middle:
        _standing(job)
    with right:
        if job.alive:
            st.button("Cancel", key=f"cancel-{folder.path.name}", on_click=cancel, args=(folder.path,))
        elif job.resumable:
            st.button("Continue", key=f"go-{folder.path.name}", on_click=again, args=(folder.path,))


def _name(folder: RunFolder) -> None:
    config = run_results.config_of(folder)
    one = method_info(config.method)
    about = f"{PRESET_NAMES[config.preset].lower()}, seed {config.seed}, makes {MAKES[one.makes]}"
    st.markdown(f"**{plain(one.title)}**  \n:gray[{plain(about)}]")


def _standing(job: jobs.Job) -> None:
    status = job.state.status
    if status is Status.RUNNING:
        now = [event for event in job.events if event.stage == job.state.stage]
        share = min(now[-1].step / max(now[-1].total, 1), 1.0) if now else 0.0
        name = STAGE_NAMES.get(job.state.stage, job.state.stage.capitalize()) or "Beginning"
        left = "" if job.seconds_left is None else f", {duration(job.seconds_left)}"
        st.progress(share, plain(f"{name}{left}"))
    elif status is Status.QUEUED and job.alive:
        st.caption(f"Waiting: number {job.position} in the queue." if job.position else "Starting …")
    else:
        st.warning(plain(how_it_ended(job.state)))
