"""Start of runs: prepared here, carried out by processes of their own."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.app import elements, session, subject
from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.readiness import check_ready
from core.errors import EvenhandError, RunError
from core.pipeline import prepare
from core.runs import jobs
from core.runs.limits import check_room
from core.runs.naming import new_run_path
from core.runs.run_folder import RunFolder


def ready(dataset: Dataset | None) -> Dataset | None:
    """Return the table if it can be trained on; else say what to do."""
    if dataset is None:
        st.info("There is no table yet. Choose one first.")
        elements.page_link("data", "Choose a table", main=True)
        return None
    if session.decisions() is not None and not dataset.schema.features:
        st.info(
            "This table holds the decisions of a model, and no other column to learn from. Audit the decisions, or add "
            "the columns that describe the people."
        )
        elements.page_link("audit", "Audit the decisions", main=True)
        return None
    try:
        check_ready(dataset.frame, dataset.schema)
    except EvenhandError as error:
        elements.show_error(error)
        elements.page_link("data", "Fix that on the Data page", main=True)
        return None
    return dataset


def under_way(folder: RunFolder | None) -> bool:
    """Return whether this run waits or runs."""
    return folder is not None and jobs.status(folder.path).alive


def start(dataset: Dataset, config: RunConfig) -> None:
    """Make a run of the session's own and hand it to a process that outlives tab and server.

    Raises:
        RunError: The session's run is still under way.
        EvenhandError: The table or a setting cannot be used.
    """
    if under_way(subject.run()):
        raise RunError("Your last run is still in progress. Wait for its end or cancel it, then start another.")
    name = _submitted(dataset, config).path.name
    if dataset is session.dataset():
        session.became_run(name)
    else:
        subject.open_run(name)


def start_all(dataset: Dataset, configs: Sequence[RunConfig]) -> None:
    """Make a run of each, named after table and method; they wait for one another by themselves.

    Raises:
        EvenhandError: The table or a setting cannot be used; the runs before it are on their way.
    """
    for config in configs:
        _submitted(dataset, config, config.method)


def _submitted(dataset: Dataset, config: RunConfig, by: str = "") -> RunFolder:
    check_room(subject.home())
    folder = prepare(dataset, config, new_run_path(subject.home(), dataset.name, by))
    jobs.submit(folder.path)
    return folder
