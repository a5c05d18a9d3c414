"""The decisions of a model over time: figures by period, and their changes.

A change is a period's figure minus that of the first period, or of the period before. The rows of two periods are taken
to be of different people. The interval of a change then follows from those of the two figures by MOVER (Zou and Donner
2008); for two rates that is Newcombe's interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, undefined
from core.audit.glossary import OVER_TIME, SINCE_FIRST, SINCE_PREVIOUS
from core.audit.metrics.catalog import HEADLINES
from core.audit.metrics.names import PARITY_DIFFERENCE
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.records import Record, Status
from core.data.groups import CROSS
from core.data.model_decisions import Decisions
from core.data.periods import Periods

_GAPS, _RATES = (PARITY_DIFFERENCE, "equalized_odds_difference"), ("selection_rate", "tpr", "fpr", "precision")
METRICS: Final = (*HEADLINES, *_GAPS, *_RATES)
"""What is followed over time: the headline figures, and rates by group."""
_FIGURE: Final = ("metric", "sensitive", "group", "positive")


def records_over_time(
    periods: Periods, one: Decisions, evaluator: Callable[[NDArray[np.intp]], HoldoutEvaluator]
) -> list[Record]:
    """Return the figures of a model in each period, and their changes since the first period and the one before.

    Args:
        periods: The periods of all rows.
        one: The model's decisions.
        evaluator: Returns the evaluator of some rows, by their positions.
    """
    by_period = []
    for code, name in enumerate(periods.names):
        mine = periods.codes[one.rows] == code
        if mine.any():
            by_period.append(_of_period(evaluator(one.rows[mine]), one, mine, name))
    found = [record for records in by_period for record in records]
    keyed = [{_key(record): record for record in records} for records in by_period]
    return [*found, *_changes(keyed)]


def change(before: Record, after: Record) -> Estimate:
    """Return ``after - before`` of two figures of different rows, with the interval that follows from theirs.

    >>> before = Record(source="s", protocol="p", metric="tpr", value=0.6, low=0.5, high=0.7, n=9)
    >>> after = before.model_copy(update={"value": 0.8, "low": 0.7, "high": 0.9})
    >>> found = change(before, after)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.2, 0.059, 0.341)
    """
    n = (before.n or 0) + (after.n or 0)
    if before.value is None or after.value is None:
        lacking = before if before.value is None else after
        return undefined(f"Undefined: there is no such figure in {lacking.split}.", n)
    value, note = after.value - before.value, f"{after.split} against {before.split}."
    status = next((one.status for one in (before, after) if one.status is not Status.OK), Status.OK)
    if before.low is None or before.high is None or after.low is None or after.high is None:
        return Estimate(value, n=n, status=status, note=note)
    down = sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    up = sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    return Estimate(value, value - down, value + up, "mover", n, status, note)


def _of_period(evaluator: HoldoutEvaluator, one: Decisions, mine: NDArray[np.bool_], name: str) -> list[Record]:
    selected = one.selected[mine]
    scores = selected.astype(np.float64) if one.scores is None else one.scores[mine]
    wanted = [metric for metric in METRICS if one.scores is not None or metric != "auc"]
    found = evaluator.records(scores, selected, Tag(one.name, OVER_TIME, split=name))
    return [record for record in found if record.metric in wanted and CROSS not in (record.sensitive or "")]


def _changes(by_period: Sequence[dict[tuple[object, ...], Record]]) -> Iterator[Record]:
    for place in range(1, len(by_period)):
        for protocol, before in ((SINCE_FIRST, by_period[0]), (SINCE_PREVIOUS, by_period[place - 1])):
            for key, record in by_period[place].items():
                if key in before:
                    tag = Tag(record.source, protocol, record.sensitive, record.positive, split=record.split)
                    yield tag.record(record.metric, change(before[key], record), group=record.group)


def _key(record: Record) -> tuple[object, ...]:
    return tuple(getattr(record, name) for name in _FIGURE)
