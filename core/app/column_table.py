"""The table of all columns: kind, role, decimal mark and date order, which the user can change."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.app import session, table_state
from core.choices import DateOrder, DecimalMark
from core.data.checks.edits import MergeValues
from core.data.column import Column, Kind, Role
from core.data.dataset import Dataset
from core.data.schema import Schema
from core.data.schema_editing import choose_column, choose_date_order, choose_decimal_mark
from core.modalities.catalog import modality_of

KINDS = {
    Kind.CATEGORICAL: "categories",
    Kind.NUMERICAL: "numbers",
    Kind.INTEGER: "whole numbers",
    Kind.BOOLEAN: "true / false",
    Kind.DATETIME: "date or time",
    Kind.IDENTIFIER: "identifier",
    Kind.IMAGE: "image",
}
MARKS: dict[str, DecimalMark] = {"point": ".", "comma": ","}
ORDERS: dict[str, DateOrder] = {"day first": "day", "month first": "month"}


def show(schema: Schema) -> None:
    """Show an editable table of columns. It starts again from the schema whenever the schema changes elsewhere."""
    modality = modality_of(schema)
    st.caption(modality.words.roles)
    kinds = [text for kind, text in KINDS.items() if kind in modality.column_kinds]
    shown = pd.DataFrame(
        {
            "column": schema.names,
            "kind": [KINDS[column.kind] for column in schema.columns],
            "role": [str(column.role) for column in schema.columns],
            "decimal mark": [_mark(column) for column in schema.columns],
            "date order": [_order(column) for column in schema.columns],
            "why": [_why(schema, column) for column in schema.columns],
        }
    )
    key = f"columns-{table_state.edition()}"

    def change() -> None:
        for row, changed in st.session_state[key]["edited_rows"].items():
            line = {**shown.iloc[int(row)].to_dict(), **changed}
            session.edit(lambda schema, loaded: edited(schema, loaded, line, changed))  # noqa: B023  # called at once

    st.data_editor(
        shown,
        key=key,
        on_change=change,
        hide_index=True,
        disabled=["column", "why"],
        column_config={
            "kind": st.column_config.SelectboxColumn(options=kinds, required=True),
            "role": st.column_config.SelectboxColumn(options=[str(role) for role in Role], required=True),
            "decimal mark": st.column_config.SelectboxColumn(
                options=list(MARKS), help="Whether 12,345 or 12.345 is a whole number or has three decimals."
            ),
            "date order": st.column_config.SelectboxColumn(
                options=list(ORDERS), help="Whether 01/02/2024 is the first of February or the second of January."
            ),
            "why": st.column_config.TextColumn("why it is read so"),
        },
    )


def _why(schema: Schema, column: Column) -> str:
    """Return why a column is read so, and how many of its spellings were merged since."""
    merged = sum(
        len(edit.spellings) for edit in schema.edits if isinstance(edit, MergeValues) and edit.column == column.name
    )
    others = "spelling was" if merged == 1 else "spellings were"
    return f"{column.reason} {merged} {others} merged since." if merged else column.reason


def _mark(column: Column) -> str | None:
    """Return the decimal mark of numbers that have one or show it by what stands between thousands."""
    shows = column.kind is Kind.NUMERICAL or (column.kind is Kind.INTEGER and column.thousands)
    return next(text for text, mark in MARKS.items() if mark == column.decimal) if shows else None


def _order(column: Column) -> str | None:
    """Return what comes first in dates that are written with the number of the month."""
    order = None if column.date_form is None else column.date_form.order
    return next((text for text, one in ORDERS.items() if one == order), None)


def edited(schema: Schema, loaded: Dataset, line: dict[str, str], changed: Mapping[str, str | None]) -> Schema:
    """Return the schema after an edit of a line of the table of columns."""
    mark = changed.get("decimal mark")
    if mark is not None:
        return choose_decimal_mark(schema, loaded, line["column"], MARKS[mark])
    order = changed.get("date order")
    if order is not None:
        return choose_date_order(schema, loaded, line["column"], ORDERS[order])
    kinds = {text: kind for kind, text in KINDS.items()}
    return choose_column(schema, loaded.frame, line["column"], kinds[line["kind"]], Role(line["role"]))
