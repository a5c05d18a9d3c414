"""Suggest the sensitive columns and the target. The user decides."""

from __future__ import annotations

import pandas as pd

from core.data.column import Column, Role
from core.data.inference.name_hints import (
    OUTCOME_NAMES,
    is_age_group_name,
    is_age_name,
    is_prediction_name,
    is_protected_name,
    normalized,
)
from core.data.io.text_values import MISSING_TOKENS, as_text_column, missing_mask

_SAMPLE = 1_000
_MAX_CLASSES = 20  # a target with more values needs a threshold, which only the user can choose


def suggest_roles(columns: list[Column], raw: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns with likely roles and the reasons. Ignored columns stay ignored."""
    counts = {column.name: _distinct(raw[column.name]) for column in columns if column.role is Role.FEATURE}
    sensitive = [name for name in counts if is_protected_name(name) or is_age_group_name(name)]
    outcomes = [name for name in counts if name not in sensitive and not is_prediction_name(name)]
    target, why = _likely_target(outcomes, counts)
    if not sensitive:
        sensitive = [name for name in counts if is_age_name(name) and name != target]
    return tuple(_with_role(column, sensitive, target, why) for column in columns)


def _with_role(column: Column, sensitive: list[str], target: str | None, why: str) -> Column:
    if column.name in sensitive:
        reason = f"{column.reason} Sensitive: {column.name!r} is the name of a protected attribute."
        return column.model_copy(update={"role": Role.SENSITIVE, "guessed": True, "reason": reason})
    if column.name == target:
        reason = f"{column.reason} Target: {why}."
        return column.model_copy(update={"role": Role.TARGET, "guessed": True, "reason": reason})
    if column.is_identifying:
        return column.model_copy(update={"reason": f"{column.reason} Ignored: a key has no pattern to learn."})
    return column


def _likely_target(names: list[str], counts: dict[str, int]) -> tuple[str | None, str]:
    """Return the likely target and why: a column with a usual name, preferably binary, else the last binary column."""
    candidates = [name for name in names if 2 <= counts[name] <= _MAX_CLASSES]
    known = [name for outcome in OUTCOME_NAMES for name in candidates if normalized(name) == outcome]
    if known:
        name = min(known, key=lambda name: counts[name] != 2)
        return name, f"{name!r} is a usual name of an outcome"
    binary = [name for name in candidates if counts[name] == 2]
    if binary:
        return binary[-1], "it is the last column with two values"
    return None, ""


def _distinct(values: pd.Series) -> int:
    """Return the number of different values; beyond `_MAX_CLASSES`, a number above it suffices."""
    first = int(values.head(_SAMPLE).nunique()) - len(MISSING_TOKENS)
    if first > _MAX_CLASSES:
        return first
    distinct = as_text_column(values).drop_duplicates()
    return int((~missing_mask(distinct)).sum())
