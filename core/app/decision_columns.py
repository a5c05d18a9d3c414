"""The widgets that say whether a table holds decisions of a model, in which columns, and which rows a score selects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from core.app import decision_periods, decision_references, decision_weights, elements, onnx_upload, session
from core.app.field_labels import LABELS, in_words
from core.app.markdown import plain
from core.data.column import Kind, Role
from core.data.dataset import Dataset
from core.data.decision_columns import DecisionColumn, SelectionRule, default_rule
from core.data.groups import as_text, positive_name
from core.data.inference.decision_columns import proposed
from core.data.inference.decision_notes import named_features, named_note
from core.data.inference.target_values import MAX_CLASSES
from core.data.label_spelling import spelled_like
from core.data.model_column import read_by_model
from core.data.model_decisions import read_decisions
from core.data.predicted_labels import in_own_words, likely_positive
from core.data.predicted_numbers import predicts_number
from core.data.schema import Schema
from core.errors import EvenhandError

FROM, TOP = "From a score on", "The highest share"
_SHARE = 10.0
Told = tuple[str, tuple[str, ...]]
"""What is wrong, if anything is, and what was left out or reinterpreted."""


def proposal(dataset: Dataset) -> session.Columns:
    """Return the columns that likely hold decisions of a model; scores between 0 and 1 select from 0.5 on."""
    found = proposed(dataset.schema, dataset.frame)
    labels = tuple(DecisionColumn(name) for name in found.predictions)
    return (*labels, *(_score(dataset, name) for name in found.scores))


def not_told(dataset: Dataset, notes: Sequence[str]) -> list[str]:
    """Return the notes without the one on names, which `table_content` tells in the page's words."""
    learned = named_features(dataset.schema, dataset.frame)
    return [note for note in notes if not learned or note != named_note(learned)]


def show(dataset: Dataset) -> None:
    """Show which columns hold predicted labels and which hold scores, with what is wrong beside each."""
    columns = session.decisions() or ()
    st.header("What the model decided", anchor=False)
    left, right = st.columns(2)
    with left:
        _predictions(dataset, columns)
        for one in columns:
            if not one.is_score:
                _positive(dataset, one)
                _told(dataset, one)
        roles = session.decision_roles()
        chosen = any((roles.model_column, roles.weight, roles.period, roles.references))
        with st.expander("Model files, weights, periods, compared groups", expanded=chosen):
            _models(dataset, columns)
            onnx_upload.show(dataset)
            decision_weights.show(dataset)
            decision_periods.show(dataset)
            decision_references.show(dataset)
    with right:
        _scores(dataset, columns)
        for place, one in enumerate(columns):
            if one.is_score:
                again = any(other.is_score and other.column == one.column for other in columns[:place])
                _rule(dataset, one, f"{one.column}-{place}" if again else one.column)
                _told(dataset, one)


def ready(dataset: Dataset) -> bool:
    """Return whether the decisions can be audited; else say what is missing, unless it is said beside its column."""
    columns = session.decisions() or ()
    if not columns:
        elements.problem(f"No column holds decisions yet. Choose “{LABELS['prediction']}” or “{LABELS['score']}”.")
    if decision_weights.problem(dataset) or decision_periods.problem(dataset):
        return False
    return bool(columns) and not any(_problem(dataset, one) for one in columns) and not _read_models(dataset)[0]


def _values(dataset: Dataset, name: str) -> list[str]:
    """Return the labels in a column, each once."""
    found: dict[str, list[str]] = session.cached(("labels in", session.dataset_key()), dict)
    if name not in found:
        found[name] = sorted(set(as_text(dataset.frame[name].dropna()).tolist()))
    return found[name]


def _score(dataset: Dataset, name: str) -> DecisionColumn:
    return session.with_rule(dataset, DecisionColumn(name, is_score=True))


