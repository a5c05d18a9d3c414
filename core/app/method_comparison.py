"""Comparison of the finished runs of one table: fairness against utility, figures, time and size."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.app import elements, run_results
from core.app.field_labels import PRESET_NAMES
from core.app.folded import folded
from core.app.markdown import plain
from core.audit.display_names import attribute_title
from core.pipeline.method_runs import read_method_run
from core.report.charts import methods as charts
from core.report.output.csv_files import as_csv, file_name
from core.report.tables import methods
from core.report.tables.base import Table
from core.report.tables.method_run import MethodRun
from core.runs.run_folder import RunFolder

# What can be compared, by the protocol that measures it.
PRODUCTS = {"A": "Rows and decisions", "C": "Representations"}
WIDTH = 900


def show(folders: Sequence[RunFolder]) -> None:
    """Show parity against accuracy and the cost of each method, the tables behind them folded."""
    st.header("Comparison", anchor=False)
    runs = _of_preset([read_method_run(folder, run_results.records(folder)) for folder in folders])
    left, right = st.columns(2)
    protocol = _protocol(runs, left)
    sensitive = _attribute(runs, right)
    drawn = charts.plane(runs, sensitive, protocol)
    if drawn is None:
        st.info("No finished method was measured in this way.")
    else:
        elements.figure(drawn, with_table=False, width=WIDTH)
    for sentence in methods.not_drawn(runs, sensitive, protocol):
        st.caption(plain(sentence))
    _table("Show data: the figures of each method", methods.results_table(runs, sensitive, protocol))
    elements.figures(charts.cost(runs), with_table=False)
    _table("Show data: time and size", methods.cost_table(runs))


def _of_preset(runs: list[MethodRun]) -> list[MethodRun]:
    """Return the runs of the chosen preset, where there are several presets."""
    presets = list(dict.fromkeys(run.preset for run in runs))
    if len(presets) == 1:
        return runs
    every = "all"
    chosen = st.segmented_control(
        "Presets",
        [every, *presets],
        default=every,
        required=True,
        format_func=lambda preset: PRESET_NAMES.get(preset, preset.capitalize()),
        key="shown-presets",
    )
    return [run for run in runs if chosen in (every, run.preset)]


def _protocol(runs: Sequence[MethodRun], place: st.delta_generator.DeltaGenerator) -> str:
    """Return the protocol to plot, by choice where there are several."""
    there = [name for name in PRODUCTS if any(run.source(name) for run in runs)]
    if len(there) < 2:
        return there[0] if there else "A"
    chosen = place.segmented_control(
        "What is judged",
        there,
        default=there[0],
        required=True,
        format_func=PRODUCTS.__getitem__,
        key="methods-protocol",
    )
    return str(chosen)


def _attribute(runs: Sequence[MethodRun], place: st.delta_generator.DeltaGenerator) -> str:
    """Return the attribute whose groups are compared, by choice where there are several."""
    names = methods.attributes(runs)
    if len(names) < 2:
        return names[0] if names else ""
    return str(place.selectbox("Groups by", names, format_func=attribute_title, key="methods-attribute"))


def _table(label: str, found: Table) -> None:
    def show() -> None:
        name = file_name("", found.title)
        elements.table(found)
        st.download_button("Download as CSV", as_csv(found), name, "text/csv", key=name, on_click="ignore")

    folded(label, label, show)
