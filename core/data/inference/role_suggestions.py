"""Which columns are probably sensitive, and which is probably the target. Suggestions only; a person decides."""

from __future__ import annotations

import pandas as pd

from core.data.inference.name_hints import OUTCOME_NAMES, is_age_name, is_protected_name, normalized
from core.data.io.text_values import as_text_column, missing_mask
from core.data.schema import Column, Role

_MAX_CLASSES = 20  # above, a target needs a threshold, which only a person can choose


def suggest_roles(columns: list[Column], raw: pd.DataFrame) -> tuple[Column, ...]:
    """The columns with their likely roles and the reasons; columns already ignored stay so."""
    counts = {column.name: _distinct(raw[column.name]) for column in columns if column.role is Role.FEATURE}
    sensitive = [name for name in counts if is_protected_name(name)]
    target, why = _likely_target([name for name in counts if name not in sensitive], counts)
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
        return column.model_copy(update={"reason": f"{column.reason} Ignored: a key carries no pattern to learn."})
    return column


def _likely_target(names: list[str], counts: dict[str, int]) -> tuple[str | None, str]:
    """The first well-known outcome, binary ones before others; else the last binary column."""
    usable = [name for name in names if 2 <= counts[name] <= _MAX_CLASSES]
    known = [name for outcome in OUTCOME_NAMES for name in usable if normalized(name) == outcome]
    for name in sorted(known, key=lambda one: counts[one] != 2):
        return name, f"{name!r} is a usual name of an outcome"
    binary = [name for name in usable if counts[name] == 2]
    if binary:
        return binary[-1], "it is the last column with two values"
    return None, ""


def _distinct(values: pd.Series) -> int:
    text = as_text_column(values)
    return int(text[~missing_mask(text)].nunique())
