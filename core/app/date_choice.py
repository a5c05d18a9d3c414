"""The question how dates are meant that can be read in two ways, such as 01/02/2024."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.app import session
from core.app.markdown import plain
from core.data.column import Column
from core.data.dataset import Dataset
from core.data.forms.dates import date_formats
from core.data.inference.date_columns import TWO_READINGS, readings
from core.data.schema_editing import choose_date_format


def show(dataset: Dataset) -> None:
    """Ask for each column of such dates; until there is an answer, it is text."""
    loaded = session.loaded()
    for column in loaded.schema.columns:
        if TWO_READINGS in column.reason:
            _ask(dataset.schema.column(column.name), loaded.frame[column.name])


def _ask(column: Column, text: pd.Series) -> None:
    key = f"dates-{column.name}"
    distinct = text.dropna().drop_duplicates()
    meant = dict(zip(found := date_formats(distinct), readings(distinct, found), strict=True))

    def change() -> None:
        chosen = st.session_state[key]
        session.edit(lambda schema, loaded: choose_date_format(schema, loaded.frame, column.name, chosen))

    st.session_state[key] = column.datetime_format if column.datetime_format in meant else None
    st.selectbox(
        f"Dates of {plain(column.name)}",
        list(meant),
        index=None,
        key=key,
        format_func=meant.__getitem__,
        on_change=change,
        placeholder="Choose whether the day or the month stands first",
        help="Every value of the column is a date in both orders. Until you choose, the column is text.",
    )
