"""How columns predict the outcome and the groups: a column that gives the outcome away, a label that means nothing.

Each column's values are coded (numbers in 20 bins of the train rows). A column's score of a row is the log odds of the
outcome among other rows with the same value, shrunk towards all rows; the sum over the columns is naive Bayes. AUCs of
a file's own rows are over three folds, with DeLong's errors. Five faults, each above 0:

* *leak*, in the real rows: the AUC of the strongest single column minus .95.
* *leak in the file*: its AUC of the strongest column minus that in the real rows (at least .75).
* *unrelated*: half of what all columns tell of the outcome (or of a group) in the real rows, minus what they tell in
  the file; both are AUC - .5. For a group, half becomes less if the file's features depend less on each other than real
  ones surely do (in proportion to the root of chi-square, as a correlation is). Where they do not depend on each other
  at all, the file has no dependence that the group could have lost by itself, and there is no such figure.
  What is learned from the file must also fail on hold-out rows: noise in the labels alone, as randomised response adds,
  leaves a file from which classifiers learn.
* *reversed*: .5 minus the AUC on hold-out rows of scores learned from the file, where its own AUC is surely above .5.
* *reversed within a group*: the same for the outcome among the rows of each large group by itself.

What is named is the worst of several columns or attributes, with one error rate for all of them (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from core.audit import adversary
from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.metrics.file_checks.copies import PROTOCOL
from core.audit.metrics.file_checks.dependence import Codes, kept_dependence
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confidence import error_rate
from core.data.encoding.values import is_scalar, modelled_columns, numbers, quantile_bins, texts
from core.data.groups import GroupedFrame
from core.data.sampling import sample_positions
from core.data.schema import Schema

MAX_ROWS = 10_000
BINS = 20
SHRINKAGE = 10.0  # rows of the overall share that are added to each value
LEAK, STRONG = 0.95, 0.75
KEPT = 0.5
SCALE = "0.5 is a guess, 1 is certain"
RELATED = 0.5


class Auc(NamedTuple):
    """An AUC and its standard error."""

    value: float
    error: float


@dataclass(frozen=True)
class _Task:
    """What is predicted, in three tables: labels 0 and 1 and the columns' codes, shape (n, columns), of each."""

    attribute: str | None
    group: str | None
    columns: tuple[str, ...]
    labels: tuple[Codes, Codes, Codes]
    codes: tuple[Codes, Codes, Codes]


def records(
    schema: Schema, train: pd.DataFrame, holdout: pd.DataFrame, rows: pd.DataFrame | None, source: str
) -> list[Record]:
    """Return the faults of one source; of the real rows, only the leak.

    Args:
        schema: Columns and roles.
        train: Real train rows, each with a target.
        holdout: Real hold-out rows, each with a target.
        rows: The source's rows, each with a target; ``None`` for the real rows.
        source: Its name.
    """
    tag = Tag(source, PROTOCOL, split="train" if rows is None else "source")
    frames = [_sample(part) for part in (train, train if rows is None else rows, holdout)]
    if min(map(len, frames)) == 0:
        return []
    target, *groups = _tasks(schema, frames)
    real = _own_aucs(target, 0)
    if real is None:
        return []
    if rows is None:
        return [_leak(target, real[0], tag)]
    mine = _own_aucs(target, 1)
    if mine is None:
        return []
    result = [_leak_in_file(target, real[0], mine[0], tag)]
    own = [(target, real[1], mine[1]), *_best_told(groups)]
    reversed_ = _reversed(own, tag, "reversed_column")
    unrelated = _unrelated(own, tag, kept_dependence(target.codes[0], target.codes[1]))
    within = [one for one in map(_with_aucs, _within_groups(schema, target, frames)) if one is not None]
    if _is_sure(reversed_) or not within:
        return [*result, *unrelated, reversed_]  # what holds for all rows needs no groups
    opposite = _reversed(within, tag, "reversed_within_group")
    if _is_sure(opposite):  # over all rows, a relation and its opposite look like none
        unrelated = [one for one in unrelated if one.sensitive is not None]
    return [*result, *unrelated, reversed_, opposite]


