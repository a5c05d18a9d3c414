"""The split into train rows and hold-out rows. It comes before any model is fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Role
from core.data.dataset import Dataset
from core.data.groups import CROSS, group_labels, target_labels
from core.data.holdout_fraction import HOLDOUT_FRACTION
from core.data.schema import Schema
from core.errors import ConfigError, DataError, leave_out


@dataclass(frozen=True)
class Split:
    """Train rows and hold-out rows, both typed, with new row indices.

    Args:
        train: Shape (n, columns).
        holdout: Shape (m, columns).
        official: Whether the hold-out came with the dataset or from the user, and was not drawn from the table.
        notes: Sentences on the split for readers of the report.
    """

    train: pd.DataFrame
    holdout: pd.DataFrame
    official: bool
    notes: tuple[str, ...]


def split(dataset: Dataset, *, fraction: float = HOLDOUT_FRACTION, seed: int = 0) -> Split:
    """Hold out ``fraction`` of the rows, stratified by target × group, or use the dataset's own hold-out.

    Args:
        dataset: Typed dataset with target and positive value.
        fraction: Share of the rows to hold out, above 0 and below 1.
        seed: The same seed gives the same rows.

    Raises:
        ConfigError: ``fraction`` is out of range.
        DataError: There are fewer than 2 rows.
        SchemaError: There is no target, or it is missing in some row.

    >>> from core.data.sources.load import load
    >>> parts = split(load("demo", rows=100), seed=1)
    >>> len(parts.train), len(parts.holdout), parts.official
    (80, 20, False)
    """
    if dataset.holdout is not None:
        note = f"{len(dataset.holdout):,} rows are held out: {origin_of_test_rows(dataset)}."
        return Split(dataset.frame, dataset.holdout, official=dataset.official, notes=(note,))
    train, holdout = validation_split(dataset.frame, dataset.schema, fraction, seed)
    note = (
        f"{len(holdout):,} of {len(dataset.frame):,} rows are held out, drawn with seed {seed} and stratified by "
        "target and group."
    )
    return Split(train, holdout, official=False, notes=(note,))


def origin_of_test_rows(dataset: Dataset) -> str:
    """Return where the test rows of a dataset that has some come from, as a phrase."""
    if not dataset.official:
        return "those that an earlier run drew from the table"
    given = dataset.options.get("holdout")
    return "the dataset's own test file" if given is None else f"those of the file that was given, {given}"


def check_holdout_fraction(dataset: Dataset, fraction: float) -> None:
    """Check whether ``fraction`` applies to ``dataset``.

    Raises:
        ConfigError: ``fraction`` is not the default, and the dataset has its own hold-out.
    """
    if dataset.holdout is not None and dataset.official and fraction != HOLDOUT_FRACTION:
        raise ConfigError(
            f"{dataset.name!r} has its own hold-out rows, so no share of its rows is held out.",
            field="holdout_fraction",
            remedies=[leave_out("holdout_fraction")],
        )


def validation_split(
    frame: pd.DataFrame, schema: Schema, fraction: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split a typed frame into (rest, drawn), stratified by target × group. Both keep the order of the frame.

    Raises:
        ConfigError: ``fraction`` is out of range.
        DataError: There are fewer than 2 rows.
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
    """Draw about ``fraction`` of a typed frame's rows, in its order, stratified by target × group if these are known.

    Raises:
        ConfigError: ``fraction`` is out of range.
        DataError: There are fewer than 2 rows.
    """
    return validation_split(frame, schema, fraction, seed)[1]


def stratified_rows(frame: pd.DataFrame, schema: Schema, count: int, seed: int) -> NDArray[np.bool_]:
    """Return a mask of exactly ``count`` of the n rows, shape (n,), stratified by target × group; 0 < ``count`` < n."""
    return stratified_mask(_strata(frame, schema), count / len(frame), seed)


def _strata(frame: pd.DataFrame, schema: Schema) -> NDArray[np.str_]:
    """Return target × intersection of the sensitive columns as text. Strata of a single row are pooled."""
    outcome = target_labels(frame, schema) if schema.with_role(Role.TARGET) else np.zeros(len(frame), dtype=np.int8)
    labels = outcome.astype(str).astype(object)
    if schema.sensitive:
        labels = labels + CROSS + group_labels(frame, schema, schema.sensitive)
    strata = labels.astype(str)
    names, codes, counts = np.unique(strata, return_inverse=True, return_counts=True)
    return np.where(counts[codes] < 2, "(pooled)", names[codes])


def stratified_mask(strata: NDArray[np.str_] | NDArray[np.int64], fraction: float, seed: int) -> NDArray[np.bool_]:
    """Return which rows are drawn, shape (n,): about ``fraction`` of each stratum, exactly round(fraction · n) in all.

    The rows are shuffled and sorted by stratum, then every 1/fraction-th row is drawn. Each stratum thus gets its
    share to within one row, and the total is exact.
    """
    count = len(strata)
    size = min(max(round(fraction * count), 1), count - 1)
    shuffled = np.random.default_rng(seed).permutation(count)
    order = shuffled[np.argsort(strata[shuffled], kind="stable")]
    ranks = np.floor((np.arange(size) + 0.5) * count / size).astype(np.int64)
    drawn = np.zeros(count, dtype=np.bool_)
    drawn[order[ranks]] = True
    return drawn
