"""Which columns a bias audit under NYC's Local Law 144 is about: the widgets that say so."""

from __future__ import annotations

import streamlit as st

from core import pipeline
from core.audit.local_law_144 import bias_audit_columns
from core.data.groups import values_of
from core.data.schema import Kind
from core.runs.store import RunFolder
from screens.parts import draw, results

SELECTION, SCORE = "a selection", "a score"
_MOST_VALUES = 50


def show(folder: RunFolder, *, mapped: bool) -> None:
    """Offers to map columns; to a mapped audit, to map others or to take it out of the report."""
    if not folder.has_table("train"):
        st.info("This run has not kept its rows, so nothing can be counted. Audit the table again to map its columns.")
        return
    if not mapped:
        st.info(
            "This section is for tables that record what a hiring tool selected or scored. Say which columns record "
            "it; then the figures are counted over all real rows and put into the report."
        )
        _widgets(folder)
        return
    with st.expander("Map other columns, or take this section out"):
        _widgets(folder)
        if st.button("Take this section out", key="unmap"):
            with draw.said():
                pipeline.map_bias_audit(folder.path, None)
                st.rerun()


def _widgets(folder: RunFolder) -> None:
    schema, rows = folder.schema(), results.table(folder, "train")
    names = [column.name for column in schema.columns if column.kind not in {Kind.IDENTIFIER, Kind.DATETIME}]
    left, right = st.columns(2)
    with left:
        sex = st.selectbox("Sex categories", names, index=None, key="ll144 sex", placeholder="Choose a column")
        race = st.selectbox(
            "Race/ethnicity categories", names, index=None, key="ll144 race", placeholder="Choose a column"
        )
        known = [value for name in (sex, race) if name for value in values_of(rows, name)[:_MOST_VALUES]]
        unknown = st.multiselect(
            "Categories that mean: unknown",
            list(dict.fromkeys(known)),
            key="ll144 unknown",
            help="People in them are counted beside the tables. Missing values are always unknown.",
        )
    with right:
        kind = st.radio("The tool left", [SELECTION, SCORE], key="ll144 kind", horizontal=True)
        outcome = st.selectbox(
            "Column that records it",
            names if kind == SELECTION else [name for name in names if schema.column(name).is_numeric],
            index=None,
            key=f"ll144 outcome {kind}",
            placeholder="Choose a column",
        )
        selected = None
        if kind == SELECTION and outcome:
            values = values_of(rows, outcome)[:_MOST_VALUES]
            selected = st.selectbox("Value that means: selected", values, index=None, key=f"ll144 selected {outcome}")
    reason = st.text_input(
        "Leave categories below 2 % out of the impact ratio, because",
        max_chars=1_000,
        key="ll144 reason",
        placeholder="Empty: none is left out",
        help="The rule allows it with a justification; their count and rate are shown all the same (§ 5-301(d)).",
    )
    if st.button("Count and put into the report", type="primary", key="ll144 count"):
        with draw.said(), st.spinner("Counting, and writing the report anew …"):
            columns = bias_audit_columns(
                sex=sex,
                race_ethnicity=race,
                selection=outcome if kind == SELECTION else None,
                selected=selected,
                score=outcome if kind == SCORE else None,
                unknown=tuple(unknown),
                exclusion_reason=reason,
            )
            pipeline.map_bias_audit(folder.path, columns)
            st.rerun()
