"""Compare: original and synthetic rows side by side, in figures and plots."""

from __future__ import annotations

import streamlit as st

from core.app import (
    decision_results,
    distributions,
    elements,
    external_file,
    fairness_results,
    feature_importance,
    galleries,
    projections,
    run_results,
)
from core.app.page_words import speak_of
from core.modalities.catalog import modality_of
from core.pipeline import audited_roles
from core.runs.run_folder import RunFolder
from core.synthesis.methods.method_info import has_several_methods

SECTIONS = {
    "fairness": ("Fairness and utility", fairness_results.show),
    "galleries": ("Images", galleries.show),
    "projections": ("Similarity map", projections.show),
    "columns": ("Columns", distributions.show),
    "shap": ("Drivers", feature_importance.show),
    "shuffled": ("Drivers", feature_importance.show_shuffled),
    "external": ("Another file", external_file.show),
}


def page(folder: RunFolder) -> None:
    """Show one section at a time; each may take a while. An audit of a model's decisions has one."""
    speak_of(folder.schema.read())
    if lacking := run_results.lacks_rows(folder):
        st.info(lacking)
    if audited_roles(folder).columns:
        with elements.show_errors():
            decision_results.show(folder)
        return
    sections = dict(SECTIONS[key] for key in modality_of(folder.schema.read()).sections)
    if st.session_state.get("section") not in sections:
        st.session_state.pop("section", None)
    chosen = st.segmented_control(
        "What to compare",
        list(sections),
        default=next(iter(sections)),
        key="section",
        persist_state="session",
        label_visibility="collapsed",
    )
    # Each section has its own placeholder: the previous one disappears at once, not when the next one is finished.
    places = {name: st.empty() for name in sections}
    if chosen is None:
        st.info("Choose above what to compare.")
    else:
        with places[chosen].container(), elements.show_errors():
            elements.unseen_header(chosen)
            sections[chosen](folder)


elements.page_header(
    "Compare",
    "What the audit found. The original data and whatever was made from them are measured on the same real data.",
)
run = run_results.finished_run()
if run is not None:
    page(run)
    modality = modality_of(run.schema.read())
    with st.container(horizontal=True, vertical_alignment="center"):
        elements.page_link("report", "Next: the report", main=True)
        if run_results.makes_rows(run):
            elements.page_link("generate", f"Generate more {modality.words.many}")
        if not run.is_audit() and has_several_methods(run.schema.read().data_kind):
            elements.page_link("methods", "Compare with other methods")
