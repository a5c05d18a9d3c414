"""The widgets that say how much each row with a model's decisions counts."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.app import elements, session
from core.app.field_labels import LABELS, in_words
from core.app.markdown import plain
from core.data.column import Kind, Role
from core.data.dataset import Dataset
from core.data.replicates import USUAL_FAY, ReplicateColumns, ReplicateMethod, likely_replicates
from core.data.weights import WeightColumn, WeightKind, read_all_weights
from core.errors import EvenhandError

_KINDS = {"How many people a drawn row stands for": "survey", "How many equal people a row summarises": "frequency"}
_METHODS: Final[dict[str, ReplicateMethod]] = {
    "Successive differences (American Community Survey)": "successive-difference",
    "Balanced repeated replication (BRR)": "brr",
    "BRR, Fay's variant": "fay",
    "Jackknife, one cluster left out": "jackknife",
    "Bootstrap": "bootstrap",
}


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
        is_frequency = _KINDS.get(st.session_state.get("weight-kind", "")) == "frequency"
        kept = weight.replicates if weight is not None and weight.column == name and not is_frequency else None
        kind: WeightKind = "frequency" if is_frequency else "survey"
        session.edit_weight(None if name is None else WeightColumn(name, kind, kept))

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
    if weight.kind == "survey":
        _replicates(dataset, weight)
    found, notes = _read(dataset)
    if found:
        elements.problem(found)
    for note in notes:
        st.caption(plain(note))


def problem(dataset: Dataset) -> str:
    """Return what is wrong with the weights; empty if nothing is, or if there are none."""
    return _read(dataset)[0]


def _replicates(dataset: Dataset, weight: WeightColumn) -> None:
    """Ask how the survey made its replicate weights, if the table has columns that number the one of the weights."""
    known = weight.replicates
    names = likely_replicates(weight.column, dataset.schema.names) if known is None else known.columns
    if not names:
        return

    def change() -> None:
        method = st.session_state["replicate-method"]
        fay = st.session_state.get("replicate-fay", USUAL_FAY)
        chosen = None if method is None else ReplicateColumns(names, _METHODS[method], fay)
        session.edit_weight(WeightColumn(weight.column, weight.kind, chosen))

    words = {method: text for text, method in _METHODS.items()}
    label = LABELS["replicate_weights"]
    st.session_state["replicate-method"] = None if known is None else words[known.method]
    st.selectbox(
        f"{label}: {len(names)} columns, {plain(names[0])} to {plain(names[-1])}",
        list(_METHODS),
        index=None,
        key="replicate-method",
        on_change=change,
        placeholder="Not used: intervals as if people were drawn one by one",
        help="How the survey made them, as its documentation says. Intervals then hold for drawn households, areas "
        "and strata too.",
    )
    if known is not None and known.method == "fay":
        st.session_state["replicate-fay"] = known.fay
        st.number_input("Fay's coefficient", 0.0, 0.99, key="replicate-fay", on_change=change, step=0.1)


def _read(dataset: Dataset) -> tuple[str, tuple[str, ...]]:
    """Return what is wrong with the weights, if anything is, and the notes on them; read once for a table."""
    weight = session.weight()
    if weight is None:
        return "", ()

    def read() -> tuple[str, tuple[str, ...]]:
        try:
            return "", tuple(read_all_weights(dataset.frame, weight)[2])
        except EvenhandError as error:
            return in_words(error.problem), ()

    return session.cached(("weights", session.dataset_key(), weight), read)
