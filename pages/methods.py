"""Methods: several methods run on one table and compared on the same hold-out rows."""

from __future__ import annotations

import streamlit as st

from core.app import elements, method_choice, method_comparison, method_runs, session, subject
from core.app.field_labels import PRESET_NAMES
from core.app.markdown import counted
from core.app.start_runs import ready, start_all
from core.config import run_config
from core.data.dataset import Dataset
from core.modalities.catalog import modality_of
from core.pipeline.method_runs import in_catalog_order, newest_per_method, row_hashes, runs_on_same_rows
from core.runs.run_folder import RunFolder
from core.synthesis.methods.method_info import has_several_methods

PRESETS = {
    "fast": "Small networks, a minute or a few for each method. To look around; the figures prove little.",
    "default": "Enough for each method to show what it can do. Minutes for each, more for large tables.",
    "paper": "The settings that each method's authors published. Up to hours for each; better on a GPU.",
}

SEED = "methods-seed"
OTHERS = "Run other methods on this table"


def settings(dataset: Dataset) -> None:
    """Show methods, preset, seed and the button."""
    names = method_choice.methods(dataset.schema.data_kind)
    left, right = st.columns([2, 1])
    preset = left.radio(
        "Preset, for all of them",
        list(PRESETS),
        format_func=PRESET_NAMES.__getitem__,
        captions=list(PRESETS.values()),
        key="methods-preset",
        persist_state="session",
    )
    with right:
        seed = int(st.number_input("Seed", 0, 2**31 - 1, 0, key=SEED, persist_state="session"))
        st.caption(
            "Fixes all random choices, also which rows are kept aside to test, unless the table has its own test file. "
            "Only runs with the same test rows are compared."
        )
    label = f"Run {counted(len(names), 'method')}" if names else "Run them"
    if st.button(label, type="primary", disabled=not names, key="run-methods"):
        with elements.show_errors():
            with st.spinner("Preparing the runs …"):
                start_all(dataset, [run_config(method=name, preset=preset, seed=seed) for name in names])
            st.rerun()
    if not names:
        st.caption("Choose at least one method. They run one after the other, and this page shows their progress.")


def of_table(dataset: Dataset, seed: int) -> list[RunFolder]:
    """Return the runs of this table, the newest first."""
    hashes = session.cached(("rows", session.dataset_key(), seed), lambda: row_hashes(dataset, seed))
    return runs_on_same_rows(subject.runs().values(), hashes, dataset.schema)


def page(dataset: Dataset) -> None:
    """Show the choice of methods, the runs in progress, and the results."""
    found = of_table(dataset, int(st.session_state.get(SEED, 0)))
    with st.expander(OTHERS if found else "Which methods, and how", expanded=not found), elements.show_errors():
        settings(dataset)
    if not found:
        st.info("No method has been run on this table yet.")
        return
    latest = newest_per_method(found)
    method_runs.in_progress([folder for folder in found if method_runs.is_shown(folder, latest)])
    done = in_catalog_order(newest_per_method(folder for folder in found if method_runs.is_done(folder)))
    if done:
        with elements.show_errors():
            method_comparison.show(done)
        method_runs.finished_runs(done)


elements.page_header(
    "Methods",
    "Evenhand's own method and published ones, run on your table and judged by the same audit on the same real test "
    "rows, kept aside.",
)
with elements.show_errors():
    table = ready(session.dataset())
    if table is not None and not has_several_methods(table.schema.data_kind):
        what = modality_of(table.schema).words.many
        st.info(f"The other methods make tables, and these are {what}; only Evenhand's own method can learn them.")
        elements.page_link("train", "To training", main=True)
    elif table is not None:
        page(table)
