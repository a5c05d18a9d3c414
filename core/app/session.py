"""The state of a session: its table, its run (named in the link), and cached results.

Uploads stay in the session's memory; a run is found again by the name in the link, so a reload or a second tab sees it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar, cast

import streamlit as st

from core.app.field_labels import in_words
from core.choices import OVERALL
from core.data.column import Role
from core.data.dataset import Dataset
from core.data.decision_roles import DecisionRoles
from core.data.fingerprint import fingerprint
from core.data.model_decisions import DecisionColumn, default_rule
from core.data.periods import PeriodColumn
from core.data.schema import Schema
from core.data.schema_editing import choose_decisions, choose_row_column, with_decided_values, with_schema
from core.data.weights import WeightColumn
from core.errors import EvenhandError, RunError
from core.modalities.reopen import reopened
from core.pipeline import BiasAuditRequest, audited_roles
from core.runs.run_folder import RunFolder, find_runs

_Value = TypeVar("_Value")
Columns = tuple[DecisionColumn, ...]
_MAX_CACHED: Final = 12


def home() -> Path:
    """Return the folder that holds all runs."""
    return Path(os.environ.get("EVENHAND_RUNS", "runs"))


def runs() -> dict[str, RunFolder]:
    """Return all runs by name, the newest first."""
    return {folder.path.name: folder for folder in find_runs(home())}


# -- the run ---------------------------------------------------------------------------------------------------------


def keep_link() -> None:
    """Make the run in the link the session's run, and put the session's run into a link without one."""
    named = st.query_params.get("run")
    if named:
        st.session_state["run_name"] = named
    elif st.session_state.get("run_name"):
        st.query_params["run"] = st.session_state["run_name"]


def link() -> dict[str, str]:
    """Return query parameters that lead to the session's run."""
    name = st.session_state.get("run_name")
    return {"run": name} if name else {}


def choose_run(name: str) -> None:
    """Make this the session's run."""
    st.session_state["run_name"] = name
    st.query_params["run"] = name


def run() -> RunFolder | None:
    """Return the session's run, if there is one of that name in the runs' folder."""
    name = st.session_state.get("run_name")
    if not name or not any(path.name == name for path in _folders()):
        return None
    try:
        return RunFolder.open(home() / name)
    except RunError:
        return None


def lost_run() -> str | None:
    """Return the name in the link, if there is no such run."""
    name = st.session_state.get("run_name")
    return name if name and run() is None else None


def _folders() -> list[Path]:
    return [path for path in home().iterdir() if path.is_dir()] if home().is_dir() else []


# -- the table -------------------------------------------------------------------------------------------------------


def choose_dataset(
    dataset: Dataset, roles: DecisionRoles | None = None, counts: BiasAuditRequest | None = None
) -> None:
    """Make this the session's table.

    Args:
        dataset: The table.
        roles: What its columns are for if it holds decisions of a model; none if it holds people and an outcome.
        counts: What its columns record, if it holds counts of people by group.
    """
    roles = roles or DecisionRoles()
    st.session_state["counts"] = counts
    schema = choose_decisions(dataset.schema, (), roles.columns, roles.model_column)
    for one in (roles.weight, roles.period):
        schema = choose_row_column(schema, None, one)
    dataset = replace(dataset, schema=schema)
    st.session_state["row_weight"], st.session_state["row_period"] = roles.weight, roles.period
    # Periods are of decisions, even where no column is named like some yet.
    decided = roles.columns if roles.columns or roles.period is not None else None
    st.session_state["decisions"], st.session_state["model_column"] = decided, roles.model_column
    st.session_state["references"] = roles.references
    st.session_state["loaded"] = dataset
    st.session_state["attachments_key"] = dataset.attachments.fingerprint() if dataset.attachments else ""
    st.session_state["trouble"] = ""
    st.session_state["edition"] = edition() + 1
    try:
        _set(with_schema(dataset, dataset.schema))
    except EvenhandError as error:
        _set(dataset)
        st.session_state["trouble"] = in_words(error.problem)


def dataset() -> Dataset | None:
    """Return the session's table; after a reload, that of the run in the link."""
    if "dataset" not in st.session_state:
        folder = run()
        if folder is not None and folder.artifacts.has_table("train") and folder.artifacts.has_table("holdout"):
            reopen(folder)
    return cast("Dataset | None", st.session_state.get("dataset"))


def reopen(folder: RunFolder) -> None:
    """Make the table of a run the session's; what the run found of a model's decisions is shown again."""
    again = reopened(folder)
    roles = audited_roles(folder)
    columns = tuple(with_rule(again, one) for one in roles.columns)
    choose_dataset(again, replace(roles, columns=columns))
    if columns:
        cached(decisions_key(), lambda: folder.path.name)


def with_rule(dataset: Dataset, one: DecisionColumn) -> DecisionColumn:
    """Return the column with a rule, if it holds scores without one; scores between 0 and 1 select from 0.5 on."""
    return one if one.rule or not one.is_score else replace(one, rule=default_rule(dataset.frame[one.column]))


def decisions() -> Columns | None:
    """Return the columns with decisions of a model, perhaps none yet; ``None``: it holds people and an outcome."""
    chosen = cast("Columns | None", st.session_state.get("decisions"))
    table = dataset()
    if chosen is None or table is None:
        return None
    taken = {*table.schema.sensitive, *table.schema.with_role(Role.TARGET)}
    return tuple(dict.fromkeys(one for one in chosen if one.column not in taken))


def model_column() -> str | None:
    """Return the column that names the model of each row, if the decisions of several are below one another."""
    chosen = cast("str | None", st.session_state.get("model_column"))
    taken = _taken()
    return None if taken is None or chosen in taken else chosen


def weight() -> WeightColumn | None:
    """Return the column that says how much each row counts, if there is one."""
    chosen = cast("WeightColumn | None", st.session_state.get("row_weight"))
    return chosen if chosen is not None and all(map(_is_free, chosen.columns)) else None


def period() -> PeriodColumn | None:
    """Return the column that says when each row was decided, if there is one."""
    chosen = cast("PeriodColumn | None", st.session_state.get("row_period"))
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
    st.session_state["edition"] = edition() + 1
    try:
        _set(with_schema(loaded, change(schema, with_decided_values(loaded, schema))))
        st.session_state["trouble"] = ""
    except EvenhandError as error:
        st.session_state["trouble"] = in_words(error.problem)


def edition() -> int:
    """Return how often table or schema changed in this session; a widget keyed by it starts again from the schema."""
    return int(st.session_state.get("edition", 0))


def dataset_key() -> str:
    """Return a cache key of rows, images and schema of the session's table."""
    return str(st.session_state.get("dataset_key", ""))


def _set(dataset: Dataset) -> None:
    st.session_state["dataset"] = dataset
    parts = (fingerprint(dataset.real_rows), st.session_state["attachments_key"], dataset.schema.model_dump_json())
    st.session_state["dataset_key"] = " ".join(parts)


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
