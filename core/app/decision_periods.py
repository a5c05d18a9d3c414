"""The widgets that say when each row with a model's decisions was decided."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.app import elements, session
from core.app.field_labels import LABELS, in_words
from core.app.markdown import plain
from core.data.column import Kind, Role
from core.data.dataset import Dataset
from core.data.periods import MAX_PERIODS, PeriodColumn, PeriodLength, read_periods
from core.data.sources.period_files import FILE_PERIOD
from core.errors import EvenhandError

_SHORTEST: Final = "The shortest that fits"
_LENGTHS: Final[dict[str, PeriodLength | None]] = {
    _SHORTEST: None,
    "Month": "month",
    "Quarter": "quarter",
    "Year": "year",
}


def show(dataset: Dataset) -> None:
    """Show which column holds dates or periods, the length of a period, and what is wrong or left out."""
    period, weight = session.period(), session.weight()
    decided = {one.column for one in session.decisions() or ()} | {session.model_column()}
    decided |= set() if weight is None else set(weight.columns)
    free = [one for one in dataset.schema.columns if one.role in (Role.FEATURE, Role.IGNORED)]

    def change() -> None:
        name = st.session_state["period-column"]
        is_date = name is not None and dataset.schema.column(name).kind is Kind.DATETIME
        length = _LENGTHS[st.session_state.get("period-length", _SHORTEST)] if is_date else None
        order = tuple(dict.fromkeys(dataset.frame[name])) if name == FILE_PERIOD else ()
        session.edit_period(None if name is None else PeriodColumn(name, length, order))

    st.session_state["period-column"] = None if period is None else period.column
    st.selectbox(
        LABELS["period_column"],
        [one.name for one in free if one.name not in decided and not one.is_identifying],
        index=None,
        key="period-column",
        on_change=change,
        placeholder="None: all rows together",
        help=f"A column with dates, or with labels in order, such as years: at most {MAX_PERIODS} periods. Rates and "
        "gaps are then followed over time.",
    )
    if period is None:
        return
    if dataset.schema.column(period.column).kind is Kind.DATETIME:
        st.session_state["period-length"] = next(words for words, one in _LENGTHS.items() if one == period.length)
        st.selectbox(LABELS["period"], list(_LENGTHS), key="period-length", on_change=change)
    if found := problem(dataset):
        elements.problem(found)
        return
    for note in read_periods(dataset.frame, dataset.schema, period)[1]:
        st.caption(plain(note))


def problem(dataset: Dataset) -> str:
    """Return what is wrong with the periods; empty if nothing is, or if there are none."""
    period = session.period()
    if period is None:
        return ""
    try:
        read_periods(dataset.frame, dataset.schema, period)
    except EvenhandError as error:
        return in_words(error.problem)
    return ""
