"""The table of a session and what its columns are for, and cached results.

The table is that of the session's subject (`core.app.subject`). A table without a run is kept in a draft, and each edit
with it; so a reload finds both. A run's table that is edited is another table, so it closes the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeVar, cast

import streamlit as st

from core.app import drafts, subject, table_state
from core.app.field_labels import in_words
from core.app.subject import TABLE, Subject
from core.choices import OVERALL
from core.data.column import Role
from core.data.dataset import Dataset
from core.data.decision_columns import DecisionColumn, default_rule
from core.data.decision_roles import DecisionRoles
from core.data.periods import PeriodColumn
from core.data.schema import Schema
from core.data.schema_editing import choose_decisions, choose_row_column, with_decided_values, with_schema
from core.data.weights import WeightColumn
from core.errors import EvenhandError
from core.modalities.reopen import reopened
from core.pipeline import BiasAuditRequest, audited_roles
from core.pipeline.drafts import Draft
from core.runs.run_folder import RunFolder

_Value = TypeVar("_Value")
Columns = tuple[DecisionColumn, ...]
_MAX_CACHED: Final = 12


# -- the table -------------------------------------------------------------------------------------------------------


def choose_dataset(
    dataset: Dataset, roles: DecisionRoles | None = None, counts: BiasAuditRequest | None = None
) -> None:
    """Make this the session's table, and its subject: a run that is open is closed.

    Args:
        dataset: The table.
        roles: What its columns are for if it holds decisions of a model; none if it holds people and an outcome.
        counts: What its columns record, if it holds counts of people by group.
    """
    _take(dataset, roles or DecisionRoles(), counts)
    _keep_anew(closed="")


def _take(dataset: Dataset, roles: DecisionRoles, counts: BiasAuditRequest | None = None) -> None:
    """Show a table that was not edited yet; the subject stays."""
    schema = choose_decisions(dataset.schema, (), roles.columns, roles.model_column)
    for one in (roles.weight, roles.period):
        schema = choose_row_column(schema, None, one)
    # Periods are of decisions, even where no column is named like some yet.
    decides = bool(roles.columns) or roles.period is not None
    table_state.hold(Draft(replace(dataset, schema=schema), schema, roles, decides, counts))


def dataset() -> Dataset | None:
    """Return the table of the session's subject, if it has one."""
    now = subject.now()
    if st.session_state.get("table_of") != now or "dataset" not in st.session_state:
        st.session_state["table_of"] = now
        st.session_state.pop("dataset", None)
        _load(now)
    return cast("Dataset | None", st.session_state.get("dataset"))


def _load(now: Subject | None) -> None:
    """Read the table of a subject from its run or from its draft."""
    if now is None:
        return
    if now.is_run:
        folder = subject.run()
        if folder is not None and folder.artifacts.has_table("train") and folder.artifacts.has_table("holdout"):
            _reopen(folder)
        return
    draft = drafts.read(subject.home(), now.name)
    if draft is not None:
        table_state.hold(draft)


def _reopen(folder: RunFolder) -> None:
    """Show the table of a run; what the run found of a model's decisions is shown again."""
    again = reopened(folder)
    roles = audited_roles(folder)
    columns = tuple(with_rule(again, one) for one in roles.columns)
    _take(again, replace(roles, columns=columns))
    if columns:
        cached(decisions_key(), lambda: folder.path.name)


def became_run(name: str) -> None:
    """Make the session's subject the run that was made of its table just now."""
    now = subject.now()
    if now is not None and not now.is_run:
        drafts.became(subject.home(), now.name, name)
    subject.open_run(name)
    st.session_state["table_of"] = subject.now()


def changed() -> None:
    """Keep what was edited. The table of a run becomes a table of its own, so that no page shows two subjects."""
    now = subject.now()
    if not table_state.is_another():
        return
    if now is not None and now.is_run:
        _keep_anew(closed=now.name)
    elif now is None or not drafts.update(subject.home(), now.name, table_state.draft()):
        _keep_anew(closed=subject.closed_run())


def _keep_anew(closed: str) -> None:
    """Keep the session's table in a draft of its own and make it the subject."""
    subject.choose(Subject(TABLE, drafts.keep(subject.home(), table_state.draft())), closed)
    st.session_state["table_of"] = subject.now()


def with_rule(dataset: Dataset, one: DecisionColumn) -> DecisionColumn:
    """Return the column with a rule, if it holds scores without one; scores between 0 and 1 select from 0.5 on."""
    return one if one.rule or not one.is_score else replace(one, rule=default_rule(dataset.frame[one.column]))


def decisions() -> Columns | None:
    """Return the columns with decisions of a model, perhaps none yet; ``None``: it holds people and an outcome."""
    table = dataset()
    chosen = cast("Columns | None", st.session_state.get("decisions"))
    if chosen is None or table is None:
        return None
    taken = {*table.schema.sensitive, *table.schema.with_role(Role.TARGET)}
    return tuple(dict.fromkeys(one for one in chosen if one.column not in taken))


def model_column() -> str | None:
    """Return the column that names the model of each row, if the decisions of several are below one another."""
    taken = _taken()
    chosen = cast("str | None", st.session_state.get("model_column"))
    return None if taken is None or chosen in taken else chosen