def _is_sure(record: Record) -> bool:
    return record.low is not None and record.low > 0


def _with_aucs(task: _Task) -> tuple[_Task, Auc, Auc] | None:
    real, mine = _own_aucs(task, 0), _own_aucs(task, 1)
    return None if real is None or mine is None else (task, real[1], mine[1])


def _within_groups(schema: Schema, target: _Task, frames: Sequence[pd.DataFrame]) -> Iterator[_Task]:
    """Yield the task of the outcome among the rows of each large group of each attribute."""
    grouped = [GroupedFrame(frame, schema) for frame in frames]
    for attribute, grouping in grouped[0].single.items():
        for group in grouping.names:
            masks = [one.single[attribute].mask(group) for one in grouped]
            if min(int(mask.sum()) for mask in masks) >= schema.min_group_size:
                labels = _three([part[mask] for part, mask in zip(target.labels, masks, strict=True)])
                codes = _three([part[mask] for part, mask in zip(target.codes, masks, strict=True)])
                yield _Task(attribute, group, target.columns, labels, codes)


def _best_told(tasks: Sequence[_Task]) -> list[tuple[_Task, Auc, Auc]]:
    """Return, for each attribute, the group that the real rows tell best, with its AUCs in real rows and in the file.

    The file has no say in the choice, so that only the attributes count as several tests.
    """
    result: dict[str | None, tuple[_Task, Auc, Auc]] = {}
    for task in tasks:
        real, mine = _own_aucs(task, 0), _own_aucs(task, 1)
        if real is None or mine is None:
            continue
        if task.attribute not in result or real[1].value > result[task.attribute][1].value:
            result[task.attribute] = task, real[1], mine[1]
    return list(result.values())


