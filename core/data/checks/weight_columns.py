"""Columns that are named like weights of the rows, where no weights are used."""

from __future__ import annotations

import pandas as pd

from core.data.checks.edits import ExcludeColumn, UseAsWeights
from core.data.checks.issue import Issue
from core.data.column import Kind, Role
from core.data.inference.weight_names import is_body_measure, is_weight_name, may_weigh_bodies
from core.data.replicates import likely_replicates
from core.data.schema import Schema


def weight_issues(frame: pd.DataFrame, schema: Schema, *, trains: bool) -> list[Issue]:
    """Return an issue for each column that is named like weights and holds numbers from 0 on that differ.

    A column ``weight`` beside people's height or body mass index is of their bodies.

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: Kinds and roles.
        trains: Whether classifiers learn from the features. These use no weights; figures of decisions can.
    """
    has_bodies = any(is_body_measure(name) for name in schema.names)
    roles = (Role.FEATURE,) if trains else (Role.FEATURE, Role.IGNORED)
    return [
        _issue(column.name, schema, len(frame), trains=trains)
        for column in schema.columns
        if column.role in roles
        and column.kind is not Kind.DATETIME
        and is_weight_name(column.name)
        and not (has_bodies and may_weigh_bodies(column.name))
        and _may_weigh(frame[column.name])
    ]


def excluded(name: str, schema: Schema) -> ExcludeColumn:
    """Return the edit that leaves a column out, and the replicates of a column of weights with it."""
    features = [feature for feature in schema.features if feature != name]
    return ExcludeColumn(column=name, replicates=likely_replicates(name, features) if is_weight_name(name) else ())


def _may_weigh(values: pd.Series) -> bool:
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        return False
    known = values.dropna()
    return bool((known >= 0).all() and known.min() < known.max())


def _issue(name: str, schema: Schema, rows: int, *, trains: bool) -> Issue:
    sentence = (
        f"Column {name!r} is named as if it held weights, but every row counts once: figures are of rows, not people"
    )
    if trains:
        edit = excluded(name, schema)
        also = f" and from its {len(edit.replicates)} replicates" if edit.replicates else ""
        return Issue(
            check="weights",
            columns=(name, *edit.replicates),
            sentence=f"{sentence}. Classifiers learn from it{also} as from any feature. Leave it out if it says "
            "how many people a row stands for. Weights are used where decisions of a model are audited, and not here.",
            rows=rows,
            remedies=(edit,),
        )
    return Issue(
        check="weights",
        columns=(name,),
        sentence=f"{sentence}. If it says how many people a row stands for, use it as weights.",
        rows=rows,
        remedies=(UseAsWeights(column=name),),
    )