def weight() -> WeightColumn | None:
    """Return the column that says how much each row counts, if there is one."""
    chosen = None if dataset() is None else cast("WeightColumn | None", st.session_state.get("row_weight"))
    return chosen if chosen is not None and all(map(_is_free, chosen.columns)) else None


def period() -> PeriodColumn | None:
    """Return the column that says when each row was decided, if there is one."""
    chosen = None if dataset() is None else cast("PeriodColumn | None", st.session_state.get("row_period"))
    return chosen if chosen is not None and _is_free(chosen.column) else None


def decision_roles() -> DecisionRoles:
    """Return the columns with decisions of a model, and what further columns are for."""
    return DecisionRoles(decisions() or (), model_column(), weight(), period(), references())


def references() -> dict[str, str]:
    """Return the group that others are compared with, by sensitive column; see `DecisionRoles`."""
    table, chosen = dataset(), st.session_state.get("references") or {}
    names = [] if table is None else table.schema.sensitive
    if OVERALL in chosen.values():
        return dict.fromkeys(names, OVERALL)
    return {name: chosen[name] for name in names if name in chosen}


def choose_references(chosen: Mapping[str, str]) -> None:
    """Change the group that others are compared with, by sensitive column."""
    st.session_state["references"] = dict(chosen)
    changed()


def edit_weight(chosen: WeightColumn | None) -> None:
    """Change which column says how much each row counts."""
    before = weight()
    st.session_state["row_weight"] = chosen
    edit(lambda schema, _: choose_row_column(schema, before, chosen))


def edit_period(chosen: PeriodColumn | None) -> None:
    """Change which column says when each row was decided."""
    before = period()
    st.session_state["row_period"] = chosen
    edit(lambda schema, _: choose_row_column(schema, before, chosen))


def _is_free(name: str) -> bool:
    """Return whether a column of the table has no role and holds no decisions, where decisions are audited."""
    taken = _taken()
    return taken is not None and name not in taken | {model_column()}


def _taken() -> set[str | None] | None:
    """Return the columns with a role or with decisions; ``None`` where no decisions are audited."""
    table, columns = dataset(), decisions()
    if table is None or columns is None:
        return None
    return {*table.schema.sensitive, *table.schema.with_role(Role.TARGET), *(one.column for one in columns)}


def decisions_key() -> tuple[object, ...]:
    """Return a cache key of the table and its decisions."""
    return ("decisions", dataset_key(), decisions(), model_column(), weight(), period(), tuple(references().items()))


def edit_decisions(columns: Columns | None, models: str | None) -> None:
    """Change which columns hold decisions of a model, and which one names the models.

    Args:
        columns: ``None``: the table holds people and an outcome.
        models: The column that names the model of each row, if there is one.
    """
    before = [one.column for one in decisions() or ()] + [name for name in [model_column()] if name is not None]
    if columns is None:
        before += [name for one in (weight(), period()) if one is not None for name in one.columns]
        st.session_state["row_weight"] = st.session_state["row_period"] = None
    st.session_state["decisions"], st.session_state["model_column"] = columns, models
    edit(lambda schema, _: choose_decisions(schema, before, columns or (), models))


def loaded() -> Dataset:
    """Return the session's table as it was loaded, with all its rows."""
    return cast("Dataset", st.session_state["loaded"])


def edit(change: Callable[[Schema, Dataset], Schema]) -> None:
    """Change the schema. If the change does not fit, keep the schema and store the error for display."""
    loaded, schema = st.session_state["loaded"], st.session_state["dataset"].schema
    st.session_state["edition"] = table_state.edition() + 1
    try:
        edited = change(schema, with_decided_values(loaded, schema))
        table_state.set_dataset(with_schema(loaded, edited))
        if edited.outcome != schema.outcome:
            _forget_positive_labels()
        st.session_state["trouble"] = ""
    except EvenhandError as error:
        st.session_state["trouble"] = in_words(error.problem)
    changed()


def _forget_positive_labels() -> None:
    """Forget which label stands for the positive outcome, which is another one now."""
    columns = cast("Columns | None", st.session_state.get("decisions"))
    if columns is not None:
        st.session_state["decisions"] = tuple(replace(one, positive=None) for one in columns)


def dataset_key() -> str:
    """Return a cache key of rows, images and schema of the session's table."""
    return str(st.session_state.get("dataset_key", ""))


# -- what was computed -----------------------------------------------------------------------------------------------


def cached(key: tuple[object, ...], make: Callable[[], _Value]) -> _Value:
    """Return the result of ``make``, cached in this session under ``key``; the oldest of a dozen is dropped first."""
    store: dict[tuple[object, ...], object] = st.session_state.setdefault("cached", {})
    if key not in store:
        value = make()
        while len(store) >= _MAX_CACHED:
            store.pop(next(iter(store)))
        store[key] = value
    return cast("_Value", store[key])


def is_cached(key: tuple[object, ...]) -> bool:
    """Return whether a result is cached under ``key``."""
    return key in st.session_state.get("cached", {})
