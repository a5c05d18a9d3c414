"""Which rows an audit's classifiers learn from: all of a table, or a sample of a large one.

So the time of training does not grow with the largest tables. The refits of `core.audit.protocols.procedure` resample
the rows that were learned from, so the intervals of figures contain what the sample leaves open.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.holdout_split import stratified_rows
from core.data.schema import Schema

_SEED = 61


def learned_positions(frame: pd.DataFrame, schema: Schema, most: int | None) -> NDArray[np.intp]:
    """Return the positions of the rows to learn from, ascending: at most ``most``, stratified by target × group.

    Args:
        frame: Typed rows, each with a target; n of them.
        schema: Roles.
        most: The largest number of rows; ``None`` for all.
    """
    if most is None or len(frame) <= most:
        return np.arange(len(frame))
    return np.flatnonzero(stratified_rows(frame, schema, most, _SEED))


def sample_note(learned: int, rows: int) -> str:
    """Return a sentence on the sample; empty if there is none.

    >>> sample_note(100_000, 250_000)
    'The classifiers learned from 100,000 of the 250,000 rows, drawn in proportion to outcomes and groups.'
    """
    if learned == rows:
        return ""
    return f"The classifiers learned from {learned:,} of the {rows:,} rows, drawn in proportion to outcomes and groups."
