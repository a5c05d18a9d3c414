"""How well single columns, and all together, tell the outcome or a group: the AUCs that the checks compare.

Each column's values are coded (numbers in 20 bins of the train rows). A column's score of a row is the log odds of the
outcome among other rows with the same value, shrunk towards all rows; the sum over the columns is naive Bayes. AUCs of
a file's own rows are over three folds, with DeLong's errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from core.audit import adversary
from core.audit.estimate import Estimate, estimate
from core.audit.metrics.file_checks.dependence import Codes
from core.audit.statistics import intervals
from core.audit.statistics.confidence import error_rate
from core.data.encoding.values import is_scalar, modelled_columns, numbers, quantile_bins, texts
from core.data.groups import GroupedFrame
from core.data.schema import Schema

BINS = 20
SHRINKAGE = 10.0  # rows of the overall share that are added to each value
SCALE = "0.5 is a guess, 1 is certain"


class Auc(NamedTuple):
    """An AUC and its standard error."""

    value: float
    error: float


@dataclass(frozen=True)
class Task:
    """What is predicted, in three tables: labels 0 and 1 and the columns' codes, shape (n, columns), of each."""

    attribute: str | None
    group: str | None
    columns: tuple[str, ...]
    labels: tuple[Codes, Codes, Codes]
    codes: tuple[Codes, Codes, Codes]


def tasks_of(schema: Schema, frames: Sequence[pd.DataFrame]) -> list[Task]:
    """Return the tasks: the outcome from the features, then each large group from features and outcome."""
    grouped = [GroupedFrame(frame, schema) for frame in frames]
    names = tuple(name for name in modelled_columns(schema) if name in schema.features)
    codes = [np.zeros((len(frame), len(names)), dtype=np.int64) for frame in frames]
    for place, name in enumerate(names):
        for part, column in zip(codes, coded(schema, name, frames), strict=True):
            part[:, place] = column
    labels = [one.labels.astype(np.int64) for one in grouped]
    result = [Task(None, None, names, three(labels), three(codes))]
    with_outcome = three([np.column_stack([part, own]) for part, own in zip(codes, labels, strict=True)])
    for attribute, grouping in grouped[0].single.items():
        members = [one.single[attribute] for one in grouped]
        large = [name for name, n in zip(grouping.names, grouping.sizes, strict=True) if n >= schema.min_group_size]
        for group in large[:1] if len(grouping.names) == len(large) == 2 else large:
            of_group = three([one.mask(group).astype(np.int64) for one in members])
            result.append(Task(attribute, group, (*names, schema.target), of_group, with_outcome))
    return result


def three(parts: Sequence[Codes]) -> tuple[Codes, Codes, Codes]:
    """Return the parts of the three tables."""
    one, two, three = parts
    return one, two, three


def coded(schema: Schema, name: str, frames: Sequence[pd.DataFrame]) -> list[Codes]:
    """Return the codes of a column's values in each table; numbers count by bins of the first."""
    values = [frame[name] for frame in frames]
    if is_scalar(schema.column(name)):
        known = numbers(values[0])
        return [quantile_bins(numbers(part), known, BINS) for part in values]
    joined = pd.factorize(np.concatenate([texts(part) for part in values]))[0].astype(np.int64)
    return list(np.split(joined, np.cumsum([len(part) for part in values])[:-1]))


def log_odds(codes: Codes, labels: Codes, tested: Codes) -> NDArray[np.float64]:
    """Return each tested row's log odds by each column, learned from ``codes`` and ``labels``; shape (m, columns)."""
    scores = np.zeros(tested.shape)
    share = (labels.sum() + 0.5) / (len(labels) + 1)
    for place in range(codes.shape[1]):
        top = int(max(codes[:, place].max(), tested[:, place].max())) + 1
        rows = np.bincount(codes[:, place], minlength=top)
        positive = np.bincount(codes[:, place], weights=labels, minlength=top)
        rate = (positive + SHRINKAGE * share) / (rows + SHRINKAGE)
        scores[:, place] = np.log(rate / (1 - rate))[tested[:, place]]
    against_all: NDArray[np.float64] = scores - np.log(share / (1 - share))
    return against_all


def own_aucs(task: Task, table: int) -> tuple[list[Auc], Auc] | None:
    """Return how each column, and all together, predict the labels of one table; ``None`` with too few rows."""
    codes, labels = task.codes[table], task.labels[table]
    if adversary.too_few_rows(codes, labels) is not None:
        return None
    parts = []
    for inside, outside in adversary.folds(labels):
        scores = log_odds(codes[inside], labels[inside], codes[outside])
        parts.append((labels[outside], np.column_stack([scores, scores.sum(axis=1)])))
    every = [_over_folds([(truth, scores[:, place]) for truth, scores in parts]) for place in range(codes.shape[1] + 1)]
    return every[:-1], every[-1]


def _over_folds(parts: Sequence[tuple[Codes, NDArray[np.float64]]]) -> Auc:
    values, errors, _ = zip(*(intervals.auc_error(labels, scores) for labels, scores in parts), strict=True)
    return Auc(float(np.mean(values)), float(np.sqrt(np.sum(np.square(errors)))) / len(values))


def quantile(tests: int) -> float:
    """Return the normal quantile of one of so many tests (Bonferroni)."""
    return float(-ndtri(error_rate() / max(tests, 1) / 2))


def figure(value: float, error: float, tests: int, n: int, note: str) -> Estimate:
    """Return a difference of AUCs with an interval that holds for the worst of so many tests."""
    half = quantile(tests) * error
    return replace(estimate(value, value - half, value + half, "delong", n), note=note)


class Told(NamedTuple):
    """A task with the AUCs of each column, and of all together, in the real train rows and in the file."""

    task: Task
    real_columns: list[Auc]
    real: Auc
    file_columns: list[Auc]
    file: Auc


def told(task: Task) -> Told | None:
    """Return the AUCs of a task; ``None`` with too few rows in either table."""
    real, mine = own_aucs(task, 0), own_aucs(task, 1)
    return None if real is None or mine is None else Told(task, *real, *mine)
