"""The widgets that map the columns of a bias audit under NYC's Local Law 144."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core import pipeline
from core.app import elements, run_results
from core.audit.metrics.local_law_144 import BiasAuditColumns, bias_audit_columns
from core.data.column import IDENTIFYING_KINDS, Kind
from core.data.groups import distinct_values
from core.data.schema import Schema
from core.report.frameworks.answers import Answers
from core.runs.run_folder import RunFolder

SELECTION, SCORE = "a selection", "a score"
_MAX_VALUES = 50


def show(folder: RunFolder, *, mapped: bool) -> None:
    """Show the widgets that map columns, or for a mapped audit those that map others or remove it from the report."""
    if not folder.artifacts.has_table("train"):
        st.info("This run has kept no rows, so nothing can be counted. Audit the table again to map its columns.")
        return
    if not mapped:
        st.info(
            "This section is for tables that record what a hiring tool selected or scored. Choose the columns that "
            "record it. The figures are then counted over all real rows and put into the report."
        )
        _widgets(folder)
        return
    with st.expander("Map other columns, or remove this section"):
        _widgets(folder)
        if st.button("Remove this section", key="unmap"):
            with elements.show_errors():
                pipeline.map_bias_audit(folder.path, None)
                st.rerun()


def _widgets(folder: RunFolder) -> None:
    """Show all widgets, with what is mapped now."""
    schema, rows = folder.schema.read(), run_results.table(folder, "train")
    now = folder.answers.read(Answers).local_law_144 or BiasAuditColumns.model_construct()
    left, right = st.columns(2)
    with left:
        chosen = _people(schema, rows, now)
    with right:
        chosen |= _outcome(schema, rows, now)
    chosen["exclusion_reason"] = st.text_input(
        "Leave categories below 2 % out of the impact ratio, because",
        now.exclusion_reason,
        max_chars=1_000,
        key="ll144 reason",
        placeholder="Empty: none is left out",
        help="The rule allows it with a justification; their count and rate are shown all the same (§ 5-301(d)).",
    )
    if st.button("Count and add to the report", type="primary", key="ll144 count"):
        with elements.show_errors(), st.spinner("Counting, and updating the report …"):
            pipeline.map_bias_audit(folder.path, bias_audit_columns(**chosen))
            st.rerun()


def _people(schema: Schema, rows: pd.DataFrame, now: BiasAuditColumns) -> dict[str, Any]:
    """Show which columns hold the categories, and which categories mean unknown."""
    names = _names(schema)
    sex = _column("Sex categories", names, now.sex, "ll144 sex")
    race = _column("Race/ethnicity categories", names, now.race_ethnicity, "ll144 race")
    known = [value for name in (sex, race) if name for value in distinct_values(rows, name)[:_MAX_VALUES]]
    unknown = st.multiselect(
        "Categories that mean: unknown",
        list(dict.fromkeys(known)),
        default=[value for value in now.unknown if value in known],
        key="ll144 unknown",
        help="People in them are counted beside the tables. Missing values are always unknown.",
    )
    return {"sex": sex, "race_ethnicity": race, "unknown": tuple(unknown)}


def _outcome(schema: Schema, rows: pd.DataFrame, now: BiasAuditColumns) -> dict[str, Any]:
    """Show which column holds the tool's outcome: a selection with its value, or a score."""
    kind = st.radio("The tool left", [SELECTION, SCORE], int(bool(now.score)), key="ll144 kind", horizontal=True)
    if kind == SCORE:
        numbers = [name for name in _names(schema) if schema.column(name).is_numeric]
        return {"score": _column("Column of the score", numbers, now.score, "ll144 score")}
    selection = _column("Column of the selection", _names(schema), now.selection, "ll144 selection")
    values = distinct_values(rows, selection)[:_MAX_VALUES] if selection else []
    selected = _column("Value that means: selected", values, now.selected, f"ll144 selected {selection}")
    return {"selection": selection, "selected": selected}


def _names(schema: Schema) -> list[str]:
    return [column.name for column in schema.columns if column.kind not in {*IDENTIFYING_KINDS, Kind.DATETIME}]


def _column(label: str, options: list[str], now: str | None, key: str) -> str | None:
    place = options.index(now) if now in options else None
    return st.selectbox(label, options, place, key=key, placeholder="Choose")