def _usable(schema: Schema) -> list[str]:
    roles = session.decision_roles()
    others = {name for one in (roles.weight, roles.period) if one is not None for name in one.columns}
    others |= {name for name in (roles.model_column, schema.reference) if name is not None}
    free = [column for column in schema.columns if column.kind is not Kind.DATETIME and not column.is_identifying]
    return [one.name for one in free if one.role in (Role.FEATURE, Role.IGNORED) and one.name not in others]


def _predictions(dataset: Dataset, columns: session.Columns) -> None:
    def change() -> None:
        known = {one.column: one for one in columns if not one.is_score}
        labels = tuple(known.get(name, DecisionColumn(name)) for name in st.session_state["predictions"])
        session.edit_decisions((*labels, *(one for one in columns if one.is_score)), session.model_column())

    st.session_state["predictions"] = [one.column for one in columns if not one.is_score]
    st.multiselect(
        LABELS["prediction"],
        _usable(dataset.schema),
        key="predictions",
        on_change=change,
        placeholder="Choose a column, or several to compare models",
        help="Columns with the outcome as a model predicted it. Each column is a model of its own.",
    )


def _asked(dataset: Dataset, one: DecisionColumn) -> list[str]:
    """Return the labels of which one must be said to stand for the positive outcome; none if all have its words."""
    if one.is_score or dataset.schema.outcome is None:
        return []
    values = _values(dataset, one.column)
    if len(values) > MAX_CLASSES or not in_own_words(values, dataset.frame, dataset.schema):
        return []
    return values


def _said(dataset: Dataset, one: DecisionColumn, values: list[str]) -> str | None:
    """Return the label that stands for the positive outcome, as it was chosen or as its word tells."""
    if one.positive is None:
        return likely_positive(values, dataset.frame, dataset.schema)
    found = spelled_like(one.positive, values)
    return found if found in values else None


def _positive(dataset: Dataset, one: DecisionColumn) -> None:
    """Ask which label stands for the positive outcome, of a column that has other words than the outcome."""
    values = _asked(dataset, one)
    if not values:
        return
    key = f"positive-{one.column}"

    def change() -> None:
        _replace(one, replace(one, positive=st.session_state[key]))

    st.session_state[key] = _said(dataset, one, values)
    st.selectbox(
        f"“{plain(one.column)}” predicts “{plain(positive_name(dataset.schema))}” with",
        values,
        index=None,
        key=key,
        on_change=change,
        placeholder="Choose one of its values",
        help="Its values are not those of the outcome. The others count as not predicting it.",
    )


def _models(dataset: Dataset, columns: session.Columns) -> None:
    """Show which column names the model of each row, and the models that it names or what is wrong with it."""
    taken = {one.column for one in columns}
    free = [column for column in dataset.schema.columns if column.role in (Role.FEATURE, Role.IGNORED)]

    def change() -> None:
        session.edit_decisions(session.decisions() or (), st.session_state["model-column"])

    st.session_state["model-column"] = session.model_column()
    st.selectbox(
        LABELS["model_column"],
        [column.name for column in free if column.name not in taken],
        index=None,
        key="model-column",
        on_change=change,
        placeholder="None: each column is a model",
        help="Only if the decisions of several models are below one another, with a row for each model and person: the "
        "column that says whose decision a row holds.",
    )
    found, notes = _read_models(dataset)
    if found:
        elements.problem(found)
    for note in notes:
        st.caption(plain(note))


def _scores(dataset: Dataset, columns: session.Columns) -> None:
    def change() -> None:
        names = st.session_state["scores"]
        kept = tuple(one for one in columns if not one.is_score or one.column in names)
        known = {one.column for one in kept if one.is_score}
        new = tuple(_score(dataset, name) for name in names if name not in known)
        session.edit_decisions((*kept, *new), session.model_column())

    schema = dataset.schema
    numbers = [name for name in _usable(schema) if schema.column(name).is_numeric]
    st.session_state["scores"] = list(dict.fromkeys(one.column for one in columns if one.is_score))
    st.multiselect(
        LABELS["score"],
        numbers,
        key="scores",
        on_change=change,
        placeholder="Choose columns with numbers",
        help="Columns with a number that is higher where the positive value of the outcome is more likely.",
    )


