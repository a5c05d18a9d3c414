"""Similarity maps: two clouds of points in one plane, and figures of how far they differ."""

from __future__ import annotations

import streamlit as st

from core.app import elements, run_results
from core.app.sections import keep_place
from core.app.styles import Space
from core.audit.explain.projections import METHODS, Projection
from core.audit.record_set import RecordSet
from core.modalities.catalog import modality_of
from core.pipeline.plots import read_projection
from core.pipeline.plots_on_demand import compute_projection
from core.report.charts import projections
from core.runs.run_folder import RunFolder
from core.synthesis.base import ENCODERS

LATENTS = "Full and compact model, latent features"
PAIRS = ("latents", "rows")
WIDTH = 430  # about as wide as high: a distance is the same in both directions
COLOURS = {"source": "by source", "group": "by sensitive group"}


def show(folder: RunFolder) -> None:
    """Show the choices, the map, and its figures."""
    st.caption(
        "Rows that are alike lie near one another. PCA keeps the directions in which the points differ most; t-SNE and "
        "UMAP keep neighbours together. Both clouds are projected together, so they share their axes. Latent features "
        "are a network's inner numbers for a row."
    )
    pairs = [pair for pair in PAIRS if _methods(folder, pair)]
    if not pairs:
        what = "is an audit and " if folder.is_audit() else ""
        st.info(f"This run {what}has kept no second cloud to compare with the original rows.")
        return
    left, middle, right = st.columns(3)
    names = {"latents": LATENTS, "rows": modality_of(folder.schema.read()).words.projection}
    pair = left.selectbox("Compare", pairs, format_func=lambda one: names[one], key="pair", persist_state="session")
    method = middle.selectbox(
        "Method",
        _methods(folder, pair),
        format_func=lambda one: projections.METHOD_NAMES[one],
        key="method",
        persist_state="session",
    )
    colour = right.selectbox(
        "Colour", list(COLOURS), format_func=lambda one: COLOURS[one], key="colour", persist_state="session"
    )
    keep_place(
        "Projecting the points; the first time this takes some seconds …",
        lambda: _projection(folder, pair, method, run_results.key(folder)),
        lambda found: _show_map(folder, found, colour),
        "map",
        Space.MAP,
    )


def _show_map(folder: RunFolder, found: Projection, colour: str) -> None:
    audited = RecordSet(run_results.records(folder)).main
    drawn = projections.scatter(found, "group" if colour == "group" else "source", audited)
    picture, numbers = st.columns([3, 2])
    with picture:
        elements.figure(drawn, with_table=False, width=WIDTH)
    with numbers:
        st.subheader("How similar, in figures", anchor=False)
        st.caption(
            "The map cannot measure this. How well the two are told apart: by a classifier (C2ST AUC); 0.5 means that "
            "it cannot, 1 that it always does. Pair distance, for latent features: the distance between the two points "
            "of one row over that between different rows; 0 is the same place."
        )
        elements.table(drawn.table, titled=False)


def _methods(folder: RunFolder, pair: str) -> list[str]:
    """Return the possible projections of two clouds; an audit has only those that were made with it."""
    if not folder.is_audit():
        encoders = all(folder.artifacts.has_latents(name) for name in ENCODERS)
        there = folder.synthetic.exists() if pair == "rows" else encoders
        return list(METHODS) if there else []
    return [method for method in METHODS if read_projection(folder, pair, method, []) is not None]


@st.cache_data(max_entries=24, show_spinner=False)
def _projection(_folder: RunFolder, pair: str, method: str, key: str) -> Projection:
    del key
    kept = read_projection(_folder, pair, method, run_results.records(_folder))
    if kept is not None:
        return kept
    return compute_projection(_folder, pair, method)
