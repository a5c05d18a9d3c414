"""Which rows are learned from and which are held out, decided before anything is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.groups import CROSS, group_labels, target_labels
from core.data.schema import Role, Schema
from core.errors import ConfigError, DataError


@dataclass(frozen=True)
class Split:
    """Rows to learn from and rows held out; both typed, with fresh row indices.

    Args:
        train: Shape (n, columns).
        holdout: Shape (m, columns).
        official: The holdout was given with the dataset (or by a person), not drawn here.
        notes: What a reader of the report should know about the split.
    """

    train: pd.DataFrame
    holdout: pd.DataFrame
    official: bool
    notes: tuple[str, ...]


HOLDOUT_FRACTION: Final = 0.2
"""Share of the rows that is held out, unless another one is asked for."""


def split(dataset: Dataset, *, fraction: float = HOLDOUT_FRACTION, seed: int = 0) -> Split:
    """Hold out ``fraction`` of the rows, stratified by target × group; or take the dataset's own holdout.

    Args:
        dataset: Typed, with target and positive value.
        fraction: Share of the rows that is held out, above 0 and below 1.
        seed: The same seed gives the same rows.

    Raises:
        ConfigError: ``fraction`` is out of range.
        DataError: Fewer than 2 rows.
        SchemaError: No target, or it is missing in some row.

    >>> from core.data.sources.catalog import load
    >>> parts = split(load("demo", rows=100), seed=1)
    >>> len(parts.train), len(parts.holdout), parts.official
    (80, 20, False)
    """
    if dataset.holdout is not None:
        which = "the dataset's own test file" if dataset.official else "those that an earlier run drew from the table"
        note = f"{len(dataset.holdout):,} rows are held out: {which}."
        return Split(dataset.frame, dataset.holdout, official=dataset.official, notes=(note,))
    train, holdout = validation_split(dataset.frame, dataset.schema, fraction, seed)
    note = (
        f"{len(holdout):,} of {len(dataset.frame):,} rows are held out, drawn with seed {seed} and stratified by "
        "target and group."
    )
    return Split(train, holdout, official=False, notes=(note,))


def check_holdout_fraction(dataset: Dataset, fraction: float) -> None:
    """Whether ``fraction`` can be asked of ``dataset``.

    Raises:
        ConfigError: Another fraction than the usual one is asked for, and the dataset has its own hold-out.
    """
    if dataset.holdout is not None and dataset.official and fraction != HOLDOUT_FRACTION:
        raise ConfigError(
            f"{dataset.name!r} has held-out rows of its own, so no share of its rows is held out; leave the hold-out "
            "fraction out."
        )


def validation_split(
    frame: pd.DataFrame, schema: Schema, fraction: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split a typed frame into (rest, drawn); stratified by target × group, both in the order of the frame.

    Raises:
        ConfigError: ``fraction`` is out of range.
        DataError: Fewer than 2 rows.
    """
    if not 0 < fraction < 1:
        raise ConfigError(
            f"The hold-out fraction must lie between 0 and 1, not {fraction:g}; {HOLDOUT_FRACTION:g} is usual.",
            field="holdout_fraction",
        )
    if len(frame) < 2:
        has = "1 row" if len(frame) == 1 else f"{len(frame)} rows"
        raise DataError(f"The table has {has}, and a split needs at least 2; add rows.")
    drawn = stratified_mask(_strata(frame, schema), fraction, seed)
    return frame[~drawn].reset_index(drop=True), frame[drawn].reset_index(drop=True)


def stratified_sample(frame: pd.DataFrame, schema: Schema, fraction: float, seed: int) -> pd.DataFrame:
    """About ``fraction`` of a typed frame's rows, in its order; stratified by target × group as far as these are known.

    Raises:
        ConfigError: ``fraction`` is out of range.
        DataError: Fewer than 2 rows.
    """
    return validation_split(frame, schema, fraction, seed)[1]


def _strata(frame: pd.DataFrame, schema: Schema) -> NDArray[np.str_]:
    """Target × all sensitive columns crossed, as text; strata of a single row are pooled into one."""
    outcome = target_labels(frame, schema) if schema.with_role(Role.TARGET) else np.zeros(len(frame), dtype=np.int8)
    labels = outcome.astype(str).astype(object)
    if schema.sensitive:
        labels = labels + CROSS + group_labels(frame, schema, schema.sensitive)
    strata = labels.astype(str)
    names, places, counts = np.unique(strata, return_inverse=True, return_counts=True)
    return np.where(counts[places] < 2, "(pooled)", names[places])


def stratified_mask(strata: NDArray[np.str_], fraction: float, seed: int) -> NDArray[np.bool_]:
    """Which rows are drawn, shape (n,): about ``fraction`` of each stratum, exactly round(fraction · n) in all.

    The rows are shuffled, sorted by stratum, and every 1/fraction-th is taken: so each stratum gets its share to
    within one row, and the total is exact.
    """
    count = len(strata)
    wanted = min(max(round(fraction * count), 1), count - 1)
    shuffled = np.random.default_rng(seed).permutation(count)
    order = shuffled[np.argsort(strata[shuffled], kind="stable")]
    ranks = np.floor((np.arange(wanted) + 0.5) * count / wanted).astype(np.int64)
    drawn = np.zeros(count, dtype=np.bool_)
    drawn[order[ranks]] = True
    return drawn
