"""Whether a column of scores holds predictions of the target itself, in its unit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.io.text_values import named_numbers
from core.data.schema import Schema


def predicts_number(frame: pd.DataFrame, schema: Schema, column: str) -> bool:
    """Return whether the middle of a column outside 0 to 1 lies among the values of a numeric target with a threshold.

    Args:
        frame: Typed rows with a known target, shape (n, ...).
        schema: The target and its threshold.
        column: Header of a column of numbers.
    """
    if schema.threshold is None:
        return False
    numbers = named_numbers(frame[column]).dropna().to_numpy(dtype=np.float64)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers) or (numbers.min() >= 0 and numbers.max() <= 1):
        return False
    target = frame[schema.target].dropna().to_numpy(dtype=np.float64)
    return bool(target.min() <= np.median(numbers) <= target.max())


def selection_note(column: str, schema: Schema, cut: float, why: str, *, is_number: bool) -> str:
    """Return from which score on a column selects, and whether it is read as predictions of the target.

    Args:
        column: Its header.
        schema: The target.
        cut: The lowest score that is selected.
        why: The rule in brackets, or empty.
        is_number: Whether the column holds predictions of the target in its unit.
    """
    read = f"{column!r} is read as predictions of {schema.target!r}, in its unit; it" if is_number else f"{column!r}"
    return f"{read} selects from {cut:g} on{why}."
