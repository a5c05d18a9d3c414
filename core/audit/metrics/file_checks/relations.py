"""How columns predict the outcome and the groups: a column that gives the outcome away, a label that means nothing.

The scores are those of `core.audit.metrics.file_checks.column_scores`. Five faults, each above 0:

* *leak*, in the real rows: the AUC of the strongest single column minus .95.
* *leak in the file*: its AUC of the strongest column minus that in the real rows (at least .75); also of a group.
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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from core.audit.estimate import Tag, undefined
from core.audit.metrics.file_checks.column_scores import (
    SCALE,
    Auc,
    Task,
    Told,
    figure,
    log_odds,
    own_aucs,
    quantile,
    tasks_of,
    three,
    told,
)
from core.audit.metrics.file_checks.copies import PROTOCOL
from core.audit.metrics.file_checks.dependence import kept_dependence
from core.audit.records import Record
from core.audit.statistics import intervals
from core.data.groups import GroupedFrame
from core.data.sampling import sample_positions
from core.data.schema import Schema

MAX_ROWS = 10_000
LEAK, STRONG = 0.95, 0.75
KEPT = 0.5
RELATED = 0.5


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
    task, *groups = tasks_of(schema, frames)
    if rows is None:
        real = own_aucs(task, 0)
        return [] if real is None else [_leak(task, real[0], tag)]
    target = told(task)
    if target is None:
        return []
    known = _known(groups)
    leaks = [("leaked_outcome", [target]), ("leaked_group", known)]
    result = [_leak_in_file(tasks, tag, metric) for metric, tasks in leaks if tasks]
    own = [target, *_best_told(known)]
    reversed_ = _reversed(own, tag, "reversed_column")
    unrelated = _unrelated(own, tag, kept_dependence(task.codes[0], task.codes[1]))
    within = _known(_within_groups(schema, task, frames))
    if _is_sure(reversed_) or not within:
        return [*result, *unrelated, reversed_]  # what holds for all rows needs no groups
    opposite = _reversed(within, tag, "reversed_within_group")
    if _is_sure(opposite):  # over all rows, a relation and its opposite look like none
        unrelated = [one for one in unrelated if one.sensitive is not None]
    return [*result, *unrelated, reversed_, opposite]


def _is_sure(record: Record) -> bool:
    return record.low is not None and record.low > 0


def _known(tasks: Iterable[Task]) -> list[Told]:
    return [one for one in map(told, tasks) if one is not None]


def _within_groups(schema: Schema, target: Task, frames: Sequence[pd.DataFrame]) -> Iterator[Task]:
    """Yield the task of the outcome among the rows of each large group of each attribute."""
    grouped = [GroupedFrame(frame, schema) for frame in frames]
    for attribute, grouping in grouped[0].single.items():
        for group in grouping.names:
            masks = [one.single[attribute].mask(group) for one in grouped]
            if min(int(mask.sum()) for mask in masks) >= schema.min_group_size:
                labels = three([part[mask] for part, mask in zip(target.labels, masks, strict=True)])
                codes = three([part[mask] for part, mask in zip(target.codes, masks, strict=True)])
                yield Task(attribute, group, target.columns, labels, codes)


def _best_told(groups: Sequence[Told]) -> list[Told]:
    """Return, for each attribute, the group that the real rows tell best.

    The file has no say in the choice, so that only the attributes count as several tests.
    """
    result: dict[str | None, Told] = {}
    for one in groups:
        attribute = one.task.attribute
        if attribute not in result or one.real.value > result[attribute].real.value:
            result[attribute] = one
    return list(result.values())


def _sample(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[sample_positions(len(frame), MAX_ROWS, 41)]


def _leak(target: Task, aucs: Sequence[Auc], tag: Tag) -> Record:
    best, *others = sorted(range(len(aucs)), key=lambda place: -aucs[place].value)
    name, found = target.columns[best], aucs[best]
    note = f"The AUC of {name} alone is {found.value:.3f} ({SCALE})."
    if others:
        note += f" That of the next column is {aucs[others[0]].value:.3f}."
    one = figure(found.value - LEAK, found.error, len(aucs), len(target.labels[0]), note)
    return tag.record(f"leaked_outcome:{name}", one)


def _leak_in_file(tasks: Sequence[Told], tag: Tag, metric: str) -> Record:
    """Return the column of the file that gives away more than in the real rows, of all columns and tasks."""
    found = [
        (after.value - max(before.value, STRONG), one.task, name, before, after)
        for one in tasks
        for name, before, after in zip(one.task.columns, one.real_columns, one.file_columns, strict=True)
    ]
    gain, task, name, before, after = max(found, key=lambda one: one[0])
    error = float(np.hypot(after.error, before.error if before.value > STRONG else 0.0))
    note = f"The AUC of {name} alone is {after.value:.3f} in the file and {before.value:.3f} in real rows ({SCALE})."
    one = figure(gain, error, len(found), len(task.labels[1]), note)
    return replace(tag, sensitive=task.attribute).record(f"{metric}:{name}", one, group=task.group)


def _unrelated(own: Sequence[Told], tag: Tag, kept: float) -> list[Record]:
    """Return the figure of the outcome, and that of the worst group; the latter is undefined if ``kept`` is 0."""
    parts = ((own[:1], KEPT), (own[1:], KEPT * kept))
    return [_most_unrelated(tasks, part, tag) for tasks, part in parts if tasks]


def _most_unrelated(tasks: Sequence[Told], part: float, tag: Tag) -> Record:
    """Return the figure of the task whose labels have lost most of their relation to the columns.

    The loss is that within the file, or that on hold-out rows where what is learned from the file surely keeps enough.
    """
    found = []
    for task, _, real, _, mine in tasks:
        learned, kept = _learned(task), part * (real.value - 0.5)
        is_kept = learned is not None and learned.value - 0.5 - quantile(1) * learned.error > kept
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


def _learned(task: Task) -> Auc | None:
    """Return how well scores that were learned from the file tell the labels of the hold-out rows."""
    scores = log_odds(task.codes[1], task.labels[1], task.codes[2]).sum(axis=1)
    value, error, _ = intervals.auc_error(task.labels[2], scores)
    return Auc(value, error) if np.isfinite(error) else None


def _reversed(own: Sequence[Told], tag: Tag, metric: str) -> Record:
    """Return the figure of the outcome or group whose relation to the columns is most reversed."""
    found = []
    for task, _, _, _, mine in own:
        learned = _learned(task) if mine.value - quantile(len(own)) * mine.error > RELATED else None
        if learned is not None:
            found.append((0.5 - learned.value, learned.error, task))
    if not found:
        return tag.record(metric, undefined("Undefined: the file's columns tell too little."))
    value, error, task = max(found, key=lambda one: one[0])
    note = f"Learned from the file, it is told on test rows with an AUC of {0.5 - value:.3f} ({SCALE})."
    one = figure(value, error, len(own), len(task.labels[2]), note)
    return replace(tag, sensitive=task.attribute).record(metric, one, group=task.group)
