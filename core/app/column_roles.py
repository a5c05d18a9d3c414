"""The widgets for the roles of columns: outcome, positive value, sensitive columns, kinds."""

from __future__ import annotations

import streamlit as st

from core.app import column_table, session
from core.app.field_labels import LABELS
from core.app.folded import opened
from core.app.markdown import plain
from core.data.column import Column, Role
from core.data.dataset import Dataset
from core.data.groups import distinct_values, number_text, positive_name
from core.data.schema import Schema
from core.data.schema_editing import (
    choose_favorable,
    choose_positive,
    choose_reference,
    choose_sensitive,
    choose_target,
    parse_bin_edges,
)
from core.findings.four_fifths import US_EMPLOYMENT
from core.modalities.catalog import modality_of

SIDES = {"positive": "Good", "negative": "Bad"}
DECISIONS = {None: "not declared", US_EMPLOYMENT: "US employment: hiring, promotion or the like"}
_MAX_VALUES = 50


def show(dataset: Dataset) -> None:
    """Show all widgets. Each writes into the schema at once and shows what the schema says."""
    st.header("What the columns are", anchor=False)
    schema = dataset.schema
    left, right = st.columns(2)
    with left:
        _target(schema)
        _outcome(dataset)
    with right:
        _sensitive(schema)
        for name in schema.sensitive:
            if schema.column(name).is_numeric:
                _cuts(schema.column(name))
    columns = opened("All columns: kind and role", "columns")
    if columns is not None:
        with columns:
            column_table.show(schema)


def _target(schema: Schema) -> None:
    def change() -> None:
        name = st.session_state["target"]
        if name is not None:
            session.edit(lambda schema, loaded: choose_target(schema, loaded.frame, name))

    usable = [column.name for column in schema.columns if not column.is_identifying]
    st.session_state["target"] = next(iter(schema.with_role(Role.TARGET)), None)
    st.selectbox(
        "Outcome",
        usable,
        index=None,
        key="target",
        on_change=change,
        placeholder="Choose the column that holds the decision or result",
        help="The column that a model would predict, for example hired, approved or income. Also called the target.",
    )


def _outcome(dataset: Dataset) -> None:
    """Show the positive value, or the threshold from which an outcome is positive."""
    schema = dataset.schema
    if not schema.with_role(Role.TARGET):
        return
    if schema.threshold is not None:
        _threshold(schema)
    else:
        _positive(dataset)
    if schema.threshold is not None or schema.positive is not None:
        _favorable(schema)
        more = opened("More about the outcome", "outcome")
        if more is not None:
            with more:
                _margin(schema)
                _reference(dataset)
                _decision(schema)


def _positive(dataset: Dataset) -> None:
    schema = dataset.schema

    def change() -> None:
        value = st.session_state["positive"]
        session.edit(lambda schema, _: choose_positive(schema, positive=value))

    values = distinct_values(dataset.frame, schema.target)[:_MAX_VALUES]
    st.session_state["positive"] = schema.positive if schema.positive in values else None
    st.selectbox(
        "Positive value",
        values,
        index=None,
        key="positive",
        on_change=change,
        help="The outcome whose frequency is compared between groups, for example yes or >50K. "
        "All other values count as not positive.",
    )


def _threshold(schema: Schema) -> None:
    def change() -> None:
        value = st.session_state["threshold"]
        session.edit(lambda schema, _: choose_positive(schema, threshold=value))

    st.session_state["threshold"] = schema.threshold
    st.number_input(
        "Positive from",
        key="threshold",
        on_change=change,
        help="The outcome is a number. Rows at or above this value count as positive.",
    )


