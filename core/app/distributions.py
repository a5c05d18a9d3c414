"""Distributions: of each column in every source, and of pairs of columns."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.app import elements, run_results
from core.app.sections import keep_place
from core.audit.display_names import source_name
from core.audit.metrics.fidelity import pair_similarity
from core.audit.statistics.marginals import marginal
from core.data.column import Role
from core.pipeline.plots import read_plot_data
from core.report.charts import distributions
from core.report.charts.plot_data import PlotData
from core.runs.run_folder import RunFolder


def show(folder: RunFolder) -> None:
    """Show one column's distribution and the map of all pairs; an audit has those that were made with it."""
    schema = folder.schema.read()
    frames = run_results.sources(folder)
    kept = read_plot_data(folder) if folder.is_audit() else PlotData()
    names = [column.name for column in schema.columns if column.role is not Role.IGNORED]
    name = st.selectbox("Column", names, key="marginal", persist_state="session")
    left, right = st.columns(2)
    with left:
        found = next((one for one in kept.marginals if one.column.name == name), None)
        elements.figure(distributions.marginal(found or marginal(schema, name, frames)))
    with right:
        made = [name for name in reversed(frames) if name != "original"] or list(kept.pairs)[::-1]
        if not made:
            what = "This run is an audit of the original rows alone" if folder.is_audit() else "This run made no rows"
            st.info(f"{what}, so there are no other rows to compare pairs of columns in.")
            return
        source = st.selectbox(
            "Pairs of columns in", made, format_func=source_name, key="pairs-source", persist_state="session"
        )
        keep_place(
            "Comparing all pairs of columns …",
            lambda: kept.pairs.get(source) or _similarity(folder, source, run_results.key(folder)),
            lambda found: _show_pairs(found, source),
            "pairs",
        )


def _show_pairs(similarity: Mapping[tuple[str, str], float], source: str) -> None:
    drawn = distributions.associations(similarity, source)
    if drawn is None:
        st.info("There is no pair of columns to compare.")
    else:
        elements.figure(drawn)


@st.cache_data(max_entries=12, show_spinner=False)
def _similarity(_folder: RunFolder, source: str, key: str) -> dict[tuple[str, str], float]:
    del key
    return dict(
        pair_similarity(run_results.table(_folder, "train"), run_results.table(_folder, source), _folder.schema.read())
    )
