"""Drivers: SHAP importances of classifiers trained on original and on synthetic rows."""

from __future__ import annotations

import streamlit as st

from core.app import elements, run_results
from core.app.sections import keep_place
from core.audit.explain.shap_importance import PROTOCOL
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.modalities.catalog import modality_of
from core.pipeline.plots_on_demand import compute_importances
from core.report.charts import column_figures, image_importance
from core.runs.run_folder import RunFolder


def show(folder: RunFolder) -> None:
    """Show SHAP importances of both sources side by side; they are computed once a run."""
    st.caption(
        "How much each column influences the prediction (SHAP values). This shows what the model uses, never what "
        "causes the outcome. A sensitive column may act through another column that goes with it."
    )
    if run_results.lacks_rows(folder):
        st.info("This run made no rows to learn from, so only the model of the original rows is shown.")
    keep_place(
        "Training and explaining two models; this takes some seconds …",
        lambda: _records(folder, run_results.key(folder)),
        _show,
        "importances",
    )


def _show(records: list[Record]) -> None:
    drawn = column_figures.importances(RecordSet(records))
    if drawn is None:
        st.info("There is nothing to explain: no model could be trained on these rows.")
    else:
        elements.figure(drawn)


def show_shuffled(folder: RunFolder) -> None:
    """Show permutation importance and occlusion, which the run has kept."""
    modality = modality_of(folder.schema.read())
    st.caption(
        f"Values are exchanged between test {modality.words.many}, or covered, and the model predicts again. This "
        "shows what the model uses, never what causes the outcome."
    )
    effects = image_importance.shuffled(RecordSet(run_results.records(folder)))
    drawn = [one for one in (effects, *modality.explanations(folder)) if one is not None]
    if not drawn:
        st.info("This run was made without pictures (pictures: none). Run it again with pictures.")
    for one in drawn:
        elements.figure(one)


@st.cache_data(max_entries=8, show_spinner=False)
def _records(_folder: RunFolder, key: str) -> list[Record]:
    del key
    return list(RecordSet(run_results.records(_folder)).where(protocol=PROTOCOL)) or compute_importances(_folder)
