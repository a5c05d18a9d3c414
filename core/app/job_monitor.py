"""The progress of a job: status, stages, loss curves, time left, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import streamlit as st

from core.app import elements, run_results, session, subject
from core.app.field_labels import in_words
from core.app.markdown import duration, plain
from core.app.styles import Space
from core.config import RunConfig
from core.data.schema import Schema
from core.errors import EvenhandError
from core.events import Event
from core.modalities.catalog import modality_of
from core.pipeline.time_left import Progress, progress, usual_seconds
from core.report.charts.losses import loss_curves
from core.runs import jobs
from core.runs.artifacts import PRIVATE
from core.runs.generation_folder import GenerationFolder
from core.runs.run_folder import RunFolder
from core.runs.state import State, Status
from core.synthesis.base import CODEBOOK, ENCODERS, LEARN, TEACHER

EVERY_SECONDS: Final = 1.5
_MAX_MISSED: Final = 3
TRADE_OFF: Final = "repair_level_search"
PICTURES: Final = "pictures"
TRAINING: Final = (*ENCODERS, "labels")
STAGES: Final = {
    PRIVATE: "Private rows: learned from the train rows with noise; all later steps learn from these rows alone",
    TRADE_OFF: "Trade-off: the amount of outcome repair for the target is tried on a part of the rows",
    "teacher": "Full model: learns the rows without the sensitive columns",
    CODEBOOK: "Shared codes: rows are rebuilt from codes that all groups use alike",
    "student": "Compact model: learns from the full model",
    "labels": "Outcome repair: which outcomes must be altered",
    LEARN: "Learning: the method learns from the train rows",
    "generate": "Rows: the synthetic table is drawn",
    "audit": "Audit: everything is measured on real test rows, kept aside",
    PICTURES: "Pictures: drivers and similarity maps, for Compare and the report",
}
ENDS: Final = {
    Status.QUEUED: "It is prepared, but no process is working on it.",
    Status.FAILED: "It stopped because of a problem.",
    Status.INTERRUPTED: "It was interrupted.",
}


def stages_of(folder: RunFolder) -> dict[str, str]:
    """Return the stages of this run with their titles, as its method and settings require."""
    stages, words = [*TRAINING, "generate", "audit", PICTURES], STAGES
    with suppress(EvenhandError):  # it stopped before it was prepared, or its method is not known here
        config = run_results.config_of(folder)
        schema = folder.schema.read()
        one = config.method_info(schema)
        stages = [PRIVATE] if config.epsilon_dp is not None else []
        stages += [TRADE_OFF] if config.searches_repair_level else []
        stages += [*_training(config, schema), *(["generate"] if one.makes == "rows" else []), "audit"]
        stages += [PICTURES] if config.pictures != "none" else []
        words = {**STAGES, **modality_of(schema).words.stages}
    return {stage: words.get(stage, stage.capitalize()) for stage in stages}


def _training(config: RunConfig, schema: Schema) -> Iterator[str]:
    """Yield the stages in which the method learns; a table's full model may learn shared codes after its own stage."""
    teacher = getattr(config.settings_for(schema), TEACHER, None)
    for stage in config.method_info(schema).stages:
        yield stage
        if stage == TEACHER and schema.image is None and getattr(teacher, "codewords", None):
            yield CODEBOOK


def watch(path: Path, stages: Mapping[str, str], missed: Callable[[], Sequence[str]] = tuple) -> bool:
    """Show the job in ``path`` and follow it while it runs; true once it is done.

    Args:
        path: Its folder.
        stages: Its stages with their titles.
        missed: Returns, once it is done, in sentences where it missed its aim.
    """
    job = jobs.status(path)
    is_done = job.state.status is Status.DONE
    ended = missed() if is_done else ()
    st.fragment(_panel, run_every=EVERY_SECONDS if job.alive else None)(path, stages, ended, was_alive=job.alive)
    return is_done


def far(folder: RunFolder, job: jobs.Job) -> Progress:
    """Return how far a run is as a whole."""
    stages = list(stages_of(folder))
    key = ("usual seconds", folder.path.name, job.state.stage)
    usual = session.cached(key, lambda: usual_seconds(folder, stages, subject.runs().values()))
    return progress(stages, job.events, folder.stage_seconds.read(), usual)


