"""Find what tells persons apart where a person has several rows, as a patient has visits.

Such a key repeats, so that it looks like a category or a quantity. But all rows with one of its values are of one sex
and of one date of birth, which chance does not explain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from core.data.column import Column, Kind, Role
from core.data.inference.identifiers import LEAST_PERSONS
from core.data.inference.name_hints import is_age_name, is_birth_name, is_protected_name
from core.data.io.text_values import as_text_column, missing_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]

_EVIDENCE: Final = 20.0
_AGREEMENT: Final = 0.9
_MOST_ROWS: Final = 20.0
_KINDS: Final = (Kind.CATEGORICAL, Kind.INTEGER)


def with_person_keys(columns: tuple[Column, ...], raw: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns, those as ignored identifiers whose values each belong to one person with several rows.

    A value has 20 rows or fewer on average. Rows with the same value agree in a protected attribute or a date of birth.
    They may differ in a tenth of the cases in which they would by chance, as errors of typing make them, and chance
    would make them agree so with a probability below ``exp(-20)``.

    Args:
        columns: Kinds and likely roles.
        raw: Their raw values.
    """
    personal = [one.name for one in columns if _is_personal(one)]
    if not personal:
        return columns
    others = [one.name for one in columns if not one.is_identifying]
    once = ~raw[others].duplicated().to_numpy()  # rows that were entered twice say nothing of persons
    facts = [_codes(raw.loc[once, name]) for name in personal]
    return tuple(
        _as_key(one) if _may_be_key(one) and _is_key(raw.loc[once, one.name], facts) else one for one in columns
    )


def _is_personal(column: Column) -> bool:
    """Return whether a column tells what does not change between the rows of a person."""
    if column.kind in (Kind.CATEGORICAL, Kind.BOOLEAN):
        return is_protected_name(column.name)
    return column.kind is Kind.DATETIME and is_birth_name(column.name)


def _may_be_key(column: Column) -> bool:
    return column.role is Role.FEATURE and column.kind in _KINDS and not is_age_name(column.name)


def _is_key(values: pd.Series, facts: list[Codes]) -> bool:
    codes = _codes(values)
    keys, rows = int(codes.max(initial=-1)) + 1, int((codes >= 0).sum())
    if not LEAST_PERSONS <= keys < rows <= _MOST_ROWS * keys:
        return False
    return any(_determines(codes, fact) for fact in facts)


def _determines(key: Codes, fact: Codes) -> bool:
    """Return whether rows with the same key agree in a fact, far more often than rows with different keys."""
    both = (key >= 0) & (fact >= 0)
    if not both.any():
        return False
    pairs = pd.DataFrame({"key": key[both], "fact": fact[both]})
    each = pairs.value_counts(sort=False)
    of_key = each.groupby(level=0).sum()
    repeated = float((of_key - 1).sum())
    differ = float((of_key - each.groupby(level=0).max()).sum())
    alike = float(((pairs["fact"].value_counts() / len(pairs)) ** 2).sum())
    if repeated == 0 or alike >= 1:
        return False
    by_chance = repeated * (1 - alike)
    return differ <= (1 - _AGREEMENT) * by_chance and -(repeated - differ) * np.log(alike) > _EVIDENCE


def _codes(values: pd.Series) -> Codes:
    text = as_text_column(values)
    return np.asarray(pd.factorize(text.mask(missing_mask(text)))[0], dtype=np.int64)


def _as_key(column: Column) -> Column:
    reason = "Identifier: the values repeat, but each is of one person. Ignored: a key has no pattern to learn."
    return column.model_copy(update={"kind": Kind.IDENTIFIER, "role": Role.IGNORED, "reason": reason})
