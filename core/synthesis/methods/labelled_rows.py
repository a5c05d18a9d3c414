"""The input of fairlearn's methods: feature matrix, 0/1 labels and groups of typed train rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.encoding.feature_matrix import Features, FloatMatrix
from core.data.groups import target_labels
from core.data.holdout_split import validation_split
from core.data.schema import Schema
from core.errors import SchemaError
from core.events import Event, Listener
from core.synthesis.base import LEARN


@dataclass(frozen=True)
class LabelledRows:
    """Train rows: features ``matrix`` (n, d), ``labels`` (n,) with both 0 and 1, group ``codes`` (n,)."""

    matrix: FloatMatrix
    labels: NDArray[np.int8]
    codes: NDArray[np.int64]


def labelled_rows(frame: pd.DataFrame, features: Features) -> LabelledRows:
    """Return matrix, labels and groups of typed rows; a multi-class target becomes one value against the rest.

    Raises:
        SchemaError: The target is missing in some row, or all rows have the same outcome.
    """
    labels = target_labels(frame, features.schema)
    if len(np.unique(labels)) < 2:
        raise SchemaError("The train rows have one outcome only, so there is nothing to learn.")
    return LabelledRows(features.matrix(frame), labels, features.codes(frame))


def stratified_subsample(frame: pd.DataFrame, schema: Schema, rows: int, seed: int) -> pd.DataFrame:
    """Return at most ``rows`` of the rows, stratified by target and group."""
    return frame if len(frame) <= rows else validation_split(frame, schema, rows / len(frame), seed)[1]


def report_progress(listener: Listener, step: int, total: int, message: str = "") -> None:
    """Send one event of the stage `LEARN`."""
    listener(Event(LEARN, step, total, message=message))
