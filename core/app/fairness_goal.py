"""The choice of a fairness goal on the Train page, and what each goal would cost."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.app import elements, session
from core.app.field_labels import LABELS
from core.app.hyperparameters import changed_from_preset, widget_state
from core.audit.thresholds.criterion_costs import CriterionCosts
from core.data.dataset import Dataset
from core.report.charts import criterion_costs as charts
from core.synthesis.settings import PRESETS

CRITERIA = {
    "demographic_parity": "Equal shares selected (demographic parity)",
    "equalized_odds": "Equal error rates (equalized odds)",
    "equal_opportunity": "Equal shares selected of those who qualify (equal opportunity)",
}


def choice(name: str, dataset: Dataset) -> dict[str, Any]:
    """Show the choice of a fairness goal, and on request what each goal would cost on this table."""
    base = PRESETS[name].labels
    if base.channel == "off":
        return {}
    chosen = st.radio(
        LABELS["criterion"],
        list(CRITERIA),
        index=list(CRITERIA).index(base.criterion),
        format_func=lambda one: CRITERIA[one],
        **widget_state(name, "criterion"),
    )
    st.caption(
        "What a model trained on the synthetic rows should equalise. Where outcomes differ between groups in the real "
        "rows, no useful model has all of it: equal shares selected make error rates differ, and vice versa."
    )
    key = ("criterion costs", session.dataset_key())
    if session.is_cached(key) or st.button("Show what each goal would cost"):
        with elements.show_errors():
            costs = session.cached(key, lambda: _costs(dataset))
            elements.figures([charts.figure(one) for one in costs], 1)
    return changed_from_preset(criterion=(chosen, base.criterion))


def _costs(dataset: Dataset) -> list[CriterionCosts]:
    from core.pipeline.criterion_costs import criterion_costs  # scikit-learn takes a second to import

    with st.spinner("Scoring the rows for each goal, a few seconds …"):
        return criterion_costs(dataset)
