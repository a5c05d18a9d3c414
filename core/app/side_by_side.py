"""Finished runs side by side: what each is and found, one criterion in pictures, the plane, settings that differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.app import elements, run_results, session, subject
from core.app.markdown import plain
from core.audit.metrics.catalog import describe
from core.pipeline.method_runs import read_method_run
from core.pipeline.run_list import ListedRun
from core.pipeline.side_by_side import MAX_RUNS, differing_settings, runs_by_rows
from core.report.charts import methods as planes
from core.report.charts.side_by_side import criteria, criterion_figures
from core.report.tables import methods
from core.report.tables.method_run import MethodRun
from core.runs.run_folder import RunFolder
from core.runs.state import Status

LINK: Final = "beside"
_PLANE_WIDTH: Final = 900
_MAX_NAME: Final = 28  # characters beside a mark


def is_open() -> bool:
    """Return whether the link names runs to set side by side."""
    return bool(st.query_params.get_all(LINK))


def open_with(names: Sequence[str]) -> None:
    """Put these runs into the link and draw the page again."""
    st.query_params[LINK] = list(names)
    st.rerun()


def show(listed: Sequence[ListedRun]) -> None:
    """Show the runs in the link.

    Args:
        listed: All runs.
    """
    st.header("Runs side by side", anchor=False)
    if st.button("Back to all runs", icon=":material/arrow_back:"):
        del st.query_params[LINK]
        st.rerun()
    done = {one.name: one for one in listed if one.status is Status.DONE}
    wanted = list(dict.fromkeys(st.query_params.get_all(LINK)))[:MAX_RUNS]
    for name in wanted:
        if name not in done:
            elements.problem(f"There is no finished run {name!r} on this machine.")
    runs = [done[name] for name in wanted if name in done]
    if len(runs) < 2:
        st.info("Choose two or more finished runs in the list.")
        return
    for one in runs:
        subject.log_opened(one.folder)
    _heads(runs)
    names = _names(runs)
    with elements.show_errors():
        _pictures([one.folder for one in runs], names)
        table = differing_settings([one.folder for one in runs], list(names.values()))
        if table.rows:
            elements.table(table)
        else:
            st.caption("No setting differs.")


def _names(runs: Sequence[ListedRun]) -> dict[str, str]:
    """Return what pictures call each run, by folder name: its name cut short, with its place where two agree."""
    short = [name if len(name := one.shown_name) <= _MAX_NAME else f"{name[:_MAX_NAME]}…" for one in runs]
    return {
        one.name: f"{name}, {place}" if short.count(name) > 1 else name
        for place, (one, name) in enumerate(zip(runs, short, strict=True), start=1)
    }


def _heads(runs: Sequence[ListedRun]) -> None:
    for column, one in zip(st.columns(len(runs)), runs, strict=True):
        with column, st.container(border=True):
            st.markdown(f"**{plain(one.shown_name)}**")
            st.caption("  \n".join(plain(line) for line in one.lines))
            if one.headline.text:
                st.markdown(plain(one.headline.text))
            elements.page_link("compare", "Open it", name=one.name)


def _pictures(folders: Sequence[RunFolder], names: dict[str, str]) -> None:
    """Show the pictures of the runs, those of the same rows together."""
    groups = [[_method_run(folder, names[folder.path.name]) for folder in group] for group in runs_by_rows(folders)]
    if len(groups) > 1:
        st.info(
            "Not all were measured on the same rows with the same outcome, so their figures may differ for that reason "
            "alone. They are drawn apart, without a plane that all share."
        )
    metric = _criterion(groups)
    for group in groups:
        if len(groups) > 1:
            st.subheader(plain(" and ".join(one.title for one in group)), anchor=False)
        if metric is not None:
            drawn = criterion_figures(group, metric)
            elements.figures(drawn)
            if not drawn:
                st.caption("No figure of this criterion: too few test rows, or it does not apply.")
        _planes(group)


def _method_run(folder: RunFolder, called: str) -> MethodRun:
    key = ("side by side", run_results.key(folder), called)
    return session.cached(key, lambda: read_method_run(folder, run_results.records(folder), called))


def _criterion(groups: Sequence[Sequence[MethodRun]]) -> str | None:
    """Return the criterion to draw, by choice where there are several."""
    there = list(dict.fromkeys(metric for group in groups for metric in criteria(group)))
    if not there:
        st.info("These runs have no fairness figures of a model to draw.")
        return None
    chosen = st.segmented_control(
        "Criterion",
        there,
        default=there[0],
        required=True,
        format_func=lambda one: describe(one).label,
        key="beside-criterion",
    )
    return str(chosen)


def _planes(runs: Sequence[MethodRun]) -> None:
    """Show parity against accuracy for each attribute, where two runs or more can be drawn."""
    made = [run for run in runs if run.source("A") or run.source("C")]
    protocol = "A" if sum(run.source("A") is not None for run in made) > 1 else "C"
    if sum(run.source(protocol) is not None for run in made) < 2:
        return
    for sensitive in methods.attributes(made):
        drawn = planes.plane(made, sensitive, protocol)
        if drawn is not None:
            elements.figure(drawn, width=_PLANE_WIDTH)