def _rule(dataset: Dataset, one: DecisionColumn, key: str) -> None:
    """Show which rows the score selects: those from a threshold on, or the highest share."""
    name, kind, number = plain(one.column), f"rule-{key}", f"rule-number-{key}"
    rule = one.rule or SelectionRule()

    def change_kind() -> None:
        is_top = st.session_state[kind] == TOP
        new = SelectionRule(top=_SHARE / 100) if is_top else default_rule(dataset.frame[one.column])
        _replace(one, replace(one, rule=new))

    def change_number() -> None:
        value = st.session_state[number]
        if value is None:
            _replace(one, replace(one, rule=None))
        elif rule.top is None:
            _replace(one, replace(one, rule=SelectionRule(threshold=value)))
        else:
            _replace(one, replace(one, rule=SelectionRule(top=value / 100)))

    left, right = st.columns(2)
    st.session_state[kind] = FROM if rule.top is None else TOP
    left.selectbox(f"“{name}” selects", [FROM, TOP], key=kind, on_change=change_kind)
    if rule.top is None:
        st.session_state[number] = rule.threshold
        right.number_input(
            "Lowest score selected",
            key=number,
            on_change=change_number,
            value=None,
            format="%g",
            step=None,
            placeholder="Type a number",
        )
    else:
        st.session_state[number] = 100 * rule.top
        right.number_input(
            "Share of all rows, in %", 0.001, 99.999, key=number, on_change=change_number, format="%g", step=1.0
        )


def _replace(one: DecisionColumn, new: DecisionColumn) -> None:
    columns = session.decisions() or ()
    changed = tuple(new if other == one else other for other in columns)
    session.edit_decisions(changed, session.model_column())


def _told(dataset: Dataset, one: DecisionColumn) -> None:
    """Show below the widgets of a column what is wrong with it, or what was left out."""
    if found := _problem(dataset, one):
        elements.problem(found)
        return
    if session.model_column() is None:
        for note in _read(dataset, one)[1]:
            st.caption(plain(note))


def _problem(dataset: Dataset, one: DecisionColumn) -> str:
    known = dataset.frame[one.column].dropna()
    needs_rule = one.is_score and one.rule is None and len(known)
    if needs_rule and not predicts_number(dataset.frame, dataset.schema, one.column):
        return f"{one.column!r} runs from {known.min():g} to {known.max():g}. Type the lowest score that is selected."
    labels = _asked(dataset, one)
    if labels and _said(dataset, one, labels) is None:
        return f"{one.column!r} has other words than the outcome. Choose which of them predicts it."
    return _read(dataset, one)[0]


def _read(dataset: Dataset, one: DecisionColumn) -> Told:
    """Return what is wrong with the decisions in a column, if anything is, and the notes on it."""
    return _told_once(dataset, one, lambda: read_decisions(dataset.frame, dataset.schema, [one])[0].notes)


def _read_models(dataset: Dataset) -> Told:
    """Return what is wrong with the column that names the models, if anything is, and the notes on their decisions."""
    name, columns = session.model_column(), session.decisions()
    if name is None or not columns or any(_problem(dataset, one) for one in columns):
        return "", ()
    return _told_once(dataset, (name, columns), lambda: read_by_model(dataset.frame, dataset.schema, columns, name)[1])


def _told_once(dataset: Dataset, key: object, read: Callable[[], tuple[str, ...]]) -> Told:
    """Return the problem and the notes of reading decisions, which happens once for each table and key."""
    if dataset.schema.outcome is None:
        return "", ()
    done: dict[object, Told] = session.cached(("decisions in", session.dataset_key()), dict)
    if key not in done:
        try:
            done[key] = "", read()
        except EvenhandError as error:
            done[key] = in_words(error.problem), ()
    return done[key]
