"""The results of a finished run, cached for all sessions until the run ends again."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.app import elements, session, subject
from core.audit.records import Record
from core.audit.run import Latents
from core.config import RunConfig, run_config
from core.data.examples import Examples
from core.errors import EvenhandError
from core.findings.conclusions import Conclusions, conclude
from core.modalities.catalog import modality_of
from core.pipeline import all_records, effective_config
from core.report.tables.method_run import MAKES
from core.runs import jobs
from core.runs.generation_folder import GenerationFolder
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from core.synthesis.base import ENCODERS
from core.synthesis.methods.method_info import method_info


def finished_run() -> RunFolder | None:
    """Return the session's run if it is done; else say what is missing and where to go."""
    folder = subject.run()
    if folder is None:
        no_run("No finished run is open.")
        return None
    now = jobs.status(folder.path).state
    if now.status is not Status.DONE:
        unfinished(now.status)
        return None
    return folder


def unfinished(status: Status) -> None:
    """Say why a run has no results yet, and lead to what can be done about it."""
    if status is Status.FAILED:
        st.info("This run stopped because of a problem, so it has no results. Train says which, and how to go on.")
        elements.page_link("train", "See the problem", main=True)
        return
    st.info(f"This run has no results yet; it is {status}.")
    elements.page_link("train", "See its progress", main=True)


def no_run(missing: str) -> None:
    """Say what is ``missing``, and lead to the runs and to training."""
    st.info(f"{missing} Open one on the Start page, or train one.")
    with st.container(horizontal=True, vertical_alignment="center"):
        elements.page_link("start", "To the runs", main=True)
        elements.page_link("train", "To training")


def generator_run() -> RunFolder | None:
    """Return the session's run if it is done and can generate rows; else say what is missing and where to go."""
    folder = finished_run()
    if folder is None or makes_rows(folder):
        return folder
    if folder.is_audit():
        st.info("This run is an audit; nothing was learned, so it cannot generate rows.")
    else:
        st.info(f"{lacks_rows(folder)} It cannot generate any.")
    with st.container(horizontal=True, vertical_alignment="center"):
        elements.page_link("compare", "See what it found", main=True)
        elements.page_link("train", "Train on its table")
        elements.page_link("methods", "Other methods on its table")
    return None


def config_of(folder: RunFolder) -> RunConfig:
    """Return the run's settings.

    Raises:
        EvenhandError: It has no settings yet, or its method is not known here.
    """
    return run_config(**folder.config.read())


def makes_rows(folder: RunFolder) -> bool:
    """Return whether the run has left synthetic rows, and so can generate more."""
    return folder.synthetic.exists() and not folder.is_audit()


def lacks_rows(folder: RunFolder) -> str:
    """Return what a run without synthetic rows has instead; empty if it has some, or is an audit."""
    if folder.is_audit() or makes_rows(folder):
        return ""
    try:
        one = method_info(config_of(folder).method)
    except EvenhandError:
        return "This run has left no synthetic rows."
    return f"This run was made by {one.title}, which makes {MAKES[one.makes]} and no synthetic rows."


def sources(folder: RunFolder) -> dict[str, pd.DataFrame]:
    """Return the rows that the run has kept, by source: the original ones, and for a run the generated ones."""
    kept = [name for name in ENCODERS if folder.artifacts.has_table(name)]
    made = ["synthetic"] if folder.synthetic.exists() else []
    return {"original": table(folder, "train")} | {name: table(folder, name) for name in (*kept, *made)}


def key(folder: RunFolder | GenerationFolder) -> str:
    """Return a cache key of the run and the moment it ended."""
    now = folder.job.state()
    return f"{folder.path} {now.started} {now.finished}"


def records(folder: RunFolder) -> list[Record]:
    """Return the records of the run's audit, with those of times; not to be changed."""
    return _records(folder, key(folder))


def conclusions(folder: RunFolder) -> Conclusions:
    """Return what the records of the run let one conclude."""
    return session.cached(("conclusions", key(folder)), lambda: conclude(records(folder), folder.schema.read()))


def table(folder: RunFolder, name: str) -> pd.DataFrame:
    """Return a table of the run, or its ``synthetic`` rows; not to be changed."""
    return _table(folder, name, key(folder))


def examples(folder: RunFolder, name: str) -> Examples:
    """Return a table of the run, or its ``synthetic`` rows, with what belongs to the rows; not to be changed."""
    schema, frame = folder.schema.read(), table(folder, name)
    return Examples(frame, modality_of(schema).attachments(folder, schema, {name: frame}))


def repair_level(folder: RunFolder) -> float | None:
    """Return the repair level of the run's outcomes; ``None`` if they were not repaired."""
    labels = effective_config(folder).label_settings(folder.schema.read())
    return None if labels is None or labels.channel == "off" else labels.repair_level


def latents(folder: RunFolder, encoder: str) -> Latents:
    """Return the latents of the real rows; not to be changed."""
    return _latents(folder, encoder, key(folder))


@st.cache_resource(max_entries=8, show_spinner=False)
def _records(_folder: RunFolder, key: str) -> list[Record]:
    del key
    return all_records(_folder)


@st.cache_resource(max_entries=12, show_spinner=False)
def _table(_folder: RunFolder, name: str, key: str) -> pd.DataFrame:
    del key
    if name == "synthetic":
        return _folder.synthetic.read()
    return _folder.artifacts.table(name)


@st.cache_resource(max_entries=4, show_spinner=False)
def _latents(_folder: RunFolder, encoder: str, key: str) -> Latents:
    del key
    found = _folder.artifacts.latents(encoder)
    return Latents(found.train, found.holdout)


def forget() -> None:
    """Drop what is cached of all runs; it is read again when a page shows it."""
    for cache in (_records, _table, _latents):
        cache.clear()