def _sample(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[sample_positions(len(frame), MAX_ROWS, 41)]


def _tasks(schema: Schema, frames: Sequence[pd.DataFrame]) -> list[_Task]:
    """Return the tasks: the outcome from the features, then each large group from features and outcome."""
    grouped = [GroupedFrame(frame, schema) for frame in frames]
    names = tuple(name for name in modelled_columns(schema) if name in schema.features)
    codes = [np.zeros((len(frame), len(names)), dtype=np.int64) for frame in frames]
    for place, name in enumerate(names):
        for part, column in zip(codes, coded(schema, name, frames), strict=True):
            part[:, place] = column
    labels = [one.labels.astype(np.int64) for one in grouped]
    result = [_Task(None, None, names, _three(labels), _three(codes))]
    with_outcome = _three([np.column_stack([part, own]) for part, own in zip(codes, labels, strict=True)])
    for attribute, grouping in grouped[0].single.items():
        members = [one.single[attribute] for one in grouped]
        large = [name for name, n in zip(grouping.names, grouping.sizes, strict=True) if n >= schema.min_group_size]
        for group in large[:1] if len(grouping.names) == len(large) == 2 else large:
            of_group = _three([one.mask(group).astype(np.int64) for one in members])
            result.append(_Task(attribute, group, (*names, schema.target), of_group, with_outcome))
    return result


def _three(parts: Sequence[Codes]) -> tuple[Codes, Codes, Codes]:
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


def _own_aucs(task: _Task, table: int) -> tuple[list[Auc], Auc] | None:
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


def _quantile(tests: int) -> float:
    return float(-ndtri(error_rate() / max(tests, 1) / 2))


def figure(value: float, error: float, tests: int, n: int, note: str) -> Estimate:
    """Return a difference of AUCs with an interval that holds for the worst of so many tests."""
    half = _quantile(tests) * error
    return replace(estimate(value, value - half, value + half, "delong", n), note=note)


def _leak(target: _Task, aucs: Sequence[Auc], tag: Tag) -> Record:
    best, *others = sorted(range(len(aucs)), key=lambda place: -aucs[place].value)
    name, found = target.columns[best], aucs[best]
    note = f"The AUC of {name} alone is {found.value:.3f} ({SCALE})."
    if others:
        note += f" That of the next column is {aucs[others[0]].value:.3f}."
    one = figure(found.value - LEAK, found.error, len(aucs), len(target.labels[0]), note)
    return tag.record(f"leaked_outcome:{name}", one)


def _leak_in_file(target: _Task, real: Sequence[Auc], mine: Sequence[Auc], tag: Tag) -> Record:
    gains = [after.value - max(before.value, STRONG) for before, after in zip(real, mine, strict=True)]
    best = int(np.argmax(gains))
    name, before, after = target.columns[best], real[best], mine[best]
    error = float(np.hypot(after.error, before.error if before.value > STRONG else 0.0))
    note = f"The AUC of {name} alone is {after.value:.3f} in the file and {before.value:.3f} in real rows ({SCALE})."
    one = figure(gains[best], error, len(mine), len(target.labels[1]), note)
    return tag.record(f"leaked_outcome:{name}", one)


_Own = Sequence[tuple[_Task, Auc, Auc]]


def _unrelated(own: _Own, tag: Tag, kept: float) -> list[Record]:
    """Return the figure of the outcome, and that of the worst group; the latter is undefined if ``kept`` is 0."""
    parts = ((own[:1], KEPT), (own[1:], KEPT * kept))
    return [_most_unrelated(tasks, part, tag) for tasks, part in parts if tasks]


def _most_unrelated(tasks: _Own, part: float, tag: Tag) -> Record:
    """Return the figure of the task whose labels have lost most of their relation to the columns.

    The loss is that within the file, or that on hold-out rows where what is learned from the file surely keeps enough.
    """
    found = []
    for task, real, mine in tasks:
        learned, kept = _learned(task), part * (real.value - 0.5)
        is_kept = learned is not None and learned.value - 0.5 - _quantile(1) * learned.error > kept
        best = learned if learned is not None and is_kept else mine
        loss = kept - max(best.value - 0.5, 0.0)
        found.append((loss, float(np.hypot(part * real.error, best.error)), task, real, mine))
    loss, error, task, real, mine = max(found, key=lambda one: one[0])
    aucs = f"{mine.value:.3f} in the file and {real.value:.3f} in real rows"
    note = f"The other columns tell it with an AUC of {aucs} ({SCALE})."
    one = figure(loss, error, len(tasks), len(task.labels[1]), note)
    if part == 0:
        one = undefined("Undefined: the file's features do not depend on each other either.")
    return replace(tag, sensitive=task.attribute).record("unrelated_column", one, group=task.group)


def _learned(task: _Task) -> Auc | None:
    """Return how well scores that were learned from the file tell the labels of the hold-out rows."""
    scores = log_odds(task.codes[1], task.labels[1], task.codes[2]).sum(axis=1)
    value, error, _ = intervals.auc_error(task.labels[2], scores)
    return Auc(value, error) if np.isfinite(error) else None


def _reversed(own: _Own, tag: Tag, metric: str) -> Record:
    """Return the figure of the outcome or group whose relation to the columns is most reversed."""
    found = []
    for task, _, mine in own:
        learned = _learned(task) if mine.value - _quantile(len(own)) * mine.error > RELATED else None
        if learned is not None:
            found.append((0.5 - learned.value, learned.error, task))
    if not found:
        return tag.record(metric, undefined("Undefined: the file's columns tell too little."))
    value, error, task = max(found, key=lambda one: one[0])
    note = f"Learned from the file, it is told on test rows with an AUC of {0.5 - value:.3f} ({SCALE})."
    one = figure(value, error, len(own), len(task.labels[2]), note)
    return replace(tag, sensitive=task.attribute).record(metric, one, group=task.group)