def _favorable(schema: Schema) -> None:
    """Ask whether the positive outcome is good for the person; show a guess with its reason until it is confirmed."""

    def change() -> None:
        side = st.session_state["favorable"]
        session.edit(lambda schema, _: choose_favorable(schema, side))

    outcome = f"{schema.target} {'' if schema.threshold is not None else '= '}{positive_name(schema)}"
    st.session_state["favorable"] = schema.favorable
    st.segmented_control(
        f"Is “{plain(outcome)}” good or bad for the person?",
        list(SIDES),
        format_func=SIDES.__getitem__,
        key="favorable",
        on_change=change,
        help="Parity ratios and legal rules are about the outcome that is good for people. If you do not say, the "
        "positive value counts as good, and the summary says that nobody said so.",
    )
    if not schema.favorable_guess:
        return
    st.caption(plain(f"{SIDES[str(schema.favorable)]} is a guess: {schema.favorable_guess}."))
    if st.button("That is right", key="confirm-favorable"):
        session.edit(lambda schema, _: choose_favorable(schema, schema.favorable))
        st.rerun()


def _margin(schema: Schema) -> None:
    def change() -> None:
        people = st.session_state["margin"]
        session.edit(lambda schema, _: schema.replaced(margin=people / 1000))

    st.session_state["margin"] = round(1000 * schema.margin)
    st.number_input(
        LABELS["margin"] + ", in people per 1,000",
        min_value=1,
        max_value=999,
        key="margin",
        on_change=change,
        help="Smaller differences of two rates are said not to matter. 50 of 1,000 is the default: at a rate of a "
        "quarter, that is the four-fifths rule of thumb.",
    )


def _reference(dataset: Dataset) -> None:
    """Ask for a column with a better founded outcome; those that cannot be one are not offered."""
    schema = dataset.schema

    def change() -> None:
        name = st.session_state["reference"]
        session.edit(lambda schema, loaded: choose_reference(schema, loaded.frame, name))

    st.session_state["reference"] = schema.reference
    st.selectbox(
        LABELS["reference"],
        [column.name for column in schema.columns if column.role in (Role.FEATURE, Role.IGNORED)],
        index=None,
        key="reference",
        on_change=change,
        placeholder="None, or a column with the right outcome",
        help="If the recorded outcome may be unfair and another column holds the right one, for example that of a "
        "second reader, models are judged against it too. No model learns from it, and synthetic rows do not have it.",
    )


def _decision(schema: Schema) -> None:
    def change() -> None:
        declared = st.session_state["decision"]
        session.edit(lambda schema, _: schema.replaced(decision=declared))

    st.session_state["decision"] = schema.decision
    st.selectbox(
        LABELS["decision"],
        list(DECISIONS),
        key="decision",
        on_change=change,
        format_func=DECISIONS.__getitem__,
        help="Some legal rules are about certain decisions only. The four-fifths rule and NYC's Local Law 144 are "
        "shown for a US employment decision, and for nothing else.",
    )


def _sensitive(schema: Schema) -> None:
    def change() -> None:
        names = list(st.session_state["sensitive"])
        session.edit(lambda schema, loaded: choose_sensitive(schema, loaded.frame, names))

    st.session_state["sensitive"] = schema.sensitive
    taken = {modality_of(schema).attachment_column(schema), *schema.with_role(Role.TARGET)}
    usable = [name for name in schema.names if name not in taken]
    st.multiselect(
        "Sensitive columns",
        usable,
        key="sensitive",
        on_change=change,
        placeholder="Choose one or more, for example sex or age",
        help="The groups that are compared. With several columns, their combinations are compared too.",
    )


def _cuts(column: Column) -> None:
    key = f"cuts-{column.name}"

    def change() -> None:
        text = st.session_state[key]
        session.edit(
            lambda schema, _: schema.edited(column.name, bin_edges=parse_bin_edges(column.name, text), bin_names=())
        )

    st.session_state[key] = ", ".join(number_text(cut) for cut in column.bin_edges)
    st.text_input(
        f"Cut points of {plain(column.name)}",
        key=key,
        on_change=change,
        help="Cut points split a number into groups: 25, 60 makes three, below 25, 25 to 60, and 60 or more. Leave it "
        "empty to compare every value.",
    )
