"""The widgets that say how much each row with a model's decisions counts."""

from __future__ import annotations

import streamlit as st

from core.app import elements, session
from core.app.field_labels import LABELS, in_words
from core.app.markdown import plain
from core.data.dataset import Dataset
from core.data.schema import Kind, Role
from core.data.weights import WeightColumn, read_weights
from core.errors import EvenhandError

_KINDS = {"How many people a drawn row stands for": "survey", "How many equal people a row summarises": "frequency"}


def show(dataset: Dataset) -> None:
    """Show which column holds weights, what a weight says, and what is wrong or left out."""
    weight = session.weight()
    decided = {one.column for one in session.decisions() or ()} | {session.model_column()}
    free = [
        column.name
        for column in dataset.schema.columns
        if column.role in (Role.FEATURE, Role.IGNORED)
        and (column.is_numeric or column.kind is Kind.BOOLEAN)
        and column.name not in decided
    ]

    def change() -> None:
        name = st.session_state["weight"]
        kind = _KINDS[st.session_state["weight-kind"]] if "weight-kind" in st.session_state else "survey"
        session.edit_weight(
            None if name is None else WeightColumn(name, "frequency" if kind == "frequency" else "survey")
        )

    st.session_state["weight"] = None if weight is None else weight.column
    st.selectbox(
        LABELS["weight"],
        free,
        index=None,
        key="weight",
        on_change=change,
        placeholder="None: every row counts once",
        help="A column that says how much each row counts. Every rate, gap and score is then weighted.",
    )
    if weight is None:
        return
    st.session_state["weight-kind"] = next(words for words, kind in _KINDS.items() if kind == weight.kind)
    st.radio(LABELS["weight_kind"], list(_KINDS), key="weight-kind", on_change=change)
    if found := problem(dataset):
        elements.problem(found)
        return
    for note in read_weights(dataset.frame, weight)[2]:
        st.caption(plain(note))


def problem(dataset: Dataset) -> str:
    """Return what is wrong with the weights; empty if nothing is, or if there are none."""
    weight = session.weight()
    if weight is None:
        return ""
    try:
        read_weights(dataset.frame, weight)
    except EvenhandError as error:
        return in_words(error.problem)
    return ""