def _panel(path: Path, stages: Mapping[str, str], missed: Sequence[str], *, was_alive: bool) -> None:
    with elements.show_errors():
        job = jobs.status(path)
        if was_alive != job.alive:
            st.rerun()
        _head(path, job, missed)
        _control(path, job)
        if job.state.status is Status.DONE:
            with st.expander("Show progress"):
                _progress(job, stages)
                elements.figures(loss_curves(job.events), across=3)
        else:
            _progress(job, stages)
            if "teacher" in stages or any(event.losses for event in job.events):
                _curves(path.name, job.events)


def how_it_ended(state: State) -> str:
    """Return why a job is not running though it is not finished, in the words of the pages."""
    why = state.message if state.problem is None else in_words(state.problem)
    return f"{ENDS.get(state.status, '')} {why}".strip()


def _head(path: Path, job: jobs.Job, missed: Sequence[str]) -> None:
    """Show the status in one line that is always there, so that nothing below it moves."""
    status = job.state.status
    if status is Status.QUEUED and job.alive:
        waits = "One run is carried out at a time; this one starts by itself."
        begins = f"Waiting: number {job.position} in the queue. {waits}" if job.position else "Starting …"
        st.info(f"{begins} You may close this tab.")
    elif status is Status.RUNNING:
        st.info(f"Working{_left(path, job)}. You may close this tab; this page's link leads back here.")
    elif status is Status.DONE:
        _finished(missed)
    else:
        st.warning(plain(how_it_ended(job.state)))


def _control(path: Path, job: jobs.Job) -> None:
    """Offer to stop a job that is alive, or to go on with one that stopped."""
    if job.alive:
        st.button("Cancel", key=f"cancel-{path.name}", on_click=cancel, args=(path,))
    elif job.resumable:
        st.button("Continue where it stopped", type="primary", key=f"go-{path.name}", on_click=again, args=(path,))


def _left(path: Path, job: jobs.Job) -> str:
    """Return how long the whole job still takes, if that is known; else which of its stages it is at."""
    if GenerationFolder.is_generation(path):
        return "" if job.seconds_left is None else f", {duration(job.seconds_left)}"
    now = far(RunFolder.open(path), job)
    if now.seconds_left is None:
        return f", stage {now.position} of {now.count}"
    return f", {duration(now.seconds_left)} for the whole run"


def _finished(missed: Sequence[str]) -> None:
    """Say that it is finished, and first of all whether it missed its aim."""
    if not missed:
        st.success("Finished.")
        return
    more = f" There is more of this kind ({len(missed) - _MAX_MISSED}): compare the results."
    said = " ".join(missed[:_MAX_MISSED]) + (more if len(missed) > _MAX_MISSED else "")
    st.warning(plain(f"Finished, but not all is equal. {said}"))


def _stage(stage: str, words: str, job: jobs.Job) -> None:
    events = [event for event in job.events if event.stage == stage]
    share = min(events[-1].step / max(events[-1].total, 1), 1.0) if events else 0.0
    if job.state.status is Status.DONE:
        share = 1.0
    st.progress(share, words)


def _progress(job: jobs.Job, stages: Mapping[str, str]) -> None:
    for stage, words in stages.items():
        _stage(stage, words, job)


def _curves(name: str, events: list[Event]) -> None:
    """Show the curves of the current stage; their place is kept, so that nothing below moves when they appear."""
    trained = [event for event in events if event.losses]
    now = [event for event in trained if event.stage == trained[-1].stage]
    with st.container(key=Space.CURVES.key(f"curves {name}")):
        if not now:
            st.caption("Loss curves appear here while models are trained.")
        elements.figures(loss_curves(now), across=4, with_table=False)


def cancel(path: Path) -> None:
    """Cancel a job; for a button."""
    with elements.show_errors():
        jobs.cancel(path)


def again(path: Path) -> None:
    """Continue a job; for a button."""
    with elements.show_errors():
        jobs.submit(path)
