"""The choice of what a table holds: people, decisions of a model, or counts of people by group."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.app import count_columns, decision_columns, elements, session
from core.app.field_labels import LABELS
from core.data.dataset import Dataset
from core.data.inference.decision_notes import named_features

PEOPLE: Final = "People and an outcome"
DECISIONS: Final = "Decisions of a model"
COUNTS: Final = "Counts by group"


def choose(dataset: Dataset) -> None:
    """Show the choice of what the table holds; it begins with what names and content of the columns tell."""
    learned = named_features(dataset.schema, dataset.frame)
    counts = count_columns.chosen() is not None
    now = COUNTS if counts else PEOPLE if session.decisions() is None else DECISIONS

    def change() -> None:
        chosen = st.session_state["holds"]
        session.edit_decisions(decision_columns.proposal(dataset) if chosen == DECISIONS else None, None)
        count_columns.keep(count_columns.guess(dataset) if chosen == COUNTS else None)

    st.session_state["holds"] = now
    st.segmented_control(
        "What does the table hold?",
        [PEOPLE, DECISIONS, COUNTS],
        key="holds",
        on_change=change,
        required=True,
        help="Decisions of a model: a column holds what a model predicted or scored, beside the outcome that came "
        "true. The model is then audited as it is, and none is trained. Counts by group: a line a group, with how many "
        "people applied and how many of them were selected.",
    )
    if learned and now == PEOPLE:
        listed = ", ".join(f"“{name}”" for name in learned)
        elements.problem(
            f"{listed}: named like the decisions of a model. Models that are trained here would learn from them. "
            f"Choose “{DECISIONS}” above to audit them, or set their role to ignored under “{LABELS['schema']}”."
        )
